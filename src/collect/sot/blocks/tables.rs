//! Tables: under columns that are labels each cell is an entry; else each row is a label and its value, or
//! its values, where each of several columns cites a run of its own.

use super::super::words::Stretch;
use super::{Kind, Reader};

/// The cells of a table whose end was not seen yet.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<Stretch>>,
    row: Vec<Stretch>,
}

impl Table {
    pub(super) fn has_cells(&self) -> bool {
        !self.row.is_empty()
    }
}

impl Reader<'_> {
    pub(super) fn open_table(&mut self) {
        self.flush(None);
        self.open(None);
        self.table = Some(Table::default());
    }

    pub(super) fn cell(&mut self) {
        self.end_strike();
        let cell = self.blocks.page.take();
        if let Some(table) = &mut self.table {
            table.row.push(cell);
        }
    }

    pub(super) fn row(&mut self) {
        if let Some(table) = &mut self.table {
            let row = std::mem::take(&mut table.row);
            table.rows.push(row);
        }
    }

    pub(super) fn close_table(&mut self) {
        let Some(Table { rows, .. }) = self.table.take() else { return };
        let head = rows.first().map(Vec::as_slice).unwrap_or_default();
        let columns: Vec<bool> = head.iter().map(|cell| self.is_label(cell)).collect();
        if let Some(status) = self.status_column(&rows) {
            for row in &rows {
                self.row_of_status(status, row);
            }
        } else if columns.iter().filter(|label| **label).count() > 1 {
            for row in rows.get(1..).unwrap_or_default() {
                self.row_of_columns(head, &columns, row);
            }
        } else if let Some((label, values)) = self.value_columns(&rows) {
            for column in values {
                self.open(None);
                for row in &rows {
                    self.label_and_value(Kind::Line, row.get(label), row.get(column));
                }
                self.close();
            }
        } else {
            for row in &rows {
                self.row_of_one(row);
            }
        }
        self.close();
    }

    fn is_label(&self, cell: &Stretch) -> bool {
        self.forms.is_label(self.blocks.page.text(cell).trim_end_matches(':'))
    }

    fn is_empty(&self, cell: &Stretch) -> bool {
        self.blocks.page.text(cell).is_empty()
    }

    /// Whether a cell names a run, in words or by its link.
    fn names_run(&self, cell: &Stretch) -> bool {
        let page = &self.blocks.page;
        self.forms.names_run(page.text(cell))
            || self.blocks.links(page.span_of(cell)).any(|(_, link)| self.forms.names_run(link))
    }

    /// A row under columns of which some are labels: an empty cell says nothing.
    fn row_of_columns(&mut self, head: &[Stretch], columns: &[bool], row: &[Stretch]) {
        self.open(None);
        for ((label, is_label), value) in head.iter().zip(columns).zip(row) {
            if *is_label {
                if !self.is_empty(value) {
                    self.label_and_value(Kind::Column, Some(label), Some(value));
                }
            } else {
                self.lone_cell(value);
            }
        }
        self.close();
    }

    /// The column of statuses, where rows begin with the work items that they are of.
    fn status_column(&self, rows: &[Vec<Stretch>]) -> Option<usize> {
        let (head, rows) = rows.split_first()?;
        let named = |cell: &Stretch| self.blocks.page.text(cell).trim_end_matches(':').trim();
        let status = head.iter().position(|cell| named(cell).eq_ignore_ascii_case("status"))?;
        rows.iter().any(|row| self.item_column(row).is_some_and(|item| item != status)).then_some(status)
    }

    fn item_column(&self, row: &[Stretch]) -> Option<usize> {
        row.iter().position(|cell| self.forms.names_item(self.blocks.page.text(cell)))
    }

    /// A work item and its status; each other cell may hold a sentence.
    fn row_of_status(&mut self, status: usize, row: &[Stretch]) {
        let Some(item) = self.item_column(row) else { return self.row_of_one(row) };
        self.open(None);
        self.label_and_value(Kind::Line, row.get(item), row.get(status));
        for (_, cell) in row.iter().enumerate().filter(|(at, _)| ![item, status].contains(at)) {
            self.lone_cell(cell);
        }
        self.close();
    }

    /// The column of labels, and the columns of values where two or more cite a run: each then speaks of its own.
    fn value_columns(&self, rows: &[Vec<Stretch>]) -> Option<(usize, Vec<usize>)> {
        rows.iter().find_map(|row| {
            let label = row.iter().position(|cell| self.forms.cites(self.blocks.page.text(cell)))?;
            let values = label + 1..row.len();
            let cites = |at: &usize| row.get(*at).is_some_and(|cell| self.names_run(cell));
            let values: Vec<usize> = values.filter(cites).collect();
            (values.len() > 1).then_some((label, values))
        })
    }

    /// A row that is a label and its value: the first cell that is a known label, else the first cell, with the
    /// next one. Each other cell may hold a sentence, and so may the value.
    fn row_of_one(&mut self, row: &[Stretch]) {
        self.open(None);
        let last = row.len().saturating_sub(1);
        let label = row.iter().take(last).position(|cell| self.is_label(cell)).unwrap_or(0);
        self.label_and_value(Kind::Line, row.get(label), row.get(label + 1));
        for (_, cell) in row.iter().enumerate().filter(|(at, _)| *at != label) {
            self.lone_cell(cell);
        }
        self.close();
    }

    fn lone_cell(&mut self, cell: &Stretch) {
        if !self.is_empty(cell) {
            self.entry(Kind::Cell, cell.clone());
        }
    }

    fn label_and_value(&mut self, kind: Kind, label: Option<&Stretch>, value: Option<&Stretch>) {
        let Some(label) = label else { return };
        let page = &mut self.blocks.page;
        page.append(label);
        if let Some(value) = value.filter(|value| !page.text(value).is_empty()) {
            page.append_unplaced(if page.text(label).ends_with(':') { " " } else { ": " });
            page.append(value);
        }
        let words = page.take_whole();
        self.entry(kind, words);
    }
}
