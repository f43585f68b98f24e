//! The first look at a pack: which objects may hold a hit. Mostly none does, so many small pieces are
//! searched at once, and what lies near a hit is marked for [`look`](super::look), which decides.
//!
//! An object that is a delta is searched by its windows, as long as its base is searched here too.

use gix::hash::Kind as Hash;
use gix::object::Kind;

use super::fault::Fault;
use super::inflate::Stream;
use super::tree;
use super::walk::Visitor;
use super::window::{Margin, Told, Windows};
use crate::search::{Engine, Limits, Scan};

/// Search this entry.
pub const SELF: u8 = 1;
/// Go there: for itself, or for what is a delta on it.
pub const VISIT: u8 = 2;

/// Pieces that are searched together, each of them known by a number.
pub struct Batch<'a> {
    engine: &'a Engine,
    limits: &'a Limits,
    pub bytes: Vec<u8>,
    pieces: Vec<(usize, u32)>,
    /// Numbers of the pieces that a hit, or a gap, lies near.
    pub marked: Vec<u32>,
}

const FULL: usize = 128 << 10;
/// A text of at most this length is searched together with others.
const SMALL: usize = 16 << 10;
/// Between pieces: ends a line, and stands in no form of a value.
pub const SEAM: &[u8] = b"\n\x1e\n";

impl<'a> Batch<'a> {
    pub fn new(engine: &'a Engine, limits: &'a Limits) -> Self {
        Self { engine, limits, bytes: Vec::with_capacity(2 * FULL), pieces: Vec::new(), marked: Vec::new() }
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

    /// Searches a whole object: with others if it is a short text, else by itself.
    pub fn whole(&mut self, number: u32, bytes: &[u8]) {
        let together = bytes.len() <= SMALL
            && !bytes.contains(&0)
            && std::str::from_utf8(bytes).is_ok()
            && !self.engine.wants_whole(bytes);
        if together {
            self.begin(number);
            self.bytes.extend_from_slice(bytes);
            self.seam();
        } else if is_marked(&self.engine.scan(bytes, self.limits)) {
            self.marked.push(number);
        }
    }

    pub fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let scan = self.engine.scan(&self.bytes, self.limits);
            if !scan.gaps.is_empty() {
                self.marked.extend(self.pieces.iter().map(|(_, number)| *number));
            }
            for hit in &scan.hits {
                let first = self.pieces.partition_point(|(start, _)| *start as u64 <= hit.span.start);
                let end = self.pieces.partition_point(|(start, _)| (*start as u64) < hit.span.end.max(1));
                let near = self.pieces.get(first.saturating_sub(1)..end.max(first)).unwrap_or_default();
                self.marked.extend(near.iter().map(|(_, number)| *number));
            }
        }
        self.bytes.clear();
        self.pieces.clear();
    }
}

fn is_marked(scan: &Scan) -> bool {
    !scan.hits.is_empty() || !scan.gaps.is_empty()
}

/// What a walk has met with, beside what it marked.
#[derive(Default)]
pub struct Tally {
    pub objects: u64,
    pub bytes: u64,
    /// Entries that were not read, each with the reason.
    pub faults: Vec<(u32, String)>,
    pub doubts: Vec<(u32, String)>,
    /// Objects that were streamed: what they hold is known at once.
    pub large: Vec<(u32, Kind, Scan)>,
}

pub struct Sweep<'a> {
    pub batch: Batch<'a>,
    pub tally: Tally,
    flags: &'a [u8],
    hash: Hash,
    margin: Margin,
    windows: Windows,
    scratch: Vec<u8>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Sweep<'a> {
    pub fn new(batch: Batch<'a>, flags: &'a [u8], hash: Hash, progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        let margin = margin(batch.limits);
        let (windows, scratch) = (Windows::default(), Vec::new());
        Self { batch, tally: Tally::default(), flags, hash, margin, windows, scratch, progress }
    }

    fn is_searched(&self, at: u32) -> bool {
        self.flags.get(at as usize).is_some_and(|flags| flags & SELF != 0)
    }

    fn count(&mut self, bytes: usize) {
        self.tally.objects += 1;
        self.tally.bytes += bytes as u64;
        if self.tally.objects.is_multiple_of(4096) {
            (self.progress)(4096);
        }
    }
}

/// How much around a change is searched again.
pub fn margin(limits: &Limits) -> Margin {
    if limits.depth == 0 {
        return Margin { bytes: 512, lines: 0, most: 512 };
    }
    Margin { bytes: 512, lines: 6, most: 4096 }
}

impl Visitor for Sweep<'_> {
    /// Whether the object itself is searched here.
    type Held = bool;

    fn wants(&self, at: u32) -> bool {
        self.flags.get(at as usize).is_some_and(|flags| flags & VISIT != 0)
    }

    fn whole(&mut self, at: u32, kind: Kind, bytes: &[u8]) -> bool {
        if !self.is_searched(at) {
            return false;
        }
        self.count(bytes.len());
        if kind == Kind::Tree {
            if let Err(fault) = tree::text(bytes, self.hash, &mut self.scratch) {
                self.tally.doubts.push((at, fault.to_string()));
            }
            self.batch.whole(at, &self.scratch);
        } else {
            self.batch.whole(at, bytes);
        }
        true
    }

    fn told(&mut self, at: u32, kind: Kind, told: Told<'_>, base: &bool) -> Option<bool> {
        if !self.is_searched(at) {
            return Some(false);
        }
        if !base {
            return None;
        }
        if kind == Kind::Tree {
            self.windows.of_names(told);
        } else {
            self.windows.of_lines(told, self.margin);
        }
        if !self.windows.ranges.is_empty() {
            self.batch.begin(at);
            let start = self.batch.bytes.len();
            for range in &self.windows.ranges {
                if kind == Kind::Tree {
                    self.scratch.clear();
                    told.gather(*range, &mut self.scratch);
                    tree::names_in_window(&self.scratch, self.hash, &mut self.batch.bytes);
                } else {
                    told.gather(*range, &mut self.batch.bytes);
                    self.batch.bytes.extend_from_slice(SEAM);
                }
            }
            let new = self.batch.bytes.get(start..).unwrap_or_default();
            if kind != Kind::Tree && self.batch.engine.wants_whole(new) {
                self.batch.bytes.truncate(start);
                return None;
            }
        }
        self.count(told.len());
        Some(true)
    }

    fn large(&mut self, at: u32, kind: Kind, stream: &mut Stream<'_>) -> std::io::Result<()> {
        if kind == Kind::Tree {
            return Err(std::io::Error::other("a tree too large to hold"));
        }
        if self.is_searched(at) {
            let scan = self.batch.engine.scan_reader(stream, self.batch.limits)?;
            self.count(0);
            self.tally.bytes += scan.bytes;
            self.tally.large.push((at, kind, scan));
        }
        std::io::copy(stream, &mut std::io::sink()).map(|_| ())
    }

    fn fault(&mut self, at: u32, fault: &Fault) {
        self.tally.faults.push((at, fault.to_string()));
    }

    fn doubt(&mut self, at: u32, fault: &Fault) {
        self.tally.doubts.push((at, fault.to_string()));
    }
}
