//! The object database, held against what git itself says of repositories made here.

mod bounds;
mod damage;
mod flips;
mod forged;
mod reading;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use counterfoil::collect::git::odb::{
    Kind, ObjectHit, ObjectId, ObjectSearch, Odb, OdbLimits, SearchOptions, Skip,
};
use counterfoil::endpoint::Endpoints;
use counterfoil::search::{Engine, Limits};

const VALUE: &str = "http://100.101.102.103:8000/v1";

/// A repository made for one test.
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

    fn packs(&self, ext: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.objects().join("pack")).expect("listed");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|other| other == ext));
        paths.sort();
        paths
    }

    /// Puts all objects into one pack, with deep chains of deltas.
    fn pack(&self, settings: &[&str]) -> PathBuf {
        let repack = ["repack", "-adfkq", "--depth=50", "--window=50"];
        self.git(&[settings, &repack].concat());
        self.git(&["prune-packed", "-q"]);
        let packs = self.packs("pack");
        assert_eq!(packs.len(), 1, "{packs:?}");
        packs[0].clone()
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

/// A history that git takes in at once.
#[derive(Default)]
struct Import {
    stream: Vec<u8>,
    commits: usize,
    files: Vec<(String, Vec<u8>)>,
}

impl Import {
    fn write(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        self.files.push((name.to_owned(), bytes.as_ref().to_vec()));
    }

    fn commit(&mut self, message: &str) {
        self.commits += 1;
        let (time, len) = (1_700_000_000 + self.commits, message.len());
        let head = "commit refs/heads/main\ncommitter A <a@example.invalid>";
        self.stream.extend(format!("{head} {time} +0000\ndata {len}\n{message}\n").bytes());
        for (name, bytes) in self.files.drain(..) {
            self.stream.extend(format!("M 100644 inline {name}\ndata {}\n", bytes.len()).bytes());
            self.stream.extend(bytes);
            self.stream.push(b'\n');
        }
    }

    /// The objects are loose, and the work tree is that of the last commit.
    fn into(self, repo: &Repo) {
        let args = ["-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"];
        git_in(repo.path(), &args, &self.stream);
        repo.git(&["reset", "-q", "--hard"]);
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

/// What is found, whatever files it was found in.
fn search_with(odb: &Odb, engine: &Engine, threads: usize) -> ObjectSearch {
    ObjectSearch { files: Vec::new(), ..odb.search(&options(engine, &Limits::default(), threads)) }
}

fn options<'a>(engine: &'a Engine, limits: &'a Limits, threads: usize) -> SearchOptions<'a> {
    SearchOptions {
        engine,
        limits,
        threads,
        skip: None,
        ask: None,
        list_clean: true,
        verify: false,
        needles_only: false,
        progress: None,
    }
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
    assert_eq!(found.gaps, []);
    assert_eq!(found.objects, known.len() as u64);
    assert_eq!(found.bytes, known.values().map(|(_, size)| *size as u64).sum::<u64>());
}

/// A history in which every kind of object holds the value once, and many versions of a file don't.
fn history(format: &str) -> Repo {
    let (repo, mut import) = (Repo::new(format), Import::default());
    let mut lines: Vec<String> = (0..200).map(|n| format!("line {n} of a file that grows")).collect();
    for version in 0..30 {
        lines.insert(version * 3, format!("a new line in version {version}, {}", "x".repeat(version)));
        if version == 7 {
            lines.insert(40, format!("base_url = \"{VALUE}\""));
        }
        if version == 9 {
            lines.retain(|line| !line.contains(VALUE));
        }
        import.write("src/file.txt", lines.join("\n"));
        import.write(&format!("src/other{version}.txt"), format!("{version}\n"));
        import.commit(&format!("Version {version}"));
    }
    import.write("names/http:100.101.102.103:8000", "a name\n");
    import.commit(&format!("A message with {VALUE} in it"));
    import.into(&repo);
    repo.git(&["tag", "-a", "v1", "-m", &format!("tagged at {VALUE}")]);
    repo
}

fn kinds(found: &ObjectSearch) -> Vec<Kind> {
    let mut kinds: Vec<_> = found.hits.iter().map(|hit| hit.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What an engine finds in each object by itself, read by id.
fn one_by_one(odb: &Odb, engine: &Engine) -> Vec<ObjectHit> {
    let mut ids: Vec<_> = odb.ids().collect();
    ids.sort();
    ids.dedup();
    let mut hits = Vec::new();
    for id in ids {
        let (kind, mut bytes) = odb.read(&id).expect("readable").expect("there");
        if kind == Kind::Tree {
            let hash = odb.hash();
            bytes = tree_names(&bytes, hash.len_in_bytes()).join(&b'\n');
        }
        let scan = engine.scan(&bytes, &Limits::default());
        hits.extend(scan.hits.into_iter().map(|hit| ObjectHit { id: Some(id), kind, hit, text: None }));
    }
    hits.sort();
    hits
}

fn tree_names(tree: &[u8], id: usize) -> Vec<&[u8]> {
    let (mut names, mut rest) = (Vec::new(), tree);
    while !rest.is_empty() {
        let space = rest.iter().position(|byte| *byte == b' ').expect("a mode");
        let nul = rest.iter().position(|byte| *byte == 0).expect("a name");
        names.push(&rest[space + 1..nul]);
        rest = &rest[nul + 1 + id..];
    }
    names
}

fn gap_that_says(found: &ObjectSearch, words: &str) -> String {
    let gap = found.gaps.iter().map(ToString::to_string).find(|gap| gap.contains(words));
    gap.unwrap_or_else(|| panic!("no gap says `{words}`: {:?}", found.gaps))
}
