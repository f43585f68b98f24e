//! Which commits hold an object, and where. Each tree is read once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use gix::hash::ObjectId;

use super::history::History;
use super::objects::{self, Type};
use super::odb::Odb;
use super::syntax::tree;

/// A path at which a wanted object stands, or stood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holding {
    /// The first commit of the history that has it there, as an index into its commits.
    pub first: usize,
    pub path: Vec<u8>,
    /// How many commits have it there.
    pub commits: u64,
}

/// A wanted object at or below a tree: its number, and that of its path from there.
type Held = (u32, u32);

/// Finds wanted blobs and trees in commits. Each tree is read once.
pub struct Attribution<'a> {
    odb: &'a Odb,
    wanted: HashMap<ObjectId, u32>,
    /// For each tree, the wanted objects at or below it.
    below: HashMap<ObjectId, Rc<[Held]>>,
    none: Rc<[Held]>,
    /// Names, each with the number of the path below it: the same path stands in thousands of trees.
    paths: Vec<(Vec<u8>, u32)>,
    numbers: HashMap<(Vec<u8>, u32), u32>,
    /// Trees that could not be read.
    pub unreadable: HashSet<ObjectId>,
    /// Objects that stand at more paths of one tree than are told.
    pub crowded: HashSet<ObjectId>,
    left_out: HashSet<u32>,
}

/// Paths of one object in one tree: trees that stand in each other many times over make more than anyone could count.
const MOST: u32 = 2000;

/// The path of a tree itself, and the end of each other path.
const HERE: u32 = u32::MAX;

/// A tree that is being read: git's own limit is 2048 folders in one another, and nothing holds others to it.
struct Frame {
    id: ObjectId,
    /// Folders that are still to be gone into.
    left: Vec<(Vec<u8>, ObjectId)>,
    held: Vec<Held>,
    /// How many paths each object has here.
    counts: HashMap<u32, u32>,
}

impl Frame {
    fn has_room(&mut self, object: u32) -> bool {
        let count = self.counts.entry(object).or_default();
        *count += 1;
        *count <= MOST
    }
}

impl<'a> Attribution<'a> {
    #[must_use]
    pub fn new(odb: &'a Odb, wanted: HashSet<ObjectId>) -> Self {
        Self {
            odb,
            wanted: wanted.into_iter().zip(0..).collect(),
            below: HashMap::new(),
            none: Rc::from([]),
            paths: Vec::new(),
            numbers: HashMap::new(),
            unreadable: HashSet::new(),
            crowded: HashSet::new(),
            left_out: HashSet::new(),
        }
    }

    /// Looks for each wanted object in each commit, in order. An object's places come in the order of their first
    /// commits.
    pub fn search(&mut self, history: &History) -> BTreeMap<ObjectId, Vec<Holding>> {
        let mut found: HashMap<Held, (usize, u64)> = HashMap::new();
        for (at, commit) in history.commits.iter().enumerate() {
            let Some(root) = commit.tree else { continue };
            for held in self.below(&root).iter() {
                found.entry(*held).or_insert((at, 0)).1 += 1;
            }
        }
        let ids: HashMap<u32, ObjectId> = self.wanted.iter().map(|(id, number)| (*number, *id)).collect();
        self.crowded = self.left_out.iter().filter_map(|object| ids.get(object).copied()).collect();
        let mut places: BTreeMap<ObjectId, Vec<Holding>> = BTreeMap::new();
        for ((object, path), (first, commits)) in found {
            let Some(id) = ids.get(&object) else { continue };
            places.entry(*id).or_default().push(Holding { first, path: self.path(path), commits });
        }
        for places in places.values_mut() {
            places.sort_unstable();
        }
        places
    }

    fn below(&mut self, root: &ObjectId) -> Rc<[Held]> {
        let mut frames = Vec::from_iter(self.enter(root));
        while let Some(frame) = frames.last_mut() {
            let Some((name, id)) = frame.left.pop() else {
                frame.held.sort_unstable();
                frame.held.dedup();
                if !frame.held.is_empty() {
                    self.below.insert(frame.id, Rc::from(&frame.held[..]));
                }
                frames.pop();
                continue;
            };
            if let Some(known) = self.below.get(&id).map(Rc::clone) {
                for (object, path) in known.iter() {
                    if !frame.has_room(*object) {
                        self.left_out.insert(*object);
                        continue;
                    }
                    let path = self.number(name.clone(), *path);
                    frame.held.push((*object, path));
                }
            } else if let Some(inside) = self.enter(&id) {
                // Once it is known, it is asked again.
                frame.left.push((name, id));
                frames.push(inside);
            }
        }
        Rc::clone(self.below.get(root).unwrap_or(&self.none))
    }

    /// A tree that is not known yet, with what stands in it.
    fn enter(&mut self, id: &ObjectId) -> Option<Frame> {
        if self.below.contains_key(id) {
            return None;
        }
        // Until it is known, a tree that holds itself holds nothing.
        self.below.insert(*id, Rc::clone(&self.none));
        let Some((Type::Tree, bytes)) = objects::read(self.odb, id) else {
            self.unreadable.insert(*id);
            return None;
        };
        let mut frame = Frame { id: *id, left: Vec::new(), held: Vec::new(), counts: HashMap::new() };
        frame.held.extend(self.wanted.get(id).map(|number| (*number, HERE)));
        for entry in tree(&bytes, id.kind()).flatten() {
            if entry.is_tree() {
                frame.left.push((entry.name.to_vec(), entry.id));
            } else if let Some(number) = self.wanted.get(&entry.id).copied() {
                if !frame.has_room(number) {
                    self.left_out.insert(number);
                    continue;
                }
                let path = self.number(entry.name.to_vec(), HERE);
                frame.held.push((number, path));
            }
        }
        Some(frame)
    }

    fn number(&mut self, name: Vec<u8>, below: u32) -> u32 {
        let next = u32::try_from(self.paths.len()).unwrap_or(HERE);
        let key = (name, below);
        *self.numbers.entry(key).or_insert_with_key(|key| {
            self.paths.push(key.clone());
            next
        })
    }

    fn path(&self, mut number: u32) -> Vec<u8> {
        let mut path = Vec::new();
        while let Some((name, below)) = self.paths.get(number as usize) {
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend(name);
            number = *below;
        }
        path
    }
}
