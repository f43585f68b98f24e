//! Damage of every kind ends as a gap, and all that can still be read is still searched.

use super::*;

/// A packed history, its pack's path and bytes, and what a search of it finds.
fn packed() -> (Repo, PathBuf, Vec<u8>, ObjectSearch) {
    let repo = history("sha1");
    let pack = repo.pack(&[]);
    let found = search(&repo.open());
    assert_eq!(found.gaps, []);
    let bytes = std::fs::read(&pack).expect("read");
    (repo, pack, bytes, found)
}

fn overwrite(path: &Path, bytes: &[u8]) {
    let _ = std::fs::remove_file(path);
    std::fs::write(path, bytes).expect("written");
}

#[test]
fn a_truncated_pack_is_searched_as_far_as_it_goes() {
    let (repo, pack, bytes, whole) = packed();
    for len in [bytes.len() - 1, bytes.len() - 21, bytes.len() / 2, 40, 12, 3, 0] {
        overwrite(&pack, &bytes[..len]);
        let found = search(&repo.open());
        assert!(!found.gaps.is_empty(), "{len} bytes");
        if len > 33 {
            assert_eq!(found.objects + found.unread, whole.objects, "{len} bytes: {:?}", found.gaps);
        }
        std::fs::rename(pack.with_extension("idx"), repo.path().join("idx")).expect("moved");
        assert!(!search(&repo.open()).gaps.is_empty(), "{len} bytes, no index");
        std::fs::rename(repo.path().join("idx"), pack.with_extension("idx")).expect("moved");
    }
}

#[test]
fn a_wrong_checksum_at_the_end_is_a_gap() {
    let (repo, pack, mut bytes, whole) = packed();
    *bytes.last_mut().expect("a trailer") ^= 1;
    overwrite(&pack, &bytes);
    let found = search(&repo.open());
    gap_that_says(&found, "its checksum is not the one that its index names");
    assert_eq!(found.hits, whole.hits);
    std::fs::remove_file(pack.with_extension("idx")).expect("removed");
    let found = search(&repo.open());
    gap_that_says(&found, "it does not have the checksum that it ends with");
    assert_eq!(found.hits, whole.hits);
}

#[test]
fn garbage_in_one_object_takes_its_deltas_along_and_nothing_else() {
    let (repo, pack, bytes, whole) = packed();
    let listed = repo.git(&["verify-pack", "-v", pack.to_str().expect("a name")]);
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    let bases: Vec<&str> = rows.iter().filter(|row| row.len() == 7).map(|row| row[6]).collect();
    let root = rows.iter().find(|row| row.len() == 5 && bases.contains(&row[0])).expect("a base");
    let offset: usize = root[4].parse().expect("an offset");
    let mut damaged = bytes.clone();
    damaged[offset + 8..offset + 24].fill(0xff);
    overwrite(&pack, &damaged);
    let found = search(&repo.open());
    let gap = gap_that_says(&found, "that are deltas on it");
    assert!(gap.contains(&format!("the object at offset {offset}: ")) && !gap.contains(root[0]), "{gap}");
    assert!(found.unread > 1);
    assert_eq!(found.objects + found.unread, whole.objects);
    assert_eq!(
        found.clean.len() as u64,
        whole.clean.len() as u64 - found.unread + (whole.hits.len() - found.hits.len()) as u64
    );
    assert!(found.hits.iter().all(|hit| whole.hits.contains(hit)));
}

#[test]
fn a_damaged_index_is_never_believed() {
    let (repo, pack, _, whole) = packed();
    let index = pack.with_extension("idx");
    let bytes = std::fs::read(&index).expect("read");
    let count = usize::try_from(whole.objects).expect("small");
    let ids = 8 + 1024;
    for (at, what) in [
        (0, "magic"),
        (7, "version"),
        (9, "counts"),
        (8 + 1023, "total"),
        (ids + 25, "an id"),
        (ids + 20 * count + 2, "a checksum"),
        (ids + 24 * count + 3, "an offset"),
        (ids + 24 * count, "a long offset"),
        (bytes.len() - 30, "the pack's checksum"),
        (bytes.len() - 3, "its own checksum"),
    ] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x81;
        overwrite(&index, &damaged);
        let found = search(&repo.open());
        assert!(!found.gaps.is_empty(), "{what}");
    }
    for len in [0, 7, 1031, 1032, bytes.len() - 1] {
        overwrite(&index, &bytes[..len]);
        assert!(!search(&repo.open()).gaps.is_empty(), "{len} bytes");
    }
}

#[test]
fn an_index_whose_pack_is_gone_is_a_gap() {
    let (repo, pack, _, _) = packed();
    std::fs::remove_file(&pack).expect("removed");
    let found = search(&repo.open());
    gap_that_says(&found, "an index whose pack is not there");
    assert_eq!((found.objects, found.hits.len()), (0, 0));
}

#[test]
fn an_id_that_is_a_lie_is_seen_where_it_is_asked_for() {
    let (repo, pack, _, _) = packed();
    let clean = |odb: &Odb, verify| {
        let (engine, limits) = (engine_for(VALUE), Limits::default());
        odb.search(&SearchOptions {
            engine: &engine,
            limits: &limits,
            threads: 2,
            skip: None,
            ask: None,
            list_clean: false,
            verify,
            needles_only: false,
            progress: None,
        })
    };
    assert_eq!(clean(&repo.open(), true).gaps, []);
    let index = pack.with_extension("idx");
    let mut bytes = std::fs::read(&index).expect("read");
    bytes[8 + 1024 + 19] ^= 1;
    overwrite(&index, &bytes);
    gap_that_says(&clean(&repo.open(), true), "its content is not that of its id");
}

#[test]
fn loose_objects_that_are_damaged_are_gaps_one_by_one() {
    let repo = history("sha1");
    let whole = search(&repo.open());
    let id = repo.git(&["rev-parse", "HEAD"]);
    let (dir, name) = id.trim().split_at(2);
    let path = repo.objects().join(dir).join(name);
    let bytes = std::fs::read(&path).expect("read");
    let packed =
        |text: &[u8]| sirocco::compress(sirocco::Format::Zlib, sirocco::deflate::Level::DEFAULT, text);
    let mut flipped = bytes.clone();
    flipped[bytes.len() - 2] ^= 1;
    for (what, bytes) in [
        ("cut off", bytes[..bytes.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("garbage", b"not zlib at all".to_vec()),
        ("a wrong checksum", flipped),
        ("something behind it", [&bytes[..], b"more"].concat()),
        ("no header", packed(b"no header here, and no NUL")),
        ("an unknown kind", packed(b"blub 3\0abc")),
        ("a wrong length", packed(b"blob 4\0abc")),
        ("a wrong length", packed(b"blob 2\0abc")),
        ("a signed length", packed(b"blob +3\0abc")),
        ("8 GB", packed(b"blob 8589934592\0abc")),
        ("a length past all numbers", packed(b"blob 99999999999999999999999\0abc")),
        ("a tree of 8 GB", packed(b"tree 8589934592\0abc")),
        ("a malformed tree", packed(b"tree 9\x00100644 ab")),
    ] {
        overwrite(&path, &bytes);
        let found = search(&repo.open());
        assert_eq!(found.gaps.len(), 1, "{what}: {:?}", found.gaps);
        let gap = found.gaps[0].to_string();
        assert!(
            gap.starts_with(&format!("objects/{dir}: number 1 of its files by name: ")),
            "{what}: {gap}"
        );
        assert!(!found.clean.contains(&ObjectId::from_hex(id.trim().as_bytes()).expect("an id")), "{what}");
        assert!(found.objects + found.unread == whole.objects, "{what}");
    }
}

#[test]
fn loose_objects_of_every_length_near_a_buffer_are_whole() {
    let repo = Repo::new("sha1");
    let value = format!("\n{VALUE}");
    for len in (8192 - 60)..(8192 + 20) {
        let text = format!("{}{value}", "x".repeat(len - value.len()));
        git_in(repo.path(), &["hash-object", "-w", "--stdin"], text.as_bytes());
    }
    git_in(repo.path(), &["hash-object", "-w", "--stdin"], b"");
    let found = search(&repo.open());
    assert_eq!(found.gaps, []);
    assert_eq!((found.objects, found.hits.len()), (81, 80));
}

#[test]
fn a_database_that_is_not_there_is_an_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let open = |path: &Path| Odb::open(path, gix::hash::Kind::Sha1, &OdbLimits::default());
    assert!(open(&dir.path().join("none")).is_err());
    let empty = open(dir.path()).expect("an empty folder is an empty database");
    assert_eq!(search(&empty), ObjectSearch::default());
}
