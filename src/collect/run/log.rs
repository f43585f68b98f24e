//! Backend logs: JSON lines that tell of a model, lines that speak of a fallback, the agent-result block.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::agent::Blocks;
use super::baseline::BaselineTrace;
use super::facts::{Facts, Piece, fact};
use super::lines::{Block, Line, LinesOf, Sink, in_utf8, no_text};
use super::objects::take_objects;
use super::roles::OTHER;
use super::spread::{Found, Held};
use super::uses::Origin;
use super::{mention, record, targets};
use crate::evidence::Node;
use crate::evidence::json::{Base, Parsed, parse_all};
use crate::text::{Place, Span, pattern_of_bytes};

/// A line that is looked at as a record.
const RECORD: usize = 8 << 20;

/// Records of one file that are told as not understood, one by one.
const TOLD: u64 = 3;

pub(super) struct LogSink<'s, 'p, 'c> {
    facts: &'s mut Facts<'c>,
    piece: &'s mut Piece<'p>,
    /// None for a file of JSON Lines, which quotes the agent's words but does not end with them.
    blocks: Option<&'s mut Blocks>,
    /// The baseline's trace, if this is it.
    baseline: Option<&'s mut BaselineTrace>,
    /// Whether prose is looked through for a fallback.
    prose: bool,
    looked_for: LookedFor,
    /// Whether every line should be a record.
    strict: bool,
    /// Where a line that is no record may be a part of one.
    parts: Parts,
    held: Held,
    begun: bool,
    not_understood: u64,
}

/// What in the records of a file is a use of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LookedFor {
    AllUses,
    /// Only what the route knows as a fallback.
    KnownFallbacks,
}

/// Lines on which a record may stand in part: it takes up several, or is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// The file was read as one document.
    None,
    /// Such as begin with a key, name a model, or stand where a record began.
    Some,
    /// The file should be JSON, and is not: such as have a key.
    Any,
}

impl Sink for LogSink<'_, '_, '_> {
    fn block(&mut self, block: Block<'_>) {
        if !std::mem::replace(&mut self.begun, true)
            && self.looked_for == LookedFor::AllUses
            && let Some(why) = no_text(block.bytes)
        {
            self.facts.not_understood(self.piece, why);
        }
        self.records(block);
        targets::inspected_bytes(self.facts, self.piece, block);
        if self.prose {
            self.mentions(block);
        }
        if let Some(blocks) = self.blocks.as_deref_mut() {
            blocks.block(self.facts, self.piece, block);
        }
        if let Some(trace) = self.baseline.as_deref_mut() {
            trace.block(self.facts, self.piece, block);
        }
    }

    fn overlong(&mut self, line: u64) {
        self.end();
        let why = format!("line {line} is too long to read");
        self.facts.not_understood(self.piece, why);
    }
}

impl<'s, 'p, 'c> LogSink<'s, 'p, 'c> {
    pub fn new(
        facts: &'s mut Facts<'c>,
        piece: &'s mut Piece<'p>,
        blocks: Option<&'s mut Blocks>,
        prose: bool,
    ) -> Self {
        let strict = piece.is_named(&["jsonl"]);
        let parts = if piece.is_named(&["json"]) { Parts::Any } else { Parts::Some };
        Self {
            facts,
            piece,
            blocks,
            baseline: None,
            prose,
            looked_for: LookedFor::AllUses,
            strict,
            parts,
            held: Held::default(),
            begun: false,
            not_understood: 0,
        }
    }

    /// Of what may speak of models without using one: material of the task, and of its tests, and what is none of the
    /// harness's own files.
    pub fn of_known_names(self, only_known: bool) -> Self {
        let looked_for = if only_known { LookedFor::KnownFallbacks } else { LookedFor::AllUses };
        // What tests print is no record of a run, whole or not.
        let is_material = only_known && self.piece.surface != OTHER;
        let parts =
            if is_material && !self.strict && self.parts == Parts::Some { Parts::None } else { self.parts };
        Self { looked_for, strict: self.strict && !only_known, parts, ..self }
    }

    /// Tells whether the file was read as one document.
    pub fn of_a_document(self, was_read: bool) -> Self {
        let parts = if was_read { Parts::None } else { self.parts };
        Self { parts, ..self }
    }

    /// Takes what the baseline's trace tells beside.
    pub fn with_trace(self, trace: Option<&'s mut BaselineTrace>) -> Self {
        Self { baseline: trace, ..self }
    }

    fn records(&mut self, block: Block<'_>) {
        if self.strict || self.parts == Parts::None {
            return self.read(block, &Found::default());
        }
        // Of a file that comes in pieces, a record may begin in one and end in another.
        let held_bytes = self.facts.ctx.limits.held_bytes;
        let in_pieces = self.piece.stamp.is_some_and(|stamp| stamp.len > held_bytes);
        if !in_pieces && !self.may_name(block.bytes) {
            return;
        }
        let plain = without_colours(block.bytes);
        let mut held = std::mem::take(&mut self.held);
        held.block(Block { bytes: &plain, ..block }, |block, found| self.read(block, found));
        self.held = held;
    }

    /// Reads what was held back: the file ends here.
    pub fn end(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        held.end(|block, found| self.read(block, found));
    }

    fn may_name(&self, bytes: &[u8]) -> bool {
        record::may_name_a_model(bytes) || self.facts.known.may_stand_in(bytes)
    }

    fn read(&mut self, block: Block<'_>, found: &Found) {
        if !self.strict && !self.may_name(block.bytes) {
            return;
        }
        if self.looked_for == LookedFor::AllUses {
            return self.lines(block, found);
        }
        let has_events =
            self.piece.surface == OTHER && memchr::memmem::find(block.bytes, b"model_").is_some();
        if has_events
            || self.facts.known.may_stand_in(block.bytes)
            || record::has_escaped_letter(block.bytes)
        {
            let own = std::mem::take(&mut self.facts.uses);
            self.lines(block, found);
            let told = std::mem::replace(&mut self.facts.uses, own);
            self.facts.uses.take_known(told, &self.facts.known);
        }
    }

    fn lines(&mut self, block: Block<'_>, found: &Found) {
        let (mut whole, mut broken) = (found.whole.iter().peekable(), found.broken.iter().peekable());
        // What was read with a line before, and what was not.
        let (mut done, mut lost): (Vec<Range<u64>>, Vec<Range<u64>>) = (Vec::new(), Vec::new());
        for line in block.lines() {
            let end = line.offset + line.bytes.len() as u64;
            done.retain(|range| range.end > line.offset);
            lost.retain(|range| range.end > line.offset);
            while let Some(range) = broken.next_if(|range| range.start < end) {
                lost.push(range.clone());
            }
            while let Some(range) = whole.next_if(|range| range.start < end) {
                let of_it = if self.spread(block, line, range) { &mut done } else { &mut lost };
                of_it.push(range.clone());
            }
            let mut text = Cow::Borrowed(line.bytes);
            for range in &done {
                let [from, to] = [range.start, range.end].map(|at| {
                    usize::try_from(at.clamp(line.offset, end) - line.offset).unwrap_or_default()
                });
                text.to_mut().get_mut(from..to).unwrap_or_default().fill(b' ');
            }
            let line = Line { bytes: &text, ..line };
            // Every record has a brace, and every part of one that can't be read a key in quotes or escapes.
            let may_be_one = memchr::memchr3(b'{', b'"', b'\\', line.bytes).is_some();
            if may_be_one && self.may_name(line.bytes) {
                self.record(line, !lost.is_empty());
            } else if self.strict && !looks_whole(line.bytes) {
                self.not_understood(line);
            }
        }
    }

    /// Reads a record that begins on a line and ends on another; whether it is one. It may be any file that somebody
    /// printed: what it names beside the fallbacks and what the route admits is told as not understood.
    fn spread(&mut self, block: Block<'_>, line: Line<'_>, range: &Range<u64>) -> bool {
        let [start, end] = [range.start, range.end].map(|at| usize::try_from(at - block.offset).ok());
        let text = start.zip(end).and_then(|(start, end)| block.bytes.get(start..end)).unwrap_or_default();
        if !self.may_name(text) {
            return true;
        }
        let base = Base { source: self.facts.source(self.piece), offset: range.start, line: None };
        let Ok(Parsed { node: mut record, .. }) = parse_all(&in_utf8(text), base) else { return false };
        let lines = LinesOf::of(text, range.start, Some((line.number, line.offset)));
        record.move_places(&mut |place| Some(lines.place(place)));
        let own = std::mem::take(&mut self.facts.uses);
        record::gather(self.facts, &record, origin(self.piece));
        let told = std::mem::replace(&mut self.facts.uses, own);
        if !self.facts.uses.take_sure(told, &self.facts.known) {
            self.not_understood(Line { bytes: text, ..line });
        }
        true
    }

    /// A record is lost where what is left of a line may name a model: a gap.
    fn not_understood(&mut self, line: Line<'_>) {
        if self.looked_for == LookedFor::KnownFallbacks && !self.facts.known.may_stand_in(line.bytes) {
            return;
        }
        self.not_understood += 1;
        let why = match self.not_understood {
            1..=TOLD => format!("a record on line {} is not understood", line.number),
            count if count == TOLD + 1 => {
                format!("more records from line {} on are not understood", line.number)
            }
            _ => return,
        };
        self.facts.not_understood(self.piece, why);
    }

    /// A line that is a JSON object, or that holds some between a time stamp, a level, colours and other words.
    fn record(&mut self, line: Line<'_>, is_lost: bool) {
        let Some(first) = memchr::memchr(b'{', line.bytes) else {
            let part = match self.parts {
                Parts::None => false,
                Parts::Some if !is_lost => record::is_of_one(line.bytes, &self.facts.known),
                Parts::Some | Parts::Any => record::has_key(line.bytes),
            };
            if part || (self.strict && !looks_whole(line.bytes)) {
                self.not_understood(line);
            }
            return;
        };
        if line.bytes.len() > RECORD {
            return self.not_understood(line);
        }
        let text = in_utf8(line.bytes);
        let whole = text.get(first..).unwrap_or_default().trim_ascii_end();
        let before = text.get(..first).unwrap_or_default();
        if whole.last() == Some(&b'}') && !self.has_key(before) && self.object(line, first, whole) {
            return;
        }
        self.objects(line, first, text.into_owned());
    }

    /// The objects on a line that is more than one. What is no object is left, and must name no model.
    fn objects(&mut self, line: Line<'_>, first: usize, mut text: Vec<u8>) {
        let is_all = take_objects(&mut text, first, |start, object| self.object(line, start, object));
        let left = !is_all && self.facts.known.may_stand_in(&text);
        if left || self.has_key(&text) || (self.strict && !looks_whole(line.bytes)) {
            self.not_understood(line);
        }
    }

    /// Whether what is left of a line has a key of a record.
    fn has_key(&self, left: &[u8]) -> bool {
        self.parts != Parts::None && memchr::memchr(b'"', left).is_some() && record::has_key(left)
    }

    /// Reads an object of a line; whether it is one.
    fn object(&mut self, line: Line<'_>, start: usize, text: &[u8]) -> bool {
        let source = self.facts.source(self.piece);
        let base = Base { source, offset: line.offset + start as u64, line: Some(line.number) };
        let Ok(Parsed { node: mut record, .. }) = parse_all(text, base) else { return false };
        if start > 0 {
            // The parser takes the record's first byte for the line's.
            record
                .move_places(&mut |place| Some(Place { line: Some((line.number, line.offset)), ..place }));
        }
        record::gather(self.facts, &record, origin(self.piece));
        true
    }

    fn mentions(&mut self, block: Block<'_>) {
        for mention::Mention { range, what } in mention::mentions(block, &self.facts.ctx.profile.spec.route)
        {
            let line = block.line_around(range.start);
            let source = self.facts.source(self.piece);
            let span = Span::of(range).shifted(block.offset);
            let place = Place::on_line(source, span, line.number, line.offset);
            let entries = [("surface", self.piece.surface.into()), ("what", what.into())];
            self.facts.mentions.push(fact(entries, Some(place)));
        }
    }
}

/// The uses in a file of JSON Lines that is no log.
pub(super) fn records(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    let mut sink = LogSink::new(facts, piece, None, false);
    if !bytes.is_empty() {
        sink.block(Block::whole(bytes));
    }
    sink.end();
}

fn origin<'p>(piece: &Piece<'p>) -> Origin<'p> {
    Origin { surface: piece.teller, kind: "log", fallback: false }
}

/// The uses in a file that is one JSON document on several lines. Whether it is one; lines that are records each are
/// none.
pub(super) fn document(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_end();
    let may_name = |bytes: &[u8]| record::may_name_a_model(bytes) || facts.known.may_stand_in(bytes);
    if memchr::memchr(b'\n', bytes).is_none() || !may_name(bytes) {
        return false;
    }
    let Ok(Parsed { node, .. }) = parse_all(bytes, Base::whole(facts.source(piece))) else { return false };
    record::gather(facts, &node, origin(piece));
    true
}

/// The same of material that may speak of models: only what the route knows as a fallback is a use of it.
pub(super) fn known_document(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) -> bool {
    only_known(facts, |facts| document(facts, piece, bytes))
}

/// The same of such material that was read before.
pub(super) fn known_uses(facts: &mut Facts<'_>, piece: &Piece<'_>, node: &Node) {
    only_known(facts, |facts| record::gather(facts, node, origin(piece)));
}

/// The same of some members of it, which stands at `place`.
pub(super) fn known_members<'n>(
    facts: &mut Facts<'_>,
    piece: &Piece<'_>,
    members: impl Iterator<Item = (&'n str, &'n Node)>,
    place: Option<Place>,
) {
    only_known(facts, |facts| record::gather_members(facts, members, place, origin(piece)));
}

/// Adds those uses alone that are of a fallback which the route knows.
fn only_known<T>(facts: &mut Facts<'_>, gather: impl FnOnce(&mut Facts<'_>) -> T) -> T {
    let own = std::mem::take(&mut facts.uses);
    let gathered = gather(facts);
    let told = std::mem::replace(&mut facts.uses, own);
    facts.uses.take_known(told, &facts.known);
    gathered
}

/// The same text with a blank for each byte of a mark that colours it.
fn without_colours(bytes: &[u8]) -> Cow<'_, [u8]> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| pattern_of_bytes(r"\x1b\[[0-9;:]*[A-Za-z]"));
    let mut text = Cow::Borrowed(bytes);
    if memchr::memchr(0x1B, bytes).is_some() {
        for mark in MARK.find_iter(bytes) {
            text.to_mut().get_mut(mark.range()).unwrap_or_default().fill(b' ');
        }
    }
    text
}

/// Whether a line of JSON Lines is blank, or begins and ends as a value does.
fn looks_whole(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    matches!((line.first(), line.last()), (None, _) | (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
}
