//! What the head of a table says of its rows: whether it names columns, or is a pair of a label and its value like
//! the rows below it.
//!
//! Markdown knows no table without a head, so people put the first pair there: the rows below tell which it is.

use super::super::model::BASELINE;
use super::super::words::Stretch;
use super::{Kind, Reader};

/// Heads of columns of values; no field has one of them as its value.
const VALUES: [&str; 20] = [
    "value", "values", "result", "results", "outcome", "status", "verdict", "notes", "note", "actual",
    "observed", "measured", "recorded", "reported", "found", "owner", "comment", "comments", "remark",
    "remarks",
];

/// Heads of columns that say what something is, and not what it came to.
const MEANINGS: [&str; 11] = [
    "meaning",
    "meanings",
    "definition",
    "description",
    "explanation",
    "purpose",
    "type",
    "format",
    "example",
    "required",
    "semantics",
];

impl Reader<'_> {
    /// The columns of a table of which one is headed by a field's label of two words or more: a lone word heads many
    /// a column. None where the rows are labels and their values, or the table explains what words mean.
    pub(super) fn columns_of_fields(&self, rows: &[Vec<Stretch>]) -> Option<Vec<bool>> {
        let (head, rows) = rows.split_first()?;
        let is_one =
            |cell: &Stretch| self.is_field(cell) && self.blocks.page.text(cell).contains([' ', '_', '.']);
        let columns: Vec<bool> = head.iter().map(is_one).collect();
        let explains = head.iter().any(|cell| self.is_headed(Some(cell), &MEANINGS));
        let of_pairs = rows.iter().any(|row| self.label_in(row).is_some());
        let head_is_one = head.len() == 2 && self.label_in(head).is_some() && self.is_pair(head);
        let is_one = columns.contains(&true) && !rows.is_empty();
        (is_one && !(explains || of_pairs || head_is_one)).then_some(columns)
    }

    /// Whether the head may be a label and its value, as a row is.
    pub(super) fn is_pair(&self, head: &[Stretch]) -> bool {
        let text = |cell: &Stretch| self.blocks.page.text(cell);
        let named =
            |cell: &Stretch| self.is_headed(Some(cell), &VALUES) || self.is_headed(Some(cell), &MEANINGS);
        let label = self.label_in(head);
        let value = label.and_then(|at| head.get(at + 1));
        let known = label.and_then(|at| head.get(at)).filter(|label| self.is_field(label));
        let is_value =
            known.zip(value).is_none_or(|(label, value)| self.forms.may_be_value(text(label), text(value)));
        is_value && !head.iter().skip(1).any(named)
    }

    /// The first cell of a row that is a known label, and not the last one.
    pub(super) fn label_in(&self, row: &[Stretch]) -> Option<usize> {
        row.iter().take(row.len().saturating_sub(1)).position(|cell| self.is_label(cell))
    }

    /// Whether a cell stands in a column of meanings, and is none that only a value can be.
    pub(super) fn explains(&self, head: Option<&Stretch>, cell: &Stretch) -> bool {
        self.is_headed(head, &MEANINGS) && !self.forms.is_value(self.blocks.page.text(cell))
    }

    pub(super) fn is_field(&self, cell: &Stretch) -> bool {
        self.forms.is_field(self.blocks.page.text(cell).trim_end_matches(':'))
    }

    pub(super) fn names_baseline(&self, cell: &Stretch) -> bool {
        self.forms.names_baseline(self.blocks.page.text(cell))
    }

    /// A cell in a row or a column of the baseline: the field or the sentence that its label makes of it, else what it
    /// says by itself.
    pub(super) fn cell_of_baseline(&mut self, label: Option<&Stretch>, value: &Stretch) {
        let page = &self.blocks.page;
        let text = page.text(value);
        let of = label.map_or("", |label| page.text(label)).trim_end_matches(':');
        let is_field = || self.forms.is_field(&format!("Baseline {of}"));
        if text.is_empty() {
        } else if text.to_ascii_lowercase().contains("baseline") || self.names_baseline(value) {
            self.lone_cell(value);
        } else if is_field() || self.forms.tells(&format!("Baseline {of}: {text}")) {
            self.of_baseline(Kind::Column, label, Some(value));
        } else if self.forms.tells(&format!("{BASELINE}{text}")) {
            let page = &mut self.blocks.page;
            page.append_unplaced(BASELINE);
            page.append(value);
            let words = page.take_whole();
            self.entry(Kind::Column, words);
        }
    }
}
