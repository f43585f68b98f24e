//! Which section a heading opens, and whose it is.

use std::ops::Range;

use super::items::Whose;
use super::{Reader, WorkItem};
use crate::collect::sot::blocks::{Entry, Kind};
use crate::collect::sot::headings::Heading;
use crate::collect::sot::lines::{self, List};
use crate::collect::sot::sentences;
use crate::collect::sot::words::Words;

/// What a section is, and whose.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::collect::sot) struct Section {
    /// A work item's section or a dated one: claims look for their citation no further up.
    pub scope: bool,
    pub dated: bool,
    pub list: Option<List>,
    pub item: Option<usize>,
    /// Of evidence of an item that this document does not state, and which is nobody's here: which of the reader's
    /// foreign ids it is.
    pub foreign: Option<usize>,
    /// Whether it is a task of an item's acceptance that is checked off.
    pub ticked: bool,
    pub told: Told,
}

/// What a section, or a part of a line, tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::collect::sot) enum Told {
    #[default]
    Run,
    /// Behind a field of the baseline: its status and its tests are meant, and else the run.
    BesideBaseline,
    Baseline,
}

impl Section {
    /// The same for words that are no part of what was said of the baseline before them.
    pub fn of_run(self) -> Self {
        let told = if self.told == Told::BesideBaseline { Told::Run } else { self.told };
        Self { told, ..self }
    }

    /// The same for what stands behind a field of the report.
    pub fn behind(self, pointer: &str) -> Self {
        let beside = self.told == Told::Run && pointer.starts_with("/baseline/");
        Self { told: if beside { Told::BesideBaseline } else { self.told }, ..self }
    }
}

/// A work item, and the level of its heading: evidence beside it belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastItem {
    level: u8,
    item: usize,
}

impl Reader<'_> {
    pub(super) fn heading(&mut self, at: usize, entry: &Entry, words: &Words<'_>) {
        let container = self.blocks.containers.get(entry.container);
        let parent = container.map_or(0, |container| container.parent);
        let level = container.and_then(|container| container.level).unwrap_or(0);
        let above = if parent == entry.container { None } else { self.section_of.get(parent) };
        let above = above.and_then(|at| self.sections.get(*at)).copied().unwrap_or_default();
        let holder = self.holder(parent);
        self.nearly = None;
        let heading = self.stated.heading(at);
        let names_an_item = matches!(heading, Heading::Item { .. });
        let section = match heading {
            Heading::Item { id, title, .. } => {
                self.document.items.push(WorkItem {
                    id: lines::said(words, id),
                    title: lines::said(words, title),
                    heading: words.whole(),
                    status: None,
                    acceptance: Vec::new(),
                    blockers: Vec::new(),
                    endpoint_told: Vec::new(),
                    taken_back: Vec::new(),
                });
                let item = self.document.items.len() - 1;
                self.last_items.insert(holder, LastItem { level, item });
                Section { scope: true, item: Some(item), ..Section::default() }
            }
            Heading::EvidenceOfItem => {
                let named = self.headed(words.text, None);
                Section { scope: true, dated: true, ..Self::section_of_named(named, None, above) }
            }
            Heading::Evidence { date, valid } => {
                if !valid {
                    let what = "the section's date is no day of the calendar";
                    self.malformed(what, words.span(date));
                }
                let around = self.around(above, holder);
                let named = self.headed(words.text, around);
                Section { scope: true, dated: true, ..Self::section_of_named(named, around, above) }
            }
            Heading::Malformed(what) => {
                self.malformed(what, words.whole());
                // Perhaps an item: what follows is not the one's before it.
                self.last_items.remove(&holder);
                Section::default()
            }
            Heading::List(list) => {
                let item = self.around(above, holder);
                Section { list: Some(list), item, foreign: above.foreign, ..Section::default() }
            }
            Heading::Plain => {
                if self.last_items.get(&holder).is_some_and(|last| last.level >= level) {
                    self.last_items.remove(&holder);
                }
                let named = if speaks_of_evidence(words.text) {
                    self.headed(words.text, above.item)
                } else {
                    (Whose::Unsaid, None)
                };
                let of_baseline = self.documents.names_baseline(words.text);
                let told = if of_baseline { Told::Baseline } else { above.told };
                Section { dated: above.dated, told, ..Self::section_of_named(named, above.item, above) }
            }
        };
        if let Some(slot) = self.sections.get_mut(entry.container) {
            *slot = section;
        }
        // An item's title says what it is for, not what came out.
        if !names_an_item {
            self.told_in_a_heading(at, words, section);
        }
    }

    /// A pass in a heading is claimed like any other; a label in one has no value's place.
    pub(super) fn told_in_a_heading(&mut self, at: usize, words: &Words<'_>, section: Section) {
        let label = lines::labelled(words.text, self.documents);
        let label = label.filter(|it| !it.value.is_empty() && it.has_colon(words.text));
        if label.is_some_and(|it| it.is_known(words.text, self.documents)) {
            let what = "a label and its value stand in a heading: write them in a line of their own";
            return self.malformed(what, words.whole());
        }
        if self.documents.may_tell(sentences::bare(words.text)) {
            self.passes(at, words, section);
        }
    }

    /// The entries that a line of their own is the title of: the list or table right below it, else the lines behind
    /// it up to the next title.
    pub(super) fn below(&self, at: usize, title: &Entry) -> Range<usize> {
        if let Some(list) = self.blocks.next_beside(at, title.container) {
            return list;
        }
        let entries = self.blocks.entries.get(at + 1..).unwrap_or_default();
        let goes_on = |entry: &&Entry| {
            let words = self.blocks.words(entry);
            let is_title = !words.text.contains(": ") && !words.text.ends_with('.');
            entry.container == title.container && entry.kind == Kind::Line && !is_title
        };
        let is_section = self.blocks.containers.get(title.container).is_some_and(|it| it.level.is_some());
        at + 1..at + 1 + entries.iter().take_while(goes_on).count() * usize::from(is_section)
    }

    /// The innermost container around a section that is none itself.
    fn holder(&self, container: usize) -> usize {
        let mut at = container;
        while let Some(container) = self.blocks.containers.get(at)
            && container.level.is_some_and(|level| level > 0)
        {
            at = container.parent;
        }
        at
    }

    /// The item that a section stands in or beside.
    fn around(&self, above: Section, holder: usize) -> Option<usize> {
        let beside = || self.last_items.get(&holder).map(|last| last.item);
        above.item.or_else(beside).filter(|_| above.foreign.is_none())
    }

    /// The item that a heading names; one that this document does not state is kept as a foreign one.
    fn headed(&mut self, text: &str, around: Option<usize>) -> (Whose, Option<usize>) {
        let named = self.named(text, around);
        let id = self.documents.id.find_iter(text).find(|id| self.stated.is_item(id.as_str()));
        let foreign = id.filter(|_| named == Whose::Other).map(|id| {
            self.foreign.push(id.as_str().into());
            self.foreign.len() - 1
        });
        (named, foreign)
    }

    /// The section of an item that its heading names; where it names none, of the one around it. Evidence that is
    /// headed as another item's is that one's alone.
    fn section_of_named(
        (named, foreign): (Whose, Option<usize>),
        around: Option<usize>,
        above: Section,
    ) -> Section {
        let (item, foreign) = match named {
            Whose::Item(item) => (Some(item), None),
            Whose::Other => (None, foreign),
            Whose::Unsaid => (around, above.foreign),
        };
        Section { item, foreign, ..Section::default() }
    }
}

/// Whether a heading is one of evidence, though it has no date.
fn speaks_of_evidence(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("evidence"))
}
