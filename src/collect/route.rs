//! The profile's route as rules see it, the same in every subject's document.

use crate::evidence::{Map, Node};
use crate::profile::Spec;

#[must_use]
pub fn route(spec: &Spec) -> Node {
    let route = &spec.route;
    let list = |names: &[String]| {
        Node::from(names.iter().map(|name| Node::from(name.as_str())).collect::<Vec<_>>())
    };
    let mut map = Map::new();
    map.insert("provider", route.provider.get_ref().as_str());
    map.insert("model", route.model.get_ref().as_str());
    map.insert("engine", route.engine.get_ref().as_str());
    map.insert("backend", route.backend.get_ref().as_str());
    map.insert("baseline_engine", route.baseline_engine.get_ref().as_str());
    map.insert("delegate", route.delegate.get_ref().as_str());
    map.insert("fallback_providers", list(route.fallback_providers.get_ref()));
    map.insert("fallback_models", list(route.fallback_models.get_ref()));
    Node::from(map)
}
