//! The text of commits, tags and trees, as far as an audit needs it.
//!
//! Lenient where git's own objects vary, and never wrong about where a byte stands: a field is the
//! span of the object's bytes that holds it.

use std::ops::Range;

use gix::hash::{Kind, ObjectId};

/// A commit's or a tag's headers and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headed<'a> {
    bytes: &'a [u8],
    /// Where the message begins.
    message: usize,
}

impl<'a> Headed<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let message = memchr::memmem::find(bytes, b"\n\n").map_or(bytes.len(), |at| at + 2);
        Self { bytes, message }
    }

    /// The headers of this name, in order, continuation lines left out.
    pub fn headers(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        let head = self.bytes.get(..self.message).unwrap_or_default();
        head.split(|byte| *byte == b'\n').filter_map(move |line| {
            line.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b" "))
        })
    }

    #[must_use]
    pub fn id(&self, name: &'static str, hash: Kind) -> Option<ObjectId> {
        self.headers(name).next().and_then(|hex| object_id(hex, hash))
    }

    #[must_use]
    pub fn parents(&self, hash: Kind) -> Vec<ObjectId> {
        self.headers("parent").filter_map(|hex| object_id(hex, hash)).collect()
    }

    #[must_use]
    pub fn message(&self) -> &'a [u8] {
        self.bytes.get(self.message..).unwrap_or_default()
    }

    /// The first line of the message, as git shows it.
    #[must_use]
    pub fn subject(&self) -> String {
        let text = String::from_utf8_lossy(self.message());
        let lines = text.lines().skip_while(|line| line.trim().is_empty());
        let subject: Vec<_> = lines.take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
        subject.join(" ")
    }

    /// Seconds since 1970 of a header that names a person.
    #[must_use]
    pub fn time(&self, name: &'static str) -> Option<i64> {
        let line = self.headers(name).next()?;
        let after = line.iter().rposition(|byte| *byte == b'>')?;
        let rest = std::str::from_utf8(line.get(after + 1..)?).ok()?;
        rest.split_whitespace().next()?.parse().ok()
    }

    /// Which part of a commit the byte at `offset` belongs to.
    #[must_use]
    pub fn field(&self, offset: u64) -> &'static str {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        if offset >= self.message {
            return "message";
        }
        let mut start = 0;
        let mut field = "header";
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            if !line.starts_with(b" ") {
                field = match line {
                    _ if line.starts_with(b"author ") => "author",
                    _ if line.starts_with(b"committer ") => "committer",
                    _ => "header",
                };
            }
            start += line.len();
            if offset < start {
                break;
            }
        }
        field
    }
}

/// An object id in hexadecimal digits, of a repository's length.
pub fn object_id(hex: &[u8], hash: Kind) -> Option<ObjectId> {
    (hex.len() == hash.len_in_hex()).then(|| ObjectId::from_hex(hex).ok()).flatten()
}

/// Seconds since 1970 as RFC 3339, UTC.
#[must_use]
pub fn rfc3339(seconds: i64) -> Option<String> {
    jiff::Timestamp::from_second(seconds).ok().map(|time| time.to_string())
}

/// One line of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    pub mode: u32,
    pub name: &'a [u8],
    pub id: ObjectId,
    /// Where the name stands in the tree's bytes.
    pub at: Range<usize>,
}

impl Entry<'_> {
    #[must_use]
    pub fn is_tree(&self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }

    /// A commit of another repository.
    #[must_use]
    pub fn is_submodule(&self) -> bool {
        self.mode & 0o170_000 == 0o160_000
    }

    /// Where the next entry begins.
    #[must_use]
    pub fn end(&self, hash: Kind) -> usize {
        self.at.end + 1 + hash.len_in_bytes()
    }
}

/// The entries of a tree; the iterator ends early, with `Err`, where the bytes are no tree.
pub fn tree(bytes: &[u8], hash: Kind) -> impl Iterator<Item = Result<Entry<'_>, MalformedTree>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= bytes.len() {
            return None;
        }
        let Some(mut entry) = bytes.get(at..).and_then(|rest| entry(rest, hash)) else {
            at = bytes.len();
            return Some(Err(MalformedTree));
        };
        entry.at = at + entry.at.start..at + entry.at.end;
        at = entry.end(hash);
        Some(Ok(entry))
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree that ends within an entry, or whose entry has no mode")]
pub struct MalformedTree;

/// The first entry of a tree.
#[must_use]
pub fn entry(tree: &[u8], hash: Kind) -> Option<Entry<'_>> {
    let space = memchr::memchr(b' ', tree)?;
    let mode = std::str::from_utf8(tree.get(..space)?).ok().and_then(|m| u32::from_str_radix(m, 8).ok())?;
    let end = space + 1 + memchr::memchr(0, tree.get(space + 1..)?)?;
    let id = tree.get(end + 1..end + 1 + hash.len_in_bytes())?;
    let id = ObjectId::try_from(id).ok()?;
    Some(Entry { mode, name: tree.get(space + 1..end)?, id, at: space + 1..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\
author A <a@x> 1780281999 -0400\ncommitter B <b@x> 1780282000 +0000\ngpgsig -----BEGIN\n author x\n\n\nSubject\n goes on\n\nBody\n";

    #[test]
    fn a_commit_is_taken_apart() {
        let commit = Headed::new(COMMIT);
        assert_eq!(commit.parents(Kind::Sha1).len(), 1);
        assert!(commit.id("tree", Kind::Sha1).is_some());
        assert_eq!(commit.subject(), "Subject goes on");
        assert_eq!(commit.time("author").and_then(rfc3339).as_deref(), Some("2026-06-01T02:46:39Z"));
        let at = |text: &str| memchr::memmem::find(COMMIT, text.as_bytes()).expect("there") as u64;
        assert_eq!(commit.field(at("A <a@x>")), "author");
        assert_eq!(commit.field(at("B <b@x>")), "committer");
        assert_eq!(commit.field(at(" author x")), "header");
        assert_eq!(commit.field(at("Body")), "message");
    }

    #[test]
    fn hostile_trees_end_with_a_fault() {
        let mut bytes = b"100644 a\nb\0".to_vec();
        bytes.extend([7; 20]);
        let good = bytes.len();
        bytes.extend(b"40000 dir\0short");
        let entries: Vec<_> = tree(&bytes, Kind::Sha1).collect();
        assert_eq!(entries[0].as_ref().expect("whole").name, b"a\nb");
        assert_eq!(entries[1], Err(MalformedTree));
        assert_eq!(tree(&bytes[..good], Kind::Sha1).count(), 1);
        assert_eq!(tree(b"zzz", Kind::Sha1).collect::<Vec<_>>(), [Err(MalformedTree)]);
    }
}
