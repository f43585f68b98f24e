//! The judged runs, as documents cite them: by their directories' names, wherever they stand.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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
#[derive(Debug, Clone)]
pub struct Answers {
    pub sentences: Vec<Result<bool, Cause>>,
    pub conditions: Vec<Result<bool, Cause>>,
}

/// What documents may ask of a run: the profile's sentences, and its conditions of gates.
pub struct Questions {
    sentences: Vec<Expression>,
    conditions: Vec<Expression>,
    /// Words of reports: most stand in every one of ten thousand.
    words: Mutex<HashSet<Arc<str>>>,
}

/// So many words are shared, and those that come later are not: a report may hold any number of them.
const WORDS: usize = 4096;
/// A longer text is no word.
const WORD: usize = 40;

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
            words: Mutex::default(),
        }
    }

    /// A word that is held once, however many runs say it. What is kept of a run must not hold on to what was
    /// read with it: one small text keeps the memory around it.
    pub(in crate::judge) fn word(&self, word: &str) -> Arc<str> {
        if word.len() > WORD {
            return Arc::from(word);
        }
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = words.get(word) {
            return Arc::clone(known);
        }
        let word = Arc::from(word);
        if words.len() < WORDS {
            words.insert(Arc::clone(&word));
        }
        word
    }

    /// The same tree, its words shared.
    pub(in crate::judge) fn shared(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::String(text) => Value::String(self.word(text)),
            Value::List(items) => Value::List(items.iter().map(|item| self.shared(item)).collect()),
            Value::Map(map) => {
                let mut kept = Map::with_capacity(map.len());
                for (key, node) in map.iter() {
                    kept.append(self.word(key), self.shared(node));
                }
                Value::Map(kept)
            }
            other => other.clone(),
        };
        Node { value, place: node.place }
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
