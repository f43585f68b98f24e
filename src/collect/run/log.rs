//! Backend logs: JSON lines that tell of a model, lines that speak of a fallback, the agent-result block.

use std::borrow::Cow;

use super::agent::Blocks;
use super::baseline::BaselineTrace;
use super::facts::{Facts, Piece, fact};
use super::lines::{Block, Line, LinesOf, Sink, in_utf8, no_text};
use super::objects::take_objects;
use super::roles::OTHER;
use super::spread::{Finder, Spread};
use super::uses::Origin;
use super::{mention, record, targets};
use crate::evidence::Node;
use crate::evidence::json::{Base, Parsed, parse_all};
use crate::text::{Place, Span};

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
    /// Such as begin with a key.
    Begin,
    /// The file should be JSON, and is not: such as have a key.
    Any,
}

impl Sink for LogSink<'_, '_, '_> {
    fn block(&mut self, block: Block<'_>) {
        if !std::mem::replace(&mut self.begun, true)
            && self.looked_for == LookedFor::AllUses
            && let Some(why) = no_text(block.bytes)
        {
            self.facts.gap(&self.piece.name, Some(self.piece.surface), why);
        }
        if self.looked_for == LookedFor::KnownFallbacks {
            self.known_records(block);
        } else {
            self.records(block);
        }
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
        let why = format!("line {line} is too long to read");
        self.facts.gap(&self.piece.name, Some(self.piece.surface), why);
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
        let parts = if piece.is_named(&["json"]) { Parts::Any } else { Parts::Begin };
        Self {
            facts,
            piece,
            blocks,
            baseline: None,
            prose,
            looked_for: LookedFor::AllUses,
            strict,
            parts,
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
        let parts = if is_material && !self.strict && self.parts == Parts::Begin {
            Parts::None
        } else {
            self.parts
        };
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

    fn known_records(&mut self, block: Block<'_>) {
        if self.facts.known.may_stand_in(block.bytes) || record::has_escaped_letter(block.bytes) {
            let own = std::mem::take(&mut self.facts.uses);
            self.records(block);
            let told = std::mem::replace(&mut self.facts.uses, own);
            self.facts.uses.take_known(told, &self.facts.known);
        }
    }

    fn records(&mut self, block: Block<'_>) {
        let known = self.facts.known.may_stand_in(block.bytes);
        if !self.strict && !known && !record::may_name_a_model(block.bytes) {
            return;
        }
        let may_name = |line: &[u8], facts: &Facts<'_>| {
            record::may_name_a_model(line) || (known && facts.known.may_stand_in(line))
        };
        let mut finder = (self.parts != Parts::None && !self.strict).then(|| Finder::of(block));
        // The end of a record that goes over several lines, in the file.
        let mut read = 0;
        for line in block.lines() {
            let end = line.offset + line.bytes.len() as u64;
            if line.offset < read && end <= read {
                continue;
            }
            let mut text = Cow::Borrowed(line.bytes);
            if let Ok(done) = usize::try_from(read.saturating_sub(line.offset))
                && done > 0
            {
                text.to_mut().get_mut(..done).unwrap_or_default().fill(b' ');
            }
            let mut line = Line { bytes: &text, ..line };
            if let Some(finder) = &mut finder
                && let Some(spread) = finder.opened_on(&line)
            {
                if may_name(spread.text, self.facts) && !self.spread(line, &spread) {
                    finder.in_vain(&spread);
                } else {
                    read = block.offset + spread.end as u64;
                    line.bytes = line.bytes.get(..spread.start).unwrap_or_default();
                }
            }
            // Every record has a brace, and every part of one that can't be read a key in quotes or escapes.
            let may_be_one = memchr::memchr3(b'{', b'"', b'\\', line.bytes).is_some();
            if may_be_one && may_name(line.bytes, self.facts) {
                self.record(line);
            } else if self.strict && !looks_whole(line.bytes) {
                self.not_understood(line);
            }
        }
    }

    /// Reads a record that begins on a line and ends on another; whether it is one. It may be any file that somebody
    /// printed: what it names beside the fallbacks and what the route admits is told as not understood.
    fn spread(&mut self, line: Line<'_>, spread: &Spread<'_>) -> bool {
        let offset = line.offset + spread.start as u64;
        let base = Base { source: self.facts.source(self.piece), offset, line: None };
        let Ok(Parsed { node: mut record, .. }) = parse_all(spread.text, base) else { return false };
        let lines = LinesOf::of(spread.text, offset, Some((line.number, line.offset)));
        record.move_places(&mut |place| Some(lines.place(place)));
        let own = std::mem::take(&mut self.facts.uses);
        record::gather(self.facts, &record, origin(self.piece));
        let told = std::mem::replace(&mut self.facts.uses, own);
        if !self.facts.uses.take_sure(told, &self.facts.known) {
            self.not_understood(Line { bytes: spread.text, ..line });
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
        self.facts.gap(&self.piece.name, Some(self.piece.surface), why);
    }

    /// A line that is a JSON object, or that holds some between a time stamp, a level, colours and other words.
    fn record(&mut self, line: Line<'_>) {
        let Some(first) = memchr::memchr(b'{', line.bytes) else {
            let part = match self.parts {
                Parts::None => false,
                Parts::Begin => record::begins_with_key(line.bytes),
                Parts::Any => record::has_key(line.bytes),
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
        take_objects(&mut text, first, |start, object| self.object(line, start, object));
        if self.has_key(&text) || (self.strict && !looks_whole(line.bytes)) {
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

/// Adds those uses alone that are of a fallback which the route knows.
fn only_known<T>(facts: &mut Facts<'_>, gather: impl FnOnce(&mut Facts<'_>) -> T) -> T {
    let own = std::mem::take(&mut facts.uses);
    let gathered = gather(facts);
    let told = std::mem::replace(&mut facts.uses, own);
    facts.uses.take_known(told, &facts.known);
    gathered
}

/// Whether a line of JSON Lines is blank, or begins and ends as a value does.
fn looks_whole(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    matches!((line.first(), line.last()), (None, _) | (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
}
