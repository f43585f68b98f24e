//! A value, as far as a match has to look at it again.

use std::net::IpAddr;

use zeroize::Zeroizing;

use super::{boundary, context};
use crate::endpoint::{Anatomy, Bound, Host, Needle};

/// With what the IPv6 addresses of all tailnets begin.
const TAILNETS: &[u8] = b"fd7a:115c:a1e0:";

/// The most characters between two labels, indentation among them.
const MOST_BETWEEN: usize = 48;

pub struct Value {
    /// Parts as given, where letter case makes them differ from their needles.
    given: Vec<Zeroizing<Vec<u8>>>,
    /// The URL and the host: what a truncated one is compared with.
    whole: Vec<Zeroizing<Vec<u8>>>,
    /// Of the host, and of the host as it is shown.
    labels: Vec<Vec<Zeroizing<Vec<u8>>>>,
    host: Zeroizing<Vec<u8>>,
    address: bool,
    /// What may stand beside the host.
    bound: Bound,
    /// How long the beginning of the host is that all tailnets share.
    network: usize,
    port: Zeroizing<String>,
}

impl Value {
    pub fn new(anatomy: &Anatomy) -> Self {
        let given = anatomy.parts.iter().map(|part| part.text.clone());
        let host = Zeroizing::new(anatomy.host_text.as_bytes().to_vec());
        let url = anatomy.parts.first().map(|part| Zeroizing::new(part.text.to_ascii_lowercase()));
        let labels =
            |host: &str| host.split('.').map(|label| Zeroizing::new(label.as_bytes().to_vec())).collect();
        let hosts = [anatomy.host_text.as_str()].into_iter().chain(anatomy.shown_hosts());
        Self {
            given: given.filter(|text| text.iter().any(u8::is_ascii_uppercase)).collect(),
            whole: url.into_iter().chain([host.clone()]).collect(),
            labels: hosts.map(labels).collect(),
            address: matches!(anatomy.host, Host::V4(_)),
            bound: match anatomy.host {
                Host::V4(_) => Bound::Address,
                Host::V6(_) => Bound::V6,
                Host::Name | Host::None => Bound::Name,
            },
            network: if matches!(anatomy.host, Host::V6(_)) && host.starts_with(TAILNETS) {
                TAILNETS.len()
            } else {
                0
            },
            port: Zeroizing::new(anatomy.port.map(|port| port.to_string()).unwrap_or_default()),
            host,
        }
    }

    /// Whether what is around a needle does not make it another thing.
    pub fn stands(&self, needle: &Needle, bytes: &[u8], start: usize, end: usize) -> bool {
        match needle.form {
            "slug" => {
                !self.address
                    || !context::is_in_list(bytes, start, end)
                        && !context::is_in_number(&self.host, bytes, start, end)
            }
            "base64" | "base32" | "hex" | "utf16" => {
                let stands =
                    |says: &[u8], bound| context::may_be(needle.form, says, bound, bytes, start, end);
                stands(&self.host, self.bound)
                    && needle.says.as_ref().is_none_or(|(says, bound)| stands(says, *bound))
            }
            _ => true,
        }
    }

    /// The form of a plain hit, and where it ends when the fields that follow belong to it.
    pub fn plain_form(&self, bytes: &[u8], start: usize, end: usize) -> (&'static str, usize) {
        let text = bytes.get(start..end).unwrap_or_default();
        let short = self.short();
        if (text.eq_ignore_ascii_case(&self.host) || text.eq_ignore_ascii_case(short))
            && let Some(end) = self.split_fields(bytes, end, text.len())
        {
            return ("split-fields", end);
        }
        if text.eq_ignore_ascii_case(short)
            && self.stands_behind_its_port(bytes.get(..start).unwrap_or_default())
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

    /// The host, where it is a name that no other word is.
    pub fn name(&self) -> Option<&[u8]> {
        let labels = self.labels.first().map_or(0, Vec::len);
        (self.bound == Bound::Name && labels > 1).then_some(self.host.as_slice())
    }

    /// The host's first label, which is all of a host of one label; nothing of an address.
    fn short(&self) -> &[u8] {
        let labels = self.labels.first().filter(|_| self.bound == Bound::Name);
        labels.and_then(|labels| labels.first()).map_or(&[], |label| label.as_slice())
    }

    /// `host='H', port=P`, `to H port P`, `"address":"H","port":P`, `('H', P)`, `H (10.1.2.3) port P`: the end of the
    /// port. `len`: how much of the host stands there.
    fn split_fields(&self, bytes: &[u8], end: usize, len: usize) -> Option<usize> {
        if self.port.is_empty() {
            return None;
        }
        let after = bytes.get(end..bytes.len().min(end + 48))?;
        let resolved = self.resolved(after);
        let fields = after.get(resolved..)?;
        let at = memchr::memmem::find(fields, self.port.as_bytes())?;
        let (gap, rest) = (fields.get(..at)?, fields.get(at + self.port.len()..)?);
        let digit = gap.iter().chain(rest.first()).any(u8::is_ascii_digit);
        let joined = match gap {
            b"" | b":" => resolved == 0,
            // Of a longer name the needles hold the rest.
            b".:" | b"]:" => self.short().len() != self.host.len(),
            _ => false,
        };
        (names_a_port(gap, len < self.host.len()) && !digit && !joined)
            .then_some(end + resolved + at + self.port.len())
    }

    /// How long an address is that a client puts behind the name that it stands for: ` (10.1.2.3)`, `/10.1.2.3`.
    fn resolved(&self, after: &[u8]) -> usize {
        let start = match after {
            [b' ', b'(' | b'[', ..] => 2,
            [b'/' | b'(' | b'[', ..] => 1,
            _ => return 0,
        };
        let part = |b: &&u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':');
        let rest = after.get(start..).unwrap_or_default();
        let len = rest.iter().take_while(part).count();
        let address = |len: usize| {
            let text = rest.get(..len).and_then(|text| std::str::from_utf8(text).ok());
            text.is_some_and(|text| text.parse::<IpAddr>().is_ok())
        };
        // The port may stand right behind it.
        let before_port = len.checked_sub(self.port.len() + 1).filter(|len| address(*len));
        before_port.or_else(|| Some(len).filter(|len| address(*len))).map_or(0, |len| start + len)
    }

    /// `"port":P,"address":"H"`: whether the port stands before the host, and both are named so.
    fn stands_behind_its_port(&self, before: &[u8]) -> bool {
        let before = before.get(before.len().saturating_sub(48)..).unwrap_or_default();
        let Some(at) =
            memchr::memmem::rfind(before, self.port.as_bytes()).filter(|_| !self.port.is_empty())
        else {
            return false;
        };
        let (label, gap) = (before.get(..at).unwrap_or_default(), before.get(at + self.port.len()..));
        let is_mark = |b: &&u8| matches!(b, b'"' | b'\'' | b'\\' | b':' | b'=' | b' ');
        let marks = label.iter().rev().take_while(is_mark).count();
        let (label, marks) = label.split_at(label.len() - marks);
        let port =
            marks.iter().any(|b| matches!(b, b':' | b'=')) && label.to_ascii_lowercase().ends_with(b"port");
        let gap = gap.unwrap_or_default();
        let words = gap.split(|b| !b.is_ascii_alphanumeric() && *b != b'_').filter(|word| !word.is_empty());
        let named = gap.iter().rev().take_while(is_mark).any(|b| matches!(b, b':' | b'='));
        port && named
            && words.count() == 1
            && !gap.iter().any(u8::is_ascii_digit)
            && gap.first().is_some_and(|b| !b.is_ascii_alphanumeric())
    }

    /// How far a cut value goes, where what follows says that it was cut.
    pub fn truncated(&self, bytes: &[u8], start: usize) -> Option<(usize, usize)> {
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
        // A bracket that is not closed says that something is missing.
        let open = host_at > 0 && whole.get(host_at - 1) == Some(&b'[') && after.first() != Some(&b']');
        let another = shown.parse::<IpAddr>().is_ok() && !open;
        // What all tailnets share says nothing, but as the cut host of a URL.
        let says = shown.len() >= (self.network + self.host.len()).div_ceil(2) || self.network == 0;
        let cut = dots && (says || host_at > 0) || !host_goes_on && !another && (says || open);
        cut.then_some((start, start + len))
    }

    /// The host's labels with up to six other characters between them, or any indentation, around the one at `start`.
    pub fn chain(
        &self,
        bytes: &[u8],
        start: usize,
        end: usize,
        (host, index): (usize, usize),
    ) -> Option<(usize, usize)> {
        let labels = self.labels.get(host)?;
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        if before.is_some_and(u8::is_ascii_alphanumeric)
            || bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)
        {
            return None;
        }
        let free =
            |at: Option<usize>| !at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        // The length of what stands between this place and a label, behind or before it.
        let gap = |at: usize, label: &[u8], behind: bool| {
            let of = |gap: usize| bytes.get(if behind { at + gap - 1 } else { at.wrapping_sub(gap) });
            let white = |gap: usize| of(gap).is_some_and(u8::is_ascii_whitespace);
            // White space counts once, however deep a writer indents.
            let mut marks = 0;
            (1..=MOST_BETWEEN)
                .take_while(|gap| free(if behind { Some(at + gap - 1) } else { at.checked_sub(*gap) }))
                .take_while(|gap| {
                    marks += usize::from(!(white(*gap) && *gap > 1 && white(gap - 1)));
                    marks <= 6
                })
                .find(|gap| {
                    let start = if behind { Some(at + gap) } else { at.checked_sub(gap + label.len()) };
                    let text = start.and_then(|start| bytes.get(start..start + label.len()));
                    text.is_some_and(|text| text.eq_ignore_ascii_case(label))
                })
        };
        let mut dots = 0;
        let mut last = end;
        for label in labels.get(index + 1..)? {
            let gap = gap(last, label, true)?;
            dots += usize::from(gap == 1 && bytes.get(last) == Some(&b'.'));
            last += gap + label.len();
            if !free(Some(last)) {
                return None;
            }
        }
        let mut first = start;
        for label in labels.get(..index)?.iter().rev() {
            let gap = gap(first, label, false)?;
            dots +=
                usize::from(gap == 1 && first.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'.'));
            first = first.checked_sub(gap + label.len())?;
            if !free(first.checked_sub(1)) {
                return None;
            }
        }
        (dots + 1 < labels.len()).then_some((first, last))
    }
}

/// Whether what stands between a host and a number makes the number its port: it says so, or is nothing but marks.
/// Behind a label of a longer name it says nothing else.
fn names_a_port(gap: &[u8], label: bool) -> bool {
    let word: Vec<u8> =
        gap.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    let word = word.strip_suffix(b"some").unwrap_or(&word);
    (word.is_empty() && gap.len() <= 8) || if label { word == b"port" } else { word.ends_with(b"port") }
}
