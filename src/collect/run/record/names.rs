//! What an object names as provider and as model.

use std::collections::HashSet;

use super::super::facts::Facts;
use super::super::keys::{Speaks, Words};
use super::super::known::Known;
use super::super::mention;
use super::super::uses::Origin;
use super::{Around, CHANGE, CONFIG, Catalogue, Object};
use crate::evidence::{Map, Node, Value};

/// Where a change of the model says what it is from there on.
const MODEL_NEXT: [&str; 2] = ["to", "new"];
/// What an object may name itself by.
const MODEL_INNER: [&str; 5] = ["id", "model", "primary", "secondary", "backup"];
const PROVIDER_INNER: [&str; 2] = ["id", "provider"];
/// For people, where one of these stands beside it.
const NAME: &str = "name";

/// What a tool may be asked, where it is offered; elsewhere, what somebody was asked.
pub(super) const PARAMETERS: &str = "parameters";
/// The types of JSON Schema.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];

/// What JSON Schema says of a parameter. What stands beside in the same object is no schema's.
const KEYWORDS: [&str; 30] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "definitions",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
];

/// Whether a value tells which parameters there are, as JSON Schema does, and not what they are. In a configuration,
/// what one is by default is a value.
pub(super) fn tells_of_parameters(node: &Node, is_configured: bool) -> bool {
    let mut parameters = node.as_map().into_iter().flat_map(Map::iter).peekable();
    is_schema(node, is_configured)
        || parameters.peek().is_some() && parameters.all(|(_, one)| is_schema(one, is_configured))
}

fn is_schema(node: &Node, is_configured: bool) -> bool {
    let is_type = |node: &Node| node.as_str().is_some_and(|text| TYPES.contains(&text));
    let are_types = |node: &Node| {
        is_type(node) || node.as_list().is_some_and(|kinds| !kinds.is_empty() && kinds.iter().all(is_type))
    };
    let is_list = |key: &&str| node.get(key).and_then(Node::as_list).is_some_and(|list| !list.is_empty());
    let says_which =
        node.get("type").is_some_and(are_types) || ["enum", "anyOf", "oneOf", "allOf"].iter().any(is_list);
    let is_keyword =
        |key: &str| KEYWORDS.contains(&key) && !(is_configured && matches!(key, "const" | "default"));
    let mut members = node.as_map().into_iter().flat_map(Map::iter);
    says_which
        && members.all(|(key, one)| &**key == "type" || is_keyword(key) || is_schema(one, is_configured))
}

/// Adds what an object names as provider and as model; whether it names a model. Where it does so in a way that is
/// not understood, that is told.
pub(super) fn named(facts: &mut Facts<'_>, object: &Object<'_>, around: Around<'_>) -> bool {
    let Around { origin, .. } = around;
    let (mut providers, mut models) = (Names::default(), Names::default());
    let changes = origin.kind == CHANGE;
    // What the route knows as a fallback is one, whatever the key is said to be of.
    let known = &facts.known;
    // In a list of what there is, too; what else is there was not used.
    let is_listed = around.names.catalogue == Catalogue::Entry && !origin.fallback;
    let is_in_list = |node: &Node| node.as_str().is_some_and(|name| known.named(name).is_some());
    // `baseline_model: fake`
    let engine = facts.ctx.profile.spec.route.baseline_engine.get_ref();
    let is_of_the_baseline =
        |words: &Words, node: &Node| words.are_of_the_baseline() && node.as_str() == Some(engine);
    let members = || {
        let all = object.members.iter();
        all.filter(|(_, words, node)| !words.forbid() && !is_of_the_baseline(words, node))
    };
    for (key, words, node) in members() {
        match words.speak_of() {
            Speaks::Model if is_listed && !is_in_list(node) => {}
            Speaks::Model if !around.others.models => models.add(node, &MODEL_INNER, known),
            Speaks::Model | Speaks::OtherModel
                if node.as_str().is_some_and(|name| known.is_model(name)) =>
            {
                models.add(node, &[], known);
            }
            Speaks::Llm if !is_listed && !around.others.models => match llm(node, known) {
                Llm::Named(node) => models.add(node, &[], known),
                Llm::Unclear => models.unclear |= origin.kind == CONFIG,
                Llm::Else => {}
            },
            Speaks::Else if changes && MODEL_NEXT.contains(key) => models.add(node, &MODEL_INNER, known),
            _ => {}
        }
    }
    let names_model = !models.all.is_empty();
    for (_, words, node) in members() {
        match words.speak_of() {
            Speaks::Provider if is_listed && !is_in_list(node) => {}
            Speaks::Provider if names_model || !around.others.providers => {
                providers.add(node, &PROVIDER_INNER, known);
            }
            Speaks::Provider | Speaks::OtherProvider
                if node.as_str().is_some_and(|name| known.is_provider(name)) =>
            {
                providers.add(node, &[], known);
            }
            _ => {}
        }
    }
    if providers.unclear || models.unclear {
        facts.uses.not_understood(object.place);
    }
    add_pairs(facts, object, origin, &providers, &models);
    names_model
}

/// What stands with a key that may be a model's, or of whatever serves one.
enum Llm<'n> {
    Named(&'n Node),
    /// How models are called, and other things too.
    Unclear,
    Else,
}

/// What can only be a model's name is one. The route's fallbacks are told wherever they stand, and whoever serves a
/// model may be told instead of it.
fn llm<'n>(node: &'n Node, known: &Known<'_>) -> Llm<'n> {
    let inner = || ["id", NAME].iter().find_map(|key| node.get(key));
    let named = if node.as_map().is_some() { inner() } else { Some(node) };
    match named.and_then(|node| Some((node, node.as_str()?.trim()))) {
        Some((_, name)) if known.named(name).is_some() || known.is_admitted_provider(name) => Llm::Else,
        Some((node, name)) if known.is_own(name) || mention::is_of_a_family(name) => Llm::Named(node),
        Some((_, name)) if name.contains("://") || node.as_str().is_none() => Llm::Else,
        Some((_, name)) if mention::is_model(name.as_bytes()) => Llm::Unclear,
        _ => Llm::Else,
    }
}

fn add_pairs(
    facts: &mut Facts<'_>,
    object: &Object<'_>,
    origin: Origin<'_>,
    providers: &Names<'_>,
    models: &Names<'_>,
) {
    for at in 0..providers.all.len().max(models.all.len()) {
        let (provider, model) = (providers.all.get(at).copied(), models.all.get(at).copied());
        let own = model.or(provider).and_then(|node| node.place);
        let place = if origin.kind == "config" { own } else { object.place };
        let (of_model, model) = match model.map(|model| facts.known.split(model)) {
            Some((of_model, model)) => (of_model, Some(model)),
            None => (None, None),
        };
        facts.uses.add(origin, of_model.as_ref().or(provider), model.as_ref(), place);
        // The model's name may tell another provider than the key beside it.
        if let Some(provider) = provider.filter(|_| of_model.is_some()) {
            facts.uses.add(origin, Some(provider), model.as_ref(), place);
        }
    }
}

/// What some keys of an object name; readers differ in which key they ask, so all of them count.
#[derive(Default)]
struct Names<'n> {
    all: Vec<&'n Node>,
    told: HashSet<&'n str>,
    /// A value says something, and not in a way that is understood here.
    unclear: bool,
}

impl<'n> Names<'n> {
    /// Adds what a value names: by a name, a list of names, or an object that has it under one of `inner`. An object
    /// may have settings of what the route admits, by its name: `{"qwen-local": {"options": {}}}`.
    fn add(&mut self, node: &'n Node, inner: &[&str], known: &Known<'_>) {
        match &node.value {
            Value::String(name) if name.trim().is_empty() || !self.told.insert(name) => {}
            Value::String(_) => self.all.push(node),
            Value::List(items) => items.iter().for_each(|item| self.add(item, inner, known)),
            Value::Map(map) => {
                let named = |keys: &[&str]| {
                    let is_one = |key: &str| keys.contains(&key);
                    map.iter().filter(|(key, it)| is_one(key) && says_something(it)).collect::<Vec<_>>()
                };
                let found = Some(named(inner)).filter(|found| !found.is_empty());
                let found =
                    found.unwrap_or_else(|| if inner.is_empty() { Vec::new() } else { named(&[NAME]) });
                let is_own = |key: &str, it: &Node| known.is_own(key) && !names_another(it, known);
                let others = || map.iter().filter(|(key, it)| !is_own(key, it));
                self.unclear |= found.is_empty()
                    && others().any(|(key, node)| is_a_name(key, node) || says_something(node));
                for (_, it) in found {
                    self.add(it, inner, known);
                }
            }
            _ => {}
        }
    }
}

/// Whether something is named in it: by a text that is not blank, or by a key.
fn says_something(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => !text.trim().is_empty(),
        Value::List(items) => items.iter().any(says_something),
        Value::Map(map) => map.iter().any(|(key, node)| is_a_name(key, node) || says_something(node)),
        _ => false,
    }
}

/// Whether a key of an object, however deep, is the name of a model or a provider that the route does not admit.
fn names_another(node: &Node, known: &Known<'_>) -> bool {
    let is_name = |key: &str| mention::is_model(key.as_bytes()) || mention::is_of_a_family(key);
    match &node.value {
        Value::List(items) => items.iter().any(|item| names_another(item, known)),
        Value::Map(map) => {
            map.iter().any(|(key, it)| (is_name(key) && !known.is_own(key)) || names_another(it, known))
        }
        _ => false,
    }
}

/// Whether a key is the name of what stands under it, and no setting's: `{"gpt-x-1": {}}`.
fn is_a_name(key: &str, node: &Node) -> bool {
    let is_empty = node.as_map().is_some_and(|map| map.iter().next().is_none());
    (is_empty && !key.trim().is_empty())
        || mention::is_model(key.as_bytes())
        || mention::is_of_a_family(key)
}
