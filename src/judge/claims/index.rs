//! The judged runs, as documents cite them: by their directories' names, wherever they stand.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use super::sound::wrong_in;
use crate::evidence::{Node, Store, Value};
use crate::judge::{RunFacts, RunVerdict};
use crate::profile::{HERMES_CASE, Profile};
use crate::rule::{Cause, Expression, Scope};
use crate::text::Sources;

/// A run that a document cites, for as long as the document is judged.
pub(super) struct Cited<'a> {
    pub facts: Opened<'a>,
    /// What the profile's sentences and conditions come to for the run.
    pub answers: Answers,
}

/// A run whose evidence document is at hand.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    facts: &'a RunFacts,
    pub document: Cow<'a, Node>,
    pub sources: Cow<'a, Sources>,
}

impl<'a> Opened<'a> {
    fn new(facts: &'a RunFacts) -> Self {
        let (document, sources) = facts.evidence();
        Self { facts, document, sources }
    }
}

impl Opened<'_> {
    /// A text field of the report; `None` where there is no report or no such text.
    pub fn report_word(&self, field: &str) -> Option<&str> {
        self.document.get("report")?.get(field)?.as_str()
    }
}

impl Deref for Opened<'_> {
    type Target = RunFacts;

    fn deref(&self) -> &RunFacts {
        self.facts
    }
}

/// What the profile's expressions say of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    pub sentences: Vec<Result<bool, Cause>>,
    pub conditions: Vec<Result<bool, Cause>>,
}

/// What documents may ask of a run: the profile's sentences, and its conditions of gates.
pub struct Questions {
    sentences: Vec<Expression>,
    conditions: Vec<Expression>,
    /// Where the runs that were asked are kept.
    store: Arc<Store>,
}

impl Answers {
    /// As a value among others: where there is no answer, the cause.
    pub(in crate::judge) fn to_node(&self) -> Node {
        let answer = |answer: &Result<bool, Cause>| match answer {
            Ok(answer) => Node::from(*answer),
            Err(cause) => Node::from(cause.0.as_str()),
        };
        let list =
            |answers: &[Result<bool, Cause>]| Node::from(answers.iter().map(answer).collect::<Vec<_>>());
        Node::from(vec![list(&self.sentences), list(&self.conditions)])
    }

    pub(in crate::judge) fn of_node(node: &Node) -> Option<Self> {
        let answer = |node: &Node| match &node.value {
            Value::Bool(answer) => Ok(*answer),
            _ => Err(Cause(node.as_str().unwrap_or_default().to_owned())),
        };
        let [sentences, conditions] = node.as_list()? else { return None };
        let list = |node: &Node| Some(node.as_list()?.iter().map(answer).collect());
        Some(Self { sentences: list(sentences)?, conditions: list(conditions)? })
    }
}

impl Questions {
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let spec = &profile.spec.documents;
        let (path, text): (Arc<str>, Arc<str>) = (profile.path.as_str().into(), Arc::clone(&profile.text));
        let expression = |source: &str| {
            let at = profile.text.find(source).unwrap_or(0);
            let mut expression =
                Expression::new(Arc::clone(&path), Arc::clone(&text), source, at..at + source.len());
            if *profile.text == *HERMES_CASE {
                expression.built_in();
            }
            expression
        };
        Self {
            sentences: spec.sentence.iter().map(|sentence| expression(&sentence.require)).collect(),
            conditions: spec.condition.iter().map(|condition| expression(&condition.require)).collect(),
            store: Arc::default(),
        }
    }

    pub(in crate::judge) fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// What they come to for a run, of which nothing was let go yet.
    pub(in crate::judge) fn answers(&self, facts: &RunFacts) -> Answers {
        let run = run_with_verdict(facts, &facts.document);
        let document = Scope::new(&facts.document);
        let scope = document.with("run", &run);
        let all = |expressions: &[Expression]| {
            expressions.iter().map(|expression| expression.holds(&scope)).collect()
        };
        Answers { sentences: all(&self.sentences), conditions: all(&self.conditions) }
    }
}

pub(super) struct Index<'a> {
    runs: HashMap<&'a str, &'a RunFacts>,
    questions: Questions,
}

/// The runs that one document cites.
pub(super) struct Docket<'a> {
    runs: HashMap<&'a str, Cited<'a>>,
}

impl<'a> Docket<'a> {
    pub fn get(&self, id: &str) -> Option<&Cited<'a>> {
        self.runs.get(id)
    }
}

impl<'a> Index<'a> {
    pub fn new(runs: &'a [RunFacts], profile: &Profile) -> Self {
        let mut index: HashMap<&str, &RunFacts> = HashMap::with_capacity(runs.len());
        for facts in runs {
            match index.get(facts.summary.id.as_str()) {
                Some(other) if !weaker(facts, other) => {}
                _ => {
                    index.insert(&facts.summary.id, facts);
                }
            }
        }
        Self { runs: index, questions: Questions::new(profile) }
    }

    pub fn get(&self, id: &str) -> Option<&'a RunFacts> {
        self.runs.get(id).copied()
    }

    pub fn docket(&self, ids: &[&str]) -> Docket<'a> {
        let known = ids.iter().filter_map(|id| self.get(id));
        let cited = |facts: &'a RunFacts| {
            let opened = Opened::new(facts);
            let answers = self.answers_of(&opened);
            (facts.summary.id.as_str(), Cited { facts: opened, answers })
        };
        let mut runs = HashMap::with_capacity(ids.len());
        for facts in known {
            if !runs.contains_key(facts.summary.id.as_str()) {
                runs.extend([cited(facts)]);
            }
        }
        Docket { runs }
    }

    /// What the profile's sentences and conditions come to for a run.
    pub fn answers(&self, facts: &RunFacts) -> Answers {
        self.answers_of(&Opened::new(facts))
    }

    fn answers_of(&self, run: &Opened<'_>) -> Answers {
        RunFacts::answers(&run.document).unwrap_or_else(|| self.questions.answers(run.facts))
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
    // Two validators' runs claim no pass alike: the one with something wrong in it is the weaker one.
    let flaw = |facts: &RunFacts| match (wrong_in(facts), facts.gaps.is_empty()) {
        (Some(_), _) => 0,
        (None, false) => 1,
        (None, true) => 2,
    };
    (rank(a), flaw(a), &a.summary.path) < (rank(b), flaw(b), &b.summary.path)
}

/// What the evidence document says of the run itself, and what it came to.
pub(super) fn run_with_verdict(facts: &RunFacts, document: &Node) -> Node {
    let known = document.get("run");
    let mut run = known.and_then(Node::as_map).cloned().unwrap_or_default();
    run.insert("verdict", facts.summary.verdict.as_str());
    Node::from(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stay_what_they_were() {
        let answers = Answers {
            sentences: vec![Ok(true), Err(Cause("there is no `patch`".to_owned())), Ok(false)],
            conditions: Vec::new(),
        };
        assert_eq!(Answers::of_node(&answers.to_node()), Some(answers));
    }
}
