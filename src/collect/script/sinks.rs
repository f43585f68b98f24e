//! Where a command's output goes.

use std::collections::HashMap;

use tree_sitter::Node as Syntax;

use super::commands::Command;
use super::scope::Scope;
use super::units::{Unit, command_at};
use super::words::{Text, base, children, descendants};

/// The worst is the last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sink {
    /// Into a variable, another process, or nowhere.
    Kept,
    File(String),
    /// A terminal, or the log of whoever called.
    Shown,
}

/// The end of the way, as far as it can be followed at once.
enum End {
    Sink(Sink),
    /// Wherever the output of this function goes.
    Function(String),
}

/// Commands that read all and print nothing of it.
const SILENT: [&str; 4] = ["wc", "true", "read", "test"];

/// Where the output of commands goes, and that of each function that is called.
pub(super) struct Sinks<'u> {
    units: &'u [Unit],
    scope: &'u Scope,
    functions: HashMap<String, Sink>,
}

impl<'u> Sinks<'u> {
    pub fn read(units: &'u [Unit], scope: &'u Scope) -> Self {
        let mut sinks = Self { units, scope, functions: HashMap::new() };
        let mut calls: Vec<(String, End)> = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            for node in descendants(unit.root()).filter(|node| node.kind() == "command") {
                let called = called(&Command::new(node, scope, &unit.text), scope);
                calls.extend(called.into_iter().map(|name| (name, sinks.end(node, at))));
            }
        }
        sinks.functions = calls.iter().map(|(name, _)| (name.clone(), Sink::Kept)).collect();
        // Functions call one another: the worst is handed on until nothing changes.
        loop {
            let mut changed = false;
            for (name, end) in &calls {
                let sink = match end {
                    End::Sink(sink) => sink.clone(),
                    End::Function(outer) => sinks.of_function(outer),
                };
                if let Some(worst) = sinks.functions.get_mut(name).filter(|worst| **worst < sink) {
                    *worst = sink;
                    changed = true;
                }
            }
            if !changed {
                return sinks;
            }
        }
    }

    /// A function that is called nowhere here may be called by anybody.
    fn of_function(&self, name: &str) -> Sink {
        self.functions.get(name).cloned().unwrap_or(Sink::Shown)
    }

    /// Where the output of the command at `node` of a unit ends up.
    pub fn of(&self, node: Syntax<'_>, unit: usize) -> Sink {
        match self.end(node, unit) {
            End::Sink(sink) => sink,
            End::Function(name) => self.of_function(&name),
        }
    }

    fn end(&self, node: Syntax<'_>, unit: usize) -> End {
        let Some(Unit { text, outer, .. }) = self.units.get(unit) else { return End::Sink(Sink::Shown) };
        if let Some(end) = way_out(node, self.scope, text) {
            return end;
        }
        // What a shell prints that was given a string is what the command prints that gave it.
        let outer =
            outer.as_ref().and_then(|(at, bytes)| Some((command_at(self.units.get(*at)?, bytes)?, *at)));
        outer.map_or(End::Sink(Sink::Shown), |(node, at)| self.end(node, at))
    }
}

/// The script's own functions that a command calls, or hands on for another one to call.
fn called(command: &Command<'_>, scope: &Scope) -> Vec<String> {
    if matches!(command.name(), Some("echo" | "printf")) {
        return Vec::new();
    }
    command.words.iter().filter(|word| scope.is_function(word)).cloned().collect()
}

/// Where the output of the command at `node` goes within its script; none where it is the script's own.
fn way_out(node: Syntax<'_>, scope: &Scope, text: &Text) -> Option<End> {
    if let Some(sink) = redirected(node, scope, text) {
        return Some(End::Sink(sink));
    }
    let mut inner = node;
    while let Some(outer) = inner.parent() {
        match outer.kind() {
            "command_substitution" | "process_substitution" => return Some(End::Sink(Sink::Kept)),
            "redirected_statement" => {
                if let Some(sink) = redirected(outer, scope, text) {
                    return Some(End::Sink(sink));
                }
            }
            "function_definition" => {
                if let Some(sink) = redirected(outer, scope, text) {
                    return Some(End::Sink(sink));
                }
                let name = outer.child_by_field_name("name")?;
                return Some(End::Function(text.of(name).to_owned()));
            }
            "pipeline" => {
                if let Some(sink) = piped(outer, inner, scope, text) {
                    return Some(End::Sink(sink));
                }
            }
            _ => {}
        }
        inner = outer;
    }
    None
}

/// Where a statement's own redirections send its output.
fn redirected(node: Syntax<'_>, scope: &Scope, text: &Text) -> Option<Sink> {
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

fn file(redirect: Syntax<'_>, scope: &Scope, text: &Text) -> Option<Sink> {
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
fn piped(pipeline: Syntax<'_>, from: Syntax<'_>, scope: &Scope, text: &Text) -> Option<Sink> {
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

pub(super) fn quiet(word: &str) -> bool {
    matches!(word, "--quiet" | "--silent" | "--count")
        || word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains(['q', 'c']))
}
