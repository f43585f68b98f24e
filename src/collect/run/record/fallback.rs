//! What a key, or an event, tells of a fallback.

use super::super::facts::Facts;
use super::super::keys::{Speaks, Words, is_off, speaks_of};
use super::names::named;
use super::{Around, DEEPEST, records_in, words_of};
use crate::evidence::{Map, Node, Value};

/// Whether an event says by its name alone that a fallback stood in: `fallback_used`, `model_fallback`.
pub(super) fn tells_of_fallback(name: &str) -> bool {
    const DONE: [&str; 5] = ["used", "started", "triggered", "activated", "engaged"];
    let words = Words::of(name);
    let name = name.to_ascii_lowercase();
    words.speak_of() == Speaks::Fallback
        && !words.forbid()
        && (name.ends_with("fallback") || DONE.iter().any(|word| name.contains(word)))
}

/// A `fallback…` key names what would stand in; nothing, `false` and empty lists do not.
pub(super) fn fallback(facts: &mut Facts<'_>, key: &str, node: &Node, around: Around<'_>) {
    let words = Words::of(key);
    let origin = around.fallback();
    if words.forbid() {
        return;
    }
    if around.depth >= DEEPEST {
        return facts.uses.too_deep(node.place);
    }
    let records = records_of(node);
    for record in &records {
        fallback(facts, key, record, around.below());
    }
    match &node.value {
        Value::String(text) if text.trim().is_empty() || is_off(text) || !records.is_empty() => {}
        Value::String(_) if words.speak_of_providers() => {
            facts.uses.add(origin, Some(node), None, node.place);
        }
        Value::String(_) => facts.uses.add(origin, None, Some(node), node.place),
        Value::Bool(true) => facts.uses.add(origin, None, None, node.place),
        Value::Int(1..) if words.count() => facts.uses.add(origin, None, None, node.place),
        Value::List(items) => items.iter().for_each(|item| fallback(facts, key, item, around.below())),
        Value::Map(map) => {
            named(facts, node, (map, &words_of(map)), Around { origin, ..around });
            // Whatever else stands in it speaks of the fallback too, in whatever shape.
            if !is_switched_off(map) {
                let known = |key: &str| matches!(speaks_of(key), Speaks::Model | Speaks::Provider);
                let others = map.iter().filter(|(key, _)| !known(key));
                others.for_each(|(key, node)| fallback(facts, key, node, around.below()));
            }
        }
        _ => {}
    }
}

/// The records in a text that begins like one.
fn records_of(node: &Node) -> Vec<Node> {
    let text = node.as_str().unwrap_or_default().trim();
    if !text.starts_with(['{', '[']) {
        return Vec::new();
    }
    let (mut records, _) = records_in(text.as_bytes());
    for record in &mut records {
        record.move_places(&mut |_| node.place);
    }
    records
}

pub(super) fn is_switched_off(map: &Map) -> bool {
    map.iter().any(|(key, node)| switches_off(key, node))
}

/// `enabled: false`, `disabled: true`.
fn switches_off(key: &str, node: &Node) -> bool {
    const SWITCHES: [&str; 8] =
        ["enabled", "enable", "active", "allowed", "attempted", "triggered", "used", "use"];
    match node.as_bool() {
        Some(true) => Words::of(key).forbid(),
        Some(false) => SWITCHES.iter().any(|switch| key.eq_ignore_ascii_case(switch)),
        None => false,
    }
}
