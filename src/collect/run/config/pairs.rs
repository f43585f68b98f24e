//! Lines of a configuration: sections, `KEY=value`, objects on a line. What is left of a line goes to `words`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::comments::Comments;
use super::defined::Defined;
use super::gaps::{Gaps, NOT_UNDERSTOOD};
use super::syntax::{is_code, is_prose};
use super::value::{Told, clean, says_nothing};
use super::{origin, words};
use crate::collect::run::facts::{Facts, Piece};
use crate::collect::run::keys::{Said, Speaks, Words};
use crate::collect::run::lines::{Block, Line};
use crate::collect::run::record;
use crate::collect::run::reference::Reference;
use crate::evidence::Node;
use crate::evidence::json::{Base, parse_loose};
use crate::text::{Place, Span, pattern_of_bytes};

pub(super) fn read(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    let comments = Comments::of(piece, bytes);
    let defined = Defined::of(piece, &comments, bytes);
    let (mut section, mut gaps) = (Section::default(), Gaps::default());
    for whole in Block::whole(bytes).lines() {
        let start = usize::try_from(whole.offset).unwrap_or(usize::MAX);
        let left = comments.without(whole.bytes, start);
        if left.doubtful.iter().any(|text| words::may_tell_of_a_model(facts, text)) {
            gaps.add(facts, piece, &whole, NOT_UNDERSTOOD);
        }
        let line = Line { bytes: &left.text, ..whole };
        if let Some(open) = gaps.open.take_if(|_| !line.bytes.trim_ascii().is_empty())
            && words::may_go_on(facts, open, line.bytes)
        {
            gaps.add(facts, piece, &line, NOT_UNDERSTOOD);
        }
        if let Some(name) = section_name(line.bytes) {
            let start = memchr::memmem::find(line.bytes, name.as_bytes()).unwrap_or_default();
            let span = Span::of(start..start + name.len()).shifted(line.offset);
            let place = Place::on_line(facts.source(piece), span, line.number, line.offset);
            std::mem::replace(&mut section, Section { name, place: Some(place), ..Section::default() })
                .told(facts, piece);
        } else if let Some(read) = pairs(facts, piece, &line, (&mut section, &defined))
            && !objects(facts, piece, &line, &read, &mut gaps)
        {
            words::left(facts, piece, &line, read, &mut gaps);
        }
    }
    section.told(facts, piece);
}

/// The part of a file of lines that is read: what its keys are of.
#[derive(Default)]
struct Section {
    name: String,
    /// Where the name stands.
    place: Option<Place>,
    /// `enabled = false`
    is_off: bool,
    /// Whether it names its model, and the line on which it may do so with a key of its own.
    is_named: bool,
    unclear: Option<u64>,
}

impl Section {
    /// A section may be called by the name of a fallback: `[providers.anthropic]`.
    fn told(self, facts: &mut Facts<'_>, piece: &Piece<'_>) {
        let mut parts = self.name.split(['.', ' ', '"', '\'']);
        let known = parts.find_map(|part| Some((part, facts.known.named(part)?)));
        if let Some((part, known)) = known.filter(|_| !self.is_off && !record::forbids(&self.name)) {
            let before = (part.as_ptr().addr() - self.name.as_ptr().addr()) as u64;
            let of_part = |place: Place| {
                let start = place.span.start + before;
                Place { span: Span::new(start, start + part.len() as u64), ..place }
            };
            facts.uses.add_known(origin(piece), known, self.place.map(of_part));
        }
        if let Some(number) = self.unclear.filter(|_| !self.is_named && !self.is_off) {
            facts.not_understood(piece, format!("line {number} {NOT_UNDERSTOOD}"));
        }
    }

    /// Of a model's section, what can only be a name is one, whatever its key: `[model]`, `default = x-1`.
    fn tell(&mut self, facts: &Facts<'_>, value: &str, words: &Words, line: u64) {
        let of = Words::of(&self.name);
        if !matches!(of.speak_of(), Speaks::Model | Speaks::Provider) || of.forbid() {
            return;
        }
        match words.speak_of() {
            Speaks::Model => self.is_named = true,
            Speaks::Else if !words.are_beside() && facts.known.is_like_a_name(value) => {
                let is_told = facts.known.named(value).is_some() || facts.known.is_admitted(value);
                self.unclear = self.unclear.or((!is_told && !value.contains("://")).then_some(line));
            }
            _ => {}
        }
    }

    /// Whether a name that is a key there is of what is used, and not of what is priced, forbidden, or called the same.
    fn lists_uses(&self) -> bool {
        let of = Words::of(&self.name);
        !of.forbid() && !of.are_beside() && !of.surround().1
    }

    fn key(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// The name in `[name]`, alone on its line.
fn section_name(line: &[u8]) -> Option<String> {
    let name = line.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?;
    let name = std::str::from_utf8(name).ok()?.trim_matches(['[', ']', ' ']);
    let is_inner = |letter: char| letter.is_alphanumeric() || "._- \"'".contains(letter);
    (name.starts_with(char::is_alphabetic) && name.chars().all(is_inner)).then(|| name.to_owned())
}

/// A key in the midst of a line, with whatever quotes: in an object, a list or a table on one line.
static INNER_KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?i)(?:^|[^$])[{,\[("'][ \t]*["'\\]*(?:[\w.-]*[a-z_.-])??(?:model|provider|fall[_-]?back\w*)(?:[_-]?(?:id|name))?["'\\]*[ \t]*[:=]"#,
    )
});

/// An object on a line that is more than it: `AGENT={"model": "…"}`. One that is not understood may name a model.
/// Whether the line has, beside what was read of it, a key as those of an object.
fn objects(
    facts: &mut Facts<'_>,
    piece: &mut Piece<'_>,
    line: &Line<'_>,
    read: &[Range<usize>],
    gaps: &mut Gaps,
) -> bool {
    let mut text = Cow::Borrowed(line.bytes);
    for read in read {
        text.to_mut().get_mut(read.clone()).unwrap_or_default().fill(b' ');
    }
    let text = &*text;
    if !record::may_name_a_model(text) || !INNER_KEY.is_match(text) {
        return false;
    }
    let (first, last) = (memchr::memchr(b'{', text), memchr::memrchr(b'}', text));
    let object = first.zip(last).and_then(|(first, last)| Some((first, text.get(first..=last)?)));
    let source = facts.source(piece);
    let read = object.and_then(|(first, object)| {
        let base = Base { source, offset: line.offset + first as u64, line: None };
        parse_loose(object, base).ok()
    });
    match read {
        Some(parsed) => record::gather(facts, &parsed.node, origin(piece)),
        None => gaps.add(facts, piece, line, NOT_UNDERSTOOD),
    }
    true
}

/// `KEY=value` and `key: value`, one a line: environment files, INI, and what else has such lines. What of the line was
/// read; none is left of one that is all of a model, a provider or a fallback.
fn pairs(
    facts: &mut Facts<'_>,
    piece: &mut Piece<'_>,
    line: &Line<'_>,
    (section, defined): (&mut Section, &Defined),
) -> Option<Vec<Range<usize>>> {
    let (mut read, mut at, mut names_a_use) = (Vec::new(), 0, false);
    while let Some(pair) = Pair::of(line.bytes, at) {
        let end = line.bytes.len() - pair.told.rest.len();
        let (what, is_last) = match pair.read(facts, piece, line, (section, defined)) {
            Read::Nothing => break,
            Read::Key => (at..pair.at_value, !pair.in_words),
            Read::All { of_a_use } => {
                names_a_use |= of_a_use;
                (at..end, !pair.in_words)
            }
        };
        read.push(what);
        at = end;
        if is_last {
            break;
        }
    }
    let rest = line.bytes.get(at..).unwrap_or_default();
    (!names_a_use || !says_nothing(rest)).then_some(read)
}

/// How much of a pair was read.
enum Read {
    Nothing,
    Key,
    All { of_a_use: bool },
}

struct Pair<'l> {
    key: Cow<'l, str>,
    /// Where in its line the key stands.
    key_at: Range<usize>,
    told: Told<'l>,
    /// Where in its line the value begins, or what it stands in.
    at_value: usize,
    /// `KEY=value`, without blanks: others may stand behind.
    in_words: bool,
    is_set: bool,
}

/// The marks between a key and its value.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| pattern_of_bytes(r"[ \t]*(?:::?=|\?\??=|\+=|\|\|=|=>|=|:)"));
/// What may stand before a key on its line.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"^[ \t]*(?:(?i:export|local|readonly|set|setx|env|arg)[ \t]+|(?i:environment)=["']?)?(?:\$(?:env:)?)?"#,
    )
});

impl<'l> Pair<'l> {
    /// The pair that a line has from `at` on. A byte that is not UTF-8 spoils no other.
    fn of(line: &'l [u8], at: usize) -> Option<Self> {
        let text = line.get(at..)?;
        let head = BEFORE.find(text).map_or(0, |head| head.end());
        let mark = MARK.find_at(text, head)?;
        let (key, behind) = (text.get(head..mark.start())?, text.get(mark.end()..)?);
        let is_word =
            !key.is_empty() && key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let in_words = is_word
            && mark.as_bytes() == b"="
            && behind.first().is_some_and(|next| !next.is_ascii_whitespace());
        if at > 0 && !in_words {
            return None;
        }
        let mut told = Told::of(behind, in_words);
        // Of systemd's, the quotes stand around both.
        if let Some([mark @ (b'"' | b'\'')]) = text.get(head.saturating_sub(1)..head) {
            told.value = told.value.strip_suffix(std::slice::from_ref(mark)).unwrap_or(told.value);
        }
        let key = clean(key);
        let key_start = key.as_ptr().addr() - line.as_ptr().addr();
        Some(Self {
            key: String::from_utf8_lossy(key),
            key_at: key_start..key_start + key.len(),
            told,
            at_value: at + mark.end(),
            in_words,
            is_set: mark.as_bytes().ends_with(b"="),
        })
        .filter(|pair| !pair.told.value.is_empty())
    }

    /// Whether it may be one: a sentence has a colon, too, and what is open goes on behind its line.
    fn may_be_one(&self, piece: &Piece<'_>) -> bool {
        // Of prose, only what can be nothing else: `fallback: the harness aborts` is a sentence.
        let is_plain = self.is_set && !self.value().contains(char::is_whitespace);
        !self.key.contains(char::is_whitespace)
            && !matches!(self.told.value, b"{" | b"[" | b"(" | b"|" | b">")
            && (!is_prose(piece) || is_plain)
    }

    fn value(&self) -> Cow<'l, str> {
        String::from_utf8_lossy(self.told.value)
    }

    fn read(
        &self,
        facts: &mut Facts<'_>,
        piece: &mut Piece<'_>,
        line: &Line<'_>,
        (section, defined): (&mut Section, &Defined),
    ) -> Read {
        if !self.may_be_one(piece) {
            return Read::Nothing;
        }
        let source = facts.source(piece);
        let on_line = |range: Range<usize>| {
            Place::on_line(source, Span::of(range).shifted(line.offset), line.number, line.offset)
        };
        let start = self.told.value.as_ptr().addr() - line.bytes.as_ptr().addr();
        let definition = defined.get(self.told.value);
        let (value, place) = match definition {
            Some(definition) => (Cow::Borrowed(definition.value.as_str()), definition.place(source)),
            None => (self.value(), on_line(start..start + self.told.value.len())),
        };
        // In quotes of the shell, a record's own are escaped.
        if value.contains("\\\"") && record::may_name_a_model(value.as_bytes()) {
            let before = facts.uses.unclear.len();
            let named = record::text(facts, &value.replace("\\\"", "\""), Some(place), origin(piece));
            let of_a_use = named || facts.uses.unclear.len() > before;
            return if of_a_use { Read::All { of_a_use } } else { Read::Nothing };
        }
        let key = section.key(&self.key);
        let words = Words::of(&key);
        let of_a_use = matches!(words.speak_of(), Speaks::Model | Speaks::Provider | Speaks::Fallback);
        if of_a_use && definition.is_none() && !self.is_name(piece, &words, &value) {
            return Read::Nothing;
        }
        let node = Node::new(&*value, Some(place));
        section.is_off |= record::switches_off(&self.key, &node);
        if !of_a_use || !is_nothing(&value) {
            // A section may list by their names what is used: `[providers]`, `anthropic = …`.
            let is_listed = !section.name.is_empty() && facts.known.named(&self.key).is_some();
            let named = if is_listed && section.lists_uses() { &*self.key } else { key.as_str() };
            let key_place = on_line(self.key_at.clone());
            record::setting_at(facts, (named, Some(key_place)), &node, origin(piece));
        }
        // What else stands in it was read only as a name.
        section.tell(facts, &value, &words, line.number);
        let is_whole = of_a_use || (Self::is_word(&value) && self.ends());
        if is_whole { Read::All { of_a_use } } else { Read::Key }
    }

    /// Whether a value is a name, or stands for one: of several words only in quotes, of code only in quotes.
    fn is_name(&self, piece: &Piece<'_>, words: &Words, value: &str) -> bool {
        let is_reference = || matches!(Reference::of(value), Reference::Variable | Reference::Default(_));
        let is_bare = if words.speak_of() == Speaks::Fallback {
            // What is said of a fallback may be a sentence.
            !is_code(piece) || (Self::is_word(value) && words.say(value) != Said::Named)
        } else {
            !is_code(piece) && Self::is_word(value)
        };
        self.ends() && (self.told.is_quoted || is_bare || is_reference() || is_nothing(value))
    }

    /// Whether the value is all that its key is told.
    fn ends(&self) -> bool {
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b";&|)".contains(byte);
        self.told.is_all() || (self.in_words && self.told.rest.first().is_none_or(is_end))
    }

    fn is_word(value: &str) -> bool {
        let is_inner =
            |byte: u8| byte.is_ascii_alphanumeric() || b"._:/@+-~".contains(&byte) || !byte.is_ascii();
        value.bytes().all(is_inner)
    }
}

/// Whether a value says that there is none.
fn is_nothing(value: &str) -> bool {
    ["null", "none", "nil", "undefined", "~"].iter().any(|word| value.eq_ignore_ascii_case(word))
}
