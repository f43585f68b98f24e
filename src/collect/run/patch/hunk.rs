//! The hunks of a unified diff: how long each is, and whether it changes anything.

use std::hash::{DefaultHasher, Hasher};

/// What a hunk takes away and what it puts there. Where both are the same, it changes nothing.
#[derive(Default)]
pub(super) struct Sides {
    old: Side,
    new: Side,
    /// Of the last line: whether it stood on the old side, and on the new one.
    last: (bool, bool),
}

#[derive(Default)]
struct Side {
    lines: u64,
    hash: DefaultHasher,
}

impl Side {
    fn add(&mut self, bytes: &[u8]) {
        self.lines += 1;
        self.hash.write(bytes);
        self.hash.write_u8(b'\n');
    }
}

impl Sides {
    pub fn take(&mut self, line: &[u8]) {
        self.old.add(line.get(1..).unwrap_or_default());
        self.last = (true, false);
    }

    pub fn put(&mut self, line: &[u8]) {
        self.new.add(line.get(1..).unwrap_or_default());
        self.last = (false, true);
    }

    /// A line that stays: what is taken on its one side and put on its other is a change.
    pub fn keep(&mut self) {
        for side in [&mut self.old, &mut self.new] {
            side.hash.write(b" \n");
        }
        self.last = (true, true);
    }

    /// `\ No newline at end of file`: of the last line.
    pub fn mark(&mut self) {
        if self.last.0 {
            self.old.hash.write(b"\\");
        }
        if self.last.1 {
            self.new.hash.write(b"\\");
        }
    }

    pub fn differ(&self) -> bool {
        (self.old.lines, self.old.hash.finish()) != (self.new.lines, self.new.hash.finish())
    }
}

/// Whether a line right behind a hunk looks like one more of it: the hunk says that it is shorter than it is. The next
/// file's header, and a mail's signature, begin like one too.
pub(super) fn is_of_a_hunk(line: &[u8]) -> bool {
    let headers: [&[u8]; 3] = [b"--- ", b"+++ ", b"-- "];
    matches!(line.first(), Some(b'+' | b'-' | b' '))
        && line != b"--"
        && !headers.iter().any(|header| line.starts_with(header))
}

/// Whether a line between hunks stands for a change that has none.
pub(super) fn is_a_change(line: &[u8]) -> bool {
    let begins: [&[u8]; 9] = [
        b"new file mode ",
        b"deleted file mode ",
        b"new mode ",
        b"rename to ",
        b"copy to ",
        b"GIT binary patch",
        // Other forms of diffs, whose lines are not counted.
        b"@@@ ",
        b"***************",
        b"Property changes on: ",
    ];
    begins.iter().any(|begin| line.starts_with(begin))
}

/// `-1,3 +1,4 @@`: lines of the old and of the new side.
pub(super) fn hunk_sizes(rest: &[u8]) -> Option<(u64, u64)> {
    let text = std::str::from_utf8(rest.get(..rest.len().min(80))?)
        .or_else(|error| std::str::from_utf8(rest.get(..error.valid_up_to()).unwrap_or_default()));
    let mut words = text.ok()?.split(' ');
    let size = |word: Option<&str>, sign: char| -> Option<u64> {
        let range = word?.strip_prefix(sign)?;
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        start.parse::<u64>().ok().and(count.parse().ok())
    };
    Some((size(words.next(), '-')?, size(words.next(), '+')?))
}
