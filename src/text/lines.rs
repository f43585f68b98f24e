//! From a byte offset to a line, and from bytes to a column.

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

/// On which line each byte of a text stands, whose bytes need not be held: four bytes a line. Only `\n` ends a line. No file of 4 GiB is read
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
    fn lines_end_at_newlines_only() {
        let text = "a\r\nül\u{fe0f}x\n".as_bytes();
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
