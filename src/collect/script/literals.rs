//! What words say literally, with [`UNKNOWN`] for what only a run would know.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node as Syntax;

use super::said::Said;
use super::spelled::unescaped;
use super::unit::Unit;
use super::words::{
    Text, UNKNOWN, assigned_default, children, default_of, descendants, is_name, is_positional,
    outside_substitutions, unquoted, variable,
};

/// How deep words are read that stand in one another, as in `${A:-${B:-c}}`.
pub(super) const DEEPEST: u32 = 64;
/// How often what variables say is handed on to those that are assigned before them.
const ROUNDS: usize = 4;
/// Bytes of all that variables say.
const LARGEST: usize = 8 << 20;
/// Bytes of all that one of them says.
const LONGEST: usize = 8 << 10;

/// A word, or a part of one, and the text that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Part<'u> {
    pub node: Syntax<'u>,
    pub text: &'u Text,
}

/// What the script's variables hold, as far as it says so itself.
#[derive(Default)]
pub(super) struct Literals<'u> {
    /// Positional parameters too, by their function.
    variables: HashMap<String, Said>,
    arrays: HashMap<String, Vec<(String, Part<'u>)>>,
    /// The first words of all that an array is given, one time or another.
    heads: HashMap<String, Vec<String>>,
    pub functions: HashSet<String>,
    /// Functions that move their positional parameters.
    moving: HashSet<String>,
    /// Functions that print what may be commands.
    speaking: HashSet<String>,
}

/// Where a variable is given what it holds.
struct Site<'u> {
    variable: String,
    /// None where it is what the script reads.
    words: Vec<Part<'u>>,
    /// More may be put behind it than is told in the order of the text.
    appends: bool,
}

impl<'u> Literals<'u> {
    pub fn read(units: &'u [Unit]) -> Self {
        let mut literals = Self::default();
        let nodes =
            || units.iter().flat_map(|unit| descendants(unit.root()).map(move |node| (node, &unit.text)));
        for (node, text) in nodes().filter(|(node, _)| node.kind() == "function_definition") {
            let name = node.child_by_field_name("name");
            literals.functions.extend(name.map(|name| text.of(name).to_owned()));
        }
        for (node, text) in nodes().filter(|(node, _)| node.kind() == "command") {
            let name = node.child_by_field_name("name").map_or("", |name| text.of(name));
            let mut words = children(node).into_iter().skip(1);
            if matches!(name, "echo" | "printf") && words.any(|word| tells(word, text)) {
                literals.speaking.insert(text.owner_at(node).to_owned());
            }
        }
        let sites: Vec<_> = nodes().flat_map(|(node, text)| literals.sites(node, text)).collect();
        literals.settle(&sites);
        for (node, text) in nodes().filter(|(node, _)| node.kind() == "variable_assignment") {
            let Some((name, value)) = assigned(node, text).filter(|(_, value)| value.kind() == "array")
            else {
                continue;
            };
            let words = children(value).into_iter();
            let words = words.map(|word| (literals.literal(word, text), Part { node: word, text }));
            let words: Vec<_> = words.collect();
            let head = words.first().map(|(word, _)| word.clone());
            let appends = text.between(node.start_byte()..value.start_byte()).ends_with("+=");
            let heads = literals.heads.entry(name.to_owned()).or_default();
            // What is appended stands first where nothing did.
            if !appends || heads.is_empty() || heads.iter().any(String::is_empty) {
                heads.push(head.unwrap_or_default());
            }
            literals.arrays.entry(name.to_owned()).or_insert(words);
        }
        literals
    }

    fn sites(&mut self, node: Syntax<'u>, text: &'u Text) -> Vec<Site<'u>> {
        let part = |node| Part { node, text };
        match node.kind() {
            "variable_assignment" => {
                let Some((name, value)) = assigned(node, text).filter(|(_, value)| value.kind() != "array")
                else {
                    return Vec::new();
                };
                let appends = text.between(node.start_byte()..value.start_byte()).ends_with("+=");
                vec![Site { variable: name.to_owned(), words: vec![part(value)], appends }]
            }
            "expansion" => {
                let assigned = assigned_default(node, text);
                let site = |(name, word): (&str, _)| Site {
                    variable: name.to_owned(),
                    words: vec![part(word)],
                    appends: false,
                };
                assigned.map(site).into_iter().collect()
            }
            "for_statement" => {
                let Some(name) = node.child_by_field_name("variable") else { return Vec::new() };
                let mut cursor = node.walk();
                let values = node.children_by_field_name("value", &mut cursor);
                let site = |value| Site {
                    variable: text.of(name).to_owned(),
                    words: vec![part(value)],
                    appends: false,
                };
                values.map(site).collect()
            }
            "command" => {
                let Some(name) = node.child_by_field_name("name") else { return Vec::new() };
                let name = self.literal(name, text);
                if matches!(name.as_str(), "shift" | "set") {
                    self.moving.insert(text.owner_at(node).to_owned());
                }
                if name == "read" {
                    let words = children(node).into_iter().skip(1).map(|word| text.of(word));
                    let names = words.filter(|word| is_name(word)).map(str::to_owned);
                    return names
                        .map(|variable| Site { variable, words: Vec::new(), appends: false })
                        .collect();
                }
                if !self.functions.contains(&name) {
                    return Vec::new();
                }
                let words =
                    children(node).into_iter().skip(1).filter(|part| !part.kind().ends_with("_redirect"));
                let words: Vec<_> = words.map(part).collect();
                let mut sites = Vec::new();
                for (at, word) in words.iter().enumerate() {
                    for at in [(at + 1).to_string().as_str(), "any"] {
                        let variable = parameter(&name, at);
                        sites.push(Site { variable, words: vec![*word], appends: false });
                    }
                }
                if !words.is_empty() {
                    sites.push(Site { variable: parameter(&name, "@"), words, appends: false });
                }
                sites
            }
            _ => Vec::new(),
        }
    }

    /// Reads what variables are given, in the order of the text, and again for what is assigned further down.
    fn settle(&mut self, sites: &[Site<'u>]) {
        let mut left = LARGEST;
        let mut pieces = vec![None; sites.len()];
        for round in 0..=ROUNDS {
            let mut changed = false;
            for (Site { variable, words, appends }, piece) in sites.iter().zip(&mut pieces) {
                let of_itself = *appends || words.iter().any(|word| word.expands(variable));
                let mut said =
                    self.joined(words).unwrap_or_else(|| Said { asked: true, ..Said::unknown() });
                if of_itself {
                    let itself = self.variables.remove(variable);
                    let now = self.joined(words);
                    self.variables.extend(itself.map(|itself| (variable.clone(), itself)));
                    // What the pieces are is told further down.
                    let is_new = piece.is_some() && *piece != now;
                    piece.clone_from(&now);
                    match now {
                        Some(now) if is_new => said = Said::unknown().and(&now),
                        _ if round > 0 => continue,
                        _ => {}
                    }
                }
                let held = self.variables.get(variable);
                if *appends && round == 0 {
                    said = held.cloned().unwrap_or_else(Said::unknown).and(&said);
                }
                // It may be put behind it any number of times.
                said.grows |= of_itself;
                said.more |= round == ROUNDS;
                let now = held.map_or_else(|| said.clone(), |held| held.clone().or(said.clone()));
                if held == Some(&now) {
                    continue;
                }
                let bytes = now.bytes();
                let now = if left < bytes || LONGEST < bytes { Said::untold() } else { now };
                left = left.saturating_sub(bytes);
                changed |= held != Some(&now);
                self.variables.insert(variable.clone(), now);
            }
            if !changed {
                return;
            }
        }
    }

    /// What words say that are joined, as `eval` and `"$*"` do; none where there are none.
    fn joined(&self, words: &[Part<'u>]) -> Option<Said> {
        let said = words.iter().map(|word| self.said(word.node, word.text));
        said.reduce(|said, next| said.and(&Said::one(" ")).and(&next))
    }

    /// What a word says first.
    pub fn literal(&self, node: Syntax<'_>, text: &Text) -> String {
        self.said(node, text).first()
    }

    /// All that a word may say, with [`UNKNOWN`] for what only a run would know, or stands deeper than anybody writes.
    pub fn said(&self, node: Syntax<'_>, text: &Text) -> Said {
        self.said_at(node, text, DEEPEST)
    }

    fn said_at(&self, node: Syntax<'_>, text: &Text, depth: u32) -> Said {
        let Some(depth) = depth.checked_sub(1) else { return Said::untold() };
        match node.kind() {
            "word" | "number" | "variable_name" => Said::one(unquoted(text.of(node))),
            "string_content" => Said::one(unescaped(text.of(node))),
            "raw_string" => Said::one(text.of(node).trim_matches('\'')),
            "ansi_c_string" => Said::one(text.of(node).trim_start_matches('$').trim_matches('\'')),
            "string" | "concatenation" | "command_name" | "translated_string" => {
                let parts = children(node).into_iter();
                let blanks = |part| Said::one(text.blanks_before(part));
                parts.fold(Said::one(""), |said, part| {
                    said.and(&blanks(part)).and(&self.said_at(part, text, depth))
                })
            }
            "simple_expansion" | "expansion" => self.expanded(node, text, depth),
            "command_substitution" if self.tells_commands(node, text) => Said::untold(),
            _ => Said::unknown(),
        }
    }

    fn expanded(&self, node: Syntax<'_>, text: &Text, depth: u32) -> Said {
        let name = variable(node, text);
        let positional = text.of(node).trim_start_matches(['$', '{']).trim_end_matches('}');
        let mut known =
            name.filter(|name| !is_positional(name)).and_then(|name| self.variables.get(name)).cloned();
        if is_positional(name.unwrap_or(positional)) {
            let owner = text.owner_at(node);
            let at = match name.unwrap_or(positional) {
                "@" | "*" => "@",
                _ if self.moving.contains(owner) => "any",
                at => at,
            };
            known = self.variables.get(&parameter(owner, at)).cloned();
            // Whoever calls the script, or a function that it does not call itself.
            known = known.or_else(|| Some(Said { asked: true, ..Said::unknown() }));
        }
        let default = default_of(node, text).map(|default| self.said_at(default, text, depth));
        match (known, default) {
            (Some(known), Some(default)) if known.all == [UNKNOWN.to_string()] => {
                let (more, grows, asked) = (known.more, known.grows, known.asked);
                let said = default.or(known);
                Said { more, grows, asked, ..said }
            }
            (Some(known), Some(default)) => known.or(default),
            (known, default) => known.or(default).unwrap_or_else(Said::unknown),
        }
    }

    /// Whether a substitution's own commands print what may be a command: words with blanks between them, or with an
    /// expansion that is not expanded there.
    pub fn tells_commands(&self, substitution: Syntax<'_>, text: &Text) -> bool {
        let commands = children(substitution).into_iter().flat_map(outside_substitutions);
        commands.filter(|node| node.kind() == "command").any(|command| {
            let name = command.child_by_field_name("name").map_or("", |name| text.of(name));
            let mut words = children(command).into_iter().skip(1);
            self.speaking.contains(name)
                || matches!(name, "echo" | "printf") && words.any(|word| tells(word, text))
        })
    }

    /// The words that an argument becomes, each with where it is written: one, or an array's.
    pub fn words(&self, node: Syntax<'u>, text: &'u Text) -> Vec<(String, Part<'u>)> {
        match whole_array(node, text).and_then(|name| self.arrays.get(name)) {
            Some(words) => words.clone(),
            None => vec![(self.literal(node, text), Part { node, text })],
        }
    }

    /// What the first of them may be, where the whole of an array stands there.
    pub fn heads(&self, node: Syntax<'_>, text: &Text) -> Vec<String> {
        let heads = whole_array(node, text).and_then(|name| self.heads.get(name));
        let mut heads = heads.cloned().unwrap_or_default();
        heads.retain(|head| !head.is_empty());
        if heads.is_empty() { vec![UNKNOWN.to_string()] } else { heads }
    }

    /// What a function's positional parameter may be: its number, `@` for all of them, or `any` of them.
    pub fn given(&self, function: &str, at: &str) -> Option<&Said> {
        self.variables.get(&parameter(function, at))
    }
}

/// The array that a word is the whole of.
fn whole_array<'t>(node: Syntax<'_>, text: &'t Text) -> Option<&'t str> {
    let whole = text.of(node).trim_matches('"').strip_prefix("${")?;
    whole.strip_suffix("[@]}").or(whole.strip_suffix("[*]}")).filter(|name| is_name(name))
}

impl Part<'_> {
    fn expands(&self, name: &str) -> bool {
        let mut nodes = outside_substitutions(self.node);
        nodes.any(|node| node.kind() == "variable_name" && self.text.of(node) == name)
    }
}

/// Commands that show variables, and need no word behind them.
const DUMPS: [&str; 5] = ["env", "printenv", "set", "export", "declare"];

/// Whether a word that is printed may be a command.
pub(super) fn tells(word: Syntax<'_>, text: &Text) -> bool {
    let said = text.of(word).trim_matches(['"', '\'']);
    let mut nodes = outside_substitutions(word);
    DUMPS.contains(&said)
        || nodes.any(|node| match node.kind() {
            "raw_string" | "ansi_c_string" => {
                let quoted = text.of(node).trim_start_matches('$').trim_matches('\'');
                !quoted.contains('%') && quoted.contains([' ', '\n', '\t', '$', '`'])
            }
            "string_content" => {
                let quoted = text.of(node);
                !quoted.contains('%') && quoted.contains([' ', '\n', '\t', '$', '`'])
            }
            _ => false,
        })
}

/// A positional parameter of a function, as a variable's name.
fn parameter(function: &str, at: &str) -> String {
    format!("{function}{UNKNOWN}{at}")
}

/// The variable of an assignment, an array's where it is one of its elements, and its value.
pub(super) fn assigned<'n, 't>(node: Syntax<'n>, text: &'t Text) -> Option<(&'t str, Syntax<'n>)> {
    let name = node.child_by_field_name("name")?;
    let value = node.child_by_field_name("value")?;
    let name =
        if name.kind() == "subscript" { variable(node, text).unwrap_or_default() } else { text.of(name) };
    Some((name, value))
}
