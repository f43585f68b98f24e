//! What the judge found: facts about one fault at one place.
//!
//! A finding owns everything that a renderer shows, already redacted when it was made: no renderer
//! reads a file, and none can show what a finding does not hold.

mod fingerprint;
mod severity;

use std::ops::Range;
use std::sync::Arc;

pub use fingerprint::Fingerprint;
pub use severity::{Severity, UnknownSeverity};

/// The name of a rule: its folder's path, `family/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(Arc<str>);

impl RuleId {
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(Arc::from(id))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn family(&self) -> &str {
        self.0.split_once('/').map_or(&*self.0, |(family, _)| family)
    }
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a finding points. Lines and columns count from 1, columns in characters; bytes from 0.
///
/// Of a leak only the start is told: an end would tell the value's length, so `end_*` stand one
/// byte, or one column, behind the start.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Location {
    /// Relative to the audited root, with `/`.
    pub path: String,
    pub line: u64,
    pub column: u64,
    pub end_line: u64,
    pub end_column: u64,
    pub byte_start: u64,
    pub byte_end: u64,
    pub surface: Option<String>,
    pub commit: Option<String>,
    pub object: Option<String>,
    /// The way into archives, outermost first; the first lies in the file at `path`.
    pub container: Vec<String>,
}

impl Location {
    /// The way into archives as it is told by itself: with the name of the file that it begins in. Empty where there
    /// is none to go.
    #[must_use]
    pub fn way_in(&self) -> Vec<&str> {
        let name = self.path.rsplit('/').next().filter(|_| !self.container.is_empty());
        name.into_iter().chain(self.container.iter().map(String::as_str)).collect()
    }
}

/// Lines of a source as they may be shown, with the part that a label points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line of `text`, from 1.
    pub first_line: u64,
    /// Characters before `text` on its first line, where the line was too long to show whole.
    pub first_column: u64,
    /// Redacted, free of control characters but `\n` and `\t`.
    pub text: String,
    /// Bytes of `text` that the label covers.
    pub mark: Range<usize>,
}

/// Another place that belongs to the finding, in the same file or another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub location: Location,
    pub message: String,
    pub excerpt: Option<Excerpt>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: RuleId,
    pub severity: Severity,
    /// What is wrong here, in the rule's words.
    pub message: String,
    /// What to do.
    pub help: String,
    pub location: Location,
    /// None where nothing may or can be shown.
    pub excerpt: Option<Excerpt>,
    /// What the label at `location` says.
    pub label: Option<String>,
    /// Other evidence that belongs to it.
    pub related: Vec<Related>,
    /// The line of policy that was broken: of the profile, or the acceptance line of the rule. Its path is
    /// the policy's own, not below the audited root; its surface is `profile` or `rule`.
    pub policy: Option<Related>,
    /// Of a leak: the chain of forms, outermost first (`archive>base64`).
    pub form: Option<String>,
    /// The subject that was judged: a run's id, a work item's, a path.
    pub subject: String,
    pub fingerprint: Fingerprint,
}

impl Finding {
    /// The stable order of all output: by path, then position, then rule.
    #[must_use]
    pub fn order(&self) -> impl Ord + '_ {
        (
            &self.location.path,
            self.location.byte_start,
            self.location.line,
            &self.rule,
            &self.location.container,
            &self.location.commit,
            &self.form,
            &self.message,
        )
    }
}
