//! Columns whose heads are no labels by themselves, and make a claim with what stands below them: `Exit code` over `0`,
//! `Passed` beside `Failed`, `Commit` beside `Subject`.
//!
//! A claim must not depend on its layout: what the head and the cell say with a colon between them they say in a table.

use super::super::super::words::Stretch;
use super::super::{Kind, Reader};

/// Heads of columns that count a run's tests, where both are there.
const PASSED: [&str; 2] = ["passed", "pass"];
const FAILED: [&str; 2] = ["failed", "fail"];

/// Heads of columns of commits, of what these are called, and of whose they are.
const COMMITS: [&str; 6] = ["commit", "commit id", "commit hash", "commit sha", "sha", "hash"];
const SUBJECTS: [&str; 5] = ["subject", "message", "commit message", "title", "summary"];
const REPOSITORIES: [&str; 3] = ["repository", "repo", "project"];

/// Where a table of commits has the ids, the subjects and the repositories' names.
pub(super) type Commits = (usize, usize, Option<usize>);

impl Reader<'_> {
    /// A cell under a head that is no label: with it a number of tests or a sentence of the profile, else what it says
    /// by itself.
    pub(super) fn cell_under(&mut self, head: &[Stretch], at: usize, value: &Stretch) {
        let (named, text) = (head.get(at), self.blocks.page.text(value));
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let has = |names: &[&str]| head.iter().any(|cell| self.is_headed(Some(cell), names));
        let counts = is_number && has(&PASSED) && has(&FAILED);
        if counts && self.is_headed(named, &PASSED) {
            self.under("Tests passed", value);
        } else if counts && self.is_headed(named, &FAILED) {
            self.under("Tests failed", value);
        } else if self.states_under(named, text) {
            self.label_and_value(Kind::Column, named, Some(value));
        } else {
            self.lone_cell(value);
        }
    }

    /// Whether a cell says nothing by itself, and is a sentence of the profile with its column's head.
    fn states_under(&self, named: Option<&Stretch>, text: &str) -> bool {
        let of = named.map_or("", |named| self.blocks.page.text(named)).trim_end_matches(':');
        let is_said = |of: &str| self.forms.states(&format!("{of}: {text}"));
        !(of.is_empty() || text.is_empty() || self.forms.tells(text)) && is_said(of)
    }

    /// The columns of a table that lists commits with their subjects.
    pub(super) fn columns_of_commits(&self, rows: &[Vec<Stretch>]) -> Option<Commits> {
        let (head, rows) = rows.split_first()?;
        let column = |names: &[&str]| head.iter().position(|cell| self.is_headed(Some(cell), names));
        let (commit, subject) = (column(&COMMITS)?, column(&SUBJECTS)?);
        let is_one = |row: &Vec<Stretch>| row.get(commit).is_some_and(|cell| self.is_commit(cell));
        rows.iter().any(is_one).then(|| (commit, subject, column(&REPOSITORIES)))
    }

    fn is_commit(&self, cell: &Stretch) -> bool {
        self.forms.is_commit(self.blocks.page.text(cell))
    }

    /// A commit and its subject; each other cell may hold a sentence.
    pub(super) fn row_of_commit(&mut self, (commit, subject, repository): Commits, row: &[Stretch]) {
        self.open(None);
        let id = row.get(commit).filter(|cell| self.is_commit(cell));
        if let Some(id) = id {
            let page = &mut self.blocks.page;
            match repository.and_then(|at| row.get(at)).filter(|name| !page.text(name).is_empty()) {
                Some(name) => {
                    page.append(name);
                    page.append_unplaced(" commit: ");
                }
                None => page.append_unplaced("Commit: "),
            }
            page.append(id);
            page.append_unplaced(" ");
            if let Some(subject) = row.get(subject) {
                page.append(subject);
            }
            let words = page.take_whole();
            self.entry(Kind::Column, words);
        }
        let told = [Some(commit), Some(subject), repository];
        for (_, cell) in row.iter().enumerate().filter(|(at, _)| id.is_none() || !told.contains(&Some(*at)))
        {
            self.lone_cell(cell);
        }
        self.close();
    }
}
