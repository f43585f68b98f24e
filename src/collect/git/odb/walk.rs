//! The way through a pack: each family from the object that begins it, depth first.
//!
//! Every stream is inflated once, into a buffer of its exact length, and held against its own Adler-32,
//! the index's CRC-32 and the offset of the object behind it. Only what has deltas on it is rebuilt, and
//! it is dropped before the last of them is followed. What does not fit into the bound on memory is
//! rebuilt when it is needed again, and a single object that can't fit is a fault.

use std::sync::{Mutex, MutexGuard, PoisonError};

use gix::object::Kind;

use super::Odb;
use super::delta::{self, Op};
use super::fault::Fault;
use super::graph::{Entry, Graph};
use super::inflate::{Inflater, Stream};
use super::pack::{Header, NONE, Pack, What};
use super::spare::Spare;
use super::window::Told;

/// What is done with the objects on the way.
pub trait Visitor {
    /// What is kept of an object while the deltas on it are followed.
    type Held;

    /// Whether this entry, or a delta on it, is wanted at all.
    fn wants(&self, at: u32) -> bool;
    fn whole(&mut self, at: u32, kind: Kind, bytes: &[u8]) -> Self::Held;
    /// An object as its delta tells it; `None` where it has to be seen whole.
    fn told(&mut self, at: u32, kind: Kind, told: Told<'_>, base: &Self::Held) -> Option<Self::Held>;
    /// A whole object that is too large to hold; to be read to its end.
    fn large(&mut self, at: u32, kind: Kind, stream: &mut Stream<'_>) -> std::io::Result<()>;
    /// This object could not be read; nor could those that are deltas on it.
    fn fault(&mut self, at: u32, fault: &Fault);
    /// The object was read, but its surroundings are not what the index says.
    fn doubt(&mut self, at: u32, fault: &Fault);
}

/// The bound on what is held: each thread has its share, and one at a time may have the common half too.
pub struct Memory {
    share: u64,
    common: u64,
    taken: Mutex<()>,
}

impl Memory {
    pub fn new(bytes: u64, threads: usize) -> Self {
        Self { share: bytes / 2 / threads.max(1) as u64, common: bytes / 2, taken: Mutex::new(()) }
    }
}

/// One thread's way through a pack.
pub struct Walker<'a, H> {
    odb: &'a Odb,
    pack: &'a Pack,
    graph: &'a Graph,
    memory: &'a Memory,
    common: Option<MutexGuard<'a, ()>>,
    inflater: Inflater,
    /// The delta at hand is the first `delta_len` bytes: a longer buffer is not cleared for a shorter one.
    delta: Vec<u8>,
    delta_len: usize,
    ops: Vec<Op>,
    frames: Vec<Frame<H>>,
    held: u64,
    spare: Spare,
}

/// An object whose deltas are being followed.
struct Frame<H> {
    at: u32,
    /// `None` once it had to give way; the first frame of a family that begins elsewhere never does.
    bytes: Option<Vec<u8>>,
    next: Option<u32>,
    held: H,
}

/// A delta of more bytes than this is applied at once: a list of its instructions would be too long.
const LONG_DELTA: usize = 1 << 20;
/// The largest delta whose buffer is used again.
const LARGE_DELTA: usize = 4 << 20;

impl<'a, H> Walker<'a, H> {
    pub fn new(odb: &'a Odb, pack: &'a Pack, graph: &'a Graph, memory: &'a Memory) -> Self {
        Self {
            odb,
            pack,
            graph,
            memory,
            common: None,
            inflater: Inflater::default(),
            delta: Vec::new(),
            delta_len: 0,
            ops: Vec::new(),
            frames: Vec::new(),
            held: 0,
            spare: Spare::default(),
        }
    }

    /// Visits the family that `root` begins.
    pub fn family(&mut self, root: u32, visitor: &mut impl Visitor<Held = H>) {
        if !visitor.wants(root) {
            return;
        }
        let kind = match self.begin(root, visitor) {
            Ok(Some(kind)) => kind,
            Ok(None) => return,
            Err(fault) => return visitor.fault(root, &fault),
        };
        while let Some(frame) = self.frames.last_mut() {
            let Some(child) = frame.next else {
                self.drop_frame();
                continue;
            };
            let after = self.graph.entry(child).map_or(NONE, |entry| entry.next);
            let next = wanted(self.graph, visitor, after);
            self.graph.prefetch(next);
            if let Some(frame) = self.frames.last_mut() {
                frame.next = next;
            }
            if let Err(fault) = self.child(child, kind, visitor) {
                visitor.fault(child, &fault);
            }
        }
        self.give_back_common();
    }

    /// Reads the object that begins a family; `None` where nothing follows it.
    fn begin(&mut self, at: u32, visitor: &mut impl Visitor<Held = H>) -> Result<Option<Kind>, Fault> {
        if let Some(fault) = self.graph.fault(at) {
            return Err(fault.clone());
        }
        let entry = *self.graph.entry(at).ok_or(Fault::Header)?;
        let header = self.pack.header(entry.offset)?;
        let (kind, bytes) = match header.what {
            What::Whole(kind) => {
                if let Err(fault) = self.make_room(header.size) {
                    return self.large(at, &entry, &header, kind, &fault, visitor).map(|()| None);
                }
                let mut bytes = self.take(header.size)?;
                bytes.resize(usize::try_from(header.size).map_err(|_| Fault::Header)?, 0);
                let used = self
                    .inflater
                    .exact(self.pack.data(header.data, self.graph.end(at, self.pack)), &mut bytes)?;
                self.check(at, &entry, header.data + used, visitor)?;
                (kind, bytes)
            }
            What::OnId(id) => {
                let base = self.odb.read_at(&id, &mut self.inflater, 1)?;
                let (kind, base) = base.ok_or(Fault::NoBase)?;
                self.read_delta(at, &entry, &header, visitor)?;
                (kind, self.build(&base)?)
            }
            What::OnOffset(base) => return Err(Fault::NoBaseAt(base)),
        };
        let held = visitor.whole(at, kind, &bytes);
        let next = wanted(self.graph, visitor, entry.child);
        self.enter(Frame { at, bytes: Some(bytes), next, held });
        Ok(Some(kind))
    }

    /// An object that does not fit: read as a stream. What is a delta on it can't be rebuilt.
    fn large(
        &mut self,
        at: u32,
        entry: &Entry,
        header: &Header,
        kind: Kind,
        fault: &Fault,
        visitor: &mut impl Visitor<Held = H>,
    ) -> Result<(), Fault> {
        let input = self.pack.data(header.data, self.graph.end(at, self.pack));
        let mut stream = Stream::new(input, header.size);
        visitor.large(at, kind, &mut stream)?;
        let used = input.len() - stream.unused();
        self.check(at, entry, header.data + used, visitor)?;
        for child in self.graph.children(at) {
            visitor.fault(child, fault);
        }
        Ok(())
    }

    fn child(&mut self, at: u32, kind: Kind, visitor: &mut impl Visitor<Held = H>) -> Result<(), Fault> {
        let entry = *self.graph.entry(at).ok_or(Fault::Header)?;
        let header = self.pack.header(entry.offset)?;
        let next = wanted(self.graph, visitor, entry.child);
        self.graph.prefetch(next);
        self.read_delta(at, &entry, &header, visitor)?;
        let parent = self.frames.len().saturating_sub(1);
        // What is inflated next: the first delta on this one, else the next on the same base.
        let soon = next.or_else(|| self.frames.get(parent)?.next);
        if let Some(soon) = soon.and_then(|soon| self.graph.entry(soon)) {
            self.pack.prefetch(soon.offset);
        }
        // Outside its frame, the base is never the one that gives way.
        let base = self.base(parent)?;
        let followed = self.follow(at, kind, &base, next.is_some(), visitor);
        if let Some(frame) = self.frames.get_mut(parent) {
            frame.bytes = Some(base);
        }
        let Some((bytes, held)) = followed? else { return Ok(()) };
        if self.frames.last().is_some_and(|frame| frame.next.is_none()) {
            self.drop_frame();
        }
        self.enter(Frame { at, bytes: Some(bytes), next, held });
        Ok(())
    }

    /// Shows a delta to the visitor, and rebuilds the object where the visitor or a further delta wants it.
    fn follow(
        &mut self,
        at: u32,
        kind: Kind,
        base: &[u8],
        has_deltas: bool,
        visitor: &mut impl Visitor<Held = H>,
    ) -> Result<Option<(Vec<u8>, H)>, Fault> {
        let mut held = None;
        let delta = self.delta.get(..self.delta_len).unwrap_or_default();
        if delta.len() <= LONG_DELTA {
            self.ops.clear();
            let ops = &mut self.ops;
            delta::walk(delta, base.len(), |op| ops.push(op))?;
            let told = Told { ops: &self.ops, base, delta };
            if let Some(frame) = self.frames.last() {
                held = visitor.told(at, kind, told, &frame.held);
            }
        }
        match held {
            Some(_) if !has_deltas => Ok(None),
            Some(held) => Ok(Some((self.apply(base)?, held))),
            None => {
                let bytes = self.build(base)?;
                let held = visitor.whole(at, kind, &bytes);
                Ok(Some((bytes, held)))
            }
        }
    }

    /// Keeps an object for the deltas on it, or lets it go.
    fn enter(&mut self, frame: Frame<H>) {
        if frame.next.is_some() {
            self.held += frame.bytes.as_ref().map_or(0, Vec::capacity) as u64;
            self.frames.push(frame);
        } else if let Some(bytes) = frame.bytes {
            self.spare.keep(bytes);
        }
    }

    /// Inflates an entry's delta into the common buffer.
    fn read_delta(
        &mut self,
        at: u32,
        entry: &Entry,
        header: &Header,
        visitor: &mut impl Visitor<Held = H>,
    ) -> Result<(), Fault> {
        self.make_room(header.size)?;
        let size = usize::try_from(header.size).map_err(|_| Fault::Header)?;
        if size > LARGE_DELTA || self.delta.len() > LARGE_DELTA {
            self.delta = Vec::new();
        }
        if self.delta.len() < size {
            self.delta.resize(size, 0);
        }
        self.delta_len = size;
        let out = self.delta.get_mut(..size).unwrap_or_default();
        let used = self.inflater.exact(self.pack.data(header.data, self.graph.end(at, self.pack)), out)?;
        self.check(at, entry, header.data + used, visitor)
    }

    /// Follows the instructions at hand.
    fn apply(&mut self, base: &[u8]) -> Result<Vec<u8>, Fault> {
        let size = self.ops.last().map_or(0, Op::end) as u64;
        self.make_room(size.saturating_add(self.delta_len as u64))?;
        let mut bytes = self.take(size)?;
        delta::apply(&self.ops, base, self.delta.get(..self.delta_len).unwrap_or_default(), &mut bytes);
        Ok(bytes)
    }

    /// Applies the delta in the common buffer.
    fn build(&mut self, base: &[u8]) -> Result<Vec<u8>, Fault> {
        let size = delta::sizes(self.delta.get(..self.delta_len).unwrap_or_default())?.result;
        self.make_room(size.saturating_add(self.delta_len as u64))?;
        let mut bytes = self.take(size)?;
        delta::build(self.delta.get(..self.delta_len).unwrap_or_default(), base, &mut bytes)?;
        Ok(bytes)
    }

    /// Holds what was read against the index: where the stream ended, and the checksum of its bytes.
    fn check(
        &self,
        at: u32,
        entry: &Entry,
        end: usize,
        visitor: &mut impl Visitor<Held = H>,
    ) -> Result<(), Fault> {
        let start = usize::try_from(entry.offset).map_err(|_| Fault::Header)?;
        if let Some(crc) = entry.crc
            && self.pack.map.get(start..end).map(crc32fast::hash) != Some(crc)
        {
            return Err(Fault::Checksum);
        }
        let unlisted = self.graph.end(at, self.pack).saturating_sub(end as u64);
        if unlisted > 0 {
            visitor.doubt(at, &Fault::Unlisted(unlisted));
        }
        Ok(())
    }

    /// Takes the bytes of a frame out of it, rebuilding them where they had to give way.
    fn base(&mut self, frame: usize) -> Result<Vec<u8>, Fault> {
        if let Some(bytes) = self.frames.get_mut(frame).and_then(|frame| frame.bytes.take()) {
            return Ok(bytes);
        }
        let at = self.frames.get(frame).map_or(NONE, |frame| frame.at);
        let offset = self.graph.entry(at).ok_or(Fault::Header)?.offset;
        let (_, bytes) = self.odb.read_packed(self.pack, offset, &mut self.inflater, 0)?;
        let bytes = bytes.to_vec();
        self.held += bytes.capacity() as u64;
        Ok(bytes)
    }

    /// Makes sure that `bytes` more may be held: frames give way, from the family's beginning.
    fn make_room(&mut self, bytes: u64) -> Result<(), Fault> {
        let fits = |held: u64, bound: u64| held.saturating_add(bytes) <= bound;
        let mut bound = self.memory.share;
        if self.common.is_some() {
            bound += self.memory.common;
        }
        for frame in &mut self.frames {
            if fits(self.held, bound) {
                return Ok(());
            }
            if let Some(bytes) = frame.bytes.take() {
                self.held = self.held.saturating_sub(bytes.capacity() as u64);
            }
        }
        if fits(self.held, bound) {
            return Ok(());
        }
        let limit = self.memory.share + self.memory.common;
        if !fits(self.held, limit) {
            return Err(Fault::TooLarge { size: bytes, limit: limit - self.held.min(limit) });
        }
        self.common = Some(self.memory.taken.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    fn give_back_common(&mut self) {
        if self.held <= self.memory.share {
            self.common = None;
        }
    }

    fn drop_frame(&mut self) {
        if let Some(bytes) = self.frames.pop().and_then(|frame| frame.bytes) {
            self.held = self.held.saturating_sub(bytes.capacity() as u64);
            self.spare.keep(bytes);
        }
        if self.common.is_some() {
            self.give_back_common();
        }
    }

    /// An empty buffer with room for a size that [`Walker::make_room`] has let pass.
    fn take(&mut self, size: u64) -> Result<Vec<u8>, Fault> {
        let size = usize::try_from(size).map_err(|_| Fault::Header)?;
        Ok(self.spare.take(size + delta::SLACK))
    }
}

/// The first of a row of siblings that is wanted.
fn wanted<V: Visitor>(graph: &Graph, visitor: &V, first: u32) -> Option<u32> {
    let mut at = first;
    while let Some(entry) = graph.entry(at) {
        if visitor.wants(at) {
            return Some(at);
        }
        at = entry.next;
    }
    None
}
