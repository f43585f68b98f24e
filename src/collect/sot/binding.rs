//! Which citation a claim speaks of: the nearest one above it in the same item, list or table, else the
//! first one below; then the same in what holds that, up to the section. A run's citation comes before a
//! check's, and that before one that names no run: labels, sentences and passes speak of a run.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::blocks::Blocks;
use super::checks::is_check;
use super::citing::is_baseline;
use super::model::Citation;
use super::stages::NUMBERS;
use super::structure::Section;
use crate::text::plain;

/// The citations of one scope, as (entry, index), in order.
type Places = Vec<(usize, usize)>;

/// Of a run, of a check or a baseline, of neither.
const TIERS: usize = 3;

pub(super) struct Scopes<'a> {
    blocks: &'a Blocks,
    /// For each container, the section at which a claim's search ends.
    scope_of: Vec<usize>,
    citations: HashMap<usize, [Places; TIERS]>,
    /// The same of each scope and kind of artifact.
    named: HashMap<(usize, String), Places>,
    /// What each check's artifact is called, by the citation's index.
    checks: HashMap<usize, String>,
    /// The citations of runs of each scope, as indices.
    runs: HashMap<usize, Arc<[usize]>>,
}

/// An item that cites more runs than these says of none of them what stands near no citation: each line would be
/// held against all.
const RUNS: usize = 32;

/// A citation of each of an item's runs, for what its lines say near no citation.
pub(super) struct RunsOfItems(HashMap<usize, Arc<[usize]>>);

impl RunsOfItems {
    pub fn new(all: &[Citation]) -> Self {
        let (mut runs, mut seen) = (HashMap::<usize, Vec<usize>>::new(), HashSet::new());
        for (index, citation) in all.iter().enumerate().filter(|(_, citation)| tier(citation) == 0) {
            if let Some(item) = citation.item
                && seen.insert((item, citation.run.as_deref()))
            {
                runs.entry(item).or_default().push(index);
            }
        }
        runs.retain(|_, runs| runs.len() <= RUNS);
        Self(runs.into_iter().map(|(item, runs)| (item, runs.into())).collect())
    }

    pub fn of(&self, item: usize) -> Arc<[usize]> {
        self.0.get(&item).cloned().unwrap_or_default()
    }
}

fn tier(citation: &Citation) -> usize {
    match &citation.run {
        Some(_) if is_check(&citation.what.text) || is_baseline(&citation.what.text) => 1,
        Some(_) => 0,
        None => 2,
    }
}

impl<'a> Scopes<'a> {
    pub fn new(
        blocks: &'a Blocks,
        sections: &[Section],
        section_of: &[usize],
        citation_entries: &[(usize, usize)],
        all: &[Citation],
    ) -> Self {
        let is_scope = |at: usize| sections.get(at).is_some_and(|section| section.scope);
        let mut scope_of: Vec<usize> = Vec::with_capacity(blocks.containers.len());
        for (at, container) in blocks.containers.iter().enumerate() {
            let section = section_of.get(at).copied().unwrap_or(0);
            let scope = if section != at {
                scope_of.get(section).copied().unwrap_or(section)
            } else if is_scope(at) || container.parent >= at {
                at
            } else {
                scope_of.get(container.parent).copied().filter(|above| is_scope(*above)).unwrap_or(at)
            };
            scope_of.push(scope);
        }
        let (mut citations, mut named) = (HashMap::<usize, [Places; TIERS]>::new(), HashMap::new());
        for (index, ((entry, container), citation)) in citation_entries.iter().zip(all).enumerate() {
            let scope = scope_of.get(*container).copied().unwrap_or(0);
            if let Some(places) = citations.entry(scope).or_default().get_mut(tier(citation)) {
                places.push((*entry, index));
            }
            named.entry((scope, plain(&citation.what.text))).or_insert_with(Vec::new).push((*entry, index));
        }
        let is_check = |(_, citation): &(usize, &Citation)| tier(citation) == 1;
        let named_check = |(index, citation): (usize, &Citation)| (index, plain(&citation.what.text));
        let checks = all.iter().enumerate().filter(is_check).map(named_check).collect();
        let indices = |tiers: &[Places; TIERS]| tiers[0].iter().map(|(_, index)| *index).collect();
        let runs = citations.iter().map(|(scope, tiers)| (*scope, indices(tiers))).collect();
        Self { blocks, scope_of, citations, named, checks, runs }
    }

    /// Every citation of a run in the section that holds this container.
    pub fn runs(&self, container: usize) -> Arc<[usize]> {
        let scope = self.scope_of.get(container);
        scope.and_then(|scope| self.runs.get(scope)).cloned().unwrap_or_default()
    }

    /// The index of the citation for a claim at this entry.
    pub fn nearest(&self, entry: usize, container: usize) -> Option<usize> {
        let scope = self.scope_of.get(container).copied()?;
        self.within(scope, self.citations.get(&scope)?, entry, container)
    }

    /// The same of a check's own artifact. A check that no command is told of may be named more shortly than its
    /// artifact: "the validator" is the focused one, and no other one's.
    pub fn nearest_of(&self, what: &str, shortly: bool, entry: usize, container: usize) -> Option<usize> {
        let scope = self.scope_of.get(container).copied()?;
        let what = plain(what);
        if let Some(named) = self.named.get(&(scope, what.clone())) {
            return self.within(scope, std::slice::from_ref(named), entry, container);
        }
        let checks = self.citations.get(&scope).filter(|_| shortly)?.get(1)?;
        let is_meant = |(_, index): &&(usize, usize)| {
            self.checks.get(index).is_some_and(|artifact| is_shortened(&what, artifact))
        };
        let meant: Places = checks.iter().filter(is_meant).copied().collect();
        self.within(scope, &[meant], entry, container)
    }

    /// The nearest of the first of the lists that has one, in the innermost container that holds any.
    fn within(&self, scope: usize, lists: &[Places], entry: usize, container: usize) -> Option<usize> {
        let mut at = container;
        loop {
            let holder = self.blocks.containers.get(at)?;
            let inside = |citation: &&(usize, usize)| (holder.first..holder.end).contains(&citation.0);
            for places in lists {
                let cut = places.partition_point(|(at, _)| *at <= entry);
                let above = cut.checked_sub(1).and_then(|at| places.get(at));
                if let Some((_, index)) = above.filter(inside).or(places.get(cut).filter(inside)) {
                    return Some(*index);
                }
            }
            if at == scope || holder.parent >= at {
                return None;
            }
            at = holder.parent;
        }
    }
}

/// Whether a check's name is its artifact's with words left out: `validator` of `focused validator`. Words and
/// numbers that tell no check from another do not count.
fn is_shortened(what: &str, artifact: &str) -> bool {
    let mut full = artifact.split(' ');
    let words = what
        .split(' ')
        .filter(|word| !matches!(*word, "the" | "all" | "both" | "every" | "each" | "its" | "our"));
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || NUMBERS.contains(&word);
    words
        .filter(|word| !matches!(*word, "check" | "checks" | "of" | "out") && !is_number(word))
        .all(|word| full.any(|other| is_word(word, other)))
}

/// Whether two words name the same: `validation` is what a `validator` does.
fn is_word(word: &str, other: &str) -> bool {
    word == other
        || ["validat", "lint"].iter().any(|kind| word.starts_with(kind) && other.starts_with(kind))
}
