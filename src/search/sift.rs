//! The one pass over every byte: what in 64 bytes is worth a closer look.
//!
//! Three answers a block, a bit a byte: a trigram of a needle or host may start here; a byte that an
//! escape, a control sequence or a wide character starts with; a byte of the base64 alphabets. The
//! answers may say "perhaps" where there is nothing, never the reverse.

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

/// Trigrams, folded; three nibble tables a byte place, one bit a group of trigrams.
#[derive(Clone)]
pub struct Sift {
    low: [[u8; 16]; 3],
    high: [[u8; 16]; 3],
    wide: bool,
}

impl Drop for Sift {
    fn drop(&mut self) {
        self.low.zeroize();
        self.high.zeroize();
    }
}

impl Sift {
    pub fn new(trigrams: &[[u8; 3]]) -> Self {
        let mut sorted = trigrams.to_vec();
        sorted.sort_unstable();
        let mut sift = Self { low: [[0; 16]; 3], high: [[0; 16]; 3], wide: wide() };
        let per_group = sorted.len().div_ceil(8).max(1);
        for (number, trigram) in sorted.iter().enumerate() {
            let bit = 1u8 << (number / per_group);
            for (place, byte) in trigram.iter().enumerate() {
                for byte in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                    sift.low[place][usize::from(byte & 15)] |= bit;
                    sift.high[place][usize::from(byte >> 4)] |= bit;
                }
            }
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
            let mut groups = 0xff;
            for place in 0..3 {
                let byte = window[at + place];
                groups &=
                    self.low[place][usize::from(byte & 15)] & self.high[place][usize::from(byte >> 4)];
            }
            masks.trigram |= u64::from(groups != 0) << at;
            masks.special |= u64::from(is_special(window[at])) << at;
            masks.base64 |= u64::from(is_base64(window[at])) << at;
        }
        masks
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

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "vector loads and the call into code built for AVX2, which `wide` has checked for"
)]
mod avx2 {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256,
        _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    use super::{BATCH, BLOCK, Masks, Sift, Window};

    pub fn masks(sift: &Sift, window: &Window) -> Masks {
        // SAFETY: `Sift::new` sets `wide` only where the processor has AVX2.
        unsafe { masks_wide(sift, window) }
    }

    pub fn batch(sift: &Sift, text: &[u8], out: &mut [Masks; BATCH]) {
        // SAFETY: as above.
        unsafe { batch_wide(sift, text, out) }
    }

    pub fn trigrams(sift: &Sift, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
        // SAFETY: as above.
        unsafe { trigrams_wide(sift, text, start) }
    }

    type Tables = [(__m256i, __m256i); 3];

    #[target_feature(enable = "avx2")]
    fn trigrams_wide(sift: &Sift, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
        let tables = tables(sift);
        let mut at = start;
        while let Some(window) = text.get(at..).and_then(|text| text.first_chunk()) {
            let mut found = 0;
            for half in [0, BLOCK / 2] {
                found |= u64::from(groups(&tables, window, half).0) << half;
            }
            if found != 0 {
                return Ok((at, found));
            }
            at += BLOCK;
        }
        Err(at)
    }

    #[target_feature(enable = "avx2")]
    fn batch_wide(sift: &Sift, text: &[u8], out: &mut [Masks; BATCH]) {
        for (number, masks) in out.iter_mut().enumerate() {
            if let Some(window) = text.get(number * BLOCK..).and_then(|text| text.first_chunk()) {
                *masks = masks_wide(sift, window);
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn masks_wide(sift: &Sift, window: &Window) -> Masks {
        let mut masks = Masks::default();
        let tables = tables(sift);
        for half in [0, BLOCK / 2] {
            let (trigram, bytes) = groups(&tables, window, half);
            masks.trigram |= u64::from(trigram) << half;
            masks.special |= u64::from(special(bytes)) << half;
            masks.base64 |= u64::from(base64(bytes)) << half;
        }
        masks
    }

    #[target_feature(enable = "avx2")]
    fn tables(sift: &Sift) -> Tables {
        [0, 1, 2].map(|place| (table(&sift.low[place]), table(&sift.high[place])))
    }

    /// Where a trigram may begin in 32 bytes, and those bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn groups(tables: &Tables, window: &Window, half: usize) -> (u32, __m256i) {
        let bytes = [0, 1, 2].map(|place| load(window, half + place));
        let groups = [0, 1, 2].map(|place| lookup(tables[place].0, tables[place].1, bytes[place]));
        let all = _mm256_and_si256(_mm256_and_si256(groups[0], groups[1]), groups[2]);
        (!zeros(all), bytes[0])
    }

    #[target_feature(enable = "avx2")]
    fn load(window: &Window, at: usize) -> __m256i {
        let bytes: &[u8; 32] = window[at..].first_chunk().unwrap_or(&[0; 32]);
        // SAFETY: 32 bytes are there to read, at any alignment.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    fn table(table: &[u8; 16]) -> __m256i {
        // SAFETY: 16 bytes are there to read, at any alignment.
        let half: __m128i = unsafe { _mm_loadu_si128(table.as_ptr().cast()) };
        _mm256_broadcastsi128_si256(half)
    }

    #[target_feature(enable = "avx2")]
    fn lookup(low: __m256i, high: __m256i, bytes: __m256i) -> __m256i {
        let nibble = _mm256_set1_epi8(15);
        let lows = _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble));
        let highs = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
        _mm256_and_si256(lows, highs)
    }

    /// A bit for each byte that is zero.
    #[target_feature(enable = "avx2")]
    fn zeros(bytes: __m256i) -> u32 {
        bits(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()))
    }

    #[target_feature(enable = "avx2")]
    fn bits(bytes: __m256i) -> u32 {
        _mm256_movemask_epi8(bytes).cast_unsigned()
    }

    #[target_feature(enable = "avx2")]
    fn special(bytes: __m256i) -> u32 {
        let mut any = _mm256_setzero_si256();
        for byte in [b'\\', b'%', b'&', 0x1b, 0, 0xc2, 0xe2, 0xef] {
            any = _mm256_or_si256(any, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed())));
        }
        bits(any)
    }

    #[target_feature(enable = "avx2")]
    fn base64(bytes: __m256i) -> u32 {
        let within = |bytes, low: u8, high: u8| {
            let above = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(low.cast_signed() - 1));
            let below = _mm256_cmpgt_epi8(_mm256_set1_epi8(high.cast_signed() + 1), bytes);
            _mm256_and_si256(above, below)
        };
        let folded = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
        let letters = within(folded, b'a', b'z');
        let digits = within(bytes, b'/', b'9');
        let mut any = _mm256_or_si256(letters, digits);
        for byte in [b'+', b'-', b'_'] {
            any = _mm256_or_si256(any, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed())));
        }
        bits(any)
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
