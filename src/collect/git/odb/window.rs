//! What is new in an object that is a delta: the bytes put in and the seams between copies, each with
//! some of what stands around it, so that a search of these windows answers for the whole object
//! wherever its base was searched.

use super::delta::{Op, append};

/// How much of the surroundings belongs to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    /// Bytes at least.
    pub bytes: usize,
    /// Whole lines at least, beside the changed one.
    pub lines: usize,
    /// Bytes at most: a window ends at a line's end unless that is further away.
    pub most: usize,
}

/// An object as a delta tells it.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    pub ops: &'a [Op],
    pub base: &'a [u8],
    pub delta: &'a [u8],
}

/// The windows of one object, in order and apart from one another: ranges of the result.
#[derive(Default)]
pub struct Windows {
    pub ranges: Vec<(usize, usize)>,
    /// What is new, and where in this list the changes of each window begin.
    new: Vec<(usize, usize)>,
    firsts: Vec<usize>,
    spare: Vec<(usize, usize)>,
}

/// Changes that are no further apart are one.
const TOGETHER: usize = 64;

impl Windows {
    /// Windows of lines.
    pub fn of_lines(&mut self, told: Told<'_>, margin: Margin) {
        self.mark(told, TOGETHER.min(margin.bytes));
        self.widen(margin.bytes, |at| told.lines_before(at, margin), |at| told.lines_after(at, margin));
    }

    /// The changes in one window.
    pub fn new_in(&self, window: usize) -> &[(usize, usize)] {
        let first = self.firsts.get(window).copied().unwrap_or(self.new.len());
        let end = self.firsts.get(window + 1).copied().unwrap_or(self.new.len());
        self.new.get(first..end).unwrap_or_default()
    }

    /// Finds what is new; changes that are no further apart than `near` are one.
    fn mark(&mut self, told: Told<'_>, near: usize) {
        self.new.clear();
        let mut add = |start: usize, end: usize| match self.new.last_mut() {
            Some(last) if start <= last.1 + near => last.1 = end,
            _ => self.new.push((start, end)),
        };
        let mut copied_to = Some(0);
        for op in told.ops {
            if op.copied {
                if copied_to != Some(op.from) {
                    add(op.to, op.to);
                }
                copied_to = Some(op.from + op.len);
            } else {
                add(op.to, op.end());
                copied_to = None;
            }
        }
        if copied_to.is_some_and(|end| end != told.base.len()) {
            add(told.len(), told.len());
        }
    }

    /// Widens each change, and makes one window of those that meet or are no further apart than `near`.
    fn widen(&mut self, near: usize, before: impl Fn(usize) -> usize, after: impl Fn(usize) -> usize) {
        let mut wide: Vec<(usize, usize)> = std::mem::take(&mut self.spare);
        wide.clear();
        self.firsts.clear();
        let mut changes = self.new.iter().enumerate().peekable();
        while let Some((first, &(start, mut end))) = changes.next() {
            while let Some((_, next)) = changes.next_if(|(_, next)| next.0 <= end + near) {
                end = next.1;
            }
            let known = wide.last().map_or(0, |last| last.1);
            let high = after(end).max(known);
            let low = if start < known { known } else { before(start) };
            match wide.last_mut() {
                Some(last) if low <= known => last.1 = high,
                _ => {
                    wide.push((low, high));
                    self.firsts.push(first);
                }
            }
        }
        self.spare = std::mem::replace(&mut self.ranges, wide);
    }
}

impl<'a> Told<'a> {
    pub fn len(&self) -> usize {
        self.ops.last().map_or(0, Op::end)
    }

    /// Appends what is new, each with `margin` bytes of what is copied beside it, and `seam` where bytes that
    /// do not follow one another in the result would meet. Where one copy ends and another begins is new.
    pub fn gather_new(&self, margin: usize, seam: &[u8], out: &mut Vec<u8>) {
        let last = self.ops.len().saturating_sub(1);
        for (number, op) in self.ops.iter().enumerate() {
            if !op.copied {
                append(out, self.delta, op.from, op.len);
                continue;
            }
            let opens = number == 0 && op.from == 0;
            let closes = number == last && op.from + op.len == self.base.len();
            let (head, tail) = (if opens { 0 } else { margin }, if closes { 0 } else { margin });
            if head + tail + seam.len() >= op.len {
                append(out, self.base, op.from, op.len);
            } else {
                append(out, self.base, op.from, head);
                out.extend_from_slice(seam);
                append(out, self.base, op.from + op.len - tail, tail);
            }
        }
    }

    /// Appends a range of the result.
    pub fn gather(&self, range: (usize, usize), out: &mut Vec<u8>) {
        let first = self.ops.partition_point(|op| op.end() <= range.0);
        for op in self.ops.get(first..).unwrap_or_default() {
            if op.to >= range.1 {
                break;
            }
            out.extend_from_slice(self.part(op, range.0, range.1));
        }
    }

    /// The bytes of an instruction that lie in a range of the result.
    fn part(&self, op: &Op, low: usize, high: usize) -> &'a [u8] {
        let start = low.clamp(op.to, op.end()) - op.to;
        let end = high.clamp(op.to, op.end()) - op.to;
        op.bytes(self.base, self.delta).get(start..end.max(start)).unwrap_or_default()
    }

    /// The instructions that make the bytes before `at`, from the last.
    fn ops_before(&self, at: usize) -> impl Iterator<Item = &'a Op> {
        let count = self.ops.partition_point(|op| op.to < at);
        self.ops.get(..count).unwrap_or_default().iter().rev()
    }

    fn ops_after(&self, at: usize) -> impl Iterator<Item = &'a Op> {
        let first = self.ops.partition_point(|op| op.end() <= at);
        self.ops.get(first..).unwrap_or_default().iter()
    }

    fn lines_before(self, at: usize, margin: Margin) -> usize {
        let (from, floor) = (at.saturating_sub(margin.bytes), at.saturating_sub(margin.most));
        let mut left = margin.lines.saturating_sub(self.count_lines(from, at, margin.lines));
        for op in self.ops_before(from) {
            let low = floor.max(op.to);
            for line in memchr::memrchr_iter(b'\n', self.part(op, low, from)) {
                if left == 0 {
                    return low + line + 1;
                }
                left -= 1;
            }
            if op.to <= floor {
                break;
            }
        }
        floor
    }

    fn lines_after(self, at: usize, margin: Margin) -> usize {
        let most = at.saturating_add(margin.most).min(self.len());
        let from = at.saturating_add(margin.bytes).min(most);
        let mut left = margin.lines.saturating_sub(self.count_lines(at, from, margin.lines));
        for op in self.ops_after(from) {
            if op.to >= most {
                break;
            }
            let low = from.max(op.to);
            for line in memchr::memchr_iter(b'\n', self.part(op, low, most)) {
                if left == 0 {
                    return low + line + 1;
                }
                left -= 1;
            }
        }
        most
    }

    /// Line feeds in a range, where that is asked at all.
    fn count_lines(&self, low: usize, high: usize, wanted: usize) -> usize {
        if wanted == 0 {
            return 0;
        }
        let ops = self.ops_after(low).take_while(|op| op.to < high);
        ops.map(|op| memchr::memchr_iter(b'\n', self.part(op, low, high)).count()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &[u8] = b"one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

    fn copy(to: usize, from: usize, len: usize) -> Op {
        Op { to, from, len, copied: true }
    }

    fn texts(told: Told<'_>, windows: &Windows) -> Vec<String> {
        let mut found = Vec::new();
        for range in &windows.ranges {
            let mut out = Vec::new();
            told.gather(*range, &mut out);
            found.push(String::from_utf8(out).expect("text"));
        }
        found
    }

    #[test]
    fn a_window_holds_the_new_bytes_and_the_lines_beside() {
        let ops = [copy(0, 0, 16), Op { to: 16, from: 0, len: 3, copied: false }, copy(19, 16, 18)];
        let told = Told { ops: &ops, base: BASE, delta: b"NEW" };
        let mut windows = Windows::default();
        windows.of_lines(told, Margin { bytes: 1, lines: 1, most: 100 });
        assert_eq!(texts(told, &windows), ["three\nfoNEWur\nfive\n"]);
        windows.of_lines(told, Margin { bytes: 1, lines: 0, most: 100 });
        assert_eq!(texts(told, &windows), ["foNEWur\n"]);
        windows.of_lines(told, Margin { bytes: 2, lines: 0, most: 2 });
        assert_eq!(texts(told, &windows), ["foNEWur"]);
    }

    #[test]
    fn a_seam_between_copies_and_a_lost_end_are_new_too() {
        let ops = [copy(0, 0, 6), copy(6, 20, 6)];
        let told = Told { ops: &ops, base: BASE, delta: b"" };
        let mut windows = Windows::default();
        windows.of_lines(told, Margin { bytes: 2, lines: 0, most: 2 });
        assert_eq!(windows.ranges, [(4, 8), (10, 12)]);
    }

    fn new_in(ops: &[Op], margin: usize) -> String {
        let mut out = Vec::new();
        Told { ops, base: BASE, delta: b"NEW" }.gather_new(margin, b"|", &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn what_is_new_is_gathered_with_the_bytes_beside_it() {
        let put = |to| Op { to, from: 0, len: 3, copied: false };
        assert_eq!(new_in(&[copy(0, 0, 16), put(16), copy(19, 16, 18)], 2), "|foNEWur|");
        assert_eq!(new_in(&[copy(0, 0, 16), put(16), copy(19, 16, 4), put(23)], 2), "|foNEWur\nfNEW");
        assert_eq!(new_in(&[copy(0, 0, 6), copy(6, 20, 6)], 2), "|twiv|si");
        assert_eq!(new_in(&[copy(0, 4, 8), copy(8, 12, BASE.len() - 12)], 2), "tw|ree\n|");
        assert_eq!(new_in(&[put(0), copy(3, 0, BASE.len())], 3), "NEWone|");
        assert_eq!(new_in(&[copy(0, 0, 20), copy(20, 20, 4)], 2), "|\nfive\n");
    }

    #[test]
    fn an_object_that_is_its_base_has_no_window() {
        let ops = [copy(0, 0, 20), copy(20, 20, BASE.len() - 20)];
        let told = Told { ops: &ops, base: BASE, delta: b"" };
        let mut windows = Windows::default();
        windows.of_lines(told, Margin { bytes: 2, lines: 3, most: 100 });
        assert!(windows.ranges.is_empty());
    }
}
