//! Pass claims: a work item that is done, a sentence that says that a run passed.
//!
//! A pass stands on a proven run of kind `run`, at the real-model stage, with the route's backend. A
//! validator's pass is no run's, a configured endpoint is no pass at all, and a document is no evidence
//! for itself.

use super::decide::{Bench, Found, Ruling, field, report};
use super::index::Opened;
use super::spoken::Spoken;
use super::tables::At;
use super::why::Why;
use crate::collect::sot::{Statement, WorkItem};
use crate::evidence::Node;
use crate::judge::{ClaimVerdict, RunVerdict};
use crate::profile::Profile;

/// Why a run does not carry a pass claim.
pub(super) fn shortfall<'a>(facts: &'a Opened<'a>, profile: &Profile) -> Option<Found<'a>> {
    let at = |text: String, pointer: &str| Some(Found { text, place: field(facts, pointer).1 });
    if facts.is_validator() {
        return at("a validator's report".to_owned(), "/kind");
    }
    if facts.summary.verdict != RunVerdict::Proven {
        let verdict = facts.summary.verdict.as_str();
        let text = match (facts.summary.verdict, facts.report_word("status")) {
            (RunVerdict::NoClaim, Some(status)) => format!("no pass: the report says {status}"),
            _ => verdict.to_owned(),
        };
        return at(text, "/status");
    }
    let stage = field(facts, "/stage").0.and_then(Node::as_i64);
    let wanted = profile.spec.run.real_model_stage;
    if stage != Some(wanted) {
        return at(format!("at stage {}, not {wanted}", stage.unwrap_or_default()), "/stage");
    }
    let backend = facts.report_word("backend").unwrap_or("unknown");
    let wanted = profile.spec.route.backend.get_ref();
    if backend != wanted {
        return at(format!("with backend {backend}, not {wanted}"), "/backend");
    }
    None
}

pub(super) fn of_sentence<'a>(
    bench: &Bench<'a>,
    statement: &'a Statement,
    citation: Option<At>,
) -> Ruling<'a> {
    let Some(citation) = citation else {
        return Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass);
    };
    let Some(id) = bench.tables.citation(citation).and_then(|cited| cited.run.as_deref()) else {
        return Ruling::new(ClaimVerdict::Unsupported, Why::OutsideInterface);
    };
    let profile = bench.grounds.judge.profile;
    let spoken = profile.documents().ok().and_then(|documents| Spoken::of(statement, documents));
    let named = spoken.map(|spoken| spoken.runs(profile)).unwrap_or_default();
    let of_cited = || match bench.at_hand(citation) {
        Ok(cited) => of_run(bench, &cited.facts, citation),
        Err(ruling) => ruling,
    };
    let rulings = named.iter().map(|named| if *named == id { of_cited() } else { of_named(bench, named) });
    // Of several runs that are said to have passed each has to be proven.
    let worst = rulings.max_by_key(|ruling| match ruling.verdict {
        ClaimVerdict::Supported => 0,
        ClaimVerdict::Unverifiable => 1,
        ClaimVerdict::Contradicted | ClaimVerdict::Unsupported => 2,
    });
    let ruling = worst.unwrap_or_else(of_cited);
    let otherwise = ruling.run.filter(|_| ruling.verdict == ClaimVerdict::Supported);
    match otherwise.and_then(|facts| spoken?.otherwise(facts, profile)) {
        None => ruling,
        Some(found) => Ruling {
            verdict: ClaimVerdict::Contradicted,
            why: Why::Contradicted,
            found: Some(found),
            ..ruling
        },
    }
}

/// Of a run that the sentence itself names. Of one that no document cites no more is kept than its verdict: it
/// can refute the sentence, and not carry it.
fn of_named<'a>(bench: &Bench<'a>, id: &'a str) -> Ruling<'a> {
    let ruling = match bench.docket.get(id) {
        Some(cited) if report(&cited.facts).is_some() || refutes(&cited.facts) => {
            on_run(bench, &cited.facts)
        }
        _ => Ruling::new(ClaimVerdict::Unverifiable, Why::RunNotFound)
            .because(format!("the run {id}, which the sentence names, is not at hand")),
    };
    Ruling { named: Some(id), ..ruling }
}

fn refutes(facts: &Opened<'_>) -> bool {
    matches!(facts.summary.verdict, RunVerdict::Refuted | RunVerdict::NoClaim)
}

fn of_run<'a>(bench: &Bench<'a>, facts: &'a Opened<'a>, citation: At) -> Ruling<'a> {
    Ruling { citation: Some(citation), ..on_run(bench, facts) }
}

fn on_run<'a>(bench: &Bench<'a>, facts: &'a Opened<'a>) -> Ruling<'a> {
    let ruling = match shortfall(facts, bench.grounds.judge.profile) {
        None => {
            Ruling::new(ClaimVerdict::Supported, Why::Stands).found("proven", field(facts, "/status").1)
        }
        Some(Found { text, place }) => {
            let verdict = match facts.summary.verdict {
                RunVerdict::Unproven => ClaimVerdict::Unverifiable,
                _ => ClaimVerdict::Contradicted,
            };
            Ruling::new(verdict, Why::PassNotProven).found(text, place)
        }
    };
    Ruling { run: Some(facts), ..ruling }
}

/// The status of an item that is done.
pub(super) fn of_item<'a>(bench: &Bench<'a>, at: At, item: &WorkItem) -> Ruling<'a> {
    let citations = bench.tables.citations_of(at);
    let is_run =
        |citation: &&At| bench.tables.citation(**citation).is_some_and(|cited| cited.run.is_some());
    let runs: Vec<At> = citations.iter().filter(is_run).copied().collect();
    if runs.is_empty() {
        let (why, citation) = match citations.first() {
            Some(first) => (Why::OutsideInterface, Some(*first)),
            None if item.endpoint_told.is_empty() => (Why::UnsupportedPass, None),
            None => (Why::EndpointOnly, None),
        };
        return Ruling { citation, ..Ruling::new(ClaimVerdict::Unsupported, why) };
    }
    let mut known: Vec<(&'a Opened<'a>, At)> = Vec::new();
    let mut missing = None;
    for citation in runs {
        match bench.at_hand(citation) {
            Ok(cited) => known.push((&cited.facts, citation)),
            Err(ruling) => missing = missing.or(Some(Ruling { citation: Some(citation), ..ruling })),
        }
    }
    let profile = bench.grounds.judge.profile;
    if let Some((facts, citation)) = known.iter().find(|(facts, _)| shortfall(facts, profile).is_none()) {
        return of_run(bench, facts, *citation);
    }
    if let Some(missing) = missing {
        return missing;
    }
    if let Some((facts, citation)) = known.first().copied()
        && known.iter().all(|(facts, _)| facts.is_validator())
        && tells_of_endpoint(item, &known)
    {
        let ruling = Ruling::new(ClaimVerdict::Unsupported, Why::EndpointOnly);
        let ruling = ruling.found("a validator's report", field(facts, "/kind").1);
        return Ruling { run: Some(facts), citation: Some(citation), ..ruling };
    }
    let nearest = known.into_iter().max_by_key(|(facts, _)| match facts.summary.verdict {
        RunVerdict::Proven => 3,
        RunVerdict::Unproven => 2,
        RunVerdict::Refuted => 1,
        RunVerdict::NoClaim => 0,
    });
    match nearest {
        Some((facts, citation)) => of_run(bench, facts, citation),
        None => Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass),
    }
}

fn tells_of_endpoint(item: &WorkItem, cited: &[(&Opened<'_>, At)]) -> bool {
    !item.endpoint_told.is_empty()
        || cited.iter().any(|(facts, _)| facts.report_word("endpoint_config") == Some("present"))
}
