//! What the audited documents say together: every item wherever it is stated, who waits for whom, which
//! of the profile's conditions hold. It is all that one document may ask of another, so that each can be let
//! go as soon as it is judged.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::cycles::{Cycles, Waits};
use super::index::Index;
use super::sound::no_report_of_its_own;
use crate::collect::sot::{
    Blocker, Citation, GateCondition, ItemOutline, Outline, Statement, StatementKind, Status, family,
};
use crate::judge::{Judge, State};
use crate::profile::StatusClass;
use crate::text::{Shared, Source};

/// A document by its index, and something in it by its own.
pub(super) type At = (usize, usize);

/// No more places than these are shown of one gate: a thousand documents may state the same item.
pub(super) const SHOWN: usize = 20;

pub(super) struct Tables {
    pub outlines: Vec<Outline>,
    /// Every statement of a work item, in the order of the documents.
    pub items: HashMap<Shared, Vec<At>>,
    /// Citations of sentences that say that they validate an item.
    pub validated: HashMap<Shared, Vec<At>>,
    /// Citations of runs in sections that are headed as an item's evidence, in documents that do not state it.
    elsewhere: HashMap<Shared, Vec<At>>,
    /// Sentences that say that an item is validated or done.
    pub told: HashMap<Shared, Vec<At>>,
    /// Gates that name an item.
    pub gates: HashMap<Shared, Vec<At>>,
    /// For each condition of the profile, whether some cited run meets it.
    pub conditions: Vec<State>,
    /// Where an item is said not to be blocked.
    unblocked: HashMap<Shared, Vec<At>>,
    /// Where an item first has a status of each class, in the order of the classes.
    statuses: HashMap<Shared, [Option<At>; 4]>,
    cycles: Cycles,
    /// The beginnings of the items' ids: `CTO-WORK`.
    families: HashSet<Box<str>>,
}

impl Tables {
    pub fn new(outlines: Vec<Outline>, index: &Index<'_>, judge: Judge<'_>) -> Self {
        let mut tables = Self {
            outlines: Vec::new(),
            items: HashMap::new(),
            validated: HashMap::new(),
            elsewhere: HashMap::new(),
            told: HashMap::new(),
            gates: HashMap::new(),
            conditions: Vec::new(),
            unblocked: HashMap::new(),
            statuses: HashMap::new(),
            cycles: Cycles::default(),
            families: HashSet::new(),
        };
        for (at, document) in outlines.iter().enumerate() {
            for (number, item) in document.items.iter().enumerate() {
                tables.items.entry(item.id.clone()).or_default().push((at, number));
                let class = class_of(item.status.as_ref());
                let first = tables.statuses.entry(item.id.clone()).or_default();
                if let Some(first) = first.get_mut(class as usize) {
                    first.get_or_insert((at, number));
                }
                if class != StatusClass::Blocked {
                    tables.unblocked.entry(item.id.clone()).or_default().push((at, number));
                }
            }
            for (number, citation) in document.citations.iter().enumerate() {
                if let Some(id) = citation.foreign.as_ref().filter(|_| citation.run.is_some()) {
                    tables.elsewhere.entry(id.clone()).or_default().push((at, number));
                }
            }
            for (number, gate) in &document.gates {
                let StatementKind::Gate { items, .. } = &gate.kind else { continue };
                for id in items {
                    tables.gates.entry(id.clone()).or_default().push((at, *number));
                }
            }
            for (number, statement) in &document.passes {
                let StatementKind::Pass(pass) = &statement.kind else { continue };
                let cited = statement.citation.filter(|_| pass.by_run).map(|citation| (at, citation));
                for id in &pass.items {
                    tables.told.entry(id.clone()).or_default().push((at, *number));
                    tables.validated.entry(id.clone()).or_default().extend(cited);
                }
            }
        }
        tables.families = tables.items.keys().map(|id| family(id).into()).collect();
        let waits = |item: &ItemOutline| item.waits_for_a_condition;
        let waits = outlines.iter().any(|document| document.items.iter().any(waits));
        tables.conditions = conditions(&outlines, index, judge, waits || !tables.gates.is_empty());
        tables.cycles = tables.waits(&outlines);
        tables.outlines = outlines;
        tables
    }

    pub fn source(&self, at: usize) -> Option<&Source> {
        self.outlines.get(at).map(|outline| &outline.source)
    }

    /// A gate, or a sentence on work items, by its document and its number among that document's statements.
    pub fn statement(&self, at: At) -> Option<&Statement> {
        let outline = self.outlines.get(at.0)?;
        let mut kept = outline.gates.iter().chain(&outline.passes);
        kept.find(|(number, _)| *number == at.1).map(|(_, statement)| statement)
    }

    /// Where an item first has a status of this class.
    pub fn first_of(&self, id: &str, class: StatusClass) -> Option<At> {
        *self.statuses.get(id)?.get(class as usize)?
    }

    /// The citations that speak for an item where it is named in a document: those of its places in that document,
    /// else of the first ones in others.
    pub fn evidence_of(&self, id: &str, named_in: usize) -> Vec<At> {
        let places = self.items.get(id).map(Vec::as_slice).unwrap_or_default();
        let here = places.partition_point(|place| place.0 < named_in);
        let here = places.get(here..).unwrap_or_default().iter().take_while(|place| place.0 == named_in);
        let mut here: Vec<At> = here.take(SHOWN).copied().collect();
        if here.is_empty() {
            here = places.iter().take(SHOWN).copied().collect();
        }
        let all: BTreeSet<At> = here.into_iter().flat_map(|place| self.citations_of(place)).collect();
        all.into_iter().collect()
    }

    pub fn item(&self, at: At) -> Option<&ItemOutline> {
        self.outlines.get(at.0)?.items.get(at.1)
    }

    /// The stages at which an item is to pass, as far as it names any, wherever it is stated.
    pub fn stages_of(&self, id: &str) -> BTreeSet<i64> {
        let places = self.items.get(id).map(Vec::as_slice).unwrap_or_default().iter().take(SHOWN);
        places.filter_map(|at| self.item(*at)).flat_map(|item| item.stages.iter().copied()).collect()
    }

    pub fn citation(&self, at: At) -> Option<&Citation> {
        self.outlines.get(at.0)?.citations.get(at.1)
    }

    /// What an item's status comes to, over all documents: the first one that says so.
    pub fn class(&self, id: &str) -> Option<StatusClass> {
        let at = self.items.get(id)?.first()?;
        Some(class_of(self.item(*at)?.status.as_ref()))
    }

    /// Whether what a gate waits for is there: a condition of the profile, or work items that are to be done.
    pub fn condition_state(&self, waits_for: &GateCondition) -> State {
        if let Some(known) = waits_for.condition {
            return self.conditions.get(known).copied().unwrap_or(State::Unknown);
        }
        waits_for.items.iter().map(|id| self.is_done(id)).reduce(worse).unwrap_or(State::Unknown)
    }

    /// Whether an item is done wherever it is stated; of one that no audited document states, nobody knows.
    pub fn is_done(&self, id: &str) -> State {
        let first = |class| self.first_of(id, class).is_some();
        if first(StatusClass::Blocked) || first(StatusClass::Open) {
            State::Fails
        } else if first(StatusClass::Done) && !first(StatusClass::Unknown) {
            State::Holds
        } else {
            State::Unknown
        }
    }

    /// The work items that a blocker names. What only has the form of an id is one where items are called so, or where
    /// nothing else is said: `UTF-8` of "the UTF-8 handling" is none.
    pub fn items_of<'b>(&self, blocker: &'b Blocker) -> Vec<&'b Shared> {
        let rest = blocker
            .ids
            .iter()
            .fold(blocker.said.text.to_string(), |rest, id| rest.replace(id.as_str(), ""));
        let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let alone = words.all(|word| matches!(word, "and" | "or"));
        let is_item =
            |id: &&Shared| alone || id.matches('-').count() > 1 || self.families.contains(family(id));
        blocker.ids.iter().filter(is_item).collect()
    }

    /// Where items that a gate holds back are said not to be blocked: the first of those places.
    pub fn unblocked(&self, ids: &[Shared]) -> Vec<At> {
        let places = ids.iter().filter_map(|id| self.unblocked.get(id)).flatten();
        places.copied().take(SHOWN).collect()
    }

    /// The citations that speak for an item: its own, and those of sentences that name it. Where none of them names a
    /// run, those that other documents have for it.
    pub fn citations_of(&self, at: At) -> Vec<At> {
        let Some(id) = self.item(at).map(|item| &item.id) else { return Vec::new() };
        let named = self.validated.get(id).into_iter().flatten().copied();
        let mut all: BTreeSet<At> = self.own_citations(at).chain(named).collect();
        if !all.iter().any(|at| self.citation(*at).is_some_and(|cited| cited.run.is_some())) {
            let places = self.items.get(id).into_iter().flatten().filter(|place| place.0 != at.0);
            let theirs = places.take(SHOWN).flat_map(|place| self.own_citations(*place));
            let elsewhere = self.elsewhere.get(id).into_iter().flatten().take(SHOWN).copied();
            all.extend(theirs.chain(elsewhere));
        }
        all.into_iter().collect()
    }

    /// The citations of an item at one of its places.
    fn own_citations(&self, at: At) -> impl Iterator<Item = At> {
        let citations = self.outlines.get(at.0).map(|it| it.citations.as_slice()).unwrap_or_default();
        let own = citations.iter().enumerate().filter(move |(_, citation)| citation.item == Some(at.1));
        own.map(move |(number, _)| (at.0, number))
    }

    /// The runs that a document is held to, by their names: those that it cites, and those that others cite for its work items.
    pub fn cited_by(&self, at: usize) -> Vec<&str> {
        let Some(outline) = self.outlines.get(at) else { return Vec::new() };
        let own = (0..outline.items.len()).flat_map(|item| self.citations_of((at, item)));
        let items = outline.passes.iter().flat_map(|(_, statement)| match &statement.kind {
            StatementKind::Pass(pass) if !pass.by_run => &*pass.items,
            _ => &[],
        });
        let items: BTreeSet<&Shared> = items.collect();
        let of_items = items.into_iter().flat_map(|id| self.evidence_of(id, at));
        let others = own.chain(of_items).filter_map(|at| self.citation(at));
        outline.citations.iter().chain(others).filter_map(|citation| citation.run.as_deref()).collect()
    }

    /// The runs that the sentences of other documents on a work item are held to, as far as they are shown.
    pub fn cited_for(&self, id: &str) -> Vec<&str> {
        let told = self.told.get(id).map(Vec::as_slice).unwrap_or_default().iter().take(SHOWN);
        let named = told.filter_map(|at| Some((at.0, self.statement(*at)?)));
        let cited = named.flat_map(|(document, statement)| {
            let StatementKind::Pass(pass) = &statement.kind else { return Vec::new() };
            let ids = pass.items.iter().take(SHOWN).flat_map(|id| self.evidence_of(id, document));
            let own = statement.citation.into_iter().chain(pass.beside.iter().copied());
            let own: Vec<At> = own.map(|citation| (document, citation)).chain(ids).collect();
            let runs = own.into_iter().filter_map(|at| self.citation(at)?.run.as_deref());
            runs.chain(statement.runs.iter().map(|named| &*named.run)).collect()
        });
        cited.collect()
    }

    fn waits(&self, documents: &[Outline]) -> Cycles {
        let mut waits: Waits<'_> = BTreeMap::new();
        for (id, places) in &self.items {
            let items = places.iter().filter_map(|at| documents.get(at.0)?.items.get(at.1));
            let ids = items.flat_map(|item| &item.waits);
            waits.entry(id).or_default().extend(ids.filter(|id| self.items.contains_key(*id)));
        }
        Cycles::new(&waits)
    }

    /// The circles of blockers that are told at a place where an item is stated, each from that item on.
    pub fn circles(&self, id: &str, at: At, told: Told) -> Vec<Vec<&Shared>> {
        match told {
            Told::Once if self.items.get(id).and_then(|places| places.first()) != Some(&at) => Vec::new(),
            Told::Once => self.cycles.from(id),
            Told::OfEach => self.cycles.through(id),
        }
    }
}

/// Where a circle of blockers is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// At its first item, where that is stated first: it is one fault.
    Once,
    /// At each of its items: none of them can be done.
    OfEach,
}

pub(super) fn class_of(status: Option<&Status>) -> StatusClass {
    status.map_or(StatusClass::Unknown, |status| status.class)
}

/// A condition holds if some cited run meets it; it is unknown if one that is not at hand may do so.
fn conditions(documents: &[Outline], index: &Index<'_>, judge: Judge<'_>, wanted: bool) -> Vec<State> {
    let count = judge.profile.spec.documents.condition.len();
    if !wanted {
        return vec![State::Unknown; count];
    }
    let cited: HashSet<&str> = documents
        .iter()
        .flat_map(|document| &document.citations)
        .filter_map(|citation| citation.run.as_deref())
        .collect();
    let state_of = |id: &&str| match index.get(id) {
        None => vec![State::Unknown; count],
        Some(facts) if facts.is_validator() => vec![State::Fails; count],
        // What a report says that is not the run's own shows nothing of the run.
        Some(facts) if no_report_of_its_own(judge.pack, facts).is_some() => vec![State::Unknown; count],
        Some(facts) => index.answers(facts).conditions.iter().map(state).collect(),
    };
    let best = |mut a: Vec<State>, b: Vec<State>| {
        for (a, b) in a.iter_mut().zip(b) {
            *a = better(*a, b);
        }
        a
    };
    let cited: Vec<&str> = cited.into_iter().collect();
    cited.par_iter().map(state_of).reduce(|| vec![State::Fails; count], best)
}

fn state<E>(answer: &Result<bool, E>) -> State {
    match answer {
        Ok(true) => State::Holds,
        Ok(false) => State::Fails,
        Err(_) => State::Unknown,
    }
}

/// What two that have to hold come to.
pub(super) fn worse(a: State, b: State) -> State {
    match (a, b) {
        (State::Fails, _) | (_, State::Fails) => State::Fails,
        (State::Unknown, _) | (_, State::Unknown) => State::Unknown,
        (State::Holds, State::Holds) => State::Holds,
    }
}

fn better(a: State, b: State) -> State {
    match (a, b) {
        (State::Holds, _) | (_, State::Holds) => State::Holds,
        (State::Unknown, _) | (_, State::Unknown) => State::Unknown,
        (State::Fails, State::Fails) => State::Fails,
    }
}
