//! The promise that no output shows the value: random values, in random chains of forms, on every surface,
//! in every format, with errors provoked. And that these tests would notice: without redaction they fail.

use std::path::Path;
use std::process::{Command, Output};

use counterfoil::audit::{Quiet, Settings, Tools, audit};
use counterfoil::endpoint::Endpoints;
use counterfoil::judge::Outcome;
use counterfoil::profile::Profile;
use counterfoil::report::{Format, Style, render};
use counterfoil::rule::Pack;
use counterfoil::search::Engine;
use proptest::prelude::*;
use zeroize::Zeroizing;

use super::program;
use super::repo::git_in;
use super::rundir::ID as RUN_ID;

/// A file of every surface, and what surrounds a text in it so that the file is still read.
const SURFACES: &[(&str, &str, &str)] = &[
    (
        "report.json",
        "{\"schema\": \"harness-evidence/1\", \"kind\": \"run\", \"status\": \"fail\", \"case_model\": \"",
        "\"}",
    ),
    ("trace.jsonl", "{\"ts\": \"2026-06-01T02:25:40Z\", \"event\": \"tool_call\", \"name\": \"", "\"}\n"),
    ("task.md", "Mend it.\n\n", "\n"),
    ("argv.json", "[{\"process\": \"case\", \"argv\": [\"case\", \"--model\", \"", "\"]}]"),
    ("config/case.toml", "model = \"", "\"\n"),
    ("admission.json", "{\"provider\": \"", "\", \"model\": \"m\", \"status\": \"admitted\"}"),
    ("patch.diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+", "\n"),
    ("tests.log", "ok 1 ", "\n"),
    ("backend/stderr.log", "2026-06-01 INFO falling back, provider=", " now\n"),
    ("manifest.json", "{\"files\": [{\"path\": \"", "\", \"sha256\": \"0\", \"bytes\": 1}]}"),
    ("config/keys.json", "{\"", "\": {\"model\": \"m\"}}"),
    ("notes.bin", "\u{1}\u{2}", "\u{3}"),
];

fn engine(value: &str) -> Engine {
    let mut endpoints = Endpoints::none();
    endpoints.add(Zeroizing::new(value.as_bytes().to_vec()), "the test").expect("long enough");
    Engine::new(&endpoints)
}

/// Whether a text shows the value: as the detector sees it, and, for the detector takes many a text for a near miss, by
/// the host's bytes alone.
fn is_shown(value: &str, engine: &Engine, text: &[u8]) -> bool {
    let host = value.split_once("://").map_or(value, |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or_default().to_ascii_lowercase();
    let plain = memchr::memmem::find(&text.to_ascii_lowercase(), host.as_bytes()).is_some();
    plain || engine.finds(text)
}

fn settings(path: &Path) -> Settings {
    Settings { threads: 1, ..Settings::new(vec![path.to_owned()], jiff::civil::date(2026, 6, 1)) }
}

/// Plants `text` on every surface, in names as well, and `value` in the names of and in documents; audits it with
/// what `engine` knows.
fn audited(value: &str, text: &str, engine: &Engine) -> Outcome {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let run = dir.path().join(RUN_ID);
    for (name, before, after) in SURFACES {
        let path = run.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, format!("{before}{text}{after}")).expect("written");
    }
    let name = text.replace(['/', '\0'], "_");
    let name = name.get(..name.len().min(100)).unwrap_or("x");
    std::fs::write(run.join(format!("n{name}")), text).expect("written");
    std::fs::create_dir(dir.path().join(".sot")).expect("made");
    let document = format!(
        "---\nlifecycle_classification: sot\n\"{text}\": 1\n---\n# CTO-WORK-030 - About {text}\n\nStatus: {text}.\n\n- Case model: {text}.\n"
    );
    std::fs::write(dir.path().join(".sot/doc.md"), document).expect("written");
    // Nothing but the name holds it, nothing but what is cited.
    let name = value.replace('/', "_");
    let done = "# CTO-WORK-031 - Done\n\nStatus: done.\n";
    std::fs::write(dir.path().join(format!(".sot/n{name}.md")), done).expect("written");
    let cites = format!(
        "# CTO-WORK-032 - Cites\n\n- Run artifact directory: `/srv/{name}/{RUN_ID}`.\n- Report status: pass.\n"
    );
    std::fs::write(dir.path().join(".sot/cites.md"), cites).expect("written");
    let profile = Profile::built_in().expect("sound");
    let pack = Pack::built_in().expect("sound");
    let tools = Tools { profile: &profile, engine, pack: &pack };
    audit(&settings(dir.path()), tools, &Quiet).expect("there is something to audit")
}

fn rendered(outcome: &Outcome) -> Vec<(Format, Vec<u8>)> {
    let style = Style::default();
    let all = Format::ALL.into_iter().map(|format| {
        let mut bytes = Vec::new();
        render(format, outcome, &style, &mut bytes).expect("a buffer takes all");
        (format, bytes)
    });
    all.collect()
}

fn value() -> impl Strategy<Value = String> {
    let ip = (64u8..128, 1u8..255, 1u8..255).prop_map(|(b, c, d)| format!("100.{b}.{c}.{d}"));
    let name = "[a-z]{4,8}[0-9]{1,2}\\.tail[0-9a-f]{4,6}\\.ts\\.net";
    let host = prop_oneof![ip, name];
    (host, 1_025u16..60_000, prop_oneof![Just(""), Just("/v1"), Just("/v1/")])
        .prop_map(|(host, port, path)| format!("http://{host}:{port}{path}"))
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn entities(text: &str) -> String {
    text.bytes().map(|byte| format!("&#{byte};")).collect()
}

fn unicode_escapes(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            out.push(char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
        out.extend(std::iter::repeat_n('=', 3 - chunk.len()));
    }
    out
}

fn encoders() -> impl Strategy<Value = Vec<fn(&str) -> String>> {
    let one = prop_oneof![
        Just(percent as fn(&str) -> String),
        Just(entities as fn(&str) -> String),
        Just(unicode_escapes as fn(&str) -> String),
        Just(base64 as fn(&str) -> String),
        Just((|text: &str| text.to_uppercase()) as fn(&str) -> String),
    ];
    proptest::collection::vec(one, 0..=2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_format_shows_the_value(value in value(), encoders in encoders()) {
        let text = encoders.iter().fold(value.clone(), |text, encode| encode(&text));
        let engine = engine(&value);
        let outcome = audited(&value, &text, &engine);
        for (format, bytes) in rendered(&outcome) {
            prop_assert!(!is_shown(&value, &engine, &bytes), "{format}: {}", String::from_utf8_lossy(&bytes));
        }
    }
}

/// What stands before a file's name in its path hides nothing of what the name encodes.
#[test]
fn a_name_that_encodes_the_value_is_shown_nowhere() {
    for value in [
        "http://100.64.10.100:10000",
        "http://100.64.100.100:1025",
        "http://spark9.tail4f2a.ts.net:8000/v1",
    ] {
        let engine = engine(value);
        let text = base64(&percent(value));
        let outcome = audited(&text, &text, &engine);
        for (format, bytes) in rendered(&outcome) {
            assert!(!engine.finds(&bytes), "{format}: {}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn the_detector_would_notice() {
    let value = "http://spark9.tail4f2a.ts.net:8000/v1";
    let blind = Engine::new(&Endpoints::none());
    let outcome = audited(value, value, &blind);
    let knowing = engine(value);
    for (format, bytes) in rendered(&outcome) {
        assert!(knowing.finds(&bytes), "{format}: shows nothing, so the test above would prove nothing");
    }
}

/// Where one text can stand so that an audit of the folder meets it: a name, and how it gets there.
type Surface = (&'static str, fn(&Path, &str));

fn write(folder: &Path, name: &str, bytes: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, bytes).expect("written");
}

fn git(folder: &Path, args: &[&str]) {
    let output = git_in(folder, args);
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with one harmless commit.
fn repository(folder: &Path) {
    git(folder, &["init", "--quiet"]);
    write(folder, "readme.txt", "harmless\n");
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "-m", "begin"]);
}

const ELSEWHERE: &[Surface] = &[
    ("a document", |folder, text| {
        write(folder, ".sot/doc.md", &format!("# CTO-WORK-030 - About\n\n{text}\n"))
    }),
    ("a file's name", |folder, text| {
        write(folder, &format!("{RUN_ID}/n{}", text.replace('/', "_")), "harmless\n");
    }),
    ("a script", |folder, text| write(folder, "run.sh", &format!("#!/bin/bash\ncurl {text}\n"))),
    ("a loose file", |folder, text| write(folder, "notes.txt", text)),
    ("a deleted blob", |folder, text| {
        repository(folder);
        write(folder, "x.txt", text);
        git(folder, &["add", "."]);
        git(folder, &["commit", "--quiet", "-m", "add"]);
        git(folder, &["rm", "--quiet", "x.txt"]);
        git(folder, &["commit", "--quiet", "-m", "remove"]);
        git(folder, &["gc", "--quiet"]);
    }),
    ("a commit's message", |folder, text| {
        repository(folder);
        git(folder, &["commit", "--quiet", "--allow-empty", "-m", text]);
    }),
    ("a tag's message", |folder, text| {
        repository(folder);
        git(folder, &["tag", "-a", "v1", "-m", text]);
    }),
    ("a staged file", |folder, text| {
        repository(folder);
        write(folder, "x.txt", text);
        git(folder, &["add", "."]);
    }),
    ("the configuration", |folder, text| {
        repository(folder);
        git(folder, &["config", "remote.box.url", text]);
    }),
];

/// What the program says of a folder in which one surface holds the text, run by a shell that first does `limits`.
fn said(value: &str, folder: &Path, limits: &str, format: &str, bug: bool) -> Output {
    let binary = program::BIN;
    let report = folder.with_extension("report");
    let command = format!(
        "{limits}\nexec '{binary}' audit '{0}' --format {format} --format human --output '{1}'",
        folder.display(),
        report.display()
    );
    let mut shell = Command::new("bash");
    program::quiet(shell.args(["-c", &command])).env(program::VARIABLE, value);
    if bug {
        shell.env("COUNTERFOIL_TEST_PANIC", "found");
    }
    let mut output = shell.output().expect("bash");
    // What it left behind is said as well.
    output.stdout.extend(std::fs::read(&report).unwrap_or_default());
    output
}

fn shows(value: &str, engine: &Engine, output: &Output) -> bool {
    is_shown(value, engine, &output.stdout) || is_shown(value, engine, &output.stderr)
}

/// Keys become pointers, in which a slash is written `~1`.
#[test]
fn keys_are_shown_by_no_command() {
    for value in [
        "http://100.87.214.33:11434/v1",
        "http://llm-node-03.corp-lan.internal:9000/openai/v1",
        "http://[fd7a:115c:a1e0::2b7e:4060]:8000/v1",
    ] {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let keys = format!("{{\"{value}\": {{\"/{value}\": 1, \"a/{value}/b\": [{{\"{value}\": 2}}]}}}}");
        for name in ["report.json", "manifest.json", "admission.json", "config/case.json"] {
            write(dir.path(), &format!("{RUN_ID}/{name}"), &keys);
        }
        write(
            dir.path(),
            ".sot/a.md",
            &format!("---\nlifecycle_classification: sot\n\"{value}\": 1\n---\n"),
        );
        let folder = dir.path().to_str().expect("text");
        for command in [&["evidence"][..], &["audit"], &["audit", "--format", "json"], &["claim"]] {
            let output = program::counterfoil(&[command, &[folder]].concat())
                .env(program::VARIABLE, value)
                .output()
                .expect("started");
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(!shows(value, &engine(value), &output), "{command:?}: {text}");
            assert!(!text.contains("2b7e:4060"), "{command:?}: {text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]

    /// A bug that quotes what it met, at the moment when the value is found: the process ends with its place.
    #[test]
    #[cfg(debug_assertions)]
    fn a_bug_on_any_surface_shows_its_place_alone(value in value(), encoders in encoders()) {
        // One form: where two are lost on the engine there is nothing to choke on.
        let text = encoders.first().map_or(value.clone(), |encode| encode(&value));
        let engine = engine(&value);
        let formats = Format::ALL.map(|format| format.to_string());
        let mut formats = formats.iter().cycle();
        let mut check = |surface: &str, folder: &Path| {
            let format = formats.next().expect("endless");
            let output = said(&value, folder, "", format, true);
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            prop_assert_eq!(output.status.code(), Some(2), "{} in {}: {}", surface, format, error);
            prop_assert!(error.contains("counterfoil hit a bug at src/search/fault.rs:"), "{surface}: {error}");
            prop_assert!(output.stdout.is_empty(), "{surface}: something was reported");
            prop_assert!(!shows(&value, &engine, &output) && !error.contains("choked"), "{surface}: {error}");
            Ok(())
        };
        for (name, before, after) in SURFACES {
            let dir = tempfile::tempdir().expect("a temporary directory");
            let folder = dir.path().join("audited");
            write(&folder, &format!("{RUN_ID}/report.json"), "{}");
            write(&folder, &format!("{RUN_ID}/{name}"), &format!("{before}{text}{after}"));
            check(name, &folder)?;
        }
        for (name, plant) in ELSEWHERE {
            let dir = tempfile::tempdir().expect("a temporary directory");
            let folder = dir.path().join("audited");
            std::fs::create_dir(&folder).expect("made");
            // A name can't hold what is encoded twice.
            plant(&folder, if *name == "a file's name" { &value } else { &text });
            check(name, &folder)?;
        }
    }
}

/// Too little memory, too few files, no room: an audit that dies or gives up on the way shows nothing and judges nothing
/// good.
#[test]
fn an_audit_that_is_starved_shows_nothing() {
    let value = "http://100.101.102.103:8000/v1";
    let engine = engine(value);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let folder = dir.path().join("audited");
    for (name, before, after) in SURFACES {
        write(&folder, &format!("{RUN_ID}/{name}"), &format!("{before}{value}{after}"));
    }
    for (_, plant) in ELSEWHERE.iter().take(4) {
        plant(&folder, value);
    }
    let whole = said(value, &folder, "", "json", false);
    assert_eq!(whole.status.code(), Some(1), "{}", String::from_utf8_lossy(&whole.stderr));
    let memory = (4..24).map(|step| format!("ulimit -v {}", step * 10_000));
    let others = [
        "ulimit -n 4",
        "ulimit -n 6",
        "ulimit -n 8",
        "ulimit -n 12",
        "ulimit -f 0",
        "ulimit -s 64",
        "exec 1>&-",
    ];
    let mut died = 0;
    for limits in memory.chain(others.map(str::to_owned)) {
        let output = said(value, &folder, &limits, "json", false);
        let code = output.status.code();
        assert!(code != Some(0), "{limits}: passed");
        assert!(!shows(value, &engine, &output), "{limits}: {}", String::from_utf8_lossy(&output.stderr));
        died += usize::from(code != Some(1));
    }
    assert!(died >= 5, "{died} of these limits were felt");
}
