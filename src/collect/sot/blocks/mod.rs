//! A document as a flat list of entries, each in its containers: sections, lists, items, tables, quotes.
//!
//! It is the same list whether the writer used paragraphs, lists of any marker or depth, a table or HTML.
//! Code blocks and comments say nothing.

mod fences;
mod heads;
mod html;
mod listed;
mod tables;

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use self::html::Html;
pub(super) use self::listed::Listed;
use self::tables::Table;
use super::marks;
use super::words::{Page, Stretch, Words};
use crate::text::{Shared, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Heading,
    /// A further line of a heading: what dashes below a paragraph make of it.
    Underlined,
    Line,
    /// The same of a table: the label stands above, in the head of its column.
    Column,
    /// A table's cell by itself, beside the row that it stands in.
    Cell,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub kind: Kind,
    at: Stretch,
    /// Its text, where something of it is kept.
    kept: OnceCell<Shared>,
    pub container: usize,
    /// Of a task, whether it is checked off.
    pub task: Option<bool>,
}

/// A part of the document that holds entries: those from `first` up to, without it, `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container {
    pub parent: usize,
    pub first: usize,
    pub end: usize,
    /// The level of a section (which the entry `first` heads), 0 of the document; `None` of a list, an item, a
    /// table, a quote.
    pub level: Option<u8>,
}

/// Where a link stands, brackets and all, and where it leads.
#[derive(Debug)]
struct Link {
    at: Range<usize>,
    to: String,
}

#[derive(Debug, Default)]
pub(super) struct Blocks {
    page: Page,
    pub entries: Vec<Entry>,
    /// The first one is the document; each comes before those that begin behind it.
    pub containers: Vec<Container>,
    /// In their order.
    links: Vec<Link>,
    /// What nothing ends, and where it begins: what stands behind that is shown to nobody, or as code.
    pub unclosed: Vec<(&'static str, Span)>,
}

impl Blocks {
    pub fn words<'b>(&'b self, entry: &'b Entry) -> Words<'b> {
        self.page.words(&entry.at, &entry.kept)
    }

    /// Where the links lead that stand in a part of the file, each with whether something of it stands before.
    pub fn links(&self, within: Span) -> impl Iterator<Item = (bool, &str)> {
        self.links_at(within).map(move |(at, to)| (at > within.start, to))
    }

    /// The same, each with where it begins in the file.
    pub fn links_at(&self, within: Span) -> impl Iterator<Item = (u64, &str)> {
        let first = self.links.partition_point(|link| link.at.end as u64 <= within.start);
        let links = self.links.get(first..).unwrap_or_default().iter();
        let inside = links.take_while(move |link| (link.at.start as u64) < within.end);
        inside.map(|link| (link.at.start as u64, link.to.as_str()))
    }

    /// The container that begins next behind an entry, in the same container.
    pub fn next_beside(&self, at: usize, container: usize) -> Option<Range<usize>> {
        let first = self.containers.partition_point(|container| container.first <= at);
        let mut begun = self.containers.get(first..)?.iter().take_while(|next| next.first == at + 1);
        let next = begun.find(|next| next.parent == container && next.level.is_none())?;
        Some(next.first..next.end)
    }
}

/// What a reader of blocks has to know of words.
pub(super) trait Forms {
    /// A label that means something, without its colon.
    fn is_label(&self, text: &str) -> bool;
    /// The label of a field of the report.
    fn is_field(&self, text: &str) -> bool;
    /// A word, or a number, that only a field's value can be.
    fn is_value(&self, text: &str) -> bool;
    /// Whether a text may be the value of the field that a label speaks of, and not the head of a column beside it.
    fn may_be_value(&self, label: &str, text: &str) -> bool;
    /// The baseline's name, and no more.
    fn names_baseline(&self, text: &str) -> bool;
    /// Whether a line begins an entry of its own behind `before`, in a paragraph or elsewhere.
    fn begins(&self, before: &str, line: &str, in_paragraph: bool) -> bool;
    /// The label of a line that says where a run's artifacts are.
    fn cites(&self, label: &str) -> bool;
    /// A work item's id, with or without words behind it.
    fn names_item(&self, text: &str) -> bool;
    fn names_run(&self, text: &str) -> bool;
    /// Whether a text is a status that the profile knows, with or without words behind it.
    fn is_status(&self, text: &str) -> bool;
    /// Whether one of the profile's patterns may be in a text.
    fn tells(&self, text: &str) -> bool;
    /// Whether a text is a sentence of the profile on the cited run, which is no pass.
    fn states(&self, text: &str) -> bool;
    /// A commit's id, with or without a subject behind it.
    fn is_commit(&self, text: &str) -> bool;
    /// What the items of a list are to a label above it that has no value, and ends in a colon.
    fn listed(&self, label: &str, items: &[&str]) -> Listed;
    /// Whether a paragraph right below such a label is its value: `pass` of `Report status:`. It may be a code span, and
    /// stand with the label in an item of its own.
    fn is_value_below(&self, label: &str, text: &str, in_code: bool, in_item: bool) -> bool;
    /// Which of the items below such a label are fields of what it names: `status: fail` of `Baseline:`.
    fn fields_of(&self, label: &str, items: &[&str]) -> Vec<usize>;
    /// Whether such a label announces one of a work item's lists, and has no value.
    fn names_a_list(&self, label: &str) -> bool;
}

pub(super) fn read(text: &str, base: usize, forms: &dyn Forms) -> Blocks {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES;
    let mut reader = Reader {
        text,
        base,
        forms,
        blocks: Blocks {
            page: Page::of_length(text.len()),
            entries: Vec::with_capacity(text.len() / 64),
            containers: Vec::with_capacity(text.len() / 64),
            ..Blocks::default()
        },
        open: Vec::new(),
        table: None,
        html: Html::default(),
        task: None,
        mute: 0,
        struck: 0,
    };
    reader.blocks.containers.push(Container { parent: 0, first: 0, end: usize::MAX, level: Some(0) });
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish()
}

struct Reader<'a> {
    text: &'a str,
    /// Offset of `text` in the file.
    base: usize,
    forms: &'a dyn Forms,
    blocks: Blocks,
    /// Open containers, the innermost last, without the document itself.
    open: Vec<usize>,
    table: Option<Table>,
    html: Html,
    /// Whether the task that begins here is checked off.
    task: Option<bool>,
    /// Inside code blocks.
    mute: usize,
    /// Inside struck-out text.
    struck: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) if self.says() => {
                let source = self.source(range);
                self.blocks.page.push(&text, source);
            }
            Event::Code(code) if self.says() => {
                let raw = self.text.get(range.clone()).unwrap_or_default();
                let inner = raw.find(&*code).map_or(range.clone(), |at| {
                    let start = range.start + at;
                    start..start + code.len()
                });
                let source = self.source(inner);
                self.blocks.page.push_code(&code, source);
            }
            Event::SoftBreak | Event::HardBreak => self.line_break(range),
            Event::Html(_) => self.html(range),
            Event::InlineHtml(tag) => self.inline_html(&tag, range),
            Event::TaskListMarker(checked) => self.task = Some(checked),
            _ => {}
        }
    }

    fn says(&self) -> bool {
        self.mute == 0 && self.struck == 0
    }

    fn source(&self, range: Range<usize>) -> Range<usize> {
        self.base + range.start..self.base + range.end
    }

    fn line_break(&mut self, range: Range<usize>) {
        let source = self.source(range);
        self.blocks.page.line_break(source);
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => self.flush(None),
            Tag::List(_) | Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => {
                self.flush(None);
                self.open(None);
            }
            Tag::Table(_) => self.open_table(),
            Tag::CodeBlock(kind) => {
                self.flush(None);
                self.mute += 1;
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    self.fence(range);
                }
            }
            Tag::HtmlBlock => self.begin_html(),
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } => self.link(range, dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(level) => self.flush(Some(number(level))),
            TagEnd::Paragraph => {
                let before = self.blocks.entries.len();
                self.flush(None);
                self.value_below(before, range);
            }
            TagEnd::List(_) => {
                self.flush(None);
                let list = self.open.iter().rev().find(|at| self.level(**at).is_none()).copied();
                self.close();
                if let Some(list) = list {
                    self.listed(list);
                }
            }
            TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.flush(None);
                self.close();
            }
            TagEnd::TableCell => self.cell(),
            TagEnd::TableHead | TagEnd::TableRow => self.row(),
            TagEnd::Table => self.close_table(),
            TagEnd::CodeBlock => self.mute = self.mute.saturating_sub(1),
            TagEnd::HtmlBlock => self.end_html(range),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            _ => {}
        }
    }

    fn link(&mut self, range: Range<usize>, to: String) {
        let at = self.source(range);
        self.blocks.links.push(Link { at, to });
    }

    fn container(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    fn level(&self, container: usize) -> Option<u8> {
        self.blocks.containers.get(container).and_then(|container| container.level)
    }

    fn open(&mut self, level: Option<u8>) {
        let (parent, first) = (self.container(), self.blocks.entries.len());
        self.open.push(self.blocks.containers.len());
        self.blocks.containers.push(Container { parent, first, end: usize::MAX, level });
    }

    /// Ends the innermost container that is no section, and the sections in it.
    fn close(&mut self) {
        self.task = None;
        while let Some(at) = self.pop() {
            if self.level(at).is_none() {
                break;
            }
        }
    }

    fn pop(&mut self) -> Option<usize> {
        let at = self.open.pop()?;
        let end = self.blocks.entries.len();
        if let Some(container) = self.blocks.containers.get_mut(at) {
            container.end = end;
        }
        Some(at)
    }

    /// A section ends those of its level and below that stand in the same list, quote or document.
    fn open_section(&mut self, level: u8) {
        while self.level(self.container()).is_some_and(|above| above >= level) {
            self.pop();
        }
        self.open(Some(level));
    }

    /// Makes entries of the words that were gathered; a heading's where `level` is given.
    fn flush(&mut self, level: Option<u8>) {
        self.end_strike();
        if let Some(level) = level {
            self.open_section(level);
            let forms = self.forms;
            let lines = self.blocks.page.take_split(|_, line| forms.begins("", line, false));
            let mut kind = Kind::Heading;
            for words in lines {
                self.entry(kind, words);
                kind = Kind::Underlined;
            }
            return;
        }
        if self.blocks.page.is_empty() {
            return;
        }
        if self.blocks.page.is_one_line() {
            let words = self.blocks.page.take();
            self.lines([words]);
            return;
        }
        let in_paragraph = self.level(self.container()).is_some();
        let forms = self.forms;
        let parts = self.blocks.page.take_split(|before, line| forms.begins(before, line, in_paragraph));
        self.lines(parts);
    }

    /// Entries of a paragraph. Those with a bullet are a list, though none was made of them.
    fn lines(&mut self, parts: impl IntoIterator<Item = Stretch>) {
        let mut in_list = false;
        for words in parts {
            if marks::is_bulleted(self.blocks.page.text(&words)) != in_list {
                in_list = !in_list;
                if in_list { self.open(None) } else { self.close() }
            }
            self.entry(Kind::Line, words);
        }
        if in_list {
            self.close();
        }
    }

    fn entry(&mut self, kind: Kind, mut at: Stretch) {
        if kind != Kind::Heading {
            let marks = marks::before_words(self.blocks.page.text(&at));
            if marks > 0 {
                at = self.blocks.page.behind(&at, marks);
            }
        }
        let (container, task) = (self.container(), self.task.take());
        self.blocks.entries.push(Entry { kind, at, kept: OnceCell::new(), container, task });
    }

    fn finish(mut self) -> Blocks {
        self.flush(None);
        let end = self.blocks.entries.len();
        for container in &mut self.blocks.containers {
            container.end = container.end.min(end);
        }
        self.blocks
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
