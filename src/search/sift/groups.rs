//! Grams in few groups, so that a table lookup a byte tells them: a bit for each group that the byte fits.
//!
//! A group takes every mixture of its grams' bytes for one of them. Which grams share a group is chosen so
//! that ordinary text passes as seldom as may be.

use zeroize::Zeroize;

use super::often::{ANY, BEYOND, Often, count, kind, one_behind_another};

/// Bytes with a bit for each of eight groups.
pub const OCTETS: usize = 3;
/// Groups that are told from one another.
const GROUPS: usize = 8 * OCTETS;
/// How often each gram's group is chosen again. More rounds find little that is better.
const ROUNDS: usize = 2;

/// A trigram and the byte behind it, where that is known: any may follow the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gram {
    pub trigram: [u8; 3],
    pub next: Option<u8>,
}

impl Zeroize for Gram {
    fn zeroize(&mut self) {
        self.trigram.zeroize();
        self.next.zeroize();
    }
}

impl Gram {
    /// Bytes of the longest.
    pub const LONGEST: usize = 4;

    /// What may stand at each place; nothing is said of a place where anything may.
    fn places(self) -> [Option<u8>; Self::LONGEST] {
        let [first, second, third] = self.trigram;
        [Some(first), Some(second), Some(third), self.next]
    }
}

/// The bytes of ASCII, a bit each.
type Set = u128;

/// For each byte of a gram: which groups have a byte with this low or high nibble. Eight groups after eight.
#[derive(Clone, Default)]
pub struct Nibbles([Octet; OCTETS]);

#[derive(Clone, Default)]
pub struct Octet {
    pub low: [[u8; 16]; Gram::LONGEST],
    pub high: [[u8; 16]; Gram::LONGEST],
}

impl Nibbles {
    pub fn of(grams: &[Gram]) -> Self {
        let mut all = Self::default();
        for (number, mut group) in grouped::<OfNibbles>(grams).into_iter().enumerate() {
            let (octet, bit) = (&mut all.0[number / 8], 1u8 << (number % 8));
            for (place, (low, high)) in group.sets.iter().enumerate() {
                for nibble in 0..16 {
                    octet.low[place][nibble] |= if low >> nibble & 1 == 1 { bit } else { 0 };
                    octet.high[place][nibble] |= if high >> nibble & 1 == 1 { bit } else { 0 };
                }
            }
            group.zeroize();
        }
        all
    }

    pub fn octets(&self) -> &[Octet; OCTETS] {
        &self.0
    }

    /// Whether the bytes fit a group.
    pub fn may_hold(&self, bytes: [u8; Gram::LONGEST]) -> bool {
        self.0.iter().any(|octet| {
            bytes.iter().enumerate().fold(0xff, |groups, (place, byte)| {
                let low = octet.low[place][usize::from(byte & 15)];
                groups & low & octet.high[place][usize::from(byte >> 4)]
            }) != 0
        })
    }
}

impl Drop for Nibbles {
    fn drop(&mut self) {
        for octet in &mut self.0 {
            octet.low.zeroize();
            octet.high.zeroize();
        }
    }
}

/// For each byte of a gram: which groups have this byte of ASCII, and which any other byte. As [`Nibbles`],
/// eight after eight.
#[derive(Clone)]
pub struct Places([[Place; Gram::LONGEST]; OCTETS]);

#[derive(Clone, Copy)]
pub struct Place {
    pub ascii: [u8; 128],
    pub beyond: u8,
}

impl Default for Places {
    fn default() -> Self {
        Self([[Place { ascii: [0; 128], beyond: 0 }; Gram::LONGEST]; OCTETS])
    }
}

impl Places {
    pub fn of(grams: &[Gram]) -> Self {
        let mut all = Self::default();
        for (number, mut group) in grouped::<OfBytes>(grams).into_iter().enumerate() {
            let (octet, bit) = (&mut all.0[number / 8], 1u8 << (number % 8));
            for (table, (set, beyond)) in octet.iter_mut().zip(group.sets) {
                for (byte, groups) in table.ascii.iter_mut().enumerate() {
                    *groups |= if set >> byte & 1 == 1 { bit } else { 0 };
                }
                table.beyond |= if beyond { bit } else { 0 };
            }
            group.zeroize();
        }
        all
    }

    pub fn octets(&self) -> &[[Place; Gram::LONGEST]; OCTETS] {
        &self.0
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        for place in self.0.as_flattened_mut() {
            place.ascii.zeroize();
            place.beyond.zeroize();
        }
    }
}

/// Grams that are taken for one another.
trait Group: Copy + Default + Zeroize {
    fn add(&mut self, gram: Gram);

    /// How often the bytes are met that fit each place.
    fn often(&self) -> [Often; Gram::LONGEST];

    /// The same with one more gram.
    fn often_with(&self, gram: Gram) -> [Often; Gram::LONGEST];
}

/// What the grams of one group have at each place: low and high nibbles.
#[derive(Clone, Copy, Default)]
struct OfNibbles {
    sets: [(u16, u16); Gram::LONGEST],
    often: [Often; Gram::LONGEST],
}

/// The same: bytes of ASCII, and whether any other one.
#[derive(Clone, Copy, Default)]
struct OfBytes {
    sets: [(Set, bool); Gram::LONGEST],
    often: [Often; Gram::LONGEST],
}

/// Puts each gram to the group that it makes the least dear; then each once more, with the others in place.
fn grouped<G: Group>(grams: &[Gram]) -> Vec<G> {
    let mut sorted = grams.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut groups = vec![(G::default(), 0.0); GROUPS];
    let mut homes = Vec::with_capacity(sorted.len());
    for gram in &sorted {
        homes.push(settle(&mut groups, *gram));
    }
    for _ in 0..ROUNDS {
        for at in 0..sorted.len() {
            let mates = homes.iter().zip(&sorted).enumerate();
            let mates = mates.filter(|(other, (home, _))| *other != at && **home == homes[at]);
            let mut without = G::default();
            mates.for_each(|(_, (_, gram))| without.add(*gram));
            groups[homes[at]] = (without, one_behind_another(&without.often()));
            homes[at] = settle(&mut groups, sorted[at]);
        }
    }
    for gram in &mut sorted {
        gram.zeroize();
    }
    let all = groups.iter().map(|(group, _)| *group).collect();
    for (group, _) in &mut groups {
        group.zeroize();
    }
    all
}

/// Puts a gram to the group that it makes the least dear, and says which.
fn settle<G: Group>(groups: &mut [(G, f32)], gram: Gram) -> usize {
    let dearer = |(group, known): &(G, f32)| one_behind_another(&group.often_with(gram)) - known;
    let home = groups.iter().map(dearer).enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
    let home = home.map_or(0, |(home, _)| home);
    let (group, share) = &mut groups[home];
    group.add(gram);
    *share = one_behind_another(&group.often());
    home
}

fn cases(byte: u8) -> [u8; 2] {
    [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]
}

impl Group for OfNibbles {
    fn add(&mut self, gram: Gram) {
        self.often = self.often_with(gram);
        for ((low, high), more) in self.sets.iter_mut().zip(gram.places().map(nibbles)) {
            *low |= more.0;
            *high |= more.1;
        }
    }

    fn often(&self) -> [Often; Gram::LONGEST] {
        self.often
    }

    fn often_with(&self, gram: Gram) -> [Often; Gram::LONGEST] {
        let mut all = self.often;
        for ((often, known), more) in all.iter_mut().zip(self.sets).zip(gram.places().map(nibbles)) {
            let (low, high) = (known.0 | more.0, known.1 | more.1);
            if (low, high) != known {
                *often = Often::default();
                let fits = |byte: &u8| low >> (byte & 15) & 1 == 1 && high >> (byte >> 4) & 1 == 1;
                (0..=u8::MAX).filter(fits).for_each(|byte| count(often, byte));
            }
        }
        all
    }
}

/// Low and high nibbles of what may stand at a place.
fn nibbles(byte: Option<u8>) -> (u16, u16) {
    byte.map_or((u16::MAX, u16::MAX), |byte| {
        let [lower, upper] = cases(byte);
        (1 << (lower & 15) | 1 << (upper & 15), 1 << (lower >> 4) | 1 << (upper >> 4))
    })
}

impl Group for OfBytes {
    fn add(&mut self, gram: Gram) {
        self.often = self.often_with(gram);
        for ((ascii, beyond), byte) in self.sets.iter_mut().zip(gram.places()) {
            let Some(byte) = byte else {
                (*ascii, *beyond) = (Set::MAX, true);
                continue;
            };
            for byte in cases(byte) {
                *ascii |= if byte.is_ascii() { 1 << byte } else { 0 };
                *beyond |= !byte.is_ascii();
            }
        }
    }

    fn often(&self) -> [Often; Gram::LONGEST] {
        self.often
    }

    fn often_with(&self, gram: Gram) -> [Often; Gram::LONGEST] {
        let mut all = self.often;
        for ((often, (ascii, beyond)), byte) in all.iter_mut().zip(self.sets).zip(gram.places()) {
            let Some(byte) = byte else {
                *often = ANY;
                continue;
            };
            let [lower, upper] = cases(byte);
            if !byte.is_ascii() {
                often[kind(byte)] += if beyond { 0.0 } else { BEYOND };
            } else if ascii >> lower & 1 == 0 {
                count(often, lower);
                if upper != lower {
                    count(often, upper);
                }
            }
        }
        all
    }
}

impl Zeroize for OfNibbles {
    fn zeroize(&mut self) {
        for (low, high) in &mut self.sets {
            low.zeroize();
            high.zeroize();
        }
        self.often.as_flattened_mut().zeroize();
    }
}

impl Zeroize for OfBytes {
    fn zeroize(&mut self) {
        for (set, beyond) in &mut self.sets {
            set.zeroize();
            beyond.zeroize();
        }
        self.often.as_flattened_mut().zeroize();
    }
}
