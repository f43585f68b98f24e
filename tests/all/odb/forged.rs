//! Packs that git would never write.

use sha1::Digest as _;

use super::*;

/// An entry of a forged pack: its header, what is to be deflated, and the id that the index gives it.
struct Forged {
    kind: u8,
    size: u64,
    base: Vec<u8>,
    body: Vec<u8>,
    id: [u8; 20],
}

fn entry(kind: u8, base: &[u8], body: &[u8], id: u8) -> Forged {
    Forged { kind, size: body.len() as u64, base: base.to_vec(), body: body.to_vec(), id: [id; 20] }
}

/// A delta that copies nothing and puts in `text`.
fn insertion(base_len: u8, text: &[u8]) -> Vec<u8> {
    let len = u8::try_from(text.len()).expect("short");
    [&[base_len, len, len][..], text].concat()
}

fn forge(entries: &[Forged]) -> (tempfile::TempDir, Odb) {
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend(u32::try_from(entries.len()).expect("few").to_be_bytes());
    let mut rows = Vec::new();
    for entry in entries {
        let start = pack.len();
        let mut size = entry.size >> 4;
        let mut byte = (entry.kind << 4) | u8::try_from(entry.size & 15).expect("small");
        while size > 0 {
            pack.push(byte | 0x80);
            byte = u8::try_from(size & 0x7f).expect("small");
            size >>= 7;
        }
        pack.push(byte);
        pack.extend(&entry.base);
        pack.extend(sirocco::compress(
            sirocco::Format::Zlib,
            sirocco::deflate::Level::DEFAULT,
            &entry.body,
        ));
        rows.push((entry.id, crc32fast::hash(&pack[start..]), u32::try_from(start).expect("small")));
    }
    let sum = sha1::Sha1::digest(&pack);
    pack.extend(&sum[..]);
    rows.sort();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255u8 {
        let count = rows.iter().filter(|row| row.0[0] <= first).count();
        index.extend(u32::try_from(count).expect("few").to_be_bytes());
    }
    rows.iter().for_each(|row| index.extend(row.0));
    rows.iter().for_each(|row| index.extend(row.1.to_be_bytes()));
    rows.iter().for_each(|row| index.extend(row.2.to_be_bytes()));
    index.extend(&sum[..]);
    let sum = sha1::Sha1::digest(&index);
    index.extend(&sum[..]);

    let dir = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(dir.path().join("pack")).expect("made");
    std::fs::write(dir.path().join("pack/pack-forged.pack"), pack).expect("written");
    std::fs::write(dir.path().join("pack/pack-forged.idx"), index).expect("written");
    let odb = Odb::open(dir.path(), gix::hash::Kind::Sha1, &OdbLimits::default()).expect("opened");
    (dir, odb)
}

const BLOB: u8 = 3;
const ON_OFFSET: u8 = 6;
const ON_ID: u8 = 7;

#[test]
fn the_forger_can_write_a_sound_pack() {
    let whole = format!("a line\n{VALUE}\n");
    let (_dir, odb) = forge(&[
        entry(BLOB, &[], whole.as_bytes(), 1),
        entry(ON_ID, &[1; 20], &insertion(u8::try_from(whole.len()).expect("short"), b"other"), 2),
    ]);
    let found = search(&odb);
    assert_eq!(found.gaps, []);
    assert_eq!((found.objects, found.hits.len()), (2, 1));
}

#[test]
fn deltas_that_go_in_a_circle_are_unread_and_the_rest_is_read() {
    let (_dir, odb) = forge(&[
        entry(ON_ID, &[2; 20], &insertion(5, b"first"), 1),
        entry(ON_ID, &[3; 20], &insertion(5, b"other"), 2),
        entry(ON_ID, &[1; 20], &insertion(5, b"third"), 3),
        entry(ON_ID, &[3; 20], &insertion(5, b"child"), 4),
        entry(ON_ID, &[5; 20], &insertion(5, b"onown"), 5),
        entry(BLOB, &[], VALUE.as_bytes(), 6),
    ]);
    let found = search(&odb);
    assert!(gap_that_says(&found, "their deltas go in a circle").contains("5 in all"));
    assert_eq!((found.objects, found.unread, found.hits.len()), (1, 5, 1));
    assert!(odb.read(&ObjectId::from([1; 20])).is_err());
    assert!(odb.read(&ObjectId::from([5; 20])).is_err());
}

#[test]
fn a_delta_on_a_missing_base_is_unread_with_all_on_it() {
    let (_dir, odb) = forge(&[
        entry(ON_ID, &[9; 20], &insertion(5, b"first"), 1),
        entry(ON_ID, &[1; 20], &insertion(5, b"other"), 2),
        entry(ON_OFFSET, &[3], &insertion(5, b"third"), 3),
        entry(ON_OFFSET, &[0], &insertion(5, b"third"), 4),
        entry(ON_OFFSET, &[0xff, 0xff, 0xff, 0x7f], &insertion(5, b"third"), 5),
    ]);
    let found = search(&odb);
    assert!(gap_that_says(&found, "is not here").contains("nor can 1 object(s)"));
    gap_that_says(&found, "no object begins at offset");
    gap_that_says(&found, "its header is cut off or malformed");
    assert_eq!((found.objects, found.unread), (0, 5));
}

#[test]
fn claims_of_gigabytes_allocate_nothing() {
    let mut huge = entry(BLOB, &[], b"small", 1);
    huge.size = 8 << 30;
    let mut past_all = entry(BLOB, &[], b"small", 2);
    past_all.size = u64::MAX >> 1;
    let result = [&[5][..], &[0x80, 0x80, 0x80, 0x80, 0x20], b"\x05other"].concat();
    let mut delta = entry(ON_ID, &[4; 20], b"small", 5);
    delta.size = 8 << 30;
    let (_dir, odb) =
        forge(&[huge, past_all, entry(ON_ID, &[4; 20], &result, 3), entry(BLOB, &[], b"small", 4), delta]);
    let found = search(&odb);
    assert_eq!((found.objects, found.unread), (1, 4), "{:?}", found.gaps);
    for id in 1..=5 {
        let read = odb.read(&ObjectId::from([id; 20]));
        assert_eq!(read.is_ok(), id == 4, "{id}");
    }
}

#[test]
fn malformed_deltas_and_unknown_kinds_are_unread() {
    let base = || entry(BLOB, &[], b"hello", 1);
    for bad in [&[][..], &[5], &[6, 1, 1, b'x'], &[5, 1, 0], &[5, 9, 0x91, 3, 9], &[5, 1, 2, b'x', b'y']] {
        let (_dir, odb) = forge(&[base(), entry(ON_ID, &[1; 20], bad, 2)]);
        let found = search(&odb);
        assert_eq!((found.objects, found.unread), (1, 1), "{bad:?}: {:?}", found.gaps);
    }
    for kind in [0, 5] {
        let (_dir, odb) = forge(&[base(), entry(kind, &[], b"x", 2)]);
        assert_eq!(search(&odb).unread, 1);
    }
}

#[test]
fn bytes_that_the_index_does_not_list_are_a_gap() {
    let hidden =
        sirocco::compress(sirocco::Format::Zlib, sirocco::deflate::Level::DEFAULT, VALUE.as_bytes());
    let mut second = entry(BLOB, &[], b"second", 2);
    let (_dir, odb) = forge(&[entry(BLOB, &[], b"first", 1)]);
    assert_eq!(search(&odb).gaps, []);
    second.base = hidden;
    let (_dir, odb) = forge(&[entry(BLOB, &[], b"first", 1), second]);
    assert!(!search(&odb).gaps.is_empty());
}

#[test]
fn hostile_names_in_trees_are_searched_and_malformed_trees_are_gaps() {
    let name = [b"100644 \x1b[31m\xff\n http:".as_slice(), b"100.101.102.103\0", &[7; 20]].concat();
    let long = [b"40000 ".as_slice(), &b"n".repeat(1 << 20), b"\0", &[0; 20]].concat();
    let cut = b"100644 name\0short".to_vec();
    let (_dir, odb) = forge(&[entry(2, &[], &[name, long].concat(), 1), entry(2, &[], &cut, 2)]);
    let found = search_with(&odb, &engine_for("100.101.102.103"), 2);
    assert_eq!(found.hits.len(), 1);
    assert_eq!(found.gaps.len(), 1, "{:?}", found.gaps);
    gap_that_says(&found, "its entries are malformed");
}
