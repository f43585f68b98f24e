//! Where a view or a decoder could find something: regions of a text, told by cheap signs.
//!
//! Each sign asks for a trace of a value beside it (two neighbouring characters of a host, a piece of
//! a host that ends where a line or a string ends), so that text full of escapes is not read twice.

mod peek;
mod pieces;
mod split;

use std::ops::Range;

pub use peek::{Peek, peek};
use pieces::is_in_pieces;
use split::{Split, split};

use crate::endpoint::is_sign;
use crate::search::decode::base64::Cases;
use crate::search::decode::{base32, base64, dump, wide};
use crate::search::matcher::{Found, Matcher};
use crate::search::sift::{BLOCK, Masks, is_base64};
use crate::search::trigrams::Core;
use crate::search::view::{View, escape};

/// Bytes around an escape that are read again.
const NEAR: usize = 320;
/// Bytes around a piece of a host whose lines and strings are joined.
pub const FAR: usize = 8 << 10;

/// The longest row of a dump.
const ROW: usize = 80;

/// Bytes between an escape and a line's end that it may belong with.
const CUT: usize = 24;

/// So many escapes in a block are worth a second reading, whatever they stand for; quotation marks and
/// ends of lines do not count.
const DENSE: u32 = 6;

/// Pairs of neighbouring characters in hosts, in lower case.
pub struct Pairs(Vec<u64>);

impl Pairs {
    pub fn new(cores: &[Core]) -> Self {
        let mut pairs = Self(vec![0; 1024]);
        for pair in cores.iter().flat_map(|core| core.text.windows(2)) {
            if let [a, b] = pair {
                let at = usize::from(*a) << 8 | usize::from(*b);
                if let Some(word) = pairs.0.get_mut(at / 64) {
                    *word |= 1 << (at % 64);
                }
            }
        }
        pairs
    }

    fn has(&self, a: u8, b: u8) -> bool {
        let at = usize::from(a.to_ascii_lowercase()) << 8 | usize::from(b.to_ascii_lowercase());
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

impl Drop for Pairs {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// Ranges in order; those that touch are one.
#[derive(Debug, Default)]
pub struct Regions(pub Vec<Range<usize>>);

impl Regions {
    fn around(&mut self, at: usize, reach: usize, len: usize) {
        let range = at.saturating_sub(reach)..(at + reach).min(len);
        match self.0.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => self.0.push(range),
        }
    }
}

#[derive(Debug, Default)]
pub struct Triggers {
    pub escapes: Regions,
    pub joins: Regions,
    /// How far the widest of the joins would reach beyond the text, if there were more of it.
    pub beyond: usize,
    /// Long runs of base64 digits, hexadecimal ones among them.
    pub runs: Vec<Range<usize>>,
    /// Places where wide text begins.
    pub wide: Vec<usize>,
    pub dumps: Regions,
    pub arrays: Regions,
    /// Where a container may begin in the midst of other bytes.
    pub inside: Vec<usize>,
}

impl Triggers {
    fn join(&mut self, at: usize, reach: usize, len: usize) {
        self.joins.around(at, reach, len);
        if at < reach || at + reach > len {
            self.beyond = self.beyond.max(reach);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.escapes.0.is_empty()
            && self.joins.0.is_empty()
            && self.runs.is_empty()
            && self.wide.is_empty()
            && self.dumps.0.is_empty()
            && self.arrays.0.is_empty()
            && self.inside.is_empty()
    }
}

/// The bits below this one, of which there are 64 at most.
fn below(bit: u32) -> u64 {
    1u64.checked_shl(bit).map_or(u64::MAX, |bit| bit - 1)
}

/// Where sixteen set bits begin.
fn sixteen(mut mask: u64) -> u64 {
    for shift in [1, 2, 4, 8] {
        mask &= mask >> shift;
    }
    mask
}

/// One pass over a range of a text.
pub struct Pass<'p> {
    matcher: &'p Matcher,
    pairs: &'p Pairs,
    text: &'p [u8],
    view: Option<&'p View>,
    pub found: Vec<Found>,
    pub triggers: Triggers,
    run_start: usize,
    decoded: usize,
    /// The end of the last escape and what it stood for.
    last_escape: (usize, u8),
    wide_until: usize,
    /// A block, and the escapes in it so far.
    dense: (usize, u32),
}

impl<'p> Pass<'p> {
    /// `decoded`: up to where the runs of the text are decoded already. `view`: what the text was made by, if
    /// its source is gone over too: a sign counts only where it was made, for elsewhere it is the source's.
    pub fn over(
        matcher: &'p Matcher,
        pairs: &'p Pairs,
        text: &'p [u8],
        range: Range<usize>,
        decoded: usize,
        view: Option<&'p View>,
    ) -> Self {
        let mut pass = Self {
            matcher,
            pairs,
            text,
            view,
            found: Vec::new(),
            triggers: Triggers::default(),
            run_start: range.start,
            decoded,
            last_escape: (usize::MAX, 0),
            wide_until: 0,
            dense: (0, 0),
        };
        matcher.long(text, range.clone(), &mut pass.found);
        matcher.blocks(text, range.clone(), |start, masks| {
            if !pass.passes_over(start, masks) {
                pass.block(start, masks);
            }
        });
        pass.long_run_ends(range.end.min(text.len()));
        pass.dumps();
        pass
    }

    /// Whether what stands here can be more than what the source of the text has.
    fn is_new(&self, range: Range<usize>) -> bool {
        self.view.is_none_or(|view| view.is_edited(range.start.saturating_sub(CUT)..range.end + CUT))
    }

    /// Whether there is nothing in a block, as in most.
    #[inline]
    fn passes_over(&mut self, start: usize, masks: &Masks) -> bool {
        let ends = start + (!masks.base64).trailing_zeros() as usize;
        let nothing = masks.trigram | masks.special | sixteen(masks.base64) == 0
            && ends < self.run_start + base64::SHORTEST;
        if nothing {
            self.run_start = start + BLOCK - (!masks.base64).leading_zeros() as usize;
        }
        nothing
    }

    fn block(&mut self, start: usize, masks: &Masks) {
        let mut trigrams = masks.trigram;
        while trigrams != 0 {
            self.trigram(start + trigrams.trailing_zeros() as usize);
            trigrams &= trigrams - 1;
        }
        let mut specials = masks.special;
        while specials != 0 {
            self.special(start + specials.trailing_zeros() as usize);
            specials &= specials - 1;
        }
        self.runs(start, masks);
    }

    fn runs(&mut self, start: usize, masks: &Masks) {
        let digits = masks.base64;
        let others = !digits;
        if others == 0 {
            return;
        }
        let first = others.trailing_zeros();
        self.long_run_ends(start + first as usize);
        // Where sixteen digits begin that lie in the block; runs that go on behind it end in another.
        let mut long = sixteen(digits & !below(first));
        let numbers = sixteen(masks.hex);
        while long != 0 {
            let at = long.trailing_zeros();
            let end = at + (others >> at).trailing_zeros();
            if end >= 64 {
                break;
            }
            let run = below(end) & !below(at);
            let cases = Cases { upper: masks.upper & run != 0, lower: masks.lower & run != 0 };
            // Of an escape before the run the last characters are digits too.
            if cases.are_both() || !cases.lower || numbers >> at & 15 != 0 {
                self.run_ends(start + at as usize..start + end as usize, cases);
            }
            long &= !below(end);
        }
        self.run_start = start + BLOCK - others.leading_zeros() as usize;
    }

    /// Here ends the run that began in an earlier block.
    fn long_run_ends(&mut self, end: usize) {
        let mut start = self.run_start;
        if end < start + base64::SHORTEST || end <= self.decoded {
            return;
        }
        // A pass over a part of a text must not cut the run that goes over its borders.
        let digit = |at: usize| self.text.get(at).copied().is_some_and(is_base64);
        while start > 0 && digit(start - 1) && self.run_start - start < 4096 {
            start -= 1;
        }
        let run = start..end.min(self.text.len());
        let cases = Cases::of(self.text.get(run.clone()).unwrap_or_default());
        self.run_ends(run, cases);
    }

    fn run_ends(&mut self, run: Range<usize>, cases: Cases) {
        if run.end <= self.decoded || !self.is_new(run.clone()) {
            return;
        }
        let (start, mut end) = (base64::behind_escape(self.text, run.start), run.end);
        let digits = self.text.get(start..end).unwrap_or_default();
        let numbers = dump::taste(digits).is_some() || !cases.lower && base32::taste(digits);
        if !(numbers || cases.are_both() && base64::taste(digits).is_some()) {
            return;
        }
        let digit = |at: usize| self.text.get(at).copied().is_some_and(is_base64);
        while digit(end) && end - start < base64::LONGEST {
            end += 1;
        }
        self.triggers.runs.push(start..end);
        // The run may go on in the next line or string, behind what the decoder does not skip.
        let open = matches!(self.text.get(end), Some(b'\n' | b'\r' | b'"' | b'\'' | b' ' | 0xe2));
        if open && !numbers && !base64::is_complete(self.text.get(start..end).unwrap_or_default()) {
            self.triggers.join(end, FAR / 4, self.text.len());
        }
    }

    fn special(&mut self, at: usize) {
        let byte = |at: usize| self.text.get(at).copied().unwrap_or(b' ');
        let here = byte(at);
        if here == 0 {
            if at >= self.wide_until && wide::begins(self.text, at) {
                self.wide_until = at + (32 << 10);
                self.triggers.wide.push(at);
            }
            if at == 0 || !self.pairs.has(byte(at - 1), byte(at + 1)) {
                return;
            }
        }
        let next = byte(at + 1);
        let nothing = match here {
            b'\\' => matches!(next, b'"' | b'n' | b't' | b'r' | b'\'' | b' '),
            b'%' => !next.is_ascii_hexdigit() && !matches!(next, b'u' | b'U'),
            _ => false,
        };
        if nothing {
            return;
        }
        let Some(escape) = escape::at(self.text, at) else { return };
        let meaning = escape.bytes().first().copied().unwrap_or(b' ');
        let before = match self.last_escape {
            (end, meaning) if end == at => meaning,
            _ => at.checked_sub(1).map_or(b' ', byte),
        };
        let end = at + escape.len;
        let (next, next_special) = match escape::at(self.text, end) {
            Some(next) => (next.bytes().first().copied().unwrap_or(b' '), true),
            None => (byte(end), false),
        };
        let nothing = escape.out_len == 0;
        self.last_escape = (end, if nothing { before } else { meaning });
        let in_run = matches!(meaning, b'+' | b'/' | b'=' | b'\n' | b'\r' | b' ')
            && at >= base64::SHORTEST
            && self
                .text
                .get(at - base64::SHORTEST..at)
                .is_some_and(|run| run.iter().all(|b| is_base64(*b)));
        let telling = if in_run {
            true
        } else if meaning.is_ascii_alphanumeric() && escape.len > 2 {
            // Nobody has to escape a letter or a digit.
            true
        } else if nothing {
            let word = before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
            self.pairs.has(before, next) || escape.form != "nul-separated" && (next_special || word)
        } else if super::sift::is_special(meaning) {
            // An escaped escape: what it escapes decides.
            !matches!(byte(end), b'"' | b'n' | b't' | b'r' | b' ' | b'\'')
                || byte(end) == b'n' && byte(end + 1) == b'#'
        } else {
            self.pairs.has(before, meaning) || self.pairs.has(meaning, next)
        };
        self.dense =
            if self.dense.0 == at / BLOCK { (at / BLOCK, self.dense.1 + 1) } else { (at / BLOCK, 1) };
        let dense = self.dense.1 >= DENSE && !nothing;
        if (telling || dense) && self.is_new(at..end) {
            self.triggers.escapes.around(at, NEAR, self.text.len());
            // A line's end may stand in the midst of an escape, or between letters that are all escaped: of a host
            // whose dots alone are, pieces are seen.
            let letters = meaning.is_ascii_alphanumeric() || crate::search::sift::is_special(meaning);
            if self.is_cut(at, end, letters && !nothing) {
                self.triggers.join(at, NEAR, self.text.len());
            }
        }
    }

    /// Whether a line ends close to an escape; or, unless `anywhere` will do, within another one.
    fn is_cut(&self, start: usize, end: usize, anywhere: bool) -> bool {
        let first = start.saturating_sub(CUT);
        let near = self.text.get(first..(end + CUT).min(self.text.len())).unwrap_or_default();
        memchr::memchr_iter(b'\n', near).any(|line| anywhere || self.cuts_escape(first + line))
    }

    /// Whether an escape begins right before a line's end that does not end before it.
    fn cuts_escape(&self, line: usize) -> bool {
        let begins = |at: usize| self.text.get(at).is_some_and(|b| matches!(b, b'\\' | b'%' | b'&' | 0x1b));
        (line.saturating_sub(8)..line).any(|at| begins(at) && escape::at(self.text, at).is_none())
    }

    fn trigram(&mut self, at: usize) {
        let (text, cores) = (self.text, &self.matcher.cores);
        let is_new = self.is_new(at..at + 3);
        let triggers = &mut self.triggers;
        self.matcher.look(text, at, &mut self.found, |core, offset| {
            let Some(core) = cores.get(core).filter(|_| is_new) else { return };
            match split(text, at, &core.text, offset) {
                Split::No => {}
                Split::ByEscape => triggers.escapes.around(at, FAR / 4, text.len()),
                Split::Goes => triggers.join(at, FAR, text.len()),
            }
        });
    }

    /// Signs of dumps are needles; they are no finds.
    fn dumps(&mut self) {
        self.found.sort_unstable();
        let signs = self.found.iter().filter(|found| is_sign(found.form));
        // The lines of a dump go on behind the first one.
        let reach = |sign: &Found| if sign.form == "dump" { sign.end + ROW } else { sign.end };
        let old: Vec<usize> =
            signs.filter(|sign| !self.is_new(sign.start..reach(sign))).map(|sign| sign.start).collect();
        let (triggers, text, len) = (&mut self.triggers, self.text, self.text.len());
        for found in self
            .found
            .iter()
            .filter(|found| matches!(found.form, "plain" | "case" | "split-fields"))
            .take(64)
        {
            let around =
                text.get(found.start.saturating_sub(12)..(found.end + 4).min(len)).unwrap_or_default();
            // Escapes beside it: the whole URL may be written in them.
            if around.iter().any(|b| super::sift::is_special(*b) && *b != 0) {
                triggers.escapes.around(found.start, NEAR, len);
            }
        }
        self.found.retain(|found| {
            match found.form {
                form if is_sign(form) && old.contains(&found.start) => {}
                "dump" => {
                    triggers.dumps.around(found.start, FAR, len);
                    // The lines of a dump may stand in one string.
                    let next = text.get(found.start..(found.start + 2 * ROW).min(len)).unwrap_or_default();
                    if memchr::memmem::find(next, b"\\n").is_some() {
                        triggers.escapes.around(found.start, FAR, len);
                    }
                }
                "array" => triggers.arrays.around(found.start, NEAR * 4, len),
                "token" if is_in_pieces(text, found.start, found.end) => {
                    triggers.join(found.start, FAR / 4, len);
                }
                "token" => {}
                "inside" => triggers.inside.push(found.start),
                "inside-bzip2" => triggers.inside.extend(found.start.checked_sub(4)),
                _ => return true,
            }
            false
        });
    }
}
