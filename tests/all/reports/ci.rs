//! The formats that CI services read: `JUnit`, GitHub, GitLab, Markdown, JSON lines.

use std::sync::Arc;

use counterfoil::judge::Verdict;
use counterfoil::report::Format;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};

use super::{rendered, sample};

#[test]
fn junit_has_a_case_for_each_subject() {
    let text = rendered(Format::Junit, &sample::rejected());
    let report = quick_junit::Report::deserialize_from_str(&text).expect("as a JUnit reader reads it");
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (7, 2, 2, 1));
    let names: Vec<_> = report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests)).collect();
    assert_eq!(names, [("runs", 3), ("documents", 1), ("other", 3)]);
    let refuted = &report.test_suites[0].test_cases[0];
    assert_eq!(refuted.name.as_str(), sample::RUN);
    let quick_junit::TestCaseStatus::NonSuccess { kind, description, .. } = &refuted.status else {
        panic!("a refuted run fails")
    };
    assert_eq!(*kind, quick_junit::NonSuccessKind::Failure);
    let description = description.as_ref().expect("told").as_str();
    assert!(description.contains("argv.json:3:17: error: the endpoint value stands"), "{description}");
    assert!(description.contains("not read: truncated JSON at line 812"), "{description}");
    insta::assert_snapshot!(text);
}

/// Readers take cases of one name for one: the same run in two folders is two.
#[test]
fn junit_names_no_two_runs_alike() {
    let mut outcome = sample::accepted();
    let mut other = outcome.runs[0].clone();
    other.path = format!("elsewhere/{}", other.id);
    outcome.runs.push(other);
    let text = rendered(Format::Junit, &outcome);
    let report = quick_junit::Report::deserialize_from_str(&text).expect("JUnit");
    let names: Vec<_> = report.test_suites[0].test_cases.iter().map(|case| case.name.as_str()).collect();
    let paths: Vec<_> = outcome.runs.iter().map(|run| run.path.as_str()).collect();
    let twice = |at: &usize| outcome.runs[*at].id == outcome.runs[0].id;
    for at in 0..names.len() {
        assert_eq!(names[at], if twice(&at) { paths[at] } else { &outcome.runs[at].id });
    }
    assert!(names.iter().filter(|name| name.contains('/')).count() == 2, "{names:?}");
}

/// The run that was named is the audited root: what is below it is its own, though no path says so.
#[test]
fn what_a_run_that_is_audited_alone_breaks_is_its_own() {
    let mut outcome = sample::rejected();
    outcome.runs.truncate(1);
    ".".clone_into(&mut outcome.runs[0].path);
    outcome.documents.clear();
    outcome.claims = Arc::default();
    outcome.findings.truncate(1);
    outcome.findings[0].location.path = "backend/argv.json".to_owned();
    sample::RUN.clone_into(&mut outcome.findings[0].subject);
    outcome.gaps.truncate(1);
    outcome.gaps[0].path = "trace.jsonl".to_owned();
    let text = rendered(Format::Junit, &outcome);
    let report = quick_junit::Report::deserialize_from_str(&text).expect("JUnit");
    assert_eq!((report.tests, report.failures), (1, 1), "{text}");
    let lines = rendered(Format::Ndjson, &outcome);
    let run: Value = serde_json::from_str(lines.lines().nth(1).expect("a run")).expect("JSON");
    let count = |key: &str| run[key].as_array().map(Vec::len);
    assert_eq!((&run["type"], count("findings"), count("gaps")), (&json!("run"), Some(1), Some(1)));
    assert!(!lines.contains("\"type\":\"other\""), "{lines}");
    // A finding of another subject is not the run's: a waiver stands in a file beside it.
    "waiver".clone_into(&mut outcome.findings[0].subject);
    assert!(rendered(Format::Ndjson, &outcome).contains("\"type\":\"other\""));
}

/// A subject that was not read neither passed nor failed, and an audit of nothing still has a case.
#[test]
fn junit_tells_unread_from_failed() {
    let report = quick_junit::Report::deserialize_from_str(&rendered(Format::Junit, &sample::incomplete()));
    let report = report.expect("JUnit");
    assert_eq!((report.failures, report.errors), (0, 3));
    let mut nothing = sample::accepted();
    nothing.runs.clear();
    nothing.documents.clear();
    let report =
        quick_junit::Report::deserialize_from_str(&rendered(Format::Junit, &nothing)).expect("JUnit");
    assert_eq!((report.tests, report.failures), (1, 0));
}

/// With `--strict` a warning rejects: then its case fails too.
#[test]
fn junit_fails_where_a_warning_rejects() {
    let mut outcome = sample::rejected();
    outcome.findings.retain(|finding| finding.severity == counterfoil::finding::Severity::Warning);
    outcome.gaps.clear();
    let failures = |outcome: &counterfoil::judge::Outcome| {
        quick_junit::Report::deserialize_from_str(&rendered(Format::Junit, outcome))
            .expect("JUnit")
            .failures
    };
    assert_eq!(failures(&outcome), 1);
    (outcome.verdict, outcome.exit_code) = (Verdict::Accepted, 0);
    assert_eq!(failures(&outcome), 0);
}

/// Its name, its properties, its message.
type Command = (String, Vec<(String, String)>, String);

/// A command as the runner reads it: `::name key=value,…::message`.
fn command(line: &str) -> Option<Command> {
    let unescape = |text: &str| {
        text.replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ')?;
    let properties = properties.split(',').map(|property| {
        let (key, value) = property.split_once('=').expect("key=value");
        (key.to_owned(), unescape(value))
    });
    Some((name.to_owned(), properties.collect(), unescape(message)))
}

#[test]
fn github_annotates_every_finding_and_gap() {
    let text = rendered(Format::Github, &sample::rejected());
    let commands: Vec<_> = text.lines().filter_map(command).collect();
    let names: Vec<_> = commands.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["error", "error", "error", "warning", "warning", "warning", "warning"]);
    let (_, properties, message) = &commands[0];
    let property = |key: &str| properties.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
    assert_eq!(
        (property("file"), property("line"), property("col")),
        (Some(".sot/ISSUES.md"), Some("51"), Some("18"))
    );
    assert_eq!(property("title"), Some("claim/contradicted"));
    assert!(message.contains("report.json:9:13: the report says `fail`\n"), "{message}");
    assert!(!text.lines().any(|line| line.starts_with("::") && command(line).is_none()));
    assert!(text.contains("\nrejected: 3 errors and 1 warning"));
    insta::assert_snapshot!(text);
}

/// The format as GitLab documents it (docs.gitlab.com, "Code Quality report format").
fn gitlab_schema() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                        "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
                    }
                }
            }
        }
    })
}

#[test]
fn gitlab_issues_fit_their_format_and_are_distinct() {
    let schema = jsonschema::validator_for(&gitlab_schema()).expect("a schema");
    let mut twice = sample::rejected();
    twice.findings.push(twice.findings[0].clone());
    for outcome in [sample::rejected(), sample::accepted(), twice] {
        let issues: Value = serde_json::from_str(&rendered(Format::Gitlab, &outcome)).expect("JSON");
        let errors: Vec<_> = schema.iter_errors(&issues).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        let issues = issues.as_array().expect("an array");
        assert_eq!(issues.len(), outcome.findings.len() + outcome.gaps.len());
        let mut prints: Vec<_> = issues.iter().map(|issue| issue["fingerprint"].as_str()).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), issues.len());
    }
    let issues: Value = serde_json::from_str(&rendered(Format::Gitlab, &sample::rejected())).expect("JSON");
    assert_eq!(issues[1]["severity"], "blocker");
    assert_eq!(
        (&issues[1]["check_name"], &issues[1]["location"]["lines"]["begin"]),
        (&"endpoint/in-argv".into(), &3.into())
    );
}

/// Read by a `CommonMark` parser, hostile text is text: no HTML, no link, no picture, and every table has its
/// columns.
#[test]
fn markdown_holds_no_markup_of_the_evidence() {
    let mut outcome = sample::rejected();
    for text in [
        "<img src=x>",
        "[x](https://example.org)",
        "![x](y)",
        "a | b",
        "`",
        "# h",
        "https://example.org",
        "@me",
    ] {
        outcome.findings[0].message.push_str(text);
        let claim = &mut Arc::make_mut(&mut outcome.claims)[0];
        claim.text = format!("{}{text}", claim.text).into();
        claim.stated = format!("{}{text}", claim.stated).into();
        outcome.gaps[0].path.push_str(text);
        outcome.gaps[0].why.push_str(text);
    }
    let text = rendered(Format::Markdown, &outcome);
    let mut headings = 0;
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("HTML: {html}"),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in\n{text}"),
            Event::Start(Tag::Heading { .. }) => headings += 1,
            _ => {}
        }
    }
    assert_eq!(headings, 6, "{text}");
    for line in text.lines().filter(|line| line.contains("@me")) {
        assert!(line.contains("``"), "a mention outside of code: {line}");
    }
}

#[test]
fn markdown_of_a_rejected_audit() {
    let text = rendered(Format::Markdown, &sample::rejected());
    assert!(text.contains("`.sot/ISSUES.md:51:18`"));
    insta::assert_snapshot!(text);
}

/// A comment takes 65,536 characters.
#[test]
fn markdown_fits_a_comment() {
    let text = rendered(Format::Markdown, &sample::large(5000));
    assert!(text.chars().count() < 60_000);
    assert!(text.contains(" findings more: the JSON document has them all"));
}

#[test]
fn every_line_is_an_object_and_the_last_says_that_it_is_the_last() {
    let outcome = sample::rejected();
    let lines: Vec<Value> = rendered(Format::Ndjson, &outcome)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let types: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        ["start", "run", "run", "run", "document", "other", "other", "other", "waived", "end"]
    );
    let findings: usize = lines.iter().filter_map(|line| line["findings"].as_array()).map(Vec::len).sum();
    assert_eq!(findings, outcome.findings.len());
    assert_eq!(lines[1]["findings"][0]["location"]["line"], 3);
    assert_eq!(lines.last().unwrap()["verdict"], "rejected");
}
