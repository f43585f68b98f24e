//! What hands the value on to what: followed from its variable, to all that it reaches.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node as Syntax;

use super::literals::Literals;
use super::parameters::{At, Parameters, positional};
use super::words::{Text, children, outside_substitutions, variable};

/// What may be so of a part of the script.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    /// There is a value, and it stands in texts that are read behind its expansion.
    Value,
    /// The variable holds the value.
    Holds(String),
    /// The variable holds the name of one that does.
    Names(String),
    /// The function has the value among these of its positional parameters; the nameless one is the script itself.
    Given(String, At),
    /// The same of the name of a variable that holds it.
    GivenName(String, At),
    /// The statement, by its node's id, has the value on its standard input.
    Reads(usize),
    /// A call of the function has it there.
    FunctionReads(String),
    /// The function prints the value.
    Prints(String),
    /// The substitution, by its node's id, becomes the value.
    Becomes(usize),
}

/// Which facts follow from which.
#[derive(Default)]
pub(super) struct Trail {
    numbers: HashMap<Fact, usize>,
    next: Vec<Vec<usize>>,
}

impl Trail {
    fn number(&mut self, fact: Fact) -> usize {
        let number = *self.numbers.entry(fact.clone()).or_insert(self.next.len());
        if number == self.next.len() {
            self.next.push(Vec::new());
            match &fact {
                Fact::Given(owner, at) => {
                    let implied = at.implied().map(|at| Fact::Given(owner.clone(), at));
                    implied.for_each(|other| self.leads(fact.clone(), other));
                }
                Fact::GivenName(owner, at) => {
                    let implied = at.implied().map(|at| Fact::GivenName(owner.clone(), at));
                    implied.for_each(|other| self.leads(fact.clone(), other));
                }
                _ => {}
            }
        }
        number
    }

    pub fn leads(&mut self, from: Fact, to: Fact) {
        let (from, to) = (self.number(from), self.number(to));
        if let Some(next) = self.next.get_mut(from) {
            next.push(to);
        }
    }

    /// All that is so where the first is.
    pub fn from(mut self, first: Fact) -> HashSet<Fact> {
        let mut waiting = vec![self.number(first)];
        let mut reached = vec![false; self.next.len()];
        while let Some(at) = waiting.pop() {
            if let Some(seen) = reached.get_mut(at).filter(|seen| !**seen) {
                *seen = true;
                waiting.extend(self.next.get(at).into_iter().flatten());
            }
        }
        let is_so = |at: usize| reached.get(at).copied().unwrap_or_default();
        self.numbers.into_iter().filter(|(_, at)| is_so(*at)).map(|(fact, _)| fact).collect()
    }
}

/// The expansions in a part of the script, each with what must be so for it to yield the value. What is printed in a
/// substitution is followed by itself, and of `<(…)` the process reads, and is not given it.
pub(super) fn expansions<'n>(
    node: Syntax<'n>,
    parameters: &Parameters,
    text: &Text,
) -> impl Iterator<Item = (Syntax<'n>, Fact)> {
    outside_substitutions(node).filter_map(move |node| {
        let fact = match node.kind() {
            "simple_expansion" | "expansion" => yields(node, parameters, text)?,
            "command_substitution" => Fact::Becomes(node.id()),
            _ if text.is_value(node) => Fact::Value,
            _ => return None,
        };
        Some((node, fact))
    })
}

fn yields(node: Syntax<'_>, parameters: &Parameters, text: &Text) -> Option<Fact> {
    let whole = text.of(node);
    let given = |name| Fact::Given(text.owner_at(node).to_owned(), parameters.read_at(name, node, text));
    let Some(name) = variable(node, text) else {
        // `${!#}` is the last of them, whichever that is.
        return if whole == "${!#}" { Some(given("@")) } else { positional(node, text).map(given) };
    };
    if whole.starts_with("${#") {
        return None;
    }
    let before = if whole.starts_with("${!") { "${!" } else { "${" };
    let after = whole.trim_start_matches(before).strip_prefix(name).unwrap_or_default();
    if after.starts_with(":+") || after.starts_with('+') {
        return None;
    }
    if before == "${!" {
        let lists_names = whole.ends_with("@}") || whole.ends_with("*}");
        return (!lists_names).then(|| name_in(name, node, parameters, text));
    }
    Some(positional(node, text).map_or_else(|| Fact::Holds(name.to_owned()), given))
}

/// What must be so for a variable, or a positional parameter, to hold the value's name.
fn name_in(name: &str, node: Syntax<'_>, parameters: &Parameters, text: &Text) -> Fact {
    match positional(node, text) {
        Some(name) => Fact::GivenName(text.owner_at(node).to_owned(), parameters.read_at(name, node, text)),
        None => Fact::Names(name.to_owned()),
    }
}

/// What must be so for a word to be the name of a variable that holds the value, once the shell has expanded it.
pub(super) fn names(
    node: Syntax<'_>,
    literals: &Literals<'_>,
    parameters: &Parameters,
    text: &Text,
) -> Vec<Fact> {
    let mut node = node;
    if node.kind() == "string"
        && let [inner] = children(node)[..]
    {
        node = inner;
    }
    if matches!(node.kind(), "simple_expansion" | "expansion") && !text.of(node).starts_with("${!") {
        return vec![name_in(variable(node, text).unwrap_or_default(), node, parameters, text)];
    }
    literals.said(node, text).all.into_iter().map(Fact::Holds).collect()
}
