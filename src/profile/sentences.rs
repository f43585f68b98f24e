//! A sentence that states something of the cited run: what it looks like, and the numbers that it gives.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Sentence as Spec;
use super::documents::matches;
use super::pattern::Pattern;
use super::surfaces::Malformed;

#[derive(Debug)]
pub struct Sentence {
    pub(super) pattern: Pattern,
    unless: Option<Pattern>,
    values: Vec<Value>,
}

/// What a group of the pattern speaks of: a field of the report, or the sum of several.
#[derive(Debug)]
struct Value {
    group: String,
    pointers: Vec<String>,
}

/// A value that a sentence gives.
#[derive(Debug, Clone, Copy)]
pub struct Given<'s, 't> {
    /// What it is called: `exit code`.
    pub group: &'s str,
    pub pointers: &'s [String],
    pub text: &'t str,
}

impl Sentence {
    pub(super) fn read(spec: &Spec, fragments: &BTreeMap<String, String>) -> Self {
        let values = spec.values.iter().map(|(group, pointers)| Value {
            group: group.clone(),
            pointers: pointers.split('+').map(|pointer| pointer.trim().to_owned()).collect(),
        });
        let pattern = |text: &str| Pattern::new(text, fragments);
        Self {
            pattern: pattern(&spec.pattern),
            unless: spec.unless.as_deref().map(pattern),
            values: values.collect(),
        }
    }

    /// Compiles its patterns.
    ///
    /// # Errors
    /// A pattern that is none, or that lacks the group of a value.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        let pattern = self.pattern.check()?;
        self.unless.as_ref().map(Pattern::check).transpose()?;
        let is_there = |group: &str| pattern.capture_names().flatten().any(|name| name == group);
        let Some(Value { group, .. }) = self.values.iter().find(|value| !is_there(&value.group)) else {
            return Ok(());
        };
        let what = format!("a sentence's `pattern` has no group named `{group}`");
        Err(Malformed { what, near: self.pattern.near().to_owned() })
    }

    /// Whether a text says this of the cited run, and which part of it does.
    #[must_use]
    pub fn says(&self, text: &str) -> Option<Range<usize>> {
        let found = self.pattern.find(text)?;
        (!matches(self.unless.as_ref(), text)).then(|| found.range())
    }

    /// The values that a text gives which says this, in its order.
    #[must_use]
    pub fn values<'t>(&self, text: &'t str) -> Vec<Given<'_, 't>> {
        let found = Some(text).filter(|_| !self.values.is_empty());
        let Some(found) = found.and_then(|text| self.pattern.captures(text)) else { return Vec::new() };
        let values = self.values.iter().filter_map(|value| Some((value, found.name(&value.group)?)));
        let mut values: Vec<_> = values.collect();
        values.sort_by_key(|(_, text)| text.start());
        let given = values.into_iter().map(|(Value { group, pointers }, text)| Given {
            group,
            pointers,
            text: text.as_str(),
        });
        given.collect()
    }
}
