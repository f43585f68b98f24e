//! Near misses: what looks like the value and is not, in every form.

use super::codec::{self, base64};
use super::target::{Dice, Target};
use super::{FORMS, engine, is_found, shown, surroundings};

const ADDRESS: &str = "http://100.101.102.103:8000/v1";
const NAMED: &str = "http://qbox7.corp.example:8000/v1";

const NOT_THE_ADDRESS: &[&str] = &[
    "100.101.102.10 and 100.101.102.1034 and 1100.101.102.103",
    "2.100.101.102.103 and 100.101.102.103.4.5",
    "97, 98, 99, 100, 101, 102, 103, 104, 105, 106",
    "http://100.101.102.104:8000/v1",
    "http://100.101.103.103:8000/v1",
    "100.64.0.1:8000 is another tailnet address",
    "http://100.99.102.103:8000/v1 http://10.101.102.103:8000/v1",
    "16843679750 and 1684301415",
    "0x646566670 64656667aa aa64656667",
    "CTO_HARNESS_CASE_LOCAL_BASE_URL=missing",
    "CTO_HARNESS_CASE_LOCAL_BASE_URL=present",
    "the server listens on :8000/v1",
    "http://localhost:8000/v1 http://127.0.0.1:8000/v1",
    "http://… http://100.…",
];

const NOT_THE_NAME: &[&str] = &[
    "http://xqbox7.corp.example:8000/v1",
    "http://qbox7.corp.examples:8000/v1",
    "my-qbox7.corp.example",
    "http://qbox70.corp.example:8000/v1",
    "http://qbox7.corp.exam.ple:8000/v1",
    "qbox7 alone, and corp.example alone",
];

const LONELY: &str = "http://maeqr44:5724/v1";

const NOT_THE_LONELY: &[&str] = &[
    "connect maeqr44:57241 now",
    "http://maeqr44:5725/v1",
    "connect xmaeqr44:5724 now",
    "maeqr4:5724 and maeqr45:5724",
];

const TAILNET: &str = "http://spark1.tail3ee28.ts.net:8000/v1";

const NOT_THE_TAILNET: &[&str] = &[
    "connect abc.xtail3ee28.ts.net now",
    "http://abc.tail3ee280.ts.net/",
    "abc.tail3ee29.ts.net and abc.tail3ee2.ts.net",
    "xspark1:8000 and spark1:80001",
];

const SIXTH: &str = "http://[fd7a:115c:a1e0::528c:a23f]:5724/v1";

const NOT_THE_SIXTH: &[&str] = &[
    "connect fd7a:115c:a1e0::528c:a23f:7 now",
    "connect 2001:fd7a:115c:a1e0::528c:a23f now",
    "http://[2001:fd7a:115c:a1e0::528c:a23f]:5724/v1",
    "connect fd7a:115c:a1e0::528c:a23e now",
    "connect 1fd7a:115c:a1e0::528c:a23f now",
];

#[test]
fn what_only_looks_like_the_value_is_silent() {
    let mut alarms = Vec::new();
    for (value, texts) in [
        (ADDRESS, NOT_THE_ADDRESS),
        (NAMED, NOT_THE_NAME),
        (LONELY, NOT_THE_LONELY),
        (TAILNET, NOT_THE_TAILNET),
        (SIXTH, NOT_THE_SIXTH),
    ] {
        let engine = engine(value);
        for text in texts {
            for hidden in hidden(text) {
                if is_found(&engine, &hidden) {
                    alarms.push(format!("{text}: {}", shown(&hidden)));
                }
            }
        }
    }
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
}

/// A text as it is, and in some encodings.
fn hidden(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    vec![
        bytes.to_vec(),
        base64(bytes, false, true).into_bytes(),
        base64(&[b"x", bytes].concat(), false, true).into_bytes(),
        base64(&[b"xy", bytes].concat(), false, true).into_bytes(),
        base64(&codec::utf16(text, true, false), false, true).into_bytes(),
        codec::percent(text, codec::reserved, true).into_bytes(),
        codec::json(&codec::json(text)).into_bytes(),
        codec::od(bytes).into_bytes(),
        codec::hex(bytes, "", "").into_bytes(),
        codec::base32(bytes, true).into_bytes(),
        text.chars().rev().collect::<String>().into_bytes(),
        codec::gzip(bytes),
        codec::utf16(text, true, true),
    ]
}

/// Every form of another value, two octets off or with another name: all that work, and nothing found.
#[test]
fn every_form_of_another_value_is_silent() {
    let others = [
        Target::new("http", "100.107.102.103", 8000, "/v1"),
        Target::new("http", "qbox9.lab.example", 8000, "/v1"),
        Target::new("https", "fd7a:115c:b7e0:ab12::53", 8443, "/v1"),
    ];
    let engines = [ADDRESS, NAMED, "https://[fd7a:115c:a1e0:ab12::53]:8443/v1"].map(engine);
    for (target, engine) in others.iter().zip(&engines) {
        for form in FORMS {
            for rendering in (form.render)(target) {
                for bytes in surroundings::all(&rendering, false).iter().take(2) {
                    assert!(!is_found(engine, bytes), "{}: {}", form.name, shown(&rendering.bytes));
                }
            }
        }
    }
}

/// Noise of every alphabet: a needle that is too short would show itself here.
#[test]
fn noise_is_silent() {
    let engines = [engine(ADDRESS), engine(NAMED)];
    let alphabets: [&[u8]; 6] = [
        b"0123456789.",
        b"0123456789abcdef",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        b"100.101.102.103:/ -_\n",
        b"0123456789, []\n",
    ];
    let mut dice = Dice::new(3);
    for alphabet in alphabets {
        let noise: Vec<u8> = (0..300_000).map(|_| *dice.of(alphabet)).collect();
        for engine in &engines {
            assert!(!is_found(engine, &noise), "{}", shown(alphabet));
        }
    }
}
