//! `--format gitlab`: a Code Quality report (an array of issues, as GitLab documents it).

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use super::place_name;
use crate::evidence::Gap;
use crate::finding::{Finding, Fingerprint, RuleId, Severity};
use crate::judge::Outcome;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut issues: Vec<Issue<'_>> =
        outcome.findings.iter().map(issue).chain(outcome.gaps.iter().map(gap)).collect();
    // GitLab drops an issue whose fingerprint it has seen.
    let mut seen: HashMap<String, usize> = HashMap::new();
    for issue in &mut issues {
        let times = seen.entry(issue.fingerprint.clone()).or_default();
        *times += 1;
        if *times > 1 {
            issue.fingerprint = format!("{}-{times}", issue.fingerprint);
        }
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn issue(finding: &Finding) -> Issue<'_> {
    let at = &finding.location;
    let mut description = finding.message.clone();
    if !at.container.is_empty() || at.commit.is_some() {
        description = format!("{description} ({})", place_name(at));
    }
    Issue {
        description,
        check_name: finding.rule.as_str(),
        fingerprint: finding.fingerprint.as_str().to_owned(),
        severity: match finding.severity {
            Severity::Error if finding.form.is_some() => "blocker",
            Severity::Error => "critical",
            Severity::Warning => "minor",
        },
        location: Place { path: within(&at.path), lines: Lines { begin: at.line.max(1) } },
    }
}

/// GitLab knows no file outside of the repository, and takes no path that begins with `/`.
fn within(path: &str) -> &str {
    path.trim_start_matches('/')
}

fn gap(gap: &Gap) -> Issue<'_> {
    let surface = gap.surface.as_deref().unwrap_or_default();
    let fingerprint = Fingerprint::new(&RuleId::new("gap"), &gap.path, &[surface, &gap.why]);
    Issue {
        description: format!("not read: {}", gap.why),
        check_name: "counterfoil/gap",
        fingerprint: fingerprint.as_str().to_owned(),
        severity: "major",
        location: Place { path: within(&gap.path), lines: Lines { begin: 1 } },
    }
}
