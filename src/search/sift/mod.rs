//! The one pass over every byte: what in 64 bytes is worth a closer look.
//!
//! Answers a block, a bit a byte: a gram of a needle or host may start here; a byte that an
//! escape, a control sequence or a wide character starts with; a byte of the base64 alphabets, and what
//! kinds of them tell a name, a digest and an encoded text apart. The
//! first answer may say "perhaps" where there is nothing, never the reverse; the others are exact.

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "vector loads and the call into code built for AVX2, which `Level::of_processor` has checked for"
)]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the same for AVX-512")]
mod avx512;
#[expect(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "built as a part of code for each processor, and for many blocks at once: without branches"
)]
mod batch;
mod groups;
mod often;

use batch::BATCH;
pub use batch::{Batch, cells, ends, sixteen};
pub use groups::Gram;
use groups::{Nibbles, Places};

pub const BLOCK: usize = 64;
/// A block, and the bytes behind it that its grams go on with.
pub type Window = [u8; BLOCK + Gram::LONGEST - 1];

/// What a block holds; bit n speaks of byte n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Masks {
    pub trigram: u64,
    /// But for percent signs that neither a digit nor a letter follows: those stand behind numbers.
    pub special: u64,
    pub base64: u64,
    /// Letters of either case.
    pub upper: u64,
    pub lower: u64,
    /// Hexadecimal digits.
    pub hex: u64,
    /// Opening brackets of lists and records.
    pub opens: u64,
}

impl Masks {
    /// The same without the percent signs that begin no escape. What follows the last byte is not known.
    #[inline]
    fn narrowed(self, percent: u64) -> Self {
        let followed = self.base64 >> 1 | 1 << (BLOCK - 1);
        Self { special: self.special & !(percent & !followed), ..self }
    }
}

/// Bytes that start something to decode or to take away: backslash, percent, ampersand, escape, NUL, and the
/// first bytes of zero-width, box-drawing and full-width characters.
pub const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&' | 0x1b | 0 | 0xc2 | 0xe2 | 0xef)
}

pub const fn is_base64(byte: u8) -> bool {
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

const UPPER: Class = class(&[(0x4, 0x1, 0xf), (0x5, 0x0, 0xa)]);
const LOWER: Class = class(&[(0x6, 0x1, 0xf), (0x7, 0x0, 0xa)]);
const HEX: Class = class(&[(0x3, 0x0, 0x9), (0x4, 0x1, 0x6), (0x6, 0x1, 0x6)]);
const OPENS: Class = class(&[(0x5, 0xb, 0xb), (0x7, 0xb, 0xb)]);
const PERCENT: Class = class(&[(0x2, 0x5, 0x5)]);

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

/// What the processor can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Narrow,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    fn of_processor() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx512f") && has!("avx512bw") && has!("avx512vbmi") {
                return Self::Avx512;
            }
            if has!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Narrow
    }
}

/// Grams, folded, in groups: told by the nibbles of their bytes, or by the bytes where the processor has
/// tables that large.
#[derive(Clone)]
pub enum Sift {
    Narrow(Nibbles),
    #[cfg(target_arch = "x86_64")]
    Avx2(Nibbles),
    #[cfg(target_arch = "x86_64")]
    Avx512(Box<Places>),
}

impl Sift {
    pub fn new(grams: &[Gram]) -> Self {
        Self::for_level(grams, Level::of_processor())
    }

    fn for_level(grams: &[Gram], level: Level) -> Self {
        match level {
            Level::Narrow => Self::Narrow(Nibbles::of(grams)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Self::Avx2(Nibbles::of(grams)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Self::Avx512(Box::new(Places::of(grams))),
        }
    }

    /// The answers for the blocks at the text's start, as many as the text and a batch hold; a block counts where as
    /// many bytes follow it as a window has. What `batch` held lies before the text.
    pub fn batch(&self, text: &[u8], batch: &mut Batch) {
        batch.turn();
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(places) => avx512::batch(places, text, batch),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(nibbles) => avx2::batch(nibbles, text, batch),
            Self::Narrow(nibbles) => {
                for at in 0..BATCH {
                    let Some(window) = text.get(at * BLOCK..).and_then(|text| text.first_chunk()) else {
                        break;
                    };
                    batch.push(masks_narrow(nibbles, window));
                }
                batch.tell();
            }
        }
    }

    /// The first block from `start` on where a gram may begin, and where in it; blocks that the text's
    /// end cuts off are not looked at. Else the place where the looking ended.
    pub fn trigrams(&self, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(places) => avx512::trigrams(places, text, start),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(nibbles) => avx2::trigrams(nibbles, text, start),
            Self::Narrow(nibbles) => {
                let mut at = start;
                while let Some(window) = text.get(at..).and_then(|text| text.first_chunk()) {
                    let found = masks_narrow(nibbles, window).trigram;
                    if found != 0 {
                        return Ok((at, found));
                    }
                    at += BLOCK;
                }
                Err(at)
            }
        }
    }
}

fn masks_narrow(nibbles: &Nibbles, window: &Window) -> Masks {
    let (mut masks, mut percent) = (Masks::default(), 0);
    for at in 0..BLOCK {
        let [byte, second, third, fourth] = [window[at], window[at + 1], window[at + 2], window[at + 3]];
        let set = |holds: bool| u64::from(holds) << at;
        masks.trigram |= set(nibbles.may_hold([byte, second, third, fourth]));
        masks.special |= set(is_special(byte));
        masks.base64 |= set(is_base64(byte));
        masks.upper |= set(byte.is_ascii_uppercase());
        masks.lower |= set(byte.is_ascii_lowercase());
        masks.hex |= set(byte.is_ascii_hexdigit());
        masks.opens |= set(matches!(byte, b'{' | b'['));
        percent |= set(byte == b'%');
    }
    masks.narrowed(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    use proptest::prelude::*;

    const TRIGRAMS: [[u8; 3]; 5] = [*b"100", *b"0.1", *b"k9.", *b"ail", *b"\x1f\x8b\x08"];

    /// Of the first two the byte behind them is known.
    fn grams() -> [Gram; 5] {
        let mut grams = TRIGRAMS.map(|trigram| Gram { trigram, next: None });
        grams[0].next = Some(b'.');
        grams[1].next = Some(b'x');
        grams
    }

    static SIFTS: OnceLock<Vec<(Level, Sift)>> = OnceLock::new();

    /// One for each level that this processor has, the portable one first.
    fn sifts() -> Vec<(Level, Sift)> {
        let mut levels = vec![Level::Narrow];
        #[cfg(target_arch = "x86_64")]
        match Level::of_processor() {
            Level::Avx512 => levels.extend([Level::Avx2, Level::Avx512]),
            level => levels.push(level),
        }
        levels.into_iter().map(|level| (level, Sift::for_level(&grams(), level))).collect()
    }

    fn batch(sift: &Sift, text: &[u8]) -> Batch {
        let mut batch = Batch::default();
        sift.batch(text, &mut batch);
        batch
    }

    fn masks(sift: &Sift, window: &Window) -> Masks {
        batch(sift, window).block(0)
    }

    /// All but the trigrams, which each level tells in its own way.
    fn exact(masks: Masks) -> Masks {
        Masks { trigram: 0, ..masks }
    }

    #[test]
    fn every_byte_is_classed_alike_by_all() {
        let narrow = Sift::for_level(&grams(), Level::Narrow);
        for (level, sift) in sifts() {
            for byte in 0..=255u8 {
                let window = [byte; size_of::<Window>()];
                assert_eq!(
                    exact(masks(&sift, &window)),
                    exact(masks(&narrow, &window)),
                    "{byte:#x} {level:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_level_misses_a_gram(bytes in proptest::collection::vec(any::<u8>(), size_of::<Window>()), places in proptest::collection::vec(0..BLOCK, 0..6)) {
            let mut window: Window = bytes.try_into().expect("the length asked for");
            for (place, trigram) in places.iter().zip([&b"K9."[..], b"100.", b"aIl", b"0.1X", b"\x1f\x8b\x08", b"k9."]) {
                window[*place..*place + trigram.len()].copy_from_slice(trigram);
            }
            let there = (0..BLOCK).filter(|at| {
                grams().iter().any(|Gram { trigram, next }| {
                    window[*at..*at + 3].eq_ignore_ascii_case(trigram)
                        && next.is_none_or(|next| window[*at + 3].eq_ignore_ascii_case(&next))
                })
            });
            let there = there.fold(0, |mask, at| mask | 1u64 << at);
            let sifts = SIFTS.get_or_init(sifts);
            for (_, sift) in sifts {
                let masks = masks(sift, &window);
                prop_assert_eq!(exact(masks), exact(self::masks(&sifts[0].1, &window)));
                prop_assert_eq!(masks.trigram & there, there);
                let first = if masks.trigram == 0 { Err(BLOCK) } else { Ok((0, masks.trigram)) };
                prop_assert_eq!(sift.trigrams(&window, 0), first);
                let text = window.repeat(BATCH + 1);
                let all = batch(sift, &text);
                prop_assert_eq!(all.count, BATCH);
                prop_assert_eq!(all.block(0), masks);
                prop_assert_eq!(batch(sift, &text[..2 * BLOCK + window.len()]).count, 3);
                prop_assert_eq!(batch(sift, &text[..2 * BLOCK + window.len() - 1]).count, 2);
            }
        }
    }
}
