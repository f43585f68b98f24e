//! Generated configuration: the models and providers that its keys name.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::facts::{Facts, Piece, fact};
use super::lines::{Block, Line, no_text};
use super::tree::Fault;
use super::uses::Origin;
use super::{json, log, record, tree};
use crate::evidence::Node;
use crate::evidence::json::{Base, parse_loose};
use crate::text::{Place, SourceId, Span, pattern_of_bytes};

pub(super) fn read(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    let tree = match () {
        () if piece.is_named(&["json"]) => json::document(facts, piece, bytes),
        () if piece.is_named(&["toml"]) => tree(facts, piece, bytes, tree::toml),
        () if piece.is_named(&["yaml", "yml"]) => {
            let tree = tree(facts, piece, bytes, tree::yaml);
            if let Some(tree) = &tree {
                json::told_twice(facts, piece, tree::keys_twice(tree));
            }
            tree
        }
        () if piece.is_named(&["jsonl", "ndjson"]) => return log::records(facts, piece, bytes),
        () => return unnamed(facts, piece, bytes),
    };
    if let Some(tree) = tree {
        record::gather(facts, &tree, origin(piece));
    }
}

/// Reads a text by its grammar; what does not fit it is a fact and a gap.
fn tree(
    facts: &mut Facts<'_>,
    piece: &mut Piece<'_>,
    bytes: &[u8],
    grammar: fn(&str, SourceId) -> Result<Node, Fault>,
) -> Option<Node> {
    let source = facts.source(piece);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Fault { what: "not UTF-8", offset: error.valid_up_to() as u64 });
    match text.and_then(|text| grammar(text, source)) {
        Ok(tree) => Some(tree),
        Err(fault) => {
            let at = usize::try_from(fault.offset).unwrap_or(usize::MAX).min(bytes.len());
            let line = 1 + memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() as u64;
            let entries = [
                ("artifact", piece.surface.into()),
                ("path", piece.name.as_str().into()),
                ("line", line.into()),
                ("message", fault.what.into()),
                ("truncated", false.into()),
            ];
            let place = Place::new(source, Span::new(at as u64, at as u64));
            facts.malformed.push(fact(entries, Some(place)));
            facts.gap(&piece.name, Some(piece.surface), format!("{} at line {line}", fault.what));
            None
        }
    }
}

fn origin<'p>(piece: &Piece<'p>) -> Origin<'p> {
    Origin { surface: piece.teller, kind: "config", fallback: false }
}

/// What its name does not tell: JSON as people write it, if it begins like that, else lines.
fn unnamed(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    if let Some(why) = no_text(bytes) {
        facts.gap(&piece.name, Some(piece.surface), why);
    }
    // A comment may come first.
    if matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | b'/')) {
        let base = Base::whole(facts.source(piece));
        if let Ok(parsed) = parse_loose(bytes, base) {
            return record::gather(facts, &parsed.node, origin(piece));
        }
    }
    let mut section = Section::default();
    for line in Block::whole(bytes).lines() {
        if let Some(name) = section_name(line.bytes) {
            let span = Span::of(0..line.bytes.len()).shifted(line.offset);
            let place = Place::on_line(facts.source(piece), span, line.number, line.offset);
            std::mem::replace(&mut section, Section { name, place: Some(place), is_off: false })
                .told(facts, piece);
        } else if !pairs(facts, piece, &line, &mut section) {
            objects(facts, piece, &line);
        }
    }
    section.told(facts, piece);
}

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
fn objects(facts: &mut Facts<'_>, piece: &mut Piece<'_>, line: &Line<'_>) {
    let text = line.bytes;
    if !record::may_name_a_model(text) || is_comment(text) || !INNER_KEY.is_match(text) {
        return;
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
        None => {
            let why = format!("line {} is not understood", line.number);
            facts.gap(&piece.name, Some(piece.surface), why);
        }
    }
}

/// `KEY=value` and `key: value`, one a line: environment files, INI, and what else has such lines. Whether the line
/// is one that names a model, a provider or a fallback.
fn pairs(facts: &mut Facts<'_>, piece: &mut Piece<'_>, line: &Line<'_>, section: &mut Section) -> bool {
    let Some((key, value, span)) = pair(line) else { return false };
    // Of prose, only what can be nothing else: `fallback: the harness aborts` is a sentence.
    if piece.is_named(&PROSE) && (!key_is_set(line) || value.contains(char::is_whitespace)) {
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
    // A sentence has a colon, too.
    if key.contains(char::is_whitespace) {
        return false;
    }
    let node = Node::new(&*value, Some(place));
    section.is_off |= record::switches_off(&key, &node);
    record::setting(facts, &section.key(&key), &node, origin(piece))
}

/// What people write for people.
const PROSE: [&str; 6] = ["md", "markdown", "rst", "adoc", "txt", "text"];

/// Whether it is `=` that stands behind a line's key.
fn key_is_set(line: &Line<'_>) -> bool {
    memchr::memchr2(b'=', b':', line.bytes).and_then(|at| line.bytes.get(at)) == Some(&b'=')
}

/// The key, the value and where it stands. A byte that is not UTF-8 spoils no other.
fn pair<'l>(line: &Line<'l>) -> Option<(Cow<'l, str>, Cow<'l, str>, Span)> {
    let text = line.bytes;
    if is_comment(text) {
        return None;
    }
    let at = memchr::memchr2(b'=', b':', text)?;
    let (key, value) = (text.get(..at)?, text.get(at + 1..)?);
    let key = clean(key.trim_ascii().strip_prefix(b"export ").unwrap_or(key));
    let value = clean(without_comment(value));
    let start = value.as_ptr().addr() - text.as_ptr().addr();
    let span = Span::of(start..start + value.len()).shifted(line.offset);
    (!value.is_empty()).then(|| (String::from_utf8_lossy(key), String::from_utf8_lossy(value), span))
}

fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), Some(b'#' | b';'))
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
