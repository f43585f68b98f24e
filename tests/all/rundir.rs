//! Run directories for tests: a proven pass, and the means to spoil it.

use std::path::{Path, PathBuf};

use counterfoil::collect::{Context, Target, run};
use counterfoil::endpoint::Endpoints;
use counterfoil::evidence::{Evidence, Node, Pointer};
use counterfoil::profile::Profile;
use counterfoil::search::{Engine, Limits};
use sha2::{Digest, Sha256};

pub const ID: &str = "20260601T022535Z-r1-string-slugify-2731603";
pub const PATCH: &str = "diff --git a/src/slugify.js b/src/slugify.js\nindex 1111111..2222222 100644\n\
--- a/src/slugify.js\n+++ b/src/slugify.js\n@@ -1,2 +1,2 @@\n function slugify(s) {\n-  return s\n+  return s.toLowerCase()\n";

pub struct RunDir {
    _home: tempfile::TempDir,
    pub path: PathBuf,
}

impl RunDir {
    /// A run of which all ten conditions hold.
    pub fn proven() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join(ID);
        let run = Self { _home: home, path };
        for (name, text) in proven_files() {
            run.write(name, text);
        }
        run
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path.join(name)).expect("removed");
    }

    /// Replaces a text in a file; it must be there.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path.join(name)).expect("readable");
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replace(from, to));
    }

    pub fn evidence(&self) -> Evidence {
        self.evidence_with(None, &[], &Limits::default())
    }

    pub fn evidence_with(&self, value: Option<&str>, targets: &[Target], limits: &Limits) -> Evidence {
        collect(&self.path, value, targets, limits)
    }
}

pub fn collect(path: &Path, value: Option<&str>, targets: &[Target], limits: &Limits) -> Evidence {
    let profile = Profile::built_in().expect("sound");
    let mut endpoints = Endpoints::none();
    if let Some(value) = value {
        endpoints.add(value.as_bytes().to_vec().into(), "the test").expect("a value");
    }
    let engine = Engine::new(&endpoints);
    let name = profile.surfaces.run_name(ID).expect("a run");
    run::collect(
        path,
        name,
        ID,
        &Context { profile: &profile, engine: &engine, limits, shapes: None, targets },
    )
    .evidence
}

/// What a pointer leads to in the document; it must lead there.
pub fn at<'e>(evidence: &'e Evidence, pointer: &str) -> &'e Node {
    let (node, found) = evidence.document.resolve(&Pointer::parse(pointer));
    assert!(found, "no {pointer} in {}", evidence.document.to_json());
    node
}

/// The same as plain JSON.
pub fn json(evidence: &Evidence, pointer: &str) -> serde_json::Value {
    at(evidence, pointer).to_json()
}

/// The bytes that a node was read from, with the path of their file and the line.
pub fn stands(evidence: &Evidence, node: &Node) -> (String, u64, String) {
    let place = node.place.expect("placed");
    let source = evidence.sources.get(place.source).expect("a source");
    let bytes = source.window(place.span).expect("readable");
    let path = source.path.strip_prefix(ID).unwrap_or(&source.path).trim_start_matches('/').to_owned();
    (path, source.position(&place).line, String::from_utf8_lossy(&bytes).into_owned())
}

fn proven_files() -> Vec<(&'static str, String)> {
    let digest: String = Sha256::digest(PATCH).iter().map(|byte| format!("{byte:02x}")).collect();
    let report = format!(
        r#"{{
  "schema": "harness-evidence/1",
  "kind": "run",
  "run_id": "{ID}",
  "command": "harness/evals/case-qwen-loop.sh --json",
  "stage": 2,
  "started_at": "2026-06-01T02:25:35Z",
  "finished_at": "2026-06-01T02:31:02Z",
  "status": "pass",
  "backend": "case",
  "backend_exit_code": 0,
  "case_process_started": true,
  "case_model_provider": "qwen-local",
  "case_model": "qwen3.6-35b-a3b",
  "case_model_admission_status": "admitted",
  "source_admission_status": "admitted",
  "endpoint_config": "present",
  "failure_reason": null,
  "changed_files": ["src/slugify.js"],
  "patch": {{"path": "patch.diff", "sha256": "{digest}", "bytes": {}}},
  "tests": {{"status": "pass", "passed": 4, "failed": 0, "path": "tests.json"}},
  "baseline": {{"engine": "fake", "run_id": "{ID}", "status": "fail", "report": "baseline/report.json"}}
}}
"#,
        PATCH.len()
    );
    let baseline = report
        .replace("\"started_at\": \"2026-06-01T02:25:35Z\"", "\"started_at\": \"2026-06-01T02:25:36Z\"")
        .replace("\"finished_at\": \"2026-06-01T02:31:02Z\"", "\"finished_at\": \"2026-06-01T02:25:40Z\"")
        .replace(
            "\"status\": \"pass\",\n  \"backend\": \"case\"",
            "\"status\": \"fail\",\n  \"backend\": \"fake\"",
        )
        .replace(
            "\"status\": \"pass\", \"passed\": 4, \"failed\": 0",
            "\"status\": \"fail\", \"passed\": 3, \"failed\": 1",
        );
    let tests = "{\"status\": \"pass\", \"passed\": 4, \"failed\": 0}\n".to_owned();
    let admission =
        "{\"provider\": \"qwen-local\", \"model\": \"qwen3.6-35b-a3b\", \"status\": \"admitted\"}\n"
            .to_owned();
    let argv = "[{\"process\": \"case\", \"argv\": [\"case\", \"run\", \"--engine\", \"case\", \"--provider\", \"qwen-local\", \"--model\", \"qwen3.6-35b-a3b\"]}]\n".to_owned();
    vec![
        ("report.json", report),
        ("trace.jsonl", trace()),
        ("admission.json", admission),
        ("argv.json", argv),
        ("tests.json", tests),
        ("patch.diff", PATCH.to_owned()),
        ("task.md", "# Task\n\nMake slugify lower its input.\n".to_owned()),
        (
            "backend/stdout.log",
            "working\n<<<AGENT_RESULT\n{\"status\": \"completed\"}\nAGENT_RESULT>>>\n".to_owned(),
        ),
        (
            "backend/stderr.log",
            "info {\"msg\": \"spawn\", \"provider\": \"qwen-local\", \"model\": \"qwen3.6-35b-a3b\"}\n"
                .to_owned(),
        ),
        ("config/case.toml", "provider = \"qwen-local\"\nmodel = \"qwen3.6-35b-a3b\"\n".to_owned()),
        ("baseline/report.json", baseline),
        ("baseline/tests.json", "{\"status\": \"fail\", \"passed\": 3, \"failed\": 1}\n".to_owned()),
    ]
}

fn trace() -> String {
    let event = |second: u32, rest: &str| {
        format!("{{\"ts\": \"2026-06-01T02:{:02}:{:02}.250Z\", {rest}}}\n", 25 + second / 60, second % 60)
    };
    let model = "\"provider\": \"qwen-local\", \"model\": \"qwen3.6-35b-a3b\"";
    [
        event(35, &format!("\"event\": \"run_started\", \"run_id\": \"{ID}\", \"status\": \"running\"")),
        event(36, "\"event\": \"endpoint_config_checked\", \"result\": \"present\""),
        event(36, "\"event\": \"input_checked\", \"name\": \"CTO_HARNESS_CASE_BIN\", \"result\": \"present\""),
        event(36, "\"event\": \"input_checked\", \"name\": \"CTO_HARNESS_CASE_MODEL_ADMISSION_FILE\", \"result\": \"present\""),
        event(37, "\"event\": \"case_process_started\", \"pid\": 4711"),
        event(40, &format!("\"event\": \"model_request\", {model}")),
        event(55, &format!("\"event\": \"model_response\", {model}")),
        event(56, "\"event\": \"tool_call\", \"name\": \"edit\", \"args\": {\"path\": \"src/slugify.js\"}"),
        event(90, "\"event\": \"agent_result\", \"ok\": true, \"error\": null"),
        event(91, "\"event\": \"case_process_exited\", \"code\": 0"),
        event(92, &format!("\"event\": \"run_finished\", \"run_id\": \"{ID}\", \"status\": \"pass\"")),
    ]
    .concat()
}
