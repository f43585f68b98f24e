//! What hides something from the audit, or from most readers, proves nothing: the smallest proven pass, changed in
//! ways that keep every artifact in place and say something else all the same.

use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::unproven::changed;

const USE: &str = r#"{"provider": "anthropic", "model": "claude-sonnet-4-6"}"#;
const FALLBACK: [&str; 2] = ["route/fallback-model", "route/fallback-provider"];

fn write(run: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = run.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, content).expect("written");
}

fn replace(run: &Path, name: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(run.join(name)).expect("readable");
    assert!(text.contains(from), "{name} has no {from}");
    write(run, name, text.replace(from, to));
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Asserts that these rules fire, and nothing is proven.
fn refuted(what: &str, rules: &[&str], change: impl Fn(&Path)) {
    let (verdict, code, fired, gaps) = changed(change);
    let mut fired: Vec<&str> = fired.iter().map(String::as_str).collect();
    fired.sort_unstable();
    fired.dedup();
    assert_eq!((verdict.as_str(), code), ("refuted", 1), "{what}: {fired:?} {gaps:?}");
    assert_eq!(fired, rules, "{what}");
}

/// Asserts that the only fault is a gap that says this.
fn gap(what: &str, why: &str, change: impl Fn(&Path)) {
    let (verdict, code, fired, gaps) = changed(change);
    assert_eq!((verdict.as_str(), code, fired.as_slice()), ("unproven", 3, &[][..]), "{what}: {gaps:?}");
    assert!(gaps.iter().any(|gap| gap.contains(why)), "{what}: {gaps:?}");
}

#[test]
fn a_record_is_read_wherever_it_stands_on_its_line() {
    for (what, line) in [
        ("after a brace", format!("[ctx={{7}}] {USE}")),
        ("after an open brace", format!("[ctx={{7] {USE}")),
        ("before other words", format!("{USE} took 3ms")),
        ("between colours", format!("\u{1b}[32m{USE}\u{1b}[0m")),
        ("after another", format!("{{\"a\": 1}}{USE}")),
        ("in a list", format!("[{USE}]")),
        (
            "under the second name",
            r#"{"model": null, "modelId": "claude-sonnet-4-6", "provider": "anthropic"}"#.into(),
        ),
        (
            "first of two values",
            USE.replace('}', r#", "provider": "qwen-local", "model": "qwen3.6-35b-a3b"}"#),
        ),
        (
            "last of two values",
            USE.replace('{', r#"{"provider": "qwen-local", "model": "qwen3.6-35b-a3b", "#),
        ),
    ] {
        refuted(what, &FALLBACK, |run| write(run, "backend/stderr.log", format!("{line}\n")));
    }
    refuted("not UTF-8", &FALLBACK, |run| {
        let line = [USE.trim_end_matches('}').as_bytes(), b", \"x\": \"\xe9\"}\n"].concat();
        write(run, "backend/stderr.log", line);
    });
    let pretty = USE.replace('{', "{\n ").replace('}', "\n}");
    refuted("on several lines", &FALLBACK, |run| write(run, "backend/session.json", &pretty));
    refuted("in an odd name", &FALLBACK, |run| {
        write(run, "backend/x", "");
        let name = std::ffi::OsStr::from_bytes(b"backend/x\xff.log");
        std::fs::write(run.join(name), USE).expect("written");
    });
}

#[test]
fn a_record_that_is_not_understood_is_a_gap() {
    let cut = USE.trim_end_matches('}');
    for name in ["backend/stderr.log", "backend/session.jsonl", "config/case.jsonl", "trace/session.jsonl"]
    {
        gap(name, "a record on line 1 is not understood", |run| write(run, name, cut));
    }
    gap("cut before its model", "a record on line 2 is not understood", |run| {
        write(run, "backend/session.jsonl", "{\"turn\": 1}\n{\"turn\": 2, \"mod");
    });
    for name in ["backend/session.jsonl", "backend/stdout.log", "config/case.env", "backend/case.argv"] {
        gap(name, "is UTF-16", |run| write(run, name, utf16(&format!("MODEL=x {USE}\n"))));
    }
    gap("rotated", "is gzip", |run| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(USE.as_bytes()).expect("packed");
        write(run, "backend/stderr.log.1.gz", gzip.finish().expect("packed"));
    });
}

#[test]
fn prose_is_no_record() {
    let (verdict, code, ..) = changed(|run| {
        let text = "using model {name} of the provider\nthe \"model\": line is mended\nfn f() { model }\n";
        write(run, "backend/stdout.log", [text.as_bytes(), b"caf\xe9 model\n"].concat());
        write(run, "backend/session.jsonl", "{\"turn\": 1}\n\n[2]\n");
        write(run, "config/case.env", b"MODEL=qwen3.6-35b-a3b # the model\nNAME=\xe9\n");
    });
    assert_eq!((verdict.as_str(), code), ("proven", 0));
}

#[test]
fn a_link_hides_no_role_of_a_file() {
    refuted("a log as a patch", &FALLBACK, |run| {
        write(run, "backend/stderr.log", USE);
        symlink("backend/stderr.log", run.join("a.patch")).expect("linked");
    });
    refuted("a log as a task", &["pass/protocol-failed"], |run| {
        write(run, "backend/stdout.log", "<<<AGENT_RESULT\n{\"status\": \"failed\"}\nAGENT_RESULT>>>\n");
        write(run, "task/a.md", "do it\n");
        symlink("../backend/stdout.log", run.join("task/x")).expect("linked");
    });
    refuted("a linked folder", &FALLBACK, |run| {
        write(run, "bb/stderr.log", USE);
        symlink("bb", run.join("backend")).expect("linked");
    });
    refuted("a link in a linked folder", &FALLBACK, |run| {
        write(run, "notes", USE);
        write(run, "bb/x", "");
        symlink("../notes", run.join("bb/stderr.log")).expect("linked");
        symlink("bb", run.join("backend")).expect("linked");
    });
    gap("a folder of folders", "not read under this name", |run| {
        write(run, "bb/x", "");
        symlink(".", run.join("bb/again")).expect("linked");
        symlink("bb", run.join("backend")).expect("linked");
    });
}

#[test]
fn artifacts_behind_links_are_what_they_are() {
    let (verdict, code, ..) = changed(|run| {
        std::fs::rename(run.join("baseline"), run.join("made")).expect("moved");
        symlink("made", run.join("baseline")).expect("linked");
        std::fs::rename(run.join("patch.diff"), run.join("made/p")).expect("moved");
        symlink("made/p", run.join("patch.diff")).expect("linked");
    });
    assert_eq!((verdict.as_str(), code), ("proven", 0));
}

#[test]
fn a_command_line_that_names_no_model_proves_nothing() {
    for text in ["[]", r#"[{"process": "case", "argv": ["case"]}]"#] {
        gap(text, "no recorded command line names a model", |run| write(run, "argv.json", text));
    }
    gap("the baseline's own", "no recorded command line names a model", |run| {
        let argv = r#"[{"process": "fake", "argv": ["fake", "--model", "qwen3.6-35b-a3b"]}]"#;
        write(run, "baseline/argv.json", argv);
        write(run, "argv.json", "[]");
    });
}

#[test]
fn another_shape_of_a_command_line_is_read_and_told() {
    let rules = ["interface/artifact-invalid", "route/fallback-model"];
    let argv = r#"{"argv": "case --model claude-sonnet-4-6"}"#;
    refuted("a text", &rules, |run| write(run, "backend/argv.json", argv));
    refuted("in the trace", &["interface/trace-invalid", "route/fallback-model"], |run| {
        replace(run, "trace.jsonl", "\"pid\"", "\"argv\": \"case --model claude-sonnet-4-6\", \"pid\"");
    });
}

#[test]
fn a_fallback_is_found_in_any_shape() {
    for (name, text) in [
        ("config/a.json", r#"{"fallback": {"chain": [{"model": "m"}]}}"#),
        ("config/a.json", r#"{"fallback": {"chain": ["m"]}}"#),
        ("config/a.json", r#"{"fallbacks": {"coding": {"model": "m"}}}"#),
        ("config/a.json", r#"{"agent": {"case_fallback_model": "m"}}"#),
        ("config/a.toml", "[fallback.coding]\nmodel = \"m\"\n"),
        ("baseline/config/a.yaml", "fallback:\n  enabled: true\n"),
    ] {
        refuted(text, &["route/fallback-model"], |run| write(run, name, text));
    }
    let twice = ["interface/artifact-invalid", "route/fallback-model"];
    refuted("the first of two", &twice, |run| {
        write(run, "config/a.yaml", "model: claude-sonnet-4-6\nmodel: qwen3.6-35b-a3b\n");
    });
    refuted("beside a byte that is not UTF-8", &["route/fallback-model"], |run| {
        write(run, "config/a.env", b"MODEL=claude-sonnet-4-6 # \xe9\n");
    });
    for name in ["report.json", "admission.json"] {
        refuted(name, &["route/fallback-model"], |run| {
            replace(
                run,
                name,
                "\"status\": ",
                "\"fallback\": {\"used\": true, \"detail\": \"m\"}, \"status\": ",
            );
        });
    }
    refuted("in the baseline's report", &["route/fallback-model"], |run| {
        replace(
            run,
            "baseline/report.json",
            "\"case_model\": null",
            "\"case_model\": \"claude-sonnet-4-6\"",
        );
    });
}
