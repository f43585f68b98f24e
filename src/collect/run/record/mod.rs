//! Uses of a model that a record tells: an event, a log line, a line of a session file, a configuration.
//!
//! A record is looked through to its depth, and so is a record that stands in it as a text. What is handed on (a
//! message's words, what a tool is given and gives back) is left alone: it may speak of models, and uses none.

mod around;
mod fallback;
mod names;
mod sight;
mod usage;

use self::around::{Around, Catalogue};
use self::fallback::{fallback, is_switched_off, tells_of_fallback};
use self::names::{PARAMETERS, named, tells_of_parameters};
pub(super) use self::sight::{has_escaped_letter, has_key, is_of_one, may_name_a_model, may_name_a_use};
use self::usage::usage;
use super::argv;
use super::baseline;
use super::facts::Facts;
use super::keys::{Speaks, Switch, Words, is_of_the_baseline, speaks_of};
use super::launch;
use super::objects::take_objects;
use super::uses::Origin;
use crate::evidence::json::{Base, parse_all};
use crate::evidence::{Map, Node, Value};
use crate::profile::Route;
use crate::text::Place;

/// Values within one another that are looked through, those in texts among them; what lies deeper is a gap.
pub(super) const DEEPEST: usize = 128;
/// Around what a record of a tool tells of itself; whatever else it holds is the tool's.
const OF_ITSELF: [&str; 5] = ["message", "agent", "fields", "span", "payload"];

/// What a record is called by.
const CALLED: [&str; 10] =
    ["event", "type", "role", "phase", "process", "name", "kind", "of", "label", "purpose"];
/// Events that tell of the run's own process and of its model, whatever else they say.
const OF_THE_RUN: [&str; 5] =
    ["model_request", "model_response", CHANGE, "case_process_started", "case_process_exited"];

/// Where a record says how it ended, and that it was refused.
const ENDED: [&str; 3] = ["result", "status", "outcome"];
const REFUSED: [&str; 5] = ["rejected", "refused", "denied", "blocked", "not_admitted"];

fn is_refusal(word: &str) -> bool {
    REFUSED.iter().any(|refused| word.eq_ignore_ascii_case(refused))
}

/// The kind of a record, by its name; else what is around it.
fn kind(name: Option<&str>, around: &'static str) -> &'static str {
    match name {
        Some("model_request") => "model_request",
        Some("model_response") => "model_response",
        Some(CHANGE) => CHANGE,
        _ => around,
    }
}

const CHANGE: &str = "model_change";
const CONFIG: &str = "config";
const ENV: &str = "env";

/// Adds what a record of `origin` says of provider and model, at any depth. A change to what is not understood is
/// told as such.
pub(super) fn gather(facts: &mut Facts<'_>, record: &Node, origin: Origin<'_>) {
    value(facts, record, Around::nothing(origin));
}

/// The same of some members of a record, which stands at `place`.
pub(super) fn gather_members<'n>(
    facts: &mut Facts<'_>,
    members: impl Iterator<Item = (&'n str, &'n Node)>,
    place: Option<Place>,
    origin: Origin<'_>,
) {
    object(facts, &Object::of(members, place), Around::nothing(origin));
}

/// Reads something that tells of a process or the like as what it says that it is of.
pub(super) fn of_whom<T>(
    facts: &mut Facts<'_>,
    node: &Node,
    gather: impl FnOnce(&mut Facts<'_>) -> T,
) -> T {
    let route = &facts.ctx.profile.spec.route;
    let is_of_it = |map: &Map| Object::of_map(map, node.place).is_of_the_baseline(route);
    if node.as_map().is_some_and(is_of_it) { baseline::told_of(facts, gather) } else { gather(facts) }
}

/// An object that is looked through: its keys, what each speaks of, and what stands under it.
struct Object<'n> {
    members: Vec<(&'n str, Words, &'n Node)>,
    place: Option<Place>,
    keys: Keys<'n>,
}

/// Where the keys of an object stand.
enum Keys<'n> {
    Unknown,
    In(&'n Map),
    /// Of the only one.
    At(Place),
}

impl<'n> Object<'n> {
    fn of(members: impl Iterator<Item = (&'n str, &'n Node)>, place: Option<Place>) -> Self {
        let members = members.map(|(key, node)| (key, Words::of(key), node)).collect();
        Self { members, place, keys: Keys::Unknown }
    }

    fn of_map(map: &'n Map, place: Option<Place>) -> Self {
        let members = map.iter().map(|(key, node)| (&**key, node));
        Self { keys: Keys::In(map), ..Self::of(members, place) }
    }

    /// Where the key of a member stands, or else what stands under it.
    fn place_of_key(&self, of: &Node) -> Option<Place> {
        let key = match self.keys {
            Keys::Unknown => None,
            Keys::In(map) => map.key_place(of),
            Keys::At(place) => Some(place),
        };
        key.or(of.place)
    }

    /// The text that stands under a key.
    fn text(&self, key: &str) -> Option<&'n str> {
        self.members.iter().find(|(known, ..)| *known == key).and_then(|(.., node)| node.as_str())
    }

    /// What it says that it is.
    fn name(&self) -> Option<&'n str> {
        let is_there = |key: &str| self.members.iter().any(|(known, ..)| *known == key);
        self.text(if is_there("event") { "event" } else { "type" })
    }

    /// Whether it says by what it is called that it tells of the baseline. What the run itself owes to tell does not,
    /// nor does what is called by the run's own engine.
    fn is_of_the_baseline(&self, route: &Route) -> bool {
        let is_engine = |key: &str, engine: &str| self.text(key) == Some(engine);
        if self.name().is_some_and(|name| OF_THE_RUN.contains(&name))
            || is_engine("process", route.engine.get_ref())
        {
            return false;
        }
        CALLED.iter().filter_map(|key| self.text(key)).any(is_of_the_baseline)
            || is_engine("process", route.baseline_engine.get_ref())
    }

    /// Whether it says that what it tells of was refused.
    fn is_refused(&self) -> bool {
        let mut outcomes = ENDED.iter().filter_map(|key| self.text(key));
        let is_admitted = self.members.iter().find(|(key, ..)| *key == "admitted").map(|(.., node)| node);
        outcomes.any(is_refusal) || is_admitted.is_some_and(|node| node.as_bool() == Some(false))
    }

    /// The variable that it tells of: `{"name": …, "value": …}`.
    fn variable(&self) -> Option<(&'n str, &'n Node)> {
        let name = ["name", "key", "variable"].iter().find_map(|key| self.text(key))?;
        let value = self.members.iter().find(|(key, ..)| *key == "value").map(|(.., node)| *node)?;
        value.as_str().map(|_| (name, value))
    }

    /// Whether it is of a tool: what it holds was given to the tool, or came from it.
    fn is_of_a_tool(&self) -> bool {
        let names = ["event", "type", "role", "kind"].into_iter().filter_map(|key| self.text(key));
        names.into_iter().any(|name| Words::of(name).are_of_a_tool())
            || self.members.iter().any(|(_, words, _)| words.name_a_tool())
    }
}

/// Looks through a value; whether it names a model.
fn value(facts: &mut Facts<'_>, node: &Node, around: Around<'_>) -> bool {
    let deep = around.depth >= DEEPEST;
    match &node.value {
        Value::List(_) | Value::Map(_) if deep => {
            facts.uses.too_deep(node.place);
            false
        }
        Value::Map(map) => object(facts, &Object::of_map(map, node.place), around),
        Value::List(items) => {
            let mut below = around.below();
            if below.names.catalogue == Catalogue::Value {
                below.names.catalogue = Catalogue::Entry;
            }
            let each = |named, item| value(facts, item, below) || named;
            items.iter().fold(false, each)
        }
        Value::String(text) => {
            known(facts, text, node.place, around);
            !around.handed_on && in_text(facts, text, node.place, around)
        }
        _ => false,
    }
}

/// A text or a key that is the name of one of the route's fallbacks is a use of it, unless it stands in a catalogue.
fn known(facts: &mut Facts<'_>, name: &str, place: Option<Place>, around: Around<'_>) {
    if around.names.catalogue == Catalogue::None
        && !around.names.beside
        && let Some(name) = facts.known.named(name)
    {
        facts.uses.add_known(around.origin, name, place);
    }
}

/// Whether there is nothing of what a key names: `{"anthropic": false}`. A configuration may name it and say no more.
fn says_none(node: &Node, around: Around<'_>) -> bool {
    match &node.value {
        Value::Null => around.origin.kind != "config",
        Value::Bool(value) => !value,
        Value::Int(number) => *number == 0,
        Value::String(text) => Switch::is_off(text),
        Value::Map(map) => is_switched_off(&Object::of_map(map, node.place)),
        _ => false,
    }
}

/// A validator tells of a fallback that it saw refused, an admission of models that it does not admit.
fn may_refuse(facts: &Facts<'_>, around: Around<'_>) -> bool {
    facts.validates || around.origin.surface == "admission"
}

fn object(facts: &mut Facts<'_>, object: &Object<'_>, around: Around<'_>) -> bool {
    if may_refuse(facts, around) && object.is_refused() {
        return false;
    }
    if !around.of_baseline && object.is_of_the_baseline(&facts.ctx.profile.spec.route) {
        let around = Around { of_baseline: true, ..around };
        return baseline::told_of(facts, |facts| looked_through(facts, object, around));
    }
    looked_through(facts, object, around)
}

fn looked_through(facts: &mut Facts<'_>, object: &Object<'_>, mut around: Around<'_>) -> bool {
    let own = object.name();
    around.origin.kind = kind(own, around.origin.kind);
    // An engine's own list of models has a mark on each.
    let lists = around.may_list() && matches!(object.text("object"), Some("model" | "list"));
    if lists && around.names.catalogue == Catalogue::None {
        around.names.catalogue = Catalogue::There;
    }
    let mut names_model = named(facts, object, around);
    around.others.providers &= !names_model;
    // Of a configuration nothing was given to a tool, or came from one.
    let is_configured = around.origin.kind == CONFIG;
    let of_tool = !is_configured && object.is_of_a_tool();
    for (key, words, inner) in &object.members {
        if is_configured {
            launch::configured(facts, around.origin, (key, words), inner);
        }
        names_model |= member(facts, object, (key, words), inner, of_tool, around);
    }
    if let Some((name, value)) = object.variable().filter(|_| is_configured || around.origin.kind == ENV) {
        let variable = Object::of(std::iter::once((name, value)), object.place);
        names_model |= named(facts, &variable, around);
        let words = Words::of(name);
        names_model |= member(facts, &variable, (name, &words), value, false, around);
    }
    if own == Some(CHANGE) && !names_model {
        facts.uses.not_understood(object.place);
    }
    if own.is_some_and(tells_of_fallback) && !is_switched_off(object) {
        facts.uses.add(around.fallback(), None, None, object.place);
    }
    names_model
}

/// Looks through what stands under a key of an object; whether a model is named there.
fn member(
    facts: &mut Facts<'_>,
    object: &Object<'_>,
    (key, words): (&str, &Words),
    node: &Node,
    of_tool: bool,
    around: Around<'_>,
) -> bool {
    if words.are_of_the_baseline() && !around.of_baseline {
        let around = Around { of_baseline: true, ..around };
        let it = |facts: &mut Facts<'_>| member(facts, object, (key, words), node, of_tool, around);
        return baseline::told_of(facts, it);
    }
    if around.origin.surface == "admission" && is_refusal(key) {
        return false;
    }
    let is_text = node.as_str().is_some();
    let is_known = !of_tool && facts.known.named(key).is_some();
    if is_known && !words.forbid() && !says_none(node, around) {
        known(facts, key, object.place_of_key(node), around);
    }
    let is_configured = around.origin.kind == CONFIG;
    match words.speak_of() {
        // A configuration hands on no more than words.
        Speaks::HandedOn if is_text || !is_configured || tells_of_parameters(node, true) => false,
        Speaks::Outcome if is_text || of_tool => false,
        _ if key == PARAMETERS && tells_of_parameters(node, is_configured) => false,
        Speaks::Fallback => {
            fallback(facts, key, node, around.below());
            false
        }
        Speaks::Argv => {
            if !argv::held(facts, around.origin.surface, node) {
                facts.uses.not_understood(node.place);
            }
            false
        }
        Speaks::Environment if is_text || node.as_list().is_some() => {
            argv::variables(facts, around.origin.surface, node);
            let below = around.below_key(words);
            let below = Around { origin: Origin { kind: ENV, ..below.origin }, ..below };
            let objects = node.as_list().into_iter().flatten().filter(|item| item.as_map().is_some());
            let each = |named, item| value(facts, item, below) || named;
            objects.fold(false, each)
        }
        Speaks::Engine => {
            // What serves a model is called an engine, too.
            let route = &facts.ctx.profile.spec.route;
            let own = [&route.engine, &route.baseline_engine].map(|engine| Some(engine.get_ref().as_str()));
            if around.of_harness || words.are_of_the_harness() || own.contains(&node.as_str()) {
                argv::engine_named(facts, around.origin, node);
            }
            value(facts, node, around.below_key(words))
        }
        // The name itself is told with its object.
        Speaks::Model | Speaks::Provider if is_text => false,
        _ if words.forbid() || (of_tool && !OF_ITSELF.contains(&key)) => false,
        Speaks::Usage => usage(facts, words, node, around.below_key(words)),
        _ => value(facts, node, around.below_key(words)),
    }
}

/// Looks through a record that stands in a text; whether it names a model. Prose is none.
pub(super) fn text(facts: &mut Facts<'_>, text: &str, place: Option<Place>, origin: Origin<'_>) -> bool {
    in_text(facts, text, place, Around::nothing(origin))
}

fn in_text(facts: &mut Facts<'_>, text: &str, place: Option<Place>, around: Around<'_>) -> bool {
    let bytes = text.trim().as_bytes();
    let may_name = |bytes: &[u8]| may_name_a_model(bytes) || facts.known.may_stand_in(bytes);
    if memchr::memchr2(b'{', b'[', bytes).is_none() || !may_name(bytes) {
        return false;
    }
    if around.depth >= DEEPEST {
        facts.uses.too_deep(place);
        return false;
    }
    let mut names_model = false;
    for record in records_in(facts, text, place) {
        names_model |= value(facts, &record, around.below());
    }
    names_model
}

/// The records in a text, whole or between other words; all of them stand where it does. What may be one, and can't
/// be read, is told as not understood.
fn records_in(facts: &mut Facts<'_>, text: &str, place: Option<Place>) -> Vec<Node> {
    let bytes = text.trim().as_bytes();
    let read = |bytes: &[u8]| {
        let base = Base { source: crate::text::SourceId(0), offset: 0, line: None };
        parse_all(bytes, base).ok().map(|parsed| parsed.node)
    };
    let mut records: Vec<Node> = read(bytes).into_iter().collect();
    if records.is_empty() {
        let mut left = bytes.to_vec();
        let all_tried = take_objects(&mut left, 0, |_, object| {
            let record = read(object);
            let is_one = record.is_some();
            records.extend(record);
            is_one
        });
        // A sentence may quote a key; what begins as a record does is one, whole or not.
        let is_left = !all_tried && facts.known.may_stand_in(&left);
        if is_left || ((begins_like_a_record(text) || !all_tried) && has_key(&left)) {
            facts.uses.not_understood(place);
        }
    }
    for record in &mut records {
        record.move_places(&mut |_| place);
    }
    records
}

fn begins_like_a_record(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Whether what a key is of is not to be used.
pub(super) fn forbids(key: &str) -> bool {
    Words::of(key).forbid()
}

/// Whether a setting says that what it is of is switched off: `enabled = false`.
pub(super) fn switches_off(key: &str, node: &Node) -> bool {
    is_switched_off(&Object::of(std::iter::once((key, node)), node.place))
}

/// A variable or a setting with a text for its value: `CASE_MODEL=…`. Whether its key names a use.
pub(super) fn setting(facts: &mut Facts<'_>, key: &str, node: &Node, origin: Origin<'_>) -> bool {
    setting_at(facts, (key, None), node, origin)
}

/// The same of a key that stands at a place of its own.
pub(super) fn setting_at(
    facts: &mut Facts<'_>,
    (key, at): (&str, Option<Place>),
    node: &Node,
    origin: Origin<'_>,
) -> bool {
    let is_use = matches!(speaks_of(key), Speaks::Model | Speaks::Provider | Speaks::Fallback);
    let of_one = Object::of(std::iter::once((key, node)), node.place);
    let keys = at.map_or(Keys::Unknown, Keys::At);
    object(facts, &Object { keys, ..of_one }, Around::nothing(origin));
    is_use
}
