//! What stands behind a value or a sentence and denies it by numbers, or by tests that it leaves out: "All tests
//! passed but one", `pass (6 of 7)`, "7 passed, 0 failed, 1 error". It is held against the report's own numbers.

use std::sync::LazyLock;

use regex::Regex;

use super::compare::{Number, number};
use super::fields::field;
use super::index::Opened;
use crate::collect::sot::NUMBERS;
use crate::evidence::Node;
use crate::text::pattern;

/// Tests that failed, or that are left out, behind words that say that tests passed.
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"(?P<number>\d+|some|several|many|most|others|{})", NUMBERS.join("|"));
    let left = format!(r"(?P<left>\d+|some|several|a few|{})", NUMBERS.join("|"));
    let failed = "(?:fail|failed|fails|failing|failures?|errors?|errored|broke|crashed)";
    let tests = "(?:of (?:them|these|the)|tests?)";
    pattern(&format!(
        r"(?i)(?:^|[^\w-]){number} (?:{tests} )?(?:had |has |have |still |also |then )?{failed}\b|\b(?:but|except|save|bar|apart from|other than)(?: for)? {left}(?:$|[,.;)]| {tests}\b)"
    ))
});

/// What makes a clause one on another time, or on somebody else's tests.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    let words = "baseline|before|without|earlier|previous(?:ly)?|until|unpatched|attempts?|runs?|retries|warnings?|no";
    pattern(&format!(r"(?i)\b(?:{words})\b"))
});

/// So many of so many, and the number of a stage.
static COUNTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:^|[ (])(?P<part>\d+) ?(?:/|of|out of) ?(?P<whole>\d+)(?:$|[ ,;.)])"));
static STAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bstage (?P<stage>\d+)\b"));
static BASELINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^\W*(?:of|in|for|by|from|with) (?:the |its |our )?(?:fake )?baseline\b")
});

/// What a pass is said to have had, right behind the words that claim it: so many tests, no baseline.
static WITH: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"(?:\d+|{})", NUMBERS.join("|"));
    let of = format!(r"(?: ?(?:of|out of|/) ?(?:the |its |our )?(?P<whole>{number}))");
    let only = "(?:only |just |all |exactly |a total of )*";
    let tests = "(?:fixture |unit )?(?:passing |passed |green )?tests?";
    pattern(&format!(
        r"(?i)^(?:,? with|,? at) {only}(?P<part>{number}){of}?(?: (?:of (?:the |its |our )?)?{tests}\b)|^(?:,? with|,? at)? [(]?{only}(?P<bare>{number}) ?(?:of|out of|/) ?(?P<total>{number})(?: {tests})?(?: passed)?(?:$|[,.;)!])"
    ))
});
static NO_BASELINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[^,;(]{0,60}?,? [(]?(?:without|with no|but without|but with no) (?:an?y? |the |its |our )?(?:same[ -]run |fake |comparable )*baseline(?: (?:run|evaluation|report|comparison))?(?:$|[,.;)!]| (?:and|but|or|at all)\b)",
    )
});

/// What a report has, where the words behind a claim of a pass give the run another number of tests, or no baseline:
/// "passed with 3 of 4 tests".
pub(super) fn denies_pass(behind: &str, facts: &Opened<'_>) -> Option<(String, &'static str)> {
    let (passed, failed) = (tests(facts, "", "passed"), tests(facts, "", "failed"));
    if NO_BASELINE.is_match(behind) && field(facts, "/baseline").0.is_some_and(|it| !it.is_null()) {
        return Some(("a baseline".to_owned(), "/baseline"));
    }
    let own = passed.zip(failed).and_then(|(passed, failed)| passed.checked_add(failed));
    let is = |word: &str, own: Option<i64>| match number(word, "") {
        Some(Number::Whole(count)) => own.map(i128::from) == Some(count),
        _ => false,
    };
    let miscounted = WITH.captures(behind).is_some_and(|found| {
        // "… with 2 tests failing in the baseline": another word, or another time.
        let end = found.get(0).map_or(0, |whole| whole.end());
        let near = behind.get(end..).unwrap_or_default().split([',', ';', ')']).next().unwrap_or_default();
        let fails = ["fail", "skip", "err", "red"].iter().any(|word| near.trim_start().starts_with(word));
        if fails || ELSEWHERE.is_match(near) {
            return false;
        }
        let part = found.name("part").or(found.name("bare")).map_or("", |it| it.as_str());
        match found.name("whole").or(found.name("total")) {
            Some(whole) => !(is(part, passed) && is(whole.as_str(), own)),
            None => !(is(part, passed) || is(part, own)),
        }
    });
    let remark = behind.split([',', ';', ')']).next().unwrap_or_default();
    let has_with = [" with ", " ("].iter().any(|mark| behind.starts_with(mark));
    let told =
        || (format!("tests passed {}, failed {}", passed.unwrap_or(0), failed.unwrap_or(0)), "/tests");
    (miscounted || has_with && denies_tests(remark, facts, "")).then(told)
}

/// Whether words behind a sentence on tests tell of tests that failed which the report does not have.
pub(super) fn denies_tests(behind: &str, facts: &Opened<'_>, pointer: &str) -> bool {
    let Some(failed) = tests(facts, pointer, "failed") else { return false };
    behind.split(';').any(|clause| {
        let mut found = FAILED.captures_iter(clause);
        found.any(|found| {
            let word = found.name("number").or(found.name("left")).map_or("", |word| word.as_str());
            let agrees = match number(word, "") {
                Some(Number::Whole(count)) => i128::from(failed) == count,
                _ => failed > 0,
            };
            let from = found.get(0).map_or(0, |whole| whole.start());
            let near = clause.get(from..).unwrap_or_default();
            let near = near.split(',').next().unwrap_or_default();
            let before = clause.get(..from).unwrap_or_default().rsplit(',').next().unwrap_or_default();
            !agrees && !ELSEWHERE.is_match(near) && !ELSEWHERE.is_match(before)
        })
    })
}

/// Whether a remark on a value gives numbers that are none of the run's, or gives the value to another.
pub(super) fn denies_value(stated: &str, facts: &Opened<'_>, pointer: &str) -> bool {
    let cut = stated.find([' ', ',', ';', '(']).unwrap_or(stated.len());
    let remark = stated.get(cut..).unwrap_or_default();
    if remark.trim().is_empty() || !is_outcome(pointer) {
        return false;
    }
    let (passed, failed) = (tests(facts, pointer, "passed"), tests(facts, pointer, "failed"));
    let sum = passed.zip(failed).and_then(|(passed, failed)| passed.checked_add(failed));
    let is = |text: &str, own: Option<i64>| text.parse().is_ok_and(|number: i64| Some(number) == own);
    let miscounted = COUNTED.captures(remark).is_some_and(|found| {
        let fits = |own| is(&found["part"], own) && is(&found["whole"], sum);
        !(fits(passed) || fits(failed))
    });
    let stage = field(facts, "/stage").0.and_then(Node::as_i64);
    let staged = STAGE.captures(remark).is_some_and(|found| !is(&found["stage"], stage));
    let of_baseline = !pointer.starts_with("/baseline/") && BASELINE.is_match(remark);
    let counts = pointer.ends_with("/tests/passed") || pointer.ends_with("/status");
    miscounted && pointer.ends_with("status")
        || staged
        || of_baseline
        || counts && denies_tests(remark, facts, pointer)
}

/// Whether a field tells what came out, in a word or a number.
fn is_outcome(pointer: &str) -> bool {
    pointer.ends_with("status") || pointer.contains("/tests/") || pointer.ends_with("/backend_exit_code")
}

/// How many of the tests passed or failed that a field is told of: the run's own, or its baseline's.
fn tests(facts: &Opened<'_>, pointer: &str, which: &str) -> Option<i64> {
    let whose = if pointer.starts_with("/baseline") { "/baseline" } else { "" };
    field(facts, &format!("{whose}/tests/{which}")).0.and_then(Node::as_i64)
}
