//! Which citation a claim speaks of: the nearest one above it in the same item, list or table, else the
//! first one below; then the same in what holds that, up to the section. A run's citation comes before a
//! check's, and that before one that names no run: labels, sentences and passes speak of a run.

use std::collections::HashMap;

use super::blocks::Blocks;
use super::citing::is_baseline;
use super::model::Citation;
use super::sentences::is_check;
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
        Self { blocks, scope_of, citations, named }
    }

    /// The index of the citation for a claim at this entry.
    pub fn nearest(&self, entry: usize, container: usize) -> Option<usize> {
        let scope = self.scope_of.get(container).copied()?;
        self.within(scope, self.citations.get(&scope)?, entry, container)
    }

    /// The same of a check's own artifact. A check that no command is told of may be named more shortly than
    /// its artifact: then any check's will do.
    pub fn nearest_of(&self, what: &str, shortly: bool, entry: usize, container: usize) -> Option<usize> {
        let scope = self.scope_of.get(container).copied()?;
        match self.named.get(&(scope, plain(what))) {
            Some(named) => self.within(scope, std::slice::from_ref(named), entry, container),
            None if shortly => {
                let checks = self.citations.get(&scope)?.get(1..2)?;
                self.within(scope, checks, entry, container)
            }
            None => None,
        }
    }

    /// The nearest of the first of the lists that has one, in the innermost container that holds any.
    fn within(&self, scope: usize, lists: &[Places], entry: usize, container: usize) -> Option<usize> {
        let mut at = container;
        loop {
            let holder = self.blocks.containers.get(at)?;
            let inside = |citation: &&(usize, usize)| (holder.first..holder.end).contains(&citation.0);
            for places in lists {
                let cut = places.partition_point(|(at, _)| *at < entry);
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
