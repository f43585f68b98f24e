//! The place of one found object: commit, path, field, or none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use gix::hash::ObjectId;

use super::attribute::{Candidate, Known, Told};
use super::gather::{Gather, Spot, label};
use super::history::{HeldBy, History};
use super::holding::Holding;
use super::objects::{self, Type};
use super::syntax::{Headed, rfc3339, tree};
use crate::search::Hit;
use crate::text::Body;

/// Whether an object is told as staged: it is a file that HEAD has not, and that can be read as one.
pub fn is_told_as_staged(known: &Known<'_>, id: &ObjectId) -> bool {
    known.staged.contains(id) && matches!(objects::read(known.odb, id), Some((Type::Blob, _)))
}

/// The place of an object that has none.
pub fn unplaced(known: &Known<'_>, history: &History) -> Spot {
    Spot::new("commit", label(known.git, b"objects")).held(history.unled)
}

/// One found object, and where it stands.
pub struct At<'a> {
    pub known: &'a Known<'a>,
    pub history: &'a History,
    /// Where it stands in commits, the first of them first.
    pub holding: &'a [Holding],
    pub id: ObjectId,
}

impl At<'_> {
    /// A spot at the commit with this number.
    fn at_commit(&self, spot: Spot, number: usize) -> Spot {
        let Some(commit) = self.history.commits.get(number) else { return spot };
        Spot {
            commit: (!commit.is_tree).then(|| commit.id.to_string()),
            author_date: commit.authored.and_then(rfc3339),
            ..spot.held(commit.held_by)
        }
    }

    pub fn blob<'h>(&self, gather: &mut Gather<'_>, hits: &[&'h Hit], candidates: &mut Vec<Candidate<'h>>) {
        let mut spots = Vec::new();
        for Holding { first, path, commits } in self.holding {
            let note = self.history.commits.get(*first).is_some_and(|c| c.held_by == HeldBy::Note);
            let spot = if note { self.note(*first) } else { self.file(gather, path, "commit") };
            let mut spot = self.at_commit(spot, *first);
            if note {
                spot.commit = annotated(path).and_then(|id| self.commit_id(id));
            }
            spots.push((*first, *commits, spot));
        }
        if spots.is_empty() && is_told_as_staged(self.known, &self.id) {
            return;
        }
        if spots.is_empty() && self.history.blobs.contains(&self.id) {
            let refs = self.known.refs.keeping().filter(|(_, id)| self.leads_here(*id));
            spots.extend(refs.map(|(name, _)| {
                (
                    usize::MAX,
                    0,
                    Spot { held_by: "ref", ..Spot::new("commit", label(self.known.git, name.as_bytes())) },
                )
            }));
        }
        if spots.is_empty() {
            spots.extend(self.in_indexes(gather).map(|spot| (usize::MAX, 0, spot)));
        }
        if spots.is_empty() {
            spots.push((usize::MAX, 0, unplaced(self.known, self.history)));
        }
        for (order, commits, spot) in spots {
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

    /// Where an index has a file that no tree can tell of: the trees that name it are gone, and the index says that
    /// nothing changed since.
    fn in_indexes(&self, gather: &Gather<'_>) -> impl Iterator<Item = Spot> {
        let entries = self.known.indexes.iter().flat_map(|index| &index.entries);
        let paths: BTreeSet<_> = entries.filter(|e| e.id == self.id).map(|e| e.path.as_slice()).collect();
        paths.into_iter().map(|path| Spot { held_by: "index", ..self.file(gather, path, "commit") })
    }

    /// Notes are files named after the commit that they speak of.
    fn note(&self, number: usize) -> Spot {
        let mut notes = self.known.refs.iter().filter(|(name, _)| name.starts_with("refs/notes/"));
        let notes = notes.find(|(_, id)| self.history.leads(id, number));
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

    /// What was found in an object that can't be read any more.
    fn lost(&self, gather: &mut Gather<'_>, hits: &[&Hit]) {
        gather.keep_hits(&unplaced(self.known, self.history), hits.iter().copied(), || Body::Unshown);
    }

    /// A tree's hits stand in the text of its names, one a line.
    pub fn names<'h>(
        &self,
        gather: &mut Gather<'_>,
        hits: &[&'h Hit],
        candidates: &mut Vec<Candidate<'h>>,
        told: &mut Told,
    ) {
        let bytes = objects::read(self.known.odb, &self.id).map(|(_, bytes)| bytes).unwrap_or_default();
        // A name may have lines of its own: the name of each line of the text.
        let mut names: Vec<&[u8]> = Vec::new();
        for entry in tree(&bytes, self.id.kind()).flatten() {
            let lines = 1 + memchr::memchr_iter(b'\n', entry.name).count();
            names.extend(std::iter::repeat_n(entry.name, lines));
        }
        let nowhere = [Holding { first: usize::MAX, path: Vec::new(), commits: 0 }];
        let places = if self.holding.is_empty() { &nowhere } else { self.holding };
        for (ordinal, hit) in numbered(hits) {
            let line = usize::try_from(hit.line).unwrap_or(usize::MAX);
            let Some(name) = line.checked_sub(1).and_then(|at| names.get(at)).copied() else {
                self.lost(gather, &[hit]);
                continue;
            };
            for Holding { first, path: folder, commits } in places {
                let path =
                    if folder.is_empty() { name.to_vec() } else { [folder, &b"/"[..], name].concat() };
                let spot = Spot::new("path", label(self.known.prefix, &path)).named();
                let spot = if *first == usize::MAX {
                    spot.held(self.history.unled)
                } else {
                    self.at_commit(spot, *first)
                };
                candidates.push(Candidate {
                    order: *first,
                    spot,
                    id: self.id,
                    hit,
                    ordinal,
                    commits: *commits,
                });
                told.names.insert(path);
            }
        }
    }

    pub fn commit(&self, gather: &mut Gather<'_>, hits: &[&Hit]) {
        let Some((_, bytes)) = objects::read(self.known.odb, &self.id) else {
            return self.lost(gather, hits);
        };
        let text = Headed::new(&bytes);
        let held = self.history.find(&self.id).map_or(self.history.unled, |commit| commit.held_by);
        let spot = Spot {
            commit: Some(self.id.to_string()),
            author_date: text.time("author").and_then(rfc3339),
            ..Spot::new("commit-message", self.git_label()).held(held)
        };
        for (field, hits) in by_field(hits, |hit| text.field(hit.span.start)) {
            gather.keep_hits(&spot.clone().field(field), hits.into_iter(), || {
                Body::Held(Arc::from(&bytes[..]))
            });
        }
    }

    pub fn tag(&self, gather: &mut Gather<'_>, hits: &[&Hit]) {
        let Some((_, bytes)) = objects::read(self.known.odb, &self.id) else {
            return self.lost(gather, hits);
        };
        let text = Headed::new(&bytes);
        let name =
            self.known.refs.keeping().find(|(_, id)| self.leads_here(*id)).map(|(name, _)| name.to_owned());
        let path =
            name.as_ref().map_or_else(|| self.git_label(), |name| label(self.known.git, name.as_bytes()));
        let held = if name.is_some() { HeldBy::Ref } else { self.history.unled };
        let spot = Spot {
            commit: text.id("object", self.id.kind()).and_then(|id| self.commit_id(id)),
            author_date: text.time("tagger").and_then(rfc3339),
            ..Spot::new("commit-message", path).held(held)
        };
        let spot = spot.field("tag");
        gather.keep_hits(&spot, hits.iter().copied(), || Body::Held(Arc::from(&bytes[..])));
    }

    /// An id to be shown: what is annotated may be a blob that holds the value.
    fn commit_id(&self, id: ObjectId) -> Option<String> {
        (self.known.odb.kind(&id) == Some(Type::Commit)).then(|| id.to_string())
    }

    fn git_label(&self) -> String {
        if self.known.git.is_empty() { ".".to_owned() } else { self.known.git.to_owned() }
    }
}

fn annotated(path: &[u8]) -> Option<ObjectId> {
    let digits: Vec<u8> = path.iter().copied().filter(|byte| *byte != b'/').collect();
    ObjectId::from_hex(&digits).ok()
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
