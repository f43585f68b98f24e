//! Places of a tree that was parsed out of the middle of something.

use crate::evidence::{Node, Value};
use crate::text::Place;

/// The same tree, each place as `f` says.
pub(super) fn map(node: Node, f: &dyn Fn(Place) -> Place) -> Node {
    let value = match node.value {
        Value::List(items) => Value::List(items.into_iter().map(|item| map(item, f)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), map(item.clone(), f))).collect())
        }
        other => other,
    };
    Node { value, place: node.place.map(f) }
}
