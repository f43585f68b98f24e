//! The search of one pack: a first look at every object, a second one where the first marked something.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Odb;
use super::ask::Asking;
use super::fault::ObjectGap;
use super::first::First;
use super::graph::Graph;
use super::look::{Look, MARKED};
use super::pack::{NONE, Pack, Table, What};
use super::search::{self, ObjectSearch, SearchOptions, Skip};
use super::sweep::{ASK, SELF, Sweep, Tally, VISIT};
use super::verify::Verify;
use super::walk::{Memory, Visitor, Walker};
use super::window::Windows;

pub struct PackSearch<'a> {
    pub odb: &'a Odb,
    pub pack: &'a Pack,
    pub options: &'a SearchOptions<'a>,
    pub progress: &'a (dyn Fn(u64) + Sync),
}

impl PackSearch<'_> {
    pub fn run(&self, found: &mut ObjectSearch) {
        let (graph, intact) = self.graph(found);
        let known = self.options.skip.and_then(|skip| Some((skip, self.pack.was_read(&skip)?)));
        let mut flags = self.wanted(&graph, known.map(|(skip, _)| skip));
        let before = found.bytes;
        found.skipped += flags.iter().filter(|flags| **flags & SELF == 0).count() as u64;

        let id_of = |at: u32| graph.entry(at).and_then(|entry| self.pack.id(entry.row));
        let sweeps = self.walk(&graph, &flags, || {
            let first = First::new(self.options);
            let asking = Asking::new(self.odb, self.options.ask, &id_of);
            Sweep::new(first, asking, &flags, self.odb.hash, self.progress)
        });
        let (mut tally, mut marked) = (Tally::default(), Vec::new());
        for mut sweep in sweeps {
            sweep.first.flush();
            marked.append(&mut sweep.first.marked);
            found.missing.extend(sweep.asking.missing.iter());
            tally.merge(sweep.tally);
        }
        self.report(&graph, &mut flags, tally, found);
        // What is skipped counts as read: an audit says the same each time.
        let bytes = known.map_or(found.bytes - before, |(_, bytes)| bytes);
        found.bytes = before + bytes;
        if !marked.is_empty() {
            self.look(&graph, &mut flags, &marked, found);
        }
        if self.options.verify {
            self.verify(&graph, &mut flags, found);
        }
        if self.options.list_clean {
            let clean =
                graph.entries.iter().zip(&flags).filter(|(_, flags)| **flags & (SELF | TAINTED) == SELF);
            found.clean.extend(clean.filter_map(|(entry, _)| self.pack.id(entry.row)));
            let all_read = !flags.iter().any(|flags| flags & UNREAD != 0);
            if intact && all_read && graph.lost == 0 && graph.gaps.is_empty() && !self.leans(&graph) {
                let marks = self.pack.state.clone().into_iter().chain([self.pack.content()]);
                found.files.extend(marks.map(|mark| (mark, bytes)));
            }
        }
    }

    /// Whether a delta of the pack has its base elsewhere, where it may go away.
    fn leans(&self, graph: &Graph) -> bool {
        graph.families().filter_map(|at| graph.entry(at)).any(|entry| {
            self.pack.header(entry.offset).is_ok_and(|header| matches!(header.what, What::OnId(_)))
        })
    }

    /// Links the objects, and holds the index against its own checksum meanwhile: whether it has that.
    fn graph(&self, found: &mut ObjectSearch) -> (Graph, bool) {
        let (graph, intact) = std::thread::scope(|scope| {
            let intact = scope.spawn(|| match &self.pack.table {
                Table::Index(index) => index.is_intact(),
                Table::Made { .. } => true,
            });
            let graph = Graph::new(self.pack, self.options.threads);
            (graph, intact.join().unwrap_or(false))
        });
        if !intact {
            let why = "its index does not have the checksum that it ends with".to_owned();
            found.gaps.push(ObjectGap::of_object(None, &self.pack.shown, why));
        }
        found.gaps.extend(search::files(&graph.gaps));
        found.unread += graph.lost;
        (graph, intact)
    }

    /// Which entries are searched and asked, and which are gone to for the sake of others.
    fn wanted(&self, graph: &Graph, skip: Option<Skip<'_>>) -> Vec<u8> {
        let new = SELF | if self.options.ask.is_some() { ASK } else { 0 };
        let Some(skip) = skip else { return vec![new | VISIT; graph.entries.len()] };
        let mut flags = vec![0; graph.entries.len()];
        for (at, entry) in (0u32..).zip(&graph.entries) {
            if !self.pack.id(entry.row).is_some_and(|id| (skip.object)(&id)) {
                set(&mut flags, at, new);
                visit(graph, &mut flags, at);
            }
        }
        if self.options.ask.is_some_and(|ask| ask.skipped) {
            for root in graph.families().filter(|at| !self.is_blob(graph, *at)) {
                for at in graph.descendants(root).into_iter().chain([root]) {
                    set(&mut flags, at, ASK | VISIT);
                }
            }
        }
        flags
    }

    /// Whether a family is one of blobs, which name nothing.
    fn is_blob(&self, graph: &Graph, root: u32) -> bool {
        let header = graph.entry(root).and_then(|entry| self.pack.header(entry.offset).ok());
        header.is_some_and(|header| matches!(header.what, What::Whole(gix::object::Kind::Blob)))
    }

    /// Sends one visitor a thread through the families.
    fn walk<V: Visitor + Send>(&self, graph: &Graph, flags: &[u8], visitor: impl Fn() -> V) -> Vec<V> {
        let roots: Vec<u32> = graph.families().filter(|at| get(flags, *at) & VISIT != 0).collect();
        let threads = self.options.threads.clamp(1, 256).min(roots.len().max(1));
        let memory = Memory::new(self.odb.limits.held_bytes, threads);
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let mut visitor = visitor();
                    let (memory, next, roots) = (&memory, &next, &roots);
                    scope.spawn(move || {
                        let mut walker = Walker::new(self.odb, self.pack, graph, memory);
                        while let Some(root) = roots.get(next.fetch_add(1, Ordering::Relaxed)) {
                            walker.family(*root, &mut visitor);
                        }
                        visitor
                    })
                })
                .collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, V>| match worker.join() {
                Ok(visitor) => visitor,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            workers.into_iter().map(join).collect()
        })
    }

    /// Turns the first look's tally into counts and gaps, and marks what was not read.
    fn report(&self, graph: &Graph, flags: &mut [u8], tally: Tally, found: &mut ObjectSearch) {
        found.objects += tally.objects;
        found.bytes += tally.bytes;
        let mut unread = 0;
        for (at, why) in &tally.faults {
            let lost = graph.descendants(*at);
            let beside = if lost.is_empty() {
                String::new()
            } else {
                format!("; nor can {} object(s) that are deltas on it", lost.len())
            };
            found.gaps.push(self.gap(graph, *at, format!("it can't be read: {why}{beside}")));
            for at in lost.into_iter().chain([*at]) {
                unread += u64::from(get(flags, at) & (SELF | TAINTED) == SELF);
                set(flags, at, TAINTED | UNREAD);
            }
        }
        for at in &graph.cyclic {
            unread += u64::from(get(flags, *at) & (SELF | TAINTED) == SELF);
            set(flags, *at, TAINTED | UNREAD);
        }
        if let Some(first) = graph.cyclic.first() {
            let count = graph.cyclic.len();
            let why =
                format!("it and its like, {count} in all, can't be read: their deltas go in a circle");
            found.gaps.push(self.gap(graph, *first, why));
        }
        for (at, why) in &tally.doubts {
            found.gaps.push(self.gap(graph, *at, why.clone()));
            set(flags, *at, TAINTED | UNREAD);
        }
        for (at, kind, scan) in tally.large {
            self.add(graph, flags, at, kind, scan, found);
        }
        found.unread += unread;
        let wanted = flags.iter().filter(|flags| **flags & SELF != 0).count() as u64;
        if tally.objects + unread != wanted {
            let why = format!(
                "{} of {wanted} objects were searched, and {unread} are known to be unreadable",
                tally.objects
            );
            found.gaps.push(ObjectGap::of_object(None, &self.pack.shown, why));
            for flags in flags.iter_mut() {
                *flags |= UNREAD;
            }
        }
    }

    fn look(&self, graph: &Graph, flags: &mut [u8], marked: &[u32], found: &mut ObjectSearch) {
        for flags in flags.iter_mut() {
            *flags &= !VISIT;
        }
        for at in marked {
            set(flags, *at, MARKED);
            visit(graph, flags, *at);
        }
        for at in marked {
            // What an entry holds, a delta on it may hold: down to where that was seen to already.
            let mut left: Vec<u32> = graph.children(*at).collect();
            while let Some(at) = left.pop() {
                if get(flags, at) & BELOW == 0 {
                    set(flags, at, VISIT | BELOW);
                    left.extend(graph.children(at));
                }
            }
        }
        let looks = self.walk(graph, flags, || Look {
            engine: self.options.engine,
            limits: self.options.limits,
            hash: self.odb.hash,
            flags,
            found: Vec::new(),
            faults: Vec::new(),
            windows: Windows::default(),
            scratch: Vec::new(),
        });
        let (mut all, mut faults) = (Vec::new(), Vec::new());
        for look in looks {
            all.extend(look.found);
            faults.extend(look.faults);
        }
        all.sort_by_key(|(at, ..)| *at);
        for (at, kind, scan) in all {
            self.add(graph, flags, at, kind, scan, found);
        }
        // What could not be read again, though it could before, was marked and not decided.
        faults.sort();
        for (at, why) in faults {
            if get(flags, at) & TAINTED == 0 {
                found.gaps.push(self.gap(graph, at, format!("it could not be read again: {why}")));
                for at in graph.descendants(at).into_iter().chain([at]) {
                    set(flags, at, TAINTED | UNREAD);
                }
            }
        }
    }

    fn verify(&self, graph: &Graph, flags: &mut [u8], found: &mut ObjectSearch) {
        for flags in flags.iter_mut() {
            *flags |= VISIT;
        }
        let checks = self.walk(graph, flags, || Verify::new(self.odb, self.pack, graph));
        let mut wrong: Vec<_> = checks.into_iter().flat_map(|check| check.wrong).collect();
        wrong.sort();
        for (at, why) in wrong {
            if get(flags, at) & TAINTED == 0 {
                found.gaps.push(self.gap(graph, at, why));
            }
            set(flags, at, TAINTED | UNREAD);
        }
    }

    fn add(
        &self,
        graph: &Graph,
        flags: &mut [u8],
        at: u32,
        kind: gix::object::Kind,
        scan: crate::search::Scan,
        found: &mut ObjectSearch,
    ) {
        if !scan.hits.is_empty() || !scan.gaps.is_empty() {
            set(flags, at, TAINTED);
        }
        let id = graph.entry(at).and_then(|entry| self.pack.id(entry.row));
        found.unread += u64::from(!scan.gaps.is_empty());
        found.add(id, kind, scan, &self.place(graph, at));
    }

    fn gap(&self, graph: &Graph, at: u32, why: String) -> ObjectGap {
        let id = graph.entry(at).and_then(|entry| self.pack.id(entry.row));
        ObjectGap::of_object(id, &self.place(graph, at), why)
    }

    fn place(&self, graph: &Graph, at: u32) -> String {
        self.pack.place(graph.entry(at).map_or(0, |entry| entry.offset))
    }
}

/// Not clean: unread, in doubt, or with a hit.
const TAINTED: u8 = 8;
/// Below an entry that is marked.
const BELOW: u8 = 16;
/// Could not be read, or not without doubt.
const UNREAD: u8 = 32;

fn get(flags: &[u8], at: u32) -> u8 {
    flags.get(at as usize).copied().unwrap_or(0)
}

fn set(flags: &mut [u8], at: u32, bits: u8) {
    if let Some(flags) = flags.get_mut(at as usize) {
        *flags |= bits;
    }
}

/// Marks the way from a family's beginning to this entry.
fn visit(graph: &Graph, flags: &mut [u8], at: u32) {
    let mut next = Some(at);
    while let Some(at) = next.filter(|at| *at != NONE && get(flags, *at) & VISIT == 0) {
        set(flags, at, VISIT);
        next = graph.entry(at).map(|entry| entry.base);
    }
}

impl Tally {
    fn merge(&mut self, other: Self) {
        self.objects += other.objects;
        self.bytes += other.bytes;
        self.faults.extend(other.faults);
        self.doubts.extend(other.doubts);
        self.large.extend(other.large);
        self.faults.sort();
        self.doubts.sort();
        self.large.sort_by_key(|(at, ..)| *at);
    }
}
