//! The sift for processors with AVX2: 32 bytes at once.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srli_epi16,
};

use super::batch::{BATCH, Batch};
use super::groups::{Gram, Nibbles, OCTETS, Octet};
use super::{BASE64, BLOCK, Class, HEX, LOWER, Masks, OPENS, PERCENT, SPECIAL, UPPER, Window};

pub fn batch(nibbles: &Nibbles, text: &[u8], batch: &mut Batch) {
    // SAFETY: `Level::of_processor` leads here only where the processor has AVX2.
    unsafe { batch_wide(nibbles, text, batch) }
}

pub fn trigrams(nibbles: &Nibbles, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
    // SAFETY: as above.
    unsafe { trigrams_wide(nibbles, text, start) }
}

// No closures below: code in a closure is not built for the processor that its function is built for.

#[target_feature(enable = "avx2")]
fn trigrams_wide(nibbles: &Nibbles, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
    let tables = tables(nibbles);
    let mut at = start;
    while let Some(window) = text.get(at..).and_then(|text| text.first_chunk()) {
        let low = groups(&tables, window, 0).0;
        let found = u64::from(groups(&tables, window, HALF).0) << HALF | u64::from(low);
        if found != 0 {
            return Ok((at, found));
        }
        at += BLOCK;
    }
    Err(at)
}

#[target_feature(enable = "avx2")]
fn batch_wide(nibbles: &Nibbles, text: &[u8], batch: &mut Batch) {
    let tables = tables(nibbles);
    for at in 0..BATCH {
        let Some(window) = text.get(at * BLOCK..).and_then(|text| text.first_chunk()) else { break };
        batch.push(block(&tables, window));
    }
    batch.tell();
}

const HALF: usize = BLOCK / 2;

/// A table of low nibbles, and one of high ones.
type Pair = (__m256i, __m256i);

/// The tables of all groups, low and high nibbles of each byte; and those of the classes.
struct Tables {
    octets: [[Pair; Gram::LONGEST]; OCTETS],
    classes: [Pair; 7],
}

#[inline]
#[target_feature(enable = "avx2")]
fn tables(nibbles: &Nibbles) -> Tables {
    let [first, second, third] = nibbles.octets();
    Tables {
        octets: [four(first), four(second), four(third)],
        classes: [
            both(&SPECIAL),
            both(&BASE64),
            both(&UPPER),
            both(&LOWER),
            both(&HEX),
            both(&OPENS),
            both(&PERCENT),
        ],
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn four(Octet { low, high }: &Octet) -> [Pair; Gram::LONGEST] {
    [
        (table(&low[0]), table(&high[0])),
        (table(&low[1]), table(&high[1])),
        (table(&low[2]), table(&high[2])),
        (table(&low[3]), table(&high[3])),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn block(tables: &Tables, window: &Window) -> Masks {
    let (low, here) = groups(tables, window, 0);
    let (high, next) = groups(tables, window, HALF);
    let [special, base64, upper, lower, hex, opens, percent] = tables.classes;
    Masks {
        trigram: u64::from(high) << HALF | u64::from(low),
        special: class(special, here, next),
        base64: class(base64, here, next),
        upper: class(upper, here, next),
        lower: class(lower, here, next),
        hex: class(hex, here, next),
        opens: class(opens, here, next),
    }
    .narrowed(class(percent, here, next))
}

/// The low and the high nibbles of 32 bytes.
type Split = (__m256i, __m256i);

/// Where a trigram may begin in 32 bytes, and their nibbles.
#[inline]
#[target_feature(enable = "avx2")]
fn groups(tables: &Tables, window: &Window, half: usize) -> (u32, Split) {
    let bytes =
        [split(window, half), split(window, half + 1), split(window, half + 2), split(window, half + 3)];
    let [first, second, third] = &tables.octets;
    let some = _mm256_or_si256(pass(first, &bytes), pass(second, &bytes));
    (set(_mm256_or_si256(some, pass(third, &bytes))), bytes[0])
}

/// For each place the groups that all four bytes fit.
#[inline]
#[target_feature(enable = "avx2")]
fn pass(tables: &[Pair; Gram::LONGEST], bytes: &[Split; Gram::LONGEST]) -> __m256i {
    let first = _mm256_and_si256(lookup(tables[0], bytes[0]), lookup(tables[1], bytes[1]));
    let last = _mm256_and_si256(lookup(tables[2], bytes[2]), lookup(tables[3], bytes[3]));
    _mm256_and_si256(first, last)
}

#[inline]
#[target_feature(enable = "avx2")]
fn class(tables: Pair, here: Split, next: Split) -> u64 {
    u64::from(set(lookup(tables, next))) << HALF | u64::from(set(lookup(tables, here)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn both(class: &Class) -> Pair {
    (table(&class.0), table(&class.1))
}

#[inline]
#[target_feature(enable = "avx2")]
fn split(window: &Window, at: usize) -> Split {
    let bytes: &[u8; HALF] = window[at..].first_chunk().unwrap_or(&[0; HALF]);
    // SAFETY: 32 bytes are there to read, at any alignment.
    let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
    let nibble = _mm256_set1_epi8(15);
    (_mm256_and_si256(bytes, nibble), _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble))
}

#[inline]
#[target_feature(enable = "avx2")]
fn table(table: &[u8; 16]) -> __m256i {
    // SAFETY: 16 bytes are there to read, at any alignment.
    let half: __m128i = unsafe { _mm_loadu_si128(table.as_ptr().cast()) };
    _mm256_broadcastsi128_si256(half)
}

#[inline]
#[target_feature(enable = "avx2")]
fn lookup(tables: Pair, bytes: Split) -> __m256i {
    _mm256_and_si256(_mm256_shuffle_epi8(tables.0, bytes.0), _mm256_shuffle_epi8(tables.1, bytes.1))
}

/// A bit for each byte that is not zero.
#[inline]
#[target_feature(enable = "avx2")]
fn set(bytes: __m256i) -> u32 {
    !_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())).cast_unsigned()
}
