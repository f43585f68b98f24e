//! What a command line says of models and engines.

use super::facts::{Facts, Piece, fact};
use super::keys::{Said, Speaks, Switch, Words};
use super::known::Fallback;
use super::uses::Origin;
use super::{lines, record};
use crate::evidence::json::{Base, parse_all};
use crate::evidence::{Map, Node};
use crate::text::Place;

/// Reads what should be the arguments of one process; whether it is a list of texts, or else what it tells is not
/// all read.
pub(super) fn told(facts: &mut Facts<'_>, surface: &str, argv: &Node) -> bool {
    let list = argv.as_list();
    arguments(facts, surface, "argv", list.unwrap_or(std::slice::from_ref(argv)));
    is_list(argv)
}

/// Whether a value is a list of texts, as a command line is.
pub(super) fn is_list(argv: &Node) -> bool {
    argv.as_list().is_some_and(|list| list.iter().all(|argument| argument.as_str().is_some()))
}

/// Reads what a record holds as a command line, or as several; whether it is all understood.
pub(super) fn held(facts: &mut Facts<'_>, surface: &str, argv: &Node) -> bool {
    let is_scalar = |node: &Node| node.as_list().is_none() && node.as_map().is_none();
    let Some(list) = argv.as_list() else {
        arguments(facts, surface, "argv", std::slice::from_ref(argv));
        return argv.as_map().is_none_or(|map| map.iter().next().is_none());
    };
    if list.iter().all(is_scalar) {
        arguments(facts, surface, "argv", list);
        return true;
    }
    let mut is_all = true;
    for line in list {
        let words = line.as_list().filter(|words| words.iter().all(is_scalar));
        arguments(facts, surface, "argv", words.unwrap_or_default());
        is_all &= words.is_some();
    }
    is_all
}

/// Reads what stands for the variables of a process: a text of them, or `NAME=value` or a pair of both each.
pub(super) fn variables(facts: &mut Facts<'_>, surface: &str, told: &Node) {
    let origin = Origin { surface, kind: "env", fallback: false };
    for word in told.as_str().unwrap_or_default().split_whitespace() {
        variable(facts, origin, &Node::new(word, told.place));
    }
    for node in told.as_list().unwrap_or_default() {
        match node.as_list() {
            Some([name, value]) if value.as_str().is_some() => {
                record::setting(facts, name.as_str().unwrap_or_default(), value, origin);
            }
            _ => variable(facts, origin, node),
        }
    }
}

/// `NAME=value`; what is none is left alone.
fn variable(facts: &mut Facts<'_>, origin: Origin<'_>, node: &Node) {
    let Some((name, value)) = node.as_str().and_then(|text| text.split_once('=')) else { return };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if !name.is_empty() && name.bytes().all(is_name) {
        record::setting(facts, name, &Node::new(value.trim_matches(QUOTES), node.place), origin);
    }
}

/// An engine that a key names.
pub(super) fn engine_named(facts: &mut Facts<'_>, origin: Origin<'_>, node: &Node) {
    // The baseline's own is its report's to tell.
    let is_judged = origin.surface != "baseline" && !is_of_others(origin);
    let Some(name) = node.as_str().filter(|name| !name.trim().is_empty() && is_judged) else { return };
    let entries = [("surface", origin.surface.into()), ("kind", "field".into()), ("engine", name.into())];
    facts.engines.push(fact(entries, node.place));
}

/// Whether engines are of something else there: a backend tells of whatever it starts, and of what serves the model.
/// So do records that lie somewhere else.
fn is_of_others(origin: Origin<'_>) -> bool {
    matches!(origin.surface, "backend-log" | "other" | "tests" | "task")
}

/// Reads the arguments of one process.
pub(super) fn arguments(facts: &mut Facts<'_>, surface: &str, kind: &'static str, arguments: &[Node]) {
    let words = arguments.iter().filter_map(|node| Some((node.as_str()?, node.place)));
    let words: Vec<_> = words.collect();
    flags(facts, surface, kind, &words);
    let mut before = "";
    for (word, place) in &words {
        let is_text = takes_text(before) || word.split_once('=').is_some_and(|(flag, _)| takes_text(flag));
        if !is_text {
            within(facts, Origin { surface, kind, fallback: false }, word, *place);
        }
        before = word;
    }
}

/// What stands within one argument: a command line for a shell, a record, a setting.
fn within(facts: &mut Facts<'_>, origin: Origin<'_>, word: &str, place: Option<Place>) {
    let is_line = word.contains(char::is_whitespace);
    if is_line && !word.starts_with(['{', '[']) {
        command(facts, origin.surface, origin.kind, word, place);
    }
    let value =
        if word.starts_with("--") { word.split_once('=').map(|(_, value)| value) } else { Some(word) };
    let Some(value) = value else { return };
    let is_setting = value.contains('=') && !value.contains(char::is_whitespace);
    if is_setting && !value.starts_with(['{', '[']) {
        return variable(facts, origin, &Node::new(value, place));
    }
    // `NAME={"model": "…"}`
    let record = value.find(['{', '[']).and_then(|at| value.get(at..)).unwrap_or_default();
    if value.starts_with(['{', '['])
        || value.split_once('=').is_some_and(|(_, it)| it.starts_with(['{', '[']))
    {
        record::text(facts, record, place, origin);
    }
}

/// Whether a flag's value is prose for the agent to read, in which a flag is only spoken of.
fn takes_text(flag: &str) -> bool {
    const TEXTS: [&str; 6] = ["prompt", "message", "instruction", "task", "description", "goal"];
    flag.strip_prefix("--").is_some_and(|name| TEXTS.iter().any(|text| name.contains(text)))
}

/// Reads a command line that is one text; its facts stand where the text stands.
pub(super) fn command(
    facts: &mut Facts<'_>,
    surface: &str,
    kind: &'static str,
    text: &str,
    place: Option<Place>,
) {
    let words = |text| split(text).map(|word| (word, place)).collect::<Vec<_>>();
    flags(facts, surface, kind, &words(text));
    for line in text.lines() {
        assignments(facts, Origin { surface, kind, fallback: false }, &words(line));
    }
}

/// The words of a shell's line, or of one that goes over several.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| *word != "\\").map(|word| word.trim_matches(QUOTES))
}

/// `*.argv`: JSON as in argv.json, or arguments that end in NUL, as in /proc, or that stand one a line, or all on
/// one.
pub(super) fn raw(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    if let Some(why) = lines::packed(bytes) {
        return facts.not_understood(piece, why);
    }
    let source = facts.source(piece);
    if is_json(bytes) {
        let read = parse_all(bytes, Base::whole(source));
        if !read.is_ok_and(|parsed| processes(facts, piece.teller, &parsed.node)) {
            facts.not_understood(piece, "tells no command line, or more than that");
        }
        return;
    }
    let by_nul = bytes.contains(&0);
    let separator = |byte: &u8| *byte == 0 || (!by_nul && byte.is_ascii_whitespace());
    let mut words = Vec::new();
    let mut offset = 0;
    for part in bytes.split(separator) {
        let span = crate::text::Span::of(offset..offset + part.len());
        offset += part.len() + 1;
        let word = String::from_utf8_lossy(part);
        // Only a shell's line has quotes that are none of the argument's.
        let word = if by_nul { &*word } else { word.trim_matches(QUOTES) };
        if !word.is_empty() {
            words.push(Node::new(word, Some(Place::new(source, span))));
        }
    }
    arguments(facts, piece.teller, "argv", &words);
}

/// Whether bytes begin as JSON does; `[` alone is a program, too.
fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    let inner = bytes.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    bytes.starts_with(b"{") || matches!(inner.and_then(<[u8]>::first), Some(b'"' | b'{' | b'['))
}

/// What processes were started with: a list of them, one, or the arguments of one. Whether that is all that the
/// value tells.
pub(super) fn processes(facts: &mut Facts<'_>, surface: &str, node: &Node) -> bool {
    let strings =
        |node: &Node| node.as_list().is_some_and(|items| items.iter().any(|item| item.as_str().is_some()));
    if strings(node) {
        return told(facts, surface, node);
    }
    let processes = node.as_list().unwrap_or(std::slice::from_ref(node));
    processes.iter().fold(true, |all, process| {
        record::of_whom(facts, process, |facts| {
            let told = process.get("argv").is_some_and(|argv| told(facts, surface, argv));
            command_lines(facts, surface, process);
            beside(facts, surface, process);
            all && told
        })
    })
}

/// The keys that hold a command line, too, as a list or as a text.
pub(super) const COMMAND_LINES: [&str; 4] = ["command", "cmd", "args", "command_line"];

/// Reads the command lines that are told of a process beside its `argv`.
pub(super) fn command_lines(facts: &mut Facts<'_>, surface: &str, process: &Node) {
    for line in COMMAND_LINES.iter().filter_map(|key| process.get(key)) {
        match line.as_str() {
            Some(text) => command(facts, surface, "argv", text, line.place),
            None if line.as_list().is_some() => {
                arguments(facts, surface, "argv", line.as_list().unwrap_or_default());
            }
            None => {}
        }
    }
}

/// What is told of a process beside its command line: its variables, its settings.
fn beside(facts: &mut Facts<'_>, surface: &str, process: &Node) {
    let others = process.as_map().into_iter().flat_map(Map::iter).filter(|(key, _)| &***key != "argv");
    let others = others.map(|(key, node)| (&**key, node));
    let origin = Origin { surface, kind: "env", fallback: false };
    record::gather_members(facts, others, process.place, origin);
}

/// Around a word of a command line.
pub(super) const QUOTES: &[char] = &['"', '\'', '`'];

fn flags(facts: &mut Facts<'_>, surface: &str, kind: &'static str, words: &[(&str, Option<Place>)]) {
    for (at, (word, place)) in words.iter().enumerate() {
        let Some(flag) = word.strip_prefix("--") else {
            short(facts, Origin { surface, kind, fallback: false }, words, at);
            continue;
        };
        let (name, own) = match flag.split_once('=') {
            Some((name, value)) => (name, Some((value, *place))),
            None => (flag, None),
        };
        let next = || words.get(at + 1).copied().filter(|(next, _)| !next.starts_with('-'));
        let words = Words::of(name);
        let speaks = words.speak_of();
        if speaks == Speaks::Fallback {
            let of_switch = |(next, _): &(&str, _)| Switch::of(next.trim_matches(QUOTES)) != Switch::Name;
            let value =
                if names_one(name) { own.or_else(next) } else { own.or_else(|| next().filter(of_switch)) };
            fallback(facts, Origin { surface, kind, fallback: true }, name, value, *place);
            continue;
        }
        let Some((value, place)) = own.or_else(next) else { continue };
        let value = value.trim_matches(QUOTES);
        if value.is_empty() {
            continue;
        }
        let node = Node::new(value, place);
        let origin = Origin { surface, kind, fallback: false };
        match speaks {
            _ if words.forbid() => {}
            Speaks::Model => {
                let (provider, model) = facts.known.split(&node);
                facts.uses.add(origin, provider.as_ref(), Some(&model), place);
            }
            Speaks::Provider => facts.uses.add(origin, Some(&node), None, place),
            Speaks::Engine if !is_of_others(origin) => {
                let entries =
                    [("surface", surface.into()), ("kind", "flag".into()), ("engine", value.into())];
                facts.engines.push(fact(entries, place));
            }
            _ if matches!(name, "fixture" | "stage") && !is_of_others(origin) => {
                asked(facts, surface, name, value, place);
            }
            // Whatever the flag is called, it is given a fallback of the route.
            _ => {
                if let Some(known) = facts.known.named(value).filter(|known| known.model.is_some()) {
                    facts.uses.add_known(origin, known, place);
                }
            }
        }
    }
}

/// `-model NAME` and `-m NAME`, where the name is one of the route's fallbacks: to others, the flag may mean anything.
fn short(facts: &mut Facts<'_>, origin: Origin<'_>, words: &[(&str, Option<Place>)], at: usize) {
    let Some((flag, place)) =
        words.get(at).and_then(|(word, place)| Some((word.strip_prefix('-')?, *place)))
    else {
        return;
    };
    let (name, own) =
        flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some((value, place))));
    let Some((value, place)) = own.or_else(|| words.get(at + 1).copied()) else { return };
    let speaks = Words::of(name);
    let is_asked = |known: &Fallback<'_>| match speaks.speak_of() {
        _ if speaks.forbid() => false,
        Speaks::Model | Speaks::Provider => true,
        _ => name == "m" && known.model.is_some(),
    };
    if let Some(known) = facts.known.named(value.trim_matches(QUOTES)).filter(is_asked) {
        facts.uses.add_known(origin, known, place);
    }
}

/// `NAME=value` before a command of a shell's line.
fn assignments(facts: &mut Facts<'_>, origin: Origin<'_>, words: &[(&str, Option<Place>)]) {
    const BEFORE: [&str; 7] = ["env", "export", "exec", "command", "nohup", "time", "sudo"];
    let mut begins = true;
    for (word, place) in words {
        let bare = word.trim_end_matches([';', '&', '|']);
        let is_assignment =
            bare.contains('=') && bare.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if begins && is_assignment {
            variable(facts, origin, &Node::new(bare, *place));
        } else {
            begins &= BEFORE.contains(&bare);
        }
        begins |= bare.len() < word.len();
    }
}

/// Tells which fixture or stage a command line asks for: by its name or number, not by what stands for one.
fn asked(facts: &mut Facts<'_>, surface: &str, what: &str, value: &str, place: Option<Place>) {
    let value = value.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_one = match what {
        "stage" => value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => value.starts_with(|c: char| c.is_ascii_alphanumeric()),
    };
    if is_one && !value.is_empty() {
        let entries = [("surface", surface.into()), ("what", what.into()), ("value", value.into())];
        facts.asked.push(fact(entries, place));
    }
}

/// Whether a flag's next argument would be its value: `--allow-fallback` takes none.
fn names_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("fallback") || name.contains("model") || name.contains("provider")
}

/// A flag that speaks of a fallback: it names one (`--fallback-model m`), or switches it on (`--allow-fallback`).
fn fallback(
    facts: &mut Facts<'_>,
    origin: Origin<'_>,
    name: &str,
    value: Option<(&str, Option<Place>)>,
    flag: Option<Place>,
) {
    let words = Words::of(name);
    let (text, place) = value.map_or(("true", flag), |(value, place)| (value.trim_matches(QUOTES), place));
    match words.say(text) {
        Said::Nothing => {}
        Said::Named if names_one(name) && words.speak_of_providers() => {
            facts.uses.add(origin, Some(&Node::new(text, place)), None, place);
        }
        Said::Named if names_one(name) => {
            for model in text.split(',').filter(|model| !Switch::is_off(model)) {
                facts.uses.add(origin, None, Some(&Node::new(model, place)), place);
            }
        }
        Said::On | Said::Named => facts.uses.add(origin, None, None, place),
    }
}
