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
/// Bytes that are asked for first.
const FIRST: usize = 16 << 10;
/// How far views look around; a multiple of a block.
const CONTEXT: usize = FAR * 2;
/// Bytes that views may make of one raw byte, beside the budget.
const ALLOWANCE: u64 = 8;

impl Explorer<'_> {
    /// Searches bytes that are all at hand, and what they hold if they are a container.
    pub fn slice(&mut self, bytes: &[u8], origin: &Origin, depth: u32) {
        let first = self.hits.len();
        let held = (
            std::mem::take(&mut self.decoded_until),
            std::mem::take(&mut self.numbers_until),
            std::mem::take(&mut self.opened_until),
        );
        let mut lines = Lines::default();
        let (mut start, mut waiting) = (0, 0);
        loop {
            let end = (start + CHUNK).min(bytes.len());
            let known = self.hits.len() - waiting;
            // What was looked through here, beyond the end too, is not looked through again: its finds count.
            let accept = (start as u64, u64::MAX);
            let layer = Layer {
                bytes,
                depth,
                from: From::Stream { offset: 0, accept, origin, whole: true },
                opened: true,
            };
            self.explore(&layer, start..bytes.len().min(end + CONTEXT));
            waiting = lines.number(&mut self.hits, known, bytes, 0, end);
            self.earn(origin, end - start);
            start = end;
            if start == bytes.len() {
                break;
            }
        }
        (self.decoded_until, self.numbers_until, self.opened_until) = held;
        self.wants_more = false;
        if let Some(kind) = container::sniff(bytes) {
            let within = origin.within.unwrap_or(crate::text::Span::of(0..bytes.len()));
            let inner =
                Origin { within: Some(within), forms: origin.forms.clone(), names: origin.names.clone() };
            self.open(kind, bytes, &inner, depth);
        } else {
            self.sealed(bytes);
        }
        settle::piece(&mut self.hits, first, origin);
    }

    /// Tells of bytes that are packed in a way that is not opened.
    fn sealed(&mut self, bytes: &[u8]) {
        if let Some(why) = container::sealed(bytes) {
            self.gap(&format!("not fully searched: {why}"));
        }
    }

    /// Opens a container and searches each member. `origin` is where the container stands.
    pub fn open(&mut self, kind: Kind, bytes: &[u8], origin: &Origin, depth: u32) {
        let told = self.unread_of(kind, bytes, origin, depth);
        self.gaps.extend(told);
    }

    /// The same; why the container itself was not fully read comes back, what its members left unread is told.
    pub fn unread_of(&mut self, kind: Kind, bytes: &[u8], origin: &Origin, depth: u32) -> Vec<String> {
        self.members(kind, origin, depth, |kind, meter, each| container::open(kind, bytes, meter, each))
    }

    fn members(
        &mut self,
        kind: Kind,
        origin: &Origin,
        depth: u32,
        walk: impl FnOnce(Kind, &dyn container::Meter, &mut dyn FnMut(Member<'_>)) -> Result<(), String>,
    ) -> Vec<String> {
        if depth >= self.limits.depth {
            return vec!["not fully searched: containers are nested deeper than the limit".to_owned()];
        }
        let mut unread = Vec::new();
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
                unread.push("not fully searched: a part of a container could not be read".to_owned());
            }
        });
        unread.extend(outcome.err().map(|why| format!("not fully searched: {}: {why}", kind.name())));
        unread
    }

    /// Searches a stream; returns its length.
    pub fn stream(&mut self, reader: &mut dyn Read, origin: &Origin, depth: u32) -> io::Result<u64> {
        let held = usize::try_from(self.limits.held_bytes).unwrap_or(usize::MAX).max(CHUNK + 2 * CONTEXT);
        let mut window = Window::default();
        if window.fill(reader, CHUNK + CONTEXT)? {
            self.slice(window.bytes(), origin, depth);
            return Ok(window.bytes().len() as u64);
        }
        if let Some(kind) = container::sniff(window.bytes()) {
            if window.fill(reader, held)? {
                self.slice(window.bytes(), origin, depth);
                return Ok(window.bytes().len() as u64);
            }
            return self.long_container(kind, window.bytes(), reader, origin, depth);
        }
        self.sealed(window.bytes());
        self.windows(reader, window, held, origin, depth)
    }

    /// A container that is too large to hold: its members are searched as they go by.
    fn long_container(
        &mut self,
        kind: Kind,
        head: &[u8],
        reader: &mut dyn Read,
        origin: &Origin,
        depth: u32,
    ) -> io::Result<u64> {
        let first = self.hits.len();
        let mut counted = Counted { inner: reader, count: head.len() as u64 };
        let within = origin.within.unwrap_or(crate::text::Span::new(0, u64::MAX));
        let inner =
            Origin { within: Some(within), forms: origin.forms.clone(), names: origin.names.clone() };
        let mut chained = head.chain(&mut counted);
        let told = self.members(kind, &inner, depth, |kind, meter, each| {
            container::walk(kind, &mut chained, meter, each)
        });
        self.gaps.extend(told);
        // What a reader of the format leaves behind is still part of the file.
        let rest = io::copy(&mut chained, &mut io::sink());
        let count = counted.count;
        for hit in self.hits.iter_mut().skip(first) {
            hit.span.end = hit.span.end.min(count);
        }
        settle::piece(&mut self.hits, first, origin);
        rest.map(|_| count)
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
        mut window: Window,
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
            let buffer = window.bytes();
            let from = usize::try_from(done - offset).unwrap_or(usize::MAX);
            let to = if ended { buffer.len() } else { buffer.len().saturating_sub(CONTEXT) };
            let (known, gaps) = (self.hits.len(), self.gaps.clone());
            let accept = (done, if ended { u64::MAX } else { offset + to as u64 });
            let layer = Layer {
                bytes: buffer,
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
                    ended = window.fill(reader, size)?;
                    continue;
                }
                self.gap("not fully searched: an encoded container is larger than may be held");
            }
            lines.number(&mut self.hits, known, buffer, offset, to);
            self.earn(origin, to - from);
            done = offset + to as u64;
            if ended {
                break;
            }
            self.forget();
            let keep = to.saturating_sub(CONTEXT);
            window.forget(keep);
            offset += keep as u64;
            ended = window.fill(reader, CHUNK + 2 * CONTEXT)?;
        }
        settle::piece(&mut self.hits, first, origin);
        Ok(offset + window.bytes().len() as u64)
    }
}

/// The part of a stream that is at hand. Its memory is made once, and read into again and again.
#[derive(Default)]
struct Window {
    buffer: Vec<u8>,
    len: usize,
}

impl Window {
    fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Reads until there are `size` bytes; `true`: the stream ended before.
    fn fill(&mut self, reader: &mut dyn Read, size: usize) -> io::Result<bool> {
        while self.len < size {
            if self.len == self.buffer.len() {
                // Most streams are short, and memory that is never read into costs too.
                self.buffer.resize((self.len * 4).clamp(FIRST, size), 0);
            }
            let end = self.buffer.len().min(size);
            let free = self.buffer.get_mut(self.len..end).unwrap_or_default();
            match reader.read(free) {
                Ok(0) => return Ok(true),
                Ok(read) => self.len += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Lets go of the first bytes.
    fn forget(&mut self, count: usize) {
        self.buffer.copy_within(count..self.len, 0);
        self.len -= count;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;
    use crate::search::{Engine, Limits};

    /// Gives its bytes, and then what a failing disk gives.
    struct Failing<'a>(&'a [u8]);

    impl Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk fails")),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn what_fails_behind_a_long_container_is_told() {
        let mut state = 7u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56).to_le_bytes()[0]
        })
        .take(2 << 20)
        .collect();
        let bytes = [crate::search::chains::gzip(&noise), vec![0; 1 << 20]].concat();
        let engine = Engine::new(&Endpoints::none());
        let limits = Limits { held_bytes: 1 << 20, ..Limits::default() };
        assert!(engine.scan_reader(&mut bytes.as_slice(), &limits).is_ok());
        for cut in [bytes.len(), bytes.len() - 9, 1 << 20] {
            assert!(engine.scan_reader(&mut Failing(&bytes[..cut]), &limits).is_err(), "{cut}");
        }
    }
}
