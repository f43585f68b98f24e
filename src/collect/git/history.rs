//! Which commits there are, in which order, and what keeps them.
//!
//! Walked only when something was found, or when a range was asked for: the search itself needs no
//! history. A commit whose parent is not here is a root, and the shallow border says so elsewhere.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use gix::hash::ObjectId;

use super::layout::Border;
use super::objects::{self, Type};
use super::odb::Odb;
use super::syntax::Headed;

/// Folders within folders; a tree deeper than this is told as unread.
pub const DEEPEST: usize = 512;

/// What keeps a commit in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum HeldBy {
    /// A branch, a tag, a remote's branch, HEAD.
    Ref,
    Note,
    Stash,
    /// Nothing but a reflog, or the HEAD of another work tree.
    Reflog,
    /// Nothing: git will drop it one day.
    #[default]
    Nothing,
    /// Nothing that was read; but not all was read that could keep it.
    Unknown,
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
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is known that nothing leads there.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::Nothing
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
    /// What is said of an object that nothing leads to.
    pub unled: HeldBy,
    ids: HashMap<ObjectId, usize>,
}

impl History {
    /// Everything that each group of tips leads to and no group before it does.
    #[must_use]
    pub fn of(odb: &Odb, tips: &[(HeldBy, Vec<ObjectId>)], shallow: &Border) -> Self {
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
    pub fn between(odb: &Odb, from: &[ObjectId], without: &[ObjectId], shallow: &Border) -> Self {
        let mut seen = HashSet::new();
        Self::default().load(odb, without, HeldBy::Ref, &mut seen, shallow);
        let mut history = Self::default();
        history.load(odb, from, HeldBy::Ref, &mut seen, shallow);
        history.order();
        history
    }

    /// Takes commits that nothing leads to.
    pub fn adopt(&mut self, odb: &Odb, ids: &[ObjectId], shallow: &Border) {
        let mut seen =
            self.commits.iter().map(|commit| commit.id).chain(self.missing.iter().copied()).collect();
        self.load(odb, ids, self.unled, &mut seen, shallow);
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

    /// Whether an id leads to the commit with this number.
    #[must_use]
    pub fn leads(&self, from: &ObjectId, to: usize) -> bool {
        let (mut seen, mut next) = (HashSet::new(), vec![*from]);
        while let Some(at) = next.pop().and_then(|id| self.ids.get(&id).copied().or(Some(usize::MAX))) {
            if at == to {
                return true;
            }
            if seen.insert(at)
                && let Some(commit) = self.commits.get(at)
            {
                next.extend(&commit.parents);
            }
        }
        false
    }

    fn load(
        &mut self,
        odb: &Odb,
        tips: &[ObjectId],
        held_by: HeldBy,
        seen: &mut HashSet<ObjectId>,
        shallow: &Border,
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
            |commit: &Commit, at| (commit.held_by >= HeldBy::Nothing, commit.committed, commit.id, at);
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
