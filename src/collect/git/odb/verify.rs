//! Holds every object's content against its id. Not done unless asked for: it costs more than the search.

use std::io::Read as _;

use gix::object::Kind;

use super::Odb;
use super::fault::Fault;
use super::graph::Graph;
use super::inflate::Stream;
use super::pack::Pack;
use super::walk::Visitor;
use super::window::Told;

pub struct Verify<'a> {
    odb: &'a Odb,
    pack: &'a Pack,
    graph: &'a Graph,
    /// Entries whose content is not that of their id, or that could not be read.
    pub wrong: Vec<(u32, String)>,
}

impl<'a> Verify<'a> {
    pub fn new(odb: &'a Odb, pack: &'a Pack, graph: &'a Graph) -> Self {
        Self { odb, pack, graph, wrong: Vec::new() }
    }
}

impl Visitor for Verify<'_> {
    type Held = ();

    fn wants(&self, _: u32) -> bool {
        true
    }

    fn whole(&mut self, at: u32, kind: Kind, bytes: &[u8]) {
        let id = self.graph.entry(at).and_then(|entry| self.pack.id(entry.row));
        if id.is_none() || self.odb.id_of(kind, bytes) != id {
            self.wrong.push((at, Fault::Id.to_string()));
        }
    }

    fn told(&mut self, _: u32, _: Kind, _: Told<'_>, (): &()) -> Option<()> {
        None
    }

    fn large(&mut self, at: u32, kind: Kind, stream: &mut Stream<'_>) -> std::io::Result<()> {
        let id = self.graph.entry(at).and_then(|entry| self.pack.id(entry.row));
        let mut hasher = gix::hash::hasher(self.odb.hash);
        hasher.update(&gix::objs::encode::loose_header(kind, stream.stated()));
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = stream.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        if hasher.try_finalize().ok() != id {
            self.wrong.push((at, Fault::Id.to_string()));
        }
        Ok(())
    }

    fn fault(&mut self, at: u32, fault: &Fault) {
        self.wrong.push((at, fault.to_string()));
    }

    fn doubt(&mut self, _: u32, _: &Fault) {}
}
