//! Documents that wait to be judged: runs are judged before them, and all of them are asked before any is judged.
//!
//! So many are held as have room. Of the others the words are let go, and read again, from the bytes that were
//! read before and from no others, when it is their turn. What was found in the bytes stays: they are searched once.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::model::{Blocker, Citation, FrontMatter, Problem, Said, SotDocument, Statement, WorkItem};
use super::{empty, read_text};
use crate::profile::Profile;
use crate::text::Body;

/// Bytes of words that are held.
const ROOM: usize = 64 << 20;

/// The room that documents have.
#[derive(Debug)]
pub struct Shelf {
    left: AtomicUsize,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Shelf {
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { left: AtomicUsize::new(bytes) }
    }

    /// Lets go of a document's words where there is no room for them, and they can be read again.
    pub fn keep(&self, document: &mut SotDocument) {
        let weight = document.weight();
        let taken = |left: usize| left.checked_sub(weight);
        let full = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_err();
        if full && matches!(document.source.body, Body::Again(_)) {
            document.let_go();
        }
    }
}

impl SotDocument {
    /// About as many bytes as its words take.
    fn weight(&self) -> usize {
        let said = |count: usize| count * size_of::<Said>();
        let item =
            |item: &WorkItem| said(item.acceptance.len()) + item.blockers.len() * size_of::<Blocker>();
        let lists = self.statements.len() * size_of::<Statement>()
            + self.citations.len() * size_of::<Citation>()
            + self.malformed.len() * size_of::<Problem>()
            + said(self.unrecognised.len())
            + self.items.iter().map(|it| size_of::<WorkItem>() + item(it)).sum::<usize>();
        // The words themselves are hardly more than what was read.
        lists + usize::try_from(self.read.bytes).unwrap_or(usize::MAX / 2)
    }

    fn let_go(&mut self) {
        self.front_matter = FrontMatter::default();
        self.items = Vec::new();
        self.citations = Vec::new();
        self.statements = Vec::new();
        self.malformed = Vec::new();
        self.unrecognised = Vec::new();
        self.whole = false;
    }

    /// Reads the words again that were let go: false where the document is not what it was.
    #[must_use]
    pub fn fetch(&mut self, profile: &Profile) -> bool {
        if self.whole {
            return true;
        }
        let Body::Again(again) = &self.source.body else { return false };
        let Some(bytes) = again.bytes() else { return false };
        self.whole = true;
        // What is no text had no words to let go.
        let Ok(text) = std::str::from_utf8(bytes) else { return true };
        let mut read = empty(&self.path, Body::Unshown);
        read_text(text, profile, &mut read);
        self.front_matter = read.front_matter;
        self.items = read.items;
        self.citations = read.citations;
        self.statements = read.statements;
        self.malformed = read.malformed;
        self.unrecognised = read.unrecognised;
        true
    }
}
