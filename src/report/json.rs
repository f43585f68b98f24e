//! `--format json`: the contract (docs/json-contract.md, docs/outcome.schema.json).
//!
//! Field names and their order are held on to by other tools; fields are added, never renamed.
//! Nothing here is derived from the value: of a leak, `byte_end` stands one byte behind `byte_start`.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::{SCHEMA, clean};
use crate::evidence::Gap;
use crate::finding::{Finding, Location, Related};
use crate::judge::{
    self, ChainNode, ClaimSummary, ConditionState, DocumentSummary, Outcome, RunSummary, Waived,
};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'a str,
    tool: Tool,
    profile: &'a str,
    verdict: &'a str,
    value_known: bool,
    runs: Vec<Run<'a>>,
    claims: Claims<'a>,
    findings: Vec<Fault<'a>>,
    waived: Vec<Forgiven<'a>>,
    gaps: Vec<Unread<'a>>,
    read: Read,
    documents: Vec<SotDocument<'a>>,
    /// The forms of the value that were searched for.
    forms: &'a [String],
    exit_code: u8,
    took_ms: u64,
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(super) const TOOL: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

#[derive(Serialize)]
pub(super) struct Run<'a> {
    id: &'a str,
    path: &'a str,
    verdict: &'a str,
    cited_only: bool,
    conditions: Vec<Condition<'a>>,
}

#[derive(Serialize)]
struct Condition<'a> {
    number: u8,
    says: &'a str,
    state: &'a str,
    because: &'a [String],
}

#[derive(Serialize)]
struct SotDocument<'a> {
    path: &'a str,
    work_items: usize,
    claims: usize,
}

#[derive(Serialize)]
pub(super) struct Claim<'a> {
    work_item: Option<&'a str>,
    path: &'a str,
    line: u64,
    kind: &'a str,
    text: &'a str,
    stated: &'a str,
    found: Option<&'a str>,
    run: Option<&'a str>,
    verdict: &'a str,
    chain: Steps<'a>,
}

/// Claims one by one: each is spelled out when it is written, and not held.
struct Claims<'a>(&'a [ClaimSummary]);

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Claim::from))
    }
}

/// The steps of one claim, likewise.
struct Steps<'a>(&'a ClaimSummary);

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let room = RefCell::default();
        serializer.collect_seq(self.0.each_step().map(|step| Step { step, room: &room }))
    }
}

/// A chain that is held whole: of a work item that is explained.
pub(super) struct Held<'a>(pub &'a ChainNode);

impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Step { step: judge::Step::Held(self.0), room: &RefCell::default() }.serialize(serializer)
    }
}

/// A step of a chain. What it says is put together in `room`.
struct Step<'a> {
    step: judge::Step<'a>,
    room: &'a RefCell<String>,
}

impl Serialize for Step<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { step, room } = *self;
        let mut fields = serializer.serialize_struct("Step", 4)?;
        fields.serialize_field("state", step.state().as_str())?;
        // What each part says by itself is not all that they say together: it is cleaned as it is said.
        fields.serialize_field("text", &clean::line(step.text(&mut room.borrow_mut())))?;
        fields.serialize_field("place", &step.place(&mut room.borrow_mut()).map(clean::line))?;
        fields.serialize_field("children", &Below(self))?;
        fields.end()
    }
}

/// The steps below one.
struct Below<'a>(&'a Step<'a>);

impl Serialize for Below<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Step { step, room } = *self.0;
        serializer.collect_seq(step.below().map(|step| Step { step, room }))
    }
}

#[derive(Serialize)]
pub(super) struct Fault<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a str,
    location: Place<'a>,
    related: Vec<RelatedPlace<'a>>,
    policy: Option<RelatedPlace<'a>>,
    form: Option<&'a str>,
    fingerprint: &'a str,
    subject: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    surface: Option<&'a str>,
    line: u64,
    column: u64,
    byte_start: u64,
    byte_end: u64,
    commit: Option<&'a str>,
    object: Option<&'a str>,
    container: Vec<&'a str>,
}

#[derive(Serialize)]
struct RelatedPlace<'a> {
    path: &'a str,
    line: u64,
    column: u64,
    message: &'a str,
}

#[derive(Serialize)]
pub(super) struct Forgiven<'a> {
    rule: &'a str,
    reason: &'a str,
    path: &'a str,
    line: u64,
    message: &'a str,
    fingerprint: &'a str,
}

#[derive(Serialize)]
pub(super) struct Unread<'a> {
    path: &'a str,
    surface: Option<&'a str>,
    why: &'a str,
}

#[derive(Serialize)]
pub(super) struct Read {
    files: u64,
    bytes: u64,
    objects: u64,
    documents: u64,
    runs: u64,
}

pub fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        tool: TOOL,
        profile: &outcome.profile,
        verdict: outcome.verdict.as_str(),
        value_known: outcome.value_known,
        runs: outcome.runs.iter().map(Run::from).collect(),
        claims: Claims(&outcome.claims),
        findings: outcome.findings.iter().map(Fault::from).collect(),
        waived: outcome.waived.iter().map(Forgiven::from).collect(),
        gaps: outcome.gaps.iter().map(Unread::from).collect(),
        read: Read::from(&outcome.read),
        documents: outcome.documents.iter().map(SotDocument::from).collect(),
        forms: &outcome.forms,
        exit_code: outcome.exit_code,
        took_ms: outcome.took_ms,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

impl<'a> From<&'a RunSummary> for Run<'a> {
    fn from(run: &'a RunSummary) -> Self {
        Self {
            id: &run.id,
            path: &run.path,
            verdict: run.verdict.as_str(),
            cited_only: run.cited_only,
            conditions: run.conditions.iter().map(Condition::from).collect(),
        }
    }
}

impl<'a> From<&'a ConditionState> for Condition<'a> {
    fn from(condition: &'a ConditionState) -> Self {
        Self {
            number: condition.number,
            says: &condition.says,
            state: condition.state.as_str(),
            because: &condition.because,
        }
    }
}

impl<'a> From<&'a DocumentSummary> for SotDocument<'a> {
    fn from(document: &'a DocumentSummary) -> Self {
        Self { path: &document.path, work_items: document.work_items, claims: document.claims }
    }
}

impl<'a> From<&'a ClaimSummary> for Claim<'a> {
    fn from(claim: &'a ClaimSummary) -> Self {
        Self {
            work_item: claim.work_item.as_deref(),
            path: &claim.path,
            line: claim.line,
            kind: claim.kind.as_str(),
            text: &claim.text,
            stated: &claim.stated,
            found: claim.found.as_deref(),
            run: claim.run.as_deref(),
            verdict: claim.verdict.as_str(),
            chain: Steps(claim),
        }
    }
}

impl<'a> From<&'a Finding> for Fault<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.as_str(),
            severity: finding.severity.as_str(),
            message: &finding.message,
            help: &finding.help,
            location: Place::from(&finding.location),
            related: finding.related.iter().map(RelatedPlace::from).collect(),
            policy: finding.policy.as_ref().map(RelatedPlace::from),
            form: finding.form.as_deref(),
            fingerprint: finding.fingerprint.as_str(),
            subject: &finding.subject,
        }
    }
}

impl<'a> From<&'a Location> for Place<'a> {
    fn from(location: &'a Location) -> Self {
        Self {
            path: &location.path,
            surface: location.surface.as_deref(),
            line: location.line,
            column: location.column,
            byte_start: location.byte_start,
            byte_end: location.byte_end,
            commit: location.commit.as_deref(),
            object: location.object.as_deref(),
            container: location.way_in(),
        }
    }
}

impl<'a> From<&'a Related> for RelatedPlace<'a> {
    fn from(related: &'a Related) -> Self {
        Self {
            path: &related.location.path,
            line: related.location.line,
            column: related.location.column,
            message: &related.message,
        }
    }
}

impl<'a> From<&'a Waived> for Forgiven<'a> {
    fn from(waived: &'a Waived) -> Self {
        Self {
            rule: waived.finding.rule.as_str(),
            reason: &waived.reason,
            path: &waived.finding.location.path,
            line: waived.finding.location.line,
            message: &waived.finding.message,
            fingerprint: waived.finding.fingerprint.as_str(),
        }
    }
}

impl<'a> From<&'a Gap> for Unread<'a> {
    fn from(gap: &'a Gap) -> Self {
        Self { path: &gap.path, surface: gap.surface.as_deref(), why: &gap.why }
    }
}

impl From<&crate::evidence::Read> for Read {
    fn from(read: &crate::evidence::Read) -> Self {
        let crate::evidence::Read { files, bytes, objects, documents, runs } = *read;
        Self { files, bytes, objects, documents, runs }
    }
}
