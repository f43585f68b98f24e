//! Numbers that may be bytes: dumps and lists, told by how evenly they stand.
//!
//! Most blocks have too many letters for it. In the others the ends of words are counted that end in two hexadecimal
//! digits: those of a dump or of a list stand equally far from one another, or have the same behind them.

use super::{FAR, Pass};
use crate::search::decode::{dump, list, rows};
use crate::search::sift::{BLOCK, Masks, cells, ends};

/// How many numbers have the same behind them in a block of a list.
const ALIKE: u32 = 6;
/// The same of calls, which are longer: `chr(104) || chr(116)`.
const CALLS: u32 = 4;
/// How far before a block what it has may have begun.
const BEFORE: usize = 2 * BLOCK;

impl Pass<'_> {
    #[inline(never)]
    pub fn numbers(&mut self, start: usize, masks: &Masks) {
        if start < self.numbers_until {
            return;
        }
        if cells(masks.base64) {
            self.cells(start);
        }
        let ends = ends(masks.hex, masks.upper | masks.lower);
        if !are_even(ends, masks.hex) && !self.are_alike(start, ends) {
            return;
        }
        let (first, behind) = (start.saturating_sub(BEFORE), start + BLOCK);
        if let Some(list) = list::first_in(self.text, self.token_from(first)..behind)
            && self.is_new(list.clone())
        {
            self.numbers_until = list.end;
            if !self.triggers.lists.contains(&list.start) {
                self.triggers.lists.push(list.start);
            }
        }
        if let Some(dump) = rows::first_in(self.text, self.line_from(first)..behind)
            && self.is_new(dump.clone())
        {
            self.numbers_until = self.numbers_until.max(dump.end);
            self.rows_in_string(dump.start);
            self.triggers.rows.push(dump);
        }
    }

    /// The lines of a dump may stand in one string.
    fn rows_in_string(&mut self, start: usize) {
        let next = self.text.get(start..(start + 4 * BLOCK).min(self.text.len())).unwrap_or_default();
        if memchr::memmem::find(next, b"\\n").is_some() {
            self.triggers.escapes.around(start, FAR, self.text.len());
        }
    }

    /// Whether so many word ends after one another have the same behind them as a list has.
    fn are_alike(&self, start: usize, mut ends: u64) -> bool {
        if ends.count_ones() < ALIKE {
            return false;
        }
        let text = self.text.get(start + 2..).unwrap_or_default();
        let (mut behind, mut alike) = (0, 0);
        while ends != 0 {
            let next = text.get(ends.trailing_zeros() as usize).copied().unwrap_or(0);
            ends &= ends - 1;
            alike = if next == behind { alike + 1 } else { 1 };
            behind = next;
            if alike >= ALIKE || alike >= CALLS && behind == b')' {
                return true;
            }
        }
        false
    }

    /// The cells of `od -c` in the line of a block.
    fn cells(&mut self, start: usize) {
        let line = self.line_from(start);
        let end = (line + 2 * BLOCK).min(self.text.len());
        if dump::begins_cells(self.text.get(line..end).unwrap_or_default()) && self.is_new(line..end) {
            self.triggers.dumps.around(line, FAR, self.text.len());
            self.rows_in_string(line);
            self.numbers_until = line + FAR / 2;
        }
    }

    /// Where the line of this place begins, if it is near.
    fn line_from(&self, at: usize) -> usize {
        let near = at.saturating_sub(BEFORE);
        let before = self.text.get(near..at).unwrap_or_default();
        memchr::memrchr(b'\n', before).map_or_else(|| self.token_from(near), |end| near + end + 1)
    }

    /// Where the word of this place begins, if it is near.
    fn token_from(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        at - before.iter().rev().take(BEFORE).take_while(|b| b.is_ascii_alphanumeric()).count()
    }
}

/// Whether word ends stand equally far from one another: more of them, the closer they are, for six stand so in a time
/// and a date, and four in a UUID. Words that are further from one another have eight digits at least.
fn are_even(ends: u64, hex: u64) -> bool {
    let two = |ends: u64, far: u32| ends & ends >> far;
    let four = |ends: u64, far: u32| two(two(ends, far), 2 * far);
    if ends.count_ones() >= 5 {
        let seven = four(ends, 3) & four(ends, 3) >> 9;
        let five = (4..=8).fold(0, |any, far| any | four(ends, far) & ends >> (4 * far));
        if seven | five != 0 {
            return true;
        }
    }
    let eight = two(two(two(hex, 1), 2), 4);
    let long = ends & eight << 6;
    long != 0 && (9..=20).any(|far| two(long, far) & long >> (2 * far) != 0)
}
