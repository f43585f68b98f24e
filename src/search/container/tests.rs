use std::cell::Cell;
use std::io::{Read, Write};

use super::*;

/// Pays for a number of bytes.
struct Purse(Cell<u64>);

impl Meter for Purse {
    fn spend(&self, bytes: u64) -> Result<(), String> {
        let left = self.0.get();
        self.0.set(left.saturating_sub(bytes));
        if bytes > left || left == 0 { Err("the budget is spent".to_owned()) } else { Ok(()) }
    }
}

fn rich() -> Purse {
    Purse(Cell::new(64 << 20))
}

type Found = Vec<(Option<String>, Vec<u8>)>;

fn collect(
    opened: impl FnOnce(&mut dyn FnMut(Member<'_>)) -> Result<(), String>,
) -> (Found, Result<(), String>) {
    let mut found = Vec::new();
    let result = opened(&mut |member| {
        let mut bytes = Vec::new();
        member.content.read_to_end(&mut bytes).expect("a member never fails");
        found.push((member.name, bytes));
    });
    (found, result)
}

fn opened(bytes: &[u8]) -> (Found, Result<(), String>) {
    let kind = sniff_decoded(bytes).expect("a container");
    collect(|each| open(kind, bytes, &rich(), each))
}

/// One byte at a time: no boundary of the reads may matter.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let (Some((&byte, rest)), Some(slot)) = (self.0.split_first(), out.first_mut()) else {
            return Ok(0);
        };
        *slot = byte;
        self.0 = rest;
        Ok(1)
    }
}

fn walked(bytes: &[u8]) -> (Found, Result<(), String>) {
    let kind = sniff_decoded(bytes).expect("a container");
    collect(|each| walk(kind, &mut Trickle(bytes), &rich(), each))
}

fn text() -> Vec<u8> {
    use std::fmt::Write;
    let mut text = String::new();
    for n in 0..4000 {
        writeln!(text, "line {n}: nothing to see at http://198.51.100.7:80{n:02}/v1").expect("written");
    }
    text.into_bytes()
}

fn packed(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::default();
    match kind {
        Kind::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), level);
            out.write_all(bytes).expect("written");
            out.finish().expect("finished")
        }
        Kind::Zlib => {
            let mut out = flate2::write::ZlibEncoder::new(Vec::new(), level);
            out.write_all(bytes).expect("written");
            out.finish().expect("finished")
        }
        Kind::Deflate => {
            let mut out = flate2::write::DeflateEncoder::new(Vec::new(), level);
            out.write_all(bytes).expect("written");
            out.finish().expect("finished")
        }
        Kind::Zstd => zstd::encode_all(bytes, 3).expect("encoded"),
        Kind::Xz => {
            let mut out = liblzma::write::XzEncoder::new(Vec::new(), 6);
            out.write_all(bytes).expect("written");
            out.finish().expect("finished")
        }
        Kind::Bzip2 => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(bytes).expect("written");
            out.finish().expect("finished")
        }
        _ => panic!("no stream"),
    }
}

const STREAMS: [Kind; 6] = [Kind::Gzip, Kind::Zlib, Kind::Deflate, Kind::Zstd, Kind::Xz, Kind::Bzip2];

#[test]
fn every_stream_is_recognised_and_read_to_its_end() {
    let text = text();
    for kind in STREAMS {
        let bytes = packed(kind, &text);
        assert_eq!(sniff_decoded(&bytes), Some(kind));
        for (found, result) in [opened(&bytes), walked(&bytes)] {
            assert_eq!(result, Ok(()), "{kind:?}");
            assert_eq!(found, [(None, text.clone())], "{kind:?}");
        }
    }
}

#[test]
fn streams_behind_one_another_and_what_stands_behind_them_are_read() {
    for kind in [Kind::Gzip, Kind::Zstd, Kind::Xz, Kind::Bzip2] {
        let mut bytes = packed(kind, b"the first");
        bytes.extend(packed(kind, b" the empty one follows"));
        bytes.extend(packed(kind, b""));
        bytes.extend(packed(kind, b" and the last"));
        bytes.extend(b"appended in the clear");
        for (found, result) in [opened(&bytes), walked(&bytes)] {
            assert_eq!(result, Ok(()), "{kind:?}");
            let all = "the first the empty one follows and the lastappended in the clear";
            assert_eq!(found, [(None, all.as_bytes().to_vec())], "{kind:?}");
        }
    }
}

#[test]
fn of_a_cut_stream_what_can_be_decoded_is_handed_over_and_the_cut_is_told() {
    // Random enough that half of the packed bytes are about half of the text, in more than one block.
    let mut state = 7_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b'a' + u8::try_from(state >> 33 & 15).expect("small")
    })
    .take(600 << 10)
    .collect();
    for kind in STREAMS.into_iter().filter(|&kind| kind != Kind::Deflate) {
        let bytes = packed(kind, &noise);
        let (found, result) = opened(&bytes[..bytes.len() * 3 / 4]);
        let why = result.expect_err("a cut");
        assert!(why.starts_with(kind.name()), "{why}");
        assert!(noise.starts_with(&found[0].1), "{kind:?}");
        assert!(found[0].1.len() > 100 << 10, "{kind:?}: {}", found[0].1.len());
    }
}

#[test]
fn a_damaged_stream_is_told_even_where_all_of_it_came_out() {
    let mut bytes = packed(Kind::Gzip, &text());
    let sum = bytes.len() - 6;
    bytes[sum] ^= 0xFF;
    let (found, result) = opened(&bytes);
    assert_eq!(found[0].1, text());
    assert_eq!(result, Err("gzip: its data is damaged".to_owned()));
}

#[test]
fn a_bomb_ends_with_the_budget() {
    let zeros = vec![0_u8; 8 << 20];
    for kind in STREAMS {
        let bomb = packed(kind, &zeros);
        let kind = sniff_decoded(&bomb).expect("a container");
        let (found, result) = collect(|each| open(kind, &bomb, &Purse(Cell::new(1 << 20)), each));
        assert!(result.expect_err("spent").contains("the budget is spent"), "{kind:?}");
        assert!(found[0].1.len() <= 1 << 20);
    }
}

#[test]
fn text_and_noise_are_no_containers() {
    let mut texts: Vec<Vec<u8>> = [
        "x^2 + y^2 = z^2, and so on for quite a while",
        "x\u{1}",
        "BZh9 is how a bzip2 file begins",
        "PK",
        "7z is another one",
        "",
        "SQLite format 3 is a format",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    texts.push(vec![0; 2048]);
    texts.push(vec![b'0'; 2048]);
    for text in texts {
        assert_eq!(sniff_decoded(&text), None, "{}", String::from_utf8_lossy(&text));
    }
}

fn tarball(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ::tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, *bytes).expect("appended");
    }
    out.into_inner().expect("finished")
}

#[test]
fn a_tars_entries_come_with_their_names_long_ones_too() {
    let long = format!("{}/log.txt", "a-rather-long-folder".repeat(12));
    let bytes = tarball(&[("a.txt", b"alpha"), (&long, b"beta"), ("empty", b"")]);
    for (found, result) in [opened(&bytes), walked(&bytes)] {
        assert_eq!(result, Ok(()));
        assert_eq!(found[0], (Some("a.txt".to_owned()), b"alpha".to_vec()));
        assert_eq!(found.last(), Some(&(Some(long.clone()), b"beta".to_vec())));
    }
    let (found, result) = opened(&bytes[..600]);
    assert_eq!(result, Err("tar: it is damaged or cut off".to_owned()));
    assert_eq!(found, [(Some("a.txt".to_owned()), b"alpha".to_vec())]);
    let (found, result) = opened(&bytes[..514]);
    assert_eq!(result, Err("tar: it is cut off".to_owned()));
    assert_eq!(found[0].1, b"al");
}

fn zipped(entries: &[(&str, &[u8])], method: ::zip::CompressionMethod) -> Vec<u8> {
    let mut out = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = ::zip::write::SimpleFileOptions::default().compression_method(method);
        out.start_file(*name, options).expect("started");
        out.write_all(bytes).expect("written");
    }
    out.finish().expect("finished").into_inner()
}

#[test]
fn a_zips_entries_are_read_whatever_their_method() {
    use ::zip::CompressionMethod as Method;
    let text = text();
    for method in [Method::Stored, Method::Deflated, Method::Bzip2, Method::Zstd] {
        let bytes = zipped(&[("journal/1.json", &text), ("b", b"beta")], method);
        let (found, result) = opened(&bytes);
        assert_eq!(result, Ok(()), "{method:?}");
        let wanted =
            [(Some("journal/1.json".to_owned()), text.clone()), (Some("b".to_owned()), b"beta".to_vec())];
        assert_eq!(found, wanted, "{method:?}");
        if matches!(method, Method::Stored | Method::Deflated) {
            let (found, result) = walked(&bytes);
            assert_eq!((found.as_slice(), result), (wanted.as_slice(), Ok(())), "{method:?}");
        }
    }
}

#[test]
fn a_zip_without_its_directory_is_read_by_its_local_headers_and_is_told() {
    let bytes = zipped(&[("a", b"alpha alpha alpha"), ("b", &text())], ::zip::CompressionMethod::Deflated);
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a directory");
    for cut in [&bytes[..directory], &bytes[..directory - 100]] {
        for (found, result) in [opened(cut), walked(cut)] {
            assert!(result.expect_err("a cut").starts_with("zip: "));
            assert_eq!(found[0], (Some("a".to_owned()), b"alpha alpha alpha".to_vec()));
            assert!(found[1].1.len() > 1000 && text().starts_with(&found[1].1));
        }
    }
}

#[test]
fn an_entry_that_the_directory_does_not_list_is_read_too() {
    let hidden = zipped(&[("hidden", b"hidden, hidden, hidden")], ::zip::CompressionMethod::Deflated);
    let end = memchr::memmem::find(&hidden, b"PK\x01\x02").expect("a directory");
    let mut bytes = hidden[..end].to_vec();
    bytes.extend(zipped(&[("seen", b"seen")], ::zip::CompressionMethod::Stored));
    let (found, result) = opened(&bytes);
    assert_eq!(result, Ok(()));
    let names: Vec<_> = found.iter().map(|(name, _)| name.clone().expect("a name")).collect();
    assert_eq!(names, ["seen", "hidden"]);
    assert_eq!(found[1].1, b"hidden, hidden, hidden");
}

/// A database that the real program wrote: text that flows over pages, a compressed blob, deleted rows.
const DATABASE: &[u8] = include_bytes!("testdata/overflow.sqlite");

#[test]
fn an_sqlite_file_gives_its_values_whole() {
    assert_eq!(sniff(DATABASE), Some(Kind::Sqlite));
    let (found, result) = collect(|each| open(Kind::Sqlite, DATABASE, &rich(), each));
    assert_eq!(result, Ok(()));
    let holds =
        |needle: &[u8]| found.iter().any(|(_, bytes)| memchr::memmem::find(bytes, needle).is_some());
    // Page size 512: a value of 508 digits is in two pieces at least.
    assert!(holds(format!("kept{}kept", "0123456789".repeat(300)).as_bytes()));
    assert!(
        holds(format!("{}gone", "9876543210".repeat(100)).as_bytes()),
        "a deleted row's overflow pages"
    );
    let blob = found.iter().find(|(_, bytes)| sniff(bytes) == Some(Kind::Gzip)).expect("the blob");
    assert_eq!(opened(&blob.1).0[0].1, b"text in a compressed blob\n");
}

#[test]
fn an_sqlite_file_cut_in_half_gives_what_is_there() {
    let half = &DATABASE[..DATABASE.len() / 2];
    let (found, result) = collect(|each| open(Kind::Sqlite, half, &rich(), each));
    assert!(result.expect_err("a cut").contains("it is cut off"));
    assert!(!found.is_empty());
}

#[test]
fn no_bytes_bring_an_opener_down() {
    let mut seeds = vec![DATABASE.to_vec(), tarball(&[("a", b"alpha"), ("b", b"beta")])];
    seeds.push(zipped(&[("a", b"alpha alpha"), ("b", b"beta")], ::zip::CompressionMethod::Deflated));
    seeds.extend(STREAMS.map(|kind| packed(kind, b"some text, some text, some text")));
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("fits") % below
    };
    for seed in &seeds {
        let kind = sniff_decoded(seed).expect("a container");
        for _ in 0..300 {
            let mut bytes = seed.clone();
            for _ in 0..=random(6) {
                let at = random(bytes.len().min(4096));
                bytes[at] = u8::try_from(random(256)).expect("a byte");
            }
            bytes.truncate(bytes.len() - random(bytes.len() / 3));
            let purse = Purse(Cell::new(1 << 20));
            let (_, _) = collect(|each| open(kind, &bytes, &purse, each));
            if kind.streams() {
                let (_, _) = collect(|each| walk(kind, &mut &*bytes, &purse, each));
            }
        }
    }
}

/// A leaf whose cells are all the same one, which flows over into all the other pages.
fn chained(size: u16, cells: u16, pages: u32) -> Vec<u8> {
    let page = usize::from(size);
    let mut leaf = vec![0; page];
    leaf[0] = 0x0D;
    leaf[3..5].copy_from_slice(&cells.to_be_bytes());
    let at = size - 64;
    for cell in 0..usize::from(cells) {
        leaf[8 + 2 * cell..10 + 2 * cell].copy_from_slice(&at.to_be_bytes());
    }
    // So long that 39 bytes of it stand in the cell, and all pages from the third on are its own.
    let length = 39 + (u64::from(pages) - 2) * (u64::from(size) - 4);
    let seven = |shift: u32| u8::try_from(length >> shift & 0x7F).expect("seven bits");
    let varint = [seven(14) | 0x80, seven(7) | 0x80, seven(0), 1];
    leaf[usize::from(at)..usize::from(at) + 4].copy_from_slice(&varint);
    leaf[usize::from(at) + 43..usize::from(at) + 47].copy_from_slice(&3_u32.to_be_bytes());
    let mut bytes = vec![0; page];
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..18].copy_from_slice(&size.to_be_bytes());
    bytes.extend(leaf);
    for next in 4..=pages + 1 {
        bytes.extend_from_slice(&if next > pages { 0 } else { next }.to_be_bytes());
        bytes.resize(bytes.len() + page - 4, b'x');
    }
    bytes
}

#[test]
fn rows_that_share_a_chain_are_paid_for_before_they_are_joined() {
    let spent = |cells| {
        let purse = rich();
        let (_, result) = collect(|each| open(Kind::Sqlite, &chained(512, cells, 200), &purse, each));
        result.map(|()| (64 << 20) - purse.0.get())
    };
    assert_eq!(spent(1), Ok(39 + 198 * 508), "the whole chain, once");
    let purse = Purse(Cell::new(1 << 20));
    let (found, result) = collect(|each| open(Kind::Sqlite, &chained(512, 120, 200), &purse, each));
    assert!(result.expect_err("spent").contains("the budget is spent"));
    assert!(found.iter().all(|(_, bytes)| bytes.len() <= 1 << 20));
}

/// A log is as large as its frames, whatever numbers they have.
#[test]
fn a_log_of_far_pages_is_read_at_once() {
    let mut log = [&[0x37, 0x7F, 6, 0x82, 0, 0, 0, 0, 0, 0, 2, 0][..], &[0; 20]].concat();
    for round in 0..400_u32 {
        log.extend_from_slice(&(u32::MAX - round % 2).to_be_bytes());
        log.resize(log.len() + 20, 0);
        log.extend_from_slice(&chained(512, 1, 3)[512..1024]);
    }
    let (_, result) = collect(|each| open(Kind::SqliteLog, &log, &rich(), each));
    assert_eq!(result, Ok(()));
}
