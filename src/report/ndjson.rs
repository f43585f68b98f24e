//! `--format ndjson`: one JSON object a line. The first says what this is, then one for each subject with
//! all that belongs to it, the last says what it came to. A reader that has seen no `end` has not seen
//! everything.

use std::io::{self, Write};

use serde::Serialize;

use super::SCHEMA;
use super::json::{Claim, Fault, Forgiven, Read, Run, TOOL, Tool, Unread};
use super::subjects::{Kind, subjects};
use crate::judge::Outcome;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Start { schema: &'a str, tool: Tool, profile: &'a str, value_known: bool },
    Run { run: Run<'a>, findings: Vec<Fault<'a>>, gaps: Vec<Unread<'a>> },
    Document { path: &'a str, claims: Vec<Claim<'a>>, findings: Vec<Fault<'a>>, gaps: Vec<Unread<'a>> },
    Other { name: &'a str, claims: Vec<Claim<'a>>, findings: Vec<Fault<'a>>, gaps: Vec<Unread<'a>> },
    Waived { waived: Forgiven<'a> },
    End { verdict: &'a str, read: Read, exit_code: u8, took_ms: u64 },
}

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let (profile, value_known) = (outcome.profile.as_str(), outcome.value_known);
    write(out, &Line::Start { schema: SCHEMA, tool: TOOL, profile, value_known })?;
    for subject in subjects(outcome) {
        let claims = subject.claims.iter().copied().map(Claim::from).collect();
        let findings = subject.findings.iter().copied().map(Fault::from).collect();
        let gaps = subject.gaps.iter().copied().map(Unread::from).collect();
        let line = match subject.kind {
            Kind::Run(run) => Line::Run { run: Run::from(run), findings, gaps },
            Kind::Document(document) => Line::Document { path: &document.path, claims, findings, gaps },
            Kind::Other(name) => Line::Other { name, claims, findings, gaps },
        };
        write(out, &line)?;
    }
    for waived in &outcome.waived {
        write(out, &Line::Waived { waived: Forgiven::from(waived) })?;
    }
    let read = Read::from(&outcome.read);
    let (verdict, exit_code, took_ms) = (outcome.verdict.as_str(), outcome.exit_code, outcome.took_ms);
    write(out, &Line::End { verdict, read, exit_code, took_ms })
}

fn write(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
