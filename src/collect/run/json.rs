//! JSON artifacts: parsed with places, their faults told as facts and gaps.

use super::facts::{Facts, Piece, fact};
use super::lines::Line;
use super::schema::{Misfit, Schema};
use crate::evidence::Node;
use crate::evidence::json::{Base, JsonError, Parsed, parse};
use crate::text::{Place, Span};

/// Malformed records of one surface that are told as gaps, one by one.
const TOLD: u64 = 20;

/// Parses a whole file; what is no JSON is a fact and a gap.
pub(super) fn document(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) -> Option<Node> {
    let source = facts.source(piece);
    match parse(bytes, Base::whole(source)) {
        Ok(parsed) => Some(told(facts, piece, parsed)),
        Err(error) => {
            let at = usize::try_from(error.offset).unwrap_or(usize::MAX).min(bytes.len());
            let before = bytes.get(..at).unwrap_or_default();
            let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
            let cut = is_cut(bytes, &error);
            let place = Place::new(source, Span::new(error.offset, error.offset));
            malformed(facts, piece, place, line, &error, cut);
            None
        }
    }
}

/// Parses one record of JSON Lines.
pub(super) fn record(
    facts: &mut Facts<'_>,
    piece: &mut Piece<'_>,
    line: Line<'_>,
    base: Base,
) -> Option<Node> {
    match parse(line.bytes, base) {
        Ok(parsed) => Some(told(facts, piece, parsed)),
        Err(error) => {
            let at = line.offset + error.offset;
            let cut = !line.ended && is_cut(line.bytes, &error);
            let place = Place::on_line(base.source, Span::new(at, at), line.number, line.offset);
            malformed(facts, piece, place, line.number, &error, cut);
            None
        }
    }
}

/// Whether the text ends before its JSON does.
fn is_cut(bytes: &[u8], error: &JsonError) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let what = error.what.as_str();
    let open = ["end of", "unterminated", "empty"].iter().any(|word| what.contains(word));
    open || usize::try_from(error.offset).is_ok_and(|at| at >= text.trim_end().len())
}

fn malformed(
    facts: &mut Facts<'_>,
    piece: &Piece<'_>,
    place: Place,
    line: u64,
    error: &JsonError,
    cut: bool,
) {
    let word = if cut { "truncated" } else { "malformed" };
    let entries = [
        ("artifact", piece.surface.into()),
        ("path", piece.name.as_str().into()),
        ("line", line.into()),
        ("message", error.what.as_str().into()),
        ("truncated", cut.into()),
    ];
    facts.malformed.push(fact(entries, Some(place)));
    if facts.malformed.count <= TOLD {
        facts.not_understood(piece, format!("{word} JSON at line {line}"));
    } else if facts.malformed.count == TOLD + 1 {
        facts.not_understood(piece, format!("more {word} JSON from line {line} on"));
    }
}

/// Tells keys that stand twice: the pointer of each, and where it stands again.
pub(super) fn told_twice(
    facts: &mut Facts<'_>,
    piece: &Piece<'_>,
    keys: impl IntoIterator<Item = (String, Place)>,
) {
    for (pointer, again) in keys {
        let entries = [
            ("artifact", piece.surface.into()),
            ("path", piece.name.as_str().into()),
            ("pointer", pointer.into()),
        ];
        facts.duplicate_keys.push(fact(entries, Some(again)));
    }
}

/// Numbers of an artifact that a rule may ask for; the manifest's are all of its own.
const JUDGED: [&str; 8] = [
    "/stage",
    "/backend_exit_code",
    "/patch/bytes",
    "/tests/passed",
    "/tests/failed",
    "/passed",
    "/failed",
    "/code",
];

fn told(facts: &mut Facts<'_>, piece: &Piece<'_>, parsed: Parsed) -> Node {
    told_twice(facts, piece, parsed.duplicate_keys.into_iter().map(|twice| (twice.pointer, twice.again)));
    // Unknown fields are free: a time in nanoseconds is no fault.
    let judged = |pointer: &str| piece.surface == "manifest" || JUDGED.contains(&pointer);
    for number in parsed.inexact_numbers.into_iter().filter(|number| judged(&number.pointer)) {
        let misfit = Misfit {
            pointer: number.pointer,
            message: "is beyond 2^53: readers round it differently".to_owned(),
            place: Some(number.place),
        };
        facts.misfit(piece.surface, &piece.name, misfit);
    }
    parsed.node
}

/// Tells what of an artifact does not fit its schema.
pub(super) fn check(facts: &mut Facts<'_>, piece: &Piece<'_>, schema: Schema, node: &Node) {
    match schema.misfits(node) {
        Some(misfits) => {
            for misfit in misfits {
                facts.misfit(piece.surface, &piece.name, misfit);
            }
        }
        None => facts.not_understood(piece, "its schema is unsound: not checked"),
    }
}
