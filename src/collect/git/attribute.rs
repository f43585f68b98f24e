//! From objects that hold the value to findings that a reader can follow: the commit that brought it, its
//! date, the path, the line.
//!
//! The same leak in many versions of a file is one finding, at the first commit of the history that has
//! it; the others are counted. Work is done only for what was found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use gix::hash::ObjectId;

use super::gather::{Gather, Spot, label};
use super::history::{Attribution, HeldBy, History, Holding};
use super::index::Index;
use super::object::{Headed, rfc3339, tree};
use super::objects::{self, Type};
use super::odb::{ObjectHit, Odb};
use super::refs::Refs;
use crate::search::Hit;
use crate::text::Body;

/// What the attribution needs to know of a repository.
pub struct Known<'a> {
    pub odb: &'a Odb,
    pub refs: &'a Refs,
    /// Of every work tree of the repository.
    pub indexes: &'a [&'a Index],
    pub shallow: &'a [ObjectId],
    /// What paths of the work tree begin with in the evidence, and those of the git directory.
    pub prefix: &'a str,
    pub git: &'a str,
}

/// What was told, so that it is not told again where it stands once more.
#[derive(Debug, Default)]
pub struct Told {
    pub blobs: HashSet<ObjectId>,
    /// Paths of the repository whose name holds the value.
    pub names: HashSet<Vec<u8>>,
}

/// One place where a found object stands, before equal ones are joined.
struct Candidate<'h> {
    /// Position of the commit in history order; what no commit has comes last.
    order: usize,
    spot: Spot,
    /// The object to show, and its hit.
    id: ObjectId,
    hit: &'h Hit,
    ordinal: usize,
    commits: u64,
}

/// Names the places of all hits in objects.
pub fn tell(gather: &mut Gather<'_>, known: &Known<'_>, hits: &[ObjectHit]) -> Told {
    let mut found: BTreeMap<ObjectId, (Type, Vec<&Hit>)> = BTreeMap::new();
    for hit in hits {
        match hit.id {
            Some(id) => found.entry(id).or_insert((hit.kind, Vec::new())).1.push(&hit.hit),
            None => {
                let spot = unplaced(known);
                gather.keep_hits(&spot, std::iter::once(&hit.hit), || Body::Unshown);
            }
        }
    }
    let mut told = Told::default();
    if found.is_empty() {
        return told;
    }
    let mut history = History::of(known.odb, &tips(known.refs), known.shallow);
    let wanted: HashSet<ObjectId> = found
        .iter()
        .filter(|(_, (kind, _))| matches!(kind, Type::Blob | Type::Tree))
        .map(|(id, _)| *id)
        .collect();
    let mut places = Attribution::new(known.odb, wanted.clone()).search(&history);
    let lost = wanted.iter().any(|id| !places.contains_key(id) && !is_indexed(known, id));
    let stray = found.iter().any(|(id, (kind, _))| *kind == Type::Commit && !history.contains(id));
    if lost || stray {
        adopt_unreachable(known, &mut history);
        places = Attribution::new(known.odb, wanted).search(&history);
    }
    let mut candidates = Vec::new();
    for (id, (kind, hits)) in &found {
        let at = At { known, history: &history, holding: places.get(id), id: *id };
        match kind {
            Type::Blob => {
                told.blobs.insert(*id);
                at.blob(gather, hits, &mut candidates);
            }
            Type::Tree => at.names(hits, &mut candidates, &mut told),
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
        (held, refs.iter().filter(|(name, _)| class(name) == held).map(|(_, id)| id).collect())
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

fn is_indexed(known: &Known<'_>, id: &ObjectId) -> bool {
    known.indexes.iter().flat_map(|index| &index.entries).any(|entry| entry.id == *id)
}

/// The place of an object that has none.
fn unplaced(known: &Known<'_>) -> Spot {
    Spot { unreachable: true, held_by: "nothing", ..Spot::new("commit", label(known.git, b"objects")) }
}

/// One found object, and where it stands.
struct At<'a> {
    known: &'a Known<'a>,
    history: &'a History,
    holding: Option<&'a Holding>,
    id: ObjectId,
}

impl At<'_> {
    /// A spot at the commit with this number.
    fn at_commit(&self, spot: Spot, number: usize) -> Spot {
        let Some(commit) = self.history.commits.get(number) else { return spot };
        Spot {
            commit: (!commit.is_tree).then(|| commit.id.to_string()),
            author_date: commit.authored.and_then(rfc3339),
            unreachable: commit.held_by == HeldBy::Nothing,
            held_by: commit.held_by.word(),
            ..spot
        }
    }

    fn blob<'h>(&self, gather: &mut Gather<'_>, hits: &[&'h Hit], candidates: &mut Vec<Candidate<'h>>) {
        let mut spots = Vec::new();
        if let Some((number, paths)) = self.holding.and_then(|holding| holding.first.as_ref()) {
            let note = self.history.commits.get(*number).is_some_and(|c| c.held_by == HeldBy::Note);
            for path in paths {
                let spot = if note { self.note() } else { self.file(gather, path, "commit") };
                spots.push((*number, self.at_commit(spot, *number)));
            }
            if note && let Some((_, spot)) = spots.first_mut() {
                spot.commit = paths.first().and_then(|path| annotated(path));
            }
        }
        // What only an index holds is told as staged.
        if spots.is_empty() && is_indexed(self.known, &self.id) {
            return;
        }
        if spots.is_empty() && self.history.blobs.contains(&self.id) {
            let refs = self.known.refs.iter().filter(|(_, id)| self.leads_here(*id));
            spots.extend(refs.map(|(name, _)| {
                (
                    usize::MAX,
                    Spot { held_by: "ref", ..Spot::new("commit", label(self.known.git, name.as_bytes())) },
                )
            }));
        }
        if spots.is_empty() {
            spots.push((usize::MAX, unplaced(self.known)));
        }
        let commits = self.holding.map_or(0, |holding| holding.commits);
        for (order, spot) in spots {
            for (ordinal, hit) in numbered(hits) {
                candidates.push(Candidate {
                    order,
                    spot: spot.clone(),
                    id: self.id,
                    hit,
                    ordinal,
                    commits,
                });
            }
        }
    }

    fn file(&self, gather: &Gather<'_>, path: &[u8], surface: &'static str) -> Spot {
        let path = label(self.known.prefix, path);
        Spot { sot: gather.is_sot(&path), ..Spot::new(surface, path) }
    }

    /// Notes are files named after the commit that they speak of.
    fn note(&self) -> Spot {
        let notes = self.known.refs.iter().find(|(name, _)| name.starts_with("refs/notes/"));
        let name = notes.map_or("refs/notes/commits", |(name, _)| name);
        Spot::new("commit-message", label(self.known.git, name.as_bytes())).field("note")
    }

    fn leads_here(&self, mut id: ObjectId) -> bool {
        for _ in 0..16 {
            if id == self.id {
                return true;
            }
            let Some((Type::Tag, bytes)) = objects::read(self.known.odb, &id) else { return false };
            let Some(target) = Headed::new(&bytes).id("object", id.kind()) else { return false };
            id = target;
        }
        false
    }

    /// A tree's hits stand in the text of its names, one a line.
    fn names<'h>(&self, hits: &[&'h Hit], candidates: &mut Vec<Candidate<'h>>, told: &mut Told) {
        let bytes = objects::read(self.known.odb, &self.id).map(|(_, bytes)| bytes).unwrap_or_default();
        let names: Vec<Vec<u8>> =
            tree(&bytes, self.id.kind()).flatten().map(|entry| entry.name.to_vec()).collect();
        let nowhere = (usize::MAX, vec![Vec::new()]);
        let first = self.holding.and_then(|holding| holding.first.as_ref());
        let (number, folders) = first.unwrap_or(&nowhere);
        let commits = self.holding.map_or(0, |holding| holding.commits);
        for (ordinal, hit) in numbered(hits) {
            let line = usize::try_from(hit.line).unwrap_or(usize::MAX);
            let name = line.checked_sub(1).and_then(|at| names.get(at)).cloned().unwrap_or_default();
            for folder in folders {
                let path =
                    if folder.is_empty() { name.clone() } else { [folder, &b"/"[..], &name].concat() };
                let spot = Spot::new("path", label(self.known.prefix, &path)).named();
                let spot = match first {
                    Some(_) => self.at_commit(spot, *number),
                    None => Spot { unreachable: true, held_by: "nothing", ..spot },
                };
                candidates.push(Candidate { order: *number, spot, id: self.id, hit, ordinal, commits });
                told.names.insert(path);
            }
        }
    }

    fn commit(&self, gather: &mut Gather<'_>, hits: &[&Hit]) {
        let Some((_, bytes)) = objects::read(self.known.odb, &self.id) else { return };
        let text = Headed::new(&bytes);
        let held = self.history.find(&self.id).map_or(HeldBy::Nothing, |commit| commit.held_by);
        let spot = Spot {
            commit: Some(self.id.to_string()),
            author_date: text.time("author").and_then(rfc3339),
            unreachable: held == HeldBy::Nothing,
            held_by: held.word(),
            ..Spot::new("commit-message", self.git_label())
        };
        for (field, hits) in by_field(hits, |hit| text.field(hit.span.start)) {
            gather.keep_hits(&spot.clone().field(field), hits.into_iter(), || {
                Body::Held(Arc::from(&bytes[..]))
            });
        }
    }

    fn tag(&self, gather: &mut Gather<'_>, hits: &[&Hit]) {
        let Some((_, bytes)) = objects::read(self.known.odb, &self.id) else { return };
        let text = Headed::new(&bytes);
        let name =
            self.known.refs.iter().find(|(_, id)| self.leads_here(*id)).map(|(name, _)| name.to_owned());
        let path =
            name.as_ref().map_or_else(|| self.git_label(), |name| label(self.known.git, name.as_bytes()));
        let spot = Spot {
            commit: text.id("object", self.id.kind()).map(|id| id.to_string()),
            author_date: text.time("tagger").and_then(rfc3339),
            unreachable: name.is_none(),
            held_by: if name.is_some() { "ref" } else { "nothing" },
            ..Spot::new("commit-message", path)
        };
        let spot = spot.field("tag");
        gather.keep_hits(&spot, hits.iter().copied(), || Body::Held(Arc::from(&bytes[..])));
    }

    fn git_label(&self) -> String {
        if self.known.git.is_empty() { ".".to_owned() } else { self.known.git.to_owned() }
    }
}

fn annotated(path: &[u8]) -> Option<String> {
    let digits: String = path.iter().filter(|byte| **byte != b'/').map(|byte| char::from(*byte)).collect();
    (matches!(digits.len(), 40 | 64) && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}

/// Hits with their number among equals of one object.
fn numbered<'h>(hits: &[&'h Hit]) -> Vec<(usize, &'h Hit)> {
    let mut seen: HashMap<(&str, &str, &[String]), usize> = HashMap::new();
    let mut count = |hit: &'h Hit| {
        let count = seen.entry((&hit.form, hit.part, &hit.container)).or_default();
        *count += 1;
        *count
    };
    hits.iter().map(|hit| (count(hit), *hit)).collect()
}

fn by_field<'h>(
    hits: &[&'h Hit],
    field: impl Fn(&Hit) -> &'static str,
) -> BTreeMap<&'static str, Vec<&'h Hit>> {
    let mut fields: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for hit in hits {
        fields.entry(field(hit)).or_default().push(*hit);
    }
    fields
}

/// One finding for each leak at each path, at its first commit.
fn join(gather: &mut Gather<'_>, odb: &Odb, mut candidates: Vec<Candidate<'_>>) {
    candidates.sort_by(|a, b| (a.order, &a.spot, a.hit, a.id).cmp(&(b.order, &b.spot, b.hit, b.id)));
    let mut firsts: Vec<Candidate<'_>> = Vec::new();
    let mut at: HashMap<(String, &str, &str, &str, &[String], usize), usize> = HashMap::new();
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
    let mut bodies: HashMap<ObjectId, Arc<[u8]>> = HashMap::new();
    for first in firsts {
        let body = bodies.entry(first.id).or_insert_with(|| {
            objects::read(odb, &first.id)
                .map(|(_, bytes)| Arc::from(bytes))
                .unwrap_or_else(|| Arc::from([]))
        });
        let spot = Spot { others: first.commits.saturating_sub(1), ..first.spot };
        let body = if spot.name { Body::Unshown } else { Body::Held(Arc::clone(body)) };
        gather.keep_hits(&spot, std::iter::once(first.hit), || body.clone());
    }
}
