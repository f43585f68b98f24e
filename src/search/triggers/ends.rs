//! Ends of lines that are written: in a string, in a string of a string, in a query, as a character's number.

/// How long the end of a line is that is written here, however many of them stand together.
pub fn written(text: &[u8]) -> Option<usize> {
    let mut len = 0;
    while let Some(end) = one(text.get(len..).unwrap_or_default()) {
        len += end;
    }
    (len > 0).then_some(len)
}

fn one(text: &[u8]) -> Option<usize> {
    // Each string around it doubles the backslashes.
    let slashes = text.iter().take_while(|b| **b == b'\\').count();
    let folded = |len: usize| text.get(slashes..slashes + len).map(<[u8]>::to_ascii_lowercase);
    let ends: &[&[u8]] = if slashes > 0 {
        &[b"n", b"r", b"u000a", b"u000d", b"x0a", b"x0d"]
    } else {
        &[b"%0a", b"%0d", b"%250a", b"%250d", b"&#10;", b"&#13;", b"&#xa;", b"&#xd;"]
    };
    let end = ends.iter().find(|end| folded(end.len()).is_some_and(|text| text == **end))?;
    Some(slashes + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_lines_are_told_in_every_writing() {
        for (text, len) in [
            ("\\n", 2),
            ("\\r\\n next", 4),
            ("\\\\\\n", 4),
            ("\\u000a", 6),
            ("%0D%0Anext", 6),
            ("&#10;", 5),
        ] {
            assert_eq!(written(text.as_bytes()), Some(len), "{text}");
        }
        for text in ["n", "\\t", "\\", "%20", "&amp;", "\n", ""] {
            assert_eq!(written(text.as_bytes()), None, "{text:?}");
        }
    }
}
