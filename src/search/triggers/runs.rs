//! Long runs of digits that could be base64, base32 or hexadecimal.

use std::ops::Range;

use super::{FAR, Pass};
use crate::search::decode::base64::Cases;
use crate::search::decode::{base32, base64, dump};
use crate::search::sift::{BLOCK, Masks, is_base64, sixteen};

/// The shortest line of a folded run.
const LINE: usize = 32;

/// The shortest run without capitals that may be base32.
const LOWER: usize = 32;

impl Pass<'_> {
    #[inline]
    pub fn runs(&mut self, start: usize, masks: &Masks) {
        let digits = masks.base64;
        let others = !digits;
        if others == 0 {
            return;
        }
        let first = others.trailing_zeros();
        if self.ends_run(start, masks) {
            self.long_run_ends(start + first as usize);
        }
        // Where sixteen digits begin that lie in the block; runs that go on behind it end in another.
        let mut long = sixteen(digits & !below(first));
        let numbers = sixteen(masks.hex);
        while long != 0 {
            let at = long.trailing_zeros();
            let end = at + (others >> at).trailing_zeros();
            if end >= 64 {
                break;
            }
            let run = below(end) & !below(at);
            let cases = Cases { upper: masks.upper & run != 0, lower: masks.lower & run != 0 };
            // Of an escape before the run the last characters are digits too.
            if cases.are_both() || !cases.lower || numbers >> at & 15 != 0 || end - at >= 32 {
                self.run_ends(start + at as usize..start + end as usize, cases);
            }
            long &= !below(end);
        }
    }

    /// The block that begins at `start` lies behind this one.
    #[inline]
    pub fn follows(&mut self, start: usize, before: Masks) {
        // A run that fills a block began before it.
        self.before = Some(before).filter(|before| before.base64 != u64::MAX);
        if self.before.is_some() {
            self.run_start = start - before.base64.leading_ones() as usize;
        }
    }

    /// Whether a long run that began in an earlier block ends in this one. A name or a path is none: a long one has
    /// neither capitals nor as many hexadecimal digits.
    #[inline]
    pub fn ends_run(&self, start: usize, masks: &Masks) -> bool {
        let len = (!masks.base64).trailing_zeros();
        start + len as usize >= self.run_start + base64::SHORTEST
            && self.before.is_none_or(|before| {
                let began = start - self.run_start;
                let run = first(BLOCK + len as usize) & !first(BLOCK - began);
                let of_run = |kind: fn(&Masks) -> u64| {
                    (u128::from(kind(masks)) << BLOCK | u128::from(kind(&before))) & run
                };
                // Digits of base64 that are no letters and no numbers.
                let marks = |masks: &Masks| masks.base64 & !(masks.upper | masks.lower | masks.hex);
                of_run(|masks| masks.upper) != 0
                    || sixteen(of_run(|masks| masks.hex)) != 0
                    || of_run(marks) == 0 && began + len as usize >= LOWER
            })
    }

    /// Here ends the run that began in an earlier block.
    pub fn long_run_ends(&mut self, end: usize) {
        let mut start = self.run_start;
        if end < start + base64::SHORTEST || end <= self.decoded {
            return;
        }
        // A pass over a part of a text must not cut the run that goes over its borders.
        let digit = |at: usize| self.text.get(at).copied().is_some_and(is_base64);
        while start > 0 && digit(start - 1) && self.run_start - start < 4096 {
            start -= 1;
        }
        let run = start..end.min(self.text.len());
        let cases = Cases::of(self.text.get(run.clone()).unwrap_or_default());
        self.run_ends(run, cases);
    }

    fn run_ends(&mut self, run: Range<usize>, cases: Cases) {
        if run.end <= self.decoded || !self.is_new(run.clone()) {
            return;
        }
        self.triggers.folded |= self.is_folded(run.clone());
        let (mut start, mut end) = (base64::behind_escape(self.text, run.start), run.end);
        let tasted = Tasted { run: run.clone(), cases, escaped: start - run.start };
        if self.tasted.has(self.text, &tasted) {
            return;
        }
        // In `x=1f8b08` the first two digits are no escape.
        if start > run.start && dump::taste(self.text.get(run.clone()).unwrap_or_default()).is_some() {
            start = run.start;
        }
        let digits = self.text.get(start..end).unwrap_or_default();
        let numbers = dump::taste(digits).is_some() || !cases.are_both() && base32::taste(digits);
        if !(numbers || cases.are_both() && base64::taste_mixed(digits).is_some()) {
            return self.tasted.keep(self.text, tasted);
        }
        let digit = |at: usize| self.text.get(at).copied().is_some_and(is_base64);
        while digit(end) && end - start < base64::LONGEST {
            end += 1;
        }
        self.triggers.runs.push(start..end);
        // The run may go on in the next line or string, behind what the decoder does not skip.
        let open = matches!(self.text.get(end), Some(b'\n' | b'\r' | b'"' | b'\'' | b' ' | 0xe2));
        if open && !numbers && !base64::is_complete(self.text.get(start..end).unwrap_or_default()) {
            self.triggers.join(end, FAR / 4, self.text.len());
        }
    }

    /// Whether a run fills a line beside another such line.
    fn is_folded(&self, run: Range<usize>) -> bool {
        let (text, len) = (self.text, run.len());
        let digits = |line: Option<&[u8]>| line.is_some_and(|line| line.iter().all(|b| is_base64(*b)));
        let ends = |at: Option<usize>| at.and_then(|at| text.get(at)).is_none_or(|b| *b == b'\n');
        len >= LINE
            && ends(run.start.checked_sub(1))
            && ends(Some(run.end))
            && (digits(text.get(run.end + 1..run.end + 1 + len))
                || digits(run.start.checked_sub(1 + len).and_then(|at| text.get(at..run.start - 1))))
    }
}

/// A run that could be nothing, and what that was told by beside its digits.
#[derive(Debug, Clone, Default)]
struct Tasted {
    run: Range<usize>,
    cases: Cases,
    /// How many of the digits before it are an escape's.
    escaped: usize,
}

/// The last runs of a text that could be nothing: a report names the same few run directories on every line.
#[derive(Debug, Default)]
pub(super) struct LastTasted([Tasted; 16]);

impl LastTasted {
    /// Where a run is kept, by its last digits.
    fn slot(text: &[u8], run: &Range<usize>) -> usize {
        let last = text.get(..run.end).and_then(|text| text.last_chunk::<8>()).copied().unwrap_or_default();
        (u64::from_le_bytes(last).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60) as usize
    }

    fn has(&self, text: &[u8], new: &Tasted) -> bool {
        let old = self.0.get(Self::slot(text, &new.run));
        let same = |old: &&Tasted| (old.cases, old.escaped) == (new.cases, new.escaped);
        old.filter(same).is_some_and(|old| text.get(old.run.clone()) == text.get(new.run.clone()))
    }

    fn keep(&mut self, text: &[u8], new: Tasted) {
        if let Some(slot) = self.0.get_mut(Self::slot(text, &new.run)) {
            *slot = new;
        }
    }
}

/// The bits below this one, of which there are 64 at most.
fn below(bit: u32) -> u64 {
    1u64.checked_shl(bit).map_or(u64::MAX, |bit| bit - 1)
}

/// The first bits of two blocks, so many of them.
fn first(bits: usize) -> u128 {
    if bits < 128 { (1 << bits) - 1 } else { u128::MAX }
}
