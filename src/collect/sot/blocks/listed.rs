//! Labels whose value stands in the list below them: `- Result:` over `  - pass`, `Baseline:` over `- status: fail`.
//!
//! Such a value is put behind its label, as if both stood on one line; a label of several fields is put before each.

use std::cell::OnceCell;
use std::ops::Range;

use super::{Kind, Reader};

/// How a label goes together with the list below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::collect::sot) enum Listed {
    /// It has nothing to do with it.
    Apart,
    /// So many of its first items are the label's value.
    Value(usize),
    /// The items say what they say; the label is but their title.
    Titled,
    /// Each item is a value of the label.
    Each,
}

impl Reader<'_> {
    /// Reads a list that was just closed together with the label that stands right above it.
    pub(super) fn listed(&mut self, list: usize) {
        let Some(container) = self.blocks.containers.get(list).copied() else { return };
        let (first, entries) = (container.first, &self.blocks.entries);
        let above = first.checked_sub(1).and_then(|at| Some((at, entries.get(at)?)));
        let is_above =
            |label: &super::Entry| label.kind == Kind::Line && label.container == container.parent;
        let Some((at, label)) = above.filter(|(_, label)| is_above(label)) else { return };
        let page = &self.blocks.page;
        let text = page.text(&label.at);
        if !text.ends_with(':') || self.forms.names_a_list(text) {
            return;
        }
        let items = entries.get(first..).unwrap_or_default();
        // What is still to be done is not said to be so.
        if items.is_empty() || items.iter().any(|item| item.task == Some(false)) {
            return;
        }
        let items: Vec<&str> = items.iter().map(|item| page.text(&item.at)).collect();
        let fields = self.forms.fields_of(text, &items);
        let listed = if fields.is_empty() { self.forms.listed(text, &items) } else { Listed::Titled };
        for field in fields {
            self.put_before(at, first + field, " ");
        }
        match listed {
            Listed::Apart => {}
            Listed::Value(items) => {
                self.put_behind(at, first..first + items);
                self.remove(list, first, items);
            }
            Listed::Titled => self.remove(list, at, 1),
            Listed::Each => {
                for item in first..self.blocks.entries.len() {
                    self.put_before(at, item, ": ");
                }
                self.remove(list, at, 1);
            }
        }
    }

    /// Takes a paragraph, which is the last entry, into the label right above it that has no value, where it is that;
    /// `before` entries stand before it.
    pub(super) fn value_below(&mut self, before: usize, range: Range<usize>) {
        let (page, entries) = (&self.blocks.page, &self.blocks.entries);
        let above = before.checked_sub(1).and_then(|at| Some((at, entries.get(at)?)));
        let Some((at, label)) = above.filter(|(_, label)| page.text(&label.at).ends_with(':')) else {
            return;
        };
        let Some(value) = entries.get(before).filter(|_| entries.len() == before + 1) else { return };
        let end = usize::try_from(page.span_of(&label.at).end).unwrap_or(usize::MAX);
        let between = self.text.get(end.saturating_sub(self.base)..range.start).unwrap_or("?");
        // What shows nothing may stand between: a code block.
        let is_next =
            between.chars().all(|c| c.is_whitespace() || matches!(c, '*' | '_' | '`' | '>' | ':'));
        let of_one = label.kind == Kind::Line && label.container == value.container;
        if !(is_next && of_one) {
            return;
        }
        let words = self.blocks.words(value);
        let closed = words.end_of_code(0).unwrap_or_default();
        let in_item = self.level(value.container).is_none();
        let whole = words.text.trim_end_matches('.').len();
        let in_code = closed > 0 && (in_item || closed >= whole);
        if self.forms.is_value_below(page.text(&label.at), words.text, in_code, in_item) {
            self.put_behind(at, before..before + 1);
            self.remove(self.blocks.containers.len(), before, 1);
        }
    }

    /// `Baseline status: fail` of `Baseline:` and `status: fail`.
    fn put_before(&mut self, label: usize, item: usize, between: &str) {
        let entries = &mut self.blocks.entries;
        let Some(label) = entries.get(label).map(|label| label.at.clone()) else { return };
        let Some(item) = entries.get_mut(item) else { return };
        let page = &mut self.blocks.page;
        page.append(&page.without_end(&label, ':'));
        page.append_unplaced(between);
        page.append(&item.at);
        item.at = page.take_whole();
        item.kept = OnceCell::new();
    }

    /// `Changed files: a.py, b.py` of `Changed files:`, `a.py` and `b.py`.
    fn put_behind(&mut self, label: usize, items: Range<usize>) {
        let (page, entries) = (&mut self.blocks.page, &mut self.blocks.entries);
        let Some(words) = entries.get(label).map(|label| label.at.clone()) else { return };
        page.append(&words);
        let several = items.len() > 1;
        for (number, item) in entries.get(items).unwrap_or_default().iter().enumerate() {
            page.append_unplaced(if number == 0 { " " } else { ", " });
            let bare = if several { page.without_end(&item.at, '.') } else { item.at.clone() };
            page.append(&bare);
        }
        let at = page.take_whole();
        if let Some(label) = entries.get_mut(label) {
            label.at = at;
            label.kept = OnceCell::new();
        }
    }

    /// Takes entries out; the containers from this one on hold as many fewer.
    fn remove(&mut self, container: usize, from: usize, count: usize) {
        self.blocks.entries.drain(from..from + count);
        let moved = |at: usize| if at >= from + count { at - count } else { at.min(from) };
        for container in self.blocks.containers.iter_mut().skip(container) {
            container.first = moved(container.first);
            if container.end != usize::MAX {
                container.end = moved(container.end);
            }
        }
    }
}
