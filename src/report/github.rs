//! `--format github`: workflow commands that annotate files, then the summary for the job's log.
//!
//! GitHub shows ten errors and ten warnings of a step as annotations; the log holds them all. The job
//! summary (`GITHUB_STEP_SUMMARY`) is `--format markdown`, which the caller appends there.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Style, human, place_name, runner};
use crate::finding::{Finding, Severity};
use crate::judge::Outcome;

pub fn render(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    // Errors first: of many commands only the first are shown.
    for severity in [Severity::Error, Severity::Warning] {
        for finding in outcome.findings.iter().filter(|finding| finding.severity == severity) {
            annotate(finding, out)?;
        }
    }
    for gap in &outcome.gaps {
        let (file, why) = (property(&gap.path), data(&gap.why));
        writeln!(out, "::warning file={file},title=not read::{why}")?;
    }
    // A log is no terminal: of how reports are drawn, only what another command would be given counts.
    human::summary_only(outcome, &Style { again: style.again.clone(), ..Style::default() }, out)
}

fn annotate(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let at = &finding.location;
    let mut text = finding.message.clone();
    if !at.container.is_empty() || at.commit.is_some() {
        let _ = write!(text, " ({})", place_name(at));
    }
    for related in &finding.related {
        let at = &related.location;
        let _ = write!(text, "\n{}:{}:{}: {}", place_name(at), at.line, at.column, related.message);
    }
    if !finding.help.is_empty() {
        let _ = write!(text, "\n{}", finding.help);
    }
    writeln!(
        out,
        "::{} file={},line={},col={},endLine={},title={}::{}",
        finding.severity,
        property(&at.path),
        at.line,
        at.column,
        at.end_line.max(at.line),
        property(finding.rule.as_str()),
        data(&text)
    )
}

/// As the runner unescapes a command's message, which it then writes to its log.
fn data(text: &str) -> String {
    runner::without_commands(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the runner unescapes a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
