//! What stands beside the objects and names some that are not here. What objects themselves name is asked while
//! they are searched.

use super::gather::{Gather, label};
use super::index::Entry;
use super::odb::Odb;
use super::refs::Refs;
use super::repository::{Repository, Staging};
use super::staged;

/// Tells of names outside the objects that lead to none: refs, reflogs, what is staged.
pub fn roots(
    repository: &Repository<'_>,
    gather: &mut Gather<'_>,
    odb: &Odb,
    refs: &Refs,
    stagings: &[Staging],
) {
    let git = &repository.git;
    for (name, _) in refs.keeping().filter(|(_, id)| !odb.contains(id)) {
        // By no id: it may be that of a blob.
        gather.gap(label(git, name.as_bytes()), "ref", "it leads to an object that is not here");
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

/// A gap for each of more missing objects than this helps nobody.
pub const MOST: usize = 100;
