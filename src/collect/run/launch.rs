//! What a configuration says is to be run: command lines, under a key that holds one or wherever they stand.

use super::argv::{QUOTES, arguments, command, split};
use super::facts::Facts;
use super::keys::{Speaks, Words};
use super::uses::Origin;
use crate::evidence::Node;

/// The keys of a configuration that hold what is to be run, as a list or as a text.
const RUN: [&str; 12] = [
    "command",
    "commands",
    "cmd",
    "args",
    "arguments",
    "command_line",
    "commandline",
    "entrypoint",
    "exec",
    "run",
    "script",
    "start",
];

/// Reads a command line in a configuration: under a key that holds one, or of whatever has a flag with a model's name.
pub(super) fn configured(
    facts: &mut Facts<'_>,
    origin: Origin<'_>,
    (key, words): (&str, &Words),
    node: &Node,
) {
    let is_run = RUN.iter().any(|known| key.eq_ignore_ascii_case(known));
    let is_prose = matches!(words.speak_of(), Speaks::HandedOn | Speaks::Outcome);
    let asks = |facts: &Facts<'_>, node: &Node| {
        node.as_str().is_some_and(|text| !is_prose && asks_for_a_model(facts, text))
    };
    match node.as_list() {
        Some(list) => {
            let texts = || list.iter().filter_map(Node::as_str);
            let flat = texts().collect::<Vec<_>>().join(" ");
            if is_run || (!is_prose && asks_for_a_model(facts, &flat)) {
                arguments(facts, origin.surface, origin.kind, list);
            }
        }
        None if is_run || asks(facts, node) => {
            command(facts, origin.surface, origin.kind, node.as_str().unwrap_or_default(), node.place);
        }
        None => {}
    }
}

/// Whether a text has a flag that names a model, a provider or a fallback, with what can only be its name.
fn asks_for_a_model(facts: &Facts<'_>, text: &str) -> bool {
    let mut words = split(text).peekable();
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix("--") else { continue };
        let (name, own) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        let value = own.or_else(|| words.peek().copied()).unwrap_or_default().trim_matches(QUOTES);
        let key = Words::of(name);
        if matches!(key.speak_of(), Speaks::Model | Speaks::Provider | Speaks::Fallback)
            && !key.forbid()
            && facts.known.is_like_a_name(value)
        {
            return true;
        }
    }
    false
}
