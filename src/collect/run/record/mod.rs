//! Uses of a model that a record tells: an event, a log line, a line of a session file, a configuration.
//!
//! A record is looked through to its depth, and so is a record that stands in it as a text. What is handed on (a
//! message's words, what a tool is given and gives back) is left alone: it may speak of models, and uses none.

mod fallback;
mod names;
mod sight;

use self::fallback::{fallback, is_switched_off, tells_of_fallback};
use self::names::named;
pub(super) use self::sight::{begins_with_key, has_key, may_name_a_model, may_name_a_use};
use super::argv;
use super::facts::Facts;
use super::keys::{Speaks, Words, speaks_of};
use super::uses::Origin;
use crate::evidence::json::{Base, parse_all};
use crate::evidence::{Map, Node, Value};
use crate::text::Place;

/// Values within one another that are looked through, those in texts among them; what lies deeper is a gap.
pub(super) const DEEPEST: usize = 128;
/// Around what a record of a tool tells of itself; whatever else it holds is the tool's.
const OF_ITSELF: [&str; 5] = ["message", "agent", "fields", "span", "payload"];

/// What a record says that it is.
fn name(record: &Node) -> Option<&str> {
    record.get("event").or_else(|| record.get("type")).and_then(Node::as_str)
}

/// The kind of a record, by its name; else what is around it.
fn kind(name: Option<&str>, around: &'static str) -> &'static str {
    match name {
        Some("model_request") => "model_request",
        Some("model_response") => "model_response",
        Some(CHANGE) => CHANGE,
        _ => around,
    }
}

const CHANGE: &str = "model_change";

/// Adds what a record of `origin` says of provider and model, at any depth. A change to what is not understood is
/// told as such.
pub(super) fn gather(facts: &mut Facts<'_>, record: &Node, origin: Origin<'_>) {
    value(facts, record, Around::nothing(origin));
}

/// What is around a value that is looked through.
#[derive(Clone, Copy)]
struct Around<'a> {
    origin: Origin<'a>,
    depth: usize,
    /// Providers there are of something else, unless a model stands beside.
    other_providers: bool,
    other_models: bool,
    /// The harness or its agent is told of.
    of_harness: bool,
}

impl<'a> Around<'a> {
    fn nothing(origin: Origin<'a>) -> Self {
        Self { origin, depth: 0, other_providers: false, other_models: false, of_harness: false }
    }

    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn below_key(self, words: &Words) -> Self {
        let (providers, models) = words.surround();
        let below = self.below();
        Self {
            other_providers: self.other_providers || providers,
            other_models: self.other_models || models,
            of_harness: words.are_of_the_harness(),
            ..below
        }
    }

    fn fallback(self) -> Origin<'a> {
        Origin { fallback: true, ..self.origin }
    }
}

/// Looks through a value; whether it names a model.
fn value(facts: &mut Facts<'_>, node: &Node, around: Around<'_>) -> bool {
    let deep = around.depth >= DEEPEST;
    match &node.value {
        Value::List(_) | Value::Map(_) if deep => {
            facts.uses.too_deep(node.place);
            false
        }
        Value::Map(map) => object(facts, node, map, around),
        Value::List(items) => {
            let each = |named, item| value(facts, item, around.below()) || named;
            items.iter().fold(false, each)
        }
        Value::String(text) => in_text(facts, text, node.place, around),
        _ => false,
    }
}

fn words_of(map: &Map) -> Vec<Words> {
    map.iter().map(|(key, _)| Words::of(key)).collect()
}

fn object(facts: &mut Facts<'_>, node: &Node, map: &Map, mut around: Around<'_>) -> bool {
    let own = name(node);
    around.origin.kind = kind(own, around.origin.kind);
    let keys = words_of(map);
    let mut names_model = named(facts, node, (map, &keys), around);
    around.other_providers &= !names_model;
    let of_tool = is_of_a_tool(node, &keys);
    for ((key, inner), words) in map.iter().zip(&keys) {
        names_model |= member(facts, (key, words), inner, of_tool, around);
    }
    if own == Some(CHANGE) && !names_model {
        facts.uses.not_understood(node.place);
    }
    if own.is_some_and(tells_of_fallback) && !is_switched_off(map) {
        facts.uses.add(around.fallback(), None, None, node.place);
    }
    names_model
}

/// Looks through what stands under a key; whether a model is named there.
fn member(
    facts: &mut Facts<'_>,
    (key, words): (&str, &Words),
    node: &Node,
    of_tool: bool,
    around: Around<'_>,
) -> bool {
    let is_text = node.as_str().is_some();
    match words.speak_of() {
        Speaks::HandedOn => false,
        Speaks::Outcome if is_text || of_tool => false,
        Speaks::Fallback => {
            fallback(facts, key, node, around.below());
            false
        }
        Speaks::Argv => {
            argv::told(facts, around.origin.surface, node);
            false
        }
        Speaks::Environment if node.as_list().is_some() => {
            argv::variables(facts, around.origin.surface, node);
            false
        }
        Speaks::Engine => {
            // What serves a model is called an engine, too.
            let route = &facts.ctx.profile.spec.route;
            let own = [&route.engine, &route.baseline_engine].map(|engine| Some(engine.get_ref().as_str()));
            if around.of_harness || words.are_of_the_harness() || own.contains(&node.as_str()) {
                argv::engine_named(facts, around.origin, node);
            }
            value(facts, node, around.below_key(words))
        }
        // The name itself is told with its object.
        Speaks::Model | Speaks::Provider if is_text => false,
        _ if words.forbid() || (of_tool && !OF_ITSELF.contains(&key)) => false,
        Speaks::Usage => usage(facts, node, around),
        _ => value(facts, node, around.below_key(words)),
    }
}

/// The models that something was used of: by their names as keys, or in a list of names.
fn usage(facts: &mut Facts<'_>, node: &Node, around: Around<'_>) -> bool {
    match &node.value {
        Value::Map(map) if map.iter().all(|(_, of_one)| of_one.as_map().is_some()) => {
            for (model, of_one) in map.iter() {
                facts.uses.add(around.origin, None, Some(&Node::new(&**model, of_one.place)), of_one.place);
            }
            !map.is_empty()
        }
        Value::List(models) if models.iter().all(|model| model.as_str().is_some()) => {
            for model in models {
                facts.uses.add(around.origin, None, Some(model), model.place);
            }
            !models.is_empty()
        }
        _ => value(facts, node, around.below()),
    }
}

/// Whether a record tells of a tool: what it holds was given to the tool, or came from it.
fn is_of_a_tool(node: &Node, keys: &[Words]) -> bool {
    let role = node.get("role").and_then(Node::as_str);
    let kind = node.get("kind").and_then(Node::as_str);
    let named =
        [node.get("event").and_then(Node::as_str), node.get("type").and_then(Node::as_str), role, kind];
    named.into_iter().flatten().any(|name| Words::of(name).are_of_a_tool())
        || keys.iter().any(Words::name_a_tool)
}

/// Looks through a record that stands in a text; whether it names a model. Prose is none.
pub(super) fn text(facts: &mut Facts<'_>, text: &str, place: Option<Place>, origin: Origin<'_>) -> bool {
    in_text(facts, text, place, Around::nothing(origin))
}

fn in_text(facts: &mut Facts<'_>, text: &str, place: Option<Place>, around: Around<'_>) -> bool {
    let bytes = text.trim().as_bytes();
    if memchr::memchr2(b'{', b'[', bytes).is_none() || !may_name_a_model(bytes) {
        return false;
    }
    if around.depth >= DEEPEST {
        facts.uses.too_deep(place);
        return false;
    }
    let (records, left) = records_in(bytes);
    let mut names_model = false;
    for mut record in records {
        record.move_places(&mut |_| place);
        names_model |= value(facts, &record, around.below());
    }
    // A sentence may quote a key; what begins as a record does is one, whole or not.
    if matches!(bytes.first(), Some(b'{' | b'[')) && has_key(&left) {
        facts.uses.not_understood(place);
    }
    names_model
}

/// The records in a text, whole or between other words, and what is left of the text.
fn records_in(bytes: &[u8]) -> (Vec<Node>, Vec<u8>) {
    let read = |bytes: &[u8]| {
        let base = Base { source: crate::text::SourceId(0), offset: 0, line: None };
        parse_all(bytes, base).ok().map(|parsed| parsed.node)
    };
    if let Some(node) = read(bytes) {
        return (vec![node], Vec::new());
    }
    let (mut records, mut left) = (Vec::new(), bytes.to_vec());
    for range in super::log::objects_in(bytes) {
        let Some(part) = bytes.get(range.clone()) else { continue };
        if let Some(node) = read(part) {
            records.push(node);
            left.get_mut(range).unwrap_or_default().fill(b' ');
        }
    }
    (records, left)
}

/// A variable or a setting with a text for its value: `CASE_MODEL=…`. Whether its key names a use.
pub(super) fn setting(facts: &mut Facts<'_>, key: &str, node: &Node, origin: Origin<'_>) -> bool {
    let is_use = matches!(speaks_of(key), Speaks::Model | Speaks::Provider | Speaks::Fallback);
    let map: Map = [(key, node.clone())].into_iter().collect();
    gather(facts, &Node::new(map, node.place), origin);
    is_use
}
