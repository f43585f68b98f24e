//! Comments in a configuration, blanked where they stand. Only what its name says can be one is: what follows a mark
//! of another language is no comment, and would hide there.
//!
//! A comment that does not end hides nothing. One that may as well begin in a text (`dist/*`, `<!--` in quotes) is
//! taken for one, but what of a model stands in it is told as not understood.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::syntax::{first_marks, marks};
use crate::collect::run::facts::Piece;

/// The comments of one file, line after line.
pub(super) struct Comments {
    /// Begin a comment where they begin a line.
    first: &'static [u8],
    /// Begins one that ends with its line.
    line: &'static [u8],
    /// Those that have an end of their own, and whether each is surely one.
    blocks: Vec<(Range<usize>, bool)>,
    /// Where lines begin in a text that goes over several.
    within: Vec<usize>,
}

/// What is left of a line without its comments.
pub(super) struct Uncommented<'l> {
    pub text: Cow<'l, [u8]>,
    /// What may be a comment, or not.
    pub doubtful: Vec<&'l [u8]>,
}

impl Comments {
    pub fn of(piece: &Piece<'_>, bytes: &[u8]) -> Self {
        let (line, block) = marks(piece);
        let (blocks, within) = block.map(|marks| blocks(bytes, line, marks)).unwrap_or_default();
        Self { first: first_marks(piece), line, blocks, within }
    }

    /// A line, which begins at `start`, with blanks for what is a comment.
    pub fn without<'l>(&self, line: &'l [u8], start: usize) -> Uncommented<'l> {
        let mut left = Uncommented { text: Cow::Borrowed(line), doubtful: Vec::new() };
        let end = start + line.len();
        let before = self.blocks.partition_point(|(range, _)| range.end <= start);
        let blocks = self.blocks.iter().skip(before).take_while(|(range, _)| range.start < end);
        for (range, is_sure) in blocks {
            let own = range.start.max(start) - start..range.end.min(end) - start;
            left.text.to_mut().get_mut(own.clone()).unwrap_or_default().fill(b' ');
            if !is_sure {
                left.doubtful.extend(line.get(own));
            }
        }
        let first = left.text.trim_ascii_start().first();
        if first.is_some_and(|first| self.first.contains(first)) {
            left.text = Cow::Borrowed(&[]);
        } else if let Some(at) = self.begins(&left.text, start) {
            // A flag may stand behind what is no mark there.
            if self.line == b"--" && line.get(at + 2).is_some_and(u8::is_ascii_alphabetic) {
                left.doubtful.extend(line.get(at..));
            }
            left.text.to_mut().truncate(at);
        }
        left
    }

    /// Where a comment begins that ends with its line: in no quotes, and in no address.
    fn begins(&self, line: &[u8], start: usize) -> Option<usize> {
        if self.line.is_empty() {
            return None;
        }
        let mut quote = self.within.binary_search(&start).is_ok().then_some(b'`');
        for (at, byte) in line.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| line.get(before));
            let is_mark = line.get(at..).is_some_and(|rest| rest.starts_with(self.line));
            if is_mark && quote.is_none() && !before.is_some_and(|before| b":[".contains(before)) {
                return Some(at);
            }
            quote = next_quote(quote, *byte);
        }
        None
    }
}

/// The quote that is open behind a byte.
fn next_quote(open: Option<u8>, byte: u8) -> Option<u8> {
    match (open, byte) {
        (None, b'"' | b'\'' | b'`') => Some(byte),
        (Some(mark), byte) if mark == byte => None,
        // No other goes on behind its line.
        (Some(b'"' | b'\''), b'\n') => None,
        (open, _) => open,
    }
}

/// The comments that have an end, and whether each begins where only a comment can, and holds no other beginning; and
/// where lines begin in a text.
fn blocks(
    bytes: &[u8],
    line: &[u8],
    (begin, end): (&[u8], &[u8]),
) -> (Vec<(Range<usize>, bool)>, Vec<usize>) {
    let (mut found, mut within) = (Vec::new(), Vec::new());
    let mut may_begin = true;
    let has_quotes = !line.is_empty();
    let (mut at, mut quote, mut in_line) = (0, None, false);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let begins = may_begin && quote.is_none() && !in_line && rest.starts_with(begin);
        let inner = at + begin.len();
        let len = if begins { bytes.get(inner..).and_then(|rest| memmem::find(rest, end)) } else { None };
        // What has no end is none, and neither is any behind it.
        may_begin &= !begins || len.is_some();
        if let Some(len) = len {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let is_alone =
                before.is_none_or(|byte| byte.is_ascii_whitespace() || b">;,(){}".contains(byte));
            let is_nested =
                bytes.get(inner..inner + len).is_some_and(|text| memmem::find(text, begin).is_some());
            found.push((at..inner + len + end.len(), is_alone && !is_nested));
            at = inner + len + end.len();
            continue;
        }
        let byte = rest.first().copied().unwrap_or_default();
        if has_quotes {
            let is_address = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b':');
            in_line =
                byte != b'\n' && (in_line || (quote.is_none() && rest.starts_with(line) && !is_address));
            quote = if in_line { None } else { next_quote(quote, byte) };
            if byte == b'\n' && quote.is_some() {
                within.push(at + 1);
            }
        }
        at += 1;
    }
    (found, within)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn left(name: &str, text: &str) -> String {
        let piece = Piece::new(Path::new(name), "config");
        let comments = Comments::of(&piece, text.as_bytes());
        let lines = text.lines().map(|line| {
            let start = line.as_ptr().addr() - text.as_ptr().addr();
            let left = comments.without(line.as_bytes(), start);
            let doubtful = if left.doubtful.is_empty() { "" } else { "?" };
            String::from_utf8_lossy(&left.text).trim().to_owned() + doubtful
        });
        lines.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_comment_is_what_its_file_has_for_one() {
        for (name, text, is_left) in [
            ("a.js", "x // model\ny /* a\nb */ z\n'http://x' // y", "x|y|z|'http://x'"),
            ("a.xml", "<a/><!-- model\nb --><c/>", "<a/>|<c/>"),
            ("a.lua", "-- model\nx = 1 -- y", "|x = 1"),
            ("a.txt", "/* x\n// y\n--model x\n# z\n ; z", "/* x|// y|--model x||"),
            ("a.conf", "glob = src/**/*.rs", "glob = src/**/*.rs"),
            ("a.h", "#define X\n; y", "#define X|; y"),
            ("a.md", "# x\n`<!--`\ny", "# x|`<!--`|y"),
            ("a.md", "`<!--`\ny\n`-->`", "`?|?|`?"),
            ("a.sh", "# x\n; y", "|; y"),
            ("a.js", "x = `\n d/*\n`; // y\nz", "x = `|d/*|`;|z"),
            ("a.hcl", "x = <<E\nd/*\nE\ny", "x = <<E|d/*|E|y"),
            ("a.hcl", "d/*\ny\n/* z */ x", "d?|?|x?"),
            ("a.js", "x: 1, /* a */ y // http://z", "x: 1,         y"),
            ("a.tf", "http://x y", "http://x y"),
            ("a.ts", "x = `\n // y\n`", "x = `|// y|`"),
            ("a.lua", "x = [[--model y]]\n--model y", "x = [[--model y]]|?"),
        ] {
            assert_eq!(left(name, text), is_left, "{name}");
        }
    }
}
