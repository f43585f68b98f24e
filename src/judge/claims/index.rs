//! The judged runs, as documents cite them: by their directories' names, wherever they stand.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::evidence::Node;
use crate::judge::{RunFacts, RunVerdict};
use crate::profile::Profile;
use crate::rule::{Cause, Expression, Scope};

/// A run that documents may cite.
pub(super) struct Cited<'a> {
    pub facts: &'a RunFacts,
    answers: OnceLock<Answers>,
}

/// What the profile's expressions say of one run.
#[derive(Debug, Clone)]
pub struct Answers {
    pub sentences: Vec<Result<bool, Cause>>,
    pub conditions: Vec<Result<bool, Cause>>,
}

/// What documents may ask of a run: the profile's sentences, and its conditions of gates.
pub struct Questions {
    sentences: Vec<Expression>,
    conditions: Vec<Expression>,
}

impl Questions {
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let spec = &profile.spec.documents;
        let (path, text): (Arc<str>, Arc<str>) = (profile.path.as_str().into(), Arc::clone(&profile.text));
        let expression = |source: &str| {
            let at = profile.text.find(source).unwrap_or(0);
            Expression::new(Arc::clone(&path), Arc::clone(&text), source, at..at + source.len())
        };
        Self {
            sentences: spec.sentence.iter().map(|sentence| expression(&sentence.require)).collect(),
            conditions: spec.condition.iter().map(|condition| expression(&condition.require)).collect(),
        }
    }

    /// What they come to for a run, of which nothing was let go yet.
    pub(in crate::judge) fn answers(&self, facts: &RunFacts) -> Answers {
        let run = run_with_verdict(facts);
        let document = Scope::new(&facts.document);
        let scope = document.with("run", &run);
        let all = |expressions: &[Expression]| {
            expressions.iter().map(|expression| expression.holds(&scope)).collect()
        };
        Answers { sentences: all(&self.sentences), conditions: all(&self.conditions) }
    }
}

pub(super) struct Index<'a> {
    runs: HashMap<&'a str, Cited<'a>>,
    questions: Questions,
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
        Self { runs: index, questions: Questions::new(profile) }
    }

    pub fn get(&self, id: &str) -> Option<&Cited<'a>> {
        self.runs.get(id)
    }

    /// What the profile's sentences and conditions come to for a run; evaluated once.
    pub fn answers<'c>(&self, cited: &'c Cited<'_>) -> &'c Answers {
        let facts = cited.facts;
        facts
            .answers
            .as_ref()
            .unwrap_or_else(|| cited.answers.get_or_init(|| self.questions.answers(facts)))
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

/// What the evidence document says of the run itself, and what it came to.
pub(super) fn run_with_verdict(facts: &RunFacts) -> Node {
    let known = facts.document.get("run");
    let mut run = known.and_then(Node::as_map).cloned().unwrap_or_default();
    run.insert("verdict", facts.summary.verdict.as_str());
    Node::from(run)
}
