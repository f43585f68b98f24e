//! What an object names as provider and as model.

use super::super::facts::Facts;
use super::super::keys::Speaks;
use super::super::uses::{Origin, Uses};
use super::{Around, CHANGE, Object};
use crate::evidence::{Node, Value};

/// Where a change of the model says what it is from there on.
const MODEL_NEXT: [&str; 2] = ["to", "new"];
/// What an object may name itself by.
const MODEL_INNER: [&str; 4] = ["id", "model", "primary", "name"];
const PROVIDER_INNER: [&str; 3] = ["id", "name", "provider"];

/// Adds what an object names as provider and as model; whether it names a model. Where it does so in a way that is
/// not understood, that is told.
pub(super) fn named(facts: &mut Facts<'_>, object: &Object<'_>, around: Around<'_>) -> bool {
    let Around { origin, .. } = around;
    let (mut providers, mut models) = (Names::default(), Names::default());
    let changes = origin.kind == CHANGE;
    let route = &facts.ctx.profile.spec.route;
    // What the route knows as a fallback is one, whatever the key is said to be of.
    let is_known =
        |node: &Node, known: &[String]| node.as_str().is_some_and(|it| known.iter().any(|k| k == it));
    let members = || object.members.iter().filter(|(_, words, _)| !words.forbid());
    for (key, words, node) in members() {
        match words.speak_of() {
            Speaks::Model if !around.other_models => models.add(node, &MODEL_INNER),
            Speaks::Model | Speaks::OtherModel if is_known(node, route.fallback_models.get_ref()) => {
                models.add(node, &[]);
            }
            Speaks::Else if changes && MODEL_NEXT.contains(key) => models.add(node, &MODEL_INNER),
            _ => {}
        }
    }
    let names_model = !models.all.is_empty();
    for (_, words, node) in members() {
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
    object: &Object<'_>,
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
