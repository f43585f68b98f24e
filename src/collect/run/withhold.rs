//! Digests of files that hold the value: whoever has one can try values until the file's bytes fit.
//!
//! They are compared like any other, and told to nobody: neither that which was made here nor the same one where an
//! artifact states it.

use std::collections::BTreeSet;

use super::Run;
use crate::evidence::{Node, WITHHELD};
use crate::text::Body;

/// What stands in place of the digits in a line that may be shown; as many, so that places stay what they are.
const MASK: [u8; 64] = *b"withheld--------------------------------------------------------";

impl Run<'_> {
    /// The digests of files that hold the value.
    pub fn secret_digests(&self) -> BTreeSet<String> {
        let secret = self.digests.iter().filter(|(path, _)| self.facts.leaking.contains(*path));
        secret.map(|(_, (digest, _))| digest.clone()).collect()
    }
}

/// Takes digests out of a document, and out of the lines that its values stand on.
pub(super) fn withhold(
    document: &mut Node,
    sources: &mut crate::text::Sources,
    digests: &BTreeSet<String>,
) {
    if digests.is_empty() {
        return;
    }
    document.rewrite(&mut |text| without(text, digests));
    for source in sources.iter_mut() {
        match &source.body {
            Body::Held(bytes) => {
                if let Some(masked) = masked(bytes, digests) {
                    source.body = Body::Held(masked.into());
                }
            }
            // What is read again would be shown as it is.
            Body::OnDisk { .. } | Body::Again(_) => source.body = Body::Unshown,
            Body::Unshown => {}
        }
    }
}

/// The text without the digests; none where it has none of them.
fn without(text: &str, digests: &BTreeSet<String>) -> Option<String> {
    let found = places(text.as_bytes(), digests);
    if found.is_empty() {
        return None;
    }
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for at in found {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(WITHHELD);
        from = at + MASK.len();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Some(out)
}

fn masked(bytes: &[u8], digests: &BTreeSet<String>) -> Option<Vec<u8>> {
    let found = places(bytes, digests);
    let mut masked = (!found.is_empty()).then(|| bytes.to_vec())?;
    for at in found {
        masked.get_mut(at..at + MASK.len())?.copy_from_slice(&MASK);
    }
    Some(masked)
}

/// Where digests stand, in digits of either case.
fn places(bytes: &[u8], digests: &BTreeSet<String>) -> Vec<usize> {
    let (mut found, mut run) = (Vec::new(), 0);
    for (at, byte) in bytes.iter().chain(b" ").enumerate() {
        if byte.is_ascii_hexdigit() {
            run += 1;
            continue;
        }
        if run >= MASK.len() {
            within(bytes, at - run..at, digests, &mut found);
        }
        run = 0;
    }
    found
}

/// The same of a run of digits, which may hold more than a digest.
fn within(
    bytes: &[u8],
    digits: std::ops::Range<usize>,
    digests: &BTreeSet<String>,
    found: &mut Vec<usize>,
) {
    let mut at = digits.start;
    while at + MASK.len() <= digits.end {
        let here = bytes.get(at..at + MASK.len()).unwrap_or_default().to_ascii_lowercase();
        if std::str::from_utf8(&here).is_ok_and(|here| digests.contains(here)) {
            found.push(at);
            at += MASK.len();
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_taken_out_wherever_it_stands() {
        let digest = "0123456789abcdef".repeat(4);
        let digests = BTreeSet::from([digest.clone()]);
        let upper = digest.to_uppercase();
        for (text, left) in [
            (digest.clone(), "‹withheld›".to_owned()),
            (format!("sha256:{upper} ü"), "sha256:‹withheld› ü".to_owned()),
            (format!("ab{digest}{digest}"), "ab‹withheld›‹withheld›".to_owned()),
        ] {
            assert_eq!(without(&text, &digests), Some(left), "{text}");
            let masked = masked(text.as_bytes(), &digests).expect("found");
            assert_eq!(masked.len(), text.len());
            assert!(places(&masked, &digests).is_empty());
        }
        for text in ["", "ü", &digest[1..], &"f".repeat(200)] {
            assert_eq!(without(text, &digests), None, "{text}");
        }
    }
}
