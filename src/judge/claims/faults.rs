//! What the rules find wrong with one work item: with what it says of itself, and with how it is written.
//!
//! An item that the audit rejects does not stand, whatever its claims come to.

use super::decide::Bench;
use super::tables::{At, Told};
use super::{Rules, evidence};
use crate::collect::sot::{Problem, SotDocument, WorkItem};
use crate::finding::{Finding, Severity};
use crate::rule::Rule;
use crate::text::Span;

/// The list of a document's evidence that tells what in it is malformed.
const MALFORMED: &str = "malformed";

impl Bench<'_> {
    /// The errors of an item, among them those of its document that stand inside it.
    pub(super) fn faults(
        &self,
        at: At,
        document: &SotDocument,
        of_document: &[Finding],
        rules: &Rules<'_>,
    ) -> Vec<Finding> {
        let judge = self.grounds.judge;
        let item = evidence::of_item(self.tables, document, at, Told::OfEach);
        let item = item.map(|item| judge.judge_by(&item, rules.item.iter().copied()).findings);
        let inside: Vec<u64> = malformed_in(document, at.1).map(|problem| problem.span.start).collect();
        let asks = |rule: &Rule| rule.each.iter().any(|each| each.segments().next() == Some(MALFORMED));
        let malformed = of_document.iter().filter(|finding| {
            inside.contains(&finding.location.byte_start)
                && rules.document.iter().any(|rule| rule.id == finding.rule && asks(rule))
        });
        let mut faults: Vec<Finding> = malformed.cloned().chain(item.into_iter().flatten()).collect();
        faults.retain(|fault| fault.severity == Severity::Error);
        faults.sort_by(|a, b| a.order().cmp(&b.order()));
        faults
    }
}

/// What is malformed between an item's heading and the next one's. A heading that is nearly an item is none of
/// the item above it.
fn malformed_in(document: &SotDocument, number: usize) -> impl Iterator<Item = &Problem> {
    let heading = |item: &WorkItem| item.heading.start;
    let starts = document.items.get(number).map_or(u64::MAX, heading);
    let ends = document.items.iter().map(heading).filter(|other| *other > starts).min().unwrap_or(u64::MAX);
    let inside = move |problem: &&Problem| (starts..ends).contains(&problem.span.start);
    let problems = document.malformed.iter().filter(inside);
    problems.filter(move |problem| problem.span.start == starts || !is_heading(document, problem.span))
}

/// Whether nothing but a heading's mark stands before a place on its line.
fn is_heading(document: &SotDocument, span: Span) -> bool {
    let (_, begins) = document.source.lines().line(span.start);
    let before = document.source.window(Span::new(begins, span.start)).unwrap_or_default();
    before.contains(&b'#') && before.iter().all(|byte| matches!(byte, b'#' | b'>' | b' ' | b'\t'))
}
