//! A work item explained: its status, the gates before it, those that it states, and what its evidence says, run
//! by run.

use super::chain::{Lines, node, placed, report_place};
use super::decide::{Bench, Decision};
use super::tables::{At, SHOWN};
use crate::collect::sot::{SotDocument, StatementKind, WorkItem};
use crate::finding::Finding;
use crate::judge::{ChainNode, ClaimKind, ClaimVerdict, Show, State};
use crate::profile::StatusClass;

/// A work item, explained: the tree that `counterfoil claim` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChain {
    pub id: String,
    pub path: String,
    pub chain: ChainNode,
}

impl<'a> Bench<'a> {
    /// A work item with everything that is claimed of it, and by it, and what rules find wrong with it.
    pub(super) fn explain(
        &self,
        at: At,
        document: &SotDocument,
        claims: &[Decision<'a>],
        faults: &[Finding],
    ) -> Option<ItemChain> {
        let show = self.grounds.judge.show;
        let item = document.items.get(at.1)?;
        let lines = Lines::new(at.0, &document.source);
        let mut children = vec![self.status_step(&lines, item)];
        children.extend(faults.iter().map(|fault| {
            let text = format!("{}: {}", fault.rule, fault.message);
            node(State::Fails, text, placed(fault), vec![])
        }));
        let own: Vec<&Decision<'_>> = claims.iter().filter(|claim| claim.item == Some(at.1)).collect();
        children.extend(self.gates_of(&item.id.text));
        children.extend(self.own_gates(&lines, &item.id.text, &own));
        children.extend(self.said_of(at, &item.id.text, &own));
        children.extend(self.told_of(&lines, &own));
        let any = |state| children.iter().any(|child: &ChainNode| child.state == state);
        let state = if any(State::Fails) {
            State::Fails
        } else if any(State::Unknown) {
            State::Unknown
        } else {
            State::Holds
        };
        let text = format!("{} - {}", item.id.text, item.title.text);
        let mut chain = node(state, text, lines.place(item.heading), children);
        redact(&mut chain, show);
        Some(ItemChain { id: show.text(&item.id.text), path: show.text(&document.path), chain })
    }

    /// What the item's evidence says, run by run. A run that was followed down once is not followed again.
    fn told_of(&self, lines: &Lines<'_>, own: &[&Decision<'a>]) -> Vec<ChainNode> {
        let mut steps: Vec<(Option<At>, ChainNode)> = Vec::new();
        let mut followed: Vec<String> = Vec::new();
        for claim in own.iter().filter(|claim| claim.kind != ClaimKind::Gate) {
            let of_a_report =
                matches!(claim.kind, ClaimKind::Label | ClaimKind::Sentence | ClaimKind::Validator);
            let Some(citation) = claim.citation.filter(|_| of_a_report && claim.run.is_some()) else {
                let mut step = self.chain(lines, claim);
                step.children.iter_mut().for_each(|child| once(child, &mut followed));
                steps.push((None, step));
                continue;
            };
            let step = said_and_found(lines, claim);
            match steps.iter_mut().find(|(of, _)| *of == Some(citation)) {
                Some((_, group)) => {
                    group.state = worse(group.state, step.state);
                    group.children.push(step);
                }
                None => {
                    let id = claim.run.map_or("", |facts| facts.summary.id.as_str());
                    let place = self.tables.citation(citation).map(|it| lines.place(it.path.span));
                    let group =
                        node(step.state, format!("what it says of the run {id}"), place, vec![step]);
                    steps.push((Some(citation), group));
                }
            }
        }
        steps.into_iter().map(|(_, step)| step).collect()
    }

    fn status_step(&self, lines: &Lines<'_>, item: &WorkItem) -> ChainNode {
        let Some(status) = &item.status else {
            return node(State::Fails, "has no status", lines.place(item.heading), vec![]);
        };
        let blockers = item.blockers.iter().map(|blocker| {
            let met = blocker.condition.and_then(|at| self.tables.conditions.get(at)).copied();
            let ids = self.tables.items_of(blocker);
            let done =
                !ids.is_empty() && ids.iter().all(|id| self.tables.class(id) == Some(StatusClass::Done));
            let state = match met {
                Some(state) => state,
                None if done || blocker.checked && ids.is_empty() => State::Holds,
                None => State::Unknown,
            };
            let text = format!("waits for: {}", blocker.said.text);
            node(state, text, lines.place(blocker.said.span), vec![])
        });
        let state = if status.class == StatusClass::Unknown { State::Unknown } else { State::Holds };
        let text = match status.class {
            StatusClass::Done => format!("says that it is done: {}", status.word),
            StatusClass::Unknown => format!("says `{}`, which the profile does not know", status.word),
            _ => format!("claims no pass: {}", status.word),
        };
        node(state, text, lines.place(status.said.span), blockers.collect())
    }

    fn gates_of(&self, id: &str) -> Vec<ChainNode> {
        let gates = self.tables.gates.get(id).map(Vec::as_slice).unwrap_or_default();
        let step = |at: &At| {
            let decision = self.statement(at.0, self.tables.statement(*at)?);
            Some(self.chain(&Lines::new(at.0, self.tables.source(at.0)?), &decision))
        };
        gates.iter().filter_map(step).collect()
    }

    /// The gates that the item itself states, before others.
    fn own_gates(&self, lines: &Lines<'_>, id: &str, own: &[&Decision<'a>]) -> Vec<ChainNode> {
        let names_it = |claim: &Decision<'_>| match claim.statement.map(|statement| &statement.kind) {
            Some(StatementKind::Gate { items, .. }) => items.iter().any(|item| **item == *id),
            _ => false,
        };
        let gates = own.iter().filter(|claim| claim.kind == ClaimKind::Gate && !names_it(claim));
        gates.map(|claim| self.chain(lines, claim)).collect()
    }

    /// What is said of the item elsewhere: that a run validates it, that it is done.
    fn said_of(&self, at: At, id: &str, own: &[&Decision<'a>]) -> Vec<ChainNode> {
        let told = self.tables.told.get(id).map(Vec::as_slice).unwrap_or_default();
        let step = |told: &At| {
            let statement = self.tables.statement(*told)?;
            let is_own = told.0 == at.0 && own.iter().any(|claim| claim.statement == Some(statement));
            let decision = (!is_own).then(|| self.statement(told.0, statement))?;
            Some(self.chain(&Lines::new(told.0, self.tables.source(told.0)?), &decision))
        };
        told.iter().take(SHOWN).filter_map(step).collect()
    }
}

/// One line for a claim that speaks of a field: what is said, what is found, and where.
fn said_and_found(lines: &Lines<'_>, claim: &Decision<'_>) -> ChainNode {
    let said = match claim.kind {
        ClaimKind::Sentence => claim.text.to_string(),
        _ => format!("{}: {}", claim.text, claim.stated.text),
    };
    let line = lines.line(claim.span);
    let found = claim.found.as_ref();
    let says = match (claim.verdict, found) {
        (ClaimVerdict::Supported, _) => String::new(),
        (_, Some(found)) => format!(" — the report says {}", found.text),
        (_, None) => format!(" — {}", claim.cause.as_deref().unwrap_or("not judged")),
    };
    let place = found.and_then(|found| found.place).and_then(|(facts, place)| report_place(facts, place));
    node(claim.verdict.state(), format!("line {line}: {said}{says}"), place, vec![])
}

fn worse(a: State, b: State) -> State {
    match (a, b) {
        (State::Fails, _) | (_, State::Fails) => State::Fails,
        (State::Unknown, _) | (_, State::Unknown) => State::Unknown,
        (State::Holds, State::Holds) => State::Holds,
    }
}

/// Cuts what stands below a run that was shown before.
fn once(step: &mut ChainNode, followed: &mut Vec<String>) {
    if !step.text.starts_with("the run ") || step.children.is_empty() {
        return;
    }
    if followed.contains(&step.text) {
        step.children.clear();
        step.text.push_str(" (as above)");
    } else {
        followed.push(step.text.clone());
    }
}

fn redact(node: &mut ChainNode, show: Show<'_>) {
    node.text = show.text(&node.text);
    node.place = node.place.as_deref().map(|place| show.text(place));
    for child in &mut node.children {
        redact(child, show);
    }
}
