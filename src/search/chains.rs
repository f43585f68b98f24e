//! Random values through random chains of encoders: how many are found, and that nothing of them
//! passes redaction or the gate.

use std::fmt::Write as _;
use std::io::Write as _;

use super::gate::Gate;
use super::tests::engine;
use super::{Engine, Limits};

/// A small generator of numbers, so that a seed tells the whole case.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % sides.max(1) as u64).unwrap_or(0)
    }

    fn word(&mut self, len: usize) -> String {
        (0..len).map(|_| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[self.roll(36)])).collect()
    }
}

/// A value as harnesses have them.
pub fn value(dice: &mut Dice) -> String {
    let port = [8000, 8080, 11434, 443, 30000][dice.roll(5)];
    match dice.roll(4) {
        0 => format!("http://spark{}.tail{}.ts.net:{port}/v1", dice.roll(9), dice.word(5)),
        1 => format!("https://{}.{}.example.org:{port}/v1", dice.word(6), dice.word(4)),
        _ => format!(
            "http://100.{}.{}.{}:{port}/v1",
            64 + dice.roll(64),
            10 + dice.roll(240),
            10 + dice.roll(240)
        ),
    }
}

type Encoder = (&'static str, fn(&[u8], &mut Dice) -> Vec<u8>);

pub const ENCODERS: &[Encoder] = &[
    ("case", |t, _| t.to_ascii_uppercase()),
    ("json-slash", |t, _| replace(t, |b| (b == b'/').then(|| "\\/".into()))),
    ("json-u", |t, dice| {
        replace(t, |b| (!b.is_ascii_alphanumeric() || dice.roll(4) == 0).then(|| format!("\\u{b:04x}")))
    }),
    ("json-string", |t, _| serde_json::to_vec(&serde_json::json!({"m": text(t)})).unwrap()),
    ("percent", |t, _| replace(t, |b| (!b.is_ascii_alphanumeric()).then(|| format!("%{b:02X}")))),
    ("percent-all", |t, _| replace(t, |b| Some(format!("%{b:02x}")))),
    ("entity", |t, _| replace(t, |b| (!b.is_ascii_alphanumeric()).then(|| format!("&#x{b:X};")))),
    ("entity-all", |t, _| replace(t, |b| Some(format!("&#{b};")))),
    ("backslash", |t, _| {
        replace(t, |b| (b.is_ascii_punctuation()).then(|| format!("\\{}", char::from(b))))
    }),
    ("python-x", |t, _| replace(t, |b| (!b.is_ascii_alphanumeric()).then(|| format!("\\x{b:02x}")))),
    ("x-all", |t, _| replace(t, |b| Some(format!("\\x{b:02x}")))),
    ("base64", |t, dice| [dice.word(3).as_bytes(), b": ", base64(t).as_bytes(), b"\n"].concat()),
    ("base64-folded", |t, dice| {
        let padded = [dice.word(90).as_bytes(), b" ", t].concat();
        fold(base64(&padded).as_bytes(), 76, "", "")
    }),
    ("utf16le", |t, _| text(t).encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("utf16be", |t, _| text(t).encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("hex", |t, _| replace(t, |b| Some(format!("{b:02x}")))),
    ("xxd", |t, _| dump(t)),
    ("decimal", |t, _| format!("{t:?}").into_bytes()),
    ("ansi", |t, dice| {
        replace(t, |b| (dice.roll(5) == 0).then(|| format!("\x1b[{}m{}", dice.roll(50), char::from(b))))
    }),
    ("wrap", |t, dice| fold(t, 8 + dice.roll(60), "", "")),
    ("wrap-indent", |t, dice| fold(t, 12 + dice.roll(60), "    ", "")),
    ("box", |t, dice| fold(t, 12 + dice.roll(60), "│ ", " │")),
    ("log", |t, dice| fold(t, 12 + dice.roll(60), "2026-06-01T02:25:35Z INFO vllm: ", "")),
    ("literals", |t, dice| {
        let parts = pieces(t, dice, 9);
        parts
            .iter()
            .map(|part| serde_json::to_string(part).unwrap())
            .collect::<Vec<_>>()
            .join(" + ")
            .into_bytes()
    }),
    ("tokens", |t, dice| {
        let parts = pieces(t, dice, 6);
        let line = |part: &String| {
            format!(
                "data: {}\n\n",
                serde_json::json!({"id": "x", "choices": [{"delta": {"content": part}}]})
            )
        };
        parts.iter().map(line).collect::<String>().into_bytes()
    }),
    ("cast", |t, dice| {
        let parts = pieces(t, dice, 7);
        let line = |(at, part): (usize, &String)| format!("{}\n", serde_json::json!([at, "o", part]));
        parts.iter().enumerate().map(line).collect::<String>().into_bytes()
    }),
    ("gzip", |t, _| gzip(t)),
    ("gzip-base64", |t, _| base64(&gzip(t)).into_bytes()),
    ("data-uri", |t, _| format!("<a href=\"data:text/plain;base64,{}\">", base64(t)).into_bytes()),
    ("quoted-printable", |t, dice| {
        fold(&replace(t, |b| (b == b'=').then(|| "=3D".into())), 20 + dice.roll(50), "", "=")
    }),
    ("zero-width", |t, dice| {
        replace(t, |b| (dice.roll(4) == 0).then(|| format!("\u{200b}{}", char::from(b))))
    }),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn replace(bytes: &[u8], mut with: impl FnMut(u8) -> Option<String>) -> Vec<u8> {
    bytes.iter().flat_map(|b| with(*b).map_or_else(|| vec![*b], String::into_bytes)).collect()
}

fn fold(bytes: &[u8], width: usize, before: &str, after: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split(|b| *b == b'\n') {
        for piece in line.chunks(width) {
            out.extend_from_slice(before.as_bytes());
            out.extend_from_slice(piece);
            out.extend_from_slice(after.as_bytes());
            out.push(b'\n');
        }
    }
    out
}

fn pieces(bytes: &[u8], dice: &mut Dice, longest: usize) -> Vec<String> {
    let mut all = Vec::new();
    let text: Vec<char> = text(bytes).chars().collect();
    let mut at = 0;
    while at < text.len() {
        let end = (at + 1 + dice.roll(longest)).min(text.len());
        all.push(text[at..end].iter().collect());
        at = end;
    }
    all
}

pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit <= group.len() { char::from(DIGITS[index]) } else { '=' });
        }
    }
    out
}

fn dump(bytes: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    for (row, line) in bytes.chunks(16).enumerate() {
        let pairs: Vec<String> = line.chunks(2).map(crate::text::hex).collect();
        let shown: String =
            line.iter().map(|b| if (32..127).contains(b) { char::from(*b) } else { '.' }).collect();
        writeln!(out, "{:08x}: {:<39}  {shown}", row * 16, pairs.join(" ")).unwrap();
    }
    out.into_bytes()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The value in a sentence, through a chain: what comes out, and the encoders' names.
pub fn chained(value: &str, dice: &mut Dice, depth: usize) -> (Vec<u8>, Vec<&'static str>) {
    let mut bytes = format!("the client called {value}/chat and failed").into_bytes();
    let mut names = Vec::new();
    while names.len() < depth {
        let (name, encode) = ENCODERS[dice.roll(ENCODERS.len())];
        // What is no text can only be written by what takes bytes; and letter case is lost on digits.
        let binary = names.last().is_some_and(|last| matches!(*last, "gzip" | "utf16le" | "utf16be"));
        let takes_bytes = matches!(
            name,
            "base64"
                | "base64-folded"
                | "gzip-base64"
                | "gzip"
                | "hex"
                | "xxd"
                | "data-uri"
                | "x-all"
                | "percent-all"
        );
        let wide = !bytes.is_ascii()
            && matches!(name, "json-u" | "entity" | "entity-all" | "python-x" | "ansi" | "zero-width");
        if wide || binary && !takes_bytes || name == "case" && !names.is_empty() {
            continue;
        }
        bytes = encode(&bytes, dice);
        names.push(name);
    }
    (bytes, names)
}

fn found(engine: &Engine, bytes: &[u8]) -> bool {
    !engine.scan(bytes, &Limits::default()).hits.is_empty()
}

#[test]
fn every_single_encoder_is_seen_through() {
    let mut missed = Vec::new();
    for (name, encode) in ENCODERS {
        for seed in 0..12 {
            let mut dice = Dice::new(seed);
            let value = value(&mut dice);
            let bytes = encode(format!("the client called {value}/chat and failed").as_bytes(), &mut dice);
            if !found(&engine(&[&value]), &bytes) {
                missed.push((*name, seed));
            }
        }
    }
    assert_eq!(missed, []);
}

/// `COUNTERFOIL_CHAINS=20000 cargo test --release --lib chains_are_seen_through -- --nocapture`
#[test]
fn chains_are_seen_through() {
    let asked = std::env::var("COUNTERFOIL_CHAINS").ok().and_then(|count| count.parse().ok());
    let count: u64 = asked.unwrap_or(300);
    let mut total = 0;
    for depth in 1..=3 {
        let mut missed: std::collections::BTreeMap<String, (u64, u64)> = std::collections::BTreeMap::new();
        let mut hits = 0;
        for seed in 0..count {
            let mut dice = Dice::new(seed * 3 + depth);
            let value = value(&mut dice);
            let (bytes, names) = chained(&value, &mut dice, usize::try_from(depth).unwrap());
            if found(&engine(&[&value]), &bytes) {
                hits += 1;
            } else {
                missed.entry(names.join(" < ")).or_insert((0, seed)).0 += 1;
            }
        }
        println!("depth {depth}: {hits} of {count} found");
        let mut worst: Vec<_> = missed.into_iter().collect();
        worst.sort_by_key(|entry| std::cmp::Reverse(entry.1.0));
        for (names, (times, seed)) in worst.iter().take(if asked.is_some() { 60 } else { 0 }) {
            println!("    {times} × {names} (seed {seed})");
        }
        total += hits;
        assert!(depth > 1 || hits == count, "depth 1: {hits} of {count}");
    }
    assert!(total * 100 >= 3 * count * 97, "{total} of {}", 3 * count);
}

#[test]
fn nothing_detectable_passes_redaction_or_the_gate() {
    let mut refused = 0;
    for seed in 0..150 {
        let mut dice = Dice::new(seed + 7000);
        let value = value(&mut dice);
        let engine = engine(&[&value]);
        let depth = 1 + dice.roll(3);
        let (bytes, names) = chained(&value, &mut dice, depth);
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let redacted = engine.redact(&text);
        let shown = redacted.as_ref().map_or(text.as_str(), |redacted| redacted.text.as_str());
        assert!(!engine.finds(shown.as_bytes()), "{names:?} ({seed})");
        let mut gate = Gate::new(&engine, Vec::new());
        let passed =
            gate.write_all(b"before\n").and_then(|()| gate.write_all(&bytes)).and_then(|()| gate.finish());
        match passed {
            Ok(written) => assert!(!engine.finds(&written), "{names:?} ({seed})"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 90, "{refused} of 150 were refused");
}
