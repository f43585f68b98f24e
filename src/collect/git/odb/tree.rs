//! The names in a tree object, as text: one entry a line, so that a line's number is the entry's.

use gix::hash::Kind as Hash;

use super::fault::Fault;

/// The names of a tree; of a malformed one, all its bytes, so that nothing in it is lost.
pub fn text(tree: &[u8], hash: Hash, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.clear();
    let named = names(tree, hash, out);
    if named.is_err() {
        out.clear();
        out.extend_from_slice(tree);
    }
    named
}

/// Appends each entry's name and a line feed to `out`.
fn names(tree: &[u8], hash: Hash, out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut rest = tree;
    while !rest.is_empty() {
        let (name, after) = entry(rest, hash).ok_or(Fault::Tree)?;
        out.extend_from_slice(name);
        out.push(b'\n');
        rest = after;
    }
    Ok(())
}

/// The name of the first entry, and what follows the entry.
fn entry(tree: &[u8], hash: Hash) -> Option<(&[u8], &[u8])> {
    let space = memchr::memchr(b' ', tree.get(..tree.len().min(8))?)?;
    let rest = tree.get(space + 1..)?;
    let end = memchr::memchr(0, rest)?;
    Some((rest.get(..end)?, rest.get(end + 1 + hash.len_in_bytes()..)?))
}

/// Appends what may be a name in a part of a tree's bytes that begins and ends at a NUL, one a line: each
/// name that lies in it, and now and then some bytes of an id, which can't be told from a name here.
pub fn names_in_window(window: &[u8], hash: Hash, out: &mut Vec<u8>) {
    let mut start = 0;
    for end in memchr::memchr_iter(0, window).chain([window.len()]) {
        let piece = window.get(start..end).unwrap_or_default();
        start = end + 1;
        // An id, or what an id's own NUL has left of it, may stand before the mode.
        let most = piece.len().min(hash.len_in_bytes() + 7);
        let mode_end = memchr::memchr_iter(b' ', piece.get(..most).unwrap_or_default()).find(|space| {
            let digits = piece.get(space.saturating_sub(5)..*space).unwrap_or_default();
            *space >= 5 && digits.iter().all(|digit| matches!(digit, b'0'..=b'7'))
        });
        let name = mode_end.and_then(|space| piece.get(space + 1..)).unwrap_or(piece);
        if !name.is_empty() {
            out.extend_from_slice(name);
            out.push(b'\n');
        }
    }
}
