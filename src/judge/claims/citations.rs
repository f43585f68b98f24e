//! What is known of the runs that a document cites, and of those that its sentences name.

use super::decide::{Bench, Decision};
use super::why::Why;
use crate::collect::sot::{Citation, Said, SotDocument, is_check};
use crate::text::plain;

/// What is known of a citation beside its words.
#[derive(Debug, Clone, Default)]
pub(super) struct CitationFacts {
    pub at_hand: bool,
    /// Whether its absence is an error: a place for runs was given, or it names none.
    pub wanted: bool,
    pub why: String,
    /// Of a run that a sentence names: its words, and the run.
    pub named: Option<(Said, String)>,
}

impl Bench<'_> {
    /// Whether each citation leads to a run at hand, and whether it is an error that it does not; behind them the
    /// runs that sentences name, and that are not at hand.
    pub(super) fn citation_facts(
        &self,
        (at, document): (usize, &SotDocument),
        decisions: &[Decision<'_>],
    ) -> Vec<CitationFacts> {
        let outside: Vec<usize> = decisions
            .iter()
            .filter(|claim| claim.why == Why::OutsideInterface)
            .filter_map(|claim| {
                claim.citation.filter(|citation| citation.0 == at).map(|(_, number)| number)
            })
            .collect();
        let items: Vec<Option<usize>> = decisions
            .iter()
            .filter(|claim| claim.why == Why::OutsideInterface && claim.statement.is_none())
            .map(|claim| claim.item)
            .collect();
        let facts = |(number, citation): (usize, &Citation)| {
            let why = match self.at_hand((at, number)) {
                Ok(_) => return CitationFacts { at_hand: true, ..CitationFacts::default() },
                Err(ruling) => ruling.cause.unwrap_or_default(),
            };
            let told = citation.run.is_none()
                && (outside.contains(&number) || citation.item.is_some() && items.contains(&citation.item));
            let is_run_s = citation.run.is_some() || is_of_a_run(&citation.what.text);
            let wanted = !told && is_run_s && (citation.run.is_none() || self.grounds.runs_given);
            CitationFacts { wanted, why, ..CitationFacts::default() }
        };
        let cited = document.citations.iter().enumerate().map(facts);
        // What a sentence names by its directory is looked for as what is cited.
        let named = decisions.iter().filter(|claim| claim.why == Why::RunNotFound);
        let named = named.filter_map(|claim| {
            let why = claim.cause.clone().unwrap_or_default();
            let named = Some((claim.stated.clone(), claim.named?.to_owned()));
            Some(CitationFacts { at_hand: false, wanted: self.grounds.runs_given, why, named })
        });
        cited.chain(named).collect()
    }
}

/// Whether an artifact's label means a run's own directory: `Run artifact`, `Baseline artifact directory`. Of other things
/// (`Log artifact`, `CI artifact`) the place is no run's, and no run is missed there.
fn is_of_a_run(what: &str) -> bool {
    const WORDS: [&str; 11] = [
        "run",
        "runs",
        "retry",
        "attempt",
        "round",
        "stage",
        "evidence",
        "case",
        "harness",
        "evaluation",
        "baseline",
    ];
    let what = plain(what);
    what.split(' ').any(|word| word.is_empty() || WORDS.contains(&word)) || is_check(&what)
}
