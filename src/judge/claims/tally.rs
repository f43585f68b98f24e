//! How many tests passed or failed, beside the other number and the sum: `4 of 4`, `4 (0 failed)`, `0, passed: 4`.

use std::sync::LazyLock;

use regex::Regex;

use super::compare::{Number, number};
use super::dress::unadorned;
use super::fields::field;
use super::index::Opened;
use crate::collect::sot::NUMBERS;
use crate::text::pattern;

/// The ends of pointers to the run's tests, and to those of its baseline.
const PASSED: &str = "/tests/passed";
const FAILED: &str = "/tests/failed";

/// A number of one kind of tests, with the sum behind it and the other number, in either order of its words; what
/// follows is a remark.
static TALLY: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"(?:\d+(?:[,_]\d{{3}})*|none|no|{})", NUMBERS.join("|"));
    let word = "(?:pass(?:ed)?|fail(?:ed|ures?)?)";
    // A stroke with spaces around it parts two numbers.
    let other = format!(
        r"(?P<other>{number})(?: tests?)? (?P<what>{word})|(?P<named>{word}):? ?(?P<behind>{number})"
    );
    let total =
        format!(r"(?:(?: ?[(]?(?:out )?of |/)(?:the |its |all )?(?P<total>{number})(?: tests?)?[)]?)?");
    let beside = format!(r"(?:(?: ?[,;(/—–-]| and| but| with)+ ?(?:{other})\b[)]?)?");
    let own = format!(r"(?P<all>all )?(?P<own>{number})(?: tests?)?(?: {word})?");
    pattern(&format!(r"(?i)^{own}{total}{beside}(?:$|[,;.:()]| [(–—-]| \D)"))
});

/// What stands before the end of a pointer to a number of tests: nothing, or `/baseline`.
fn whose(pointer: &str) -> Option<&str> {
    [PASSED, FAILED].iter().find_map(|end| pointer.strip_suffix(end))
}

/// What a number of tests that passed or failed says beside itself, and how much of it.
pub(super) struct Tally<'t> {
    own: &'t str,
    total: Option<&'t str>,
    /// The other number, and whether it is of those that failed.
    other: Option<(&'t str, bool)>,
    /// What stands behind all of them.
    pub rest: &'t str,
}

impl<'t> Tally<'t> {
    /// None of what gives no more than a number, or begins otherwise.
    pub fn of(stated: &'t str, pointer: &str) -> Option<Self> {
        whose(pointer)?;
        let stated = unadorned(stated);
        let found = TALLY.captures(stated)?;
        let part = |name: &str| found.name(name).map(|part| part.as_str());
        let is_failed = |word: &str| word.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("fail"));
        let other = part("other").zip(part("what")).or(part("behind").zip(part("named")));
        let other = other.map(|(number, word)| (number, is_failed(word)));
        // All of them are as many as there are.
        let total = part("total").or_else(|| part("all").and(part("own")));
        let last =
            ["own", "total", "what", "behind"].iter().filter_map(|name| Some(found.name(name)?.end()));
        let rest = stated.get(last.max()?..).unwrap_or_default();
        (total.is_some() || other.is_some()).then_some(Self { own: part("own")?, total, other, rest })
    }

    /// Whether every number of it is the report's.
    pub fn stands(&self, facts: &Opened<'_>, pointer: &str) -> bool {
        let Some(whose) = whose(pointer) else { return false };
        let at = |pointer: &str| field(facts, pointer).0.and_then(crate::evidence::Node::as_i64);
        let value = |end: &str| at(&format!("{whose}{end}"));
        let is = |stated: &str, found: Option<i64>| {
            let none = ["none", "no"].iter().any(|word| stated.eq_ignore_ascii_case(word));
            let stated = if none { Some(Number::Whole(0)) } else { number(stated, "") };
            found.is_some_and(|found| stated == Some(Number::Whole(i128::from(found))))
        };
        let sum = || value(PASSED)?.checked_add(value(FAILED)?);
        is(self.own, at(pointer))
            && self.total.is_none_or(|total| is(total, sum()))
            && self
                .other
                .is_none_or(|(other, failed)| is(other, value(if failed { FAILED } else { PASSED })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tests_are_told_apart() {
        let read = |text: &str| {
            let tally = Tally::of(text, PASSED)?;
            let other = tally.other.map_or(String::new(), |(other, failed)| format!("{other} {failed}"));
            Some(format!("{}|{}|{other}|{}", tally.own, tally.total.unwrap_or_default(), tally.rest))
        };
        for (text, parts) in [
            ("4 of 5", "4|5||"),
            ("4/5", "4|5||"),
            ("4 (of 5)", "4|5||)"),
            ("all 4 out of the 5 tests", "4|5||"),
            ("4, failed: 1", "4||1 true|"),
            ("4 (1 failed)", "4||1 true|)"),
            ("4 passed / 1 failed", "4||1 true|"),
            ("none, 9 passed", "none||9 false|"),
            ("four of four, none failed", "four|four|none true|"),
            ("4 of 4 — as expected", "4|4|| — as expected"),
            ("all 4", "4|4||"),
            ("4 (no failures)", "4||no true|)"),
        ] {
            let read = read(text).map(|it| it.replace(" tests", ""));
            assert_eq!(read.as_deref(), Some(parts), "{text}");
        }
        for text in ["4", "4 tests", "4 (all of them)", "4, as expected", "soon", "1.2.3"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
