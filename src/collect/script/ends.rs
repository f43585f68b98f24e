//! Where the output of each command goes within its script.

use std::collections::HashMap;

use tree_sitter::Node as Syntax;

use super::command::{Command, TAKERS, WRAPPERS};
use super::literals::Literals;
use super::unit::Unit;
use super::words::{Text, base, children, quiet};

/// The worst is the last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sink {
    /// Into a variable, another process, or nowhere.
    Kept,
    File(String),
    /// A terminal, or the log of whoever called.
    Shown,
}

/// The end of the way, as far as it can be followed at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Sink(Sink),
    /// Wherever the output of this function goes.
    Function(String),
    /// Into the word that this substitution, by its node's id, becomes a part of, or what this command reads.
    Substitution(usize),
}

/// Commands that read all and print nothing of it.
const SILENT: [&str; 6] = ["wc", "true", "read", "test", "cmp", "counterfoil"];

/// What stands at every node of a script, found on one way down.
#[derive(Default)]
pub(super) struct Ends {
    all: Vec<End>,
    of: HashMap<usize, usize>,
}

/// A node on the way down.
struct Step<'n> {
    node: Syntax<'n>,
    /// The end of what it stands in.
    end: usize,
    /// The same without what the command that it is a part of redirects.
    beside: usize,
    /// Whether it is the command that the redirections around it are of.
    redirected: bool,
}

impl Ends {
    /// Reads scripts, each behind the one that it stands in.
    pub fn read(units: &[Unit], literals: &Literals<'_>) -> Self {
        let mut ends = Self::default();
        let shown = ends.add(End::Sink(Sink::Shown));
        for unit in units {
            // What a shell prints that was given a string is what the command prints that gave it.
            let end = unit.outer.and_then(|outer| ends.of.get(&outer).copied()).unwrap_or(shown);
            ends.unit(unit, end, literals);
        }
        ends
    }

    /// Where the output of what stands at a node goes.
    pub fn of(&self, node: Syntax<'_>) -> &End {
        const UNKNOWN: &End = &End::Sink(Sink::Shown);
        self.of.get(&node.id()).and_then(|at| self.all.get(*at)).unwrap_or(UNKNOWN)
    }

    fn add(&mut self, end: End) -> usize {
        self.all.push(end);
        self.all.len() - 1
    }

    fn unit(&mut self, unit: &Unit, end: usize, literals: &Literals<'_>) {
        let text = &unit.text;
        let mut waiting = vec![Step { node: unit.root(), end, beside: end, redirected: false }];
        while let Some(Step { node, end, beside, redirected }) = waiting.pop() {
            let own = self::redirected(node, literals, text).map(|sink| self.add(End::Sink(sink)));
            let here = own.unwrap_or(end);
            let parts = children(node);
            if !parts.is_empty() || node.kind() == "declaration_command" {
                self.of.insert(node.id(), here);
            }
            let (is_statement, is_pipeline) =
                (node.kind() == "redirected_statement", node.kind() == "pipeline");
            let beside =
                if is_statement || (node.kind() == "command" && !redirected) { end } else { beside };
            let inside = match node.kind() {
                "command_substitution" => self.add(End::Substitution(node.id())),
                // What `>(…)` prints goes where the shell's output does that starts it.
                "process_substitution" if text.of(node).starts_with('>') => beside,
                "process_substitution" => self.add(End::Substitution(node.id())),
                "function_definition" => own.unwrap_or_else(|| {
                    let name = node.child_by_field_name("name").map_or("", |name| text.of(name));
                    self.add(End::Function(name.to_owned()))
                }),
                _ => here,
            };
            let piped = if is_pipeline { self.piped(&parts, literals, text) } else { Vec::new() };
            // The grammar takes what the last stage redirects for the pipeline's.
            let last = parts.len().saturating_sub(1);
            let step = |(at, part)| {
                let end = piped.get(at).copied().flatten().unwrap_or(inside);
                let redirected = is_statement || (redirected && is_pipeline && at == last);
                Step { node: part, end, beside, redirected }
            };
            waiting.extend(parts.into_iter().enumerate().map(step));
        }
    }

    /// What the rest of a pipeline does with the output of each of its stages, where it does not only hand it on.
    fn piped(&mut self, stages: &[Syntax<'_>], literals: &Literals<'_>, text: &Text) -> Vec<Option<usize>> {
        let mut ends = vec![None; stages.len()];
        let last = stages.last().and_then(|last| redirected(*last, literals, text));
        let mut later = last.map(|sink| self.add(End::Sink(sink)));
        for (end, next) in ends.iter_mut().zip(stages.iter().skip(1)).rev() {
            if let Some(taker) = taker(*next, literals, text) {
                later = Some(self.add(End::Substitution(taker)));
            } else if let Some(sink) = ends_at(*next, literals, text) {
                later = Some(self.add(End::Sink(sink)));
            }
            *end = later;
        }
        ends
    }
}

/// Where a statement's own redirections send its output.
fn redirected(node: Syntax<'_>, literals: &Literals<'_>, text: &Text) -> Option<Sink> {
    let mut found = None;
    for child in children(node) {
        match child.kind() {
            "file_redirect" => found = file(child, literals, text).or(found),
            // What stands behind `<<EOF` on its line.
            "heredoc_redirect" => found = redirected(child, literals, text).or(found),
            "pipeline" if node.kind() == "heredoc_redirect" => {
                let stages = children(child);
                let sink = stages.iter().find_map(|stage| ends_at(*stage, literals, text));
                let last = || stages.last().and_then(|last| redirected(*last, literals, text));
                found = sink.or_else(last).or(found);
            }
            _ => {}
        }
    }
    found
}

fn file(redirect: Syntax<'_>, literals: &Literals<'_>, text: &Text) -> Option<Sink> {
    let whole = text.of(redirect);
    let descriptor = redirect.child_by_field_name("descriptor").map(|node| text.of(node));
    let operator = whole.trim_start_matches(|c: char| c.is_ascii_digit());
    if operator.starts_with('<') || descriptor.is_some_and(|number| number != "1") {
        return None;
    }
    let destination = redirect.child_by_field_name("destination")?;
    // The worst of what it may be.
    literals.said(destination, text).all.into_iter().map(|destination| sink(operator, destination)).max()
}

fn sink(operator: &str, destination: String) -> Sink {
    let to_descriptor = operator.starts_with(">&") && destination.bytes().all(|byte| byte.is_ascii_digit());
    match destination.as_str() {
        _ if to_descriptor => Sink::Shown,
        "/dev/null" => Sink::Kept,
        "/dev/stdout" | "/dev/stderr" | "/dev/tty" => Sink::Shown,
        path if path.starts_with("/dev/fd/") => Sink::Shown,
        _ => Sink::File(destination),
    }
}

/// Whether a redirection is of what is read.
pub(super) fn reads_a_file(redirect: Syntax<'_>, text: &Text) -> bool {
    let operator = text.of(redirect).trim_start_matches(|c: char| c.is_ascii_digit());
    redirect.kind() == "file_redirect" && operator.starts_with('<')
}

/// The command of a stage, by its node's id, where it reads into variables.
fn taker<'n>(stage: Syntax<'n>, literals: &Literals<'n>, text: &'n Text) -> Option<usize> {
    let body =
        if stage.kind() == "redirected_statement" { stage.child_by_field_name("body")? } else { stage };
    let command = Some(body).filter(|body| body.kind() == "command")?;
    let takes = TAKERS.iter().any(|(taker, _)| Command::new(command, literals, text).name() == Some(taker));
    takes.then(|| command.id())
}

/// What a stage does with what it reads, where it does not hand it on.
fn ends_at(stage: Syntax<'_>, literals: &Literals<'_>, text: &Text) -> Option<Sink> {
    let command = if stage.kind() == "redirected_statement" {
        stage.child_by_field_name("body").unwrap_or(stage)
    } else {
        stage
    };
    command.child_by_field_name("name")?;
    let mut words = children(command).into_iter().map(|word| literals.literal(word, text)).peekable();
    while words.next_if(|word| WRAPPERS.contains(&base(word))).is_some() {
        while words.next_if(|word| word.starts_with('-')).is_some() {}
    }
    let name = words.next()?;
    let words: Vec<_> = words.collect();
    match base(&name) {
        // The names of variables, of a list of the environment.
        "cut" if words.iter().any(|word| word == "-d=") && words.iter().any(|word| word == "-f1") => {
            Some(Sink::Kept)
        }
        "tee" => {
            let file = words.into_iter().find(|word| !word.starts_with('-') && word != "/dev/null");
            file.map(Sink::File)
        }
        "grep" | "egrep" | "fgrep" if words.iter().any(|word| quiet(word)) => Some(Sink::Kept),
        name if SILENT.contains(&name) || takes_a_secret(name, &words) => Some(Sink::Kept),
        _ => None,
    }
}

/// Whether a command is told to take what it reads for a secret of its own: a way in that leaves no trace.
fn takes_a_secret(name: &str, words: &[String]) -> bool {
    let pair = |first: &str, second: &str| {
        words.windows(2).any(|two| matches!(two, [a, b] if a == first && b == second))
    };
    match name {
        "curl" => {
            let talks = |word: &String| {
                matches!(word.as_str(), "--verbose" | "--trace" | "--trace-ascii")
                    || ["%{url", "%{remote", "%{redirect"].iter().any(|what| word.contains(what))
                    || word
                        .strip_prefix('-')
                        .is_some_and(|flags| !flags.starts_with('-') && flags.contains('v'))
            };
            (pair("-K", "-") || pair("--config", "-")) && !words.iter().any(talks)
        }
        "gh" => pair("secret", "set"),
        _ => words.iter().any(|word| word.starts_with("--") && word.ends_with("-stdin")),
    }
}
