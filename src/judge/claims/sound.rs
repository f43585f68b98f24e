//! Whether what a run directory says may be relied on: what its own rules found wrong reaches the claims that
//! cite it.
//!
//! A validator's report stands or falls with its directory: nothing else vouches for it. Of a run a report that is
//! not this run's own carries no word; that the run itself is no proven pass takes nothing back that it says.

use super::decide::field;
use super::index::Opened;
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
    let altered = |path: &str| format!("{path} is not the file whose digest or size was recorded");
    no_report_of_its_own(pack, facts)
        .or_else(|| differs(facts, REPORT).then(|| altered(REPORT)))
        .or_else(|| of_patch(facts, pointer).filter(|path| differs(facts, path)).map(altered))
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
