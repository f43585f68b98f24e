//! Trees of values as bytes, with the sources that they stand in: of ten thousand cited runs each has one, and is a
//! tree only while a document that cites it is judged.
//!
//! They stand in one piece of memory, one after the other. A small thing that is kept among many that are let go
//! keeps the memory around it: kept apart, ten thousand trees took four times their size. Where keys stand is let go:
//! no claim points at one.

use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Map, Node, Value};
use crate::text::{Body, Place, Source, SourceId, Sources, Span};

/// Where trees are packed.
#[derive(Debug, Default)]
pub struct Store(RwLock<Vec<u8>>);

/// A tree of values, their places, and the sources that these are in.
#[derive(Debug, Clone)]
pub struct Packed {
    store: Arc<Store>,
    at: Range<usize>,
    /// Those that are no bytes at hand, and are not packed.
    sources: Option<Sources>,
}

impl Packed {
    #[must_use]
    pub fn new(store: &Arc<Store>, node: &Node, sources: &Sources) -> Self {
        let mut bytes = Vec::with_capacity(4096);
        write_node(&mut bytes, node);
        let packable = |source: &Source| matches!(source.body, Body::Held(_) | Body::Unshown);
        let all = sources.iter().all(packable);
        if all {
            write_sources(&mut bytes, sources);
        }
        let mut held = store.0.write().unwrap_or_else(PoisonError::into_inner);
        let start = held.len();
        held.extend_from_slice(&bytes);
        let at = start..held.len();
        drop(held);
        Self { store: Arc::clone(store), at, sources: (!all).then(|| sources.clone()) }
    }

    #[must_use]
    pub fn unpack(&self) -> (Node, Sources) {
        let held = self.store.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut reader = Reader { rest: held.get(self.at.clone()).unwrap_or_default() };
        let node = reader.node().unwrap_or_else(Node::null);
        let sources = self.sources.clone().or_else(|| reader.sources()).unwrap_or_default();
        (node, sources)
    }
}

fn write_sources(out: &mut Vec<u8>, sources: &Sources) {
    write_number(out, sources.iter().count() as u64);
    for source in sources.iter() {
        let Source { path, surface, body, commit, object, container } = source;
        write_text(out, path);
        for text in [surface, commit, object] {
            out.push(u8::from(text.is_some()));
            if let Some(text) = text {
                write_text(out, text);
            }
        }
        write_number(out, container.len() as u64);
        for part in container {
            write_text(out, part);
        }
        match body {
            Body::Held(bytes) => {
                write_number(out, bytes.len() as u64 + 1);
                out.extend_from_slice(bytes);
            }
            _ => write_number(out, 0),
        }
    }
}

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const UINT: u8 = 4;
const FLOAT: u8 = 5;
const STRING: u8 = 6;
const LIST: u8 = 7;
const MAP: u8 = 8;

/// Marks beside a value's kind: what is told of its place.
const PLACED: u8 = 16;
const ON_LINE: u8 = 32;
const OPAQUE: u8 = 64;

fn write_node(out: &mut Vec<u8>, node: &Node) {
    let kind = match &node.value {
        Value::Null => NULL,
        Value::Bool(false) => FALSE,
        Value::Bool(true) => TRUE,
        Value::Int(_) => INT,
        Value::UInt(_) => UINT,
        Value::Float(_) => FLOAT,
        Value::String(_) => STRING,
        Value::List(_) => LIST,
        Value::Map(_) => MAP,
    };
    let marks = node.place.map_or(0, |place| {
        PLACED | if place.line.is_some() { ON_LINE } else { 0 } | if place.opaque { OPAQUE } else { 0 }
    });
    out.push(kind | marks);
    if let Some(Place { source, span, line, opaque: _ }) = node.place {
        for number in [u64::from(source.0), span.start, span.end] {
            write_number(out, number);
        }
        if let Some((line, start)) = line {
            write_number(out, line);
            write_number(out, start);
        }
    }
    match &node.value {
        Value::Null | Value::Bool(_) => {}
        Value::Int(value) => out.extend_from_slice(&value.to_le_bytes()),
        Value::UInt(value) => out.extend_from_slice(&value.to_le_bytes()),
        Value::Float(value) => out.extend_from_slice(&value.to_bits().to_le_bytes()),
        Value::String(text) => write_text(out, text),
        Value::List(items) => {
            write_number(out, items.len() as u64);
            for item in items {
                write_node(out, item);
            }
        }
        Value::Map(map) => {
            write_number(out, map.len() as u64);
            for (key, node) in map.iter() {
                write_text(out, key);
                write_node(out, node);
            }
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Seven bits a byte, the lowest first.
fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        out.push(u8::try_from(number & 127).unwrap_or_default() | 128);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn node(&mut self) -> Option<Node> {
        let marks = *self.take(1)?.first()?;
        let place = if marks & PLACED == 0 { None } else { Some(self.place(marks)?) };
        let value = match marks & 15 {
            NULL => Value::Null,
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INT => Value::Int(i64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            UINT => Value::UInt(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            FLOAT => Value::Float(f64::from_bits(u64::from_le_bytes(self.take(8)?.try_into().ok()?))),
            STRING => Value::String(self.text()?.into()),
            LIST => {
                let count = self.count()?;
                Value::List((0..count).map(|_| self.node()).collect::<Option<_>>()?)
            }
            MAP => {
                let count = self.count()?;
                let mut map = Map::with_capacity(count);
                for _ in 0..count {
                    let key = self.text()?;
                    map.append(key, self.node()?);
                }
                Value::Map(map)
            }
            _ => return None,
        };
        Some(Node { value, place })
    }

    fn sources(&mut self) -> Option<Sources> {
        let mut sources = Sources::default();
        for _ in 0..self.count()? {
            let path = self.text()?.to_owned();
            let [mut surface, mut commit, mut object] = [const { None }; 3];
            for text in [&mut surface, &mut commit, &mut object] {
                *text = if self.take(1)? == [0] { None } else { Some(Arc::from(self.text()?)) };
            }
            let parts = self.count()?;
            let container = (0..parts).map(|_| self.text().map(str::to_owned)).collect::<Option<_>>()?;
            let body = match self.count()? {
                0 => Body::Unshown,
                len => Body::Held(self.take(len - 1)?.into()),
            };
            sources.add(Source { path, surface, body, commit, object, container });
        }
        Some(sources)
    }

    fn place(&mut self, marks: u8) -> Option<Place> {
        let source = SourceId(u32::try_from(self.number()?).ok()?);
        let span = Span::new(self.number()?, self.number()?);
        let line = if marks & ON_LINE == 0 { None } else { Some((self.number()?, self.number()?)) };
        Some(Place { source, span, line, opaque: marks & OPAQUE != 0 })
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<&'b str> {
        let count = self.count()?;
        std::str::from_utf8(self.take(count)?).ok()
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_as_it_was() {
        let place = Place::new(SourceId(3), Span::new(5, 1 << 40));
        let mut inner = Map::new();
        inner.insert("a key – ü", Node::new("a text", Some(place.opaque())));
        inner.insert("", Node::null().at(Place::on_line(SourceId(0), Span::new(127, 128), u64::MAX, 0)));
        let values = [
            Node::from(true),
            Node::from(false),
            Node::from(-3_i64),
            Node::from(Value::UInt(u64::MAX)),
            Node::from(Value::Float(-0.5)),
            Node::from(inner),
            Node::from(Vec::<Node>::new()),
        ];
        let node = Node::from(values.to_vec()).at(place);
        let store = Arc::new(Store::default());
        let mut sources = Sources::default();
        sources.add(Source {
            commit: Some("abc".into()),
            container: vec!["a.zip".to_owned()],
            ..Source::new("a", Some("report"), Body::Held(b"\xff\n"[..].into()))
        });
        sources.add(Source::new("b", None, Body::Unshown));
        let packed =
            [Packed::new(&store, &Node::null(), &Sources::default()), Packed::new(&store, &node, &sources)];
        assert_eq!(packed[0].unpack().0, Node::null());
        assert_eq!(packed[1].unpack().0, node);
        assert_eq!(format!("{:?}", packed[1].unpack().1), format!("{sources:?}"));
    }

    #[test]
    fn a_source_on_a_disk_stays_one() {
        let mut sources = Sources::default();
        let body = Body::OnDisk { path: "a".into(), len: 3, modified: None };
        sources.add(Source::new("a", None, body));
        let packed = Packed::new(&Arc::default(), &Node::null(), &sources);
        assert_eq!(format!("{:?}", packed.unpack().1), format!("{sources:?}"));
    }
}
