//! What lines say of work items' statuses: of the item that they stand in, or of one that they name.

use super::items::Whose;
use super::{Line, Reader, Section};
use crate::collect::sot::headings::Begins;
use crate::collect::sot::lines::{self, List};
use crate::collect::sot::model::{Pass, Said, StatementKind, Status};
use crate::collect::sot::words::Words;
use crate::profile::StatusClass;
use crate::text::Span;

pub(super) const SECOND_STATUS: &str = "the work item has a second status";

/// A line that is an item's heading but for the marks of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearly {
    span: Span,
    /// A status of an entry before this one is that item's.
    until: usize,
}

impl Reader<'_> {
    /// Keeps a line of the form `<ID> - <title>`: a status that follows is not the item's around it.
    pub(super) fn note_nearly(&mut self, line: &Line<'_>, list: Option<List>, section: Section) {
        let text = line.words.text;
        let Some(Begins::Item(id)) = &line.begins else { return };
        match self.named(text.get(id.clone()).unwrap_or_default(), section.item) {
            Whose::Unsaid => return,
            Whose::Item(item) if Some(item) == section.item => return,
            Whose::Item(_) | Whose::Other => {}
        }
        let container = self.blocks.containers.get(line.entry.container);
        let listed = matches!(list, Some(List::Acceptance | List::BlockedBy));
        let until = match container {
            Some(item) if item.level.is_none() && listed => item.end,
            Some(item) if item.level.is_none() => item.end.max(line.at + 2),
            _ if listed => line.at,
            _ => usize::MAX,
        };
        self.nearly = Some(Nearly { span: line.words.whole(), until });
    }

    /// What a line says of its item's status; false where it says nothing of one.
    pub(super) fn status(&mut self, at: usize, said: Said, words: &Words<'_>, section: Section) -> bool {
        if let Some(nearly) = self.nearly.take_if(|nearly| at < nearly.until) {
            self.malformed("a work item stands in no heading: write `## <ID> - <title>`", nearly.span);
            return true;
        }
        let word = lines::status_word(&said.text);
        let word = said.text.part(lines::part_of(&said.text, word));
        let class = self.documents.status(&word);
        let Some(number) = section.item else {
            if class == StatusClass::Done {
                self.malformed("this status stands in no work item", said.span);
            }
            return class == StatusClass::Done;
        };
        if section.dated {
            if class != StatusClass::Unknown {
                self.said_later.push((number, class, said.span));
            }
            return class != StatusClass::Unknown;
        }
        if said.text.is_empty() {
            self.malformed("the status is empty", words.whole());
            return true;
        }
        // "`status: pass` alone proves nothing" is a sentence.
        let is_sentence = words.text.starts_with(char::is_lowercase) && word.split(' ').nth(2).is_some();
        if is_sentence && class == StatusClass::Unknown {
            return false;
        }
        let span = said.span;
        let Some(item) = self.item(section) else { return true };
        if item.status.is_none() {
            item.status = Some(Status { said, word, class });
        } else {
            self.malformed(SECOND_STATUS, span);
        }
        true
    }

    /// What a line says of the status of an item that it names: `CTO-WORK-001: done`, or a table's row. It is held
    /// against the item's own; that one is done which this document does not state is claimed like any pass.
    pub(super) fn status_of_named(&mut self, line: &Line<'_>, section: Section) -> bool {
        let text = line.words.text;
        let Some(Begins::Status(id, status)) = line.begins.clone() else { return false };
        let id = &*text.get(id).unwrap_or_default().to_ascii_uppercase();
        let class = self.documents.status(text.get(status.clone()).unwrap_or_default());
        let known = match self.named(id, None) {
            Whose::Item(number) => {
                self.said_later.push((number, class, line.words.span(status)));
                true
            }
            Whose::Other if class == StatusClass::Done => {
                let pass = Pass { items: [id.into()].into(), claim: status, ..Pass::default() };
                let kind = StatementKind::Pass(Box::new(pass));
                self.statement(line.at, kind, line.words, None, section);
                true
            }
            Whose::Other | Whose::Unsaid => false,
        };
        if known {
            // More may be said behind it.
            self.sentence(line, section);
        }
        known
    }

    /// Tells of what was said of statuses elsewhere than below the items' headings, and differs from that.
    pub(super) fn compare_statuses(&mut self) {
        for (number, class, span) in std::mem::take(&mut self.said_later) {
            let status = self.document.items.get(number).and_then(|item| item.status.as_ref());
            if status.is_some_and(|status| status.class != class) {
                self.malformed(SECOND_STATUS, span);
            }
        }
    }
}
