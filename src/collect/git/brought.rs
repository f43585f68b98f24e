//! What stands in one tree and not in others: what a commit brought, what is staged.

use std::collections::HashMap;

use gix::hash::ObjectId;

use super::history::DEEPEST;
use super::objects::{self, Type};
use super::odb::Odb;
use super::syntax::tree;

/// A file that a commit brought: its path, its content, its kind of entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    pub path: Vec<u8>,
    pub id: ObjectId,
    pub submodule: bool,
}

/// What stands in a tree and, at that path, in none of the other trees. Unreadable trees are told to `lost`.
pub fn brought(
    odb: &Odb,
    new: ObjectId,
    old: &[ObjectId],
    lost: &mut dyn FnMut(&[u8], ObjectId),
) -> Vec<Brought> {
    let mut found = Vec::new();
    let mut way = Vec::new();
    compare(odb, new, old, &mut way, 0, &mut found, lost);
    found
}

fn compare(
    odb: &Odb,
    new: ObjectId,
    old: &[ObjectId],
    way: &mut Vec<u8>,
    depth: usize,
    found: &mut Vec<Brought>,
    lost: &mut dyn FnMut(&[u8], ObjectId),
) {
    if old.contains(&new) {
        return;
    }
    let read = |id: ObjectId| match objects::read(odb, &id) {
        Some((Type::Tree, bytes)) if depth < DEEPEST => Some(bytes),
        _ => None,
    };
    let Some(bytes) = read(new) else { return lost(way, new) };
    let mut before: Vec<HashMap<&[u8], ObjectId>> = Vec::new();
    let old: Vec<Vec<u8>> = old.iter().filter_map(|id| read(*id)).collect();
    for bytes in &old {
        before.push(tree(bytes, new.kind()).flatten().map(|entry| (entry.name, entry.id)).collect());
    }
    for entry in tree(&bytes, new.kind()) {
        let Ok(entry) = entry else { return lost(way, new) };
        let same: Vec<ObjectId> =
            before.iter().filter_map(|names| names.get(entry.name).copied()).collect();
        if same.contains(&entry.id) {
            continue;
        }
        let len = way.len();
        if !way.is_empty() {
            way.push(b'/');
        }
        way.extend(entry.name);
        if entry.is_tree() {
            compare(odb, entry.id, &same, way, depth + 1, found, lost);
        } else {
            found.push(Brought { path: way.clone(), id: entry.id, submodule: entry.is_submodule() });
        }
        way.truncate(len);
    }
}
