//! A value without what it is dressed in: quotes, a last full stop or exclamation mark, footnote marks, check marks, a remark.
//!
//! A remark stands in brackets at the end or behind a dash; of a value that is a single word or a number behind any
//! mark. A list and a name may go on there, so that no false word of a list hides as a remark; and what a remark
//! says may take the value back.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::time::time;
use crate::text::{is_coloured, is_cross, is_tick, pattern};

const QUOTES: [char; 13] = ['"', '\'', '`', '“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '‹'];
/// What ends a sentence.
const ENDS: [char; 2] = ['.', '!'];

/// Words that go on with a value instead of remarking on it.
static GOES_ON: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\W*(?:and|or|plus|also|but|then|except|later)\b|[&+]"));

/// Words that say that a value is not there yet, or only if something else is.
static NOT_YET: LazyLock<Regex> = LazyLock::new(|| {
    let words =
        "expected|required|needed|wanted|planned|hoped|intended|if|unless|until|once|whether|before";
    pattern(&format!(r"(?i)\b(?:{words})\b"))
});

/// Words that say of a bad value that it is none.
static NOT_SO: LazyLock<Regex> = LazyLock::new(|| {
    let words = "really|actually|quite|true|longer|yet|more|any ?more|so|a real|an actual";
    let wrong = "false|wrong|untrue|mistaken(?:ly)?|incorrect(?:ly)?|erroneous(?:ly)?|allegedly|supposedly|almost|nearly";
    pattern(&format!(
        r"(?i)\b(?:not|no|never) (?:{words})\b|\b(?:{wrong})\b|^\W*(?:not|never)\W*$|\b(?:not|never) (?:a |an )?fail"
    ))
});
static CONDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:if|unless|whether)\b"));

/// What was wished for beside a bad value: it is no value itself. "expected: pass", "a pass was hoped for".
static WISHED: LazyLock<Regex> = LazyLock::new(|| {
    let wished = "(?:expected|required|wanted|planned|hoped|intended)(?: for)?";
    let value = "(?:pass|passed|success|true|0|zero|admitted|present)";
    pattern(&format!(
        r"(?i)\b(?:an? )?{value} (?:was|had been|is) {wished}\b|\b{wished}(?::| was| had been)? ?(?:an? )?{value}\b|\b{wished}(?:$|[,;.)])"
    ))
});

/// Faults of which it is said that there were none.
static NO_FAULT: LazyLock<Regex> = LazyLock::new(|| {
    let faults =
        "errors?|failures?|faults?|problems?|issues?|fallbacks?|warnings?|retry|retries|complaints?";
    pattern(&format!(
        r"(?i)\b(?:no|without(?: an?y?)?|zero|none of the) (?:\w+ )?(?:(?:{faults})\b|(?:tests?|checks?) failed\b)|\bnothing failed\b"
    ))
});

/// What a document does not show of a value, which is there all the same: "value not recorded".
static NOT_SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    let shown = "recorded|shown|written(?: down)?|printed|logged|named|disclosed|repeated|given|kept|stored|told|quoted";
    pattern(&format!(
        r"(?i)\b(?:the |its )?(?:value|url|address|endpoint)(?: itself)?,? ?(?:(?:is|was|are|were) )?(?:not|never) (?:{shown})(?: here)?\b"
    ))
});

/// A text without the marks around it that carry no meaning; never less than one.
pub(super) fn unadorned(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let bare = text.trim_end_matches(ENDS).trim_matches(QUOTES).trim_end_matches(ENDS).trim();
        let bare = unmarked(bare).unwrap_or(bare);
        let bare = behind_marks(bare).unwrap_or(bare);
        if bare.len() == text.len() {
            return text;
        }
        text = bare;
    }
}

/// A text without check marks before it; a cross takes back a good word there as well.
fn behind_marks(text: &str) -> Option<&str> {
    let bare = text.trim_start_matches(|c| is_tick(c) || is_cross(c) || is_coloured(c)).trim_start();
    let marks = text.get(..text.len() - bare.len())?;
    let denied = bearing(bare) != Some(false) && marks.contains(is_cross);
    (!bare.is_empty() && !marks.is_empty() && !denied).then_some(bare)
}

/// A text without a footnote's mark or check marks behind it. Alone, they are all that is said; and a cross takes back
/// a good word.
fn unmarked(text: &str) -> Option<&str> {
    let noted = text.strip_suffix(']').and_then(|text| text.rsplit_once("[^"));
    let bare = noted.filter(|(_, note)| !note.contains('[')).map_or(text, |(bare, _)| bare);
    let bare = without_reference(bare).unwrap_or(bare);
    let whole = bare;
    let bare = bare.trim_end_matches(|c| is_tick(c) || is_cross(c) || is_coloured(c)).trim_end();
    let denied = bearing(bare) == Some(true) && whole.contains(is_cross);
    (!bare.is_empty() && !denied).then_some(bare)
}

/// A word without the number of what it refers to: `pass [1]`. Behind a number it may be another one.
fn without_reference(text: &str) -> Option<&str> {
    let (bare, number) = text.strip_suffix(']')?.rsplit_once('[')?;
    let is_number = (1..4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let bare = bare.trim_end();
    (is_number && bare.ends_with(char::is_alphabetic)).then_some(bare)
}

/// A value and the words in brackets at its end.
pub(super) fn remark_cut(text: &str) -> Option<(&str, &str)> {
    let (bare, remark) = text.strip_suffix(')')?.rsplit_once('(')?;
    let bare = unadorned(bare);
    (!bare.is_empty() && !remark.contains(')')).then_some((bare, remark))
}

/// Dashes before a remark, and what else may stand before one behind a value that is a word or a number.
const DASHES: [&str; 3] = [" — ", " – ", " - "];
const MARKS: [&str; 9] = [", ", "; ", ": ", ". ", " (", " because ", " since ", " due to ", " as expected"];

/// A value and what stands behind the first mark in it; a name or a list may hold the marks that are no dashes.
pub(super) fn remark_behind(text: &str, is_plain: bool) -> Option<(&str, &str)> {
    let marks = DASHES.iter().chain(MARKS.iter().filter(|_| is_plain));
    let (at, mark) = marks.filter_map(|mark| Some((text.find(mark)?, mark))).min()?;
    let bare = unadorned(text.get(..at)?);
    (!bare.is_empty()).then_some((bare, text.get(at + mark.len()..)?))
}

/// Whether a remark leaves the value as it is: none of its words negates it or goes on with it. What came "as
/// expected" came; what is "expected" did not. Beside a bad value other things may be denied: "fail — there was no
/// result"; beside a good one faults may: "pass — no errors".
pub(super) fn is_remark(text: &str, good: Option<bool>, unless: &Regex) -> bool {
    let said = text.to_lowercase().replace("as expected", "");
    let said = NO_FAULT.replace_all(&said, "");
    let said = NOT_SHOWN.replace_all(&said, "");
    let denies = if good == Some(false) { [&*NOT_SO, &*CONDITION] } else { [unless, &*NOT_YET] };
    !GOES_ON.is_match(&said) && !denies.iter().any(|words| words.is_match(&said))
}

/// A remark on a bad value without what it says was wished for.
pub(super) fn without_wishes(remark: &str) -> Cow<'_, str> {
    WISHED.replace_all(remark, "")
}

/// A remark without the faults that it denies.
pub(super) fn without_faults(remark: &str) -> Cow<'_, str> {
    NO_FAULT.replace_all(remark, "")
}

/// Whether a text is of plain words, none of which is a name, and names nothing more.
pub(super) fn is_words(text: &str) -> bool {
    let more = ["and", "or", "plus", "also", "then", "but", "except", "with", "to"];
    text.split([' ', ',']).all(|word| {
        word.chars().all(char::is_alphabetic) && !more.iter().any(|more| word.eq_ignore_ascii_case(more))
    })
}

/// Whether a remark on a name that is closed tells of nothing that might be another one: no path, no option, no name
/// with a number in it. A day is none, nor is the place where something was, or where more of it stands.
pub(super) fn names_nothing(text: &str) -> bool {
    let more = ["and", "or", "plus", "also", "then", "but", "except", "with"];
    let place = ["from", "in", "at", "on", "under", "see"];
    let mut before = "";
    text.split([' ', ',', ';', ':', '(', ')']).all(|word| {
        let bare =
            word.trim_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/' | '_' | '.')));
        let bare = bare.trim_end_matches('.');
        let is_joined = bare.contains('-') && bare.contains(|c: char| c.is_ascii_digit());
        let is_name = bare.contains(['/', '_', '.', '`']) || bare.starts_with('-') || is_joined;
        let is_place = place.iter().any(|place| before.eq_ignore_ascii_case(place));
        let is_told = !more.iter().any(|more| bare.eq_ignore_ascii_case(more));
        before = bare;
        is_told && (!is_name || is_place || time(bare).is_some())
    })
}

/// Whether a lone word in brackets says nothing of the value beside it.
pub(super) fn is_harmless(remark: &str) -> bool {
    let words = [
        "verified",
        "checked",
        "confirmed",
        "unchanged",
        "again",
        "above",
        "below",
        "sic",
        "final",
        "clean",
        "only",
        "both",
        "all",
    ];
    words.iter().any(|word| remark.trim().eq_ignore_ascii_case(word))
}

/// What a single word says of an end: a good one, or another.
pub(super) fn bearing(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "pass" | "passed" | "passes" | "passing" | "true" | "yes" | "admitted" | "succeeded"
        | "success" | "successful" | "present" => Some(true),
        "fail" | "failed" | "fails" | "failing" | "failure" | "false" | "blocked" | "refuted" | "error"
        | "errors" | "missing" | "absent" | "killed" | "crashed" | "aborted" | "timeout" | "rejected"
        | "refused" | "skipped" | "pending" | "incomplete" | "unproven" | "not_admitted"
        | "not-admitted" | "not admitted" | "revoked" | "withdrawn" | "expired" | "retracted"
        | "rescinded" | "void" | "voided" | "invalid" | "invalidated" | "overturned" | "disputed"
        | "cancelled" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_say_what_they_are_for() {
        assert!(
            GOES_ON.is_match("and more") && NOT_YET.is_match("as planned") && !NOT_YET.is_match("today")
        );
    }
}
