//! The document that rules judge: values that know the bytes they came from.
//!
//! Holds what was read; reading is `collect`'s work. What could not be read is a [`Gap`], never a
//! missing value: a rule must be able to tell "absent" from "not seen".

mod gap;
pub mod json;
mod node;
mod packed;
mod pointer;

pub use gap::{Gap, Read};
pub use node::{Map, Node, Value};
pub use packed::{Packed, Store};
pub use pointer::{Pointer, escape_segment};

use crate::text::Sources;

/// What is told instead of the digest of a file that holds the value.
pub const WITHHELD: &str = "‹withheld›";

/// What a rule is judged against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    Run,
    Document,
    WorkItem,
    Claim,
    Repository,
    Script,
    /// What lies in an audited folder beside its runs, documents and repositories.
    Folder,
    /// A waiver of the configuration.
    Waiver,
}

impl Subject {
    pub const ALL: [Self; 8] = [
        Self::Run,
        Self::Document,
        Self::WorkItem,
        Self::Claim,
        Self::Repository,
        Self::Script,
        Self::Folder,
        Self::Waiver,
    ];

    /// The word in `rule.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Document => "document",
            Self::WorkItem => "work-item",
            Self::Claim => "claim",
            Self::Repository => "repository",
            Self::Script => "script",
            Self::Folder => "folder",
            Self::Waiver => "waiver",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.as_str() == word)
    }
}

/// Everything that was read of one subject.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub subject: Subject,
    /// A run's id, a work item's id, a document's path, a repository's path.
    pub id: String,
    /// Relative to the audited root.
    pub path: String,
    /// The root map: its keys are the variables of the rules' expressions.
    pub document: Node,
    pub sources: Sources,
    pub gaps: Vec<Gap>,
    pub read: Read,
}
