//! String leaves joined: what a program puts together when it runs, and what it was told in pieces.
//!
//! Three readings: quotation marks taken away; literals that stand beside one another; and records (a
//! line each, as streams of tokens and terminal recordings have, or elements of an array) whose leaves
//! are put together by their key path.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::View;

/// The form of strings that were joined.
pub const SEAM: &str = "concatenated";
/// Bytes of `+`, commas, brackets and space that may stand between two literals.
const BETWEEN: usize = 48;

pub fn joined(text: &[u8], range: Range<usize>) -> Vec<View> {
    let mut views = vec![unquoted(text, range.clone()), literals(text, range.clone(), false)];
    let lines = text.get(range.clone()).unwrap_or_default().split(|b| *b == b'\n');
    if lines.filter_map(|line| line.get(memchr::memchr(b'"', line)?..)).any(is_odd) {
        views.push(literals(text, range.clone(), true));
    }
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

/// Literals with nothing but operators between them, run by run. `later`: where a line has an odd number of marks, the
/// first closes what began elsewhere, or is somebody's own.
fn literals(text: &[u8], range: Range<usize>, later: bool) -> View {
    let mut view = View::new(SEAM);
    let mut last_end: Option<usize> = None;
    let mut at = range.start;
    let mut line_end = range.start;
    while let Some(rest) = text.get(at..range.end) {
        let Some(next) = memchr::memchr3(b'"', b'\'', b'`', rest) else { break };
        at += next;
        if later && at >= line_end {
            let line = text.get(at..range.end).unwrap_or_default();
            line_end = at + memchr::memchr(b'\n', line).unwrap_or(line.len());
            if is_odd(text.get(at..line_end).unwrap_or_default()) {
                at += 1;
                continue;
            }
        }
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

/// Whether a line that begins with a double mark has one too many.
fn is_odd(line: &[u8]) -> bool {
    let escaped = |at: &usize| at.checked_sub(1).and_then(|at| line.get(at)) == Some(&b'\\');
    let marks = memchr::memchr_iter(b'"', line).filter(|at| !escaped(at)).count();
    line.first() == Some(&b'"') && marks % 2 == 1
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

/// The leaves of records, put together by key path: of a line each, as streams have them, and of an array's elements.
/// Twice, where it matters whether the elements of an array are the pieces or each has pieces of its own.
pub fn records(text: &[u8], range: Range<usize>) -> Vec<View> {
    let (mut shared, mut apart) = (Groups::default(), Groups::default());
    leaves(text, range.clone(), |path, leaf| {
        shared.add(path.shared(), leaf.clone());
        apart.add(path.apart(), leaf);
    });
    let same = shared.groups.len() == apart.groups.len();
    let readings = if same { vec![shared] } else { vec![shared, apart] };
    readings.iter().map(|groups| groups.joined(text, range.end)).collect()
}

/// A record in a cell of CSV has its marks of quotation twice.
pub fn halved(text: &[u8]) -> Option<View> {
    memchr::memmem::find(text, b"{\"\"")?;
    let mut view = View::of_length("backslash", text.len());
    let mut done = 0;
    for at in memchr::memmem::find_iter(text, b"\"\"") {
        view.copy(text, done..at);
        view.edit(at..at + 2, b"\"", "backslash");
        done = at + 2;
    }
    view.copy(text, done..text.len());
    Some(view)
}

/// Leaves by the hash of their path, in order.
#[derive(Default)]
struct Groups {
    groups: Vec<Vec<Range<usize>>>,
    known: HashMap<u64, usize>,
}

impl Groups {
    fn add(&mut self, path: u64, leaf: Range<usize>) {
        let group = *self.known.entry(path).or_insert_with(|| {
            self.groups.push(Vec::new());
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(group) {
            group.push(leaf);
        }
    }

    fn joined(&self, text: &[u8], end: usize) -> View {
        let mut view = View::new(SEAM);
        for group in self.groups.iter().filter(|group| group.len() > 1) {
            for leaf in group {
                view.copy(text, leaf.clone());
            }
            view.edit(end..end, b"\n", SEAM);
        }
        view
    }
}

/// Where a leaf stands: for each open bracket whether its entries are counted, and the key or the number of the entry;
/// the first one is that of the line.
struct Path(Vec<(bool, u64)>);

/// Brackets in one another that are told apart.
const DEEPEST: usize = 64;

impl Path {
    fn set(&mut self, key: u64) {
        if let Some(last) = self.0.last_mut() {
            last.1 = key;
        }
    }

    fn count(&mut self) {
        if let Some((true, number)) = self.0.last_mut() {
            *number = number.wrapping_add(1);
        }
    }

    /// With the elements of an array as one: only of a leaf that stands in it itself it matters which one it is.
    fn shared(&self) -> u64 {
        let last = self.0.len().saturating_sub(1);
        let entry = |(at, (counted, entry)): (usize, &(bool, u64))| {
            let any = *counted && at < last && *entry < MOST;
            (*counted, if any { 0 } else { *entry })
        };
        let mut hasher = DefaultHasher::new();
        self.0.iter().enumerate().for_each(|it| entry(it).hash(&mut hasher));
        hasher.finish()
    }

    fn apart(&self) -> u64 {
        hashed(&self.0)
    }
}

/// A number of an entry is less than this, a key is not, but by chance.
const MOST: u64 = 1 << 32;

/// Every string that is no key, with its path, in JSON and in what Python prints. Broken text is read as far as it goes:
/// what begins at the edge of a line begins anew.
fn leaves(text: &[u8], range: Range<usize>, mut each: impl FnMut(&Path, Range<usize>)) {
    let mut path = Path(vec![(false, 0)]);
    let mut at = first_mark(text, range.clone());
    while at < range.end {
        let byte = |at: usize| text.get(at).copied().unwrap_or(b' ');
        match byte(at) {
            open @ (b'{' | b'[' | b'(') if path.0.len() < DEEPEST => path.0.push((open != b'{', 0)),
            b'}' | b']' | b')' if path.0.len() > 1 => {
                path.0.pop();
            }
            b',' => path.count(),
            b'=' if path.0.len() > 1 => path.set(hashed(word_before(text, at))),
            b'\n' if !matches!(byte(at + 1), b' ' | b'\t' | b'\r' | b'\n' | b'}' | b']' | b')') => {
                path.0.truncate(1);
                path.set(0);
            }
            quote @ (b'"' | b'\'')
                if quote == b'"' || opens_literal(text.get(..at).unwrap_or_default()) =>
            {
                let end = string_end(text, at + 1, range.end, quote);
                // A record may stand in a literal: then the literal is no leaf, but the record has some.
                let holds_record = |end: &usize| {
                    quote == b'\''
                        && path.0.len() == 1
                        && memchr::memmem::find(text.get(at..*end).unwrap_or_default(), b"{\"").is_some()
                };
                if let Some(end) = end.filter(|end| !holds_record(end)) {
                    let after = text.get(end + 1..range.end.min(end + 9)).unwrap_or_default();
                    let is_key = after.trim_ascii_start().first() == Some(&b':');
                    if is_key {
                        path.set(hashed(text.get(at + 1..end).unwrap_or_default()));
                    } else if path.0 != [(false, 0)] {
                        each(&path, at + 1..end);
                    }
                    at = end;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Where reading may begin: in the midst of a line nobody knows whether a mark opens a string or closes one, but that it
/// opens one behind a bracket.
fn first_mark(text: &[u8], range: Range<usize>) -> usize {
    let whole = range.start.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|b| *b == b'\n');
    if whole {
        return range.start;
    }
    let bytes = text.get(range.clone()).unwrap_or_default();
    let opens = |two: &[u8]| matches!(two, [b'{' | b'[', b'"' | b'\''] | [b'\n', _]);
    bytes.windows(2).position(opens).map_or(range.end, |at| range.start + at)
}

fn word_before(text: &[u8], at: usize) -> &[u8] {
    let before = text.get(..at).unwrap_or_default();
    let word =
        before.iter().rev().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    before.get(at - word..).unwrap_or_default()
}

/// Whether a single mark opens a literal: in a word it is an apostrophe.
fn opens_literal(before: &[u8]) -> bool {
    match before {
        [.., b, b'b' | b'r' | b'u' | b'f'] => !b.is_ascii_alphanumeric(),
        [.., b] => !b.is_ascii_alphanumeric(),
        [] => true,
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
            r#"key: "  x = "http://h." + "exam" + "ple:80""#,
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
        for (text, want) in [
            (&br#"x {"a":["b",{"c":"d"#[..], &[9..10][..]),
            (br#"it's {"a":"b'"}"#, &[11..13]),
            (b"{\"a\":[\n{\"b\":\"c\"", &[13..14]),
        ] {
            let mut seen = Vec::new();
            leaves(text, 0..text.len(), |_, leaf| seen.push(leaf));
            assert_eq!(seen, want, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn the_elements_of_an_array_are_pieces_of_one_text() {
        for text in [
            "[{\"type\":\"d\",\"delta\":{\"text\":\"http://h\"}},{\"type\":\"d\",\"delta\":{\"text\":\".exam\"}},{\"type\":\"d\",\"delta\":{\"text\":\"ple:80\"}}]",
            "{\n \"events\": [\n  {\n   \"name\": \"d\",\n   \"args\": {\n    \"delta\": \"http://h.ex\"\n   }\n  },\n  {\n   \"name\": \"d\",\n   \"args\": {\n    \"delta\": \"ample:80\"\n   }\n  }\n ]\n}",
            "[{\"output_type\":\"stream\",\"text\":[\"http://h.\"]},{\"output_type\":\"stream\",\"text\":[\"example:80\"]}]",
            "Chunk(id='c-1', choices=[Choice(delta=Delta(content='http://h.', role=None), index=0)], model='m')\nChunk(id='c-1', choices=[Choice(delta=Delta(content='example:80', role=None), index=0)], model='m')",
            "[{'delta': {'content': 'http://h.'}, 'id': 'x'}, {'delta': {'content': 'example:80'}, 'id': 'x'}]",
            "[[0.1, \"o\", \"http://h.ex\"],[0.2, \"o\", \"ample:80\"]]",
            "{\"c\":[{\"d\":\"http://h.\"},{\"d\":\"x\"}]}\n{\"c\":[{\"d\":\"example:80\"},{\"d\":\"y\"}]}",
        ] {
            let views = records(text.as_bytes(), 0..text.len());
            let found =
                views.iter().any(|view| view.bytes.windows(19).any(|w| w == b"http://h.example:80"));
            assert!(found, "{text}");
        }
    }
}
