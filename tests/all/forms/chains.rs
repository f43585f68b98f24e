//! Encodings inside one another, as they happen: a JSON log line in a gzip file in a base64 field.

use super::codec::{self, base64, folded};
use super::target::{ALL, Dice, Target};
use super::{Rendering, engine, is_found, shown, surroundings};

type Step = (&'static str, fn(&mut Dice, &[u8]) -> Option<Vec<u8>>);

fn as_text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn of_text(bytes: &[u8], write: impl FnOnce(&str) -> String) -> Option<Vec<u8>> {
    as_text(bytes).map(|text| write(text).into_bytes())
}

/// Each takes what is there one layer deeper; none for bytes that it can't hold.
const STEPS: &[Step] = &[
    ("json", |_, b| of_text(b, |t| format!("{{\"level\":\"debug\",\"msg\":{}}}", codec::json(t)))),
    ("json \\/", |_, b| of_text(b, |t| format!("{{\"msg\":{}}}", codec::json(t).replace('/', "\\/")))),
    ("json \\u", |_, b| {
        of_text(b, |t| {
            let inner = codec::json(t);
            let odd = |c: char| ":/.&<>=+".contains(c);
            codec::each_byte(&inner, odd, |byte| format!("\\u{byte:04x}"))
        })
    }),
    ("percent", |dice, b| {
        of_text(b, |t| format!("GET /log?m={}&n=1", codec::percent(t, codec::reserved, dice.heads())))
    }),
    ("percent all", |dice, b| of_text(b, |t| codec::percent(t, |_| true, dice.heads()))),
    ("entity", |dice, b| {
        of_text(b, |t| {
            let odd = |c: char| c.is_ascii_punctuation();
            if dice.heads() {
                codec::each_byte(t, odd, |byte| format!("&#{byte};"))
            } else {
                codec::each_byte(t, odd, |byte| format!("&#x{byte:X};"))
            }
        })
    }),
    ("backslash", |_, b| {
        of_text(b, |t| {
            codec::each_byte(t, |c| ".:/&?=\\\"'".contains(c), |byte| format!("\\{}", char::from(byte)))
        })
    }),
    ("python bytes", |_, b| {
        Some(
            format!(
                "b'{}'",
                b.iter()
                    .map(|&byte| match byte {
                        b'\'' => "\\'".to_owned(),
                        b'\\' => "\\\\".to_owned(),
                        b'\n' => "\\n".to_owned(),
                        b'\r' => "\\r".to_owned(),
                        0x20..0x7F => char::from(byte).to_string(),
                        _ => format!("\\x{byte:02x}"),
                    })
                    .collect::<String>()
            )
            .into_bytes(),
        )
    }),
    ("base64", |dice, b| Some(format!("payload={}", base64(b, dice.heads(), dice.heads())).into_bytes())),
    ("base64 folded", |dice, b| {
        let width = *dice.of(&[76, 64, 60]);
        let margin = *dice.of(&["", "  ", "\t"]);
        Some(folded(&base64(b, false, true), width, "\n", margin).into_bytes())
    }),
    ("xxd", |_, b| Some(codec::xxd(b).into_bytes())),
    ("xxd -p", |_, b| Some(folded(&codec::hex(b, "", ""), 60, "\n", "").into_bytes())),
    ("hexdump -C", |_, b| Some(codec::hexdump_c(b).into_bytes())),
    ("\\x", |_, b| Some(codec::hex(b, "\\x", "").into_bytes())),
    ("numbers", |_, b| Some(format!("{{\"data\":[{}]}}", codec::decimal(b, ",")).into_bytes())),
    ("utf16", |dice, b| as_text(b).map(|t| codec::utf16(t, dice.heads(), dice.heads()))),
    ("gzip", |_, b| Some(codec::gzip(b))),
    ("zlib", |_, b| Some(codec::zlib(b))),
    ("zstd", |_, b| Some(codec::zstd(b))),
    ("xz", |_, b| Some(codec::xz(b))),
    ("bzip2", |_, b| Some(codec::bzip2(b))),
    ("zip", |dice, b| Some(codec::zip("log.txt", b, dice.heads()))),
    ("tar", |_, b| Some(codec::tar("log.txt", b))),
    ("sqlite", |_, b| Some(codec::sqlite(b)).filter(|_| b.len() < 16_000)),
    ("base32", |dice, b| Some(codec::base32(b, dice.heads()).into_bytes())),
    ("jwt", |_, b| {
        of_text(b, |t| {
            let claims = format!("{{\"iat\":1780280735,\"ctx\":{}}}", codec::json(t));
            format!("eyJhbGciOiJIUzI1NiJ9.{}.c2lnbmF0dXJl", base64(claims.as_bytes(), true, false))
        })
    }),
    ("data-uri", |_, b| {
        Some(format!("data:application/octet-stream;base64,{}", base64(b, false, true)).into_bytes())
    }),
    ("ansi", |dice, b| {
        of_text(b, |t| {
            let every = 3 + dice.below(12);
            let colour = |at: usize| if at.is_multiple_of(every) { "\x1b[1;32m" } else { "" };
            t.chars().enumerate().map(|(at, c)| format!("{}{c}", colour(at))).collect::<String>()
                + "\x1b[0m"
        })
    }),
    ("wrapped", |dice, b| {
        let width = 24 + dice.below(80);
        let margin = *dice.of(&["", "    ", "case-1  | ", "2026-06-01T02:25:35.101Z INFO case: ", "> "]);
        of_text(b, |t| {
            t.lines().map(|line| folded(line, width, "\n", margin)).collect::<Vec<_>>().join("\n")
        })
    }),
    ("quoted-printable", |_, b| as_text(b).map(|t| codec::quoted_printable(t.as_bytes(), 75).into_bytes())),
    ("tokens", |dice, b| {
        let mut rest: Vec<char> = as_text(b)?.chars().collect();
        let mut out = String::new();
        while !rest.is_empty() {
            let count = (1 + dice.below(6)).min(rest.len());
            let piece: String = rest.drain(..count).collect();
            out.push_str(&format!(
                "data: {{\"choices\":[{{\"delta\":{{\"content\":{}}}}}]}}\n\n",
                codec::json(&piece)
            ));
        }
        Some(out.into_bytes())
    }),
];

/// What stands at the very inside.
fn kernel(dice: &mut Dice, t: &Target) -> String {
    let (h, p, url) = (t.host, t.port, t.url());
    match dice.below(6) {
        0 => format!("2026-06-01T02:25:36Z DEBUG POST {url}/chat/completions -> 200\n"),
        1 => format!("OPENAI_BASE_URL={url} case --json --round 1"),
        2 => format!("HTTPConnectionPool(host='{h}', port={p}): Max retries exceeded with url: /v1/models"),
        3 => format!("{{\"provider\":\"qwen-local\",\"options\":{{\"baseURL\":\"{url}\"}}}}"),
        4 => format!("curl: (7) Failed to connect to {h} port {p} after 3 ms: Couldn't connect to server"),
        _ => format!("the model answers at {} today, and at no other place", t.authority()),
    }
}

/// A chain by its number: always the same one. Gives its name and its bytes.
fn chain(number: u64) -> (String, &'static Target, Rendering) {
    let mut dice = Dice::new(number);
    let target = *dice.of(ALL);
    let kernel = kernel(&mut dice, target);
    let mut names = Vec::new();
    let mut bytes = kernel.into_bytes();
    let depth = 1 + usize::try_from(number % 3).expect("small");
    while names.len() < depth {
        let (name, step) = dice.of(STEPS);
        // Some are too large to be made a second time.
        if let Some(next) = step(&mut dice, &bytes).filter(|next| next.len() < 1 << 20) {
            bytes = next;
            names.insert(0, *name);
        }
    }
    let is_text = as_text(&bytes).is_some();
    (names.join(" > "), target, Rendering { bytes, is_text })
}

/// Of a hundred chains, as many are found at the least: this only ever goes up.
const LEAST: u32 = 98;

#[test]
fn chains_of_one_to_three_encodings_are_found() {
    let chains = std::env::var("COUNTERFOIL_CHAINS").ok().and_then(|n| n.parse().ok()).unwrap_or(900);
    let engines: Vec<_> = ALL.iter().map(|target| (target.url(), engine(&target.url()))).collect();
    let (mut total, mut found) = ([0_u32; 3], [0_u32; 3]);
    for number in 0..chains {
        let (name, target, rendering) = chain(number);
        let (_, engine) = engines.iter().find(|(url, _)| *url == target.url()).expect("an engine");
        let places = surroundings::all(&rendering, false);
        let place = usize::try_from(number / 3).expect("small") % places.len();
        let depth = usize::try_from(number % 3).expect("small");
        total[depth] += 1;
        if is_found(engine, &places[place]) {
            found[depth] += 1;
        } else {
            println!("missed {number}, place {place}: {name}: {}", shown(&rendering.bytes));
        }
    }
    for depth in 0..3 {
        println!("depth {}: {} of {}", depth + 1, found[depth], total[depth]);
    }
    let (total, found): (u32, u32) = (total.iter().sum(), found.iter().sum());
    assert!(found * 100 >= total * LEAST, "{found} of {total} chains were found");
}
