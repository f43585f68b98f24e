//! What other documents may ask of a document, and what is asked of all of them before any is judged: its work
//! items, what it cites, its gates and the passes that it tells of.

use super::model::{Citation, SotDocument, Statement, StatementKind, Status, WorkItem};
use super::stages;
use crate::profile::StatusClass;
use crate::text::{Shared, Source, Span};

#[derive(Debug, Clone)]
pub struct Outline {
    pub source: Source,
    pub items: Vec<ItemOutline>,
    pub citations: Vec<Citation>,
    /// Each with its number among the document's statements.
    pub gates: Vec<(usize, Statement)>,
    /// Sentences that say of work items that they are validated or done, each with its number among the statements.
    pub passes: Vec<(usize, Statement)>,
    /// Runs that sentences name by their directories.
    pub named: Vec<Box<str>>,
    /// Whether it speaks of a commit.
    pub commits: bool,
}

#[derive(Debug, Clone)]
pub struct ItemOutline {
    pub id: Shared,
    pub heading: Span,
    pub status: Option<Status>,
    /// The work items that it waits for.
    pub waits: Box<[Shared]>,
    /// Whether it waits for a condition of the profile.
    pub waits_for_a_condition: bool,
    /// Of one that is done, the stages at which it was to pass, as far as it names any.
    pub stages: Box<[i64]>,
}

impl Outline {
    pub(super) fn of(document: &SotDocument) -> Self {
        let is_done = |status: &Status| status.class == StatusClass::Done;
        let item = |item: &WorkItem| ItemOutline {
            id: item.id.text.clone(),
            heading: item.heading,
            status: item.status.clone(),
            waits: item.blockers.iter().flat_map(|blocker| &blocker.ids).cloned().collect(),
            waits_for_a_condition: item.blockers.iter().any(|blocker| blocker.condition.is_some()),
            stages: item
                .status
                .as_ref()
                .filter(|it| is_done(it))
                .map(|_| stages::wanted(item))
                .unwrap_or_default(),
        };
        let mut outline = Self {
            source: document.source.apart(),
            items: document.items.iter().map(item).collect(),
            citations: document.citations.clone(),
            gates: Vec::new(),
            passes: Vec::new(),
            named: Vec::new(),
            commits: false,
        };
        for (number, statement) in document.statements.iter().enumerate() {
            outline.named.extend(statement.runs.iter().map(|named| named.run.clone()));
            match &statement.kind {
                StatementKind::Gate { .. } => outline.gates.push((number, statement.clone())),
                StatementKind::Pass(pass) if !pass.items.is_empty() => {
                    outline.passes.push((number, statement.clone()));
                }
                StatementKind::Commit { .. } => outline.commits = true,
                _ => {}
            }
        }
        outline.gates.shrink_to_fit();
        outline.passes.shrink_to_fit();
        outline.named.shrink_to_fit();
        outline
    }
}
