//! What is told of the baseline, and its own trace: which run it tells of, and when.

use super::argv;
use super::facts::{Facts, Piece};
use super::lines::Block;
use super::time::Time;
use super::trace::Bounds;
use crate::evidence::Node;
use crate::evidence::json::{Base, parse};

/// Events that are kept.
const KEPT: usize = 256;

#[derive(Default)]
pub(super) struct BaselineTrace {
    /// The run's own time.
    pub bounds: Bounds,
    /// The `run_started` and `run_finished` events.
    pub runs: Vec<Node>,
    /// The times of events that lie outside of the run's.
    pub strays: Vec<Node>,
    /// There were more of the former than are kept.
    cut: bool,
}

/// Gathers what is said of the baseline, wherever that is. Only the baseline engine's own name is none of the run's
/// there, as engine, model and provider; whatever else is named counts as it does elsewhere.
pub(super) fn told_of<T>(facts: &mut Facts<'_>, gather: impl FnOnce(&mut Facts<'_>) -> T) -> T {
    let (uses, engines) = (std::mem::take(&mut facts.uses), std::mem::take(&mut facts.engines));
    let gathered = gather(facts);
    let uses = std::mem::replace(&mut facts.uses, uses);
    let engines = std::mem::replace(&mut facts.engines, engines);
    let name = facts.ctx.profile.spec.route.baseline_engine.get_ref();
    facts.uses.take_but(uses, name);
    facts.engines.take_over(engines, |one| one.get("engine").and_then(Node::as_str) == Some(name));
    gathered
}

impl BaselineTrace {
    /// Reads whole lines. One that is no record is seen to by whoever reads the file as a log.
    pub fn block(&mut self, facts: &mut Facts<'_>, piece: &mut Piece<'_>, block: Block<'_>) {
        for line in block.lines() {
            let base = Base { source: facts.source(piece), offset: line.offset, line: Some(line.number) };
            if let Ok(parsed) = parse(line.bytes, base) {
                self.event(facts, piece, parsed.node);
            }
        }
    }

    fn event(&mut self, facts: &mut Facts<'_>, piece: &Piece<'_>, event: Node) {
        if let Some(at) = Time::of(event.get("ts")) {
            let early = self.bounds.started.is_some_and(|started| at.is_before(started));
            let late = self.bounds.finished.is_some_and(|finished| finished.is_before(at));
            if (early || late) && self.strays.len() < KEPT {
                self.strays.extend(event.get("ts").cloned());
            }
        }
        if let Some(argv) = event.get("argv") {
            // What it tells beside texts is nobody's model.
            let _ = argv::told(facts, piece.teller, argv);
        }
        let name = event.get("event").and_then(Node::as_str);
        if matches!(name, Some("run_started" | "run_finished")) {
            if self.runs.len() < KEPT {
                self.runs.push(event);
            } else if !std::mem::replace(&mut self.cut, true) {
                let why = format!("only its first {KEPT} beginnings and ends of runs are judged");
                facts.not_understood(piece, why);
            }
        }
    }
}
