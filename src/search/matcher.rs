//! Every needle of every value in one search of a text.

use std::net::Ipv6Addr;
use std::ops::Range;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::grams::{Grams, SHORTEST};
use super::sift::{BATCH, BLOCK, Masks, Sift, Window};
use super::trigrams::{Core, Holder, Trigrams};
use super::{boundary, context};
use crate::endpoint::{Anatomy, Bound, Host, Needle, Role, Strength, is_sign, v6_around};

/// A part found in the text at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    pub form: &'static str,
    pub part: &'static str,
    pub strength: Strength,
}

/// One value, as far as a match has to look at it again.
struct Value {
    /// Parts as given, where letter case makes them differ from their needles.
    given: Vec<Zeroizing<Vec<u8>>>,
    /// The URL and the host: what a truncated one is compared with.
    whole: Vec<Zeroizing<Vec<u8>>>,
    labels: Vec<Zeroizing<Vec<u8>>>,
    host: Zeroizing<Vec<u8>>,
    address: bool,
    port: Zeroizing<String>,
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
        let (trigrams, sift) = Trigrams::new(finds(false), &[]);
        Self { grams: Grams::new(finds(true)), trigrams, sift }
    }
}

/// What a needle's own bounds are looked for beside it, and what a host's labels with other marks between them take
/// up more.
const BESIDE: usize = 32;

impl Matcher {
    pub fn new(anatomies: &[Anatomy], needles: Vec<Needle>) -> Self {
        let values: Vec<Value> = anatomies.iter().map(Value::new).collect();
        let cores: Vec<Core> = anatomies.iter().flat_map(cores).collect();
        let numbered = |long: bool| {
            let fits = move |bytes: &[u8]| (bytes.len() >= SHORTEST) == long;
            needles.iter().map(|n| n.bytes.as_slice()).enumerate().filter(move |(_, b)| fits(b))
        };
        let grams = Grams::new(numbered(true));
        let (trigrams, sift) = Trigrams::new(numbered(false), &cores);
        Self { needles, values, grams, trigrams, sift, plain: OnceLock::new(), cores }
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    pub fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// Finds the long needles.
    pub fn long(&self, bytes: &[u8], range: Range<usize>, found: &mut Vec<Found>) {
        self.long_in(&self.grams, bytes, range, found);
    }

    fn long_in(&self, grams: &Grams, bytes: &[u8], range: Range<usize>, found: &mut Vec<Found>) {
        grams.candidates(bytes, range, |needle, start| {
            if let Some(needle) = self.needles.get(needle) {
                self.verify(needle, bytes, start, found);
            }
        });
    }

    /// Goes over every block of the text that begins in `range`: its start and what the sift says of it.
    pub fn blocks(&self, bytes: &[u8], range: Range<usize>, mut each: impl FnMut(usize, &Masks)) {
        let mut start = range.start;
        let bytes = bytes.get(..bytes.len().min(range.end + 2)).unwrap_or_default();
        let mut batch = [Masks::default(); BATCH];
        loop {
            let count = self.sift.batch(bytes.get(start..).unwrap_or_default(), &mut batch);
            for masks in batch.iter().take(count) {
                each(start, masks);
                start += BLOCK;
            }
            if count < BATCH {
                break;
            }
        }
        while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let mut window: Window = [b' '; BLOCK + 2];
            let len = rest.len().min(window.len());
            if let (Some(to), Some(from)) = (window.get_mut(..len), rest.get(..len)) {
                to.copy_from_slice(from);
            }
            each(start, &self.sift.masks(&window));
            start += BLOCK;
        }
    }

    /// Looks at a place where the sift saw a trigram: short needles go to `found`, pieces of a core
    /// to `piece` (its number, and the trigram's offset in it).
    #[inline]
    pub fn look(&self, bytes: &[u8], at: usize, found: &mut Vec<Found>, piece: impl FnMut(usize, usize)) {
        self.held(&self.trigrams, bytes, at, found, piece);
    }

    /// The same with what one of the tables has of the trigram.
    #[inline]
    fn held(
        &self,
        table: &Trigrams,
        bytes: &[u8],
        at: usize,
        found: &mut Vec<Found>,
        mut piece: impl FnMut(usize, usize),
    ) {
        let Some(trigram) = bytes.get(at..).and_then(|b| b.first_chunk::<3>()) else { return };
        for holder in table.holders(*trigram) {
            match *holder {
                Holder::Needle { needle, offset } => {
                    if let Some(needle) = self.needles.get(needle as usize)
                        && let Some(start) = at.checked_sub(offset as usize)
                    {
                        self.verify(needle, bytes, start, found);
                    }
                }
                Holder::Core { core, offset } => piece(core as usize, offset as usize),
            }
        }
    }

    /// Finds needles as they stand, and none that is only a sign of what a decoder could read.
    pub fn plain(&self, bytes: &[u8], found: &mut Vec<Found>) {
        let Plain { grams, trigrams, sift } = self.plain.get_or_init(|| Plain::new(&self.needles));
        self.long_in(grams, bytes, 0..bytes.len(), found);
        // There are no pieces in this table.
        let mut look = |at: usize| self.held(trigrams, bytes, at, found, |_, _| {});
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

    fn verify(&self, needle: &Needle, bytes: &[u8], start: usize, found: &mut Vec<Found>) {
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
                let alone = boundary::holds(needle.bound, bytes, start, end)
                    && value.stands(needle.form, bytes, start, end);
                alone.then_some((start, end))
            }
            Role::Truncated => value.truncated(bytes, start),
            Role::Address(ip) => address(bytes, start, ip),
            Role::Label { index } => value
                .chain(bytes, start, end, index)
                .filter(|(s, e)| value.stands(needle.form, bytes, *s, *e)),
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

fn address(bytes: &[u8], at: usize, ip: Ipv6Addr) -> Option<(usize, usize)> {
    v6_around(bytes, at, ip).map(|range| (range.start, range.end))
}

/// What may be split: the host, and any other secret.
fn cores(anatomy: &Anatomy) -> Vec<Core> {
    let fold = |text: &[u8]| Zeroizing::new(text.to_ascii_lowercase());
    let mut all = Vec::new();
    if anatomy.loopback {
        return all;
    }
    if anatomy.host_text.is_empty() {
        all.extend(anatomy.parts.iter().map(|part| Core { text: fold(&part.text) }));
    } else {
        all.push(Core { text: fold(anatomy.host_text.as_bytes()) });
        let others = anatomy.parts.iter().filter(|part| matches!(part.name, "user" | "query"));
        all.extend(others.map(|part| Core { text: fold(&part.text) }));
    }
    all
}

impl Value {
    fn new(anatomy: &Anatomy) -> Self {
        let given = anatomy.parts.iter().map(|part| part.text.clone());
        let host = Zeroizing::new(anatomy.host_text.as_bytes().to_vec());
        let url = anatomy.parts.first().map(|part| Zeroizing::new(part.text.to_ascii_lowercase()));
        let labels = host.split(|b| *b == b'.').map(|label| Zeroizing::new(label.to_vec())).collect();
        Self {
            given: given.filter(|text| text.iter().any(u8::is_ascii_uppercase)).collect(),
            whole: url.into_iter().chain([host.clone()]).collect(),
            labels,
            address: matches!(anatomy.host, Host::V4(_)),
            port: Zeroizing::new(anatomy.port.map(|port| port.to_string()).unwrap_or_default()),
            host,
        }
    }

    /// Whether what is around a needle of this form does not make it another thing.
    fn stands(&self, form: &str, bytes: &[u8], start: usize, end: usize) -> bool {
        match form {
            "slug" => !self.address || !context::is_in_list(bytes, start, end),
            "base64" | "base32" | "hex" | "utf16" => {
                let bound = if self.address { Bound::Address } else { Bound::Name };
                context::may_be(form, &self.host, bound, bytes, start, end)
            }
            _ => true,
        }
    }

    /// The form of a plain hit, and where it ends when the fields that follow belong to it.
    fn plain_form(&self, bytes: &[u8], start: usize, end: usize) -> (&'static str, usize) {
        let text = bytes.get(start..end).unwrap_or_default();
        if text.eq_ignore_ascii_case(&self.host)
            && let Some(end) = self.split_fields(bytes, end)
        {
            return ("split-fields", end);
        }
        let upper = text.iter().any(u8::is_ascii_uppercase);
        if upper && !self.given.iter().any(|given| given.as_slice() == text) {
            return ("case", end);
        }
        let after = bytes.get(end..).unwrap_or_default();
        if !self.address && matches!(after, [b'.', b':' | b'/', ..]) {
            return ("case", end + 1);
        }
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let nul = |b: Option<&u8>| b == Some(&0);
        if nul(before) && after.get(1) != Some(&0)
            || nul(after.first()) && after.get(1).is_some_and(|b| *b != 0)
        {
            return ("nul-separated", end);
        }
        ("plain", end)
    }

    /// `host='H', port=P`, `to H port P`, `"address":"H","port":P`, `('H', P)`: the end of the port.
    fn split_fields(&self, bytes: &[u8], end: usize) -> Option<usize> {
        if self.port.is_empty() {
            return None;
        }
        let after = bytes.get(end..bytes.len().min(end + 48))?;
        let at = memchr::memmem::find(after, self.port.as_bytes())?;
        let (gap, rest) = (after.get(..at)?, after.get(at + self.port.len()..)?);
        let word: Vec<u8> =
            gap.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
        let named = word.ends_with(b"port") || (word.is_empty() && gap.len() <= 8);
        let digit = gap.iter().chain(rest.first()).any(u8::is_ascii_digit);
        let joined = matches!(gap, b"" | b":" | b".:" | b"]:");
        (named && !digit && !joined).then_some(end + at + self.port.len())
    }

    /// How far a cut value goes, where what follows says that it was cut.
    fn truncated(&self, bytes: &[u8], start: usize) -> Option<(usize, usize)> {
        let rest = bytes.get(start..)?;
        let same = |whole: &[u8]| {
            whole.iter().zip(rest).take_while(|(a, b)| **a == b.to_ascii_lowercase()).count()
        };
        let (len, whole) =
            self.whole.iter().map(|whole| (same(whole), whole)).max_by_key(|(len, _)| *len)?;
        let host_at = memchr::memmem::find(whole, &self.host).unwrap_or(0);
        if len < 16 || len >= host_at + self.host.len() {
            return None;
        }
        if !boundary::begins_name(bytes, start) {
            return None;
        }
        let after = rest.get(len..).unwrap_or_default();
        let dots = after.starts_with(b"..") || after.starts_with("…".as_bytes());
        let host_goes_on = after.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-')
            || matches!(after, [b'.', next, ..] if next.is_ascii_alphanumeric());
        let shown = std::str::from_utf8(whole.get(host_at..len)?).ok()?;
        let another = self.address && shown.parse::<std::net::Ipv4Addr>().is_ok();
        (dots || (!host_goes_on && !another)).then_some((start, start + len))
    }

    /// The host's labels with up to six other characters between them, around the one at `start`.
    fn chain(&self, bytes: &[u8], start: usize, end: usize, index: usize) -> Option<(usize, usize)> {
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        if before.is_some_and(u8::is_ascii_alphanumeric)
            || bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)
        {
            return None;
        }
        let mut dots = 0;
        let mut last = end;
        for label in self.labels.get(index + 1..)? {
            let rest = bytes.get(last..)?;
            let gap = rest.iter().take(7).take_while(|b| !b.is_ascii_alphanumeric()).count();
            dots += usize::from(gap == 1 && rest.first() == Some(&b'.'));
            let text = rest.get(gap..gap + label.len())?;
            if !(1..=6).contains(&gap) || !text.eq_ignore_ascii_case(label) {
                return None;
            }
            last += gap + label.len();
            if bytes.get(last).is_some_and(u8::is_ascii_alphanumeric) {
                return None;
            }
        }
        let mut first = start;
        for label in self.labels.get(..index)?.iter().rev() {
            let rest = bytes.get(..first)?;
            let gap = rest.iter().rev().take(7).take_while(|b| !b.is_ascii_alphanumeric()).count();
            dots += usize::from(gap == 1 && rest.last() == Some(&b'.'));
            let at = first.checked_sub(gap + label.len())?;
            let text = bytes.get(at..at + label.len())?;
            if !(1..=6).contains(&gap) || !text.eq_ignore_ascii_case(label) {
                return None;
            }
            first = at;
            if first.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric) {
                return None;
            }
        }
        (dots + 1 < self.labels.len()).then_some((first, last))
    }
}
