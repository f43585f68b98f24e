//! What the first look asks of each text: whether anything is in it, and not yet what.
//!
//! Needles alone are looked for in many small pieces at once; with views and decoders each text is looked at by
//! itself, and of a delta's windows only what is new.

use std::ops::Range;

use super::search::SearchOptions;
use crate::search::{Engine, Limits, Look};

pub struct First<'a> {
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    pub needles_only: bool,
    /// Pieces that are searched together, each of them known by a number.
    pub bytes: Vec<u8>,
    pieces: Vec<(usize, u32)>,
    /// Numbers of the pieces that a hit, or a gap, lies near.
    pub marked: Vec<u32>,
}

/// Pieces that are searched together: as much as stays in the processor's nearest cache.
const FULL: usize = 32 << 10;
/// A text of at most this length is searched together with others: to copy it costs as much as to search it.
const TINY: usize = 2 << 10;
/// Between pieces: ends a line, and stands in no form of a value.
pub const SEAM: &[u8] = b"\n\x1e\n";

impl<'a> First<'a> {
    pub fn new(options: &SearchOptions<'a>) -> Self {
        let SearchOptions { engine, limits, needles_only, .. } = *options;
        let bytes = Vec::with_capacity(2 * FULL);
        Self { engine, limits, needles_only, bytes, pieces: Vec::new(), marked: Vec::new() }
    }

    /// Looks at a whole object.
    pub fn whole(&mut self, number: u32, bytes: &[u8]) {
        if !self.needles_only {
            let scan = self.engine.scan(bytes, self.limits);
            if !scan.hits.is_empty() || !scan.gaps.is_empty() {
                self.marked.push(number);
            }
        } else if bytes.len() <= TINY {
            self.add(number, bytes);
        } else if !self.engine.needles_in(bytes).is_empty() {
            self.marked.push(number);
        }
    }

    /// Looks at a window of an object for what its `new` bytes make.
    pub fn window(&mut self, number: u32, bytes: &[u8], new: &[Range<usize>], widened: bool) -> Look {
        let look = self.engine.look(bytes, new, self.limits, widened);
        if look == Look::Marked {
            self.marked.push(number);
        }
        look
    }

    /// What is put into `bytes` from here on belongs to this number.
    pub fn begin(&mut self, number: u32) {
        if self.bytes.len() >= FULL {
            self.flush();
        }
        self.pieces.push((self.bytes.len(), number));
    }

    pub fn seam(&mut self) {
        self.bytes.extend_from_slice(SEAM);
    }

    /// Puts a piece to those in which needles are looked for.
    pub fn add(&mut self, number: u32, bytes: &[u8]) {
        self.begin(number);
        self.bytes.extend_from_slice(bytes);
        self.seam();
    }

    pub fn flush(&mut self) {
        for (start, end) in self.engine.needles_in(&self.bytes) {
            let first = self.pieces.partition_point(|(piece, _)| *piece <= start);
            let end = self.pieces.partition_point(|(piece, _)| *piece < end.max(1));
            let near = self.pieces.get(first.saturating_sub(1)..end.max(first)).unwrap_or_default();
            self.marked.extend(near.iter().map(|(_, number)| *number));
        }
        self.bytes.clear();
        self.pieces.clear();
    }
}
