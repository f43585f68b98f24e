//! Which of several cited runs a sentence picks: "the first run", "the retry".

use std::sync::LazyLock;

use regex::Regex;

use crate::collect::sot::Citation;
use crate::text::{pattern, plain};

/// A run that is picked by its place among others: "the second run", "the last Stage 2 attempt".
static ORDINAL: LazyLock<Regex> = LazyLock::new(|| {
    let places = "first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last|latest|final";
    pattern(&format!(
        r"(?i)\b(?P<place>{places})\s+(?:[\w.-]+\s+){{0,3}}?(?:run|retry|attempt|evaluation|loop)\b"
    ))
});
const PLACES: [[&str; 2]; 5] =
    [["first", "1st"], ["second", "2nd"], ["third", "3rd"], ["fourth", "4th"], ["fifth", "5th"]];

/// Words of a citation's label that tell no run from another.
const SAYS_NO_RUN: [&str; 9] = ["", "run", "the", "a", "case", "stage", "real", "harness", "evidence"];

/// One of the runs that a section cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picked {
    /// By the citation's number.
    One(usize),
    /// It can't be told which one.
    Unclear,
}

/// Which of the runs that a section cites the words before a claim pick: by a word of the label that cites it and no other one
/// (`Second run artifact`, `Retry artifact`), or by its place among them.
pub(super) fn picked(before: &str, cited: &[(usize, &Citation)]) -> Option<Picked> {
    let mut runs: Vec<&str> = cited.iter().filter_map(|(_, cited)| cited.run.as_deref()).collect();
    let in_order = runs.is_sorted();
    runs.dedup();
    let (first, _) = cited.first()?;
    if runs.len() < 2 {
        return None;
    }
    let words = plain(before);
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).collect();
    let of_label = |cited: &Citation| {
        let label = plain(&cited.what.text);
        let own = label.split(' ').filter(|word| !SAYS_NO_RUN.contains(word));
        own.map(str::to_owned).collect::<Vec<_>>()
    };
    let labels: Vec<Vec<String>> = cited.iter().map(|(_, cited)| of_label(cited)).collect();
    let is_picked = |at: usize| {
        let others = || labels.iter().enumerate().filter(|(other, _)| *other != at);
        let is_own = |word: &&String| !others().any(|(_, label)| label.contains(word));
        let own = labels.get(at).map(Vec::as_slice).unwrap_or_default();
        own.iter().filter(is_own).any(|word| words.contains(&word.as_str()))
    };
    let mut picked = (0..cited.len()).filter(|at| is_picked(*at));
    match (picked.next(), picked.next()) {
        (Some(at), None) => return cited.get(at).map(|(number, _)| Picked::One(*number)),
        (Some(_), Some(_)) => return Some(Picked::Unclear),
        (None, _) => {}
    }
    let place = ORDINAL.captures(before)?.name("place")?.as_str().to_lowercase();
    let at = PLACES.iter().position(|names| names.contains(&place.as_str()));
    let at = at.unwrap_or(runs.len() - 1);
    match runs.get(at) {
        None => Some(Picked::Unclear),
        Some(_) if !in_order => Some(Picked::Unclear),
        Some(run) => {
            let one = cited.iter().find(|(_, cited)| cited.run.as_deref() == Some(run));
            Some(Picked::One(one.map_or(*first, |(number, _)| *number)))
        }
    }
}
