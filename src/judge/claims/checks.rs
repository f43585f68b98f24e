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

type Wrong<'a> = Option<(String, Option<(&'a Opened<'a>, Place)>)>;

/// How many checks a report has, or how many of them passed, where words say otherwise.
pub(super) fn miscounted<'a>(facts: &'a Opened<'a>, said: &str) -> Wrong<'a> {
    let passed = |status: Option<&str>| matches!(status, Some("pass" | "passed"));
    counted_otherwise(facts, said, "checks", passed)
}

/// The same of those that failed.
pub(super) fn miscounted_failures<'a>(facts: &'a Opened<'a>, said: &str) -> Wrong<'a> {
    let failed = |status: Option<&str>| !matches!(status, Some("pass" | "passed" | "skip" | "skipped"));
    counted_otherwise(facts, said, "checks failed", failed)
}

fn counted_otherwise<'a>(
    facts: &'a Opened<'a>,
    said: &str,
    what: &str,
    is_one: fn(Option<&str>) -> bool,
) -> Wrong<'a> {
    let found = COUNTED.captures(said)?;
    let (checks, place) = field(facts, "/checks");
    let checks = checks.and_then(Node::as_list).unwrap_or_default();
    let status = |check: &&Node| is_one(check.get("status").and_then(Node::as_str));
    let ones = checks.iter().filter(status).count();
    let is = |names: [&str; 2], count: usize| {
        let stated = names.into_iter().find_map(|name| found.name(name));
        let stated =
            stated.map(|it| if it.as_str().eq_ignore_ascii_case("both") { "2" } else { it.as_str() });
        stated.is_none_or(|it| number(it, "") == i128::try_from(count).ok().map(Number::Whole))
    };
    // "2 checks failed" counts those that did, and "all 2 checks passed" all that there are.
    let of_failed = found.name("all").is_none() && found.name("some").is_none() && what.ends_with("failed");
    let only = if of_failed { ones } else { checks.len() };
    let stands = is(["all", "only"], only) && is(["passed", "some"], ones);
    let says = format!("{ones} of {} {what}", checks.len());
    (!stands).then_some((says, place))
}

/// Whether a report is that of another command.
pub(super) fn is_of_another(facts: &Opened<'_>, command: &Said) -> bool {
    let ran = field(facts, "/command").0.and_then(Node::as_str);
    !ran.is_some_and(|ran| same_words(&command.text, ran))
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
    if command.is_some_and(|command| is_of_another(facts, command)) {
        let (ran, place) = field(facts, "/command");
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
