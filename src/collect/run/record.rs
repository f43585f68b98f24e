//! Uses of a model that one JSON record tells: an event, a log line, a line of a session file.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::uses::{Origin, Uses};
use crate::evidence::{Map, Node, Value};

const PROVIDER: [&str; 5] = ["provider", "model_provider", "modelProvider", "provider_id", "providerId"];
const MODEL: [&str; 5] = ["model", "modelId", "model_id", "modelName", "model_name"];
/// Objects within a record that speak of the record's own model. What stands deeper (a tool's arguments,
/// a text) speaks of something else.
const INNER: [&str; 8] =
    ["message", "model_change", "data", "payload", "request", "response", "agent", "fields"];

/// A key under which a record would name a model, a provider or a fallback.
static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let keys: Vec<_> = PROVIDER.iter().chain(&MODEL).copied().collect();
    Regex::new(&format!(r#""(?:{}|fallback[^"]*)"\s*:"#, keys.join("|"))).ok()
});

/// Whether a text has such a key: where it was not understood, a use may be lost.
pub(super) fn has_key(text: &[u8]) -> bool {
    KEY.as_ref().is_none_or(|key| key.is_match(text))
}

/// Whether bytes can hold a record that names a model: a cheap look before they are parsed.
pub(super) fn may_name_a_model(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"rovider").is_some() || memchr::memmem::find(bytes, b"odel").is_some()
}

/// The kind of a record, by its `event` or `type`.
pub(super) fn kind(record: &Node) -> &'static str {
    let name = record.get("event").or_else(|| record.get("type")).and_then(Node::as_str);
    match name {
        Some("model_request") => "model_request",
        Some("model_response") => "model_response",
        Some("model_change") => "model_change",
        _ => "log",
    }
}

/// Adds what the record says of provider and model.
pub(super) fn gather(record: &Node, surface: &str, uses: &mut Uses) {
    let kind = kind(record);
    gather_object(record, surface, kind, uses);
    let inner = record.as_map().into_iter().flat_map(Map::iter);
    for (_, inner) in inner.filter(|(key, inner)| INNER.contains(&&***key) && inner.as_map().is_some()) {
        gather_object(inner, surface, kind, uses);
    }
}

fn gather_object(object: &Node, surface: &str, kind: &'static str, uses: &mut Uses) {
    let origin = Origin { surface, kind, fallback: false };
    for (provider, model) in pairs(object) {
        uses.add(origin, provider, model, object.place);
    }
    fallbacks(object, Origin { fallback: true, ..origin }, uses);
}

/// What an object names as provider and as model; more than one of a kind where a key stands twice. The model may
/// be an object of its own.
pub(super) fn pairs(object: &Node) -> Vec<(Option<&Node>, Option<&Node>)> {
    let Some(map) = object.as_map() else { return Vec::new() };
    let mut providers = named(map, &PROVIDER, &["id", "name", "provider"]);
    let models = named(map, &MODEL, &["id", "model", "name"]);
    let inner =
        map.iter().filter(|(key, _)| MODEL.contains(&&***key)).filter_map(|(_, node)| node.as_map());
    for provider in inner.flat_map(|inner| named(inner, &PROVIDER, &[])) {
        if !providers.iter().any(|known| known.as_str() == provider.as_str()) {
            providers.push(provider);
        }
    }
    let most = providers.len().max(models.len());
    (0..most).map(|at| (providers.get(at).copied(), models.get(at).copied())).collect()
}

/// Every name under the first of these keys that has any: a name itself, or an object that has it under one of
/// `inner`.
fn named<'n>(map: &'n Map, keys: &[&str], inner: &[&str]) -> Vec<&'n Node> {
    let of_key = |key: &&str| -> Vec<&'n Node> {
        let values = map.iter().filter(|(name, _)| &***name == *key).map(|(_, node)| node);
        let names = values.flat_map(|node| match &node.value {
            Value::String(name) if !name.trim().is_empty() => vec![node],
            Value::Map(map) => named(map, inner, &[]),
            _ => Vec::new(),
        });
        names.collect()
    };
    keys.iter().map(of_key).find(|names| !names.is_empty()).unwrap_or_default()
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
            for (provider, model) in pairs(node) {
                uses.add(origin, provider, model, node.place);
            }
            // Whatever else stands in it speaks of the fallback too, in whatever shape.
            let known = |key: &str| PROVIDER.contains(&key) || MODEL.contains(&key);
            if !map.iter().any(|(key, node)| switches_off(key, node)) {
                let others = map.iter().filter(|(key, node)| !known(key) || node.as_list().is_some());
                others.for_each(|(key, node)| fallback(key, node, origin, uses));
            }
        }
        _ => {}
    }
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
fn forbids(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["disab", "forbid", "denied", "off", "without", "nofallback", "no_fallback", "no-fallback"]
        .iter()
        .any(|word| key.contains(word))
}

fn is_off(text: &str) -> bool {
    ["none", "off", "false", "no", "null", "disabled"].iter().any(|word| text.eq_ignore_ascii_case(word))
}
