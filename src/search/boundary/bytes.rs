//! Formats of bytes: what stands beside a text in them is no letter of it, though it may look like one.

/// Whether what stands behind is no letter, but says what follows in a format of bytes, as ASN.1 and pickle do: the
/// next byte is in no text.
pub(super) fn is_tag(after: &[u8]) -> bool {
    match after {
        // No text has a byte that goes on with a character behind one of ASCII.
        [tag, next, ..] => {
            tag.is_ascii_alphanumeric() && (is_in_no_text(*next) || (0x80..0xc0).contains(next))
        }
        _ => false,
    }
}

/// Whether the byte before is no letter, but says how many bytes there are, as it does in most formats of bytes.
pub(super) fn is_counted(before: &[u8], len: usize) -> bool {
    let Ok(count) = u8::try_from(len) else { return false };
    match before {
        [.., low, 0, 0, 0] if *low == count => true,
        // MessagePack's and CBOR's own ways for short strings.
        [.., mark] if count < 0x20 && *mark == 0xa0 | count || count < 0x18 && *mark == 0x60 | count => {
            *mark >= 0x80 || behind_bytes(before)
        }
        [.., mark] if *mark == count => is_in_no_text(count) || count >= 0x80 || behind_bytes(before),
        _ => false,
    }
}

/// Whether what stands before the last byte is in no text, or the mark of a string: CBOR's, or Python's own.
fn behind_bytes(before: &[u8]) -> bool {
    match before {
        [.., mark, _] => is_in_no_text(*mark) || matches!(mark, 0x0b | 0x0c | 0x80..|b'x'| b'z' | b'Z'),
        _ => false,
    }
}

fn is_in_no_text(byte: u8) -> bool {
    matches!(byte, 1..=8 | 0x0e..=0x1a | 0x1c..=0x1f)
}

#[cfg(test)]
mod tests {
    use super::super::holds;
    use crate::endpoint::Bound;

    #[test]
    fn a_mark_of_bytes_is_no_letter() {
        let name = "gpu-box.lab.corp.example";
        let long = "gpu-box.lab.corp.example.of-the-second-hall-of-x.example";
        let found: [(&str, &[u8], &[u8]); 9] = [
            // A certificate's next sequence, pickle's memo, a CBOR map's next key, a protocol buffer's next field.
            (name, b"\x06\x03U\x04\x03\x0c\x18", b"0\x1e\x17\r"),
            (name, b"\x0c\x18", b"0\x82\x01"),
            (name, b"hostX\x18\0\0\0", b"q\x02s."),
            (name, b"dhostx\x18", b"dport\x19\x20\xfb"),
            (name, b"\n\x18", b"Pq"),
            (long, b"\x8c8", b"\x94s."),
            (long, b"dhostx8", b"dport"),
            (long, b"\xd98", b"\xa4port"),
            (long, b"\x03\x0c8", b"0\x82"),
        ];
        for (name, before, after) in found {
            let bytes = [before, name.as_bytes(), after].concat();
            assert!(
                holds(Bound::Name, &bytes, before.len(), before.len() + name.len()),
                "{before:?} {after:?}"
            );
        }
        let silent: [(&str, &[u8], &[u8]); 7] = [
            (name, b"at ", b"x\x1b[0m"),
            (name, b"at ", b"s\0"),
            (name, b"at ", b"s\xc3\xa9"),
            (name, b"\x17", b"s"),
            (long, b"to 8", b" "),
            (long, b"\n8", b" "),
            ("x".repeat(32).leak(), b"to ", b"y"),
        ];
        for (name, before, after) in silent {
            let bytes = [before, name.as_bytes(), after].concat();
            assert!(
                !holds(Bound::Name, &bytes, before.len(), before.len() + name.len()),
                "{before:?} {after:?}"
            );
        }
    }
}
