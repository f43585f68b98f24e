//! `--format junit`: a run or a document is a test case.
//!
//! An error is a failure; a subject of which something was not read, and in which nothing wrong was
//! found, is in error: it neither passed nor failed. Warnings stand in a passing case's output.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::subjects::{Kind, Subject, subjects};
use super::{count, place_name};
use crate::finding::{Finding, Severity};
use crate::judge::Outcome;
use crate::text::many;

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let subjects = subjects(outcome);
    let names = names(&subjects);
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    for name in ["runs", "documents", "other"] {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(
            subjects
                .iter()
                .zip(&names)
                .filter(|(s, _)| suite_of(s) == name)
                .map(|(s, name)| case(s, name, outcome)),
        );
        if suite.tests > 0 {
            report.add_test_suite(suite);
        }
    }
    if report.tests == 0 {
        let mut suite = TestSuite::new("audit");
        let mut case = TestCase::new(count::sentence(outcome), TestCaseStatus::success());
        case.set_classname("counterfoil.audit");
        suite.add_test_case(case);
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn suite_of(subject: &Subject<'_>) -> &'static str {
    match subject.kind {
        Kind::Run(_) => "runs",
        Kind::Document(_) => "documents",
        Kind::Other(_) => "other",
    }
}

/// Readers take test cases of one name for one: where a run's id stands twice, its path names it.
fn names<'a>(subjects: &[Subject<'a>]) -> Vec<&'a str> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for subject in subjects {
        *times.entry(subject.name()).or_default() += 1;
    }
    let name =
        |subject: &Subject<'a>| if times[subject.name()] > 1 { subject.path() } else { subject.name() };
    subjects.iter().map(name).collect()
}

fn case(subject: &Subject<'_>, name: &str, outcome: &Outcome) -> TestCase {
    let told = told(subject);
    let cited_only = matches!(subject.kind, Kind::Run(run) if run.cited_only);
    let fails =
        subject.errors() > 0 || (outcome.exit_code == 1 && !subject.findings.is_empty() && strict(outcome));
    let status = if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(worst(subject).map_or("finding", |finding| finding.rule.as_str()));
        status.set_message(in_short(subject)).set_description(told.as_str());
        status
    } else if cited_only {
        let mut status = TestCaseStatus::skipped();
        status.set_message("not audited: only looked up for a citation");
        status
    } else if subject.gaps.is_empty() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("not-read");
        status.set_message(unread(subject));
        status.set_description(told.as_str());
        status
    };
    let passes = matches!(status, TestCaseStatus::Success { .. });
    let mut case = TestCase::new(name, status);
    case.set_classname(match subject.kind {
        Kind::Run(_) => "counterfoil.run",
        Kind::Document(_) => "counterfoil.document",
        Kind::Other(_) => "counterfoil.other",
    });
    case.extra.insert("file".into(), subject.path().into());
    if let Kind::Run(run) = subject.kind {
        case.add_property(("verdict", run.verdict.as_str()));
    }
    if passes && !told.is_empty() {
        case.set_system_out(told);
    }
    case
}

/// The first error, else the first warning: readers show a failure's type and message, and the rest on demand.
fn worst<'s>(subject: &'s Subject<'_>) -> Option<&'s Finding> {
    let first_error = subject.findings.iter().find(|finding| finding.severity == Severity::Error);
    first_error.or(subject.findings.first()).copied()
}

fn in_short(subject: &Subject<'_>) -> String {
    let first = worst(subject).map(|finding| finding.message.as_str()).unwrap_or_default();
    match subject.findings.len() {
        0 | 1 => first.to_owned(),
        all => format!("{first} (and {} more)", many(all - 1, "finding")),
    }
}

fn unread(subject: &Subject<'_>) -> String {
    let first = subject.gaps.first().map(|gap| gap.why.as_str()).unwrap_or_default();
    match subject.gaps.len() {
        0 | 1 => format!("not read: {first}"),
        all => format!("not read: {first} (and {} more)", many(all - 1, "gap")),
    }
}

/// Whether warnings count as errors here: an audit without errors that was rejected all the same.
fn strict(outcome: &Outcome) -> bool {
    count::findings(outcome).0 == 0
}

/// All that is to be said of a subject, a line each.
fn told(subject: &Subject<'_>) -> String {
    let mut text = String::new();
    for finding in &subject.findings {
        let (at, severity, rule) = (&finding.location, finding.severity, &finding.rule);
        let _ = writeln!(
            text,
            "{}:{}:{}: {severity}: {} [{rule}]",
            place_name(at),
            at.line,
            at.column,
            finding.message
        );
        for related in &finding.related {
            let at = &related.location;
            let _ = writeln!(text, "  {}:{}:{}: {}", place_name(at), at.line, at.column, related.message);
        }
        for line in finding.help.lines() {
            let _ = writeln!(text, "  help: {line}");
        }
    }
    for gap in &subject.gaps {
        let _ = writeln!(text, "{}: not read: {}", gap.path, gap.why);
    }
    text
}
