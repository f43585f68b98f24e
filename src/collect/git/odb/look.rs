//! The second look, at the few families where the first one marked something: what exactly is there.
//!
//! A marked object is searched whole. One that is not marked holds what its base holds, as far as its
//! delta copies it: such hits keep their order and move to where the copy stands.

use gix::hash::Kind as Hash;
use gix::object::Kind;

use super::fault::Fault;
use super::inflate::Stream;
use super::sweep::{SELF, VISIT};
use super::tree;
use super::walk::Visitor;
use super::window::{Margin, Told, Windows};
use crate::search::{Engine, Hit, Limits, Scan};
use crate::text::Span;

/// The first look marked this entry.
pub const MARKED: u8 = 4;

pub struct Look<'a> {
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    pub hash: Hash,
    pub flags: &'a [u8],
    /// What each object holds that was searched again; of a tree, in its names.
    pub found: Vec<(u32, Kind, Scan)>,
    pub faults: Vec<(u32, String)>,
    pub windows: Windows,
    pub scratch: Vec<u8>,
}

/// A hit this near to a change is not taken over unseen: weak ones need a strong one within three lines.
const NEAR: Margin = Margin { bytes: 512, lines: 4, most: 64 << 10 };
/// More comparisons than this for one object cost more than to search it.
const PAIRS: usize = 1 << 20;

impl Look<'_> {
    fn flags(&self, at: u32) -> u8 {
        self.flags.get(at as usize).copied().unwrap_or(0)
    }

    fn note(&mut self, at: u32, kind: Kind, scan: &Scan) {
        if self.flags(at) & SELF != 0 && (!scan.hits.is_empty() || !scan.gaps.is_empty()) {
            self.found.push((at, kind, scan.clone()));
        }
    }

    /// The base's hits where the delta copies them whole, away from all that is new; `None` where that
    /// can't be said of one of them.
    fn inherited(&mut self, kind: Kind, told: Told<'_>, base: &Scan) -> Option<Vec<Hit>> {
        if kind == Kind::Tree || !base.gaps.is_empty() || told.ops.len() * base.hits.len() > PAIRS {
            return None;
        }
        self.windows.of_lines(told, NEAR);
        let mut found = Vec::new();
        for op in told.ops.iter().filter(|op| op.copied) {
            let (low, high) = (op.from as u64, (op.from + op.len) as u64);
            for hit in &base.hits {
                if hit.opaque || !hit.container.is_empty() {
                    return None;
                }
                if hit.span.end <= low || hit.span.start >= high {
                    continue;
                }
                if hit.span.start < low || hit.span.end > high {
                    return None;
                }
                let to = op.to as u64;
                let span = Span::new(hit.span.start - low + to, hit.span.end - low + to);
                found.push(Hit { span, ..hit.clone() });
            }
        }
        let near = |hit: &Hit| {
            let first = self.windows.ranges.partition_point(|range| (range.1 as u64) < hit.span.start);
            self.windows.ranges.get(first).is_some_and(|range| range.0 as u64 <= hit.span.end)
        };
        if found.iter().any(near) {
            return None;
        }
        self.place(told, &mut found);
        Some(found)
    }

    /// Counts the lines anew: what was put in before a hit moves it.
    fn place(&mut self, told: Told<'_>, hits: &mut [Hit]) {
        hits.sort();
        self.scratch.clear();
        if !hits.is_empty() {
            told.gather((0, told.len()), &mut self.scratch);
        }
        let (mut line, mut done) = (1u64, 0);
        for hit in hits {
            let start = usize::try_from(hit.span.start).unwrap_or(usize::MAX).min(self.scratch.len());
            let end = usize::try_from(hit.span.end).unwrap_or(usize::MAX).clamp(start, self.scratch.len());
            let (before, inside) = (self.scratch.get(done..start), self.scratch.get(start..end));
            line += memchr::memchr_iter(b'\n', before.unwrap_or_default()).count() as u64;
            done = start;
            let head = self.scratch.get(..start).unwrap_or_default();
            hit.line = line;
            hit.line_start = memchr::memrchr(b'\n', head).map_or(0, |at| at as u64 + 1);
            let inside = inside.and_then(|bytes| bytes.split_last()).map_or(&[][..], |(_, bytes)| bytes);
            hit.end_line = line + memchr::memchr_iter(b'\n', inside).count() as u64;
        }
    }
}

impl Visitor for Look<'_> {
    /// What the object holds.
    type Held = Scan;

    fn wants(&self, at: u32) -> bool {
        self.flags(at) & VISIT != 0
    }

    fn whole(&mut self, at: u32, kind: Kind, bytes: &[u8]) -> Scan {
        let scan = if kind == Kind::Tree {
            // The first look has told of a malformed one.
            let _ = tree::read(bytes, self.hash, &mut self.scratch, |_| ());
            self.engine.scan(&self.scratch, self.limits)
        } else {
            self.engine.scan(bytes, self.limits)
        };
        self.note(at, kind, &scan);
        scan
    }

    fn told(&mut self, at: u32, kind: Kind, told: Told<'_>, base: &Scan) -> Option<Scan> {
        if self.flags(at) & MARKED != 0 {
            return None;
        }
        let hits = if base.hits.is_empty() && base.gaps.is_empty() {
            Vec::new()
        } else {
            self.inherited(kind, told, base)?
        };
        let scan = Scan { hits, gaps: Vec::new(), bytes: told.len() as u64 };
        self.note(at, kind, &scan);
        Some(scan)
    }

    fn large(&mut self, _: u32, _: Kind, stream: &mut Stream<'_>) -> std::io::Result<()> {
        std::io::copy(stream, &mut std::io::sink()).map(|_| ())
    }

    fn fault(&mut self, at: u32, fault: &Fault) {
        self.faults.push((at, fault.to_string()));
    }

    /// The first look has told of it.
    fn doubt(&mut self, _: u32, _: &Fault) {}
}
