//! The one pass over every byte: what in 64 bytes is worth a closer look.
//!
//! Three answers a block, a bit a byte: a trigram of a needle or host may start here; a byte that an
//! escape, a control sequence or a wide character starts with; a byte of the base64 alphabets. The
//! answers may say "perhaps" where there is nothing, never the reverse.

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "vector loads and the call into code built for AVX2, which `wide` has checked for"
)]
mod avx2;

use zeroize::Zeroize;

pub const BLOCK: usize = 64;
/// Blocks that are looked at in one call.
pub const BATCH: usize = 16;
/// A block, and the two bytes after it.
pub type Window = [u8; BLOCK + 2];

/// What a block holds; bit n speaks of byte n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Masks {
    pub trigram: u64,
    pub special: u64,
    pub base64: u64,
}

/// Bytes that start something to decode or to take away: backslash, percent, ampersand, escape, NUL, and the
/// first bytes of zero-width, box-drawing and full-width characters.
pub fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&' | 0x1b | 0 | 0xc2 | 0xe2 | 0xef)
}

pub fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// A class of bytes by their low and their high nibbles: those for which both have a bit in common.
type Class = ([u8; 16], [u8; 16]);

const SPECIAL: Class = class(&[
    (0x0, 0x0, 0x0),
    (0x1, 0xb, 0xb),
    (0x2, 0x5, 0x6),
    (0x5, 0xc, 0xc),
    (0xc, 0x2, 0x2),
    (0xe, 0x2, 0x2),
    (0xe, 0xf, 0xf),
]);

const BASE64: Class = class(&[
    (0x2, 0xb, 0xb),
    (0x2, 0xd, 0xd),
    (0x2, 0xf, 0xf),
    (0x3, 0x0, 0x9),
    (0x4, 0x1, 0xf),
    (0x5, 0x0, 0xa),
    (0x5, 0xf, 0xf),
    (0x6, 0x1, 0xf),
    (0x7, 0x0, 0xa),
]);

/// The class of these rows: a high nibble, and the first and the last low one with it. A bit stands for a set
/// of low nibbles.
const fn class(rows: &[(usize, usize, usize)]) -> Class {
    let (mut low, mut high) = ([0; 16], [0; 16]);
    let mut sets = [(usize::MAX, 0); 8];
    let mut row = 0;
    while row < rows.len() {
        let (nibble, first, last) = rows[row];
        let mut bit = 0;
        while sets[bit].0 != usize::MAX && !(sets[bit].0 == first && sets[bit].1 == last) {
            bit += 1;
        }
        sets[bit] = (first, last);
        high[nibble] |= 1 << bit;
        let mut at = first;
        while at <= last {
            low[at] |= 1 << bit;
            at += 1;
        }
        row += 1;
    }
    (low, high)
}

/// Groups of trigrams that are told from one another: two bytes, a bit each.
const GROUPS: usize = 16;

/// For each of the three bytes of a trigram: which groups have a byte with this low or high nibble.
#[derive(Clone, Default)]
struct Nibbles {
    low: [[u8; 16]; 3],
    high: [[u8; 16]; 3],
}

/// Trigrams, folded, in groups; the tables of the first eight, and of the others.
#[derive(Clone)]
pub struct Sift {
    halves: [Nibbles; 2],
    wide: bool,
}

impl Drop for Sift {
    fn drop(&mut self) {
        for half in &mut self.halves {
            half.low.zeroize();
            half.high.zeroize();
        }
    }
}

impl Sift {
    pub fn new(trigrams: &[[u8; 3]]) -> Self {
        let mut sorted = trigrams.to_vec();
        sorted.sort_unstable();
        let mut groups = [Group::default(); GROUPS];
        for trigram in &sorted {
            let dear = |group: &&mut Group| group.with(*trigram).share() - group.share();
            if let Some(group) = groups.iter_mut().min_by(|a, b| dear(a).total_cmp(&dear(b))) {
                *group = group.with(*trigram);
            }
        }
        sorted.zeroize();
        let mut sift = Self { halves: [Nibbles::default(), Nibbles::default()], wide: wide() };
        for (number, group) in groups.iter_mut().enumerate() {
            let (half, bit) = (&mut sift.halves[number / 8], 1u8 << (number % 8));
            for (place, (low, high)) in group.0.iter().enumerate() {
                for nibble in 0..16 {
                    half.low[place][nibble] |= if low >> nibble & 1 == 1 { bit } else { 0 };
                    half.high[place][nibble] |= if high >> nibble & 1 == 1 { bit } else { 0 };
                }
            }
            group.0.zeroize();
        }
        sift
    }

    /// The answers for the block at the window's start.
    pub fn masks(&self, window: &Window) -> Masks {
        #[cfg(target_arch = "x86_64")]
        if self.wide {
            return avx2::masks(self, window);
        }
        self.masks_narrow(window)
    }

    /// The answers for [`BATCH`] blocks; `text` holds them and two bytes more, or nothing is said.
    pub fn batch(&self, text: &[u8], out: &mut [Masks; BATCH]) {
        #[cfg(target_arch = "x86_64")]
        if self.wide {
            return avx2::batch(self, text, out);
        }
        for (number, masks) in out.iter_mut().enumerate() {
            if let Some(window) = text.get(number * BLOCK..).and_then(|text| text.first_chunk()) {
                *masks = self.masks_narrow(window);
            }
        }
    }

    /// The first block from `start` on where a trigram may begin, and where in it; blocks that the text's
    /// end cuts off are not looked at. Else the place where the looking ended.
    pub fn trigrams(&self, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
        #[cfg(target_arch = "x86_64")]
        if self.wide {
            return avx2::trigrams(self, text, start);
        }
        let mut at = start;
        while let Some(window) = text.get(at..).and_then(|text| text.first_chunk()) {
            let found = self.masks_narrow(window).trigram;
            if found != 0 {
                return Ok((at, found));
            }
            at += BLOCK;
        }
        Err(at)
    }

    fn masks_narrow(&self, window: &Window) -> Masks {
        let mut masks = Masks::default();
        for at in 0..BLOCK {
            let groups = |half: &Nibbles| {
                (0..3).fold(0xff, |groups, place| {
                    let byte = window[at + place];
                    let low = half.low[place][usize::from(byte & 15)];
                    groups & low & half.high[place][usize::from(byte >> 4)]
                })
            };
            masks.trigram |= u64::from(self.halves.iter().any(|half| groups(half) != 0)) << at;
            masks.special |= u64::from(is_special(window[at])) << at;
            masks.base64 |= u64::from(is_base64(window[at])) << at;
        }
        masks
    }
}

/// The nibbles that the trigrams of one group have: for each place sets of low and of high ones.
#[derive(Clone, Copy, Default)]
struct Group([(u16, u16); 3]);

/// How often a byte with this high nibble is met in logs and sources, in hundredths: letters, then digits and space.
const HIGH: [f32; 16] =
    [1.0, 1.0, 17.0, 20.0, 2.0, 2.0, 32.0, 20.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];

impl Group {
    fn with(mut self, trigram: [u8; 3]) -> Self {
        for ((low, high), byte) in self.0.iter_mut().zip(trigram) {
            for byte in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                *low |= 1 << (byte & 15);
                *high |= 1 << (byte >> 4);
            }
        }
        self
    }

    /// How much of a text would pass, in arbitrary units.
    fn share(&self) -> f32 {
        let highs = |set: u16| -> f32 {
            HIGH.iter()
                .enumerate()
                .filter(|(nibble, _)| set >> nibble & 1 == 1)
                .map(|(_, share)| share)
                .sum()
        };
        self.0
            .iter()
            .map(|(low, high)| highs(*high) * f32::from(u16::try_from(low.count_ones()).unwrap_or(16)))
            .product()
    }
}

fn wide() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx2")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_is_classed_alike_by_both() {
        let sift = Sift::new(&[*b"100", *b".10", *b"k9."]);
        for byte in 0..=255u8 {
            let window = [byte; BLOCK + 2];
            assert_eq!(sift.masks(&window), sift.masks_narrow(&window), "{byte:#x}");
        }
    }

    proptest! {
        #[test]
        fn wide_and_narrow_agree(bytes in proptest::collection::vec(any::<u8>(), BLOCK + 2)) {
            let sift = Sift::new(&[*b"100", *b"0.1", *b"k9.", *b"ail"]);
            let mut window: Window = bytes.try_into().expect("the length asked for");
            window[10..13].copy_from_slice(b"K9.");
            let masks = sift.masks(&window);
            prop_assert_eq!(masks, sift.masks_narrow(&window));
            prop_assert_eq!(sift.trigrams(&window, 0), Ok((0, masks.trigram)));
            prop_assert!(masks.trigram >> 10 & 1 == 1);
        }
    }
}
