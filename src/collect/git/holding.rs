//! Which commits hold an object, and where. Each tree is read once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use gix::hash::ObjectId;

use super::history::{DEEPEST, History};
use super::object::tree;
use super::objects::{self, Type};
use super::odb::Odb;

/// Where, and in how many commits, the wanted objects stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    /// The first commit of the history that has it, as an index into its commits, and the paths there.
    pub first: Option<(usize, Vec<Vec<u8>>)>,
    /// How many commits have it.
    pub commits: u64,
}

/// Finds wanted blobs and trees in commits. Each tree is read once.
pub struct Attribution<'a> {
    odb: &'a Odb,
    wanted: HashSet<ObjectId>,
    /// For each tree, the wanted objects at or below it.
    below: HashMap<ObjectId, Rc<[ObjectId]>>,
    none: Rc<[ObjectId]>,
    pub unreadable: u64,
}

impl<'a> Attribution<'a> {
    #[must_use]
    pub fn new(odb: &'a Odb, wanted: HashSet<ObjectId>) -> Self {
        Self { odb, wanted, below: HashMap::new(), none: Rc::from([]), unreadable: 0 }
    }

    /// Looks for each wanted object in each commit, in order.
    pub fn search(&mut self, history: &History) -> BTreeMap<ObjectId, Holding> {
        let mut found: BTreeMap<ObjectId, Holding> = BTreeMap::new();
        for (at, commit) in history.commits.iter().enumerate() {
            let Some(root) = commit.tree else { continue };
            let held = self.below(&root, 0);
            for id in held.iter() {
                let holding = found.entry(*id).or_default();
                holding.commits += 1;
                if holding.first.is_none() {
                    let mut paths = Vec::new();
                    self.paths(&root, *id, &mut Vec::new(), &mut paths);
                    holding.first = Some((at, paths));
                }
            }
        }
        found
    }

    fn below(&mut self, id: &ObjectId, depth: usize) -> Rc<[ObjectId]> {
        if let Some(known) = self.below.get(id) {
            return Rc::clone(known);
        }
        let Some(bytes) = self.tree(id).filter(|_| depth < DEEPEST) else {
            self.unreadable += 1;
            return Rc::clone(&self.none);
        };
        // Until it is known, a tree that holds itself holds nothing.
        self.below.insert(*id, Rc::clone(&self.none));
        let mut held = Vec::new();
        if self.wanted.contains(id) {
            held.push(*id);
        }
        for entry in tree(&bytes, id.kind()).flatten() {
            if entry.is_tree() {
                held.extend(self.below(&entry.id, depth + 1).iter());
            } else if self.wanted.contains(&entry.id) {
                held.push(entry.id);
            }
        }
        held.sort_unstable();
        held.dedup();
        let held = if held.is_empty() { Rc::clone(&self.none) } else { Rc::from(held) };
        self.below.insert(*id, Rc::clone(&held));
        held
    }

    fn paths(&self, root: &ObjectId, wanted: ObjectId, way: &mut Vec<u8>, found: &mut Vec<Vec<u8>>) {
        if *root == wanted {
            found.push(way.clone());
        }
        let holds = self.below.get(root).is_some_and(|held| held.contains(&wanted));
        let Some(bytes) = holds.then(|| self.tree(root)).flatten() else { return };
        for entry in tree(&bytes, root.kind()).flatten() {
            let len = way.len();
            if !way.is_empty() {
                way.push(b'/');
            }
            way.extend(entry.name);
            if entry.is_tree() {
                self.paths(&entry.id, wanted, way, found);
            } else if entry.id == wanted {
                found.push(way.clone());
            }
            way.truncate(len);
        }
    }

    fn tree(&self, id: &ObjectId) -> Option<Vec<u8>> {
        let (kind, bytes) = objects::read(self.odb, id)?;
        (kind == Type::Tree).then_some(bytes)
    }
}
