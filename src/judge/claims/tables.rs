//! What the audited documents say together: every item wherever it is stated, who waits for whom, which
//! of the profile's conditions hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::index::Index;
use crate::collect::sot::{Citation, SotDocument, Statement, StatementKind, WorkItem};
use crate::judge::State;
use crate::profile::{Profile, StatusClass};

/// A document by its index, and something in it by its own.
pub(super) type At = (usize, usize);

/// No more places than these are shown of one gate: a thousand documents may state the same item.
pub(super) const SHOWN: usize = 20;

pub(super) struct Tables<'a> {
    pub documents: &'a [SotDocument],
    /// Every statement of a work item, in the order of the documents.
    pub items: HashMap<&'a str, Vec<At>>,
    /// Citations of sentences that say that they validate an item.
    pub validated: HashMap<&'a str, Vec<At>>,
    /// Gates that name an item.
    pub gates: HashMap<&'a str, Vec<At>>,
    /// For each condition of the profile, whether some cited run meets it.
    pub conditions: Vec<State>,
    /// Where an item is said not to be blocked.
    unblocked: HashMap<&'a str, Vec<At>>,
    /// The circle of blockers that begins at an item; the first item of each circle alone has one.
    pub cycles: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Tables<'a> {
    pub fn new(documents: &'a [SotDocument], index: &Index<'_>, profile: &Profile) -> Self {
        let mut tables = Self {
            documents,
            items: HashMap::new(),
            validated: HashMap::new(),
            gates: HashMap::new(),
            conditions: Vec::new(),
            unblocked: HashMap::new(),
            cycles: HashMap::new(),
        };
        for (at, document) in documents.iter().enumerate() {
            for (number, item) in document.items.iter().enumerate() {
                tables.items.entry(&item.id.text).or_default().push((at, number));
                if class_of(item) != StatusClass::Blocked {
                    tables.unblocked.entry(&item.id.text).or_default().push((at, number));
                }
            }
            for (number, statement) in document.statements.iter().enumerate() {
                tables.statement((at, number), statement);
            }
        }
        tables.conditions = conditions(documents, index, profile, !tables.gates.is_empty());
        tables.cycles = tables.cycles();
        tables
    }

    fn statement(&mut self, at: At, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Gate { items, .. } => {
                for id in items {
                    self.gates.entry(id).or_default().push(at);
                }
            }
            StatementKind::Pass { items } => {
                for id in items {
                    let cited = statement.citation.map(|citation| (at.0, citation));
                    self.validated.entry(id).or_default().extend(cited);
                }
            }
            _ => {}
        }
    }

    pub fn item(&self, at: At) -> Option<&'a WorkItem> {
        self.documents.get(at.0)?.items.get(at.1)
    }

    pub fn citation(&self, at: At) -> Option<&'a Citation> {
        self.documents.get(at.0)?.citations.get(at.1)
    }

    /// What an item's status comes to, over all documents: the first one that says so.
    pub fn class(&self, id: &str) -> Option<StatusClass> {
        let at = self.items.get(id)?.first()?;
        Some(class_of(self.item(*at)?))
    }

    /// Where items that a gate holds back are said not to be blocked: the first of those places.
    pub fn unblocked(&self, ids: &[String]) -> Vec<At> {
        let places = ids.iter().filter_map(|id| self.unblocked.get(id.as_str())).flatten();
        places.copied().take(SHOWN).collect()
    }

    /// The citations that speak for an item: its own, and those of sentences that name it.
    pub fn citations_of(&self, at: At) -> Vec<At> {
        let Some(document) = self.documents.get(at.0) else { return Vec::new() };
        let own = document
            .citations
            .iter()
            .enumerate()
            .filter(|(_, citation)| citation.item == Some(at.1))
            .map(|(number, _)| (at.0, number));
        let id = document.items.get(at.1).map(|item| item.id.text.as_str());
        let named = id.and_then(|id| self.validated.get(id)).into_iter().flatten().copied();
        let all: BTreeSet<At> = own.chain(named).collect();
        all.into_iter().collect()
    }

    fn cycles(&self) -> HashMap<&'a str, Vec<&'a str>> {
        let mut waits: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
        for (id, places) in &self.items {
            let blockers = places.iter().filter_map(|at| self.item(*at)).flat_map(|item| &item.blockers);
            let ids = blockers.flat_map(|blocker| &blocker.ids).map(String::as_str);
            waits.entry(id).or_default().extend(ids.filter(|id| self.items.contains_key(id)));
        }
        let mut found = HashMap::new();
        let mut done: HashSet<&'a str> = HashSet::new();
        for start in waits.keys().copied() {
            walk(start, &waits, &mut done, &mut found);
        }
        found
    }
}

/// A walk in depth, without recursion: a chain of blockers may be as long as the documents.
fn walk<'a>(
    start: &'a str,
    waits: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    done: &mut HashSet<&'a str>,
    found: &mut HashMap<&'a str, Vec<&'a str>>,
) {
    if done.contains(start) {
        return;
    }
    let next = |id: &str| waits.get(id).into_iter().flatten().copied().collect::<Vec<_>>().into_iter();
    let mut path = vec![(start, next(start))];
    let mut on_path: HashMap<&str, usize> = HashMap::from([(start, 0)]);
    while let Some((id, rest)) = path.last_mut() {
        let id = *id;
        match rest.next() {
            None => {
                done.insert(id);
                on_path.remove(id);
                path.pop();
            }
            Some(blocker) => match on_path.get(blocker) {
                Some(at) => {
                    let circle: Vec<&str> = path.iter().skip(*at).map(|(id, _)| *id).collect();
                    if let Some(first) = circle.iter().min() {
                        found.entry(first).or_insert(circle);
                    }
                }
                None if done.contains(blocker) => {}
                None => {
                    on_path.insert(blocker, path.len());
                    path.push((blocker, next(blocker)));
                }
            },
        }
    }
}

pub(super) fn class_of(item: &WorkItem) -> StatusClass {
    item.status.as_ref().map_or(StatusClass::Unknown, |status| status.class)
}

/// A condition holds if some cited run meets it; it is unknown if one that is not at hand may do so.
fn conditions(documents: &[SotDocument], index: &Index<'_>, profile: &Profile, wanted: bool) -> Vec<State> {
    let count = profile.spec.documents.condition.len();
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
        Some(cited) if cited.facts.is_validator() => vec![State::Fails; count],
        Some(cited) => index.answers(cited).conditions.iter().map(state).collect(),
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

fn better(a: State, b: State) -> State {
    match (a, b) {
        (State::Holds, _) | (_, State::Holds) => State::Holds,
        (State::Unknown, _) | (_, State::Unknown) => State::Unknown,
        (State::Fails, State::Fails) => State::Fails,
    }
}
