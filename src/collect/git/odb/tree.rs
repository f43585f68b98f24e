//! The names in a tree object, as text: one entry a line, so that a line's number is the entry's.

use gix::hash::Kind as Hash;

use super::fault::Fault;

/// Appends each entry's name and a line feed to `out`.
pub fn names(tree: &[u8], hash: Hash, out: &mut Vec<u8>) -> Result<(), Fault> {
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
