//! Rules × one subject's evidence → findings, and what could not be judged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::around::words_around;
use super::leaks::{self, Leaks, Told};
use super::show::Show;
use crate::evidence::{Evidence, Gap, Map, Node, Subject, Value};
use crate::finding::{Finding, Fingerprint, Location, Related, RuleId};
use crate::profile::Profile;
use crate::rule::{Assertion, At, Cause, Pack, Rule, Scope};
use crate::text::{Body, Place, Source, Span};

/// What the rules say of one subject.
#[derive(Debug, Default)]
pub struct Judged {
    pub findings: Vec<Finding>,
    /// Rules that could not be judged, with the reason.
    pub unjudged: Vec<(RuleId, Cause)>,
    /// Places where the value, or its digest, stands, whatever the rules say of them.
    pub leaks: Leaks,
}

impl Judged {
    /// What keeps the evidence from being wholly judged.
    #[must_use]
    pub fn gaps(&self, path: &str) -> Vec<Gap> {
        let mut gaps = gaps_of(&self.unjudged, path);
        gaps.extend(self.leaks.gap(path));
        gaps
    }
}

/// The name of the element of `each`.
const ITEM: &str = "it";

/// Elements of one list that a finding points at.
const MOST_PLACES: usize = 8;

/// An element of `each`.
#[derive(Clone, Copy)]
struct Item<'a> {
    node: &'a Node,
    /// It says itself how severe it is, and in which form something stands there.
    graded: bool,
}

impl<'a> Item<'a> {
    fn word(self, key: &str) -> Option<&'a str> {
        self.node.get(key).and_then(Node::as_str)
    }

    fn grade(self, key: &str) -> Option<&'a str> {
        self.graded.then(|| self.word(key)).flatten()
    }
}

/// What the rules of one subject ask of it as a whole, by the question's words: many ask the same.
#[derive(Default)]
struct Guards<'r> {
    answers: HashMap<&'r str, Result<bool, Cause>>,
}

impl<'r> Guards<'r> {
    fn asks(&mut self, rule: &'r Rule, scope: &Scope<'_>) -> Result<bool, Cause> {
        let Some(when) = &rule.when else { return Ok(true) };
        self.answers.entry(when.source()).or_insert_with(|| when.holds(scope)).clone()
    }
}

/// Judges evidence by every rule of its subject.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    pub pack: &'a Pack,
    pub profile: &'a Profile,
    pub show: Show<'a>,
}

impl Judge<'_> {
    #[must_use]
    pub fn judge(&self, evidence: &Evidence) -> Judged {
        self.judge_by(evidence, self.pack.for_subject(evidence.subject))
    }

    /// Judges evidence by some of the rules of its subject.
    pub(super) fn judge_by<'r>(
        &self,
        evidence: &Evidence,
        rules: impl IntoIterator<Item = &'r Rule>,
    ) -> Judged {
        let mut judged = Judged::default();
        let scope = Scope::new(&evidence.document);
        let mut guards = Guards::default();
        let mut told = Told::default();
        for rule in rules {
            self.rule(rule, evidence, (&scope, &mut guards), (&mut judged, &mut told));
        }
        judged.leaks = told.of(&evidence.document);
        judged.findings.sort_by(|a, b| a.order().cmp(&b.order()));
        // What a reader could not tell apart is told once.
        judged.findings.dedup_by(|b, a| {
            let told = |it: &Finding| (bytes_of(&it.location), it.rule.clone(), it.form.clone());
            a.message == b.message && told(a) == told(b)
        });
        number_equals(&mut judged.findings);
        judged
    }

    fn rule<'r>(
        &self,
        rule: &'r Rule,
        evidence: &Evidence,
        (scope, guards): (&Scope<'_>, &mut Guards<'r>),
        (judged, told): (&mut Judged, &mut Told),
    ) {
        if rule.each.is_empty() {
            let asked = guards.asks(rule, scope);
            return self.assertion(rule, evidence, (scope, asked), None, judged);
        }
        let of_item = rule.when.as_ref().filter(|when| when.names(ITEM));
        let mut causes = BTreeSet::new();
        for each in &rule.each {
            let (list, found) = evidence.document.resolve(each);
            let Some(items) = list.as_list().filter(|_| found) else {
                let name = each.segments().collect::<Vec<_>>().join(".");
                let why = format!("the evidence has no list `{name}`");
                judged.unjudged.push((rule.id.clone(), Cause(why)));
                continue;
            };
            let graded = leaks::are_graded(each);
            for (at, item) in items.iter().enumerate() {
                let known = judged.findings.len();
                let own = scope.with(ITEM, item);
                let asked = of_item.map_or_else(|| guards.asks(rule, scope), |when| when.holds(&own));
                let element = Item { node: item, graded };
                self.assertion(rule, evidence, (&own, asked), Some(element), judged);
                if judged.findings.len() > known {
                    told.add(each, at);
                    let again = |it: &mut Finding| !causes.insert((bytes_of(&it.location), cause(item)));
                    judged.findings.pop_if(again);
                }
            }
        }
    }

    /// Judges a rule by what it asserts, where it asks for anything to be judged.
    fn assertion(
        &self,
        rule: &Rule,
        evidence: &Evidence,
        (scope, asked): (&Scope<'_>, Result<bool, Cause>),
        item: Option<Item<'_>>,
        judged: &mut Judged,
    ) {
        let broken = asked.and_then(|asked| {
            Ok(asked
                && match &rule.assertion {
                    Assertion::Require(expression) => !expression.holds(scope)?,
                    Assertion::Deny(expression) => expression.holds(scope)?,
                })
        });
        match broken {
            Ok(false) => {}
            Ok(true) => judged.findings.push(self.finding(rule, evidence, scope, item)),
            Err(cause) => judged.unjudged.push((rule.id.clone(), cause)),
        }
    }

    fn finding(
        &self,
        rule: &Rule,
        evidence: &Evidence,
        scope: &Scope<'_>,
        item: Option<Item<'_>>,
    ) -> Finding {
        let form = item.and_then(|item| item.grade("form"));
        let severity = item.and_then(|item| item.grade("severity")).and_then(|word| word.parse().ok());
        let severity = severity.unwrap_or(rule.severity);
        let mut places: Vec<Place> = Vec::new();
        for place in
            rule.at.iter().flat_map(|at| places_of(evidence, at, scope, item.map(|item| item.node)))
        {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let mut places = places.into_iter();
        let first = places.next();
        // Of a leak only the start is told: a finding whose element has a form is one.
        let secret = form.is_some();
        let (location, excerpt) = match &first {
            Some(place) => (
                self.show.location(&evidence.sources, place, secret),
                self.show.excerpt(&evidence.sources, place),
            ),
            None => (self.subject_location(evidence), None),
        };
        let related: Vec<Related> = places
            .map(|place| Related {
                location: self.show.location(&evidence.sources, &place, secret),
                message: "and here".to_owned(),
                excerpt: self.show.excerpt(&evidence.sources, &place),
            })
            .collect();
        let mut anchor = self.anchor(rule, evidence.subject, item, form);
        anchor.extend(location.container.iter().cloned());
        if let Some(place) = &first {
            anchor.extend(words_around(self.show, &evidence.sources, place, secret));
        }
        let anchor: Vec<&str> = anchor.iter().map(String::as_str).collect();
        Finding {
            fingerprint: Fingerprint::new(&rule.id, &location.path, &anchor),
            rule: rule.id.clone(),
            severity,
            message: self.show.text(&rule.message.render(scope)),
            help: self.show.text(&rule.help.render(scope)),
            location,
            excerpt,
            label: form.map(|form| format!("found as `{}`", self.show.text(form))),
            related,
            policy: Some(self.policy(rule)),
            form: form.map(|form| self.show.text(form)),
            subject: self.show.text(&evidence.id),
        }
    }

    /// What kind of fault of its rule this is, without a byte of the evidence.
    fn anchor(
        &self,
        rule: &Rule,
        subject: Subject,
        item: Option<Item<'_>>,
        form: Option<&str>,
    ) -> Vec<String> {
        let always = rule.at.iter().filter(|at| at.when.is_none());
        let mut anchor: Vec<String> = always.map(|at| format!("{}:{}", at.root, at.pointer)).collect();
        // A document's line is found there, and in a commit of its repository.
        if rule.subjects.first() != Some(&subject) {
            anchor.push(subject.as_str().to_owned());
        }
        anchor.extend(form.map(|form| self.show.text(form)));
        for key in ["pointer", "name", "path", "event"] {
            let value = item.and_then(|item| item.word(key));
            anchor.extend(value.map(|value| self.show.text(value)));
        }
        anchor
    }

    fn subject_location(&self, evidence: &Evidence) -> Location {
        Location {
            path: self.show.text(&evidence.path),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            ..Location::default()
        }
    }

    /// The line of policy that was broken: the profile's field, or the acceptance line in the rule's file,
    /// or else what the rule asserts.
    fn policy(&self, rule: &Rule) -> Related {
        let named = rule.policy.as_deref().and_then(|field| self.profile.place_of(field));
        let (path, text, span, message, surface) = match (named, rule.trace_at) {
            (Some(span), _) => {
                (&self.profile.path, &self.profile.text, span, "the profile says so", "profile")
            }
            (None, Some(span)) => {
                (&rule.path, &rule.text, span, "the acceptance line that this enforces", "rule")
            }
            (None, None) => (&rule.path, &rule.text, rule.assertion_at, "what the rule asserts", "rule"),
        };
        let mut sources = crate::text::Sources::default();
        let body = Body::Held(text.as_bytes().into());
        let source = sources.add(Source::new(path.as_str(), Some(surface), body));
        let place = Place::new(source, span);
        Related {
            location: self.show.location(&sources, &place, false),
            message: message.to_owned(),
            excerpt: self.show.excerpt(&sources, &place),
        }
    }
}

/// The bytes that a location names, whatever artifact they are read as.
fn bytes_of(location: &Location) -> (String, Vec<String>, Option<String>, u64, u64, u64) {
    let Location { path, container, commit, line, byte_start, byte_end, .. } = location;
    (path.clone(), container.clone(), commit.clone(), *line, *byte_start, *byte_end)
}

/// What an element says, but for who tells it: bytes that have two names in a run are read as two artifacts.
fn cause(item: &Node) -> String {
    const TELLERS: [&str; 3] = ["surface", "kind", "count"];
    let Some(map) = item.as_map() else { return item.to_json().to_string() };
    let said: Map = map
        .iter()
        .filter(|(key, _)| !TELLERS.contains(&&***key))
        .map(|(key, node)| (key.clone(), node.clone()))
        .collect();
    Node::from(said).to_json().to_string()
}

/// The places that `at` names, where it decides. `/*` at its end is each element of a list of which it does, as `it`.
fn places_of(evidence: &Evidence, at: &At, scope: &Scope<'_>, item: Option<&Node>) -> Vec<Place> {
    let decides = |scope: &Scope<'_>| at.when.as_ref().is_none_or(|when| when.holds(scope) == Ok(true));
    let Some(list) = at.pointer.list() else {
        return resolve(evidence, at, item).filter(|_| decides(scope)).into_iter().collect();
    };
    let root = if at.root == ITEM { item } else { evidence.document.get(&at.root) };
    let elements = root.and_then(|root| root.resolve(&list).0.as_list()).unwrap_or_default();
    let of_it = |element: &&Node| decides(&scope.with(ITEM, element));
    elements.iter().filter(of_it).take(MOST_PLACES).filter_map(|element| element.place).collect()
}

/// The place that `at` names: the value's own, or that of the deepest value on the way to it that has one.
fn resolve(evidence: &Evidence, at: &At, item: Option<&Node>) -> Option<Place> {
    let root = if at.root == "it" { item? } else { evidence.document.get(&at.root)? };
    let mut place = root.place;
    let mut node = root;
    for segment in at.pointer.segments() {
        let next = match &node.value {
            Value::Map(map) => map.get(segment),
            Value::List(items) => segment.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        };
        match next {
            Some(child) => node = child,
            // The object that lacks the key: its opening is enough to point at.
            None => return place.map(opening),
        }
        place = node.place.or(place);
    }
    place
}

/// Of a long object, only its first bytes: a label over pages says nothing.
fn opening(place: Place) -> Place {
    Place { span: Span::new(place.span.start, place.span.end.min(place.span.start + 1)), ..place }
}

/// Gives equal fingerprints of one file a number, in the order of their places: their lines say the same.
pub(super) fn number_equals(findings: &mut [Finding]) {
    let mut seen: BTreeMap<Fingerprint, u32> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let anchor = [finding.fingerprint.as_str(), &count.to_string()].map(str::to_owned);
            let anchor = [anchor[0].as_str(), anchor[1].as_str()];
            finding.fingerprint = Fingerprint::new(&finding.rule, &finding.location.path, &anchor);
        }
    }
}

/// One gap for each reason, naming the rules that it kept from being judged.
pub(super) fn gaps_of(unjudged: &[(RuleId, Cause)], path: &str) -> Vec<Gap> {
    let mut by_cause: BTreeMap<&Cause, Vec<&str>> = BTreeMap::new();
    for (rule, cause) in unjudged {
        let rules = by_cause.entry(cause).or_default();
        if rules.last() != Some(&rule.as_str()) {
            rules.push(rule.as_str());
        }
    }
    by_cause
        .into_iter()
        .map(|(cause, rules)| {
            let why = format!("not judged by {}: {}", rules.join(", "), cause.0);
            Gap::new(path, None, why)
        })
        .collect()
}
