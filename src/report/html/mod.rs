//! `--format html`: one self-contained file for an auditor without the tool.
//!
//! Verdict first, then claims, runs, findings, what was read and what was not. Nothing is loaded from
//! elsewhere: the policy in its head allows the one style and the one script in it, by their digests. It
//! reads well without the script too; the script sorts, filters and folds.

use std::borrow::Cow;
use std::io::{self, Write};

use askama::Template;
use sha2::{Digest as _, Sha256};

use super::clean::steps;
use super::{count, place_name, prose};
use crate::evidence::Gap;
use crate::finding::{Excerpt, Location};
use crate::judge::{ChainNode, ClaimSummary, Outcome, RunSummary, State};
use crate::text::many;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    outcome: &'a Outcome,
    version: &'static str,
    style: &'static str,
    script: &'static str,
    policy: String,
    facts: Vec<(&'static str, String)>,
    /// By their reason.
    gaps: Vec<(&'a str, Vec<&'a Gap>)>,
    /// The rules that found something, with how often.
    found: Vec<(&'a str, usize)>,
}

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        outcome,
        version: env!("CARGO_PKG_VERSION"),
        style: STYLE,
        script: SCRIPT,
        policy: policy(),
        facts: facts(outcome),
        gaps: grouped(&outcome.gaps),
        found: found(outcome),
    };
    page.write_into(&mut Adapter { out }).map_err(io::Error::other)
}

/// askama writes into a sized writer.
struct Adapter<'a> {
    out: &'a mut dyn Write,
}

impl Write for Adapter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

/// SHA-256 in base64, as a content security policy writes it.
fn digest(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(44);
    for chunk in Sha256::digest(text).chunks(3) {
        let bits = chunk.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let digit = DIGITS.get(bits >> (18 - 6 * at) & 63).copied().unwrap_or(b'=');
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

fn facts(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let mut facts = vec![("profile", outcome.profile.clone())];
    if !outcome.runs.is_empty() {
        facts.push(("runs", count::verdicts(count::runs(outcome).map(|(v, n)| (v.as_str(), n)))));
    }
    if !outcome.claims.is_empty() {
        facts.push(("claims", count::verdicts(count::claims(outcome).map(|(v, n)| (v.as_str(), n)))));
    }
    facts.push(("findings", count::findings_text(outcome)));
    facts.push(("waived", many(outcome.waived.len(), "finding")));
    facts.push(("read", count::read(outcome)));
    facts.push(("not read", many(outcome.gaps.len(), "gap")));
    facts.push(("endpoint value", count::value(outcome)));
    facts.push(("rules", many(outcome.rules.len(), "rule")));
    facts
}

fn grouped(gaps: &[Gap]) -> Vec<(&str, Vec<&Gap>)> {
    let mut groups: std::collections::BTreeMap<&str, Vec<&Gap>> = std::collections::BTreeMap::new();
    for gap in gaps {
        groups.entry(&gap.why).or_default().push(gap);
    }
    groups.into_iter().collect()
}

fn found(outcome: &Outcome) -> Vec<(&str, usize)> {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry(finding.rule.as_str()).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// One line of an excerpt: its number, and what stands before, in and behind the mark.
struct ExcerptLine<'a> {
    number: u64,
    before: &'a str,
    marked: &'a str,
    after: &'a str,
}

#[expect(clippy::unused_self, reason = "templates call what they show on themselves")]
impl<'a> Page<'a> {
    fn sentence(&self) -> String {
        count::sentence(self.outcome)
    }

    fn parts(&self, message: &'a str) -> Vec<(bool, &'a str)> {
        prose::parts(message)
    }

    fn place(&self, location: &Location) -> String {
        place_name(location)
    }

    /// Where a rule's page is; only a web address becomes a link.
    fn url(&self, rule: &str) -> Option<&'a str> {
        let note = self.outcome.rules.binary_search_by(|note| note.id.as_str().cmp(rule)).ok();
        let url = self.outcome.rules.get(note?)?.url.as_str();
        url.starts_with("https://").then_some(url)
    }

    fn lines(&self, excerpt: &'a Excerpt) -> Vec<ExcerptLine<'a>> {
        let mut lines = Vec::new();
        let mut at = 0;
        for (number, line) in (excerpt.first_line..).zip(excerpt.text.split('\n')) {
            let start = excerpt.mark.start.clamp(at, at + line.len()) - at;
            let end = excerpt.mark.end.clamp(at + start, at + line.len()) - at;
            let part = |range: std::ops::Range<usize>| line.get(range).unwrap_or_default();
            lines.push(ExcerptLine {
                number,
                before: part(0..start),
                marked: part(start..end),
                after: part(end..line.len()),
            });
            at += line.len() + 1;
        }
        lines
    }

    fn chain(&self, claim: &'a ClaimSummary) -> Steps<'a> {
        Steps { steps: steps(claim) }
    }

    /// How many conditions of a run are so; a dash where none was asked.
    fn conditions(&self, run: &RunSummary, state: State) -> String {
        if run.conditions.is_empty() {
            return "–".to_owned();
        }
        run.conditions.iter().filter(|condition| condition.state == state).count().to_string()
    }
}

/// Steps of a chain, and what they rest on.
#[derive(Template)]
#[template(path = "steps.html")]
struct Steps<'a> {
    steps: Cow<'a, [ChainNode]>,
}

#[expect(clippy::unused_self, reason = "templates call what they show on themselves")]
impl Steps<'_> {
    fn parts<'s>(&self, text: &'s str) -> Vec<(bool, &'s str)> {
        prose::parts(text)
    }

    fn below<'s>(&self, step: &'s ChainNode) -> Steps<'s> {
        Steps { steps: Cow::Borrowed(&step.children) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_base64() {
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    /// The style and the script stand in the page as they are: nothing in them may end their element.
    #[test]
    fn style_and_script_end_no_element() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }
}
