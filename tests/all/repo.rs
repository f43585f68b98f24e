//! Git repositories, real ones, made by git when the test runs: what is planted in any corner is found
//! and named; what is broken is a gap.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use counterfoil::collect::git::{GitOptions, collect};
use counterfoil::collect::{Context, Target};
use counterfoil::endpoint::Endpoints;
use counterfoil::evidence::{Evidence, Node};
use counterfoil::profile::Profile;
use counterfoil::search::{Engine, Limits};

use super::program::{VARIABLE, counterfoil};

/// An invented value.
pub const VALUE: &str = "http://100.101.102.103:8000/v1";

pub fn engine() -> Engine {
    let mut endpoints = Endpoints::none();
    endpoints.add(zeroize::Zeroizing::new(VALUE.as_bytes().to_vec()), "test").expect("a value");
    Engine::new(&endpoints)
}

/// A repository in a temporary folder.
pub struct Repo {
    pub dir: tempfile::TempDir,
    pub path: PathBuf,
}

impl Repo {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(init: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("repo");
        std::fs::create_dir(&path).expect("made");
        let repo = Self { dir, path };
        repo.git(&[&["init", "-q", "-b", "main"], init].concat());
        repo
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn run(&self, args: &[&str]) -> Output {
        git_in(&self.path, args)
    }

    pub fn git(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, content).expect("written");
    }

    pub fn commit(&self, path: &str, content: impl AsRef<[u8]>, message: &str) -> String {
        self.write(path, content);
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub fn audit(&self) -> Evidence {
        self.audit_with(&GitOptions::default())
    }

    pub fn audit_with(&self, options: &GitOptions) -> Evidence {
        audit(&self.path, options)
    }
}

pub fn git_in(path: &Path, args: &[&str]) -> Output {
    Command::new("git")
        .args(args)
        .current_dir(path)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", path)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@x.example")
        .env("GIT_COMMITTER_NAME", "C")
        .env("GIT_COMMITTER_EMAIL", "c@x.example")
        .env("GIT_AUTHOR_DATE", "2026-05-31T22:26:39-0400")
        .env("GIT_COMMITTER_DATE", "2026-06-01T03:00:00Z")
        .output()
        .expect("git runs")
}

pub fn audit(path: &Path, options: &GitOptions) -> Evidence {
    let (profile, engine, limits) = (Profile::built_in().expect("sound"), engine(), Limits::default());
    let targets: [Target; 0] = [];
    let context =
        Context { profile: &profile, engine: &engine, limits: &limits, shapes: None, targets: &targets };
    let evidence = collect(path, &context, options);
    let shown = evidence.document.to_json().to_string();
    let names = shown.replace("\"path\":\"", "");
    assert!(!shown.contains(VALUE) || names != shown, "only paths may hold it, until they are redacted");
    evidence
}

pub fn leaks(evidence: &Evidence) -> &[Node] {
    evidence.document.get("leaks").and_then(Node::as_list).expect("a list")
}

/// The leaks as `surface path field commit? held_by line`.
pub fn told(evidence: &Evidence) -> Vec<String> {
    let text = |leak: &Node, key: &str| leak.get(key).and_then(Node::as_str).unwrap_or("-").to_owned();
    leaks(evidence)
        .iter()
        .map(|leak| {
            let place = leak.place.expect("a place");
            let source = evidence.sources.get(place.source).expect("a source");
            let at = source.position(&place);
            let [surface, path, field, held] =
                ["surface", "path", "field", "held_by"].map(|key| text(leak, key));
            format!("{surface} {path} {field} {held} {}:{}", at.line, at.column)
        })
        .collect()
}

fn leak<'e>(evidence: &'e Evidence, surface: &str, path: &str) -> &'e Node {
    let is = |leak: &&Node, key: &str, word: &str| leak.get(key).and_then(Node::as_str) == Some(word);
    leaks(evidence)
        .iter()
        .find(|leak| is(leak, "surface", surface) && is(leak, "path", path))
        .unwrap_or_else(|| {
            panic!("no {surface} at {path} in {:#?}", told(evidence));
        })
}

fn word(leak: &Node, key: &str) -> String {
    leak.get(key).and_then(Node::as_str).unwrap_or("-").to_owned()
}

pub fn whys(evidence: &Evidence) -> String {
    evidence
        .gaps
        .iter()
        .map(|gap| format!("{} [{}] {}\n", gap.path, gap.surface.as_deref().unwrap_or(""), gap.why))
        .collect()
}

/// Bytes as gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("written");
    out.finish().expect("finished")
}

#[test]
fn a_clean_repository_has_no_leak_and_no_gap() {
    let repo = Repo::new();
    repo.commit("a.txt", "nothing\n", "first");
    repo.commit("b/c.txt", "nothing either\n", "second");
    repo.git(&["tag", "-a", "v1", "-m", "one"]);
    for pack in [false, true] {
        if pack {
            repo.git(&["gc", "-q"]);
        }
        let evidence = repo.audit();
        assert_eq!(told(&evidence), [""; 0]);
        assert_eq!(whys(&evidence), "");
        assert_eq!(evidence.read.objects, 8, "2 commits, 3 trees, 2 blobs, 1 tag");
    }
}

#[test]
fn a_deleted_blob_is_named_by_the_first_commit_that_had_it() {
    let repo = Repo::new();
    repo.commit("x/config.txt", "one\n", "clean");
    let first = repo.commit("x/config.txt", format!("one\nü url {VALUE}\n"), "leak");
    repo.commit("x/config.txt", format!("zero\none\nü url {VALUE}\n"), "move it");
    repo.commit("y.txt", "more\n", "other");
    repo.git(&["rm", "-q", "x/config.txt"]);
    repo.git(&["commit", "-q", "-m", "remove"]);
    for pack in [false, true] {
        if pack {
            repo.git(&["gc", "-q", "--aggressive"]);
        }
        let evidence = repo.audit();
        assert_eq!(told(&evidence), ["commit x/config.txt - ref 2:7"], "packed: {pack}");
        let leak = leak(&evidence, "commit", "x/config.txt");
        assert_eq!(word(leak, "commit"), first);
        assert_eq!(word(leak, "author_date"), "2026-06-01T02:26:39Z", "dates are told in UTC");
        assert_eq!(leak.get("others").and_then(Node::as_i64), Some(2));
        let source = evidence.sources.get(leak.place.expect("a place").source).expect("a source");
        assert_eq!((source.commit.as_deref(), source.object.as_deref()), (Some(&*first), None));
        assert_eq!(whys(&evidence), "");
    }
}

/// A repository with the value in every corner; the commits with it in their message and author line, and the
/// one that a note speaks of.
fn planted() -> (Repo, [String; 3]) {
    let repo = Repo::new();
    repo.commit("a.txt", "clean\n", "first");
    // A message, an author, a tag, a note, a stash.
    let message = repo.commit("b.txt", "clean too\n", &format!("subject\n\nuse {VALUE} now"));
    repo.git(&["-c", &format!("user.name=x {VALUE}"), "tag", "-a", "v1", "-m", &format!("to {VALUE}")]);
    repo.git(&["notes", "add", "-m", &format!("note {VALUE}"), "HEAD~1"]);
    let noted = repo.git(&["rev-parse", "HEAD~1"]);
    repo.write("a.txt", format!("stashed {VALUE}\n"));
    repo.git(&["stash", "-q"]);
    // An author line.
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let object = format!(
        "tree {tree}\nauthor {VALUE} <a@x> 1780281999 +0000\ncommitter C <c@x> 1780281999 +0000\n\nx\n"
    );
    std::fs::write(repo.root().join("object"), object).expect("written");
    let author = repo.git(&["hash-object", "-t", "commit", "-w", "../object"]);
    repo.git(&["update-ref", "refs/heads/authored", &author]);
    // A dangling blob, an archive in a blob, a SOT document, a folder's name.
    std::fs::write(repo.root().join("loose"), format!("dangling {VALUE}\n")).expect("written");
    repo.git(&["hash-object", "-w", "../loose"]);
    repo.commit("log.gz", gzip(format!("one\ntwo {VALUE}\n").as_bytes()), "archive");
    repo.commit(".sot/x.md", format!("# {VALUE}\n"), "document");
    repo.commit("logs/100.101.102.103:8000/x.txt", "clean\n", "path");
    // A ref's name, a reflog, config, what is staged, work tree.
    repo.git(&["update-ref", "refs/heads/at-100.101.102.103-8000", "HEAD"]);
    repo.git(&[
        "update-ref",
        "--create-reflog",
        "-m",
        &format!("from {VALUE}"),
        "refs/heads/logged",
        "HEAD",
    ]);
    repo.git(&["config", "remote.spark.url", VALUE]);
    repo.write("staged.txt", format!("staged {VALUE}\n"));
    repo.git(&["add", "staged.txt"]);
    repo.write("staged.txt", "clean again\n");
    repo.write(".gitignore", "ignored.log\n");
    repo.write("ignored.log", format!("ignored {VALUE}\n"));
    repo.write(".git/hooks/post-commit", format!("curl {VALUE}\n"));
    (repo, [message, author, noted])
}

#[test]
fn every_corner_is_searched_and_named() {
    let (repo, [message, author, noted]) = planted();
    let evidence = repo.audit();
    let all = told(&evidence);
    for (surface, path, field, held) in [
        ("commit-message", ".git", "message", "ref"),
        ("commit-message", ".git/refs/tags/v1", "tag", "ref"),
        ("commit-message", ".git/refs/notes/commits", "note", "note"),
        ("commit", "a.txt", "-", "stash"),
        ("commit", ".git/objects", "-", "nothing"),
        ("commit", ".sot/x.md", "-", "ref"),
        ("commit", "log.gz", "-", "ref"),
        ("path", "logs/100.101.102.103:8000", "-", "ref"),
        ("ref", ".git/refs/heads/at-100.101.102.103-8000", "ref-name", "-"),
        ("commit-message", ".git/logs/refs/heads/logged", "reflog", "-"),
        ("config", ".git/config", "-", "-"),
        ("staged", "staged.txt", "-", "index"),
        ("worktree", "ignored.log", "-", "-"),
        ("git-file", ".git/hooks/post-commit", "-", "-"),
        ("commit-message", ".git", "author", "ref"),
    ] {
        let place = format!("{surface} {path} {field} {held} ");
        assert!(all.iter().any(|told| told.starts_with(&place)), "{place}in {all:#?}");
    }
    assert_eq!(word(leak(&evidence, "commit-message", ".git/refs/notes/commits"), "commit"), noted);
    assert_eq!(leak(&evidence, "commit", ".sot/x.md").get("sot").and_then(Node::as_bool), Some(true));
    assert_eq!(
        leak(&evidence, "commit", ".git/objects").get("reachable").and_then(Node::as_bool),
        Some(false)
    );
    let commits: Vec<_> = leaks(&evidence).iter().map(|leak| word(leak, "commit")).collect();
    assert!(commits.contains(&message) && commits.contains(&author), "{commits:#?}");
    // A file that is as it was committed is told once.
    assert!(!all.iter().any(|told| told.starts_with("worktree .sot/x.md")), "{all:#?}");
    assert_eq!(whys(&evidence), "");
}

#[test]
fn one_command_names_every_corner_and_never_the_value() {
    let (repo, _) = planted();
    let run = |args: &[&str]| {
        let output = counterfoil(args)
            .arg(&repo.path)
            .env(VARIABLE, VALUE)
            .env("XDG_CACHE_HOME", repo.root().join("cache"))
            .output()
            .expect("runs");
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!engine().finds(text.as_bytes()), "the output shows the value");
        (output.status.code(), output.stdout)
    };
    let (code, json) = run(&["audit", "--format", "json"]);
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let findings = json["findings"].as_array().expect("a list");
    let rules: std::collections::BTreeSet<&str> =
        findings.iter().filter_map(|f| f["rule"].as_str()).collect();
    let expected = [
        "endpoint/in-commit",
        "endpoint/in-commit-message",
        "endpoint/in-git-directory",
        "endpoint/in-path",
        "endpoint/in-sot",
        "endpoint/in-staged",
        "endpoint/in-work-tree",
    ];
    assert!(expected.iter().all(|rule| rules.contains(rule)), "{rules:?}");
    assert_eq!(json["gaps"].as_array().map(Vec::len), Some(0), "{}", json["gaps"]);
    for finding in findings {
        assert!(finding["location"]["object"].is_null(), "no object's id: {finding}");
    }
    assert_eq!(run(&["audit", "--format", "json"]).0, Some(1), "again, with the cache");
    for format in ["human", "sarif", "html", "markdown", "junit", "gitlab"] {
        assert_eq!(run(&["audit", "--format", format]).0, Some(1), "{format}");
    }
}
