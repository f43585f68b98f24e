//! Bad input: each kind is told with its place, opens nothing that it should not, and loses nothing else.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use counterfoil::collect::Target;
use counterfoil::evidence::Evidence;
use counterfoil::search::Limits;
use serde_json::json;

use crate::rundir::{RunDir, at, collect, json, stands};

/// The reasons of the gaps at a path in the run directory.
fn whys(evidence: &Evidence, name: &str) -> Vec<String> {
    let gaps = evidence.gaps.iter().filter(|gap| gap.path.ends_with(name));
    gaps.map(|gap| gap.why.clone()).collect()
}

fn only_gap(evidence: &Evidence) -> (String, String) {
    let [gap] = &evidence.gaps[..] else { panic!("one gap: {:?}", evidence.gaps) };
    (gap.path.rsplit('/').next().unwrap_or_default().to_owned(), gap.why.clone())
}

#[test]
fn a_truncated_report_is_a_gap_and_the_rest_is_read() {
    let run = RunDir::proven();
    let text = std::fs::read_to_string(run.path.join("report.json")).unwrap();
    run.write("report.json", &text[..300]);
    let evidence = run.evidence();
    let (path, why) = only_gap(&evidence);
    assert_eq!(path, "report.json");
    assert!(why.starts_with("truncated JSON at line "), "{why}");
    assert_eq!(json(&evidence, "/report"), json!(null));
    assert_eq!(json(&evidence, "/malformed/0/artifact"), "report");
    assert_eq!(json(&evidence, "/trace/events"), 11);
    assert_eq!(evidence.read.files, 12);
}

#[test]
fn a_truncated_trace_is_a_gap_at_its_line() {
    let run = RunDir::proven();
    let text = std::fs::read_to_string(run.path.join("trace.jsonl")).unwrap();
    run.write("trace.jsonl", &text[..text.len() - 20]);
    let evidence = run.evidence();
    assert_eq!(only_gap(&evidence), ("trace.jsonl".to_owned(), "truncated JSON at line 11".to_owned()));
    assert_eq!(json(&evidence, "/trace/events"), 10);
    assert_eq!(json(&evidence, "/malformed/0/truncated"), true);
    let malformed = at(&evidence, "/malformed/0");
    assert_eq!(stands(&evidence, malformed).1, 11);
}

#[test]
fn a_malformed_line_in_the_trace_loses_no_other() {
    let run = RunDir::proven();
    run.replace("trace.jsonl", "\"pid\": 4711}", "\"pid\": 4711");
    let evidence = run.evidence();
    let (path, why) = only_gap(&evidence);
    assert_eq!((path.as_str(), why.as_str()), ("trace.jsonl", "malformed JSON at line 5"));
    assert_eq!(json(&evidence, "/trace/events"), 10);
    assert_eq!(json(&evidence, "/trace/model_events"), 2);
}

#[test]
fn empty_binary_and_foreign_text_are_no_json() {
    for content in [&b""[..], b"\x00\x01\x02\x7fELF", b"\xff\xfe{\0}\0", b"{\"a\": \"\xff\"}", b"nonsense"]
    {
        let run = RunDir::proven();
        run.write("tests.json", content);
        let evidence = run.evidence();
        let (path, why) = only_gap(&evidence);
        assert_eq!(path, "tests.json", "{content:?}");
        assert!(why.contains("JSON at line 1"), "{content:?}: {why}");
        assert_eq!(json(&evidence, "/tests"), json!(null));
        assert_eq!(json(&evidence, "/malformed/0/artifact"), "tests");
    }
}

#[test]
fn deep_and_huge_json_is_refused_in_bounded_memory() {
    let run = RunDir::proven();
    run.write("admission.json", "[".repeat(500_000));
    assert_eq!(only_gap(&run.evidence()).0, "admission.json");

    let run = RunDir::proven();
    run.write("admission.json", format!("[\"{}\"]", "x".repeat(2 << 20)));
    let limits = Limits { held_bytes: 1 << 20, ..Limits::default() };
    let (path, why) = only_gap(&run.evidence_with(None, &[], &limits));
    assert_eq!(path, "admission.json");
    assert!(why.contains("not parsed"), "{why}");
}

#[test]
fn a_key_that_stands_twice_is_told_at_the_second() {
    let run = RunDir::proven();
    run.replace(
        "report.json",
        "\"status\": \"pass\",\n  \"backend\"",
        "\"status\": \"fail\", \"status\": \"pass\",\n  \"backend\"",
    );
    let evidence = run.evidence();
    assert_eq!(
        json(&evidence, "/duplicate_keys"),
        json!([{"artifact": "report", "path": "report.json", "pointer": "/status"}])
    );
    let (path, line, text) = stands(&evidence, at(&evidence, "/duplicate_keys/0"));
    assert_eq!((path.as_str(), line, text.as_str()), ("report.json", 9, "\"status\""));
    assert_eq!(evidence.gaps, []);
}

#[test]
fn a_number_that_readers_round_is_told() {
    let run = RunDir::proven();
    run.replace("tests.json", "\"passed\": 4", "\"passed\": 9007199254740993");
    let evidence = run.evidence();
    let errors = at(&evidence, "/schema_errors").as_list().unwrap();
    let (path, line, text) = stands(&evidence, &errors[0]);
    assert_eq!((path.as_str(), line, text.as_str()), ("tests.json", 1, "9007199254740993"));
    assert_eq!(json(&evidence, "/schema_errors/0/pointer"), "/passed");
}

#[test]
fn a_name_that_is_not_utf_8_is_spelled_out_and_its_file_read() {
    let run = RunDir::proven();
    std::fs::write(run.path.join(OsStr::from_bytes(b"odd\xff\x1b.txt")), "text").unwrap();
    let evidence = run.evidence();
    assert_eq!(evidence.gaps, []);
    let files = at(&evidence, "/files").as_list().unwrap();
    let names: Vec<_> = files.iter().filter_map(|file| file.get("path")?.as_str()).collect();
    assert!(names.contains(&"odd\\xff\\u{1b}.txt"), "{names:?}");
    assert_eq!(evidence.read.files, 13);
}

#[test]
fn links_are_told_and_not_followed() {
    let run = RunDir::proven();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "{\"status\": \"pass\"}").unwrap();
    run.remove("tests.json");
    symlink(outside.path().join("secret"), run.path.join("tests.json")).unwrap();
    symlink("../../elsewhere", run.path.join("backend/up")).unwrap();
    symlink("stdout.log", run.path.join("backend/again.log")).unwrap();
    symlink("loop-b", run.path.join("loop-a")).unwrap();
    symlink("loop-a", run.path.join("loop-b")).unwrap();
    symlink(".", run.path.join("backend/self")).unwrap();
    let evidence = run.evidence();
    let links = at(&evidence, "/links").as_list().unwrap();
    let escapes: Vec<_> = links
        .iter()
        .map(|link| {
            (link.get("path").unwrap().as_str().unwrap(), link.get("escapes").unwrap().as_bool().unwrap())
        })
        .collect();
    assert_eq!(
        escapes,
        [
            ("backend/again.log", false),
            ("backend/self", false),
            ("backend/up", true),
            ("loop-a", false),
            ("loop-b", false),
            ("tests.json", true)
        ]
    );
    assert_eq!(json(&evidence, "/tests"), json!(null), "what the link leads to is not read");
    assert_eq!(whys(&evidence, "tests.json"), ["a symbolic link out of the run directory: not followed"]);
    assert_eq!(whys(&evidence, "loop-a"), ["a loop of symbolic links"]);
    assert_eq!(evidence.read.files, 11);
}

#[test]
fn an_artifact_behind_an_inner_link_is_read_once() {
    let run = RunDir::proven();
    std::fs::rename(run.path.join("tests.json"), run.path.join("backend/real.json")).unwrap();
    symlink("backend/real.json", run.path.join("tests.json")).unwrap();
    let evidence = run.evidence();
    assert_eq!(json(&evidence, "/tests/passed"), 4);
    assert_eq!((evidence.read.files, evidence.gaps.len()), (12, 0));
}

#[test]
fn a_link_target_that_holds_the_value_is_a_leak() {
    let value = "http://100.101.102.103:8000/v1";
    let run = RunDir::proven();
    symlink(value, run.path.join("backend/endpoint")).unwrap();
    let evidence = run.evidence_with(Some(value), &[], &Limits::default());
    assert_eq!(json(&evidence, "/leaks/0/path"), "backend/endpoint");
    assert_eq!(json(&evidence, "/leaks/0/where"), "path");
}

#[test]
fn fifos_and_sockets_are_never_opened() {
    let run = RunDir::proven();
    let fifo = run.path.join("backend/pipe");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(run.path.join("sock")).unwrap();
    run.remove("tests.json");
    let made = std::process::Command::new("mkfifo").arg(run.path.join("tests.json")).status().unwrap();
    assert!(made.success());
    // An open FIFO without a writer would never return.
    let evidence = run.evidence();
    assert_eq!(whys(&evidence, "backend/pipe"), ["is a FIFO: not opened"]);
    assert_eq!(whys(&evidence, "tests.json"), ["is a FIFO: not opened"]);
    assert_eq!(whys(&evidence, "sock"), ["is a socket: not opened"]);
    assert_eq!(evidence.gaps.len(), 3);
}

#[test]
fn a_device_is_never_opened() {
    let root = counterfoil::collect::file::Root::open(Path::new("/dev")).unwrap();
    assert_eq!(root.file(Path::new("null")).unwrap_err(), "is a device: not opened");
}

#[test]
fn an_unreadable_file_is_a_gap() {
    let run = RunDir::proven();
    let path = run.path.join("task.md");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        // The superuser reads all: then there is nothing to test here.
        assert_eq!(run.evidence().gaps, []);
        return;
    }
    let evidence = run.evidence();
    assert_eq!(only_gap(&evidence), ("task.md".to_owned(), "unreadable: permission denied".to_owned()));
}

#[test]
fn a_folder_where_a_file_should_be_and_the_other_way_round() {
    let run = RunDir::proven();
    run.remove("tests.json");
    run.write("tests.json/inner.txt", "text");
    let evidence = run.evidence();
    assert_eq!(json(&evidence, "/tests"), json!(null));
    assert_eq!(json(&evidence, "/trace/events"), 11);

    let file = tempfile::NamedTempFile::new().unwrap();
    let evidence = collect(file.path(), None, &[], &Limits::default());
    assert_eq!(evidence.gaps.len(), 1);
    assert!(evidence.gaps[0].why.contains("a file where a folder should be"), "{:?}", evidence.gaps);
    assert_eq!(json(&evidence, "/report"), json!(null));
    assert_eq!(json(&evidence, "/trace/present"), false);
}

#[test]
fn a_directory_that_vanished_is_a_gap() {
    let evidence = collect(Path::new("/nonexistent/run"), None, &[], &Limits::default());
    assert_eq!(evidence.gaps.len(), 1);
    assert_eq!(evidence.gaps[0].why, "vanished while it was read");
}

#[test]
fn a_file_that_grows_while_it_is_read_is_a_gap() {
    let run = RunDir::proven();
    let path = run.path.join("backend/grow.log");
    std::fs::write(&path, "x\n".repeat(3 << 20)).unwrap();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writer = {
        let (stop, path) = (stop.clone(), path.clone());
        std::thread::spawn(move || {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                file.write_all(b"more\n").unwrap();
            }
        })
    };
    // On a busy machine the writer may have to wait while the file is read: then it did not grow meanwhile.
    let grew = (0..50).map(|_| whys(&run.evidence(), "grow.log")).find(|whys| !whys.is_empty());
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    writer.join().unwrap();
    assert_eq!(grew.expect("it grew"), ["changed while it was read"]);
}

#[test]
fn a_line_of_five_megabytes_works_and_a_longer_one_is_a_gap() {
    let run = RunDir::proven();
    let text = std::fs::read_to_string(run.path.join("trace.jsonl")).unwrap();
    let long = |size: usize| {
        let blob = "x".repeat(size);
        format!("{{\"ts\": \"2026-06-01T02:25:38Z\", \"event\": \"note\", \"blob\": \"{blob}\"}}\n")
    };
    let (head, tail) = text.split_at(text.find("{\"ts\": \"2026-06-01T02:25:40").unwrap());
    run.write("trace.jsonl", format!("{head}{}{tail}", long(5 << 20)));
    let evidence = run.evidence();
    assert_eq!(evidence.gaps, []);
    assert_eq!(json(&evidence, "/trace/events"), 12);

    let limits = Limits { held_bytes: 1 << 20, ..Limits::default() };
    let evidence = run.evidence_with(None, &[], &limits);
    assert_eq!(only_gap(&evidence), ("trace.jsonl".to_owned(), "line 6 is too long to read".to_owned()));
    assert_eq!(json(&evidence, "/trace/events"), 11);
    let exited = at(&evidence, "/trace/exited/0");
    assert_eq!(stands(&evidence, exited).1, 11, "places behind the long line are right");
}

#[test]
fn a_streamed_file_is_searched_and_understood_as_a_held_one() {
    let value = "http://100.101.102.103:8000/v1";
    let run = RunDir::proven();
    let filler = "quiet line\n".repeat(40_000);
    run.write(
        "backend/stdout.log",
        format!(
            "{filler}base {value}\n{filler}<<<AGENT_RESULT\n{{\"status\": \"failed\"}}\nAGENT_RESULT>>>\n"
        ),
    );
    let small = Limits { held_bytes: 64 << 10, ..Limits::default() };
    let told = |limits: &Limits| {
        let evidence = run.evidence_with(Some(value), &[], limits);
        assert_eq!(evidence.gaps, []);
        let leaks = at(&evidence, "/leaks").as_list().unwrap().to_vec();
        assert!(!leaks.is_empty());
        let lines: Vec<_> = leaks.iter().map(|leak| stands(&evidence, leak).1).collect();
        assert!(lines.iter().all(|line| *line == 40_001), "{lines:?}");
        let (_, line, text) = stands(&evidence, at(&evidence, "/agent_block/status"));
        (line, text)
    };
    assert_eq!(told(&small), told(&Limits::default()));
    assert_eq!(told(&small), (80_003, "\"failed\"".to_owned()));
}

#[test]
fn a_target_is_told_where_it_was_inspected_or_copied() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("target");
    let content = "def bill(order):\n    return sum(item.price for item in order)\n";
    std::fs::create_dir_all(root.join("src")).unwrap();
    std::fs::write(root.join("src/billing.py"), content).unwrap();
    std::fs::write(root.join("src/__init__.py"), "").unwrap();
    let run = RunDir::proven();
    run.write("backend/context/copy.txt", content);
    run.write("backend/context/empty.txt", "");
    let inside = root.join("src/billing.py").display().to_string();
    run.replace("trace.jsonl", "{\"path\": \"src/slugify.js\"}", &format!("{{\"path\": \"{inside}\"}}"));
    run.write("backend/stderr.log", format!("open {inside}\nopen {}-old/x\n", root.display()));
    let evidence = run.evidence_with(None, &[Target::new(&root)], &Limits::default());
    assert_eq!(evidence.gaps, []);
    let inspected: Vec<_> =
        at(&evidence, "/inspected").as_list().unwrap().iter().map(|one| stands(&evidence, one)).collect();
    let places: Vec<_> = inspected.iter().map(|(path, line, _)| (path.as_str(), *line)).collect();
    assert_eq!(places, [("backend/stderr.log", 1), ("trace.jsonl", 8)]);
    let copied = json(&evidence, "/copied");
    assert_eq!(copied.as_array().unwrap().len(), 1, "{copied}");
    assert_eq!(copied[0]["path"], "backend/context/copy.txt");
    assert_eq!(copied[0]["file"], "src/billing.py");

    let gone = Target::new(&home.path().join("gone"));
    let evidence = run.evidence_with(None, &[gone], &Limits::default());
    assert_eq!(evidence.gaps.len(), 1, "a target that can't be read is a gap: {:?}", evidence.gaps);
    let why = &evidence.gaps[0].why;
    assert!(why.ends_with("there is nothing at this path, which is named as a target repository"), "{why}");
}

#[test]
fn malformed_configuration_is_a_gap_at_its_line() {
    let run = RunDir::proven();
    run.write("config/case.toml", "provider = \"qwen-local\"\nmodel = \n");
    run.write("config/case.yaml", "model: qwen3.6-35b-a3b\nfallback_models:\n  - claude-sonnet-4-6\n");
    let evidence = run.evidence();
    assert_eq!(only_gap(&evidence), ("case.toml".to_owned(), "not TOML at line 2".to_owned()));
    let uses = at(&evidence, "/uses").as_list().unwrap();
    let fallback =
        uses.iter().find(|one| one.get("fallback").and_then(|f| f.as_bool()) == Some(true)).unwrap();
    let (path, line, text) = stands(&evidence, fallback);
    assert_eq!((path.as_str(), line, text.as_str()), ("config/case.yaml", 3, "claude-sonnet-4-6"));
}

/// A folder that is nested too deeply is a gap, in a run as anywhere else.
#[test]
fn a_folder_too_deep_is_a_gap() {
    let run = RunDir::proven();
    let deep = |folders: usize| format!("trace/{}x.json", "d/".repeat(folders - 1));
    run.write(&deep(counterfoil::collect::file::DEEPEST), "{}");
    assert_eq!(run.evidence().gaps, []);
    run.write(&deep(counterfoil::collect::file::DEEPEST + 1), "{}");
    assert_eq!(only_gap(&run.evidence()).1, "lies more than 128 folders deep: not read");
}

/// A link that is named on the command line is what it leads to, and shown as it was named; its own name is
/// searched like the file's. One that a walk comes across is not followed.
#[test]
fn a_link_is_followed_where_it_is_named() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("far")).expect("made");
    std::fs::create_dir_all(at("near")).expect("made");
    let value = "http://100.101.102.103:8000/v1";
    std::fs::write(at("far/a.mdown"), format!("---\nlifecycle_classification: sot\n---\n\n{value}\n"))
        .expect("written");
    symlink("../far/a.mdown", at("near/100.101.102.103.md")).expect("linked");
    let (document, code) = crate::cli::audit(&at("near/100.101.102.103.md"), value);
    let rules: Vec<_> = document["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| f["rule"].as_str().expect("an id"))
        .collect();
    assert_eq!((code, &rules[..]), (1, &["endpoint/in-path", "endpoint/in-sot"][..]), "{document}");
    assert_eq!(
        (&document["gaps"], &document["documents"][0]["path"]),
        (&json!([]), &json!("‹endpoint:host›.md"))
    );
    let (document, _) = crate::cli::audit(&at("near"), value);
    assert_eq!((&document["documents"], &document["read"]["documents"]), (&json!([]), &json!(0)));
    let (document, _) = crate::cli::audit(&at("far"), value);
    assert_eq!(document["documents"][0]["path"], "a.mdown", "a document by its front matter");
}
