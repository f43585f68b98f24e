//! Every object of the database, searched.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gix::hash::ObjectId;
use gix::object::Kind;

use super::Odb;
use super::ask::{Ask, Missing};
use super::fault::ObjectGap;
use super::packed::PackSearch;
use super::stored::Mark;
use crate::search::{Engine, Hit, Limits, Scan};

/// What an earlier search makes needless. A file that it did not read to its end, or that is another by now, is
/// searched whole, whatever it holds: what is known of an object says nothing of a further copy's health.
#[derive(Clone, Copy)]
pub struct Skip<'a> {
    /// How many bytes the objects have of a file with this mark, if it was among [`ObjectSearch::files`].
    pub file: &'a (dyn Fn(&Mark) -> Option<u64> + Sync),
    /// Whether the object need not be searched again.
    pub object: &'a (dyn Fn(&ObjectId) -> bool + Sync),
}

/// How a database is searched.
pub struct SearchOptions<'a> {
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    pub threads: usize,
    pub skip: Option<Skip<'a>>,
    /// Whether objects are asked what they name, for [`ObjectSearch::missing`].
    pub ask: Option<Ask<'a>>,
    /// Whether [`ObjectSearch::clean`] and [`ObjectSearch::files`] are wanted.
    pub list_clean: bool,
    /// Whether each object's content is held against its id: costs more than all the rest.
    pub verify: bool,
    /// Only needles as they stand, without views and decoders: a measure, no audit.
    pub needles_only: bool,
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
    /// What the place stands in, where nobody can ask for it by an id.
    pub text: Option<Arc<[u8]>>,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectSearch {
    /// In order of id and position; an object that is stored twice is there once.
    pub hits: Vec<ObjectHit>,
    /// What was not read or not fully searched, each with its pack or object.
    pub gaps: Vec<ObjectGap>,
    /// Objects that were read and searched.
    pub objects: u64,
    /// Their bytes, as git counts an object's size, and those of the skipped ones.
    pub bytes: u64,
    /// Objects left out because [`SearchOptions::skip`] said so.
    pub skipped: u64,
    /// Objects that others name and that are not here.
    pub missing: Missing,
    /// Objects that could not be read or not fully searched.
    pub unread: u64,
    /// Objects that were searched fully and hold nothing, where asked for; in order.
    pub clean: Vec<ObjectId>,
    /// Files all of whose objects were read, now or by the search that [`SearchOptions::skip`] speaks of, and the
    /// bytes of those objects, where asked for.
    pub files: Vec<(Mark, u64)>,
}

impl Odb {
    /// Searches every object; two calls give the same answer, whatever the number of threads.
    #[must_use]
    pub fn search(&self, options: &SearchOptions<'_>) -> ObjectSearch {
        let mut found = ObjectSearch { gaps: files(self.gaps()), ..ObjectSearch::default() };
        let total = self.packs.iter().map(|pack| u64::from(pack.rows())).sum::<u64>();
        let done = AtomicU64::new(0);
        let progress = |more: u64| {
            let now = done.fetch_add(more, Ordering::Relaxed) + more;
            if let Some(progress) = options.progress {
                progress(now, total);
            }
        };
        for pack in &self.packs {
            PackSearch { odb: self, pack, options, progress: &progress }.run(&mut found);
        }
        self.search_loose(options, &progress, &mut found);
        found.hits.sort();
        found.hits.dedup();
        found.clean.sort();
        found.clean.dedup();
        found
    }
}

/// Gaps of files of the database.
pub fn files(gaps: &[String]) -> Vec<ObjectGap> {
    gaps.iter().cloned().map(ObjectGap::of_file).collect()
}

impl ObjectSearch {
    /// Adds what one object holds; nothing in it is clean.
    pub(super) fn add(&mut self, id: Option<ObjectId>, kind: Kind, scan: Scan, shown: &str) {
        self.add_with(id, kind, scan, shown, None);
    }

    /// The same with the text, for an object without an id.
    pub(super) fn add_with(
        &mut self,
        id: Option<ObjectId>,
        kind: Kind,
        scan: Scan,
        shown: &str,
        text: Option<&Arc<[u8]>>,
    ) {
        let text = text.filter(|_| id.is_none());
        let partial = |why| ObjectGap { is_partial: true, ..ObjectGap::of_object(id, shown, why) };
        self.gaps.extend(scan.gaps.into_iter().map(partial));
        self.hits.extend(scan.hits.into_iter().map(|hit| ObjectHit { id, kind, hit, text: text.cloned() }));
    }
}
