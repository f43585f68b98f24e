//! Pass claims: a work item that is done, a sentence that says that a run passed.
//!
//! A pass stands on a proven run of kind `run`, at whatever stage; what a sentence or an item itself says of the
//! stage is held against the run as well. A validator's pass is no run's, a configured endpoint is no pass at all,
//! and a document is no evidence for itself.

use std::collections::{BTreeSet, HashSet};

use super::decide::{Bench, Found, Ruling};
use super::fields::{field, report};
use super::index::Opened;
use super::picked::{Picked, picked};
use super::spoken::{Spoken, stage_not};
use super::standing;
use super::tables::At;
use super::why::Why;
use crate::collect::sot::{Citation, Pass, Statement, WorkItem};
use crate::evidence::Node;
use crate::judge::{ClaimVerdict, RunVerdict};

/// Why a run does not carry a pass claim.
pub(super) fn shortfall<'a>(facts: &'a Opened<'a>) -> Option<Found<'a>> {
    let at = |text: String, pointer: &str| Some(Found { text, place: field(facts, pointer).1 });
    if facts.is_validator() {
        return at("a validator's report".to_owned(), "/kind");
    }
    if facts.summary.verdict != RunVerdict::Proven {
        let verdict = facts.summary.verdict.as_str();
        let text = match (facts.summary.verdict, facts.report_word("status")) {
            (RunVerdict::NoClaim, Some(status)) => format!("no pass: the report says {status}"),
            (RunVerdict::NoClaim, None) => "it claims no pass".to_owned(),
            _ => verdict.to_owned(),
        };
        return at(text, "/status");
    }
    None
}

/// What a run's report says of its stage, where that is none of the stages at which an item is to pass.
fn at_other_stage<'a>(facts: &'a Opened<'a>, stages: &BTreeSet<i64>) -> Option<Found<'a>> {
    let (stage, place) = field(facts, "/stage");
    let stage = stage.and_then(Node::as_i64);
    let wanted = *stages.first()?;
    let is_other = stage.is_none_or(|stage| !stages.contains(&stage));
    is_other.then(|| Found { text: stage_not(stage, wanted), place })
}

/// A sentence that says that runs passed, that a run validates work items, or that these are done.
pub(super) fn of_sentence<'a>(
    bench: &Bench<'a>,
    (at, citation): (usize, Option<At>),
    statement: &'a Statement,
    pass: &'a Pass,
) -> Ruling<'a> {
    if let Some(other) = &pass.by_other {
        // What is no run validates nothing, whatever run is cited beside it.
        let ruling = Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass);
        return ruling.found(format!("no run, but a word on {other}"), None);
    }
    let of_runs =
        (pass.items.is_empty() || pass.by_run).then(|| of_runs(bench, (at, citation), statement, pass));
    let of_items = pass.items.iter().map(|id| standing::of(bench, (at, statement), pass, id));
    worst(of_runs.into_iter().chain(of_items))
        .unwrap_or_else(|| Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass))
}

/// Of several that have to hold the first of the worst.
fn worst<'a>(rulings: impl Iterator<Item = Ruling<'a>>) -> Option<Ruling<'a>> {
    let rank = |ruling: &Ruling<'_>| match ruling.verdict {
        ClaimVerdict::Supported => 0,
        ClaimVerdict::Unverifiable => 1,
        ClaimVerdict::Contradicted | ClaimVerdict::Unsupported => 2,
    };
    rulings.reduce(|worst, other| if rank(&other) > rank(&worst) { other } else { worst })
}

/// The runs that a sentence speaks of: those that it names, all that are cited beside it, or the nearest one.
fn of_runs<'a>(
    bench: &Bench<'a>,
    (at, citation): (usize, Option<At>),
    statement: &'a Statement,
    pass: &'a Pass,
) -> Ruling<'a> {
    let profile = bench.grounds.judge.profile;
    let of = |documents| Spoken::of(&statement.said.text, pass, &statement.runs, documents);
    let spoken = profile.documents().ok().map(of);
    let (named, cited_too) = spoken.map_or((Vec::new(), true), |spoken| spoken.runs(profile));
    let cited_run = |citation| bench.tables.citation(citation).and_then(|cited| cited.run.as_deref());
    let (citation, id) = match citation.map(|citation| (citation, cited_run(citation))) {
        Some((citation, Some(id))) => (Some(citation), id),
        Some((_, None)) => return Ruling::new(ClaimVerdict::Unsupported, Why::OutsideInterface),
        // It may name its run itself.
        None => match named.first() {
            Some(first) => (None, *first),
            None => return Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass),
        },
    };
    let of_cited = |citation: At| match bench.at_hand(citation) {
        Ok(cited) => of_run(&cited.facts, citation),
        Err(ruling) => Ruling { citation: Some(citation), ..ruling },
    };
    let several = spoken.filter(|_| named.is_empty()).and_then(Spoken::several);
    let picked = spoken
        .filter(|_| named.is_empty())
        .and_then(|spoken| picked(spoken.words()[0], &cited_beside(bench, at, pass)));
    let cited = match (several, picked) {
        (Some(several), _) => Some(of_all(bench, (at, pass), several, &of_cited)),
        (None, Some(Picked::One(citation))) => Some(of_cited((at, citation))),
        (None, Some(Picked::Unclear)) => Some(
            Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged)
                .because("which of the runs that its section cites is meant can't be told"),
        ),
        (None, None) => citation.filter(|_| cited_too).map(of_cited),
    };
    let of_named = |named: &&'a str| match citation {
        Some(citation) if *named == id => of_cited(citation),
        _ => of_named(bench, named),
    };
    let ruling = worst(cited.into_iter().chain(named.iter().map(of_named)))
        .or_else(|| citation.map(of_cited))
        .unwrap_or_else(|| Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass));
    let ruling = match spoken {
        Some(spoken) if several.is_none() => bench.fitting(ruling, &spoken.words()),
        _ => ruling,
    };
    let otherwise = ruling.run.filter(|_| ruling.verdict == ClaimVerdict::Supported);
    let own = || fixtures_of(bench, id, &named, several.map_or(&[], |_| &pass.beside), at);
    match otherwise.and_then(|facts| spoken?.otherwise(facts, profile, bench.grounds.fixtures, &own())) {
        None => ruling,
        Some(found) => Ruling {
            verdict: ClaimVerdict::Contradicted,
            why: Why::Contradicted,
            found: Some(found),
            ..ruling
        },
    }
}

/// The citations of runs in the section of a sentence.
fn cited_beside<'a>(bench: &Bench<'a>, at: usize, pass: &Pass) -> Vec<(usize, &'a Citation)> {
    let cited = |number: &usize| Some((*number, bench.tables.citation((at, *number))?));
    pass.beside.iter().filter_map(cited).collect()
}

/// The fixtures of the runs that a sentence speaks of, each once.
fn fixtures_of(bench: &Bench<'_>, cited: &str, named: &[&str], beside: &[usize], at: usize) -> Vec<String> {
    let others =
        beside.iter().filter_map(|citation| bench.tables.citation((at, *citation))?.run.as_deref());
    let runs = std::iter::once(cited).chain(named.iter().copied()).chain(others);
    let surfaces = &bench.grounds.judge.profile.surfaces;
    let fixtures: BTreeSet<String> = runs.filter_map(|run| Some(surfaces.run_name(run)?.fixture)).collect();
    fixtures.into_iter().collect()
}

/// "Both runs passed": each run that the section cites.
fn of_all<'a>(
    bench: &Bench<'a>,
    (at, pass): (usize, &Pass),
    several: usize,
    of_cited: &impl Fn(At) -> Ruling<'a>,
) -> Ruling<'a> {
    let mut seen = HashSet::new();
    let citations = pass.beside.iter().map(|citation| (at, *citation));
    let is_new = |citation: &At| {
        bench
            .tables
            .citation(*citation)
            .and_then(|cited| cited.run.as_deref())
            .is_some_and(|run| seen.insert(run))
    };
    let cited: Vec<At> = citations.filter(is_new).collect();
    match worst(cited.iter().map(|citation| of_cited(*citation))) {
        None => Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass),
        Some(ruling) if cited.len() < several && ruling.verdict == ClaimVerdict::Supported => {
            let cause = format!("it speaks of {several} runs, and its section cites {}", cited.len());
            Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause)
        }
        Some(ruling) => ruling,
    }
}

/// Of a run that the sentence itself names.
fn of_named<'a>(bench: &Bench<'a>, id: &'a str) -> Ruling<'a> {
    let unverifiable = |why, what: &str| {
        let cause = format!("the run {id}, which the sentence names, is {what}");
        Ruling::new(ClaimVerdict::Unverifiable, why).because(cause)
    };
    let ruling = match bench.docket.get(id) {
        Some(cited) if report(&cited.facts).is_some() || refutes(&cited.facts) => on_run(&cited.facts),
        Some(_) => unverifiable(Why::Unjudged, "without a readable report"),
        None => unverifiable(Why::RunNotFound, "not at hand"),
    };
    Ruling { named: Some(id), ..ruling }
}

fn refutes(facts: &Opened<'_>) -> bool {
    matches!(facts.summary.verdict, RunVerdict::Refuted | RunVerdict::NoClaim)
}

fn of_run<'a>(facts: &'a Opened<'a>, citation: At) -> Ruling<'a> {
    Ruling { citation: Some(citation), ..on_run(facts) }
}

fn on_run<'a>(facts: &'a Opened<'a>) -> Ruling<'a> {
    let ruling = match shortfall(facts) {
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
    let stages = bench.tables.item(at).map(|item| item.stages.iter().copied().collect());
    let stages = stages.unwrap_or_default();
    let ruling =
        of_evidence(bench, &bench.tables.citations_of(at), &stages, !item.endpoint_told.is_empty());
    match item.taken_back.first() {
        Some(said) if ruling.verdict == ClaimVerdict::Unsupported && ruling.found.is_none() => ruling
            .found(
                format!("a run is named, and taken back by its remark or its heading: {}", said.text),
                None,
            ),
        _ => ruling,
    }
}

/// What an item's citations come to; one run that is proven is enough, at one of the `stages` where there are any.
pub(super) fn of_evidence<'a>(
    bench: &Bench<'a>,
    citations: &[At],
    stages: &BTreeSet<i64>,
    endpoint_told: bool,
) -> Ruling<'a> {
    let is_run =
        |citation: &&At| bench.tables.citation(**citation).is_some_and(|cited| cited.run.is_some());
    let runs: Vec<At> = citations.iter().filter(is_run).copied().collect();
    if runs.is_empty() {
        let (why, citation) = match citations.first() {
            Some(first) => (Why::OutsideInterface, Some(*first)),
            None if !endpoint_told => (Why::UnsupportedPass, None),
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
    let mut proven = known.iter().filter(|(facts, _)| shortfall(facts).is_none()).peekable();
    let first = proven.peek().copied();
    if let Some((facts, citation)) = proven.find(|(facts, _)| at_other_stage(facts, stages).is_none()) {
        return of_run(facts, *citation);
    }
    if let Some(missing) = missing {
        return missing;
    }
    if let Some((facts, citation)) = first {
        let ruling = Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted);
        let found = at_other_stage(facts, stages);
        return Ruling { found, run: Some(facts), citation: Some(*citation), ..ruling };
    }
    if let Some((facts, citation)) = known.first().copied()
        && known.iter().all(|(facts, _)| facts.is_validator())
        && (endpoint_told || tells_of_endpoint(&known))
    {
        let ruling = Ruling::new(ClaimVerdict::Unsupported, Why::EndpointOnly);
        let ruling = ruling.found("a validator's report", field(facts, "/kind").1);
        return Ruling { run: Some(facts), citation: Some(citation), ..ruling };
    }
    // The last of those that come nearest: a run before a check.
    let nearest = known.into_iter().max_by_key(|(facts, _)| match facts.summary.verdict {
        _ if facts.is_validator() => 0,
        RunVerdict::Proven => 4,
        RunVerdict::Unproven => 3,
        RunVerdict::Refuted => 2,
        RunVerdict::NoClaim => 1,
    });
    match nearest {
        Some((facts, citation)) => of_run(facts, citation),
        None => Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass),
    }
}

fn tells_of_endpoint(cited: &[(&Opened<'_>, At)]) -> bool {
    cited.iter().any(|(facts, _)| facts.report_word("endpoint_config") == Some("present"))
}
