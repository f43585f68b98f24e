//! Objects that others name and that are not here.
//!
//! A repository that lost an object looks whole to a search that takes what is there. So every commit, tag
//! and tree is asked what it names. Objects that were asked before, by an earlier audit, are not asked again.

use std::collections::BTreeMap;

use gix::hash::ObjectId;

use super::object::{Headed, tree};
use super::objects::{self, Type};
use super::odb::Odb;
use super::pieces::in_parallel;

/// Ids that were found lately: versions of a folder name much the same objects, and lie beside one another.
const RECENT: usize = 1 << 12;
/// Objects that are asked one after the other, and pieces of work a thread.
const MOST: usize = 4096;
const SHARES: usize = 16;

/// Each object that is missing, and one that names it.
pub fn missing(
    odb: &Odb,
    shallow: &[ObjectId],
    threads: usize,
    asked: &(dyn Fn(&ObjectId) -> bool + Sync),
) -> BTreeMap<ObjectId, (Type, ObjectId)> {
    let ids = odb.ids_as_stored(&|id| !asked(id));
    let share = (ids.len() / (threads.max(1) * SHARES)).clamp(1, MOST);
    let found = in_parallel(ids.len().div_ceil(share), threads, |chunk| {
        let mut seen = Recent { ids: vec![None; RECENT] };
        let mut missing = Vec::new();
        for id in ids.iter().skip(chunk * share).take(share) {
            one(odb, id, shallow, &mut seen, &mut missing);
        }
        missing
    });
    found.into_iter().flatten().map(|(missing, kind, by)| (missing, (kind, by))).collect()
}

struct Recent {
    ids: Vec<Option<ObjectId>>,
}

impl Recent {
    /// Whether the object is here.
    fn finds(&mut self, odb: &Odb, id: &ObjectId) -> bool {
        let slot =
            id.as_bytes().first_chunk::<2>().map_or(0, |bytes| usize::from(u16::from_be_bytes(*bytes)));
        let slot = self.ids.get_mut(slot % RECENT);
        if slot.as_ref().is_some_and(|known| known.as_ref() == Some(id)) {
            return true;
        }
        let found = odb.contains(id);
        if found && let Some(slot) = slot {
            *slot = Some(*id);
        }
        found
    }
}

fn one(
    odb: &Odb,
    id: &ObjectId,
    shallow: &[ObjectId],
    seen: &mut Recent,
    missing: &mut Vec<(ObjectId, Type, ObjectId)>,
) {
    if odb.kind(id).is_none_or(|kind| kind == Type::Blob) {
        return;
    }
    // What can't be read is told by the search.
    let Some((kind, bytes)) = objects::read(odb, id) else { return };
    let mut ask = |other: ObjectId| {
        if !seen.finds(odb, &other) {
            missing.push((other, kind, *id));
        }
    };
    let text = Headed::new(&bytes);
    match kind {
        Type::Commit => {
            text.id("tree", id.kind()).into_iter().for_each(&mut ask);
            if !shallow.contains(id) {
                text.parents(id.kind()).into_iter().for_each(&mut ask);
            }
        }
        Type::Tag => text.id("object", id.kind()).into_iter().for_each(&mut ask),
        Type::Tree => {
            let entries = tree(&bytes, id.kind()).flatten().filter(|entry| !entry.is_submodule());
            entries.for_each(|entry| ask(entry.id));
        }
        Type::Blob => {}
    }
}
