//! `--format markdown`: for a comment on a pull request, or a job's summary.
//!
//! A comment takes 65,536 characters: findings are named until about 50,000 are used, the rest is counted.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::markup::{code, escape, message};
use super::{count, place_name};
use crate::finding::{Finding, Severity};
use crate::judge::{ClaimVerdict, Outcome, RunVerdict, Verdict};
use crate::text::many;

const ROOM: usize = 50_000;
/// Runs, claims and gaps that are named.
const NAMED: usize = 30;

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let sign = match outcome.verdict {
        Verdict::Accepted => "✅",
        Verdict::Rejected => "❌",
        Verdict::Incomplete => "⚠️",
    };
    let _ = writeln!(
        text,
        "### {sign} counterfoil: {}\n\n{}; {}.\n",
        outcome.verdict.as_str(),
        capital(&count::findings_text(outcome)),
        count::sentence(outcome)
    );
    facts(outcome, &mut text);
    runs(outcome, &mut text);
    claims(outcome, &mut text);
    gaps(outcome, &mut text);
    findings(outcome, &mut text);
    waived(outcome, &mut text);
    out.write_all(text.as_bytes())
}

fn facts(outcome: &Outcome, text: &mut String) {
    let _ = writeln!(text, "| | |\n| --- | --- |");
    if !outcome.runs.is_empty() {
        let runs = count::runs(outcome).map(|(verdict, count)| (verdict.as_str(), count));
        let _ = writeln!(text, "| runs | {} |", count::verdicts(runs));
    }
    if !outcome.claims.is_empty() {
        let claims = count::claims(outcome).map(|(verdict, count)| (verdict.as_str(), count));
        let _ = writeln!(text, "| claims | {} |", count::verdicts(claims));
    }
    let _ = writeln!(text, "| read | {} |", count::read(outcome));
    let _ = writeln!(text, "| endpoint | {} |", count::value(outcome));
    let _ = writeln!(text, "| not read | {} |\n", many(outcome.gaps.len(), "gap"));
}

fn runs(outcome: &Outcome, text: &mut String) {
    let faulty: Vec<_> = outcome
        .runs
        .iter()
        .filter(|run| matches!(run.verdict, RunVerdict::Refuted | RunVerdict::Unproven) && !run.cited_only)
        .collect();
    if faulty.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "#### Runs that claim a pass and do not prove it\n\n| run | verdict | why |\n| --- | --- | --- |"
    );
    for run in faulty.iter().take(NAMED) {
        let why = count::conditions(run).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            code(&run.id, true),
            run.verdict.as_str(),
            escape(&why, true)
        );
    }
    more(text, faulty.len().saturating_sub(NAMED), "run");
}

fn claims(outcome: &Outcome, text: &mut String) {
    let faulty: Vec<_> =
        outcome.claims.iter().filter(|claim| claim.verdict != ClaimVerdict::Supported).collect();
    if faulty.is_empty() {
        return;
    }
    let _ = writeln!(text, "#### Claims that are not supported\n");
    let _ = writeln!(text, "| where | claim | stated | found | verdict |\n| --- | --- | --- | --- | --- |");
    for claim in faulty.iter().take(NAMED) {
        let place = format!("{}:{}", claim.path, claim.line);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            code(&place, true),
            escape(&claim.text, true),
            code(&claim.stated, true),
            claim.found.as_deref().map_or("–".to_owned(), |found| code(found, true)),
            claim.verdict.as_str()
        );
    }
    more(text, faulty.len().saturating_sub(NAMED), "claim");
}

fn gaps(outcome: &Outcome, text: &mut String) {
    if outcome.gaps.is_empty() {
        return;
    }
    let _ = writeln!(text, "#### Not read\n");
    for gap in outcome.gaps.iter().take(NAMED) {
        let _ = writeln!(text, "- {}: {}", code(&gap.path, false), escape(&gap.why, false));
    }
    more(text, outcome.gaps.len().saturating_sub(NAMED), "gap");
}

fn findings(outcome: &Outcome, text: &mut String) {
    if outcome.findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "#### Findings\n");
    let mut named = 0;
    for finding in &outcome.findings {
        let entry = finding_entry(finding);
        if text.len() + entry.len() > ROOM {
            break;
        }
        text.push_str(&entry);
        named += 1;
    }
    more(text, outcome.findings.len() - named, "finding");
}

fn finding_entry(finding: &Finding) -> String {
    let at = &finding.location;
    let place = format!("{}:{}:{}", place_name(at), at.line, at.column);
    let sign = if finding.severity == Severity::Error { "error" } else { "warning" };
    let mut entry = format!(
        "- **{sign}** {} · {}\n\n  {}\n",
        code(finding.rule.as_str(), false),
        code(&place, false),
        message(&finding.message)
    );
    for related in &finding.related {
        let at = &related.location;
        let place = format!("{}:{}:{}", place_name(at), at.line, at.column);
        let _ = writeln!(entry, "  - {}: {}", code(&place, false), message(&related.message));
    }
    if !finding.help.is_empty() {
        let help = finding.help.lines().map(message).collect::<Vec<_>>().join(" ");
        let _ = writeln!(entry, "\n  *{help}*");
    }
    entry.push('\n');
    entry
}

fn waived(outcome: &Outcome, text: &mut String) {
    if outcome.waived.is_empty() {
        return;
    }
    let _ = writeln!(text, "#### Waived\n");
    for waived in outcome.waived.iter().take(NAMED) {
        let at = &waived.finding.location;
        let place = format!("{}:{}", at.path, at.line);
        let rule = code(waived.finding.rule.as_str(), false);
        let _ = writeln!(text, "- {rule} at {}: {}", code(&place, false), escape(&waived.reason, false));
    }
    more(text, outcome.waived.len().saturating_sub(NAMED), "finding");
}

fn more(text: &mut String, count: usize, noun: &str) {
    if count > 0 {
        let _ = writeln!(text, "\nand {} more: the JSON document has them all", many(count, noun));
    }
    text.push('\n');
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
