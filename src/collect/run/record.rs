//! Uses of a model that a record tells: an event, a log line, a line of a session file, a configuration.
//!
//! A record is looked through to its depth, and so is a record that stands in it as a text. What is handed on (a
//! message's words, what a tool is given and gives back) is left alone: it may speak of models, and uses none.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use super::argv;
use super::facts::Facts;
use super::keys::{Speaks, Words, is_off, speaks_of};
use super::uses::{Origin, Uses};
use crate::evidence::json::{Base, parse_all};
use crate::evidence::{Map, Node, Value};
use crate::text::{Place, pattern_of_bytes};

/// Values within one another that are looked through, those in texts among them; what lies deeper is a gap.
pub(super) const DEEPEST: usize = 128;
/// Where a change of the model says what it is from there on.
const MODEL_NEXT: [&str; 2] = ["to", "new"];
/// Around what a record of a tool tells of itself; whatever else it holds is the tool's.
const OF_ITSELF: [&str; 5] = ["message", "agent", "fields", "span", "payload"];
/// What an object may name itself by.
const MODEL_INNER: [&str; 4] = ["id", "model", "primary", "name"];
const PROVIDER_INNER: [&str; 3] = ["id", "name", "provider"];

/// A key, of a record or of one that stands in a text of it.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(r#""([^"\\\s]*(?i:model|provider|fallback|fall.?back)[^"\\\s]*)\\*"\s*:"#)
});

/// Whether a text has a key that names a model, a provider or a fallback, or one that is not written out: where it
/// was not understood, a use may be lost.
pub(super) fn has_key(text: &[u8]) -> bool {
    KEY.captures_iter(text).any(|found| names_a_use(&found)) || has_escaped_letter(text)
}

/// Whether a line begins with such a key, as a line of a record does that takes up several.
pub(super) fn begins_with_key(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let first = if line.first() == Some(&b'"') { KEY.captures(line) } else { None };
    first.is_some_and(|found| found.get(0).is_some_and(|all| all.start() == 0) && names_a_use(&found))
}

fn names_a_use(found: &regex::bytes::Captures<'_>) -> bool {
    let key = found.get(1).and_then(|key| std::str::from_utf8(key.as_bytes()).ok()).unwrap_or_default();
    matches!(speaks_of(key), Speaks::Model | Speaks::Provider | Speaks::Fallback)
}

/// Ends of words, in the cases that keys have. Lines are short: a search for each of these is the fastest there.
static MODEL_WORDS: LazyLock<[Finder<'static>; 8]> = LazyLock::new(|| {
    ["odel", "ODEL", "rovider", "ROVIDER", "allback", "ALLBACK", "all_back", "allBack"].map(Finder::new)
});
static OTHER_WORDS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["ngine", "ENGINE", "argv", "cmdline"].map(Finder::new));

/// Whether bytes can hold a record that names a model: a cheap look before they are parsed.
pub(super) fn may_name_a_model(bytes: &[u8]) -> bool {
    has_one(bytes, &*MODEL_WORDS) || has_escaped_letter(bytes)
}

/// The same of an event of the trace, which may name an engine or a command line beside.
pub(super) fn may_name_a_use(bytes: &[u8]) -> bool {
    may_name_a_model(bytes) || has_one(bytes, &*OTHER_WORDS)
}

fn has_one(bytes: &[u8], words: &[Finder<'_>]) -> bool {
    words.iter().any(|word| word.find(bytes).is_some())
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

/// Adds what an object names as provider and as model; whether it names a model. Where it does so in a way that is
/// not understood, that is told.
fn named(facts: &mut Facts<'_>, object: &Node, (map, keys): (&Map, &[Words]), around: Around<'_>) -> bool {
    let Around { origin, .. } = around;
    let (mut providers, mut models) = (Names::default(), Names::default());
    let changes = origin.kind == CHANGE;
    let route = &facts.ctx.profile.spec.route;
    // What the route knows as a fallback is one, whatever the key is said to be of.
    let is_known =
        |node: &Node, known: &[String]| node.as_str().is_some_and(|it| known.iter().any(|k| k == it));
    let members = || map.iter().zip(keys).filter(|(_, words)| !words.forbid());
    for ((key, node), words) in members() {
        match words.speak_of() {
            Speaks::Model if !around.other_models => models.add(node, &MODEL_INNER),
            Speaks::Model | Speaks::OtherModel if is_known(node, route.fallback_models.get_ref()) => {
                models.add(node, &[]);
            }
            Speaks::Else if changes && MODEL_NEXT.contains(&&**key) => models.add(node, &MODEL_INNER),
            _ => {}
        }
    }
    let names_model = !models.all.is_empty();
    for ((_, node), words) in members() {
        match words.speak_of() {
            Speaks::Provider if names_model || !around.other_providers => {
                providers.add(node, &PROVIDER_INNER);
            }
            Speaks::Provider | Speaks::OtherProvider
                if is_known(node, route.fallback_providers.get_ref()) =>
            {
                providers.add(node, &[]);
            }
            _ => {}
        }
    }
    if providers.unclear || models.unclear {
        facts.uses.not_understood(object.place);
    }
    add_pairs(&mut facts.uses, object, origin, &providers, &models);
    names_model
}

fn add_pairs(
    uses: &mut Uses,
    object: &Node,
    origin: Origin<'_>,
    providers: &Names<'_>,
    models: &Names<'_>,
) {
    for at in 0..providers.all.len().max(models.all.len()) {
        let (provider, model) = (providers.all.get(at).copied(), models.all.get(at).copied());
        let own = model.or(provider).and_then(|node| node.place);
        let place = if origin.kind == "config" { own } else { object.place };
        uses.add(origin, provider, model, place);
    }
}

/// What some keys of an object name; readers differ in which key they ask, so all of them count.
#[derive(Default)]
struct Names<'n> {
    all: Vec<&'n Node>,
    /// A value says something, and not in a way that is understood here.
    unclear: bool,
}

impl<'n> Names<'n> {
    /// Adds what a value names: by a name, a list of names, or an object that has it under one of `inner`.
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
                    Some(first) => {
                        map.iter()
                            .filter(|(key, _)| &***key == *first)
                            .for_each(|(_, it)| self.add(it, inner));
                    }
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
    let words = Words::of(name);
    let name = name.to_ascii_lowercase();
    words.speak_of() == Speaks::Fallback
        && !words.forbid()
        && (name.ends_with("fallback") || DONE.iter().any(|word| name.contains(word)))
}

/// A `fallback…` key names what would stand in; nothing, `false` and empty lists do not.
fn fallback(facts: &mut Facts<'_>, key: &str, node: &Node, around: Around<'_>) {
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

/// A variable or a setting with a text for its value: `CASE_MODEL=…`. Whether its key names a use.
pub(super) fn setting(facts: &mut Facts<'_>, key: &str, node: &Node, origin: Origin<'_>) -> bool {
    let is_use = matches!(speaks_of(key), Speaks::Model | Speaks::Provider | Speaks::Fallback);
    let map: Map = [(key, node.clone())].into_iter().collect();
    gather(facts, &Node::new(map, node.place), origin);
    is_use
}

fn is_switched_off(map: &Map) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_say_what_they_are_for() {
        assert!(has_key(b"{\"model\": 1") && !has_key(b"{\"mode\": 1"));
        assert!(has_key(br#"{\"plannerModel\": 1"#) && !has_key(b"{\"max_model_len\": 1"));
    }
}
