//! Renderings as bytes: encodings, dumps, archives, databases, digests.

use std::fmt::Write as _;

use super::codec::{self, base32, base64, deflate, folded, gzip, utf16};
use super::target::Target;
use super::{Rendering, Renderings, text, whole};

/// `base64`: both alphabets, all alignments, every strong part, also of its UTF-16.
pub fn base64_plain(t: &Target) -> Renderings {
    let mut all = Vec::new();
    for spelling in t.spellings() {
        for before in ["", "=", "u=", "key=", "GET ", "\"}]:?~"] {
            for (url_safe, pad) in [(false, true), (false, false), (true, true), (true, false)] {
                all.push(base64(format!("{before}{spelling} and so on").as_bytes(), url_safe, pad));
            }
            all.push(base64(format!("{before}{spelling}").as_bytes(), false, true));
        }
        all.push(base64(&utf16(&spelling, true, false), false, true));
        all.push(base64(&utf16(&format!("curl {spelling} -s"), true, false), false, true));
        all.push(format!(
            "powershell -enc {}",
            base64(&utf16(&format!("irm {spelling}"), true, false), false, true)
        ));
        all.push(format!(
            "Authorization: Basic {}",
            base64(format!("me:{spelling}").as_bytes(), false, true)
        ));
        all.push(format!("{{\"data\":\"{}\"}}", base64(spelling.as_bytes(), false, true)));
    }
    text(all)
}

/// `base64-folded`: over several lines; JSON inside.
pub fn base64_folded(t: &Target) -> Renderings {
    let json = format!(
        "{{\"provider\":\"local\",\"options\":{{\"baseURL\":\"{}\",\"timeout\":30}},\"models\":[\"a\",\"b\",\"c\"]}}",
        t.url().replace('/', "\\/")
    );
    let mut all = Vec::new();
    for content in [
        json,
        format!("{{\"host\":\"{}\",\"port\":{}}}", t.host, t.port),
        format!("{0} {0} {0} {0}", t.url()),
    ] {
        for shift in ["", " ", "  "] {
            let packed = base64(format!("{shift}{content}").as_bytes(), false, true);
            for width in [76, 64, 60] {
                all.push(folded(&packed, width, "\n", ""));
                all.push(folded(&packed, width, "\r\n", ""));
                all.push(folded(&packed, width, "\n", "    "));
            }
            all.push(codec::json(&folded(&packed, 76, "\n", "")));
            all.push(format!(
                "-----BEGIN DATA-----\n{}\n-----END DATA-----\n",
                folded(&packed, 64, "\n", "")
            ));
            all.push(folded(&packed, 76, "\n", "> "));
        }
    }
    text(all)
}

/// `hex`: dumps, escapes, arrays.
pub fn hex(t: &Target) -> Renderings {
    let request = format!(
        "POST {}/chat/completions HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\n\r\n",
        t.path,
        t.authority()
    );
    let mut all = Vec::new();
    for content in [t.url(), request] {
        for shift in ["", "shifted "] {
            let content = format!("{shift}{content}");
            let bytes = content.as_bytes();
            all.push(codec::xxd(bytes));
            all.push(codec::hexdump_c(bytes));
            all.push(codec::od(bytes));
            all.push(codec::od_c(bytes));
            all.push(codec::hexdump_words(bytes));
            all.push(codec::tcpdump_x(bytes));
            all.push(codec::xxd_i(bytes));
            all.push(folded(&codec::hex(bytes, "", ""), 60, "\n", ""));
            all.push(codec::hex(bytes, "", "").to_uppercase());
            all.push(codec::hex(bytes, "", ":"));
            all.push(codec::hex(bytes, "", " "));
            all.push(codec::hex(bytes, "\\x", ""));
            all.push(codec::hex(bytes, "0x", ", "));
            all.push(codec::hex(bytes, "%", ""));
            all.push(format!("'\\\\x{}'", codec::hex(bytes, "", "")));
            all.push(format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", codec::decimal(bytes, ",")));
            all.push(format!("[{}]", codec::decimal(bytes, ", ")));
            all.push(format!("<Buffer {}>", codec::hex(bytes, "", " ")));
        }
    }
    text(all)
}

/// `jwt`: inside the parts of a token.
pub fn jwt(t: &Target) -> Renderings {
    let mut all = Vec::new();
    for claims in [
        format!("{{\"iss\":\"{}\",\"sub\":\"case\"}}", t.url()),
        format!("{{\"iat\":1780280735,\"aud\":\"{}\",\"exp\":1780284335}}", t.url().replace('/', "\\/")),
        format!("{{\"x\":1,\"host\":\"{}\"}}", t.host),
    ] {
        let head = base64(b"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", true, false);
        let token =
            format!("{head}.{}.{}", base64(claims.as_bytes(), true, false), base64(&[7; 32], true, false));
        all.push(format!("Authorization: Bearer {token}"));
        all.push(format!("{{\"token\":\"{token}\"}}"));
    }
    text(all)
}

/// `data-uri`.
pub fn data_uri(t: &Target) -> Renderings {
    let page = format!("<script>fetch('{}')</script>", t.url());
    text(vec![
        format!("data:text/html;base64,{}", base64(page.as_bytes(), false, true)),
        format!("data:text/html,{}", codec::percent(&page, codec::reserved, true)),
        format!(
            "url(\"data:text/plain;charset=utf-8;base64,{}\")",
            base64(t.url().as_bytes(), false, true)
        ),
    ])
}

/// `base32`: all five alignments.
pub fn base32_all(t: &Target) -> Renderings {
    let spellings = t.spellings();
    text(
        spellings
            .iter()
            .flat_map(|spelling| {
                ["", "=", "u=", "url=", "base="].iter().flat_map(move |before| {
                    let whole = format!("{before}{spelling}");
                    [base32(whole.as_bytes(), true), base32(format!("{whole} end").as_bytes(), false)]
                })
            })
            .collect(),
    )
}

/// `utf16`: both orders, with and without a mark, whole files and parts of other bytes.
pub fn utf16_all(t: &Target) -> Renderings {
    let mut all = Renderings::new();
    for little in [true, false] {
        for mark in [true, false] {
            all.push(whole(utf16(&format!("line one\r\nurl = {}\r\nend\r\n", t.url()), little, mark)));
        }
        for spelling in t.spellings() {
            for before in [&b""[..], b"x", b"\0\0\x01"] {
                all.push(whole([before, &utf16(&spelling, little, false), b"\xFF"].concat()));
            }
        }
    }
    all
}

/// `archive`: every container, nested, and inside base64.
pub fn archive(t: &Target) -> Renderings {
    let log = format!(
        "2026-06-01T02:25:35Z INFO start\n2026-06-01T02:25:36Z DEBUG POST {}/chat/completions\n{}",
        t.url(),
        "2026-06-01T02:25:37Z INFO more of the same\n".repeat(40)
    );
    let log = log.as_bytes();
    let (first, second) = log.split_at(70);
    let mut nested = log.to_vec();
    for _ in 0..4 {
        nested = gzip(&nested);
    }
    let mut all: Vec<Rendering> = [
        gzip(log),
        codec::zlib(log),
        codec::zstd(log),
        codec::xz(log),
        codec::bzip2(log),
        codec::zip("logs/case.log", log, false),
        codec::zip("logs/case.log", log, true),
        codec::tar("logs/case.log", log),
        gzip(&codec::tar("logs/case.log", log)),
        codec::xz(&codec::tar("logs/case.log", log)),
        codec::zstd(&codec::tar("a", &codec::zip("b", &gzip(log), false))),
        codec::zip("trace.zip", &codec::zip("journal/1.json", log, false), true),
        [gzip(first), gzip(second)].concat(),
        [codec::zstd(first), codec::zstd(second)].concat(),
        nested,
        [b"#!/bin/sh\nexec python3 \"$0\"\n".to_vec(), codec::zip("x", log, false)].concat(),
    ]
    .into_iter()
    .map(whole)
    .collect();
    for packed in [gzip(log), codec::zlib(log), deflate(log), codec::zstd(log), codec::bzip2(log)] {
        let packed = base64(&packed, false, true);
        all.extend(text(vec![
            packed.clone(),
            folded(&packed, 76, "\n", ""),
            format!("{{\"body\":\"{packed}\"}}"),
        ]));
    }
    all
}

/// `sqlite`: in one piece, over pages, as a compressed blob.
pub fn sqlite(t: &Target) -> Renderings {
    let long = |before: usize| {
        format!("{}{}{}", "filler ".repeat(200).get(..before).expect("long"), t.url(), " more".repeat(150))
    };
    let mut all = vec![whole(codec::sqlite(t.url().as_bytes()))];
    // Wherever the value meets the end of a page.
    all.extend((0..508).step_by(5).map(|before| whole(codec::sqlite(long(before).as_bytes()))));
    all.push(whole(codec::sqlite(&gzip(t.url().as_bytes()))));
    all
}

/// `ip-form`: the spellings of an address.
pub fn ip_form(t: &Target) -> Renderings {
    let mut all = Vec::new();
    if let Some(v4) = t.v4() {
        let [a, b, c, d] = v4.octets();
        let number = u32::from(v4);
        let little = number.swap_bytes();
        all.extend([
            format!("http://{number}:{}/v1", t.port),
            format!("http://0x{number:08x}/"),
            format!("http://0x{number:X}/"),
            format!("http://0{number:o}/"),
            format!("http://0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}/"),
            format!("http://0{a:o}.0{b:o}.0{c:o}.0{d:o}/"),
            format!("[::ffff:{v4}]:{}", t.port),
            format!("::FFFF:{v4}"),
            format!("::ffff:{:x}:{:x}", number >> 16, number & 0xFFFF),
            format!("0:0:0:0:0:ffff:{:x}:{:x}", number >> 16, number & 0xFFFF),
            format!("0000:0000:0000:0000:0000:ffff:{:04x}:{:04x}", number >> 16, number & 0xFFFF),
            format!("{d}.{c}.{b}.{a}.in-addr.arpa"),
            format!("app.{v4}.nip.io"),
            format!("app-{a}-{b}-{c}-{d}.sslip.io"),
            format!("   1: 0100007F:9C40 {little:08X}:{:04X} 02 00000000:00000000", t.port),
            format!("   1: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF0000{little:08X}:{:04X} 02", t.port),
        ]);
        if a < 100 || b < 100 || c < 100 || d < 100 {
            all.push(format!("{a:03}.{b:03}.{c:03}.{d:03}"));
        }
    }
    if let Some(v6) = t.v6() {
        let segments = v6.segments();
        let whole: Vec<String> = segments.iter().map(|s| format!("{s:04x}")).collect();
        let short: Vec<String> = segments.iter().map(|s| format!("{s:x}")).collect();
        let mut nibbles = String::new();
        for byte in v6.octets().iter().rev() {
            write!(nibbles, "{:x}.{:x}.", byte & 15, byte >> 4).expect("written");
        }
        let words: String = v6.octets().chunks(4).fold(String::new(), |text, word| {
            let word = u32::from_le_bytes(word.try_into().expect("four"));
            text + &format!("{word:08X}")
        });
        all.extend([
            whole.join(":"),
            whole.join(":").to_uppercase(),
            short.join(":"),
            v6.to_string().to_uppercase(),
            format!("{v6}%tailscale0"),
            format!("{v6}/128"),
            format!("{nibbles}ip6.arpa"),
            format!("   0: 00000000000000000000000001000000:9C40 {words}:{:04X} 02", t.port),
        ]);
    }
    text(all)
}

/// `digest`: unsalted, of the spellings that people hash.
pub fn digest(t: &Target) -> Renderings {
    use blake2::Blake2b512;
    use md5::Md5;
    use sha1::Sha1;
    use sha2::{Digest as _, Sha256, Sha512};
    let url = t.url();
    let mut all = Vec::new();
    for spelling in [
        url.clone(),
        format!("{url}/"),
        format!("{url}\n"),
        t.origin(),
        t.authority(),
        t.host.to_owned(),
        format!("{}\n", t.host),
    ] {
        let bytes = spelling.as_bytes();
        for digest in [
            Md5::digest(bytes).to_vec(),
            Sha1::digest(bytes).to_vec(),
            Sha256::digest(bytes).to_vec(),
            Sha512::digest(bytes).to_vec(),
            Blake2b512::digest(bytes).to_vec(),
        ] {
            let digits = codec::hex(&digest, "", "");
            all.push(format!("endpoint_sha = {digits}"));
            all.push(digits.to_uppercase());
            all.push(format!("case-{}", &digits[..16]));
        }
    }
    text(all)
}
