//! Lines of a configuration that are in no form of their own: flags, keys in the syntax of whatever language, and the
//! names of the route's fallbacks. What has a key of a model, and is not understood, is a gap.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::{Captures, Match, Regex};

use super::gaps::{Gaps, NOT_UNDERSTOOD, Open};
use super::origin;
use super::syntax::is_prose;
use crate::collect::run::facts::{Facts, Piece};
use crate::collect::run::keys::{Said, Speaks, Words, speaks_of};
use crate::collect::run::lines::{Line, in_utf8};
use crate::collect::run::reference::Reference;
use crate::collect::run::{mention, record};
use crate::evidence::Node;
use crate::text::{Place, Span, pattern_of_bytes};

/// `--model x`, `--model=x`, `"--model", "x"`
static FLAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?:^|[\s"'`\[(,=])--(?P<key>[A-Za-z][\w-]*)(?:(?:=|[ \t]+|["'],?[ \t]*["'])["']?(?P<value>\$\(\w+\)|[^\s"'`,;)\]*-][^\s"'`,;)\]]*))?"#,
    )
});

/// `model: 'x'`, `const model: string = "x"`, `<llm model="x">`
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?P<key>[A-Za-z_][\w.-]*)["'\]]*[ \t]*(?::[ \t]*\w+[ \t]*)?(?:=>|:=|[:=])[ \t]*["'`](?P<value>[^"'`]*)["'`]"#,
    )
});

/// `const model = process.env.CASE_MODEL;`
static REFERRED: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?P<key>[A-Za-z_][\w.-]*)["'\]]*[ \t]*(?::[ \t]*\w+[ \t]*)?(?:=>|:=|[:=])[ \t]*(?P<value>[A-Za-z_$][\w.:$]*(?:\[["'`]\w+["'`]\]|\(["'`]\w+["'`]\))?!?)[ \t]*[;,)}\]]*[ \t]*$"#,
    )
});

/// `model:`, and nothing behind it
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(r#"(?P<key>[A-Za-z_][\w.-]*)["'\]]*[ \t]*(?:=>|:=|[:=])[ \t]*[\\(]?[ \t]*$"#)
});

/// `<model>x</model>`
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r"<(?:\w+:)?(?P<key>[A-Za-z_][\w.-]*)(?:\s[^<>]*)?>[ \t]*(?P<value>[^<>\s](?:[^<>]*[^<>\s])?)[ \t]*</",
    )
});

/// `model x`, `ENV MODEL x`, `model,x`: nothing else on its line.
static ROW: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"^[ \t]*(?:(?i:env|arg|set|setenv|export|const|let|var|option|define|#define)[ \t]+)?["']?(?P<key>[A-Za-z_][\w.-]*)["']?(?:[ \t]+|[ \t]*[,\t][ \t]*)["'`]?(?P<value>[^\s"'`;,{}]+)["'`]?[ \t]*[;,{]?[ \t]*$"#,
    )
});

/// What stands behind a key that is told something, in whatever syntax.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(r#"^["'`\]]*[ \t]*(?:=>|:=|=[^=]|:[^:]|</).*?(?:\w|[\[({|>][ \t]*$)"#)
});

/// A line of prose that is a key with one word: in a list, a table, in whatever marks.
static NOTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"^[ \t]*(?:[-*+>|#;][ \t]*)*[`*_"']*(?P<key>[A-Za-z][\w.-]*(?:[ \t](?i:model|provider))?)[`*_"']*[ \t]*[:=|][ \t]*[`*_"']*(?P<value>[^\s`*"'|]+)[`*"'|.]*[ \t]*\|?[ \t]*$"#,
    )
});

static WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern_of_bytes(r"[A-Za-z0-9_](?:[\w.@:/+-]*[A-Za-z0-9_])?"));

/// What denies, in prose, that somebody uses what the line speaks of.
const DENIALS: [&str; 8] =
    ["cannot", "reject", "rejects", "rejected", "refuse", "refuses", "refused", "instead"];

/// Reads what its readers left of a line; `read` is what they have read.
pub(super) fn left(
    facts: &mut Facts<'_>,
    piece: &mut Piece<'_>,
    line: &Line<'_>,
    read: Vec<Range<usize>>,
    gaps: &mut Gaps,
) {
    if !record::may_name_a_model(line.bytes) && !facts.known.may_stand_in(line.bytes) {
        return;
    }
    let text = in_utf8(line.bytes);
    let mut left = Left { facts, piece, line, text: &text, gaps, taken: read };
    if is_prose(left.piece) {
        left.prose();
    } else {
        left.code();
    }
}

/// Whether a text that may be a comment has a key of a model, and a word that can only be the name of another.
pub(super) fn may_tell_of_a_model(facts: &Facts<'_>, text: &[u8]) -> bool {
    let text = in_utf8(text);
    let words = || WORD.find_iter(&text);
    let is_name = |word: &str| facts.known.is_like_a_name(word) && !facts.known.is_admitted(word);
    words().any(|word| is_key(&word))
        && words().any(|word| std::str::from_utf8(word.as_bytes()).is_ok_and(is_name))
}

/// Whether a line may tell what the one before left open, and not the admitted name. A fallback's is told by itself.
pub(super) fn may_go_on(facts: &Facts<'_>, open: Open, line: &[u8]) -> bool {
    if open == Open::Key && !line.first().is_some_and(u8::is_ascii_whitespace) {
        return false;
    }
    let text = in_utf8(line);
    let text = std::str::from_utf8(&text).unwrap_or_default().trim();
    let is_another = |word: &str| facts.known.named(word).is_none() && !facts.known.is_admitted(word);
    let value = text.trim_matches(|letter: char| "\"'`,;)]\\ ".contains(letter));
    let is_value = open == Open::Flag || text.starts_with(['"', '\'', '`']);
    if is_value && !value.contains(char::is_whitespace) {
        let is_name = value.contains(char::is_alphanumeric) && !value.starts_with('-');
        return is_name && is_another(value) && Reference::of(value) != Reference::Variable;
    }
    WORD.find_iter(text.as_bytes()).any(|word| {
        let word = std::str::from_utf8(word.as_bytes()).unwrap_or_default();
        is_another(word) && facts.known.is_like_a_name(word)
    })
}

struct Left<'l, 'p, 'c> {
    facts: &'l mut Facts<'c>,
    piece: &'l mut Piece<'p>,
    line: &'l Line<'l>,
    text: &'l [u8],
    gaps: &'l mut Gaps,
    /// What of the line was understood.
    taken: Vec<Range<usize>>,
}

impl Left<'_, '_, '_> {
    fn code(&mut self) {
        let mut understood = true;
        for flag in FLAG.captures_iter(self.text) {
            understood &= self.flag(&flag);
        }
        for (form, is_row) in [(&QUOTED, false), (&ELEMENT, false), (&ROW, true)] {
            for found in form.captures_iter(self.text) {
                self.key(&found, is_row);
            }
        }
        for found in REFERRED.captures_iter(self.text) {
            self.referred(&found);
        }
        let open = OPEN.captures(self.text).and_then(|found| found.name("key"));
        if open.is_some_and(|key| is_of_a_model(&Words::of(self.str(&key.range())))) {
            self.gaps.open = Some(Open::Key);
        }
        understood &= !self.has_a_key_left() && !self.has_a_name_left();
        let known = self.known_left();
        for (name, is_told) in &known {
            if *is_told {
                self.use_of(name.clone());
            }
        }
        if !understood || known.iter().any(|(_, is_told)| !is_told) {
            self.gaps.add(self.facts, self.piece, self.line, NOT_UNDERSTOOD);
        }
    }

    /// Of prose only the names of fallbacks count, and what can be nothing but a setting.
    fn prose(&mut self) {
        let known = |left: &Self, name: &str| left.facts.known.named(name).is_some();
        let mut understood = true;
        for found in FLAG.captures_iter(self.text).chain(NOTE.captures_iter(self.text)) {
            let Some((key, value)) = pair(&found) else { continue };
            let name = self.str(&value).to_owned();
            let words = Words::of(self.str(&key));
            if !is_of_a_model(&words) || words.forbid() {
                continue;
            }
            if known(self, &name) {
                self.setting(&key, value);
            } else if mention::is_model(name.as_bytes()) && !self.is_own(&name) {
                understood = false;
            }
        }
        let denied = WORD.find_iter(self.text).any(|word| {
            let word = std::str::from_utf8(word.as_bytes()).unwrap_or_default();
            Words::of(word).forbid() || DENIALS.iter().any(|denial| word.eq_ignore_ascii_case(denial))
        });
        if !understood || (!denied && !self.known_left().is_empty()) {
            self.gaps.add(self.facts, self.piece, self.line, NOT_UNDERSTOOD);
        }
    }

    /// Reads a flag; whether it is understood.
    fn flag(&mut self, found: &Captures<'_>) -> bool {
        let Some(key) = found.name("key") else { return true };
        let words = Words::of(self.str(&key.range()));
        let value = found.name("value").map(|value| value.range());
        if !is_of_a_model(&words) || (words.forbid() && words.speak_of() != Speaks::Fallback) {
            return true;
        }
        self.taken.push(key.range());
        let place = |left: &mut Self, range: Range<usize>| left.place(range);
        if words.speak_of() == Speaks::Fallback {
            let told = value.clone().map_or("true", |value| self.str(&value));
            match words.say(told) {
                Said::Nothing => return true,
                Said::On => {
                    let place = place(self, key.range());
                    let origin = super::Origin { fallback: true, ..origin(self.piece) };
                    self.facts.uses.add(origin, None, None, Some(place));
                    return true;
                }
                Said::Named => {}
            }
        }
        let Some(value) = value else {
            let rest = self.text.get(key.end()..).unwrap_or_default();
            if rest.iter().all(|byte| b"\"'`,\\ \t".contains(byte)) {
                self.gaps.open = Some(Open::Flag);
            }
            return true;
        };
        self.named(&key.range(), value)
    }

    /// Reads a key and its value, where the key is one of a model.
    fn key(&mut self, found: &Captures<'_>, is_row: bool) {
        let Some((key, value)) = pair(found) else { return };
        let words = Words::of(self.str(&key));
        if !is_of_a_model(&words) || self.is_taken(&key) {
            return;
        }
        // A row may be a sentence of two words; quotes and marks say what is a value.
        let is_switch = words.speak_of() == Speaks::Fallback && words.say(self.str(&value)) != Said::Named;
        if !is_row || is_switch {
            self.taken.push(key.clone());
            self.setting(&key, value);
        } else if !self.named(&key, value) {
            self.gaps.add(self.facts, self.piece, self.line, NOT_UNDERSTOOD);
        }
    }

    /// Reads a key that is told the value of a variable.
    fn referred(&mut self, found: &Captures<'_>) {
        let Some((key, value)) = pair(found) else { return };
        let is_variable = Reference::of(self.str(&value)) == Reference::Variable;
        let speaks = Words::of(self.str(&key)).speak_of();
        if is_variable && matches!(speaks, Speaks::Model | Speaks::Provider) {
            self.taken.push(key.start..value.end);
        }
    }

    /// A value without marks, behind a flag or a key: whether it is a name, or stands for one.
    fn named(&mut self, key: &Range<usize>, value: Range<usize>) -> bool {
        let is_of_a_fallback = Words::of(self.str(key)).speak_of() == Speaks::Fallback;
        let reference = Reference::of(self.str(&value));
        let name = self.str(&value);
        let name = if let Reference::Default(name) = reference { name } else { name };
        let is_name = self.facts.known.named(name).is_some()
            || self.is_own(name)
            || mention::is_model(name.as_bytes())
            || mention::is_of_a_family(name);
        let is_variable = reference == Reference::Variable && !is_of_a_fallback;
        let is_name = is_name && !matches!(reference, Reference::Variable | Reference::Unclear);
        self.taken.push(key.clone());
        if is_name {
            self.setting(key, value);
        }
        is_name || is_variable
    }

    fn setting(&mut self, key: &Range<usize>, value: Range<usize>) {
        let place = self.place(value.clone());
        let node = Node::new(self.str(&value), Some(place));
        let key = self.str(key).trim_start_matches('-').to_owned();
        record::setting(self.facts, &key, &node, origin(self.piece));
        self.taken.push(value);
    }

    /// Whether a key that names a model is told something that was not read.
    fn has_a_key_left(&self) -> bool {
        let in_a_table = self.piece.is_named(&["csv", "tsv"]);
        WORD.find_iter(self.text).any(|word| {
            let before = self.text.get(..word.start()).unwrap_or_default();
            let after = self.text.get(word.end()..).unwrap_or_default();
            is_key(&word)
                && !self.is_taken(&word.range())
                && (in_a_table || before.ends_with(b"<") || TOLD.is_match(after))
        })
    }

    /// Whether a line with a key of a model has a word besides that can only be the name of another one: in whatever
    /// syntax, it may be told with the key.
    fn has_a_name_left(&self) -> bool {
        let (mut has_key, mut is_key_left, mut is_named, mut is_like_one) = (false, false, false, false);
        for word in WORD.find_iter(self.text) {
            let name = self.str(&word.range());
            if is_key(&word) {
                has_key = true;
                is_key_left |= !self.is_taken(&word.range());
            } else if !self.is_taken(&word.range()) && !self.is_own(name) && !name.contains("://") {
                // Known ones are told as such.
                let is_known = self.facts.known.named(name).is_some();
                is_named |= mention::is_of_a_family(name) && !is_known;
                is_like_one |= mention::is_model(name.as_bytes()) && !is_known;
            }
        }
        (has_key && is_named) || (is_key_left && is_like_one)
    }

    /// The names of fallbacks that were not read, but for those that are forbidden or stand beside; and whether a key
    /// says what they are.
    fn known_left(&self) -> Vec<(Range<usize>, bool)> {
        let (mut names, mut is_told, mut is_forbidden, mut is_beside) = (Vec::new(), false, false, false);
        for word in WORD.find_iter(self.text) {
            let name = self.str(&word.range());
            if self.facts.known.named(name).is_some() {
                if !is_forbidden && !is_beside && !self.is_taken(&word.range()) {
                    names.push((word.range(), is_told));
                }
                continue;
            }
            let words = Words::of(name);
            is_forbidden |= words.forbid();
            is_beside = words.are_beside();
            is_told |= is_key(&word);
        }
        names
    }

    fn use_of(&mut self, name: Range<usize>) {
        let place = self.place(name.clone());
        let text = self.str(&name).to_owned();
        if let Some(known) = self.facts.known.named(&text) {
            self.facts.uses.add_known(origin(self.piece), known, Some(place));
        }
    }

    fn is_own(&self, name: &str) -> bool {
        let route = &self.facts.ctx.profile.spec.route;
        let name = name.rsplit('/').next().unwrap_or(name);
        [route.model.get_ref(), route.provider.get_ref()].iter().any(|own| name.eq_ignore_ascii_case(own))
    }

    fn is_taken(&self, range: &Range<usize>) -> bool {
        self.taken.iter().any(|taken| taken.start < range.end && range.start < taken.end)
    }

    fn str(&self, range: &Range<usize>) -> &str {
        std::str::from_utf8(self.text.get(range.clone()).unwrap_or_default()).unwrap_or_default()
    }

    fn place(&mut self, range: Range<usize>) -> Place {
        let span = Span::of(range).shifted(self.line.offset);
        Place::on_line(self.facts.source(self.piece), span, self.line.number, self.line.offset)
    }
}

fn pair(found: &Captures<'_>) -> Option<(Range<usize>, Range<usize>)> {
    Some((found.name("key")?.range(), found.name("value")?.range()))
}

fn is_of_a_model(words: &Words) -> bool {
    matches!(words.speak_of(), Speaks::Model | Speaks::Provider | Speaks::Fallback)
}

fn is_key(word: &Match<'_>) -> bool {
    let key = std::str::from_utf8(word.as_bytes()).unwrap_or_default();
    matches!(speaks_of(key), Speaks::Model | Speaks::Provider | Speaks::Fallback)
        && !Words::of(key).forbid()
}
