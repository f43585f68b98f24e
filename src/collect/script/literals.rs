//! What words say literally, with [`UNKNOWN`] for what only a run would know.

use std::collections::HashMap;

use tree_sitter::Node as Syntax;

use super::unit::Unit;
use super::words::{Text, UNKNOWN, children, default_of, descendants, is_name, unquoted, variable};

/// How deep words are read that stand in one another, as in `${A:-${B:-c}}`.
pub(super) const DEEPEST: u32 = 64;

/// A word, or a part of one, and the text that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Part<'u> {
    pub node: Syntax<'u>,
    pub text: &'u Text,
}

/// What the script's variables hold, as far as it says so itself.
#[derive(Default)]
pub(super) struct Literals<'u> {
    variables: HashMap<String, String>,
    arrays: HashMap<String, Vec<(String, Part<'u>)>>,
}

impl<'u> Literals<'u> {
    pub fn read(units: &'u [Unit]) -> Self {
        let mut literals = Self::default();
        for unit in units {
            for node in descendants(unit.root()).filter(|node| node.kind() == "variable_assignment") {
                literals.assignment(node, &unit.text);
            }
        }
        literals
    }

    fn assignment(&mut self, node: Syntax<'u>, text: &'u Text) {
        let Some((name, value)) = assigned(node, text) else { return };
        if value.kind() == "array" {
            let words = children(value).into_iter();
            let words = words.map(|word| (self.literal(word, text), Part { node: word, text })).collect();
            self.arrays.entry(name.to_owned()).or_insert(words);
            return;
        }
        let literal = self.literal(value, text);
        self.variables.entry(name.to_owned()).or_insert(literal);
    }

    /// What a word says, with [`UNKNOWN`] for what only a run would know, or stands deeper than anybody writes.
    pub fn literal(&self, node: Syntax<'_>, text: &Text) -> String {
        self.literal_at(node, text, DEEPEST)
    }

    fn literal_at(&self, node: Syntax<'_>, text: &Text, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else { return UNKNOWN.to_string() };
        match node.kind() {
            "word" | "number" | "string_content" | "variable_name" => unquoted(text.of(node)),
            "raw_string" => text.of(node).trim_matches('\'').to_owned(),
            "ansi_c_string" => text.of(node).trim_start_matches('$').trim_matches('\'').to_owned(),
            "string" | "concatenation" | "command_name" | "translated_string" => {
                children(node).into_iter().map(|part| self.literal_at(part, text, depth)).collect()
            }
            "simple_expansion" | "expansion" => self.expanded(node, text, depth),
            _ => UNKNOWN.to_string(),
        }
    }

    fn expanded(&self, node: Syntax<'_>, text: &Text, depth: u32) -> String {
        let known = variable(node, text).and_then(|name| self.variables.get(name));
        if let Some(known) = known.filter(|known| known.len() < 4096) {
            return known.clone();
        }
        let default = default_of(node, text).map(|default| self.literal_at(default, text, depth));
        default.unwrap_or_else(|| UNKNOWN.to_string())
    }

    /// The words that an argument becomes, each with where it is written: one, or an array's.
    pub fn words(&self, node: Syntax<'u>, text: &'u Text) -> Vec<(String, Part<'u>)> {
        let whole = text.of(node).trim_matches('"');
        let array = whole
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix("[@]}").or(rest.strip_suffix("[*]}")))
            .filter(|name| is_name(name));
        match array.and_then(|name| self.arrays.get(name)) {
            Some(words) => words.clone(),
            None => vec![(self.literal(node, text), Part { node, text })],
        }
    }
}

/// The variable of an assignment, an array's where it is one of its elements, and its value.
pub(super) fn assigned<'n, 't>(node: Syntax<'n>, text: &'t Text) -> Option<(&'t str, Syntax<'n>)> {
    let name = node.child_by_field_name("name")?;
    let value = node.child_by_field_name("value")?;
    let name =
        if name.kind() == "subscript" { variable(node, text).unwrap_or_default() } else { text.of(name) };
    Some((name, value))
}
