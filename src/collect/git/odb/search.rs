//! Every object of the database, searched.

use gix::hash::ObjectId;
use gix::object::Kind;

use super::{Odb, tree};
use crate::search::{Engine, Hit, Limits};

/// How a database is searched.
pub struct SearchOptions<'a> {
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    pub threads: usize,
    /// Objects that need not be searched again.
    pub skip: &'a (dyn Fn(&ObjectId) -> bool + Sync),
    /// Whether [`ObjectSearch::clean`] is wanted.
    pub list_clean: bool,
    /// Whether each object's content is held against its id: costs more than all the rest.
    pub verify: bool,
    /// Told how many objects were done since the last call, out of how many in all.
    pub progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
}

/// One place in one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectHit {
    /// `None` for what lies in the database under no id.
    pub id: Option<ObjectId>,
    pub kind: Kind,
    /// Of a tree: places in the text of its names, one entry a line.
    pub hit: Hit,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectSearch {
    /// In order of id and position; an object that is stored twice is there once.
    pub hits: Vec<ObjectHit>,
    /// What was not read or not fully searched, each with its pack or object.
    pub gaps: Vec<String>,
    /// Objects that were read and searched.
    pub objects: u64,
    /// Their bytes, as git counts an object's size.
    pub bytes: u64,
    /// Objects left out because [`SearchOptions::skip`] said so.
    pub skipped: u64,
    /// Objects that could not be read or not fully searched.
    pub unread: u64,
    /// Objects that were searched fully and hold nothing, where asked for; in order.
    pub clean: Vec<ObjectId>,
}

impl Odb {
    /// Searches every object; two calls give the same answer, whatever the number of threads.
    #[must_use]
    pub fn search(&self, options: &SearchOptions<'_>) -> ObjectSearch {
        let mut found = ObjectSearch { gaps: self.gaps().to_vec(), ..ObjectSearch::default() };
        let mut ids: Vec<_> = self.ids().collect();
        ids.sort();
        ids.dedup();
        for id in ids {
            if (options.skip)(&id) {
                found.skipped += 1;
                continue;
            }
            match self.read(&id) {
                Ok(Some((kind, bytes))) => {
                    let mut names = Vec::new();
                    let text = if kind == Kind::Tree {
                        if let Err(fault) = tree::names(&bytes, self.hash, &mut names) {
                            found.gaps.push(format!("object {id}: {fault}"));
                            found.unread += 1;
                            continue;
                        }
                        &names
                    } else {
                        &bytes
                    };
                    let scan = options.engine.scan(text, options.limits);
                    found.objects += 1;
                    found.bytes += bytes.len() as u64;
                    if options.list_clean && scan.hits.is_empty() && scan.gaps.is_empty() {
                        found.clean.push(id);
                    }
                    found.gaps.extend(scan.gaps.into_iter().map(|why| format!("object {id}: {why}")));
                    let hits = scan.hits.into_iter().map(|hit| ObjectHit { id: Some(id), kind, hit });
                    found.hits.extend(hits);
                }
                Ok(None) => found.gaps.push(format!("object {id}: it is gone again")),
                Err(fault) => {
                    found.gaps.push(format!("object {id}: {fault}"));
                    found.unread += 1;
                }
            }
        }
        found
    }
}
