//! Which citation a claim speaks of: the nearest one above it in the same item, list or table, else the
//! first one below; then the same in what holds that, up to the section.

use std::collections::HashMap;

use super::blocks::Blocks;
use super::model::Citation;
use super::structure::Section;
use crate::text::plain;

pub(super) struct Scopes<'a> {
    blocks: &'a Blocks,
    /// For each container, the section at which a claim's search ends.
    scope_of: Vec<usize>,
    /// The citations of each scope, as (entry, index), in order.
    citations: HashMap<usize, Vec<(usize, usize)>>,
    /// The same of each scope and kind of artifact.
    named: HashMap<(usize, String), Vec<(usize, usize)>>,
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
        let (mut citations, mut named) = (HashMap::new(), HashMap::new());
        for (index, ((entry, container), citation)) in citation_entries.iter().zip(all).enumerate() {
            let scope = scope_of.get(*container).copied().unwrap_or(0);
            citations.entry(scope).or_insert_with(Vec::new).push((*entry, index));
            named.entry((scope, plain(&citation.what.text))).or_insert_with(Vec::new).push((*entry, index));
        }
        Self { blocks, scope_of, citations, named }
    }

    /// The index of the citation for a claim at this entry; of one kind of artifact, if `what` is given.
    pub fn nearest(&self, entry: usize, container: usize, what: Option<&str>) -> Option<usize> {
        let scope = self.scope_of.get(container).copied()?;
        let citations = match what {
            Some(what) => self.named.get(&(scope, plain(what)))?,
            None => self.citations.get(&scope)?,
        };
        let cut = citations.partition_point(|(at, _)| *at < entry);
        let (above, below) = (cut.checked_sub(1).and_then(|at| citations.get(at)), citations.get(cut));
        let mut at = container;
        loop {
            let holder = self.blocks.containers.get(at)?;
            let inside = |citation: &&(usize, usize)| (holder.first..holder.end).contains(&citation.0);
            if let Some((_, index)) = above.filter(inside).or(below.filter(inside)) {
                return Some(*index);
            }
            if at == scope || holder.parent >= at {
                return None;
            }
            at = holder.parent;
        }
    }
}
