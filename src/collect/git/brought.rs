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

/// Why what stands below a tree is not told.
pub const UNREAD: &str = "can't be read";
pub const TOO_MANY: &str = "has more entries than are looked at in one commit";

/// Entries that are looked at in one commit, at all its paths: trees that stand in each other many times over make
/// more paths than anyone could count.
const MOST: usize = 1_000_000;

/// What stands in a tree and, at that path, in none of the other trees. Trees that are not gone into are told to
/// `lost`, with the reason.
pub fn brought(odb: &Odb, new: ObjectId, old: &[ObjectId], lost: &mut Lost<'_>) -> Vec<Brought> {
    let mut comparison = Comparison { odb, way: Vec::new(), found: Vec::new(), left: MOST, lost };
    comparison.trees(new, old, 0);
    comparison.found
}

pub type Lost<'l> = dyn FnMut(&[u8], ObjectId, &'static str) + 'l;

struct Comparison<'c, 'l> {
    odb: &'c Odb,
    way: Vec<u8>,
    found: Vec<Brought>,
    /// So many entries may still be looked at.
    left: usize,
    lost: &'c mut Lost<'l>,
}

impl Comparison<'_, '_> {
    fn trees(&mut self, new: ObjectId, old: &[ObjectId], depth: usize) {
        if old.contains(&new) {
            return;
        }
        let read = |id: ObjectId| match objects::read(self.odb, &id) {
            Some((Type::Tree, bytes)) if depth < DEEPEST => Some(bytes),
            _ => None,
        };
        let Some(bytes) = read(new) else { return (self.lost)(&self.way, new, UNREAD) };
        let mut before: Vec<HashMap<&[u8], ObjectId>> = Vec::new();
        let old: Vec<Vec<u8>> = old.iter().filter_map(|id| read(*id)).collect();
        for bytes in &old {
            before.push(tree(bytes, new.kind()).flatten().map(|entry| (entry.name, entry.id)).collect());
        }
        for entry in tree(&bytes, new.kind()) {
            let Ok(entry) = entry else { return (self.lost)(&self.way, new, UNREAD) };
            let same: Vec<ObjectId> =
                before.iter().filter_map(|names| names.get(entry.name).copied()).collect();
            if same.contains(&entry.id) {
                continue;
            }
            // What is left out is told once, at the first tree.
            match self.left.checked_sub(1) {
                Some(left) => self.left = left,
                None => return,
            }
            if self.left == 0 {
                return (self.lost)(&self.way, new, TOO_MANY);
            }
            let len = self.way.len();
            if !self.way.is_empty() {
                self.way.push(b'/');
            }
            self.way.extend(entry.name);
            if entry.is_tree() {
                self.trees(entry.id, &same, depth + 1);
            } else {
                let (path, submodule) = (self.way.clone(), entry.is_submodule());
                self.found.push(Brought { path, id: entry.id, submodule });
            }
            self.way.truncate(len);
        }
    }
}
