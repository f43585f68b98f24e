//! The week of runs under `fixtures/`: the verdict and the rules of each, exactly.

use std::collections::BTreeMap;
use std::path::Path;

use super::cli::{audit, counterfoil, rules_under};

/// A run of the week, its verdict, and the rules that fire on it.
const WEEK: &[(&str, &str, &[&str])] = &[
    ("20260601T004107Z-r1-string-slugify-2611904", "no-claim", &[]),
    ("20260601T022022Z-r1-string-slugify-2694767", "no-claim", &[]),
    ("20260601T022036Z-r1-string-slugify-2695716", "no-claim", &[]),
    ("20260601T022100Z-r1-string-slugify-2697229", "no-claim", &[]),
    ("20260601T022535Z-r1-string-slugify-2731603", "no-claim", &[]),
    (
        "20260602T141533Z-r2-string-slugify-184227",
        "refuted",
        &["route/fallback-mentioned", "route/fallback-model", "route/fallback-provider"],
    ),
    ("20260603T083012Z-r1-csv-totals-201877", "refuted", &["pass/no-baseline"]),
    ("20260603T164455Z-r3-string-slugify-229316", "refuted", &["pass/baseline-from-another-run"]),
    ("20260604T091200Z-r1-string-slugify-310552", "proven", &[]),
    ("20260604T133905Z-r1-interval-merge-322018", "refuted", &["endpoint/in-argv"]),
    ("20260604T151221Z-r2-csv-totals-330764", "no-claim", &["endpoint/in-backend-log"]),
    ("20260605T100348Z-r1-csv-totals-401236", "refuted", &["interface/digest-mismatch"]),
    ("20260605T142617Z-r2-interval-merge-418850", "unproven", &[]),
    ("20260605T160930Z-r3-interval-merge-424409", "proven", &[]),
];

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn endpoint() -> String {
    std::fs::read_to_string(fixtures().join("endpoint.txt")).expect("readable").trim().to_owned()
}

#[test]
fn every_run_of_the_week_has_its_verdict_and_its_rules() {
    let (document, code) = audit(&fixtures().join("week"), &endpoint());
    assert_eq!((code, document["verdict"].as_str()), (1, Some("rejected")));
    let runs = document["runs"].as_array().expect("a list");
    let found: Vec<_> = runs
        .iter()
        .map(|run| {
            let id = run["id"].as_str().expect("an id");
            (id, run["verdict"].as_str().expect("a verdict"), rules_under(&document, id))
        })
        .collect();
    let wanted: Vec<_> = WEEK
        .iter()
        .map(|(id, verdict, rules)| (*id, *verdict, rules.iter().map(|rule| (*rule).to_owned()).collect()))
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn the_only_gap_of_the_week_is_the_trace_that_breaks_off() {
    let (document, _) = audit(&fixtures().join("week"), &endpoint());
    let gaps = document["gaps"].as_array().expect("a list");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0]["path"], "20260605T142617Z-r2-interval-merge-418850/trace.jsonl");
    assert_eq!(gaps[0]["why"], "truncated JSON at line 19");
}

#[test]
fn a_leak_is_told_at_its_line_and_column_and_not_shown() {
    let (document, _) = audit(&fixtures().join("week"), &endpoint());
    let findings = document["findings"].as_array().expect("a list");
    let places: Vec<_> = findings
        .iter()
        .filter(|finding| finding["rule"].as_str().is_some_and(|rule| rule.starts_with("endpoint/")))
        .map(|finding| {
            let at = &finding["location"];
            let number = |key: &str| at[key].as_u64().expect("a number");
            (at["path"].as_str().expect("a path"), number("line"), number("column"), number("byte_start"))
        })
        .collect();
    assert_eq!(
        places,
        [
            ("20260604T133905Z-r1-interval-merge-322018/argv.json", 29, 8, 469),
            ("20260604T151221Z-r2-csv-totals-330764/backend/stderr.log", 3, 58, 350),
        ]
    );
    for format in ["human", "json"] {
        let arguments =
            ["audit", "fixtures/week", "--endpoint-file", "fixtures/endpoint.txt", "--format", format];
        let output = counterfoil(&arguments, None);
        assert_eq!(output.status.code(), Some(1));
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(text).to_lowercase();
            assert!(!text.contains("tail4f2a") && !text.contains("spark9"), "{format} shows the value");
        }
    }
}

#[test]
fn without_the_value_nothing_is_proven() {
    let output = counterfoil(&["audit", "fixtures/week", "--format", "json"], None);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["value_known"], false);
    let verdicts: BTreeMap<_, _> = document["runs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|run| (run["id"].as_str().expect("an id"), run["verdict"].as_str().expect("a verdict")))
        .collect();
    assert_eq!(verdicts["20260604T091200Z-r1-string-slugify-310552"], "unproven");
    assert!(!verdicts.values().any(|verdict| *verdict == "proven"), "{verdicts:?}");
}

#[test]
fn the_table_of_the_week_says_the_same() {
    let page = std::fs::read_to_string(fixtures().join("README.md")).expect("readable");
    let told: Vec<(String, String)> = page
        .lines()
        .filter(|line| line.starts_with("| `2026"))
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            (cells[0].trim_matches('`').to_owned(), cells[2].to_owned())
        })
        .collect();
    let wanted: Vec<_> =
        WEEK.iter().map(|(id, verdict, _)| ((*id).to_owned(), (*verdict).to_owned())).collect();
    assert_eq!(told, wanted);
}
