//! Sentences on work items: "CTO-WORK-016 is done", "This run validates CTO-WORK-016".
//!
//! An item that is said to be done is held to what its own lines say, wherever it stands: to its status, and to its
//! evidence. An item that stands in no audited document can't be looked at.

use super::decide::{Bench, Ruling};
use super::pass::of_evidence;
use super::tables::At;
use super::why::Why;
use crate::collect::sot::{Pass, Statement};
use crate::judge::ClaimVerdict;
use crate::profile::StatusClass;

/// What a sentence comes to that names an item as done, or as validated by a run.
pub(super) fn of<'a>(
    bench: &Bench<'a>,
    (document, statement): (usize, &Statement),
    pass: &Pass,
    id: &str,
) -> Ruling<'a> {
    let first = |class| bench.tables.first_of(id, class);
    let unverifiable =
        |cause: String| Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause);
    if !bench.tables.items.contains_key(id) {
        return unverifiable(format!("{id} is in no audited document"));
    }
    let open = first(StatusClass::Open).filter(|_| !unblocks(pass, statement));
    if let Some(other) = first(StatusClass::Blocked).or(open) {
        let ruling = Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted);
        return Ruling { offenders: vec![other], ..ruling.found(says(bench, id, other), None) };
    }
    if let Some(other) = first(StatusClass::Unknown) {
        let ruling = unverifiable(format!("whether {} means done is not known", says(bench, id, other)));
        return Ruling { offenders: vec![other], ..ruling };
    }
    if pass.by_run {
        return Ruling::new(ClaimVerdict::Supported, Why::Stands).found("done", None);
    }
    of_evidence(bench, &bench.tables.evidence_of(id, document), &bench.tables.stages_of(id), false)
}

/// What an item is, in its own words, at one of its places.
pub(super) fn says(bench: &Bench<'_>, id: &str, at: At) -> String {
    let status = bench.tables.item(at).and_then(|item| item.status.as_ref());
    format!("{id} is {}", status.map_or("without a status", |status| status.word.as_str()))
}

/// Whether it says that an item may go on, and not that it is done.
fn unblocks(pass: &Pass, statement: &Statement) -> bool {
    statement.said.text.get(pass.claim.clone()).is_some_and(|claim| claim.eq_ignore_ascii_case("unblocks"))
}
