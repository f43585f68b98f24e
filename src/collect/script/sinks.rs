//! Where a command's output goes.

use tree_sitter::Node as Syntax;

use super::scope::Scope;
use super::words::{Text, base, children};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sink {
    /// A terminal, or the log of whoever called.
    Shown,
    File(String),
    /// Into a variable, another process, or nowhere.
    Kept,
}

/// Commands that read all and print nothing of it.
const SILENT: [&str; 4] = ["wc", "true", "read", "test"];

/// Where the output of the command at `node` ends up.
pub(super) fn sink_of(node: Syntax<'_>, scope: &Scope, text: &Text<'_>) -> Sink {
    if let Some(sink) = redirected(node, scope, text) {
        return sink;
    }
    let mut inner = node;
    while let Some(outer) = inner.parent() {
        match outer.kind() {
            "command_substitution" | "process_substitution" => return Sink::Kept,
            "redirected_statement" => {
                if let Some(sink) = redirected(outer, scope, text) {
                    return sink;
                }
            }
            "pipeline" => {
                if let Some(sink) = piped(outer, inner, scope, text) {
                    return sink;
                }
            }
            _ => {}
        }
        inner = outer;
    }
    Sink::Shown
}

/// Where a statement's own redirections send its output.
fn redirected(node: Syntax<'_>, scope: &Scope, text: &Text<'_>) -> Option<Sink> {
    let mut found = None;
    for child in children(node) {
        match child.kind() {
            "file_redirect" => found = file(child, scope, text).or(found),
            // What stands behind `<<EOF` on its line.
            "heredoc_redirect" => found = redirected(child, scope, text).or(found),
            "pipeline" if node.kind() == "heredoc_redirect" => {
                found = piped(child, node, scope, text).or(found);
            }
            _ => {}
        }
    }
    found
}

fn file(redirect: Syntax<'_>, scope: &Scope, text: &Text<'_>) -> Option<Sink> {
    let whole = text.of(redirect);
    let descriptor = redirect.child_by_field_name("descriptor").map(|node| text.of(node));
    let operator = whole.trim_start_matches(|c: char| c.is_ascii_digit());
    if operator.starts_with('<') || descriptor.is_some_and(|number| number != "1") {
        return None;
    }
    let destination = redirect.child_by_field_name("destination").map(|node| scope.literal(node, text))?;
    let to_descriptor = operator.starts_with(">&") && destination.bytes().all(|byte| byte.is_ascii_digit());
    Some(match destination.as_str() {
        _ if to_descriptor => Sink::Shown,
        "/dev/null" => Sink::Kept,
        "/dev/stdout" | "/dev/stderr" | "/dev/tty" => Sink::Shown,
        path if path.starts_with("/dev/fd/") => Sink::Shown,
        path => Sink::File(path.to_owned()),
    })
}

/// What the rest of a pipeline does with the output of one of its commands.
fn piped(pipeline: Syntax<'_>, from: Syntax<'_>, scope: &Scope, text: &Text<'_>) -> Option<Sink> {
    let later = children(pipeline).into_iter().filter(|stage| stage.start_byte() >= from.end_byte());
    let later: Vec<_> =
        if from.kind() == "heredoc_redirect" { children(pipeline) } else { later.collect() };
    for stage in &later {
        let command = if stage.kind() == "redirected_statement" {
            stage.child_by_field_name("body").unwrap_or(*stage)
        } else {
            *stage
        };
        let Some(name) = command.child_by_field_name("name") else { continue };
        let words: Vec<_> =
            children(command).into_iter().skip(1).map(|word| scope.literal(word, text)).collect();
        match base(text.of(name)) {
            "tee" => {
                let file = words.into_iter().find(|word| !word.starts_with('-') && word != "/dev/null");
                if let Some(file) = file {
                    return Some(Sink::File(file));
                }
            }
            "grep" | "egrep" | "fgrep" if words.iter().any(|word| quiet(word)) => return Some(Sink::Kept),
            name if SILENT.contains(&name) => return Some(Sink::Kept),
            _ => {}
        }
    }
    later.last().and_then(|last| redirected(*last, scope, text))
}

fn quiet(word: &str) -> bool {
    matches!(word, "--quiet" | "--silent" | "--count")
        || word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains(['q', 'c']))
}
