//! Every needle of every value in one search of a text.

use std::net::Ipv6Addr;
use std::ops::Range;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::boundary;
use super::grams::{Grams, SHORTEST};
use super::layer::Seams;
use super::sift::{BLOCK, Batch, Gram, Sift};
use super::trigrams::{Core, Holder, Trigrams};
use super::value::Value;
use crate::endpoint::{Anatomy, Bound, Needle, Role, Strength, is_sign, v6_around};

/// A part found in the text at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    pub form: &'static str,
    pub part: &'static str,
    pub strength: Strength,
}

pub struct Matcher {
    needles: Vec<Needle>,
    values: Vec<Value>,
    grams: Grams,
    trigrams: Trigrams,
    sift: Sift,
    /// Made when it is first asked for: an audit, which decodes, never does.
    plain: OnceLock<Plain>,
    pub cores: Vec<Core>,
    /// The same as encoders write them.
    encoded: Vec<Core>,
}

/// The needles that are finds by themselves: they have fewer grams, and are looked for alone where nothing is
/// decoded.
struct Plain {
    grams: Grams,
    trigrams: Trigrams,
    sift: Sift,
}

impl Plain {
    fn new(needles: &[Needle]) -> Self {
        let finds = |long: bool| {
            let all = needles.iter().enumerate().filter(|(_, needle)| !is_sign(needle.form));
            all.map(|(number, needle)| (number, needle.bytes.as_slice()))
                .filter(move |(_, bytes)| (bytes.len() >= SHORTEST) == long)
        };
        let (trigrams, sift) = Trigrams::new(finds(false), std::iter::empty());
        Self { grams: Grams::new(finds(true)), trigrams, sift }
    }
}

/// An IPv6 address is no longer than this, with four of its bytes in dots.
const LONGEST_ADDRESS: usize = 45;

/// What a needle's own bounds are looked for beside it, and what a host's labels with other marks between them take
/// up more.
const BESIDE: usize = 32;

impl Matcher {
    pub fn new(anatomies: &[Anatomy], needles: Vec<Needle>) -> Self {
        let values: Vec<Value> = anatomies.iter().map(Value::new).collect();
        let cores: Vec<Core> = anatomies.iter().flat_map(cores).collect();
        let encoded: Vec<Core> = anatomies.iter().flat_map(encoded).collect();
        let numbered = |long: bool| {
            let fits = move |bytes: &[u8]| (bytes.len() >= SHORTEST) == long;
            needles.iter().map(|n| n.bytes.as_slice()).enumerate().filter(move |(_, b)| fits(b))
        };
        let grams = Grams::new(numbered(true));
        let (trigrams, sift) = Trigrams::new(numbered(false), cores.iter().chain(&encoded));
        Self { needles, values, grams, trigrams, sift, plain: OnceLock::new(), cores, encoded }
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    pub fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// Finds the long needles.
    pub fn long(&self, bytes: &[u8], range: Range<usize>, seams: Seams<'_>, found: &mut Vec<Found>) {
        self.long_in(&self.grams, (bytes, seams), range, found);
    }

    fn long_in(
        &self,
        grams: &Grams,
        (bytes, seams): (&[u8], Seams<'_>),
        range: Range<usize>,
        found: &mut Vec<Found>,
    ) {
        grams.candidates(bytes, range, |needle, start| {
            if let Some(needle) = self.needles.get(needle) {
                self.verify(needle, (bytes, seams), start, found);
            }
        });
    }

    /// Goes over every block of the text that begins in `range`, many at once: where the first of them begins, and
    /// what the sift says of them.
    #[inline]
    pub fn blocks(&self, bytes: &[u8], range: Range<usize>, mut each: impl FnMut(usize, &Batch)) {
        let mut start = range.start;
        let bytes = bytes.get(..bytes.len().min(range.end + Gram::LONGEST - 1)).unwrap_or_default();
        let mut batch = Batch::default();
        loop {
            self.sift.batch(bytes.get(start..).unwrap_or_default(), &mut batch);
            if batch.count > 0 {
                each(start, &batch);
                start += batch.count * BLOCK;
            }
            if !batch.is_full() {
                break;
            }
        }
        // What is less than a block and the bytes behind it: a text ends in space.
        let rest = bytes.get(start..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let mut last = [b' '; 2 * BLOCK + Gram::LONGEST - 1];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let len = rest.len().next_multiple_of(BLOCK) + Gram::LONGEST - 1;
        self.sift.batch(last.get(..len).unwrap_or_default(), &mut batch);
        each(start, &batch);
    }

    /// Looks at a place where the sift saw a trigram: short needles go to `found`, pieces of a core
    /// to `piece` (it, and the trigram's offset in it).
    #[inline]
    pub fn look(
        &self,
        bytes: &[u8],
        at: usize,
        seams: Seams<'_>,
        found: &mut Vec<Found>,
        piece: impl FnMut(&Core, usize),
    ) {
        self.held(&self.trigrams, (bytes, seams), at, found, piece);
    }

    /// The same with what one of the tables has of the trigram.
    #[inline]
    fn held(
        &self,
        table: &Trigrams,
        (bytes, seams): (&[u8], Seams<'_>),
        at: usize,
        found: &mut Vec<Found>,
        mut piece: impl FnMut(&Core, usize),
    ) {
        let Some(trigram) = bytes.get(at..).and_then(|b| b.first_chunk::<3>()) else { return };
        for holder in table.holders(*trigram) {
            match *holder {
                Holder::Needle { needle, offset } => {
                    if let Some(needle) = self.needles.get(needle as usize)
                        && let Some(start) = at.checked_sub(offset as usize)
                    {
                        self.verify(needle, (bytes, seams), start, found);
                    }
                }
                Holder::Core { core, offset } => {
                    if let Some(core) = self.cores.iter().chain(&self.encoded).nth(core as usize) {
                        piece(core, offset as usize);
                    }
                }
            }
        }
    }

    /// Finds needles as they stand, and none that is only a sign of what a decoder could read.
    pub fn plain(&self, bytes: &[u8], found: &mut Vec<Found>) {
        let Plain { grams, trigrams, sift } = self.plain.get_or_init(|| Plain::new(&self.needles));
        self.long_in(grams, (bytes, Seams::NONE), 0..bytes.len(), found);
        // There are no pieces in this table.
        let mut look = |at: usize| self.held(trigrams, (bytes, Seams::NONE), at, found, |_, _| {});
        let mut start = 0;
        loop {
            match sift.trigrams(bytes, start) {
                Ok((block, mut places)) => {
                    while places != 0 {
                        look(block + places.trailing_zeros() as usize);
                        places &= places - 1;
                    }
                    start = block + BLOCK;
                }
                Err(rest) => return (rest..bytes.len()).for_each(look),
            }
        }
    }

    /// How far before or behind a changed byte a find can reach that the change makes or unmakes: the
    /// longest needle, and what stands beside it.
    pub fn reach(&self) -> usize {
        self.needles.iter().map(|needle| needle.bytes.len()).max().unwrap_or(0) + BESIDE
    }

    fn verify(
        &self,
        needle: &Needle,
        (bytes, seams): (&[u8], Seams<'_>),
        start: usize,
        found: &mut Vec<Found>,
    ) {
        let end = start + needle.bytes.len();
        let Some(text) = bytes.get(start..end) else { return };
        let begins = text.first().zip(needle.bytes.first()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
        let same = begins
            && if needle.exact {
                text == needle.bytes.as_slice()
            } else {
                text.eq_ignore_ascii_case(&needle.bytes)
            };
        if !same {
            return;
        }
        let Some(value) = self.values.get(needle.value) else { return };
        let range = match needle.role {
            Role::Whole => {
                let alone = is_alone(needle.bound, bytes, start..end, seams)
                    && value.stands(needle, bytes, start, end);
                alone.then_some((start, end))
            }
            Role::Truncated => value.truncated(bytes, start),
            Role::Address(ip) => address(bytes, start, ip, seams),
            Role::Label { host, index } => value
                .chain(bytes, start, end, (host, index))
                .filter(|(s, e)| value.stands(needle, bytes, *s, *e)),
        };
        let Some((start, end)) = range else { return };
        let (form, end) =
            if needle.form == "plain" { value.plain_form(bytes, start, end) } else { (needle.form, end) };
        // A host of one label is a word like others, but not with the value's port beside it.
        let fields = form == "split-fields" && needle.strength == Strength::Weak;
        let strength = if fields { Strength::Strong } else { needle.strength };
        found.push(Found { start, end, form, part: needle.part, strength });
    }
}

impl Matcher {
    /// Where the name of a host stands behind a label's beginning, `x-` before it: no find, and not to be shown.
    pub fn within_labels(&self, text: &[u8]) -> Vec<(usize, usize)> {
        let names: Vec<&[u8]> = self.values.iter().filter_map(Value::name).collect();
        let starts = memchr::memchr_iter(b'-', text).map(|dash| dash + 1);
        let stands = |start: usize| {
            let of = |name: &&[u8]| {
                text.get(start..start + name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name))
            };
            names.iter().find(|name| of(name)).map(|name| (start, start + name.len()))
        };
        if names.is_empty() { Vec::new() } else { starts.filter_map(stands).collect() }
    }
}

/// Whether nothing runs into a needle, but perhaps another line that it was joined with.
fn is_alone(bound: Bound, bytes: &[u8], needle: Range<usize>, seams: Seams<'_>) -> bool {
    let Range { start, end } = needle;
    if boundary::holds(bound, bytes, start, end) {
        return true;
    }
    let (from, to) =
        (if seams.at(start) { start } else { 0 }, if seams.at(end) { end } else { bytes.len() });
    let line = bytes.get(from..to).unwrap_or_default();
    line.len() < bytes.len() && boundary::holds(bound, line, start - from, end - from)
}

fn address(bytes: &[u8], at: usize, ip: Ipv6Addr, seams: Seams<'_>) -> Option<(usize, usize)> {
    let found = |from: usize, to: usize| {
        let range = v6_around(bytes.get(from..to)?, at - from, ip)?;
        Some((range.start + from, range.end + from))
    };
    // The address itself may be made of several lines: any of their edges may be its own.
    let (starts, ends) = seams.around(at, LONGEST_ADDRESS, bytes.len());
    starts.iter().find_map(|from| ends.iter().find_map(|to| found(*from, *to)))
}

/// What may be split: the host, and any other secret.
fn cores(anatomy: &Anatomy) -> Vec<Core> {
    let core = |text: &[u8]| Core { text: Zeroizing::new(text.to_ascii_lowercase()), encoded: false };
    let mut all = Vec::new();
    if anatomy.loopback {
        return all;
    }
    if anatomy.host_text.is_empty() {
        all.extend(anatomy.parts.iter().map(|part| core(&part.text)));
    } else {
        all.push(core(anatomy.host_text.as_bytes()));
        all.extend(anatomy.shown_hosts().map(|host| core(host.as_bytes())));
        let others = anatomy.parts.iter().filter(|part| matches!(part.name, "user" | "query"));
        all.extend(others.map(|part| core(&part.text)));
    }
    all
}

/// The host as encoders write it, which may be split too.
fn encoded(anatomy: &Anatomy) -> Vec<Core> {
    let fold = |text: &[u8]| Zeroizing::new(text.to_ascii_lowercase());
    if anatomy.loopback {
        return Vec::new();
    }
    anatomy.encoded_hosts().iter().map(|text| Core { text: fold(text), encoded: true }).collect()
}
