//! What shells print of a value.

use super::{HOST, IDN, IP, IPV6, engine, is_found};

/// Every character behind a backslash, as bash traces the right side of `[[ … == "$VALUE" ]]`.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| ['\\', c]).collect()
}

#[test]
fn a_trace_escapes_every_character_of_a_pattern() {
    const NAMED: &str = "http://spark1.tail3ee28.ts.net:8000/v1";
    for value in [HOST, IP, IPV6, IDN, NAMED] {
        let host = value.split_once("//").map_or(value, |(_, rest)| rest).trim_end_matches("/v1");
        for text in [
            format!("+ [[ x == {} ]]\n", escaped(value)),
            format!("+ [[ {value} == {} ]]\n", escaped(value)),
            format!("+ [[ x != *{}* ]]\n", escaped(host)),
            format!("{{\"stderr\": \"++ [[ x == {} ]]\"}}\n", escaped(value).replace('\\', "\\\\")),
        ] {
            let engine = engine(&[value]);
            assert!(is_found(&engine, text.as_bytes()), "{text}");
            let shown = engine.redact(&text).expect("something to hide").text;
            let plain: String = shown.chars().filter(|c| *c != '\\').collect();
            assert!(!plain.contains(host), "{shown}");
        }
    }
}
