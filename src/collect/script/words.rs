//! Words of a shell script: what they say literally, as far as that can be known without running it.

use std::ops::Range;

use tree_sitter::Node as Syntax;

use super::grown::GROWN;
use crate::text::{Place, SourceId, Span};

/// Stands for a part of a word that only a run would know.
pub(super) const UNKNOWN: char = '\u{1}';

/// Around what the shell has expanded to the value before a text is read.
const VALUE: [char; 2] = ['\u{2}', '\u{3}'];

/// What expands to the value, as a part of a text that is read behind it.
pub(super) fn as_value(expansion: &str) -> String {
    let [before, behind] = VALUE;
    format!("{before}{expansion}{behind}")
}

/// A text without these marks, and what stood between them.
fn without_marks(text: &str) -> (String, Vec<Range<usize>>) {
    let (mut out, mut values, mut start) = (String::with_capacity(text.len()), Vec::new(), 0);
    for letter in text.chars() {
        match VALUE.iter().position(|mark| *mark == letter) {
            Some(0) => start = out.len(),
            Some(_) => values.push(start..out.len()),
            None if letter == GROWN => {}
            None => out.push(letter),
        }
    }
    (out, values)
}

/// Where a text stands in the file.
#[derive(Clone, Copy)]
enum Stands {
    /// As it is, so many bytes behind the start.
    Behind(usize),
    /// Put together of what stands at this place.
    At(Place),
}

/// The text of a script, or of one that stands in it as a string.
pub(super) struct Text {
    text: String,
    source: SourceId,
    stands: Stands,
    /// Whose positional parameters those are that no function of the text has: a function's, or none's.
    owner: String,
    /// Where a function begins or ends, and the bytes of the name of the one that it is in from there on.
    functions: Vec<(usize, Option<Range<usize>>)>,
    /// Where it is the value by the time it is read, in whatever quotes that stands.
    values: Vec<Range<usize>>,
}

impl Text {
    pub fn new(text: &str, source: SourceId) -> Self {
        let owner = String::new();
        let (functions, values) = (Vec::new(), Vec::new());
        Self { text: text.to_owned(), source, stands: Stands::Behind(0), owner, functions, values }
    }

    /// A text that stands in this one, as it is from `start` on, or put together of what is at `node`.
    pub fn inner(&self, text: &str, start: Option<usize>, node: Syntax<'_>, owner: String) -> Self {
        let stands = match (self.stands, start) {
            (Stands::Behind(before), Some(start)) => Stands::Behind(before + start),
            _ => Stands::At(self.place(node)),
        };
        let (text, values) = without_marks(text);
        Self { text, source: self.source, stands, owner, functions: Vec::new(), values }
    }

    /// Whether a part that the shell does not expand any more is the value already, or has it in it.
    pub fn is_value(&self, node: Syntax<'_>) -> bool {
        let behind = self.values.partition_point(|value| value.start < node.start_byte());
        let inside = self.values.get(behind).is_some_and(|value| value.end <= node.end_byte());
        let is_text = || {
            matches!(
                node.kind(),
                "word"
                    | "raw_string"
                    | "ansi_c_string"
                    | "string_content"
                    | "heredoc_body"
                    | "heredoc_content"
            )
        };
        inside && is_text()
    }

    /// Finds the functions at once: to ask each node for what it stands in would go down from the root every time.
    pub fn find_functions(&mut self, root: Syntax<'_>) {
        let mut open: Vec<(usize, Range<usize>)> = Vec::new();
        let mut found = Vec::new();
        for node in descendants(root).filter(|node| node.kind() == "function_definition") {
            let Some(name) = node.child_by_field_name("name") else { continue };
            while let Some((end, _)) = open.pop_if(|(end, _)| *end <= node.start_byte()) {
                found.push((end, open.last().map(|(_, name)| name.clone())));
            }
            found.push((node.start_byte(), Some(name.byte_range())));
            open.push((node.end_byte(), name.byte_range()));
        }
        while let Some((end, _)) = open.pop() {
            found.push((end, open.last().map(|(_, name)| name.clone())));
        }
        self.functions = found;
    }

    /// Whose positional parameters are expanded at a node: a function's, by its name, or those of the script.
    pub fn owner_at(&self, node: Syntax<'_>) -> &str {
        self.function_at(node).unwrap_or(&self.owner)
    }

    /// The function of this text that a node is in.
    pub fn function_at(&self, node: Syntax<'_>) -> Option<&str> {
        let behind = self.functions.partition_point(|(from, _)| *from <= node.start_byte());
        let function = behind.checked_sub(1).and_then(|at| self.functions.get(at)?.1.clone());
        function.map(|name| self.between(name))
    }

    /// Whether a command reads what stands there as it is: a here-document, or a here-string, which the grammar does not
    /// know behind another redirection.
    pub fn is_document(&self, node: Syntax<'_>) -> bool {
        let start = node.start_byte();
        match node.kind() {
            "heredoc_redirect" | "herestring_redirect" => true,
            "file_redirect" => self.between(start.saturating_sub(2)..start + 1) == "<<<",
            _ => false,
        }
    }

    pub fn whole(&self) -> &str {
        &self.text
    }

    /// The text of a node. An expansion's begins with its `$`: to the grammar, blanks between two of them are the
    /// second's.
    pub fn of(&self, node: Syntax<'_>) -> &str {
        let whole = self.between(node.byte_range());
        let expands = matches!(
            node.kind(),
            "simple_expansion" | "expansion" | "command_substitution" | "arithmetic_expansion"
        );
        if expands { whole.trim_start() } else { whole }
    }

    /// The blanks that the grammar takes for a part of an expansion, and that stand before it.
    pub fn blanks_before(&self, node: Syntax<'_>) -> &str {
        let whole = self.between(node.byte_range());
        whole.get(..whole.len() - self.of(node).len()).unwrap_or_default()
    }

    pub fn between(&self, bytes: Range<usize>) -> &str {
        self.text.get(bytes).unwrap_or_default()
    }

    pub fn place(&self, node: Syntax<'_>) -> Place {
        self.place_of(node.byte_range())
    }

    fn place_of(&self, bytes: Range<usize>) -> Place {
        match self.stands {
            Stands::Behind(before) => {
                Place::new(self.source, Span::of(bytes.start + before..bytes.end + before))
            }
            Stands::At(place) => place,
        }
    }

    pub fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    pub fn first_line_place(&self) -> Place {
        self.place_of(0..self.first_line().len())
    }
}

/// All nodes below a node, it first, in the order of the text. Does not recurse: a hostile script nests deep.
pub(super) fn descendants(node: Syntax<'_>) -> impl Iterator<Item = Syntax<'_>> {
    with_parents(node).map(|(node, _)| node)
}

/// The same, each with the node that it is a child of; a node that is asked for it goes down from the root.
pub(super) fn with_parents(node: Syntax<'_>) -> impl Iterator<Item = (Syntax<'_>, Option<Syntax<'_>>)> {
    let mut waiting = vec![(node, None)];
    std::iter::from_fn(move || {
        let (node, outer) = waiting.pop()?;
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).map(|child| (child, Some(node))).collect();
        waiting.extend(children.into_iter().rev());
        Some((node, outer))
    })
}

/// Those of a node that are not part of a substitution below it.
pub(super) fn outside_substitutions(node: Syntax<'_>) -> impl Iterator<Item = Syntax<'_>> {
    let mut waiting = vec![node];
    std::iter::from_fn(move || {
        let node = waiting.pop()?;
        if !matches!(node.kind(), "command_substitution" | "process_substitution") {
            waiting.extend(children(node).into_iter().rev());
        }
        Some(node)
    })
}

pub(super) fn children(node: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// The variable that an expansion names.
pub(super) fn variable<'t>(node: Syntax<'_>, text: &'t Text) -> Option<&'t str> {
    let named = |node: &Syntax<'_>| matches!(node.kind(), "variable_name" | "special_variable_name");
    for child in children(node) {
        if named(&child) {
            return Some(text.of(child));
        }
        if child.kind() == "subscript" {
            return children(child).into_iter().find(|node| named(node)).map(|node| text.of(node));
        }
    }
    None
}

/// The word in `${NAME:-word}`, `${NAME:=word}` and their kind.
pub(super) fn default_of<'n>(node: Syntax<'n>, text: &Text) -> Option<Syntax<'n>> {
    behind(node, &["-", ":-", "=", ":="], text).map(|(_, word)| word)
}

/// The variable that `${NAME:=word}` assigns, and the word.
pub(super) fn assigned_default<'n, 't>(node: Syntax<'n>, text: &'t Text) -> Option<(&'t str, Syntax<'n>)> {
    behind(node, &["=", ":="], text)
}

/// The variable of an expansion, and the word that stands behind one of these operators.
fn behind<'n, 't>(node: Syntax<'n>, operators: &[&str], text: &'t Text) -> Option<(&'t str, Syntax<'n>)> {
    let name = variable(node, text)?;
    let mut after = text.of(node).strip_prefix("${")?.strip_prefix(name)?;
    if after.starts_with('[') {
        after = after.split_once(']')?.1;
    }
    if !operators.iter().any(|operator| after.starts_with(operator)) {
        return None;
    }
    let is_name = |child: &Syntax<'_>| {
        matches!(child.kind(), "variable_name" | "special_variable_name" | "subscript")
    };
    children(node).into_iter().find(|child| !is_name(child)).map(|word| (name, word))
}

pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub(super) fn is_positional(name: &str) -> bool {
    matches!(name, "@" | "*")
        || (!name.is_empty() && !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A literal without its quotes and escapes.
pub(super) fn unquoted(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '"' | '\'' => {}
            c => out.push(c),
        }
    }
    out
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `#!/bin/sh`, `#!/usr/bin/env bash`, and their kind.
pub(super) fn is_shell(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("#!") else { return false };
    let mut words =
        rest.split_whitespace().map(base).filter(|word| *word != "env" && !word.starts_with('-'));
    matches!(words.next(), Some("sh" | "bash" | "dash" | "ksh" | "ash"))
}

/// Whether a script's name makes it a loop over the harness; a loop that names the baseline engine is the
/// baseline's own.
pub(super) fn is_loop(name: &str, baseline_engine: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let parts: Vec<_> = stem.split(['-', '_']).collect();
    parts.contains(&"loop") && !parts.contains(&baseline_engine)
}

/// Whether a flag of grep's keeps what it finds to itself.
pub(super) fn quiet(word: &str) -> bool {
    matches!(word, "--quiet" | "--silent" | "--count")
        || word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains(['q', 'c']))
}
