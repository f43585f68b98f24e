//! From a claim's line to the bytes: the steps that anyone can follow by hand.

use std::borrow::Cow;

use super::decide::{Bench, Decision};
use super::fields::{field, report};
use super::index::Opened;
use super::pass::shortfall;
use super::tables::{At, SHOWN};
use super::why::Why;
use super::words::Names;
use crate::collect::sot::{ItemOutline, StatementKind};
use crate::evidence::Node;
use crate::finding::Finding;
use crate::judge::chain::said;
use crate::judge::run::breaking;
use crate::judge::{Chain, ChainNode, ClaimKind, ClaimVerdict, ConditionState, RunVerdict, State};
use crate::profile::StatusClass;
use crate::text::{LineStarts, Place, Shared, Source, Span};

/// A document and where its lines begin.
pub(super) struct Lines<'a> {
    pub at: usize,
    pub path: &'a str,
    starts: Cow<'a, LineStarts>,
}

impl<'a> Lines<'a> {
    pub fn new(at: usize, source: &'a Source) -> Self {
        Self { at, path: &source.path, starts: source.lines() }
    }

    pub fn line(&self, span: Span) -> u64 {
        self.starts.line(span.start).0
    }

    pub(super) fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path, self.line(span))
    }
}

pub(super) fn node(
    state: State,
    text: impl Into<String>,
    place: impl Into<Option<String>>,
    children: Vec<ChainNode>,
) -> ChainNode {
    ChainNode { state, text: text.into(), place: place.into(), children }
}

pub(super) fn report_place(facts: &Opened<'_>, place: Place) -> Option<String> {
    let (path, line) = report_line(facts, place)?;
    Some(format!("{path}:{line}"))
}

/// Where a finding stands.
pub(super) fn placed(finding: &Finding) -> String {
    format!("{}:{}", finding.location.path, finding.location.line)
}

fn report_line<'a>(facts: &'a Opened<'_>, place: Place) -> Option<(&'a str, u64)> {
    let source = facts.sources.get(place.source)?;
    Some((&source.path, source.position(&place).line))
}

impl<'a> Bench<'a> {
    /// A claim's steps, or, where the cited report says the same, what they follow from.
    pub(super) fn chain_of(&self, lines: &Lines<'_>, claim: &Decision<'a>, names: &mut Names) -> Chain {
        self.reported(lines, claim, names).unwrap_or_else(|| Chain::Steps(vec![self.chain(lines, claim)]))
    }

    fn reported(&self, lines: &Lines<'_>, claim: &Decision<'a>, names: &mut Names) -> Option<Chain> {
        let of_a_report =
            matches!(claim.kind, ClaimKind::Label | ClaimKind::Sentence | ClaimKind::Validator);
        let citation = self.tables.citation(claim.citation?)?;
        let (facts, found) = (claim.run?, claim.found.as_ref()?);
        let named = citation.run.as_deref() == Some(facts.summary.id.as_str());
        if !of_a_report || !named || claim.verdict != ClaimVerdict::Supported {
            return None;
        }
        let place = found.place.and_then(|(facts, place)| report_line(facts, place));
        Some(Chain::Reported {
            cited: lines.line(citation.path.span),
            place: place.map(|(path, line)| (names.shared(path), line)),
        })
    }

    /// The steps of one claim. A pass is followed down to the digests.
    pub(super) fn chain(&self, lines: &Lines<'_>, claim: &Decision<'a>) -> ChainNode {
        let mut children = Vec::new();
        match claim.kind {
            ClaimKind::Pass => children.extend(self.pass_steps(lines, claim)),
            ClaimKind::Gate => children.extend(self.gate_steps(claim)),
            ClaimKind::Commit => children.extend(claim.found.as_ref().map(|found| {
                node(
                    claim.verdict.state(),
                    format!("the commit's subject is `{}`", found.text),
                    None,
                    vec![],
                )
            })),
            ClaimKind::Label | ClaimKind::Sentence | ClaimKind::Validator => {
                children.extend(self.citation_step(lines, claim));
                children.extend(Self::named_report(lines, claim));
            }
        }
        if claim.verdict != ClaimVerdict::Supported {
            let text = format!("to stand: {}", remedy(claim));
            children.push(node(State::Unknown, text, None, vec![]));
        }
        let text = match claim.kind {
            ClaimKind::Pass if claim.statement.is_none() => {
                Cow::Owned(format!("Status: {}", claim.stated.text))
            }
            kind => said(kind, &claim.text, &claim.stated.text),
        };
        let text = format!("{text} — {}", claim.verdict.as_str());
        node(claim.verdict.state(), text, lines.place(claim.span), children)
    }

    fn citation_step(&self, lines: &Lines<'_>, claim: &Decision<'a>) -> Option<ChainNode> {
        let citation = self.tables.citation(claim.citation?)?;
        let place = lines.place(citation.path.span);
        let Some(facts) = claim.run else {
            let text =
                claim.cause.clone().unwrap_or_else(|| format!("`{}` is not at hand", citation.path.text));
            return Some(node(State::Unknown, text, place, vec![]));
        };
        let text = format!("cites the run {}", facts.summary.id);
        Some(node(State::Holds, text, place, found_step(claim).into_iter().collect()))
    }

    /// The run that a label or a sentence names itself, and was held against.
    fn named_report(lines: &Lines<'_>, claim: &Decision<'a>) -> Option<ChainNode> {
        let (named, place) = (claim.named?, lines.place(claim.span));
        Some(match (claim.run, &claim.cause) {
            (Some(_), None) => {
                let steps = found_step(claim).into_iter().collect();
                node(State::Holds, format!("names the run {named}"), place, steps)
            }
            (_, cause) => node(State::Unknown, cause.clone().unwrap_or_default(), place, vec![]),
        })
    }

    fn gate_steps(&self, claim: &Decision<'a>) -> Vec<ChainNode> {
        let Some(StatementKind::Gate { items, conditions }) = claim.statement.map(|s| &s.kind) else {
            return Vec::new();
        };
        let mut steps = Vec::new();
        for condition in conditions {
            let state = self.tables.condition_state(condition);
            let known = condition
                .condition
                .and_then(|at| self.grounds.judge.profile.spec.documents.condition.get(at));
            let text = match (known, state) {
                (None, _) if !condition.items.is_empty() => {
                    steps.extend(condition.items.iter().map(|id| self.to_be_done(id)));
                    continue;
                }
                (None, _) => format!("`{}` is no condition that the profile knows", condition.said.text),
                (Some(known), State::Holds) => format!("{}: a cited run shows it", known.name),
                (Some(known), State::Fails) => format!("{}: no cited run shows it", known.name),
                (Some(known), State::Unknown) => {
                    format!("{}: the runs that may show it are not at hand", known.name)
                }
            };
            steps.push(node(state, text, None, vec![]));
        }
        for id in items {
            let places = self.tables.items.get(id).map(Vec::as_slice).unwrap_or_default();
            if places.is_empty() {
                steps.push(node(State::Holds, format!("{id} is in no audited document"), None, vec![]));
            }
            for at in places.iter().take(SHOWN) {
                steps.extend(self.held_back(id, *at, claim));
            }
            if let Some(more) = places.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                let text = format!("{id} is stated in {more} more places");
                steps.push(node(claim.verdict.state(), text, None, vec![]));
            }
        }
        steps
    }

    /// A work item that a gate waits for, where it is stated first in the way that decides.
    fn to_be_done(&self, id: &Shared) -> ChainNode {
        let state = self.tables.is_done(id);
        let decides = [StatusClass::Blocked, StatusClass::Open, StatusClass::Unknown, StatusClass::Done];
        let place = decides.into_iter().find_map(|class| self.tables.first_of(id, class));
        let Some((at, item)) = place.and_then(|at| Some((at, self.tables.item(at)?))) else {
            return node(state, format!("{id} is in no audited document"), None, vec![]);
        };
        let (word, span) = status_of(item);
        let place = self.tables.source(at.0).map(|source| Lines::new(at.0, source).place(span));
        node(state, format!("{id}, which it waits for, is {word}"), place, vec![])
    }

    fn held_back(&self, id: &str, at: At, claim: &Decision<'a>) -> Option<ChainNode> {
        let item = self.tables.item(at)?;
        let lines = Lines::new(at.0, self.tables.source(at.0)?);
        let (word, span) = status_of(item);
        let state = if claim.offenders.contains(&at) { claim.verdict.state() } else { State::Holds };
        Some(node(state, format!("{id} is {word}"), lines.place(span), vec![]))
    }

    fn pass_steps(&self, lines: &Lines<'_>, claim: &Decision<'a>) -> Vec<ChainNode> {
        let citations = match (claim.statement, claim.item) {
            (None, Some(item)) => self.tables.citations_of((lines.at, item)),
            _ => claim.citation.into_iter().collect(),
        };
        let mut steps = self.named_items(claim);
        let of_items = steps.len();
        steps.extend(citations.into_iter().filter_map(|citation| self.run_step(citation)));
        if claim.named.is_some() {
            steps.push(self.named_step(lines, claim));
        }
        if claim.why == Why::Contradicted && claim.offenders.is_empty() {
            steps.extend(found_step(claim));
        }
        if steps.len() == of_items && claim.offenders.is_empty() && claim.cause.is_none() {
            steps.push(node(State::Fails, "no run is cited", None, vec![]));
        }
        steps
    }

    /// The work items that a sentence names, each with what it says of itself.
    fn named_items(&self, claim: &Decision<'a>) -> Vec<ChainNode> {
        let Some(StatementKind::Pass(pass)) = claim.statement.map(|statement| &statement.kind) else {
            return Vec::new();
        };
        let step = |id: &Shared| {
            let offender =
                claim.offenders.iter().find(|at| self.tables.item(**at).is_some_and(|it| it.id == *id));
            let place = offender.or_else(|| self.tables.items.get(id)?.first());
            match place {
                Some(at) => self.held_back(id, *at, claim),
                None => Some(node(State::Unknown, format!("{id} is in no audited document"), None, vec![])),
            }
        };
        pass.items.iter().take(SHOWN).filter_map(step).collect()
    }

    /// The run that a sentence names, and does not cite.
    fn named_step(&self, lines: &Lines<'_>, claim: &Decision<'a>) -> ChainNode {
        let place = lines.place(claim.span);
        match claim.run {
            Some(facts) => self.run(facts, place),
            None => node(State::Unknown, claim.cause.clone().unwrap_or_default(), place, vec![]),
        }
    }

    fn run_step(&self, at: At) -> Option<ChainNode> {
        let citation = self.tables.citation(at)?;
        let place = Lines::new(at.0, self.tables.source(at.0)?).place(citation.path.span);
        match self.at_hand(at) {
            Ok(cited) => Some(self.run(&cited.facts, place)),
            Err(ruling) => {
                let state = if citation.run.is_none() { State::Fails } else { State::Unknown };
                Some(node(state, ruling.cause.unwrap_or_default(), place, vec![]))
            }
        }
    }

    /// A run, its ten conditions, its baseline and its digests.
    fn run(&self, facts: &'a Opened<'a>, place: String) -> ChainNode {
        let short = shortfall(facts);
        let state = match (&short, facts.summary.verdict) {
            (None, _) => State::Holds,
            (Some(_), RunVerdict::Unproven) => State::Unknown,
            (Some(_), _) => State::Fails,
        };
        let says = short.map_or_else(|| "proven".to_owned(), |short| short.text);
        let mut children = Vec::new();
        if !facts.is_validator() {
            children.extend(facts.summary.conditions.iter().map(|it| self.condition(facts, it)));
            // Of a run that no document cites the report was let go: then only its conditions are told.
            children.extend(report(facts).map(|_| baseline(facts)));
        }
        children.extend(digests(facts));
        node(state, format!("the run {}: {says}", facts.summary.id), place, children)
    }
}

fn status_of(item: &ItemOutline) -> (&str, Span) {
    let status = item.status.as_ref();
    status.map_or(("without a status", item.heading), |it| (it.word.as_str(), it.said.span))
}

/// What the run's report says.
fn found_step(claim: &Decision<'_>) -> Option<ChainNode> {
    let found = claim.found.as_ref()?;
    let place = found.place.and_then(|(facts, place)| report_place(facts, place));
    Some(node(claim.verdict.state(), format!("its report says {}", found.text), place, vec![]))
}

impl Bench<'_> {
    /// One of the ten conditions, and what breaks it, each where it was found.
    fn condition(&self, facts: &Opened<'_>, condition: &ConditionState) -> ChainNode {
        let pack = self.grounds.judge.pack;
        let places: Vec<String> = breaking(pack, &facts.findings, condition.number).map(placed).collect();
        // Where findings break it, they are all that it says, in their order.
        let places_of = places.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let because = condition.because.iter().zip(places_of);
        let because =
            because.map(|(why, place)| node(condition.state, why.as_str(), place, vec![])).collect();
        let text = format!("{}. {}", condition.number, condition.says);
        node(condition.state, text, places.into_iter().next(), because)
    }
}

fn baseline(facts: &Opened<'_>) -> ChainNode {
    let (node_, place) = field(facts, "/baseline");
    let place = place.and_then(|(facts, place)| report_place(facts, place));
    let Some(baseline) = node_.filter(|node| !node.is_null()) else {
        return node(State::Fails, "no baseline was made in this run", place, vec![]);
    };
    let word = |key: &str| baseline.get(key).and_then(Node::as_str).unwrap_or("unknown");
    let same = word("run_id") == facts.summary.id;
    let text =
        format!("baseline with engine {} of run {}: {}", word("engine"), word("run_id"), word("status"));
    node(if same { State::Holds } else { State::Fails }, text, place, vec![])
}

fn digests(facts: &Opened<'_>) -> Vec<ChainNode> {
    let differing = facts.document.get("digests").and_then(Node::as_list);
    let (sha256, place) = field(facts, "/patch/sha256");
    let mut steps = Vec::new();
    if let Some(sha256) = sha256.and_then(Node::as_str) {
        let place = place.and_then(|(facts, place)| report_place(facts, place));
        let path = field(facts, "/patch/path").0.and_then(Node::as_str).unwrap_or("patch");
        let state = match differing {
            None => State::Unknown,
            Some(list) if list.iter().any(|it| it.get("path").and_then(Node::as_str) == Some(path)) => {
                State::Fails
            }
            Some(_) => State::Holds,
        };
        steps.push(node(state, format!("{path} has the SHA-256 {sha256}"), place, vec![]));
    }
    if report(facts).is_some()
        && let Some([_, ..]) = differing
    {
        let text = "files whose digest or size is not the recorded one";
        let files = differing.unwrap_or_default().iter().filter_map(|it| it.get("path")?.as_str());
        let files = files.map(|path| node(State::Fails, path, None, vec![])).collect();
        steps.push(node(State::Fails, text, None, files));
    }
    steps
}

fn waits_for_items(claim: &Decision<'_>) -> bool {
    let kind = claim.statement.map(|statement| &statement.kind);
    matches!(kind, Some(StatementKind::Gate { conditions, .. }) if conditions.iter().any(|it| !it.items.is_empty()))
}

/// What would have to be shown for the claim to stand.
fn remedy(claim: &Decision<'_>) -> &'static str {
    match claim.why {
        Why::Stands => "nothing more",
        Why::Contradicted => "the document has to say what the report says, or cite the run that it means",
        Why::UnsupportedPass if claim.kind == ClaimKind::Validator => {
            "cite the report of this check by its directory, in the same section"
        }
        Why::UnsupportedPass | Why::EndpointOnly => {
            "cite a proven run by its directory, in the item's own evidence"
        }
        Why::PassNotProven => "cite a run of kind `run` for which all ten conditions hold",
        Why::OutsideInterface => "cite a run directory of the Harness Evidence Interface, by its name",
        Why::GateNotMet if waits_for_items(claim) => {
            "what the gate waits for has to be done, or the items stay blocked"
        }
        Why::GateNotMet => "a cited run has to meet the gate's condition, or the items stay blocked",
        Why::ValidatorNotPassed => {
            "cite the validator's own report: kind validator, status pass, this command, no failed check"
        }
        Why::CommitNotFound => "the commit has to be in the audited repository",
        Why::CommitSubjectDiffers => "the document has to give the commit's own subject",
        Why::Uncited => "cite the run that it speaks of, in the same section",
        Why::RunNotFound | Why::Unjudged if claim.named.is_some() => {
            "cite the run that the sentence names, by its directory"
        }
        Why::RunNotFound => "the cited run directory has to be at hand: name its folder with --runs",
        Why::NoRepository => "name the repository with --repo",
        Why::Unjudged => "what it needs has to be readable in the cited evidence",
    }
}
