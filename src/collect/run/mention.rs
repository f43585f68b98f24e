//! Prose of a log that tells of a fallback, or of a retry with another model.
//!
//! A mention is no use: whoever reads the line has to judge it. The run's own model may be retried as often as it takes.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::Regex;

use super::keys::families::FAMILIES;
pub(super) use super::keys::families::{is_model, is_of_a_family};
use super::keys::{Speaks, Words};
use super::lines::Block;
use crate::profile::Route;
use crate::text::pattern_of_bytes;

/// Bytes of a block that mention it.
pub(super) struct Mention {
    pub range: Range<usize>,
    pub what: &'static str,
}

/// Words that tell of a fallback, or of a retry with another model that they do not name.
static FALLBACK: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r"(?i)fall(?:s|ing|en)?[ _-]?back|fell back|(?:\bre-?try|\bretries|\bre-?trying|\bre-?tried|\btry again|\btrying|switch(?:ed|ing)?)[^\n]{0,60}(?:another|other|different|alternate|alternative|backup|secondary) (?:model|provider)",
    )
});

/// A retry, or a switch, and the model or the provider that it names as such.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?i)\b(?:re-?try|retries|re-?trying|re-?tried|try again|trying|switch(?:ed|es|ing)?)\b[^\n]{0,60}?\b(?:model|provider)(?: to)?[ :=]{1,2}["'`]?(?P<name>[a-z0-9][a-z0-9._/:@-]*[a-z0-9])"#,
    )
});

/// What stands before a name that is tried next.
static TRIES: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?i)\b(?:re-?try|retries|re-?trying|re-?tried|try(?:ing)? again|tries again|tried again|switch(?:ed|es|ing)?|fail(?:ed|ing|s)? ?over|re-?rout(?:e|es|ed|ing)|escalat(?:e|es|ed|ing)|attempt #?[2-9])\b[^\n]{0,60}?\b(?:to|with|using|use|via|on|through|against|from|model|provider)\b[ :=]+[^\n.;,]{0,24}$|\b(?:try|trying|tries)(?: (?:the|an?|model|provider|with|to use|using))*[ :]+["'`(]?$"#,
    )
});

/// What names a model or a provider right before its name, in a line that is no JSON: a key, a flag; and what says that it
/// is used.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?i)(?:^|[^\w"])(?P<whole>(?P<key>[\w.-]*(?:model|provider))'?\s*[:=]\s*["']?|(?P<flag>--?[\w-]*(?:model|provider))\s+["']?|using (?:the |model |provider )*["'`(]?)$"#,
    )
});

/// The same words, denied.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?i)\b(?:no|without|never|not)\b[^\n.,;:]{0,24}fall|fall[ _-]?back\w*(?: models?| providers?)?["']? ?(?:[:=]|is|are) ?["']?(?:none|null|false|off|disabled|no\b|0\b|""|''|\[\])|fall[ _-]?back\w*=\r?\n|fall[ _-]?back\w* disabled"#,
    )
});

/// A name that is one of a file of code, or begins with one.
static FILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r"^[\w./-]+\.(?:c|cc|cpp|cs|go|h|java|js|jsx|kt|mjs|php|py|rb|rs|sh|snap|swift|ts|tsx)(?::|$)",
    )
});

/// A denial right before a retry.
static NOT: LazyLock<Regex> =
    LazyLock::new(|| pattern_of_bytes(r"(?i)(?:\b(?:not|never|no|without|cannot)|n't)(?: be| ever)? $"));

/// What a name is a part of that names no model: a wire format, a library.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(r"(?i)^\w*[ _-](?:compatible|style|format|shaped|like|sdk|schema)\b")
});

/// One of these stands in whatever else is looked for.
const FAMILIAR: [&str; 6] = ["back", "retr", "re-tr", "switch", "trying", "try again"];

/// How some of them are written besides.
const CAPITALS: [&str; 4] = ["OpenAI", "ChatGPT", "DeepSeek", "OpenRouter"];

/// One look before all others, in the usual letter cases: so many texts are still searched for as fast as one.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let capital =
        |word: &str| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default();
    let cases = |word: &&str| [(*word).to_owned(), capital(word), word.to_uppercase()];
    let names = FAMILIES.iter().flat_map(cases).chain(CAPITALS.map(str::to_owned));
    let words = names.chain(FAMILIAR.iter().flat_map(cases));
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
});
/// Of the words, those that are names.
const NAMES: usize = 3 * FAMILIES.len() + CAPITALS.len();

/// Bytes of a name, or of an address that it stands in, on either side of what is known of it.
const LONGEST: usize = 256;
/// What of a block mentions a fallback, or a retry with a model that is not the route's, in its order.
pub(super) fn mentions(block: Block<'_>, route: &Route) -> Vec<Mention> {
    let bytes = block.bytes;
    let (names, familiar) = seen(bytes, route);
    let mut told = Vec::new();
    if familiar {
        let fallbacks = FALLBACK.find_iter(bytes).map(|found| found.range());
        let counts = |range: &Range<usize>| {
            !denied(bytes, range) && !is_of_another(bytes, range) && !is_of_code(bytes, range)
        };
        told.extend(fallbacks.filter(counts).map(|range| {
            let first = bytes.get(range.start).copied().unwrap_or_default();
            Mention { what: if first.eq_ignore_ascii_case(&b'f') { "fallback" } else { "retry" }, range }
        }));
    }
    // A line that tells it already is not told again for the name on it.
    let mut lines: BTreeSet<u64> =
        told.iter().map(|one| block.line_around(one.range.start).number).collect();
    let mut retry = |range: Range<usize>| {
        let line = block.line_around(range.start).number;
        if !denied(bytes, &range) && lines.insert(line) {
            told.push(Mention { range, what: "retry" });
        }
    };
    if familiar {
        for found in NAMED.captures_iter(bytes) {
            let (whole, name) = (found.get(0), found.name("name"));
            if let (Some(whole), Some(name)) = (whole, name)
                && is_model(name.as_bytes())
                && !is_own(name.as_bytes(), route)
            {
                retry(whole.range());
            }
        }
    }
    for name in &names {
        if let Some(verb) = tried(bytes, name) {
            retry(verb..name.end);
        }
    }
    for name in names.iter().filter(|name| is_fallback(bytes, name, route)) {
        if let Some(key) = named(bytes, name)
            && !denied(bytes, &(key..name.end))
            && lines.insert(block.line_around(name.start).number)
        {
            told.push(Mention { range: key..name.end, what: "named" });
        }
    }
    told.sort_by_key(|one| one.range.start);
    told
}

/// The names in a block that are not the route's own, and whether any of the other words stands in it.
fn seen(bytes: &[u8], route: &Route) -> (Vec<Range<usize>>, bool) {
    let (mut names, mut familiar) = (Vec::new(), false);
    for found in WORDS.iter().flat_map(|words| words.find_iter(bytes)) {
        if found.pattern().as_usize() < NAMES {
            names.push(found.range());
        } else {
            familiar = true;
        }
    }
    for name in route.fallback_providers.get_ref().iter().chain(route.fallback_models.get_ref()) {
        names.extend(memchr::memmem::find_iter(bytes, name.as_bytes()).map(|at| at..at + name.len()));
    }
    names.retain(|name| {
        let before = name.start.checked_sub(1).and_then(|at| bytes.get(at));
        !before.is_some_and(u8::is_ascii_alphanumeric)
            && !is_own(bytes.get(token(bytes, name)).unwrap_or_default(), route)
            && !ASIDE.is_match(bytes.get(name.end..bytes.len().min(name.end + 32)).unwrap_or_default())
    });
    names.sort_by_key(|name| name.start);
    (names, familiar)
}

/// The whole name that a part of one stands in.
fn token(bytes: &[u8], part: &Range<usize>) -> Range<usize> {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(byte);
    let before = bytes.get(..part.start).unwrap_or_default();
    let after = bytes.get(part.end..).unwrap_or_default();
    let start = part.start - before.iter().rev().take(LONGEST).take_while(|byte| inner(byte)).count();
    start..part.end + after.iter().take(LONGEST).take_while(|byte| inner(byte)).count()
}

/// Whether a name has the route's own model or provider in it.
fn is_own(name: &[u8], route: &Route) -> bool {
    let name = name.to_ascii_lowercase();
    [route.model.get_ref(), route.provider.get_ref()].into_iter().any(|own| {
        !own.is_empty() && memchr::memmem::find(&name, own.to_ascii_lowercase().as_bytes()).is_some()
    })
}

/// Where the words begin that say that a name is tried next; none where no such words stand before it on its line.
fn tried(bytes: &[u8], name: &Range<usize>) -> Option<usize> {
    let start = token(bytes, name).start;
    let from = start.saturating_sub(120);
    let before = bytes.get(from..start)?;
    let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let found = TRIES.find(before.get(line..)?)?;
    Some(from + line + found.start())
}

/// Whether a part of a name is that of one of the route's fallbacks.
fn is_fallback(bytes: &[u8], name: &Range<usize>, route: &Route) -> bool {
    let token = bytes.get(token(bytes, name)).unwrap_or_default();
    let mut known = route.fallback_providers.get_ref().iter().chain(route.fallback_models.get_ref());
    known.any(|known| token.split(|byte| *byte == b'/').any(|part| part == known.as_bytes()))
}

/// Where the key begins that a name stands behind, or the word that says it is used; none where nothing is so named.
fn named(bytes: &[u8], name: &Range<usize>) -> Option<usize> {
    let start = token(bytes, name).start;
    let from = start.saturating_sub(80);
    let before = bytes.get(from..start)?;
    let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let found = KEY.captures(before.get(line..)?)?;
    let key = found.name("key").or(found.name("flag"));
    let key = key.map_or("", |key| std::str::from_utf8(key.as_bytes()).unwrap_or_default());
    let words = Words::of(key);
    let is_key = matches!(words.speak_of(), Speaks::Model | Speaks::Provider) && !words.forbid();
    (key.is_empty() || is_key).then_some(from + line + found.name("whole")?.start())
}

/// Words behind a mention that say what falls back.
const BEHIND: usize = 4;

/// Whether it is something else than a model that falls back, by what follows: `fallback encoding`, `fallback to polling`.
fn is_of_another(bytes: &[u8], range: &Range<usize>) -> bool {
    let after = bytes.get(range.end..bytes.len().min(range.end + 64)).unwrap_or_default();
    let line = after.split(|byte| b"\n.;,".contains(byte)).next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '-');
    let words: Vec<_> = words.filter(|word| !word.is_empty()).take(BEHIND).collect();
    if words.iter().any(|word| is_of_a_family(word) || Words::of(word).name_what_is_used()) {
        return false;
    }
    // `encoding utf-8` names one, `llama-3 over another transport` a model.
    let is_thing = |word: &str| Words::of(word).fall_back_otherwise();
    words.into_iter().find(|word| is_thing(word) || is_model(word.as_bytes())).is_some_and(is_thing)
}

/// Whether a mention is a part of a file's name, or of what is in it: `tests/test_fallback.py::test_x`.
fn is_of_code(bytes: &[u8], range: &Range<usize>) -> bool {
    FILE.is_match(bytes.get(token(bytes, range)).unwrap_or_default())
}

/// Whether the words around a mention deny it.
fn denied(bytes: &[u8], range: &Range<usize>) -> bool {
    let from = range.start.saturating_sub(32);
    let to = range.end.saturating_add(32).min(bytes.len());
    let before = bytes.get(from..range.start).unwrap_or_default();
    let after = bytes.get(range.end..to).unwrap_or_default();
    let from = memchr::memrchr(b'\n', before).map_or(from, |newline| from + newline + 1);
    let to = memchr::memchr(b'\n', after).map_or(to, |newline| range.end + newline + 1);
    DENIED.is_match(bytes.get(from..to).unwrap_or_default())
        || NOT.is_match(bytes.get(from..range.start).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn the_patterns_say_what_they_are_for() {
        assert!(FALLBACK.is_match(b"falling back to another model") && !FALLBACK.is_match(b"backing"));
        assert!(DENIED.is_match(b"no fallback") && !DENIED.is_match(b"a fallback"));
        assert!(NOT.is_match(b"will not ") && !NOT.is_match(b"not now "));
        assert!(TRIES.is_match(b"trying ") && !TRIES.is_match(b"entry "));
        assert!(NAMED.is_match(b"switching to model x-1") && ASIDE.is_match(b"-compatible api"));
        assert!(WORDS.is_some());
    }

    #[test]
    fn a_retry_with_another_model_is_told_and_one_with_the_own_is_not() {
        let profile = Profile::built_in().expect("sound");
        let count = |text: &str| {
            let text = format!("first line\n{text}\nlast line\n");
            mentions(Block::whole(text.as_bytes()), &profile.spec.route).len()
        };
        for told in [
            "fallback font model: claude-sonnet-4-6",
            "falling back to claude-sonnet-4-6 over transport b",
            "falling back to gpt-5 (image)",
            "fallback language model",
            "falling back to llama-3 over another transport",
            "warn: falling back to the next provider",
            "model qwen3.6-35b-a3b failed; retrying with claude-sonnet-4-6",
            "retrying with model claude-sonnet-4-6",
            "Retry 2/3 using model claude-sonnet-4-6",
            "switching to model gpt-5 after error",
            "re-trying with another model",
            "retrying with an alternative model",
            "trying again with anthropic",
            "will try again with another provider",
            "primary model unavailable, trying claude-sonnet-4-6 instead",
            "switching from qwen3.6-35b-a3b to \"anthropic/claude-sonnet-4-6\"",
            "failed over to openai",
            "RETRYING WITH GPT-5",
            "Trying again with OpenAI",
            "retrying with provider=groq-2",
            "attempt 2 with model claude-sonnet-4-6",
            "switching model to llama3:70b",
            "rerouting request to anthropic",
            "escalated to claude-sonnet-4-6",
            "using claude-sonnet-4-6 instead",
            "level=info msg=\"spawn\" provider=anthropic model=claude-sonnet-4-6",
            "INFO spawn {'provider': 'anthropic', 'model': 'claude-sonnet-4-6'}",
            "case.model: anthropic/claude-sonnet-4-6",
            "+ case --provider qwen --model claude-sonnet-4-6",
            "+ case --provider 'anthropic'",
            "CASE_FALLBACK_MODEL=gpt-5",
            "src/a.py:12: falling back to another model",
            "fallback.on=true",
            "Fallback models:",
            "qwen-local timed out, retrying via https://api.anthropic.com/v1/messages",
        ] {
            assert_eq!(count(told), 1, "{told}");
        }
        for silent in [
            "using fallback encoding utf-8",
            "WARNING: fallback to CPU",
            "Falling back to slow tokenizer",
            "tests/test_fallback.py::test_x PASSED",
            "tests/test_x.py::test_fallback PASSED",
            "at run (src/fallback/pick.ts:12:3)",
            "CASE_FALLBACK_MODEL=",
            "CASE_FALLBACK_MODEL=''",
            "+ case --provider qwen-local --model qwen3.6-35b-a3b",
            "+ case --forbidden-model claude-sonnet-4-6",
            "fallback to polling watcher",
            "falling back to the default locale",
            "Fallback models: []",
            "retrying with qwen3.6-35b-a3b",
            "provider=qwen-local model=qwen3.6-35b-a3b",
            "{\"provider\": \"anthropic\", \"model\": \"claude-sonnet-4-6\"}",
            "forbidden_provider=anthropic",
            "not using claude-sonnet-4-6",
            "using the openai client for http://127.0.0.1",
            "using anthropic-compatible api",
            "the remodel: anthropic is a name",
            "retrying with model qwen3.6-35b-a3b (2/3)",
            "retry 2: model qwen-local/qwen3.6-35b-a3b timed out",
            "switching to provider qwen-local",
            "retrying model request-2",
            "retrying the model call, attempt 3",
            "retrying with model temperature 0.2",
            "retrying over the anthropic-compatible api",
            "not retrying with claude-sonnet-4-6",
            "never switching to another provider",
            "anthropic is not configured; retrying the request",
            "no entry for claude",
            "the tests that use claude are skipped",
            "retrying through ngrok",
            "retrying the request\nclaude is a name",
            "connection reset, retrying the request (2 of 3)",
        ] {
            assert_eq!(count(silent), 0, "{silent}");
        }
    }
}
