//! Which field a label speaks of, and whose: the run's, or its baseline's.

use std::ops::Range;
use std::sync::Arc;

use super::{Reader, Section, Told};
use crate::collect::sot::lines;
use crate::profile::Documents;

impl Reader<'_> {
    /// The field that a label speaks of. Among evidence a status that no work item can have is the run's.
    pub(super) fn pointer(&self, named: &str, stated: &str, section: Section) -> Option<Arc<str>> {
        let known = self.documents.label_named(named);
        let is_beside = || named == "status" || known.is_some_and(|to| to.starts_with("/tests/"));
        let of_baseline = known.is_none_or(|to| !to.starts_with("/baseline/"))
            && match section.told {
                Told::Run => false,
                Told::BesideBaseline => is_beside(),
                Told::Baseline => true,
            };
        if of_baseline {
            return self.documents.label_named(&format!("baseline {named}")).map(Arc::clone);
        }
        if let Some(pointer) = known {
            return Some(Arc::clone(pointer));
        }
        // `All unit tests passed: 4` counts them.
        if let Some((whose, pointer)) = self.counted(named, stated) {
            return is_own(whose).then_some(pointer);
        }
        let ended = || {
            ["pass", "fail", "failed"].iter().any(|it| lines::status_word(stated).eq_ignore_ascii_case(it))
        };
        (named == "status" && section.dated && ended()).then(|| "/status".into())
    }

    /// The words before a label that counts tests, and the field that it speaks of.
    pub(super) fn counted<'n>(&self, named: &'n str, stated: &str) -> Option<(&'n str, Arc<str>)> {
        stated.chars().next().filter(char::is_ascii_digit)?;
        let (before, _) = named.rsplit_once(' ')?;
        let (whose, _) = before.rsplit_once(' ')?;
        let label = named.get(whose.len() + 1..)?;
        let pointer = self.documents.label_named(label).filter(|to| to.starts_with("/tests/"))?;
        Some((whose, Arc::clone(pointer)))
    }
}

/// The section for a part of a sentence that stands in brackets, or behind a dash or a colon: of what was said of the baseline it
/// is a part.
pub(super) fn behind_baseline(before: &str, section: Section, documents: &Documents) -> Section {
    let is_joined = before.ends_with([' ', '(']) && before.trim_end().ends_with(['(', '-', '–', '—', ':']);
    let own = before.trim_end_matches(['(', '-', '–', '—', ':', ' ']);
    let own = own.rsplit([',', ';', ':']).next().unwrap_or_default().to_ascii_lowercase();
    // "Baseline: fail (2 of 4 tests passed)": what stands behind its name is all of it.
    let is_its = || before.split_once(':').is_some_and(|(name, _)| documents.names_baseline(name));
    if is_joined && own.contains("baseline") || is_its() { section.behind("/baseline/") } else { section }
}

/// Whether the words before a claim of a pass give it to the baseline: "The same-run fake baseline " names no run.
pub(super) fn is_of_baseline(before: &str) -> bool {
    const RUNS: [&str; 9] =
        ["run", "runs", "retry", "attempt", "attempts", "evaluation", "loop", "stage", "harness"];
    let before = before.to_ascii_lowercase().replace("same-run", "").replace("same run", "");
    let own =
        [";", " and ", " but "].iter().fold(&*before, |own, mark| own.rsplit(mark).next().unwrap_or(own));
    let is_run = |word: &str| RUNS.contains(&word);
    own.contains("baseline") && !own.split(|c: char| !c.is_alphanumeric()).any(is_run)
}

/// What a label's value says of the same field of the baseline, in brackets or behind a mark: `4` of `7 (baseline: 4)`;
/// with where the run's own value ends.
pub(super) fn of_baseline_beside(stated: &str) -> Option<(usize, Range<usize>)> {
    let at = stated.to_ascii_lowercase().find("baseline")?;
    let before = stated.get(..at)?;
    let own = before.trim_end_matches([' ', '(', ',', ';', '-', '–', '—']).len();
    let rest = stated.get(at + "baseline".len()..)?;
    let value = [": ", " = ", " was ", " "].iter().find_map(|mark| rest.strip_prefix(mark))?;
    let is_told = rest.starts_with(": ") || value.starts_with(|c: char| c.is_ascii_digit());
    let value = value.trim_end_matches([')', '.', ' ']);
    let is_one = !value.is_empty() && !value.contains([',', ';', '(', ')', ':']);
    (is_told && is_one && 0 < own && own < before.len()).then(|| (own, lines::part_of(stated, value)))
}

/// Words before a label that counts tests which leave them the run's own: `All unit`. Whether a stage is the run's is
/// told by its report.
fn is_own(words: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    words.split(' ').all(|word| OWN.contains(&word) || is_number(word))
}

const OWN: [&str; 18] = [
    "all",
    "of",
    "the",
    "its",
    "our",
    "this",
    "total",
    "number",
    "unit",
    "fixture",
    "integration",
    "regression",
    "end-to-end",
    "case",
    "harness",
    "real",
    "run",
    "stage",
];
