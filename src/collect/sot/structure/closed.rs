//! Values that a code span closes, and the commands of checks among them: what stands behind such a one is none of it.

use std::ops::Range;

use super::{Line, Reader, Section};
use crate::collect::sot::front_matter::unadorned;
use crate::collect::sot::lines;
use crate::collect::sot::model::{Said, StatementKind};
use crate::collect::sot::words::Words;
use crate::collect::sot::{checks, sentences};
use crate::text::plain;

impl Reader<'_> {
    /// A line that gives a check's command in a code span, and says of the check what that came to: in its label
    /// (`Focused validator failed: …`) or behind the command (`Focused validator: … passed`). False of any other.
    pub(super) fn check_told(
        &mut self,
        line: &Line<'_>,
        name: &str,
        (label, value): (Range<usize>, Range<usize>),
        section: Section,
    ) -> bool {
        let closed = if plain(name).contains("validat") { closed(line.words, &label, &value) } else { 0 };
        if closed == 0 {
            return false;
        }
        let documents = self.documents;
        let stated = line.words.text.get(value.clone()).unwrap_or_default();
        let behind = stated.get(closed..).unwrap_or_default();
        let end = self.first_sentence(stated, closed);
        let behind = sentences::bare(behind.get(..end.saturating_sub(closed)).unwrap_or_default());
        let behind = behind.trim_start_matches([' ', ':', ',', '-', '–', '—', '=', '→', '(']);
        let said = format!("{name} {}", behind.trim_end_matches(')'));
        let failed = |text: &str| Some((checks::check_failed(text, documents)?, true));
        let told = failed(name).or_else(|| {
            let passed = checks::check_passed(&said, documents).filter(|(what, _)| *what == name);
            passed.map(|(what, _)| (what.into(), false)).or_else(|| failed(&said))
        });
        let Some((what, failed)) = told else { return false };
        let parts = self.behind(stated, closed, true, section);
        let end = end.min(Self::end_of_value(stated, &parts));
        let command = Box::new(lines::said(line.words, value.start..value.start + closed));
        let kind = StatementKind::Validator { what, command: Some(command), failed };
        self.statement(line.at, kind, line.words, Some((label, value.start..value.start + end)), section);
        self.each(line, value.start, &parts, section);
        true
    }

    /// A line whose label says of a check that it passed; its value is the check's command.
    pub(super) fn command_passed(
        &mut self,
        line: &Line<'_>,
        what: &str,
        (label, value): (Range<usize>, Range<usize>),
        section: Section,
    ) {
        let stated = line.words.text.get(value.clone()).unwrap_or_default();
        let closed = closed(line.words, &label, &value);
        let (mut end, mut parts) = (stated.len(), Vec::new());
        if closed > 0 {
            parts = self.behind(stated, closed, true, section);
            end = self.first_sentence(stated, closed).min(Self::end_of_value(stated, &parts));
        }
        let own = value.start..value.start + end;
        let command =
            lines::said(line.words, value.start..value.start + if closed > 0 { closed } else { end });
        let command = Some(Box::new(command)).filter(|command| !command.text.is_empty());
        let kind = StatementKind::Validator { what: what.into(), command, failed: false };
        self.statement(line.at, kind, line.words, Some((label, own)), section);
        self.each(line, value.start, &parts, section);
    }

    /// Where the first sentence of a value ends, or that of the remark behind what its code span closed; the end of all
    /// where a further sentence takes the value back.
    pub(super) fn first_sentence(&self, stated: &str, closed: usize) -> usize {
        let behind = stated.get(closed..).unwrap_or_default();
        let mut all = sentences::sentences(behind);
        let end = all.next().map_or(stated.len(), |first| closed + first.end);
        let takes_back = |at: Range<usize>| {
            let sentence = behind.get(at).unwrap_or_default();
            self.documents.disowns_value(sentences::bare(sentence))
        };
        if all.any(takes_back) { stated.len() } else { end }
    }
}

/// How much of a value, in bytes, stands in the code span that it begins with, or that its label does: 0 where there is
/// none.
pub(super) fn closed(words: &Words<'_>, label: &Range<usize>, value: &Range<usize>) -> usize {
    let end = words.end_of_code(value.start).or_else(|| words.end_of_code(label.start));
    end.map_or(0, |end| end.min(value.end).saturating_sub(value.start))
}

/// The same of a value's bare words: 0 where nothing stands behind.
pub(super) fn closed_of(stated: &Said, closed: usize, value: &str) -> usize {
    let bare = lines::part_of(value, unadorned(value)).start;
    Some(closed.saturating_sub(bare)).filter(|closed| *closed < stated.text.len()).unwrap_or_default()
}
