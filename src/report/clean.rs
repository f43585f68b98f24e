//! What comes from evidence may not speak to a terminal, break a line or reorder it.
//!
//! Control characters (escape sequences begin with one), direction marks, invisible characters and line
//! separators are spelled out as in a Rust string. Messages, paths and chains are one line; excerpts,
//! help and pages keep their line breaks and tabs. What would command a CI runner is left to `runner`: that
//! depends on what the text is written in.

use std::borrow::Cow;
use std::sync::Arc;

use crate::finding::{Excerpt, Finding, Location, Related};
use crate::judge::{Chain, ChainNode, ClaimSummary, Outcome};
use crate::text::speaks;

/// Whether bytes are printable ASCII, as most of what is shown is: seen without taking it apart.
fn is_plain(text: &str) -> bool {
    text.as_bytes().iter().fold(true, |plain, byte| plain & (b' '..=b'~').contains(byte))
}

fn spell(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let foreign = |c: char| speaks(c) && !keep(c);
    if is_plain(text) || !text.contains(foreign) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if foreign(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// One line of text: nothing in it speaks, and it has no line break.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    spell(text, |_| false)
}

/// Text that may have lines: nothing in it speaks but `\n` and `\t`.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    spell(text, |c| c == '\n' || c == '\t')
}

/// The same outcome, fit to be shown.
#[must_use]
pub fn clean(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    one_line(&mut outcome.profile);
    for run in &mut outcome.runs {
        one_line(&mut run.id);
        one_line(&mut run.path);
        for condition in &mut run.conditions {
            one_line(&mut condition.says);
            condition.because.iter_mut().for_each(one_line);
        }
    }
    outcome.documents.iter_mut().for_each(|document| one_line(&mut document.path));
    if outcome.claims.iter().any(claim_speaks) {
        Arc::make_mut(&mut outcome.claims).iter_mut().for_each(clean_claim);
    }
    outcome.findings.iter_mut().for_each(clean_finding);
    for waived in &mut outcome.waived {
        clean_finding(&mut waived.finding);
        one_line(&mut waived.reason);
    }
    for gap in &mut outcome.gaps {
        if gap.path.is_empty() {
            // The audited root itself.
            ".".clone_into(&mut gap.path);
        }
        one_line(&mut gap.path);
        gap.surface.iter_mut().for_each(one_line);
        one_line(&mut gap.why);
    }
    for rule in &mut outcome.rules {
        one_line(&mut rule.summary);
        one_line(&mut rule.url);
        lines(&mut rule.help);
        lines(&mut rule.page);
    }
    outcome.forms.iter_mut().for_each(one_line);
    outcome
}

fn replace(field: &mut String, cleaned: impl Fn(&str) -> Cow<'_, str>) {
    if let Cow::Owned(new) = cleaned(field) {
        *field = new;
    }
}

fn one_line(field: &mut String) {
    replace(field, line);
}

fn lines(field: &mut String) {
    replace(field, text);
}

/// Whether anything in a claim has to be spelled out. There may be hundreds of thousands of claims, and hardly
/// ever has one: they are copied only then.
fn claim_speaks(claim: &ClaimSummary) -> bool {
    let texts = [&claim.path, &claim.text, &claim.stated];
    let more = [&claim.work_item, &claim.found, &claim.run].into_iter().flatten();
    texts.into_iter().chain(more).any(|text| speaks_in(text))
        || match &claim.chain {
            Chain::Steps(steps) => steps.iter().any(step_speaks),
            Chain::Reported { place, .. } => place.as_ref().is_some_and(|(path, _)| speaks_in(path)),
        }
}

fn speaks_in(text: &str) -> bool {
    matches!(line(text), Cow::Owned(_))
}

fn step_speaks(step: &ChainNode) -> bool {
    speaks_in(&step.text)
        || step.place.as_deref().is_some_and(speaks_in)
        || step.children.iter().any(step_speaks)
}

fn clean_claim(claim: &mut ClaimSummary) {
    for text in [&mut claim.path, &mut claim.text, &mut claim.stated] {
        shared_line(text);
    }
    for text in [&mut claim.work_item, &mut claim.found, &mut claim.run] {
        text.iter_mut().for_each(shared_line);
    }
    match &mut claim.chain {
        Chain::Steps(steps) => steps.iter_mut().for_each(clean_step),
        Chain::Reported { place, .. } => place.iter_mut().for_each(|(path, _)| shared_line(path)),
    }
}

fn shared_line(field: &mut Arc<str>) {
    if let Cow::Owned(new) = line(field) {
        *field = new.into();
    }
}

/// The steps of a cleaned claim. Those that are spelled out only now are cleaned now: what each part says
/// by itself is not all that they say together.
pub(super) fn steps(claim: &ClaimSummary) -> Cow<'_, [ChainNode]> {
    let mut steps = claim.steps();
    if let Cow::Owned(steps) = &mut steps {
        steps.iter_mut().for_each(clean_step);
    }
    steps
}

fn clean_step(step: &mut ChainNode) {
    one_line(&mut step.text);
    step.place.iter_mut().for_each(one_line);
    step.children.iter_mut().for_each(clean_step);
}

fn clean_finding(finding: &mut Finding) {
    one_line(&mut finding.message);
    lines(&mut finding.help);
    one_line(&mut finding.subject);
    finding.label.iter_mut().for_each(one_line);
    finding.form.iter_mut().for_each(one_line);
    clean_location(&mut finding.location);
    finding.excerpt.iter_mut().for_each(clean_excerpt);
    for Related { location, message, excerpt } in finding.related.iter_mut().chain(&mut finding.policy) {
        clean_location(location);
        if message.is_empty() {
            "and here".clone_into(message);
        }
        one_line(message);
        excerpt.iter_mut().for_each(clean_excerpt);
    }
}

fn clean_location(location: &mut Location) {
    one_line(&mut location.path);
    for field in [&mut location.surface, &mut location.commit, &mut location.object] {
        field.iter_mut().for_each(one_line);
    }
    location.container.iter_mut().for_each(one_line);
}

/// Cleans an excerpt's text and moves its mark along; a mark that does not fit the text is cut to it.
fn clean_excerpt(excerpt: &mut Excerpt) {
    let start = boundary(&excerpt.text, excerpt.mark.start);
    let end = boundary(&excerpt.text, excerpt.mark.end).max(start);
    let (before, rest) = excerpt.text.split_at(start);
    let (marked, after) = rest.split_at(end - start);
    let (before, marked, after) = (text(before), text(marked), text(after));
    excerpt.mark = before.len()..before.len() + marked.len();
    excerpt.text = [before, marked, after].concat();
}

/// The offset, or the next one before it at which a character begins.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_is_spelled_out() {
        assert_eq!(
            line("a\u{1b}[31m\nb\u{202e}c\u{9b}d\u{e0041}"),
            "a\\u{1b}[31m\\nb\\u{202e}c\\u{9b}d\\u{e0041}"
        );
        assert_eq!(text("a\tb\nc\rd"), "a\tb\nc\\rd");
        assert_eq!(text("a\n  ::error::x"), "a\n  ::error::x");
        assert_eq!(line("a\u{3164}b\u{34f}c"), "a\\u{3164}b\\u{34f}c");
        assert!(matches!(line("plain – ‹endpoint› ü ✔\u{fe0f}"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_mark_moves_with_the_text() {
        let mut excerpt = Excerpt {
            first_line: 1,
            first_column: 0,
            text: "\u{1b}x\u{202e}=1\u{7}".to_owned(),
            mark: 1..6,
        };
        clean_excerpt(&mut excerpt);
        assert_eq!(excerpt.text, "\\u{1b}x\\u{202e}=1\\u{7}");
        assert_eq!(&excerpt.text[excerpt.mark.clone()], "x\\u{202e}=");
        let mut broken = Excerpt { first_line: 1, first_column: 0, text: "ü".to_owned(), mark: 1..99 };
        clean_excerpt(&mut broken);
        assert_eq!(broken.mark, 0..2);
    }
}
