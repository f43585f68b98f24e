//! What is staged and not yet in HEAD: the index against HEAD's tree.
//!
//! Folders whose tree git has already written into the index are compared by that tree's id, so that
//! what has not changed costs nothing, however large the repository is.

use std::collections::HashMap;
use std::sync::Arc;

use gix::hash::ObjectId;

use super::attribute::Told;
use super::brought::{Brought, brought};
use super::gather::{Gather, Spot, label, scan};
use super::index::{CachedTree, Entry, Index};
use super::objects::{self, Type};
use super::odb::Odb;
use super::syntax::tree;
use crate::text::Body;

/// What is said of a path whose object is gone; not the object's id, which may be that of a leak.
pub const NOT_HERE: &str = "the staged content is not here";

/// Files of the index that HEAD's tree does not have, with that content, at that path. What is about to be
/// committed by `git commit`, be it a merge or the first commit of all.
pub fn changed(odb: &Odb, index: &Index, head: Option<ObjectId>) -> Vec<Brought> {
    let mut found = Vec::new();
    compare(odb, &index.entries, 0, index.tree.as_ref(), head, &mut found);
    found
}

/// `entries` lie below one folder, whose name takes the first `skip` bytes of their paths.
fn compare(
    odb: &Odb,
    entries: &[Entry],
    skip: usize,
    cached: Option<&CachedTree>,
    head: Option<ObjectId>,
    found: &mut Vec<Brought>,
) {
    let fresh = cached.and_then(|cached| cached.id.filter(|_| cached.entries == Some(entries.len())));
    if fresh.is_some() && fresh == head {
        return;
    }
    let bytes = head.and_then(|id| match objects::read(odb, &id) {
        Some((Type::Tree, bytes)) => Some((bytes, id.kind())),
        _ => None,
    });
    let names: HashMap<&[u8], ObjectId> = match &bytes {
        Some((bytes, hash)) => tree(bytes, *hash).flatten().map(|entry| (entry.name, entry.id)).collect(),
        None => HashMap::new(),
    };
    let mut at = 0;
    while let Some(entry) = entries.get(at) {
        let rest = entry.path.get(skip..).unwrap_or_default();
        let Some(slash) = memchr::memchr(b'/', rest) else {
            if names.get(rest) != Some(&entry.id) {
                found.push(file(entry));
            }
            at += 1;
            continue;
        };
        let name = rest.get(..slash).unwrap_or_default();
        let before = names.get(name).copied();
        if entry.mode & 0o170_000 == 0o040_000 {
            sparse(odb, entry, before, found);
            at += 1;
            continue;
        }
        let folder = skip + slash + 1;
        let prefix = entry.path.get(..folder).unwrap_or_default();
        let child = cached.and_then(|cached| cached.children.iter().find(|child| child.name == name));
        let end = below(entries, at, prefix, child);
        let inside = entries.get(at..end).unwrap_or_default();
        compare(odb, inside, folder, child, before, found);
        at = end;
    }
}

/// Where the entries below `prefix` that begin at `at` end. The cached tree knows, if it tells the truth.
fn below(entries: &[Entry], at: usize, prefix: &[u8], cached: Option<&CachedTree>) -> usize {
    let inside = |at: usize| entries.get(at).is_some_and(|entry| entry.path.starts_with(prefix));
    if let Some(count) = cached.and_then(|cached| cached.entries).filter(|count| *count > 0) {
        let end = at.saturating_add(count);
        if inside(end - 1) && !inside(end) {
            return end;
        }
    }
    let rest = entries.get(at..).unwrap_or_default();
    at + rest.partition_point(|entry| entry.path.starts_with(prefix)).max(1)
}

fn file(entry: &Entry) -> Brought {
    let submodule = entry.mode & 0o170_000 == 0o160_000;
    Brought { path: entry.path.clone(), id: entry.id, submodule }
}

/// A folder of a sparse index, which stands there as its tree.
fn sparse(odb: &Odb, entry: &Entry, before: Option<ObjectId>, found: &mut Vec<Brought>) {
    let old: Vec<ObjectId> = before.into_iter().collect();
    let mut lost = Vec::new();
    for mut file in brought(odb, entry.id, &old, &mut |way, id, _| lost.push((way.to_vec(), id))) {
        file.path = [entry.path.as_slice(), &file.path].concat();
        found.push(file);
    }
    // A tree that is not here stands for itself: reading it will be a gap.
    found.extend(lost.into_iter().map(|(way, id)| Brought {
        path: [entry.path.as_slice(), &way].concat(),
        id,
        submodule: false,
    }));
}

/// Searches staged files, their names and their content. With all objects searched (`full`), only the content
/// that was found there is told again, as staged.
pub fn search(
    gather: &mut Gather<'_>,
    odb: &Odb,
    files: &[Brought],
    prefix: &str,
    full: bool,
    told: &mut Told,
) {
    for file in files {
        let path = label(prefix, &file.path);
        gather.search_path(&Spot::new("path", ""), prefix, &file.path, &mut told.names);
        if file.submodule || (full && !told.blobs.contains(&file.id)) {
            continue;
        }
        let mut spot = Spot { held_by: "index", ..Spot::new("staged", path) };
        spot.sot = gather.is_sot(&spot.path);
        match odb.read(&file.id) {
            Ok(Some((Type::Blob, bytes))) => {
                gather.read.files += 1;
                let scan = scan(gather.context, &bytes);
                if !scan.hits.is_empty() {
                    told.blobs.insert(file.id);
                }
                gather.keep(&spot, &scan, || Body::Held(Arc::from(&bytes[..])));
            }
            Ok(Some(_)) => gather.gap(spot.path, "staged", "what is staged here is no file"),
            Ok(None) => gather.gap(spot.path, "staged", NOT_HERE),
            Err(fault) => gather.gap(spot.path, "staged", fault.to_string()),
        }
    }
}

/// Searches all whole paths of the index, be they in HEAD or not, and the folders that it remembers though nothing is
/// left in them.
pub fn search_names(gather: &mut Gather<'_>, index: &Index, prefix: &str, told: &mut Told) {
    let spot = Spot::new("path", "");
    for entry in &index.entries {
        gather.search_path(&spot, prefix, &entry.path, &mut told.names);
    }
    if let Some(tree) = &index.tree {
        emptied(gather, &index.entries, tree, &mut Vec::new(), &mut |gather, path| {
            gather.search_path(&spot, prefix, path, &mut told.names);
        });
    }
}

/// Tells of the folders below a cached tree that no entry lies in. `way` is the tree's own path.
fn emptied<'g>(
    gather: &mut Gather<'g>,
    entries: &[Entry],
    tree: &CachedTree,
    way: &mut Vec<u8>,
    tell: &mut dyn FnMut(&mut Gather<'g>, &[u8]),
) {
    let len = way.len();
    way.extend(&tree.name);
    let at = entries.partition_point(|entry| entry.path.as_slice() < way.as_slice());
    if !entries.get(at).is_some_and(|entry| entry.path.starts_with(way)) {
        tell(gather, way);
    }
    if !way.is_empty() {
        way.push(b'/');
    }
    for child in &tree.children {
        emptied(gather, entries, child, way, tell);
    }
    way.truncate(len);
}
