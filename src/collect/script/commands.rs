//! One command: its words without what wraps them, and what it does with the value.

use tree_sitter::Node as Syntax;

use super::facts::{Shell, View, fact, is_trace_flag};
use super::scope::default_of;
use super::words::{UNKNOWN, base, children};

/// Commands that start the command behind them.
const WRAPPERS: [&str; 10] =
    ["exec", "command", "builtin", "nohup", "time", "nice", "sudo", "timeout", "stdbuf", "setsid"];
/// What the shell does itself: its arguments are no process's.
const BUILTINS: [&str; 36] = [
    "[",
    "[[",
    "test",
    ":",
    "true",
    "false",
    "cd",
    "read",
    "return",
    "exit",
    "local",
    "export",
    "unset",
    "shift",
    "source",
    ".",
    "trap",
    "let",
    "break",
    "continue",
    "wait",
    "echo",
    "printf",
    "set",
    "declare",
    "typeset",
    "readonly",
    "alias",
    "getopts",
    "hash",
    "mapfile",
    "readarray",
    "pushd",
    "popd",
    "shopt",
    "umask",
];
const SHELLS: [&str; 4] = ["sh", "bash", "dash", "ksh"];

pub(super) struct Command<'n> {
    pub node: Syntax<'n>,
    /// The words as nodes, the command's name first.
    parts: Vec<Syntax<'n>>,
    /// What they say, wrappers and `env` left out.
    pub words: Vec<String>,
    /// `env` stood before it: its words are a process's arguments.
    env: Option<Vec<String>>,
}

impl<'n> Command<'n> {
    pub fn new(node: Syntax<'n>, view: &View<'_, '_>) -> Self {
        let parts: Vec<_> = children(node)
            .into_iter()
            .filter(|part| {
                !matches!(part.kind(), "variable_assignment" | "file_redirect" | "herestring_redirect")
            })
            .collect();
        let words: Vec<_> = parts.iter().flat_map(|part| view.scope.words(*part, view.text)).collect();
        let (words, env) = unwrapped(words);
        Self { node, parts, words, env }
    }

    /// The name of what is really started, without its folder.
    pub fn name(&self) -> Option<&str> {
        self.words.first().map(|word| base(word))
    }
}

/// The command behind its wrappers, and the words of an `env` among them.
fn unwrapped(mut words: Vec<String>) -> (Vec<String>, Option<Vec<String>>) {
    let mut env = None;
    while let Some(name) = words.first().map(|word| base(word).to_owned()) {
        if name == "env" {
            env = Some(words.clone());
            words.drain(..env_words(&words));
        } else if WRAPPERS.contains(&name.as_str()) && words.len() > 1 {
            words.remove(0);
            let is_option =
                |word: &String| word.starts_with('-') || word.starts_with(|c: char| c.is_ascii_digit());
            while words.first().is_some_and(is_option) {
                words.remove(0);
            }
        } else {
            break;
        }
    }
    (words, env)
}

/// How many words belong to `env` itself: its options, what they take, and its assignments.
fn env_words(words: &[String]) -> usize {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        at += match word.as_str() {
            "-u" | "--unset" | "-C" | "--chdir" => 2,
            word if word.starts_with('-') || word.contains('=') => 1,
            _ => return at,
        };
    }
    words.len()
}

impl Shell {
    pub fn command(&mut self, command: &Command<'_>, view: &View<'_, '_>) {
        self.dumps(command, view);
        self.expansions(command, view);
        self.starts_and_delegates(command, view);
        self.knob_flags(command, view);
    }

    /// Commands that show the environment, or every command as it is run.
    fn dumps(&mut self, command: &Command<'_>, view: &View<'_, '_>) {
        let variable = view.spec.endpoint_variable.as_str();
        if command.words.is_empty()
            && let Some(env) = &command.env
            && !hides(env, variable)
        {
            return self.output("env", command.node, command.node, view);
        }
        let words: Vec<_> = command.words.iter().skip(1).map(String::as_str).collect();
        let what = match command.name() {
            Some("printenv") => {
                let names: Vec<_> = words.iter().filter(|word| !word.starts_with('-')).collect();
                (names.is_empty() || names.iter().any(|name| view.scope.holds_value(name)))
                    .then_some("printenv")
            }
            Some("set") if words.is_empty() => Some("set"),
            Some("set") => {
                let traced = words.windows(2).any(|pair| pair == ["-o", "xtrace"]);
                let until = words.iter().position(|word| *word == "--").unwrap_or(words.len());
                (traced || words.iter().take(until).any(|word| is_trace_flag(word))).then_some("set -x")
            }
            Some(shell) if SHELLS.contains(&shell) => words
                .iter()
                .take_while(|word| word.starts_with('-'))
                .any(|word| is_trace_flag(word))
                .then_some("set -x"),
            Some("cat" | "strings" | "tr" | "xargs") => {
                let environ = |word: &&str| word.starts_with("/proc/") && word.ends_with("/environ");
                words.iter().any(environ).then_some("/proc/…/environ")
            }
            _ => None,
        };
        match what {
            // A trace goes where errors go, whatever becomes of the output.
            Some("set -x") => {
                let entries = [("what", "set -x".into()), ("variable", crate::evidence::Value::Null)];
                self.prints.push(fact(entries, view.text.place(command.node)));
            }
            Some(what) => self.output(what, command.node, command.node, view),
            None => {}
        }
    }

    /// Arguments that the shell expands to the value.
    fn expansions(&mut self, command: &Command<'_>, view: &View<'_, '_>) {
        let name = command.name().unwrap_or_default();
        let parts = command.parts.iter().skip(1);
        let Some(at) = parts.clone().find_map(|part| view.scope.expansion(*part, view.text)) else {
            return;
        };
        match name {
            "echo" => self.output("echo", command.node, at, view),
            "printf" if command.words.get(1).is_none_or(|word| word != "-v") => {
                self.output("printf", command.node, at, view);
            }
            _ if command.env.is_none() && (BUILTINS.contains(&name) || view.scope.is_function(name)) => {}
            _ => {
                let shown = match command.name() {
                    Some(name) if !name.contains(UNKNOWN) => name,
                    _ if command.env.is_some() => "env",
                    _ => "a command",
                };
                for part in parts {
                    if let Some(at) = view.scope.expansion(*part, view.text) {
                        let variable = super::words::variable(at, view.text);
                        let entries = [("command", shown.into()), ("variable", variable.into())];
                        self.argv.push(fact(entries, view.text.place(at)));
                    }
                }
            }
        }
    }

    /// Whether the harness's own runner is started with the route's engine, or the agent directly.
    fn starts_and_delegates(&mut self, command: &Command<'_>, view: &View<'_, '_>) {
        let route = &view.spec.route;
        let delegate = route.delegate.get_ref().as_str();
        let mut words =
            command.words.iter().skip_while(|word| SHELLS.contains(&base(word)) || word.starts_with('-'));
        if words.next().is_some_and(|word| base(word) == delegate) {
            self.delegates |=
                flag(&command.words, "--engine").any(|engine| engine == route.engine.get_ref());
        }
        let binary = |part: &Syntax<'_>| {
            let mut names = super::words::descendants(*part).filter(|node| node.kind() == "variable_name");
            names.any(|name| view.text.of(name).ends_with("_CASE_BIN"))
        };
        let started = command.parts.iter().take_while(|part| {
            let word = view.scope.literal(**part, view.text);
            binary(part) || WRAPPERS.contains(&base(&word)) || base(&word) == "env" || word.contains('=')
        });
        if let Some(part) = started.into_iter().find(|part| binary(part)) {
            let entries = [("command", view.text.of(*part).into())];
            self.starts.push(fact(entries, view.text.place(*part)));
        }
    }

    /// `--model X`, `--provider X`, and their fallbacks.
    fn knob_flags(&mut self, command: &Command<'_>, view: &View<'_, '_>) {
        if matches!(command.name(), Some("echo" | "printf")) {
            return;
        }
        for name in ["--model", "--provider", "--fallback-model", "--fallback-provider"] {
            for value in flag(&command.words, name).map(str::to_owned).collect::<Vec<_>>() {
                self.knob(name, &value, command.node, view);
            }
        }
    }

    /// `CASE_MODEL=…` and its kind.
    pub fn knob_assignment(&mut self, node: Syntax<'_>, view: &View<'_, '_>) {
        let (Some(name), Some(value)) =
            (node.child_by_field_name("name"), node.child_by_field_name("value"))
        else {
            return;
        };
        let name = view.text.of(name);
        if !is_knob(name) {
            return;
        }
        let mut literal = view.scope.literal(value, view.text);
        // `NAME="${NAME:-default}"`: the default is the knob's.
        let own = super::words::descendants(value).find_map(|inner| default_of(inner, view.text));
        if let Some(default) = own {
            literal = view.scope.literal(default, view.text);
        }
        self.knob(name, &literal, node, view);
    }

    fn knob(&mut self, name: &str, value: &str, node: Syntax<'_>, view: &View<'_, '_>) {
        let route = &view.spec.route;
        let lower = name.to_ascii_lowercase();
        let provider = lower.contains("provider");
        let wanted = if provider { route.provider.get_ref() } else { route.model.get_ref() };
        let fallback = lower.contains("fallback");
        let off = value.is_empty() || value.contains(UNKNOWN) || value == route.baseline_engine.get_ref();
        let whole = format!("{}/{}", route.provider.get_ref(), route.model.get_ref());
        let right = !fallback && (value == wanted || (!provider && value == whole));
        if off || right || (fallback && matches!(value, "none" | "off" | "false" | "0" | "no")) {
            return;
        }
        let entries = [
            ("name", name.into()),
            ("kind", if provider { "provider" } else { "model" }.into()),
            ("value", value.into()),
            ("wanted", if fallback { "none" } else { wanted.as_str() }.into()),
            ("fallback", fallback.into()),
        ];
        self.knobs.push(fact(entries, view.text.place(node)));
    }
}

/// The values of a flag, in both spellings.
fn flag<'w>(words: &'w [String], name: &'w str) -> impl Iterator<Item = &'w str> {
    words.iter().enumerate().filter_map(move |(at, word)| {
        let rest = word.strip_prefix(name)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => {
                words.get(at + 1).map(String::as_str).filter(|next| !next.starts_with('-'))
            }
            None => None,
        }
    })
}

/// A variable that chooses a model or a provider, not one that tells of a file or a status.
fn is_knob(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let ends = ["MODEL", "PROVIDER", "MODEL_ID", "MODEL_NAME", "PROVIDER_ID"]
        .iter()
        .any(|end| upper == *end || upper.strip_suffix(end).is_some_and(|rest| rest.ends_with('_')));
    ends && !["BASELINE", "FAKE"].iter().any(|other| upper.contains(other))
}

/// `env -u NAME`, `env -i`: the endpoint's variable is not in what is shown.
fn hides(env: &[String], variable: &str) -> bool {
    env.iter().enumerate().any(|(at, word)| match word.as_str() {
        "-i" | "--ignore-environment" | "-" => true,
        "-u" => env.get(at + 1).is_some_and(|name| name == variable),
        word => {
            word.strip_prefix("--unset=").or(word.strip_prefix("-u")).is_some_and(|name| name == variable)
        }
    })
}
