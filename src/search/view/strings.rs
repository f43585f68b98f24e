//! String leaves joined: what a program puts together when it runs, and what it was told in pieces.
//!
//! Quotation marks taken away; literals that stand beside one another; and the leaves of records.

use std::ops::Range;

use super::View;
use super::records::{SEAM, records, string_end};

/// Bytes of `+`, commas, brackets and space that may stand between two literals.
const BETWEEN: usize = 48;

pub fn joined(text: &[u8], range: Range<usize>) -> Vec<View> {
    let mut views =
        vec![unquoted(text, range.clone()), literals(text, range.clone()), closed(text, range.clone())];
    views.extend(records(text, range));
    views
}

/// `'http://'"100."'101…'`: the marks are gone.
fn unquoted(text: &[u8], range: Range<usize>) -> View {
    let mut view = View::of_length(SEAM, range.len());
    let mut done = range.start;
    let bytes = text.get(range.clone()).unwrap_or_default();
    for at in memchr::memchr3_iter(b'"', b'\'', b'`', bytes).map(|at| range.start + at) {
        view.copy(text, done..at);
        done = at + 1;
    }
    view.copy(text, done..range.end);
    view
}

/// Literals with nothing but operators between them, run by run.
fn literals(text: &[u8], range: Range<usize>) -> View {
    let mut view = View::new(SEAM);
    let mut last_end: Option<usize> = None;
    let mut at = range.start;
    while let Some(rest) = text.get(at..range.end) {
        let Some(next) = memchr::memchr3(b'"', b'\'', b'`', rest) else { break };
        at += next;
        let quote = text.get(at).copied().unwrap_or_default();
        let Some(end) = string_end(text, at + 1, range.end, quote) else {
            at += 1;
            continue;
        };
        if let Some(before) = last_end
            && !is_between(text.get(before..at).unwrap_or_default())
        {
            view.edit(at..at, b"\n", SEAM);
        }
        view.copy(text, at + 1..end);
        last_end = Some(end + 1);
        at = end + 1;
    }
    view
}

/// The text without what stands between two literals: their marks, and operators. Whether a mark opens or closes is
/// not asked: in a literal that holds others, or one that begins elsewhere, nobody can tell. Escaped marks are marks once
/// they are read.
fn closed(text: &[u8], range: Range<usize>) -> View {
    let mut view = View::new(SEAM);
    let mut done = range.start;
    let bytes = text.get(range.clone()).unwrap_or_default();
    let is_escaped = |at: &usize| at.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'\\');
    let marks = memchr::memchr3_iter(b'"', b'\'', b'`', bytes).map(|at| range.start + at);
    let mut marks = marks.filter(|at| !is_escaped(at)).peekable();
    while let Some(mark) = marks.next() {
        let Some(next) = marks.peek().copied() else { break };
        if is_between(text.get(mark + 1..next).unwrap_or_default()) {
            view.copy(text, done..mark);
            done = next + 1;
            marks.next();
        }
    }
    view.copy(text, done..range.end);
    view
}

fn is_between(gap: &[u8]) -> bool {
    let operator = |b: &u8| b.is_ascii_whitespace() || b"+,.&~()[]{}\\|<>-;:bBfFrRuU".contains(b);
    gap.len() <= BETWEEN && gap.iter().all(operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_together() {
        for text in [
            r#"url = "http://" + "h.exam" + "ple:80""#,
            "run('http://h.exam'\n    'ple:80')",
            r#"echo 'http://h.'"exam"ple:80"#,
            r#"x='"at http://" + "h.exam" + "ple:80" + ""' y"#,
            r#"key: "  x = "http://h." + "exam" + "ple:80""#,
            r#"{"k": "u = "http://h.e" + "xampl" + "e:80";"}"#,
            "data: {\"d\":{\"c\":\"http://h\"},\"i\":0}\n\ndata: {\"d\":{\"c\":\".exam\"},\"i\":1}\ndata: {\"d\":{\"c\":\"ple:80\"}}",
            "[0.1, \"o\", \"http://h.ex\"]\n[0.2, \"o\", \"ample\"]\n[0.3, \"o\", \":80\"]",
        ] {
            let views = joined(text.as_bytes(), 0..text.len());
            let found =
                views.iter().any(|view| view.bytes.windows(19).any(|w| w == b"http://h.example:80"));
            assert!(found, "{text}");
        }
    }
}
