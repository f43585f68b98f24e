//! What a trigram may be part of: a short needle, or a piece of a host that was split.

use zeroize::Zeroizing;

use super::sift::{Gram, Sift};

/// A host, or another secret without fixed surroundings, that views look for pieces of.
pub struct Core {
    pub text: Zeroizing<Vec<u8>>,
    /// It is a host as an encoder writes it: other digits stand around it.
    pub encoded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Needle { needle: u32, offset: u32 },
    Core { core: u32, offset: u32 },
}

/// A hash table of trigrams with open addressing, and a bitmap before it: most that are asked for are not there.
pub struct Trigrams {
    bitmap: Vec<u64>,
    slots: Vec<(u32, u32, u32)>,
    holders: Vec<Holder>,
}

const FREE: u32 = u32::MAX;
/// Bits of the bitmap's index: 4 KiB stay in the nearest cache.
const BITS: u32 = 15;

impl Drop for Trigrams {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.bitmap);
        zeroize::Zeroize::zeroize(&mut self.slots);
    }
}

pub fn key(bytes: [u8; 3]) -> u32 {
    let [first, second, third] = bytes;
    u32::from_le_bytes([
        first.to_ascii_lowercase(),
        second.to_ascii_lowercase(),
        third.to_ascii_lowercase(),
        0,
    ])
}

impl Trigrams {
    /// The table, and the filter that finds its trigrams.
    pub fn new<'n>(
        needles: impl Iterator<Item = (usize, &'n [u8])>,
        cores: impl Iterator<Item = &'n Core>,
    ) -> (Self, Sift) {
        let mut pairs: Vec<(u32, Holder)> = Vec::new();
        let mut grams = Vec::new();
        for (number, bytes) in needles {
            let offsets = 0..=bytes.len().saturating_sub(Gram::LONGEST);
            // Of equals the last: beginnings are more alike than ends.
            let rarest = offsets.rev().min_by_key(|offset| commonness(bytes, *offset));
            let Some((offset, trigram)) = rarest.and_then(|offset| Some((offset, at(bytes, offset)?)))
            else {
                continue;
            };
            pairs.push((key(trigram), Holder::Needle { needle: narrow(number), offset: narrow(offset) }));
            grams.push(Gram { trigram, next: bytes.get(offset + 3).copied() });
        }
        for (number, core) in cores.enumerate() {
            let offsets = if core.encoded { sparse(&core.text) } else { telling(&core.text) };
            for offset in offsets {
                let Some(trigram) = at(&core.text, offset) else { continue };
                pairs.push((key(trigram), Holder::Core { core: narrow(number), offset: narrow(offset) }));
                // A piece of a host may end behind it.
                let next = core.text.get(offset + 3).copied().filter(|_| core.encoded);
                grams.push(Gram { trigram, next });
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let sift = Sift::new(&grams);
        for gram in &mut grams {
            zeroize::Zeroize::zeroize(gram);
        }
        let size = (pairs.len() * 4).next_power_of_two().max(16);
        let (bitmap, slots) = (vec![0; 1 << (BITS - 6)], vec![(FREE, 0, 0); size]);
        let mut table = Self { bitmap, slots, holders: Vec::new() };
        for group in pairs.chunk_by(|a, b| a.0 == b.0) {
            let start = narrow(table.holders.len());
            table.holders.extend(group.iter().map(|pair| pair.1));
            let Some((key, _)) = group.first() else { continue };
            table.insert(*key, start, narrow(table.holders.len()));
        }
        for (key, _) in &mut pairs {
            zeroize::Zeroize::zeroize(key);
        }
        (table, sift)
    }

    fn slot(&self, key: u32) -> usize {
        (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & (self.slots.len() - 1)
    }

    fn insert(&mut self, key: u32, start: u32, end: u32) {
        let (word, bit) = place(key);
        if let Some(word) = self.bitmap.get_mut(word) {
            *word |= bit;
        }
        let mut slot = self.slot(key);
        while self.slots.get(slot).is_some_and(|taken| taken.0 != FREE) {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = (key, start, end);
        }
    }

    /// What the trigram may belong to.
    #[inline]
    pub fn holders(&self, trigram: [u8; 3]) -> &[Holder] {
        let key = key(trigram);
        let (word, bit) = place(key);
        if self.bitmap.get(word).is_none_or(|word| word & bit == 0) { &[] } else { self.held(key) }
    }

    fn held(&self, key: u32) -> &[Holder] {
        let mut slot = self.slot(key);
        while let Some((found, start, end)) = self.slots.get(slot) {
            if *found == key {
                return self.holders.get(*start as usize..*end as usize).unwrap_or_default();
            }
            if *found == FREE {
                break;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        &[]
    }
}

/// A key's word and bit in the bitmap.
fn place(key: u32) -> (usize, u64) {
    let at = (key.wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize;
    (at / 64, 1 << (at % 64))
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn at(bytes: &[u8], offset: usize) -> Option<[u8; 3]> {
    bytes.get(offset..)?.first_chunk::<3>().copied()
}

/// How often a trigram is met in ordinary text, and the byte behind it: a rough rank, not a measure. The trigram comes
/// first, for the table knows needles by it alone.
fn commonness(bytes: &[u8], offset: usize) -> (u32, u32) {
    let rank = |byte: u8| match byte {
        b' ' | b'0' => 8,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'1' => 7,
        b'2' | b'.' | b'/' | b':' => 5,
        byte if byte.is_ascii_alphanumeric() => 4,
        _ => 1,
    };
    let Some(trigram) = at(bytes, offset) else { return (u32::MAX, 0) };
    // Words are made of letters, and every request's path begins with a version.
    let frequent = trigram.iter().all(u8::is_ascii_alphabetic) || &trigram == b"/v1";
    let known = trigram.iter().map(|b| rank(*b)).sum::<u32>() + if frequent { 4 } else { 0 };
    (known, bytes.get(offset + 3).map_or(0, |next| rank(*next)))
}

/// The trigrams of a core that are worth a look wherever they stand: those of letters alone are
/// everywhere, and a name has enough others, unless it is all letters.
fn telling(core: &[u8]) -> Vec<usize> {
    let all = 0..core.len().saturating_sub(2);
    let mixed = |offset: &usize| {
        at(core, *offset)
            .is_some_and(|t| !t.iter().all(u8::is_ascii_alphabetic) && &t != b"100" && &t != b"000")
    };
    let some: Vec<usize> = all.clone().filter(mixed).collect();
    if some.len() * 3 >= all.len() { some } else { all.collect() }
}

/// Few places of an encoded host, one of which is in every piece of some length: its digits are like any others, and
/// hexadecimal ones are everywhere.
fn sparse(core: &[u8]) -> Vec<usize> {
    let places = if core.iter().all(u8::is_ascii_hexdigit) { 14 } else { 7 };
    let grams: Vec<usize> = (0..core.len().saturating_sub(Gram::LONGEST - 1)).collect();
    let rarest = |places: &[usize]| places.iter().copied().min_by_key(|offset| commonness(core, *offset));
    grams.chunks(places).filter_map(rarest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigram_leads_to_all_that_hold_it() {
        let cores = [Core { text: b"100.87.100.8".to_vec().into(), encoded: false }];
        let (table, _) = Trigrams::new([(3, &b"tail4f2a"[..])].into_iter(), cores.iter());
        assert_eq!(table.holders(*b"00.").len(), 2);
        assert!(table.holders(*b"zzz").is_empty());
        let short = [*b"4f2", *b"l4f", *b"f2a"].map(|t| table.holders(t).len());
        assert_eq!(short.iter().sum::<usize>(), 1, "one trigram stands for the needle");
    }
}
