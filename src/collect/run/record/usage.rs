//! What was used of models, by their names: `modelUsage`, `models_used`, `tokens_by_model`.

use std::sync::Arc;

use super::super::facts::Facts;
use super::super::keys::Words;
use super::super::mention;
use super::{Around, value};
use crate::evidence::{Node, Value};

/// What is counted beside the names.
const TOTALS: [&str; 4] = ["total", "all", "sum", "overall"];

/// The models that something was used of, or the providers: by their names as keys, or by their names.
pub(super) fn usage(facts: &mut Facts<'_>, words: &Words, node: &Node, around: Around<'_>) -> bool {
    let mut used = |name: &Node| {
        if words.speak_of_providers() {
            return facts.uses.add(around.origin, Some(name), None, name.place);
        }
        let (provider, model) = facts.known.split(name);
        facts.uses.add(around.origin, provider.as_ref(), Some(&model), name.place);
    };
    match &node.value {
        Value::String(_) if words.tell_the_used() => used(node),
        Value::Map(map) if !map.is_empty() && map.iter().all(|(name, it)| is_counted(words, name, it)) => {
            let one = |(name, _): &(&Arc<str>, &Node)| !TOTALS.contains(&&***name);
            let key = |it: &Node| map.key_place(it).or(it.place);
            map.iter().filter(one).for_each(|(name, it)| used(&Node::new(&**name, key(it))));
        }
        Value::List(names) if names.iter().all(|name| name.as_str().is_some()) => {
            names.iter().for_each(used);
        }
        _ => return value(facts, node, around),
    }
    true
}

/// Whether a key is a name, and what stands under it tells of its use: more than a count that has another name.
fn is_counted(words: &Words, name: &str, of_one: &Node) -> bool {
    of_one.as_map().is_some() || words.count_by_name() || mention::is_model(name.as_bytes())
}
