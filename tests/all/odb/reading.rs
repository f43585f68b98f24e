//! Every form that git keeps objects in is read whole, and a search finds what reading one by one does.

use super::*;
use crate::forms::codec::{base64, gzip};

#[test]
fn loose_objects_of_both_hashes_are_read_and_searched() {
    for format in ["sha1", "sha256"] {
        let repo = history(format);
        assert_reads_all(&repo);
        let found = search(&repo.open());
        let kinds = kinds(&found);
        assert!([Kind::Blob, Kind::Commit, Kind::Tag].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
        assert_eq!(found.hits.iter().filter(|hit| hit.kind == Kind::Blob).count(), 2);
    }
}

#[test]
fn packs_of_both_hashes_are_read_and_say_the_same_as_loose_objects() {
    for format in ["sha1", "sha256"] {
        let repo = history(format);
        let loose = search(&repo.open());
        repo.git(&["repack", "-adfq", "--depth=50", "--window=50"]);
        repo.git(&["prune-packed", "-q"]);
        assert_reads_all(&repo);
        assert_eq!(search(&repo.open()), loose);
    }
}

#[test]
fn an_abbreviated_id_is_found_packed_and_loose() {
    let repo = history("sha1");
    let head = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let id = ObjectId::from_hex(head.as_bytes()).expect("an id");
    for _ in 0..2 {
        let odb = repo.open();
        for digits in [7, 8, 40] {
            assert_eq!(odb.find_prefix(&head[..digits]).expect("listed"), [id]);
        }
        assert!(odb.find_prefix("zzzz").expect("listed").is_empty());
        assert!(odb.find_prefix(&head[..3]).expect("listed").is_empty(), "too short to mean anything");
        repo.git(&["gc", "-q"]);
    }
    // What can't be listed may hold it: here a file stands where the folder should.
    std::fs::write(repo.objects().join(&head[..2]), "").expect("written");
    assert!(repo.open().find_prefix(&head[..7]).is_err());
}

#[test]
fn every_kind_of_pack_and_index_says_the_same() {
    let repo = history("sha1");
    let expected = search(&repo.open()).hits;
    assert!(expected.len() >= 4);
    for settings in [
        &["-c", "repack.useDeltaBaseOffset=false"][..],
        &["-c", "pack.indexVersion=1"],
        &["-c", "pack.compression=0"],
        &["-c", "pack.threads=1", "-c", "repack.writeBitmaps=true"],
    ] {
        repo.pack(settings);
        assert_reads_all(&repo);
        assert_eq!(search(&repo.open()).hits, expected, "{settings:?}");
    }
}

#[test]
fn offsets_of_64_bits_are_read() {
    let repo = history("sha1");
    let expected = search(&repo.open()).hits;
    let pack = repo.pack(&[]);
    std::fs::remove_file(pack.with_extension("idx")).expect("removed");
    let name = pack.to_str().expect("a name");
    repo.git(&["index-pack", "--index-version=2,0x40", name]);
    assert_reads_all(&repo);
    assert_eq!(search(&repo.open()).hits, expected);
}

#[test]
fn several_packs_with_a_multi_pack_index_and_loose_objects_are_one_database() {
    let repo = history("sha1");
    let expected = search(&repo.open());
    repo.git(&["repack", "-dq"]);
    repo.write("late.txt", "late\n");
    repo.commit("Late");
    repo.git(&["repack", "-dq"]);
    repo.git(&["multi-pack-index", "write"]);
    repo.write("later.txt", "later\n");
    repo.commit("Later");
    assert_eq!(repo.packs("pack").len(), 2);
    assert_reads_all(&repo);
    assert_eq!(search(&repo.open()).hits, expected.hits);

    let lost = &repo.packs("pack")[0];
    std::fs::remove_file(lost).expect("removed");
    let found = search(&repo.open());
    gap_that_says(&found, "an index whose pack is not there");
    std::fs::remove_file(lost.with_extension("idx")).expect("removed");
    gap_that_says(&search(&repo.open()), "and that pack is not there");
}

#[test]
fn an_object_that_is_stored_twice_is_told_once() {
    let repo = history("sha1");
    let expected = search(&repo.open()).hits;
    repo.git(&["repack", "-aq"]);
    let found = search(&repo.open());
    assert_eq!(found.hits, expected);
    assert_eq!(found.gaps, []);
}

#[test]
fn alternates_of_alternates_belong_to_the_database() {
    let origin = history("sha1");
    let expected = search(&origin.open()).hits;
    let dir = tempfile::tempdir().expect("a directory");
    let clone = |from: &Path, to: &str| {
        git_in(dir.path(), &["clone", "-q", "--shared", from.to_str().expect("a name"), to], b"");
        dir.path().join(to)
    };
    let first = clone(origin.path(), "first");
    let second = clone(&first, "second");
    std::fs::write(first.join("own.txt"), "own\n").expect("written");
    git_in(&first, &["add", "-A"], b"");
    git_in(&first, &["commit", "-q", "-m", "Own"], b"");
    let open = |repo: &Path| {
        Odb::open(&repo.join(".git/objects"), gix::hash::Kind::Sha1, &OdbLimits::default()).expect("opened")
    };
    let found = search(&open(&second));
    assert_eq!(found.gaps, []);
    assert_eq!(found.hits, expected);
    assert_eq!(found.objects, search(&origin.open()).objects + 3, "the commit, its tree, its file");

    let alternates = first.join(".git/objects/info/alternates");
    let circle = format!(
        "# a comment\n{}\n\"{}\"\nmissing/objects\n",
        origin.objects().display(),
        second.join(".git/objects").display()
    );
    std::fs::write(&alternates, circle).expect("written");
    let found = search(&open(&second));
    assert_eq!(found.hits, expected, "a circle of alternates ends");
    assert!(gap_that_says(&found, "this alternate is not there").contains("missing/objects"));
}

#[test]
fn a_pack_without_an_index_is_read_by_itself() {
    for settings in [&[][..], &["-c", "repack.useDeltaBaseOffset=false"]] {
        let repo = history("sha1");
        let pack = repo.pack(settings);
        let expected = search(&repo.open());
        for derived in ["idx", "rev"] {
            let _ = std::fs::remove_file(pack.with_extension(derived));
        }
        assert_eq!(search(&repo.open()), expected, "{settings:?}");
    }
}

#[test]
fn a_thin_pack_finds_its_bases_elsewhere() {
    let repo = history("sha1");
    repo.pack(&[]);
    let before = repo.git(&["rev-parse", "HEAD"]);
    let text = std::fs::read_to_string(repo.path().join("src/file.txt")).expect("read");
    repo.write("src/file.txt", text.replace("line 100 ", &format!("line {VALUE} ")));
    repo.commit("Thin");
    let loose = search(&repo.open());
    let revisions = format!("HEAD\n^{before}");
    let output = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!(
            "printf '%s\\n' '{}' '^{}' | git pack-objects --thin --stdout --revs -q",
            "HEAD",
            before.trim()
        ))
        .current_dir(repo.path())
        .output()
        .expect("git runs");
    assert!(output.status.success() && !output.stdout.is_empty(), "{revisions}");
    std::fs::write(repo.objects().join("pack/tmp_pack_x"), &output.stdout).expect("written");
    repo.git(&["prune-packed", "-q"]);
    for id in repo.git(&["rev-list", "--objects", "HEAD", &format!("^{}", before.trim())]).lines() {
        let (dir, name) = id[..40].split_at(2);
        std::fs::remove_file(repo.objects().join(dir).join(name)).expect("loose");
    }
    let found = search(&repo.open());
    assert_eq!(found.gaps, []);
    assert_eq!(found.hits, loose.hits);
}

#[test]
fn what_git_left_half_written_is_read_too() {
    let repo = history("sha1");
    let head = repo.git(&["rev-parse", "HEAD"]);
    let (dir, name) = head.trim().split_at(2);
    let folder = repo.objects().join(dir);
    std::fs::copy(folder.join(name), folder.join("tmp_obj_x1y2")).expect("copied");
    std::fs::write(repo.objects().join("pack/pack-x.keep"), VALUE).expect("written");
    let odb = repo.open();
    let found = search(&odb);
    assert_eq!(found.gaps, []);
    assert!(found.hits.iter().any(|hit| hit.id.is_none() && hit.kind == Kind::Commit));
    assert!(odb.other_files().iter().any(|path| path.ends_with("pack/pack-x.keep")));
}

/// Files that change by small steps at many places, with the value put in, moved, cut and taken out.
#[test]
fn the_search_by_deltas_finds_what_reading_one_by_one_finds() {
    let (repo, mut import) = (Repo::new("sha1"), Import::default());
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("small") % below
    };
    let mut files: Vec<Vec<String>> = (0..3)
        .map(|file| (0..300).map(|n| format!("file {file} line {n} has words and more words")).collect())
        .collect();
    for version in 0..120 {
        for lines in &mut files {
            for _ in 0..=next(4) {
                let at = next(lines.len());
                match next(9) {
                    0 => lines.insert(at, format!("url = {VALUE} # {version}")),
                    1 => lines[at] = lines[at].replace("100.101.102.103", "100.101.102.104"),
                    2 => lines[at] = lines[at].replace("100.101", "0.100.101"),
                    3 => drop(lines.remove(at)),
                    4 => lines[at] = format!("{VALUE}{}", lines[at]),
                    5 => lines[at] = lines[at].replace("words", "w"),
                    6 => {
                        let (one, other) = lines[at].split_at(lines[at].len() / 2);
                        let (one, other) = (one.to_owned(), other.to_owned());
                        lines[at] = one;
                        lines.insert(at + 1, other);
                    }
                    7 => {
                        let moved = lines.remove(at);
                        let to = next(lines.len());
                        lines.insert(to, moved);
                    }
                    _ => lines.insert(at, format!("something new in {version}")),
                }
            }
        }
        for (number, lines) in files.iter().enumerate() {
            import.write(&format!("sizes/{number}.txt"), lines.join("\n"));
        }
        if next(3) == 0 {
            import.write(&format!("sizes/http:100.101.102.103:8000-v1-{version}"), format!("{version}"));
        }
        import.commit(&format!("Version {version}"));
    }
    import.into(&repo);
    repo.pack(&[]);
    let odb = repo.open();
    let mut needles = 0;
    for value in [VALUE, "words", "100.101.102.10", "line 1", "sizes"] {
        let engine = engine_for(value);
        let found = search_with(&odb, &engine, 2);
        assert_eq!(found.gaps, []);
        let expected = one_by_one(&odb, &engine);
        assert_eq!(found.hits.len(), expected.len(), "{value}");
        assert_eq!(found.hits, expected, "{value}");
        let lone = search_with(&odb, &engine, 1);
        assert_eq!(lone, found, "{value}");
        needles += needles_found(&odb, &engine, &expected);
    }
    assert!(needles > 0);
}

/// The value in forms that only views and decoders show, made by a small step from another value or taken apart by
/// one.
#[test]
fn encoded_values_that_a_delta_makes_are_found() {
    let other = VALUE.replace("102.103", "102.104");
    let forms: [fn(&str) -> String; 10] = [
        |value| value.bytes().map(|b| format!("%{b:02X}")).collect(),
        |value| value.bytes().map(|b| format!("\\u{b:04x}")).collect(),
        |value| value.replace('/', "\\/").replace('.', "\\u002e"),
        |value| base64(format!("{{\"url\":\"{value}\"}}").as_bytes(), false, true),
        |value| {
            folded(&base64(
                format!("{}{value}{}", "some words ".repeat(9), " after".repeat(40)).as_bytes(),
                false,
                true,
            ))
        },
        |value| {
            folded(&base64(
                &gzip(format!("{}{value} and more", "some words ".repeat(9)).as_bytes()),
                false,
                true,
            ))
        },
        |value| {
            let numbers: String = (1..400).map(|n| format!("{},", n * 7919 % 10007)).collect();
            folded(&base64(&gzip(format!("{numbers}{value}{numbers}").as_bytes()), false, true))
        },
        |value| folded(&value.bytes().map(|b| format!("{b:02x}")).collect::<String>().repeat(3)),
        |value| value.replace("101.102", "101.\"\n    + \"102"),
        |value| value.replace("1.102", "1.\n102"),
    ];
    let (repo, mut import) = (Repo::new("sha1"), Import::default());
    let around = |n: usize| {
        (0..120).map(|line| format!("file {n}, line {line} of many words\n")).collect::<String>()
    };
    for version in 0..6 {
        for (number, form) in forms.iter().enumerate() {
            let value = if version % 3 == 1 { VALUE } else { &other };
            let last = if version > 3 { "changed at the end" } else { "the end" };
            let text = format!("{}x = \"{}\"\n{}{last}\n", around(number), form(value), around(number));
            import.write(&format!("form{number}.txt"), text);
        }
        import.commit(&format!("Version {version}"));
    }
    import.into(&repo);
    repo.pack(&[]);
    let (odb, engine) = (repo.open(), engine_for(VALUE));
    let found = search_with(&odb, &engine, 1);
    let expected = one_by_one(&odb, &engine);
    let ids = |hits: &[ObjectHit]| hits.iter().map(|hit| hit.id).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(ids(&expected).len(), 2 * forms.len(), "each form is seen where the whole object is read");
    assert_eq!(found.hits, expected);
}

fn folded(digits: &str) -> String {
    let lines = digits.as_bytes().chunks(60).map(|line| String::from_utf8_lossy(line).into_owned());
    format!("\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// Every object in which a needle stands is found without views and decoders too, with all that it holds; how
/// many those are.
fn needles_found(odb: &Odb, engine: &Engine, expected: &[ObjectHit]) -> usize {
    let limits = Limits::default();
    let found = odb.search(&SearchOptions { needles_only: true, ..options(engine, &limits, 2) });
    let mut seen = 0;
    for one in expected.chunk_by(|a, b| a.id == b.id) {
        let (kind, mut bytes) = odb.read(&one[0].id.expect("an id")).expect("readable").expect("there");
        if kind == Kind::Tree {
            bytes = tree_names(&bytes, odb.hash().len_in_bytes()).join(&b'\n');
        }
        if !engine.needles_in(&bytes).is_empty() {
            seen += 1;
            assert!(one.iter().all(|hit| found.hits.binary_search(hit).is_ok()), "{one:?}");
        }
    }
    assert!(found.hits.iter().all(|hit| expected.binary_search(hit).is_ok()));
    seen
}
