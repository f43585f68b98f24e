//! From a claim's line to the bytes: what anyone can follow by hand.
//!
//! Most claims say what the cited run's report says too. Their steps follow from the claim itself, so they
//! are spelled out when they are shown, and not held.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::outcome::{ClaimKind, ClaimSummary, ClaimVerdict, State};

/// A step of a claim's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainNode {
    pub state: State,
    pub text: String,
    /// `path:line`, where the step stands somewhere.
    pub place: Option<String>,
    pub children: Vec<ChainNode>,
}

/// The steps of a claim, or what they are spelled out from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    Steps(Vec<ChainNode>),
    /// The report of the claim's run says the same.
    Reported {
        /// The line of the document that cites the run.
        cited: u64,
        /// Where the report says so: its path and the line.
        place: Option<(Arc<str>, u64)>,
    },
}

impl Chain {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Steps(steps) if steps.is_empty())
    }
}

impl ClaimVerdict {
    /// What a step comes to that is shown or otherwise by a claim of this verdict.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Supported => State::Holds,
            Self::Contradicted | Self::Unsupported => State::Fails,
            Self::Unverifiable => State::Unknown,
        }
    }
}

/// A step of a claim's chain, wherever it is spelled out from.
#[derive(Debug, Clone, Copy)]
pub enum Step<'c> {
    Held(&'c ChainNode),
    Reported(&'c ClaimSummary, Rung),
}

/// The steps of a claim that the report of its run says too, each below the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    Said,
    Cites,
    Found,
}

impl ClaimSummary {
    /// The steps from the claim's line to the bytes.
    #[must_use]
    pub fn steps(&self) -> Cow<'_, [ChainNode]> {
        match &self.chain {
            Chain::Steps(steps) => Cow::Borrowed(steps),
            Chain::Reported { .. } => Cow::Owned(self.each_step().map(Step::to_node).collect()),
        }
    }

    /// The same, one by one; none is held.
    pub fn each_step(&self) -> impl Iterator<Item = Step<'_>> {
        let (held, said) = match &self.chain {
            Chain::Steps(steps) => (steps.as_slice(), None),
            Chain::Reported { .. } => (&[][..], Some(Step::Reported(self, Rung::Said))),
        };
        held.iter().map(Step::Held).chain(said)
    }

    /// The line that cites the run, and where its report says the same.
    fn places(&self) -> (u64, Option<&(Arc<str>, u64)>) {
        match &self.chain {
            Chain::Reported { cited, place } => (*cited, place.as_ref()),
            Chain::Steps(_) => (self.line, None),
        }
    }
}

impl Step<'_> {
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Held(node) => node.state,
            Self::Reported(claim, _) => claim.verdict.state(),
        }
    }

    /// What it says; `room` is written over where that has to be put together.
    #[must_use]
    pub fn text(self, room: &mut String) -> &str {
        let (claim, rung) = match self {
            Self::Held(node) => return put(room, [&node.text]),
            Self::Reported(claim, rung) => (claim, rung),
        };
        match rung {
            Rung::Said => {
                let (said, verdict) =
                    (said(claim.kind, &claim.text, &claim.stated), claim.verdict.as_str());
                put(room, [&*said, " \u{2014} ", verdict])
            }
            Rung::Cites => put(room, ["cites the run ", claim.run.as_deref().unwrap_or_default()]),
            Rung::Found => put(room, ["its report says ", claim.found.as_deref().unwrap_or_default()]),
        }
    }

    /// Where it stands, as `path:line`.
    #[must_use]
    pub fn place(self, room: &mut String) -> Option<&str> {
        let (path, line): (&str, u64) = match self {
            Self::Held(node) => return node.place.as_deref().map(|place| put(room, [place])),
            Self::Reported(claim, Rung::Said) => (&claim.path, claim.line),
            Self::Reported(claim, Rung::Cites) => (&claim.path, claim.places().0),
            Self::Reported(claim, Rung::Found) => claim.places().1.map(|(path, line)| (&**path, *line))?,
        };
        put(room, [path, ":"]);
        let _infallible = write!(room, "{line}");
        Some(room)
    }

    /// The steps below it.
    pub fn below(self) -> impl Iterator<Item = Self> {
        let (held, next) = match self {
            Self::Held(node) => (node.children.as_slice(), None),
            Self::Reported(claim, rung) => (
                &[][..],
                match rung {
                    Rung::Said => Some(Self::Reported(claim, Rung::Cites)),
                    Rung::Cites => claim.found.as_ref().map(|_| Self::Reported(claim, Rung::Found)),
                    Rung::Found => None,
                },
            ),
        };
        held.iter().map(Step::Held).chain(next)
    }

    fn to_node(self) -> ChainNode {
        let mut room = String::new();
        let text = self.text(&mut room).to_owned();
        let place = self.place(&mut room).map(str::to_owned);
        ChainNode { state: self.state(), text, place, children: self.below().map(Self::to_node).collect() }
    }
}

/// Puts a text together in the room of another.
fn put<'r, const N: usize>(room: &'r mut String, parts: [&str; N]) -> &'r str {
    room.clear();
    for part in parts {
        room.push_str(part);
    }
    room
}

/// A claim in one line.
pub(super) fn said<'t>(kind: ClaimKind, text: &'t str, stated: &str) -> Cow<'t, str> {
    match kind {
        // A sentence that says so is all that is stated.
        ClaimKind::Validator if text == stated => Cow::Borrowed(text),
        ClaimKind::Label | ClaimKind::Validator | ClaimKind::Commit => {
            Cow::Owned(format!("{text}: {stated}"))
        }
        ClaimKind::Sentence | ClaimKind::Gate | ClaimKind::Pass => Cow::Borrowed(text),
    }
}
