//! One script, parsed: the file's own, or one that stands in it as a string.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use tree_sitter::{Node as Syntax, Parser, Tree};

use super::words::{Text, descendants};
use crate::text::pattern;

pub(super) struct Unit {
    tree: Tree,
    pub text: Text,
    /// The command that runs it, and whose output its output is: the id of its node, in an earlier unit.
    pub outer: Option<usize>,
}

impl Unit {
    pub fn parse(mut text: Text, outer: Option<usize>) -> Option<Self> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
        let tree = parser.parse(&*for_the_grammar(text.whole()), None)?;
        text.find_functions(tree.root_node());
        Some(Self { tree, text, outer })
    }

    pub fn root(&self) -> Syntax<'_> {
        self.tree.root_node()
    }

    /// The line, from 1, of the first part that the grammar did not know.
    pub fn first_error(&self) -> Option<usize> {
        if !self.root().has_error() {
            return None;
        }
        descendants(self.root())
            .find(|node| node.is_error() || node.is_missing())
            .map(|node| node.start_position().row + 1)
    }
}

/// The text as the grammar is to see it, with blanks where it would go wrong, so that every byte stays where it is;
/// what is shown is the text itself. The number or the name before `<<<` says which descriptor reads the here-string,
/// and the grammar takes `3<<<` for a here-document; a line that begins with `\echo` it takes for a part of the one
/// before.
fn for_the_grammar(text: &str) -> Cow<'_, str> {
    let text = ESCAPED.replace_all(text, "$1 $2");
    if !DESCRIPTOR.is_match(&text) {
        return text;
    }
    let blank = |found: &Captures<'_>| {
        let (before, descriptor) = (&found[1], &found[2]);
        format!("{before}{}<<<", " ".repeat(descriptor.len()))
    };
    Cow::Owned(DESCRIPTOR.replace_all(&text, blank).into_owned())
}

/// A word at the start of a line whose first letter is escaped, so that no alias is meant.
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^([ \t]*)\\(\w)"));

/// A word of digits, or a variable in braces, right before `<<<`.
static DESCRIPTOR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?m)(^|[\s;|&()"'`}<>])(\d+|\{\w+\})<<<"#));
