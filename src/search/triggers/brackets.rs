//! What opening brackets begin: lists of numbers, and records that fill a line.

use std::ops::Range;

use super::Pass;
use crate::search::decode::list;

impl Pass<'_> {
    /// Looks at the brackets of a block.
    pub fn brackets(&mut self, start: usize, mut opens: u64) {
        while opens != 0 {
            let at = start + opens.trailing_zeros() as usize;
            opens &= opens - 1;
            if let Some(first) = self.list_in(at).filter(|_| self.is_new(at..at + 2 * list::LIST)) {
                self.triggers.lists.push(first);
            }
            self.bracket_of_record(at);
        }
    }

    /// Where the first number stands of a list that this bracket opens, perhaps in a line of its own.
    #[inline]
    fn list_in(&self, at: usize) -> Option<usize> {
        let (bracket, rest) = self.text.get(at..)?.split_first()?;
        let gap = match rest.first()? {
            b'0'..=b'9' => 0,
            b'\n' | b'\r' | b' ' => rest.iter().take(40).take_while(|b| b.is_ascii_whitespace()).count(),
            _ => return None,
        };
        (*bracket == b'[' && list::begins_after_bracket(self.text, at + 1 + gap)).then_some(at + 1 + gap)
    }

    #[inline]
    fn bracket_of_record(&mut self, at: usize) {
        let opens = matches!(self.text.get(at..at + 2), Some([b'[', b'0'..=b'9'] | [_, b'"']));
        if opens && !self.triggers.records && begins_line(self.text.get(..at).unwrap_or_default()) {
            self.record(at);
        }
    }

    /// Whether the lines that a range touches, and the ones beside them, have records: where one of them does, all are
    /// looked at.
    pub fn records_near(&mut self, range: Range<usize>) {
        let before = self.text.get(..range.start).unwrap_or_default();
        let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let rest = self.text.get(line..).unwrap_or_default();
        let event = rest.split(|b| *b == b'\n').next().unwrap_or_default();
        let is_event = memchr::memmem::find(event, b"data:").is_some();
        if self.last_record.take().is_none()
            && !is_event
            && !matches!(rest.trim_ascii_start(), [b'{' | b'[', ..])
        {
            return;
        }
        let start = memchr::memrchr_iter(b'\n', before).nth(1).map_or(0, |at| at + 1);
        let after = self.text.get(range.end..).unwrap_or_default();
        let end = memchr::memchr_iter(b'\n', after).nth(1).map_or(self.text.len(), |at| range.end + at);
        let lines = self.text.get(start..end).unwrap_or_default();
        for at in memchr::memchr2_iter(b'{', b'[', lines) {
            self.bracket_of_record(start + at);
        }
        self.last_record = None;
    }

    /// A line begins with a record here.
    fn record(&mut self, at: usize) {
        if let Some(last) = self.last_record.replace(at) {
            let mut lines = self.text.get(last..at).unwrap_or_default().split(|b| *b == b'\n').skip(1);
            let empty = |line: &[u8]| {
                line.starts_with(b"event:")
                    || line.starts_with(b"id:")
                    || line.trim_ascii().is_empty()
                    || line.trim_ascii_end().ends_with(b"data:")
            };
            self.triggers.records = lines.all(empty);
        }
    }
}

/// Whether nothing stands on a line so far; or the mark of an event's data does, behind whatever the log puts there.
fn begins_line(before: &[u8]) -> bool {
    if before.last().is_some_and(|b| !b.is_ascii_whitespace() && *b != b':') {
        return false;
    }
    let space = before.iter().rev().take_while(|b| **b != b'\n' && b.is_ascii_whitespace()).count();
    let before = before.get(..before.len() - space).unwrap_or_default();
    before.last().is_none_or(|b| *b == b'\n') || before.ends_with(b"data:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;
    use crate::search::Engine;
    use crate::search::layer::Seams;

    fn triggers(text: &str) -> (bool, Vec<usize>) {
        let engine = Engine::new(&Endpoints::none());
        let (matcher, pairs) = (&engine.compiled.matcher, &engine.compiled.pairs);
        let pass = Pass::over(matcher, pairs, text.as_bytes(), 0..text.len(), (0, 0), Seams::NONE);
        (pass.triggers.records, pass.triggers.lists)
    }

    #[test]
    fn records_are_lines_after_one_another() {
        for text in [
            "{\"a\":1}\n{\"b\":2}\n",
            "x\n  {\"a\":1}\n\n\t{\"b\":2}",
            "[0.1, \"o\"]\r\n[0.2, \"p\"]",
            "event: a\ndata: {\"a\":1}\n\nevent: b\nid: 7\ndata: {\"b\":2}\n",
            "{\"a\":1}\nx\n{\"b\":2}\n[\"c\"]\n",
            "10:00 DEBUG sse data: {\"a\":1}\n10:01 DEBUG sse data: {\"b\":2}\n",
            "b'data: {\"a\":1}\\n\\ndata: {\"b\":2}'",
        ] {
            assert!(triggers(text).0, "{text}");
        }
        for text in [
            "{\"a\":1}\nx\n{\"b\":2}\n",
            "x {\"a\":1}\ny {\"b\":2}",
            "{\n  \"a\": 1\n}\n",
            "{\"a\": {\"b\": 1}}",
        ] {
            assert!(!triggers(text).0, "{text}");
        }
    }

    #[test]
    fn lists_begin_with_two_numbers() {
        assert_eq!(triggers("a [31, 139, 8] b[12] [x] [\"7\"] [1,2]").1, [3, 32]);
    }
}
