//! What a command line says of models and engines.

use super::facts::{Facts, Piece, fact};
use super::lines;
use super::uses::Origin;
use crate::evidence::Node;
use crate::text::Place;

/// Reads what should be the arguments of one process; whether it is a list of texts, or else what it tells is not
/// all read.
pub(super) fn told(facts: &mut Facts<'_>, surface: &str, argv: &Node) -> bool {
    let list = argv.as_list();
    arguments(facts, surface, "argv", list.unwrap_or(std::slice::from_ref(argv)));
    list.is_some_and(|list| list.iter().all(|argument| argument.as_str().is_some()))
}

/// Reads the arguments of one process.
fn arguments(facts: &mut Facts<'_>, surface: &str, kind: &'static str, arguments: &[Node]) {
    let words = arguments.iter().filter_map(|node| Some((node.as_str()?, node.place)));
    let words: Vec<_> = words.collect();
    flags(facts, surface, kind, &words);
    for (word, place) in &words {
        if word.contains(char::is_whitespace) && word.contains("--") {
            command(facts, surface, kind, word, *place);
        }
    }
}

/// Reads a command line that is one text; its facts stand where the text stands.
pub(super) fn command(
    facts: &mut Facts<'_>,
    surface: &str,
    kind: &'static str,
    text: &str,
    place: Option<Place>,
) {
    let quotes: &[char] = &['"', '\'', '`'];
    let words: Vec<_> = text.split_whitespace().map(|word| (word.trim_matches(quotes), place)).collect();
    flags(facts, surface, kind, &words);
}

/// `*.argv`: arguments that end in NUL, as in /proc, or that stand one a line, or all on one.
pub(super) fn raw(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    if lines::is_utf16(bytes) {
        return facts.gap(&piece.name, Some(piece.surface), lines::NOT_UTF8);
    }
    let source = facts.source(piece);
    let separator = |byte: &u8| *byte == 0 || (!bytes.contains(&0) && byte.is_ascii_whitespace());
    let mut words = Vec::new();
    let mut offset = 0;
    for part in bytes.split(separator) {
        let span = crate::text::Span::of(offset..offset + part.len());
        offset += part.len() + 1;
        if !part.is_empty() {
            let word = String::from_utf8_lossy(part).into_owned();
            words.push(Node::new(word, Some(Place::new(source, span))));
        }
    }
    let surface = piece.teller;
    arguments(facts, surface, "argv", &words);
}

fn flags(facts: &mut Facts<'_>, surface: &str, kind: &'static str, words: &[(&str, Option<Place>)]) {
    for (at, (word, place)) in words.iter().enumerate() {
        let Some(flag) = word.strip_prefix("--") else { continue };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some((value, *place))),
            None => (flag, words.get(at + 1).copied().filter(|(next, _)| !next.starts_with('-'))),
        };
        let Some((value, place)) = value else { continue };
        let value = value.trim_matches(['"', '\'']);
        if value.is_empty() {
            continue;
        }
        let node = Node::new(value, place);
        let origin = |fallback| Origin { surface, kind, fallback };
        match name {
            "model" => {
                let (provider, model) = split_model(facts, &node);
                facts.uses.add(origin(false), provider.as_ref(), Some(&model), place);
            }
            "provider" | "model-provider" => facts.uses.add(origin(false), Some(&node), None, place),
            "engine" => {
                let entries =
                    [("surface", surface.into()), ("kind", "flag".into()), ("engine", value.into())];
                facts.engines.push(fact(entries, place));
            }
            name if name.starts_with("fallback") && name.contains("provider") => {
                facts.uses.add(origin(true), Some(&node), None, place);
            }
            name if name.starts_with("fallback") => {
                for model in value.split(',').filter(|model| !model.is_empty()) {
                    facts.uses.add(origin(true), None, Some(&Node::new(model, place)), place);
                }
            }
            _ => {}
        }
    }
}

/// `provider/model`, where the first part is a provider that the profile knows; other names may hold a `/`.
fn split_model(facts: &Facts<'_>, node: &Node) -> (Option<Node>, Node) {
    let route = &facts.ctx.profile.spec.route;
    let known = |name: &str| {
        name == route.provider.get_ref()
            || route.fallback_providers.get_ref().iter().any(|known| known == name)
    };
    match node.as_str().and_then(|text| text.split_once('/')) {
        Some((provider, model)) if known(provider) && !model.is_empty() => {
            (Some(Node::new(provider, node.place)), Node::new(model, node.place))
        }
        _ => (None, node.clone()),
    }
}

/// The engine that a prose text, such as the task, asks for: only `--engine` counts there.
pub(super) fn in_text(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    const FLAG: &[u8] = b"--engine";
    for at in memchr::memmem::find_iter(bytes, FLAG) {
        let after = bytes.get(at + FLAG.len()..).unwrap_or_default();
        let skip = after.iter().take_while(|byte| matches!(byte, b' ' | b'=')).count();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name = after.get(skip..).unwrap_or_default();
        let name = name.get(..name.iter().take_while(is_name).count()).unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let name = name.trim_end_matches(['.', '-']);
        if skip == 0 || name.is_empty() {
            continue;
        }
        let start = at + FLAG.len() + skip;
        let place = Place::new(facts.source(piece), crate::text::Span::of(start..start + name.len()));
        let entries = [("surface", piece.surface.into()), ("kind", "flag".into()), ("engine", name.into())];
        facts.engines.push(fact(entries, Some(place)));
    }
}
