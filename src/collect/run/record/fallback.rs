//! What a key, or an event, tells of a fallback.

use super::super::facts::Facts;
use super::super::keys::{Said, Speaks, Switch, Words};
use super::names::named;
use super::{Around, DEEPEST, Object, begins_like_a_record, records_in};
use crate::evidence::{Node, Value};

/// Whether an event says by its name alone that a fallback stood in: `fallback_used`, `model_fallback`; not
/// `fallback_refused`, `unused_fallback`.
pub(super) fn tells_of_fallback(name: &str) -> bool {
    const DONE: [&str; 5] = ["used", "started", "triggered", "activated", "engaged"];
    const NOT: [&str; 4] = ["unused", "refused", "rejected", "skipped"];
    let words = Words::of(name);
    let has = |all: &[&str]| all.iter().any(|word| has_word(name, word));
    let ends = || name.to_ascii_lowercase().ends_with("fallback");
    words.speak_of() == Speaks::Fallback && !words.forbid() && (has(&DONE) || (ends() && !has(&NOT)))
}

/// Whether one of the words of a name is this one.
fn has_word(name: &str, word: &str) -> bool {
    let is_one = |(start, _): (usize, &str)| {
        let (before, after) = (name.get(..start), name.get(start + word.len()..));
        let before = before.and_then(|text| text.chars().next_back());
        let [first, after] =
            [name.get(start..), after].map(|text| text.and_then(|text| text.chars().next()));
        let begins = |letter: Option<char>| letter.is_some_and(char::is_uppercase);
        before.is_none_or(|it| !it.is_alphanumeric() || (it.is_lowercase() && begins(first)))
            && after.is_none_or(|it| !it.is_alphanumeric() || begins(Some(it)))
    };
    name.to_ascii_lowercase().match_indices(word).any(is_one)
}

/// A `fallback…` key names what would stand in, or switches it on; nothing, `false` and empty lists do neither.
pub(super) fn fallback(facts: &mut Facts<'_>, key: &str, node: &Node, around: Around<'_>) {
    let words = Words::of(key);
    if around.depth >= DEEPEST {
        return facts.uses.too_deep(node.place);
    }
    match &node.value {
        Value::String(text) => in_text(facts, (key, &words), text, node, around),
        Value::Bool(value) => told(facts, &words, words.say_whether(*value), node, around),
        Value::Int(number) => told(facts, &words, words.say_number(*number), node, around),
        Value::List(_) | Value::Map(_) if words.forbid() => {}
        Value::List(items) => items.iter().for_each(|item| fallback(facts, key, item, around.below())),
        Value::Map(map) => {
            let object = Object::of_map(map, node.place);
            named(facts, &object, Around { origin: around.fallback(), ..around });
            // Whatever else stands in it speaks of the fallback too, in whatever shape.
            if !is_switched_off(&object) {
                let is_named = |words: &Words| matches!(words.speak_of(), Speaks::Model | Speaks::Provider);
                for (key, _, node) in object.members.iter().filter(|(_, words, _)| !is_named(words)) {
                    if let Some(name) = facts.known.named(key) {
                        facts.uses.add_known(around.fallback(), name, object.place_of_key(node));
                    }
                    fallback(facts, key, node, around.below());
                }
            }
        }
        _ => {}
    }
}

/// A text that stands with such a key: a record, or what it says with the key.
fn in_text(
    facts: &mut Facts<'_>,
    (key, words): (&str, &Words),
    text: &str,
    node: &Node,
    around: Around<'_>,
) {
    let is_record = begins_like_a_record(text) && !words.forbid();
    let records = if is_record { records_in(facts, text, node.place) } else { Vec::new() };
    for record in &records {
        fallback(facts, key, record, around.below());
    }
    if records.is_empty() {
        told(facts, words, words.say(text), node, around);
    }
}

fn told(facts: &mut Facts<'_>, words: &Words, said: Said, node: &Node, around: Around<'_>) {
    let origin = around.fallback();
    match said {
        Said::Nothing => {}
        Said::On => facts.uses.add(origin, None, None, node.place),
        Said::Named if words.speak_of_providers() => facts.uses.add(origin, Some(node), None, node.place),
        Said::Named => facts.uses.add(origin, None, Some(node), node.place),
    }
}

/// `enabled: false`, `disabled: true`.
pub(super) fn is_switched_off(object: &Object<'_>) -> bool {
    const SWITCHES: [&str; 8] =
        ["enabled", "enable", "active", "allowed", "attempted", "triggered", "used", "use"];
    let is_switch = |key: &str| SWITCHES.iter().any(|switch| key.eq_ignore_ascii_case(switch));
    object.members.iter().any(|(key, words, node)| match &node.value {
        Value::Bool(true) | Value::Int(1) => words.forbid(),
        Value::Bool(false) | Value::Int(0) => is_switch(key),
        Value::String(text) if words.forbid() => Switch::of(text) == Switch::On,
        Value::String(text) => is_switch(key) && Switch::is_off(text) && !text.trim().is_empty(),
        _ => false,
    })
}
