//! What can be wrong with a profile.

use std::ops::Range;

use miette::{NamedSource, SourceSpan};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ProfileError {
    #[error("the profile {path} can't be read: {why}")]
    #[diagnostic(
        code(profile::unreadable),
        help("name a file, or a profile that ships with counterfoil: hermes-case")
    )]
    Unreadable { path: String, why: String },
    #[error("the profile is malformed: {what}")]
    #[diagnostic(code(profile::malformed))]
    Malformed {
        what: String,
        #[source_code]
        text: NamedSource<String>,
        #[label("here")]
        at: SourceSpan,
    },
}

impl ProfileError {
    pub(super) fn toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        Self::Malformed {
            what: error.message().to_owned(),
            text: NamedSource::new(path, text.to_owned()),
            at: error.span().unwrap_or(0..0).into(),
        }
    }

    pub(super) fn malformed(path: &str, text: &str, what: super::surfaces::Malformed) -> Self {
        let root = DeTable::parse(text).ok();
        let place = root.as_ref().and_then(|root| place_in(root.get_ref(), &what.near));
        let (key, at) = place.unwrap_or_default();
        let what = if key.is_empty() { what.what } else { format!("`{key}`: {}", what.what) };
        Self::Malformed { at: at.into(), what, text: NamedSource::new(path, text.to_owned()) }
    }
}

/// The dotted key whose value is this text, and the value's place.
fn place_in(table: &DeTable<'_>, wanted: &str) -> Option<(String, Range<usize>)> {
    table.iter().find_map(|(key, value)| {
        let (below, at) = place_of(value, wanted)?;
        let key = key.get_ref();
        Some((if below.is_empty() { key.to_string() } else { format!("{key}.{below}") }, at))
    })
}

fn place_of(value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<(String, Range<usize>)> {
    match value.get_ref() {
        DeValue::String(text) if text == wanted => Some((String::new(), value.span())),
        DeValue::Table(table) => place_in(table, wanted),
        DeValue::Array(values) => values.iter().find_map(|value| place_of(value, wanted)),
        _ => None,
    }
}
