//! What is wrong with a configuration, and where.

use miette::{Diagnostic, NamedSource, SourceSpan};
use toml::Spanned;

#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ConfigError {
    #[error("the configuration {path} can't be read: {why}")]
    #[diagnostic(code(config::unreadable), help("`counterfoil init` writes one to start from"))]
    Unreadable { path: String, why: String },
    #[error("{what}")]
    #[diagnostic(code(config::malformed))]
    Malformed {
        what: String,
        #[source_code]
        file: NamedSource<String>,
        #[label("here")]
        at: SourceSpan,
        #[help]
        help: Option<String>,
    },
}

impl ConfigError {
    pub fn malformed(
        path: &str,
        text: &str,
        span: std::ops::Range<usize>,
        what: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        let start = span.start.min(text.len());
        let len = span.end.clamp(start, text.len()) - start;
        let file = NamedSource::new(path, text.to_owned());
        Self::Malformed { what: what.into(), file, at: (start, len).into(), help }
    }

    /// What the TOML reader says, with the keys' own words where a key is unknown.
    pub fn toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let message = error.message();
        match unknown_field(message) {
            Some((key, known)) => {
                let help = nearest(key, &known)
                    .unwrap_or_else(|| format!("the keys here are {}", known.join(", ")));
                Self::malformed(path, text, span, format!("unknown key `{key}`"), Some(help))
            }
            None => Self::malformed(path, text, span, in_toml_words(message), None),
        }
    }

    pub fn unknown_rule(path: &str, text: &str, rule: &Spanned<String>, ids: &[&str]) -> Self {
        let help = nearest(rule.get_ref(), ids)
            .unwrap_or_else(|| "`counterfoil rules list` lists them".to_owned());
        Self::malformed(
            path,
            text,
            rule.span(),
            format!("there is no rule `{}`", rule.get_ref()),
            Some(help),
        )
    }
}

/// What the reader of TOML expected, in TOML's words and not in its own language's.
fn in_toml_words(message: &str) -> String {
    let Some((found, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let found = found.replace("sequence", "list").replace("map", "table");
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "a table",
        "u32" if is_positive(&found) => "a whole number up to 4294967295",
        "u32" | "u64" => "a whole number that is not negative",
        "path string" => "a text",
        other => other,
    };
    format!("{found}, expected {expected}")
}

/// Whether what was found is a whole number, and not below zero: one that is too large.
fn is_positive(found: &str) -> bool {
    found.strip_prefix("invalid value: integer `").is_some_and(|number| !number.starts_with('-'))
}

/// The key and the known ones out of serde's words: ``unknown field `x`, expected one of `a`, `b` ``.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, expected) = rest.split_once('`')?;
    Some((key, expected.split('`').skip(1).step_by(2).collect()))
}

/// ``did you mean `x`?``, where something is near enough.
pub fn nearest(word: &str, known: &[&str]) -> Option<String> {
    crate::text::nearest(word, known.iter().copied()).map(|best| format!("did you mean `{best}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_told_where_one_is_near() {
        assert_eq!(nearest("pathes", &["rules", "paths"]).as_deref(), Some("did you mean `paths`?"));
        assert_eq!(nearest("colour", &["paths", "rules"]), None);
    }
}
