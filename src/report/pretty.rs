//! JSON for readers: two spaces a level, as `serde_json` writes it, but a line's indentation in one piece.
//!
//! A report on ten thousand documents is a third spaces.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// A line's end, and the indentation of deep lines.
const LINE: [u8; 129] = {
    let mut line = [b' '; 129];
    line[0] = b'\n';
    line
};

/// Writes a value, without a line's end behind it.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let lines = Lines { depth: 0, empty: true };
    Ok(value.serialize(&mut Serializer::with_formatter(out, lines))?)
}

struct Lines {
    depth: usize,
    /// Whether nothing stands in the list or object that is written.
    empty: bool,
}

impl Lines {
    fn begin<W: Write + ?Sized>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        out.write_all(bracket)
    }

    fn end<W: Write + ?Sized>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.empty {
            self.line(out)?;
        }
        self.empty = false;
        out.write_all(bracket)
    }

    fn entry<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        self.empty = false;
        self.line(out)
    }

    fn line<W: Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let mut left = 2 * self.depth;
        let first = left.min(LINE.len() - 1);
        out.write_all(LINE.get(..=first).unwrap_or_default())?;
        left -= first;
        while left > 0 {
            let more = left.min(LINE.len() - 1);
            out.write_all(LINE.get(1..=more).unwrap_or_default())?;
            left -= more;
        }
        Ok(())
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn it_is_what_serde_json_writes() {
        let mut deep = json!({"end": []});
        for level in 0..100 {
            deep =
                json!([{"level": level, "list": [], "object": {}, "below": deep}, "\u{1b}é\"", null, -1.5]);
        }
        let values: [Value; 4] = [deep, json!([]), json!("x"), json!([[], {}, [1, [2]], {"a": {"b": 3}}])];
        for value in values {
            let mut written = Vec::new();
            write(&mut written, &value).expect("in memory");
            let expected = serde_json::to_string_pretty(&value).expect("in memory");
            assert_eq!(String::from_utf8(written).expect("text"), expected);
        }
    }
}
