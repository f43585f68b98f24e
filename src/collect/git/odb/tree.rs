//! A tree object's entries: their names as text, one entry a line, so that a line's number is the entry's;
//! and of a tree that is a delta on another one, the entries that the other one has not.

use gix::hash::Kind as Hash;

use super::delta::Op;
use super::fault::Fault;
use super::window::Told;
use crate::collect::git::syntax::{self, Entry};

/// Where each entry of a tree begins, and where the last one ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Borders(Vec<u32>);

/// Puts the names of a tree into `names`, of a malformed one all its bytes, so that nothing in it is lost; and
/// calls `each` with every entry.
pub fn read(
    tree: &[u8],
    hash: Hash,
    names: &mut Vec<u8>,
    mut each: impl FnMut(&Entry<'_>),
) -> Result<Borders, Fault> {
    names.clear();
    let mut borders = vec![0];
    for entry in syntax::tree(tree, hash) {
        let border = entry.as_ref().ok().and_then(|entry| u32::try_from(entry.end(hash)).ok());
        let (Ok(entry), Some(border)) = (entry, border) else {
            names.clear();
            names.extend_from_slice(tree);
            return Err(Fault::Tree);
        };
        put_name(names, &entry);
        each(&entry);
        borders.push(border);
    }
    Ok(Borders(borders))
}

pub fn put_name(names: &mut Vec<u8>, entry: &Entry<'_>) {
    names.extend_from_slice(entry.name);
    names.push(b'\n');
}

/// An entry that the base has not: it may have one of the same name.
pub struct New<'a> {
    pub entry: Entry<'a>,
    pub is_named_anew: bool,
}

impl Borders {
    /// Calls `each` with what is new in a tree that is a delta on this one; `None` where the tree is malformed, which
    /// only its own bytes can tell.
    pub fn follow(&self, told: Told<'_>, hash: Hash, each: &mut dyn FnMut(&New<'_>)) -> Option<Self> {
        let borders = Vec::with_capacity(self.0.len() + 8);
        let mut reader = Reader { hash, base: &self.0, borders, to: 0, cut: Vec::new(), copied: 0, each };
        reader.borders.push(0);
        for op in told.ops {
            reader.take(op, op.bytes(told.base, told.delta))?;
        }
        reader.cut.is_empty().then_some(Self(reader.borders))
    }
}

/// Reads entries instruction by instruction. Where a copy begins with one of the base's entries, what follows are
/// the base's entries, as far as the copy goes: nobody need look at them.
struct Reader<'a> {
    hash: Hash,
    base: &'a [u32],
    borders: Vec<u32>,
    /// Where the entry at hand begins.
    to: usize,
    /// The beginning of an entry that the next instructions go on with, and how much of it is that of one of the
    /// base's.
    cut: Vec<u8>,
    copied: usize,
    each: &'a mut dyn FnMut(&New<'_>),
}

impl Reader<'_> {
    fn take(&mut self, op: &Op, bytes: &[u8]) -> Option<()> {
        let mut rest = if self.cut.is_empty() { bytes } else { self.go_on(bytes)? };
        if op.copied {
            rest = self.pass(op.from + (bytes.len() - rest.len()), rest)?;
        }
        while let Some(len) = self.entry_len(rest) {
            let (entry, after) = rest.split_at_checked(len)?;
            self.entry(entry, 0)?;
            rest = after;
        }
        if !rest.is_empty() {
            self.cut.extend_from_slice(rest);
        }
        Some(())
    }

    /// Puts what belongs to the entry that was cut to it; returns the rest.
    fn go_on<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let tail = 1 + self.hash.len_in_bytes();
        let more = match memchr::memchr(0, &self.cut) {
            Some(nul) => nul + tail - self.cut.len(),
            None => memchr::memchr(0, bytes).map_or(bytes.len(), |nul| nul + tail),
        };
        let (own, rest) = bytes.split_at(more.min(bytes.len()));
        self.cut.extend_from_slice(own);
        if self.entry_len(&self.cut).is_some() {
            let mut cut = std::mem::take(&mut self.cut);
            let copied = std::mem::take(&mut self.copied);
            self.entry(&cut, copied)?;
            cut.clear();
            self.cut = cut;
        }
        Some(rest)
    }

    /// Goes past the base's entries that are copied from here on; returns what is left where there are none.
    fn pass<'b>(&mut self, from: usize, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let start = u32::try_from(from).ok()?;
        let Ok(first) = self.base.binary_search(&start) else { return Some(bytes) };
        let end = u32::try_from(from + bytes.len()).ok()?;
        let same = self.base.get(first..)?;
        let same = same.get(..same.partition_point(|border| *border <= end))?;
        let to = u32::try_from(self.to).ok()?;
        to.checked_add(end - start)?;
        self.borders.extend(same.iter().skip(1).map(|border| border - start + to));
        let len = (same.last()? - start) as usize;
        self.to += len;
        let cut = bytes.get(len..)?;
        self.cut.extend_from_slice(cut);
        self.copied = cut.len();
        Some(&[])
    }

    fn entry(&mut self, bytes: &[u8], copied: usize) -> Option<()> {
        let entry = syntax::entry(bytes, self.hash)?;
        let is_named_anew = entry.at.end >= copied;
        (self.each)(&New { entry, is_named_anew });
        self.to += bytes.len();
        self.borders.push(u32::try_from(self.to).ok()?);
        Some(())
    }

    /// How long the first entry is; `None` where it is not all there.
    fn entry_len(&self, bytes: &[u8]) -> Option<usize> {
        let len = memchr::memchr(0, bytes)? + 1 + self.hash.len_in_bytes();
        (len <= bytes.len()).then_some(len)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::delta;
    use super::*;

    /// A tree of entries `100644 NAME`, each with an id of one byte, repeated.
    fn tree(entries: &[(&str, u8)]) -> Vec<u8> {
        let one = |(name, id): &(&str, u8)| [b"100644 ", name.as_bytes(), b"\0", &[*id; 20]].concat();
        entries.iter().flat_map(one).collect()
    }

    fn borders(tree: &[u8]) -> Borders {
        read(tree, Hash::Sha1, &mut Vec::new(), |_| ()).expect("a tree")
    }

    /// What is new, as `name`, or `=name` where only the id is.
    fn follow(base: &[u8], ops: &[Op], delta: &[u8]) -> Option<(Borders, Vec<String>)> {
        let mut new = Vec::new();
        let borders = borders(base).follow(Told { ops, base, delta }, Hash::Sha1, &mut |entry| {
            let name = String::from_utf8_lossy(entry.entry.name);
            new.push(format!("{}{name}", if entry.is_named_anew { "" } else { "=" }));
        })?;
        Some((borders, new))
    }

    /// Instructions that make a result of pieces: ranges of the base, or bytes.
    fn ops(pieces: &[Result<std::ops::Range<usize>, &[u8]>]) -> (Vec<Op>, Vec<u8>) {
        let (mut ops, mut delta, mut to) = (Vec::new(), Vec::new(), 0);
        for piece in pieces {
            let (from, len, copied) = match piece {
                Ok(range) => (range.start, range.len(), true),
                Err(bytes) => (delta.len(), bytes.len(), false),
            };
            if let Err(bytes) = piece {
                delta.extend_from_slice(bytes);
            }
            ops.push(Op { to, from, len, copied });
            to += len;
        }
        (ops, delta)
    }

    #[test]
    fn what_is_new_is_told_from_what_has_a_new_id() {
        let base = tree(&[("a", 1), ("bee", 2), ("c", 3)]);
        let id_of_bee = 29 + 11;
        let (made, delta) = ops(&[
            Ok(0..id_of_bee),
            Err(&[9; 20]),
            Ok(id_of_bee + 20..base.len()),
            Err(&tree(&[("d", 4)])),
        ]);
        let (found, new) = follow(&base, &made, &delta).expect("a tree");
        assert_eq!(new, ["=bee", "d"]);
        assert_eq!(found, borders(&tree(&[("a", 1), ("bee", 9), ("c", 3), ("d", 4)])));
        // A name that is cut within is new, wherever its pieces come from.
        let (made, delta) = ops(&[Ok(0..29 + 9), Err(b"ts"), Ok(29 + 10..base.len())]);
        assert_eq!(follow(&base, &made, &delta).expect("a tree").1, ["bets"]);
    }

    #[test]
    fn bytes_of_an_id_that_look_like_an_entry_are_none_where_the_base_had_none() {
        // The id of `a` holds an entry's first bytes.
        let mut base = b"100644 a\0xx100644 hidden\0zzz\x07".to_vec();
        base.extend(tree(&[("b", 2)]));
        for end in [24, 25, 29] {
            let id = [5; 20];
            let rest = [b"\0".as_slice(), &id].concat();
            let (made, delta) = ops(&[Ok(11..end), Err(rest.get(end - 24..).unwrap_or_default())]);
            let (_, new) = follow(&base, &made, &delta).expect("a tree");
            assert_eq!(new, ["hidden"], "{end}");
        }
    }

    #[test]
    fn a_tree_that_ends_within_an_entry_is_told_by_none() {
        let base = tree(&[("a", 1), ("b", 2)]);
        for end in [30, 38, base.len() - 1] {
            assert!(follow(&base, &ops(&[Ok(0..end)]).0, b"").is_none(), "{end}");
        }
        assert!(follow(&base, &ops(&[Ok(0..29)]).0, b"").is_some());
        assert!(follow(&base, &ops(&[Ok(0..29), Err(b"zzz\0"), Err(&[1; 20])]).0, b"zzz\0").is_none());
    }

    proptest! {
        /// However a tree is made of pieces of another one, its entries are those that its bytes have, and each that
        /// is not told as new stands in the base.
        #[test]
        fn entries_are_those_of_the_bytes(
            names in prop::collection::vec("[a-z]{1,9}", 1..12),
            cuts in prop::collection::vec((0usize..400, 0usize..400, any::<bool>()), 1..8),
            id in any::<u8>(),
        ) {
            let entries: Vec<_> = names.iter().map(String::as_str).zip([1, 0, b' ', 4].into_iter().cycle()).collect();
            let base = tree(&entries);
            let put = tree(&[("new", id)]);
            let pieces: Vec<_> = cuts.iter().map(|(from, to, copied)| {
                let clip = |at: &usize| *at % (base.len() + 1);
                let (low, high) = (clip(from).min(clip(to)), clip(from).max(clip(to)));
                if *copied { Ok(low..high) } else { Err(put.get(low % put.len()..).unwrap_or_default()) }
            }).collect();
            let (made, bytes) = ops(&pieces);
            let mut result = Vec::new();
            delta::apply(&made, &base, &bytes, &mut result);
            let mut all = Vec::new();
            let whole = read(&result, Hash::Sha1, &mut Vec::new(), |entry| all.push((entry.name.to_vec(), entry.id)));
            let mut new = Vec::new();
            let told = borders(&base).follow(Told { ops: &made, base: &base, delta: &bytes }, Hash::Sha1, &mut |entry| {
                new.push((entry.entry.name.to_vec(), entry.entry.id, entry.is_named_anew));
            });
            prop_assert_eq!(told.as_ref(), whole.as_ref().ok());
            if whole.is_ok() {
                let mut old = Vec::new();
                let _ = read(&base, Hash::Sha1, &mut Vec::new(), |entry| old.push((entry.name.to_vec(), entry.id)));
                for entry in all {
                    let is_new = new.iter().any(|(name, id, _)| (name, id) == (&entry.0, &entry.1));
                    prop_assert!(is_new || old.contains(&entry));
                }
                for (name, _, is_named_anew) in new {
                    prop_assert!(is_named_anew || old.iter().any(|(old, _)| *old == name));
                }
            }
        }
    }
}
