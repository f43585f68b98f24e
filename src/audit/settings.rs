//! What is asked of an audit, and the tools that it works with.

use std::path::PathBuf;

use jiff::civil::Date;

use super::discover::Kind;
use crate::judge::Waivers;
use crate::profile::Profile;
use crate::rule::Pack;
use crate::search::{Engine, Limits};

/// What is asked of an audit.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to audit; each a run directory, a folder, a document or a repository.
    pub paths: Vec<PathBuf>,
    /// Only these kinds; all where empty.
    pub only: Vec<Kind>,
    /// Where cited runs are looked up, without being audited as such.
    pub runs: Vec<PathBuf>,
    /// Where cited commits are looked up.
    pub repo: Option<PathBuf>,
    /// Target repositories, beside those that the profile names.
    pub targets: Vec<PathBuf>,
    /// Of the history, only what these commits bring: `A..B`.
    pub range: Option<String>,
    /// Whether a repository's objects are searched, not only its work tree.
    pub history: bool,
    /// Where ids of objects that were searched before are kept; none for no cache.
    pub cache: Option<PathBuf>,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
    /// Whether a warning rejects as well.
    pub strict: bool,
    pub limits: Limits,
    pub waivers: Waivers,
    /// The day on which waivers may have expired.
    pub today: Date,
}

impl Settings {
    /// An audit of everything under these paths, with the default bounds and nothing forgiven.
    #[must_use]
    pub fn new(paths: Vec<PathBuf>, today: Date) -> Self {
        Self {
            paths,
            only: Vec::new(),
            runs: Vec::new(),
            repo: None,
            targets: Vec::new(),
            range: None,
            history: true,
            cache: None,
            threads: 0,
            strict: false,
            limits: Limits::default(),
            waivers: Waivers::default(),
            today,
        }
    }

    #[must_use]
    pub fn wants(&self, kind: Kind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }
}

/// What the audit works with, made once.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    pub profile: &'a Profile,
    pub engine: &'a Engine,
    pub pack: &'a Pack,
}

/// Is told how far the audit has come; draws what it likes.
pub trait Progress: Sync {
    /// A stage of `total` steps begins.
    fn stage(&self, name: &str, total: u64);
    fn step(&self);
}

/// Tells nobody.
pub struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _name: &str, _total: u64) {}
    fn step(&self) {}
}
