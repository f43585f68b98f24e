//! Records that go over several lines of a log: objects that a line opens and another closes.

use super::lines::{Block, Line};
use super::objects::closing;

/// Bytes of a record.
const LONGEST: usize = 8 << 20;
/// Bytes that may be looked through in vain for each byte of a log.
const TRIES: usize = 4;

/// An object that begins on a line and ends behind it.
pub(super) struct Spread<'b> {
    pub text: &'b [u8],
    /// Where in its first line it begins.
    pub start: usize,
    /// Of the first byte behind it, in the block.
    pub end: usize,
}

/// Finds such objects in one block.
pub(super) struct Finder<'b> {
    block: Block<'b>,
    /// Bytes that may still be looked through in vain.
    left: usize,
}

impl<'b> Finder<'b> {
    pub fn of(block: Block<'b>) -> Self {
        Self { block, left: block.bytes.len().saturating_mul(TRIES) }
    }

    /// The object that a line leaves open.
    pub fn opened_on(&mut self, line: &Line<'_>) -> Option<Spread<'b>> {
        let first = open_brace(line.bytes)?;
        let last = memchr::memrchr(b'{', line.bytes).filter(|last| *last != first);
        self.object(line, first).or_else(|| self.object(line, last?))
    }

    fn object(&mut self, line: &Line<'_>, start: usize) -> Option<Spread<'b>> {
        let at = usize::try_from(line.offset - self.block.offset).ok()? + start;
        let rest = self.block.bytes.get(at..)?;
        let rest = rest.get(..LONGEST.min(rest.len()).min(self.left))?;
        // What follows is no object of code.
        let inner = rest.get(1..)?.trim_ascii_start().first();
        if !matches!(inner, Some(b'"')) {
            return None;
        }
        match closing(rest) {
            Some(len) => Some(Spread { text: rest.get(..len)?, start, end: at + len }),
            None => {
                self.left -= rest.len();
                None
            }
        }
    }

    /// That an object was none, so that looking for it was in vain.
    pub fn in_vain(&mut self, spread: &Spread<'_>) {
        self.left = self.left.saturating_sub(spread.text.len());
    }
}

/// The first brace of a line that nothing on it closes.
fn open_brace(line: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let start = at + memchr::memchr(b'{', line.get(at..)?)?;
        match closing(line.get(start..)?) {
            Some(len) => at = start + len,
            None => return Some(start),
        }
    }
}
