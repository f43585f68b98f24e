//! What is shown of one document's claims, redacted.
//!
//! All of it is looked at at once: most documents hold nothing to redact.

use crate::judge::{ChainNode, ClaimSummary, Show, one_line};

/// The claims and the document's path without the value, each text on one line.
pub(super) fn redact(show: Show<'_>, path: &str, claims: &mut [ClaimSummary]) -> String {
    let mut path = path.to_owned();
    let mut all = path.clone();
    let mut each = |visit: &mut dyn FnMut(&mut String)| {
        for claim in claims.iter_mut() {
            texts(claim, visit);
        }
    };
    each(&mut |text| {
        all.push('\n');
        all.push_str(text);
    });
    let clean = !show.finds(&all);
    let mut redact = |text: &mut String| {
        *text = if clean { one_line(text) } else { show.text(text) };
    };
    each(&mut redact);
    redact(&mut path);
    path
}

/// Every text of a claim that leaves.
fn texts(claim: &mut ClaimSummary, visit: &mut dyn FnMut(&mut String)) {
    let ClaimSummary { work_item, path, line: _, kind: _, text, stated, found, run, verdict: _, chain } =
        claim;
    [path, text, stated].into_iter().for_each(&mut *visit);
    [work_item, found, run].into_iter().flatten().for_each(&mut *visit);
    for step in chain {
        steps(step, visit);
    }
}

fn steps(step: &mut ChainNode, visit: &mut dyn FnMut(&mut String)) {
    visit(&mut step.text);
    step.place.iter_mut().for_each(&mut *visit);
    for below in &mut step.children {
        steps(below, visit);
    }
}
