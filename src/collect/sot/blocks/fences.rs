//! Fenced code: it says nothing, and so one that was never ended hides what stands behind it.

use std::ops::Range;

use super::Reader;
use crate::text::Span;

impl Reader<'_> {
    /// Tells of a fenced block that nothing ends, or that goes on into the next one: a fence in it that names a
    /// language was to begin a block of its own.
    pub(super) fn fence(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let mark = text.trim_start();
        let Some(begin) = fence_of(mark) else { return };
        let fences = text.lines().skip(1).map(inside).filter(|line| line.starts_with(begin));
        let mut infos = fences.map(|line| line.trim_start_matches(|c| begin.starts_with(c)).trim());
        if !infos.find(|info| !info.contains('`')).is_some_and(str::is_empty) {
            let start = range.start + (text.len() - mark.len());
            let span = self.source(start..start + begin.len());
            self.blocks.unclosed.push(("code block", Span::of(span)));
        }
    }
}

/// A line of a block without the marks of the quotes and lists around it.
fn inside(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t'])
}

/// The marks that a fence begins with.
fn fence_of(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    text.get(..text.len() - text.trim_start_matches(mark).len())
}
