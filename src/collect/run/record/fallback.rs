//! What a key, or an event, tells of a fallback.

use super::super::facts::Facts;
use super::super::keys::{Speaks, Words, is_off};
use super::names::named;
use super::{Around, DEEPEST, Object, begins_like_a_record, records_in};
use crate::evidence::{Node, Value};

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
    let text = node.as_str().filter(|text| begins_like_a_record(text));
    let records = text.map(|text| records_in(facts, text, node.place)).unwrap_or_default();
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
            let object = Object::of_map(map, node.place);
            named(facts, &object, Around { origin, ..around });
            // Whatever else stands in it speaks of the fallback too, in whatever shape.
            if !is_switched_off(&object) {
                let is_named = |words: &Words| matches!(words.speak_of(), Speaks::Model | Speaks::Provider);
                for (key, _, node) in object.members.iter().filter(|(_, words, _)| !is_named(words)) {
                    fallback(facts, key, node, around.below());
                }
            }
        }
        _ => {}
    }
}

/// `enabled: false`, `disabled: true`.
pub(super) fn is_switched_off(object: &Object<'_>) -> bool {
    const SWITCHES: [&str; 8] =
        ["enabled", "enable", "active", "allowed", "attempted", "triggered", "used", "use"];
    object.members.iter().any(|(key, words, node)| match node.as_bool() {
        Some(true) => words.forbid(),
        Some(false) => SWITCHES.iter().any(|switch| key.eq_ignore_ascii_case(switch)),
        None => false,
    })
}
