//! How often bytes are met in ordinary text, and one behind another: what a filter would let pass.

/// Lower case, capitals, digits, and all others.
const KINDS: usize = 4;
/// How often the bytes are met that may stand at a place, by their kind, in thousandths.
pub type Often = [f32; KINDS];

/// How much more often a byte of one kind (row) is followed by one of another than by chance. This and the next
/// table were counted in logs, sources and documents.
const FOLLOWS: [Often; KINDS] =
    [[1.6, 0.05, 0.25, 0.7], [0.6, 11.0, 0.5, 0.9], [0.1, 0.8, 13.5, 1.5], [0.7, 1.6, 1.3, 1.25]];

/// How often each byte is met, in thousandths.
const OFTEN: [f32; 256] = {
    let mut often = [0.3; 256];
    let mut byte = 0u8;
    loop {
        often[byte as usize] = match byte {
            b' ' => 140.0,
            b'e' => 65.0,
            b't' | b's' => 44.0,
            b'a' | b'i' | b'n' | b'o' | b'r' => 33.0,
            b'0' | b'1' | b'2' | b'c' | b'd' | b'l' | b'.' | b':' | b'"' => 21.0,
            b'h' | b'm' | b'p' | b'u' | b'g' | b'f' | b'-' | b'/' | b'\n' | b',' | b'6' => 15.0,
            b'0'..=b'9' => 9.0,
            b'a'..=b'z' | b'(' | b')' | b'_' | b'T' => 6.0,
            b'A'..=b'Z' | b'!'..=b'~' => 2.0,
            _ => 0.3,
        };
        if byte == u8::MAX {
            break often;
        }
        byte += 1;
    }
};

pub const fn kind(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// How often these may be met one behind another.
pub fn one_behind_another<const PLACES: usize>(places: &[Often; PLACES]) -> f32 {
    let Some((first, rest)) = places.split_first() else { return 0.0 };
    let mut last = *first;
    for place in rest {
        let mut led = [0.0; KINDS];
        for (from, follows) in last.iter().zip(&FOLLOWS) {
            for (led, follows) in led.iter_mut().zip(follows) {
                *led += from * follows;
            }
        }
        for ((last, led), often) in last.iter_mut().zip(led).zip(place) {
            *last = led * often;
        }
    }
    last.iter().sum()
}

/// How often any byte beyond ASCII is met, in thousandths.
pub const BEYOND: f32 = 10.0;

/// The same of all bytes.
pub const ANY: Often = {
    let mut any = [0.0, 0.0, 0.0, BEYOND];
    let mut byte = 0u8;
    while byte.is_ascii() {
        any[kind(byte)] += OFTEN[byte as usize];
        byte += 1;
    }
    any
};

pub fn count(often: &mut Often, byte: u8) {
    often[kind(byte)] += OFTEN[usize::from(byte)];
}
