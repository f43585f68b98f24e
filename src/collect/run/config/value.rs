//! What stands behind a key on its line: a value, in quotes or without, and what follows it.

/// A value, and the bytes of its line behind it that are no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told<'l> {
    pub value: &'l [u8],
    pub rest: &'l [u8],
    pub is_quoted: bool,
}

impl<'l> Told<'l> {
    /// Reads what follows a key and its mark. `in_words`: in a shell's line, where a blank ends a value.
    pub fn of(text: &'l [u8], in_words: bool) -> Self {
        let text = text.trim_ascii_start();
        if let Some(mark @ (b'"' | b'\'' | b'`')) = text.first().copied() {
            return match closing(text, mark) {
                Some(end) => Self {
                    value: text.get(1..end).unwrap_or_default(),
                    rest: text.get(end + 1..).unwrap_or_default(),
                    is_quoted: true,
                },
                // It goes on behind its line.
                None => Self { value: clean(text), rest: &[], is_quoted: true },
            };
        }
        let mut end = text.len();
        if in_words {
            end = word(text);
        } else if let Some(comment) = comment(text) {
            end = comment;
        }
        let (value, rest) = text.split_at(end);
        Self { value: ended(value), rest, is_quoted: false }
    }

    /// Whether nothing is told behind the value: a mark that ends it, a comment.
    pub fn is_all(&self) -> bool {
        says_nothing(self.rest)
    }
}

/// Whether a text is the end of what stands before it, or a comment.
pub(super) fn says_nothing(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let behind = match text.first() {
        Some(b',' | b';' | b'\\' | b')' | b']') => text.get(1..).unwrap_or_default().trim_ascii_start(),
        _ => text,
    };
    let is_comment =
        |text: &[u8]| [&b"#"[..], b"; ", b"//", b"-- ", b"/*"].iter().any(|mark| text.starts_with(mark));
    behind.is_empty() || is_comment(text) || is_comment(behind)
}

/// The quote that ends a text; one behind a backslash is a part of it.
fn closing(text: &[u8], mark: u8) -> Option<usize> {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        match *byte {
            b'\\' => at += 1,
            byte if byte == mark => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the first word ends; a blank within `${…}` or `$(…)` ends none.
fn word(text: &[u8]) -> usize {
    let mut open = 0_usize;
    let ends = |byte: &u8| {
        match byte {
            b'{' | b'(' => open += 1,
            b'}' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        open == 0 && byte.is_ascii_whitespace()
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// Where a comment begins that is one behind whatever value.
fn comment(text: &[u8]) -> Option<usize> {
    let begins = |at: &usize| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.starts_with(b"#") || rest.starts_with(b";") || rest.starts_with(b"// ") || rest == b"//"
    };
    memchr::memchr2_iter(b' ', b'\t', text).find(begins)
}

/// Without what ends a value on its line.
fn ended(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii_end();
    while let [rest @ .., b',' | b';' | b'\\'] = text {
        text = rest.trim_ascii_end();
    }
    text
}

/// Without the blanks, quotes and commas around it.
pub(super) fn clean(mut text: &[u8]) -> &[u8] {
    let odd = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b',' | b' ' | b'\t');
    while let [first, rest @ ..] = text
        && odd(first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && odd(last)
    {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_line_says() {
        for (text, in_words, value, is_all) in [
            (" \"a b\"  # c", false, "a b", true),
            (" 'a';", false, "a", true),
            (" \"a\\\"b\",", false, "a\\\"b", true),
            (" \"a\" + \"b\"", false, "a", false),
            (" a ; c", false, "a", true),
            (" a;", false, "a", true),
            (" a\t# c", false, "a", true),
            (" http://a#b // c", false, "http://a#b", true),
            ("a b c", false, "a b c", true),
            ("a b c", true, "a", false),
            ("a", true, "a", true),
            ("${A:-b c} d", true, "${A:-b c}", false),
            (" \"a", false, "a", true),
        ] {
            let told = Told::of(text.as_bytes(), in_words);
            assert_eq!((told.value, told.is_all()), (value.as_bytes(), is_all), "{text}");
        }
    }
}
