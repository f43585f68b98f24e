//! From entries to work items, citations and statements.
//!
//! Never guesses: what looks like a label and is in no mapping is listed as unrecognised, and a line
//! that no form fits says nothing here.

mod behind;
mod closed;
mod evidence;
mod items;
mod labels;
mod lone;
mod sections;
mod statuses;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use self::items::Stated;
use self::sections::LastItem;
pub(super) use self::sections::Section;
use self::sections::Told;
use self::statuses::Nearly;
use super::SotDocument;
use super::binding::{RunsOfItems, Scopes};
use super::blocks::{Blocks, Entry, Kind};
use super::checks;
use super::headings::{self, Begins};
use super::lines::{self, Labelled, List};
use super::model::{Blocker, Citation, Problem, Said, Statement, StatementKind, WorkItem};
use super::sentences;
use super::words::Words;
use crate::profile::{Documents, StatusClass, Surfaces};
use crate::text::{Shared, Span, plain};

pub(super) fn read(
    blocks: &Blocks,
    documents: &Documents,
    surfaces: &Surfaces,
    document: &mut SotDocument,
) {
    let mut reader = Reader {
        documents,
        surfaces,
        blocks,
        document,
        stated: Stated::read(blocks, documents),
        sections: vec![Section::default(); blocks.containers.len()],
        section_of: Vec::new(),
        announced: None,
        of_baseline: 0..0,
        last_items: HashMap::new(),
        nearly: None,
        said_later: Vec::new(),
        citation_entries: Vec::new(),
        statement_entries: Vec::new(),
        foreign: Vec::new(),
    };
    for (at, container) in blocks.containers.iter().enumerate() {
        let section = if container.level.is_some() {
            at
        } else {
            reader.section_of.get(container.parent).copied().unwrap_or(0)
        };
        reader.section_of.push(section);
    }
    for (at, entry) in blocks.entries.iter().enumerate() {
        reader.entry(at, entry, &blocks.words(entry));
    }
    for (what, span) in &blocks.unclosed {
        reader.malformed(&format!("nothing ends this {what}: what stands behind it is not shown"), *span);
    }
    reader.compare_statuses();
    reader.finish();
    document.shrink();
}

/// An entry that is no heading, or a part of one, as it is read.
struct Line<'e> {
    at: usize,
    entry: &'e Entry,
    words: &'e Words<'e>,
    /// The work item that it begins with.
    begins: Option<Begins>,
    /// What looks like a label and its value.
    label: Option<Labelled>,
    /// Whether one of the profile's patterns is in the words.
    may_tell: bool,
    /// Its sentences that are gates, each with where it begins.
    gates: Vec<(usize, StatementKind)>,
    /// Whether one more of them is a gate for nobody knows whom.
    nobodys: bool,
}

impl Line<'_> {
    /// Whether a gate is its first sentence. Behind a label that is known a gate is but a part of what the line says.
    fn begins_with_a_gate(&self, documents: &Documents) -> bool {
        let begins = self.gates.first().is_some_and(|(at, _)| *at == 0);
        begins && !self.label.as_ref().is_some_and(|label| label.is_known(self.words.text, documents))
    }

    /// Whether it names one of an item's lists.
    fn announces(&self) -> bool {
        self.label.as_ref().is_some_and(|label| lines::list_named(&label.named).is_some())
    }
}

struct Reader<'a> {
    documents: &'a Documents,
    surfaces: &'a Surfaces,
    blocks: &'a Blocks,
    document: &'a mut SotDocument,
    /// The headings, and the items that they state.
    stated: Stated,
    /// For each container that is a section.
    sections: Vec<Section>,
    /// For each container, the section that it is or stands in.
    section_of: Vec<usize>,
    /// The list that a line like `Acceptance:` has announced, and its entries.
    announced: Option<(List, Range<usize>)>,
    /// The entries below a line that names the baseline, and no more.
    of_baseline: Range<usize>,
    /// The last one of each list, quote or document that sections stand in.
    last_items: HashMap<usize, LastItem>,
    /// A line above that is nearly an item's heading: a status below it is none of the item's around it.
    nearly: Option<Nearly>,
    /// What dated sections, tables and lists say of items' statuses.
    said_later: Vec<(usize, StatusClass, Span)>,
    citation_entries: Vec<(usize, usize)>,
    statement_entries: Vec<(usize, usize)>,
    /// Ids of items that this document does not state, and whose evidence sections are headed as.
    foreign: Vec<Shared>,
}

/// The name of a list is shorter.
const NAME_BYTES: usize = 30;

impl Reader<'_> {
    fn entry(&mut self, at: usize, entry: &Entry, words: &Words<'_>) {
        let section = self.section_of.get(entry.container).copied().unwrap_or(0);
        let mut section = self.sections.get(section).copied().unwrap_or_default();
        match entry.kind {
            Kind::Heading => return self.heading(at, entry, words),
            Kind::Underlined => return self.told_in_a_heading(at, words, section),
            Kind::Line if self.documents.names_baseline(words.text) => {
                self.of_baseline = self.below(at, entry);
            }
            Kind::Line | Kind::Column | Kind::Cell => {}
        }
        if self.of_baseline.contains(&at) {
            section.told = Told::Baseline;
        }
        let announced = self.announced.as_ref().filter(|(_, entries)| entries.contains(&at));
        let list = announced.map(|(list, _)| *list).or(section.list);
        let line = self.line(at, entry, words, section);
        let known = || line.label.as_ref().is_some_and(|label| label.is_known(words.text, self.documents));
        if line.nobodys && !known() {
            self.document.unrecognised.push(lines::whole(words));
        }
        if line.begins_with_a_gate(self.documents) {
            match list {
                Some(List::Acceptance) => self.acceptance(words, section),
                Some(List::BlockedBy) => self.blockers(&line, words, section),
                Some(List::Evidence) | None => {}
            }
            return self.sentences(&line, section);
        }
        self.note_nearly(&line, list, section);
        match list {
            None | Some(List::Evidence) if entry.task == Some(false) && !line.announces() => {
                // What is still to be done is not said to be so; what waits does so all the same.
                self.unrecognised(&line);
                self.only_gates(&line, section);
            }
            None | Some(List::Evidence) if self.status_of_named(&line, section) => {}
            _ if entry.kind == Kind::Cell => {
                let label = line.label.as_ref().filter(|label| label.is_known(words.text, self.documents));
                if label.is_some() {
                    self.evidence(&line, section);
                } else {
                    self.sentence(&line, section);
                }
            }
            Some(_) | None if self.structural(&line, section) => {}
            Some(List::Acceptance) => {
                self.acceptance(words, section);
                // What is checked off is said to be so.
                if entry.task == Some(true) {
                    self.evidence(&line, Section { ticked: true, ..section });
                } else {
                    self.only_gates(&line, section);
                }
            }
            Some(List::BlockedBy) => {
                self.blockers(&line, words, section);
                self.only_gates(&line, section);
            }
            Some(List::Evidence) => self.evidence(&line, Section { dated: true, ..section }),
            None => self.evidence(&line, section),
        }
    }

    fn line<'e>(&self, at: usize, entry: &'e Entry, words: &'e Words<'e>, section: Section) -> Line<'e> {
        let may_tell = sentences::may_tell(words.text, self.documents);
        let (gates, nobodys) = if may_tell { self.gates(words, section) } else { (Vec::new(), false) };
        let begins = headings::begins(words.text, self.documents);
        let label = lines::labelled(words.text, self.documents);
        Line { at, entry, words, begins, label, may_tell, gates, nobodys }
    }

    /// A line that says what the item is, or what the list below it holds.
    fn structural(&mut self, line: &Line<'_>, section: Section) -> bool {
        let Line { at, entry, words, label: Some(label), .. } = line else { return self.announces(line) };
        let value = words.part(label.value.clone());
        if let Some(list) = lines::list_named(&label.named) {
            let said = lines::whole(&value);
            if said.text.is_empty() {
                let entries = self.blocks.next_beside(*at, entry.container);
                let entries = entries.or_else(|| self.paragraph_below(line, list));
                self.announced = entries.map(|entries| (list, entries));
                return true;
            }
            match list {
                List::Acceptance => {
                    self.acceptance(&words.part(0..words.text.len()), section);
                    self.only_gates(&self.line(*at, entry, &value, section), section);
                }
                List::BlockedBy => {
                    let named = self.line(*at, entry, &value, section);
                    self.blockers(&named, &value, section);
                    // The first sentence names what is waited for.
                    let first = sentences::sentences(value.text).next().map_or(0, |first| first.end);
                    let first = if named.gates.first().is_some_and(|(at, _)| *at == 0) { 0 } else { first };
                    let rest = value.part(first..value.text.len());
                    self.sentences(&self.line(*at, entry, &rest, section), section);
                }
                List::Evidence => {
                    let value = self.line(*at, entry, &value, section);
                    self.evidence(&value, Section { dated: true, ..section });
                }
            }
            return true;
        }
        // Of a baseline it is what that came to.
        if label.named != "status" || section.told == Told::Baseline {
            return false;
        }
        let said = lines::said(words, label.value.clone());
        let known = self.status(*at, said, words, section);
        if known {
            self.sentences(&self.line(*at, entry, &value, section), section);
        }
        known
    }

    /// The paragraph right below the name of a list that says what the item waits for, or has to come to; where it announces
    /// a list itself, that list.
    fn paragraph_below(&self, line: &Line<'_>, list: List) -> Option<Range<usize>> {
        let below = line.at + 1;
        let entry = self.blocks.entries.get(below).filter(|_| list != List::Evidence)?;
        let text = self.blocks.words(entry).text;
        let label = lines::labelled(text, self.documents);
        let is_label = label.is_some_and(|label| label.is_known(text, self.documents));
        if entry.kind != Kind::Line || entry.container != line.entry.container || is_label {
            return None;
        }
        let listed = self.blocks.next_beside(below, entry.container).filter(|_| text.ends_with(':'));
        listed.or(Some(below..below + 1))
    }

    /// A line that is one of an item's lists' names, and no more, above the list.
    fn announces(&mut self, line: &Line<'_>) -> bool {
        let name = line.words.text;
        let list = Some(name)
            .filter(|name| name.len() < NAME_BYTES)
            .and_then(|name| lines::list_named(&plain(name)));
        let Some(list) = list else { return false };
        let below = self.blocks.next_beside(line.at, line.entry.container);
        let is_list = below.as_ref().is_some_and(|entries| {
            self.blocks
                .entries
                .get(entries.start)
                .is_some_and(|first| first.container != line.entry.container)
        });
        if is_list {
            self.announced = below.map(|entries| (list, entries));
        }
        is_list
    }

    fn item(&mut self, section: Section) -> Option<&mut WorkItem> {
        section.item.and_then(|at| self.document.items.get_mut(at))
    }

    fn malformed(&mut self, what: &str, span: Span) {
        self.document.malformed.push(Problem { what: what.to_owned(), span });
    }

    fn acceptance(&mut self, words: &Words<'_>, section: Section) {
        if let Some(item) = self.item(section) {
            item.acceptance.push(lines::whole(words));
        }
    }

    /// What an entry of a list of blockers waits for: its words, but for a gate's, of which what that waits for is meant.
    fn blockers(&mut self, line: &Line<'_>, words: &Words<'_>, section: Section) {
        let checked = line.entry.task == Some(true);
        let end = line.gates.first().map_or(words.text.len(), |(at, _)| *at);
        let before = words.part(0..end);
        if line.gates.is_empty() || !before.text.is_empty() {
            self.blocker(lines::whole(&before), checked, section);
        }
        let Some(item) = self.item(section) else { return };
        for (_, kind) in &line.gates {
            let StatementKind::Gate { conditions, .. } = kind else { continue };
            item.blockers.extend(conditions.iter().map(|it| Blocker {
                said: it.said.clone(),
                ids: it.items.clone(),
                condition: it.condition,
                checked,
            }));
        }
    }

    fn blocker(&mut self, said: Said, checked: bool, section: Section) {
        if lines::is_no_blocker(&said.text) {
            return;
        }
        let documents = self.documents;
        let condition = documents.condition(&said.text);
        let Some(item) = self.item(section) else { return };
        let mut ids: Vec<Shared> =
            documents.id.find_iter(&said.text).map(|id| said.text.part(id.range())).collect();
        let others = lines::ids_like(&item.id.text, &said.text);
        ids.extend(others.into_iter().filter(|id| !said.text.contains(id.as_str())));
        item.blockers.push(Blocker { said, ids: ids.into(), condition, checked });
    }

    fn note_endpoint(&mut self, line: &Line<'_>, section: Section) {
        if line.may_tell && sentences::tells_of_endpoint(line.words.text, self.documents) {
            let said = lines::whole(line.words);
            if let Some(item) = self.item(section) {
                item.endpoint_told.push(said);
            }
        }
    }

    fn finish(self) {
        let scopes = Scopes::new(
            self.blocks,
            &self.sections,
            &self.section_of,
            &self.citation_entries,
            &self.document.citations,
        );
        let document = self.document;
        for (statement, (at, container)) in document.statements.iter_mut().zip(&self.statement_entries) {
            statement.citation = match &mut statement.kind {
                StatementKind::Commit { .. } | StatementKind::Gate { .. } => None,
                StatementKind::Validator { what, command, .. } => {
                    scopes.nearest_of(what, command.is_none(), *at, *container)
                }
                StatementKind::Pass(pass) if pass.items.is_empty() || pass.by_run => {
                    pass.beside = scopes.runs(*container);
                    let nearest = scopes.nearest(*at, *container);
                    let cited = nearest.and_then(|citation| document.citations.get(citation));
                    if let Some(of_check) = lone::of_cited(cited).filter(|_| pass.lone) {
                        statement.kind = of_check;
                    }
                    nearest
                }
                StatementKind::Pass(pass) => {
                    own_citation(&pass.items, &statement.said.text, &document.items, &document.citations)
                }
                _ => scopes.nearest(*at, *container),
            };
        }
        let of_items = RunsOfItems::new(&document.citations);
        for statement in document.statements.iter_mut().filter(|it| it.citation.is_none() && !it.dated) {
            let runs = || statement.item.map(|item| of_items.of(item)).unwrap_or_default();
            match &mut statement.kind {
                StatementKind::Label { .. } | StatementKind::Sentence { .. } => statement.among = runs(),
                StatementKind::Pass(pass) if !pass.lone && (pass.items.is_empty() || pass.by_run) => {
                    statement.among = runs();
                    pass.beside = Arc::clone(&statement.among);
                }
                _ => {}
            }
        }
        document
            .unrecognised
            .extend(document.statements.iter().filter(|s| is_prose(s)).map(|s| s.said.clone()));
        document.statements.retain(|statement| !is_prose(statement));
        document.unrecognised.sort_by_key(|said| said.span);
        document.unrecognised.dedup_by_key(|said| said.span);
        for item in document.items.iter().filter(|item| item.status.is_none()) {
            let what = "the work item has no `Status:` line".to_owned();
            document.malformed.push(Problem { what, span: item.heading });
        }
        document.malformed.sort_by_key(|problem| problem.span);
    }
}

/// "CTO-WORK-016 is done." speaks of the evidence of that item, as its status does: the last run that it cites.
fn own_citation(ids: &[Shared], said: &str, items: &[WorkItem], citations: &[Citation]) -> Option<usize> {
    let begins = |id: &str| said.get(..id.len()).is_some_and(|it| it.eq_ignore_ascii_case(id));
    let id = ids.first().filter(|id| begins(id))?;
    let item = items.iter().position(|item| item.id.text == *id);
    let is_its = |citation: &Citation| {
        citation.item == item && citation.run.is_some() && !checks::is_check(&citation.what.text)
    };
    item.and_then(|_| citations.iter().rposition(is_its))
}

/// What a run came to, and not what it was.
const OUTCOMES: [&str; 4] = ["/status", "/backend_exit_code", "/tests/", "/baseline/"];

/// A label that speaks of nothing, where nothing is told of runs, is prose; unless it states in a work item
/// what came out. So is a sentence that has the form of one, for many things have a result, or stands in no item.
fn is_prose(statement: &Statement) -> bool {
    let kept = match &statement.kind {
        // What is checked off is said of what the item's runs have shown.
        StatementKind::Label { .. } if statement.ticked && !statement.among.is_empty() => true,
        StatementKind::Label { pointer } => statement.item.is_some() && is_outcome(pointer),
        StatementKind::Sentence { .. } => statement.item.is_some() && !statement.said.text.contains(": "),
        // "Passed." of nobody knows what.
        StatementKind::Pass(pass) if pass.lone => return statement.citation.is_none(),
        _ => true,
    };
    // That a check failed is a claim on the one whose artifact is cited: others fail in many ways.
    let is_failure = matches!(statement.kind, StatementKind::Validator { failed: true, .. });
    statement.citation.is_none() && (is_failure || !statement.dated && !kept)
}

/// Whether a field holds words of somebody's own.
pub(super) fn is_free(pointer: &str) -> bool {
    matches!(pointer, "/failure_reason" | "/command")
}

fn is_outcome(pointer: &str) -> bool {
    OUTCOMES.iter().any(|outcome| pointer.starts_with(outcome))
}
