//! What an audit came to: the one thing that renderers read. Everything in it is already redacted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::chain::Chain;
use crate::evidence::{Gap, Read};
use crate::finding::{Finding, RuleId, Severity};

/// The audit as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was read, and every rule holds.
    Accepted,
    /// At least one finding of severity error (with `--strict`, also a warning).
    Rejected,
    /// No error, but something was not read.
    Incomplete,
}

/// What a run's evidence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RunVerdict {
    /// Claims pass, and all ten conditions hold.
    Proven,
    /// Claims pass, and one fails.
    Refuted,
    /// Claims pass (or can't be read), none fails, and something could not be read.
    Unproven,
    /// Failed or blocked: nothing is claimed.
    NoClaim,
}

/// Whether one of the ten conditions of a proven pass holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    Holds,
    Fails,
    /// Something that it needs was not read, or could not be judged.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionState {
    pub number: u8,
    /// The profile's words.
    pub says: String,
    pub state: State,
    /// The findings' rules and messages that make it fail, or why it is unknown.
    pub because: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    pub id: String,
    /// Relative to the audited root.
    pub path: String,
    pub verdict: RunVerdict,
    pub conditions: Vec<ConditionState>,
    /// Looked up for a citation (`--runs`), not audited as such: its findings are not the audit's.
    pub cited_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSummary {
    pub path: String,
    pub work_items: usize,
    pub claims: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKind {
    Label,
    Sentence,
    Validator,
    Commit,
    Gate,
    Pass,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimVerdict {
    Supported,
    Contradicted,
    Unsupported,
    Unverifiable,
}

/// A claim and what it came to. Its texts are shared: hundreds of thousands of claims name the same runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimSummary {
    pub work_item: Option<Arc<str>>,
    pub path: Arc<str>,
    pub line: u64,
    pub kind: ClaimKind,
    pub text: Arc<str>,
    pub stated: Arc<str>,
    pub found: Option<Arc<str>>,
    /// The cited run's id, or that of the run that the sentence itself names.
    pub run: Option<Arc<str>>,
    pub verdict: ClaimVerdict,
    /// From the claim's line to the bytes; [`ClaimSummary::steps`] spells it out.
    pub chain: Chain,
}

/// A finding that the configuration forgives, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    pub finding: Finding,
    pub reason: String,
}

/// A rule that was evaluated, as reports list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleNote {
    pub id: RuleId,
    pub severity: Severity,
    pub summary: String,
    pub help: String,
    /// The rule's page, as Markdown.
    pub page: String,
    /// Where the page can be read.
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub profile: String,
    pub verdict: Verdict,
    /// Whether the endpoint value was at hand.
    pub value_known: bool,
    /// How many fingerprints of the value were looked for.
    pub fingerprints: usize,
    /// In the order of their paths.
    pub runs: Vec<RunSummary>,
    /// Of runs that were looked up outside of the audited root: their paths as they are shown, and from the file
    /// system's root on.
    pub elsewhere: BTreeMap<String, String>,
    pub documents: Vec<DocumentSummary>,
    pub claims: Arc<Vec<ClaimSummary>>,
    /// In the stable order of [`Finding::order`].
    pub findings: Vec<Finding>,
    pub waived: Vec<Waived>,
    pub gaps: Vec<Gap>,
    /// Places in all that was read where a known value, or its digest, stands: found by a rule or not, waived or
    /// not, in audited runs and in those that were only looked up.
    pub leaks: u64,
    /// All evaluated rules, by id.
    pub rules: Vec<RuleNote>,
    pub read: Read,
    /// The names of the forms that were searched for; empty where no value was known.
    pub forms: Vec<String>,
    pub exit_code: u8,
    pub took_ms: u64,
}

macro_rules! words {
    ($($type:ident { $($variant:ident => $word:literal),+ $(,)? })+) => {
        $(impl $type {
            /// The word in the JSON document.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        })+
    };
}

words! {
    Verdict { Accepted => "accepted", Rejected => "rejected", Incomplete => "incomplete" }
    RunVerdict { Proven => "proven", Refuted => "refuted", Unproven => "unproven", NoClaim => "no-claim" }
    State { Holds => "holds", Fails => "fails", Unknown => "unknown" }
    ClaimKind {
        Label => "label", Sentence => "sentence", Validator => "validator",
        Commit => "commit", Gate => "gate", Pass => "pass",
    }
    ClaimVerdict {
        Supported => "supported", Contradicted => "contradicted",
        Unsupported => "unsupported", Unverifiable => "unverifiable",
    }
}
