//! Encodings of a part, as they stand inside a longer encoded text.

use zeroize::Zeroizing;

pub type Secret = Zeroizing<Vec<u8>>;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Base64 digits that only this text decides, when `skip` bytes of something else come before it in
/// its group of three: the digits at the borders, which depend on the neighbours, are left out.
fn digits(text: &[u8], skip: usize, group: usize, bits: usize, alphabet: &[u8]) -> Secret {
    let mut out = Secret::default();
    let first = (skip * 8).div_ceil(bits);
    let last = ((skip + text.len()) * 8) / bits;
    debug_assert!(skip < group);
    for digit in first..last {
        let mut index = 0usize;
        for bit in digit * bits..(digit + 1) * bits {
            let byte = text.get(bit / 8 - skip).copied().unwrap_or_default();
            index = index << 1 | usize::from(byte >> (7 - bit % 8) & 1);
        }
        out.extend(alphabet.get(index));
    }
    out
}

/// Base64 at its three alignments, in both alphabets.
pub fn base64(text: &[u8]) -> Vec<Secret> {
    let mut all: Vec<Secret> = Vec::new();
    for alphabet in [STANDARD, URL_SAFE] {
        for skip in 0..3 {
            let encoded = digits(text, skip, 3, 6, alphabet);
            if !all.contains(&encoded) {
                all.push(encoded);
            }
        }
    }
    all
}

/// Base32 at its five alignments, in lower case.
pub fn base32(text: &[u8]) -> Vec<Secret> {
    (0..5).map(|skip| digits(text, skip, 5, 5, BASE32)).collect()
}

pub fn hex(text: &[u8]) -> Secret {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    Zeroizing::new(text.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect())
}

pub fn utf16_le(text: &[u8]) -> Secret {
    Zeroizing::new(utf16(text).flat_map(u16::to_le_bytes).collect())
}

pub fn utf16_be(text: &[u8]) -> Secret {
    Zeroizing::new(utf16(text).flat_map(u16::to_be_bytes).collect())
}

/// Text in its units of two bytes; what is no text, a byte each.
fn utf16(text: &[u8]) -> impl Iterator<Item = u16> {
    let (text, bytes) = std::str::from_utf8(text).map_or(("", text), |text| (text, &[]));
    text.encode_utf16().chain(bytes.iter().copied().map(u16::from))
}

pub fn reversed(text: &[u8]) -> Secret {
    Zeroizing::new(text.iter().rev().copied().collect())
}

/// A name as it stands in a DNS message: each label after its length.
pub fn dns_wire(host: &[u8]) -> Secret {
    let mut out = Secret::default();
    for label in host.split(|b| *b == b'.') {
        out.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(label);
    }
    out
}

/// The first 16 hexadecimal digits of every digest that is commonly taken.
pub fn digests(text: &[u8]) -> [Secret; 6] {
    use blake2::{Blake2b512, Blake2s256};
    use md5::{Digest, Md5};
    fn first<D: Digest>(text: &[u8]) -> Secret {
        hex(D::digest(text).get(..8).unwrap_or_default())
    }
    [
        first::<Md5>(text),
        first::<sha1::Sha1>(text),
        first::<sha2::Sha256>(text),
        first::<sha2::Sha512>(text),
        first::<Blake2b512>(text),
        first::<Blake2s256>(text),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alignment_stands_inside_the_longer_text() {
        // `printf 'x100.101.102.103y' | base64` and with more before it.
        for (whole, alignment) in [
            ("MTAwLjEwMS4xMDIuMTAzeQ==", 0),
            ("eDEwMC4xMDEuMTAyLjEwM3k=", 1),
            ("eHgxMDAuMTAxLjEwMi4xMDN5", 2),
        ] {
            let all = base64(b"100.101.102.103");
            let needle = String::from_utf8(all[alignment].to_vec()).expect("ASCII");
            assert!(whole.contains(&needle), "{needle} in {whole}");
            assert!(needle.len() >= 18, "{needle}");
        }
    }

    #[test]
    fn base32_and_digests_are_those_of_coreutils() {
        // `printf '100.101.102.103' | base32`, `… | sha256sum`, `… | b2sum`
        let text = b"100.101.102.103";
        assert_eq!(base32(text)[0].as_slice(), b"geydalrrgays4mjqgixdcmbt");
        assert_eq!(digests(text)[2].as_slice(), b"d2a4c7100116c273");
        assert_eq!(digests(text)[4].as_slice(), b"b4cacef7e9950359");
    }
}
