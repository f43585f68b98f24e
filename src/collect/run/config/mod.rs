//! Generated configuration: the models and providers that its keys name.

mod comments;
mod defined;
mod gaps;
mod pairs;
mod syntax;
mod value;
mod words;

use std::borrow::Cow;

use super::facts::{Facts, Piece, fact};
use super::lines::no_text;
use super::tree::Fault;
use super::uses::Origin;
use super::{json, log, record, tree};
use crate::evidence::Node;
use crate::evidence::json::{Base, parse_loose};
use crate::text::{Place, SourceId, Span};

/// The mark of UTF-8 before a text, and blanks for it: places stay what they are. YAML's reader knows it.
const MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn read(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    let mut bytes = Cow::Borrowed(bytes);
    if bytes.starts_with(MARK) && !piece.is_named(&["yaml", "yml"]) {
        bytes.to_mut().get_mut(..MARK.len()).unwrap_or_default().fill(b' ');
    }
    let bytes = &*bytes;
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
            facts.not_understood(piece, format!("{} at line {line}", fault.what));
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
        facts.not_understood(piece, why);
    }
    // A comment may come first.
    if matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | b'/')) {
        let base = Base::whole(facts.source(piece));
        if let Ok(parsed) = parse_loose(bytes, base) {
            return record::gather(facts, &parsed.node, origin(piece));
        }
    }
    pairs::read(facts, piece, bytes);
}
