//! Lines of a configuration: sections, `KEY=value`, objects on a line. What is left of a line goes to `words`.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::comments::Comments;
use super::{origin, words};
use crate::collect::run::facts::{Facts, Piece};
use crate::collect::run::lines::{Block, Line};
use crate::collect::run::record;
use crate::evidence::Node;
use crate::evidence::json::{Base, parse_loose};
use crate::text::{Place, Span, pattern_of_bytes};

pub(super) fn read(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    let (mut section, mut comments, mut gaps) = (Section::default(), Comments::of(piece), Gaps::default());
    for whole in Block::whole(bytes).lines() {
        let text = comments.without(whole.bytes);
        let line = Line { bytes: &text, ..whole };
        if let Some(name) = section_name(line.bytes) {
            let span = Span::of(0..line.bytes.len()).shifted(line.offset);
            let place = Place::on_line(facts.source(piece), span, line.number, line.offset);
            std::mem::replace(&mut section, Section { name, place: Some(place), is_off: false })
                .told(facts, piece);
        } else if !pairs(facts, piece, &line, &mut section) && !objects(facts, piece, &line, &mut gaps) {
            words::left(facts, piece, &line, &mut gaps);
        }
    }
    section.told(facts, piece);
}

/// Lines of one file that are told as not understood, one by one.
const TOLD: u64 = 8;

/// The lines that were not understood so far.
#[derive(Default)]
pub(super) struct Gaps(u64);

impl Gaps {
    pub fn add(&mut self, facts: &mut Facts<'_>, piece: &Piece<'_>, line: &Line<'_>, what: &str) {
        self.0 += 1;
        let why = match self.0 {
            1..=TOLD => format!("line {} {what}", line.number),
            count if count == TOLD + 1 => format!("more lines from {} on are not understood", line.number),
            _ => return,
        };
        facts.gap(&piece.name, Some(piece.surface), why);
    }
}

/// What is told of a line with a key that names a model, and in which syntax is not known.
pub(super) const NOT_UNDERSTOOD: &str = "is not understood";

/// The part of a file of lines that is read: what its keys are of.
#[derive(Default)]
struct Section {
    name: String,
    place: Option<Place>,
    /// `enabled = false`
    is_off: bool,
}

impl Section {
    /// A section may be called by the name of a fallback: `[providers.anthropic]`.
    fn told(self, facts: &mut Facts<'_>, piece: &Piece<'_>) {
        let parts = self.name.split(['.', ' ', '"', '\'']);
        let known = parts.into_iter().find_map(|part| facts.known.named(part));
        if let Some(known) = known.filter(|_| !self.is_off && !record::forbids(&self.name)) {
            facts.uses.add_known(origin(piece), known, self.place);
        }
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
        r#"(?i)[{,\[("'][ \t]*["'\\]*(?:[\w.-]*[a-z_.-])??(?:model|provider|fall[_-]?back\w*)(?:[_-]?(?:id|name))?["'\\]*[ \t]*[:=]"#,
    )
});

/// An object on a line that is more than it: `AGENT={"model": "…"}`. One that is not understood may name a model.
/// Whether the line has a key as those of an object.
fn objects(facts: &mut Facts<'_>, piece: &mut Piece<'_>, line: &Line<'_>, gaps: &mut Gaps) -> bool {
    let text = line.bytes;
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

/// `KEY=value` and `key: value`, one a line: environment files, INI, and what else has such lines. Whether the line
/// is one that names a model, a provider or a fallback.
fn pairs(facts: &mut Facts<'_>, piece: &mut Piece<'_>, line: &Line<'_>, section: &mut Section) -> bool {
    let Some((key, value, span)) = pair(line) else { return false };
    // Of prose, only what can be nothing else: `fallback: the harness aborts` is a sentence.
    if words::is_prose(piece) && (!key_is_set(line) || value.contains(char::is_whitespace)) {
        return false;
    }
    let source = facts.source(piece);
    let place = Place::on_line(source, span, line.number, line.offset);
    // In quotes of the shell, a record's own are escaped.
    if value.contains("\\\"") && record::may_name_a_model(value.as_bytes()) {
        let origin = origin(piece);
        let before = facts.uses.unclear.len();
        let named = record::text(facts, &value.replace("\\\"", "\""), Some(place), origin);
        return named || facts.uses.unclear.len() > before;
    }
    if !is_whole(&key, &value) {
        return false;
    }
    let node = Node::new(&*value, Some(place));
    section.is_off |= record::switches_off(&key, &node);
    record::setting(facts, &section.key(&key), &node, origin(piece))
}

/// Whether a pair is one: a sentence has a colon, too, and what is open goes on behind its line.
fn is_whole(key: &str, value: &str) -> bool {
    !key.contains(char::is_whitespace) && !matches!(value, "{" | "[" | "(" | "|" | ">")
}

/// The value of a pair that was read as one, and where in its line it begins.
pub(super) fn judged(line: &Line<'_>) -> Option<(String, usize)> {
    let (key, value, span) = pair(line).filter(|(key, value, _)| is_whole(key, value))?;
    let start = usize::try_from(span.start.checked_sub(line.offset)?).ok()?;
    (!key.is_empty()).then(|| (value.into_owned(), start))
}

/// Whether it is `=` that stands behind a line's key.
fn key_is_set(line: &Line<'_>) -> bool {
    memchr::memchr2(b'=', b':', line.bytes).and_then(|at| line.bytes.get(at)) == Some(&b'=')
}

/// The key, the value and where it stands. A byte that is not UTF-8 spoils no other.
fn pair<'l>(line: &Line<'l>) -> Option<(Cow<'l, str>, Cow<'l, str>, Span)> {
    let text = line.bytes;
    let at = memchr::memchr2(b'=', b':', text)?;
    let (key, value) = (text.get(..at)?, text.get(at + 1..)?);
    let key = clean(key.trim_ascii().strip_prefix(b"export ").unwrap_or(key));
    let value = clean(without_comment(value));
    let start = value.as_ptr().addr() - text.as_ptr().addr();
    let span = Span::of(start..start + value.len()).shifted(line.offset);
    (!value.is_empty()).then(|| (String::from_utf8_lossy(key), String::from_utf8_lossy(value), span))
}

/// Without what follows ` #`; in quotes it begins no comment.
fn without_comment(value: &[u8]) -> &[u8] {
    if matches!(value.trim_ascii_start().first(), Some(b'"' | b'\'')) {
        return value;
    }
    memchr::memmem::find(value, b" #").and_then(|at| value.get(..at)).unwrap_or(value)
}

/// Without the blanks, quotes and commas around it.
fn clean(mut text: &[u8]) -> &[u8] {
    let odd = |byte: &u8| matches!(byte, b'"' | b'\'' | b',' | b' ' | b'\t');
    while let [first, rest @ ..] = text
        && odd(first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && odd(last)
    {
        text = rest;
    }
    text
}
