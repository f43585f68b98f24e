//! What a command does with the value, and whom it starts.

use tree_sitter::Node as Syntax;

use super::command::{Command, SHELLS, WRAPPERS, is_environ, prints_what_it_reads};
use super::ends::{Sink, reads_a_file};
use super::facts::{Shell, View, fact, is_trace_flag};
use super::words::{UNKNOWN, assigned_default, base, default_of, descendants, outside_substitutions};
use crate::collect::keys::known::Known;
use crate::collect::keys::{Said, Speaks, Words};

/// What the shell does itself: its arguments are no process's.
const BUILTINS: [&str; 37] = [
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
    "eval",
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
/// Commands that copy a file.
const COPIERS: [&str; 4] = ["cp", "install", "rsync", "scp"];

/// Parts of a word that is a command's name. Commands stand in one another's names without end.
const LARGEST_NAME: usize = 1000;

/// A process's environment, as a file.
const ENVIRON: &str = "/proc/…/environ";

impl Shell {
    pub fn command<'u>(&mut self, command: &Command<'u>, view: &View<'_, 'u>) {
        self.dumps(command, view);
        self.expansions(command, view);
        self.substituted_files(command, view);
        self.starts_and_delegates(command, view);
        self.knob_flags(command, view);
        for (name, value) in command.set_by_env() {
            self.knob(name, value, command.node, view);
        }
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
                let by_name = || command.parts.iter().any(|p| view.scope.is_its_name(*p, view.text));
                (names.is_empty() || names.iter().any(|name| view.scope.holds_value(name)) || by_name())
                    .then_some("printenv")
            }
            Some("set") if words.is_empty() => Some("set"),
            Some("set") => {
                let traced = words.windows(2).any(|pair| pair == ["-o", "xtrace"]);
                let until = words.iter().position(|word| *word == "--").unwrap_or(words.len());
                (traced || words.iter().take(until).any(|word| is_trace_flag(word))).then_some("set -x")
            }
            Some("shopt") => words.contains(&"xtrace").then_some("set -x"),
            Some(shell) if SHELLS.contains(&shell) => {
                let flags = words.iter().take_while(|word| word.starts_with('-')).copied();
                let named = words.first() == Some(&"-o") && words.get(1) == Some(&"xtrace");
                (named || flags.into_iter().any(is_trace_flag)).then_some("set -x")
            }
            Some(name) if COPIERS.contains(&name) && words.iter().any(|word| is_environ(word)) => {
                let file = words.last().copied().unwrap_or_default().to_owned();
                return self.told(Sink::File(file), ENVIRON, command.node, view);
            }
            Some(name) if prints_what_it_reads(name, &command.words) => {
                words.iter().any(|word| is_environ(word)).then_some(ENVIRON)
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

    /// `tr '\0' '\n' < /proc/self/environ`.
    pub fn read_environ<'u>(
        &mut self,
        redirect: Syntax<'u>,
        outer: Option<Syntax<'u>>,
        view: &View<'_, 'u>,
    ) {
        let Some(from) = redirect.child_by_field_name("destination") else { return };
        if !reads_a_file(redirect, view.text) || !is_environ(&view.scope.literals.literal(from, view.text))
        {
            return;
        }
        let body = outer.and_then(|statement| statement.child_by_field_name("body"));
        let Some(body) = body.filter(|body| body.kind() == "command") else { return };
        let command = Command::new(body, &view.scope.literals, view.text);
        if command.name().is_some_and(|name| prints_what_it_reads(name, &command.words)) {
            self.output(ENVIRON, body, from, view);
        }
    }

    /// Arguments that the shell expands to the value.
    fn expansions<'u>(&mut self, command: &Command<'u>, view: &View<'_, 'u>) {
        let parts = command.arguments();
        let all: Vec<_> = parts.iter().filter_map(|part| view.scope.expansion(*part, view.text)).collect();
        let Some(at) = all.first() else { return };
        let mut names = view.scope.names(command, view.text);
        if names.is_empty() {
            names.push(String::new());
        }
        let mut shown = None;
        for name in names.iter().map(|name| base(name)) {
            match name {
                "echo" => self.output("echo", command.node, *at, view),
                "printf" if command.words.get(1).is_some_and(|word| word == "-v") => {}
                "printf" => self.output("printf", command.node, *at, view),
                _ if command.env.is_none()
                    && (BUILTINS.contains(&name) || view.scope.is_function(name)) => {}
                _ if !name.is_empty() && !name.contains(UNKNOWN) => shown = Some(name),
                _ => shown = shown.or(Some(if command.env.is_some() { "env" } else { "a command" })),
            }
        }
        for at in all.iter().filter(|_| shown.is_some()) {
            let variable = super::words::variable(*at, view.text);
            let entries = [("command", shown.unwrap_or_default().into()), ("variable", variable.into())];
            self.argv.push(fact(entries, view.text.place(*at)));
        }
    }

    /// `cat <(echo "$URL")`: a file that is the value. That of `grep -f` is not what is printed.
    fn substituted_files<'u>(&mut self, command: &Command<'u>, view: &View<'_, 'u>) {
        let Some(name) = command.name().filter(|name| prints_what_it_reads(name, &command.words)) else {
            return;
        };
        let is_option = |part: &Syntax<'_>| {
            let word = view.text.of(*part);
            word.starts_with('-') && (word.ends_with('f') || word.ends_with("file"))
        };
        let files = command.arguments().windows(2).filter(|pair| !is_option(&pair[0])).map(|pair| pair[1]);
        let files = command.arguments().first().copied().into_iter().chain(files);
        let mut read =
            files.filter(|file| file.kind() == "process_substitution" && view.scope.becomes(*file));
        if let Some(file) = read.next() {
            self.output(name, command.node, file, view);
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
            let mut names =
                descendants(*part).take(LARGEST_NAME).filter(|node| node.kind() == "variable_name");
            names.any(|name| view.text.of(name).ends_with("_CASE_BIN"))
        };
        let started = command.parts.iter().take_while(|part| {
            let word = view.scope.literals.literal(**part, view.text);
            binary(part) || WRAPPERS.contains(&base(&word)) || base(&word) == "env" || word.contains('=')
        });
        if let Some(part) = started.into_iter().find(|part| binary(part)) {
            let entries = [("command", view.text.of(*part).into())];
            self.starts.push(fact(entries, view.text.place(*part)));
        }
    }

    /// `--model X`, `--provider X`, and their fallbacks. A model that no prompt is put to is its tool's.
    fn knob_flags(&mut self, command: &Command<'_>, view: &View<'_, '_>) {
        let tool = tool(command);
        if matches!(tool, "echo" | "printf") {
            return;
        }
        let tool = if Words::of(tool).answer_no_prompt() { tool } else { "" };
        for name in ["--model", "--provider", "--fallback-model", "--fallback-provider"] {
            for value in flag(&command.words, name).map(str::to_owned).collect::<Vec<_>>() {
                let speaks = Words::of(&format!("{tool} {name}"));
                self.knob_of(name, &speaks, &value, command.node, view);
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
        let mut said = view.scope.literals.said(value, view.text);
        // `NAME="${NAME:-default}"`: the default is the knob's.
        let own = outside_substitutions(value).find_map(|inner| default_of(inner, view.text));
        if let Some(default) = own {
            said = view.scope.literals.said(default, view.text);
        }
        for value in &said.all {
            self.knob(name, value, node, view);
        }
    }

    /// `${CASE_MODEL:=name}`
    pub fn knob_default(&mut self, node: Syntax<'_>, view: &View<'_, '_>) {
        let Some((name, word)) = assigned_default(node, view.text) else { return };
        for value in &view.scope.literals.said(word, view.text).all {
            self.knob(name, value, node, view);
        }
    }

    fn knob(&mut self, name: &str, value: &str, node: Syntax<'_>, view: &View<'_, '_>) {
        self.knob_of(name, &Words::of(name), value, node, view);
    }

    fn knob_of(&mut self, name: &str, words: &Words, value: &str, node: Syntax<'_>, view: &View<'_, '_>) {
        let route = &view.spec.route;
        let (provider, fallback, other) = match words.speak_of() {
            Speaks::Model => (false, false, false),
            Speaks::Provider => (true, false, false),
            Speaks::OtherModel => (false, false, true),
            Speaks::OtherProvider => (true, false, true),
            Speaks::Fallback if words.end_in_what_is_used() => (words.speak_of_providers(), true, false),
            _ => return,
        };
        let lower = name.to_ascii_lowercase();
        let of_the_baseline = words.are_of_the_baseline()
            || lower.split(['_', '-']).any(|word| word == route.baseline_engine.get_ref());
        // The name of a fallback is one under whatever key, but where it is told that it must not be used: a use of the
        // variable is seen by itself.
        if of_the_baseline || words.forbid() || (other && Known::of(route).named(value).is_none()) {
            return;
        }
        let wanted = if provider { route.provider.get_ref() } else { route.model.get_ref() };
        let off = value.is_empty() || value.contains(UNKNOWN) || value == route.baseline_engine.get_ref();
        let whole = format!("{}/{}", route.provider.get_ref(), route.model.get_ref());
        let right = !fallback && (value == wanted || (!provider && value == whole));
        if off || right || (fallback && words.say(value) == Said::Nothing) {
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

/// What a command starts, a module of Python's too.
fn tool<'c>(command: &'c Command<'_>) -> &'c str {
    let name = command.name().unwrap_or_default();
    match &command.words[..] {
        [_, flag, module, ..] if name.starts_with("python") && flag == "-m" => module,
        _ => name,
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
