//! Every use of a model, from all surfaces, in one list. A prose mention is not a use.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::known::{Fallback, Known};
use super::reference::Reference;
use super::roles::OTHER;
use crate::evidence::{Map, Node};
use crate::text::{Place, SourceId};

/// The kinds of records in which a name may be put in later; what tells of what was used has it put in.
const HAS_REFERENCES: [&str; 4] = ["config", "argv", "env", "log"];

/// Different uses that are kept.
const KEPT: usize = 256;

/// Where a use was read, and what kind of record told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin<'a> {
    pub surface: &'a str,
    pub kind: &'static str,
    pub fallback: bool,
}

#[derive(Debug, Clone)]
struct Use {
    surface: String,
    kind: &'static str,
    fallback: bool,
    provider: Option<Node>,
    model: Option<Node>,
    count: u64,
    place: Option<Place>,
}

#[derive(Debug, Default)]
pub(super) struct Uses {
    all: Vec<Use>,
    /// Uses that were not kept.
    pub more: u64,
    /// Where something says which model was used, and not in a way that is understood.
    pub unclear: BTreeSet<SourceId>,
    /// Where values lie too deep within one another to be looked through.
    pub deep: BTreeSet<SourceId>,
}

fn text(node: Option<&Node>) -> Option<&str> {
    node.and_then(Node::as_str)
}

impl Uses {
    /// Something names a model or a provider, and which is not known.
    pub fn not_understood(&mut self, place: Option<Place>) {
        self.unclear.extend(place.map(|place| place.source));
    }

    /// What lies there was not looked through.
    pub fn too_deep(&mut self, place: Option<Place>) {
        self.deep.extend(place.map(|place| place.source));
    }

    /// Counts a use; the first of its kind gives the places. Nothing named is no use, but in the run's report,
    /// which owes both. What a text names that stands for another is not known.
    pub fn add(
        &mut self,
        origin: Origin<'_>,
        provider: Option<&Node>,
        model: Option<&Node>,
        place: Option<Place>,
    ) {
        if !HAS_REFERENCES.contains(&origin.kind) {
            return self.count(origin, provider, model, place);
        }
        let is_named = provider.is_some() || model.is_some();
        let provider = provider.and_then(|node| self.resolved(origin, node, place));
        let model = model.and_then(|node| self.resolved(origin, node, place));
        if !is_named || provider.is_some() || model.is_some() {
            self.count(origin, provider.as_deref(), model.as_deref(), place);
        }
    }

    /// The name that a value is, or that is its default. What it stands for besides is a gap, but for a variable in a
    /// configuration: with what a run was started, its command line and its trace tell.
    fn resolved<'n>(
        &mut self,
        origin: Origin<'_>,
        node: &'n Node,
        place: Option<Place>,
    ) -> Option<Cow<'n, Node>> {
        let reference = text(Some(node)).map_or(Reference::None, Reference::of);
        let is_configured = origin.kind == "config" || origin.surface == "config";
        match reference {
            Reference::None => return Some(Cow::Borrowed(node)),
            Reference::Default(name) => return Some(Cow::Owned(Node::new(name, node.place))),
            Reference::Variable if is_configured && !origin.fallback => {}
            Reference::Variable | Reference::Unclear => self.not_understood(node.place.or(place)),
        }
        None
    }

    fn count(
        &mut self,
        origin: Origin<'_>,
        provider: Option<&Node>,
        model: Option<&Node>,
        place: Option<Place>,
    ) {
        let named = |node: Option<&Node>| text(node).is_some_and(|name| !name.trim().is_empty());
        let owed = origin.kind == "report" && origin.surface == "report";
        let provider = provider.filter(|node| owed || named(Some(node)));
        let model = model.filter(|node| owed || named(Some(node)));
        if provider.is_none() && model.is_none() && !origin.fallback {
            return;
        }
        let known = self.all.iter_mut().find(|known| {
            known.surface == origin.surface
                && known.kind == origin.kind
                && known.fallback == origin.fallback
                && text(known.provider.as_ref()) == text(provider)
                && text(known.model.as_ref()) == text(model)
        });
        if let Some(known) = known {
            known.count += 1;
        } else if self.all.len() >= KEPT {
            self.more += 1;
        } else {
            self.all.push(Use {
                surface: origin.surface.to_owned(),
                kind: origin.kind,
                fallback: origin.fallback,
                provider: provider.cloned(),
                model: model.cloned(),
                count: 1,
                place: place.or(model.or(provider).and_then(|node| node.place)),
            });
        }
    }

    /// Adds a fallback that is known by its name alone, unless what stands around it was told of its surface before.
    pub fn add_known(&mut self, origin: Origin<'_>, name: Fallback<'_>, place: Option<Place>) {
        let is_told =
            |node: Option<&Node>, name: Option<&str>| name.is_none_or(|name| text(node) == Some(name));
        let told = self.all.iter().any(|known| {
            known.surface == origin.surface
                && is_told(known.provider.as_ref(), name.provider)
                && is_told(known.model.as_ref(), name.model)
        });
        if !told {
            let node = |name: &str| Node::new(name, place);
            let (provider, model) = (name.provider.map(node), name.model.map(node));
            self.add(origin, provider.as_ref(), model.as_ref(), place);
        }
    }

    /// Takes over of another list what the route knows as a fallback, and what events of the engine's say, wherever it
    /// writes its sessions: nothing else looks like those.
    pub fn take_known(&mut self, others: Self, known: &Known<'_>) {
        let is = |node: &Option<Node>, is: &dyn Fn(&str) -> bool| text(node.as_ref()).is_some_and(is);
        for one in others.all {
            let is_event = &*one.surface == OTHER && one.kind.starts_with("model_");
            if is_event
                || is(&one.provider, &|name| known.is_provider(name))
                || is(&one.model, &|name| known.is_model(name))
            {
                let origin = Origin { surface: &one.surface, kind: one.kind, fallback: one.fallback };
                self.add(origin, one.provider.as_ref(), one.model.as_ref(), one.place);
            }
        }
        self.more += others.more;
        self.deep.extend(others.deep);
    }

    /// Takes over of another list what is a fallback's or what the route admits. Whether that is all there is.
    pub fn take_sure(&mut self, others: Self, known: &Known<'_>) -> bool {
        let mut is_all = others.unclear.is_empty() && others.more == 0;
        let name = |node: &Option<Node>| text(node.as_ref()).unwrap_or_default().to_owned();
        for one in &others.all {
            let names = [name(&one.provider), name(&one.model)];
            is_all &= one.fallback
                || known.is_provider(&names[0])
                || known.is_model(&names[1])
                || names.iter().all(|name| name.is_empty() || known.is_admitted(name));
        }
        let fallbacks = |one: &Use| one.fallback;
        let (told, known_ones) = others.all.into_iter().partition(fallbacks);
        self.deep.extend(others.deep);
        self.take_but(Self { all: told, ..Self::default() }, "");
        self.take_known(Self { all: known_ones, ..Self::default() }, known);
        is_all
    }

    /// Takes over all of another list but a name that is none of the run's.
    pub fn take_but(&mut self, others: Self, name: &str) {
        for one in others.all {
            let other = |node: &Option<Node>| node.clone().filter(|node| node.as_str() != Some(name));
            let (provider, model) = (other(&one.provider), other(&one.model));
            let origin = Origin { surface: &one.surface, kind: one.kind, fallback: one.fallback };
            self.add(origin, provider.as_ref(), model.as_ref(), one.place);
        }
        self.more += others.more;
        self.unclear.extend(others.unclear);
        self.deep.extend(others.deep);
    }

    pub fn into_node(self) -> Node {
        let node = |one: Use| {
            let place = one.place;
            let placed = |node: Node| Node { place: node.place.or(place), ..node };
            let mut map = Map::new();
            map.insert("surface", Node::new(one.surface, place));
            map.insert("kind", Node::new(one.kind, place));
            map.insert("provider", one.provider.map_or(Node { place, ..Node::null() }, placed));
            map.insert("model", one.model.map_or(Node { place, ..Node::null() }, placed));
            map.insert("fallback", Node::new(one.fallback, place));
            map.insert("count", Node::new(one.count, place));
            Node::new(map, place)
        };
        Node::from(self.all.into_iter().map(node).collect::<Vec<_>>())
    }
}
