//! The sentences that the profile knows: gates, passes, configured endpoints, conditions.

use super::model::{GateCondition, Said, StatementKind};
use super::words::Words;
use crate::profile::Documents;
use crate::text::{Shared, plain};

/// A sentence that makes work items wait, with what they wait for.
pub(super) fn gate(words: &Words<'_>, documents: &Documents) -> Option<StatementKind> {
    let text = bare(words.text);
    let (gate, found) =
        documents.gates.iter().find_map(|gate| Some((gate, gate.pattern.captures(text)?)))?;
    let items: Box<[Shared]> = found
        .name("items")
        .map(|items| {
            let ids = documents.id.find_iter(items.as_str());
            ids.map(|id| words.kept(items.start() + id.start()..items.start() + id.end())).collect()
        })
        .unwrap_or_default();
    if items.is_empty() {
        return None;
    }
    let conditions = match (gate.condition, found.name("conditions")) {
        (Some(condition), _) => {
            let said = Said { text: words.kept(0..text.len()), span: words.span(0..text.len()) };
            [GateCondition { said, condition: Some(condition) }].into()
        }
        (None, Some(conditions)) => parts(conditions.as_str())
            .map(|(start, part)| {
                let start = conditions.start() + start;
                let at = start..start + part.len();
                let said = Said { text: words.kept(at.clone()), span: words.span(at) };
                GateCondition { condition: documents.condition(part), said }
            })
            .collect(),
        (None, None) => Box::default(),
    };
    Some(StatementKind::Gate { items, conditions })
}

/// A sentence without its last full stop.
pub(super) fn bare(text: &str) -> &str {
    text.trim_end_matches('.').trim_end()
}

/// What stands between `and`s and commas, with its offset.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = text.len() - rest.len();
        let cut = [", and ", " and ", ", ", "; "]
            .iter()
            .filter_map(|mark| rest.find(mark).map(|at| (at, mark.len())))
            .min_by_key(|(at, len)| (*at, std::cmp::Reverse(*len)));
        let (part, after) = match cut {
            Some((at, len)) => (rest.get(..at)?, rest.get(at + len..)?),
            None => (rest, ""),
        };
        rest = after;
        Some((start, part))
    })
    .filter(|(_, part)| !part.trim().is_empty())
}

/// A sentence that says that a run passed, or that it validates work items.
pub(super) fn pass(text: &str, documents: &Documents) -> Option<StatementKind> {
    documents.passes.iter().find_map(|pattern| {
        let found = pattern.captures(text)?;
        let claim = found.name("claim").or(found.get(0))?;
        let start = if found.name("claim").is_some() { claim.start() } else { claim.end() };
        if documents.pass_unless.is_match(text.get(..start).unwrap_or_default()) {
            return None;
        }
        let Some(named) = found.name("items") else {
            return Some(StatementKind::Pass { items: Box::default() });
        };
        let items: Box<[Shared]> =
            documents.id.find_iter(named.as_str()).map(|id| id.as_str().into()).collect();
        (!items.is_empty()).then_some(StatementKind::Pass { items })
    })
}

/// Whether what passed is a check of the harness and not a run.
pub(super) fn is_check(what: &str) -> bool {
    let what = plain(what);
    ["validat", "check", "lint", "test"].iter().any(|word| what.contains(word))
}

pub(super) fn tells_of_endpoint(text: &str, documents: &Documents) -> bool {
    let text = bare(text);
    documents.endpoint_configured.iter().any(|pattern| {
        pattern.find(text).is_some_and(|found| {
            !documents.pass_unless.is_match(text.get(..found.end()).unwrap_or_default())
        })
    })
}
