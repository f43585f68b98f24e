//! A pack without an index, read by itself: where its objects begin, and which ids they have.
//!
//! The first takes one inflation of the whole pack, from its start; what lies behind an object that is
//! damaged can't be found. The second takes another one, and one more for each link of the longest chain of bases
//! that are named by id.

use gix::hash::ObjectId;
use gix::object::Kind;

use super::Odb;
use super::fault::Fault;
use super::graph::Graph;
use super::inflate::{Inflater, Stream};
use super::pack::{NONE, Pack, Table};
use super::pack_index;
use super::walk::{Memory, Visitor, Walker};
use super::window::Told;

/// Git makes no longer chains; what hangs on a longer one has a base that is not found.
const LONGEST_CHAIN: usize = 256;

/// The table of a pack, and what is wrong with the pack.
pub fn table(odb: &Odb, pack: &Pack) -> (Table, Vec<String>) {
    let (offsets, mut gaps) = offsets(odb, pack);
    if !pack_index::is_intact(&pack.map, pack.hash) {
        gaps.push(format!("{}: it does not have the checksum that it ends with", pack.shown));
    }
    let mut ids: Vec<(ObjectId, u32)> = Vec::new();
    for _ in 0..=LONGEST_CHAIN {
        let known = ids.len();
        let pack = pack.with(Table::Made { ids: ids.clone(), offsets: offsets.clone() });
        let graph = Graph::new(&pack, 1);
        let memory = Memory::new(odb.limits.held_bytes, 1);
        let mut namer = Namer { odb, wanted: unnamed(&graph), found: Vec::new() };
        let mut walker = Walker::new(odb, &pack, &graph, &memory);
        for root in graph.families() {
            walker.family(root, &mut namer);
        }
        ids.append(&mut namer.found);
        ids.sort_unstable();
        ids.dedup_by_key(|(_, at)| *at);
        if ids.len() == known || ids.len() == offsets.len() {
            break;
        }
    }
    (Table::Made { ids, offsets }, gaps)
}

fn offsets(odb: &Odb, pack: &Pack) -> (Vec<u64>, Vec<String>) {
    let (mut offsets, mut gaps) = (Vec::new(), Vec::new());
    let (mut at, mut inflater, mut out) = (12u64, Inflater::default(), Vec::new());
    let stated = pack.stated();
    for number in 0..stated {
        match length(odb, pack, at, &mut inflater, &mut out) {
            Ok(end) => {
                offsets.push(at);
                at = end;
            }
            Err(fault) => {
                let rest = stated - number;
                let shown = &pack.shown;
                gaps.push(format!("{shown}: {rest} object(s) from offset {at} on can't be read: {fault}"));
                return (offsets, gaps);
            }
        }
    }
    let more = (pack.end() as u64).saturating_sub(at);
    if more > 0 {
        gaps.push(format!("{}: {more} bytes at its end belong to no object", pack.shown));
    }
    (offsets, gaps)
}

/// Where the object at an offset ends.
fn length(
    odb: &Odb,
    pack: &Pack,
    offset: u64,
    inflater: &mut Inflater,
    out: &mut Vec<u8>,
) -> Result<u64, Fault> {
    let header = pack.header(offset)?;
    let input = pack.data(header.data, pack.end() as u64);
    let used = if header.size <= odb.limits.held_bytes / 8 {
        let size = usize::try_from(header.size).map_err(|_| Fault::Header)?;
        out.resize(size.max(out.len()), 0);
        inflater.exact(input, out.get_mut(..size).unwrap_or_default())?
    } else {
        let mut stream = Stream::new(input, header.size);
        std::io::copy(&mut stream, &mut std::io::sink())?;
        input.len() - stream.unused()
    };
    Ok((header.data + used) as u64)
}

/// The entries that have no id yet, and those that lead to them.
fn unnamed(graph: &Graph) -> Vec<bool> {
    let mut wanted = vec![false; graph.entries.len()];
    for (at, entry) in (0u32..).zip(&graph.entries) {
        let mut next = if entry.row == NONE { at } else { NONE };
        while let Some(flag) = wanted.get_mut(next as usize).filter(|flag| !**flag) {
            *flag = true;
            next = graph.entry(next).map_or(NONE, |entry| entry.base);
        }
    }
    wanted
}

/// Gives ids to the entries that it sees.
struct Namer<'a> {
    odb: &'a Odb,
    wanted: Vec<bool>,
    found: Vec<(ObjectId, u32)>,
}

impl Visitor for Namer<'_> {
    type Held = ();

    fn wants(&self, at: u32) -> bool {
        self.wanted.get(at as usize).copied().unwrap_or(false)
    }

    fn whole(&mut self, at: u32, kind: Kind, bytes: &[u8]) {
        if let Some(id) = self.odb.id_of(kind, bytes) {
            self.found.push((id, at));
        }
    }

    fn told(&mut self, _: u32, _: Kind, _: Told<'_>, (): &()) -> Option<()> {
        None
    }

    /// An object that is too large to hold stays without an id.
    fn large(&mut self, _: u32, _: Kind, stream: &mut Stream<'_>) -> std::io::Result<()> {
        std::io::copy(stream, &mut std::io::sink()).map(|_| ())
    }

    /// The search will tell of it.
    fn fault(&mut self, _: u32, _: &Fault) {}

    fn doubt(&mut self, _: u32, _: &Fault) {}
}
