//! Git's deltas: an object told as copies from another one and bytes put between.
//!
//! Refuses copies from outside the base, the reserved instruction, and any length that is not the one
//! stated; nothing is allocated by a number that was only claimed.

use super::fault::Fault;

/// One instruction: `len` bytes of the result from `to` on, out of the base or out of the delta itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Op {
    pub to: usize,
    pub from: usize,
    pub len: usize,
    pub copied: bool,
}

impl Op {
    /// The bytes that it brings.
    pub fn bytes<'a>(&self, base: &'a [u8], delta: &'a [u8]) -> &'a [u8] {
        let source = if self.copied { base } else { delta };
        source.get(self.from..self.from + self.len).unwrap_or_default()
    }

    pub fn end(&self) -> usize {
        self.to + self.len
    }
}

/// The two lengths at a delta's start, and where its instructions begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    pub base: u64,
    pub result: u64,
    pub body: usize,
}

pub fn sizes(delta: &[u8]) -> Result<Sizes, Fault> {
    let mut at = 0;
    let base = varint(delta, &mut at)?;
    let result = varint(delta, &mut at)?;
    Ok(Sizes { base, result, body: at })
}

fn varint(bytes: &[u8], at: &mut usize) -> Result<u64, Fault> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let byte = *bytes.get(*at).ok_or(Fault::Delta("its lengths are cut off"))?;
        *at += 1;
        let part = u64::from(byte & 0x7f);
        if shift > 63 || (part << shift) >> shift != part {
            return Err(Fault::Delta("a length that overflows"));
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
        shift += 7;
    }
}

/// Calls `each` with every instruction, in order, checked against both lengths.
pub fn walk(delta: &[u8], base_len: usize, mut each: impl FnMut(Op)) -> Result<usize, Fault> {
    let sizes = sizes(delta)?;
    if sizes.base != base_len as u64 {
        return Err(Fault::Delta("it was made for a base of another length"));
    }
    let (mut at, mut to) = (sizes.body, 0usize);
    while let Some(code) = delta.get(at).copied() {
        at += 1;
        let op = if code & 0x80 != 0 {
            let (from, len) = copy(delta, code, &mut at)?;
            if from.checked_add(len).is_none_or(|end| end > base_len) {
                return Err(Fault::Delta("a copy from outside its base"));
            }
            Op { to, from, len, copied: true }
        } else {
            let len = usize::from(code & 0x7f);
            if len == 0 || at + len > delta.len() {
                return Err(Fault::Delta("an instruction that is reserved or cut off"));
            }
            let op = Op { to, from: at, len, copied: false };
            at += len;
            op
        };
        to = to.checked_add(op.len).filter(|to| *to as u64 <= sizes.result).ok_or(LONGER)?;
        each(op);
    }
    if to as u64 == sizes.result { Ok(to) } else { Err(Fault::Delta("its result is shorter than stated")) }
}

const LONGER: Fault = Fault::Delta("its result is longer than stated");

/// The arguments of a copy: of each of its seven bytes the code says whether it is there.
#[inline]
fn copy(delta: &[u8], code: u8, at: &mut usize) -> Result<(usize, usize), Fault> {
    let (low, high) = (code & 15, code >> 4 & 7);
    // Mostly the bytes that are left out are the highest: then each number is a part of one word.
    if low & (low + 1) == 0
        && high & (high + 1) == 0
        && let Some(word) = delta.get(*at..).and_then(|rest| rest.first_chunk::<8>())
    {
        let (offset, len) = (low.trailing_ones(), high.trailing_ones());
        let word = u64::from_le_bytes(*word);
        *at += (offset + len) as usize;
        return numbers(
            word & !(u64::MAX << (8 * offset)),
            word >> (8 * offset) & !(u64::MAX << (8 * len)),
        );
    }
    let mut number = |bits: std::ops::Range<u8>| {
        let mut value = 0;
        for (place, bit) in bits.enumerate() {
            if code & (1 << bit) != 0 {
                let byte = delta.get(*at).copied().ok_or(Fault::Delta("a copy that is cut off"))?;
                *at += 1;
                value |= u64::from(byte) << (8 * place);
            }
        }
        Ok::<_, Fault>(value)
    };
    let from = number(0..4)?;
    numbers(from, number(4..7)?)
}

#[inline]
fn numbers(from: u64, len: u64) -> Result<(usize, usize), Fault> {
    let number = |value: u64| usize::try_from(value).map_err(|_| Fault::Delta("a copy from too far"));
    Ok((number(from)?, if len == 0 { 0x1_0000 } else { number(len)? }))
}

/// Appends the result to `out`, whose capacity the caller has bounded.
pub fn build(delta: &[u8], base: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    walk(delta, base.len(), |op| out.extend_from_slice(op.bytes(base, delta))).map(|_| ())
}

/// Room behind a buffer's end that makes short copies cheap.
pub const SLACK: usize = 64;

/// Appends `len` bytes of the source. Most are few: to copy a fixed number and to cut off the rest is faster
/// than to ask how many there are.
#[inline]
pub fn append(out: &mut Vec<u8>, source: &[u8], from: usize, len: usize) {
    let rest = source.get(from..).unwrap_or_default();
    let end = out.len() + len;
    if len <= 16
        && let Some(bytes) = rest.first_chunk::<16>()
    {
        out.extend_from_slice(bytes);
    } else if len <= SLACK
        && let Some(bytes) = rest.first_chunk::<SLACK>()
    {
        out.extend_from_slice(bytes);
    } else {
        out.extend_from_slice(rest.get(..len).unwrap_or_default());
    }
    out.truncate(end);
}

/// The same from instructions that [`walk`] has let pass.
pub fn apply(ops: &[Op], base: &[u8], delta: &[u8], out: &mut Vec<u8>) {
    for op in ops {
        append(out, if op.copied { base } else { delta }, op.from, op.len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_insertions_make_the_result() {
        let base = b"hello, world";
        let delta = [12, 10, 0x91, 7, 5, 5, b'H', b'E', b'L', b'L', b'O'];
        let mut out = Vec::new();
        build(&delta, base, &mut out).expect("sound");
        assert_eq!(out, b"worldHELLO");
    }

    #[test]
    fn every_fault_is_refused() {
        let of = |delta: &[u8]| build(delta, b"hello, world", &mut Vec::new());
        for bad in [
            &[][..],
            &[12],
            &[11, 1, 1, b'x'],
            &[12, 1, 0],
            &[12, 2, 1, b'x'],
            &[12, 1, 2, b'x', b'y'],
            &[12, 5, 0x91, 8, 5],
            &[12, 5, 0x91, 8],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            assert!(of(bad).is_err(), "{bad:?}");
        }
    }
}
