//! A pack's objects in the order in which they lie, each linked to the one that it is a delta on.

use super::fault::Fault;
use super::map::prefetch;
use super::pack::{NONE, Pack, Table, What};

/// One object of a pack.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub offset: u64,
    /// Its row in the pack's table.
    pub row: u32,
    /// CRC-32 of its packed bytes, where the index has one.
    pub crc: Option<u32>,
    /// The entry that it is a delta on; [`NONE`] for what begins a family.
    pub base: u32,
    /// The first entry that is a delta on it, and the next one that has the same base.
    pub child: u32,
    pub next: u32,
}

/// All objects of a pack.
pub struct Graph {
    pub entries: Vec<Entry>,
    /// Entries that can't even be linked, in order.
    pub faults: Vec<(u32, Fault)>,
    /// What the index says that can't be, in words.
    pub gaps: Vec<String>,
    /// Objects that the index has and whose place it does not tell.
    pub lost: u64,
    /// Entries whose chain of bases never comes to a whole object.
    pub cyclic: Vec<u32>,
}

impl Graph {
    /// The objects in order, and nothing of what is a delta on what.
    pub fn unlinked(pack: &Pack) -> Self {
        let (entries, lost, gaps) = sorted(pack);
        Self { entries, faults: Vec::new(), gaps, lost, cyclic: Vec::new() }
    }

    pub fn new(pack: &Pack, threads: usize) -> Self {
        let mut graph = Self::unlinked(pack);
        let links = graph.links(pack, threads);
        let mut forward = false;
        for (at, link) in links.into_iter().enumerate().rev() {
            let at = u32::try_from(at).unwrap_or(NONE);
            match link {
                Link::Begins => {}
                Link::On(base) => {
                    forward |= base >= at;
                    graph.adopt(at, base);
                }
                Link::Fault(fault) => graph.faults.push((at, *fault)),
            }
        }
        graph.faults.reverse();
        if forward {
            graph.find_cycles();
        }
        graph
    }

    fn adopt(&mut self, at: u32, base: u32) {
        let Some(first) =
            self.entries.get_mut(base as usize).map(|base| std::mem::replace(&mut base.child, at))
        else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(at as usize) {
            entry.base = base;
            entry.next = first;
        }
    }

    fn links(&self, pack: &Pack, threads: usize) -> Vec<Link> {
        let share = self.entries.len().div_ceil(threads.max(1)).max(4096);
        let places = Places::new(&self.entries, pack);
        let part = |chunk: &[Entry]| -> Vec<Link> {
            chunk.iter().map(|entry| self.link(pack, &places, entry)).collect()
        };
        let mut links = Vec::with_capacity(self.entries.len());
        std::thread::scope(|scope| {
            let part = &part;
            let parts: Vec<_> =
                self.entries.chunks(share).map(|chunk| scope.spawn(move || part(chunk))).collect();
            for part in parts {
                match part.join() {
                    Ok(part) => links.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        links
    }

    fn link(&self, pack: &Pack, places: &Places, entry: &Entry) -> Link {
        let what = match pack.header(entry.offset) {
            Ok(header) => header.what,
            Err(fault) => return Link::Fault(Box::new(fault)),
        };
        match what {
            What::Whole(_) => Link::Begins,
            What::OnOffset(base) => match places.find(&self.entries, base) {
                Some(base) => Link::On(base),
                None => Link::Fault(Box::new(Fault::NoBaseAt(base))),
            },
            What::OnId(id) => {
                let base = pack.find(&id).and_then(|offset| places.find(&self.entries, offset));
                base.map_or(Link::Begins, Link::On)
            }
        }
    }

    fn find_cycles(&mut self) {
        let mut seen = vec![false; self.entries.len()];
        let mut left: Vec<u32> = self.families().collect();
        while let Some(at) = left.pop() {
            if let Some(seen) = seen.get_mut(at as usize) {
                *seen = true;
            }
            left.extend(self.children(at));
        }
        let all = 0..u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.cyclic = all.zip(seen).filter(|(_, seen)| !seen).map(|(at, _)| at).collect();
    }

    /// Says that an entry is next.
    pub fn prefetch(&self, at: Option<u32>) {
        prefetch(at.and_then(|at| self.entry(at)));
    }

    pub fn entry(&self, at: u32) -> Option<&Entry> {
        self.entries.get(at as usize)
    }

    /// The entries that begin families: whole objects, deltas on objects of elsewhere, and damaged ones.
    pub fn families(&self) -> impl Iterator<Item = u32> {
        let all = 0..u32::try_from(self.entries.len()).unwrap_or(NONE);
        all.zip(&self.entries).filter(|(_, entry)| entry.base == NONE).map(|(at, _)| at)
    }

    pub fn children(&self, at: u32) -> impl Iterator<Item = u32> {
        let first = self.entry(at).map_or(NONE, |entry| entry.child);
        std::iter::successors((first != NONE).then_some(first), |at| {
            let next = self.entry(*at)?.next;
            (next != NONE).then_some(next)
        })
    }

    /// All entries that are deltas on this one, or on one of those.
    pub fn descendants(&self, at: u32) -> Vec<u32> {
        let mut found: Vec<u32> = self.children(at).collect();
        let mut done = 0;
        while let Some(next) = found.get(done).copied() {
            found.extend(self.children(next));
            done += 1;
        }
        found
    }

    /// Where the next object begins.
    pub fn end(&self, at: u32, pack: &Pack) -> u64 {
        self.entry(at.saturating_add(1)).map_or(pack.end() as u64, |entry| entry.offset)
    }

    pub fn fault(&self, at: u32) -> Option<&Fault> {
        let found = self.faults.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        self.faults.get(found).map(|(_, fault)| fault)
    }
}

/// Where to look for the entry of an offset: bases are near and far, and each is looked for once.
struct Places {
    /// The first entry of each stretch of the pack.
    first: Vec<u32>,
}

/// Bytes of a pack that hold an object or two, as a power of two.
const STRETCH: u32 = 9;

impl Places {
    fn new(entries: &[Entry], pack: &Pack) -> Self {
        let mut first = Vec::with_capacity((pack.end() >> STRETCH) + 1);
        for (at, entry) in (0u32..).zip(entries) {
            let stretch = usize::try_from(entry.offset >> STRETCH).unwrap_or(usize::MAX);
            // Offsets lie within the pack, so this is no more than it has room for.
            while first.len() <= stretch {
                first.push(at);
            }
        }
        Self { first }
    }

    fn find(&self, entries: &[Entry], offset: u64) -> Option<u32> {
        let mut at = *self.first.get(usize::try_from(offset >> STRETCH).ok()?)?;
        loop {
            let entry = entries.get(at as usize)?;
            if entry.offset >= offset {
                return (entry.offset == offset).then_some(at);
            }
            at += 1;
        }
    }
}

enum Link {
    Begins,
    On(u32),
    Fault(Box<Fault>),
}

/// The table's objects by offset; how many have none, and what is wrong with the table.
fn sorted(pack: &Pack) -> (Vec<Entry>, u64, Vec<String>) {
    let entry = |offset, row, crc| Entry { offset, row, crc, base: NONE, child: NONE, next: NONE };
    let (mut lost, mut gaps) = (0, Vec::new());
    let mut entries: Vec<Entry> = match &pack.table {
        Table::Made { ids, offsets } => {
            let mut entries: Vec<_> = offsets.iter().map(|offset| entry(*offset, NONE, None)).collect();
            for (row, (_, at)) in (0u32..).zip(ids) {
                if let Some(entry) = entries.get_mut(*at as usize) {
                    entry.row = row;
                }
            }
            entries
        }
        Table::Index(index) => (0..index.count())
            .filter_map(|row| match index.offset(row) {
                Some(offset) if offset >= 12 && offset < pack.end() as u64 => {
                    Some(entry(offset, row, index.crc(row)))
                }
                _ => {
                    lost += 1;
                    None
                }
            })
            .collect(),
    };
    entries.sort_unstable_by_key(|entry| (entry.offset, entry.row));
    let all = entries.len();
    entries.dedup_by_key(|entry| entry.offset);
    lost += (all - entries.len()) as u64;
    if lost > 0 {
        gaps.push(format!("{}: its index gives {lost} object(s) a place where they can't be", pack.shown));
    }
    if let Some(first) = entries.first().map_or(Some(pack.end() as u64), |entry| Some(entry.offset))
        && first != 12
    {
        gaps.push(format!("{}: {} bytes at its start belong to no object", pack.shown, first - 12));
    }
    (entries, lost, gaps)
}
