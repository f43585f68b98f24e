//! The lines of a configuration that were not understood.

use crate::collect::run::facts::{Facts, Piece};
use crate::collect::run::lines::Line;

/// Lines of one file that are told as not understood, one by one.
const TOLD: u64 = 8;

/// The lines that were not understood so far.
#[derive(Default)]
pub(super) struct Gaps {
    count: u64,
    /// What the line before left open.
    pub open: Option<Open>,
}

/// What names a model, and is told it on the next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    Flag,
    Key,
}

impl Gaps {
    pub fn add(&mut self, facts: &mut Facts<'_>, piece: &Piece<'_>, line: &Line<'_>, what: &str) {
        self.count += 1;
        let why = match self.count {
            1..=TOLD => format!("line {} {what}", line.number),
            count if count == TOLD + 1 => format!("more lines from {} on are not understood", line.number),
            _ => return,
        };
        facts.not_understood(piece, why);
    }
}

/// What is told of a line with a key that names a model, and in which syntax is not known.
pub(super) const NOT_UNDERSTOOD: &str = "is not understood";
