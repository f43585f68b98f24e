//! A document as a flat list of entries, each in its containers: sections, lists, items, tables.
//!
//! It is the same list whether the writer used paragraphs, lists of any marker or depth, or a table.
//! Code blocks and comments say nothing; other HTML is told, and not read.

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::words::{Page, Stretch, Words};
use crate::text::{Shared, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Heading(u8),
    Paragraph,
    Item,
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
    /// Where its links lead.
    pub links: Vec<String>,
}

/// A part of the document that holds entries: those from `first` up to, without it, `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container {
    pub parent: usize,
    pub first: usize,
    pub end: usize,
    /// Whether it is a section (which the entry `first` heads) and not a list, an item, a table, a quote.
    pub section: bool,
}

#[derive(Debug, Default)]
pub(super) struct Blocks {
    page: Page,
    pub entries: Vec<Entry>,
    /// The first one is the document.
    pub containers: Vec<Container>,
    pub html: Vec<Span>,
}

impl Blocks {
    pub fn words<'b>(&'b self, entry: &'b Entry) -> Words<'b> {
        self.page.words(&entry.at, &entry.kept)
    }
}

/// What a reader of blocks has to know of words: whether a line begins an entry of its own.
pub(super) trait Labels {
    /// A label that means something: the line is an entry, wherever it stands.
    fn known(&self, line: &str) -> bool;
    /// Something that looks like a label: the line is an entry in a paragraph.
    fn looks_like_one(&self, line: &str) -> bool;
}

pub(super) fn read(text: &str, base: usize, labels: &dyn Labels) -> Blocks {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader {
        text,
        base,
        labels,
        blocks: Blocks {
            page: Page::of_length(text.len()),
            entries: Vec::with_capacity(text.len() / 64),
            containers: Vec::with_capacity(text.len() / 64),
            ..Blocks::default()
        },
        open: Vec::new(),
        sections: Vec::new(),
        links: Vec::new(),
        table: None,
        mute: 0,
        struck: 0,
    };
    reader.blocks.containers.push(Container { parent: 0, first: 0, end: usize::MAX, section: true });
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish()
}

struct Reader<'a> {
    text: &'a str,
    /// Offset of `text` in the file.
    base: usize,
    labels: &'a dyn Labels,
    blocks: Blocks,
    /// Open containers that are no sections.
    open: Vec<usize>,
    sections: Vec<(u8, usize)>,
    links: Vec<String>,
    table: Option<Table>,
    /// Inside code blocks and HTML.
    mute: usize,
    /// Inside struck-out text.
    struck: usize,
}

#[derive(Default)]
struct Table {
    head: Vec<Stretch>,
    row: Vec<Stretch>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
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
                self.blocks.page.push(&code, source);
            }
            Event::SoftBreak | Event::HardBreak => {
                let source = self.source(range);
                self.blocks.page.line_break(source);
            }
            _ => {}
        }
    }

    fn says(&self) -> bool {
        self.mute == 0 && self.struck == 0
    }

    fn source(&self, range: Range<usize>) -> Range<usize> {
        self.base + range.start..self.base + range.end
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => self.flush(None),
            Tag::List(_) | Tag::Item | Tag::BlockQuote(_) => {
                self.flush(None);
                self.open();
            }
            Tag::Table(_) => {
                self.flush(None);
                self.open();
                self.table = Some(Table::default());
            }
            Tag::CodeBlock(_) => {
                self.flush(None);
                self.mute += 1;
            }
            Tag::HtmlBlock => {
                self.flush(None);
                self.mute += 1;
                let raw = self.text.get(range.clone()).unwrap_or_default().trim();
                if !(raw.starts_with("<!--") && raw.find("-->") == raw.len().checked_sub(3)) {
                    self.blocks.html.push(Span::of(self.source(range.start..range.start + raw.len())));
                }
            }
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } => self.links.push(dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.flush(Some(number(level))),
            TagEnd::Paragraph => self.flush(None),
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.flush(None);
                self.close();
            }
            TagEnd::TableCell => {
                let cell = self.blocks.page.take();
                if let Some(table) = &mut self.table {
                    table.row.push(cell);
                }
            }
            TagEnd::TableHead => self.table_head(),
            TagEnd::TableRow => self.table_row(),
            TagEnd::Table => {
                self.table = None;
                self.close();
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.mute = self.mute.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            _ => {}
        }
    }

    fn container(&self) -> usize {
        self.open.last().copied().or(self.sections.last().map(|(_, at)| *at)).unwrap_or(0)
    }

    fn open(&mut self) {
        let (parent, first) = (self.container(), self.blocks.entries.len());
        self.open.push(self.blocks.containers.len());
        self.blocks.containers.push(Container { parent, first, end: usize::MAX, section: false });
    }

    fn close(&mut self) {
        if let Some(at) = self.open.pop() {
            self.end_container(at);
        }
    }

    fn end_container(&mut self, at: usize) {
        let end = self.blocks.entries.len();
        if let Some(container) = self.blocks.containers.get_mut(at) {
            container.end = end;
        }
    }

    fn open_section(&mut self, level: u8) {
        while let Some((above, at)) = self.sections.last().copied() {
            if above < level {
                break;
            }
            self.sections.pop();
            self.end_container(at);
        }
        let (parent, first) = (self.container(), self.blocks.entries.len());
        self.sections.push((level, self.blocks.containers.len()));
        self.blocks.containers.push(Container { parent, first, end: usize::MAX, section: true });
    }

    /// Makes entries of the words that were gathered; a heading's where `level` is given.
    fn flush(&mut self, level: Option<u8>) {
        let links = std::mem::take(&mut self.links);
        if let (Some(level), true) = (level, self.open.is_empty()) {
            self.open_section(level);
            let words = self.blocks.page.take();
            self.entry(Kind::Heading(level), words, links);
            return;
        }
        if self.blocks.page.is_empty() {
            return;
        }
        let kind = if self.open.is_empty() { Kind::Paragraph } else { Kind::Item };
        if self.blocks.page.is_one_line() {
            let words = self.blocks.page.take();
            self.entry(kind, words, links);
            return;
        }
        let labels = self.labels;
        let parts = self.blocks.page.take_split(|line| {
            labels.known(line) || (kind == Kind::Paragraph && labels.looks_like_one(line))
        });
        for words in parts {
            self.entry(kind, words, links.clone());
        }
    }

    fn entry(&mut self, kind: Kind, at: Stretch, links: Vec<String>) {
        let container = self.container();
        self.blocks.entries.push(Entry { kind, at, kept: OnceCell::new(), container, links });
    }

    fn table_head(&mut self) {
        let Some(table) = &mut self.table else { return };
        table.head = std::mem::take(&mut table.row);
        let columns = table.head.len() > 1
            && table
                .head
                .iter()
                .all(|cell| self.labels.known(&format!("{}: ", self.blocks.page.text(cell))));
        if !columns {
            table.row = std::mem::take(&mut table.head);
            self.table_row();
        }
    }

    /// A row under columns that are labels is an entry a cell; any other row is a label and its value.
    fn table_row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let (row, head) = (std::mem::take(&mut table.row), table.head.clone());
        let links = std::mem::take(&mut self.links);
        self.open();
        let page = &mut self.blocks.page;
        if head.is_empty() {
            let mut cells = row.iter();
            if let Some(first) = cells.next() {
                page.append(first);
            }
            if let Some(value) = cells.next().filter(|value| !page.text(value).is_empty()) {
                if !row.first().is_some_and(|first| page.text(first).ends_with(':')) {
                    page.append_unplaced(":");
                }
                page.append_unplaced(" ");
                page.append(value);
            }
            let words = page.take_whole();
            self.entry(Kind::Item, words, links);
            for cell in row.into_iter().skip(1) {
                if !self.blocks.page.text(&cell).is_empty() {
                    self.entry(Kind::Cell, cell, Vec::new());
                }
            }
        } else {
            for (label, value) in head.iter().zip(&row) {
                let page = &mut self.blocks.page;
                page.append(label);
                page.append_unplaced(": ");
                page.append(value);
                let words = page.take_whole();
                self.entry(Kind::Item, words, links.clone());
            }
        }
        self.close();
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
