//! A tree of values in which each one may know its place.

use std::sync::Arc;

use super::Pointer;
use crate::text::Place;

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: Value,
    /// None for a fact that stands nowhere (a count, what the profile says).
    pub place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    String(Arc<str>),
    List(Vec<Node>),
    Map(Map),
}

/// Keys in the order of the source, each once, but where a reader kept what stands twice: then `get` gives the first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    entries: Vec<(Arc<str>, Node)>,
}

impl Map {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty map with room for this many keys.
    #[must_use]
    pub fn with_capacity(keys: usize) -> Self {
        Self { entries: Vec::with_capacity(keys) }
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| &**name == key).map(|(_, node)| node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(name, _)| &**name == key).map(|(_, node)| node)
    }

    /// Sets a key; an earlier value of the same key is replaced in its place.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, node: impl Into<Node>) {
        let (key, node) = (key.into(), node.into());
        match self.get_mut(&key) {
            Some(old) => *old = node,
            None => self.entries.push((key, node)),
        }
    }

    /// Adds a key that the caller knows to be new, or wants to keep beside an earlier one: a reader of large
    /// objects keeps its own index.
    pub(crate) fn append(&mut self, key: impl Into<Arc<str>>, node: Node) {
        self.entries.push((key.into(), node));
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Node)> {
        self.entries.iter().map(|(key, node)| (key, node))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: Into<Arc<str>>> FromIterator<(K, Node)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Self::with_capacity(entries.size_hint().0);
        for (key, node) in entries {
            map.insert(key, node);
        }
        map
    }
}

impl Node {
    #[must_use]
    pub fn new(value: impl Into<Value>, place: Option<Place>) -> Self {
        Self { value: value.into(), place }
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    #[must_use]
    pub fn null() -> Self {
        Self { value: Value::Null, place: None }
    }

    /// The child of this key; `None` where this is no map or has no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.value {
            Value::Int(value) => Some(value),
            Value::UInt(value) => i64::try_from(value).ok(),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// What a pointer leads to, and whether it led all the way: where a key or an index is missing,
    /// the deepest node that is there, which is the one that lacks it.
    #[must_use]
    pub fn resolve(&self, pointer: &Pointer) -> (&Node, bool) {
        let mut node = self;
        for segment in pointer.segments() {
            let next = match &node.value {
                Value::Map(map) => map.get(segment),
                Value::List(items) => segment.parse::<usize>().ok().and_then(|at| items.get(at)),
                _ => None,
            };
            match next {
                Some(child) => node = child,
                None => return (node, false),
            }
        }
        (node, true)
    }

    /// Gives each value of the tree another place, or none.
    pub fn move_places(&mut self, to: &mut dyn FnMut(Place) -> Option<Place>) {
        self.place = self.place.and_then(&mut *to);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.move_places(to)),
            Value::Map(map) => map.entries.iter_mut().for_each(|(_, node)| node.move_places(to)),
            _ => {}
        }
    }

    /// Puts other words in place of texts and keys; `to` gives none for one that stays.
    pub fn rewrite(&mut self, to: &mut dyn FnMut(&str) -> Option<String>) {
        match &mut self.value {
            Value::String(text) => {
                if let Some(other) = to(text) {
                    *text = other.into();
                }
            }
            Value::List(items) => items.iter_mut().for_each(|item| item.rewrite(to)),
            Value::Map(map) => {
                for (key, node) in &mut map.entries {
                    if let Some(other) = to(key) {
                        *key = other.into();
                    }
                    node.rewrite(to);
                }
            }
            _ => {}
        }
    }

    /// The same tree as plain JSON, without places. A float that is no JSON number becomes null.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::UInt(value) => Json::from(*value),
            Value::Float(value) => Json::from(*value),
            Value::String(text) => Json::String(text.to_string()),
            Value::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(map) => {
                Json::Object(map.iter().map(|(key, node)| (key.to_string(), node.to_json())).collect())
            }
        }
    }
}

impl<T: Into<Value>> From<T> for Node {
    fn from(value: T) -> Self {
        Self { value: value.into(), place: None }
    }
}

macro_rules! value_from {
    ($($from:ty => |$it:ident| $to:expr),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $to
            }
        })+
    };
}

value_from! {
    bool => |it| Self::Bool(it),
    i64 => |it| Self::Int(it),
    u64 => |it| i64::try_from(it).map_or(Self::UInt(it), Self::Int),
    usize => |it| Self::from(it as u64),
    f64 => |it| Self::Float(it),
    &str => |it| Self::String(Arc::from(it)),
    String => |it| Self::String(Arc::from(it)),
    Arc<str> => |it| Self::String(it),
    Vec<Node> => |it| Self::List(it),
    Map => |it| Self::Map(it),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
