//! The first look at a pack: which objects may hold a hit. Mostly none does; what may is marked for
//! [`look`](super::look), which decides.
//!
//! An object that is a delta is searched by its windows, as long as its base is searched here too.

use std::ops::Range;

use gix::hash::Kind as Hash;
use gix::object::Kind;

use super::fault::Fault;
use super::first::{First, SEAM};
use super::inflate::Stream;
use super::tree;
use super::walk::Visitor;
use super::window::{Margin, Told, Windows};
use crate::search::{Look, Scan, container};

/// Search this entry.
pub const SELF: u8 = 1;
/// Go there: for itself, or for what is a delta on it.
pub const VISIT: u8 = 2;

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

/// Windows that are looked at with more around them, and how much.
struct Wide {
    range: (usize, usize),
    windows: Range<usize>,
}

pub struct Sweep<'a> {
    pub first: First<'a>,
    pub tally: Tally,
    flags: &'a [u8],
    hash: Hash,
    /// How far from a change needles are looked for.
    reach: usize,
    windows: Windows,
    scratch: Vec<u8>,
    /// What is new in the window at hand.
    new: Vec<Range<usize>>,
    names: Vec<u8>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Sweep<'a> {
    pub fn new(first: First<'a>, flags: &'a [u8], hash: Hash, progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        let reach = first.engine.reach();
        Self {
            first,
            tally: Tally::default(),
            flags,
            hash,
            reach,
            windows: Windows::default(),
            scratch: Vec::new(),
            new: Vec::new(),
            names: Vec::new(),
            progress,
        }
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

    /// Looks at the names that are new in a tree.
    fn names(&mut self, at: u32, told: Told<'_>) {
        self.gather_names(told);
        // Names are whole, and have no surroundings.
        if self.first.window(at, &self.names, &[0..self.names.len()], true) == Look::Whole {
            self.first.whole(at, &self.names);
        }
    }

    /// Looks for needles alone in what is new.
    fn needles(&mut self, at: u32, kind: Kind, told: Told<'_>) {
        if kind == Kind::Tree {
            self.gather_names(told);
            self.first.add(at, &self.names);
        } else {
            self.first.begin(at);
            told.gather_new(self.reach, SEAM, &mut self.first.bytes);
            self.first.seam();
        }
    }

    /// Looks at the windows of a text; `false` where one of them says that windows are not enough. Of what
    /// is no text they never are: a container may lie anywhere in it.
    fn lines(&mut self, at: u32, told: Told<'_>) -> bool {
        self.windows.of_lines(told, MARGIN);
        let mut wide: Option<Wide> = None;
        for n in 0..self.windows.ranges.len() {
            let Some(&range) = self.windows.ranges.get(n) else { break };
            match self.window(at, told, range, n..n + 1, false) {
                None | Some(Look::Whole) => return false,
                Some(Look::Wide(reach)) => {
                    let (low, high) = (range.0.saturating_sub(reach), range.1.saturating_add(reach));
                    match &mut wide {
                        Some(last) if low <= last.range.1 => {
                            (last.range.1, last.windows.end) = (high, n + 1);
                        }
                        _ => {
                            if !self.wide(at, told, wide) {
                                return false;
                            }
                            wide = Some(Wide { range: (low, high), windows: n..n + 1 });
                        }
                    }
                }
                Some(Look::Clean | Look::Marked) => {}
            }
        }
        self.wide(at, told, wide)
    }

    fn wide(&mut self, at: u32, told: Told<'_>, wide: Option<Wide>) -> bool {
        let Some(Wide { range, windows }) = wide else { return true };
        !matches!(self.window(at, told, range, windows, true), None | Some(Look::Whole))
    }

    /// Looks at a range for what is new in these windows of it; `None`: it is no text.
    fn window(
        &mut self,
        at: u32,
        told: Told<'_>,
        range: (usize, usize),
        windows: Range<usize>,
        widened: bool,
    ) -> Option<Look> {
        self.scratch.clear();
        told.gather(range, &mut self.scratch);
        let is_text = |bytes| memchr::memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok();
        if !widened && !is_text(&self.scratch) {
            return None;
        }
        let new = windows.flat_map(|n| self.windows.new_in(n));
        let within = |at: usize| at.saturating_sub(range.0);
        self.new.clear();
        self.new.extend(new.map(|(start, end)| within(*start)..within(*end)));
        Some(self.first.window(at, &self.scratch, &self.new, widened))
    }

    /// Whether the object is an archive or the like: no window of it tells what is inside.
    fn is_container(&mut self, told: Told<'_>) -> bool {
        self.scratch.clear();
        told.gather((0, HEAD), &mut self.scratch);
        if container::sniff(&self.scratch).is_some() || container::sealed(&self.scratch).is_some() {
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

/// Bytes beside a change that belong to its window.
const NEAR: usize = 256;
/// What a container is known by at its beginning, and at its end where it is a zip behind something else.
const HEAD: usize = 1024;
const ZIP_END: usize = 22;

/// How much around a change is searched again: more than any form takes up on its line. A form that goes
/// over more lines, or over the window's borders, wants the whole object.
const MARGIN: Margin = Margin { bytes: NEAR, lines: 0, most: 16 * NEAR };

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
            self.first.whole(at, &self.scratch);
        } else {
            self.first.whole(at, bytes);
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
        if self.first.needles_only {
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
            let scan = self.first.engine.scan_reader(stream, self.first.limits)?;
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
