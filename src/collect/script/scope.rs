//! What a script's variables hold: the endpoint's value, the endpoint variable's name, or a literal.
//!
//! A variable that ever takes the value counts as holding it everywhere: a script can be read in more orders
//! than one.

use std::collections::HashSet;

use tree_sitter::Node as Syntax;

use super::command::{Command, lists_the_environment, prints_what_it_reads};
use super::ends::{End, Ends};
use super::literals::{Literals, assigned};
use super::trail::{Fact, Trail, expansions, names};
use super::unit::Unit;
use super::words::{Text, children, is_name, with_parents};
use crate::profile::Spec;

pub(super) struct Scope<'u> {
    /// The variable that holds the value from the start.
    pub endpoint: String,
    pub literals: Literals<'u>,
    pub ends: Ends,
    /// All that is so because that variable holds the value.
    reached: HashSet<Fact>,
}

impl<'u> Scope<'u> {
    /// Reads a script with all that stand in it: whatever one of them gives a variable, counts in all.
    pub fn read(units: &'u [Unit], spec: &Spec) -> Self {
        let literals = Literals::read(units);
        let ends = Ends::read(units, &literals);
        let endpoint = spec.endpoint_variable.clone();
        let mut scope = Self { endpoint, literals, ends, reached: HashSet::new() };
        let mut trail = Trail::default();
        for unit in units {
            for (node, outer) in with_parents(unit.root()) {
                let mut reader = Reader { scope: &scope, text: &unit.text, trail: &mut trail };
                reader.learn(node, outer);
            }
        }
        scope.reached = trail.from(Fact::Holds(scope.endpoint.clone()));
        scope
    }

    pub fn is_function(&self, name: &str) -> bool {
        self.literals.functions.contains(name)
    }

    pub fn holds_value(&self, name: &str) -> bool {
        self.reached.contains(&Fact::Holds(name.to_owned()))
    }

    /// Whether a part of the script has the value in it once the shell has expanded it.
    pub fn expands(&self, node: Syntax<'_>, text: &Text) -> bool {
        self.expansion(node, text).is_some()
    }

    /// The first expansion of the value in a part of the script.
    pub fn expansion<'n>(&self, node: Syntax<'n>, text: &Text) -> Option<Syntax<'n>> {
        expansions(node, text).find(|(_, fact)| self.reached.contains(fact)).map(|(node, _)| node)
    }

    /// Whether a word is the name of a variable that holds the value, once the shell has expanded it.
    pub fn is_its_name(&self, node: Syntax<'_>, text: &Text) -> bool {
        names(node, &self.literals, text).iter().any(|fact| self.reached.contains(fact))
    }
}

/// Reads one script's nodes for what hands the value on.
struct Reader<'r, 'u> {
    scope: &'r Scope<'u>,
    text: &'u Text,
    trail: &'r mut Trail,
}

impl<'u> Reader<'_, 'u> {
    fn learn(&mut self, node: Syntax<'u>, outer: Option<Syntax<'u>>) {
        match node.kind() {
            "variable_assignment" => {
                let Some((name, value)) = assigned(node, self.text) else { return };
                self.hand_on(&[value], Fact::Holds(name.to_owned()));
                if value.kind() != "array" {
                    self.hand_name_on(&[value], Fact::Names(name.to_owned()));
                }
            }
            "for_statement" => {
                let Some(name) = node.child_by_field_name("variable") else { return };
                let name = self.text.of(name);
                let mut cursor = node.walk();
                let values: Vec<_> = node.children_by_field_name("value", &mut cursor).collect();
                self.hand_on(&values, Fact::Holds(name.to_owned()));
                self.hand_name_on(&values, Fact::Names(name.to_owned()));
            }
            "declaration_command" => self.references(node),
            "command" => self.command(node, outer),
            _ => {}
        }
    }

    /// Where one of these parts expands the value, it is so.
    fn hand_on(&mut self, parts: &[Syntax<'_>], fact: Fact) {
        for (_, yields) in parts.iter().flat_map(|part| expansions(*part, self.text)) {
            self.trail.leads(yields, fact.clone());
        }
    }

    /// Where one of these words is the name of a variable that holds the value, it is so.
    fn hand_name_on(&mut self, words: &[Syntax<'_>], fact: Fact) {
        for name in words.iter().flat_map(|word| names(*word, &self.scope.literals, self.text)) {
            self.trail.leads(name, fact.clone());
        }
    }

    /// `declare -n COPY=NAME`: whoever expands the copy has what NAME holds.
    fn references(&mut self, node: Syntax<'_>) {
        let parts = children(node);
        let is_flag = |part: &&Syntax<'_>| part.kind() == "word" && self.text.of(**part).starts_with('-');
        if !parts.iter().filter(is_flag).any(|flags| self.text.of(*flags).contains('n')) {
            return;
        }
        for part in parts.iter().filter(|part| part.kind() == "variable_assignment") {
            if let Some((name, value)) = assigned(*part, self.text) {
                self.hand_name_on(&[value], Fact::Holds(name.to_owned()));
            }
        }
    }

    /// `printf -v NAME`, `read NAME <<< "$URL"`, a call of one of the script's own functions, and what is printed where
    /// it becomes a part of something else.
    fn command(&mut self, node: Syntax<'u>, outer: Option<Syntax<'u>>) {
        let command = Command::new(node, &self.scope.literals, self.text);
        if lists_the_environment(&command)
            && let Some(end) = self.end(node)
        {
            self.trail.leads(Fact::Holds(self.scope.endpoint.clone()), end);
        }
        let Some(name) = command.words.first() else { return };
        let around = outer.filter(|outer| outer.kind() == "redirected_statement");
        let mut words: Vec<_> =
            children(node).into_iter().filter(|part| part.kind() != "command_name").collect();
        let given = Fact::Expands(node.id());
        let to = match command.name() {
            Some("printf") if command.words.get(1).is_some_and(|word| word == "-v") => {
                command.words.get(2).map(|name| Fact::Holds(name.clone())).into_iter().collect()
            }
            Some("read" | "mapfile" | "readarray") => {
                words.extend(around);
                let names = command.words.iter().skip(1).filter(|word| is_name(word));
                names.map(|name| Fact::Holds(name.clone())).collect()
            }
            // `set -- "$URL"` gives the positional parameters of whatever it stands in.
            Some("set") => vec![Fact::Given(self.text.owner_at(node).to_owned())],
            _ if self.scope.is_function(name) => {
                self.hand_name_on(&words, Fact::GivenName(name.clone()));
                vec![Fact::Given(name.clone())]
            }
            _ => Vec::new(),
        };
        if !to.is_empty() {
            self.hand_on(&words, given.clone());
            for fact in to {
                self.trail.leads(given.clone(), fact);
            }
        }
        if let Some(end) = self.end(node) {
            self.printed(&command, around, end);
        }
    }

    /// What is so where a command prints the value, if that goes on within the script.
    fn end(&self, node: Syntax<'_>) -> Option<Fact> {
        match self.scope.ends.of(node) {
            End::Function(name) => Some(Fact::Prints(name.clone())),
            End::Substitution(id) => Some(Fact::Becomes(*id)),
            End::Sink(_) => None,
        }
    }

    /// What a command prints: what it is given, what it reads, or what a function does.
    fn printed(&mut self, command: &Command<'_>, around: Option<Syntax<'_>>, end: Fact) {
        let name = command.name().unwrap_or_default();
        let words = command.words.iter().skip(1);
        match name {
            "echo" | "cat" => self.hand_on(command.parts.get(1..).unwrap_or_default(), end.clone()),
            "printf" if command.words.get(1).is_none_or(|word| word != "-v") => {
                self.hand_on(command.parts.get(1..).unwrap_or_default(), end.clone());
            }
            "printenv" => words.for_each(|word| self.trail.leads(Fact::Holds(word.clone()), end.clone())),
            _ => {}
        }
        if let Some(function) = command.words.first().filter(|name| self.scope.is_function(name)) {
            self.trail.leads(Fact::Prints(function.clone()), end.clone());
        }
        if prints_what_it_reads(name, &command.words) {
            let read = around.into_iter().flat_map(children).chain(children(command.node));
            let documents =
                read.filter(|part| matches!(part.kind(), "heredoc_redirect" | "herestring_redirect"));
            let read: Vec<_> =
                documents.flat_map(children).filter(|part| part.kind() != "pipeline").collect();
            self.hand_on(&read, end);
        }
    }
}
