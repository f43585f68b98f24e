//! Comments in a configuration, blanked where they stand. Only what its name says can be one is: what follows a mark
//! of another language is no comment, and would hide there.

use std::borrow::Cow;

use super::syntax::marks;
use crate::collect::run::facts::Piece;

/// The comments of one file, line after line.
#[derive(Default)]
pub(super) struct Comments {
    /// Begins one that ends with its line.
    line: &'static [u8],
    /// Begin and end one that goes over several.
    block: Option<(&'static [u8], &'static [u8])>,
    open: bool,
}

impl Comments {
    pub fn of(piece: &Piece<'_>) -> Self {
        let (line, block) = marks(piece);
        Self { line, block, open: false }
    }

    /// A line with blanks for what is a comment.
    pub fn without<'l>(&mut self, line: &'l [u8]) -> Cow<'l, [u8]> {
        if !self.open && matches!(line.trim_ascii_start().first(), Some(b'#' | b';')) {
            return Cow::Borrowed(&[]);
        }
        let has = |mark: &[u8]| !mark.is_empty() && memchr::memmem::find(line, mark).is_some();
        let begins = self.block.is_some_and(|(begin, _)| has(begin));
        if !self.open && !begins && !has(self.line) {
            return Cow::Borrowed(line);
        }
        let mut text = line.to_vec();
        let (mut at, mut quote) = (0, None);
        while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
            let mut len = 1;
            if self.open {
                let end = self.block.filter(|(_, end)| rest.starts_with(end));
                self.open = end.is_none();
                len = end.map_or(1, |(_, end)| end.len());
                text.get_mut(at..at + len).unwrap_or_default().fill(b' ');
            } else if let Some((begin, _)) = self.block.filter(|(begin, _)| rest.starts_with(begin))
                && quote.is_none()
            {
                self.open = true;
                len = begin.len();
                text.get_mut(at..at + len).unwrap_or_default().fill(b' ');
            } else if !self.line.is_empty() && rest.starts_with(self.line) && quote.is_none() {
                text.truncate(at);
                break;
            } else if let Some(mark @ (b'"' | b'\'' | b'`')) = rest.first().copied() {
                // In quotes begins none; markup has apostrophes.
                quote = match quote {
                    None if self.line.is_empty() => None,
                    None => Some(mark),
                    Some(open) if open == mark => None,
                    open => open,
                };
            }
            at += len;
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn left(name: &str, text: &str) -> String {
        let piece = Piece::new(Path::new(name), "config");
        let mut comments = Comments::of(&piece);
        let lines = text.lines().map(|line| {
            let line = comments.without(line.as_bytes()).into_owned();
            String::from_utf8_lossy(&line).trim().to_owned()
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
        ] {
            assert_eq!(left(name, text), is_left, "{name}");
        }
    }
}
