//! Windows over a stream that is too large to hold, as it is read or as it goes by.
//!
//! They overlap by more than any view reaches, and a find belongs to the window that it starts in,
//! so each is found once. A window grows, up to the limit, only where an encoded container is cut by its end.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::Hit;
use super::explore::Explorer;
use super::layer::{From, Layer, Origin};
use super::settle::Lines;
use super::triggers::FAR;

/// Bytes that one pass goes over: they stay in the processor's cache.
pub const CHUNK: usize = 256 << 10;
/// How far views look around; a multiple of a block.
pub const CONTEXT: usize = FAR * 2;
/// Bytes that are asked for first.
const FIRST: usize = 16 << 10;

/// How far a stream is searched.
pub struct Windows<'o> {
    window: Window,
    /// Bytes that may be held at once.
    held: usize,
    /// Bytes that the window is to have before it is looked at, unless the stream ends.
    wanted: usize,
    origin: &'o Origin,
    depth: u32,
    lines: Lines,
    /// Where the window and the part of it that is still to be searched begin in the stream.
    offset: u64,
    done: u64,
}

impl<'o> Windows<'o> {
    /// `window` holds the first bytes of the stream.
    pub fn new(window: Window, held: usize, origin: &'o Origin, depth: u32) -> Self {
        let lines = Lines::default();
        Self { window, held, wanted: CHUNK + CONTEXT, origin, depth, lines, offset: 0, done: 0 }
    }

    /// Where what was read ends.
    pub fn end(&self) -> u64 {
        self.offset + self.window.len as u64
    }

    /// Reads a window and looks at it; `true`: it was the last.
    pub fn read(&mut self, explorer: &mut Explorer<'_>, reader: &mut dyn Read) -> io::Result<bool> {
        let ended = self.window.fill(reader, self.wanted)?;
        self.look(explorer, ended);
        Ok(ended)
    }

    /// Takes what goes by, and looks at it once it is a window.
    fn push(&mut self, explorer: &mut Explorer<'_>, bytes: &[u8]) {
        self.window.push(bytes);
        while self.window.len >= self.wanted {
            self.look(explorer, false);
        }
    }

    fn look(&mut self, explorer: &mut Explorer<'_>, ended: bool) {
        let buffer = self.window.bytes();
        let from = usize::try_from(self.done - self.offset).unwrap_or(usize::MAX);
        let to = if ended { buffer.len() } else { buffer.len().saturating_sub(CONTEXT) };
        let (known, gaps) = (explorer.hits.len(), explorer.gaps.clone());
        let accept = (self.done, if ended { u64::MAX } else { self.offset + to as u64 });
        let layer = Layer {
            bytes: buffer,
            depth: self.depth,
            from: From::Stream { offset: self.offset, accept, origin: self.origin, whole: false },
            opened: self.offset == 0,
        };
        explorer.explore(&layer, from..buffer.len());
        if std::mem::take(&mut explorer.wants_more) && !ended {
            if buffer.len() < self.held {
                explorer.hits.truncate(known);
                explorer.gaps = gaps;
                explorer.forget();
                self.wanted = (buffer.len() * 2).min(self.held);
                return;
            }
            explorer.gap("not fully searched: an encoded container is larger than may be held");
        }
        self.lines.number(&mut explorer.hits, known, buffer, self.offset, to);
        explorer.earn(self.origin, to - from);
        self.done = self.offset + to as u64;
        if ended {
            return;
        }
        explorer.forget();
        let keep = to.saturating_sub(CONTEXT);
        self.window.forget(keep);
        self.offset += keep as u64;
        self.wanted = CHUNK + 2 * CONTEXT;
    }
}

/// Bytes on their way to whoever takes a container apart, searched as they stand.
pub struct Passing<'a, 'e, 'o> {
    inner: &'a mut dyn Read,
    explorer: Explorer<'e>,
    windows: Windows<'o>,
}

impl<'a, 'e, 'o> Passing<'a, 'e, 'o> {
    pub fn new(inner: &'a mut dyn Read, explorer: Explorer<'e>, windows: Windows<'o>) -> Self {
        Self { inner, explorer, windows }
    }

    /// How many bytes went by, what was found in them, and what of them was not searched.
    pub fn finish(mut self) -> (u64, Vec<Hit>, BTreeSet<String>) {
        self.windows.look(&mut self.explorer, true);
        (self.windows.end(), self.explorer.hits, self.explorer.gaps)
    }
}

impl Read for Passing<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.windows.push(&mut self.explorer, buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The part of a stream that is at hand. Its memory is made once, and read into again and again.
#[derive(Default)]
pub struct Window {
    buffer: Vec<u8>,
    len: usize,
}

impl Window {
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Reads until there are `size` bytes; `true`: the stream ended before.
    pub fn fill(&mut self, reader: &mut dyn Read, size: usize) -> io::Result<bool> {
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

    /// Takes bytes that are at hand.
    fn push(&mut self, bytes: &[u8]) {
        self.buffer.truncate(self.len);
        self.buffer.extend_from_slice(bytes);
        self.len = self.buffer.len();
    }
}
