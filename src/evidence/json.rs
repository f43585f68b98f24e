//! JSON with places: strict, every value with its bytes, every fault with its offset.
//!
//! Refuses what two readers could read differently: text that is not UTF-8, comments, trailing commas,
//! single quotes. Duplicate keys are told, not refused: the last one counts, as in most readers.

use std::collections::HashMap;
use std::sync::Arc;

use jsonc_parser::ast::Value as Ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Map, Node, Pointer, Value};
use crate::text::{Place, SourceId, Span};

/// Where the parsed bytes stand in their source.
#[derive(Debug, Clone, Copy)]
pub struct Base {
    pub source: SourceId,
    /// Offset of the first parsed byte in the source.
    pub offset: u64,
    /// The line (from 1) of the first parsed byte, where the caller has counted it and the parsed bytes
    /// are one line: a record of JSON Lines.
    pub line: Option<u64>,
}

impl Base {
    /// A whole source.
    #[must_use]
    pub fn whole(source: SourceId) -> Self {
        Self { source, offset: 0, line: None }
    }

    fn place(&self, start: usize, end: usize) -> Place {
        let span = Span::of(start..end).shifted(self.offset);
        match self.line {
            Some(line) => Place::on_line(self.source, span, line, self.offset),
            None => Place::new(self.source, span),
        }
    }
}

/// A key that one object has twice.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicateKey {
    /// Of the object's member.
    pub pointer: String,
    pub first: Place,
    pub again: Place,
}

/// A number that common readers round: an integer beyond 2^53, or one beyond the range of a double.
#[derive(Debug, Clone, PartialEq)]
pub struct InexactNumber {
    pub pointer: String,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    pub node: Node,
    pub duplicate_keys: Vec<DuplicateKey>,
    pub inexact_numbers: Vec<InexactNumber>,
}

/// Why bytes are no JSON. `offset` counts from the first byte parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct JsonError {
    pub offset: u64,
    pub what: String,
}

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// What people write by hand: JSONC and JSON5.
const LOOSE: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: true,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: true,
    allow_unary_plus_numbers: true,
    allow_bare_decimal_point_numbers: true,
    allow_non_finite_numbers: true,
    allow_extended_string_escapes: true,
};

/// The largest integer up to which every double is exact (RFC 8259, section 6).
const EXACT: u64 = 1 << 53;

/// Parses one JSON text. No more than 512 levels of nesting are read.
///
/// # Errors
/// The first fault, with its offset.
pub fn parse(bytes: &[u8], base: Base) -> Result<Parsed, JsonError> {
    read(bytes, base, Reading { keep_all: false, options: &STRICT })
}

/// As [`parse`], but an object keeps every value of a key that stands twice, in their order: for who asks what
/// any reader may have seen.
///
/// # Errors
/// As [`parse`].
pub fn parse_all(bytes: &[u8], base: Base) -> Result<Parsed, JsonError> {
    read(bytes, base, Reading { keep_all: true, options: &STRICT })
}

/// As [`parse_all`], with what JSONC and JSON5 allow beside. A number that JSON does not know is null.
///
/// # Errors
/// As [`parse`].
pub fn parse_loose(bytes: &[u8], base: Base) -> Result<Parsed, JsonError> {
    read(bytes, base, Reading { keep_all: true, options: &LOOSE })
}

/// How a text is read.
struct Reading {
    /// Whether each value of a key that stands twice is kept, or the last one.
    keep_all: bool,
    options: &'static ParseOptions,
}

fn read(bytes: &[u8], base: Base, reading: Reading) -> Result<Parsed, JsonError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| JsonError { offset: error.valid_up_to() as u64, what: "not UTF-8".to_owned() })?;
    let fault = |offset: usize, what: String| JsonError { offset: offset as u64, what };
    let strict = !reading.options.allow_comments;
    if strict && let Some(at) = odd_space(text) {
        return Err(fault(at, "a character stands between values that is none of JSON's".to_owned()));
    }
    let ast = parse_to_ast(text, &CollectOptions::default(), reading.options)
        .map_err(|error| fault(error.range().start, lowercase_first(&error.kind().to_string())))?
        .value
        .ok_or_else(|| fault(0, "empty".to_owned()))?;
    let keep_all = reading.keep_all;
    let mut reader =
        Reader { base, text, strict, keep_all, duplicate_keys: Vec::new(), inexact_numbers: Vec::new() };
    let node = reader.node(&ast, &Trail { parent: None, segment: "" })?;
    Ok(Parsed { node, duplicate_keys: reader.duplicate_keys, inexact_numbers: reader.inexact_numbers })
}

/// Where a character stands outside of strings that the parser takes for white space, and RFC 8259, section 2, does
/// not.
fn odd_space(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if text.is_ascii() && memchr::memchr2(0x0B, 0x0C, bytes).is_none() {
        return None;
    }
    let (mut quoted, mut escaped) = (false, false);
    bytes.iter().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ => {}
        }
        !quoted && (matches!(byte, 0x0B | 0x0C) || !byte.is_ascii())
    })
}

fn lowercase_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

struct Reader<'t> {
    base: Base,
    text: &'t str,
    strict: bool,
    /// Whether each value of a key that stands twice is kept, or the last one.
    keep_all: bool,
    duplicate_keys: Vec<DuplicateKey>,
    inexact_numbers: Vec<InexactNumber>,
}

/// The way to a value; only spelled out as a pointer where something is wrong with it.
struct Trail<'a> {
    parent: Option<&'a Trail<'a>>,
    segment: &'a str,
}

impl Trail<'_> {
    fn pointer(&self) -> Pointer {
        match self.parent {
            Some(parent) => parent.pointer().child(self.segment),
            None => Pointer::default(),
        }
    }
}

impl Reader<'_> {
    /// The parser lets a raw control character stand in a string; RFC 8259, section 7, does not.
    fn no_raw_control(&self, range: jsonc_parser::common::Range) -> Result<(), JsonError> {
        let raw = self.text.as_bytes().get(range.start..range.end).unwrap_or_default();
        match raw.iter().position(|byte| *byte < b' ') {
            None => Ok(()),
            Some(at) => Err(JsonError {
                offset: (range.start + at) as u64,
                what: "a control character stands unescaped in a string".to_owned(),
            }),
        }
    }

    fn node(&mut self, ast: &Ast<'_>, trail: &Trail<'_>) -> Result<Node, JsonError> {
        let range = ast.range();
        let place = self.base.place(range.start, range.end);
        let value = match ast {
            Ast::NullKeyword(_) => Value::Null,
            Ast::BooleanLit(literal) => Value::Bool(literal.value),
            Ast::StringLit(literal) => {
                if self.strict {
                    self.no_raw_control(literal.range)?;
                }
                Value::String(Arc::from(&*literal.value))
            }
            Ast::NumberLit(literal) => {
                let value = match number(literal.value) {
                    Some(value) => value,
                    None if !self.strict => Value::Null,
                    None => {
                        let what = "not a number".to_owned();
                        return Err(JsonError { offset: range.start as u64, what });
                    }
                };
                if inexact(&value) {
                    let pointer = trail.pointer().to_string();
                    self.inexact_numbers.push(InexactNumber { pointer, place });
                }
                value
            }
            Ast::Array(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for (at, element) in array.elements.iter().enumerate() {
                    let segment = at.to_string();
                    items.push(self.node(element, &Trail { parent: Some(trail), segment: &segment })?);
                }
                Value::List(items)
            }
            Ast::Object(object) => {
                let mut map = Map::with_capacity(object.properties.len());
                let mut seen = Keys::new(object.properties.len());
                for property in &object.properties {
                    let key = property.name.as_str();
                    let trail = Trail { parent: Some(trail), segment: key };
                    let at = property.name.range();
                    if self.strict {
                        self.no_raw_control(at)?;
                    }
                    let key_place = self.base.place(at.start, at.end);
                    let node = self.node(&property.value, &trail)?;
                    match seen.take(key, key_place) {
                        Some(first) => {
                            let pointer = trail.pointer().to_string();
                            self.duplicate_keys.push(DuplicateKey { pointer, first, again: key_place });
                            if self.keep_all {
                                map.append_read(key, key_place, node);
                            } else {
                                map.insert(key, node);
                            }
                        }
                        None => map.append_read(key, key_place, node),
                    }
                }
                Value::Map(map)
            }
        };
        Ok(Node { value, place: Some(place) })
    }
}

/// Where each key of an object stood last. A short object is looked through, for most are short.
enum Keys<'a> {
    Few(Vec<(&'a str, Place)>),
    Many(HashMap<&'a str, Place>),
}

impl<'a> Keys<'a> {
    /// Keys among which to look through takes no longer than to hash one.
    const FEW: usize = 32;

    fn new(count: usize) -> Self {
        if count > Self::FEW { Self::Many(HashMap::new()) } else { Self::Few(Vec::with_capacity(count)) }
    }

    /// Takes a key; where it stood before, the place at which it last did.
    fn take(&mut self, key: &'a str, place: Place) -> Option<Place> {
        match self {
            Self::Many(seen) => seen.insert(key, place),
            Self::Few(seen) => match seen.iter_mut().find(|(name, _)| *name == key) {
                Some((_, known)) => Some(std::mem::replace(known, place)),
                None => {
                    seen.push((key, place));
                    None
                }
            },
        }
    }
}

/// `362.0` is the integer that it is equal to: JSON has one kind of number.
fn number(literal: &str) -> Option<Value> {
    if let Ok(value) = literal.parse::<i64>() {
        return Some(Value::Int(value));
    }
    if let Ok(value) = literal.parse::<u64>() {
        return Some(Value::UInt(value));
    }
    let value = literal.parse::<f64>().ok()?;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "whole, and within 2^53"
    )]
    let whole = (value.fract() == 0.0 && value.abs() <= EXACT as f64).then_some(Value::Int(value as i64));
    Some(whole.unwrap_or(Value::Float(value)))
}

fn inexact(value: &Value) -> bool {
    match value {
        Value::Int(value) => value.unsigned_abs() > EXACT,
        Value::UInt(_) => true,
        #[expect(clippy::cast_precision_loss, reason = "a power of two is exact")]
        Value::Float(value) => !value.is_finite() || (value.fract() == 0.0 && value.abs() > EXACT as f64),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
