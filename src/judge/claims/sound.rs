//! Whether what a run directory says may be relied on: what its own rules found wrong reaches the claims that
//! cite it.
//!
//! A validator's report stands or falls with its directory: nothing else vouches for it. Of a run a report that is
//! not this run's own carries no word; that the run itself is no proven pass takes nothing back that it says.

use super::fields::{baseline_report, field, named_baseline, of_baseline, report};
use super::index::Opened;
use crate::collect::sot::stages;
use crate::evidence::{Node, WITHHELD};
use crate::finding::{Finding, Severity};
use crate::judge::RunFacts;
use crate::judge::run::breaking;
use crate::rule::Pack;

/// The number of the condition that the report is there, fits its schema and is this run's own.
const OWN_REPORT: u8 = 1;

/// Why a run's report is none that claims may be held against.
pub(super) fn no_report_of_its_own(pack: &Pack, facts: &RunFacts) -> Option<String> {
    breaking(pack, &facts.findings, OWN_REPORT).next().map(told)
}

/// Why what stands at a pointer into the report is not to be relied on.
pub(super) fn unreliable(pack: &Pack, facts: &Opened<'_>, pointer: &str) -> Option<String> {
    if facts.is_validator() {
        return wrong_in(facts);
    }
    no_report_of_its_own(pack, facts)
        .or_else(|| differs(facts, REPORT).then(|| altered(REPORT)))
        .or_else(|| of_patch(facts, pointer).filter(|path| differs(facts, path)).map(altered))
        .or_else(|| of_baseline(pointer).and_then(|_| no_own_baseline(facts)))
}

/// Why the report of a run's baseline is none that claims may be held against. A run that tells of no baseline has
/// none: that is known.
fn no_own_baseline(facts: &Opened<'_>) -> Option<String> {
    let path = named_baseline(facts)?.get("report").and_then(Node::as_str).unwrap_or_default();
    let run_id = |report: &Node| report.get("run_id").and_then(Node::as_str).map(str::to_owned);
    match baseline_report(facts) {
        None => Some("the baseline's report is not at hand".to_owned()),
        Some(own) if run_id(own) != report(facts).and_then(run_id) => {
            Some("the baseline's report is another run's".to_owned())
        }
        Some(_) => differs(facts, path).then(|| altered(path)),
    }
}

fn altered(path: &str) -> String {
    format!("{path} is not the file whose digest or size was recorded")
}

const REPORT: &str = "report.json";

/// The patch's file, where a pointer speaks of it.
fn of_patch<'a>(facts: &'a Opened<'_>, pointer: &str) -> Option<&'a str> {
    let patch = facts.document.get("report").filter(|_| pointer.starts_with("/patch/"))?.get("patch")?;
    patch.get("path").and_then(Node::as_str)
}

fn differs(facts: &Opened<'_>, path: &str) -> bool {
    let differing = facts.document.get("digests").and_then(Node::as_list).unwrap_or_default();
    differing.iter().any(|file| file.get("path").and_then(Node::as_str) == Some(path))
}

/// The first error that the rules found in a run directory.
pub(super) fn wrong_in(facts: &RunFacts) -> Option<String> {
    facts.findings.iter().find(|finding| finding.severity == Severity::Error).map(told)
}

/// What of a run directory was not read or could not be judged.
pub(super) fn unread_in(facts: &RunFacts) -> Option<String> {
    facts.gaps.first().map(|gap| format!("{}: {}", gap.path, gap.why))
}

fn told(finding: &Finding) -> String {
    format!("{}: {}", finding.rule, finding.message)
}

/// Why a count of tests that its label gives a stage, `Stage 1 tests passed`, is not the cited run's.
pub(super) fn of_other_stage(facts: &Opened<'_>, pointer: &str, label: &str) -> Option<String> {
    let named = if pointer.starts_with("/tests/") { stages(label) } else { Vec::new() };
    let stage = field(facts, "/stage").0.and_then(Node::as_i64);
    let other = named.into_iter().find(|named| Some(*named) != stage)?;
    Some(format!("it speaks of stage {other}, and the cited run was made at another"))
}

/// Whether a field states the digest of a file that holds the value, or may: which it is, is not told.
pub(super) fn withholds(facts: &Opened<'_>, pointer: &str) -> bool {
    let is_withheld = |node: Option<&Node>| node.and_then(Node::as_str) == Some(WITHHELD);
    let differing = facts.document.get("digests").and_then(Node::as_list).unwrap_or_default();
    let of_file = |path: &str| {
        let of_it = differing.iter().filter(|one| one.get("path").and_then(Node::as_str) == Some(path));
        of_it.into_iter().any(|one| is_withheld(one.get("found")))
    };
    is_withheld(field(facts, pointer).0)
        || pointer.ends_with("/sha256") && of_patch(facts, pointer).is_some_and(of_file)
}
