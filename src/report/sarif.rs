//! `--format sarif`: SARIF 2.1.0, as code scanning services read it.
//!
//! No snippets and no artifact hashes: a viewer would show, or keep, what leaks. Fingerprints are our own,
//! else an uploader adds a hash of the line. What a service would cut off (GitHub takes 25,000 results) is
//! left out here, errors last, and said in a notification.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use serde_json::{Value, json};

use super::place_name;
use crate::finding::{Finding, Location, Related, Severity};
use crate::judge::{ChainNode, ClaimSummary, Outcome, RuleNote};
use crate::text::bytes_of_printed;

/// Results that GitHub takes of one run.
const RESULTS: usize = 25_000;
/// Characters that GitHub shows of a rule's short description.
const SHORT: usize = 1024;
/// What stands where a value stood.
const TOKENS: [&str; 3] = ["‹endpoint›", "‹endpoint:host›", "‹endpoint:encoded›"];

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let rules: HashMap<&str, usize> =
        outcome.rules.iter().enumerate().map(|(at, rule)| (rule.id.as_str(), at)).collect();
    let claims: HashMap<(&str, u64), &ClaimSummary> =
        outcome.claims.iter().rev().map(|claim| ((&*claim.path, claim.line), claim)).collect();
    let (kept, left_out) = kept(outcome);
    let places = Places(&outcome.elsewhere);
    let mut results: Vec<Value> =
        kept.into_iter().map(|finding| result(finding, &rules, &claims, places)).collect();
    for waived in outcome.waived.iter().take(RESULTS.saturating_sub(results.len())) {
        let mut result = result(&waived.finding, &rules, &claims, places);
        result["suppressions"] = json!([{"kind": "external", "justification": waived.reason}]);
        results.push(result);
    }
    let run = json!({
        "tool": {"driver": {
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "shortDescription": {"text": env!("CARGO_PKG_DESCRIPTION")},
            "rules": outcome.rules.iter().map(rule).collect::<Vec<_>>(),
            "notifications": [
                {"id": "gap", "shortDescription": {"text": "something could not be read: the audit is incomplete"}},
                {"id": "left-out", "shortDescription": {"text": "more results than a service takes"}},
            ],
        }},
        "automationDetails": {"id": format!("counterfoil/{}/", outcome.profile)},
        "columnKind": "unicodeCodePoints",
        "redactionTokens": TOKENS,
        "invocations": [invocation(outcome, left_out, places)],
        "results": results,
        "properties": {"verdict": outcome.verdict.as_str(), "valueKnown": outcome.value_known},
    });
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// The findings that fit, in their order; where not all do, warnings are left out first.
fn kept(outcome: &Outcome) -> (Vec<&Finding>, usize) {
    let all = outcome.findings.len();
    if all <= RESULTS {
        return (outcome.findings.iter().collect(), 0);
    }
    let with = |severity| {
        outcome.findings.iter().enumerate().filter(move |(_, finding)| finding.severity == severity)
    };
    let kept: BTreeSet<usize> =
        with(Severity::Error).chain(with(Severity::Warning)).map(|(at, _)| at).take(RESULTS).collect();
    (kept.into_iter().filter_map(|at| outcome.findings.get(at)).collect(), all - RESULTS)
}

fn invocation(outcome: &Outcome, left_out: usize, places: Places<'_>) -> Value {
    let mut notifications: Vec<Value> = outcome
        .gaps
        .iter()
        .map(|gap| {
            json!({
                "descriptor": {"id": "gap"},
                "level": "warning",
                "message": {"text": message(&format!("not read: {}: {}", gap.path, gap.why))},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": places.uri(&gap.path)}}}],
            })
        })
        .collect();
    if left_out > 0 {
        let text = format!("{left_out} results are left out: no service takes more than {RESULTS}");
        notifications
            .push(json!({"descriptor": {"id": "left-out"}, "level": "warning", "message": {"text": text}}));
    }
    json!({
        "executionSuccessful": outcome.gaps.is_empty(),
        "exitCode": outcome.exit_code,
        "exitCodeDescription": outcome.verdict.as_str(),
        "toolExecutionNotifications": notifications,
    })
}

fn rule(rule: &RuleNote) -> Value {
    let short: String = rule.summary.chars().take(SHORT).collect();
    let mut value = json!({
        "id": rule.id.as_str(),
        "shortDescription": {"text": short},
        "help": {"text": if rule.help.is_empty() { &rule.summary } else { &rule.help }, "markdown": rule.page},
        "defaultConfiguration": {"level": rule.severity.as_str()},
        "properties": {"tags": [rule.id.family()]},
    });
    if !rule.url.is_empty() {
        value["helpUri"] = json!(rule.url);
    }
    if rule.id.family() == "endpoint" {
        let score = if rule.severity == Severity::Error { "8.0" } else { "4.0" };
        value["properties"] = json!({"tags": ["endpoint", "security"], "security-severity": score});
    }
    value
}

fn result(
    finding: &Finding,
    rules: &HashMap<&str, usize>,
    claims: &HashMap<(&str, u64), &ClaimSummary>,
    places: Places<'_>,
) -> Value {
    let mut text = message(&finding.message);
    if !finding.help.is_empty() {
        text.push('\n');
        text.push_str(&message(&finding.help));
    }
    let mut value = json!({
        "ruleId": finding.rule.as_str(),
        "level": finding.severity.as_str(),
        "message": {"text": text},
        "locations": [location(&finding.location, finding.label.as_deref(), places)],
        "partialFingerprints": {"counterfoil/v1": finding.fingerprint.as_str()},
        "properties": {
            "subject": finding.subject,
            "form": finding.form,
            "surface": finding.location.surface,
            "commit": finding.location.commit,
        },
    });
    if let Some(at) = rules.get(finding.rule.as_str()) {
        value["ruleIndex"] = json!(at);
    }
    if !finding.related.is_empty() {
        value["relatedLocations"] =
            finding.related.iter().enumerate().map(|related| self::related(related, places)).collect();
    }
    let claim = claims.get(&(finding.location.path.as_str(), finding.location.line));
    if let Some(claim) = claim.filter(|claim| !claim.chain.is_empty()) {
        let mut steps = Vec::new();
        let place = (finding.location.path.as_str(), finding.location.line);
        super::clean::steps(claim).iter().for_each(|step| flow(step, 0, place, (&mut steps, places)));
        value["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    }
    value
}

fn related((at, related): (usize, &Related), places: Places<'_>) -> Value {
    let mut value = location(&related.location, Some(&related.message), places);
    value["id"] = json!(at + 1);
    value
}

fn location(location: &Location, label: Option<&str>, places: Places<'_>) -> Value {
    let mut value = json!({"physicalLocation": {
        "artifactLocation": places.artifact(&location.path),
        "region": {
            "startLine": location.line.max(1),
            "startColumn": location.column.max(1),
            "endLine": location.end_line.max(location.line).max(1),
            "endColumn": end_column(location),
        },
    }});
    if !location.container.is_empty() || location.commit.is_some() {
        value["logicalLocations"] =
            json!([{"fullyQualifiedName": place_name(location), "kind": "resource"}]);
    }
    if let Some(label) = label {
        value["message"] = json!({"text": message(label)});
    }
    value
}

/// On one line an end before the start would be refused.
fn end_column(location: &Location) -> u64 {
    let end = location.end_column.max(1);
    if location.end_line <= location.line { end.max(location.column) } else { end }
}

/// A claim's chain in the order in which a reader follows it; how deep a step lies is its nesting level. A step
/// without a place of its own is shown at the one above: services refuse a location that is nowhere.
fn flow(step: &ChainNode, depth: u64, above: (&str, u64), (steps, places): (&mut Vec<Value>, Places<'_>)) {
    let own = step.place.as_deref().map(|place| match place.rsplit_once(':') {
        Some((path, line)) => line.parse().map_or((place, 1), |line: u64| (path, line)),
        None => (place, 1),
    });
    let place = own.unwrap_or(above);
    let location = json!({
        "message": {"text": message(&format!("{}: {}", step.state.as_str(), step.text))},
        "physicalLocation": {
            "artifactLocation": places.artifact(place.0),
            "region": {"startLine": place.1.max(1)},
        },
    });
    steps.push(json!({"location": location, "nestingLevel": depth}));
    step.children.iter().for_each(|child| flow(child, depth + 1, place, (&mut *steps, places)));
}

/// SARIF messages know links, `[text](target)`: evidence may not make one.
fn message(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

/// Where files are: in the audited folder, or somewhere else on this machine. Holds where the runs are that were
/// looked up outside of that folder: their paths are shown by the way that was given, which leads nowhere from there.
#[derive(Clone, Copy)]
struct Places<'o>(&'o BTreeMap<String, String>);

impl Places<'_> {
    fn artifact(self, path: &str) -> Value {
        let uri = self.uri(path);
        if uri.starts_with("file:") {
            json!({"uri": uri})
        } else {
            json!({"uri": uri, "uriBaseId": "%SRCROOT%"})
        }
    }

    fn uri(self, path: &str) -> String {
        let ends = memchr::memchr_iter(b'/', path.as_bytes()).chain([path.len()]);
        let run =
            ends.filter(|_| !self.0.is_empty()).find_map(|end| Some((self.0.get(&path[..end])?, end)));
        run.map_or_else(|| uri(path), |(run, end)| uri(&format!("{run}{}", &path[end..])))
    }
}

/// A relative reference (RFC 3986) to a path that has `/` between its parts; a `file:` URI where it begins with one.
/// It is that of the file's own name: what was spelled out, to be shown, is a byte again.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    let relative = path.trim_start_matches('/');
    if relative.len() < path.len() {
        out.push_str("file:///");
    } else if path.split('/').next().is_some_and(|first| first.contains(':')) {
        out.push_str("./");
    }
    for byte in bytes_of_printed(relative) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_relative_reference_or_that_of_a_file() {
        assert_eq!(uri("a b/ü#?.md"), "a%20b/%C3%BC%23%3F.md");
        assert_eq!(uri("c:/x"), "./c%3A/x");
        assert_eq!(uri("//host/x:y"), "file:///host/x%3Ay");
        assert_eq!(uri("n\\u{a}\\xff\\u{5c}u{a}\\b"), "n%0A%FF%5Cu%7Ba%7D%5Cb");
        let elsewhere = [("../runs/r1", "/srv/runs/r1"), ("./r2", "/home/r2")];
        let elsewhere = elsewhere.map(|(shown, own)| (shown.to_owned(), own.to_owned())).into();
        let artifact = |path: &str| Places(&elsewhere).artifact(path);
        assert_eq!(artifact("/tmp/x"), json!({"uri": "file:///tmp/x"}));
        assert_eq!(artifact("../x"), json!({"uri": "../x", "uriBaseId": "%SRCROOT%"}));
        assert_eq!(artifact("../runs/r1/a.json"), json!({"uri": "file:///srv/runs/r1/a.json"}));
        assert_eq!(artifact("./r2"), json!({"uri": "file:///home/r2"}));
        assert_eq!(artifact("../runs/r12"), json!({"uri": "../runs/r12", "uriBaseId": "%SRCROOT%"}));
    }

    #[test]
    fn evidence_makes_no_link() {
        assert_eq!(message("see [x](https://example.org)"), "see \\[x\\](https://example.org)");
        assert_eq!(message("a[1] stays"), "a[1] stays");
    }
}
