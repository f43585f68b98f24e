//! Positional parameters: which of them a call gives what, and which of them an expansion reads.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node as Syntax;

use super::command::Command;
use super::literals::Literals;
use super::unit::Unit;
use super::words::{Text, children, is_positional, outside_substitutions, variable, with_parents};

/// The last that is counted: it stands for all behind it, too.
const LAST: usize = 10;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum At {
    /// This one, counted from 1.
    Nth(usize),
    /// This one, or one behind it: what `"$@"` yields.
    From(usize),
    /// Whichever one likes, from this one on: nobody knows.
    Any(usize),
}

impl At {
    pub fn nth(at: usize) -> Self {
        Self::Nth(at.min(LAST))
    }

    pub fn any(at: usize) -> Self {
        Self::Any(at.min(LAST))
    }

    /// What is so as well where this is, as far as it does not follow from these again.
    pub fn implied(self) -> impl Iterator<Item = Self> {
        let (one, other) = match self {
            Self::Nth(at) => (Some(Self::From(at)), None),
            Self::From(at) => (at.checked_sub(1).filter(|at| *at > 0).map(Self::From), None),
            Self::Any(at) => (Some(Self::Nth(at)), (at < LAST).then_some(Self::Any(at + 1))),
        };
        one.into_iter().chain(other)
    }
}

/// Which functions move their parameters, and how far.
#[derive(Default)]
pub(super) struct Parameters {
    /// Functions that have a `shift`.
    shifting: HashSet<String>,
    /// How many are gone where one is expanded, by the node's id, in functions that are followed.
    gone: HashMap<usize, usize>,
}

impl Parameters {
    /// A `shift` by one that every call of the function comes by is followed; by more, it may do nothing at all. What
    /// `set` gives is none of these.
    pub fn read<'u>(units: &'u [Unit], literals: &Literals<'u>) -> Self {
        let mut moves = Moves::default();
        for (number, unit) in units.iter().enumerate() {
            moves.learn(unit, number == 0, literals);
        }
        let mut gone = HashMap::new();
        for (number, unit) in units.iter().enumerate() {
            let mut so_far: HashMap<&str, usize> = HashMap::new();
            for (node, _) in with_parents(unit.root()) {
                let owner = unit.text.owner_at(node);
                let is_own = number == 0 || unit.text.function_at(node).is_some();
                if !is_own || !moves.shifting.contains(owner) || moves.odd.contains(owner) {
                    continue;
                }
                let before = so_far.entry(owner).or_default();
                if moves.shifts.contains(&node.id()) {
                    *before += 1;
                }
                if matches!(node.kind(), "simple_expansion" | "expansion" | "for_statement") {
                    gone.insert(node.id(), *before);
                }
            }
        }
        Self { shifting: moves.shifting, gone }
    }

    /// What an expansion of a positional parameter reads, a `for` without a list too.
    pub fn read_at(&self, name: &str, node: Syntax<'_>, text: &Text) -> At {
        let gone = self.gone(node, text);
        match name.parse() {
            Ok(at) => gone.map_or(At::From(LAST.min(at)), |gone| At::nth(gone + at)),
            Err(_) => At::From(LAST.min(1 + gone.unwrap_or_default())),
        }
    }

    /// How many are gone at a node, where that is known.
    pub fn gone(&self, node: Syntax<'_>, text: &Text) -> Option<usize> {
        let known = self.gone.get(&node.id()).copied();
        known.or_else(|| (!self.shifting.contains(text.owner_at(node))).then_some(0))
    }

    /// Where a word is `"$@"` and nothing else: which one of the call's each of these becomes, that is the first behind
    /// `before` others.
    pub fn handed_on(&self, word: Syntax<'_>, before: usize, text: &Text) -> Option<Vec<(At, At)>> {
        let [inner] = children(word)[..] else { return None };
        if word.kind() != "string" || !matches!(text.of(word), "\"$@\"" | "\"${@}\"") {
            return None;
        }
        let gone = self.gone(inner, text)?;
        let each = (1..LAST).map(|at| (At::nth(gone + at), At::nth(before + at)));
        Some(each.chain([(At::nth(LAST), At::any((before + LAST).saturating_sub(gone).max(1)))]).collect())
    }
}

#[derive(Default)]
struct Moves {
    shifting: HashSet<String>,
    /// Functions whose parameters are not followed.
    odd: HashSet<String>,
    functions: HashSet<String>,
    /// The commands, by their nodes' ids, that move by one.
    shifts: HashSet<usize>,
}

impl Moves {
    fn learn<'u>(&mut self, unit: &'u Unit, is_first: bool, literals: &Literals<'u>) {
        let mut bodies = HashSet::new();
        for (node, outer) in with_parents(unit.root()) {
            match node.kind() {
                "function_definition" => {
                    bodies.extend(node.child_by_field_name("body").map(|body| body.id()));
                    let name = node.child_by_field_name("name").map_or("", |name| unit.text.of(name));
                    if !self.functions.insert(name.to_owned()) {
                        self.odd.insert(name.to_owned());
                    }
                }
                "command" => {
                    let command = Command::new(node, literals, &unit.text);
                    let name = command.name().filter(|name| matches!(*name, "shift" | "set"));
                    let Some(name) = name else { continue };
                    let owner = unit.text.owner_at(node);
                    let always = outer.is_some_and(|outer| {
                        bodies.contains(&outer.id()) || (is_first && outer.kind() == "program")
                    });
                    if name == "shift" {
                        self.shifting.insert(owner.to_owned());
                        self.shifts.insert(node.id());
                    }
                    if name == "set" || !always || command.words.get(1).is_some_and(|by| by != "1") {
                        self.odd.insert(owner.to_owned());
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a part of a command is one word of it, whatever is expanded there.
pub(super) fn is_one_word(part: Syntax<'_>, text: &Text) -> bool {
    match part.kind() {
        "raw_string" | "ansi_c_string" | "number" | "arithmetic_expansion" => true,
        "word" => !text.of(part).contains(['*', '?', '[', '{', '@', '+', '!']),
        "simple_expansion" => matches!(text.of(part), "$#" | "$?" | "$$"),
        "string" | "translated_string" => !outside_substitutions(part).any(|node| is_list(node, text)),
        "concatenation" => children(part).into_iter().all(|part| is_one_word(part, text)),
        _ => false,
    }
}

/// Whether an expansion yields a list: `$@`, `${list[*]}`, `${!list@}`. Looks at no more of it than its ends: they stand
/// in one another.
pub(super) fn is_list(node: Syntax<'_>, text: &Text) -> bool {
    let is_expansion = matches!(node.kind(), "simple_expansion" | "expansion");
    let of_an_array = |part: &Syntax<'_>| {
        part.kind() == "subscript" && (text.of(*part).ends_with("[@]") || text.of(*part).ends_with("[*]"))
    };
    is_expansion
        && (matches!(positional(node, text), Some("@" | "*"))
            || text.of(node).ends_with(['@', '*'])
            || text.of(node).ends_with("@}")
            || text.of(node).ends_with("*}")
            || children(node).iter().any(of_an_array))
}

/// The positional parameter that an expansion names: a number, `@` or `*`.
pub(super) fn positional<'t>(node: Syntax<'_>, text: &'t Text) -> Option<&'t str> {
    let whole = text.of(node);
    let bare = || whole.trim_start_matches(['$', '{']).trim_end_matches('}');
    let name = variable(node, text).unwrap_or_else(bare);
    // `$10` is `$1`, and a nought.
    let name = if whole.starts_with("${") { name } else { name.get(..1).unwrap_or(name) };
    is_positional(name).then_some(name)
}
