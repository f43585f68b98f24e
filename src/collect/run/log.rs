//! Backend logs: JSON lines that tell of a model, lines that speak of a fallback, the agent-result block.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::agent::Blocks;
use super::facts::{Facts, Piece, fact};
use super::lines::{Block, Line, Sink};
use super::{places, record, targets};
use crate::evidence::json::{Base, parse};
use crate::text::{Place, Span};

/// A line that is looked at as a record.
const RECORD: usize = 8 << 20;

/// Words that tell of a fallback or of a retry with another model.
static FALLBACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)fall(?:s|ing|en)?[ _-]?back|fell back|(?:retry|retries|retrying|retried|switch(?:ed|ing)?)[^\n]{0,60}(?:another|other|different|alternate|backup|secondary) (?:model|provider)",
    )
    .ok()
});

/// One of these stands in whatever the pattern finds, in the usual letter cases: a cheap look before it.
const FAMILIAR: [&[u8]; 9] =
    [b"back", b"Back", b"BACK", b"retr", b"Retr", b"RETR", b"switch", b"Switch", b"SWITCH"];

/// The same words in a line that denies them.
static DENIED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)\b(?:no|without|never|not)\b[^\n.,;:]{0,24}fall|fall[ _-]?back\w*(?: model| provider)?["']? ?(?:[:=]|is|are) ?["']?(?:none|null|false|off|disabled|no\b|0\b|""|\[\])|fall[ _-]?back\w* disabled"#,
    )
    .ok()
});

pub(super) struct LogSink<'s, 'p, 'c> {
    pub facts: &'s mut Facts<'c>,
    pub piece: &'s mut Piece<'p>,
    /// None for a file of JSON Lines, which quotes the agent's words but does not end with them.
    pub blocks: Option<&'s mut Blocks>,
    /// Whether prose is looked through for a fallback, and for target paths.
    pub prose: bool,
}

impl Sink for LogSink<'_, '_, '_> {
    fn block(&mut self, block: Block<'_>) {
        self.records(block);
        if self.prose {
            self.mentions(block);
            targets::inspected_bytes(self.facts, self.piece, block);
        }
        if let Some(blocks) = self.blocks.as_deref_mut() {
            blocks.block(self.facts, self.piece, block);
        }
    }

    fn overlong(&mut self, line: u64) {
        let why = format!("line {line} is too long to read");
        self.facts.gap(&self.piece.name, Some(self.piece.surface), why);
    }
}

impl LogSink<'_, '_, '_> {
    fn records(&mut self, block: Block<'_>) {
        if !record::may_name_a_model(block.bytes) {
            return;
        }
        for line in block.lines() {
            if record::may_name_a_model(line.bytes) {
                self.record(line);
            }
        }
    }

    /// A line that is a JSON object, maybe after a time stamp and a level.
    fn record(&mut self, line: Line<'_>) {
        let Some(start) = memchr::memchr(b'{', line.bytes) else { return };
        let text = line.bytes.get(start..).unwrap_or_default().trim_ascii_end();
        if text.last() != Some(&b'}') || text.len() > RECORD {
            return;
        }
        let source = self.facts.source(self.piece);
        let base = Base { source, offset: line.offset + start as u64, line: Some(line.number) };
        let Ok(parsed) = parse(text, base) else { return };
        // The parser takes the record's first byte for the line's.
        let own = |place: Place| Place { line: Some((line.number, line.offset)), ..place };
        let record = if start > 0 { places::map(parsed.node, &own) } else { parsed.node };
        record::gather(&record, self.piece.teller, &mut self.facts.uses);
    }

    fn mentions(&mut self, block: Block<'_>) {
        let Some(pattern) = FALLBACK.as_ref() else {
            return self.facts.gap(
                &self.piece.name,
                Some(self.piece.surface),
                "not looked through for a fallback",
            );
        };
        if !FAMILIAR.iter().any(|word| memchr::memmem::find(block.bytes, word).is_some()) {
            return;
        }
        for found in pattern.find_iter(block.bytes) {
            let line = block.line_around(found.start());
            let nearby = around(block.bytes, found.start(), found.end());
            if DENIED.as_ref().is_some_and(|denied| denied.is_match(nearby)) {
                continue;
            }
            let what =
                if found.as_bytes().to_ascii_lowercase().starts_with(b"f") { "fallback" } else { "retry" };
            let source = self.facts.source(self.piece);
            let span = Span::of(found.range()).shifted(block.offset);
            let place = Place::on_line(source, span, line.number, line.offset);
            let entries = [("surface", self.piece.surface.into()), ("what", what.into())];
            self.facts.mentions.push(fact(entries, Some(place)));
        }
    }
}

/// The uses in a file of JSON Lines that is no log.
pub(super) fn records(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    LogSink { facts, piece, blocks: None, prose: false }.records(Block::whole(bytes));
}

/// The part of the line that a denial may stand in.
fn around(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    let from = start.saturating_sub(32);
    let to = end.saturating_add(32).min(bytes.len());
    let before = bytes.get(from..start).unwrap_or_default();
    let after = bytes.get(end..to).unwrap_or_default();
    let from = memchr::memrchr(b'\n', before).map_or(from, |newline| from + newline + 1);
    let to = memchr::memchr(b'\n', after).map_or(to, |newline| end + newline);
    bytes.get(from..to).unwrap_or_default()
}
