//! What a script's variables hold: the endpoint's value, the endpoint variable's name, or a literal.
//!
//! A variable that ever takes the value counts as holding it everywhere: a script can be read in more orders
//! than one.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node as Syntax;

use super::units::Unit;
use super::words::{Text, UNKNOWN, base, children, descendants, function_around, unquoted, variable};
use crate::profile::Spec;

/// How deep words are read that stand in one another, as in `${A:-${B:-c}}`.
pub(super) const DEEPEST: u32 = 64;

/// Rounds in which values are followed from variable to variable.
const ROUNDS: usize = 16;

#[derive(Default)]
pub(super) struct Scope {
    /// The variable that holds the value from the start.
    pub endpoint: String,
    /// Variables that hold the endpoint's value.
    tainted: HashSet<String>,
    /// Variables that hold the name of one that does.
    pointers: HashSet<String>,
    literals: HashMap<String, String>,
    arrays: HashMap<String, Vec<String>>,
    functions: HashSet<String>,
    /// Functions whose positional parameters hold the value; the nameless one is the script itself.
    called_with_value: HashSet<String>,
    /// The same of the name of a variable that does.
    called_with_name: HashSet<String>,
    /// Functions that print the value.
    printing: HashSet<String>,
}

impl Scope {
    /// Reads a script with all that stand in it: whatever one of them gives a variable, counts in all.
    pub fn read(units: &[Unit], spec: &Spec) -> Self {
        let mut scope = Self { endpoint: spec.endpoint_variable.clone(), ..Self::default() };
        scope.tainted.insert(spec.endpoint_variable.clone());
        let below = |unit| descendants(Unit::root(unit)).map(move |node| (node, &unit.text));
        let nodes: Vec<_> = units.iter().flat_map(below).collect();
        for (node, text) in nodes.iter().filter(|(node, _)| node.kind() == "function_definition") {
            if let Some(name) = node.child_by_field_name("name") {
                scope.functions.insert(text.of(name).to_owned());
            }
        }
        for _ in 0..ROUNDS {
            let before = scope.size();
            for (node, text) in &nodes {
                scope.learn(*node, text);
            }
            if scope.size() == before {
                break;
            }
        }
        scope
    }

    fn size(&self) -> (usize, usize, usize) {
        (
            self.tainted.len() + self.pointers.len(),
            self.called_with_value.len() + self.called_with_name.len() + self.printing.len(),
            self.literals.len() + self.arrays.len(),
        )
    }

    fn learn(&mut self, node: Syntax<'_>, text: &Text) {
        match node.kind() {
            "variable_assignment" => self.assignment(node, text),
            "for_statement" => {
                let holds = children(node)
                    .iter()
                    .any(|child| child.kind() != "do_group" && self.expands(*child, text));
                let mut cursor = node.walk();
                let mut values = node.children_by_field_name("value", &mut cursor);
                let names = values.any(|value| self.is_its_name(value, text));
                if let Some(name) = node.child_by_field_name("variable") {
                    self.tainted.extend(holds.then(|| text.of(name).to_owned()));
                    self.pointers.extend(names.then(|| text.of(name).to_owned()));
                }
            }
            "declaration_command" => self.references(node, text),
            "command" => self.command(node, text),
            _ => {}
        }
    }

    fn assignment(&mut self, node: Syntax<'_>, text: &Text) {
        let (Some(name), Some(value)) =
            (node.child_by_field_name("name"), node.child_by_field_name("value"))
        else {
            return;
        };
        let name = if name.kind() == "subscript" {
            variable(node, text).unwrap_or_default()
        } else {
            text.of(name)
        };
        if self.expands(value, text) {
            self.tainted.insert(name.to_owned());
        }
        if value.kind() == "array" {
            let words = children(value).into_iter().map(|word| self.literal(word, text)).collect();
            self.arrays.entry(name.to_owned()).or_insert(words);
            return;
        }
        if self.is_its_name(value, text) {
            self.pointers.insert(name.to_owned());
        }
        let literal = self.literal(value, text);
        self.literals.entry(name.to_owned()).or_insert(literal);
    }

    /// `declare -n COPY=NAME`: whoever expands the copy has what NAME holds.
    fn references(&mut self, node: Syntax<'_>, text: &Text) {
        let parts = children(node);
        let is_flag = |part: &&Syntax<'_>| part.kind() == "word" && text.of(**part).starts_with('-');
        if !parts.iter().filter(is_flag).any(|flags| text.of(*flags).contains('n')) {
            return;
        }
        for part in parts.iter().filter(|part| part.kind() == "variable_assignment") {
            if let (Some(name), Some(value)) =
                (part.child_by_field_name("name"), part.child_by_field_name("value"))
                && self.is_its_name(value, text)
            {
                self.tainted.insert(text.of(name).to_owned());
            }
        }
    }

    /// Whether a word is the name of a variable that holds the value, once the shell has expanded it.
    pub fn is_its_name(&self, node: Syntax<'_>, text: &Text) -> bool {
        let mut node = node;
        if node.kind() == "string"
            && let [inner] = children(node)[..]
        {
            node = inner;
        }
        if matches!(node.kind(), "simple_expansion" | "expansion") && !text.of(node).starts_with("${!") {
            let name = variable(node, text).unwrap_or_default();
            return self.pointers.contains(name)
                || (is_positional(name) && self.called_with_name.contains(owner(node, text)));
        }
        self.tainted.contains(&self.literal(node, text))
    }

    /// `printf -v NAME`, `read NAME <<< "$URL"`, and a call of one of the script's own functions.
    fn command(&mut self, node: Syntax<'_>, text: &Text) {
        let Some(name) = node.child_by_field_name("name").map(|name| text.of(name)) else { return };
        let words: Vec<_> =
            children(node).into_iter().filter(|child| child.kind() != "command_name").collect();
        let holds = words.iter().any(|word| self.expands(*word, text));
        let given = || words.iter().map(|word| self.literal(*word, text)).collect::<Vec<_>>();
        match name {
            "printf" if holds => {
                let given = given();
                if let [flag, target, ..] = &given[..]
                    && flag == "-v"
                {
                    self.tainted.insert(target.clone());
                }
            }
            "read" | "mapfile" | "readarray" => {
                let outer = node.parent().filter(|parent| parent.kind() == "redirected_statement");
                if holds || outer.is_some_and(|outer| self.expands(outer, text)) {
                    let names: Vec<_> = given().into_iter().filter(|word| is_name(word)).collect();
                    self.tainted.extend(names);
                }
            }
            // `set -- "$URL"` gives the positional parameters of whatever it stands in.
            "set" if holds => {
                self.called_with_value.insert(owner(node, text).to_owned());
            }
            name if self.functions.contains(name) => {
                self.called_with_value.extend(holds.then(|| name.to_owned()));
                let names = words.iter().any(|word| self.is_its_name(*word, text));
                self.called_with_name.extend(names.then(|| name.to_owned()));
            }
            _ => {}
        }
        let redirected = |outer: Syntax<'_>| {
            outer.kind() == "redirected_statement"
                && children(outer).iter().any(|part| part.kind() == "file_redirect")
        };
        if let Some(function) = function_around(node, text)
            && !node.parent().is_some_and(redirected)
            && self.is_printed_by(node, text)
        {
            self.printing.insert(function.to_owned());
        }
    }

    pub fn is_function(&self, name: &str) -> bool {
        self.functions.contains(name)
    }

    pub fn holds_value(&self, name: &str) -> bool {
        self.tainted.contains(name)
    }

    /// Whether a part of the script has the value in it once the shell has expanded it.
    pub fn expands(&self, node: Syntax<'_>, text: &Text) -> bool {
        self.expansion(node, text).is_some()
    }

    /// The first expansion of the value in a part of the script.
    pub fn expansion<'n>(&self, node: Syntax<'n>, text: &Text) -> Option<Syntax<'n>> {
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            let mut inner = true;
            match node.kind() {
                "simple_expansion" | "expansion" if self.yields(node, text) => return Some(node),
                // What a substitution yields is what its commands print.
                "command_substitution" => {
                    if self.prints(node, text) {
                        return Some(node);
                    }
                    inner = false;
                }
                // Only what the process reads from, not its arguments.
                "process_substitution" => inner = false,
                _ => {}
            }
            if inner {
                waiting.extend(children(node).into_iter().rev());
            }
        }
        None
    }

    fn yields(&self, node: Syntax<'_>, text: &Text) -> bool {
        let whole = text.of(node);
        let Some(name) = variable(node, text) else {
            return positional(whole) && self.in_called_function(node, text);
        };
        if whole.starts_with("${#") {
            return false;
        }
        let before = if whole.starts_with("${!") { "${!" } else { "${" };
        let after = whole.trim_start_matches(before).strip_prefix(name).unwrap_or_default();
        if after.starts_with(":+") || after.starts_with('+') {
            return false;
        }
        if before == "${!" {
            let is_name = self.pointers.contains(name)
                || (is_positional(name) && self.called_with_name.contains(owner(node, text)));
            return !whole.ends_with("@}") && !whole.ends_with("*}") && is_name;
        }
        self.tainted.contains(name) || (is_positional(name) && self.in_called_function(node, text))
    }

    fn in_called_function(&self, node: Syntax<'_>, text: &Text) -> bool {
        self.called_with_value.contains(owner(node, text))
    }

    fn prints(&self, substitution: Syntax<'_>, text: &Text) -> bool {
        let commands = descendants(substitution).filter(|node| node.kind() == "command");
        let mut last = "";
        let mut printed = false;
        for command in commands {
            let Some(name) = command.child_by_field_name("name") else { continue };
            last = base(text.of(name));
            printed |= self.is_printed_by(command, text);
        }
        printed && !matches!(last, "wc" | "test" | "[")
    }

    /// Whether a command prints the value: one that is known to print what it is given, or a function that does.
    fn is_printed_by(&self, command: Syntax<'_>, text: &Text) -> bool {
        let Some(name) = command.child_by_field_name("name").map(|name| text.of(name)) else {
            return false;
        };
        let arguments = children(command);
        match base(name) {
            "echo" | "printf" | "cat" => arguments.iter().skip(1).any(|word| self.expands(*word, text)),
            "printenv" => arguments.iter().any(|word| self.holds_value(text.of(*word))),
            _ => self.printing.contains(name),
        }
    }

    /// What a word says, with [`UNKNOWN`] for what only a run would know, or stands deeper than anybody writes.
    pub fn literal(&self, node: Syntax<'_>, text: &Text) -> String {
        self.literal_at(node, text, DEEPEST)
    }

    fn literal_at(&self, node: Syntax<'_>, text: &Text, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else { return UNKNOWN.to_string() };
        match node.kind() {
            "word" | "number" | "string_content" | "variable_name" => unquoted(text.of(node)),
            "raw_string" => text.of(node).trim_matches('\'').to_owned(),
            "ansi_c_string" => text.of(node).trim_start_matches('$').trim_matches('\'').to_owned(),
            "string" | "concatenation" | "command_name" | "translated_string" => {
                children(node).into_iter().map(|part| self.literal_at(part, text, depth)).collect()
            }
            "simple_expansion" | "expansion" => self.expanded(node, text, depth),
            _ => UNKNOWN.to_string(),
        }
    }

    fn expanded(&self, node: Syntax<'_>, text: &Text, depth: u32) -> String {
        let known = variable(node, text).and_then(|name| self.literals.get(name));
        if let Some(known) = known.filter(|known| known.len() < 4096) {
            return known.clone();
        }
        let default = default_of(node, text).map(|default| self.literal_at(default, text, depth));
        default.unwrap_or_else(|| UNKNOWN.to_string())
    }

    /// The words that an argument becomes: one, or an array's.
    pub fn words(&self, node: Syntax<'_>, text: &Text) -> Vec<String> {
        let whole = text.of(node).trim_matches('"');
        let array = whole
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix("[@]}").or(rest.strip_suffix("[*]}")));
        match array.and_then(|name| self.arrays.get(name)) {
            Some(words) => words.clone(),
            None => vec![self.literal(node, text)],
        }
    }
}

/// The word in `${NAME:-word}`, `${NAME:=word}` and their kind.
pub(super) fn default_of<'n>(node: Syntax<'n>, text: &Text) -> Option<Syntax<'n>> {
    let name = variable(node, text)?;
    let after = text.of(node).strip_prefix("${")?.strip_prefix(name)?;
    if !["-", ":-", "=", ":="].iter().any(|operator| after.starts_with(operator)) {
        return None;
    }
    children(node)
        .into_iter()
        .find(|child| !matches!(child.kind(), "variable_name" | "special_variable_name"))
}

/// Whose positional parameters are expanded here: a function's, by its name, or those of the script.
fn owner<'t>(node: Syntax<'_>, text: &'t Text) -> &'t str {
    function_around(node, text).unwrap_or(&text.owner)
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_positional(name: &str) -> bool {
    matches!(name, "@" | "*") || name.bytes().all(|byte| byte.is_ascii_digit() && byte != b'0')
}

fn positional(expansion: &str) -> bool {
    is_positional(expansion.trim_start_matches(['$', '{']).trim_end_matches('}'))
}
