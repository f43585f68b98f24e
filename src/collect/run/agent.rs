//! The agent-result block: what the agent says of itself at the end of its output.
//!
//! Of each log the last block counts, and of these the first that is not `completed`: another log's block does not
//! mend it. Each way in which one can be broken has a name of its own.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::facts::{Facts, Piece, fact};
use super::lines::{Block, LinesOf};
use crate::evidence::json::{Base, Parsed, parse};
use crate::evidence::{Map, Node};
use crate::text::{Place, SourceId, Span, pattern_of_bytes};

/// Bytes of a block that are read.
const MOST: usize = 1 << 20;

/// The status of work that was done.
const COMPLETED: &str = "completed";

/// A log's last block, or what is left of one.
struct Last {
    place: Place,
    problem: Option<&'static str>,
    status: Option<Node>,
    value: Option<Node>,
}

/// A block whose end has not come by yet.
struct Open {
    place: Place,
    offset: u64,
    text: Vec<u8>,
    overlong: bool,
}

impl Last {
    fn is_completed(&self) -> bool {
        self.problem.is_none() && self.status.as_ref().and_then(Node::as_str) == Some(COMPLETED)
    }
}

#[derive(Default)]
pub(super) struct Blocks {
    /// The block that counts of the logs before.
    counts: Option<Last>,
    /// The last one of this log.
    last: Option<Last>,
    open: Option<Open>,
}

enum Mark {
    Start,
    End,
}

impl Blocks {
    pub fn block(&mut self, facts: &mut Facts<'_>, piece: &mut Piece<'_>, block: Block<'_>) {
        let (mut done, mut lines) = (0, LineStarts::of(block));
        // The last line on which a block is only spoken of.
        let mut spoken = None;
        for (mark, range) in marks(facts, block.bytes) {
            let (number, start) = lines.around(range.start);
            let begins = begins_line(block.bytes.get(start..range.start).unwrap_or_default());
            let after = block.bytes.get(range.end..).unwrap_or_default();
            let counts = match mark {
                Mark::Start => begins || after.trim_ascii_start().first() == Some(&b'{'),
                Mark::End => {
                    self.open.is_some() || (spoken != Some(number) && (begins || ends_line(after)))
                }
            };
            if !counts {
                spoken = Some(number);
                continue;
            }
            self.take(block.bytes.get(done..range.start).unwrap_or_default());
            done = range.end;
            let span = Span::of(range.clone()).shifted(block.offset);
            let place = Place::on_line(facts.source(piece), span, number, block.offset + start as u64);
            match mark {
                Mark::Start => {
                    let offset = block.offset + range.end as u64;
                    self.open = Some(Open { place, offset, text: Vec::new(), overlong: false });
                }
                Mark::End => self.close(facts, piece, place),
            }
        }
        self.take(block.bytes.get(done..).unwrap_or_default());
    }

    /// The log has ended: a block that is still open has no end.
    pub fn end_of_file(&mut self) {
        if let Some(open) = self.open.take() {
            self.last = Some(broken(open.place, "no-end"));
        }
        if self.counts.as_ref().is_none_or(Last::is_completed) {
            self.counts = self.last.take().or(self.counts.take());
        }
        self.last = None;
    }

    fn take(&mut self, bytes: &[u8]) {
        let Some(open) = &mut self.open else { return };
        if open.text.len().saturating_add(bytes.len()) > MOST {
            open.overlong = true;
        } else {
            open.text.extend_from_slice(bytes);
        }
    }

    fn close(&mut self, facts: &mut Facts<'_>, piece: &mut Piece<'_>, end: Place) {
        let Some(open) = self.open.take() else {
            self.last = Some(broken(end, "no-start"));
            return;
        };
        if open.overlong {
            facts.not_understood(piece, "an agent-result block is too long to read");
            self.last = Some(broken(open.place, "not-json"));
            return;
        }
        let source = facts.source(piece);
        let whole = Place { span: Span::new(open.place.span.start, end.span.end), ..open.place };
        self.last = Some(read(facts, &open, source, whole));
    }

    pub fn into_node(self, facts: &Facts<'_>) -> Node {
        let Some(last) = self.counts else {
            let entries = [
                ("present", false.into()),
                ("problem", Node::null().value),
                ("status", Node::null().value),
                ("value", Node::null().value),
            ];
            return fact(entries, Some(facts.root));
        };
        let null = || Node::null().at(last.place);
        let mut map = Map::new();
        map.insert("present", Node::new(true, Some(last.place)));
        map.insert("problem", Node::new(last.problem, Some(last.place)));
        map.insert("status", last.status.unwrap_or_else(null));
        map.insert("value", last.value.unwrap_or_else(null));
        Node::new(map, Some(last.place))
    }
}

fn broken(place: Place, problem: &'static str) -> Last {
    Last { place, problem: Some(problem), status: None, value: None }
}

fn read(facts: &Facts<'_>, open: &Open, source: SourceId, place: Place) -> Last {
    let lead = open.text.len() - open.text.trim_ascii_start().len();
    let base = Base { source, offset: open.offset + lead as u64, line: None };
    let Ok(Parsed { node: mut value, duplicate_keys, .. }) = parse(open.text.trim_ascii(), base) else {
        return broken(place, "not-json");
    };
    let lines = LinesOf::of(&open.text, open.offset, open.place.line);
    value.move_places(&mut |place| Some(lines.place(place)));
    let Some(object) = value.as_map() else {
        return Last { problem: Some("not-an-object"), value: Some(value), ..broken(place, "") };
    };
    let status = object.get("status").cloned();
    let known = &facts.ctx.profile.spec.agent_result.statuses;
    let problem = match status.as_ref().map(|status| status.as_str()) {
        _ if !duplicate_keys.is_empty() => Some("key-twice"),
        None => Some("status-missing"),
        Some(Some(word)) if known.iter().any(|known| known == word) => None,
        Some(_) => Some("status-unknown"),
    };
    Last { place, problem, status, value: Some(value) }
}

/// The lines of a block, counted onward from one byte to a later one.
struct LineStarts<'b> {
    bytes: &'b [u8],
    at: usize,
    number: u64,
    start: usize,
}

impl<'b> LineStarts<'b> {
    fn of(block: Block<'b>) -> Self {
        Self { bytes: block.bytes, at: 0, number: block.line, start: 0 }
    }

    /// The number of the line that a byte is on, and where in the block it begins.
    fn around(&mut self, at: usize) -> (u64, usize) {
        let passed = self.bytes.get(self.at..at).unwrap_or_default();
        self.number += memchr::memchr_iter(b'\n', passed).count() as u64;
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.start = self.at + last + 1;
        }
        self.at = at;
        (self.number, self.start)
    }
}

/// Bytes before a mark that may be a log's, and not somebody's words.
const LONGEST_PREFIX: usize = 200;

/// What logs put before a line: blanks, colours, a time, a level, a name and a colon or a bar, something in brackets.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r"(?i)^(?:\s|\x1b\[[0-9;]*[a-z]|[0-9][0-9TZ:.,+/-]*|\[[^\[\]]{0,60}\]|\((?:[0-9][^()]{0,40})\)|(?:trace|debug|info|notice|warn|warning|error|fatal|stdout|stderr)\b|[\w./-]+(?:\[[0-9]+\])?:|[\w./-]+[ \t]*\||[-|>:])*$",
    )
});

/// Whether what stands before it on its line lets a mark be the line's beginning: a block may be spoken of, too.
fn begins_line(before: &[u8]) -> bool {
    before.is_empty() || (before.len() <= LONGEST_PREFIX && PREFIX.is_match(before))
}

/// Whether nothing but blanks, or the end of a colour, follows on the line.
fn ends_line(after: &[u8]) -> bool {
    let mut rest = after;
    loop {
        rest = match rest {
            [] | [b'\n', ..] => return true,
            [b' ' | b'\t' | b'\r', rest @ ..] | [b'\x1b', b'[', b'm', rest @ ..] => rest,
            [b'\x1b', b'[', b'0', b'm', rest @ ..] => rest,
            _ => return false,
        };
    }
}

/// Where blocks begin and end, in order.
fn marks(facts: &Facts<'_>, bytes: &[u8]) -> Vec<(Mark, Range<usize>)> {
    let spec = &facts.ctx.profile.spec.agent_result;
    let find = |mark: &str| -> Vec<Range<usize>> {
        memchr::memmem::find_iter(bytes, mark).map(|at| at..at + mark.len()).collect()
    };
    let mut marks: Vec<_> = find(&spec.start).into_iter().map(|range| (Mark::Start, range)).collect();
    marks.extend(find(&spec.end).into_iter().map(|range| (Mark::End, range)));
    marks.sort_by_key(|(_, range)| range.start);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_begins_its_line_behind_what_a_log_puts_there() {
        for before in [
            "",
            "  ",
            "\u{1b}[32m",
            "2026-06-04T09:12:03.250Z ",
            "[2026-06-04 09:12:03] INFO ",
            "case-agent[4711]: ",
            "case-1  | ",
            "09:12:03 stdout: ",
        ] {
            assert!(begins_line(before.as_bytes()), "{before}");
        }
        for before in ["(the ", "End your answer with ", "the marks are `", "answer\": \""] {
            assert!(!begins_line(before.as_bytes()), "{before}");
        }
        assert!(!begins_line(&b"12:00 ".repeat(100)));
    }

    #[test]
    fn a_mark_ends_its_line_before_blanks_alone() {
        for (after, ends) in
            [("", true), (" \r\nx", true), ("\u{1b}[0m\n", true), (".\n", false), (" and", false)]
        {
            assert_eq!(ends_line(after.as_bytes()), ends, "{after}");
        }
    }
}
