//! Reads a script's nodes for what hands the value on to what.

use tree_sitter::Node as Syntax;

use super::command::{Command, TAKERS, is_environ, lists_the_environment, prints_what_it_reads};
use super::ends::{End, reads_a_file};
use super::listing::Listing;
use super::literals::assigned;
use super::parameters::{At, is_one_word};
use super::scope::Scope;
use super::trail::{Fact, Trail, expansions, names};
use super::words::{Text, assigned_default, children, is_name, with_parents};

pub(super) struct Reader<'r, 'u> {
    scope: &'r Scope<'u>,
    text: &'u Text,
    trail: &'r mut Trail,
    /// The statements around a node whose standard input is told, each with where it ends.
    inputs: Vec<(usize, usize)>,
}

impl<'r, 'u> Reader<'r, 'u> {
    pub fn new(scope: &'r Scope<'u>, text: &'u Text, trail: &'r mut Trail) -> Self {
        Self { scope, text, trail, inputs: Vec::new() }
    }

    pub fn read(&mut self, root: Syntax<'u>) {
        for (node, outer) in with_parents(root) {
            while self.inputs.pop_if(|(end, _)| *end <= node.start_byte()).is_some() {}
            self.learn(node, outer);
        }
    }

    fn learn(&mut self, node: Syntax<'u>, outer: Option<Syntax<'u>>) {
        match node.kind() {
            "variable_assignment" => {
                let Some((name, value)) = assigned(node, self.text) else { return };
                self.hand_on(&[value], Fact::Holds(name.to_owned()));
                if value.kind() != "array" {
                    self.hand_name_on(&[value], Fact::Names(name.to_owned()));
                }
            }
            // `${NAME:=word}`
            "expansion" => {
                let Some((name, word)) = assigned_default(node, self.text) else { return };
                self.hand_on(&[word], Fact::Holds(name.to_owned()));
                self.hand_name_on(&[word], Fact::Names(name.to_owned()));
            }
            // `[[ $URL =~ … ]]`
            "binary_expression" => {
                let operator = node.child_by_field_name("operator").map(|it| self.text.of(it));
                if let Some(left) = node.child_by_field_name("left").filter(|_| operator == Some("=~")) {
                    self.hand_on(&[left], Fact::Holds("BASH_REMATCH".to_owned()));
                }
            }
            "for_statement" => self.each(node),
            "declaration_command" => {
                self.references(node);
                self.listed(node);
            }
            "redirected_statement" => self.redirected(node),
            "command" => self.command(node, outer),
            _ => {}
        }
    }

    /// Where one of these parts expands the value, it is so.
    fn hand_on(&mut self, parts: &[Syntax<'_>], fact: Fact) {
        let parameters = &self.scope.parameters;
        for (_, yields) in parts.iter().flat_map(|part| expansions(*part, parameters, self.text)) {
            self.trail.leads(yields, fact.clone());
        }
    }

    /// Where one of these words is the name of a variable that holds the value, it is so.
    fn hand_name_on(&mut self, words: &[Syntax<'_>], fact: Fact) {
        let (literals, parameters) = (&self.scope.literals, &self.scope.parameters);
        for name in words.iter().flat_map(|word| names(*word, literals, parameters, self.text)) {
            self.trail.leads(name, fact.clone());
        }
    }

    /// A `for`; without a list, it goes through the positional parameters.
    fn each(&mut self, node: Syntax<'u>) {
        let Some(name) = node.child_by_field_name("variable") else { return };
        let name = self.text.of(name);
        let mut cursor = node.walk();
        let values: Vec<_> = node.children_by_field_name("value", &mut cursor).collect();
        self.hand_on(&values, Fact::Holds(name.to_owned()));
        self.hand_name_on(&values, Fact::Names(name.to_owned()));
        if values.is_empty() {
            let owner = self.text.owner_at(node).to_owned();
            let at = self.scope.parameters.read_at("@", node, self.text);
            self.trail.leads(Fact::Given(owner.clone(), at), Fact::Holds(name.to_owned()));
            self.trail.leads(Fact::GivenName(owner, at), Fact::Names(name.to_owned()));
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

    /// `$(declare -p)`
    fn listed(&mut self, node: Syntax<'u>) {
        let Some((listing, end)) = Listing::of(node, self.text).zip(self.end(node)) else { return };
        if listing.names.is_empty() {
            self.trail.leads(Fact::Holds(self.scope.endpoint.clone()), end);
        } else {
            self.hand_name_on(&listing.names, end);
        }
    }

    /// What is told to stand on a statement's standard input, for all that read in it.
    fn redirected(&mut self, node: Syntax<'u>) {
        let parts = children(node);
        let is_input =
            |part: &&Syntax<'u>| self.text.is_document(**part) || reads_a_file(**part, self.text);
        let inputs: Vec<_> = parts.iter().filter(is_input).copied().collect();
        if inputs.is_empty() {
            return;
        }
        self.inputs.push((node.end_byte(), node.id()));
        self.stand_on_input(&inputs, Fact::Reads(node.id()));
    }

    /// Where what these redirections read is the value, it is so.
    fn stand_on_input(&mut self, redirections: &[Syntax<'u>], fact: Fact) {
        for part in redirections.iter().flat_map(|redirection| children(*redirection)) {
            match part.kind() {
                "pipeline" => {}
                "word" | "concatenation" if is_environ(&self.scope.literals.literal(part, self.text)) => {
                    self.trail.leads(Fact::Holds(self.scope.endpoint.clone()), fact.clone());
                }
                "process_substitution" => self.trail.leads(Fact::Becomes(part.id()), fact.clone()),
                _ => self.hand_on(&[part], fact.clone()),
            }
        }
    }

    /// What is so where the standard input at a node is the value.
    fn input(&self, node: Syntax<'u>) -> Fact {
        match self.inputs.last() {
            Some((_, statement)) => Fact::Reads(*statement),
            None => Fact::FunctionReads(self.text.owner_at(node).to_owned()),
        }
    }

    /// `printf -v NAME`, `read NAME`, a call of one of the script's own functions, and what is printed where it becomes
    /// a part of something else.
    fn command(&mut self, node: Syntax<'u>, outer: Option<Syntax<'u>>) {
        let command = Command::new(node, &self.scope.literals, self.text);
        if lists_the_environment(&command)
            && let Some(end) = self.end(node)
        {
            self.trail.leads(Fact::Holds(self.scope.endpoint.clone()), end);
        }
        match command.name() {
            Some("printf") if command.words.get(1).is_some_and(|word| word == "-v") => {
                if let Some(name) = command.words.get(2) {
                    self.hand_on(command.arguments(), Fact::Holds(name.clone()));
                }
            }
            // `set -- "$URL"` gives the positional parameters of whatever it stands in.
            Some("set") => {
                let owner = self.text.owner_at(node);
                let words = command.arguments();
                let is_end = words.first().is_some_and(|first| matches!(self.text.of(*first), "--" | "-"));
                self.give(owner, words.get(usize::from(is_end)..).unwrap_or_default(), is_end);
            }
            Some(name) => {
                if let Some((_, default)) = TAKERS.iter().find(|(taker, _)| *taker == name) {
                    self.take(&command, default);
                }
            }
            None => {}
        }
        self.call(&command);
        let around = outer.filter(|outer| outer.kind() == "redirected_statement");
        if let Some(end) = self.end(node) {
            self.printed(&command, around, end);
        }
    }

    /// A call of one of the script's own functions, whichever its name may be.
    fn call(&mut self, command: &Command<'u>) {
        let name = command.node.child_by_field_name("name");
        let is_plain =
            name.is_some_and(|name| command.words.first().is_some_and(|word| self.text.of(name) == word));
        let mut functions = self.scope.names(command, self.text);
        functions.retain(|name| self.scope.is_function(name));
        for function in functions {
            if is_plain {
                self.give(&function, command.arguments(), true);
            } else {
                self.give(&function, &command.parts, false);
            }
            let reads = Fact::FunctionReads(function);
            self.trail.leads(self.input(command.node), reads.clone());
            self.stand_on_input(&documents(command.node, self.text), reads);
        }
    }

    /// The words that a function is given, or `set`: each becomes a positional parameter, if it is known which.
    fn give(&mut self, owner: &str, words: &[Syntax<'u>], known: bool) {
        let (mut at, mut known) = (1, known);
        for word in words {
            let handed = self.scope.parameters.handed_on(*word, at - 1, self.text);
            if let Some(handed) = handed.filter(|_| known) {
                let giver = self.text.owner_at(*word).to_owned();
                for (from, to) in handed {
                    let (from, to) = ((giver.clone(), from), (owner.to_owned(), to));
                    self.trail.leads(Fact::Given(from.0.clone(), from.1), Fact::Given(to.0.clone(), to.1));
                    self.trail.leads(Fact::GivenName(from.0, from.1), Fact::GivenName(to.0, to.1));
                }
                known = false;
                continue;
            }
            known &= is_one_word(*word, self.text);
            let here = if known { At::nth(at) } else { At::any(at) };
            self.hand_on(&[*word], Fact::Given(owner.to_owned(), here));
            self.hand_name_on(&[*word], Fact::GivenName(owner.to_owned(), here));
            at += usize::from(known);
        }
    }

    /// `read NAME <<< "$URL"`, and in `while read NAME; do …; done < <(echo "$URL")`.
    fn take(&mut self, command: &Command<'u>, default: &str) {
        let mut names: Vec<_> =
            command.words.iter().skip(1).filter(|word| is_name(word)).cloned().collect();
        if names.is_empty() {
            names.push(default.to_owned());
        }
        let node = command.node;
        for name in names {
            let fact = Fact::Holds(name);
            self.stand_on_input(&documents(node, self.text), fact.clone());
            self.trail.leads(self.input(node), fact.clone());
            // What a pipeline hands it.
            self.trail.leads(Fact::Becomes(node.id()), fact);
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
    fn printed(&mut self, command: &Command<'u>, around: Option<Syntax<'u>>, end: Fact) {
        let name = command.name().unwrap_or_default();
        let words = command.words.iter().skip(1);
        match name {
            "echo" | "cat" => self.hand_on(command.arguments(), end.clone()),
            "printf" if command.words.get(1).is_none_or(|word| word != "-v") => {
                self.hand_on(command.arguments(), end.clone());
            }
            "printenv" => words.for_each(|word| self.trail.leads(Fact::Holds(word.clone()), end.clone())),
            _ => {}
        }
        for function in self.scope.names(command, self.text) {
            if self.scope.is_function(&function) {
                self.trail.leads(Fact::Prints(function), end.clone());
            }
        }
        if prints_what_it_reads(name, &command.words) {
            self.trail.leads(self.input(command.node), end.clone());
            let read = around.into_iter().flat_map(children).chain(children(command.node));
            let read: Vec<_> = read.filter(|part| self.text.is_document(*part)).collect();
            self.stand_on_input(&read, end);
        }
    }
}

/// The documents that are a command's own: those of its statement are read with it.
fn documents<'n>(command: Syntax<'n>, text: &Text) -> Vec<Syntax<'n>> {
    children(command).into_iter().filter(|part| text.is_document(*part)).collect()
}
