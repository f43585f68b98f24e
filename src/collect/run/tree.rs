//! TOML and YAML as trees of values with places.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Budget, DuplicateKeyPolicy, Location, Spanned};
use toml::de::{DeTable, DeValue};

use crate::evidence::{Map, Node, Pointer, Value};
use crate::text::{Place, SourceId, Span};

/// Why a text is not what it should be, and where.
pub(super) struct Fault {
    pub what: &'static str,
    pub offset: u64,
}

/// Reads TOML.
pub(super) fn toml(text: &str, source: SourceId) -> Result<Node, Fault> {
    let table = DeTable::parse(text).map_err(|error| Fault {
        what: "not TOML",
        offset: error.span().map_or(0, |span| span.start as u64),
    })?;
    Ok(table_node(table.get_ref(), table.span(), source))
}

fn table_node(table: &DeTable<'_>, span: std::ops::Range<usize>, source: SourceId) -> Node {
    let mut map = Map::with_capacity(table.len());
    for (key, value) in table {
        let place = Place::new(source, Span::of(key.span()));
        map.append_read(key.get_ref().as_ref(), place, toml_node(value, source));
    }
    Node::new(map, Some(Place::new(source, Span::of(span))))
}

fn toml_node(value: &toml::Spanned<DeValue<'_>>, source: SourceId) -> Node {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Array(items) => Value::List(items.iter().map(|item| toml_node(item, source)).collect()),
        DeValue::Table(table) => return table_node(table, span, source),
        // Numbers and dates name no model.
        _ => Value::Null,
    };
    Node::new(value, Some(Place::new(source, Span::of(span))))
}

/// Reads YAML; several documents are a list of them. Keys that stand twice are both kept: two readers may see two values.
pub(super) fn yaml(text: &str, source: SourceId) -> Result<Node, Fault> {
    let mut options = serde_saphyr::Options::default();
    let mut budget = Budget::default();
    (budget.max_depth, budget.max_nodes, budget.max_aliases) = (64, 100_000, 1_000);
    options.budget = Some(budget);
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.with_snippet = false;
    let trees = serde_saphyr::from_multiple_with_options::<Spanned<Yaml>>(text, options);
    let trees = trees.map_err(|error| Fault {
        what: "not YAML",
        offset: error.location().and_then(|at| at.span().byte_offset()).unwrap_or(0),
    })?;
    let mut nodes: Vec<Node> = trees.into_iter().map(|tree| yaml_node(tree, source)).collect();
    Ok(match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            Node::new(Value::List(nodes), Some(Place::new(source, Span::new(0, text.len() as u64))))
        }
    })
}

/// The keys of a tree that stand twice in their object: the pointer of each, and where its later value stands.
pub(super) fn keys_twice(tree: &Node) -> Vec<(String, Place)> {
    fn look(node: &Node, at: &Pointer, twice: &mut Vec<(String, Place)>) {
        match &node.value {
            Value::Map(map) => {
                let mut seen = HashSet::new();
                for (key, inner) in map.iter() {
                    let at = at.child(&**key);
                    // What is no text is no key that names anything, and all such are one here.
                    if !key.is_empty()
                        && !seen.insert(key)
                        && let Some(place) = inner.place
                    {
                        twice.push((at.to_string(), place));
                    }
                    look(inner, &at, twice);
                }
            }
            Value::List(items) => {
                for (number, item) in items.iter().enumerate() {
                    look(item, &at.child(number.to_string()), twice);
                }
            }
            _ => {}
        }
    }
    let mut twice = Vec::new();
    look(tree, &Pointer::default(), &mut twice);
    twice
}

fn yaml_node(tree: Spanned<Yaml>, source: SourceId) -> Node {
    let place = place_of(&tree.referenced, source);
    let value = match tree.value {
        Yaml::Other => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Text(text) => Value::from(text),
        Yaml::List(items) => Value::List(items.into_iter().map(|item| yaml_node(item, source)).collect()),
        Yaml::Map(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for (key, at, value) in entries {
                map.append_read(key, place_of(&at, source), yaml_node(value, source));
            }
            Value::Map(map)
        }
    };
    Node::new(value, Some(place))
}

fn place_of(location: &Location, source: SourceId) -> Place {
    let span = location.span();
    let start = span.byte_offset().unwrap_or(0);
    Place::new(source, Span::new(start, start.saturating_add(span.byte_len().unwrap_or(0))))
}

/// What of YAML can name a model.
enum Yaml {
    Other,
    Bool(bool),
    Text(String),
    List(Vec<Spanned<Yaml>>),
    /// Keys, where each stands, and their values.
    Map(Vec<(String, Location, Spanned<Yaml>)>),
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyYaml)
    }
}

struct AnyYaml;

impl<'de> Visitor<'de> for AnyYaml {
    type Value = Yaml;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Yaml, E> {
        Ok(Yaml::Other)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<Spanned<Yaml>>()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(Spanned { value: key, defined, .. }) = map.next_key::<Spanned<Yaml>>()? {
            let key = if let Yaml::Text(key) = key { key } else { String::new() };
            entries.push((key, defined, map.next_value::<Spanned<Yaml>>()?));
        }
        Ok(Yaml::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_at(text: &str, node: &Node) -> String {
        text_of(text, node.place)
    }

    fn text_of(text: &str, place: Option<Place>) -> String {
        let span = place.expect("placed").span;
        let at = |offset| usize::try_from(offset).expect("within the text");
        text[at(span.start)..at(span.end)].to_owned()
    }

    #[test]
    fn keys_know_their_bytes() {
        for (text, grammar) in [
            ("# é\n[providers.anthropic]\nx = 1\n", toml as fn(&str, SourceId) -> Result<Node, Fault>),
            ("# é\nproviders.anthropic.x = 1\n", toml),
            ("providers = { anthropic = { x = 1 } }\n", toml),
            ("# é\nproviders:\n  anthropic: {x: 1}\n", yaml),
            ("# é\nproviders:\n  \"anthropic\":\n    - x\n", yaml),
            ("x: &a {anthropic: {}}\nproviders: *a\n", yaml),
        ] {
            let Ok(node) = grammar(text, SourceId(0)) else { panic!("sound: {text}") };
            let providers = node.get("providers").and_then(Node::as_map).expect("a map");
            let one = providers.get("anthropic").expect("there");
            let key = text_of(text, providers.key_place(one));
            assert_eq!(key.trim_matches('"'), "anthropic", "{text}");
        }
    }

    #[test]
    fn values_know_their_bytes() {
        let text = "# é\n[case]\nmodel = \"m\"\n";
        let Ok(node) = toml(text, SourceId(0)) else { panic!("sound") };
        let model = node.get("case").and_then(|case| case.get("model")).expect("a model");
        assert_eq!((model.as_str(), text_at(text, model).as_str()), (Some("m"), "\"m\""));

        let text = "# é\ncase:\n  model: m\n  list: [1, a]\n  1: x\n";
        let Ok(node) = yaml(text, SourceId(0)) else { panic!("sound") };
        let model = node.get("case").and_then(|case| case.get("model")).expect("a model");
        assert_eq!((model.as_str(), text_at(text, model).as_str()), (Some("m"), "m"));
    }

    #[test]
    fn documents_of_one_file_are_all_read() {
        let text = "model: m\n---\nmodel: o\n";
        let Ok(node) = yaml(text, SourceId(0)) else { panic!("sound") };
        let models = node.as_list().expect("a list").iter().filter_map(|one| one.get("model"));
        let models: Vec<_> = models.map(|model| (model.as_str(), text_at(text, model))).collect();
        assert_eq!(models, [(Some("m"), "m".to_owned()), (Some("o"), "o".to_owned())]);
        assert!(yaml("a: 1\n---\na: [1,\n", SourceId(0)).is_err());
        assert!(yaml("---\nmodel: m\n", SourceId(0)).is_ok_and(|node| node.get("model").is_some()));
    }

    #[test]
    fn what_is_neither_is_refused_with_its_place() {
        assert!(toml("a = [1,", SourceId(0)).is_err());
        assert!(yaml("a: [1,\n", SourceId(0)).is_err());
        assert!(yaml(&"[".repeat(10_000), SourceId(0)).is_err());
    }
}
