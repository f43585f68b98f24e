//! The catalogue: every rule has a page and cases, fires on its failing cases alone, and is silent on the
//! near misses. There is no list of exceptions.

use std::path::{Path, PathBuf};

use super::cli::counterfoil;

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).expect("readable").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

#[test]
fn every_rule_fires_on_its_failing_cases_alone() {
    let output = counterfoil(&["rules", "test", "rules"], None);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("each rule fires on its failing cases alone"), "{told}");
}

#[test]
fn a_marker_beside_a_started_process_excuses_nothing() {
    let case = root().join("gate/started-without-config/fail/traced");
    let run = folders(&case).pop().expect("a run");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let copy = dir.path().join(run.file_name().expect("a name"));
    std::fs::create_dir_all(copy.join("backend")).expect("made");
    for file in std::fs::read_dir(&run).expect("readable").map(|entry| entry.expect("an entry").path()) {
        if file.is_file() {
            std::fs::copy(&file, copy.join(file.file_name().expect("a name"))).expect("copied");
        }
    }
    std::fs::write(copy.join("backend/provider-local-config-unavailable.txt"), "none\n").expect("written");
    let (document, code) = super::cli::audit(dir.path(), "http://100.101.102.103:8000/v1");
    let findings = document["findings"].as_array().expect("a list");
    let mut rules: Vec<_> = findings.iter().filter_map(|finding| finding["rule"].as_str()).collect();
    rules.sort_unstable();
    assert_eq!((rules, code), (vec!["gate/marker-after-start", "gate/started-without-config"], 1));
}

#[test]
fn every_rule_has_a_short_page_of_its_own() {
    for rule in folders(&root()).iter().flat_map(|family| folders(family)) {
        let id = rule.strip_prefix(root()).expect("below rules").to_string_lossy().into_owned();
        let page = std::fs::read_to_string(rule.join("README.md")).unwrap_or_default();
        let lines: Vec<_> = page.lines().collect();
        assert_eq!(lines.first().copied(), Some(format!("# {id}").as_str()), "{id}: the page's title");
        assert!(lines.len() <= 40, "{id}: the page has {} lines", lines.len());
        for part in ["## Why", "## How to fix", "## Breaks it", "## Does not"] {
            assert!(lines.contains(&part), "{id}: the page has no `{part}`");
        }
    }
}

/// The acceptance lines of CTO-WORK-030, as its owner wrote them.
const ACCEPTANCE: [&str; 14] = [
    "CTO_HARNESS_CASE_LOCAL_BASE_URL is supplied at runtime for the real Qwen Case Stage 2 retry.",
    "Missing endpoint config blocks before case_process_started.",
    "Missing endpoint config writes backend/provider-local-config-unavailable.txt.",
    "Endpoint values are not written to SOT, task file, argv, backend logs, report, trace, generated config, or commit.",
    "Harness report proves case_model_provider: qwen-local.",
    "Harness report proves case_model: qwen3.6-35b-a3b.",
    "Harness report proves case_model_admission_status: admitted.",
    "Harness report proves no fallback to anthropic or claude-sonnet-4-6.",
    "Real Case Stage 2 pass evidence exists only through the Harness Evidence Interface.",
    "A configured endpoint alone does not validate CTO-WORK-016, CTO-WORK-020, CTO-WORK-022, or CTO-WORK-028.",
    "No Target Repository path may be inspected or copied.",
    "Same-run fake baseline comparison remains required for any pass claim.",
    "CTO-WORK-016 remains blocked until real Case Stage 2 pass evidence exists.",
    "CTO-WORK-022 remains blocked until explicit endpoint config and real Case Stage 2 pass evidence exist.",
];

#[test]
fn every_acceptance_line_is_enforced_by_some_rule() {
    let rules = catalogue();
    for line in ACCEPTANCE {
        let trace = format!("CTO-WORK-030: {line}");
        let enforces = |rule: &&serde_json::Value| {
            rule["traces"].as_array().is_some_and(|traces| traces.iter().any(|it| *it == trace.as_str()))
        };
        assert!(rules.iter().any(|rule| enforces(&rule)), "no rule traces to: {line}");
    }
}

fn catalogue() -> Vec<serde_json::Value> {
    let output = counterfoil(&["rules", "list", "--json"], None);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The names of the families of runs are a contract: others refer to them.
#[test]
fn no_rule_of_the_contract_is_left_out() {
    let contract = [
        (
            "endpoint",
            "in-task in-argv in-backend-log in-report in-trace in-config in-patch in-other-artifact in-path shaped unsalted-digest",
        ),
        (
            "gate",
            "started-without-config marker-missing marker-empty marker-after-start pass-without-config caller-input-missing readiness-contradicted",
        ),
        (
            "route",
            "wrong-provider wrong-model not-admitted admission-mismatch fallback-provider fallback-model fallback-mentioned unproven-model wrong-engine",
        ),
        (
            "pass",
            "no-baseline baseline-from-another-run baseline-not-comparable baseline-unreadable process-not-started nonzero-exit failure-reason-set protocol-failed source-not-admitted no-change patch-mismatch tests-not-passed tests-contradict-report",
        ),
        (
            "interface",
            "report-missing report-invalid trace-invalid artifact-invalid run-id-mismatch time-disorder digest-mismatch escaping-link evidence-outside",
        ),
        ("target", "path-inspected content-copied"),
        ("waiver", "unused without-reason expired"),
    ];
    let list = catalogue();
    let embedded: Vec<_> = list.iter().filter_map(|rule| rule["id"].as_str()).collect();
    for (family, names) in contract {
        for name in names.split(' ') {
            let id = format!("{family}/{name}");
            assert!(embedded.contains(&id.as_str()), "{id} is not in the binary");
        }
    }
}

#[test]
fn a_rule_that_is_not_there_is_told_with_the_one_that_is_meant() {
    for (id, meant) in [
        ("in-argv", "endpoint/in-argv"),
        ("in-agrv", "endpoint/in-argv"),
        ("rout/wrong-model", "route/wrong-model"),
    ] {
        let output = counterfoil(&["rules", "explain", id], None);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(told.contains(&format!("did you mean `{meant}`?")), "{id}: {told}");
    }
}

/// A rule of a user's pack, at `pack/<id>/rule.toml`.
fn pack(folder: &Path, id: &str, text: &str) -> String {
    let home = folder.join(id);
    std::fs::create_dir_all(&home).expect("made");
    std::fs::write(home.join("rule.toml"), text).expect("written");
    folder.to_str().expect("a plain path").to_owned()
}

#[test]
fn a_pack_adds_rules_and_replaces_none() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| dir.path().join(name);
    let own = std::fs::read_to_string(root().join("endpoint/in-argv/rule.toml")).expect("there");
    let disarmed = own.lines().map(|line| if line.starts_with("deny") { "deny = 'false'" } else { line });
    let disarmed = disarmed.collect::<Vec<_>>().join("\n");
    let taken = pack(&at("taken"), "endpoint/in-argv", &disarmed);
    let (mine, other) = (pack(&at("mine"), "mine/own", &own), pack(&at("other"), "mine/own", &disarmed));
    let same = pack(&at("same"), "endpoint/in-argv", &own);
    for (packs, code, says) in [
        (
            vec![&taken],
            2,
            "endpoint/in-argv/rule.toml: `endpoint/in-argv` is already the id of a built-in rule",
        ),
        (vec![&mine, &other], 2, "`mine/own` is already the id of the rule in"),
        (vec![&mine, &mine], 0, ""),
        (vec![&same], 0, ""),
    ] {
        let mut arguments = vec!["rules", "list"];
        packs.iter().for_each(|pack| arguments.extend(["--rules", pack.as_str()]));
        let output = counterfoil(&arguments, None);
        let told = String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(code), "{packs:?}: {told}");
        assert!(told.replace(" │ ", " ").contains(says), "{packs:?}: {told}");
    }
}

#[test]
fn a_packs_own_texts_do_not_show_the_value() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let rule = dir.path().join("own/told");
    std::fs::create_dir_all(&rule).expect("writable");
    let host = "spark7.tail4f2a.ts.net";
    let toml = format!(
        "severity = \"error\"\nsubject = \"run\"\ntraces = [\"own\"]\nsummary = \"Runs go to {host}\"\ndeny = \"run.id == ''\"\nmessage = \"it is {host}\"\nhelp = \"ask\"\n"
    );
    std::fs::write(rule.join("rule.toml"), toml).expect("writable");
    std::fs::write(rule.join("README.md"), format!("# own/told\n\nSee http://{host}:8000/v1\n"))
        .expect("writable");
    let pack = dir.path().to_string_lossy().into_owned();
    let value = format!("http://{host}:8000/v1");
    for args in [&["rules", "list"][..], &["rules", "list", "--json"], &["rules", "explain", "own/told"]] {
        let output = counterfoil(&[args, &["--rules", &pack]].concat(), Some(&value));
        let told =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(told.contains("own/told") && told.contains("‹endpoint"), "{told}");
        assert!(!told.contains(host), "{args:?} shows it");
    }
}

/// A page that is nowhere is not linked, and the next step that is printed can be taken.
#[test]
fn a_packs_rule_is_explained_by_the_pack() {
    const RUN: &str = "fixtures/week/20260604T091200Z-r1-string-slugify-310552";
    let dir = tempfile::tempdir().expect("a temporary directory");
    let text = "severity = \"error\"\nsubject = \"run\"\ntraces = []\nsummary = \"s\"\ndeny = \"run.id != ''\"\nmessage = \"m\"\nhelp = \"h\"\n";
    let mine = pack(&dir.path().join("our rules"), "mine/own", text);
    std::fs::write(dir.path().join("our rules/mine/own/README.md"), "# mine/own\n").expect("written");
    let config = dir.path().join("conf.toml").to_str().expect("a plain path").to_owned();
    std::fs::write(&config, "rules = [\"our rules\"]\n").expect("written");
    for option in [["--rules", &mine], ["--config", &config]] {
        let output = counterfoil(&[&["audit", RUN], &option[..]].concat(), None);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("mine/own") && !told.contains("README.md"), "{told}");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, rest) = told.split_once("`counterfoil ").expect("a hint");
        let (command, _) = rest.split_once('`').expect("its end");
        let script = format!("exec \"$0\" {command}");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script, super::program::BIN]);
        let output = super::program::quiet(&mut shell).output().expect("it runs");
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(command.contains(option[1]) && page.starts_with("# mine/own"), "{command}: {page}");
    }
    let output = counterfoil(&["audit", RUN, "--rules", &mine, "--format", "sarif"], None);
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    for rule in rules {
        assert_eq!(rule.get("helpUri").is_none(), rule["id"] == "mine/own", "{rule}");
    }
}
