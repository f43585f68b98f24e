//! The trace: one JSON object a line, read as it streams by.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::facts::{Facts, Piece, fact};
use super::keys::is_of_the_baseline;
use super::lines::{Block, Line, Sink};
use super::schema::Misfit;
use super::time::Time;
use super::uses::Origin;
use super::{argv, json, mention, record, targets};
use crate::evidence::json::Base;
use crate::evidence::{Map, Node, Value};

/// Events of one kind that are kept whole; the rest is counted, and told as a gap.
const KEPT: usize = 256;
/// An event on a longer line is not kept whole: only its own fields are, without their arguments.
const WHOLE: usize = 64 << 10;
/// Different names of events that are counted.
const NAMES: usize = 512;

/// A field of an event, what it must be, and what is said where it is not.
type Wanted = (&'static str, fn(&Node) -> bool, &'static str);

/// The run's own time, from its report.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    pub started: Option<Time>,
    pub finished: Option<Time>,
}

#[derive(Default)]
pub(super) struct Trace {
    pub present: bool,
    pub bounds: Bounds,
    events: u64,
    counts: BTreeMap<Arc<str>, u64>,
    first_at: Option<Node>,
    last_at: Option<Node>,
    last: Option<Time>,
    started: Vec<Node>,
    exited: Vec<Node>,
    inputs: Vec<Node>,
    endpoint_checks: Vec<Node>,
    runs: Vec<Node>,
    agent_result: Option<Node>,
    tests_finished: Option<Node>,
    model_events: u64,
    cut: bool,
}

/// The trace while its lines come in.
pub(super) struct TraceSink<'s, 'p, 'c> {
    pub facts: &'s mut Facts<'c>,
    pub piece: &'s mut Piece<'p>,
    pub trace: &'s mut Trace,
}

impl Sink for TraceSink<'_, '_, '_> {
    fn block(&mut self, block: Block<'_>) {
        let known = self.facts.known.may_stand_in(block.bytes);
        block.lines().for_each(|line| self.line(line, known));
    }

    fn overlong(&mut self, line: u64) {
        let why = format!("line {line} is too long to read");
        self.facts.not_understood(self.piece, why);
    }
}

impl TraceSink<'_, '_, '_> {
    /// Reads a line; `known` is whether the name of a fallback stands near it.
    fn line(&mut self, line: Line<'_>, known: bool) {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let source = self.facts.source(self.piece);
        let base = Base { source, offset: line.offset, line: Some(line.number) };
        let Some(event) = json::record(self.facts, self.piece, line, base) else { return };
        self.event(event, line, known);
    }

    fn event(&mut self, event: Node, line: Line<'_>, known: bool) {
        self.trace.events += 1;
        if event.as_map().is_none() {
            return self.misfit("", "is no object", &event);
        }
        self.time(&event);
        let Some(name) = event.get("event").and_then(name_of) else {
            return self.misfit_of(&event, "event", "lacks `event`", "is no string");
        };
        self.count(&name);
        self.meaning(&name, &event);
        self.mentions(&name, &event);
        if record::may_name_a_use(line.bytes) || (known && self.facts.known.may_stand_in(line.bytes)) {
            let origin = Origin { surface: self.piece.surface, kind: "log", fallback: false };
            record::gather(self.facts, &event, origin);
        }
        self.keep(&name, event, line);
    }

    fn count(&mut self, name: &Arc<str>) {
        let counts = &mut self.trace.counts;
        if let Some(count) = counts.get_mut(name) {
            *count += 1;
        } else if counts.len() < NAMES {
            counts.insert(name.clone(), 1);
        } else {
            self.trace.cut = true;
        }
    }

    fn time(&mut self, event: &Node) {
        let ts = event.get("ts");
        let Some(at) = Time::of(ts) else {
            return self.misfit_of(event, "ts", "lacks `ts`", "is no RFC 3339 time");
        };
        let place = ts.and_then(|ts| ts.place);
        let stands = ts.and_then(Node::as_str).unwrap_or_default();
        let bounds = self.trace.bounds;
        let early = bounds.started.is_some_and(|started| at.is_before(started));
        let late = bounds.finished.is_some_and(|finished| finished.is_before(at));
        if early || late {
            let entries = [("what", "event-outside-run".into()), ("at", stands.into())];
            self.facts.disorder.push(fact(entries, place));
        }
        if self.trace.last.is_some_and(|last| at.is_before(last)) {
            let entries = [("what", "trace-out-of-order".into()), ("at", stands.into())];
            self.facts.disorder.push(fact(entries, place));
        }
        self.trace.last = Some(at);
        if self.trace.first_at.is_none() {
            self.trace.first_at = ts.cloned();
        }
        self.trace.last_at = ts.cloned();
    }

    /// What an event tells, its own fields checked.
    fn meaning(&mut self, name: &str, event: &Node) {
        let wanted: &[Wanted] = match name {
            "endpoint_config_checked" => &[("result", is_result, "is neither `present` nor `missing`")],
            "input_checked" => &[
                ("name", |node| node.as_str().is_some(), "is no string"),
                ("result", is_result, "is neither `present` nor `missing`"),
            ],
            "model_request" | "model_response" => {
                &[("provider", is_name, "is no name"), ("model", is_name, "is no name")]
            }
            "tool_call" => &[
                ("name", |node| node.as_str().is_some(), "is no string"),
                ("args", |node| node.as_map().is_some(), "is no object"),
            ],
            "agent_result" => &[("ok", |node| node.as_bool().is_some(), "is no boolean")],
            "case_process_exited" => &[("code", is_integer_or_null, "is no integer")],
            _ => &[],
        };
        for (field, fits, message) in wanted {
            if !event.get(field).is_some_and(fits) {
                self.misfit_of(event, field, &format!("lacks `{field}`"), message);
            }
        }
        match name {
            "tool_call" => targets::inspected_node(self.facts, self.piece, event.get("args")),
            "case_process_started" => {
                argv::command_lines(self.facts, self.piece.surface, event);
                for line in argv::COMMAND_LINES {
                    targets::inspected_node(self.facts, self.piece, event.get(line));
                }
                if let Some(argv) = event.get("argv").filter(|argv| !argv.is_null()) {
                    if !argv::is_list(argv) {
                        self.misfit("/argv", "is no list of texts", argv);
                    }
                    targets::inspected_node(self.facts, self.piece, Some(argv));
                }
            }
            _ => {}
        }
    }

    /// Prose of the harness that tells of a fallback; the agent's own may be about anything.
    fn mentions(&mut self, name: &str, event: &Node) {
        const PROSE: [&str; 8] =
            ["msg", "message", "note", "detail", "details", "reason", "warning", "info"];
        if matches!(name, "agent_result" | "tool_call" | "tool_result") {
            return;
        }
        let texts = PROSE.iter().filter_map(|key| event.get(key));
        for (text, place) in texts.filter_map(|node| Some((node.as_str()?, node.place))) {
            let route = &self.facts.ctx.profile.spec.route;
            for mention in mention::mentions(Block::whole(text.as_bytes()), route) {
                let entries = [("surface", self.piece.surface.into()), ("what", mention.what.into())];
                self.facts.mentions.push(fact(entries, place));
            }
        }
    }

    fn keep(&mut self, name: &str, event: Node, line: Line<'_>) {
        let kept = match name {
            "case_process_started" => &mut self.trace.started,
            "case_process_exited" => &mut self.trace.exited,
            "input_checked" => &mut self.trace.inputs,
            "endpoint_config_checked" => &mut self.trace.endpoint_checks,
            "run_started" | "run_finished" => &mut self.trace.runs,
            "agent_result" => {
                self.trace.agent_result = Some(small(event, line));
                return;
            }
            "tests_finished" => {
                if !self.is_of_the_baseline(&event) {
                    self.trace.tests_finished = Some(small(event, line));
                }
                return;
            }
            "model_request" | "model_response" => {
                self.trace.model_events += 1;
                return;
            }
            _ => return,
        };
        if kept.len() < KEPT {
            kept.push(small(event, line));
        } else {
            self.trace.cut = true;
        }
    }

    /// Whether an event says that it tells of the baseline.
    fn is_of_the_baseline(&self, event: &Node) -> bool {
        let engine = self.facts.ctx.profile.spec.route.baseline_engine.get_ref();
        let is = |text: &str| text == engine || is_of_the_baseline(text);
        event.as_map().into_iter().flat_map(Map::iter).any(|(_, field)| field.as_str().is_some_and(is))
    }

    fn misfit_of(&mut self, event: &Node, field: &str, lacks: &str, wrong: &str) {
        match event.get(field) {
            Some(value) => self.misfit(&format!("/{field}"), wrong, &value.clone()),
            None => self.misfit("", lacks, event),
        }
    }

    fn misfit(&mut self, pointer: &str, message: &str, node: &Node) {
        let misfit = Misfit { pointer: pointer.to_owned(), message: message.to_owned(), place: node.place };
        let path = self.piece.name.clone();
        self.facts.misfit("trace", &path, misfit);
    }
}

fn is_result(node: &Node) -> bool {
    matches!(node.as_str(), Some("present" | "missing"))
}

fn is_name(node: &Node) -> bool {
    node.as_str().is_some_and(|name| !name.trim().is_empty())
}

fn is_integer_or_null(node: &Node) -> bool {
    node.is_null() || node.as_i64().is_some()
}

/// An event as it is kept: of one on a very long line, only its short scalars.
fn small(event: Node, line: Line<'_>) -> Node {
    if line.bytes.len() <= WHOLE {
        return event;
    }
    let Value::Map(map) = &event.value else { return event };
    let short = |node: &Node| match &node.value {
        Value::String(text) => text.len() <= WHOLE,
        Value::List(_) | Value::Map(_) => false,
        _ => true,
    };
    let map: Map =
        map.iter().filter(|(_, node)| short(node)).map(|(k, n)| (k.clone(), n.clone())).collect();
    Node::new(map, event.place)
}

impl Trace {
    /// Whether the tests ended as tests.json says; none where either tells nothing.
    pub fn tests_are(&self, tests: Option<&Node>) -> Option<bool> {
        let (told, tests) = (self.tests_finished.as_ref()?, tests?);
        let same_count = |field: &str| {
            let (told, own) = (told.get(field)?.as_i64()?, tests.get(field)?.as_i64()?);
            Some(told == own)
        };
        let passed = |node: &Node| node.get("status").and_then(Node::as_str).and_then(has_passed);
        let same_end = passed(told).zip(passed(tests)).map(|(told, own)| told == own);
        let all = [same_end, same_count("passed"), same_count("failed")];
        all.iter().any(Option::is_some).then(|| !all.contains(&Some(false)))
    }

    pub fn into_node(self, facts: &mut Facts<'_>, name: &str) -> Node {
        if self.cut {
            facts.gap(
                name,
                Some("trace"),
                "too many events of a kind: only the first are judged one by one",
            );
        }
        let null = || Node::null().at(facts.root);
        let counts: Map = self.counts.into_iter().map(|(name, count)| (name, Node::from(count))).collect();
        let mut map = Map::new();
        map.insert("present", Node::from(self.present));
        map.insert("events", Node::from(self.events));
        map.insert("counts", Node::from(counts));
        map.insert("first_at", self.first_at.unwrap_or_else(null));
        map.insert("last_at", self.last_at.unwrap_or_else(null));
        map.insert("started", Node::from(self.started));
        map.insert("exited", Node::from(self.exited));
        map.insert("inputs", Node::from(self.inputs));
        map.insert("endpoint_checks", Node::from(self.endpoint_checks));
        map.insert("runs", Node::from(self.runs));
        map.insert("agent_result", self.agent_result.unwrap_or_else(null));
        map.insert("tests_finished", self.tests_finished.unwrap_or_else(null));
        map.insert("model_events", Node::from(self.model_events));
        Node::new(map, Some(facts.root))
    }
}

/// Whether a word says that tests passed, if it says it of them.
fn has_passed(status: &str) -> Option<bool> {
    match status.to_ascii_lowercase().as_str() {
        "pass" | "passed" | "ok" | "success" => Some(true),
        "fail" | "failed" | "failure" | "error" | "errors" => Some(false),
        _ => None,
    }
}

fn name_of(node: &Node) -> Option<Arc<str>> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}
