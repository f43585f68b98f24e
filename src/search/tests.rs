//! The engine as its users see it: forms in, hits out; near misses silent.

use super::*;
use zeroize::Zeroizing;

pub const IP: &str = "http://100.101.102.103:8000/v1";
pub const NAME: &str = "http://spark9.tail4f2a.ts.net:8000/v1";

pub fn engine(values: &[&str]) -> Engine {
    let mut endpoints = Endpoints::none();
    for value in values {
        endpoints.add(Zeroizing::new(value.as_bytes().to_vec()), "a test").expect("a value");
    }
    Engine::with_aliases(&endpoints, &["Spark9".to_owned()])
}

fn scan(engine: &Engine, text: impl AsRef<[u8]>) -> Scan {
    engine.scan(text.as_ref(), &Limits::default())
}

/// The hits of a text: form, part, and the raw bytes.
fn hits(engine: &Engine, text: impl AsRef<[u8]>) -> Vec<(String, &'static str, String)> {
    let text = text.as_ref();
    let raw = |hit: &Hit| {
        let range = usize::try_from(hit.span.start).unwrap()..usize::try_from(hit.span.end).unwrap();
        String::from_utf8_lossy(&text[range]).into_owned()
    };
    scan(engine, text).hits.iter().map(|hit| (hit.form.clone(), hit.part, raw(hit))).collect()
}

#[test]
fn plain_forms_are_one_hit_at_their_bytes() {
    let engine = engine(&[IP]);
    assert_eq!(
        hits(&engine, "see http://100.101.102.103:8000/v1/chat now"),
        [("plain".into(), "url", "http://100.101.102.103:8000/v1".into())]
    );
    assert_eq!(hits(&engine, "at 100.101.102.103."), [("plain".into(), "ip", "100.101.102.103".into())]);
    assert_eq!(
        hits(&engine, "100.101.102.103:8000,"),
        [("plain".into(), "host-port", "100.101.102.103:8000".into())]
    );
    let name = self::engine(&[NAME]);
    assert_eq!(
        hits(&name, "HTTP://SPARK9.Tail4f2a.TS.net:8000/v1"),
        [("case".into(), "url", "HTTP://SPARK9.Tail4f2a.TS.net:8000/v1".into())]
    );
}

#[test]
fn lines_are_counted() {
    let text = "one\ntwo 100.101.102.103\nthree\n".repeat(2);
    let scan = scan(&engine(&[IP]), &text);
    let lines: Vec<_> = scan.hits.iter().map(|hit| (hit.line, hit.line_start, hit.end_line)).collect();
    assert_eq!(lines, [(2, 4, 2), (5, 34, 5)]);
}

#[test]
fn near_misses_are_silent() {
    let engine = engine(&[IP, NAME, "https://[fd7a:115c:a1e0::53]:8443/v1", "http://10.0.0.5:8080"]);
    for text in [
        "http://100.101.102.104:8000/v1",
        "http://100.101.102.1034:8000/v1",
        "1100.101.102.103",
        "9.100.101.102.103",
        "100.100.101.102.1034",
        "http://spark9.tail4f2b.ts.net:8000/v1",
        "xtail4f2a tail4f2ab my-tail4f2a tail4f2a-x",
        "spark9 alone, and Spark9, on port :8000/v1",
        "fd7a:115c:a1e0::54",
        "version 10.0.0.50, 110.0.0.5, 10, 0, 0, 5",
        "http://100.101.102.1",
        "CTO_HARNESS_CASE_LOCAL_BASE_URL=missing CTO_HARNESS_CASE_LOCAL_BASE_URL=present",
    ] {
        assert_eq!(hits(&engine, text), [], "{text}");
    }
}

#[test]
fn weak_parts_need_a_strong_one_within_three_lines_and_aliases_are_free() {
    let engine = engine(&[NAME]);
    let text = "spark9 here\n\n\nat tail4f2a\nSpark9 and spark9\n\n\n\nspark9 far\n";
    let found: Vec<_> = scan(&engine, text).hits.iter().map(|hit| (hit.line, hit.part)).collect();
    assert_eq!(found, [(1, "short"), (4, "tailnet"), (5, "short")]);
}

#[test]
fn loopback_is_a_warning_and_only_as_a_whole() {
    let engine = engine(&["http://127.0.0.1:8000/v1"]);
    assert_eq!(hits(&engine, "127.0.0.1 localhost :8000"), []);
    let found = scan(&engine, "at 127.0.0.1:8000").hits;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].strength, Strength::Loopback);
    assert!(!engine.finds(b"http://127.0.0.1:8000/v1"));
}

#[test]
fn each_fixed_form_is_found() {
    let ip = engine(&[IP]);
    let name = engine(&[NAME]);
    let v6 = engine(&["https://[fd7a:115c:a1e0::53]:8443/v1"]);
    for (engine, form, text) in [
        (&ip, "split-fields", "HTTPConnectionPool(host='100.101.102.103', port=8000): refused"),
        (&ip, "split-fields", "connect to 100.101.102.103 port 8000 failed"),
        (&ip, "split-fields", r#"{"address":"100.101.102.103","port":8000}"#),
        (&ip, "slug", "run_100_101_102_103_8000.log"),
        (&ip, "slug", "100[.]101[.]102[.]103"),
        (&ip, "slug", "100 -101_102 dot 103, 100-101--102_103"),
        (&name, "slug", "spark9-tail4f2a-ts-net"),
        (&ip, "ip-form", "http://1684366951:8000/"),
        (&ip, "ip-form", "0x64.0x65.0x66.0x67"),
        (&ip, "ip-form", "app-64656667.nip.io"),
        (&ip, "ip-form", "::ffff:6465:6667"),
        (&ip, "ip-form", "0: 0100007F:1F40 67666564:1F40 01"),
        (&ip, "ip-form", "103.102.101.100.in-addr.arpa"),
        (&v6, "ip-form", "at [FD7A:115C:A1E0:0:0:0:0:53]:8443"),
        (&ip, "truncated", "GET http://100.101.1... 200"),
        (&name, "truncated", "http://spark9.tail4\u{2026}"),
        (&ip, "reversed", "1v/0008:301.201.101.001//:ptth"),
        (&ip, "digest", "sha256:d2a4c7100116c273732bd68f5fc6f61ba55591215158ab88b06927b0c899d454"),
        (&name, "dns-wire", "\x06spark9\x08tail4f2a\x02ts\x03net\x00"),
        (&ip, "base32", "GEYDALRRGAYS4MJQGIXDCMBT"),
        (&ip, "hex", "3130302e3130312e3130322e313033"),
        (&ip, "base64", "eDEwMC4xMDEuMTAyLjEwM3k="),
        (&ip, "nul-separated", "vllm\0--host\x00100.101.102.103\0"),
    ] {
        let found = hits(engine, text);
        assert!(found.iter().any(|hit| hit.0 == form), "{form}: {text}: {found:?}");
    }
    let wide: Vec<u8> = IP.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(hits(&ip, &wide)[0].0, "utf16");
}

#[test]
fn each_view_is_found_and_named() {
    let ip = engine(&[IP]);
    let name = engine(&[NAME]);
    for (engine, form, text) in [
        (&ip, "json-escape", r"http:\/\/100.101.102.103:8000\/v1"),
        (&ip, "json-escape", r"\u0031\u0030\u0030\u002e101.102.103"),
        (&name, "json-escape", r"spark9\u002etail4f2a\u002ets\u002enet"),
        (&ip, "percent", "%31%30%30%2E%31%30%31%2E%31%30%32%2E%31%30%33"),
        (
            &ip,
            "percent>percent",
            "%2531%2530%2530%252E%2531%2530%2531%252E%2531%2530%2532%252E%2531%2530%2533",
        ),
        (&name, "entity", "spark9&#46;tail4f&#x32;a&period;ts&#46;net"),
        (&name, "backslash", r"spark9\.tail4f2a\.ts\.net"),
        (&ip, "python-repr", r"b'\x3100.101.102.103'"),
        (&ip, "hex", r"\x31\x30\x30\x2e\x31\x30\x31\x2e\x31\x30\x32\x2e\x31\x30\x33"),
        (&ip, "ansi", "10\x1b[1m0.101.1\x1b[0m02.103"),
        (&ip, "zero-width", "100.1\u{200b}01.102.103"),
        (&ip, "full-width", "１００．１０１．１０２．１０３"),
        (&ip, "wrapped", "at http://100.101.1\n02.103:8000/v1"),
        (&ip, "wrapped", "│ http://100.101.1 │\n│ 02.103:8000/v1   │"),
        (&ip, "wrapped", "12:00:01 INFO app: at http://100.101.\n12:00:01 INFO app: 102.103:8000"),
        (&name, "wrapped", "url: >-\n  http://spark9.tail4\n  f2a.ts.net:8000"),
        (&ip, "wrapped", "=\nhttp://100.101.=\n102.103:8000"),
        (&ip, "concatenated", r#"u = "http://" + "100.101." + "102.103:8000""#),
        (&ip, "concatenated", "[\"http://100.\", \"101.102\", \".103\"]"),
        (
            &ip,
            "concatenated",
            "data: {\"choices\":[{\"delta\":{\"content\":\"at 100\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\".101\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\".102.\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"103\"}}]}\n",
        ),
    ] {
        let found = hits(engine, text);
        assert!(found.iter().any(|hit| hit.0 == form), "{form}: {text}: {found:?}");
    }
}

#[test]
fn each_decoder_is_found_and_named() {
    let ip = engine(&[IP]);
    for (form, text) in [
        // `printf '{"u":"http:\\/\\/%%31%%30%%30.101.102.103"}' | base64`
        ("base64>percent", "x eyJ1IjoiaHR0cDpcL1wvJTMxJTMwJTMwLjEwMS4xMDIuMTAzIn0= y"),
        (
            "hex",
            "00000000: 6874 7470 3a2f 2f31 3030 2e31 3031 2e31  http://100.101.1\n00000010: 3032 2e31 3033 0a                        02.103.\n",
        ),
        ("hex", "[49, 48, 48, 46, 49, 48, 49, 46, 49, 48, 50, 46, 49, 48, 51]"),
    ] {
        let found = hits(&ip, text);
        assert!(found.iter().any(|hit| hit.0.starts_with(form)), "{form}: {text}: {found:?}");
    }
}

#[test]
fn an_encoded_value_in_pieces_is_found() {
    use crate::endpoint::take_apart;
    let engine = engine(&[NAME]);
    let base64 = "bG9nIGh0dHA6Ly9zcGFyazkudGFpbDRmMmEudHMubmV0OjgwMDAvdjE=";
    let base32 = "NRXWOIDIOR2HAORPF5ZXAYLSNM4S45DBNFWDIZRSMEXHI4ZONZSXIORYGAYDAL3WGE======";
    let hex = "6c6f6720687474703a2f2f737061726b392e7461696c346632612e74732e6e65743a383030302f7631";
    assert_eq!(take_apart(NAME.as_bytes()).expect("a value").encoded_hosts().len(), 3 + 5 + 1);
    for (encoded, size) in [(base64, 14), (base32, 14), (hex, 18)] {
        let pieces =
            || encoded.as_bytes().chunks(size).map(|piece| std::str::from_utf8(piece).expect("ASCII"));
        let strings: Vec<String> = pieces().map(|piece| format!("{piece:?}")).collect();
        let lines = |line: &dyn Fn((usize, &str)) -> String| {
            pieces().enumerate().map(line).collect::<Vec<_>>().concat()
        };
        let boxed = lines(&|(_, piece)| format!("│ {piece:<18} │\n"));
        let logged = lines(&|(at, piece)| format!("10:00:0{at} [info] worker-3: {piece}\n"));
        for text in [
            strings.join(" + "),
            format!("[{}]", strings.join(", ")),
            strings.join("\n     "),
            boxed,
            logged,
        ] {
            let found = hits(&engine, format!("10:00:00 [info] worker-3: began\n{text}\n"));
            assert!(!found.is_empty(), "{text}");
        }
    }
}

#[test]
fn a_hit_over_any_border_of_a_stream_is_found_once() {
    let engine = engine(&[IP]);
    for size in [200 << 10, (256 << 10) - 9, (256 << 10) + (16 << 10) - 12, 1 << 20] {
        let mut bytes = vec![b'x'; size];
        for (at, byte) in bytes.iter_mut().enumerate() {
            if at % 80 == 0 {
                *byte = b'\n';
            }
        }
        bytes.extend_from_slice(b" 100.101.102.103 ");
        bytes.extend(std::iter::repeat_n(b'\n', 300 << 10));
        let whole = scan(&engine, &bytes);
        let streamed = engine.scan_reader(&mut bytes.as_slice(), &Limits::default()).expect("read");
        assert_eq!(whole.hits.len(), 1, "{size}");
        assert_eq!(whole, streamed, "{size}");
    }
}

#[test]
fn a_dressed_value_and_a_host_of_one_label_are_found_where_their_host_is() {
    for (value, text) in [
        ("\"http://100.87.214.19:8431/v1\"", "Failed to connect to 100.87.214.19 port 8431"),
        ("BASE=http://100.87.214.19:8431", "Failed to connect to 100.87.214.19 port 8431"),
        ("//100.87.214.19:8431/v1", "at 100.87.214.19:8431"),
        ("http://100.87.214.19:8431/v1/é", "at http://100.87.214.19:8431/v1"),
        ("http://0x6457d613:8431", "at 100.87.214.19"),
        ("http://büro.example-corp.de:8431/v1", "see http://büro.example-corp.de:8431/v1"),
        ("http://büro.example-corp.de:8431/v1", "host xn--bro-hoa.example-corp.de refused"),
        ("http://xn--bro-hoa.example-corp.de:8431/v1", "host büro.example-corp.de refused"),
        ("http://büro:8431/v1", "ssh büro refused"),
        ("http://me:hun\\ter2pass@h.example/v1", "password hun\\ter2pass"),
        ("a pässword", "with a pässword in it"),
        ("http://gpubox:11434/v1", "HTTPConnectionPool(host='gpubox', port=11434): Max retries"),
        ("http://gpubox:11434/v1", "Failed to connect to gpubox port 11434"),
        ("http://gpubox:11434/v1", "{\"address\":\"gpubox\",\"port\":11434}"),
        ("http://gpubox:11434/v1", "[\"http://\",\"gpubox\",\":\",\"11434\"]"),
        ("http://llm.corp.internal:8431/v1", "next=http%253A%252F%252Fllm.corp.internal%253A8431%252Fv1"),
        ("http://llm.corp.internal:8431/v1", "\x1b[?25lllm.corp.internal:8431 refused"),
        ("http://100.87.214.19:8431/v1", "GET /?q=%2520100.87.214.19%2520"),
        (
            "http://100.87.214.19:8431/v1",
            r#"{"code": "h = \"htt\" + \"p://\" + \"100\" + \".87\" + \".21\" + \"4.1\" + \"9:8\" + \"431\""}"#,
        ),
        (
            "http://gpubox:11434/v1",
            r#"["h", "t", "t", "p", ":", "/", "/", "g", "p", "u", "b", "o", "x", ":", "1", "1", "4", "3", "4"]"#,
        ),
        (
            "http://gpubox/v1",
            "{\n  \"type\": \"Buffer\",\n  \"data\": [\n    104,\n    116,\n    116,\n    112,\n    58,\n    47,\n    47,\n    103,\n    112,\n    \
             117,\n    98,\n    111,\n    120,\n    47,\n    118,\n    49\n  ]\n}",
        ),
    ] {
        let hits = hits(&engine(&[value]), text);
        assert!(!hits.is_empty(), "{value} in {text}");
    }
    for (value, text) in [
        ("http://gpubox:11434/v1", "Failed to connect to gpubox port 11435"),
        ("http://gpubox:11434/v1", "the gpubox has 11434 files"),
        ("http://100.87.214.19:8431/v1", "MTAwLjg3LjIxNC4xOA=="),
        ("http://100.87.214.19:8431/v1", "q=%2531100.87.214.19"),
    ] {
        assert_eq!(hits(&engine(&[value]), text), [], "{value} in {text}");
    }
}

/// Texts are gone through in parts: where a form stands in one must not matter.
#[test]
fn a_form_is_found_wherever_it_stands() {
    let mut filler = Vec::new();
    for line in 0u64..20_000 {
        filler
            .extend(format!("2026-06-01T02:25:35Z INFO step {line} tool=edit path=src/slug.py\n").bytes());
    }
    let line_at = |at: usize| 1 + memchr::memchr_iter(b'\n', &filler[..at]).count() as u64;
    let starts: Vec<usize> =
        filler.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    let at = |place: usize| starts[starts.partition_point(|start| *start < place)];
    let border = 256 << 10;
    let places =
        [border - 300, border - 90, border + 100, border + 9_000, 2 * border + 15_000, 2 * border + 40_000];
    let mut compared = 0;
    for seed in 0..60 {
        let mut dice = super::chains::Dice::new(seed + 31);
        let value = super::chains::value(&mut dice);
        let engine = engine(&[&value]);
        let (form, names) =
            super::chains::chained(&value, &mut dice, 1 + usize::try_from(seed % 2).unwrap());
        let planted = |place: usize| {
            let at = at(place);
            ([&filler[..at], &form, b"\n", &filler[at..]].concat(), line_at(at))
        };
        let found = |bytes: &[u8]| scan(&engine, bytes).hits.first().map(|hit| hit.line);
        let (early, first) = planted(1_000);
        let Some(line) = found(&early) else { continue };
        for place in places {
            let (bytes, here) = planted(place);
            assert_eq!(found(&bytes), Some(here + line - first), "{names:?} ({seed}) at {place}");
            compared += 1;
        }
    }
    assert!(compared > 250, "{compared}");
}

/// A run of base64 that is longer than a part.
#[test]
fn a_long_run_is_decoded_to_its_end() {
    use super::chains::base64;
    let mut text: Vec<u8> =
        (0..30_000).flat_map(|line| format!("line {line} of it\n").into_bytes()).collect();
    text.extend(IP.chars().flat_map(|c| format!("%{:02X}", c as u32).into_bytes()));
    let run = base64(&text);
    assert!(run.len() > 2 * (256 << 10));
    assert_eq!(scan(&engine(&[IP]), run).hits.len(), 1);
}

#[test]
fn redacted_text_keeps_its_offsets() {
    let engine = engine(&[IP]);
    let text = "a http://100.101.102.103:8000/v1 b %31%30%30.101.102.103 c";
    let redacted = engine.redact(text).expect("hits");
    assert_eq!(redacted.text, "a ‹endpoint› b ‹endpoint:encoded› c");
    assert_eq!(redacted.offset(text.find(" b ").unwrap()), redacted.text.find(" b ").unwrap());
    assert_eq!(redacted.offset(text.len()), redacted.text.len());
    assert_eq!(redacted.offset(10), 2);
    assert!(engine.redact("nothing here").is_none());
}

#[test]
fn without_a_value_nothing_is_found() {
    let engine = Engine::new(&Endpoints::none());
    assert!(!engine.knows_value());
    assert_eq!(hits(&engine, "http://100.101.102.103:8000"), []);
}

#[test]
fn an_archive_of_many_entries_is_opened_once() {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let member: Vec<u8> = (0..20_000_u32).map(|n| b"abcdefgh "[(n * n % 97 % 9) as usize]).collect();
    for number in 0..200 {
        archive.start_file(format!("{number}.txt"), options).expect("started");
        archive.write_all(&member).expect("written");
    }
    let archive = archive.finish().expect("finished").into_inner();
    let engine = engine(&[IP]);
    // Four times what its members hold; opened at each entry it would be a hundred times.
    let limits = Limits { decoded_bytes: 4 * 200 * 20_000, ..Limits::default() };
    for bytes in [archive.clone(), [&b"a report, and an archive behind it: "[..], &archive].concat()] {
        assert_eq!(engine.scan(&bytes, &limits).gaps, Vec::<String>::new());
    }
}

#[test]
fn an_archive_that_is_not_opened_is_a_gap() {
    let engine = engine(&[IP]);
    let beginnings: [&[u8]; 5] = [
        b"7z\xbc\xaf\x27\x1c\0\x04",
        b"Rar!\x1a\x07\x01\0",
        b"\x04\x22\x4d\x18\x64\x40",
        b"\x1f\x9d\x90",
        b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff",
    ];
    for beginning in beginnings {
        let bytes = [beginning, &[7; 600]].concat();
        let gaps = scan(&engine, &bytes).gaps;
        assert!(gaps.len() == 1 && gaps[0].contains("not opened here"), "{gaps:?}");
        let streamed = [&bytes[..], &vec![b'x'; 1 << 20]].concat();
        assert_eq!(engine.scan_reader(&mut &streamed[..], &Limits::default()).expect("read").gaps, gaps);
        assert_eq!(scan(&engine, around(&bytes)).gaps, [""; 0]);
    }
}

/// Bytes in which a container begins in the midst.
fn around(container: &[u8]) -> Vec<u8> {
    [&b"\x7fELF and what a program holds\0\x01\x02"[..], container].concat()
}

#[test]
fn an_archive_in_the_midst_of_a_file_that_was_not_read_whole_is_a_gap() {
    let engine = engine(&[IP]);
    let limits = Limits { decoded_bytes: 1 << 20, ..Limits::default() };
    let bomb = super::chains::gzip(&vec![0; 64 << 20]);
    let gaps = engine.scan(&around(&bomb), &limits).gaps;
    assert!(gaps.iter().any(|gap| gap.contains("budget")), "{gaps:?}");

    let lines: Vec<u8> =
        (0..9_000).flat_map(|line| format!("line {line} of a log\n").into_bytes()).collect();
    let whole = super::chains::gzip(&lines);
    assert_eq!(scan(&engine, around(&whole)).gaps, [""; 0]);
    let gaps = scan(&engine, around(&whole[..whole.len() / 2])).gaps;
    assert!(gaps.iter().any(|gap| gap.contains("gzip")), "{gaps:?}");

    let deep = (0..=Limits::default().depth)
        .fold(IP.as_bytes().to_vec(), |bytes, _| super::chains::gzip(&around(&bytes)));
    let deep = scan(&engine, around(&deep));
    assert!(deep.gaps.iter().any(|gap| gap.contains("deeper")), "{:?}", deep.gaps);

    // Of a constant in a program's code nothing comes out.
    assert_eq!(
        scan(&engine, around(b"\x1f\x8b\x08\0\0\0\0\0\0\x03 and no compressed data at all")).gaps,
        [""; 0]
    );
}
