//! What a script does with the endpoint's value, its knobs, and whom it starts.

use tree_sitter::Node as Syntax;

use super::command::{Command, prints_what_it_reads};
use super::ends::Sink;
use super::listing::Listing;
use super::scope::Scope;
use super::sinks::Sinks;
use super::unit::Unit;
use super::words::{Text, with_parents};
use crate::evidence::{Map, Node, Value};
use crate::profile::Spec;
use crate::text::Place;

#[derive(Default)]
pub(super) struct Shell {
    pub prints: Vec<Node>,
    pub argv: Vec<Node>,
    pub files: Vec<Node>,
    pub knobs: Vec<Node>,
    pub starts: Vec<Node>,
    pub delegates: bool,
}

pub(super) fn fact<const N: usize>(entries: [(&'static str, Value); N], place: Place) -> Node {
    let place = Some(place);
    let map: Map = entries.into_iter().map(|(key, value)| (key, Node { value, place })).collect();
    Node::new(map, place)
}

/// What is looked at while a script is read.
pub(super) struct View<'v, 'u> {
    pub text: &'u Text,
    pub scope: &'v Scope<'u>,
    pub sinks: &'v Sinks<'v, 'u>,
    pub spec: &'v Spec,
}

impl Shell {
    /// Reads a script with all that stand in it.
    pub fn read<'u>(units: &'u [Unit], scope: &Scope<'u>, spec: &Spec) -> Self {
        let sinks = Sinks::read(units, scope);
        let mut shell = Self::default();
        for (number, unit) in units.iter().enumerate() {
            let text = &unit.text;
            let view = View { text, scope, sinks: &sinks, spec };
            if number == 0 {
                shell.first_line(&view);
            }
            for (node, outer) in with_parents(unit.root()) {
                match node.kind() {
                    "command" => shell.command(&Command::new(node, &scope.literals, text), &view),
                    "declaration_command" => shell.declaration(node, &view),
                    "variable_assignment" => shell.knob_assignment(node, &view),
                    "expansion" => shell.knob_default(node, &view),
                    "heredoc_redirect" | "herestring_redirect" => shell.document(node, outer, &view),
                    "file_redirect" if view.text.is_document(node) => shell.document(node, outer, &view),
                    "file_redirect" => shell.read_environ(node, outer, &view),
                    _ => {}
                }
            }
        }
        shell
    }

    fn first_line(&mut self, view: &View<'_, '_>) {
        let line = view.text.first_line();
        let flags = line.strip_prefix("#!").into_iter().flat_map(str::split_whitespace).skip(1);
        if flags.into_iter().any(is_trace_flag) {
            let place = view.text.first_line_place();
            self.prints.push(fact([("what", "set -x".into()), ("variable", Value::Null)], place));
        }
    }

    /// Something is printed: told as what it is, where it goes to.
    pub fn output(&mut self, what: &str, node: Syntax<'_>, at: Syntax<'_>, view: &View<'_, '_>) {
        self.told(view.sinks.of(node), what, at, view);
    }

    /// The same where it is known where it goes to.
    pub fn told(&mut self, sink: Sink, what: &str, at: Syntax<'_>, view: &View<'_, '_>) {
        let place = view.text.place(at);
        let variable = super::words::variable(at, view.text);
        match sink {
            Sink::Shown => {
                self.prints.push(fact([("what", what.into()), ("variable", variable.into())], place));
            }
            Sink::File(file) => {
                let file = file.replace(super::words::UNKNOWN, "…");
                self.files.push(fact([("what", what.into()), ("file", file.into())], place));
            }
            Sink::Kept => {}
        }
    }

    fn declaration(&mut self, node: Syntax<'_>, view: &View<'_, '_>) {
        let Some(listing) = Listing::of(node, view.text) else { return };
        let names = &listing.names;
        if names.is_empty() || names.iter().any(|name| view.scope.is_its_name(*name, view.text)) {
            self.output(&listing.what, node, node, view);
        }
    }

    /// A here-document or a here-string that a printing command reads.
    fn document<'u>(&mut self, node: Syntax<'u>, outer: Option<Syntax<'u>>, view: &View<'_, 'u>) {
        let Some(at) = view.scope.expansion(node, view.text) else { return };
        let Some(statement) = outer else { return };
        let body = if statement.kind() == "redirected_statement" {
            statement.child_by_field_name("body")
        } else {
            Some(statement)
        };
        let command = body
            .filter(|body| body.kind() == "command")
            .map(|body| Command::new(body, &view.scope.literals, view.text));
        let name = command.as_ref().and_then(Command::name).unwrap_or("cat");
        let what = if node.kind() == "heredoc_redirect" { "here-document" } else { "here-string" };
        let words = command.as_ref().map(|command| command.words.as_slice()).unwrap_or_default();
        let reads = |name: &str| prints_what_it_reads(name, words);
        match name {
            name if reads(name) => self.output(what, body.unwrap_or(statement), at, view),
            "tee" => {
                let file = command
                    .as_ref()
                    .and_then(|command| command.words.iter().skip(1).find(|word| !word.starts_with('-')));
                let entries = [("what", what.into()), ("file", file.map_or("", String::as_str).into())];
                self.files.push(fact(entries, view.text.place(at)));
            }
            _ => {}
        }
    }

    pub fn into_node(self, place: Option<Place>) -> Node {
        let list = |nodes: Vec<Node>| Node { place, ..Node::from(nodes) };
        let mut map = Map::new();
        map.insert("prints", list(self.prints));
        map.insert("argv", list(self.argv));
        map.insert("files", list(self.files));
        map.insert("knobs", list(self.knobs));
        map.insert("starts", list(self.starts));
        map.insert("delegates", Node::new(self.delegates, place));
        Node::new(map, place)
    }
}

/// `-x`, or several flags with it.
pub(super) fn is_trace_flag(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains('x'))
}
