//! The floor of any search: every packed stream inflated once, nothing applied, nothing searched. What a
//! search takes is measured in it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::Odb;
use super::graph::Graph;
use super::inflate::Inflater;
use super::pack::Pack;

impl Odb {
    /// Inflates each packed object's own stream; how many streams, and how many bytes came out of them.
    /// What can't be inflated, or claims more than may be held, is left out: this is a measure, no audit.
    #[must_use]
    pub fn inflate_all(&self, threads: usize) -> (u64, u64) {
        let (objects, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        for pack in &self.packs {
            let graph = Graph::unlinked(pack);
            let next = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..threads.max(1) {
                    scope.spawn(|| {
                        let (mut inflater, mut out) = (Inflater::default(), Vec::new());
                        loop {
                            let start = next.fetch_add(64, Ordering::Relaxed);
                            if start >= graph.entries.len() {
                                break;
                            }
                            for at in (start..graph.entries.len().min(start + 64))
                                .map_while(|at| u32::try_from(at).ok())
                            {
                                if let Some(len) =
                                    self.inflate_one(pack, &graph, at, &mut inflater, &mut out)
                                {
                                    objects.fetch_add(1, Ordering::Relaxed);
                                    bytes.fetch_add(len as u64, Ordering::Relaxed);
                                }
                            }
                        }
                    });
                }
            });
        }
        (objects.into_inner(), bytes.into_inner())
    }

    fn inflate_one(
        &self,
        pack: &Pack,
        graph: &Graph,
        at: u32,
        inflater: &mut Inflater,
        out: &mut Vec<u8>,
    ) -> Option<usize> {
        let header = pack.header(graph.entry(at)?.offset).ok()?;
        let size = usize::try_from(header.size).ok().filter(|_| header.size <= self.limits.held_bytes)?;
        out.resize(size.max(out.len()), 0);
        inflater.exact(pack.data(header.data, graph.end(at, pack)), out.get_mut(..size)?).ok()?;
        Some(size)
    }
}
