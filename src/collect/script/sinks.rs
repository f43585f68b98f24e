//! Where the output of functions goes, and so that of each command in them.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node as Syntax;

use super::command::Command;
use super::ends::{End, Sink};
use super::scope::Scope;
use super::unit::Unit;
use super::words::{UNKNOWN, descendants};

/// Stands for whatever function somebody names when the script runs: `"$@"`.
const ANY: &str = "";

fn is_any(name: &str) -> bool {
    name.contains(UNKNOWN) && !name.contains('/')
}

/// Where the output of commands goes, and that of each function that is called.
pub(super) struct Sinks<'s, 'u> {
    scope: &'s Scope<'u>,
    functions: HashMap<String, Sink>,
}

impl<'s, 'u> Sinks<'s, 'u> {
    pub fn read(units: &'u [Unit], scope: &'s Scope<'u>) -> Self {
        let mut calls = Vec::new();
        let mut asks = false;
        for unit in units {
            for node in descendants(unit.root()).filter(|node| node.kind() == "command") {
                let end = scope.ends.of(node);
                let name =
                    node.child_by_field_name("name").map(|name| scope.literals.said(name, &unit.text));
                let names =
                    name.iter().flat_map(|name| &name.all).filter_map(|name| name.split(' ').next());
                let names: Vec<_> =
                    names.filter(|name| scope.is_function(name)).map(str::to_owned).collect();
                let called = called(&Command::new(node, &scope.literals, &unit.text), scope);
                calls.extend(names.into_iter().chain(called).map(|name| (name, end.clone())));
                if name.is_some_and(|name| name.asked && name.all.iter().any(|name| is_any(name))) {
                    calls.push((ANY.to_owned(), end.clone()));
                    asks = true;
                }
            }
        }
        let all = scope.literals.functions.iter().filter(|_| asks);
        calls.extend(all.map(|name| (name.clone(), End::Function(ANY.to_owned()))));
        Self { scope, functions: worst(&calls) }
    }

    /// Where the output of what stands at a node ends up.
    pub fn of(&self, node: Syntax<'_>) -> Sink {
        match self.scope.ends.of(node) {
            End::Sink(sink) => sink.clone(),
            // One that is called nowhere here may be called by anybody.
            End::Function(name) => self.functions.get(name).cloned().unwrap_or(Sink::Shown),
            End::Substitution(_) => Sink::Kept,
        }
    }
}

/// The worst that becomes of each function's output. What only functions call that nobody calls is none of these.
fn worst(calls: &[(String, End)]) -> HashMap<String, Sink> {
    let called: HashSet<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
    // Functions call one another: what becomes of the outer one's output becomes of the inner one's.
    let mut inner: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut first: Vec<(Sink, &str)> = Vec::new();
    for (name, end) in calls {
        match end {
            End::Sink(sink) => first.push((sink.clone(), name)),
            End::Substitution(_) => first.push((Sink::Kept, name)),
            End::Function(outer) if called.contains(outer.as_str()) => {
                inner.entry(outer).or_default().push(name);
            }
            End::Function(_) => first.push((Sink::Shown, name)),
        }
    }
    // Those that only call one another are called by nobody here.
    let mut reached: HashSet<&str> = HashSet::new();
    let mut waiting: Vec<&str> = first.iter().map(|(_, name)| *name).collect();
    while let Some(name) = waiting.pop() {
        if reached.insert(name) {
            waiting.extend(inner.get(name).into_iter().flatten());
        }
    }
    first.extend(called.difference(&reached).map(|name| (Sink::Shown, *name)));
    // The worst first, so that each is found once.
    first.sort_unstable_by(|a, b| b.cmp(a));
    let mut found = HashMap::new();
    for (sink, name) in first {
        let mut waiting = vec![name];
        while let Some(name) = waiting.pop() {
            if !found.contains_key(name) {
                found.insert(name.to_owned(), sink.clone());
                waiting.extend(inner.get(name).into_iter().flatten());
            }
        }
    }
    found
}

/// The script's own functions that a command calls, or hands on for another one to call.
fn called(command: &Command<'_>, scope: &Scope<'_>) -> Vec<String> {
    if matches!(command.name(), Some("echo" | "printf")) {
        return Vec::new();
    }
    command.words.iter().filter(|word| scope.is_function(word)).cloned().collect()
}
