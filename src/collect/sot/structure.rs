//! From entries to work items, citations and statements.
//!
//! Never guesses: what looks like a label and is in no mapping is listed as unrecognised, and a line
//! that no form fits says nothing here.

use std::sync::Arc;

use super::SotDocument;
use super::binding::Scopes;
use super::blocks::{Blocks, Entry, Kind};
use super::lines::{self, Heading, Labelled, List};
use super::model::{Blocker, Citation, Problem, Said, Statement, StatementKind, Status, WorkItem};
use super::sentences;
use super::words::Words;
use crate::profile::{Documents, Surfaces};
use crate::text::Span;

/// What a section is, and whose.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Section {
    /// A work item's section or a dated one: claims look for their citation no further up.
    pub scope: bool,
    pub dated: bool,
    pub list: Option<List>,
    pub item: Option<usize>,
}

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
        sections: vec![Section::default(); blocks.containers.len()],
        section_of: Vec::new(),
        paragraph_list: None,
        item_list: None,
        last_item: None,
        citation_entries: Vec::new(),
        statement_entries: Vec::new(),
    };
    for (at, container) in blocks.containers.iter().enumerate() {
        let section = if container.section {
            at
        } else {
            reader.section_of.get(container.parent).copied().unwrap_or(0)
        };
        reader.section_of.push(section);
    }
    for (at, entry) in blocks.entries.iter().enumerate() {
        reader.entry(at, entry, &blocks.words(entry));
    }
    reader.finish();
    document.shrink();
}

/// An entry that is no heading, as it is read.
struct Line<'e> {
    at: usize,
    entry: &'e Entry,
    words: &'e Words<'e>,
    /// What looks like a label and its value, and the label in its plain form.
    label: Option<(String, Labelled)>,
    /// Whether one of the profile's patterns is in the words.
    may_tell: bool,
}

struct Reader<'a> {
    documents: &'a Documents,
    surfaces: &'a Surfaces,
    blocks: &'a Blocks,
    document: &'a mut SotDocument,
    /// For each container that is a section.
    sections: Vec<Section>,
    /// For each container, the section that it is or stands in.
    section_of: Vec<usize>,
    /// The list that a paragraph like `Acceptance:` has announced.
    paragraph_list: Option<List>,
    /// The list that an item like `Acceptance:` has announced, and the entry at which it ends.
    item_list: Option<(List, usize)>,
    last_item: Option<usize>,
    citation_entries: Vec<(usize, usize)>,
    statement_entries: Vec<(usize, usize)>,
}

impl Reader<'_> {
    fn entry(&mut self, at: usize, entry: &Entry, words: &Words<'_>) {
        if let Kind::Heading(_) = entry.kind {
            self.paragraph_list = None;
            self.heading(entry, words);
            return;
        }
        if entry.kind == Kind::Paragraph {
            self.paragraph_list = None;
        }
        if self.item_list.is_some_and(|(_, end)| at >= end) {
            self.item_list = None;
        }
        let section = self.section_of.get(entry.container).copied().unwrap_or(0);
        let section = self.sections.get(section).copied().unwrap_or_default();
        let list = self.item_list.map(|(list, _)| list).or(self.paragraph_list).or(section.list);
        let may_tell = self.documents.may_tell(sentences::bare(words.text));
        let label = lines::labelled(words.text).map(|label| (label.named(words.text), label));
        let line = Line { at, entry, words, label, may_tell };
        if may_tell && self.gate(at, words, section) {
            if list == Some(List::Acceptance) {
                self.acceptance(words, section);
            }
            return;
        }
        match list {
            _ if entry.kind == Kind::Cell => self.sentence(&line, section),
            Some(_) | None if self.structural(&line, section) => {}
            Some(List::Acceptance) => self.acceptance(words, section),
            Some(List::BlockedBy) => self.blocker(lines::whole(words), section),
            Some(List::Evidence) => self.evidence(&line, Section { dated: true, ..section }),
            None => self.evidence(&line, section),
        }
    }

    fn heading(&mut self, entry: &Entry, words: &Words<'_>) {
        let parent = self.blocks.containers.get(entry.container).map_or(0, |container| container.parent);
        let above = if parent == entry.container { None } else { self.section_of.get(parent) };
        let above = above.and_then(|at| self.sections.get(*at)).copied().unwrap_or_default();
        let named = self.item_named(words.text);
        let section = match lines::heading(words.text, self.documents) {
            Heading::Item { dated: true, .. } if named.is_some() => {
                Section { scope: true, dated: true, list: None, item: named }
            }
            Heading::Item { id, title, .. } => {
                self.document.items.push(WorkItem {
                    id: lines::said(words, id),
                    title: lines::said(words, title),
                    heading: words.whole(),
                    status: None,
                    acceptance: Vec::new(),
                    blockers: Vec::new(),
                    endpoint_told: Vec::new(),
                });
                self.last_item = Some(self.document.items.len() - 1);
                Section { scope: true, dated: false, list: None, item: self.last_item }
            }
            Heading::Evidence { date, valid } => {
                if !valid {
                    let what = "the section's date is no day of the calendar";
                    self.malformed(what, words.span(date));
                }
                let item = named.or(above.item).or(self.last_item);
                Section { scope: true, dated: true, list: None, item }
            }
            Heading::Malformed(what) => {
                self.malformed(what, words.whole());
                Section { item: None, ..Section::default() }
            }
            Heading::List(list) => Section { list: Some(list), item: above.item, ..Section::default() },
            Heading::Plain => Section { item: above.item, dated: above.dated, ..Section::default() },
        };
        if let Some(slot) = self.sections.get_mut(entry.container) {
            *slot = section;
        }
    }

    /// The first work item above that a heading names.
    fn item_named(&self, text: &str) -> Option<usize> {
        let mut ids = self.documents.id.find_iter(text);
        ids.find_map(|id| self.document.items.iter().position(|item| item.id.text == id.as_str()))
    }

    /// A line that says what the item is, or what the list below it holds.
    fn structural(&mut self, line: &Line<'_>, section: Section) -> bool {
        let Line { entry, words, label: Some((named, Labelled { value, .. })), .. } = line else {
            return false;
        };
        if let Some(list) = lines::list_named(named) {
            let value = lines::whole(&words.part(value.clone()));
            if value.text.is_empty() {
                self.announce(list, entry);
            } else {
                match list {
                    List::Acceptance => self.acceptance(&words.part(0..words.text.len()), section),
                    List::BlockedBy => self.blocker(value, section),
                    List::Evidence => self.note_endpoint(line, section),
                }
            }
            return true;
        }
        if named == "status" && !section.dated && section.item.is_some() {
            self.status(lines::said(words, value.clone()), words, section);
            return true;
        }
        false
    }

    fn announce(&mut self, list: List, entry: &Entry) {
        if entry.kind == Kind::Paragraph {
            self.paragraph_list = Some(list);
        } else {
            let end = self.blocks.containers.get(entry.container).map_or(0, |container| container.end);
            self.item_list = Some((list, end));
        }
    }

    fn item(&mut self, section: Section) -> Option<&mut WorkItem> {
        section.item.and_then(|at| self.document.items.get_mut(at))
    }

    fn malformed(&mut self, what: &str, span: Span) {
        self.document.malformed.push(Problem { what: what.to_owned(), span });
    }

    fn status(&mut self, said: Said, words: &Words<'_>, section: Section) {
        if said.text.is_empty() {
            self.malformed("the status is empty", words.whole());
            return;
        }
        let word = lines::status_word(&said.text);
        let word = said.text.part(lines::part_of(&said.text, word));
        let class = self.documents.status(&word);
        let span = said.span;
        let Some(item) = self.item(section) else { return };
        if item.status.is_none() {
            item.status = Some(Status { said, word, class });
        } else {
            self.malformed("the work item has a second status", span);
        }
    }

    fn acceptance(&mut self, words: &Words<'_>, section: Section) {
        if let Some(item) = self.item(section) {
            item.acceptance.push(lines::whole(words));
        }
    }

    fn blocker(&mut self, said: Said, section: Section) {
        if lines::is_nothing(&said.text) {
            return;
        }
        let documents = self.documents;
        let ids = documents.id.find_iter(&said.text).map(|id| said.text.part(id.range())).collect();
        let condition = documents.condition(&said.text);
        if let Some(item) = self.item(section) {
            item.blockers.push(Blocker { said, ids, condition });
        }
    }

    fn note_endpoint(&mut self, line: &Line<'_>, section: Section) {
        if line.may_tell && sentences::tells_of_endpoint(line.words.text, self.documents) {
            let said = lines::whole(line.words);
            if let Some(item) = self.item(section) {
                item.endpoint_told.push(said);
            }
        }
    }

    fn gate(&mut self, at: usize, words: &Words<'_>, section: Section) -> bool {
        let Some(kind) = sentences::gate(words, self.documents) else { return false };
        self.statement(at, kind, words, None, section);
        true
    }

    fn sentence(&mut self, line: &Line<'_>, section: Section) {
        self.note_endpoint(line, section);
        let Line { at, words, may_tell: true, .. } = *line else { return };
        let text = sentences::bare(words.text);
        let documents = self.documents;
        if let Some(sentence) = documents.sentences.iter().position(|pattern| pattern.is_match(text)) {
            let kind = StatementKind::Sentence { sentence };
            self.statement(at, kind, words, None, section);
        } else if let Some(kind) = sentences::pass(text, documents) {
            self.statement(at, kind, words, None, section);
        }
    }

    fn evidence(&mut self, line: &Line<'_>, section: Section) {
        let Line { at, entry, words, label: Some((named, label)), .. } = line else {
            self.sentence(line, section);
            return;
        };
        let (at, Labelled { label, value }) = (*at, label.clone());
        let documents = self.documents;
        let name = words.text.get(label.clone()).unwrap_or_default();
        let stated = words.text.get(value.clone()).unwrap_or_default();
        if let Some(what) = lines::artifact_label(name) {
            let path = lines::said(words, value);
            self.citation(at, entry, lines::said(words, 0..what), path, section);
        } else if let Some((id, subject)) = lines::commit(name, stated) {
            let within = |part: std::ops::Range<usize>| value.start + part.start..value.start + part.end;
            let said = |part| Box::new(lines::said(words, within(part)));
            let kind = StatementKind::Commit { id: said(id), subject: said(subject) };
            self.statement(at, kind, words, Some((label, value)), section);
        } else if let Some(pointer) = documents.label_named(named) {
            self.note_endpoint(line, section);
            let kind = StatementKind::Label { pointer: Arc::clone(pointer) };
            self.statement(at, kind, words, Some((label, value)), section);
        } else if let Some(what) = lines::passed_label(name) {
            let what = name.get(..what).unwrap_or_default();
            let kind = match sentences::pass(name, documents).filter(|_| !sentences::is_check(what)) {
                Some(pass) => pass,
                None => {
                    let command = Some(lines::said(words, value.clone())).filter(|c| !c.text.is_empty());
                    StatementKind::Validator { what: what.into(), command: command.map(Box::new) }
                }
            };
            self.statement(at, kind, words, Some((label, value)), section);
        } else {
            let before = self.document.statements.len();
            self.sentence(line, section);
            if self.document.statements.len() == before && !stated.is_empty() {
                self.document.unrecognised.push(lines::whole(words));
            }
        }
    }

    fn citation(&mut self, at: usize, entry: &Entry, what: Said, path: Said, section: Section) {
        let surfaces = self.surfaces;
        let run = std::iter::once(path.text.as_str())
            .chain(entry.links.iter().map(String::as_str))
            .find_map(|path| surfaces.run_name(lines::last_part(path)))
            .map(|name| name.id.into());
        self.citation_entries.push((at, entry.container));
        self.document.citations.push(Citation { what, path, run, item: section.item });
    }

    fn statement(
        &mut self,
        at: usize,
        kind: StatementKind,
        words: &Words<'_>,
        parts: Option<(std::ops::Range<usize>, std::ops::Range<usize>)>,
        section: Section,
    ) {
        let said = lines::whole(words);
        let (label, stated) = match parts {
            Some((label, value)) => (lines::said(words, label), lines::said(words, value)),
            None => (said.clone(), said.clone()),
        };
        let container = self.blocks.entries.get(at).map_or(0, |entry| entry.container);
        self.statement_entries.push((at, container));
        let item = section.item;
        self.document.statements.push(Statement {
            kind,
            said,
            label,
            stated,
            citation: None,
            item,
            dated: section.dated,
        });
    }

    fn finish(self) {
        let scopes = Scopes::new(
            self.blocks,
            &self.sections,
            &self.section_of,
            &self.citation_entries,
            &self.document.citations,
        );
        for (statement, (at, container)) in self.document.statements.iter_mut().zip(&self.statement_entries)
        {
            statement.citation = match &statement.kind {
                StatementKind::Commit { .. } | StatementKind::Gate { .. } => None,
                StatementKind::Validator { what, .. } => scopes.nearest(*at, *container, Some(what)),
                _ => scopes.nearest(*at, *container, None),
            };
        }
        drop(scopes);
        // A label that speaks of nothing, where nothing is told of runs, is prose.
        let document = self.document;
        let prose = |statement: &Statement| {
            matches!(statement.kind, StatementKind::Label { .. })
                && statement.citation.is_none()
                && !statement.dated
        };
        document
            .unrecognised
            .extend(document.statements.iter().filter(|s| prose(s)).map(|s| s.said.clone()));
        document.statements.retain(|statement| !prose(statement));
        document.unrecognised.sort_by_key(|said| said.span);
        for item in document.items.iter().filter(|item| item.status.is_none()) {
            let what = "the work item has no `Status:` line".to_owned();
            document.malformed.push(Problem { what, span: item.heading });
        }
        document.malformed.sort_by_key(|problem| problem.span);
    }
}
