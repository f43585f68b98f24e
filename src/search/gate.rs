//! The egress gate: the last thing that any byte passes on its way out.
//!
//! A piece that shows the value in any form is not written, nor is anything after it: the gate fails
//! closed. It holds back the end of what it was given, because a form may go on over several lines;
//! what is held is bounded, and is searched once more together with what follows it.

use std::io::{self, Write};

use super::{Engine, Limits};

/// Bytes that are held back, so that a form which goes on is seen whole.
const HELD: usize = 32 << 10;
/// Bytes that are gathered before a piece is searched and written.
const PIECE: usize = 256 << 10;

/// A writer that lets nothing pass in which the engine finds a value.
pub struct Gate<'e, W: Write> {
    engine: &'e Engine,
    inner: W,
    /// Already written bytes that forms may begin in, then those that wait.
    buffer: zeroize::Zeroizing<Vec<u8>>,
    written: usize,
    shut: bool,
}

fn refusal() -> io::Error {
    io::Error::other("the output would have shown the endpoint value; it was not written")
}

impl<'e, W: Write> Gate<'e, W> {
    pub fn new(engine: &'e Engine, inner: W) -> Self {
        Self { engine, inner, buffer: zeroize::Zeroizing::new(Vec::new()), written: 0, shut: false }
    }

    /// Writes what was held back. Nothing passes a gate that is only dropped.
    ///
    /// # Errors
    /// A find, a piece that could not be searched, or what the writer behind the gate says.
    pub fn finish(mut self) -> io::Result<W> {
        self.pass(true)?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn pass(&mut self, all: bool) -> io::Result<()> {
        if self.shut {
            return Err(refusal());
        }
        let scan = self.engine.scan(&self.buffer, &Limits::default());
        let strong = |hit: &super::Hit| hit.strength == super::Strength::Strong;
        if scan.hits.iter().any(strong) || !scan.gaps.is_empty() {
            self.shut = true;
            zeroize::Zeroize::zeroize(&mut *self.buffer);
            return Err(refusal());
        }
        let until =
            if all { self.buffer.len() } else { self.buffer.len().saturating_sub(HELD).max(self.written) };
        let ready = self.buffer.get(self.written..until).unwrap_or_default();
        self.inner.write_all(ready)?;
        let keep = until.saturating_sub(HELD);
        self.buffer.drain(..keep);
        self.written = until - keep;
        Ok(())
    }
}

impl<W: Write> Write for Gate<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.shut {
            return Err(refusal());
        }
        let room = (PIECE + 2 * HELD).saturating_sub(self.buffer.len()).max(1);
        let taken = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        self.buffer.extend_from_slice(taken);
        if self.buffer.len() >= PIECE + 2 * HELD {
            self.pass(false)?;
        }
        Ok(taken.len())
    }

    /// Keeps what is held: a form may be in the middle of being written. [`Gate::finish`] lets it go.
    fn flush(&mut self) -> io::Result<()> {
        if self.shut { Err(refusal()) } else { self.inner.flush() }
    }
}

impl<W: Write> Gate<'_, W> {
    /// Writes a whole document, or nothing of it.
    ///
    /// # Errors
    /// As [`Gate::finish`].
    pub fn document(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(bytes);
        self.pass(true)?;
        self.inner.flush()
    }
}
