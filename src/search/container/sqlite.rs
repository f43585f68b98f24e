//! `SQLite` files: the text and blobs of every row, whole, from used pages and from free ones.
//!
//! Most values stand in one piece in the raw bytes, and are found there. What is not in one piece is a
//! value that flows over into further pages, and what is not text is a blob that is a container itself.
//! So every page that looks like a leaf is read, whether a table still knows it or not, and every chain
//! of overflow pages that no row claims is joined. The format: <https://sqlite.org/fileformat2.html>.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Member, Meter, sniff};

const LEAF_TABLE: u8 = 0x0D;
const LEAF_INDEX: u8 = 0x0A;
const INNER_INDEX: u8 = 0x02;
/// A value of more than this is not joined: as many bytes stand raw in its pages.
const LONGEST: u64 = 1 << 30;

/// Pages by number, from a database file or some frames of a log.
struct Pages<'a> {
    size: usize,
    /// Bytes of a page that rows may use.
    usable: usize,
    /// In the order of their numbers, which a log may have left out: it is as large as its frames, whatever they claim.
    all: Vec<(usize, &'a [u8])>,
}

/// A database file.
pub(super) fn database(
    bytes: &[u8],
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    let head = bytes.get(..100).ok_or("sqlite: its header is cut off")?;
    let size = match u16_at(head, 16) {
        Some(1) => 65_536,
        Some(size) if size.is_power_of_two() && size >= 512 => usize::from(size),
        _ => return Err("sqlite: its header is damaged".to_owned()),
    };
    let reserved = usize::from(head.get(20).copied().unwrap_or(0));
    let pages: Vec<(usize, &[u8])> = (1..).zip(bytes.chunks(size)).collect();
    let stated = u32_at(head, 28).unwrap_or(0) as usize;
    let cut = stated > pages.len() || pages.last().is_some_and(|(_, page)| page.len() < size);
    let found = pages.len();
    read(&Pages { size, usable: size.saturating_sub(reserved), all: pages }, meter, each)?;
    if cut {
        return Err(format!("sqlite: it is cut off: {found} of {} pages are there", stated.max(found)));
    }
    Ok(())
}

/// A write-ahead log: each frame is a page. Only a page's last frame is in force, but all are there to be read.
pub(super) fn log(bytes: &[u8], meter: &dyn Meter, each: &mut dyn FnMut(Member<'_>)) -> Result<(), String> {
    const HEADER: usize = 32;
    const FRAME: usize = 24;
    let size = u32_at(bytes, 8).unwrap_or(0) as usize;
    if !size.is_power_of_two() || !(512..=65_536).contains(&size) {
        return Err("sqlite: the log's header is damaged".to_owned());
    }
    let frames = bytes.get(HEADER..).unwrap_or_default().chunks(FRAME + size);
    let mut rest: Vec<(usize, &[u8])> = frames
        .filter_map(|frame| Some((u32_at(frame, 0)? as usize, frame.get(FRAME..)?)))
        .filter(|&(number, _)| number > 0)
        .collect();
    // Round by round, so that each page of each round is the one that belonged to its neighbours.
    while !rest.is_empty() {
        let mut pages: BTreeMap<usize, &[u8]> = BTreeMap::new();
        let mut older = Vec::new();
        for (number, page) in rest.into_iter().rev() {
            match pages.entry(number) {
                Entry::Vacant(slot) => {
                    slot.insert(page);
                }
                Entry::Occupied(_) => older.push((number, page)),
            }
        }
        older.reverse();
        rest = older;
        read(&Pages { size, usable: size, all: pages.into_iter().collect() }, meter, each)?;
    }
    Ok(())
}

fn read(pages: &Pages<'_>, meter: &dyn Meter, each: &mut dyn FnMut(Member<'_>)) -> Result<(), String> {
    let spent = |why: String| format!("sqlite: {why}");
    let mut claimed = vec![false; pages.all.len()];
    for at in 0..pages.all.len() {
        let Some(&(number, page)) = pages.all.get(at) else { break };
        let Some((kind, cells)) = pages.cells(number, page) else { continue };
        if let (Some(slot), true) = (claimed.get_mut(at), cells.clone().next().is_some()) {
            *slot = true;
        }
        let mut text = Vec::new();
        for cell in cells {
            // Paid for as it is joined: each of many cells may name the same long chain.
            let Some(payload) = pages.payload(kind, cell, &mut claimed, meter).map_err(spent)? else {
                continue;
            };
            for value in values(&payload) {
                if sniff(value).is_some() {
                    each(Member { name: Some(format!("a blob on page {number}")), content: &mut &*value });
                } else {
                    text.extend_from_slice(value);
                    text.push(b'\n');
                }
            }
        }
        if !text.is_empty() {
            each(Member { name: Some(format!("page {number}")), content: &mut text.as_slice() });
        }
    }
    for (start, chain) in pages.orphans(&claimed) {
        meter.spend(chain.len() as u64).map_err(spent)?;
        each(Member { name: Some(format!("pages from {start} on")), content: &mut chain.as_slice() });
    }
    Ok(())
}

impl<'a> Pages<'a> {
    /// Where among the pages one stands.
    fn index(&self, number: usize) -> Option<usize> {
        let dense = number.checked_sub(1)?;
        if self.all.get(dense).is_some_and(|(own, _)| *own == number) {
            return Some(dense);
        }
        self.all.binary_search_by_key(&number, |(own, _)| *own).ok()
    }

    /// What cells a page has that is a leaf (or an index node), and its kind.
    fn cells(
        &self,
        number: usize,
        page: &'a [u8],
    ) -> Option<(u8, impl Iterator<Item = &'a [u8]> + Clone + use<'a>)> {
        let head = if number == 1 { 100 } else { 0 };
        let kind = *page.get(head)?;
        let first = match kind {
            LEAF_TABLE | LEAF_INDEX => head + 8,
            INNER_INDEX => head + 12,
            _ => return None,
        };
        let count = usize::from(u16_at(page, head + 3).unwrap_or(0)).min(self.size / 4);
        let cells = (0..count)
            .filter_map(move |cell| u16_at(page, first + 2 * cell))
            .filter_map(move |at| page.get(usize::from(at)..));
        Some((kind, cells))
    }

    /// A row, whole; nothing where none stands. What is copied is paid for.
    fn payload(
        &self,
        kind: u8,
        cell: &[u8],
        claimed: &mut [bool],
        meter: &dyn Meter,
    ) -> Result<Option<Vec<u8>>, String> {
        let Some((length, local, rest)) = self.row(kind, cell) else { return Ok(None) };
        meter.spend(local.len() as u64)?;
        let mut payload = local.to_vec();
        if let (Some(first), true) = (u32_at(rest, 0), length <= LONGEST && length > local.len() as u64) {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            self.follow(first as usize, &mut payload, length, claimed, meter)?;
        }
        Ok(Some(payload))
    }

    /// How long a row is, what of it stands in its cell, and what follows there.
    fn row<'c>(&self, kind: u8, cell: &'c [u8]) -> Option<(u64, &'c [u8], &'c [u8])> {
        let cell = if kind == INNER_INDEX { cell.get(4..)? } else { cell };
        let (length, mut rest) = varint(cell)?;
        if kind == LEAF_TABLE {
            rest = varint(rest)?.1;
        }
        let (local, flows_over) = self.local(kind, length)?;
        let (payload, rest) = rest.split_at_checked(local)?;
        (!flows_over || rest.len() >= 4).then_some((length, payload, rest))
    }

    /// How much of a payload stands in its own page, and whether the rest flows over.
    fn local(&self, kind: u8, length: u64) -> Option<(usize, bool)> {
        let usable = self.usable;
        let most = if kind == LEAF_TABLE {
            usable.checked_sub(35)?
        } else {
            (usable.checked_sub(12)? * 64 / 255).checked_sub(23)?
        };
        let least = (usable.checked_sub(12)? * 32 / 255).checked_sub(23)?;
        if length <= most as u64 {
            return Some((usize::try_from(length).ok()?, false));
        }
        let over = usable.checked_sub(4).filter(|&over| over > 0)? as u64;
        let kept = (least as u64).checked_add(length.checked_sub(least as u64)? % over)?;
        Some((if kept <= most as u64 { usize::try_from(kept).ok()? } else { least }, true))
    }

    /// Adds the pages of a chain until the payload is whole, the chain ends, or it runs in a circle.
    fn follow(
        &self,
        first: usize,
        payload: &mut Vec<u8>,
        length: usize,
        claimed: &mut [bool],
        meter: &dyn Meter,
    ) -> Result<(), String> {
        let mut next = first;
        for _ in 0..self.all.len() {
            let Some(at) = self.index(next) else { return Ok(()) };
            let page = self.at(at);
            claimed.iter_mut().skip(at).take(1).for_each(|slot| *slot = true);
            let wanted = length.saturating_sub(payload.len());
            let end = self.usable.min(wanted.saturating_add(4)).min(page.len());
            let piece = page.get(4..end).unwrap_or_default();
            meter.spend(piece.len() as u64)?;
            payload.extend_from_slice(piece);
            next = u32_at(page, 0).unwrap_or(0) as usize;
            if next == 0 || payload.len() >= length {
                return Ok(());
            }
        }
        Ok(())
    }

    fn at(&self, index: usize) -> &'a [u8] {
        self.all.get(index).map_or(&[], |(_, page)| page)
    }

    /// Chains of pages that no row claims: what is left of deleted rows. Each with its first page's number.
    fn orphans(&self, claimed: &[bool]) -> Vec<(usize, Vec<u8>)> {
        let count = self.all.len();
        let number = |at: usize| self.all.get(at).map_or(0, |(number, _)| *number);
        let free = |at: usize| number(at) > 1 && !claimed.get(at).copied().unwrap_or(true);
        let told = |at: usize| {
            let next = self.index(u32_at(self.at(at), 0)? as usize)?;
            (free(at) && next != at && free(next)).then_some(next)
        };
        // A page that is told of begins no chain.
        let mut next: Vec<Option<usize>> = (0..count).map(told).collect();
        let mut follows = vec![false; count];
        for at in next.iter().flatten() {
            follows.iter_mut().skip(*at).take(1).for_each(|slot| *slot = true);
        }
        // A page that became the free list's own has lost its link; it went on with the page behind it.
        for at in 0..count.saturating_sub(1) {
            let behind = at + 1;
            let lost = free(at) && free(behind) && number(behind) == number(at) + 1 && told(at).is_none();
            if lost && follows.get(behind).is_some_and(|follows| !follows) {
                next.iter_mut().skip(at).take(1).for_each(|slot| *slot = Some(behind));
                follows.iter_mut().skip(behind).take(1).for_each(|slot| *slot = true);
            }
        }
        let next = |at: usize| next.get(at).copied().flatten();
        let mut seen = vec![false; count];
        let mut chains = Vec::new();
        for start in 0..count {
            if follows.get(start).copied().unwrap_or(true) || next(start).is_none() {
                continue;
            }
            let mut chain = Vec::new();
            let mut on = Some(start);
            while let Some(at) = on {
                if seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
                    break;
                }
                let page = self.at(at);
                chain.extend_from_slice(page.get(4..self.usable.min(page.len())).unwrap_or_default());
                on = next(at);
            }
            chains.push((number(start), chain));
        }
        chains
    }
}

/// The texts and blobs of a record.
fn values(payload: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let Some((length, mut types)) = varint(payload) else { return found };
    let Some(length) = usize::try_from(length).ok().filter(|&length| length <= payload.len()) else {
        return found;
    };
    let header = payload.len() - types.len();
    types = types.get(..length.saturating_sub(header)).unwrap_or_default();
    let mut body = payload.get(length..).unwrap_or_default();
    while let Some((kind, rest)) = varint(types) {
        types = rest;
        let size = match kind {
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            0 | 8..=11 => 0,
            _ => (kind - 12) / 2,
        };
        // The last value of a row whose chain is cut: as much as there is.
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(body.len());
        let (value, rest) = body.split_at(size);
        body = rest;
        if kind >= 12 && !value.is_empty() {
            found.push(value);
        }
    }
    found
}

/// The format's integers: seven bits a byte, most significant first, nine bytes at most.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().enumerate().take(9) {
        if at == 8 {
            return Some((value << 8 | u64::from(byte), bytes.get(9..)?));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
