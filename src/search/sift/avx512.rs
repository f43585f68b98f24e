//! The sift for processors with AVX-512 and its byte permutations: 64 bytes at once, and tables that tell
//! every byte of ASCII from the others.

use std::arch::x86_64::{
    __m512i, __mmask64, _mm512_and_si512, _mm512_loadu_si512, _mm512_mask_mov_epi8, _mm512_movepi8_mask,
    _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_ternarylogic_epi64,
    _mm512_test_epi8_mask,
};

use super::batch::{BATCH, Batch};
use super::groups::{Gram, OCTETS, Place, Places};
use super::{BLOCK, Masks, Window, is_base64, is_special};

pub fn batch(places: &Places, text: &[u8], batch: &mut Batch) {
    // SAFETY: `Level::of_processor` leads here only where the processor has AVX-512 with VBMI.
    unsafe { batch_wide(places, text, batch) }
}

pub fn trigrams(places: &Places, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
    // SAFETY: as above.
    unsafe { trigrams_wide(places, text, start) }
}

// No closures below: code in a closure is not built for the processor that its function is built for.

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn trigrams_wide(places: &Places, text: &[u8], start: usize) -> Result<(usize, u64), usize> {
    let octets = octets(places);
    let mut at = start;
    while let Some(window) = text.get(at..).and_then(|text| text.first_chunk()) {
        let found = groups(&octets, window);
        if found != 0 {
            return Ok((at, found));
        }
        at += BLOCK;
    }
    Err(at)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn batch_wide(places: &Places, text: &[u8], batch: &mut Batch) {
    let (octets, classes) = (octets(places), classes());
    for at in 0..BATCH {
        let Some(window) = text.get(at * BLOCK..).and_then(|text| text.first_chunk()) else { break };
        batch.push(block(&octets, &classes, window));
    }
    batch.tell();
}

/// What the bytes of ASCII stand for, the first and the last 64 of them; and all others.
type Table = (__m512i, __m512i, __m512i);
/// The tables of all groups.
type Octets = [[Table; Gram::LONGEST]; OCTETS];

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn octets(places: &Places) -> Octets {
    let [first, second, third] = places.octets();
    [four(first), four(second), four(third)]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn four([first, second, third, fourth]: &[Place; Gram::LONGEST]) -> [Table; Gram::LONGEST] {
    [place(first), place(second), place(third), place(fourth)]
}

const SPECIAL: u8 = 1;
const BASE64: u8 = 2;
const UPPER: u8 = 4;
const LOWER: u8 = 8;
const HEX: u8 = 16;
const OPENS: u8 = 32;
const PERCENT: u8 = 64;

/// The classes of each byte, a bit each: those of ASCII, and the others.
const CLASSES: [[u8; 128]; 2] = {
    let mut classes = [[0; 128]; 2];
    let mut byte = 0u8;
    loop {
        let mut class = 0;
        if is_special(byte) {
            class |= SPECIAL;
        }
        if is_base64(byte) {
            class |= BASE64;
        }
        if byte.is_ascii_uppercase() {
            class |= UPPER;
        }
        if byte.is_ascii_lowercase() {
            class |= LOWER;
        }
        if byte.is_ascii_hexdigit() {
            class |= HEX;
        }
        if matches!(byte, b'{' | b'[') {
            class |= OPENS;
        }
        if byte == b'%' {
            class |= PERCENT;
        }
        classes[(byte >> 7) as usize][(byte & 127) as usize] = class;
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn classes() -> [(__m512i, __m512i); 2] {
    [table(&CLASSES[0]), table(&CLASSES[1])]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn block(octets: &Octets, classes: &[(__m512i, __m512i); 2], window: &Window) -> Masks {
    let bytes = load(window, 0);
    let [ascii, beyond] = classes;
    let mut class = _mm512_permutex2var_epi8(ascii.0, bytes, ascii.1);
    let others = _mm512_movepi8_mask(bytes);
    if others != 0 {
        class = _mm512_mask_mov_epi8(class, others, _mm512_permutex2var_epi8(beyond.0, bytes, beyond.1));
    }
    Masks {
        trigram: groups(octets, window),
        special: has(class, SPECIAL),
        base64: has(class, BASE64),
        upper: has(class, UPPER),
        lower: has(class, LOWER),
        hex: has(class, HEX),
        opens: has(class, OPENS),
    }
    .narrowed(has(class, PERCENT))
}

/// Where a trigram may begin.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn groups(octets: &Octets, window: &Window) -> __mmask64 {
    let bytes = [load(window, 0), load(window, 1), load(window, 2), load(window, 3)];
    // Most text is ASCII.
    let found = if _mm512_movepi8_mask(_mm512_or_si512(bytes[0], bytes[3])) == 0 {
        any(
            pass::<false>(&octets[0], &bytes),
            pass::<false>(&octets[1], &bytes),
            pass::<false>(&octets[2], &bytes),
        )
    } else {
        any(
            pass::<true>(&octets[0], &bytes),
            pass::<true>(&octets[1], &bytes),
            pass::<true>(&octets[2], &bytes),
        )
    };
    _mm512_test_epi8_mask(found, found)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn any(first: __m512i, second: __m512i, third: __m512i) -> __m512i {
    const ANY_OF_THREE: i32 = 0xfe;
    _mm512_ternarylogic_epi64::<ANY_OF_THREE>(first, second, third)
}

/// For each place the groups that all four bytes fit, which are ASCII or not.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn pass<const BEYOND: bool>(tables: &[Table; Gram::LONGEST], bytes: &[__m512i; Gram::LONGEST]) -> __m512i {
    const ALL_THREE: i32 = 0x80;
    let [first, second, third] = [
        lookup::<BEYOND>(tables[0], bytes[0]),
        lookup::<BEYOND>(tables[1], bytes[1]),
        lookup::<BEYOND>(tables[2], bytes[2]),
    ];
    let fourth = lookup::<BEYOND>(tables[3], bytes[3]);
    _mm512_and_si512(_mm512_ternarylogic_epi64::<ALL_THREE>(first, second, third), fourth)
}

/// The highest bit of an index is not looked at.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn lookup<const BEYOND: bool>((low, high, beyond): Table, bytes: __m512i) -> __m512i {
    let ascii = _mm512_permutex2var_epi8(low, bytes, high);
    if BEYOND { _mm512_mask_mov_epi8(ascii, _mm512_movepi8_mask(bytes), beyond) } else { ascii }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn has(class: __m512i, bit: u8) -> __mmask64 {
    _mm512_test_epi8_mask(class, _mm512_set1_epi8(bit.cast_signed()))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn load(window: &Window, at: usize) -> __m512i {
    let bytes: &[u8; BLOCK] = window[at..].first_chunk().unwrap_or(&[0; BLOCK]);
    // SAFETY: 64 bytes are there to read, at any alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn place(place: &Place) -> Table {
    let (low, high) = table(&place.ascii);
    (low, high, _mm512_set1_epi8(place.beyond.cast_signed()))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn table(table: &[u8; 128]) -> (__m512i, __m512i) {
    let (low, high) = table.split_at(64);
    // SAFETY: 64 bytes are there to read twice, at any alignment.
    unsafe { (_mm512_loadu_si512(low.as_ptr().cast()), _mm512_loadu_si512(high.as_ptr().cast())) }
}
