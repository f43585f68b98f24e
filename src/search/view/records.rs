//! The leaves of records put together: a line each, as streams of tokens and terminal recordings have, or elements of
//! an array.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::View;

/// The form of strings that were joined.
pub const SEAM: &str = "concatenated";

/// The leaves of records, put together by key path: of a line each, as streams have them, and of an array's elements.
/// Twice, where it matters whether the elements of an array are the pieces or each has pieces of its own; and by the
/// numbers and the names that records have, where several texts come in turns.
pub fn records(text: &[u8], range: Range<usize>) -> Vec<View> {
    let (mut shared, mut apart) = (Groups::default(), Groups::default());
    let mut tellers = Tellers::default();
    leaves(text, range.clone(), &mut tellers, |path, leaf| {
        shared.add(path.shared(), leaf.clone());
        apart.add(path.apart(), leaf);
    });
    let same = shared.groups.len() == apart.groups.len();
    let mut readings = if same { vec![shared] } else { vec![shared, apart] };
    readings.extend(tellers.in_turns(text, range.clone()));
    readings.iter().map(|groups| groups.joined(text, range.end)).collect()
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

/// Where a leaf stands: the brackets that are open; the first of them is the line.
struct Path(Vec<Bracket>);

struct Bracket {
    /// Its entries are counted: it has no keys.
    counted: bool,
    /// The key or the number of the entry.
    entry: u64,
    /// Which one it is of all that were opened.
    number: usize,
}

/// Brackets in one another that are told apart.
const DEEPEST: usize = 64;

impl Path {
    fn set(&mut self, key: u64) {
        if let Some(last) = self.0.last_mut() {
            last.entry = key;
        }
    }

    fn count(&mut self) {
        if let Some(Bracket { counted: true, entry, .. }) = self.0.last_mut() {
            *entry = entry.wrapping_add(1);
        }
    }

    fn number(&self) -> usize {
        self.0.last().map_or(0, |bracket| bracket.number)
    }

    fn is_second(&self) -> bool {
        matches!(self.0.last(), Some(Bracket { counted: true, entry: 1, .. }))
    }

    fn is_outside(&self) -> bool {
        matches!(self.0.as_slice(), [Bracket { entry: 0, .. }])
    }

    /// With the elements of an array as one: only of a leaf that stands in it itself it matters which one it is.
    fn shared(&self) -> u64 {
        let last = self.0.len().saturating_sub(1);
        let entry = |(at, Bracket { counted, entry, .. }): (usize, &Bracket)| {
            let any = *counted && at < last && *entry < MOST;
            (*counted, if any { 0 } else { *entry })
        };
        let mut hasher = DefaultHasher::new();
        self.0.iter().enumerate().for_each(|it| entry(it).hash(&mut hasher));
        hasher.finish()
    }

    fn apart(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.iter().for_each(|bracket| (bracket.counted, bracket.entry).hash(&mut hasher));
        hasher.finish()
    }
}

/// What tells texts apart that come in turns: for each bracket that was opened the values of keys that count, as
/// `index`, and of keys that name, as `id`.
#[derive(Default)]
struct Tellers {
    brackets: Vec<[u64; 2]>,
    first: [u64; 2],
    differ: [bool; 2],
}

impl Tellers {
    fn open(&mut self) -> usize {
        self.brackets.push([0; 2]);
        self.brackets.len() - 1
    }

    /// Takes the value of a key that tells records apart.
    fn key(&mut self, bracket: usize, key: &[u8], value: &[u8]) {
        let kind = match key {
            b"i" | b"index" => 0,
            b"id" | b"run" | b"stream" => 1,
            _ if key.ends_with(b"_index") || key.ends_with(b"Index") => 0,
            _ if key.ends_with(b"_id") || key.ends_with(b"Id") => 1,
            _ => return,
        };
        let space = value.iter().take_while(|b| matches!(b, b' ' | b':' | b'=')).count();
        let value = value.get(space..).unwrap_or_default();
        let len =
            value.iter().take(80).take_while(|b| !matches!(b, b',' | b'}' | b')' | b']' | b'\n')).count();
        self.add(bracket, kind, hashed(value.get(..len).unwrap_or_default()));
    }

    fn add(&mut self, bracket: usize, kind: usize, value: u64) {
        if let Some(told) = self.brackets.get_mut(bracket) {
            told[kind] = value;
            if self.first[kind] == 0 {
                self.first[kind] = value;
            }
            self.differ[kind] |= self.first[kind] != value;
        }
    }

    /// The readings that these make possible. A key may stand behind the leaf that it tells of: all are read first.
    fn in_turns(&self, text: &[u8], range: Range<usize>) -> Vec<Groups> {
        let kinds: &[&[usize]] = match self.differ {
            [true, true] => &[&[0], &[0, 1]],
            [true, false] => &[&[0]],
            [false, true] => &[&[1]],
            [false, false] => return Vec::new(),
        };
        let mut readings: Vec<Groups> = kinds.iter().map(|_| Groups::default()).collect();
        leaves(text, range, &mut Self::default(), |path, leaf| {
            let shared = path.shared();
            for (groups, kinds) in readings.iter_mut().zip(kinds) {
                let mut hasher = DefaultHasher::new();
                shared.hash(&mut hasher);
                for told in path.0.iter().filter_map(|bracket| self.brackets.get(bracket.number)) {
                    kinds.iter().for_each(|kind| told[*kind].hash(&mut hasher));
                }
                groups.add(hasher.finish(), leaf.clone());
            }
        });
        readings
    }
}

/// A number of an entry is less than this, a key is not, but by chance.
const MOST: u64 = 1 << 32;

/// Every string that is no key, with its path, in JSON and in what Python prints. Broken text is read as far as it goes:
/// what begins at the edge of a line begins anew.
fn leaves(
    text: &[u8],
    range: Range<usize>,
    tellers: &mut Tellers,
    mut each: impl FnMut(&Path, Range<usize>),
) {
    let mut path = Path(vec![Bracket { counted: false, entry: 0, number: tellers.open() }]);
    let mut at = first_mark(text, range.clone());
    while at < range.end {
        let byte = |at: usize| text.get(at).copied().unwrap_or(b' ');
        match byte(at) {
            open @ (b'{' | b'[' | b'(') if path.0.len() < DEEPEST => {
                path.0.push(Bracket { counted: open != b'{', entry: 0, number: tellers.open() });
            }
            b'}' | b']' | b')' if path.0.len() > 1 => {
                path.0.pop();
            }
            b',' => path.count(),
            b'=' if path.0.len() > 1 => {
                let key = word_before(text, at);
                tellers.key(path.number(), key, text.get(at..range.end).unwrap_or_default());
                path.set(hashed(key));
            }
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
                    let string = text.get(at + 1..end).unwrap_or_default();
                    if is_key {
                        tellers.key(
                            path.number(),
                            string,
                            text.get(end + 1..range.end).unwrap_or_default(),
                        );
                        path.set(hashed(string));
                    } else if !path.is_outside() {
                        // A terminal's recording says in one character whether it was shown or typed.
                        if string.len() == 1 && path.is_second() {
                            tellers.add(path.number(), 0, hashed(string));
                        }
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

/// Where the literal that starts at `start` ends; a literal stays on its line.
pub fn string_end(text: &[u8], start: usize, limit: usize, quote: u8) -> Option<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_records_are_read_as_far_as_they_go() {
        for (text, want) in [
            (&br#"x {"a":["b",{"c":"d"#[..], &[9..10][..]),
            (br#"it's {"a":"b'"}"#, &[11..13]),
            (b"{\"a\":[\n{\"b\":\"c\"", &[13..14]),
        ] {
            let mut seen = Vec::new();
            leaves(text, 0..text.len(), &mut Tellers::default(), |_, leaf| seen.push(leaf));
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
            "{\"c\":[{\"delta\":{\"t\":\"http://h.\"},\"index\":0}]}\n{\"c\":[{\"delta\":{\"t\":\"no\"},\"index\":1}]}\n{\"c\":[{\"delta\":{\"t\":\"example:80\"},\"index\":0}]}",
            "{\"id\":\"a\",\"t\":\"http://h.\"}\n{\"id\":\"b\",\"t\":\"no\"}\n{\"id\":\"a\",\"t\":\"example:80\"}",
            "[0.1, \"o\", \"http://h.ex\"]\n[0.2, \"i\", \"no\"]\n[0.3, \"o\", \"ample:80\"]",
        ] {
            let views = records(text.as_bytes(), 0..text.len());
            let found =
                views.iter().any(|view| view.bytes.windows(19).any(|w| w == b"http://h.example:80"));
            assert!(found, "{text}");
        }
    }
}
