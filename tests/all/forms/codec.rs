//! Encoders, written from the formats' definitions and from what the usual programs print.

use std::fmt::Write as _;
use std::io::Write as _;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Digits of `bits` bits each, most significant first; the last one filled up with zeros.
fn digits(bytes: &[u8], bits: usize) -> Vec<usize> {
    let all: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    all.chunks(bits)
        .map(|chunk| chunk.iter().fold(0, |sum, &bit| sum << 1 | usize::from(bit)) << (bits - chunk.len()))
        .collect()
}

fn padded(mut text: String, group: usize, pad: bool) -> String {
    while pad && !text.len().is_multiple_of(group) {
        text.push('=');
    }
    text
}

pub fn base64(bytes: &[u8], url_safe: bool, pad: bool) -> String {
    let alphabet = if url_safe { URL_SAFE } else { STANDARD };
    padded(digits(bytes, 6).into_iter().map(|at| char::from(alphabet[at])).collect(), 4, pad)
}

pub fn base32(bytes: &[u8], pad: bool) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    padded(digits(bytes, 5).into_iter().map(|at| char::from(alphabet[at])).collect(), 8, pad)
}

/// In lines of a width, each behind a prefix.
pub fn folded(text: &str, width: usize, end: &str, prefix: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let lines: Vec<String> =
        chars.chunks(width).map(|line| format!("{prefix}{}", line.iter().collect::<String>())).collect();
    lines.join(end)
}

pub fn hex(bytes: &[u8], before: &str, between: &str) -> String {
    bytes.iter().map(|byte| format!("{before}{byte:02x}")).collect::<Vec<_>>().join(between)
}

pub fn decimal(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(between)
}

fn printable(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if (0x20..0x7F).contains(&byte) { char::from(byte) } else { '.' }).collect()
}

/// `xxd`: offset, eight groups of two bytes, the text.
pub fn xxd(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, line) in bytes.chunks(16).enumerate() {
        let groups: Vec<String> = line.chunks(2).map(|pair| hex(pair, "", "")).collect();
        writeln!(out, "{:08x}: {:<39}  {}", row * 16, groups.join(" "), printable(line)).expect("written");
    }
    out
}

/// `hexdump -C`.
pub fn hexdump_c(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, line) in bytes.chunks(16).enumerate() {
        let (left, right) = line.split_at(line.len().min(8));
        let text = printable(line);
        writeln!(
            out,
            "{:08x}  {:<23}  {:<23}  |{text}|",
            row * 16,
            hex(left, "", " "),
            hex(right, "", " ")
        )
        .expect("written");
    }
    writeln!(out, "{:08x}", bytes.len()).expect("written");
    out
}

/// `od -An -tx1`.
pub fn od(bytes: &[u8]) -> String {
    bytes.chunks(16).map(|line| format!(" {}\n", hex(line, "", " "))).collect()
}

/// `od -c`.
pub fn od_c(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, line) in bytes.chunks(16).enumerate() {
        write!(out, "{:07o}", row * 16).expect("written");
        for &byte in line {
            let shown = match byte {
                b'\n' => "\\n".to_owned(),
                0 => "\\0".to_owned(),
                0x20..0x7F => char::from(byte).to_string(),
                _ => format!("{byte:03o}"),
            };
            write!(out, " {shown:>3}").expect("written");
        }
        out.push('\n');
    }
    writeln!(out, "{:07o}", bytes.len()).expect("written");
    out
}

/// `hexdump` and `od -x`: words of two bytes, the lower one last.
pub fn hexdump_words(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, line) in bytes.chunks(16).enumerate() {
        let words: Vec<String> = line
            .chunks(2)
            .map(|pair| format!("{:02x}{:02x}", pair.get(1).copied().unwrap_or(0), pair[0]))
            .collect();
        writeln!(out, "{:07x} {}", row * 16, words.join(" ")).expect("written");
    }
    writeln!(out, "{:07x}", bytes.len()).expect("written");
    out
}

/// `tcpdump -X`.
pub fn tcpdump_x(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, line) in bytes.chunks(16).enumerate() {
        let groups: Vec<String> = line.chunks(2).map(|pair| hex(pair, "", "")).collect();
        writeln!(out, "\t0x{:04x}:  {:<39}  {}", row * 16, groups.join(" "), printable(line))
            .expect("written");
    }
    out
}

/// `xxd -i`.
pub fn xxd_i(bytes: &[u8]) -> String {
    let rows: Vec<String> = bytes.chunks(12).map(|row| format!("  {}", hex(row, "0x", ", "))).collect();
    format!("unsigned char data[] = {{\n{}\n}};\n", rows.join(",\n"))
}

pub fn percent(text: &str, which: impl Fn(char) -> bool, upper: bool) -> String {
    each_byte(text, which, |byte| if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") })
}

/// Some characters written another way, byte by byte.
pub fn each_byte(text: &str, which: impl Fn(char) -> bool, write: impl Fn(u8) -> String) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if which(character) {
            let mut buffer = [0; 4];
            character.encode_utf8(&mut buffer).bytes().for_each(|byte| out.push_str(&write(byte)));
        } else {
            out.push(character);
        }
    }
    out
}

pub fn reserved(character: char) -> bool {
    !character.is_ascii_alphanumeric() && !"-_.~".contains(character)
}

pub fn punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
}

/// A JSON string with its quotes, as serializers write it.
pub fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

pub fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

pub fn quoted_printable(bytes: &[u8], width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for &byte in bytes {
        let written = match byte {
            b'\n' => {
                out.push_str("\r\n");
                column = 0;
                continue;
            }
            b'=' | 0..=31 | 127..=255 => format!("={byte:02X}"),
            _ => char::from(byte).to_string(),
        };
        if column + written.len() > width {
            out.push_str("=\r\n");
            column = 0;
        }
        column += written.len();
        out.push_str(&written);
    }
    out
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("written");
    out.finish().expect("finished")
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("written");
    out.finish().expect("finished")
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("written");
    out.finish().expect("finished")
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("encoded")
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = liblzma::write::XzEncoder::new(Vec::new(), 6);
    out.write_all(bytes).expect("written");
    out.finish().expect("finished")
}

pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).expect("written");
    out.finish().expect("finished")
}

pub fn zip(name: &str, bytes: &[u8], stored: bool) -> Vec<u8> {
    let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    out.start_file("README", options).expect("started");
    out.write_all(b"what was recorded\n").expect("written");
    out.start_file(name, options).expect("started");
    out.write_all(bytes).expect("written");
    out.finish().expect("finished").into_inner()
}

pub fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in [("README", &b"what was recorded\n"[..]), (name, bytes)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, bytes).expect("appended");
    }
    out.into_inner().expect("finished")
}

/// A database of one table with one row of one text, as pages of 512 bytes; a long text flows over.
pub fn sqlite(text: &[u8]) -> Vec<u8> {
    const PAGE: usize = 512;
    let varint = |value: usize| -> Vec<u8> {
        let low = u8::try_from(value & 0x7F).expect("seven bits");
        match value >> 7 {
            0 => vec![low],
            high @ 1..0x80 => vec![0x80 | u8::try_from(high).expect("seven bits"), low],
            high => {
                let (top, middle) = (high >> 7, high & 0x7F);
                vec![
                    0x80 | u8::try_from(top).expect("small"),
                    0x80 | u8::try_from(middle).expect("small"),
                    low,
                ]
            }
        }
    };
    let kind = varint(13 + 2 * text.len());
    let mut payload = vec![u8::try_from(kind.len() + 1).expect("small")];
    payload.extend(kind);
    payload.extend(text);
    let (most, least) = (PAGE - 35, (PAGE - 12) * 32 / 255 - 23);
    let local = if payload.len() <= most {
        payload.len()
    } else {
        let kept = least + (payload.len() - least) % (PAGE - 4);
        if kept <= most { kept } else { least }
    };
    let (kept, over) = payload.split_at(local);
    let mut cell = varint(payload.len());
    cell.push(1);
    cell.extend(kept);
    if !over.is_empty() {
        cell.extend(3_u32.to_be_bytes());
    }
    let start = PAGE - cell.len();
    let mut leaf = vec![0_u8; PAGE];
    leaf[0] = 13;
    leaf[4] = 1;
    leaf[5..7].copy_from_slice(&u16::try_from(start).expect("small").to_be_bytes());
    leaf[8..10].copy_from_slice(&u16::try_from(start).expect("small").to_be_bytes());
    leaf[start..].copy_from_slice(&cell);
    let mut file = vec![0_u8; PAGE];
    file[..16].copy_from_slice(b"SQLite format 3\0");
    file[16..18].copy_from_slice(&512_u16.to_be_bytes());
    file[18..24].copy_from_slice(&[1, 1, 0, 64, 32, 32]);
    file[100] = 13;
    file.extend(leaf);
    let chunks: Vec<&[u8]> = over.chunks(PAGE - 4).collect();
    for (at, chunk) in chunks.iter().enumerate() {
        let next = if at + 1 < chunks.len() { u32::try_from(at + 4).expect("small") } else { 0 };
        let mut page = next.to_be_bytes().to_vec();
        page.extend(*chunk);
        page.resize(PAGE, 0);
        file.extend(page);
    }
    let pages = u32::try_from(file.len() / PAGE).expect("small");
    file[28..32].copy_from_slice(&pages.to_be_bytes());
    file
}
