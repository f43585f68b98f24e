//! The judged runs, as documents cite them: by their directories' names, wherever they stand.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::evidence::{Map, Node, Value};
use crate::judge::{RunFacts, RunVerdict};
use crate::profile::Profile;
use crate::rule::{Cause, Expression, Scope};

/// A run that documents may cite.
pub(super) struct Cited<'a> {
    pub facts: &'a RunFacts,
    answers: OnceLock<Answers>,
}

/// What the profile's expressions say of one run.
pub(super) struct Answers {
    pub sentences: Vec<Result<bool, Cause>>,
    pub conditions: Vec<Result<bool, Cause>>,
}

pub(super) struct Index<'a> {
    runs: HashMap<&'a str, Cited<'a>>,
    sentences: Vec<Expression>,
    conditions: Vec<Expression>,
}

impl<'a> Index<'a> {
    pub fn new(runs: &'a [RunFacts], profile: &Profile) -> Self {
        let mut index: HashMap<&str, Cited<'_>> = HashMap::with_capacity(runs.len());
        for facts in runs {
            let cited = Cited { facts, answers: OnceLock::new() };
            match index.get(facts.summary.id.as_str()) {
                Some(other) if !weaker(facts, other.facts) => {}
                _ => {
                    index.insert(&facts.summary.id, cited);
                }
            }
        }
        let spec = &profile.spec.documents;
        let (path, text): (Arc<str>, Arc<str>) = (profile.path.as_str().into(), (&*profile.text).into());
        let expression = |source: &str| {
            let at = profile.text.find(source).unwrap_or(0);
            Expression::new(Arc::clone(&path), Arc::clone(&text), source, at..at + source.len())
        };
        Self {
            runs: index,
            sentences: spec.sentence.iter().map(|sentence| expression(&sentence.require)).collect(),
            conditions: spec.condition.iter().map(|condition| expression(&condition.require)).collect(),
        }
    }

    pub fn get(&self, id: &str) -> Option<&Cited<'a>> {
        self.runs.get(id)
    }

    /// What the profile's sentences and conditions come to for a run; evaluated once.
    pub fn answers<'c>(&self, cited: &'c Cited<'_>) -> &'c Answers {
        cited.answers.get_or_init(|| {
            let document = with_verdict(cited.facts);
            let scope = Scope::new(&document);
            let all = |expressions: &[Expression]| {
                expressions.iter().map(|expression| expression.holds(&scope)).collect()
            };
            Answers { sentences: all(&self.sentences), conditions: all(&self.conditions) }
        })
    }
}

/// Of two directories of one name the one that proves less is meant: a copy can't mend a run.
fn weaker(a: &RunFacts, b: &RunFacts) -> bool {
    let rank = |facts: &RunFacts| match facts.summary.verdict {
        RunVerdict::Refuted => 0,
        RunVerdict::NoClaim => 1,
        RunVerdict::Unproven => 2,
        RunVerdict::Proven => 3,
    };
    (rank(a), &a.summary.path) < (rank(b), &b.summary.path)
}

/// The run's evidence document, in which `run.verdict` says what it came to.
pub(super) fn with_verdict(facts: &RunFacts) -> Node {
    let mut document = facts.document.clone();
    if let Value::Map(map) = &mut document.value {
        let mut run = match map.get("run").map(|run| &run.value) {
            Some(Value::Map(run)) => run.clone(),
            _ => Map::new(),
        };
        run.insert("verdict", facts.summary.verdict.as_str());
        map.insert("run", run);
    }
    document
}
