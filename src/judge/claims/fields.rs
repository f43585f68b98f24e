//! Where a claim's pointer leads: into the cited run's report, or into the report of that run's baseline.

use super::index::Opened;
use crate::evidence::{Node, Pointer};
use crate::text::{Place, Span};

/// What the run's report itself says of its baseline; all else the baseline's own report says.
const OF_BASELINE: [&str; 4] = ["engine", "run_id", "status", "report"];

/// The cited run's report, where it is an object.
pub(super) fn report<'a>(facts: &'a Opened<'_>) -> Option<&'a Node> {
    facts.document.get("report").filter(|report| report.as_map().is_some())
}

/// What the run's report says of a baseline.
pub(super) fn named_baseline<'a>(facts: &'a Opened<'_>) -> Option<&'a Node> {
    report(facts)?.get("baseline").filter(|baseline| !baseline.is_null())
}

/// The baseline's own report, where it was read and is an object.
pub(super) fn baseline_report<'a>(facts: &'a Opened<'_>) -> Option<&'a Node> {
    facts.document.get("baseline")?.get("report").filter(|report| report.as_map().is_some())
}

/// `/tests/passed` of `/baseline/tests/passed`, which stands in the baseline's own report.
pub(super) fn of_baseline(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/baseline")?;
    let first = rest.strip_prefix('/')?.split('/').next()?;
    (!OF_BASELINE.contains(&first)).then_some(rest)
}

/// The report that a pointer leads into, and the pointer there. A run that has no baseline says so itself.
pub(super) fn told_in<'a, 'p>(facts: &'a Opened<'_>, pointer: &'p str) -> (Option<&'a Node>, &'p str) {
    match of_baseline(pointer).filter(|_| named_baseline(facts).is_some()) {
        Some(rest) => (baseline_report(facts), rest),
        None => (report(facts), pointer),
    }
}

/// What stands at a pointer into the report, and where; where nothing stands, the object that lacks it.
pub(super) fn field<'a>(
    facts: &'a Opened<'a>,
    pointer: &str,
) -> (Option<&'a Node>, Option<(&'a Opened<'a>, Place)>) {
    let (Some(report), pointer) = told_in(facts, pointer) else { return (None, None) };
    let (node, found) = report.resolve(&Pointer::parse(pointer));
    let place = node.place.map(|place| {
        let short = Span::new(place.span.start, place.span.end.min(place.span.start + 1));
        (facts, if found { place } else { Place { span: short, ..place } })
    });
    (found.then_some(node), place)
}
