//! String leaves joined: what a program puts together when it runs, and what it was told in pieces.
//!
//! Three readings: quotation marks taken away; literals that stand beside one another; and records
//! (a line of JSON each, as streams of tokens and terminal recordings have) whose leaves are put
//! together by their key path.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::View;
use super::join::lines;

const SEAM: &str = "concatenated";
/// Bytes of `+`, commas, brackets and space that may stand between two literals.
const BETWEEN: usize = 48;

pub fn joined(text: &[u8], range: Range<usize>) -> Vec<View> {
    vec![unquoted(text, range.clone()), literals(text, range.clone()), records(text, range)]
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

/// Where the literal that starts at `start` ends; a literal stays on its line.
fn string_end(text: &[u8], start: usize, limit: usize, quote: u8) -> Option<usize> {
    let mut at = start;
    while at < limit {
        match text.get(at)? {
            b'\\' => at += 2,
            b'\n' if quote != b'`' => return None,
            byte if *byte == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}

fn is_between(gap: &[u8]) -> bool {
    let operator = |b: &u8| b.is_ascii_whitespace() || b"+,.&~()[]{}\\|<>-;:bBfFrRuU".contains(b);
    gap.len() <= BETWEEN && gap.iter().all(operator)
}

/// The leaves of one record a line, put together by key path.
pub fn records(text: &[u8], range: Range<usize>) -> View {
    let mut groups: Vec<Vec<Range<usize>>> = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    for line in lines(text, range.clone()) {
        leaves(text, line, |path, leaf| {
            let group = *known.entry(path).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push(leaf);
            }
        });
    }
    let mut view = View::new(SEAM);
    for group in groups.iter().filter(|group| group.len() > 1) {
        for leaf in group {
            view.copy(text, leaf.clone());
        }
        view.edit(range.end..range.end, b"\n", SEAM);
    }
    view
}

/// Every string that is no key, with a number for its key path. Broken JSON is read as far as it goes.
fn leaves(text: &[u8], line: Range<usize>, mut each: impl FnMut(u64, Range<usize>)) {
    let bytes = text.get(line.clone()).unwrap_or_default();
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let Some(open) = memchr::memchr2(b'{', b'[', head) else { return };
    // One entry for each open bracket: whether it is an array, and the key or the index in it.
    let mut path: Vec<(bool, u64)> = Vec::new();
    let mut at = line.start + open;
    while at < line.end {
        match text.get(at).copied().unwrap_or_default() {
            open @ (b'{' | b'[') if path.len() < 64 => path.push((open == b'[', 0)),
            b'}' | b']' => {
                path.pop();
            }
            b',' => {
                if let Some((true, index)) = path.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                let Some(end) = string_end(text, at + 1, line.end, b'"') else { return };
                let after = text.get(end + 1..line.end).unwrap_or_default();
                if after.trim_ascii_start().first() == Some(&b':') {
                    let key = hashed(text.get(at + 1..end).unwrap_or_default());
                    if let Some(last) = path.last_mut() {
                        last.1 = key;
                    }
                } else {
                    each(hashed(&path), at + 1..end);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
}

fn hashed(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
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
            "data: {\"d\":{\"c\":\"http://h\"},\"i\":0}\n\ndata: {\"d\":{\"c\":\".exam\"},\"i\":1}\ndata: {\"d\":{\"c\":\"ple:80\"}}",
            "[0.1, \"o\", \"http://h.ex\"]\n[0.2, \"o\", \"ample\"]\n[0.3, \"o\", \":80\"]",
        ] {
            let views = joined(text.as_bytes(), 0..text.len());
            let found =
                views.iter().any(|view| view.bytes.windows(19).any(|w| w == b"http://h.example:80"));
            assert!(found, "{text}");
        }
    }

    #[test]
    fn broken_records_are_read_as_far_as_they_go() {
        let mut seen = Vec::new();
        let text = br#"x {"a":["b",{"c":"d"#;
        leaves(text, 0..text.len(), |_, leaf| seen.push(leaf));
        assert_eq!(seen, [9..10]);
    }
}
