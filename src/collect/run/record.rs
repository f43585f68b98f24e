//! Uses of a model that one JSON record tells: an event, a log line, a line of a session file.

use super::uses::{Origin, Uses};
use crate::evidence::{Node, Value};

const PROVIDER: [&str; 5] = ["provider", "model_provider", "modelProvider", "provider_id", "providerId"];
const MODEL: [&str; 5] = ["model", "modelId", "model_id", "modelName", "model_name"];
/// Objects within a record that speak of the record's own model. What stands deeper (a tool's arguments,
/// a text) speaks of something else.
const INNER: [&str; 8] =
    ["message", "model_change", "data", "payload", "request", "response", "agent", "fields"];

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
    for inner in INNER {
        if let Some(inner) = record.get(inner).filter(|inner| inner.as_map().is_some()) {
            gather_object(inner, surface, kind, uses);
        }
    }
}

fn gather_object(object: &Node, surface: &str, kind: &'static str, uses: &mut Uses) {
    let (provider, model) = pair(object);
    let origin = Origin { surface, kind, fallback: false };
    if provider.is_some() || model.is_some() {
        uses.add(origin, provider, model, object.place);
    }
    fallbacks(object, Origin { fallback: true, ..origin }, uses);
}

/// What an object names as provider and as model. The model may be an object of its own.
pub(super) fn pair(object: &Node) -> (Option<&Node>, Option<&Node>) {
    let first = |keys: &[&str]| keys.iter().find_map(|key| object.get(key));
    let provider = first(&PROVIDER);
    let provider = provider.and_then(|node| name_of(node, &["id", "name", "provider"]));
    match first(&MODEL) {
        Some(node) if node.as_map().is_some() => {
            let inner =
                PROVIDER.iter().find_map(|key| node.get(key)).filter(|node| node.as_str().is_some());
            (provider.or(inner), name_of(node, &["id", "model", "name"]))
        }
        Some(node) => (provider, Some(node).filter(|node| node.as_str().is_some())),
        None => (provider, None),
    }
}

fn name_of<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    if node.as_str().is_some() {
        return Some(node);
    }
    keys.iter().filter_map(|key| node.get(key)).find(|node| node.as_str().is_some())
}

/// Every `fallback…` key of an object names what would stand in; nothing, `false` and empty lists do not.
pub(super) fn fallbacks(object: &Node, origin: Origin<'_>, uses: &mut Uses) {
    let Some(map) = object.as_map() else { return };
    for (key, node) in map.iter().filter(|(key, _)| is_fallback(key)) {
        fallback(key, node, origin, uses);
    }
}

pub(super) fn is_fallback(key: &str) -> bool {
    key.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("fallback"))
}

fn fallback(key: &str, node: &Node, origin: Origin<'_>, uses: &mut Uses) {
    let of_provider = key.to_ascii_lowercase().contains("provider");
    match &node.value {
        Value::String(text) if text.trim().is_empty() || is_off(text) => {}
        Value::String(_) if of_provider => uses.add(origin, Some(node), None, node.place),
        Value::String(_) => uses.add(origin, None, Some(node), node.place),
        Value::Bool(true) if !forbids(key) => uses.add(origin, None, None, node.place),
        Value::List(items) => items.iter().for_each(|item| fallback(key, item, origin, uses)),
        Value::Map(_) => {
            let (provider, model) = pair(node);
            if provider.is_some() || model.is_some() {
                uses.add(origin, provider, model, node.place);
            }
        }
        _ => {}
    }
}

/// `fallback_disabled: true` switches nothing on.
fn forbids(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["disab", "forbid", "denied", "off"].iter().any(|word| key.contains(word))
}

fn is_off(text: &str) -> bool {
    ["none", "off", "false", "no", "null", "disabled"].iter().any(|word| text.eq_ignore_ascii_case(word))
}
