//! The first look at a pack: which objects may hold a hit. Mostly none does, so many small pieces are
//! searched at once, and what lies near a hit is marked for [`look`](super::look), which decides.
//!
//! An object that is a delta is searched by its windows, as long as its base is searched here too.

use gix::hash::Kind as Hash;
use gix::object::Kind;

use super::fault::Fault;
use super::inflate::Stream;
use super::search::SearchOptions;
use super::tree;
use super::walk::Visitor;
use super::window::{Margin, Told, Windows};
use crate::search::{Engine, Limits, Peek, Scan, container};

/// Search this entry.
pub const SELF: u8 = 1;
/// Go there: for itself, or for what is a delta on it.
pub const VISIT: u8 = 2;

/// Pieces that are searched together, each of them known by a number.
pub struct Batch<'a> {
    engine: &'a Engine,
    limits: &'a Limits,
    needles_only: bool,
    pub bytes: Vec<u8>,
    pieces: Vec<(usize, u32)>,
    /// Numbers of the pieces that a hit, or a gap, lies near.
    pub marked: Vec<u32>,
}

const FULL: usize = 128 << 10;
/// As much as stays in the processor's nearest cache, where needles alone are looked for.
const FULL_OF_NEEDLES: usize = 32 << 10;
/// A text of at most this length is searched together with others.
const SMALL: usize = 16 << 10;
/// The same where needles alone are looked for: to copy it costs as much as to search it.
const TINY: usize = 2 << 10;
/// Bytes beside a change that belong to its window.
const NEAR: usize = 512;
/// What a container is known by at its beginning, and at its end where it is a zip behind something else.
const HEAD: usize = 1024;
const ZIP_END: usize = 22;
/// Between pieces: ends a line, and stands in no form of a value.
pub const SEAM: &[u8] = b"\n\x1e\n";

impl<'a> Batch<'a> {
    pub fn new(options: &SearchOptions<'a>) -> Self {
        let SearchOptions { engine, limits, needles_only, .. } = *options;
        let bytes = Vec::with_capacity(2 * FULL);
        Self { engine, limits, needles_only, bytes, pieces: Vec::new(), marked: Vec::new() }
    }

    /// What is put into `bytes` from here on belongs to this number.
    pub fn begin(&mut self, number: u32) {
        if self.bytes.len() >= if self.needles_only { FULL_OF_NEEDLES } else { FULL } {
            self.flush();
        }
        self.pieces.push((self.bytes.len(), number));
    }

    pub fn seam(&mut self) {
        self.bytes.extend_from_slice(SEAM);
    }

    /// Searches a whole object: with others if it is a short text, else by itself.
    pub fn whole(&mut self, number: u32, bytes: &[u8]) {
        if self.needles_only {
            if bytes.len() <= TINY {
                self.add(number, bytes);
            } else if !self.engine.needles_in(bytes).is_empty() {
                self.marked.push(number);
            }
            return;
        }
        match self.engine.peek(bytes) {
            Peek::Clear => {}
            Peek::Found => self.marked.push(number),
            Peek::Search | Peek::Wide(_) if bytes.len() <= SMALL && memchr::memchr(0, bytes).is_none() => {
                self.add(number, bytes);
            }
            Peek::Search | Peek::Wide(_) | Peek::Whole => {
                if is_marked(&self.engine.scan(bytes, self.limits)) {
                    self.marked.push(number);
                }
            }
        }
    }

    /// Searches a window of an object, as far as the window is enough for that.
    fn window(&mut self, number: u32, bytes: &[u8]) -> Peek {
        let peek = self.engine.peek(bytes);
        match peek {
            Peek::Found => self.marked.push(number),
            Peek::Search => self.add(number, bytes),
            Peek::Clear | Peek::Wide(_) | Peek::Whole => {}
        }
        peek
    }

    /// Puts a piece to those that are searched with views and decoders.
    fn add(&mut self, number: u32, bytes: &[u8]) {
        self.begin(number);
        self.bytes.extend_from_slice(bytes);
        self.seam();
    }

    pub fn flush(&mut self) {
        if self.needles_only {
            for (start, end) in self.engine.needles_in(&self.bytes) {
                self.mark_near(start, end);
            }
        } else if !self.bytes.is_empty() {
            let scan = self.engine.scan(&self.bytes, self.limits);
            if scan.gaps.is_empty() {
                for hit in &scan.hits {
                    let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
                    self.mark_near(at(hit.span.start), at(hit.span.end));
                }
            } else {
                self.mark_one_by_one();
            }
        }
        self.bytes.clear();
        self.pieces.clear();
    }

    fn mark_near(&mut self, start: usize, end: usize) {
        let first = self.pieces.partition_point(|(piece, _)| *piece <= start);
        let end = self.pieces.partition_point(|(piece, _)| *piece < end.max(1));
        let near = self.pieces.get(first.saturating_sub(1)..end.max(first)).unwrap_or_default();
        self.marked.extend(near.iter().map(|(_, number)| *number));
    }

    /// A gap does not say which of the pieces it is in.
    fn mark_one_by_one(&mut self) {
        let ends = self.pieces.iter().skip(1).map(|(start, _)| *start).chain([self.bytes.len()]);
        for ((start, number), end) in self.pieces.iter().zip(ends) {
            let piece = self.bytes.get(*start..end).unwrap_or_default();
            if is_marked(&self.engine.scan(piece, self.limits)) {
                self.marked.push(*number);
            }
        }
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
    /// How far from a change needles are looked for.
    reach: usize,
    windows: Windows,
    scratch: Vec<u8>,
    names: Vec<u8>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Sweep<'a> {
    pub fn new(batch: Batch<'a>, flags: &'a [u8], hash: Hash, progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        let reach = batch.engine.reach();
        let (windows, scratch, names) = (Windows::default(), Vec::new(), Vec::new());
        Self { batch, tally: Tally::default(), flags, hash, reach, windows, scratch, names, progress }
    }

    fn is_searched(&self, at: u32) -> bool {
        self.flags.get(at as usize).is_some_and(|flags| flags & SELF != 0)
    }

    /// Gathers the names that are new in a tree. Its modes are not searched: a number in each of them is a
    /// part of many an address.
    fn gather_names(&mut self, told: Told<'_>) {
        self.windows.of_names(told);
        self.names.clear();
        for range in &self.windows.ranges {
            self.scratch.clear();
            told.gather(*range, &mut self.scratch);
            tree::names_in_window(&self.scratch, self.hash, &mut self.names);
        }
    }

    /// Searches the names that are new in a tree.
    fn names(&mut self, at: u32, told: Told<'_>) {
        self.gather_names(told);
        if let Peek::Wide(_) = self.batch.window(at, &self.names) {
            self.batch.add(at, &self.names);
        }
    }

    /// Looks for needles alone in what is new.
    fn needles(&mut self, at: u32, kind: Kind, told: Told<'_>) {
        if kind == Kind::Tree {
            self.gather_names(told);
            self.batch.add(at, &self.names);
        } else {
            self.batch.begin(at);
            told.gather_new(self.reach, SEAM, &mut self.batch.bytes);
            self.batch.seam();
        }
    }

    /// Searches the windows of a text; `false` where one of them says that windows are not enough. Of what
    /// is no text they never are: a container may lie anywhere in it.
    fn lines(&mut self, at: u32, told: Told<'_>) -> bool {
        self.windows.of_lines(told, MARGIN);
        let mut wide: Option<(usize, usize)> = None;
        for n in 0..self.windows.ranges.len() {
            let Some(&(start, end)) = self.windows.ranges.get(n) else { break };
            self.scratch.clear();
            told.gather((start, end), &mut self.scratch);
            let text =
                memchr::memchr(0, &self.scratch).is_none() && std::str::from_utf8(&self.scratch).is_ok();
            if !text {
                return false;
            }
            match self.batch.window(at, &self.scratch) {
                Peek::Whole => return false,
                Peek::Wide(reach) => {
                    let (low, high) = (start.saturating_sub(reach), end.saturating_add(reach));
                    match &mut wide {
                        Some(last) if low <= last.1 => last.1 = high,
                        _ => {
                            self.wide(at, told, wide);
                            wide = Some((low, high));
                        }
                    }
                }
                Peek::Clear | Peek::Found | Peek::Search => {}
            }
        }
        self.wide(at, told, wide);
        true
    }

    fn wide(&mut self, at: u32, told: Told<'_>, range: Option<(usize, usize)>) {
        if let Some(range) = range {
            self.scratch.clear();
            told.gather(range, &mut self.scratch);
            self.batch.add(at, &self.scratch);
        }
    }

    /// Whether the object is an archive or the like: no window of it tells what is inside.
    fn is_container(&mut self, told: Told<'_>) -> bool {
        self.scratch.clear();
        told.gather((0, HEAD), &mut self.scratch);
        if container::sniff(&self.scratch).is_some() {
            return true;
        }
        self.scratch.clear();
        told.gather((told.len().saturating_sub(ZIP_END), told.len()), &mut self.scratch);
        self.scratch.starts_with(b"PK\x05\x06")
    }

    fn count(&mut self, bytes: usize) {
        self.tally.objects += 1;
        self.tally.bytes += bytes as u64;
        if self.tally.objects.is_multiple_of(4096) {
            (self.progress)(4096);
        }
    }
}

/// How much around a change is searched again: more than any form takes up on its line. A form that goes
/// over more lines, or over the window's borders, wants the whole object.
const MARGIN: Margin = Margin { bytes: NEAR, lines: 0, most: 8 * NEAR };

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
        if self.batch.needles_only {
            self.needles(at, kind, told);
            self.count(told.len());
            return Some(true);
        }
        if kind == Kind::Blob && self.is_container(told) {
            return None;
        }
        if kind == Kind::Tree {
            self.names(at, told);
        } else if !self.lines(at, told) {
            return None;
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
