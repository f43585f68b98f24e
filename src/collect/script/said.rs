//! All that a word may say.

use super::words::UNKNOWN;

/// Readings of one word that are followed, and bytes of all of them together.
const MOST: usize = 16;
const LARGEST: usize = 128 << 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// With [`UNKNOWN`] for what only a run would know; the first is what the script says first.
    pub all: Vec<String>,
    /// The script itself tells more than stands there.
    pub more: bool,
    /// The script puts it together any number of times, of the pieces that are told.
    pub grows: bool,
    /// What is not known is what somebody gives the script when it runs: its parameters, its input.
    pub asked: bool,
}

impl Said {
    pub fn one(text: impl Into<String>) -> Self {
        Self { all: vec![text.into()], more: false, grows: false, asked: false }
    }

    /// Only a run would know.
    pub fn unknown() -> Self {
        Self::one(UNKNOWN)
    }

    /// The script would tell, and it is not followed.
    pub fn untold() -> Self {
        Self { more: true, ..Self::unknown() }
    }

    pub fn first(&self) -> String {
        self.all.first().cloned().unwrap_or_default()
    }

    pub fn bytes(&self) -> usize {
        self.all.iter().map(String::len).sum()
    }

    /// This, or the other.
    pub fn or(mut self, other: Self) -> Self {
        self.more |= other.more;
        self.grows |= other.grows;
        self.asked |= other.asked;
        for text in other.all {
            if !self.all.contains(&text) {
                self.all.push(text);
            }
        }
        self.bounded()
    }

    /// This, and the other right behind it.
    pub fn and(mut self, other: &Self) -> Self {
        self.more |= other.more;
        self.grows |= other.grows;
        self.asked |= other.asked;
        // It is longer than is read: nothing is put behind it.
        if self.bytes() > LARGEST {
            return self;
        }
        if let ([text], [behind]) = (&mut self.all[..], &other.all[..]) {
            text.push_str(behind);
        } else {
            let pairs = self.all.iter().flat_map(|head| other.all.iter().map(move |tail| (head, tail)));
            self.all = pairs.take(MOST + 1).map(|(head, tail)| format!("{head}{tail}")).collect();
        }
        self.bounded()
    }

    fn bounded(mut self) -> Self {
        self.more |= self.all.len() > MOST;
        self.all.truncate(MOST);
        if self.bytes() > LARGEST && self.all.len() > 1 {
            self.all.truncate(1);
            self.more = true;
        }
        self.more |= self.bytes() > LARGEST;
        self
    }
}
