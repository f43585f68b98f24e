//! Objects that others name and that are not here.
//!
//! A repository that lost an object looks whole to a search that takes what is there. So every commit, tag
//! and tree is asked what it names. Objects that were asked before, by an earlier audit, are not asked again.

use std::collections::BTreeMap;

use gix::hash::ObjectId;

use super::gather::{Gather, label};
use super::index::Entry;
use super::objects::{self, Type};
use super::odb::Odb;
use super::pieces::in_parallel;
use super::refs::Refs;
use super::repository::{Repository, Staging};
use super::staged;
use super::syntax::{Headed, tree};

/// Tells of names outside the objects that lead to none: refs, reflogs, what is staged.
pub fn roots(
    repository: &Repository<'_>,
    gather: &mut Gather<'_>,
    odb: &Odb,
    refs: &Refs,
    stagings: &[Staging],
) {
    let git = &repository.git;
    for (name, id) in refs.iter().filter(|(_, id)| !odb.contains(id)) {
        gather.gap(label(git, name.as_bytes()), "ref", format!("it leads to {id}, which is not here"));
    }
    // Reflogs of commits alone: a ref may lead to a blob, and the id of a blob is not told.
    let lost = refs.remembered.iter().filter(|id| !odb.contains(id)).count();
    if lost > 0 {
        let why = format!("{lost} object(s) that reflogs or other work trees name are not here");
        gather.gap(label(git, b"logs"), "ref", why);
    }
    for staging in stagings {
        let lost: Vec<_> = staging.index.entries.iter().filter(|entry| is_lost(odb, entry)).collect();
        if repository.layout.partial && !lost.is_empty() {
            let why = format!("a partial clone: {} object(s) are left at the remote", lost.len());
            gather.gap(staging.path.clone(), "staged", why);
            continue;
        }
        for entry in lost.iter().take(MOST) {
            gather.gap(label(repository.prefix, &entry.path), "staged", staged::NOT_HERE);
        }
        if lost.len() > MOST {
            let more = lost.len() - MOST;
            gather.gap(staging.path.clone(), "staged", format!("{more} more staged objects are not here"));
        }
    }
}

/// A submodule's commit belongs elsewhere, and what is only meant to be added has no content yet.
fn is_lost(odb: &Odb, entry: &Entry) -> bool {
    let submodule = entry.mode & 0o170_000 == 0o160_000;
    !submodule && !entry.intent_to_add && !odb.contains(&entry.id)
}

/// Ids that were found lately, by their first two bytes: versions of a folder name much the same objects, and lie beside
/// one another.
const RECENT: usize = 1 << 16;
/// Objects that are asked one after the other, and pieces of work a thread.
const SHARE: usize = 4096;
const SHARES: usize = 16;
/// A gap for each of more missing objects than this helps nobody.
pub const MOST: usize = 100;

/// Each object that is missing, and one that names it.
pub fn missing(
    odb: &Odb,
    shallow: &[ObjectId],
    threads: usize,
    asked: &(dyn Fn(&ObjectId) -> bool + Sync),
) -> BTreeMap<ObjectId, (Type, ObjectId)> {
    let ids = odb.ids_as_stored(&|id| !asked(id));
    let share = (ids.len() / (threads.max(1) * SHARES)).clamp(1, SHARE);
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
        let slot = self.ids.get_mut(slot);
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
