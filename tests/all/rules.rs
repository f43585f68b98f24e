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
    let output = counterfoil(&["rules", "list", "--json"], None);
    let list: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let embedded: Vec<_> = list.iter().filter_map(|rule| rule["id"].as_str()).collect();
    for (family, names) in contract {
        for name in names.split(' ') {
            let id = format!("{family}/{name}");
            assert!(embedded.contains(&id.as_str()), "{id} is not in the binary");
        }
    }
}
