//! The sentences that the profile knows: gates, passes, configured endpoints, conditions.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Match, Regex};

use super::front_matter::unadorned;
use super::lines::part_of;
use super::marks;
use super::model::{GateCondition, Pass, Said, StatementKind, family};
use super::ranges;
use super::words::Words;
use crate::profile::{Documents, StatusClass};
use crate::text::{Shared, pattern, plain};

/// A sentence that makes work items wait, with what they wait for.
pub(super) fn gate(words: &Words<'_>, documents: &Documents) -> Option<(StatementKind, Whose)> {
    let text = bare(words.text);
    let (gate, found) =
        documents.gates_in(text).find_map(|gate| Some((gate, gate.pattern.captures(text)?)))?;
    let named = found.name("items").map_or(0..0, |items| items.range());
    // "CTO-WORK-001 need not be blocked until …" holds nothing back.
    let last = text.get(named.clone()).and_then(|named| named.rsplit(' ').next()).unwrap_or_default();
    if DENIED.iter().any(|word| last.eq_ignore_ascii_case(word))
        || last.ends_with("n't")
        || last.ends_with("n’t")
    {
        return None;
    }
    let items: Box<[Shared]> = ranges::items(words, named.clone(), documents).into();
    let whose = match text.get(named).map(plain) {
        _ if !items.is_empty() => Whose::Named,
        Some(named) if OWN.contains(&named.as_str()) => Whose::Own,
        _ => Whose::Nobodys,
    };
    let conditions = match (gate.condition, found.name("conditions")) {
        (Some(condition), _) => {
            let said = Said { text: words.kept(0..text.len()), span: words.span(0..text.len()) };
            [GateCondition { said, condition: Some(condition), items: Box::default() }].into()
        }
        (None, Some(conditions)) => parts(conditions.as_str())
            .map(|(start, part)| {
                let start = conditions.start() + start;
                let at = start..start + part.len();
                let said = Said { text: words.kept(at.clone()), span: words.span(at.clone()) };
                let part = words.part(at);
                let items = items_to_be_done(&part, documents);
                GateCondition { condition: documents.condition(part.text), said, items }
            })
            .collect(),
        (None, None) => Box::default(),
    };
    Some((StatementKind::Gate { items, conditions }, whose))
}

/// Which items a gate holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Named,
    /// The one that it stands in.
    Own,
    /// Nobody can tell.
    Nobodys,
}

/// Words that deny what stands behind them.
const DENIED: [&str; 4] = ["not", "never", "cannot", "longer"];

/// Words for the item that a sentence stands in, and none at all.
const OWN: [&str; 4] = ["", "this item", "this work item", "the work item"];

/// The work items of "CTO-WORK-029 is done", and of an id alone, as in "CTO-WORK-029 and CTO-WORK-030 are done".
fn items_to_be_done(part: &Words<'_>, documents: &Documents) -> Box<[Shared]> {
    const VERBS: [&str; 13] = [
        "is", "are", "was", "were", "be", "has", "have", "been", "gets", "becomes", "finally", "itself",
        "marked",
    ];
    let ids = ranges::items(part, 0..part.text.len(), documents);
    let mut named = ranges::in_any_case(part.text, documents);
    let Some(first) = named.next() else { return Box::default() };
    let last = named.last().unwrap_or(first.clone());
    let article = plain(part.text.get(..first.start).unwrap_or_default());
    let behind = part.text.get(last.end..).unwrap_or_default();
    let mut words = behind.trim().trim_start_matches(['(', ':']).trim_start();
    while let Some((_, rest)) = words.split_once(' ').filter(|(word, _)| VERBS.contains(word)) {
        words = rest.trim_start();
    }
    let is_done =
        words.is_empty() || documents.status(unadorned(words)) == StatusClass::Done || words == "finished";
    let alone =
        matches!(article.trim(), "" | "both" | "all of" | "item" | "work item" | "the" | "the work item");
    if is_done && alone { ids.into() } else { Box::default() }
}

/// A sentence without its last full stop.
pub(super) fn bare(text: &str) -> &str {
    text.trim_end_matches(['.', '!']).trim_end()
}

/// What stands between `and`s and commas, with its offset.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = text.len() - rest.len();
        let cut = marks::first_of(rest, &[", and ", " and ", ", ", "; "]);
        let (part, after) = match cut {
            Some((at, len)) => (rest.get(..at)?, rest.get(at + len..)?),
            None => (rest, ""),
        };
        rest = after;
        Some((start, part))
    })
    .filter(|(_, part)| !part.trim().is_empty())
}

/// The sentences of a text.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr3_iter(b'.', b'!', b'?', rest.as_bytes()).find(|at| {
            let (before, behind) = rest.split_at_checked(*at).unwrap_or_default();
            behind.get(1..2) == Some(" ") && !is_shortened(before)
        });
        let sentence = from..from + end.map_or(rest.len(), |at| at + 1);
        from = sentence.end;
        let spaces = rest.len() - rest.trim_start().len();
        Some(sentence.start + spaces..sentence.end)
    })
    .filter(|sentence| !sentence.is_empty())
}

/// Whether the full stop behind this text ends a word and no sentence: `e.g.`, `vs.`
fn is_shortened(text: &str) -> bool {
    let word = text.rsplit([' ', '(']).next().unwrap_or_default();
    word.contains('.') && word.len() < 5
        || matches!(word, "vs" | "etc" | "cf" | "approx" | "ca" | "no" | "No")
}

/// What stands between the semicolons of a sentence.
pub(super) fn clauses(text: &str, sentence: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let words = text.get(sentence).unwrap_or_default();
    words.split("; ").map(move |clause| part_of(text, clause))
}

/// Whether one of the profile's patterns is in a text.
pub(super) fn may_tell(text: &str, documents: &Documents) -> bool {
    sentences(text).any(|sentence| {
        let words = bare(text.get(sentence.clone()).unwrap_or_default());
        let tells = |clause: Range<usize>| documents.may_tell(bare(text.get(clause).unwrap_or_default()));
        documents.may_tell(words) || words.contains("; ") && clauses(text, sentence).any(tells)
    })
}

/// Every claim of a sentence that a run passed, that it validates work items, or that these are done; it begins
/// `from` bytes behind the statement's beginning.
pub(super) fn passes(text: &str, from: usize, documents: &Documents) -> Vec<Pass> {
    passes_of(text, from, documents, &|_| false)
}

/// The same, with items whose ids are written in another case, where they are meant.
pub(super) fn passes_of(
    text: &str,
    from: usize,
    documents: &Documents,
    is_meant: &dyn Fn(&str) -> bool,
) -> Vec<Pass> {
    let mut all: Vec<Pass> = Vec::new();
    for pattern in documents.passes_in(text) {
        let (mut next, mut count) = (0, 0);
        while let Some(found) = pattern.captures_at(text, next) {
            let Some(whole) = found.get(0) else { break };
            let claim = found.name("claim").map_or(whole.end()..whole.end(), |claim| claim.range());
            let goes_on = claim.end > next;
            next = claim.end;
            let by_other = found.name("no_run").map(|other| other.as_str().into());
            let said = pass(text, claim, found.name("items"), pattern, documents);
            let meant = |id: &str| text.contains(family(id)) || is_meant(id);
            let said = said.filter(|said| said.items.iter().all(|id| meant(id)));
            all.extend(said.map(|said| Pass { by_other, ..said }));
            count += 1;
            if !goes_on || count > MOST {
                break;
            }
        }
    }
    all.sort_by_key(|pass| pass.claim.start);
    all.dedup_by(|again, first| {
        let same = again.claim.start < first.claim.end.max(first.claim.start + 1);
        if same && first.items.is_empty() {
            // "The run shows that CTO-WORK-016 was proven": of the run, and of the item.
            first.by_run = true;
            first.items = std::mem::take(&mut again.items);
        }
        same
    });
    let mut before = 0;
    for pass in &mut all {
        pass.from = from + before;
        before = pass.claim.end;
        pass.claim = from + pass.claim.start..from + pass.claim.end;
    }
    all
}

/// What one match of a pattern claims, unless its words take it back.
pub(super) fn pass(
    text: &str,
    claim: Range<usize>,
    named: Option<Match<'_>>,
    pattern: &Regex,
    documents: &Documents,
) -> Option<Pass> {
    let behind = text.get(claim.end..)?;
    let names_none_behind = named.is_none_or(|named| named.end() <= claim.start);
    let other = names_none_behind
        && (documents.is_another_word(behind) || is_handed_over(text.get(..claim.end)?, behind));
    let around = text.floor_char_boundary(claim.start.saturating_sub(AROUND));
    let near = text.get(around..text.ceil_char_boundary(claim.end + AROUND))?;
    let moved = claim.start - around..claim.end - around;
    if other || documents.is_norm(near, &moved) || is_taken_back(text, &claim, pattern, documents) {
        return None;
    }
    let Some(named) = named else { return Some(Pass { claim, ..Pass::default() }) };
    let by_run = named.start() >= claim.end;
    let items: Box<[Shared]> = if by_run {
        let ends = [documents.pass_unless.find(named.as_str()), ELSEWHERE.find(named.as_str())];
        let end = ends.into_iter().flatten().map(|end| end.start()).min().unwrap_or(named.len());
        ranges::ids(named.as_str().get(..end)?, documents)
    } else {
        listed_before(text.get(..named.end())?, documents)
    };
    (!items.is_empty()).then(|| Pass {
        by_run: by_run || behind.starts_with(" by "),
        items,
        claim,
        ..Pass::default()
    })
}

/// Whether what is said to have passed went somewhere, or was passed by somebody: "The run was passed on by hand",
/// "The run passed through the validator."
fn is_handed_over(text: &str, behind: &str) -> bool {
    const BE: [&str; 7] = ["was", "were", "is", "are", "be", "been", "being"];
    const BY: [&str; 11] =
        ["on", "by", "via", "from", "down", "back", "in", "up", "forward", "over", "around"];
    const WAYS: [&str; 6] = ["on", "over", "back", "along", "down", "up"];
    const TO: [&str; 5] = ["to", "into", "onto", "through", "along"];
    let mut said = text.rsplit(' ');
    if !said.next().is_some_and(|word| matches!(word, "passed" | "passes")) {
        return false;
    }
    let mut words = behind.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (how, further) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut before = text.rsplit(' ').skip(2);
    let stage = before.next().is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let is_stage = stage && before.next().is_some_and(|word| word.eq_ignore_ascii_case("stage"));
    let by_somebody = !is_stage && said.next().is_some_and(|word| BE.contains(&word)) && BY.contains(&how);
    let goes_on = behind.starts_with(' ');
    goes_on && (by_somebody || TO.contains(&how) || WAYS.contains(&how) && TO.contains(&further))
}

/// The ids that a text ends in, of which the last ones are listed: `A, B and C`.
fn listed_before(text: &str, documents: &Documents) -> Box<[Shared]> {
    let mut ids: Vec<Range<usize>> = ranges::in_any_case(text, documents).collect();
    let is_listed = |pair: &[Range<usize>]| {
        let between = text.get(pair[0].end..pair[1].start).unwrap_or_default();
        matches!(between.trim(), "," | "and" | ", and" | "&" | "/" | "as well as" | "or" | ", or")
    };
    let broken = ids.windows(2).rposition(|pair| !is_listed(pair));
    ids.drain(..broken.map_or(0, |at| at + 1));
    let id = |at: Range<usize>| Some(Shared::from(text.get(at)?.to_ascii_uppercase().as_str()));
    ids.into_iter().filter_map(id).collect()
}

/// Where the items that a run validates end, and something else is said of others.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    let words = "but|so|while|after|since|than|then|unlike|because|which|validate[sd]?|completes|unblocks\
                 |remains?|stays?|is|are|was|were";
    pattern(&format!(r"(?i)\b(?:{words})\b"))
});

/// No more matches of a pattern are looked at in a sentence: so many claims are too many.
const MOST: usize = 60;

/// No further is looked, in bytes, before a claim and behind it: a sentence is shorter.
const AROUND: usize = 2_000;

/// Whether a claim is taken back: by what stands right behind it, by words of a condition before it in the
/// sentence, or by others in its own clause.
fn is_taken_back(text: &str, claim: &Range<usize>, pattern: &Regex, documents: &Documents) -> bool {
    if documents.takes_back_behind(text.get(claim.end..).unwrap_or_default()) {
        return true;
    }
    let from = text.floor_char_boundary(claim.start.saturating_sub(AROUND));
    let before = without_brackets(text.get(from..claim.start).unwrap_or_default());
    let before = documents.without_asides(&before);
    let to = text.ceil_char_boundary(claim.end + AROUND);
    let rest = text.get(claim.start..to).unwrap_or_default();
    // Whether words before the claim make it without those before them.
    let alone = |clause: &str| {
        let found = pattern
            .captures(&format!("{clause}{rest}"))
            .map(|found| found.name("claim").is_none_or(|claim| claim.start() == clause.len()));
        found.unwrap_or(false)
    };
    let before = behind_contrast(&before).filter(|clause| alone(clause)).unwrap_or(&before);
    if documents.makes_a_condition(before) {
        return true;
    }
    let colon = before.rfind(": ").map_or(0, |at| at + 1);
    if colon > 0 && before.get(colon..).is_some_and(|between| between.trim().is_empty()) {
        // "Baseline run: passed": what is said to have passed stands before the colon.
        return documents.takes_back(&before.replace(": ", " "));
    }
    let before = before.get(colon..).unwrap_or_default();
    let parts: Vec<&str> = before.split([',', ';']).collect();
    let Some((last, earlier)) = parts.split_last() else { return false };
    if earlier.is_empty() || alone(last) {
        let own = behind_and(last, documents).filter(|clause| alone(clause));
        return documents.takes_back(own.unwrap_or(last));
    }
    // "The run has not, as we hoped, passed": what is between commas is put in, and what is before them counts.
    match earlier {
        [.., subject, _inserted] => documents.takes_back(&format!("{subject}{last}")),
        _ => documents.takes_back(before),
    }
}

/// What stands behind the last word that begins another clause.
fn behind_contrast(text: &str) -> Option<&str> {
    let words = [" but ", " while ", " whereas "];
    text.get(words.iter().filter_map(|word| Some(text.rfind(word)? + word.len())).max()?..)
}

/// What stands behind the last `and`, where a clause of its own stands before it: "No errors occurred and the run
/// …", and not "No first and second run …".
fn behind_and<'t>(text: &'t str, documents: &Documents) -> Option<&'t str> {
    let (before, behind) = text.rsplit_once(" and ")?;
    let denied = before.rsplit_once(" that ").is_some_and(|(before, _)| documents.takes_back(before));
    let words: Vec<&str> = before.split_whitespace().collect();
    let has_verb = words.windows(2).any(|two| {
        let [first, word] = [two.first(), two.last()].map(|word| word.copied().unwrap_or_default());
        let noun =
            ["no", "any", "a", "an", "the"].iter().any(|article| first.eq_ignore_ascii_case(article));
        VERBS.contains(&word) || word.len() > 4 && word.ends_with("ed") && !noun
    });
    (has_verb && !denied).then_some(behind)
}

const VERBS: [&str; 12] =
    ["is", "are", "was", "were", "has", "have", "had", "does", "did", "ran", "began", "went"];

/// A text without what stands in round brackets.
fn without_brackets(text: &str) -> Cow<'_, str> {
    if !text.contains('(') {
        return text.into();
    }
    let mut depth = 0_usize;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(outside).collect::<String>().into()
}

pub(super) fn tells_of_endpoint(text: &str, documents: &Documents) -> bool {
    let text = bare(text);
    documents.endpoints_in(text).any(|pattern| {
        pattern
            .find(text)
            .is_some_and(|found| !documents.takes_back(text.get(..found.end()).unwrap_or_default()))
    })
}
