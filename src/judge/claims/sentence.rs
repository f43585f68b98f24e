//! Sentences that the profile knows, held against the cited report: by what the profile requires of it, and by the
//! numbers that the sentence itself gives.

use super::compare::{Number, number, says, shown};
use super::decide::{Bench, Ruling};
use super::fields::{field, told_in};
use super::index::{Cited, Opened};
use super::strays::denies_tests;
use super::subject::agreed;
use super::tables::At;
use super::why::Why;
use crate::collect::sot::Statement;
use crate::evidence::Pointer;
use crate::judge::ClaimVerdict;
use crate::profile::Given;
use crate::rule::Cause;

impl<'a> Bench<'a> {
    /// What a sentence comes to, and what it states.
    pub(super) fn sentence(
        &self,
        statement: &'a Statement,
        at: usize,
        said: &str,
        citation: Option<At>,
    ) -> (Ruling<'a>, String) {
        let profile = self.grounds.judge.profile;
        let spec = profile.spec.documents.sentence.get(at);
        let (stated, pointer) = spec.map_or(("", ""), |spec| (spec.stated.as_str(), spec.field.as_str()));
        let known = profile.documents().ok().and_then(|documents| documents.sentence_at(at));
        let given = known.map(|sentence| sentence.values(said)).unwrap_or_default();
        let ends = known.and_then(|sentence| sentence.says(said)).filter(|_| pointer.contains("/tests/"));
        let behind = ends.and_then(|range| said.get(range.end..)).unwrap_or_default();
        let numbers = given.iter().map(|given| named(given, given.text));
        let numbers = Some(numbers.collect::<Vec<_>>().join(", ")).filter(|_| !given.is_empty());
        let of_numbers = || numbers.clone().unwrap_or_else(|| stated.to_owned());
        let of_run = |cited: &'a Cited<'a>| {
            let (ruling, stated) = match cited.answers.sentences.get(at) {
                Some(Err(cause)) => (unanswered(&cited.facts, pointer, cause), of_numbers()),
                None => (Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged), of_numbers()),
                Some(Ok(holds)) => match differing(&cited.facts, &given) {
                    Some(ruling) => (ruling, of_numbers()),
                    None if *holds && denies_tests(behind, &cited.facts, pointer) => {
                        (otherwise(&cited.facts, pointer), of_numbers())
                    }
                    None if *holds => (standing(&cited.facts, pointer, &given), of_numbers()),
                    None => (otherwise(&cited.facts, pointer), stated.to_owned()),
                },
            };
            let ruling = Ruling { run: Some(&cited.facts), ..ruling };
            (self.reliable(ruling, &cited.facts, pointer), stated)
        };
        let told = |subject| match subject {
            Ok((named, cited)) => {
                let (ruling, stated) = of_run(cited);
                (Ruling { named, ..ruling }, stated)
            }
            Err(ruling) => (ruling, of_numbers()),
        };
        let told = agreed(self.subjects(statement, citation).into_iter().map(told).collect());
        let (ruling, stated) =
            told.unwrap_or_else(|| (Ruling::new(ClaimVerdict::Unsupported, Why::Uncited), of_numbers()));
        (self.fitting(ruling, &[said]), stated)
    }
}

/// `passed 4`
fn named(given: &Given<'_, '_>, value: &str) -> String {
    format!("{} {value}", given.group.replace('_', " "))
}

fn standing<'a>(facts: &'a Opened<'a>, pointer: &str, given: &[Given<'_, '_>]) -> Ruling<'a> {
    let ruling = Ruling::new(ClaimVerdict::Supported, Why::Stands);
    match given.first() {
        Some(first) => ruling.found(found_of(facts, given), field(facts, pointer_of(first)).1),
        None => {
            let (found, place) = field(facts, pointer);
            ruling.found(shown(found), place)
        }
    }
}

fn otherwise<'a>(facts: &'a Opened<'a>, pointer: &str) -> Ruling<'a> {
    let (found, place) = field(facts, pointer);
    let found = lacking(facts, pointer).unwrap_or_else(|| shown(found));
    Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted).found(found, place)
}

/// The report's values beside those that a sentence gives, where one of them is another.
fn differing<'a>(facts: &'a Opened<'a>, given: &[Given<'_, '_>]) -> Option<Ruling<'a>> {
    let other = given.iter().find(|given| !is_same(facts, given))?;
    let pointer = pointer_of(other);
    let found = lacking(facts, pointer).unwrap_or_else(|| found_of(facts, given));
    let ruling = Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted);
    Some(ruling.found(found, field(facts, pointer).1))
}

fn pointer_of<'s>(given: &Given<'s, '_>) -> &'s str {
    given.pointers.first().map_or("", String::as_str)
}

fn is_same(facts: &Opened<'_>, given: &Given<'_, '_>) -> bool {
    // Of files and tests "no" is a number; "no" of anything else is none.
    let text = if given.text.eq_ignore_ascii_case("no") { "none" } else { given.text };
    match given.pointers {
        [pointer] => says(text, field(facts, pointer).0, pointer),
        several => {
            let stated = number(text, "").or_else(|| text.eq_ignore_ascii_case("none").then_some(NONE));
            sum(facts, several).is_some_and(|sum| stated == Some(Number::Whole(sum)))
        }
    }
}

const NONE: Number = Number::Whole(0);

fn sum(facts: &Opened<'_>, pointers: &[String]) -> Option<i128> {
    pointers.iter().map(|pointer| field(facts, pointer).0?.as_i64().map(i128::from)).sum()
}

fn found_of(facts: &Opened<'_>, given: &[Given<'_, '_>]) -> String {
    let found = given.iter().map(|given| match given.pointers {
        [pointer] => named(given, &shown(field(facts, pointer).0)),
        several => {
            named(given, &sum(facts, several).map_or_else(|| "nothing".to_owned(), |sum| sum.to_string()))
        }
    });
    found.collect::<Vec<_>>().join(", ")
}

/// Of a report that has nothing where a sentence looks: a run's says that there was none, and so it denies what is
/// said of it. A validator's speaks of other things.
fn unanswered<'a>(facts: &'a Opened<'a>, pointer: &str, cause: &Cause) -> Ruling<'a> {
    let unverifiable = Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged);
    match lacking(facts, pointer) {
        Some(_) if facts.is_validator() => {
            let what = pointer.trim_start_matches('/').replace(['/', '_'], " ");
            unverifiable.because(format!("it cites a validator's report, which tells nothing of {what}"))
        }
        Some(_) => otherwise(facts, pointer),
        None => unverifiable.because(format!("what the profile requires can't be judged: {}", cause.0)),
    }
}

/// `no tests`, where the report has nothing at the first part of a pointer that leads on.
fn lacking(facts: &Opened<'_>, pointer: &str) -> Option<String> {
    let (node, pointer) = told_in(facts, pointer);
    let (mut node, pointer) = (node?, Pointer::parse(pointer));
    let mut segments = pointer.segments().peekable();
    while let Some(segment) = segments.next() {
        let leads_on = segments.peek().is_some();
        match node.get(segment).filter(|node| !node.is_null()) {
            Some(next) => node = next,
            None if leads_on => return Some(format!("no {}", segment.replace('_', " "))),
            None => return node.get(segment).is_none().then(|| "nothing".to_owned()),
        }
    }
    None
}
