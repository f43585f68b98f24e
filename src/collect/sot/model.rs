//! What a source-of-truth document says, each word with its place. Nothing here is judged.

use std::ops::Range;
use std::sync::Arc;

use super::outline::Outline;
use crate::profile::StatusClass;
use crate::search::Hit;
use crate::search::shapes::ShapeHit;
use crate::text::{Shared, Source, Span};

use crate::evidence::{Gap, Read};

/// Text and the bytes of the document that it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    pub text: Shared,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// A scalar as a word; null is an empty one.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null => Some(String::new()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::List(_) | Self::Map(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub key: Said,
    pub value: Yaml,
    pub span: Span,
}

/// What is put before a sentence that stands where the baseline is spoken of.
pub const BASELINE: &str = "Baseline: ";

/// Something that is wrong with the way a document is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub what: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrontMatter {
    /// None where there is none.
    pub span: Option<Span>,
    /// In their order; a key that stands twice is here twice.
    pub fields: Vec<Field>,
    pub problems: Vec<Problem>,
}

impl FrontMatter {
    pub(super) fn problem(&mut self, what: &str, span: Span) {
        self.problems.push(Problem { what: what.to_owned(), span });
    }
}

/// A status line: the whole value, and what its first words come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub said: Said,
    /// The word that counts: `blocked` in "blocked, until June".
    pub word: Shared,
    pub class: StatusClass,
}

/// What an item waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    pub said: Said,
    /// The work items that it names.
    pub ids: Box<[Shared]>,
    /// The index of the profile's condition that it names.
    pub condition: Option<usize>,
    /// Whether it is ticked off.
    pub checked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    pub id: Said,
    pub title: Said,
    pub heading: Span,
    pub status: Option<Status>,
    pub acceptance: Vec<Said>,
    pub blockers: Vec<Blocker>,
    /// Entries that tell of a configured endpoint.
    pub endpoint_told: Vec<Said>,
    /// Runs that are cited for it and taken back, each with what is said of it.
    pub taken_back: Vec<Said>,
}

/// A line of the document that says where an artifact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// `Run` in "Run artifact directory: …".
    pub what: Said,
    pub path: Said,
    /// The run directory's name, where the path's last part is one.
    pub run: Option<Box<str>>,
    /// The work item whose evidence it is, as an index.
    pub item: Option<usize>,
    /// The id of one that this document does not state, where its section is headed as that one's evidence.
    pub foreign: Option<Shared>,
}

/// There are tens of these in each of ten thousand documents: the kinds that say more than their words hold it apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// The pointer into the cited report.
    Label {
        pointer: Arc<str>,
    },
    /// The index of the profile's sentence, and whether it is read as if [`BASELINE`] stood before it.
    Sentence {
        sentence: usize,
        of_baseline: bool,
    },
    Validator {
        what: Box<str>,
        command: Option<Box<Said>>,
        /// Whether it is said to have failed.
        failed: bool,
    },
    Commit {
        id: Box<Said>,
        subject: Box<Said>,
    },
    Gate {
        items: Box<[Shared]>,
        conditions: Box<[GateCondition]>,
    },
    Pass(Box<Pass>),
}

/// One claim of a pass; a sentence may make several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pass {
    /// `passed` in "The run passed": bytes of the statement's text.
    pub claim: Range<usize>,
    /// Where the words of this claim begin: behind the claim before it in the sentence.
    pub from: usize,
    /// Work items that the sentence names as validated or done; empty where it speaks of runs alone.
    pub items: Box<[Shared]>,
    /// Whether a run is said to validate them; else they are said to be done, whatever shows it.
    pub by_run: bool,
    /// What else than a run is said to validate them: `endpoint`.
    pub by_other: Option<Box<str>>,
    /// Whether it does not say what passed: "It passed."
    pub lone: bool,
    /// Every citation of a run in the same section, as indices: "both runs" may speak of them.
    pub beside: Arc<[usize]>,
}

/// What the ids of a family of work items begin with: `CTO-WORK` of `CTO-WORK-030`.
#[must_use]
pub fn family(id: &str) -> &str {
    id.rsplit_once('-').map_or("", |(family, _)| family)
}

/// What a gate waits for: a condition of the profile, work items, or words that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateCondition {
    pub said: Said,
    pub condition: Option<usize>,
    /// Work items that have to be done.
    pub items: Box<[Shared]>,
}

/// A run directory that a statement's own words name, or a link in them leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRun {
    /// Where it is named: a byte of the statement's text.
    pub at: usize,
    pub run: Box<str>,
    pub linked: bool,
}

/// A sentence of the document that can be true or false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub kind: StatementKind,
    /// The whole entry.
    pub said: Said,
    /// `Report status` in "Report status: fail."; of other kinds the whole entry.
    pub label: Said,
    /// `fail` in "Report status: fail.".
    pub stated: Said,
    /// How much of `stated` stands in the code span that it begins with, in bytes: 0 where it begins with none, or all
    /// of it does. What stands behind that is a remark.
    pub closed: usize,
    /// The citation that it speaks of, as an index.
    pub citation: Option<usize>,
    /// Of what stands in a work item, and near no citation: those of the item's runs, as indices. One of them that shows
    /// it is enough.
    pub among: Arc<[usize]>,
    /// The runs that it names itself, in the order of their places.
    pub runs: Box<[NamedRun]>,
    /// The work item whose evidence it is, as an index.
    pub item: Option<usize>,
    /// Whether it stands among evidence: in a dated section or a list of current evidence.
    pub dated: bool,
    /// Whether it stands in a task of an item's acceptance that is checked off.
    pub ticked: bool,
}

#[derive(Debug, Clone)]
pub struct SotDocument {
    /// Relative to the audited root.
    pub path: String,
    pub source: Source,
    pub front_matter: FrontMatter,
    pub items: Vec<WorkItem>,
    pub citations: Vec<Citation>,
    pub statements: Vec<Statement>,
    /// Headings and lines that are nearly a work item, a citation or a claim, or half of one.
    pub malformed: Vec<Problem>,
    /// What looks like a label and its value, and is in no mapping.
    pub unrecognised: Vec<Said>,
    pub leaks: Vec<Hit>,
    /// In the file's name.
    pub name_leaks: Vec<Hit>,
    /// What looks like a private endpoint, where no value is known.
    pub shapes: Vec<ShapeHit>,
    pub gaps: Vec<Gap>,
    pub read: Read,
    /// Whether its words are at hand: else they are read again ([`SotDocument::fetch`]).
    pub whole: bool,
}

impl SotDocument {
    /// What other documents may ask of it.
    #[must_use]
    pub fn outline(&self) -> Outline {
        Outline::of(self)
    }

    /// Gives back the room that lists took and do not need.
    pub(super) fn shrink(&mut self) {
        self.items.shrink_to_fit();
        for item in &mut self.items {
            item.acceptance.shrink_to_fit();
            item.blockers.shrink_to_fit();
        }
        self.citations.shrink_to_fit();
        self.statements.shrink_to_fit();
        self.unrecognised.shrink_to_fit();
    }
}
