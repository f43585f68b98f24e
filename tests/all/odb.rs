//! The object database, held against what git itself says of repositories made here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use counterfoil::collect::git::odb::{Kind, ObjectId, ObjectSearch, Odb, OdbLimits, SearchOptions};
use counterfoil::endpoint::Endpoints;
use counterfoil::search::{Engine, Limits};

const VALUE: &str = "http://100.101.102.103:8000/v1";

pub struct Repo {
    dir: tempfile::TempDir,
}

impl Repo {
    fn new(format: &str) -> Self {
        let repo = Self { dir: tempfile::tempdir().expect("a directory") };
        repo.git(&["init", "-q", "-b", "main", &format!("--object-format={format}"), "."]);
        repo
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn objects(&self) -> PathBuf {
        self.path().join(".git/objects")
    }

    fn git(&self, args: &[&str]) -> String {
        git_in(self.path(), args, b"")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    fn open(&self) -> Odb {
        self.open_with(&OdbLimits::default())
    }

    fn open_with(&self, limits: &OdbLimits) -> Odb {
        let sha256 = self.git(&["rev-parse", "--show-object-format"]).trim() == "sha256";
        let hash = if sha256 { gix::hash::Kind::Sha256 } else { gix::hash::Kind::Sha1 };
        Odb::open(&self.objects(), hash, limits).expect("opened")
    }

    /// Kind and size of every object, as git knows them.
    fn known(&self) -> BTreeMap<ObjectId, (String, usize)> {
        let text = self.git(&["cat-file", "--batch-all-objects", "--batch-check"]);
        text.lines()
            .map(|line| {
                let mut parts = line.split(' ');
                let id = ObjectId::from_hex(parts.next().expect("an id").as_bytes()).expect("an id");
                let kind = parts.next().expect("a kind").to_owned();
                (id, (kind, parts.next().expect("a size").parse().expect("a number")))
            })
            .collect()
    }
}

fn git_in(dir: &Path, args: &[&str], input: &[u8]) -> String {
    use std::io::Write as _;
    let mut child = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "gc.auto=0"])
        .args(["-c", "maintenance.auto=false", "-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git runs");
    child.stdin.take().expect("piped").write_all(input).expect("written");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn engine_for(value: &str) -> Engine {
    let mut endpoints = Endpoints::none();
    endpoints.add(value.as_bytes().to_vec().into(), "a test").expect("a value");
    Engine::new(&endpoints)
}

fn search(odb: &Odb) -> ObjectSearch {
    search_with(odb, &engine_for(VALUE), 2)
}

fn search_with(odb: &Odb, engine: &Engine, threads: usize) -> ObjectSearch {
    let limits = Limits::default();
    odb.search(&SearchOptions {
        engine,
        limits: &limits,
        threads,
        skip: None,
        list_clean: true,
        verify: false,
        progress: None,
    })
}

/// Everything that git lists is here, with its kind, its size and the content of its id.
fn assert_reads_all(repo: &Repo) {
    let (odb, known) = (repo.open(), repo.known());
    assert!(odb.gaps().is_empty(), "{:?}", odb.gaps());
    let mut ids: Vec<_> = odb.ids().collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids, known.keys().copied().collect::<Vec<_>>());
    for (id, (kind, size)) in &known {
        let (found, bytes) = odb.read(id).expect("readable").expect("there");
        assert_eq!((found.to_string(), bytes.len()), (kind.clone(), *size), "{id}");
        assert_eq!(odb.id_of(found, &bytes), Some(*id));
        assert!(odb.contains(id));
    }
    let found = search(&odb);
    assert_eq!(found.gaps, Vec::<String>::new());
    assert_eq!(found.objects, known.len() as u64);
    assert_eq!(found.bytes, known.values().map(|(_, size)| *size as u64).sum::<u64>());
}

/// A history in which every kind of object holds the value once, and many versions of a file don't.
fn history(format: &str) -> Repo {
    let repo = Repo::new(format);
    let mut lines: Vec<String> = (0..200).map(|n| format!("line {n} of a file that grows")).collect();
    for version in 0..30 {
        lines.insert(version * 3, format!("a new line in version {version}, {}", "x".repeat(version)));
        if version == 7 {
            lines.insert(40, format!("base_url = \"{VALUE}\""));
        }
        if version == 9 {
            lines.retain(|line| !line.contains(VALUE));
        }
        repo.write("src/file.txt", lines.join("\n"));
        repo.write(&format!("src/other{version}.txt"), format!("{version}\n"));
        repo.commit(&format!("Version {version}"));
    }
    repo.write("names/http:100.101.102.103:8000", "a name\n");
    repo.commit(&format!("A message with {VALUE} in it"));
    repo.git(&["tag", "-a", "v1", "-m", &format!("tagged at {VALUE}")]);
    repo
}

fn kinds(found: &ObjectSearch) -> Vec<Kind> {
    let mut kinds: Vec<_> = found.hits.iter().map(|hit| hit.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

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
            assert_eq!(odb.find_prefix(&head[..digits]), [id]);
        }
        assert!(odb.find_prefix("zzzz").is_empty());
        assert!(odb.find_prefix(&head[..3]).is_empty(), "too short to mean anything");
        repo.git(&["gc", "-q"]);
    }
}
