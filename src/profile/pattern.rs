//! A profile's patterns, compiled when they are first asked for: most documents ask for few of them, and to compile all takes
//! longer than to read a hundred documents.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::surfaces::Malformed;

/// A pattern. It is read as a regular expression, once.
#[derive(Debug)]
pub struct Pattern {
    text: String,
    /// What the profile says, which the pattern was made of.
    near: String,
    any_case: bool,
    built: OnceLock<Regex>,
}

impl Pattern {
    /// A pattern whose case does not count, with its fragments filled in.
    pub(super) fn new(text: &str, fragments: &BTreeMap<String, String>) -> Self {
        let filled = filled_in(text, fragments).into_owned();
        Self { text: filled, near: text.to_owned(), any_case: true, built: OnceLock::new() }
    }

    /// A pattern whose case counts, that was made of what stands in the profile.
    pub(super) fn exact(text: String, near: &str) -> Self {
        Self { text, near: near.to_owned(), any_case: false, built: OnceLock::new() }
    }

    /// What the profile says.
    pub(super) fn near(&self) -> &str {
        &self.near
    }

    /// The expression, as it is compiled.
    pub(super) fn expression(&self) -> Cow<'_, str> {
        if self.any_case { with_plain_bounds(&self.text) } else { Cow::from(&self.text) }
    }

    /// The expression, compiled.
    ///
    /// # Errors
    /// Where the text is no pattern.
    pub(super) fn check(&self) -> Result<&Regex, Malformed> {
        if let Some(built) = self.built.get() {
            return Ok(built);
        }
        let built = self.compile()?;
        Ok(self.built.get_or_init(|| built))
    }

    fn compile(&self) -> Result<Regex, Malformed> {
        let built = RegexBuilder::new(&self.expression()).case_insensitive(self.any_case).build();
        built.map_err(|error| Malformed::no_pattern(&error, self.near()))
    }
}

impl Deref for Pattern {
    type Target = Regex;

    #[expect(
        clippy::expect_used,
        reason = "a profile is checked when it is read, the built-in one by a test"
    )]
    fn deref(&self) -> &Regex {
        self.built.get_or_init(|| self.compile().expect("a pattern"))
    }
}

/// A fragment may hold others, so deep.
const DEEPEST: usize = 4;

/// A pattern in which `{name}` stands for the fragment of that name. What holds itself is left as it is, which no
/// regular expression is.
fn filled_in<'t>(text: &'t str, fragments: &BTreeMap<String, String>) -> Cow<'t, str> {
    let mut filled = Cow::from(text);
    for _ in 0..DEEPEST {
        let mut is_done = true;
        for (name, fragment) in fragments {
            let mark = format!("{{{name}}}");
            if filled.contains(&mark) {
                filled = filled.replace(&mark, fragment).into();
                is_done = false;
            }
        }
        if is_done {
            break;
        }
    }
    filled
}

/// A pattern whose word boundaries are those of ASCII, where it names no other letters: with those of Unicode any dash or
/// quote in a text would cost a much slower search.
fn with_plain_bounds(text: &str) -> Cow<'_, str> {
    if !text.contains(r"\b") || text.contains(|c: char| !c.is_ascii() && c.is_alphanumeric()) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 64);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = if c == '\\' { rest.next() } else { None };
        if escaped == Some('b') && rest.peek() != Some(&'{') {
            plain.push_str(r"(?-u:\b)");
        } else {
            plain.push(c);
            plain.extend(escaped);
        }
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_boundaries_are_plain_where_they_may_be() {
        for (text, plain) in [
            (r"\brun\b", r"(?-u:\b)run(?-u:\b)"),
            (r"\b[“”]\d", r"(?-u:\b)[“”]\d"),
            (r"\\b\b{start}", r"\\b\b{start}"),
            (r"\bprüfung\b", r"\bprüfung\b"),
        ] {
            assert_eq!(with_plain_bounds(text), plain);
        }
        let run = Pattern::new(r"\b(?:run|läufe)\b", &BTreeMap::new());
        assert!(run.is_match("– run –") && run.is_match("“läufe”") && !run.is_match("läufer"));
    }

    #[test]
    fn fragments_are_filled_in() {
        let fragments: BTreeMap<String, String> =
            [("number", r"(?:\d+|no)"), ("of", "(?: of {number})?"), ("itself", "a{itself}")]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into();
        let filled = filled_in("^{number}{of} tests{2}$", &fragments);
        assert_eq!(filled, r"^(?:\d+|no)(?: of (?:\d+|no))? tests{2}$");
        assert!(Pattern::new("{itself}", &fragments).check().is_err());
        let wrong = Pattern::new("{number}(", &fragments).check().expect_err("no pattern");
        assert_eq!(wrong.near, "{number}(", "what stands in the profile");
    }
}
