//! Where a view or a decoder could find something: regions of a text, told by cheap signs.
//!
//! Each sign asks for a trace of a value beside it (two neighbouring characters of a host, a piece of
//! a host that ends where a line or a string ends), so that text full of escapes is not read twice.

mod brackets;
mod ends;
mod escapes;
mod numbers;
mod pieces;
mod runs;
mod split;

use std::ops::Range;

use pieces::{is_in_pieces, is_key};
use runs::LastTasted;
use split::{Split, split};

use crate::endpoint::is_sign;
use crate::search::decode::base64;
use crate::search::layer::Seams;
use crate::search::matcher::{Found, Matcher};
use crate::search::sift::{BLOCK, Masks};
use crate::search::trigrams::Core;
use crate::search::view::View;

/// Bytes around an escape that are read again.
const NEAR: usize = 320;
/// Bytes around a piece of a host whose lines and strings are joined.
pub const FAR: usize = 8 << 10;

/// The longest row of a dump.
const ROW: usize = 80;

/// Bytes between an escape and a line's end that it may belong with.
const CUT: usize = 24;

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
    /// The same where each of its bytes was taken for a character.
    pub inside_wide: Vec<usize>,
    /// Terminal sequences in characters that are shown.
    pub carets: Regions,
    /// Tags within a host.
    pub tags: Regions,
    /// A run of digits fills a line, as one of many.
    pub folded: bool,
    /// Where lists of numbers begin.
    pub lists: Vec<usize>,
    /// Where binary patches begin.
    pub patches: Vec<usize>,
    /// Dumps, from their first line to the end of their last row.
    pub rows: Vec<Range<usize>>,
    /// There are lines of JSON, one record each, perhaps as events of a stream: two after one another.
    pub records: bool,
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
            && self.rows.is_empty()
            && self.patches.is_empty()
            && self.inside.is_empty()
            && self.inside_wide.is_empty()
            && self.carets.0.is_empty()
            && self.tags.0.is_empty()
    }
}

/// One pass over a range of a text.
pub struct Pass<'p> {
    matcher: &'p Matcher,
    pairs: &'p Pairs,
    text: &'p [u8],
    view: Option<&'p View>,
    seams: Seams<'p>,
    pub found: Vec<Found>,
    pub triggers: Triggers,
    run_start: usize,
    tasted: LastTasted,
    /// The block before the one at hand; `None` where it is not known, or full of digits.
    before: Option<Masks>,
    decoded: usize,
    /// Up to where numbers were looked at.
    pub numbers_until: usize,
    /// The end of the last escape and what it stood for.
    last_escape: (usize, u8),
    wide_until: usize,
    /// A block, and the escapes in it so far.
    dense: (usize, u32),
    last_record: Option<usize>,
}

impl<'p> Pass<'p> {
    /// `decoded` and `numbers`: up to where the runs of the text, and its numbers, are decoded already. `seams`: the way to the text from its source;
    /// where that is gone over too, a sign counts only where it was made, for elsewhere it is the source's.
    pub fn over(
        matcher: &'p Matcher,
        pairs: &'p Pairs,
        text: &'p [u8],
        range: Range<usize>,
        (decoded, numbers): (usize, usize),
        seams: Seams<'p>,
    ) -> Self {
        let mut pass = Self::new(matcher, pairs, text, range.clone());
        (pass.decoded, pass.seams, pass.view) = (decoded, seams, seams.view());
        pass.numbers_until = numbers;
        matcher.long(text, range.clone(), seams, &mut pass.found);
        pass.blocks(range);
        pass.dumps();
        pass
    }

    /// A pass over what is near new bytes, for signs there; needles reach further.
    pub fn near(matcher: &'p Matcher, pairs: &'p Pairs, text: &'p [u8], near: &[Range<usize>]) -> Self {
        let mut pass = Self::new(matcher, pairs, text, 0..text.len());
        matcher.long(text, 0..text.len(), Seams::NONE, &mut pass.found);
        let is_near =
            |found: &Found| near.iter().any(|near| found.start < near.end && near.start < found.end);
        pass.found.retain(|found| !is_sign(found.form) || is_near(found));
        for near in near {
            (pass.run_start, pass.before) = (near.start, None);
            pass.blocks(near.clone());
            pass.records_near(near.clone());
        }
        pass.dumps();
        pass
    }

    fn new(matcher: &'p Matcher, pairs: &'p Pairs, text: &'p [u8], range: Range<usize>) -> Self {
        Self {
            matcher,
            pairs,
            text,
            view: None,
            seams: Seams::NONE,
            found: Vec::new(),
            triggers: Triggers::default(),
            run_start: range.start,
            tasted: LastTasted::default(),
            before: None,
            decoded: 0,
            numbers_until: 0,
            last_escape: (usize::MAX, 0),
            wide_until: 0,
            dense: (0, 0),
            last_record: None,
        }
    }

    fn blocks(&mut self, range: Range<usize>) {
        let (first, end) = (range.start, range.end.min(self.text.len()));
        self.matcher.blocks(self.text, range, |start, batch| {
            let mut notable = batch.notable;
            // A run that ends in the first block may have begun before it.
            let cut = start == first && batch.block(0).base64.trailing_ones() as usize >= base64::SHORTEST;
            notable.others |= u32::from(cut);
            let mut left = notable.opens | notable.numbers | notable.others;
            while left != 0 {
                let (at, bit) = (left.trailing_zeros() as usize, left & left.wrapping_neg());
                left &= left - 1;
                let (start, masks) = (start + at * BLOCK, batch.block(at));
                if masks.opens != 0 {
                    self.brackets(start, masks.opens);
                }
                if notable.numbers & bit != 0 {
                    self.numbers(start, &masks);
                }
                if notable.others & bit != 0 {
                    if start != first {
                        self.follows(start, batch.before(at));
                    }
                    self.block(start, &masks);
                }
            }
            self.follows(start + batch.count * BLOCK, batch.before(batch.count));
        });
        self.long_run_ends(end);
    }

    /// Whether what stands here can be more than what the source of the text has.
    fn is_new(&self, range: Range<usize>) -> bool {
        self.view.is_none_or(|view| view.is_edited(range.start.saturating_sub(CUT)..range.end + CUT))
    }

    /// Apart from what goes over all blocks: few have anything.
    #[inline(never)]
    fn block(&mut self, start: usize, masks: &Masks) {
        let mut trigrams = masks.trigram;
        while trigrams != 0 {
            self.trigram(start + trigrams.trailing_zeros() as usize);
            trigrams &= trigrams - 1;
        }
        let mut specials = masks.special;
        while specials != 0 {
            let at = start + specials.trailing_zeros() as usize;
            // What is no text is full of zeros, beside one another.
            if self.text.get(at..at + 2) != Some(&[0, 0]) || !self.is_within_zeros(at) {
                self.special(at);
            }
            specials &= specials - 1;
        }
        self.runs(start, masks);
    }

    fn is_within_zeros(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| self.text.get(before) == Some(&0))
    }

    #[inline]
    fn trigram(&mut self, at: usize) {
        let text = self.text;
        let is_new = self.is_new(at..at + 3);
        let triggers = &mut self.triggers;
        self.matcher.look(text, at, self.seams, &mut self.found, |core, offset| {
            if !is_new {
                return;
            }
            match split(text, at, core, offset) {
                Split::No => {}
                Split::ByEscape => triggers.escapes.around(at, FAR / 4, text.len()),
                Split::ByTag => triggers.tags.around(at, NEAR * 2, text.len()),
                Split::Goes => triggers.join(at, FAR, text.len()),
            }
        });
    }

    /// Signs of dumps are needles; they are no finds.
    fn dumps(&mut self) {
        self.found.sort_unstable();
        self.found.dedup();
        let signs = self.found.iter().filter(|found| is_sign(found.form));
        // The lines of a dump go on behind the first one.
        let reach = |sign: &Found| if sign.form == "dump" { sign.end + ROW } else { sign.end };
        let old: Vec<usize> =
            signs.filter(|sign| !self.is_new(sign.start..reach(sign))).map(|sign| sign.start).collect();
        let (triggers, text, len) = (&mut self.triggers, self.text, self.text.len());
        let cores = &self.matcher.cores;
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
                "token" if is_key(text, found.end) => {}
                "token" if is_in_pieces(cores, text, found.start..found.end) => {
                    if text.get(found.start) == Some(&b'>') {
                        triggers.tags.around(found.start, NEAR * 2, len);
                    } else {
                        triggers.join(found.start, FAR / 4, len);
                    }
                }
                "token" => {}
                "list" => triggers.lists.push(found.start),
                "patch" => triggers.patches.push(found.start),
                "caret" => triggers.carets.around(found.start, NEAR, len),
                "inside" => triggers.inside.push(found.start),
                "inside-wide" => triggers.inside_wide.push(found.start),
                "inside-bzip2" => triggers.inside.extend(found.start.checked_sub(4)),
                _ => return true,
            }
            false
        });
    }
}
