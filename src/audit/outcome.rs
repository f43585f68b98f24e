//! What was gathered, put in order: waivers applied, the verdict drawn, the exit code chosen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use super::{Settings, Tools};
use crate::evidence::{Gap, Read};
use crate::finding::{Finding, Severity};
use crate::judge::{
    ClaimSummary, DocumentSummary, Judge, Leaks, Outcome, RuleNote, RunFacts, RunSummary, Show, Verdict,
};

#[derive(Default)]
pub(super) struct Gathered {
    pub runs: Vec<RunSummary>,
    pub documents: Vec<DocumentSummary>,
    pub claims: Vec<ClaimSummary>,
    pub findings: Vec<Finding>,
    pub gaps: Vec<Gap>,
    pub leaks: Leaks,
    pub read: Read,
    /// The fixtures of runs that were found where cited runs are looked up.
    pub fixtures: BTreeSet<String>,
    /// Where the runs are that were looked up outside of the audited root, by their paths as they are shown.
    pub elsewhere: BTreeMap<String, String>,
    /// Subjects that were audited, whatever was found in them.
    pub subjects: usize,
    /// Only a part of what the configuration names was looked at: a waiver that matches nothing here may
    /// match elsewhere.
    pub part: bool,
}

impl Gathered {
    /// Whether there was nothing to audit. A loose file is something only where it broke a rule.
    pub fn is_empty(&self) -> bool {
        self.subjects == 0 && self.runs.is_empty() && self.findings.is_empty() && self.gaps.is_empty()
    }

    /// Takes a judged run. Of one that was only looked up, the findings are not the audit's: the claim that
    /// cites it has its own.
    pub fn run(&mut self, facts: RunFacts) {
        self.read += facts.read;
        if !facts.summary.cited_only {
            self.findings.extend(facts.findings);
        }
        self.gaps.extend(facts.gaps);
        self.leaks += facts.leaks;
        self.runs.push(facts.summary);
    }

    pub fn outcome(mut self, settings: &Settings, tools: Tools<'_>, started: Instant) -> Outcome {
        let show = Show { engine: tools.engine };
        let judge = Judge { pack: tools.pack, profile: tools.profile, show };
        let applied = settings.waivers.apply(self.findings, settings.today, show);
        let mut findings = applied.findings;
        for evidence in applied.evidence.iter().filter(|_| !self.part) {
            let judged = judge.judge(evidence);
            self.gaps.extend(judged.gaps(&evidence.path));
            findings.extend(judged.findings);
        }
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        for gap in &mut self.gaps {
            gap.path = show.text(&gap.path);
            gap.why = show.text(&gap.why);
        }
        self.gaps.sort();
        self.gaps.dedup();
        self.runs.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
        self.claims
            .sort_by(|a, b| (&a.path, a.line, a.kind, &a.text).cmp(&(&b.path, b.line, b.kind, &b.text)));
        let (verdict, exit_code) = verdict(&findings, &self.gaps, settings.strict);
        Outcome {
            profile: tools.profile.spec.name.clone(),
            verdict,
            value_known: tools.engine.knows_value(),
            fingerprints: tools.engine.fingerprints(),
            runs: self.runs,
            elsewhere: self.elsewhere.iter().map(|(path, own)| (show.text(path), show.text(own))).collect(),
            documents: self.documents,
            claims: Arc::new(self.claims),
            findings,
            waived: applied.waived,
            gaps: self.gaps,
            leaks: self.leaks.all,
            rules: tools.pack.iter().map(note).collect(),
            read: self.read,
            forms: tools.engine.forms().iter().map(|form| (*form).to_owned()).collect(),
            exit_code,
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Exit codes are CLI contract: 1 wins over 3.
fn verdict(findings: &[Finding], gaps: &[Gap], strict: bool) -> (Verdict, u8) {
    let heaviest = findings.iter().map(|finding| finding.severity).max();
    match heaviest {
        Some(Severity::Error) => (Verdict::Rejected, 1),
        Some(Severity::Warning) if strict => (Verdict::Rejected, 1),
        _ if !gaps.is_empty() => (Verdict::Incomplete, 3),
        _ => (Verdict::Accepted, 0),
    }
}

fn note(rule: &crate::rule::Rule) -> RuleNote {
    RuleNote {
        id: rule.id.clone(),
        severity: rule.severity,
        summary: rule.summary.clone(),
        help: rule.help.plain(),
        page: rule.page.clone(),
        url: rule.url().unwrap_or_default(),
    }
}
