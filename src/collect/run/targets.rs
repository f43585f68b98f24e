//! Target repositories: their paths in what a run did, their content among what it left.

use super::facts::{Facts, Piece, fact};
use super::lines::Block;
use crate::collect::Target;
use crate::evidence::{Node, Value};
use crate::text::{Place, Span};

/// Tells every string of a value that names a path in a target repository.
pub(super) fn inspected_node(facts: &mut Facts<'_>, piece: &Piece<'_>, node: Option<&Node>) {
    let Some(node) = node.filter(|_| !facts.ctx.targets.is_empty()) else { return };
    match &node.value {
        Value::String(text) => inspected_text(facts, piece, text, || node.place),
        Value::List(items) => items.iter().for_each(|item| inspected_node(facts, piece, Some(item))),
        Value::Map(map) => map.iter().for_each(|(key, item)| {
            inspected_text(facts, piece, key, || map.key_place(item).or(node.place));
            inspected_node(facts, piece, Some(item));
        }),
        _ => {}
    }
}

fn inspected_text(facts: &mut Facts<'_>, piece: &Piece<'_>, text: &str, place: impl Fn() -> Option<Place>) {
    let targets = facts.ctx.targets;
    for target in targets.iter().filter(|target| target.find(text.as_bytes()).is_some()) {
        tell(facts, piece, target, place());
    }
}

/// Tells every place of a text that names a path in a target repository.
pub(super) fn inspected_bytes(facts: &mut Facts<'_>, piece: &mut Piece<'_>, block: Block<'_>) {
    let targets = facts.ctx.targets;
    for target in targets {
        let mut from = 0;
        while let Some(found) = target.find(block.bytes.get(from..).unwrap_or_default()) {
            let (start, end) = (from + found.start, from + found.end);
            let line = block.line_around(start);
            let span = Span::of(start..end).shifted(block.offset);
            let source = facts.source(piece);
            tell(facts, piece, target, Some(Place::on_line(source, span, line.number, line.offset)));
            from = end;
        }
    }
}

fn tell(facts: &mut Facts<'_>, piece: &Piece<'_>, target: &Target, place: Option<Place>) {
    let entries = [
        ("surface", piece.surface.into()),
        ("path", piece.name.as_str().into()),
        ("target", target.shown.as_str().into()),
    ];
    facts.inspected.push(fact(entries, place));
}
