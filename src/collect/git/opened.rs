//! A repository that is open: its parts found, its refs read, its objects at hand, and nothing searched yet.

use std::path::Path;

use super::layout::Layout;
use super::odb::{Odb, OdbError, OdbLimits};
use super::refs::Refs;
use super::revision::{self, Range, RevisionError};
use crate::evidence::Gap;

pub struct Opened {
    pub layout: Layout,
    pub refs: Refs,
    /// Of the refs alone: what could not be read.
    pub gaps: Vec<Gap>,
    pub odb: Result<Odb, OdbError>,
    /// What the words of a range lead to; none where no range was asked for, or nothing is there to look it up in.
    pub range: Option<Result<Range, RevisionError>>,
}

impl Opened {
    /// The repository at `path`, if there is one.
    #[must_use]
    pub fn find(path: &Path, range: Option<&str>) -> Option<Self> {
        Layout::find(path).map(|layout| Self::new(layout, range))
    }

    #[must_use]
    pub fn new(layout: Layout, range: Option<&str>) -> Self {
        let mut gaps = Vec::new();
        let refs = Refs::read(&layout, &mut gaps);
        let odb = Odb::open(&layout.objects(), layout.hash, &OdbLimits::default());
        let found = |odb: &Odb| Some(revision::range(range?, &refs, odb, &layout.shallow));
        let range = odb.as_ref().ok().and_then(found);
        Self { layout, refs, gaps, odb, range }
    }

    /// Why the range can't be understood, though all was read that could tell.
    #[must_use]
    pub fn misunderstood(&self) -> Option<&RevisionError> {
        let read = self.gaps.is_empty() && self.layout.gaps.is_empty();
        let whole = read && self.odb.as_ref().is_ok_and(|odb| odb.gaps().is_empty());
        self.range.as_ref().filter(|_| whole)?.as_ref().err()
    }
}
