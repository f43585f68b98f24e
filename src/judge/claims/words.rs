//! What is shown of one document's claims, redacted.
//!
//! All of it is looked at at once: most documents hold nothing to redact. What is said again and again is
//! looked at once, and held once.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::judge::{Chain, ChainNode, ClaimSummary, Show, Step, one_line};

/// Texts that many claims share: paths, runs, work items.
#[derive(Default)]
pub(super) struct Names {
    known: HashSet<Arc<str>>,
}

impl Names {
    pub fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.known.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(name);
        self.known.insert(Arc::clone(&name));
        name
    }
}

/// The claims and the document's path without the value, each text on one line.
pub(super) fn redact(show: Show<'_>, path: &str, claims: &mut [ClaimSummary]) -> String {
    let mut said = Said::default();
    said.line(path);
    for claim in claims.iter() {
        said.claim(claim);
    }
    let shown = Shown { show, clean: !show.finds(&said.all) };
    for claim in claims {
        // A step that is spelled out from redacted words might say what was redacted as a whole.
        if !shown.clean {
            claim.chain = Chain::Steps(claim.steps().into_owned());
        }
        redact_claim(claim, shown);
    }
    shown.text(path).into_owned()
}

/// How texts are shown, of which all are known to be clean or not.
#[derive(Clone, Copy)]
struct Shown<'a> {
    show: Show<'a>,
    clean: bool,
}

impl Shown<'_> {
    fn text(self, text: &str) -> Cow<'_, str> {
        if self.clean { one_line(text) } else { Cow::Owned(self.show.text(text)) }
    }
}

/// Every line that claims say; what one shares with the one before it is there once.
#[derive(Default)]
struct Said<'c> {
    all: String,
    /// What the last claim said of whom it belongs to.
    last: [Option<&'c str>; 3],
    room: String,
}

impl<'c> Said<'c> {
    fn line(&mut self, text: &str) {
        self.all.push_str(text);
        self.all.push('\n');
    }

    fn claim(&mut self, claim: &'c ClaimSummary) {
        let ClaimSummary {
            work_item,
            path,
            line: _,
            kind: _,
            text,
            stated,
            found,
            run,
            verdict: _,
            chain: _,
        } = claim;
        let owners = [Some(&**path), work_item.as_deref(), run.as_deref()];
        if self.last != owners {
            self.last = owners;
            owners.into_iter().flatten().for_each(|owner| self.line(owner));
        }
        self.line(text);
        self.line(stated);
        if let Some(found) = found {
            self.line(found);
        }
        claim.each_step().for_each(|step| self.step(step));
    }

    fn step(&mut self, step: Step<'_>) {
        let mut room = std::mem::take(&mut self.room);
        self.line(step.text(&mut room));
        if let Some(place) = step.place(&mut room) {
            self.line(place);
        }
        self.room = room;
        step.below().for_each(|below| self.step(below));
    }
}

fn redact_claim(claim: &mut ClaimSummary, shown: Shown<'_>) {
    let ClaimSummary { work_item, path, line: _, kind: _, text, stated, found, run, verdict: _, chain } =
        claim;
    for text in [path, text, stated].into_iter().chain([work_item, found, run].into_iter().flatten()) {
        redact_shared(text, shown);
    }
    match chain {
        Chain::Steps(steps) => steps.iter_mut().for_each(|step| redact_step(step, shown)),
        Chain::Reported { cited: _, place: Some((path, _)) } => redact_shared(path, shown),
        Chain::Reported { cited: _, place: None } => {}
    }
}

/// A text that needs no change stays the one that others share.
fn redact_shared(text: &mut Arc<str>, shown: Shown<'_>) {
    if let Cow::Owned(redacted) = shown.text(text) {
        *text = redacted.into();
    }
}

fn redact_text(text: &mut String, shown: Shown<'_>) {
    if let Cow::Owned(redacted) = shown.text(text) {
        *text = redacted;
    }
}

fn redact_step(step: &mut ChainNode, shown: Shown<'_>) {
    redact_text(&mut step.text, shown);
    step.place.iter_mut().for_each(|place| redact_text(place, shown));
    step.children.iter_mut().for_each(|below| redact_step(below, shown));
}
