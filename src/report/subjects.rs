//! An outcome, sorted by what was audited: each run, each document, and what belongs to neither.

use std::collections::{BTreeMap, HashMap};

use crate::evidence::Gap;
use crate::finding::{Finding, Severity};
use crate::judge::{ClaimSummary, DocumentSummary, Outcome, RunSummary};

/// What a subject is.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    Run(&'a RunSummary),
    Document(&'a DocumentSummary),
    /// A repository, a script, a loose file: by the subject's name.
    Other(&'a str),
}

pub struct Subject<'a> {
    pub kind: Kind<'a>,
    pub claims: Vec<&'a ClaimSummary>,
    pub findings: Vec<&'a Finding>,
    pub gaps: Vec<&'a Gap>,
}

impl<'a> Subject<'a> {
    fn new(kind: Kind<'a>) -> Self {
        Self { kind, claims: Vec::new(), findings: Vec::new(), gaps: Vec::new() }
    }

    pub fn name(&self) -> &'a str {
        match self.kind {
            Kind::Run(run) => &run.id,
            Kind::Document(document) => &document.path,
            Kind::Other(name) => name,
        }
    }

    pub fn path(&self) -> &'a str {
        match self.kind {
            Kind::Run(run) => &run.path,
            Kind::Document(document) => &document.path,
            Kind::Other(name) => name,
        }
    }

    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

/// Runs and documents in the outcome's order, then the rest by name. Each finding, claim and gap stands
/// under exactly one of them.
pub fn subjects(outcome: &Outcome) -> Vec<Subject<'_>> {
    let runs = outcome.runs.iter().map(|run| Subject::new(Kind::Run(run)));
    let documents = outcome.documents.iter().map(|document| Subject::new(Kind::Document(document)));
    let mut subjects: Vec<_> = runs.chain(documents).collect();
    let mut by_path: HashMap<&str, usize> = HashMap::new();
    for (at, subject) in subjects.iter().enumerate() {
        by_path.entry(subject.path()).or_insert(at);
    }
    let mut others: BTreeMap<&str, Subject<'_>> = BTreeMap::new();
    // Of the run that is itself the audited root, nothing has its path before it.
    let root = by_path.get(".").copied();
    for finding in &outcome.findings {
        let of_root = |at: &usize| subjects.get(*at).is_some_and(|it| it.name() == finding.subject);
        let owner = owner(&by_path, &finding.location.path).or(root.filter(of_root));
        match owner.and_then(|at| subjects.get_mut(at)) {
            Some(subject) => subject.findings.push(finding),
            None => other(&mut others, &finding.subject).findings.push(finding),
        }
    }
    for claim in outcome.claims.iter() {
        match owner(&by_path, &claim.path).and_then(|at| subjects.get_mut(at)) {
            Some(subject) => subject.claims.push(claim),
            None => other(&mut others, &claim.path).claims.push(claim),
        }
    }
    for gap in &outcome.gaps {
        let of_root = root.filter(|_| !gap.path.starts_with(['/', '.']));
        match owner(&by_path, &gap.path).or(of_root).and_then(|at| subjects.get_mut(at)) {
            Some(subject) => subject.gaps.push(gap),
            None => other(&mut others, &gap.path).gaps.push(gap),
        }
    }
    subjects.extend(others.into_values());
    subjects
}

fn other<'a, 's>(others: &'s mut BTreeMap<&'a str, Subject<'a>>, name: &'a str) -> &'s mut Subject<'a> {
    others.entry(name).or_insert_with(|| Subject::new(Kind::Other(name)))
}

/// The subject whose path is this one, or the nearest folder above it.
fn owner(by_path: &HashMap<&str, usize>, path: &str) -> Option<usize> {
    let mut path = path;
    loop {
        if let Some(at) = by_path.get(path) {
            return Some(*at);
        }
        path = path.rsplit_once('/')?.0;
    }
}
