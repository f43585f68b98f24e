//! What says that something passed, and not what: "It passed.", `Passed.`
//!
//! It speaks of what stands before it: of a run, or of a check, where that is a citation or a claim. Behind any other
//! prose nobody can tell what passed, and nothing is claimed.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Reader;
use crate::collect::sot::blocks::Kind;
use crate::collect::sot::checks;
use crate::collect::sot::model::{Citation, Pass, StatementKind};
use crate::collect::sot::sentences::{self, pass};
use crate::collect::sot::words::Words;
use crate::text::pattern;

/// Words for a run.
static RUN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:runs?|retry|retries|attempts?|evaluations?|loop)\b"));

impl Reader<'_> {
    /// Whether a text says that something passed, and no more than that.
    pub(super) fn is_lone(&self, text: &str) -> bool {
        self.documents.pass_lone.as_ref().is_some_and(|lone| lone.is_match(sentences::bare(text)))
    }

    /// The pass that such a text claims, where a run, a check or a claim stands before it.
    pub(super) fn lone_pass(&self, at: usize, words: &Words<'_>) -> Option<Pass> {
        let (text, lone) = (sentences::bare(words.text), self.documents.pass_lone.as_ref()?);
        // A table's cell is said of its row.
        let is_cell = self.blocks.entries.get(at).is_some_and(|entry| entry.kind == Kind::Cell);
        let found = lone.captures(text).filter(|_| !is_cell)?;
        let claim: Range<usize> = found.name("claim")?.range();
        if found.name("what").is_some() {
            return pass(text, claim, None, lone, self.documents);
        }
        let ends = [&self.citation_entries, &self.statement_entries].map(|all| Some(all.last()?.0));
        let told = ends.into_iter().flatten().max();
        let before = words.before();
        let above = at.checked_sub(1).and_then(|above| self.blocks.entries.get(above));
        let is_its = if before.trim().is_empty() {
            told.is_some_and(|told| told + 1 >= at) || above.is_none_or(|it| it.kind == Kind::Heading)
        } else {
            told == Some(at) || RUN.is_match(before)
        };
        let said = is_its.then(|| pass(text, claim, None, lone, self.documents)).flatten()?;
        Some(Pass { lone: true, ..said })
    }
}

/// What a lone pass is, beside the citation that it speaks of: of a check's it is that check's.
pub(super) fn of_cited(cited: Option<&Citation>) -> Option<StatementKind> {
    let what = cited.map(|cited| &*cited.what.text).filter(|what| checks::is_check(what))?;
    Some(StatementKind::Validator { what: what.into(), command: None, failed: false })
}
