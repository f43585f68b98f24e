//! A script, and the scripts that stand in it as strings: what `bash -c`, `eval`, `trap` and a shell's here-document
//! are given. All are read by the same reader.
//!
//! A string is put together as far as the script tells it; what only a run would know stays an expansion, or
//! becomes a word that says nothing.

use tree_sitter::Node as Syntax;

use super::command::Command;
use super::literals::Part;
use super::scope::Scope;
use super::unit::Unit;
use super::words::{Text, UNKNOWN, children, with_parents};
use crate::profile::Spec;

/// Scripts within scripts, and bytes of all that stand in one file: strings that name each other grow without end.
const DEEPEST: usize = 8;
const LARGEST: usize = 128 << 10;
/// The script, and all that stand in it. Tells `gap` what could not be read.
pub(super) fn read(text: Text, spec: &Spec, gap: &mut dyn FnMut(String)) -> Option<Vec<Unit>> {
    let Some(script) = Unit::parse(text, None) else {
        gap("not parsed".to_owned());
        return None;
    };
    if let Some(line) = script.first_error() {
        gap(format!("the shell's grammar does not know what stands at line {line}"));
    }
    let mut units = vec![script];
    let (mut from, mut left) = (0, LARGEST);
    for depth in 0.. {
        let scope = Scope::read(&units, spec);
        let inner: Vec<_> = units.iter().skip(from).flat_map(|unit| strings(unit, &scope)).collect();
        from = units.len();
        if inner.is_empty() {
            return Some(units);
        }
        for string in inner {
            let line = string.line;
            let shorter = left.checked_sub(string.text.whole().len()).filter(|_| depth < DEEPEST);
            let Some(shorter) = shorter else {
                gap(format!("a command at line {line} holds more commands than are read"));
                return Some(units);
            };
            left = shorter;
            match Unit::parse(string.text, string.outer) {
                Some(unit) if unit.first_error().is_none() => units.push(unit),
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
    outer: Option<usize>,
    /// Of the command that is given it, from 1.
    line: usize,
}

fn strings<'u>(unit: &'u Unit, scope: &Scope<'u>) -> Vec<Inner> {
    let text = &unit.text;
    let mut found = Vec::new();
    for (node, around) in with_parents(unit.root()).filter(|(node, _)| node.kind() == "command") {
        let command = Command::new(node, &scope.literals, text);
        let owner = || text.owner_at(node).to_owned();
        let (parts, owner, flows) = match command.name() {
            Some("eval") => (command.given(), owner(), true),
            // It runs at the end, and not where it stands.
            Some("trap") => (command.given().into_iter().take(1).collect(), owner(), false),
            Some("echo" | "printf") | None => continue,
            // Its positional parameters are its own.
            Some(_) => (command.shell_string().into_iter().collect(), UNKNOWN.to_string(), true),
        };
        let outer = flows.then(|| node.id());
        let line = node.start_position().row + 1;
        let mut add = |parts: &[Part<'_>], owner: String| {
            let Some(part) = parts.first() else { return };
            let words: Vec<_> = parts.iter().map(|part| scope.spelled(part.node, part.text)).collect();
            let string = words.join(" ");
            if string.trim().is_empty() {
                return;
            }
            let start = if parts.len() == 1 { verbatim(part.node) } else { None };
            found.push(Inner { text: part.text.inner(string, start, part.node, owner), outer, line });
        };
        add(&parts, owner);
        if command.reads_a_script() {
            for node in documents(node, around) {
                add(&[Part { node, text }], UNKNOWN.to_string());
            }
        }
    }
    found
}

/// What a command reads from the script itself.
fn documents<'u>(command: Syntax<'u>, around: Option<Syntax<'u>>) -> Vec<Syntax<'u>> {
    let outer = around.filter(|outer| outer.kind() == "redirected_statement");
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
