//! A report on its way to the gate, and what has passed it: short ones are held, long ones are searched while more of
//! them is made, and wait.

use std::io::{self, Write as _};
use std::sync::mpsc::SyncSender;
use std::thread::ScopedJoinHandle;

use tempfile::SpooledTempFile;

use super::out::{BUFFER, Render};
use crate::search::Engine;
use crate::search::gate::Gate;

/// A report that is made, and not yet let out.
pub(super) enum Made {
    /// Short; no gate has seen it.
    Held(Vec<u8>),
    Passed(Passed),
}

/// An error tells whether a gate stood before what it came from.
pub(super) fn draft(
    engine: &Engine,
    render: &Render<'_>,
    may_wait: bool,
) -> Result<Made, (bool, io::Error)> {
    std::thread::scope(|scope| {
        let mut draft = Draft { engine, scope, may_wait, held: Vec::new(), gate: None };
        // A renderer writes a word at a time.
        let mut out = io::BufWriter::with_capacity(BUFFER, &mut draft);
        let made = render(&mut out).and_then(|()| out.flush());
        // What a failed one holds is not for the gate.
        let _unwritten = out.into_parts();
        match (draft.gate, made) {
            (Some(gate), Ok(())) => gate.finish().map(Made::Passed).map_err(|error| (true, error)),
            // What the gate said is why no more could be written.
            (Some(gate), Err(error)) => Err((true, gate.finish().err().unwrap_or(error))),
            (None, made) => made.map(|()| Made::Held(draft.held)).map_err(|error| (false, error)),
        }
    })
}

/// Bytes of a report that has passed which are held, before they wait in a file.
pub(super) const HELD: usize = 8 << 20;
/// Bytes of a report that is searched in one piece.
const SHORT: usize = 2 * BUFFER;
/// Pieces that wait for the gate.
const WAITING: usize = 4;

/// A report on its way: held while it is short.
struct Draft<'s, 'e> {
    engine: &'e Engine,
    scope: &'s std::thread::Scope<'s, 'e>,
    may_wait: bool,
    held: Vec<u8>,
    gate: Option<Searched<'s>>,
}

/// A gate that searches on a thread of its own, while more of the report is made.
struct Searched<'s> {
    pieces: SyncSender<Vec<u8>>,
    gate: ScopedJoinHandle<'s, io::Result<Passed>>,
}

impl<'s> Searched<'s> {
    fn new<'e>(scope: &'s std::thread::Scope<'s, 'e>, engine: &'e Engine, passed: Passed) -> Self {
        let (pieces, waiting) = std::sync::mpsc::sync_channel::<Vec<u8>>(WAITING);
        let gate = scope.spawn(move || {
            let mut gate = Gate::new(engine, passed);
            waiting.into_iter().try_for_each(|piece| gate.write_all(&piece))?;
            gate.finish()
        });
        Self { pieces, gate }
    }

    fn write(&mut self, piece: Vec<u8>) -> io::Result<()> {
        self.pieces.send(piece).map_err(|_| io::Error::other("the gate is shut"))
    }

    fn finish(self) -> io::Result<Passed> {
        drop(self.pieces);
        self.gate.join().unwrap_or_else(|_| Err(io::Error::other("the gate failed")))
    }
}

/// What has passed the gate of a long report.
pub(super) enum Passed {
    /// It waits to be written.
    Waits(SpooledTempFile),
    /// It was only looked at.
    Seen,
}

impl io::Write for Passed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Waits(file) => file.write(bytes),
            Self::Seen => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Write for Draft<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(gate) = &mut self.gate {
            gate.write(bytes.to_vec())?;
            return Ok(bytes.len());
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() > SHORT {
            let passed =
                if self.may_wait { Passed::Waits(tempfile::spooled_tempfile(HELD)) } else { Passed::Seen };
            let gate = self.gate.insert(Searched::new(self.scope, self.engine, passed));
            gate.write(std::mem::take(&mut self.held))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
