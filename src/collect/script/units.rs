//! A script, and the scripts that stand in it as strings: what `bash -c`, `eval`, `trap` and a shell's here-document
//! are given. All are read by the same reader.
//!
//! A string is put together as far as the script tells it; what only a run would know stays an expansion, or
//! becomes a word that says nothing.

use std::collections::HashSet;

use tree_sitter::Node as Syntax;

use super::command::{Command, SHELLS};
use super::grown;
use super::literals::{self, Part};
use super::said::Said;
use super::scope::Scope;
use super::unit::Unit;
use super::words::{Text, UNKNOWN, children, outside_substitutions, with_parents};
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
    let mut left = LARGEST;
    let mut seen = HashSet::new();
    for depth in 0.. {
        // What stands in a string may tell what another one says.
        let scope = Scope::read(&units, spec);
        let strings = units.iter().flat_map(|unit| Strings::of(unit, &scope));
        let new = strings.filter(|string| seen.insert((string.outer, string.line, string.said.clone())));
        let new: Vec<_> = new.collect();
        if new.is_empty() {
            return Some(units);
        }
        for Inner { text, outer, line, said } in new {
            let Some(text) = text else {
                gap(format!(
                    "a command at line {line} is given commands that are not known before it runs"
                ));
                continue;
            };
            let shorter = left.checked_sub(said.len()).filter(|_| depth < DEEPEST);
            let Some(shorter) = shorter else {
                gap(format!("a command at line {line} holds more commands than are read"));
                return Some(units);
            };
            left = shorter;
            match Unit::parse(text, outer) {
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
    /// None where it is not known.
    text: Option<Text>,
    said: String,
    outer: Option<usize>,
    /// Of the command that is given it, from 1.
    line: usize,
}

/// The command that is given a string.
struct Given<'u> {
    node: Syntax<'u>,
    /// Whose positional parameters the string expands.
    owner: String,
    /// Whether what the string prints is what the command prints.
    flows: bool,
}

struct Strings<'s, 'u> {
    text: &'u Text,
    scope: &'s Scope<'u>,
    found: Vec<Inner>,
    bytes: usize,
}

impl<'u> Strings<'_, 'u> {
    fn of(unit: &'u Unit, scope: &Scope<'u>) -> Vec<Inner> {
        let mut strings = Strings { text: &unit.text, scope, found: Vec::new(), bytes: 0 };
        for (node, around) in with_parents(unit.root()) {
            match node.kind() {
                "command" => strings.command(node, around),
                "pipeline" => strings.piped(None, &children(node)),
                "redirected_statement" => strings.document_piped(node),
                _ => {}
            }
        }
        strings.found
    }

    fn command(&mut self, node: Syntax<'u>, around: Option<Syntax<'u>>) {
        let command = Command::new(node, &self.scope.literals, self.text);
        let here = || self.text.owner_at(node).to_owned();
        let (parts, owner, flows) = match command.name() {
            Some("eval") => (command.given(), here(), true),
            // It runs at the end, and not where it stands.
            Some("trap") => (command.given().into_iter().take(1).collect(), here(), false),
            Some("echo" | "printf") | None => return,
            Some("source" | ".") => {
                let from = command.given().into_iter().take(1);
                let printed = from.filter(|part| part.node.kind() == "process_substitution");
                (printed.collect(), here(), true)
            }
            // Its positional parameters are its own.
            Some(name) if SHELLS.contains(&name) && command.shell_string().is_none() => {
                let from = command.given().into_iter().take(1);
                let printed = from.filter(|part| part.node.kind() == "process_substitution");
                (printed.collect(), UNKNOWN.to_string(), true)
            }
            Some(_) => (command.shell_string().into_iter().collect(), UNKNOWN.to_string(), true),
        };
        let given = Given { node, owner, flows };
        match parts[..] {
            [part] if let Some(substitution) = whole_substitution(part.node) => {
                self.add(&parts, &given);
                self.printed(Part { node: substitution, ..part }, &given);
            }
            _ => self.add(&parts, &given),
        }
        if let Some(given) = self.reader(&command) {
            for node in documents(node, around, self.text) {
                self.add(&[Part { node, text: self.text }], &given);
            }
        }
    }

    /// The command, where it reads a script from its standard input.
    fn reader(&self, command: &Command<'u>) -> Option<Given<'u>> {
        let is_input =
            |word: &String| matches!(word.as_str(), "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0" | "-");
        let node = command.node;
        if matches!(command.name(), Some("source" | ".")) && command.words.get(1).is_some_and(is_input) {
            return Some(Given { node, owner: self.text.owner_at(node).to_owned(), flows: true });
        }
        let owner = UNKNOWN.to_string();
        command.reads_a_script().then_some(Given { node, owner, flows: true })
    }

    /// `echo 'commands' | bash`.
    fn piped(&mut self, before: Option<Vec<Part<'u>>>, stages: &[Syntax<'u>]) {
        let mut told = before.map(|parts| (parts, false));
        for stage in stages {
            let is_statement = stage.kind() == "redirected_statement";
            let body = if is_statement { stage.child_by_field_name("body") } else { Some(*stage) };
            let Some(body) = body.filter(|body| body.kind() == "command") else { continue };
            let command = Command::new(body, &self.scope.literals, self.text);
            if let Some(given) = self.reader(&command) {
                let Some((parts, changed)) = told.take() else { continue };
                if changed && parts.iter().any(|part| literals::tells(part.node, part.text)) {
                    self.untold(&given);
                }
                self.add(&parts, &given);
                continue;
            }
            let printed = printed_by(&command, is_statement.then_some(*stage), self.text);
            told = match (told, printed) {
                (_, Some(printed)) => Some((printed, false)),
                (told, None) => told.map(|(parts, _)| (parts, true)),
            };
        }
    }

    /// The same of `cat <<EOF | bash`, which the grammar takes for a part of the document.
    fn document_piped(&mut self, node: Syntax<'u>) {
        let Some(body) = node.child_by_field_name("body").filter(|body| body.kind() == "command") else {
            return;
        };
        let documents = children(node).into_iter().filter(|part| part.kind() == "heredoc_redirect");
        let pipelines = documents.flat_map(children).filter(|part| part.kind() == "pipeline");
        for pipeline in pipelines {
            let command = Command::new(body, &self.scope.literals, self.text);
            self.piped(printed_by(&command, Some(node), self.text), &children(pipeline));
        }
    }

    /// What the commands of a substitution print is a script.
    fn printed(&mut self, substitution: Part<'u>, given: &Given<'u>) {
        let text = substitution.text;
        let mut others = 0;
        for (node, around) in within(substitution.node) {
            let command = Command::new(node, &self.scope.literals, text);
            match printed_by(&command, around, text) {
                Some(parts) => self.add(&parts, given),
                None => others += 1,
            }
        }
        if others > 0 && self.scope.literals.tells_commands(substitution.node, text) {
            self.untold(given);
        }
    }

    fn untold(&mut self, given: &Given<'u>) {
        let line = given.node.start_position().row + 1;
        self.found.push(Inner { text: None, said: String::new(), outer: None, line });
    }

    fn add(&mut self, parts: &[Part<'u>], given: &Given<'u>) {
        // No more than that is read, and whoever reads it tells.
        if self.bytes > LARGEST {
            return;
        }
        let spelled = parts.iter().map(|part| self.scope.spelled(part.node, part.text));
        let Some(spelled) = spelled.reduce(|said, next| said.and(&Said::one(" ")).and(&next)) else {
            return;
        };
        let Some(part) = parts.first() else { return };
        let is_command = |said: &String| grown::may_be_a_command(said, |name| self.scope.is_function(name));
        let grows = spelled.all.iter().any(is_command);
        if (spelled.more || grows) && whole_substitution(part.node).is_none() {
            self.untold(given);
        }
        let outer = given.flows.then(|| given.node.id());
        let line = given.node.start_position().row + 1;
        let start = if parts.len() == 1 { verbatim(part.node) } else { None };
        for said in spelled.all.into_iter().filter(|said| !said.trim().is_empty()) {
            self.bytes += said.len();
            let text = Some(part.text.inner(&said, start, part.node, given.owner.clone()));
            self.found.push(Inner { text, said, outer, line });
        }
    }
}

/// What a command prints that it is given, or that stands in a document.
fn printed_by<'u>(
    command: &Command<'u>,
    around: Option<Syntax<'u>>,
    text: &'u Text,
) -> Option<Vec<Part<'u>>> {
    let mut given = command.given();
    match command.name()? {
        "echo" => Some(given),
        "printf" => {
            let is_format = command.words.get(1).is_some_and(|format| format.contains('%'));
            given.drain(..usize::from(is_format && !given.is_empty()));
            Some(given)
        }
        "cat" => {
            let documents: Vec<_> =
                documents(command.node, around, text).into_iter().map(|node| Part { node, text }).collect();
            (!documents.is_empty()).then_some(documents)
        }
        _ => None,
    }
}

/// The commands of a substitution, and of none that stands in it, each with what it is a part of.
fn within(substitution: Syntax<'_>) -> Vec<(Syntax<'_>, Option<Syntax<'_>>)> {
    let mut found = Vec::new();
    for part in children(substitution).into_iter().flat_map(outside_substitutions) {
        match part.kind() {
            "command" => found.push((part, None)),
            "redirected_statement" => {
                let body = part.child_by_field_name("body").filter(|body| body.kind() == "command");
                found.extend(body.map(|body| (body, Some(part))));
            }
            _ => {}
        }
    }
    // A statement stands before its command.
    let mut seen = HashSet::new();
    found.retain(|(node, _)| seen.insert(node.id()));
    found
}

/// The substitution that a word is, and nothing else.
fn whole_substitution(node: Syntax<'_>) -> Option<Syntax<'_>> {
    match (node.kind(), &children(node)[..]) {
        ("command_substitution" | "process_substitution", _) => Some(node),
        ("string", [one]) if one.kind() == "command_substitution" => Some(*one),
        _ => None,
    }
}

/// What a command reads from the script itself.
fn documents<'u>(command: Syntax<'u>, around: Option<Syntax<'u>>, text: &Text) -> Vec<Syntax<'u>> {
    let outer = around.filter(|outer| outer.kind() == "redirected_statement");
    let all = children(command).into_iter().chain(outer.into_iter().flat_map(children));
    all.filter(|node| text.is_document(*node))
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
