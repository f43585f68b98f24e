//! What shells, scripts and editors make of a value.

use super::{HOST, IDN, IP, IPV6, Limits, SHORT_IPV6, engine, is_found};

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

#[test]
fn a_value_that_was_cut_at_every_mark_is_a_name() {
    const SECRET: &str = "https://svc-Eval:Xk9%2Fq7-Lm2@gpu-box.lab.corp.example:8443/llm/v1";
    for value in [HOST, IP, IPV6, SHORT_IPV6, SECRET] {
        let words: Vec<&str> =
            value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        for mark in ["_", "-"] {
            let name = words.join(mark);
            let engine = engine(&[value]);
            assert!(is_found(&engine, name.as_bytes()), "{name}");
            let shown = engine.redact(&name).expect("something to hide").text;
            assert!(!shown.contains(&words[1..3].join(mark)), "{shown}");
        }
    }
    for user in ["svc_Eval_Xk9_2Fq7_Lm2", "svc-Eval-Xk9-q7-Lm2", "password Xk9_2Fq7_Lm2"] {
        assert!(is_found(&engine(&[SECRET]), user.as_bytes()), "{user}");
    }
    for near in ["fd7a_115c_a1e0_532", "1fd7a_115c_a1e0_53", "svc_Eval_Xk9_2Fq7_Lm21"] {
        assert!(!is_found(&engine(&[SHORT_IPV6, SECRET]), near.as_bytes()), "{near}");
    }
}

#[test]
fn a_list_of_characters_is_a_value_whatever_its_marks() {
    for value in [IP, IPV6, SHORT_IPV6] {
        for (before, between) in
            [("['", "', '"), ("['", "','"), ("[\n  'x', '", "',\n  '"), ("[\"", "\",\"")]
        {
            let characters: Vec<String> = value.chars().map(String::from).collect();
            let text = format!("{before}{}{}]\n", characters.join(between), &before[before.len() - 1..]);
            assert!(is_found(&engine(&[value]), text.as_bytes()), "{text}");
        }
    }
}

#[test]
fn of_a_digest_nothing_is_shown() {
    // `printf %s VALUE | sha256sum`
    const HEX: &str = "84be072de505fd4343ebd156bead6916132339076c34b8c3f033b14e8f5046bf";
    let engine = engine(&[IP]);
    for (text, shown) in [
        (format!("x {HEX} y"), "x ‹endpoint:encoded› y"),
        (format!("objects/{}/{}/{HEX}", &HEX[..2], &HEX[2..4]), "objects/‹endpoint:encoded›"),
        (format!("d/{}/{HEX}.bin", &HEX[..2]), "d/‹endpoint:encoded›.bin"),
    ] {
        assert_eq!(engine.redact(&text).expect("something to hide").text, shown, "{text}");
    }
}

#[test]
fn text_in_utf16_is_found_once_and_where_it_begins() {
    let engine = engine(&[IP]);
    for (before, wide) in
        [("ab ", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("ab ", u16::to_be_bytes), ("", u16::to_le_bytes)]
    {
        let text: Vec<u8> = format!("{before}{IP}\n").encode_utf16().flat_map(wide).collect();
        let hits = engine.scan(&text, &Limits::default()).hits;
        let starts: Vec<u64> = hits.iter().map(|hit| hit.span.start).collect();
        assert_eq!(starts, [2 * before.len() as u64], "{before}: {hits:?}");
    }
}
