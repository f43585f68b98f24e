//! A value without what it is dressed in: quotes, a last full stop or exclamation mark, footnote marks, check marks, a remark.
//!
//! Only what stands in brackets at the end is a remark. Behind a comma, a dash or a semicolon a value goes on, so
//! that no false word of a list hides there; and what the brackets hold may take the value back.

use std::sync::LazyLock;

use regex::Regex;

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

/// A text without the marks around it that carry no meaning; never less than one.
pub(super) fn unadorned(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let bare = text.trim_end_matches(ENDS).trim_matches(QUOTES).trim_end_matches(ENDS).trim();
        let bare = unmarked(bare).unwrap_or(bare);
        if bare.len() == text.len() {
            return text;
        }
        text = bare;
    }
}

/// A text without a footnote's mark or check marks behind it. Alone, they are all that is said; and a cross takes back
/// a good word.
fn unmarked(text: &str) -> Option<&str> {
    let noted = text.strip_suffix(']').and_then(|text| text.rsplit_once("[^"));
    let bare = noted.filter(|(_, note)| !note.contains('[')).map_or(text, |(bare, _)| bare);
    let whole = bare;
    let bare = bare.trim_end_matches(|c| is_tick(c) || is_cross(c) || is_coloured(c)).trim_end();
    let denied = bearing(bare) == Some(true) && whole.contains(is_cross);
    (!bare.is_empty() && !denied).then_some(bare)
}

/// A value and the words in brackets at its end.
pub(super) fn remark_cut(text: &str) -> Option<(&str, &str)> {
    let (bare, remark) = text.strip_suffix(')')?.rsplit_once('(')?;
    let bare = unadorned(bare);
    (!bare.is_empty() && !remark.contains(')')).then_some((bare, remark))
}

/// Whether words in brackets leave the value as it is: none of them negates it or goes on with it. What came
/// "as expected" came; what is "expected" did not.
pub(super) fn is_remark(text: &str, unless: &Regex) -> bool {
    let said = text.to_lowercase().replace("as expected", "");
    ![unless, &*GOES_ON, &*NOT_YET].iter().any(|words| words.is_match(&said))
}

/// Whether a text is of plain words, none of which is a name, and names nothing more.
pub(super) fn is_words(text: &str) -> bool {
    let more = ["and", "or", "plus", "also", "then", "but", "except", "with", "to"];
    text.split([' ', ',']).all(|word| {
        word.chars().all(char::is_alphabetic) && !more.iter().any(|more| word.eq_ignore_ascii_case(more))
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
        | "refused" | "skipped" | "pending" | "incomplete" | "unproven" => Some(false),
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
