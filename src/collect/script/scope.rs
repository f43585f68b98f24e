//! What a script's variables hold: the endpoint's value, the endpoint variable's name, or a literal.
//!
//! A variable that ever takes the value counts as holding it everywhere: a script can be read in more orders
//! than one.

use std::collections::HashSet;

use tree_sitter::Node as Syntax;

use super::command::Command;
use super::ends::Ends;
use super::literals::Literals;
use super::parameters::{Parameters, positional};
use super::reader::Reader;
use super::trail::{Fact, Trail, expansions, names};
use super::unit::Unit;
use super::words::{Text, UNKNOWN, outside_substitutions};
use crate::profile::Spec;

pub(super) struct Scope<'u> {
    /// The variable that holds the value from the start.
    pub endpoint: String,
    pub literals: Literals<'u>,
    pub parameters: Parameters,
    pub ends: Ends,
    /// All that is so because that variable holds the value.
    reached: HashSet<Fact>,
}

impl<'u> Scope<'u> {
    /// Reads a script with all that stand in it: whatever one of them gives a variable, counts in all.
    pub fn read(units: &'u [Unit], spec: &Spec) -> Self {
        let literals = Literals::read(units);
        let parameters = Parameters::read(units, &literals);
        let ends = Ends::read(units, &literals);
        let endpoint = spec.endpoint_variable.clone();
        let mut scope = Self { endpoint, literals, parameters, ends, reached: HashSet::new() };
        let mut trail = Trail::default();
        for unit in units {
            Reader::new(&scope, &unit.text, &mut trail).read(unit.root());
        }
        trail.leads(Fact::Holds(scope.endpoint.clone()), Fact::Value);
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
        let mut all = expansions(node, &self.parameters, text);
        all.find(|(_, fact)| self.reached.contains(fact)).map(|(node, _)| node)
    }

    /// Whether a word is the name of a variable that holds the value, once the shell has expanded it.
    pub fn is_its_name(&self, node: Syntax<'_>, text: &Text) -> bool {
        let names = names(node, &self.literals, &self.parameters, text);
        names.iter().any(|fact| self.reached.contains(fact))
    }

    /// All that a command's name may be.
    pub fn names(&self, command: &Command<'u>, text: &'u Text) -> Vec<String> {
        let mut names = match (command.named(), command.parts.first()) {
            (Some(part), _) => self.literals.said(part.node, part.text).all,
            (None, Some(first)) => self.first_of_several(*first, text),
            (None, None) => Vec::new(),
        };
        for name in &mut names {
            name.truncate(name.find(' ').unwrap_or(name.len()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The first of the words that `"$@"` or a list becomes.
    fn first_of_several(&self, part: Syntax<'u>, text: &'u Text) -> Vec<String> {
        let is_expansion = |node: &Syntax<'u>| matches!(node.kind(), "simple_expansion" | "expansion");
        let mut expansions = outside_substitutions(part).filter(is_expansion);
        let parameters = expansions.find(|node| positional(*node, text).is_some());
        let Some(node) = parameters else { return self.literals.heads(part, text) };
        let owner = text.owner_at(node);
        let said = |at: &str| self.literals.given(owner, at).map(|said| said.all.clone());
        let unknown = || vec![UNKNOWN.to_string()];
        if text.of(part).contains(':') {
            return unknown();
        }
        match self.parameters.gone(node, text) {
            Some(gone) => said(&(gone + 1).to_string()).unwrap_or_else(unknown),
            None => {
                let mut names = said("any").unwrap_or_default();
                names.retain(|name| self.is_function(name));
                names.extend(unknown());
                names
            }
        }
    }

    /// Whether what a substitution prints is the value.
    pub fn becomes(&self, substitution: Syntax<'_>) -> bool {
        self.reached.contains(&Fact::Becomes(substitution.id()))
    }
}
