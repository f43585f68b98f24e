//! What the cache may not change: an audit with it says what one without it says, whatever happened to the
//! repository in between.

use std::path::PathBuf;
use std::time::Duration;

use counterfoil::collect::git::GitOptions;

use super::repo::{Repo, VALUE, told, whys};

/// A repository that was audited once, with a cache.
struct Audited {
    repo: Repo,
    options: GitOptions,
}

impl Audited {
    fn new(repo: Repo) -> Self {
        // What was written a moment ago is not vouched for.
        std::thread::sleep(Duration::from_millis(40));
        let options = GitOptions { cache: Some(repo.root().join("cache")), ..GitOptions::default() };
        let audited = Self { repo, options };
        audited.repo.audit_with(&audited.options);
        audited
    }

    /// What an audit says now, the same with the cache and without it.
    #[track_caller]
    fn says(&self) -> (Vec<String>, String) {
        let (warm, cold) = (self.repo.audit_with(&self.options), self.repo.audit());
        assert_eq!((told(&warm), whys(&warm)), (told(&cold), whys(&cold)));
        assert_eq!(warm.read, cold.read, "what is known counts as read");
        (told(&warm), whys(&warm))
    }

    fn objects(&self, ending: &str) -> PathBuf {
        let pack = std::fs::read_dir(self.repo.path.join(".git/objects/pack")).expect("there");
        let mut files = pack.map(|entry| entry.expect("an entry").path());
        files.find(|path| path.to_string_lossy().ends_with(ending)).expect("such a file")
    }
}

fn loose(repo: &Repo, name: &str) -> PathBuf {
    let id = repo.git(&["rev-parse", name]);
    repo.path.join(".git/objects").join(&id[..2]).join(&id[2..])
}

/// A leak that was taken out again, in loose objects.
fn leaked() -> Repo {
    let repo = Repo::new();
    repo.write("a.txt", "ok\n");
    repo.commit("leak.txt", format!("{VALUE}\n"), "in");
    repo.git(&["rm", "-q", "leak.txt"]);
    repo.git(&["commit", "-q", "-m", "out"]);
    repo
}

#[test]
fn an_object_that_is_gone_is_missed_however_often_it_was_audited() {
    let audited = Audited::new(leaked());
    assert_eq!(audited.says(), (vec!["commit leak.txt - ref 1:1".to_owned()], String::new()));
    std::fs::remove_file(loose(&audited.repo, "HEAD~1:leak.txt")).expect("removed");
    for _ in 0..2 {
        let (told, whys) = audited.says();
        assert!(
            told.is_empty() && whys.contains("1 object(s) that trees name are not here"),
            "{told:?} {whys}"
        );
    }
    // What is clean is missed as well.
    let audited = Audited::new(leaked());
    std::fs::remove_file(loose(&audited.repo, "HEAD~1:a.txt")).expect("removed");
    assert!(audited.says().1.contains("1 object(s) that trees name are not here"));
}

#[test]
fn a_pack_that_is_gone_is_missed() {
    let repo = leaked();
    repo.git(&["repack", "-q", "-a", "-d"]);
    repo.commit("b.txt", "more\n", "tip");
    let audited = Audited::new(repo);
    std::fs::remove_dir_all(audited.repo.path.join(".git/objects/pack")).expect("removed");
    let (told, whys) = audited.says();
    assert!(told.is_empty() && whys.contains("names its parent"), "{told:?} {whys}");
}

#[test]
fn a_pack_that_was_written_into_is_read_again() {
    use std::os::unix::fs::FileExt as _;
    let repo = Repo::new();
    let text: String = (0..2000).map(|n| format!("{}\n", n * 7919)).collect();
    repo.commit("a.txt", text, "one");
    repo.git(&["repack", "-q", "-a", "-d"]);
    let audited = Audited::new(repo);
    assert_eq!(audited.says(), (Vec::new(), String::new()));
    let pack = audited.objects(".pack");
    let meta = std::fs::metadata(&pack).expect("there");
    std::fs::set_permissions(&pack, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("set");
    let file = std::fs::File::options().write(true).open(&pack).expect("opened");
    file.write_all_at(b"oops", 400).expect("written");
    // Even where the old date was put back.
    filetime::set_file_mtime(&pack, filetime::FileTime::from_last_modification_time(&meta)).expect("set");
    assert!(audited.says().1.contains("can't be read"));
}

#[test]
fn what_is_known_is_not_searched_again_and_counts_as_read() {
    use std::os::unix::fs::MetadataExt as _;
    for packed in [false, true] {
        let repo = Repo::new();
        repo.commit("a.txt", "a text\n".repeat(1000), "one");
        if packed {
            repo.git(&["repack", "-q", "-a", "-d"]);
        }
        let audited = Audited::new(repo);
        let list = || {
            let mut files = std::fs::read_dir(audited.repo.root().join("cache")).expect("there").flatten();
            let list = files.find(|file| file.path().extension().is_some()).expect("a list");
            list.metadata().expect("there").ino()
        };
        // A list with something new in it is written anew.
        let before = list();
        audited.says();
        assert_eq!(list(), before, "packed: {packed}");
    }
}

#[test]
fn a_pack_that_was_only_touched_is_still_known() {
    let repo = Repo::new();
    repo.commit("a.txt", "a text\n".repeat(1000), "one");
    repo.git(&["repack", "-q", "-a", "-d"]);
    let audited = Audited::new(repo);
    // As git does where it writes an object that the pack has.
    filetime::set_file_mtime(audited.objects(".pack"), filetime::FileTime::now()).expect("set");
    audited.says();
}

/// An entry is taken out of a pack's index, and the index sealed again: the object is not listed, and not gone.
#[test]
fn an_index_that_was_rewritten_is_no_reason_to_trust_the_pack_or_to_name_a_leak() {
    let repo = leaked();
    repo.git(&["repack", "-q", "-a", "-d"]);
    let blob = repo.git(&["rev-parse", "HEAD~1:leak.txt"]);
    let audited = Audited::new(repo);
    let path = audited.objects(".idx");
    let whole = std::fs::read(&path).expect("readable");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("set");
    for row in 0..u32::from_be_bytes(whole[1028..1032].try_into().expect("four")) {
        std::fs::write(&path, without_row(&whole, row as usize)).expect("written");
        let (_, whys) = audited.says();
        assert!(
            !whys.is_empty() && !whys.contains(&blob) || whys.contains(&format!("{blob} is not here")),
            "{whys}"
        );
    }
}

/// An index of version 2 without one of its entries.
fn without_row(index: &[u8], row: usize) -> Vec<u8> {
    use sha1::Digest as _;
    let count = u32::from_be_bytes(index[1028..1032].try_into().expect("four")) as usize;
    let (ids, crcs) = (1032, 1032 + 20 * count);
    let (offsets, end) = (crcs + 4 * count, crcs + 8 * count);
    let first = index[ids + 20 * row];
    let mut out = index[..8].to_vec();
    for n in 0..256 {
        let at = 8 + 4 * n;
        let below = u32::from_be_bytes(index[at..at + 4].try_into().expect("four"));
        out.extend((below - u32::from(n >= usize::from(first))).to_be_bytes());
    }
    for (table, width) in [(ids, 20), (crcs, 4), (offsets, 4)] {
        out.extend(&index[table..table + width * row]);
        out.extend(&index[table + width * (row + 1)..table + width * count]);
    }
    out.extend(&index[end..end + 20]);
    let sum = sha1::Sha1::digest(&out);
    out.extend(sum);
    out
}

#[test]
fn a_shallow_border_that_is_taken_away_is_asked_behind() {
    let repo = Repo::new();
    repo.commit("a.txt", "one\n", "one");
    repo.commit("a.txt", "two\n", "two");
    let shallow = repo.root().join("shallow");
    let from = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth", "1", &from, shallow.to_str().expect("text")]);
    let audited = Audited::new(Repo { path: shallow.clone(), ..repo });
    std::fs::remove_file(shallow.join(".git/shallow")).expect("removed");
    assert!(audited.says().1.contains("names its parent"));
}

#[test]
fn a_delta_that_leans_on_another_file_is_read_each_time() {
    let repo = Repo::new();
    let text: String = (0..300).map(|n| format!("line {n}\n")).collect();
    repo.commit("a.txt", &text, "one");
    let base = repo.git(&["rev-parse", "HEAD:a.txt"]);
    repo.commit("a.txt", format!("{text}more\n"), "two");
    // A pack of the second version as a delta on the first, which is loose.
    let path = repo.path.clone();
    let script = "printf 'HEAD\n^HEAD~1\n' | git pack-objects -q --revs --thin --stdout";
    let made =
        std::process::Command::new("sh").args(["-c", script]).current_dir(&path).output().expect("runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::create_dir_all(path.join(".git/objects/pack")).expect("made");
    std::fs::write(path.join(".git/objects/pack/pack-thin.pack"), made.stdout).expect("written");
    let packed = ["HEAD", "HEAD^{tree}", "HEAD:a.txt"].map(|name| loose(&repo, name));
    packed.iter().for_each(|path| std::fs::remove_file(path).expect("removed"));
    let audited = Audited::new(repo);
    assert_eq!(audited.says().1, "", "a thin pack is read");
    let base = audited.repo.path.join(".git/objects").join(&base[..2]).join(&base[2..]);
    let damaged = std::fs::read(&base).expect("readable");
    std::fs::remove_file(&base).expect("removed");
    std::fs::write(&base, &damaged[..damaged.len() / 2]).expect("written");
    let (_, whys) = audited.says();
    assert!(whys.contains("thin.pack"), "{whys}");
}

/// The names of a revision's files live in trees that are deltas on one another, in one pack.
fn packed_trees(repo: &Repo) {
    let script = "git rev-list --objects HEAD | git cat-file --batch-check='%(objectname) %(objecttype)' \
        | sed -n 's/ tree$//p' | git pack-objects -q --window=50 .git/objects/pack/pack && git prune-packed";
    let made = std::process::Command::new("sh").args(["-c", script]).current_dir(&repo.path).output();
    let made = made.expect("runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_missing_object_is_told_however_trees_are_stored_and_known() {
    let repo = Repo::new();
    for n in 0..40 {
        repo.write(&format!("file-{n:02}.txt"), format!("text {n}\n"));
    }
    repo.commit("a.txt", "one\n", "one");
    let missing = repo.git(&["rev-parse", "HEAD:file-20.txt"]);
    for text in ["two\n", "three\n", "four\n", "five\n"] {
        repo.commit("a.txt", text, text);
    }
    std::fs::remove_file(loose(&repo, &missing)).expect("removed");
    let is_told = |whys: &str| whys.contains("1 object(s) that trees name are not here");
    let audited = Audited::new(repo);
    assert!(is_told(&audited.says().1));
    packed_trees(&audited.repo);
    assert!(is_told(&audited.says().1), "from deltas");
    for text in ["six\n", "seven\n", "eight\n", "nine\n"] {
        audited.repo.write("b.txt", text);
        // Step by step: a whole commit would want the missing one, or bring it back.
        audited.repo.git(&["add", "b.txt"]);
        let tree = audited.repo.git(&["write-tree", "--missing-ok"]);
        let commit = audited.repo.git(&["commit-tree", &tree, "-p", "HEAD", "-m", text]);
        audited.repo.git(&["update-ref", "HEAD", &commit]);
        let whys = audited.says().1;
        assert!(is_told(&whys), "{whys}");
    }
    // What comes back is missed no longer.
    audited.repo.write("again.txt", "text 20\n");
    audited.repo.git(&["hash-object", "-w", "again.txt"]);
    assert!(!is_told(&audited.says().1));
}

/// A tree that names a missing object and is damaged later names nothing any more, for those who knew it as well.
#[test]
fn what_a_damaged_tree_named_is_known_no_longer() {
    let audited = Audited::new(leaked());
    std::fs::remove_file(loose(&audited.repo, "HEAD:a.txt")).expect("removed");
    assert!(audited.says().1.contains("1 object(s) that trees name"));
    for name in ["HEAD^{tree}", "HEAD~1^{tree}"] {
        let path = loose(&audited.repo, name);
        let bytes = std::fs::read(&path).expect("readable");
        std::fs::remove_file(&path).expect("removed");
        std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
        // Each way of asking says the same.
        audited.says();
    }
    assert!(!audited.says().1.contains("that trees name"));
}
