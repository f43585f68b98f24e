//! Tables: under columns that are labels each cell is an entry; else each row is a label and its value, or
//! its values, where each of several columns cites a run of its own.

mod attempts;
mod columns;

use super::super::words::Stretch;
use super::{Kind, Reader};
use crate::text::{is_cross, is_tick};

/// Heads of a column of runs' names.
const RUNS: [&str; 6] = ["run", "runs", "run id", "run directory", "run name", "run dir"];
/// Heads of a column of what runs came to, and what may stand in it.
const OUTCOMES: [&str; 4] = ["status", "result", "outcome", "verdict"];
const ENDS: [&str; 5] = ["pass", "passed", "fail", "failed", "blocked"];
/// Heads of a column that says of each run whether it passed, and the words for yes and no.
const PASSED: [&str; 4] = ["passed", "passed?", "pass", "pass?"];
const YES: [&str; 6] = ["yes", "y", "x", "true", "pass", "passed"];
const NO: [&str; 5] = ["no", "n", "false", "fail", "failed"];

/// First words of the head of a column of what is expected, and of one of what was seen.
const WISHES: [&str; 7] = ["expected", "expectation", "required", "wanted", "planned", "desired", "target"];
const SEEN: [&str; 5] = ["actual", "observed", "measured", "recorded", "reported"];

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
        let rows = self.without_expectations(rows);
        let head = rows.first().map(Vec::as_slice).unwrap_or_default();
        let columns: Vec<bool> = head.iter().map(|cell| self.is_label(cell)).collect();
        let run = self.run_column(&rows);
        if let Some(status) = self.status_column(&rows) {
            for row in &rows {
                self.row_of_status(status, head, row);
            }
        } else if let Some(columns) = self.columns_of_commits(&rows).filter(|_| run.is_none()) {
            for row in rows.get(1..).unwrap_or_default() {
                self.row_of_commit(columns, row);
            }
        } else if let Some(run) = run {
            for row in rows.get(1..).unwrap_or_default() {
                self.row_of_run(head, (run, &columns), row);
            }
        } else if columns.iter().filter(|label| **label).count() > 1 {
            for row in rows.get(1..).unwrap_or_default() {
                self.row_of_columns(head, &columns, row);
            }
        } else if let (Some(head), Some(row)) = (rows.first(), self.row_of_item(&rows)) {
            self.row_of_columns(head, &columns, row);
        } else if let Some((label, values)) = self.value_columns(&rows) {
            for column in values {
                self.open(None);
                for row in &rows {
                    self.label_and_value(Kind::Line, row.get(label), row.get(column));
                }
                self.close();
            }
        } else if let Some(columns) = self.columns_of_fields(&rows) {
            for row in rows.get(1..).unwrap_or_default() {
                self.row_of_columns(head, &columns, row);
            }
        } else {
            let own = usize::from(!self.is_pair(head));
            for cell in rows.get(..own).unwrap_or_default().iter().flatten() {
                self.lone_cell(cell);
            }
            for row in rows.get(own..).unwrap_or_default() {
                if !self.row_of_attempt(head, row) {
                    self.row_of_one(head, row);
                }
            }
        }
        self.close();
    }

    /// The rows without those, and without the columns, that say what is expected: that is no claim. Of a row that
    /// only said so nothing is left. `Actual status` is the status.
    fn without_expectations(&self, mut rows: Vec<Vec<Stretch>>) -> Vec<Vec<Stretch>> {
        let text = |cell: &Stretch| self.blocks.page.text(cell).trim_end_matches(':').to_lowercase();
        let is_wish = |cell: &Stretch| {
            let head = text(cell);
            WISHES.contains(&head.split(' ').next().unwrap_or_default()) && !self.is_label(cell)
        };
        let head = rows.first().map(Vec::as_slice).unwrap_or_default();
        let wished: Vec<bool> = head.iter().enumerate().map(|(at, cell)| at > 0 && is_wish(cell)).collect();
        if wished.contains(&true) {
            for row in &mut rows {
                let mut columns = wished.iter();
                row.retain(|_| columns.next() != Some(&true));
            }
            rows.retain(|row| row.len() > 1);
        } else {
            let is_of_wishes = |cell: &Stretch| WISHES.contains(&text(cell).as_str());
            rows.retain(|row| row.len() < 3 || !row.first().is_some_and(is_of_wishes));
        }
        rows.into_iter().map(|row| self.as_observed(row)).collect()
    }

    /// A row whose cells do not begin with the word for what was seen: `status` of `Actual status`.
    fn as_observed(&self, row: Vec<Stretch>) -> Vec<Stretch> {
        let bare = |cell: Stretch| {
            let text = self.blocks.page.text(&cell);
            let (first, rest) = text.split_once(' ').unwrap_or_default();
            let known = SEEN.iter().any(|word| first.eq_ignore_ascii_case(word));
            if known && self.forms.is_label(rest) {
                self.blocks.page.behind(&cell, first.len() + 1)
            } else {
                cell
            }
        };
        row.into_iter().map(bare).collect()
    }

    pub(super) fn is_label(&self, cell: &Stretch) -> bool {
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

    /// The column of a table that names a run in each row, under a head that says no more than that: `Run`.
    fn run_column(&self, rows: &[Vec<Stretch>]) -> Option<usize> {
        let (head, rows) = rows.split_first()?;
        let text = |cell: &Stretch| self.blocks.page.text(cell).trim_end_matches(':').trim();
        if head.iter().any(|cell| self.forms.cites(text(cell))) {
            return None;
        }
        let is_run = |cell: &Stretch| RUNS.iter().any(|name| text(cell).eq_ignore_ascii_case(name));
        let run = head.iter().position(is_run)?;
        rows.iter().any(|row| row.get(run).is_some_and(|cell| self.names_run(cell))).then_some(run)
    }

    fn is_status(&self, cell: &Stretch) -> bool {
        self.blocks.page.text(cell).trim_end_matches(':').trim().eq_ignore_ascii_case("status")
    }

    /// Whether a column's head is one of these.
    pub(super) fn is_headed(&self, head: Option<&Stretch>, names: &[&str]) -> bool {
        let text = head.map_or("", |cell| self.blocks.page.text(cell)).trim_end_matches(':').trim();
        names.iter().any(|name| text.eq_ignore_ascii_case(name))
    }

    /// A run, and what the other columns say of it.
    fn row_of_run(&mut self, head: &[Stretch], (run, columns): (usize, &[bool]), row: &[Stretch]) {
        self.open(None);
        if let Some(cell) = row.get(run) {
            self.under("Run artifact", cell);
        }
        for (at, value) in row.iter().enumerate().filter(|(at, _)| *at != run) {
            let named = head.get(at);
            if self.is_empty(value) {
            } else if self.is_headed(named, &OUTCOMES) {
                self.outcome(value);
            } else if self.is_headed(named, &PASSED) {
                match self.truth(value) {
                    Some(word) => self.came_to(word, value),
                    None => self.cell_under(head, at, value),
                }
            } else if columns.get(at) == Some(&true) {
                self.label_and_value(Kind::Column, named, Some(value));
            } else {
                self.cell_under(head, at, value);
            }
        }
        self.close();
    }

    /// A cell that says how a run ended: by a word for that, with or without others behind it, or by a mark; else it
    /// may hold a sentence.
    fn outcome(&mut self, value: &Stretch) {
        let text = self.blocks.page.text(value);
        let marks = text.find(char::is_alphanumeric).unwrap_or(text.len());
        let bare = text.get(marks..).unwrap_or_default();
        let word = bare.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if ENDS.iter().any(|end| word.eq_ignore_ascii_case(end)) {
            let bare = self.blocks.page.behind(value, marks);
            self.under("Run result", &bare);
        } else if let Some(word) = self.truth(value).filter(|_| bare.is_empty()) {
            self.came_to(word, value);
        } else if self.forms.tells(text) {
            self.lone_cell(value);
        } else if !bare.is_empty() {
            self.under("Run result", value);
        }
    }

    /// The word for what a mark, or a yes or no, says of whether a run passed.
    fn truth(&self, value: &Stretch) -> Option<&'static str> {
        let text = self.blocks.page.text(value);
        let said = text.trim_matches(|c: char| !c.is_alphanumeric());
        let is = |words: &[&str]| words.iter().any(|word| said.eq_ignore_ascii_case(word));
        let (ticked, crossed) = (text.contains(is_tick), text.contains(is_cross));
        let yes = is(&YES) || said.is_empty() && ticked;
        let no = is(&NO) || said.is_empty() && crossed;
        match (yes && !crossed, no && !ticked) {
            (true, false) => Some("passed"),
            (false, true) => Some("failed"),
            _ => None,
        }
    }

    /// What a run came to, in a word that the cell says in its own way.
    fn came_to(&mut self, word: &str, value: &Stretch) {
        let page = &mut self.blocks.page;
        page.append_unplaced("Run result: ");
        page.append_unplaced(word);
        page.append_unplaced(" (");
        page.append(value);
        page.append_unplaced(")");
        let words = page.take_whole();
        self.entry(Kind::Column, words);
    }

    /// A cell under a label that the table's head gives in other words.
    fn under(&mut self, label: &str, value: &Stretch) {
        let page = &mut self.blocks.page;
        page.append_unplaced(label);
        page.append_unplaced(": ");
        page.append(value);
        let words = page.take_whole();
        self.entry(Kind::Column, words);
    }

    /// A row under columns of which some are labels: an empty cell says nothing.
    fn row_of_columns(&mut self, head: &[Stretch], columns: &[bool], row: &[Stretch]) {
        self.open(None);
        let mut others = columns.iter().zip(row).filter(|(is_label, _)| !**is_label);
        let of_baseline = others.any(|(_, cell)| self.names_baseline(cell));
        for (at, ((label, is_label), value)) in head.iter().zip(columns).zip(row).enumerate() {
            if !*is_label && of_baseline {
                self.cell_of_baseline(Some(label), value);
            } else if !*is_label {
                self.cell_under(head, at, value);
            } else if self.is_empty(value) {
            } else if of_baseline {
                self.of_baseline(Kind::Column, Some(label), Some(value));
            } else {
                self.label_and_value(Kind::Column, Some(label), Some(value));
            }
        }
        self.close();
    }

    /// The only row below a head that names a status, right in a work item's section: it is the item's own.
    fn row_of_item<'r>(&self, rows: &'r [Vec<Stretch>]) -> Option<&'r [Stretch]> {
        let [head, row] = rows else { return None };
        let status = head.iter().position(|cell| self.is_status(cell))?;
        let states = |cell: &Stretch| self.forms.is_status(self.blocks.page.text(cell));
        // `Status | open` over `Owner | jp` are labels and their values.
        if head.iter().any(states) || !row.get(status).is_some_and(states) {
            return None;
        }
        let heading = self.blocks.entries.iter().rev().find(|entry| entry.kind == Kind::Heading)?;
        self.forms.names_item(self.blocks.page.text(&heading.at)).then_some(row)
    }

    /// The column of statuses, where rows begin with the work items that they are of.
    fn status_column(&self, rows: &[Vec<Stretch>]) -> Option<usize> {
        let (head, rows) = rows.split_first()?;
        let status = head.iter().position(|cell| self.is_status(cell))?;
        rows.iter()
            .any(|row| self.item_column(head, row).is_some_and(|item| item != status))
            .then_some(status)
    }

    /// The first cell that names a work item, and none that others wait for.
    fn item_column(&self, head: &[Stretch], row: &[Stretch]) -> Option<usize> {
        let text = |cell: &Stretch| self.blocks.page.text(cell);
        let is_listed = |at: usize| head.get(at).is_some_and(|cell| self.forms.names_a_list(text(cell)));
        let is_one = |at: usize, cell| self.forms.names_item(text(cell)) && !is_listed(at);
        row.iter().enumerate().position(|(at, cell)| is_one(at, cell))
    }

    /// A work item and its status; each other cell may hold a sentence.
    fn row_of_status(&mut self, status: usize, head: &[Stretch], row: &[Stretch]) {
        let Some(item) = self.item_column(head, row) else { return self.row_of_one(head, row) };
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

    /// A row that is a label and its value: the first cell that is a known label, else the first cell, with what
    /// stands in the next column of values, and in one of the baseline. Each other cell may hold a sentence, and so
    /// may the value.
    fn row_of_one(&mut self, head: &[Stretch], row: &[Stretch]) {
        self.open(None);
        let label = self.label_in(row).unwrap_or(0);
        let is_known = row.get(label).is_some_and(|cell| self.is_field(cell));
        if row.len() == label + 1 {
            self.label_and_value(Kind::Line, row.get(label), None);
        }
        let is_its = |at: usize| head.get(at).is_some_and(|head| self.names_baseline(head));
        let its_columns: Vec<bool> = (0..row.len()).map(is_its).collect();
        let is_its_row = row.len() > 1 && row.first().is_some_and(|cell| self.names_baseline(cell));
        let is_its = |at: usize| is_its_row || its_columns.get(at) == Some(&true);
        let mut told = false;
        for (at, value) in row.iter().enumerate().skip(label + 1) {
            if is_its_row {
                self.cell_of_baseline(head.get(at), value);
            } else if is_its(at) && is_known {
                self.of_baseline(Kind::Line, row.get(label), Some(value));
            } else if is_its(at) {
                self.cell_of_baseline(row.get(label), value);
            } else if !(told || is_known && self.explains(head.get(at), value)) {
                told = true;
                self.label_and_value(Kind::Line, row.get(label), Some(value));
            }
        }
        for (_, cell) in row.iter().enumerate().filter(|(at, _)| *at != label && !is_its(*at)) {
            self.lone_cell(cell);
        }
        self.close();
    }

    pub(super) fn lone_cell(&mut self, cell: &Stretch) {
        if !self.is_empty(cell) {
            self.entry(Kind::Cell, cell.clone());
        }
    }

    /// A field of the baseline.
    pub(super) fn of_baseline(&mut self, kind: Kind, label: Option<&Stretch>, value: Option<&Stretch>) {
        let page = &mut self.blocks.page;
        // A label that says so itself needs no more.
        if !label.is_some_and(|label| page.text(label).to_ascii_lowercase().starts_with("baseline")) {
            page.append_unplaced("Baseline ");
        }
        self.label_and_value(kind, label, value);
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
