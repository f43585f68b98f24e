//! A cheap look at bytes, before they are read as records: whether they may name a model.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use super::super::keys::{Said, Speaks, Words, speaks_of};
use super::super::known::Known;
use super::super::mention;
use crate::text::pattern_of_bytes;

/// A key, of a record or of one that stands in a text of it.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(r#""([^"\\\s]*(?i:model|provider|fallback|fall.?back)[^"\\\s]*)\\*"\s*:"#)
});

/// Whether a text has a key that names a model, a provider or a fallback, or one that is not written out: where it
/// was not understood, a use may be lost.
pub fn has_key(text: &[u8]) -> bool {
    KEY.captures_iter(text).any(|found| names_a_use(&found)) || has_escaped_letter(text)
}

/// Whether a line that is no record is a part of one: it begins with such a key, as most such lines do, or has one
/// behind other words, and with it what no run should use.
pub fn is_of_one(line: &[u8], known: &Known<'_>) -> bool {
    begins_with_key(line) || MEMBER.captures_iter(line).any(|member| names_another(&member, known))
}

fn begins_with_key(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let first = if line.first() == Some(&b'"') { KEY.captures(line) } else { None };
    first.is_some_and(|found| found.get(0).is_some_and(|all| all.start() == 0) && names_a_use(&found))
}

/// A key, and what stands with it on its line: a text, a word without quotes, or what goes on behind the line.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#""(?P<key>[^"\\\s]{1,128})\\*"\s*:\s*(?:\\*"(?P<text>[^"\\]*)|(?P<open>[\[{]|$)|(?P<word>[\w.+-]+))"#,
    )
});

/// Whether a member of a record names what is neither admitted nor of something else, or may do so.
fn names_another(member: &regex::bytes::Captures<'_>, known: &Known<'_>) -> bool {
    let get = |name: &str| member.name(name).and_then(|found| std::str::from_utf8(found.as_bytes()).ok());
    let words = Words::of(get("key").unwrap_or_default());
    let speaks = words.speak_of();
    match (speaks, get("text")) {
        (Speaks::Fallback, text) => {
            let said = text.or(get("word")).map(|text| words.say(text));
            said.map_or(!words.forbid(), |said| said != Said::Nothing)
        }
        _ if words.forbid() => false,
        (Speaks::HandedOn | Speaks::Outcome, _) => false,
        (Speaks::Model | Speaks::Provider, None) => get("open").is_some(),
        (_, Some(text)) if known.named(text).is_some() => !words.are_beside(),
        (Speaks::Model | Speaks::Provider, Some(text)) => {
            !known.is_own(text) && (mention::is_model(text.as_bytes()) || mention::is_of_a_family(text))
        }
        _ => false,
    }
}

fn names_a_use(found: &regex::bytes::Captures<'_>) -> bool {
    let key = found.get(1).and_then(|key| std::str::from_utf8(key.as_bytes()).ok()).unwrap_or_default();
    matches!(speaks_of(key), Speaks::Model | Speaks::Provider | Speaks::Fallback)
}

/// Ends of words, in the cases that keys have. Lines are short: a search for each of these is the fastest there.
static MODEL_WORDS: LazyLock<[Finder<'static>; 10]> = LazyLock::new(|| {
    ["odel", "ODEL", "rovider", "ROVIDER", "allback", "ALLBACK", "all_back", "allBack", "llm", "LLM"]
        .map(Finder::new)
});
static OTHER_WORDS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["ngine", "ENGINE", "argv", "cmdline"].map(Finder::new));

/// Whether bytes can hold a record that names a model: a cheap look before they are parsed.
pub fn may_name_a_model(bytes: &[u8]) -> bool {
    has_one(bytes, &*MODEL_WORDS) || has_escaped_letter(bytes)
}

/// The same of an event of the trace, which may name an engine or a command line beside.
pub fn may_name_a_use(bytes: &[u8]) -> bool {
    may_name_a_model(bytes) || has_one(bytes, &*OTHER_WORDS)
}

fn has_one(bytes: &[u8], words: &[Finder<'_>]) -> bool {
    words.iter().any(|word| word.find(bytes).is_some())
}

/// Whether a letter of ASCII is written as its number: `mod\u0065l`. Nobody has a need to.
pub fn has_escaped_letter(bytes: &[u8]) -> bool {
    static ESCAPE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\\u00"));
    ESCAPE.find_iter(bytes).any(|at| matches!(bytes.get(at + ESCAPE.needle().len()), Some(b'4'..=b'7')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_say_what_they_are_for() {
        assert!(has_key(b"{\"model\": 1") && !has_key(b"{\"mode\": 1"));
        assert!(has_key(br#"{\"plannerModel\": 1"#) && !has_key(b"{\"max_model_len\": 1"));
    }
}
