//! Words of a shell script: what they say literally, as far as that can be known without running it.

use tree_sitter::Node as Syntax;

use crate::text::{Place, SourceId, Span};

/// Stands for a part of a word that only a run would know.
pub(super) const UNKNOWN: char = '\u{1}';

/// A script's text, and its source.
pub(super) struct Text<'t> {
    text: &'t str,
    source: SourceId,
}

impl<'t> Text<'t> {
    pub fn new(text: &'t str, source: SourceId) -> Self {
        Self { text, source }
    }

    pub fn of(&self, node: Syntax<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    pub fn place(&self, node: Syntax<'_>) -> Place {
        Place::new(self.source, Span::of(node.byte_range()))
    }

    pub fn first_line(&self) -> &'t str {
        self.text.lines().next().unwrap_or_default()
    }

    pub fn first_line_place(&self) -> Place {
        Place::new(self.source, Span::of(0..self.first_line().len()))
    }
}

/// All nodes below a node, it first, in the order of the text. Does not recurse: a hostile script nests deep.
pub(super) fn descendants(node: Syntax<'_>) -> impl Iterator<Item = Syntax<'_>> {
    let mut waiting = vec![node];
    std::iter::from_fn(move || {
        let node = waiting.pop()?;
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        waiting.extend(children.into_iter().rev());
        Some(node)
    })
}

pub(super) fn children(node: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// The variable that an expansion names.
pub(super) fn variable<'t>(node: Syntax<'_>, text: &Text<'t>) -> Option<&'t str> {
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
