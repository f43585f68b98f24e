//! Uses of a model that one JSON record tells: an event, a log line, a line of a session file.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::uses::{Origin, Uses};
use crate::evidence::{Map, Node, Value};
use crate::text::pattern_of_bytes;

const PROVIDER: [&str; 5] = ["provider", "model_provider", "modelProvider", "provider_id", "providerId"];
const MODEL: [&str; 5] = ["model", "modelId", "model_id", "modelName", "model_name"];
/// Objects within a record that speak of the record's own model. What stands deeper (a tool's arguments,
/// a text) speaks of something else.
const INNER: [&str; 8] =
    ["message", "model_change", "data", "payload", "request", "response", "agent", "fields"];

/// Where a change of the model says what it is from there on.
const MODEL_NEXT: [&str; 6] = ["to", "to_model", "toModel", "new", "new_model", "newModel"];
const PROVIDER_NEXT: [&str; 4] = ["to_provider", "toProvider", "new_provider", "newProvider"];

/// A key under which a record would name a model, a provider or a fallback.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    let keys: Vec<_> = PROVIDER.iter().chain(&MODEL).copied().collect();
    pattern_of_bytes(&format!(r#""(?:{}|fallback[^"]*)"\s*:"#, keys.join("|")))
});

/// Whether a text has such a key, or one that is not written out: where it was not understood, a use may be lost.
pub(super) fn has_key(text: &[u8]) -> bool {
    KEY.is_match(text) || has_escaped_letter(text)
}

/// Whether a line begins with such a key, as a line of a record does that takes up several.
pub(super) fn begins_with_key(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.first() == Some(&b'"') && KEY.find(line).is_some_and(|found| found.start() == 0)
}

/// Whether bytes can hold a record that names a model: a cheap look before they are parsed.
pub(super) fn may_name_a_model(bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 3] = [b"odel", b"rovider", b"allback"];
    WORDS.iter().any(|word| memchr::memmem::find(bytes, word).is_some()) || has_escaped_letter(bytes)
}

/// Whether a letter of ASCII is written as its number: `mod\u0065l`. Nobody has a need to.
fn has_escaped_letter(bytes: &[u8]) -> bool {
    const ESCAPE: &[u8] = b"\\u00";
    memchr::memmem::find_iter(bytes, ESCAPE)
        .any(|at| matches!(bytes.get(at + ESCAPE.len()), Some(b'4'..=b'7')))
}

/// What a record says that it is.
fn name(record: &Node) -> Option<&str> {
    record.get("event").or_else(|| record.get("type")).and_then(Node::as_str)
}

/// The kind of a record, by its `event` or `type`.
pub(super) fn kind(record: &Node) -> &'static str {
    match name(record) {
        Some("model_request") => "model_request",
        Some("model_response") => "model_response",
        Some(CHANGE) => CHANGE,
        _ => "log",
    }
}

const CHANGE: &str = "model_change";

/// Adds what the record says of provider and model. A change to what is not understood is told as such.
pub(super) fn gather(record: &Node, surface: &str, uses: &mut Uses) {
    let origin = Origin { surface, kind: kind(record), fallback: false };
    let mut names_model = gather_object(record, origin, uses);
    let inner = record.as_map().into_iter().flat_map(Map::iter);
    for (_, inner) in inner.filter(|(key, inner)| INNER.contains(&&***key) && inner.as_map().is_some()) {
        names_model |= gather_object(inner, origin, uses);
    }
    if origin.kind == CHANGE && !names_model {
        uses.not_understood(record.place);
    }
    if name(record).is_some_and(tells_of_fallback) && !is_switched_off(record) {
        uses.add(Origin { fallback: true, ..origin }, None, None, record.place);
    }
}

fn gather_object(object: &Node, origin: Origin<'_>, uses: &mut Uses) -> bool {
    let names_model = named(object, origin, uses);
    fallbacks(object, Origin { fallback: true, ..origin }, uses);
    names_model
}

/// Adds what an object names as provider and as model; whether it names a model. Where it does so in a way that is
/// not understood, that is told.
pub(super) fn named(object: &Node, origin: Origin<'_>, uses: &mut Uses) -> bool {
    let Some(map) = object.as_map() else { return false };
    let (mut providers, mut models) = (Names::default(), Names::default());
    providers.of(map, &PROVIDER, &["id", "name", "provider"]);
    models.of(map, &MODEL, &MODEL_INNER);
    if origin.kind == CHANGE {
        providers.of(map, &PROVIDER_NEXT, &["id", "name", "provider"]);
        models.of(map, &MODEL_NEXT, &MODEL_INNER);
    }
    // The model may be an object of its own, which has a provider.
    for (key, inner) in map.iter() {
        let tells_model =
            MODEL.contains(&&**key) || (origin.kind == CHANGE && MODEL_NEXT.contains(&&**key));
        if let Some(inner) = inner.as_map().filter(|_| tells_model) {
            providers.of(inner, &PROVIDER, &[]);
        }
    }
    if providers.unclear || models.unclear {
        uses.not_understood(object.place);
    }
    for at in 0..providers.all.len().max(models.all.len()) {
        let (provider, model) = (providers.all.get(at).copied(), models.all.get(at).copied());
        let own = model.or(provider).and_then(|node| node.place);
        let place = if origin.kind == "config" { own } else { object.place };
        uses.add(origin, provider, model, place);
    }
    !models.all.is_empty()
}

const MODEL_INNER: [&str; 4] = ["id", "model", "primary", "name"];

/// What some keys of an object name; readers differ in which key they ask, so all of them count.
#[derive(Default)]
struct Names<'n> {
    all: Vec<&'n Node>,
    /// A value says something, and not in a way that is understood here.
    unclear: bool,
}

impl<'n> Names<'n> {
    /// Adds what these keys name: by a name, a list of names, or an object that has it under one of `inner`.
    fn of(&mut self, map: &'n Map, keys: &[&str], inner: &[&str]) {
        for (_, node) in map.iter().filter(|(key, _)| keys.contains(&&***key)) {
            self.add(node, inner);
        }
    }

    fn add(&mut self, node: &'n Node, inner: &[&str]) {
        match &node.value {
            Value::String(name) => {
                let is_new = || !self.all.iter().any(|known| known.as_str() == Some(name));
                if !name.trim().is_empty() && is_new() {
                    self.all.push(node);
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.add(item, inner)),
            Value::Map(map) => {
                // An object's name beside its id is for people.
                let first = inner.iter().find(|key| map.get(key).is_some_and(says_something));
                match first {
                    Some(key) => self.of(map, &[key], inner),
                    None => self.unclear |= says_something(node),
                }
            }
            _ => {}
        }
    }
}

/// Whether a text stands in it that is not blank.
fn says_something(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => !text.trim().is_empty(),
        Value::List(items) => items.iter().any(says_something),
        Value::Map(map) => map.iter().any(|(_, node)| says_something(node)),
        _ => false,
    }
}

/// Whether an event says by its name alone that a fallback stood in: `fallback_used`, `model_fallback`.
fn tells_of_fallback(name: &str) -> bool {
    const DONE: [&str; 5] = ["used", "started", "triggered", "activated", "engaged"];
    let name = name.to_ascii_lowercase();
    name.contains("fallback")
        && !forbids(&name)
        && (name.ends_with("fallback") || DONE.iter().any(|word| name.contains(word)))
}

/// Every `fallback…` key of an object names what would stand in; nothing, `false` and empty lists do not.
pub(super) fn fallbacks(object: &Node, origin: Origin<'_>, uses: &mut Uses) {
    let Some(map) = object.as_map() else { return };
    for (key, node) in map.iter().filter(|(key, _)| is_fallback(key)) {
        fallback(key, node, origin, uses);
    }
}

/// `fallback…`, and what names a model or a provider that would stand in: `case_fallback_model`.
pub(super) fn is_fallback(key: &str) -> bool {
    if key.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("fallback")) {
        return true;
    }
    let key = key.to_ascii_lowercase();
    key.contains("fallback") && (key.contains("model") || key.contains("provider"))
}

fn fallback(key: &str, node: &Node, origin: Origin<'_>, uses: &mut Uses) {
    let of_provider = key.to_ascii_lowercase().contains("provider");
    match &node.value {
        Value::String(text) if text.trim().is_empty() || is_off(text) => {}
        Value::String(_) if of_provider => uses.add(origin, Some(node), None, node.place),
        Value::String(_) => uses.add(origin, None, Some(node), node.place),
        Value::Bool(true) if !forbids(key) => uses.add(origin, None, None, node.place),
        Value::List(items) => items.iter().for_each(|item| fallback(key, item, origin, uses)),
        Value::Map(map) => {
            named(node, origin, uses);
            // Whatever else stands in it speaks of the fallback too, in whatever shape.
            let known = |key: &str| PROVIDER.contains(&key) || MODEL.contains(&key);
            if !is_switched_off(node) {
                let others = map.iter().filter(|(key, _)| !known(key));
                others.for_each(|(key, node)| fallback(key, node, origin, uses));
            }
        }
        _ => {}
    }
}

fn is_switched_off(object: &Node) -> bool {
    object.as_map().is_some_and(|map| map.iter().any(|(key, node)| switches_off(key, node)))
}

/// `enabled: false`, `disabled: true`.
fn switches_off(key: &str, node: &Node) -> bool {
    const SWITCHES: [&str; 8] =
        ["enabled", "enable", "active", "allowed", "attempted", "triggered", "used", "use"];
    match node.as_bool() {
        Some(true) => forbids(key),
        Some(false) => SWITCHES.iter().any(|switch| key.eq_ignore_ascii_case(switch)),
        None => false,
    }
}

/// `fallback_disabled: true` switches nothing on.
pub(super) fn forbids(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["disab", "forbid", "denied", "off", "without", "nofallback", "no_fallback", "no-fallback"]
        .iter()
        .any(|word| key.contains(word))
}

/// Whether a word means that there is none.
pub(super) fn is_off(text: &str) -> bool {
    ["none", "off", "false", "no", "null", "disabled"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_say_what_they_are_for() {
        assert!(has_key(b"{\"model\": 1") && !has_key(b"{\"mode\": 1"));
    }
}
