//! Messages with placeholders: `the report shows {report.case_model}`.
//!
//! What stands in braces is a CEL expression over the same scope as the rule's; `{{` and `}}` are braces.

use std::ops::Range;
use std::sync::Arc;

use cel::Value as Cel;

use super::error::InFile;
use super::{Expression, RuleError, Scope};

#[derive(Debug)]
enum Piece {
    Text(String),
    Value(Expression),
}

/// A message, taken apart once.
#[derive(Debug)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    /// `at` is the template's place in `text`, the file named `file`.
    ///
    /// # Errors
    /// A brace that is not doubled and has no other one, at its place.
    pub fn new(
        file: &Arc<str>,
        text: &Arc<str>,
        source: &str,
        at: Range<usize>,
    ) -> Result<Self, RuleError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = source;
        while let Some(at_brace) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(at_brace);
            plain.push_str(before);
            let doubled = after.starts_with("{{") || after.starts_with("}}");
            let end = after.find('}').filter(|_| after.starts_with('{') && !doubled);
            match end {
                Some(end) => {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Value(Expression::new(
                        Arc::clone(file),
                        Arc::clone(text),
                        after[1..end].trim(),
                        at.clone(),
                    )));
                    rest = &after[end + 1..];
                }
                None if doubled => {
                    plain.push_str(&after[..1]);
                    rest = &after[2..];
                }
                None => return Err(lone_brace(file, text, &after[..1], at)),
            }
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        Ok(Self { pieces })
    }

    /// What stands in braces.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(expression) => Some(expression),
        })
    }

    pub(super) fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        self.pieces.iter_mut().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(expression) => Some(expression),
        })
    }

    /// The text without values, for a catalogue: a placeholder stands as it is written.
    #[must_use]
    pub fn plain(&self) -> String {
        let shown = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(expression) => format!("{{{}}}", expression.source()),
        };
        self.pieces.iter().map(shown).collect()
    }

    /// The text with its values; a placeholder that has none is `?`. Not yet redacted.
    #[must_use]
    pub fn render(&self, scope: &Scope<'_>) -> String {
        let shown = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(expression) => {
                expression.evaluate(scope).map_or("?".to_owned(), |value| show(&value))
            }
        };
        self.pieces.iter().map(shown).collect()
    }
}

fn lone_brace(file: &str, text: &str, brace: &str, at: Range<usize>) -> RuleError {
    let what = if brace == "{" { "a placeholder has no end" } else { "a `}` closes nothing" };
    let help = format!("a value is written as {{report.status}}, a brace itself as {brace}{brace}");
    InFile { path: file, text }.malformed(at, what, "in this text", Some(help))
}

fn show(value: &Cel) -> String {
    match value {
        Cel::Null => "null".to_owned(),
        Cel::Bool(value) => value.to_string(),
        Cel::Int(value) => value.to_string(),
        Cel::UInt(value) => value.to_string(),
        Cel::Float(value) => value.to_string(),
        Cel::String(text) => text.to_string(),
        Cel::List(items) => items.iter().map(show).collect::<Vec<_>>().join(", "),
        other => format!("a {}", other.type_of()),
    }
}

impl super::Rule {
    /// All expressions of the rule: its own, and those in its messages.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let own = self.when.iter().chain([self.assertion.expression()]);
        let own = own.chain(self.at.iter().filter_map(|at| at.when.as_ref()));
        own.chain(self.message.expressions()).chain(self.help.expressions())
    }

    /// Marks the rule as one of this build's own.
    pub(super) fn built_in(&mut self) {
        let own = self.when.iter_mut().chain([self.assertion.expression_mut()]);
        let own = own.chain(self.at.iter_mut().filter_map(|at| at.when.as_mut()));
        own.chain(self.message.expressions_mut())
            .chain(self.help.expressions_mut())
            .for_each(Expression::built_in);
    }

    /// Whether the rule is one of this build's own.
    pub(super) fn is_built_in(&self) -> bool {
        self.assertion.expression().is_built_in()
    }

    /// Compiles all expressions of the rule.
    ///
    /// # Errors
    /// The first that is no CEL, at its place.
    pub fn compile(&self) -> Result<(), RuleError> {
        self.expressions().try_for_each(Expression::compile)
    }
}
