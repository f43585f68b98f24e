//! Claims of documents, judged by the runs, commits and documents that they speak of.
//!
//! The second round of an audit: runs have their verdicts. Each statement of each document is decided here,
//! in code, and the decision is evidence that rules judge (`claim.why` names what is wrong with it); the
//! rules alone say what is a finding. What is not at hand is a gap, never a claim that stands.

mod chain;
mod checks;
mod citations;
mod compare;
mod cycles;
mod decide;
mod dress;
mod evidence;
mod explain;
mod faults;
mod fields;
mod index;
mod pass;
mod picked;
mod remark;
mod sentence;
mod sound;
mod spoken;
mod standing;
mod strays;
mod subject;
mod tables;
mod tally;
mod why;
mod words;

use rayon::prelude::*;

pub use explain::ItemChain;

use self::chain::Lines;
use self::decide::{Bench, Decision};
use self::index::Index;
pub use self::index::{Answers, Questions};
use self::tables::{Tables, Told};
use self::why::Why;
use self::words::Names;
use super::evaluate::{Judge, gaps_of, number_equals};
use super::leaks::Leaks;
use super::{ClaimSummary, ClaimVerdict, DocumentSummary, RunFacts};
use crate::collect::sot::{Outline, SotDocument};
use crate::evidence::{Evidence, Gap, Read, Subject};
use crate::finding::{Finding, RuleId};
use crate::rule::{Cause, Rule};

/// What a repository says of a commit's abbreviated id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitLookup {
    /// There is no such commit, or the id fits several.
    NotFound,
    /// The first line of its message.
    Subject(String),
    /// No repository was given.
    NoRepository,
    /// The commit may be there: the repository can't be read whole, for this reason.
    Unknown(String),
}

/// What documents are judged by.
pub struct Grounds<'a> {
    pub judge: Judge<'a>,
    /// Every judged run that a document may cite.
    pub runs: &'a [RunFacts],
    /// Whether a place for runs was given: then a cited run that is not there is an error.
    pub runs_given: bool,
    pub commit: &'a (dyn Fn(&str) -> CommitLookup + Sync),
    /// The fixtures of all runs that are known, at hand or not.
    pub fixtures: &'a [String],
    /// Ids of work items to explain.
    pub explain: &'a [String],
}

/// What the documents came to.
#[derive(Debug, Default)]
pub struct JudgedDocuments {
    pub documents: Vec<DocumentSummary>,
    pub claims: Vec<ClaimSummary>,
    pub findings: Vec<Finding>,
    pub gaps: Vec<Gap>,
    pub leaks: Leaks,
    pub read: Read,
    /// The work items that were asked for, in the order of their documents.
    pub explained: Vec<ItemChain>,
}

/// Documents that are judged together.
const TOGETHER: usize = 512;

impl JudgedDocuments {
    fn add(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.claims.extend(other.claims);
        self.findings.extend(other.findings);
        self.gaps.extend(other.gaps);
        self.leaks += other.leaks;
        self.read += other.read;
        self.explained.extend(other.explained);
    }
}

/// Decides every claim of every document and judges what was decided. The documents come in the order of
/// their paths, and each is let go when it is judged.
#[must_use]
pub fn judge_documents(
    grounds: &Grounds<'_>,
    documents: Vec<SotDocument>,
    outlines: Vec<Outline>,
) -> JudgedDocuments {
    let index = Index::new(grounds.runs, grounds.judge.profile);
    let tables = Tables::new(outlines, &index, grounds.judge);
    let rules = Rules::new(grounds.judge);
    let judge = |(at, mut document): (usize, SotDocument)| {
        let fetched = document.fetch(grounds.judge.profile);
        let docket = index.docket(&runs_of(&tables, at, &document, grounds.explain));
        let bench = Bench { grounds, docket: &docket, tables: &tables };
        if fetched {
            bench.judge_document(at, &document, &rules)
        } else {
            bench.judge_unread(at, &document, &rules)
        }
    };
    let mut all = JudgedDocuments::default();
    let mut documents = documents.into_iter().enumerate();
    loop {
        // What some come to is put together before others are judged: it is held once.
        let some: Vec<_> = documents.by_ref().take(TOGETHER).collect();
        if some.is_empty() {
            break;
        }
        let each: Vec<JudgedDocuments> = some.into_par_iter().map(judge).collect();
        for one in each {
            all.add(one);
        }
    }
    all.gaps.extend(tables.outlines.iter().filter(|outline| outline.source.changed()).map(changed));
    all
}

/// The runs that a document is held to: those that it cites, those that its sentences name, and those of what is
/// said elsewhere of items that are to be explained.
fn runs_of<'t>(
    tables: &'t Tables,
    at: usize,
    document: &'t SotDocument,
    explain: &[String],
) -> Vec<&'t str> {
    let mut runs = tables.cited_by(at);
    runs.extend(spoken::runs_named(document));
    let items = document.items.iter().map(|item| item.id.text.as_str());
    for id in items.filter(|id| explain.iter().any(|wanted| wanted == id)) {
        runs.extend(tables.cited_for(id));
    }
    runs
}

/// A document that was not what it had been when it was read again.
fn changed(outline: &Outline) -> Gap {
    let why = "changed after it was first read: what it says now was not judged";
    Gap::new(outline.source.path.as_str(), Some(crate::collect::sot::SURFACE), why)
}

/// The evidence documents that the rules of documents, work items and claims judge.
#[must_use]
pub fn evidence_of_documents(grounds: &Grounds<'_>, documents: &[SotDocument]) -> Vec<Evidence> {
    let index = Index::new(grounds.runs, grounds.judge.profile);
    let outlines = documents.iter().map(SotDocument::outline).collect();
    let tables = Tables::new(outlines, &index, grounds.judge);
    let each = |(at, document): (usize, &SotDocument)| {
        let docket = index.docket(&runs_of(&tables, at, document, grounds.explain));
        let bench = Bench { grounds, docket: &docket, tables: &tables };
        let decisions = bench.document(at, document);
        let citations = bench.citation_facts((at, document), &decisions);
        let mut own = evidence::of_document(at, document, &citations);
        own.gaps.clone_from(&document.gaps);
        let items = 0..document.items.len();
        let items = items.filter_map(|item| evidence::of_item(&tables, document, (at, item), Told::Once));
        let claims = decisions.iter().map(|claim| evidence::of_claim(&tables, (at, document), claim));
        std::iter::once(own).chain(items).chain(claims).collect::<Vec<_>>()
    };
    documents.iter().enumerate().flat_map(each).collect()
}

/// The rules of documents, sorted by what they ask first: a claim that stands is not asked what is wrong.
struct Rules<'a> {
    document: Vec<&'a Rule>,
    item: Vec<&'a Rule>,
    /// With the `claim.why` that the rule's `when` begins with.
    claim: Vec<(Option<String>, &'a Rule)>,
}

impl<'a> Rules<'a> {
    fn new(judge: Judge<'a>) -> Self {
        let of = |subject| judge.pack.for_subject(subject).collect::<Vec<_>>();
        let claim = of(Subject::Claim).into_iter().map(|rule| (guard(rule), rule)).collect();
        Self { document: of(Subject::Document), item: of(Subject::WorkItem), claim }
    }

    fn for_claim(&self, why: Why) -> Vec<&'a Rule> {
        let asked = |guard: &Option<String>| guard.as_deref().is_none_or(|guard| guard == why.as_str());
        self.claim.iter().filter(|(guard, _)| asked(guard)).map(|(_, rule)| *rule).collect()
    }
}

/// The literal of a `when` that is `claim.why == "…"`, alone or before an `&&`: of a claim whose `why` is
/// another, such a rule says nothing.
fn guard(rule: &Rule) -> Option<String> {
    let source = rule.when.as_ref()?.source().trim();
    let rest = source.strip_prefix("claim.why == ")?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (literal, after) = rest.get(1..)?.split_once(quote)?;
    let after = after.trim_start();
    let only = after.is_empty() || after.starts_with("&&") && !after.contains("||") && !after.contains('?');
    (only && !literal.contains('\\')).then(|| literal.to_owned())
}

impl<'a> Bench<'a> {
    fn judge_document(self, at: usize, document: &'a SotDocument, rules: &Rules<'_>) -> JudgedDocuments {
        let mut judged = JudgedDocuments::default();
        let decisions = self.document(at, document);
        let mut unjudged: Vec<(RuleId, Cause)> = Vec::new();
        let citations = self.citation_facts((at, document), &decisions);
        let mut judge = |evidence: &Evidence, rules: &[&Rule]| {
            let one = self.grounds.judge.judge_by(evidence, rules.iter().copied());
            unjudged.extend(one.unjudged);
            judged.leaks += one.leaks;
            one.findings
        };
        let mut findings = judge(&evidence::of_document(at, document, &citations), &rules.document);
        let items = 0..document.items.len();
        let item = |item| evidence::of_item(self.tables, document, (at, item), Told::Once);
        for item in items.filter_map(item) {
            findings.extend(judge(&item, &rules.item));
        }
        for claim in &decisions {
            let asked = rules.for_claim(claim.why);
            if asked.is_empty() {
                continue;
            }
            let found = judge(&evidence::of_claim(self.tables, (at, document), claim), &asked);
            findings.extend(found.into_iter().map(|finding| self.with_words(finding, claim)));
        }
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        number_equals(&mut findings);
        let lines = Lines::new(at, &document.source);
        judged.findings = findings;
        judged.gaps = gaps_of(&unjudged, &document.path);
        judged.gaps.extend(judged.leaks.gap(&document.path));
        judged.gaps.extend(document.gaps.iter().cloned());
        judged.gaps.extend(decisions.iter().filter_map(|claim| gap(&lines, claim)));
        judged.gaps.dedup();
        judged.read = document.read;
        let show = self.grounds.judge.show;
        let mut names = Names::default();
        judged.claims =
            decisions.iter().map(|claim| self.summary((&lines, document), claim, &mut names)).collect();
        judged.documents.push(DocumentSummary {
            path: words::redact(show, &document.path, &mut judged.claims),
            work_items: document.items.len(),
            claims: decisions.len(),
        });
        let wanted = |item: &usize| {
            let id = document.items.get(*item).map(|item| item.id.text.as_str());
            id.is_some_and(|id| self.grounds.explain.iter().any(|wanted| wanted == id))
        };
        let items = (0..document.items.len()).filter(wanted);
        let explain = |item| {
            let faults = self.faults((at, item), document, &judged.findings, rules);
            self.explain((at, item), document, &decisions, &faults)
        };
        judged.explained = items.filter_map(explain).collect();
        judged
    }

    /// Of a document that can't be read again, and is a gap: what was found in the bytes that were searched.
    fn judge_unread(&self, at: usize, document: &SotDocument, rules: &Rules<'_>) -> JudgedDocuments {
        let show = self.grounds.judge.show;
        let of_bytes = |rule: &&&Rule| {
            let lists = rule.each.iter().filter_map(|each| each.segments().next());
            lists.into_iter().any(|list| evidence::OF_BYTES.contains(&list))
        };
        let asked = rules.document.iter().filter(of_bytes).copied();
        let judged = self.grounds.judge.judge_by(&evidence::of_document(at, document, &[]), asked);
        let mut gaps = judged.gaps(&document.path);
        gaps.extend(document.gaps.iter().cloned());
        let work_items = self.tables.outlines.get(at).map_or(0, |outline| outline.items.len());
        let summary = DocumentSummary { path: show.text(&document.path), work_items, claims: 0 };
        JudgedDocuments {
            documents: vec![summary],
            findings: judged.findings,
            gaps,
            leaks: judged.leaks,
            read: document.read,
            ..JudgedDocuments::default()
        }
    }

    /// Says at each place of a claim's finding what stands there.
    fn with_words(&self, mut finding: Finding, claim: &Decision<'_>) -> Finding {
        let show = self.grounds.judge.show;
        finding.label = Some(match claim.statement {
            Some(statement) if statement.stated.text == statement.said.text => {
                "the document says so".to_owned()
            }
            _ => format!("the document says `{}`", show.text(&claim.stated.text)),
        });
        let citation = claim.citation.and_then(|at| self.tables.citation(at)).map(|it| it.path.span.start);
        for related in &mut finding.related {
            let cited_here = related.location.surface.as_deref() == Some(crate::collect::sot::SURFACE)
                && Some(related.location.byte_start) == citation;
            related.message = match (&claim.found, cited_here) {
                (_, true) => "cited here".to_owned(),
                (Some(found), false) => show.text(&format!("the evidence says: {}", found.text)),
                (None, false) => "see here".to_owned(),
            };
        }
        if matches!(claim.why, Why::PassNotProven | Why::ValidatorNotPassed)
            && let Some(facts) = claim.run
        {
            let broken = |finding: &&Finding| {
                let rule = self.grounds.judge.pack.get(finding.rule.as_str());
                rule.is_some_and(|rule| !rule.conditions.is_empty())
            };
            let reasons = facts.findings.iter().filter(broken).take(3);
            finding.related.splice(
                0..0,
                reasons.map(|reason| crate::finding::Related {
                    location: reason.location.clone(),
                    message: format!("{}: {}", reason.rule, reason.message),
                    excerpt: reason.excerpt.clone(),
                }),
            );
        }
        finding
    }

    /// A claim in the document's own words.
    fn summary(
        &self,
        (lines, document): (&Lines<'_>, &SotDocument),
        claim: &Decision<'a>,
        names: &mut Names,
    ) -> ClaimSummary {
        let item = claim.item.and_then(|item| document.items.get(item));
        let cited = claim.citation.and_then(|at| self.tables.citation(at));
        ClaimSummary {
            work_item: item.map(|item| names.shared(&item.id.text)),
            path: names.shared(lines.path),
            line: lines.line(claim.span),
            kind: claim.kind,
            text: names.shared(&claim.text),
            stated: names.shared(&claim.stated.text),
            found: claim.found.as_ref().map(|found| names.shared(&found.text)),
            run: claim.named.or(cited.and_then(|cited| cited.run.as_deref())).map(|run| names.shared(run)),
            verdict: claim.verdict,
            chain: self.chain_of(lines, claim, names),
        }
    }
}

/// A claim that could not be held against anything.
fn gap(lines: &Lines<'_>, claim: &Decision<'_>) -> Option<Gap> {
    if claim.verdict != ClaimVerdict::Unverifiable || claim.why == Why::PassNotProven {
        return None;
    }
    let line = lines.line(claim.span);
    let cause = claim.cause.as_deref().unwrap_or("its evidence could not be judged");
    let why = format!("the claim on line {line} is unverifiable: {cause}");
    Some(Gap::new(lines.path, Some(crate::collect::sot::SURFACE), why))
}
