//! The last lines: the verdict, what it rests on, and what to do next.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::wrap::wrap;
use crate::judge::{ClaimVerdict, Outcome, RunSummary, RunVerdict, Verdict};
use crate::report::count;
use crate::report::{Again, Style};
use crate::text::{many, number};

/// How many runs, groups of gaps and waivers are named before the rest is only counted.
const NAMED: usize = 10;
/// Columns of the words on the left.
const LEFT: usize = 12;

pub fn summary(outcome: &Outcome, style: &Style) -> String {
    let mut out = Lines { text: String::new(), style };
    out.verdict(outcome);
    out.runs(outcome);
    if !outcome.claims.is_empty() {
        let claims = count::claims(outcome).map(|(verdict, count)| (verdict.as_str(), count));
        out.entry("claims", &count::verdicts(claims));
    }
    out.entry("read", &count::read(outcome));
    out.entry("endpoint", &count::value(outcome));
    out.gaps(outcome);
    out.waived(outcome);
    for (at, hint) in next(outcome, &style.again).iter().enumerate() {
        out.entry(if at == 0 { "next" } else { "" }, hint);
    }
    out.text
}

struct Lines<'a> {
    text: String,
    style: &'a Style,
}

impl Lines<'_> {
    fn verdict(&mut self, outcome: &Outcome) {
        let (word, code) = match outcome.verdict {
            Verdict::Accepted => ("accepted", "1;32"),
            Verdict::Rejected => ("rejected", "1;31"),
            Verdict::Incomplete => ("incomplete", "1;33"),
        };
        let sentence = wrap(&crate::report::headline(outcome), self.style.width).join("\n");
        let rest = sentence.strip_prefix(word).unwrap_or_default();
        let word =
            if self.style.color { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word.to_owned() };
        let _ = writeln!(self.text, "{word}{rest}\n");
    }

    /// A word on the left and its text, which is broken to the width.
    fn entry(&mut self, word: &str, text: &str) {
        for (at, line) in wrap(text, self.style.width - LEFT).iter().enumerate() {
            let word = if at == 0 { word } else { "" };
            let _ =
                writeln!(self.text, "{}", format!("  {word:<width$}{line}", width = LEFT - 2).trim_end());
        }
    }

    /// Something that belongs to the entry above it.
    fn item(&mut self, text: &str) {
        for (at, line) in wrap(text, self.style.width - LEFT - 2).iter().enumerate() {
            let indent = if at == 0 { LEFT } else { LEFT + 2 };
            let _ = writeln!(self.text, "{:indent$}{line}", "");
        }
    }

    fn runs(&mut self, outcome: &Outcome) {
        let cited = outcome.runs.iter().filter(|run| run.cited_only).count();
        if outcome.runs.is_empty() {
            return;
        }
        let counts = count::runs(outcome).map(|(verdict, count)| (verdict.as_str(), count));
        let mut text = count::verdicts(counts);
        if cited > 0 {
            let _ = write!(text, "; {} only looked up for a citation", many(cited, "run"));
        }
        self.entry("runs", &text);
        let faulty = |run: &&RunSummary| matches!(run.verdict, RunVerdict::Refuted | RunVerdict::Unproven);
        let mut faulty = outcome.runs.iter().filter(faulty);
        for run in faulty.by_ref().take(NAMED) {
            let why = count::conditions(run).map(|why| format!(": {why}")).unwrap_or_default();
            self.item(&format!("{} {}{why}", run.verdict.as_str(), run.id));
        }
        self.more(faulty.count(), "run");
    }

    fn gaps(&mut self, outcome: &Outcome) {
        if outcome.gaps.is_empty() {
            return;
        }
        self.entry("not read", &many(outcome.gaps.len(), "gap"));
        let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for gap in &outcome.gaps {
            let surface = gap.surface.as_ref().map(|surface| format!(" ({surface})")).unwrap_or_default();
            groups.entry(&gap.why).or_default().push(format!("{}{surface}", gap.path));
        }
        let mut groups = groups.into_iter();
        for (why, paths) in groups.by_ref().take(NAMED) {
            let named = paths.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
            let more = paths.len().saturating_sub(3);
            let more = if more > 0 { format!(" and {} more", number(more as u64)) } else { String::new() };
            self.item(&format!("{named}{more}: {why}"));
        }
        self.more(groups.map(|(_, paths)| paths.len()).sum(), "gap");
    }

    fn waived(&mut self, outcome: &Outcome) {
        if outcome.waived.is_empty() {
            return;
        }
        self.entry("waived", &many(outcome.waived.len(), "finding"));
        for waived in outcome.waived.iter().take(NAMED) {
            let (finding, at) = (&waived.finding, &waived.finding.location);
            self.item(&format!("{} at {}:{}, because {}", finding.rule, at.path, at.line, waived.reason));
        }
        self.more(outcome.waived.len().saturating_sub(NAMED), "finding");
    }

    fn more(&mut self, count: usize, noun: &str) {
        if count > 0 {
            self.item(&format!("and {} more: `--format json` has them all", many(count, noun)));
        }
    }
}

/// What to do next, the most pressing first.
fn next(outcome: &Outcome, again: &Again) -> Vec<String> {
    let mut hints = Vec::new();
    if let Some(rule) = most_frequent_rule(outcome) {
        // A rule of the reader's own is explained to who names its pack.
        let own = outcome.rules.iter().any(|note| note.id.as_str() == rule && note.url.is_empty());
        let again = if own { behind(&again.rules) } else { String::new() };
        hints.push(format!(
            "`counterfoil rules explain {rule}{again}` tells what that rule asks, and how to mend it"
        ));
    }
    if outcome.leaks > 0 {
        hints.push(
            "take the value out of every place above; change the endpoint if these files were shared"
                .to_owned(),
        );
    }
    if outcome.findings.iter().any(|finding| finding.location.path.ends_with(".git/objects")) {
        // A commit that a hook stopped leaves such an object behind.
        hints.push(
            "`git prune` takes away the objects under `.git/objects` that nothing leads to".to_owned(),
        );
    }
    let open =
        |verdict: &ClaimVerdict| matches!(verdict, ClaimVerdict::Contradicted | ClaimVerdict::Unsupported);
    let item = outcome.claims.iter().find(|claim| open(&claim.verdict) && claim.work_item.is_some());
    if let Some(id) = item.and_then(|claim| claim.work_item.as_ref()) {
        hints.push(format!(
            "`counterfoil claim {id}{}` shows its claims, from the sentence to the bytes",
            behind(&again.all)
        ));
    }
    if outcome.claims.iter().any(|claim| claim.verdict == ClaimVerdict::Unverifiable) {
        hints.push("name the places of cited runs and commits: `--runs DIR`, `--repo DIR`".to_owned());
    }
    if !outcome.gaps.is_empty() {
        hints.push(
            "make what stands under `not read` readable: until then nothing about it is proven".to_owned(),
        );
    }
    if !outcome.value_known {
        hints.push("give the endpoint value, to find it in every form: `--endpoint-file FILE`, or the profile's environment variable".to_owned());
    }
    hints
}

fn behind(arguments: &str) -> String {
    if arguments.is_empty() { String::new() } else { format!(" {arguments}") }
}

/// Of the errors, or where there are none of the warnings: the rule with the most findings.
fn most_frequent_rule(outcome: &Outcome) -> Option<&str> {
    let worst = outcome.findings.iter().map(|finding| finding.severity).max()?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|finding| finding.severity == worst) {
        *counts.entry(finding.rule.as_str()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(rule, count)| (*count, std::cmp::Reverse(*rule))).map(|(rule, _)| rule)
}
