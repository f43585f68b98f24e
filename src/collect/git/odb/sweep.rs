//! The first look at a pack: which objects may hold a hit. Mostly none does; what may is marked for
//! [`look`](super::look), which decides.
//!
//! An object that is a delta is searched by its windows, as long as its base is searched here too.

use std::ops::Range;

use gix::hash::Kind as Hash;
use gix::object::Kind;

use super::ask::{self, Asking};
use super::fault::Fault;
use super::first::{First, SEAM};
use super::inflate::Stream;
use super::tree::{self, Borders};
use super::walk::Visitor;
use super::window::{Margin, Told, Windows};
use crate::collect::git::syntax::Entry;
use crate::search::{Look, Scan, container};

/// Search this entry.
pub const SELF: u8 = 1;
/// Go there: for itself, or for what is a delta on it.
pub const VISIT: u8 = 2;
/// Ask this entry what it names.
pub const ASK: u8 = 64;

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

/// What was done with an object, and what the deltas on it need of it.
#[derive(Default)]
pub struct Seen {
    is_searched: bool,
    is_asked: bool,
    /// It names objects that are not here: so may what is a delta on it.
    is_lacking: bool,
    /// Of a tree that is not malformed.
    borders: Option<Borders>,
}

pub struct Sweep<'a> {
    pub first: First<'a>,
    pub asking: Asking<'a>,
    pub tally: Tally,
    flags: &'a [u8],
    hash: Hash,
    /// How far from a change needles are looked for.
    reach: usize,
    windows: Windows,
    scratch: Vec<u8>,
    /// What is new in the window at hand.
    new: Vec<Range<usize>>,
    /// The names at hand.
    names: Vec<u8>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Sweep<'a> {
    pub fn new(
        first: First<'a>,
        asking: Asking<'a>,
        flags: &'a [u8],
        hash: Hash,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        let reach = first.engine.reach();
        Self {
            first,
            asking,
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

    /// What is to be done with an entry.
    fn wanted(&self, at: u32) -> Seen {
        let flags = self.flags.get(at as usize).copied().unwrap_or(0);
        Seen { is_searched: flags & SELF != 0, is_asked: flags & ASK != 0, ..Seen::default() }
    }

    /// Asks a tree for its entries that are new, and looks at the names among them that are. Its modes are not
    /// searched: a number in each of them is a part of many an address.
    fn tree(&mut self, at: u32, told: Told<'_>, base: &Borders, wanted: &mut Seen) -> Option<()> {
        self.names.clear();
        let (names, asking) = (&mut self.names, &mut self.asking);
        wanted.borders = Some(base.follow(told, self.hash, &mut |new| {
            if new.is_named_anew {
                tree::put_name(names, &new.entry);
            }
            if wanted.is_asked {
                asking.entry(at, &new.entry);
            }
        })?);
        if wanted.is_searched && !self.names.is_empty() {
            self.new_names(at);
        }
        Some(())
    }

    fn new_names(&mut self, at: u32) {
        if self.first.needles_only {
            self.first.add(at, &self.names);
        } else if self.first.window(at, &self.names, &[0..self.names.len()], true) == Look::Whole {
            // Names are whole, and have no surroundings.
            self.first.whole(at, &self.names);
        }
    }

    /// Searches what is new in a text or a blob; `None` where it has to be seen whole.
    fn text(&mut self, at: u32, kind: Kind, told: Told<'_>) -> Option<()> {
        if self.first.needles_only {
            self.first.begin(at);
            told.gather_new(self.reach, SEAM, &mut self.first.bytes);
            self.first.seam();
            return Some(());
        }
        let in_windows = (kind != Kind::Blob || !self.is_container(told)) && self.lines(at, told);
        in_windows.then_some(())
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
    type Held = Seen;

    fn wants(&self, at: u32) -> bool {
        self.flags.get(at as usize).is_some_and(|flags| flags & VISIT != 0)
    }

    fn whole(&mut self, at: u32, kind: Kind, bytes: &[u8]) -> Seen {
        let mut seen = self.wanted(at);
        if !seen.is_searched && !seen.is_asked {
            return seen;
        }
        let (misses, mut text) = (self.asking.misses, bytes);
        if kind == Kind::Tree {
            let ask = |entry: &Entry<'_>| {
                if seen.is_asked {
                    self.asking.entry(at, entry);
                }
            };
            match tree::read(bytes, self.hash, &mut self.names, ask) {
                Ok(borders) => seen.borders = Some(borders),
                Err(fault) => self.tally.doubts.push((at, fault.to_string())),
            }
            text = &self.names;
        } else if seen.is_asked {
            self.asking.text(at, kind, bytes);
        }
        if seen.is_searched {
            self.first.whole(at, text);
            self.count(bytes.len());
        }
        seen.is_lacking = self.asking.misses > misses;
        seen
    }

    fn told(&mut self, at: u32, kind: Kind, told: Told<'_>, base: &Seen) -> Option<Seen> {
        let mut seen = self.wanted(at);
        let is_new = seen.is_searched && !base.is_searched || seen.is_asked && !base.is_asked;
        if is_new || seen.is_asked && base.is_lacking {
            return None;
        }
        if !seen.is_searched && !seen.is_asked {
            return Some(seen);
        }
        let misses = self.asking.misses;
        if kind == Kind::Tree {
            self.tree(at, told, base.borders.as_ref()?, &mut seen)?;
        } else {
            if seen.is_asked && kind != Kind::Blob {
                self.scratch.clear();
                told.gather((0, told.len()), &mut self.scratch);
                self.asking.text(at, kind, &self.scratch);
            }
            if seen.is_searched {
                self.text(at, kind, told)?;
            }
        }
        if seen.is_searched {
            self.count(told.len());
        }
        seen.is_lacking = self.asking.misses > misses;
        Some(seen)
    }

    fn large(&mut self, at: u32, kind: Kind, stream: &mut Stream<'_>) -> std::io::Result<()> {
        if kind == Kind::Tree {
            return Err(std::io::Error::other("a tree too large to hold"));
        }
        let wanted = self.wanted(at);
        if wanted.is_asked && kind != Kind::Blob {
            self.tally.doubts.push((at, ask::TOO_LARGE.to_owned()));
        }
        if wanted.is_searched {
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
