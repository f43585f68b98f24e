//! Which work items a document states, and whose evidence a text says that something is.

use std::collections::{HashMap, HashSet};

use super::Reader;
use crate::collect::sot::blocks::{Blocks, Kind};
use crate::collect::sot::headings::{self, Heading};
use crate::collect::sot::model::family;
use crate::profile::Documents;

/// The document's headings, read before anything else: evidence may stand above the item that it names.
pub(super) struct Stated {
    /// By their entries.
    headings: HashMap<usize, Heading>,
    /// The items' ids, in the order in which they become work items.
    ids: Vec<Box<str>>,
    /// The number of the first item of an id.
    numbers: HashMap<Box<str>, usize>,
    /// The beginnings of their ids: `CTO-WORK`.
    families: HashSet<Box<str>>,
}

/// Whose something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Nothing is said of that.
    Unsaid,
    /// An item of this document, by its number.
    Item(usize),
    /// An item that this document does not state.
    Other,
}

impl Stated {
    pub fn read(blocks: &Blocks, documents: &Documents) -> Self {
        let entries = blocks.entries.iter().enumerate().filter(|(_, entry)| entry.kind == Kind::Heading);
        let (mut headings, mut items, mut undated) = (HashMap::new(), Vec::new(), HashSet::new());
        for (at, entry) in entries {
            let text = blocks.words(entry).text;
            let heading = headings::heading(text, documents);
            if let Heading::Item { id, dated, .. } = &heading {
                let id = text.get(id.clone()).unwrap_or_default();
                items.push((at, id, *dated));
                if !dated {
                    undated.insert(id);
                }
            }
            headings.insert(at, heading);
        }
        let mut stated =
            Self { headings, ids: Vec::new(), numbers: HashMap::new(), families: HashSet::new() };
        for (at, id, dated) in items {
            if dated && (undated.contains(id) || stated.numbers.contains_key(id)) {
                // `<ID> - Second run - 2026-06-05`: the item's evidence.
                stated.headings.insert(at, Heading::EvidenceOfItem);
                continue;
            }
            stated.numbers.entry(id.into()).or_insert(stated.ids.len());
            stated.ids.push(id.into());
            stated.families.insert(family(id).into());
        }
        stated
    }

    /// The heading at an entry; it is asked for once.
    pub fn heading(&mut self, at: usize) -> Heading {
        self.headings.remove(&at).unwrap_or(Heading::Plain)
    }

    /// The number of the first item that has this id.
    pub fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// Whether items are stated whose ids begin as this one does.
    pub fn is_of_a_family(&self, id: &str) -> bool {
        self.families.contains(family(id))
    }

    /// Whether something of an item's form is an item, here or in another document: `GPT-4` is none.
    pub fn is_item(&self, id: &str) -> bool {
        id.matches('-').count() > 1 || self.families.contains(family(id))
    }
}

impl Reader<'_> {
    /// The item that a text names: the one of `around`, where that is among them, else the first.
    pub(super) fn named(&self, text: &str, around: Option<usize>) -> Whose {
        let ids = || self.documents.id.find_iter(text).map(|id| id.as_str());
        let own = around.filter(|at| {
            let own = self.stated.ids.get(*at);
            own.is_some_and(|own| ids().any(|id| **own == *id))
        });
        if let Some(own) = own {
            return Whose::Item(own);
        }
        let mut named = ids().filter_map(|id| match self.stated.number(id) {
            Some(number) => Some(Whose::Item(number)),
            None => self.stated.is_item(id).then_some(Whose::Other),
        });
        named.next().unwrap_or(Whose::Unsaid)
    }
}
