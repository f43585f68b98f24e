//! The filter for long needles: of the text only every thirteenth four-byte gram is looked at.
//!
//! Each needle of sixteen bytes or more holds thirteen consecutive grams, one of which falls on a sampled
//! place wherever the needle stands, so nothing is missed; what passes the bitmap is compared byte by
//! byte. Grams are folded (`| 0x20`), so letter case costs nothing.

use std::ops::Range;

/// Bytes of a gram.
const GRAM: usize = 4;
/// The shortest needle that this filter takes.
pub const SHORTEST: usize = 16;
const STEP: usize = SHORTEST - GRAM + 1;
/// Bits of the bitmap's index: few of the grams that are no needle's are set in 128 KiB, which stay in the second cache.
const BITS: u32 = 20;

/// Places to look closer: which needle, and where in it the gram lies.
#[derive(Clone, Copy)]
struct Entry {
    gram: u32,
    /// The four bytes of the needle behind the gram, or before it, folded as it is.
    beside: u32,
    behind: bool,
    needle: u32,
    offset: u32,
}

pub struct Grams {
    bitmap: Vec<u64>,
    /// By gram.
    entries: Vec<Entry>,
    /// First entry of each bucket of hashes, and the end.
    buckets: Vec<u32>,
}

impl Drop for Grams {
    fn drop(&mut self) {
        for entry in &mut self.entries {
            zeroize::Zeroize::zeroize(&mut entry.gram);
            zeroize::Zeroize::zeroize(&mut entry.beside);
        }
        zeroize::Zeroize::zeroize(&mut self.bitmap);
    }
}

fn gram(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// What stands behind a gram, or before it.
fn beside(bytes: &[u8], at: usize, behind: bool) -> Option<u32> {
    let start = if behind { at + GRAM } else { at.checked_sub(GRAM)? };
    bytes.get(start..)?.first_chunk::<GRAM>().map(|bytes| gram(*bytes))
}

fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize
}

fn bucket(hash: usize) -> usize {
    hash >> (BITS - 12)
}

/// Where in a needle the grams begin that are asked for: the rarest ones. Of equals the last: many start
/// with `http://`.
fn rarest(bytes: &[u8]) -> usize {
    let common: Vec<u8> = bytes.windows(GRAM).map(commonness).collect();
    let windows = common.windows(STEP).enumerate().rev();
    windows.min_by_key(|(_, window)| window.iter().max().copied()).map_or(0, |(first, _)| first)
}

/// How often a gram is met in ordinary text, as a rank: marks beside one another are everywhere in records, and
/// letters are everywhere.
fn commonness(gram: &[u8]) -> u8 {
    let count = |is: fn(&u8) -> bool| gram.iter().filter(|byte| is(byte)).count();
    let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
    match (letters, digits) {
        (1.., 1..) => 0,
        (0, 2..) | (1 | 2, 0) => 1,
        (3, 0) => 2,
        (4.., 0) => 3,
        (0, 0 | 1) => 4,
    }
}

impl Grams {
    /// `needles`: their numbers and bytes; shorter ones than [`SHORTEST`] are not taken.
    pub fn new<'n>(needles: impl Iterator<Item = (usize, &'n [u8])>) -> Self {
        let mut bitmap = vec![0u64; 1 << (BITS - 6)];
        let mut entries = Vec::new();
        for (number, bytes) in needles.filter(|(_, bytes)| bytes.len() >= SHORTEST) {
            let first = rarest(bytes);
            for offset in first..first + STEP {
                let Some(window) = bytes.get(offset..).and_then(|b| b.first_chunk::<GRAM>()) else {
                    continue;
                };
                let gram = gram(*window);
                let at = hash(gram);
                if let Some(word) = bitmap.get_mut(at / 64) {
                    *word |= 1 << (at % 64);
                }
                let behind = offset < first + STEP / 2;
                let beside = self::beside(bytes, offset, behind).unwrap_or_default();
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let offset = u32::try_from(offset).unwrap_or(0);
                entries.push(Entry { gram, beside, behind, needle: number, offset });
            }
        }
        entries.sort_unstable_by_key(|entry| (bucket(hash(entry.gram)), entry.gram, entry.needle));
        let buckets = (0..=1usize << 12)
            .map(|b| entries.partition_point(|entry| bucket(hash(entry.gram)) < b))
            .map(|at| u32::try_from(at).unwrap_or(u32::MAX))
            .collect();
        Self { bitmap, entries, buckets }
    }

    /// Calls `each` with a needle's number and the place where it could start; needles that end beyond
    /// `range` are another call's.
    pub fn candidates(&self, bytes: &[u8], range: Range<usize>, mut each: impl FnMut(usize, usize)) {
        if self.entries.is_empty() {
            return;
        }
        let Some(bitmap) = self.bitmap.first_chunk::<{ 1 << (BITS - 6) }>() else { return };
        let mut at = range.start;
        let bytes = bytes.get(..bytes.len().min(range.end)).unwrap_or_default();
        // Four samples a turn: the loads and the hashes of one turn do not wait for one another.
        while let Some(window) = bytes.get(at..).and_then(|b| b.first_chunk::<{ STEP * 3 + GRAM }>()) {
            let read = |k: usize| {
                let w = &window[k * STEP..];
                hash(gram([w[0], w[1], w[2], w[3]]))
            };
            let set = |h: usize| bitmap[h / 64] >> (h % 64) & 1;
            let passed = set(read(0)) | set(read(1)) << 1 | set(read(2)) << 2 | set(read(3)) << 3;
            if passed != 0 {
                for k in 0..4 {
                    if passed >> k & 1 == 1 {
                        self.look(bytes, at + k * STEP, &mut each);
                    }
                }
            }
            at += STEP * 4;
        }
        while at + GRAM <= bytes.len() {
            self.look(bytes, at, &mut each);
            at += STEP;
        }
    }

    #[cold]
    fn look(&self, bytes: &[u8], at: usize, each: &mut impl FnMut(usize, usize)) {
        let Some(window) = bytes.get(at..).and_then(|b| b.first_chunk::<GRAM>()) else { return };
        let gram = gram(*window);
        let bucket = bucket(hash(gram));
        let range = self.buckets.get(bucket).zip(self.buckets.get(bucket + 1));
        let Some((start, end)) = range else { return };
        for entry in self.entries.get(*start as usize..*end as usize).unwrap_or_default() {
            if entry.gram == gram
                && beside(bytes, at, entry.behind) == Some(entry.beside)
                && let Some(start) = at.checked_sub(entry.offset as usize)
            {
                each(entry.needle as usize, start);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_place_is_missed(before in proptest::collection::vec(any::<u8>(), 0..200), needle in "[ -~]{16,40}", after in "[ -~]{0,60}") {
            let mut text = before.clone();
            text.extend_from_slice(needle.to_ascii_uppercase().as_bytes());
            text.extend_from_slice(after.as_bytes());
            let folded = needle.to_ascii_lowercase();
            let grams = Grams::new([(7, folded.as_bytes())].into_iter());
            let mut found = Vec::new();
            grams.candidates(&text, 0..text.len(), |number, start| found.push((number, start)));
            prop_assert!(found.contains(&(7, before.len())));
        }
    }
}
