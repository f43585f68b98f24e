//! A script, and the scripts that stand in it as strings: what `bash -c`, `eval`, `trap` and a shell's here-document
//! are given. All are read by the same reader.
//!
//! A string is put together as far as the script tells it; what only a run would know stays an expansion, or
//! becomes a word that says nothing.

use std::ops::Range;

use tree_sitter::{Node as Syntax, Parser, Tree};

use super::commands::Command;
use super::scope::Scope;
use super::words::{Text, UNKNOWN, children, descendants, function_around};
use super::{first_error, for_the_grammar};
use crate::profile::Spec;

/// Scripts within scripts, and bytes of all that stand in one file: strings that name each other grow without end.
const DEEPEST: usize = 8;
const LARGEST: usize = 128 << 10;
/// One script.
pub(super) struct Unit {
    pub tree: Tree,
    pub text: Text,
    /// The command that runs it, and whose output its output is: its unit, and where it stands there.
    pub outer: Option<(usize, Range<usize>)>,
}

impl Unit {
    fn parse(text: Text, outer: Option<(usize, Range<usize>)>) -> Option<Self> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
        let tree = parser.parse(&*for_the_grammar(text.whole()), None)?;
        Some(Self { tree, text, outer })
    }

    pub fn root(&self) -> Syntax<'_> {
        self.tree.root_node()
    }
}

/// The command that stands there.
pub(super) fn command_at<'n>(unit: &'n Unit, bytes: &Range<usize>) -> Option<Syntax<'n>> {
    let found = unit.root().descendant_for_byte_range(bytes.start, bytes.end);
    std::iter::successors(found, Syntax::parent).find(|node| node.kind() == "command")
}

/// The script, all that stand in it, and what their variables hold. Tells `gap` what could not be read.
pub(super) fn read(text: Text, spec: &Spec, gap: &mut dyn FnMut(String)) -> Option<(Vec<Unit>, Scope)> {
    let Some(script) = Unit::parse(text, None) else {
        gap("not parsed".to_owned());
        return None;
    };
    if let Some(line) = first_error(script.root()) {
        gap(format!("the shell's grammar does not know what stands at line {line}"));
    }
    let mut units = vec![script];
    let (mut from, mut left) = (0, LARGEST);
    for depth in 0.. {
        let scope = Scope::read(&units, spec);
        let inner: Vec<_> =
            units.iter().enumerate().skip(from).flat_map(|unit| strings(unit, &scope)).collect();
        from = units.len();
        if inner.is_empty() {
            return Some((units, scope));
        }
        for string in inner {
            let line = string.line;
            let shorter = left.checked_sub(string.text.whole().len()).filter(|_| depth < DEEPEST);
            let Some(shorter) = shorter else {
                gap(format!("a command at line {line} holds more commands than are read"));
                return Some((units, scope));
            };
            left = shorter;
            match Unit::parse(string.text, string.outer) {
                Some(unit) if first_error(unit.root()).is_none() => units.push(unit),
                unit => {
                    units.extend(unit);
                    gap(format!(
                        "the shell's grammar does not know a command that is given at line {line}"
                    ));
                }
            }
        }
    }
    None
}

/// A script that stands in another one.
struct Inner {
    text: Text,
    outer: Option<(usize, Range<usize>)>,
    /// Of the command that is given it, from 1.
    line: usize,
}

fn strings((at, unit): (usize, &Unit), scope: &Scope) -> Vec<Inner> {
    let text = &unit.text;
    let mut found = Vec::new();
    for node in descendants(unit.root()).filter(|node| node.kind() == "command") {
        let command = Command::new(node, scope, text);
        let owner = || function_around(node, text).unwrap_or(&text.owner).to_owned();
        let (parts, owner, flows) = match command.name() {
            Some("eval") => (command.given(), owner(), true),
            // It runs at the end, and not where it stands.
            Some("trap") => (command.given().into_iter().take(1).collect(), owner(), false),
            Some("echo" | "printf") | None => continue,
            // Its positional parameters are its own.
            Some(_) => (command.shell_string().into_iter().collect(), UNKNOWN.to_string(), true),
        };
        let outer = flows.then(|| (at, node.byte_range()));
        let line = node.start_position().row + 1;
        let mut add = |parts: &[Syntax<'_>], owner: String| {
            let Some(part) = parts.first() else { return };
            let words: Vec<_> = parts.iter().map(|part| scope.spelled(*part, text)).collect();
            let string = words.join(" ");
            if string.trim().is_empty() {
                return;
            }
            let start = if parts.len() == 1 { verbatim(*part) } else { None };
            found.push(Inner { text: text.inner(string, start, *part, owner), outer: outer.clone(), line });
        };
        add(&parts, owner);
        if command.reads_a_script() {
            for document in documents(node) {
                add(&[document], UNKNOWN.to_string());
            }
        }
    }
    found
}

/// What a command reads from the script itself.
fn documents(command: Syntax<'_>) -> Vec<Syntax<'_>> {
    let outer = command.parent().filter(|outer| outer.kind() == "redirected_statement");
    let all = children(command).into_iter().chain(outer.into_iter().flat_map(children));
    all.filter(|node| matches!(node.kind(), "heredoc_redirect" | "herestring_redirect"))
        .flat_map(children)
        .filter(|node| {
            !matches!(node.kind(), "heredoc_start" | "heredoc_end" | "file_redirect" | "pipeline")
        })
        .collect()
}

/// Where the text of a part begins that says what it says as it stands.
fn verbatim(part: Syntax<'_>) -> Option<usize> {
    match part.kind() {
        "raw_string" => Some(part.start_byte() + 1),
        "heredoc_body" if children(part).is_empty() => Some(part.start_byte()),
        _ => None,
    }
}
