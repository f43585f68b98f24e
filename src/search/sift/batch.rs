//! Blocks that lie one behind another: their answers, and which of them are worth a closer look.
//!
//! Most blocks of ordinary text hold nothing. That is told for all blocks of a batch at once, with the same few
//! operations on each, and leans to the safe side: a block that is worth a look is always told.

use std::ops::{BitAndAssign, Shr};

use super::Masks;

/// Blocks that are looked at in one call.
pub const BATCH: usize = 16;

/// So many letters that are no hexadecimal digits are in no block of a dump, with its text column.
const LETTERS: u32 = 17;
/// The fewest numbers in a block of a dump or a list.
const FEWEST: u32 = 3;

/// Answers of a batch, kind by kind. Those of the first place, where there is one more, are of the block before the
/// batch.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// How many blocks were looked at.
    pub count: usize,
    trigram: [u64; BATCH],
    special: [u64; BATCH],
    opens: [u64; BATCH],
    base64: [u64; BATCH + 1],
    upper: [u64; BATCH + 1],
    lower: [u64; BATCH + 1],
    hex: [u64; BATCH + 1],
    pub notable: Notable,
}

/// Which blocks are worth a closer look, a bit each, and for what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Notable {
    /// Brackets.
    pub opens: u32,
    /// Numbers that may be bytes.
    pub numbers: u32,
    /// Grams, escapes and runs.
    pub others: u32,
}

impl Batch {
    /// The answers for a block.
    #[inline]
    pub fn block(&self, at: usize) -> Masks {
        Masks {
            trigram: self.trigram[at],
            special: self.special[at],
            opens: self.opens[at],
            ..self.before(at + 1)
        }
    }

    /// What the block before this one has of digits and letters.
    #[inline]
    pub fn before(&self, at: usize) -> Masks {
        Masks {
            base64: self.base64[at],
            upper: self.upper[at],
            lower: self.lower[at],
            hex: self.hex[at],
            ..Masks::default()
        }
    }

    /// Whether more of a text may follow.
    pub fn is_full(&self) -> bool {
        self.count == BATCH
    }

    /// The last block becomes the one before the next batch.
    #[inline]
    pub(super) fn turn(&mut self) {
        for kind in [&mut self.base64, &mut self.upper, &mut self.lower, &mut self.hex] {
            kind[0] = kind[self.count];
        }
        self.count = 0;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, masks: Masks) {
        let at = self.count;
        if at == BATCH {
            return;
        }
        self.trigram[at] = masks.trigram;
        self.special[at] = masks.special;
        self.opens[at] = masks.opens;
        self.base64[at + 1] = masks.base64;
        self.upper[at + 1] = masks.upper;
        self.lower[at + 1] = masks.lower;
        self.hex[at + 1] = masks.hex;
        self.count = at + 1;
    }

    /// Tells which blocks are worth a look. A part of the callers, so that it is built for the processor that they are
    /// built for.
    #[inline(always)]
    pub(super) fn tell(&mut self) {
        if self.count == 0 {
            self.notable = Notable::default();
            return;
        }
        let (mut numbers, mut others) = ([false; BATCH], [false; BATCH]);
        for at in 0..BATCH {
            let (base64, upper, hex) = (self.base64[at + 1], self.upper[at + 1], self.hex[at + 1]);
            let letters = upper | self.lower[at + 1];
            let poor = (letters & !hex).count_ones() <= LETTERS;
            numbers[at] = poor & (cells(base64) | (ends(hex, letters).count_ones() >= FEWEST));
            let runs = runs(base64, upper, hex, letters);
            // A run that reaches the end of a block ends in the next one: the border between them tells of it.
            let border = |kind: &[u64; BATCH + 1]| kind[at] >> 32 | kind[at + 1] << 32;
            let (digits, capitals, numerals) =
                (border(&self.base64), border(&self.upper), border(&self.hex));
            let before = self.upper[at] | self.lower[at];
            let crosses = sixteen(digits) & CROSSING != 0;
            let beside = runs
                | self::runs(digits, capitals, numerals, capitals | border(&self.lower))
                | self::runs(self.base64[at], self.upper[at], self.hex[at], before);
            let full = (base64 == u64::MAX) | (self.base64[at] == u64::MAX);
            others[at] = (self.trigram[at] | self.special[at] | runs != 0) | full | crosses & (beside != 0);
        }
        let looked = (1u32 << self.count) - 1;
        let set = |is: [bool; BATCH]| (0..BATCH).fold(0, |set, at| set | u32::from(is[at]) << at) & looked;
        self.notable = Notable {
            opens: set(self.opens.map(|opens| opens != 0)),
            numbers: set(numbers),
            others: set(others),
        };
    }
}

/// Where sixteen begin that reach a border in the middle, or lie on both sides of it: they end behind it.
const CROSSING: u64 = 0xffff << 16;

/// Where a run may begin that is more than a name or a path: it has capitals, or as many numerals, or no marks.
#[inline(always)]
fn runs(base64: u64, upper: u64, hex: u64, letters: u64) -> u64 {
    let words = sixteen(letters | hex);
    sixteen(base64) & (within_sixteen(upper) | sixteen(hex)) | words & words >> 16
}

/// Whether single digits stand as the cells of `od -c` do.
#[inline(always)]
pub fn cells(base64: u64) -> bool {
    let single = base64 & !(base64 >> 1) & !(base64 << 1);
    let cells = single & single >> 4;
    cells & cells >> 8 != 0
}

/// Where words end in two hexadecimal digits. What follows the last two bytes is not known.
#[inline(always)]
pub fn ends(hex: u64, letters: u64) -> u64 {
    hex & hex >> 1 & !((letters | hex) >> 2) & u64::MAX >> 2
}

/// Where sixteen set bits begin.
#[inline(always)]
pub fn sixteen<M: Copy + BitAndAssign + Shr<u32, Output = M>>(mut mask: M) -> M {
    for shift in [1, 2, 4, 8] {
        mask &= mask >> shift;
    }
    mask
}

/// Where sixteen bits begin of which one is set.
#[inline(always)]
fn within_sixteen(mut mask: u64) -> u64 {
    for shift in [1, 2, 4, 8] {
        mask |= mask >> shift;
    }
    mask
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{BLOCK, Sift, is_base64};
    use super::*;

    proptest! {
        /// Runs of every length and kind, wherever they end.
        #[test]
        fn no_run_is_passed_over(pieces in proptest::collection::vec(("[ .:,]{1,3}", "[a-z]{1,70}|[0-9a-f]{1,40}|[a-z/]{1,70}|[a-zQ]{1,40}|[A-Z/]{1,24}"), 8..24)) {
            let mut text: Vec<u8> = pieces.iter().flat_map(|(gap, run)| [gap.as_bytes(), run.as_bytes()].concat()).collect();
            text.resize((text.len() + 1).next_multiple_of(BLOCK) + 3, b' ');
            let (sift, mut batch) = (Sift::new(&[]), Batch::default());
            let mut notable = Vec::new();
            for start in (0..text.len() - 3).step_by(BATCH * BLOCK) {
                sift.batch(&text[start..], &mut batch);
                notable.extend((0..batch.count).map(|at| batch.notable.others >> at & 1 == 1));
            }
            let mut at = 0;
            for run in text.split(|b| !is_base64(*b)) {
                let end = at + run.len();
                let marks = run.iter().any(|b| !b.is_ascii_alphanumeric());
                let numerals = run.windows(16).any(|part| part.iter().all(u8::is_ascii_hexdigit));
                let worth = run.iter().any(u8::is_ascii_uppercase) || numerals || !marks && run.len() >= 32;
                if run.len() >= 16 && worth {
                    prop_assert!(notable[end / BLOCK], "{at}..{end}");
                }
                at = end + 1;
            }
        }
    }

    #[test]
    fn words_and_paths_are_passed_over() {
        let text =
            "the model answered /usr/lib/python3/site-packages/vllm/engine.py at 12 tokens\n".repeat(14);
        let mut batch = Batch::default();
        Sift::new(&[]).batch(text.as_bytes(), &mut batch);
        assert_eq!((batch.count, batch.notable.others, batch.notable.numbers), (BATCH, 0, 0));
    }
}
