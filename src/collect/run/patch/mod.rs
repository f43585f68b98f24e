//! The patch: the files that a unified diff names, and whether it changes anything.

mod hunk;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use self::hunk::{Sides, hunk_sizes, is_a_change, is_of_a_hunk};
use self::names::{both_names, header_name, told, unquoted};
use super::facts::{Facts, Piece};
use super::lines::{Block, Line, Sink};
use super::targets;
use crate::evidence::Node;
use crate::text::{Place, Span};

/// Different files that are kept.
const KEPT: usize = 100_000;

#[derive(Default)]
pub(super) struct PatchFiles {
    /// By name: where it is first named.
    files: BTreeMap<String, Option<Place>>,
    /// What a file was called before it was moved, and the files that some header names as themselves.
    moved: BTreeSet<String>,
    stayed: BTreeSet<String>,
    /// Lines of the current hunk that are still to come: old side, new side.
    hunk: (u64, u64),
    /// What the current hunk takes away and puts there.
    sides: Sides,
    /// The last line was a hunk's last one.
    hunk_ended: bool,
    /// Hunks that change something, and changes of other kinds: of a mode or a name, of a file that is no text.
    pub changes: u64,
    /// The first line that stands in a hunk, or right behind one, and is no line of it.
    broken: Option<u64>,
    /// The header of the current file has named files itself.
    named: bool,
    pending: Option<(String, String, Place)>,
    cut: bool,
}

pub(super) struct PatchSink<'s, 'p, 'c> {
    pub facts: &'s mut Facts<'c>,
    pub piece: &'s mut Piece<'p>,
    pub files: &'s mut PatchFiles,
}

impl Sink for PatchSink<'_, '_, '_> {
    fn block(&mut self, block: Block<'_>) {
        for line in block.lines() {
            let place = |facts: &mut Facts<'_>, piece: &mut Piece<'_>| {
                let span = Span::new(line.offset, line.offset + line.bytes.len() as u64);
                Place::on_line(facts.source(piece), span, line.number, line.offset)
            };
            self.files.line(line, &mut || place(self.facts, self.piece));
        }
        targets::inspected_bytes(self.facts, self.piece, block);
    }

    fn overlong(&mut self, line: u64) {
        let why = format!("line {line} is too long to read");
        self.facts.not_understood(self.piece, why);
    }
}

impl PatchFiles {
    fn line(&mut self, line: Line<'_>, place: &mut dyn FnMut() -> Place) {
        let bytes = line.bytes;
        if self.hunk != (0, 0) {
            if self.in_hunk(bytes) {
                return;
            }
            // Whatever it is, it is read as what stands between hunks.
            self.broken.get_or_insert(line.number);
            self.hunk = (0, 0);
            self.end_hunk();
        } else if std::mem::take(&mut self.hunk_ended) {
            if bytes.first() == Some(&b'\\') {
                return self.sides.mark();
            }
            self.end_hunk();
            if is_of_a_hunk(bytes) {
                self.broken.get_or_insert(line.number);
            }
        }
        self.changes += u64::from(is_a_change(bytes));
        if let Some(rest) = bytes.strip_prefix(b"@@ ") {
            match hunk_sizes(rest) {
                Some(sizes) => self.hunk = sizes,
                None => {
                    self.broken.get_or_insert(line.number);
                }
            }
        } else if let Some(rest) = bytes.strip_prefix(b"diff --git ") {
            self.settle();
            self.named = false;
            self.pending = both_names(rest).map(|(old, new)| (old, new, place()));
            if let Some((old, new, _)) = &self.pending
                && old == new
                && self.stayed.len() < KEPT
            {
                self.stayed.insert(new.clone());
            }
        } else if let Some(rest) = bytes.strip_prefix(b"--- ").or_else(|| bytes.strip_prefix(b"+++ ")) {
            self.name(header_name(rest), place);
        } else {
            let moves: [&[u8]; 4] = [b"rename from ", b"rename to ", b"copy from ", b"copy to "];
            if let Some(rest) = moves.iter().find_map(|prefix| bytes.strip_prefix(*prefix)) {
                // A copy leaves its source as it was.
                if bytes.starts_with(b"copy from ") {
                    self.named = true;
                } else {
                    let name = unquoted(rest);
                    if bytes.starts_with(b"rename from ") && self.moved.len() < KEPT {
                        self.moved.insert(name.clone());
                    }
                    self.name(Some(name), place);
                }
            } else {
                let names = told(bytes);
                self.changes += u64::from(!names.is_empty());
                for name in names {
                    self.name(Some(name), place);
                }
            }
        }
    }

    /// Whether a line is one of the current hunk.
    fn in_hunk(&mut self, bytes: &[u8]) -> bool {
        let (old, new) = &mut self.hunk;
        match bytes.first() {
            Some(b'-') if *old > 0 => {
                *old -= 1;
                self.sides.take(bytes);
            }
            Some(b'+') if *new > 0 => {
                *new -= 1;
                self.sides.put(bytes);
            }
            Some(b'\\') => self.sides.mark(),
            // Some tools take the blank of an empty line away.
            Some(b' ') | None if *old > 0 && *new > 0 => {
                *old -= 1;
                *new -= 1;
                self.sides.keep();
            }
            _ => return false,
        }
        self.hunk_ended = self.hunk == (0, 0);
        true
    }

    fn end_hunk(&mut self) {
        self.changes += u64::from(std::mem::take(&mut self.sides).differ());
        self.hunk_ended = false;
    }

    fn name(&mut self, name: Option<String>, place: &mut dyn FnMut() -> Place) {
        self.named = true;
        let Some(name) = name else { return };
        if self.files.contains_key(&name) {
            return;
        }
        if self.files.len() >= KEPT {
            self.cut = true;
            return;
        }
        self.files.insert(name, Some(place()));
    }

    /// A file whose header named nothing more: a change of mode, a binary or an empty file.
    fn settle(&mut self) {
        let Some((old, new, place)) = self.pending.take() else { return };
        if !self.named {
            for name in [old, new] {
                if self.files.len() < KEPT {
                    self.files.entry(name).or_insert(Some(place));
                } else {
                    self.cut = true;
                }
            }
        }
    }

    pub fn finish(&mut self, facts: &mut Facts<'_>, piece: &Piece<'_>) {
        self.settle();
        self.end_hunk();
        if let Some(line) = self.broken {
            let why = format!("the patch breaks off inside a hunk at line {line}");
            facts.not_understood(piece, why);
        }
        if self.hunk != (0, 0) {
            facts.not_understood(piece, "the patch ends inside a hunk");
        }
        if self.cut {
            facts.not_understood(piece, format!("more than {KEPT} files in the patch"));
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Files that are no more because they were moved: a list of what changed may leave them out, as git's own does.
    pub fn moved(&self) -> impl Iterator<Item = &str> {
        self.moved.difference(&self.stayed).map(String::as_str)
    }

    pub fn into_node(self) -> Node {
        let name = |(name, place): (String, Option<Place>)| Node::new(name, place);
        Node::from(self.files.into_iter().map(name).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;

    fn names(text: &str) -> Vec<String> {
        let mut files = PatchFiles::default();
        for line in Block::whole(text.as_bytes()).lines() {
            files.line(line, &mut || Place::new(SourceId(0), Span::default()));
        }
        files.settle();
        files.names().map(str::to_owned).collect()
    }

    /// Changes, and the line at which the patch breaks off.
    fn changes(text: &str) -> (u64, Option<u64>) {
        let mut files = PatchFiles::default();
        for line in Block::whole(text.as_bytes()).lines() {
            files.line(line, &mut || Place::new(SourceId(0), Span::default()));
        }
        files.end_hunk();
        (files.changes, files.broken)
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        let header = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n";
        for (rest, count) in [
            ("", 0),
            ("@@ -1,2 +1,2 @@\n a\n b\n", 0),
            ("@@ -1 +1 @@\n-a\n+a\n", 0),
            ("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n", 1),
            ("@@ -1,2 +1,2 @@\n-a\n b\n+a\n", 1),
            ("@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-a\n+b\n", 2),
            ("@@ -1,2 +1 @@ fn\n a\n-\n-- \n2.43.0\n\n", 1),
        ] {
            assert_eq!(changes(&format!("{header}{rest}")), (count, None), "{rest}");
        }
        for text in [
            "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
            "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
            "Binary files a/x and b/x differ\n",
            "diff --git a/e b/e\nnew file mode 100644\nindex 0..e\n",
        ] {
            assert_eq!(changes(text), (1, None), "{text}");
        }
    }

    #[test]
    fn a_hunk_that_is_not_as_long_as_it_says_breaks_off() {
        let next = "diff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n";
        let first = |sizes: &str| format!("--- a/x\n+++ b/x\n@@ {sizes} @@\n-a\n+b\n");
        assert_eq!(changes(&(first("-1 +1") + next)), (2, None));
        for (sizes, line) in [("-1,4 +1,4", 6), ("-1 +1,3", 6), ("-1 +0,0", 5), ("-x +1", 3)] {
            let text = first(sizes) + next;
            assert_eq!(changes(&text).1, Some(line), "{sizes}");
            assert_eq!(names(&text), ["x", "y"], "{sizes}");
        }
    }

    #[test]
    fn a_change_names_its_file_once() {
        let text = "diff --git a/src/x.js b/src/x.js\nindex 1..2 100644\n--- a/src/x.js\n+++ b/src/x.js\n\
                    @@ -1,2 +1,2 @@\n keep\n--- a/not/a/header\n+++ b/nor/this\n";
        assert_eq!(names(text), ["src/x.js"]);
    }

    #[test]
    fn creation_deletion_and_renames_name_what_changed() {
        let text = "diff --git a/new.txt b/new.txt\nnew file mode 100644\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+x\n\
                    diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
                    diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to new name\n\
                    diff --git a/empty b/empty\nnew file mode 100644\nindex 0000000..e69de29\n";
        assert_eq!(names(text), ["empty", "gone", "new name", "new.txt", "old name"]);
    }

    #[test]
    fn what_was_moved_is_told_apart_from_what_changed() {
        let moved = |text: &str| {
            let mut files = PatchFiles::default();
            for line in Block::whole(text.as_bytes()).lines() {
                files.line(line, &mut || Place::new(SourceId(0), Span::default()));
            }
            files.moved().map(str::to_owned).collect::<Vec<_>>()
        };
        let rename = "diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\n--- a/a\n+++ b/b\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(moved(rename), ["a"]);
        let again = "diff --git a/a b/a\nnew file mode 100644\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n";
        assert_eq!(moved(&format!("{rename}{again}")), [""; 0]);
        assert_eq!(moved("diff --git a/a b/b\ncopy from a\ncopy to b\n"), [""; 0]);
    }

    #[test]
    fn a_line_that_stands_for_a_change_names_its_file() {
        for (line, name) in [
            ("Submodule vendor/lib 1a2b3c4..5d6e7f8:", "vendor/lib"),
            ("Submodule vendor/lib 1a2b3c4...5d6e7f8 (rewind):", "vendor/lib"),
            ("Submodule vendor/lib 0000000...5d6e7f8 (new submodule)", "vendor/lib"),
            ("Submodule vendor/lib contains untracked content", "vendor/lib"),
            ("Only in b/src: new.py", "src/new.py"),
            ("Binary files a/x and y.png and b/x and y.png differ", "x and y.png"),
            ("Binary files /dev/null and b/x.png differ", "x.png"),
            ("Files a/x and b/x differ", "x"),
        ] {
            assert_eq!(names(line), [name], "{line}");
            assert_eq!(names(&format!("--- a/y\n+++ b/y\n@@ -1 +1 @@\n-{line}\n+{line}\n")), ["y"]);
        }
        assert!(names("Only in one place\nFiles differ\nSubmodule x\n").is_empty());
    }

    #[test]
    fn quoted_names_are_unquoted() {
        let text = "diff --git \"a/\\303\\274 \\\"x\\\"\" \"b/\\303\\274 \\\"x\\\"\"\n--- \"a/\\303\\274 \\\"x\\\"\"\n+++ \"b/\\303\\274 \\\"x\\\"\"\n";
        assert_eq!(names(text), ["ü \"x\""]);
    }

    #[test]
    fn a_plain_diff_is_read_too() {
        let text =
            "--- src/a.c\t2026-06-01 00:00:00\n+++ src/a.c\t2026-06-01 00:00:01\n@@ -1 +1 @@\n-a\n+b\n";
        assert_eq!(names(text), ["src/a.c"]);
    }
}
