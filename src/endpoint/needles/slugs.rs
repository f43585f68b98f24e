//! What makes a name of a value: its labels, joined by something else than stood between them.

use zeroize::Zeroizing;

use super::{Needles, Role};
use crate::endpoint::anatomy::{Bound, Part, Strength};

/// What stands between labels when a dot must not.
const SEPARATORS: &[&str] = &[
    "-", "_", "--", "__", "[.]", "(.)", "{.}", "<.>", " . ", ". ", " .", "[dot]", "(dot)", "{dot}",
    " dot ", "-dot-", "_dot_", " [.] ", " (.) ", " [dot] ", " (dot) ", "%2e", "\\.", "\\\\.", "\\\\\\.",
    "/", "\\", "::", "..", "&#46;", "&#x2e;", "&period;", "\\u002e", "\\x2e", "=2e", "~", "^", "|", "+",
    "%252e", "。", "｡", "．",
];

/// Separators that also stand between unrelated numbers: only where the labels are long enough.
const LOOSE_SEPARATORS: &[&str] = &[
    " ", ", ", ",", ";", ":", "\t", "\", \"", "\",\"", "', '", "','", "\n", "\0", " | ", " / ", " - ", "*",
    "#", "@", "=", "' '", "\" \"",
];

/// What stands between words that were cut at every mark.
const WORD_SEPARATORS: &[&str] = &["-", "_", "--", "__", ".", "/", "::", "+", "~", ""];

/// Separators that also stand between unrelated small numbers.
const COMMON_SEPARATORS: &[&str] = &["\\", "|", "+", "^", "~", "..", "::"];

/// What stands between the groups of an IPv6 address when a colon must not; beside the others. A colon that is merely
/// escaped is one of an address as it stands, with that one's bounds.
const GROUP_SEPARATORS: &[&str] =
    &["[:]", "(:)", "{:}", "<:>", " : ", ": ", " :", " ", ".", ",", ", ", "[colon]"];

/// Letters and digits of labels that together are no other word, or number, of that length.
const LONG: usize = 8;

impl Needles {
    /// Labels joined by something else than a dot.
    pub(super) fn slugs(&mut self, labels: &[&str], name: &'static str, host: usize) {
        let letters = letters(labels);
        let part = (name, if name == "ip" { Bound::Address } else { Bound::Name });
        // A sum or a choice of small numbers is no address.
        let common =
            |separator: &&str| name == "ip" && letters < LONG && COMMON_SEPARATORS.contains(separator);
        let separators: Vec<&str> =
            SEPARATORS.iter().copied().filter(|separator| !common(separator)).collect();
        self.joined(labels, &separators, part);
        if letters >= LONG {
            self.joined(labels, LOOSE_SEPARATORS, part);
        }
        if letters >= LONG + 2 {
            self.joined(labels, &[""], part);
        }
        let longest = labels.iter().enumerate().rev().max_by_key(|(_, label)| label.len());
        if let Some((index, label)) = longest
            && label.len() >= 3
            && letters >= LONG
            && matches!(name, "ip" | "host")
        {
            let anchor = Zeroizing::new(label.as_bytes().to_vec());
            let strong = (name, Strength::Strong);
            self.push(anchor, "slug", strong, Bound::Free, false, Role::Label { host, index });
        }
    }

    /// Labels with a dash in them, cut there as well: what makes a name of anything cuts at every mark.
    pub(super) fn words(&mut self, labels: &[&str]) {
        let cut = |labels: &[&str]| -> Vec<String> {
            labels.iter().flat_map(|label| label.split(['-', '_'])).map(str::to_owned).collect()
        };
        let tailnet = match labels {
            [.., tailnet, "ts", "net"] if labels.len() > 2 => Some(*tailnet),
            _ => None,
        };
        let whole = (labels.len() > 1).then(|| (cut(labels), labels.len(), "host"));
        let tailnet = tailnet.map(|label| (cut(&[label]), 1, "tailnet"));
        for (words, count, name) in whole.into_iter().chain(tailnet) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if words.len() > count && letters(&words) >= LONG {
                self.joined(&words, WORD_SEPARATORS, (name, Bound::Name));
            }
        }
    }

    /// All labels with the same between them.
    fn joined(&mut self, labels: &[&str], separators: &[&str], (name, bound): (&'static str, Bound)) {
        for separator in separators {
            let text = Zeroizing::new(labels.join(separator).into_bytes());
            self.push(text, "slug", (name, Strength::Strong), bound, false, Role::Whole);
        }
    }

    /// The groups of an IPv6 address. What makes a name of anything puts one mark where two colons stood.
    pub(super) fn groups(&mut self, groups: &[String]) {
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let named: Vec<&str> = groups.iter().copied().filter(|group| !group.is_empty()).collect();
        if letters(&groups) >= LONG {
            self.joined(&groups, SEPARATORS, ("ip", Bound::Hex));
            self.joined(&groups, GROUP_SEPARATORS, ("ip", Bound::Hex));
            if named.len() < groups.len() {
                self.joined(&named, WORD_SEPARATORS, ("ip", Bound::Hex));
            }
        }
    }

    /// A secret that was cut at every mark in it.
    pub(super) fn cut(&mut self, part: &Part) {
        let text = Zeroizing::new(String::from_utf8_lossy(&part.text).into_owned());
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.len() > 1 && letters(&words) >= LONG {
            self.joined(&words, WORD_SEPARATORS, (part.name, Bound::Secret));
        }
    }
}

fn letters(labels: &[&str]) -> usize {
    labels.iter().map(|label| label.len()).sum()
}
