//! From a byte offset to a line and a column, and back.

use super::Span;

/// A place for a reader: line and column count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub line: u64,
    pub column: u64,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// Where each line of a buffer begins. Only `\n` ends a line: a `\r` before it belongs to the line.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
        Self { starts }
    }

    /// The position of `offset` in the bytes that this index was made from; an offset past the end
    /// is the end's.
    #[must_use]
    pub fn position(&self, bytes: &[u8], offset: u64) -> Position {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let before = bytes.get(self.starts[line - 1]..offset).unwrap_or_default();
        Position { line: line as u64, column: characters(before) + 1 }
    }

    /// The bytes of a line (from 1), without its line break; `None` past the last line.
    #[must_use]
    pub fn line(&self, bytes: &[u8], line: u64) -> Option<Span> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let mut end = self.starts.get(index + 1).map_or(bytes.len(), |next| next - 1);
        if end > start && bytes.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        Some(Span::of(start..end))
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.starts.len() as u64
    }
}

/// On which line each byte of a file stands whose bytes are not held: four bytes a line. No file of 4 GiB is read
/// whole; what would stand behind that is told of the last line before it.
#[derive(Debug, Clone, Default)]
pub struct LineStarts(Box<[u32]>);

impl LineStarts {
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let starts = memchr::memchr_iter(b'\n', bytes).map_while(|at| u32::try_from(at + 1).ok());
        Self(std::iter::once(0).chain(starts).collect())
    }

    /// The line (from 1) of an offset, and the offset at which that line begins.
    #[must_use]
    pub fn line(&self, offset: u64) -> (u64, u64) {
        let line = self.0.partition_point(|start| u64::from(*start) <= offset).max(1);
        (line as u64, self.0.get(line - 1).map_or(0, |start| u64::from(*start)))
    }
}

/// How many characters these bytes show; each run of invalid UTF-8 counts as the replacement
/// characters that a reader would see.
#[must_use]
pub fn characters(bytes: &[u8]) -> u64 {
    bytes
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() as u64 + u64::from(!chunk.invalid().is_empty()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_at_newlines_only() {
        let text = "a\r\nül\u{fe0f}x\n".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 5), Position { line: 2, column: 2 });
        assert_eq!(index.position(text, 999), Position { line: 3, column: 1 });
        assert_eq!(index.line(text, 1), Some(Span::new(0, 1)));
        assert_eq!(index.line(text, 4), None);
        let starts = LineStarts::new(text);
        for (offset, line) in [(0, (1, 0)), (2, (1, 0)), (3, (2, 3)), (5, (2, 3)), (999, (3, 11))] {
            assert_eq!(starts.line(offset), line);
        }
    }

    #[test]
    fn invalid_bytes_are_one_character_each_run() {
        assert_eq!(characters(b"a\xffb"), 3);
        assert_eq!(characters(b""), 0);
    }
}
