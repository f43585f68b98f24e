//! The patch: the files that a unified diff names.

use std::collections::{BTreeMap, BTreeSet};

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
        self.facts.gap(&self.piece.name, Some(self.piece.surface), why);
    }
}

impl PatchFiles {
    fn line(&mut self, line: Line<'_>, place: &mut dyn FnMut() -> Place) {
        let bytes = line.bytes;
        if self.hunk != (0, 0) {
            return self.in_hunk(bytes);
        }
        if let Some(rest) = bytes.strip_prefix(b"@@ ") {
            self.hunk = hunk_sizes(rest).unwrap_or_default();
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
                for name in told(bytes) {
                    self.name(Some(name), place);
                }
            }
        }
    }

    fn in_hunk(&mut self, bytes: &[u8]) {
        let (old, new) = &mut self.hunk;
        match bytes.first() {
            Some(b'-') => *old = old.saturating_sub(1),
            Some(b'+') => *new = new.saturating_sub(1),
            Some(b'\\') => {}
            _ => {
                *old = old.saturating_sub(1);
                *new = new.saturating_sub(1);
            }
        }
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
        if self.hunk != (0, 0) {
            facts.gap(&piece.name, Some(piece.surface), "the patch ends inside a hunk");
        }
        if self.cut {
            facts.gap(&piece.name, Some(piece.surface), format!("more than {KEPT} files in the patch"));
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

/// What a line names that stands for a whole change: of a submodule, of a file that is on one side alone, or of one
/// that is no text.
fn told(line: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(line);
    if let Some(rest) = text.strip_prefix("Submodule ") {
        let ends = [" contains ", " (", ".."].iter().filter_map(|end| rest.find(end));
        let end = ends.min().unwrap_or(0);
        let name = rest.get(..end).unwrap_or_default();
        // The commit that the change is from stands before the dots.
        let name = if rest.get(end..).is_some_and(|rest| rest.starts_with("..")) {
            name.rsplit_once(' ').map_or("", |(name, _)| name)
        } else {
            name
        };
        return if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
    }
    if let Some((folder, name)) = text.strip_prefix("Only in ").and_then(|rest| rest.split_once(": ")) {
        return vec![without_prefix(&format!("{folder}/{name}"))];
    }
    let both = ["Binary files ", "Files "].iter().find_map(|start| text.strip_prefix(start));
    let Some(both) = both.and_then(|rest| rest.strip_suffix(" differ")) else { return Vec::new() };
    let cut = |(at, and): (usize, &str)| [both.get(..at), both.get(at + and.len()..)];
    let names =
        |sides: [Option<&str>; 2]| sides.map(|side| header_name(side.unwrap_or_default().as_bytes()));
    let cuts = both.match_indices(" and ").map(|found| names(cut(found)));
    let best = cuts.clone().find(|[old, new]| old == new).or_else(|| cuts.clone().next());
    best.into_iter().flatten().flatten().collect()
}

/// `-1,3 +1,4 @@`: lines of the old and of the new side.
fn hunk_sizes(rest: &[u8]) -> Option<(u64, u64)> {
    let text = std::str::from_utf8(rest.get(..rest.len().min(80))?)
        .or_else(|error| std::str::from_utf8(rest.get(..error.valid_up_to()).unwrap_or_default()));
    let mut words = text.ok()?.split(' ');
    let size = |word: Option<&str>, sign: char| -> Option<u64> {
        let range = word?.strip_prefix(sign)?;
        range.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok())
    };
    Some((size(words.next(), '-')?, size(words.next(), '+')?))
}

/// The name in `--- a/name`; none for /dev/null.
fn header_name(rest: &[u8]) -> Option<String> {
    // Where a name holds a space, a tab ends it; diff(1) puts a time after it.
    let rest = if rest.starts_with(b"\"") { rest } else { rest.split(|byte| *byte == b'\t').next()? };
    let name = unquoted(rest);
    if name == "/dev/null" {
        return None;
    }
    Some(without_prefix(&name))
}

fn without_prefix(name: &str) -> String {
    let prefixes = ["a/", "b/", "i/", "w/", "c/", "o/"];
    prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name).to_owned()
}

/// Both names of `diff --git a/x b/x`.
fn both_names(rest: &[u8]) -> Option<(String, String)> {
    if rest.starts_with(b"\"") {
        let end = quoted_end(rest)?;
        let old = unquoted(rest.get(..end)?);
        let new = unquoted(rest.get(end..)?.trim_ascii_start());
        return Some((without_prefix(&old), without_prefix(&new)));
    }
    // Names may hold ` b/`: of all ways to cut, the one with two equal names.
    let text = String::from_utf8_lossy(rest);
    let cut = |at: usize| -> Option<(String, String)> {
        Some((without_prefix(text.get(..at)?), without_prefix(&unquoted(text.get(at + 1..)?.as_bytes()))))
    };
    let cuts = text.match_indices(' ').filter_map(|(at, _)| cut(at));
    cuts.clone().find(|(old, new)| old == new).or_else(|| cuts.clone().next())
}

fn quoted_end(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A name as git writes it: in C quotes where it holds anything odd.
fn unquoted(name: &[u8]) -> String {
    let name = name.trim_ascii_end();
    let Some(inner) = name.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return String::from_utf8_lossy(name).into_owned();
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                }
                out.push(u8::try_from(value & 0xff).unwrap_or_default());
            }
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'v') => out.push(11),
            Some(other) => out.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
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
