//! What the configuration forgives: findings, and severities that it changes. Always with a reason.
//!
//! A waiver without a reason, or past its date, forgives nothing; one that matches nothing is itself a
//! finding. The faults of waivers are rules like all others (`rules/waiver/`), over an evidence document
//! `waiver {rule, reason, says_why, expires, expired, used, kind}`.

use globset::GlobMatcher;
use jiff::civil::Date;

use super::outcome::Waived;
use super::show::Show;
use crate::evidence::{Evidence, Map, Node, Read, Subject};
use crate::finding::{Finding, Severity};
use crate::text::{Place, Sources};

/// One `[[waive]]` of the configuration, or one changed severity.
#[derive(Debug, Clone)]
pub struct Waiver {
    pub rule: String,
    /// Of the finding's path.
    pub path: Option<GlobMatcher>,
    /// The subject's id.
    pub run: Option<String>,
    pub fingerprint: Option<String>,
    pub reason: Option<String>,
    /// The last day on which it counts.
    pub expires: Option<Date>,
    /// Another severity, instead of forgiving.
    pub severity: Option<Severity>,
    /// Where it stands in the configuration.
    pub place: Option<Place>,
}

/// All waivers, and the file that they stand in.
#[derive(Debug, Clone, Default)]
pub struct Waivers {
    pub all: Vec<Waiver>,
    pub sources: Sources,
    /// The configuration's path, for the reader.
    pub path: String,
}

impl Waiver {
    fn expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// Whether there is a word in its reason: blanks of whatever width say nothing.
    fn says_why(&self) -> bool {
        self.reason.as_deref().is_some_and(|reason| reason.contains(char::is_alphanumeric))
    }

    fn counts(&self, today: Date) -> bool {
        self.says_why() && !self.expired(today)
    }

    fn matches(&self, finding: &Finding) -> bool {
        let rule = finding.rule.as_str();
        let named = self.rule == rule || self.rule.strip_suffix("/*") == Some(finding.rule.family());
        named
            && self.path.as_ref().is_none_or(|glob| glob.is_match(&finding.location.path))
            && self.run.as_ref().is_none_or(|run| *run == finding.subject)
            && self.fingerprint.as_ref().is_none_or(|print| print == finding.fingerprint.as_str())
    }
}

/// Findings that stand, those that are forgiven, and the evidence about the waivers themselves.
pub struct Applied {
    pub findings: Vec<Finding>,
    pub waived: Vec<Waived>,
    pub evidence: Vec<Evidence>,
}

impl Waivers {
    #[must_use]
    pub fn apply(&self, findings: Vec<Finding>, today: Date, show: Show<'_>) -> Applied {
        let mut used = vec![false; self.all.len()];
        let (mut standing, mut waived) = (Vec::new(), Vec::new());
        for mut finding in findings {
            let mut forgiven = None;
            for (waiver, used) in self.all.iter().zip(&mut used) {
                if !waiver.matches(&finding) {
                    continue;
                }
                *used = true;
                if !waiver.counts(today) {
                    continue;
                }
                match waiver.severity {
                    Some(severity) => finding.severity = severity,
                    None => forgiven = forgiven.or(waiver.reason.clone()),
                }
            }
            match forgiven {
                // Who writes a reason may write down the value with it.
                Some(reason) => waived.push(Waived { finding, reason: show.text(&reason) }),
                None => standing.push(finding),
            }
        }
        let evidence =
            self.all.iter().zip(used).map(|(waiver, used)| self.evidence(waiver, used, today)).collect();
        Applied { findings: standing, waived, evidence }
    }

    fn evidence(&self, waiver: &Waiver, used: bool, today: Date) -> Evidence {
        let mut facts = Map::new();
        facts.insert("rule", waiver.rule.as_str());
        facts.insert("kind", if waiver.severity.is_some() { "severity" } else { "waiver" });
        facts.insert("reason", Node::from(waiver.reason.clone()));
        facts.insert("says_why", waiver.says_why());
        facts.insert("expires", Node::from(waiver.expires.map(|date| date.to_string())));
        facts.insert("expired", waiver.expired(today));
        facts.insert("used", used);
        let mut document = Map::new();
        document.insert("waiver", Node::new(facts, waiver.place));
        Evidence {
            subject: Subject::Waiver,
            id: waiver.rule.clone(),
            path: self.path.clone(),
            document: Node::from(document),
            sources: self.sources.clone(),
            gaps: Vec::new(),
            read: Read::default(),
        }
    }
}
