//! What commits, tags and trees name, asked of each while it is at hand: a repository that lost an object looks
//! whole to a search that takes what is there.

use std::collections::{BTreeMap, HashSet};

use gix::hash::ObjectId;
use gix::object::Kind;

use super::Odb;
use crate::collect::git::syntax::{Entry, Headed};

/// Who is asked.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Commits whose parents nobody promised.
    pub shallow: &'a HashSet<ObjectId>,
    /// Whether objects that are not searched again are asked too.
    pub skipped: bool,
}

/// Objects that are named and not here, each with the first by id of those that name it: the same whoever was asked
/// first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing(BTreeMap<ObjectId, Namer>);

/// An object that names another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Namer {
    pub id: ObjectId,
    pub kind: Kind,
}

impl Missing {
    pub fn add(&mut self, id: ObjectId, by: Namer) {
        self.0.entry(id).and_modify(|known| *known = by.min(*known)).or_insert(by);
    }

    pub fn extend(&mut self, others: impl IntoIterator<Item = (ObjectId, Namer)>) {
        others.into_iter().for_each(|(id, by)| self.add(id, by));
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ObjectId, Namer)> {
        self.0.iter().map(|(id, by)| (*id, *by))
    }

    pub fn retain(&mut self, wanted: impl Fn(Namer) -> bool) {
        self.0.retain(|_, by| wanted(*by));
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of a commit or a tag that is only streamed.
pub const TOO_LARGE: &str = "it is too large to be asked which objects it names";

/// One thread's questions to the objects of one place, which it knows by numbers.
pub struct Asking<'a> {
    odb: &'a Odb,
    shallow: Option<&'a HashSet<ObjectId>>,
    id_of: &'a (dyn Fn(u32) -> Option<ObjectId> + Sync),
    pub missing: Missing,
    /// How often an object was named that is not here.
    pub misses: u64,
}

impl<'a> Asking<'a> {
    /// Nobody is asked where `ask` is none.
    pub fn new(
        odb: &'a Odb,
        ask: Option<Ask<'a>>,
        id_of: &'a (dyn Fn(u32) -> Option<ObjectId> + Sync),
    ) -> Self {
        Self { odb, shallow: ask.map(|ask| ask.shallow), id_of, missing: Missing::default(), misses: 0 }
    }

    /// Asks an entry of a tree.
    pub fn entry(&mut self, at: u32, entry: &Entry<'_>) {
        // A submodule's commit belongs elsewhere.
        if self.shallow.is_some() && !entry.is_submodule() {
            self.one(at, Kind::Tree, entry.id);
        }
    }

    /// Asks a commit or a tag; of anything else nothing.
    pub fn text(&mut self, at: u32, kind: Kind, bytes: &[u8]) {
        let Some(shallow) = self.shallow else { return };
        let (text, hash) = (Headed::new(bytes), self.odb.hash);
        match kind {
            Kind::Commit => {
                text.id("tree", hash).into_iter().for_each(|id| self.one(at, kind, id));
                if shallow.is_empty() || (self.id_of)(at).is_none_or(|id| !shallow.contains(&id)) {
                    text.parents(hash).into_iter().for_each(|id| self.one(at, kind, id));
                }
            }
            Kind::Tag => text.id("object", hash).into_iter().for_each(|id| self.one(at, kind, id)),
            Kind::Tree | Kind::Blob => {}
        }
    }

    fn one(&mut self, at: u32, kind: Kind, id: ObjectId) {
        // Of a partial clone nearly every object is missing, and named by thousands.
        if !self.missing.0.contains_key(&id) && self.odb.contains(&id) {
            return;
        }
        self.misses += 1;
        // What has no id itself could not be read.
        if let Some(by) = (self.id_of)(at) {
            self.missing.add(id, Namer { id: by, kind });
        }
    }
}
