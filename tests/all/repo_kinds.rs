//! Repositories of every kind, whole and broken: audited as far as it goes, and what was not read is a gap.

use std::os::unix::fs::symlink;

use counterfoil::collect::git::GitOptions;
use counterfoil::collect::git::lookup::{Commits, Lookup};
use counterfoil::evidence::Node;

use super::repo::{Repo, VALUE, audit, git_in, gzip, told, whys};

fn leak(path: &str) -> Vec<String> {
    vec![format!("commit {path} - ref 1:5")]
}

#[test]
fn bare_sha256_linked_and_shallow_repositories_are_read() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with(&["--object-format", format]);
        let first = repo.commit("a.txt", format!("url {VALUE}\n"), "leak");
        repo.commit("a.txt", "clean\n", "clean");
        assert_eq!(told(&repo.audit()), leak("a.txt"), "{format}");
        let clone = repo.root().join("bare.git");
        repo.git(&["clone", "-q", "--bare", ".", clone.to_str().expect("text")]);
        let bare = audit(&clone, &GitOptions { name: "x/bare.git".to_owned(), ..GitOptions::default() });
        assert_eq!(told(&bare), leak("x/bare.git/a.txt"), "{format}");
        assert_eq!(
            bare.document.get("repository").and_then(|r| r.get("bare")).and_then(Node::as_bool),
            Some(true)
        );
        let source = bare.sources.iter().next().expect("a source");
        assert_eq!(source.commit.as_deref(), Some(&*first));
    }
    let repo = Repo::new();
    repo.commit("a.txt", "one\n", "one");
    repo.commit("a.txt", format!("url {VALUE}\n"), "two");
    let linked = repo.root().join("linked");
    repo.git(&["worktree", "add", "-q", "-b", "side", linked.to_str().expect("text")]);
    std::fs::write(linked.join("staged"), format!("{VALUE}\n")).expect("written");
    assert!(git_in(&linked, &["add", "staged"]).status.success());
    for path in [&repo.path, &linked] {
        let found = told(&audit(path, &GitOptions::default()));
        assert!(found.contains(&"staged staged - index 1:1".to_owned()), "{found:?}");
        assert!(found.contains(&leak("a.txt")[0]), "{found:?}");
    }
    let shallow = repo.root().join("shallow");
    repo.git(&[
        "clone",
        "-q",
        "--depth",
        "1",
        &format!("file://{}", repo.path.display()),
        shallow.to_str().expect("text"),
    ]);
    let evidence = audit(&shallow, &GitOptions::default());
    assert_eq!(told(&evidence), leak("a.txt"));
    assert_eq!(
        whys(&evidence),
        ".git/shallow [] a shallow clone: the history behind 1 commit(s) is not here\n"
    );
}

#[test]
fn what_a_partial_clone_left_at_its_remote_is_a_gap() {
    let repo = Repo::new();
    repo.commit("a.txt", format!("url {VALUE}\n"), "leak");
    repo.commit("a.txt", "clean\n", "clean");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = repo.root().join("partial");
    let (from, to) = (format!("file://{}", repo.path.display()), partial.to_str().expect("text"));
    repo.git(&["clone", "-q", "--filter=blob:none", &from, to]);
    let evidence = audit(&partial, &GitOptions::default());
    assert_eq!(told(&evidence), Vec::<String>::new(), "the blob that leaked was never fetched");
    assert!(
        whys(&evidence).contains("a partial clone: 1 object(s) are left at the remote"),
        "{}",
        whys(&evidence)
    );
    // An audit fetches nothing.
    assert_eq!(whys(&audit(&partial, &GitOptions::default())), whys(&evidence));
}

#[test]
fn a_submodule_is_audited_with_its_repository() {
    let inner = Repo::new();
    inner.commit("in.txt", format!("url {VALUE}\n"), "leak");
    let outer = Repo::new();
    outer.commit("a.txt", "clean\n", "clean");
    outer.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        inner.path.to_str().expect("text"),
        "sub",
    ]);
    outer.git(&["commit", "-q", "-m", "sub"]);
    assert_eq!(told(&outer.audit()), leak("sub/in.txt"));
    // Not checked out any more: its objects are still here.
    std::fs::remove_dir_all(outer.path.join("sub")).expect("gone");
    assert_eq!(told(&outer.audit()), leak(".git/modules/sub/in.txt"));
}

#[test]
fn a_range_has_only_what_its_commits_bring() {
    let repo = Repo::new();
    repo.commit("old.txt", format!("url {VALUE}\n"), "old");
    repo.git(&["tag", "start"]);
    repo.commit("new.txt", format!("url {VALUE}\n"), "new");
    repo.commit("clean.txt", "clean\n", "clean");
    let ranged = |range: &str| {
        let options =
            GitOptions { range: Some(range.to_owned()), work_tree: false, ..GitOptions::default() };
        let evidence = repo.audit_with(&options);
        (told(&evidence), whys(&evidence))
    };
    assert_eq!(ranged("start..HEAD"), (leak("new.txt"), String::new()));
    assert_eq!(ranged("HEAD~1..").0, [""; 0]);
    assert_eq!(ranged("start").0, leak("old.txt"));
    assert!(ranged("start..nowhere").1.contains("`nowhere` names no commit"));
    // Reflogs and the last message tell of commits that no range need have.
    repo.commit("more.txt", "more\n", &format!("on {VALUE}"));
    repo.commit("most.txt", "most\n", "clean");
    repo.write(".git/COMMIT_EDITMSG", format!("{VALUE}\n"));
    repo.write(".git/rebase-merge/message", format!("{VALUE}\n"));
    assert!(told(&repo.audit()).concat().contains(".git/logs/HEAD"));
    assert_eq!(ranged("HEAD~1..").0, [""; 0]);
    assert_eq!(ranged("HEAD~2..").0.len(), 1);
    repo.write(".git/description", format!("{VALUE}\n"));
    assert_eq!(ranged("HEAD~1..").0, ["git-file .git/description - - 1:1"]);
    let none = GitOptions { history: false, ..GitOptions::default() };
    assert_eq!(told(&repo.audit_with(&none)), ["worktree new.txt - - 1:5", "worktree old.txt - - 1:5"]);
}

#[test]
fn commits_are_looked_up_by_the_beginning_of_their_ids() {
    let repo = Repo::new();
    let id = repo.commit("a.txt", "one\n", "A subject\n\nand a body");
    let commits = Commits::open(&repo.path).expect("a repository");
    match commits.find(&id[..7]) {
        Lookup::Commit { id: found, subject } => {
            assert_eq!((found.to_string(), subject.as_str()), (id, "A subject"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(commits.find("0000000"), Lookup::Missing);
    assert_eq!(commits.find("zzz"), Lookup::Missing);
    assert!(Commits::open(repo.root()).is_err());
}

#[test]
fn what_is_missing_or_damaged_is_a_gap() {
    let gap = |break_it: &dyn Fn(&Repo, &str), says: &str| {
        let repo = Repo::new();
        repo.commit("a.txt", "one\n", "one");
        repo.commit("d/b.txt", format!("url {VALUE}\n"), "two");
        repo.commit("d/b.txt", "two\n", "three");
        let object = |name: &str| {
            let id = repo.git(&["rev-parse", name]);
            format!(".git/objects/{}/{}", &id[..2], &id[2..])
        };
        let objects = [object("HEAD~2:a.txt"), object("HEAD~2^{tree}"), object("HEAD~2")].join("\n");
        break_it(&repo, &objects);
        let evidence = repo.audit();
        assert!(whys(&evidence).contains(says), "{says}: {}", whys(&evidence));
        // Whatever is broken, the leak in what is left is found.
        assert!(
            told(&evidence).iter().any(|told| told.contains("d/b.txt") || told.contains(".git/objects")),
            "{says}: {:?}",
            told(&evidence)
        );
    };
    let remove = |repo: &Repo, path: &str| std::fs::remove_file(repo.path.join(path)).expect("there");
    let overwrite = |repo: &Repo, path: &str, bytes: &[u8]| {
        let path = repo.path.join(path);
        if path.exists() {
            std::fs::remove_file(&path).expect("removed");
        }
        std::fs::write(path, bytes).expect("written");
    };
    let line = |objects: &str, at: usize| objects.lines().nth(at).expect("a line").to_owned();
    gap(&|repo, objects| remove(repo, &line(objects, 0)), "1 object(s) that trees name are not here");
    gap(&|repo, objects| remove(repo, &line(objects, 1)), "names an object that is not here");
    gap(&|repo, objects| remove(repo, &line(objects, 2)), "names its parent");
    gap(&|repo, objects| overwrite(repo, &line(objects, 0), b"no zlib"), "object");
    gap(
        &|repo, _| overwrite(repo, ".git/refs/heads/lost", format!("{}\n", "ab".repeat(20)).as_bytes()),
        "it leads to an object that is not here",
    );
    gap(
        &|repo, _| overwrite(repo, ".git/index", b"DIRC\0\0\0\x02\0\0\xff\xff"),
        "the index ends early, at entry 0",
    );
    gap(&|repo, _| overwrite(repo, ".git/index", b"garbage"), "it does not begin with DIRC");
    gap(&|repo, _| overwrite(repo, ".git/objects/pack/pack-1.idx", b"\xfftOc"), "pack");
    gap(&|repo, _| overwrite(repo, ".git/objects/pack/pack-1.pack", b"PACK"), "pack");
    gap(&|repo, _| overwrite(repo, ".git/objects/info/alternates", b"/nowhere/at/all\n"), "alternate");
    gap(
        &|repo, _| repo.git(&["config", "extensions.refStorage", "reftable"]).clear(),
        "refs are stored as",
    );
    gap(
        &|repo, _| {
            let made =
                std::process::Command::new("mkfifo").arg(repo.path.join(".git/COMMIT_EDITMSG.x")).status();
            assert!(made.expect("mkfifo runs").success());
        },
        "not a regular file",
    );
}

#[test]
fn a_git_file_that_leads_nowhere_and_no_repository_at_all_are_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let none = audit(dir.path(), &GitOptions::default());
    assert!(whys(&none).contains("no git repository is here"), "{}", whys(&none));
    std::fs::write(dir.path().join(".git"), "gitdir: /nowhere\n").expect("written");
    assert!(whys(&audit(dir.path(), &GitOptions::default())).contains("is not there"));
    std::fs::remove_file(dir.path().join(".git")).expect("removed");
    std::fs::create_dir(dir.path().join(".git")).expect("made");
    assert!(whys(&audit(dir.path(), &GitOptions::default())).contains("lacks HEAD, objects or refs"));
    std::fs::remove_dir(dir.path().join(".git")).expect("removed");
    symlink("/nowhere", dir.path().join(".git")).expect("linked");
    assert!(whys(&audit(dir.path(), &GitOptions::default())).contains("a link that leads nowhere"));
}

#[test]
fn hostile_names_many_refs_and_foreign_owners_do_no_harm() {
    let repo = Repo::new();
    let head = repo.commit("a\n\x1b[31mb.txt", format!("url {VALUE}\n"), "leak");
    let refs: String = (0..100_000).map(|n| format!("{head} refs/tags/t{n:06}\n")).collect();
    std::fs::write(repo.path.join(".git/packed-refs"), refs).expect("written");
    // A tree whose entry leads out of it, and one that holds itself by name.
    let blob = repo.git(&["rev-parse", "HEAD:"]);
    let raw: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("hex")).collect();
    std::fs::write(repo.root().join("tree"), [b"40000 ../..\0", &raw[..], b"40000 .git\0", &raw].concat())
        .expect("written");
    let tree = repo.git(&["hash-object", "-t", "tree", "-w", "--literally", "../tree"]);
    let commit = repo.git(&["commit-tree", &tree, "-m", "hostile"]);
    repo.git(&["update-ref", "refs/heads/hostile", &commit]);
    let owned =
        std::process::Command::new("chown").args(["-R", "12345"]).arg(&repo.path).status().expect("runs");
    let evidence = repo.audit();
    let found = told(&evidence);
    assert!(found.iter().any(|told| told.contains("a\\u{a}\\u{1b}[31mb.txt")), "{found:?}");
    assert_eq!(whys(&evidence), "");
    assert!(owned.success() || !rustix::process::getuid().is_root());
}

#[test]
fn a_second_audit_says_the_same() {
    let repo = Repo::new();
    repo.commit("a.txt", "one\n", "one");
    repo.commit("a.txt", format!("url {VALUE}\n"), "two");
    // Nested too deeply to be searched fully: a gap, the second time too.
    let nested = (0..8).fold(b"clean".to_vec(), |bytes, _| gzip(&bytes));
    repo.commit("nested.gz", nested, "three");
    let cache = tempfile::tempdir().expect("a directory");
    let options = GitOptions { cache: Some(cache.path().join("c")), ..GitOptions::default() };
    let first = repo.audit_with(&options);
    let again = repo.audit_with(&options);
    assert_eq!((told(&first), whys(&first)), (told(&again), whys(&again)));
    assert!(whys(&again).contains(".git/objects [commit] objects/"), "{}", whys(&again));
    assert!(!whys(&again).contains(&repo.git(&["rev-parse", "HEAD:nested.gz"])[2..]), "{}", whys(&again));
    assert_eq!(told(&again), leak("a.txt"));
    assert_eq!(first.read, again.read);
    // Nothing in the cache tells of the value or of the object that holds it.
    let blob = repo.git(&["rev-parse", "HEAD:a.txt"]);
    let raw: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("hex")).collect();
    let files: Vec<_> =
        std::fs::read_dir(cache.path().join("c")).expect("there").flatten().map(|e| e.path()).collect();
    assert_eq!(files.len(), 2, "a key and a list: {files:?}");
    for file in &files {
        let bytes = std::fs::read(file).expect("readable");
        assert!(memchr::memmem::find(&bytes, &raw).is_none() && !super::repo::engine().finds(&bytes));
    }
    // Damaged, cut off, or of another: dropped, and everything is searched again.
    let list = files.iter().find(|file| file.extension().is_some()).expect("the list");
    let bytes = std::fs::read(list).expect("readable");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for damaged in [&flipped[..], &bytes[..bytes.len() - 1], &bytes[..10], b""] {
        std::fs::write(list, damaged).expect("written");
        let evidence = repo.audit_with(&options);
        assert_eq!((told(&evidence), evidence.read.bytes), (told(&first), first.read.bytes));
        assert_ne!(std::fs::read(list).expect("readable"), damaged, "written anew");
    }
    std::fs::write(cache.path().join("c/key"), "short").expect("written");
    assert_eq!(repo.audit_with(&options).read.bytes, first.read.bytes);
    // Two at once.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(told(&repo.audit_with(&options)), leak("a.txt")));
        }
    });
    assert_eq!(repo.audit_with(&options).read, first.read);
}

#[test]
fn a_repository_that_vanishes_under_the_reader_is_no_panic() {
    let repo = Repo::new();
    for n in 0..30 {
        repo.commit(&format!("f{n}.txt"), format!("{n}\n"), "more");
    }
    let path = repo.path.clone();
    std::thread::scope(|scope| {
        let audits =
            scope.spawn(|| (0..6).map(|_| whys(&audit(&path, &GitOptions::default()))).collect::<Vec<_>>());
        std::thread::sleep(std::time::Duration::from_millis(15));
        std::fs::remove_dir_all(&repo.path).expect("gone");
        let told = audits.join().expect("no panic");
        assert!(told.last().is_some_and(|whys| !whys.is_empty()), "what is gone is no clean repository");
    });
}

#[test]
fn a_damaged_index_is_an_error_and_never_a_panic() {
    use counterfoil::collect::git::index;
    let repo = Repo::new();
    repo.commit("a/b.txt", "one\n", "one");
    repo.commit("a/c/d.txt", "two\n", "two");
    for version in ["2", "3", "4"] {
        repo.git(&["update-index", "--index-version", version]);
        repo.write("a/staged.txt", "x\n");
        repo.git(&["add", "-N", "a/staged.txt"]);
        let file = repo.path.join(".git/index");
        let whole = std::fs::read(&file).expect("readable");
        let read = |bytes: &[u8]| {
            std::fs::write(repo.root().join("index"), bytes).expect("written");
            index::read(&repo.root().join("index"), gix::hash::Kind::Sha1).map(Option::unwrap_or_default)
        };
        let paths: Vec<_> =
            read(&whole).expect("sound").entries.into_iter().map(|entry| entry.path).collect();
        assert_eq!(paths, [&b"a/b.txt"[..], b"a/c/d.txt", b"a/staged.txt"], "version {version}");
        let mut cut_off = 0;
        for end in 0..whole.len() {
            cut_off += usize::from(read(&whole[..end]).is_err());
        }
        assert!(cut_off > 150, "an index that ends early says so: {cut_off} of {}", whole.len());
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            drop(read(&flipped));
        }
    }
    repo.git(&["update-index", "--split-index"]);
    let index =
        index::read(&repo.path.join(".git/index"), gix::hash::Kind::Sha1).expect("joined").expect("there");
    assert_eq!(index.entries.len(), 3);
}
