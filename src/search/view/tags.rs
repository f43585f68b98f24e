//! Tags within a word taken away, as highlighters put them around each token.
//!
//! Only those that do not end a word: what stands in two cells or two lines of a list is two words.

use std::ops::Range;

use super::View;

/// Elements that stand within a line, and those that may break a word.
const INLINE: [&[u8]; 25] = [
    b"span", b"b", b"i", b"em", b"strong", b"code", b"a", b"font", b"mark", b"u", b"s", b"wbr", b"br",
    b"small", b"kbd", b"tt", b"var", b"samp", b"ins", b"del", b"tspan", b"bdi", b"bdo", b"cite", b"text",
];
/// The longest tag.
const LONGEST: usize = 240;

/// The length of the tag that a text begins with.
fn one(text: &[u8]) -> Option<usize> {
    let inside = text.strip_prefix(b"<")?;
    let name = inside.strip_prefix(b"/").unwrap_or(inside);
    if text.starts_with(b"<!--") {
        let comment = text.get(..LONGEST.min(text.len()))?;
        return memchr::memmem::find(comment, b"-->").map(|end| end + 3);
    }
    let len = name.iter().take(16).take_while(|b| b.is_ascii_alphabetic() || **b == b':').count();
    let (name, rest) = name.split_at_checked(len)?;
    let ends = matches!(rest.first(), Some(b' ' | b'>' | b'/' | b'\n'));
    let known = ends && (INLINE.iter().any(|known| known.eq_ignore_ascii_case(name)) || is_run(name));
    let end = text.iter().take(LONGEST).position(|b| *b == b'>').filter(|_| known)?;
    (!text.get(1..end)?.contains(&b'<')).then_some(end + 1)
}

/// Whether an element of a text processor's file stands within a paragraph: what it says of how the text looks does too.
fn is_run(name: &[u8]) -> bool {
    (name.starts_with(b"w:") || name.starts_with(b"a:"))
        && !matches!(name.get(2..), Some(b"p" | b"tc" | b"tr" | b"tbl" | b"body" | b"tab"))
}

/// The length of all tags that a text begins with.
pub fn all(text: &[u8]) -> usize {
    let mut len = 0;
    while let Some(tag) = text.get(len..).and_then(one) {
        len += tag;
    }
    len
}

/// The length of all tags that a text ends with.
pub fn all_before(text: &[u8]) -> usize {
    let mut end = text.len();
    while let Some(before) = text.get(..end).filter(|before| before.ends_with(b">")) {
        let near = end.saturating_sub(LONGEST);
        let Some(start) = before.get(near..).and_then(|near| memchr::memrchr(b'<', near)) else { break };
        if one(before.get(near + start..).unwrap_or_default()) != Some(end - near - start) {
            break;
        }
        end = near + start;
    }
    text.len() - end
}

/// The text without them.
pub fn removed(text: &[u8], range: Range<usize>) -> View {
    let mut view = View::of_length("entity", range.len());
    let mut done = range.start;
    let bytes = text.get(range.clone()).unwrap_or_default();
    for at in memchr::memchr_iter(b'<', bytes).map(|at| range.start + at) {
        if at >= done
            && let Some(len) = text.get(at..range.end).and_then(one)
        {
            view.copy(text, done..at);
            view.edit(at..at + len, b"", "entity");
            done = at + len;
        }
    }
    view.copy(text, done..range.end);
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_within_a_word_are_taken_away_and_no_others() {
        for (text, want) in [
            ("<span class=\"m\">100</span><span>.</span><span>7</span>", "100.7"),
            ("100.71.<b>203</b>.44", "100.71.203.44"),
            ("a<wbr>b<BR/>c<!-- d -->e", "abce"),
            (
                "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r></w:p><w:p>",
                "ab</w:p><w:p>",
            ),
            ("<li>a</li><li>b</li> a < b > c <x>", "<li>a</li><li>b</li> a < b > c <x>"),
        ] {
            assert_eq!(removed(text.as_bytes(), 0..text.len()).bytes, want.as_bytes(), "{text}");
        }
        assert_eq!(all(b"</b><i>x"), 7);
        assert_eq!(all_before(b"x</b><i class=''>"), 16);
    }
}
