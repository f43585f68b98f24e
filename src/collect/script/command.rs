//! One command: its words without what wraps them.

use tree_sitter::Node as Syntax;

use super::literals::{Literals, Part};
use super::parameters::is_list;
use super::words::{Text, base, children, outside_substitutions, quiet};

/// Commands that start the command behind them.
pub(super) const WRAPPERS: [&str; 10] =
    ["exec", "command", "builtin", "nohup", "time", "nice", "sudo", "timeout", "stdbuf", "setsid"];
pub(super) const SHELLS: [&str; 4] = ["sh", "bash", "dash", "ksh"];
/// Commands that read into variables, and the one that each takes where it is given none.
pub(super) const TAKERS: [(&str, &str); 3] =
    [("read", "REPLY"), ("mapfile", "MAPFILE"), ("readarray", "MAPFILE")];
/// Commands that print what they read, or a file that they are given, or a digest of it, which is as good.
const READERS: [&str; 27] = [
    "cat",
    "strings",
    "tr",
    "xargs",
    "grep",
    "egrep",
    "sed",
    "awk",
    "head",
    "tail",
    "od",
    "xxd",
    "hexdump",
    "base32",
    "base64",
    "sort",
    "cut",
    "uniq",
    "rev",
    "tac",
    "nl",
    "jq",
    "md5sum",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "b2sum",
];

pub(super) struct Command<'u> {
    pub node: Syntax<'u>,
    /// The words as nodes, the command's name first.
    pub parts: Vec<Syntax<'u>>,
    /// What they say, wrappers and `env` left out.
    pub words: Vec<String>,
    /// Where each of these is written.
    origins: Vec<Part<'u>>,
    /// How many of the parts are its name: none where several words stand for it.
    named_by: usize,
    /// `env` stood before it: its words are a process's arguments.
    pub env: Option<Vec<String>>,
}

impl<'u> Command<'u> {
    pub fn new(node: Syntax<'u>, literals: &Literals<'u>, text: &'u Text) -> Self {
        let parts: Vec<_> = children(node)
            .into_iter()
            .filter(|part| {
                !matches!(part.kind(), "variable_assignment" | "file_redirect" | "herestring_redirect")
            })
            .collect();
        let named_by = parts.first().map_or(0, |first| usize::from(!becomes_several(*first, text)));
        let words = parts.iter().flat_map(|part| literals.words(*part, text));
        let (words, mut origins): (Vec<_>, Vec<_>) = words.unzip();
        let (words, env) = unwrapped(words);
        origins.drain(..origins.len().saturating_sub(words.len()));
        Self { node, parts, words, origins, named_by, env }
    }

    /// The parts behind its name; where that is `"$@"` or the whole of a list, that one, too.
    pub fn arguments(&self) -> &[Syntax<'u>] {
        self.parts.get(self.named_by..).unwrap_or_default()
    }

    /// What is written for its name, where nothing else stands for several words.
    pub fn named(&self) -> Option<Part<'u>> {
        self.origins.first().copied().filter(|_| self.named_by > 0)
    }

    /// What stands behind the name and its options.
    pub fn given(&self) -> Vec<Part<'u>> {
        let is_option = |word: &String| word.len() > 1 && word.starts_with('-');
        let options = self.words.iter().skip(1).take_while(|word| is_option(word)).count();
        self.origins.iter().skip(1 + options).copied().collect()
    }

    /// The script that a shell is given as a word: `bash -c SCRIPT`, wherever it stands in the command.
    pub fn shell_string(&self) -> Option<Part<'u>> {
        let shell = self.words.iter().position(|word| SHELLS.contains(&base(word)))?;
        let (at, commands) = self.behind_options(shell);
        self.origins.get(at).copied().filter(|_| commands)
    }

    /// Whether a shell reads its script from its standard input.
    pub fn reads_a_script(&self) -> bool {
        let is_shell = self.name().is_some_and(|name| SHELLS.contains(&name));
        let (at, commands) = self.behind_options(0);
        let asked = self.words.iter().take(at).any(|word| word == "-s" || word == "-");
        is_shell && !commands && (asked || at >= self.words.len())
    }

    /// The first word behind a shell's options, and whether one of them is `-c`.
    fn behind_options(&self, shell: usize) -> (usize, bool) {
        let (mut at, mut commands) = (shell + 1, false);
        while let Some(word) = self.words.get(at).filter(|word| word.starts_with(['-', '+'])) {
            let flags = if word.starts_with("--") { "" } else { word.as_str() };
            commands |= flags.contains('c');
            // `-o pipefail`, `--rcfile FILE`.
            let takes = flags.ends_with(['o', 'O']) || matches!(word.as_str(), "--rcfile" | "--init-file");
            at += if takes { 2 } else { 1 };
        }
        (at, commands)
    }

    /// The variables that an `env` before it sets.
    pub fn set_by_env(&self) -> impl Iterator<Item = (&str, &str)> {
        let words = self.env.as_deref().unwrap_or_default();
        let own = words.get(1..env_words(words)).unwrap_or_default();
        own.iter().filter(|word| !word.starts_with('-')).filter_map(|word| word.split_once('='))
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
            // What the outer one hides, the inner one lacks.
            env.get_or_insert_with(|| words.clone());
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

/// Whether a part of a command may be several words of it: `"$@"`, `"${list[@]}"`.
fn becomes_several(part: Syntax<'_>, text: &Text) -> bool {
    outside_substitutions(part).any(|node| is_list(node, text))
}

/// Whether a path is that of a process's environment.
pub(super) fn is_environ(path: &str) -> bool {
    path.starts_with("/proc/") && path.ends_with("/environ")
}

/// Whether a command prints what it reads, or a file that it is given.
pub(super) fn prints_what_it_reads(name: &str, words: &[String]) -> bool {
    READERS.contains(&name) && !(name.ends_with("grep") && words.iter().any(|word| quiet(word)))
}

/// Whether a command prints all that is in the environment.
pub(super) fn lists_the_environment(command: &Command<'_>) -> bool {
    let words = command.words.get(1..).unwrap_or_default();
    match command.name() {
        None => command.env.as_ref().is_some_and(|env| !env.iter().any(|word| word.starts_with('-'))),
        Some("printenv" | "set") => words.is_empty(),
        Some(_) => false,
    }
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
