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
        let seen = for_the_grammar(text.whole());
        let mut tree = parser.parse(&*seen, None)?;
        if let Some(mended) = mended(&seen, &tree) {
            tree = parser.parse(&mended, None)?;
        }
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

/// The text without what the grammar took for an error and is none, with blanks in its place: the `>` of `3<>FILE`, which
/// is opened to be read as well, and the first two letters of a `<<<` that stands behind another redirection. What is
/// left of that one is a redirection from a file, and [`Text`] tells it from one.
fn mended(text: &str, tree: &Tree) -> Option<String> {
    if !tree.root_node().has_error() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut blanks = 0;
    for error in descendants(tree.root_node()).filter(Syntax::is_error) {
        let (start, end) = (error.start_byte(), error.end_byte());
        let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let found = text.get(start..end).unwrap_or_default();
        let behind = bytes.get(end).copied();
        let blank = match found {
            ">" if before == Some(b'<') => start..end,
            "<" if behind == Some(b'>') => end..end + 1,
            "<<" if behind == Some(b'<') => start..end,
            _ => continue,
        };
        if let Some(errors) = bytes.get_mut(blank) {
            errors.fill(b' ');
            blanks += 1;
        }
    }
    (blanks > 0).then(|| String::from_utf8(bytes).ok()).flatten()
}

/// The text as the grammar is to see it, with blanks where it would go wrong, so that every byte stays where it is;
/// what is shown is the text itself. The number or the name before `<<<` says which descriptor reads the here-string,
/// and the grammar takes `3<<<` for a here-document; a line that begins with `\echo` it takes for a part of the one
/// before. A `for NAME do` needs its `;`.
fn for_the_grammar(text: &str) -> Cow<'_, str> {
    let text = ESCAPED.replace_all(text, "$1 $2");
    let text = match LISTLESS.replace_all(&text, "$1;do") {
        Cow::Borrowed(_) => text,
        Cow::Owned(changed) => Cow::Owned(changed),
    };
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

/// A loop over the positional parameters, without a list.
static LISTLESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)(\bfor[ \t]+\w+[ \t]*)[ \t]do\b"));

/// A word of digits, or a variable in braces, right before `<<<`.
static DESCRIPTOR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?m)(^|[\s;|&()"'`}<>])(\d+|\{\w+\})<<<"#));
