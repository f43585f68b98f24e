//! From a claim's line to the bytes: what anyone can follow by hand.
//!
//! Most claims say what the cited run's report says too. Their steps follow from the claim itself, so they
//! are spelled out when they are shown, and not held.

use std::borrow::Cow;
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

impl ClaimSummary {
    /// The steps from the claim's line to the bytes.
    #[must_use]
    pub fn steps(&self) -> Cow<'_, [ChainNode]> {
        match &self.chain {
            Chain::Steps(steps) => Cow::Borrowed(steps),
            Chain::Reported { cited, place } => Cow::Owned(vec![self.reported(*cited, place.as_ref())]),
        }
    }

    fn reported(&self, cited: u64, place: Option<&(Arc<str>, u64)>) -> ChainNode {
        let state = self.verdict.state();
        let step =
            |text: String, place: Option<String>, children| ChainNode { state, text, place, children };
        let here = |line: u64| Some(format!("{}:{line}", self.path));
        let found = self.found.as_ref().map(|found| {
            let place = place.map(|(path, line)| format!("{path}:{line}"));
            step(format!("its report says {found}"), place, Vec::new())
        });
        let run = self.run.as_deref().unwrap_or_default();
        let cites = step(format!("cites the run {run}"), here(cited), found.into_iter().collect());
        let (said, verdict) = (said(self.kind, &self.text, &self.stated), self.verdict.as_str());
        step(format!("{said} \u{2014} {verdict}"), here(self.line), vec![cites])
    }
}

/// A claim in one line.
pub(super) fn said<'t>(kind: ClaimKind, text: &'t str, stated: &str) -> Cow<'t, str> {
    match kind {
        ClaimKind::Label | ClaimKind::Validator | ClaimKind::Commit => {
            Cow::Owned(format!("{text}: {stated}"))
        }
        ClaimKind::Sentence | ClaimKind::Gate | ClaimKind::Pass => Cow::Borrowed(text),
    }
}
