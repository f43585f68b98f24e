//! Streams: what is too large to hold is searched window by window, and containers member by member.
//!
//! Windows overlap by more than any view reaches, and a find belongs to the window that it starts in,
//! so each is found once. A window grows, up to the limit, only where an encoded container is cut by its end.

use std::io::{self, Read};

use super::container::{self, Kind, Member};
use super::explore::Explorer;
use super::layer::{From, Layer, Origin};
use super::settle::{self, Lines};
use super::triggers::FAR;

/// Bytes that one pass goes over: they stay in the processor's cache.
const CHUNK: usize = 256 << 10;
/// How far views look around; a multiple of a block.
const CONTEXT: usize = FAR * 2;
/// Bytes that views may make of one raw byte, beside the budget.
const ALLOWANCE: u64 = 8;

impl Explorer<'_> {
    /// Searches bytes that are all at hand, and what they hold if they are a container.
    pub fn slice(&mut self, bytes: &[u8], origin: &Origin, depth: u32) {
        let first = self.hits.len();
        let held = (std::mem::take(&mut self.decoded_until), std::mem::take(&mut self.opened_until));
        let mut lines = Lines::default();
        let mut start = 0;
        loop {
            let end = (start + CHUNK).min(bytes.len());
            let known = self.hits.len();
            let accept = (start as u64, if end == bytes.len() { u64::MAX } else { end as u64 });
            let layer = Layer {
                bytes,
                depth,
                from: From::Stream { offset: 0, accept, origin, whole: true },
                opened: true,
            };
            self.explore(&layer, start..bytes.len().min(end + CONTEXT));
            lines.number(&mut self.hits, known, bytes, 0, end);
            self.earn(origin, end - start);
            start = end;
            if start == bytes.len() {
                break;
            }
        }
        (self.decoded_until, self.opened_until) = held;
        self.wants_more = false;
        if let Some(kind) = container::sniff(bytes) {
            let within = origin.within.unwrap_or(crate::text::Span::of(0..bytes.len()));
            let inner =
                Origin { within: Some(within), forms: origin.forms.clone(), names: origin.names.clone() };
            self.open(kind, bytes, &inner, depth);
        }
        settle::piece(&mut self.hits, first, origin);
    }

    /// Opens a container and searches each member. `origin` is where the container stands.
    pub fn open(&mut self, kind: Kind, bytes: &[u8], origin: &Origin, depth: u32) {
        self.members(kind, origin, depth, |kind, meter, each| container::open(kind, bytes, meter, each));
    }

    fn members(
        &mut self,
        kind: Kind,
        origin: &Origin,
        depth: u32,
        walk: impl FnOnce(Kind, &dyn container::Meter, &mut dyn FnMut(Member<'_>)) -> Result<(), String>,
    ) {
        if depth >= self.limits.depth {
            self.gap("not fully searched: containers are nested deeper than the limit");
            return;
        }
        let mut forms = origin.forms.clone();
        forms.push(kind.form());
        let meter = self.budget;
        let outcome = walk(kind, meter, &mut |member: Member<'_>| {
            let mut inner =
                Origin { within: origin.within, forms: forms.clone(), names: origin.names.clone() };
            if let Some(name) = &member.name {
                self.slice(name.as_bytes(), &inner, depth + 1);
                inner.names.push(name.clone());
            }
            if self.stream(member.content, &inner, depth + 1).is_err() {
                self.gap("not fully searched: a part of a container could not be read");
            }
        });
        if let Err(why) = outcome {
            self.gap(&format!("not fully searched: {}: {why}", kind.name()));
        }
    }

    /// Searches a stream; returns its length.
    pub fn stream(&mut self, reader: &mut dyn Read, origin: &Origin, depth: u32) -> io::Result<u64> {
        let held = usize::try_from(self.limits.held_bytes).unwrap_or(usize::MAX).max(CHUNK + 2 * CONTEXT);
        let mut buffer = Vec::new();
        if fill(reader, &mut buffer, CHUNK + CONTEXT)? {
            self.slice(&buffer, origin, depth);
            return Ok(buffer.len() as u64);
        }
        if let Some(kind) = container::sniff(&buffer) {
            if fill(reader, &mut buffer, held)? {
                self.slice(&buffer, origin, depth);
                return Ok(buffer.len() as u64);
            }
            return Ok(self.long_container(kind, &buffer, reader, origin, depth));
        }
        self.windows(reader, buffer, held, origin, depth)
    }

    /// A container that is too large to hold: its members are searched as they go by.
    fn long_container(
        &mut self,
        kind: Kind,
        head: &[u8],
        reader: &mut dyn Read,
        origin: &Origin,
        depth: u32,
    ) -> u64 {
        let first = self.hits.len();
        let mut counted = Counted { inner: reader, count: head.len() as u64 };
        let within = origin.within.unwrap_or(crate::text::Span::new(0, u64::MAX));
        let inner =
            Origin { within: Some(within), forms: origin.forms.clone(), names: origin.names.clone() };
        let mut chained = head.chain(&mut counted);
        self.members(kind, &inner, depth, |kind, meter, each| {
            container::walk(kind, &mut chained, meter, each)
        });
        // What a reader of the format leaves behind is still part of the file.
        let _ = io::copy(&mut chained, &mut io::sink());
        let count = counted.count;
        for hit in self.hits.iter_mut().skip(first) {
            hit.span.end = hit.span.end.min(count);
        }
        settle::piece(&mut self.hits, first, origin);
        count
    }

    /// Raw bytes bring their own allowance: a long text with an escape here and there is no bomb.
    fn earn(&self, origin: &Origin, raw: usize) {
        if origin.within.is_none() {
            self.budget.borrow_mut().earn(raw as u64 * ALLOWANCE);
        }
    }

    fn windows(
        &mut self,
        reader: &mut dyn Read,
        mut buffer: Vec<u8>,
        held: usize,
        origin: &Origin,
        depth: u32,
    ) -> io::Result<u64> {
        let first = self.hits.len();
        let mut lines = Lines::default();
        // Where the buffer and the part of it that is still to be searched begin in the stream.
        let (mut offset, mut done) = (0u64, 0u64);
        let mut ended = false;
        loop {
            let from = usize::try_from(done - offset).unwrap_or(usize::MAX);
            let to = if ended { buffer.len() } else { buffer.len().saturating_sub(CONTEXT) };
            let (known, gaps) = (self.hits.len(), self.gaps.clone());
            let accept = (done, if ended { u64::MAX } else { offset + to as u64 });
            let layer = Layer {
                bytes: &buffer,
                depth,
                from: From::Stream { offset, accept, origin, whole: false },
                opened: offset == 0,
            };
            self.explore(&layer, from..buffer.len());
            if std::mem::take(&mut self.wants_more) && !ended {
                if buffer.len() < held {
                    self.hits.truncate(known);
                    self.gaps = gaps;
                    self.forget();
                    let size = (buffer.len() * 2).min(held);
                    ended = fill(reader, &mut buffer, size)?;
                    continue;
                }
                self.gap("not fully searched: an encoded container is larger than may be held");
            }
            lines.number(&mut self.hits, known, &buffer, offset, to);
            self.earn(origin, to - from);
            done = offset + to as u64;
            if ended {
                break;
            }
            self.forget();
            let keep = to.saturating_sub(CONTEXT);
            buffer.drain(..keep);
            offset += keep as u64;
            ended = fill(reader, &mut buffer, CHUNK + 2 * CONTEXT)?;
        }
        settle::piece(&mut self.hits, first, origin);
        Ok(offset + buffer.len() as u64)
    }
}

/// Reads until the buffer holds `size` bytes; `true`: the stream ended before.
fn fill(reader: &mut dyn Read, buffer: &mut Vec<u8>, size: usize) -> io::Result<bool> {
    while buffer.len() < size {
        let known = buffer.len();
        buffer.resize(size, 0);
        let read = loop {
            match reader.read(buffer.get_mut(known..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        buffer.truncate(known + *read.as_ref().unwrap_or(&0));
        if read? == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Counted<'a> {
    inner: &'a mut dyn Read,
    count: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}
