//! Only what some commits bring: `--range A..B`, and the commits that are about to be pushed.

use std::collections::HashSet;
use std::sync::Arc;

use gix::hash::ObjectId;

use super::attribute::Told;
use super::brought::brought;
use super::gather::{Gather, Spot, label, scan};
use super::history::{Commit, History};
use super::objects::{self, Type};
use super::odb::Odb;
use super::repository::Repository;
use super::revision::{Range, RevisionError};
use super::syntax::{Headed, rfc3339};
use crate::text::Body;

/// Searches what the commits of a range bring.
pub fn search(
    repository: &Repository<'_>,
    gather: &mut Gather<'_>,
    odb: &Odb,
    range: &Result<Range, RevisionError>,
    told: &mut Told,
) {
    match range {
        Err(error) => {
            gather.gap(repository.git.clone(), "commit", format!("the range can't be read: {error}"));
        }
        Ok(range) => {
            let history = History::between(odb, &range.include, &range.exclude, &repository.layout.shallow);
            commits(gather, odb, &history, repository.prefix, &repository.git, told);
        }
    }
}

/// Searches the messages, the new paths and the new content of each commit.
pub fn commits(
    gather: &mut Gather<'_>,
    odb: &Odb,
    history: &History,
    prefix: &str,
    git: &str,
    told: &mut Told,
) {
    for id in &history.missing {
        gather.gap(git.to_owned(), "commit", format!("commit {id} is not here, or can't be read"));
    }
    let mut seen = HashSet::new();
    for commit in &history.commits {
        message(gather, odb, commit, git);
        let parents: Vec<ObjectId> =
            commit.parents.iter().filter_map(|parent| objects::tree_of(odb, parent)).collect();
        let Some(tree) = commit.tree else {
            gather.gap(git.to_owned(), "commit", format!("commit {} names no tree", commit.id));
            continue;
        };
        let mut lost = Vec::new();
        let files = brought(odb, tree, &parents, &mut |way, _, why| lost.push((label(prefix, way), why)));
        for (path, why) in lost {
            // A tree that a ref leads to is told by no id: it may name the value.
            let at = if commit.is_tree { String::new() } else { format!(" at commit {}", commit.id) };
            let why = format!("the folder's tree{at} {why}");
            gather.gap(if path.is_empty() { git.to_owned() } else { path }, "commit", why);
        }
        for file in files {
            let at = Spot {
                commit: (!commit.is_tree).then(|| commit.id.to_string()),
                author_date: commit.authored.and_then(rfc3339),
                held_by: "ref",
                ..Spot::default()
            };
            let path = label(prefix, &file.path);
            let named = Spot { surface: "path", ..at.clone() };
            gather.search_path(&named, prefix, &file.path, &mut told.names);
            if file.submodule || !seen.insert((file.id, path.clone())) {
                continue;
            }
            let sot = gather.is_sot(&path);
            // The path of a note is the id of what it is of, and that may be what holds the value.
            let spot = if is_note(odb, &file.path) {
                Spot { surface: "commit-message", path: git.to_owned(), ..at }.field("note")
            } else {
                Spot { surface: "commit", path, sot, ..at }
            };
            if content(gather, odb, &spot, file.id) {
                told.files.insert((file.id, file.path));
            }
        }
    }
}

/// Whether a path is the id of an object that is here, as in the trees of notes, also in folders by its first digits.
fn is_note(odb: &Odb, path: &[u8]) -> bool {
    let digits: Vec<u8> = path.iter().copied().filter(|byte| *byte != b'/').collect();
    ObjectId::from_hex(&digits).is_ok_and(|id| odb.contains(&id))
}

/// Searches what a file is; whether it holds something.
fn content(gather: &mut Gather<'_>, odb: &Odb, spot: &Spot, id: ObjectId) -> bool {
    match odb.read(&id) {
        Ok(Some((_, bytes))) => {
            gather.read.objects += 1;
            let scan = scan(gather.context, &bytes);
            gather.keep(spot, &scan, || Body::Held(Arc::from(&bytes[..])));
            return !scan.hits.is_empty();
        }
        Ok(None) => gather.gap(spot.path.clone(), spot.surface, "its content is not here"),
        Err(fault) => gather.gap(spot.path.clone(), spot.surface, fault.to_string()),
    }
    false
}

fn message(gather: &mut Gather<'_>, odb: &Odb, commit: &Commit, git: &str) {
    let Some((Type::Commit, bytes)) = objects::read(odb, &commit.id) else { return };
    gather.read.objects += 1;
    let text = Headed::new(&bytes);
    let scan = scan(gather.context, &bytes);
    gather.read.bytes += scan.bytes;
    for why in &scan.gaps {
        gather.gap(git.to_owned(), "commit-message", format!("commit {}: {why}", commit.id));
    }
    for hit in &scan.hits {
        let spot = Spot {
            commit: Some(commit.id.to_string()),
            author_date: commit.authored.and_then(rfc3339),
            held_by: "ref",
            ..Spot::new("commit-message", git).field(text.field(hit.span.start))
        };
        gather.keep_hits(&spot, std::iter::once(hit), || Body::Held(Arc::from(&bytes[..])));
    }
}
