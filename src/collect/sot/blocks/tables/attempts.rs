//! Tables of attempts: `| Attempt | Result |` over `| 2 | pass |`.
//!
//! No row names its run: each that says of one that it passed claims so of the run that is cited beside the table. What
//! did not pass is no claim on that run, for it may be another attempt.

use super::super::super::words::Stretch;
use super::super::Reader;
use super::{ENDS, OUTCOMES, is_tick};

/// Heads of the first column of such a table, which tell one run from another.
const ATTEMPTS: [&str; 9] =
    ["attempt", "round", "stage", "date", "day", "model", "fixture", "engine", "backend"];

impl Reader<'_> {
    /// Reads a row as an attempt that passed; false of any other.
    pub(super) fn row_of_attempt(&mut self, head: &[Stretch], row: &[Stretch]) -> bool {
        let is_one = self.is_headed(head.first(), &ATTEMPTS)
            && !row.first().is_none_or(|cell| self.is_empty(cell) || self.names_baseline(cell));
        let column = head.iter().skip(1).position(|cell| self.is_headed(Some(cell), &OUTCOMES));
        let Some(at) = column.map(|at| at + 1).filter(|_| is_one) else { return false };
        let Some(value) = row.get(at).filter(|value| self.says_pass(value)) else { return false };
        self.open(None);
        self.outcome(value);
        for (_, cell) in row.iter().enumerate().filter(|(other, _)| *other != at) {
            self.lone_cell(cell);
        }
        self.close();
        true
    }

    /// Whether a cell begins with a word, or is a mark, that says that something passed.
    fn says_pass(&self, value: &Stretch) -> bool {
        let text =
            self.blocks.page.text(value).trim_start_matches(|c: char| is_tick(c) || !c.is_alphanumeric());
        let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        ENDS.iter().take(2).any(|end| word.eq_ignore_ascii_case(end)) || self.truth(value) == Some("passed")
    }
}
