//! The verdict of a run: the ten conditions of a proven pass, in one place.
//!
//! A condition fails where a rule that names it (`condition = N`) has a finding of severity error in the
//! rule's own words; it is unknown where such a rule could not be judged, or something was left unread of what
//! the profile says that it is told from. The tenth is that nothing was. Waivers and changed severities forgive; they prove nothing, so they do not count here.

use std::borrow::Cow;
use std::collections::HashMap;

use super::claims::{Answers, Questions};
use super::evaluate::{Judge, Judged};
use super::leaks::Leaks;
use super::outcome::{ConditionState, RunSummary, RunVerdict, State};
use crate::evidence::{Evidence, Gap, Map, Node, Packed, Read};
use crate::finding::{Finding, RuleId, Severity};
use crate::profile::Condition;
use crate::rule::Pack;
use crate::text::{Place, Sources};

/// The number of the condition that provider and model are the route's everywhere.
const ROUTE_EVERYWHERE: u8 = 3;
/// The number of the condition that the endpoint value is on no surface.
const ENDPOINT_NOWHERE: u8 = 9;
/// The number of the condition that nothing was left unread.
const NOTHING_UNREAD: u8 = 10;

/// A judged run, as far as documents may speak of it.
#[derive(Debug)]
pub struct RunFacts {
    pub summary: RunSummary,
    pub findings: Vec<Finding>,
    pub gaps: Vec<Gap>,
    pub leaks: Leaks,
    pub read: Read,
    /// The evidence document, and the sources that its values stand in.
    pub document: Node,
    pub sources: Sources,
    /// What is kept of that document.
    pub packed: Option<Condensed>,
}

/// The key of the answers in a condensed document.
const ANSWERS: &str = "answers";

/// What claims are held against of a run whose document was let go.
#[derive(Debug, Clone)]
pub struct Condensed {
    evidence: Packed,
    validator: bool,
}

impl RunFacts {
    /// Lets go of all but what claims are held against, in one piece: ten thousand cited runs are at hand at once.
    pub fn condense(&mut self, questions: &Questions) {
        let mut kept = Map::new();
        for key in ["run", "report", "baseline", "digests"] {
            if let Some(node) = self.document.get(key) {
                kept.insert(key, node.clone());
            }
        }
        kept.insert(ANSWERS, questions.answers(self).to_node());
        let mut kept = Node::new(kept, self.document.place);
        let (mut sources, mut taken) = (Sources::default(), HashMap::new());
        kept.move_places(&mut |place| {
            let source = *taken.entry(place.source).or_insert_with(|| {
                self.sources.get(place.source).map(|source| sources.add(source.clone()))
            });
            source.map(|source| Place { source, ..place })
        });
        let evidence = Packed::new(questions.store(), &kept, &sources);
        self.packed = Some(Condensed { evidence, validator: self.is_validator() });
        (self.document, self.sources) = (Node::null(), Sources::default());
    }

    /// The evidence document as far as it is kept, and the sources that it stands in.
    #[must_use]
    pub fn evidence(&self) -> (Cow<'_, Node>, Cow<'_, Sources>) {
        match &self.packed {
            Some(packed) => {
                let (document, sources) = packed.evidence.unpack();
                (Cow::Owned(document), Cow::Owned(sources))
            }
            None => (Cow::Borrowed(&self.document), Cow::Borrowed(&self.sources)),
        }
    }

    /// What the profile's questions came to, where the document they were asked of was let go.
    pub(super) fn answers(document: &Node) -> Option<Answers> {
        document.get(ANSWERS).and_then(Answers::of_node)
    }

    /// Lets go of the document and of the bytes that it stands in; what was judged stays.
    pub fn forget(&mut self) {
        self.packed = None;
        self.document = Node::null();
        self.sources = Sources::default();
    }

    /// A validator's report is never pass evidence for a run.
    #[must_use]
    pub fn is_validator(&self) -> bool {
        let kind = || self.document.get("report")?.get("kind")?.as_str();
        self.packed.as_ref().map_or_else(|| kind() == Some("validator"), |packed| packed.validator)
    }
}

/// Judges a run and says what its evidence shows.
#[must_use]
pub fn judge_run(judge: &Judge<'_>, evidence: Evidence, value_known: bool, cited_only: bool) -> RunFacts {
    let judged = judge.judge(&evidence);
    let mut gaps = evidence.gaps.clone();
    gaps.extend(judged.gaps(&evidence.path));
    let claim = claim_of(&evidence.document);
    if claim == Some(true) && !value_known {
        let why =
            "the endpoint value was not given, so its absence was not checked: a pass can't be proven";
        gaps.push(Gap::new(evidence.path.as_str(), None, why));
    }
    let missing = if claim == Some(true) { missing(&evidence, &gaps) } else { Vec::new() };
    gaps.extend_from_slice(&missing);
    let is_told = evidence.document.get("report").is_some_and(|report| !report.is_null());
    if !is_told && !gaps.iter().any(|gap| gap.surface.as_deref() == Some("report")) {
        gaps.push(Gap::new(
            evidence.path.as_str(),
            None,
            "no report was read: what the run claims is not known",
        ));
    }
    for gap in &mut gaps {
        gap.path = judge.show.text(&gap.path);
        gap.why = judge.show.text(&gap.why);
    }
    gaps.sort();
    gaps.dedup();
    let formless = breaking(judge.pack, &judged.findings, NOTHING_UNREAD).collect();
    let unread = Unread { evidence: &evidence, gaps: &gaps, missing: &missing, formless };
    let conditions = asked(claim, conditions(judge, &judged, &unread, value_known, is_told));
    let summary = RunSummary {
        id: judge.show.text(&evidence.id),
        path: judge.show.text(&evidence.path),
        verdict: verdict(claim, &conditions),
        conditions,
        cited_only,
    };
    let Evidence { document, sources, read, .. } = evidence;
    let Judged { findings, leaks, .. } = judged;
    RunFacts { summary, findings, gaps, leaks, read, document, sources, packed: None }
}

/// Whether the report claims a pass; `None` where that can't be read.
fn claim_of(document: &Node) -> Option<bool> {
    let report = document.get("report")?;
    if report.get("kind").and_then(Node::as_str) == Some("validator") {
        return Some(false);
    }
    match report.get("status").and_then(Node::as_str) {
        Some("pass") => Some(true),
        Some("fail" | "blocked") => Some(false),
        _ => None,
    }
}

/// Artifacts without which the third condition can't be checked: a pass that lacks them breaks no rule, and
/// is not proven either.
fn missing(evidence: &Evidence, gaps: &[Gap]) -> Vec<Gap> {
    let document = &evidence.document;
    let is_null = |key: &str| document.get(key).is_none_or(Node::is_null);
    let starts = document.get("trace").and_then(|trace| trace.get("started")).and_then(Node::as_list);
    let told = starts.is_some_and(|starts| starts.iter().any(|start| start.get("argv").is_some()));
    let uses = document.get("uses").and_then(Node::as_list).unwrap_or_default();
    let word = |one: &Node, key: &str| one.get(key).and_then(Node::as_str).map(str::to_owned);
    // The report's own command is not what a process was started with, nor is the baseline's.
    let names_model = |one: &Node| {
        word(one, "kind").as_deref() == Some("argv")
            && !matches!(word(one, "surface").as_deref(), Some("report" | "baseline"))
            && word(one, "model").is_some()
    };
    let named = uses.iter().any(names_model);
    let unread = |name: &str| gaps.iter().any(|gap| gap.path.ends_with(name));
    let recorded = !is_null("argv") || told || unread("argv.json");
    let why = [
        (is_null("admission") && !unread("admission.json"), "there is no admission.json"),
        (!recorded, "no command line is recorded"),
        (recorded && !named && !unread("argv.json"), "no recorded command line names a model"),
    ];
    let gap = |why: &str| {
        let why = format!("{why}: that provider and model are the route's was not checked everywhere");
        Gap::new(evidence.path.as_str(), None, why)
    };
    why.into_iter().filter(|(missing, _)| *missing).map(|(_, why)| gap(why)).collect()
}

fn verdict(claim: Option<bool>, conditions: &[ConditionState]) -> RunVerdict {
    let any = |state| conditions.iter().any(|condition| condition.state == state);
    match claim {
        Some(false) => RunVerdict::NoClaim,
        Some(true) | None if any(State::Fails) => RunVerdict::Refuted,
        None => RunVerdict::Unproven,
        Some(true) if any(State::Unknown) => RunVerdict::Unproven,
        Some(true) => RunVerdict::Proven,
    }
}

/// The conditions are those of a claimed pass. Of a run that claims none, none is asked; where the report does
/// not say, that no rule fired shows nothing.
fn asked(claim: Option<bool>, mut conditions: Vec<ConditionState>) -> Vec<ConditionState> {
    match claim {
        Some(true) => {}
        Some(false) => conditions = Vec::new(),
        None => {
            for condition in conditions.iter_mut().filter(|condition| condition.state == State::Holds) {
                condition.state = State::Unknown;
                condition.because.push("the report does not say whether the run passed".to_owned());
            }
        }
    }
    conditions
}

/// What keeps conditions from being known.
struct Unread<'a> {
    evidence: &'a Evidence,
    /// All of the run's gaps, those of its judgement among them.
    gaps: &'a [Gap],
    /// Artifacts that no rule asks for, and without which the model is not known.
    missing: &'a [Gap],
    /// What is not in its form was seen, and not understood.
    formless: Vec<&'a Finding>,
}

impl Unread<'_> {
    /// Why a condition is not known, as far as it was not read what it is told from.
    fn because(&self, condition: &Condition) -> Vec<String> {
        let told = |gap: &Gap| format!("{}: {}", gap.path, gap.why);
        if condition.number == NOTHING_UNREAD {
            return self.gaps.iter().map(told).collect();
        }
        let is_of = |surface: &Option<String>| {
            let is_named = |surface| condition.surfaces.contains(surface);
            condition.surfaces.is_empty() || surface.as_ref().is_some_and(is_named)
        };
        // What was searched for the value need not be understood.
        let is_enough = condition.number == ENDPOINT_NOWHERE;
        let gaps = self.evidence.gaps.iter();
        let gaps = gaps.filter(|gap| is_of(&gap.surface) && !(is_enough && gap.is_searched));
        let formless = self.formless.iter().filter(|it| is_of(&it.location.surface) && !is_enough);
        let mut because: Vec<String> = gaps.map(told).chain(formless.map(|it| broken(it))).collect();
        if condition.number == ROUTE_EVERYWHERE {
            because.extend(self.missing.iter().map(told));
        }
        // The report may name a file of another surface as its tests, its patch, its baseline.
        let is_unread = |surface: &&String| {
            let unread = self.evidence.document.get("unread").and_then(|unread| unread.get(surface));
            unread.and_then(Node::as_bool) == Some(true)
        };
        if because.is_empty() {
            because.extend(
                condition.surfaces.iter().filter(is_unread).map(|it| format!("its {it} was not read")),
            );
        }
        because.sort();
        because.dedup();
        because
    }
}

/// The findings that break a condition, in their order.
pub(super) fn breaking<'f>(
    pack: &Pack,
    findings: &'f [Finding],
    number: u8,
) -> impl Iterator<Item = &'f Finding> {
    let breaks =
        move |id: &RuleId| pack.get(id.as_str()).is_some_and(|rule| rule.conditions.contains(&number));
    findings.iter().filter(move |finding| finding.severity == Severity::Error && breaks(&finding.rule))
}

fn broken(finding: &Finding) -> String {
    format!("{}: {}", finding.rule, finding.message)
}

fn conditions(
    judge: &Judge<'_>,
    judged: &Judged,
    unread: &Unread<'_>,
    value_known: bool,
    is_told: bool,
) -> Vec<ConditionState> {
    let is_of = |id: &RuleId, number: u8| {
        judge.pack.get(id.as_str()).is_some_and(|rule| rule.conditions.contains(&number))
    };
    let state_of = |condition: &Condition| {
        let number = condition.number;
        let mut because: Vec<String> = breaking(judge.pack, &judged.findings, number).map(broken).collect();
        if !because.is_empty() {
            // What is not in its form was seen, and not understood: that refutes nothing. Nor does anything where no
            // report tells what the run claims.
            let is_unknown = number == NOTHING_UNREAD || !is_told;
            return (if is_unknown { State::Unknown } else { State::Fails }, because);
        }
        because.extend(
            judged
                .unjudged
                .iter()
                .filter(|(rule, _)| is_of(rule, number))
                .map(|(rule, cause)| format!("{rule} could not be judged: {}", cause.0)),
        );
        if number == ENDPOINT_NOWHERE && !value_known {
            because.push("the endpoint value was not given".to_owned());
        }
        if number == ENDPOINT_NOWHERE {
            because.extend(judged.leaks.gap(".").map(|gap| gap.why));
        }
        because.extend(unread.because(condition));
        (if because.is_empty() { State::Holds } else { State::Unknown }, because)
    };
    judge
        .profile
        .spec
        .condition
        .iter()
        .map(|condition| {
            let (state, because) = state_of(condition);
            let because = because.iter().map(|why| judge.show.text(why)).collect();
            ConditionState { number: condition.number, says: condition.says.clone(), state, because }
        })
        .collect()
}
