//! Which commits there are, in which order, and what each of them brought.
//!
//! Walked only when something was found, or when a range was asked for: the search itself needs no
//! history. A commit whose parent is not here is a root, and the shallow border says so elsewhere.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::rc::Rc;

use gix::hash::ObjectId;

use super::object::{Headed, tree};
use super::objects::{self, Type};
use super::odb::Odb;

/// Folders within folders; a tree deeper than this is told as unread.
const DEEPEST: usize = 512;

/// What keeps a commit in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldBy {
    /// A branch, a tag, a remote's branch, HEAD.
    Ref,
    Note,
    Stash,
    /// Nothing but a reflog, or the HEAD of another work tree.
    Reflog,
    /// Nothing: git will drop it one day.
    Nothing,
}

impl HeldBy {
    /// The word in the evidence document.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ref => "ref",
            Self::Note => "note",
            Self::Stash => "stash",
            Self::Reflog => "reflog",
            Self::Nothing => "nothing",
        }
    }
}

/// A commit as the walk needs it.
#[derive(Debug, Clone)]
pub struct Commit {
    pub id: ObjectId,
    pub held_by: HeldBy,
    /// A ref may lead to a tree that belongs to no commit; it is walked as if it were one.
    pub is_tree: bool,
    pub tree: Option<ObjectId>,
    pub parents: Vec<ObjectId>,
    /// Seconds since 1970.
    pub committed: i64,
    pub authored: Option<i64>,
}

/// Commits in history order: parents before children, and of those that could be next the oldest.
#[derive(Debug, Default)]
pub struct History {
    pub commits: Vec<Commit>,
    /// Ids that should be commits of this history and can't be read.
    pub missing: Vec<ObjectId>,
    /// Blobs that a ref or a tag leads to.
    pub blobs: Vec<ObjectId>,
    ids: HashMap<ObjectId, usize>,
}

impl History {
    /// Everything that each group of tips leads to and no group before it does.
    #[must_use]
    pub fn of(odb: &Odb, tips: &[(HeldBy, Vec<ObjectId>)], shallow: &[ObjectId]) -> Self {
        let mut history = Self::default();
        let mut seen = HashSet::new();
        for (held_by, tips) in tips {
            history.load(odb, tips, *held_by, &mut seen, shallow);
        }
        history.order();
        history
    }

    /// Everything that `from` leads to and `without` does not.
    #[must_use]
    pub fn between(odb: &Odb, from: &[ObjectId], without: &[ObjectId], shallow: &[ObjectId]) -> Self {
        let mut seen = HashSet::new();
        Self::default().load(odb, without, HeldBy::Ref, &mut seen, shallow);
        let mut history = Self::default();
        history.load(odb, from, HeldBy::Ref, &mut seen, shallow);
        history.order();
        history
    }

    /// Takes commits that nothing leads to.
    pub fn adopt(&mut self, odb: &Odb, ids: &[ObjectId], shallow: &[ObjectId]) {
        let mut seen =
            self.commits.iter().map(|commit| commit.id).chain(self.missing.iter().copied()).collect();
        self.load(odb, ids, HeldBy::Nothing, &mut seen, shallow);
        self.order();
    }

    #[must_use]
    pub fn find(&self, id: &ObjectId) -> Option<&Commit> {
        self.ids.get(id).and_then(|at| self.commits.get(*at))
    }

    #[must_use]
    pub fn contains(&self, id: &ObjectId) -> bool {
        self.ids.contains_key(id)
    }

    fn load(
        &mut self,
        odb: &Odb,
        tips: &[ObjectId],
        held_by: HeldBy,
        seen: &mut HashSet<ObjectId>,
        shallow: &[ObjectId],
    ) {
        let mut next: Vec<ObjectId> = tips.to_vec();
        while let Some(id) = next.pop() {
            if !seen.insert(id) {
                continue;
            }
            match commit(odb, &id, held_by) {
                Found::Commit(commit) => {
                    if !shallow.contains(&id) {
                        next.extend(&commit.parents);
                    }
                    self.commits.push(commit);
                }
                Found::Tag(target) => next.push(target),
                Found::Blob => self.blobs.push(id),
                Found::Malformed => {}
                Found::Missing => self.missing.push(id),
            }
        }
    }

    fn order(&mut self) {
        let commits = std::mem::take(&mut self.commits);
        let at: HashMap<ObjectId, usize> = commits.iter().enumerate().map(|(at, c)| (c.id, at)).collect();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); commits.len()];
        let mut waiting: Vec<usize> = vec![0; commits.len()];
        for (child, commit) in commits.iter().enumerate() {
            for parent in commit.parents.iter().filter_map(|parent| at.get(parent)) {
                children[*parent].push(child);
                waiting[child] += 1;
            }
        }
        // What nothing leads to comes last: whoever can be named by a ref is named first.
        let next =
            |commit: &Commit, at| (commit.held_by == HeldBy::Nothing, commit.committed, commit.id, at);
        let mut ready: BinaryHeap<_> = (0..commits.len())
            .filter(|at| waiting[*at] == 0)
            .map(|at| Reverse(next(&commits[at], at)))
            .collect();
        let mut order = Vec::with_capacity(commits.len());
        while let Some(Reverse((_, _, _, at))) = ready.pop() {
            order.push(at);
            for child in &children[at] {
                waiting[*child] -= 1;
                if waiting[*child] == 0 {
                    ready.push(Reverse(next(&commits[*child], *child)));
                }
            }
        }
        let mut commits: Vec<_> = commits.into_iter().map(Some).collect();
        self.commits = order.into_iter().filter_map(|at| commits[at].take()).collect();
        self.ids = self.commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
    }
}

enum Found {
    Commit(Commit),
    Tag(ObjectId),
    Blob,
    Malformed,
    Missing,
}

fn commit(odb: &Odb, id: &ObjectId, held_by: HeldBy) -> Found {
    let Some((kind, bytes)) = objects::read(odb, id) else { return Found::Missing };
    let text = Headed::new(&bytes);
    let tree = Commit {
        id: *id,
        held_by,
        is_tree: true,
        tree: Some(*id),
        parents: Vec::new(),
        committed: i64::MAX,
        authored: None,
    };
    match kind {
        Type::Commit => Found::Commit(Commit {
            is_tree: false,
            tree: text.id("tree", id.kind()),
            parents: text.parents(id.kind()),
            committed: text.time("committer").unwrap_or(0),
            authored: text.time("author"),
            ..tree
        }),
        Type::Tag => text.id("object", id.kind()).map_or(Found::Malformed, Found::Tag),
        Type::Tree => Found::Commit(tree),
        Type::Blob => Found::Blob,
    }
}

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
    let mut entries = tree(&bytes, new.kind());
    while let Some(entry) = entries.next() {
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
