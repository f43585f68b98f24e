//! What expressions see: the values of an evidence document, by their names.
//!
//! A value is made when an expression first asks for it, and its texts are the document's own: a rule
//! looks at a few fields of a document that may hold thousands.

use std::collections::HashMap;
use std::sync::OnceLock;

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt,
};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;

use crate::evidence::{Map, Node, Value};

/// A name and what it stands for.
struct Variable<'a> {
    name: &'a str,
    node: &'a Node,
    value: OnceLock<Box<dyn Val + 'a>>,
}

/// An evidence document as the variables of expressions.
pub struct Scope<'a> {
    variables: Vec<Variable<'a>>,
    outer: Option<&'a dyn VariableResolver>,
}

impl<'a> Scope<'a> {
    /// The keys of the root map are the variables.
    #[must_use]
    pub fn new(document: &'a Node) -> Self {
        let root = document.as_map().into_iter().flat_map(Map::iter);
        let variables = root.map(|(name, node)| Variable::new(name, node)).collect();
        Self { variables, outer: None }
    }

    /// The same scope with one more variable, which hides another of its name.
    #[must_use]
    pub fn with<'p>(&'p self, name: &'p str, node: &'p Node) -> Scope<'p> {
        Scope { variables: vec![Variable::new(name, node)], outer: Some(self) }
    }
}

impl<'a> Variable<'a> {
    fn new(name: &'a str, node: &'a Node) -> Self {
        Self { name, node, value: OnceLock::new() }
    }
}

impl VariableResolver for Scope<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let (first, below) =
            name.split_once('.').map_or((name, None), |(first, below)| (first, Some(below)));
        let Some(variable) = self.variables.iter().find(|variable| variable.name == first) else {
            return self.outer?.resolve(name);
        };
        match below {
            None => Some(CowVal::Borrowed(&**variable.value.get_or_init(|| value_of(variable.node)))),
            Some(below) => scalar(variable.node, below),
        }
    }
}

/// What a dotted name leads to, if it leads all the way to a scalar. It is asked for as a whole first, which
/// spares the values around it; for all else the library goes on by way of the variable, and says what is wrong.
fn scalar<'a>(node: &'a Node, path: &str) -> Option<CowVal<'a, 'a>> {
    let node = path.split('.').try_fold(node, |node, key| node.get(key))?;
    match node.value {
        Value::List(_) | Value::Map(_) => None,
        _ => Some(CowVal::Owned(value_of(node))),
    }
}

fn value_of(node: &Node) -> Box<dyn Val + '_> {
    match &node.value {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Int(value) => Box::new(CelInt::from(*value)),
        Value::UInt(value) => Box::new(CelUInt::from(*value)),
        Value::Float(value) => Box::new(CelDouble::from(*value)),
        Value::String(text) => Box::new(CelString::from(&**text)),
        Value::List(items) => Box::new(CelList::from(items.iter().map(value_of).collect::<Vec<_>>())),
        Value::Map(map) => {
            let key = |key| CelMapKey::String(CelString::from(key));
            let entries = map.iter().map(|(name, node)| (key(&**name), value_of(node)));
            Box::new(CelMap::from(entries.collect::<HashMap<_, _>>()))
        }
    }
}
