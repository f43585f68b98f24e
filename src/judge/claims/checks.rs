//! What a validator's report has to say, so that its checks passed, as many as a document says.

use std::sync::LazyLock;

use regex::Regex;

use super::compare::{Number, number, same_words, shown};
use super::fields::field;
use super::index::Opened;
use crate::collect::sot::{NUMBERS, Said};
use crate::evidence::Node;
use crate::text::{Place, pattern};

/// `5 checks`, `5/5 checks`, `5 of 5`: how many there are, and how many of them passed.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"(?:\d+|both|{})", NUMBERS.join("|"));
    pattern(&format!(
        r"(?i)\b(?:(?:(?P<passed>{number}) (?:out )?of (?:the |its |all )?)(?P<all>{number})|(?:(?P<some>{number})/)?(?P<only>{number}) checks?)\b"
    ))
});

/// How many checks a report has, or how many of them passed, where a sentence says otherwise.
pub(super) fn miscounted<'a>(
    facts: &'a Opened<'a>,
    is_sentence: bool,
    said: &str,
) -> Option<(String, Option<(&'a Opened<'a>, Place)>)> {
    let found = COUNTED.captures(said).filter(|_| is_sentence)?;
    let (checks, place) = field(facts, "/checks");
    let checks = checks.and_then(Node::as_list).unwrap_or_default();
    let passed = checks
        .iter()
        .filter(|check| matches!(check.get("status").and_then(Node::as_str), Some("pass" | "passed")));
    let passed = passed.count();
    let is = |names: [&str; 2], count: usize| {
        let stated = names.into_iter().find_map(|name| found.name(name));
        let stated =
            stated.map(|it| if it.as_str().eq_ignore_ascii_case("both") { "2" } else { it.as_str() });
        stated.is_none_or(|it| number(it, "") == i128::try_from(count).ok().map(Number::Whole))
    };
    let stands = is(["all", "only"], checks.len()) && is(["passed", "some"], passed);
    let says = format!("{passed} of {} checks", checks.len());
    (!stands).then_some((says, place))
}

/// Why a report is no passed validator's of this command.
pub(super) fn fault<'a>(
    facts: &'a Opened<'a>,
    command: Option<&Said>,
) -> Option<(String, Option<(&'a Opened<'a>, Place)>)> {
    for (name, pointer, wanted) in [("kind", "/kind", "validator"), ("status", "/status", "pass")] {
        let (node, place) = field(facts, pointer);
        if node.and_then(Node::as_str) != Some(wanted) {
            return Some((format!("{name} {}", shown(node)), place));
        }
    }
    let (ran, place) = field(facts, "/command");
    if let Some(command) = command
        && !ran.and_then(Node::as_str).is_some_and(|ran| same_words(&command.text, ran))
    {
        return Some((format!("the command {}", shown(ran)), place));
    }
    let (checks, place) = field(facts, "/checks");
    let checks = checks.and_then(Node::as_list).unwrap_or_default();
    if checks.is_empty() {
        return Some(("no check".to_owned(), place));
    }
    checks.iter().find_map(|check| {
        let status = check.get("status").and_then(Node::as_str).unwrap_or("without a status");
        if matches!(status, "pass" | "passed" | "skip" | "skipped") {
            return None;
        }
        let name = check.get("name").and_then(Node::as_str).unwrap_or("without a name");
        let place = check.get("status").and_then(|status| status.place).or(check.place);
        Some((format!("the check {name}: {status}"), place.map(|place| (facts, place))))
    })
}
