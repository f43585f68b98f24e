//! Records that go over several lines of a log: the objects of JSON that begin on a line and end on another.
//!
//! They are found in one pass, however the text around them is cut off: a text of JSON ends on its own line, and a fault
//! in an object is one in all that is around it, so each byte is looked at twice at most.

use std::ops::Range;

use super::lines::Block;

/// Bytes of lines that are held back until it is known whether they are a record.
const LONGEST: usize = 8 << 20;
/// Values within one another that are read; the parser of records goes no deeper.
const DEEPEST: usize = 512;

/// What takes up several lines, by its bytes in the file.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Objects, none within another.
    pub whole: Vec<Range<u64>>,
    /// From where one begins up to what makes it none.
    pub broken: Vec<Range<u64>>,
}

/// What is open there.
struct Open {
    start: u64,
    /// Where its first line begins.
    line: u64,
    is_list: bool,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Behind a comma.
    Key,
    KeyOrEnd,
    Colon,
    Value,
    ValueOrEnd,
    CommaOrEnd,
}

/// Finds objects in the blocks of a file, one after the other.
#[derive(Default)]
pub(super) struct Finder {
    /// The outermost first.
    open: Vec<Open>,
    next: Option<Next>,
    /// Objects that are whole, within those that are open.
    inner: Vec<Range<u64>>,
    found: Found,
    /// Where the line begins.
    line: u64,
    /// Where the lines begin that are to be read together with the one that is open.
    first: u64,
    /// The line that something ended on which began before it.
    ended: Option<u64>,
}

impl Finder {
    /// Goes on with whole lines.
    pub fn feed(&mut self, block: Block<'_>) {
        let bytes = block.bytes;
        let (mut at, mut seen) = (0, 0);
        self.line = block.offset;
        // The text right before on the same line.
        let mut text = None;
        while let Some(byte) = bytes.get(at) {
            let Some(next) = self.next else {
                let Some(brace) = bytes.get(at..).and_then(|rest| memchr::memchr(b'{', rest)) else {
                    break;
                };
                at += brace;
                if let Some(newline) = bytes.get(seen..at).and_then(|rest| memchr::memrchr(b'\n', rest)) {
                    self.line = block.offset + (seen + newline) as u64 + 1;
                }
                if self.ended != Some(self.line) {
                    self.first = self.line;
                }
                self.begin(block.offset + at as u64, false);
                (at, text) = (at + 1, None);
                seen = at;
                continue;
            };
            let here = block.offset + at as u64;
            let len = match (byte, next) {
                (b' ' | b'\t' | b'\r', _) => {
                    at += 1;
                    continue;
                }
                (b'\n', _) => {
                    self.line = here + 1;
                    Some(1)
                }
                (b'"', Next::Key | Next::KeyOrEnd) => {
                    self.next = Some(Next::Colon);
                    text_len(bytes.get(at..).unwrap_or_default())
                }
                (b'"', Next::Value | Next::ValueOrEnd) => {
                    self.next = Some(Next::CommaOrEnd);
                    text_len(bytes.get(at..).unwrap_or_default())
                }
                (b':', Next::Colon) => {
                    self.next = Some(Next::Value);
                    Some(1)
                }
                (b',', Next::CommaOrEnd) => {
                    let in_list = self.open.last().is_some_and(|open| open.is_list);
                    self.next = Some(if in_list { Next::Value } else { Next::Key });
                    Some(1)
                }
                (b'{' | b'[', Next::Value | Next::ValueOrEnd) => {
                    self.begin(here, *byte == b'[').then_some(1)
                }
                (b'}', Next::KeyOrEnd | Next::CommaOrEnd) => self.end(here + 1, false).then_some(1),
                (b']', Next::ValueOrEnd | Next::CommaOrEnd) => self.end(here + 1, true).then_some(1),
                (_, Next::Value | Next::ValueOrEnd) => {
                    self.next = Some(Next::CommaOrEnd);
                    word_len(bytes.get(at..).unwrap_or_default())
                }
                _ => None,
            };
            match len {
                Some(len) => {
                    text = (*byte == b'"').then_some(at);
                    at += len;
                }
                None => {
                    self.give_up(here);
                    // What is taken for a text may begin with another's end.
                    at = text.take().map_or(at, |text| text + 1);
                }
            }
            seen = at;
        }
        if let Some(newline) = bytes.get(seen..).and_then(|rest| memchr::memrchr(b'\n', rest)) {
            self.line = block.offset + (seen + newline) as u64 + 1;
        }
    }

    /// Where the lines begin that can't be read before more of them is known.
    pub fn open_from(&self) -> Option<u64> {
        (!self.open.is_empty()).then_some(self.first)
    }

    /// Takes what is open for none, up to where its fault is. A brace without a key was none from the first.
    pub fn give_up(&mut self, at: u64) {
        if let Some(first) = self.open.first()
            && first.line != self.line
            && (self.open.len() > 1 || self.next != Some(Next::KeyOrEnd))
        {
            self.found.broken.push(first.start..at);
            self.ended = Some(self.line);
        }
        self.found.whole.append(&mut self.inner);
        self.open.clear();
        self.next = None;
    }

    /// What was found before `from`, where what is open may begin.
    pub fn take(&mut self, from: u64) -> Found {
        let before = |ranges: &mut Vec<Range<u64>>| {
            let later = ranges.split_off(ranges.partition_point(|range| range.start < from));
            std::mem::replace(ranges, later)
        };
        Found { whole: before(&mut self.found.whole), broken: before(&mut self.found.broken) }
    }

    /// Whether that is not too deep.
    fn begin(&mut self, start: u64, is_list: bool) -> bool {
        self.open.push(Open { start, line: self.line, is_list });
        self.next = Some(if is_list { Next::ValueOrEnd } else { Next::KeyOrEnd });
        self.open.len() <= DEEPEST
    }

    /// Whether it is one of these that ends.
    fn end(&mut self, end: u64, is_list: bool) -> bool {
        let Some(open) = self.open.pop_if(|open| open.is_list == is_list) else { return false };
        if !is_list && open.line != self.line {
            while self.inner.pop_if(|inner| inner.start > open.start).is_some() {}
            self.inner.push(open.start..end);
        }
        self.next = Some(Next::CommaOrEnd);
        if self.open.is_empty() {
            self.next = None;
            if !self.inner.is_empty() {
                self.ended = Some(self.line);
            }
            self.found.whole.append(&mut self.inner);
        }
        true
    }
}

/// Lines that wait for what ends the record that begins on them.
#[derive(Default)]
pub(super) struct Held {
    finder: Finder,
    bytes: Vec<u8>,
    /// Of the first byte, in the file.
    offset: u64,
    line: u64,
}

impl Held {
    /// Goes on with whole lines, and gives those that can be read, and what of them goes over several.
    pub fn block(&mut self, block: Block<'_>, mut read: impl FnMut(Block<'_>, &Found)) {
        self.finder.feed(block);
        let end = block.offset + block.bytes.len() as u64;
        let from = self.finder.open_from().unwrap_or(end);
        if self.bytes.is_empty() {
            let at = usize::try_from(from - block.offset).unwrap_or_default();
            let (ready, rest) = block.bytes.split_at(at.min(block.bytes.len()));
            read(Block { bytes: ready, ..block }, &self.finder.take(from));
            self.bytes.extend_from_slice(rest);
            (self.offset, self.line) = (from, block.line + newlines(ready));
        } else {
            self.bytes.extend_from_slice(block.bytes);
            self.give(from, &mut read);
        }
        if self.bytes.len() > LONGEST {
            self.end(read);
        }
    }

    /// What is still open ends nowhere.
    pub fn end(&mut self, mut read: impl FnMut(Block<'_>, &Found)) {
        let end = self.offset + self.bytes.len() as u64;
        self.finder.give_up(end);
        self.give(end, &mut read);
        self.finder = Finder::default();
    }

    /// Gives the lines before `from`.
    fn give(&mut self, from: u64, read: &mut impl FnMut(Block<'_>, &Found)) {
        let at = usize::try_from(from - self.offset).unwrap_or_default().min(self.bytes.len());
        if at == 0 {
            return;
        }
        let ready = self.bytes.get(..at).unwrap_or_default();
        read(Block { bytes: ready, offset: self.offset, line: self.line }, &self.finder.take(from));
        (self.offset, self.line) = (from, self.line + newlines(ready));
        self.bytes.drain(..at);
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// How long the text is that begins here, with its quotes; none where it does not end on its line.
fn text_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next >= b' ') => at += 2,
            byte if *byte < b' ' || *byte == b'\\' => return None,
            _ => at += 1,
        }
    }
}

/// How long the number is that begins here, or what else is written without quotes.
fn word_len(bytes: &[u8]) -> Option<usize> {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let len = bytes.iter().position(|byte| !inner(byte)).unwrap_or(bytes.len());
    let word = bytes.get(..len)?;
    let is_one =
        matches!(word, b"true" | b"false" | b"null") || matches!(word.first(), Some(b'-' | b'0'..=b'9'));
    is_one.then_some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: u64) -> usize {
        usize::try_from(offset).expect("in the text")
    }

    /// What a text is given as: the lines that come together, and what of it goes over several.
    fn found(text: &str, size: usize) -> (Vec<&str>, Vec<&str>) {
        let (mut held, mut whole, mut broken, mut read) = (Held::default(), vec![], vec![], 0);
        let mut take = |block: Block<'_>, found: &Found| {
            assert_eq!((block.offset, block.line), (read, 1 + newlines(&text.as_bytes()[..at(read)])));
            read += block.bytes.len() as u64;
            whole.extend(found.whole.iter().cloned());
            broken.extend(found.broken.iter().cloned());
            assert!(found.whole.iter().all(|range| range.start >= block.offset && range.end <= read));
        };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (mut offset, mut line) = (0, 1);
        for lines in lines.chunks(size) {
            let bytes = lines.concat();
            held.block(Block { bytes: bytes.as_bytes(), offset, line }, &mut take);
            offset += bytes.len() as u64;
            line += lines.len() as u64;
        }
        held.end(&mut take);
        assert_eq!(read, text.len() as u64);
        let texts = |ranges: Vec<Range<u64>>| {
            ranges.into_iter().map(|range| &text[at(range.start)..at(range.end)]).collect()
        };
        (texts(whole), texts(broken))
    }

    #[test]
    fn objects_that_go_over_several_lines_are_found_however_the_text_is_cut() {
        for (text, whole, broken) in [
            ("a\nx: {\n \"a\": [1, {}]\n} b\n", vec!["{\n \"a\": [1, {}]\n}"], vec![]),
            ("{\"a\": {\"b\": \"cut\n{\"c\":\n1}\n", vec!["{\"c\":\n1}"], vec![]),
            ("{\"a\": {\n{\"c\":\n1}}}\n", vec!["{\"c\":\n1}"], vec!["{\"a\": {\n"]),
            (
                "{\n\"a\": 1}, {\n}, {\n\"b\": {\n}",
                vec!["{\n\"a\": 1}", "{\n}", "{\n}"],
                vec!["{\n\"b\": {\n}"],
            ),
            ("{\"a\": \"x {\"b\":\n 1}\n", vec!["{\"b\":\n 1}"], vec![]),
            (
                "{\n\"a\": 1,\n}\n{\n\"a\": \"\\\"{\"\n}",
                vec!["{\n\"a\": \"\\\"{\"\n}"],
                vec!["{\n\"a\": 1,\n"],
            ),
            ("{\"a\": \"\\\n\"}\n{} {\"a\": tru}\n", vec![], vec![]),
        ] {
            for size in 1..8 {
                assert_eq!(found(text, size), (whole.clone(), broken.clone()), "{text}: {size}");
            }
        }
    }

    #[test]
    fn what_is_too_long_to_wait_for_is_read_and_what_follows_found() {
        let long = format!("{{\"a\": [\n{}", "1,\n".repeat(LONGEST / 3));
        let next = "{\"b\":\n1}\n";
        let (mut held, mut whole, mut broken) = (Held::default(), vec![], vec![]);
        let mut take = |_: Block<'_>, found: &Found| {
            whole.extend(found.whole.iter().cloned());
            broken.extend(found.broken.iter().cloned());
        };
        let end = long.len() as u64;
        held.block(Block::whole(long.as_bytes()), &mut take);
        held.block(
            Block { bytes: next.as_bytes(), offset: end, line: 1 + newlines(long.as_bytes()) },
            &mut take,
        );
        held.end(&mut take);
        let all = Range { start: end, end: end + next.trim_end().len() as u64 };
        assert_eq!((whole, broken), (vec![all], vec![Range { start: 0, end }]));
    }

    #[test]
    fn no_text_is_looked_at_more_often_than_twice() {
        let started = std::time::Instant::now();
        for part in ["{\"a\":\"{", "{\"a\":", "{\"\\\"{\"", "}, {\n\"a\": 1\n", "{\"{\"{\n", "{\n"] {
            let text = part.repeat(300_000);
            let mut held = Held::default();
            held.block(Block::whole(text.as_bytes()), |_, _| {});
            held.end(|_, _| {});
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
