use super::*;

const TEXT: &[u8] = b"aHR0cDovL2guZXhhbXBsZTo4MC92MQ==";

/// Rows of so many bytes, each behind its offset and before what `end` makes of it.
fn rows(offset: impl Fn(usize) -> String, per: usize, row: impl Fn(&[u8]) -> String, end: &str) -> String {
    let row = |(at, bytes): (usize, &[u8])| format!("{}{}{end}\n", offset(at * per), row(bytes));
    TEXT.chunks(per).enumerate().map(row).collect()
}

fn words(bytes: &[u8], width: usize, word: impl Fn(&[u8]) -> String, between: &str) -> String {
    bytes.chunks(width).map(word).collect::<Vec<_>>().join(between)
}

fn hex(bytes: &[u8]) -> String {
    crate::text::hex(bytes)
}

fn little(bytes: &[u8]) -> String {
    hex(&bytes.iter().rev().copied().collect::<Vec<u8>>())
}

fn word(bytes: &[u8]) -> u16 {
    u16::from(bytes[0]) | u16::from(bytes[1]) << 8
}

#[test]
fn rows_of_every_width_and_order_are_read() {
    let bytes = |between| move |row: &[u8]| words(row, 1, hex, between);
    for text in [
        rows(|at| format!("{at:07o} "), 16, bytes(" "), ""),
        rows(
            |at| format!("{at:08x}  "),
            16,
            |row| format!("{}  {}", bytes(" ")(&row[..8]), bytes(" ")(&row[8..])),
            "  |aHR0cDovL2guZXhh|",
        ),
        rows(
            |at| format!("00000000`{:08x}  ", at + 4096),
            16,
            |row| format!("{}-{}", bytes(" ")(&row[..8]), bytes(" ")(&row[8..])),
            "  aHR0cDovL2guZXhh",
        ),
        rows(
            |at| format!("{at:04x} - "),
            16,
            |row| format!("{}-{}", bytes(" ")(&row[..8]), bytes(" ")(&row[8..])),
            "   ad beef 00 11 22",
        ),
        rows(|at| format!("{at:04x}  "), 16, bytes(" "), "   cafe cafe"),
        rows(|at| format!("{at:04x}: "), 16, bytes(" "), " dead"),
        rows(|at| format!("+{at:08x}: "), 16, |row| words(row, 2, hex, " "), "  face face face"),
        rows(|at| format!("\t0x{at:04x}:  "), 16, |row| words(row, 2, hex, " "), "  aHR0cDovL2guZXhh"),
        rows(|at| format!("{at:08x}: "), 8, |row| words(row, 4, hex, " "), "  aHR0cDov"),
        rows(|at| format!("{at:08x}: "), 16, hex, "  aHR0cDovL2guZXhh"),
        rows(|at| format!("{at:08x}: "), 16, |row| words(row, 4, little, " "), "  aHR0cDovL2guZXhh"),
        rows(|at| format!("{at:07o} "), 16, |row| words(row, 4, little, " "), ""),
        rows(|at| format!("{at:07o} "), 16, |row| words(row, 2, little, " "), ""),
        rows(|at| format!("{at:07x}    "), 16, |row| words(row, 2, little, "    "), ""),
        rows(|at| format!("{at:07o} "), 16, |row| words(row, 2, |w| format!("{:06o}", word(w)), " "), ""),
        rows(
            |at| format!("{at:07x}   "),
            16,
            |row| words(row, 2, |w| format!("{:05}", word(w)), "   "),
            "",
        ),
        rows(|at| format!("{at:07x}  "), 16, |row| words(row, 2, |w| format!("{:06o}", word(w)), "  "), ""),
        rows(|at| format!("{at:07o} "), 16, |row| words(row, 1, |b| format!("{:03o}", b[0]), " "), ""),
        rows(|at| format!("{at:07o} "), 16, |row| words(row, 1, |b| format!("{:>4}", b[0]), " "), ""),
        rows(
            |at| format!("{at:08x}: "),
            6,
            |row| words(row, 1, |b| format!("{:08b}", b[0]), " "),
            "  aHR0cD",
        ),
        rows(
            |at| format!("0x{:x}:\t", at + 4096),
            8,
            |row| words(row, 1, |b| format!("0x{:02x}", b[0]), "\t"),
            "",
        ),
        rows(
            |at| format!("0x{:x} <buf+{at}>:\t", at + 4096),
            8,
            |row| words(row, 1, |b| format!("0x{:02x}", b[0]), "\t"),
            "",
        ),
        rows(
            |at| format!("0x{:x}:\t", at + 4096),
            16,
            |row| words(row, 4, |b| format!("0x{}", little(b)), "\t"),
            "",
        ),
        rows(|_| "2026-11-22T10:00:01 DEBUG wire: >> ".into(), 16, bytes(" "), ""),
        rows(|at| format!("    \"{at:08x}: "), 16, |row| words(row, 2, hex, " "), "  aHR0\\n\","),
        rows(|_| String::new(), 4, hex, ""),
        rows(|_| String::new(), 32, bytes(":"), ""),
        rows(|_| "x=".into(), 32, bytes("-"), " y"),
        rows(|_| String::new(), 32, |row| words(row, 2, hex, ":"), ""),
        rows(|_| String::new(), 32, |row| words(row, 4, hex, " "), ""),
    ] {
        let dump = first_in(text.as_bytes(), 0..1).expect(&text);
        let all = decoded(text.as_bytes(), dump);
        assert!(
            all.iter().any(|decoded| decoded.view.bytes == TEXT),
            "{text}{:?}",
            all.iter()
                .map(|decoded| String::from_utf8_lossy(&decoded.view.bytes).into_owned())
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn what_is_no_text_and_no_container_is_no_dump() {
    for text in [
        "00000000: 0011 8899 aabb ccdd eeff 0102 0304 0506  ................\n",
        "2026-11-22 10:00:01 100.71.203.44 200 1234\n",
        "d2:a4:c7:10:01:16:c2:73:73:2b:d6:8f:5f:c6:f6:1b\n",
        "550e8400-e29b-41d4-a716-446655440000 61626364\n",
        "52:54:00:12:34:56 and 52:54:00:12:34:57\n",
    ] {
        assert!(first_in(text.as_bytes(), 0..text.len()).is_none(), "{text}");
    }
}
