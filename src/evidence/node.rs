//! A tree of values in which each one may know its place.

use std::sync::Arc;

use super::Pointer;
use crate::text::{Place, Span};

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
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    key: Arc<str>,
    at: KeyAt,
    node: Node,
}

/// Where a key stands, told from where its value does: most keys of a document are never pointed at, and a place of
/// its own for each would cost as much as its value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct KeyAt {
    /// From the first byte of the value to that of the key.
    from_value: i32,
    /// None of a key that was not read anywhere.
    len: u32,
}

impl KeyAt {
    fn of(key: Place, value: Option<Place>) -> Self {
        let told = || {
            let value = value.filter(|value| value.source == key.source)?;
            let from_value = i64::try_from(key.span.start).ok()? - i64::try_from(value.span.start).ok()?;
            let len = u32::try_from(key.span.end.checked_sub(key.span.start)?).ok()?;
            Some(Self { from_value: i32::try_from(from_value).ok()?, len })
        };
        told().unwrap_or_default()
    }

    /// The key's place beside that of its value, on whose line it stands where that is told.
    fn place(self, value: Option<Place>) -> Option<Place> {
        let value = value.filter(|_| self.len > 0)?;
        let start = value.span.start.checked_add_signed(self.from_value.into())?;
        let line = value.line.filter(|(_, begins)| *begins <= start);
        Some(Place { span: Span::new(start, start + u64::from(self.len)), line, ..value })
    }
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
        self.entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.node)
    }

    /// Where the key of a value of this map stands; none where that is not known, or it is no value of this map.
    #[must_use]
    pub fn key_place(&self, of: &Node) -> Option<Place> {
        let entry = self.entries.iter().find(|entry| std::ptr::eq(&raw const entry.node, of))?;
        entry.at.place(entry.node.place)
    }

    /// Sets a key; an earlier value of the same key is replaced in its place.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, node: impl Into<Node>) {
        let entry = Entry { key: key.into(), at: KeyAt::default(), node: node.into() };
        match self.entries.iter_mut().find(|old| old.key == entry.key) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    /// Adds a key that the caller knows to be new, or wants to keep beside an earlier one: a reader of large
    /// objects keeps its own index.
    pub(crate) fn append(&mut self, key: impl Into<Arc<str>>, node: Node) {
        self.entries.push(Entry { key: key.into(), at: KeyAt::default(), node });
    }

    /// The same of a key that was read at a place.
    pub(crate) fn append_read(&mut self, key: impl Into<Arc<str>>, place: Place, node: Node) {
        self.entries.push(Entry { key: key.into(), at: KeyAt::of(place, node.place), node });
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Node)> {
        self.entries.iter().map(|entry| (&entry.key, &entry.node))
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
            Value::Map(map) => {
                for Entry { at, node, .. } in &mut map.entries {
                    let span = node.place.map(|place| place.span);
                    node.move_places(to);
                    // Its key stands beside it no more.
                    if node.place.map(|place| place.span) != span {
                        *at = KeyAt::default();
                    }
                }
            }
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
                for Entry { key, node, .. } in &mut map.entries {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;

    #[test]
    fn a_key_stands_where_it_was_read() {
        let place = |start, end| Place::on_line(SourceId(1), Span::new(start, end), 3, 90);
        let mut map = Map::new();
        map.append_read("model", place(100, 107), Node::new("m", Some(place(109, 112))));
        map.append("made", Node::new("m", Some(place(109, 112))));
        map.append_read("nowhere", place(100, 107), Node::from("m"));
        let mut node = Node::from(map);
        let key = |node: &Node, key: &str| {
            let map = node.as_map().expect("a map");
            map.get(key).and_then(|value| map.key_place(value))
        };
        assert_eq!(key(&node, "model"), Some(place(100, 107)));
        assert_eq!((key(&node, "made"), key(&node, "nowhere")), (None, None));
        assert_eq!(Map::new().key_place(&node), None);
        let elsewhere = |place: Place| Some(Place { source: SourceId(2), ..place });
        node.move_places(&mut { elsewhere });
        assert_eq!(key(&node, "model"), elsewhere(place(100, 107)));
        node.move_places(&mut |_| Some(place(0, 9)));
        assert_eq!(key(&node, "model"), None);
    }
}
