//! A run directory as evidence: what its files say, where they say it, and what could not be read.
//!
//! Gathers facts only. Nothing outside the directory is read, no link is followed, and nothing in it is
//! run. A run within the directory is left to its own audit. `docs/evidence-document.md` lists the fields of the document.

mod agent;
mod argv;
mod baseline;
mod config;
mod copies;
mod document;
mod facts;
mod json;
mod launch;
mod lines;
mod links;
mod log;
mod manifest;
mod mention;
mod nested;
mod objects;
mod patch;
mod prose;
mod read;
mod record;
mod reference;
mod report;
mod roles;
mod schema;
mod spread;
mod targets;
mod time;
mod trace;
mod tree;
mod uses;
mod withhold;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::agent::Blocks;
use self::baseline::BaselineTrace;
use self::facts::{Facts, Piece};
use self::nested::directories;
pub use self::nested::within;
use self::patch::PatchFiles;
use self::read::Planned;
use self::roles::{Reading, Role, Roles};
use self::trace::Trace;
use super::file::{Kind, Root, Walked, unreadable};
use super::keys::known;
use super::{Context, keys, repositories};
use crate::evidence::{Evidence, Node};
use crate::profile::RunName;

/// What is known of a run while it is read.
struct Run<'c> {
    facts: Facts<'c>,
    roles: Roles<'c>,
    name: RunName,
    report: Option<Node>,
    manifest: Option<Node>,
    admission: Option<Node>,
    tests: Option<Node>,
    argv: Option<Node>,
    trace: Trace,
    baseline_trace: BaselineTrace,
    blocks: Blocks,
    patches: BTreeMap<PathBuf, PatchFiles>,
    /// Reports and tests of the baseline, by path.
    baselines: BTreeMap<PathBuf, Node>,
    /// Files whose digest the manifest states.
    listed: BTreeSet<PathBuf>,
    /// The lengths of all files.
    files: BTreeMap<PathBuf, u64>,
    /// SHA-256 and length of the files for which they were wanted.
    digests: BTreeMap<PathBuf, (String, u64)>,
}

/// What the reading of a run directory comes to.
#[derive(Debug)]
pub struct Collected {
    pub evidence: Evidence,
    /// Repositories in the directory, or at it: their paths below it. Their objects are packed, and so not read
    /// with the run.
    pub repositories: Vec<PathBuf>,
    /// The directories of runs in the directory, likewise: each is a run of its own.
    pub runs: Vec<PathBuf>,
}

/// Reads a run directory. `shown` is its path relative to the audited root.
#[must_use]
pub fn collect(dir: &Path, name: RunName, shown: &str, ctx: &Context<'_>) -> Collected {
    let mut run = Run::new(Facts::new(ctx, dir, shown), name);
    let (mut inside, mut runs) = (Vec::new(), Vec::new());
    run.stamp_is_a_time();
    run.numbers_are_read();
    match Root::open(dir) {
        Ok(root) => {
            let mut walked = root.walk();
            runs = directories(ctx.profile, walked.folders());
            let of_another = |path: &Path| runs.iter().any(|run| path.starts_with(run));
            let others = walked.split_off(of_another);
            inside = repositories::among(dir, &walked);
            inside.retain(|path| !of_another(path));
            run.read(&root, &walked);
            run.digests_of_others(&root, &walked, &others);
            for folder in root.changed_folders(&walked) {
                let name = crate::text::printable_path(folder);
                run.facts.gap(&name, None, "the folder changed while it was read");
            }
        }
        Err(error) => {
            run.facts.gap("", None, unreadable(&error));
            run.facts.unread.insert(PathBuf::new());
        }
    }
    Collected { evidence: run.into_evidence(), repositories: inside, runs }
}

impl<'c> Run<'c> {
    fn new(facts: Facts<'c>, name: RunName) -> Self {
        let roles = Roles::new(facts.ctx.profile);
        Self {
            facts,
            roles,
            name,
            report: None,
            manifest: None,
            admission: None,
            tests: None,
            argv: None,
            trace: Trace::default(),
            baseline_trace: BaselineTrace::default(),
            blocks: Blocks::default(),
            patches: BTreeMap::new(),
            baselines: BTreeMap::new(),
            listed: BTreeSet::new(),
            files: BTreeMap::new(),
            digests: BTreeMap::new(),
        }
    }

    /// Digits that are no time can be compared with none.
    fn stamp_is_a_time(&mut self) {
        if self.name.stamp.is_none() {
            let entries = [("what", "stamp-is-no-time".into()), ("at", self.name.id.as_str().into())];
            self.facts.disorder.push(facts::fact(entries, Some(self.facts.root)));
        }
    }

    /// A number that is none of a round or of a process tells nothing of either.
    fn numbers_are_read(&mut self) {
        for (what, number) in [("round", self.name.round), ("process", self.name.pid)] {
            if number.is_none() {
                self.facts.gap("", None, format!("the number of its {what} is larger than can be read"));
            }
        }
    }

    /// Reads everything: names, then links, then the report and the manifest, which say how other files
    /// are to be read, then the rest.
    fn read(&mut self, root: &Root, walked: &Walked) {
        self.names(walked);
        self.links(root, walked);
        let mut files = Vec::with_capacity(walked.entries.len());
        for entry in &walked.entries {
            match &entry.kind {
                Kind::File => files.push(Planned { entry, readings: self.roles.readings(&entry.path) }),
                Kind::Special(why) => self.no_file(&entry.path, why),
                Kind::Refused(why) => self.facts.unread(&entry.path, why),
                Kind::Link(_) => {}
            }
        }
        let is_tests = |reading: &Reading<'_>| reading.role == Role::Tests;
        self.roles.has_tests = files.iter().any(|planned| planned.readings.iter().any(is_tests));
        files.sort_by_key(|planned| planned.readings.iter().map(|reading| first(reading.role)).min());
        for planned in &files {
            self.file(root, walked, planned);
        }
        copies::unread_targets(&mut self.facts);
    }

    fn no_file(&mut self, path: &Path, why: &str) {
        let piece = Piece::new(path, self.facts.ctx.profile.surfaces.of(path));
        self.facts.gap(&piece.name, Some(piece.surface), why);
    }

    /// Searches the directory's own name and every name in it: all at once, and one by one only where
    /// something was found.
    fn names(&mut self, walked: &Walked) {
        let mut all = self.name.id.clone().into_bytes();
        for entry in &walked.entries {
            all.push(b'\n');
            all.extend_from_slice(entry.path.as_os_str().as_encoded_bytes());
        }
        let ctx = self.facts.ctx;
        let scan = ctx.engine.scan(&all, ctx.limits);
        if scan.hits.is_empty() && scan.gaps.is_empty() {
            return;
        }
        let own = self.name.id.clone();
        self.facts.name_scanned(&mut Piece::new(Path::new(""), "other"), own.as_bytes());
        for entry in &walked.entries {
            let mut piece = Piece::new(&entry.path, ctx.profile.surfaces.of(&entry.path));
            self.facts.name_scanned(&mut piece, entry.path.as_os_str().as_encoded_bytes());
        }
    }
}

/// The report names the patch and the baseline, the manifest the files to hash.
fn first(role: Role) -> u8 {
    match role {
        Role::Report => 0,
        Role::Manifest => 1,
        _ => 2,
    }
}
