//! From objects that hold the value to findings that a reader can follow: the commit that brought it, its
//! date, the path, the line.
//!
//! The same leak in many versions of a file is one finding, at the first commit of the history that has
//! it; the others are counted. Work is done only for what was found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use gix::hash::ObjectId;

use super::gather::{Gather, Spot, label};
use super::history::{HeldBy, History};
use super::holding::Attribution;
use super::index::Index;
use super::layout::Border;
use super::objects::{self, Type};
use super::odb::{ObjectHit, Odb};
use super::place::{At, is_told_as_staged, unplaced};
use super::refs::Refs;
use crate::search::Hit;
use crate::text::Body;

/// What the attribution needs to know of a repository.
pub struct Known<'a> {
    pub odb: &'a Odb,
    pub refs: &'a Refs,
    /// Of every work tree of the repository.
    pub indexes: &'a [&'a Index],
    /// Files that are staged in one of them, and that will be told as that where they hold the value.
    pub staged: &'a HashSet<ObjectId>,
    pub shallow: &'a Border,
    /// Whether all names were read that could keep an object.
    pub all_names: bool,
    /// What paths of the work tree begin with in the evidence, and those of the git directory.
    pub prefix: &'a str,
    pub git: &'a str,
}

/// What was told, so that it is not told again where it stands once more.
#[derive(Debug, Default)]
pub struct Told {
    pub blobs: HashSet<ObjectId>,
    /// Content that was told at this path alone: a range has others' too.
    pub files: HashSet<(ObjectId, Vec<u8>)>,
    /// Paths of the repository whose name holds the value.
    pub names: HashSet<Vec<u8>>,
}

/// One place where a found object stands, before equal ones are joined.
pub struct Candidate<'h> {
    /// Position of the commit in history order; what no commit has comes last.
    pub order: usize,
    pub spot: Spot,
    /// The object to show, and its hit.
    pub id: ObjectId,
    pub hit: &'h Hit,
    pub ordinal: usize,
    pub commits: u64,
}

/// Names the places of all hits in objects.
pub fn tell(gather: &mut Gather<'_>, known: &Known<'_>, hits: &[ObjectHit]) -> Told {
    let mut told = Told::default();
    if hits.is_empty() {
        return told;
    }
    let mut history = History::of(known.odb, &tips(known.refs), known.shallow);
    // What a commit led to that is gone, nobody can tell.
    if !known.all_names || !history.missing.is_empty() {
        history.unled = HeldBy::Unknown;
    }
    let mut found: BTreeMap<ObjectId, (Type, Vec<&Hit>)> = BTreeMap::new();
    for hit in hits {
        match hit.id {
            Some(id) => found.entry(id).or_insert((hit.kind, Vec::new())).1.push(&hit.hit),
            None => {
                let spot = unplaced(known, &history);
                let body = || hit.text.clone().map_or(Body::Unshown, Body::Held);
                gather.keep_hits(&spot, std::iter::once(&hit.hit), body);
            }
        }
    }
    let wanted: HashSet<ObjectId> = found
        .iter()
        .filter(|(_, (kind, _))| matches!(kind, Type::Blob | Type::Tree))
        .map(|(id, _)| *id)
        .collect();
    let mut attribution = Attribution::new(known.odb, wanted.clone());
    let mut places = attribution.search(&history);
    let lost = wanted.iter().any(|id| !places.contains_key(id) && !is_told_as_staged(known, id));
    let stray = found.iter().any(|(id, (kind, _))| *kind == Type::Commit && !history.contains(id));
    if lost || stray {
        adopt_unreachable(known, &mut history);
        attribution = Attribution::new(known.odb, wanted);
        places = attribution.search(&history);
    }
    if !attribution.unreadable.is_empty() {
        let why = format!(
            "{} tree(s) can't be read: what was found may stand at further paths and in further commits",
            attribution.unreadable.len()
        );
        gather.gap(label(known.git, b"objects"), "commit", why);
    }
    if !attribution.crowded.is_empty() {
        let why = format!(
            "{} object(s) that hold the value stand at more paths of one tree than are told",
            attribution.crowded.len()
        );
        gather.gap(label(known.git, b"objects"), "commit", why);
    }
    let mut candidates = Vec::new();
    for (id, (kind, hits)) in &found {
        let at =
            At { known, history: &history, holding: places.get(id).map_or(&[], Vec::as_slice), id: *id };
        match kind {
            Type::Blob => {
                told.blobs.insert(*id);
                at.blob(gather, hits, &mut candidates);
            }
            Type::Tree => at.names(gather, hits, &mut candidates, &mut told),
            Type::Commit => at.commit(gather, hits),
            Type::Tag => at.tag(gather, hits),
        }
    }
    join(gather, known.odb, candidates);
    told
}

/// Ids by what keeps them, the strongest first.
fn tips(refs: &Refs) -> Vec<(HeldBy, Vec<ObjectId>)> {
    let of = |held: HeldBy| {
        let class = |name: &str| match name {
            _ if name.starts_with("refs/notes/") => HeldBy::Note,
            "refs/stash" => HeldBy::Stash,
            _ => HeldBy::Ref,
        };
        (held, refs.keeping().filter(|(name, _)| class(name) == held).map(|(_, id)| id).collect())
    };
    vec![of(HeldBy::Ref), of(HeldBy::Note), of(HeldBy::Stash), (HeldBy::Reflog, refs.remembered.clone())]
}

/// Adds the commits that nothing leads to.
fn adopt_unreachable(known: &Known<'_>, history: &mut History) {
    let mut ids: Vec<ObjectId> = known.odb.ids().filter(|id| !history.contains(id)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| objects::read(known.odb, id).is_some_and(|(kind, _)| kind == Type::Commit));
    history.adopt(known.odb, &ids, known.shallow);
}

/// One finding for each leak at each path, at its first commit.
fn join(gather: &mut Gather<'_>, odb: &Odb, mut candidates: Vec<Candidate<'_>>) {
    candidates.sort_by(|a, b| (a.order, &a.spot, a.hit, a.id).cmp(&(b.order, &b.spot, b.hit, b.id)));
    let mut firsts: Vec<Candidate<'_>> = Vec::new();
    let mut at: HashMap<_, usize> = HashMap::new();
    for candidate in candidates {
        let (spot, hit) = (&candidate.spot, candidate.hit);
        let key =
            (spot.path.clone(), spot.surface, &*hit.form, hit.part, &*hit.container, candidate.ordinal);
        match at.get(&key).and_then(|at| firsts.get_mut(*at)) {
            // What no commit has stands for itself.
            Some(first) if candidate.order != usize::MAX => first.commits += candidate.commits,
            _ => {
                at.insert(key, firsts.len());
                firsts.push(candidate);
            }
        }
    }
    // One body at a time: a thousand versions of a large file may hold the value.
    let mut last: Option<(ObjectId, Arc<[u8]>)> = None;
    for first in firsts {
        let body = match &last {
            Some((id, body)) if *id == first.id => Arc::clone(body),
            _ => objects::read(odb, &first.id).map_or_else(|| Arc::from([]), |(_, bytes)| Arc::from(bytes)),
        };
        last = Some((first.id, Arc::clone(&body)));
        let spot = Spot { others: first.commits.saturating_sub(1), ..first.spot };
        let body = if spot.name { Body::Unshown } else { Body::Held(body) };
        gather.keep_hits(&spot, std::iter::once(first.hit), || body.clone());
    }
}
