//! What a sentence that says that a run passed says of that run itself: its name, its stage, its model.
//!
//! "Run B passed" below a citation of run A is no claim of A, and "the Stage 3 run passed" is not shown by a run
//! at stage 2. The words before the claim say whose pass it is; where they leave a thing open, the words right
//! after it may say it. What stands behind a comma, a conjunction or a negation speaks of something else.

use std::sync::LazyLock;

use regex::Regex;

use super::decide::Found;
use super::fields::field;
use super::index::Opened;
use super::strays::denies_pass;
use super::subject::is_beside;
use crate::collect::sot::{NUMBERS, NamedRun, Pass, SotDocument, stages};
use crate::evidence::Node;
use crate::profile::{Documents, Profile};
use crate::text::pattern;

/// The words of a sentence around one of its claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoken<'t> {
    before: &'t str,
    after: &'t str,
    /// Who else did: `run B` of "Run A passed, as did run B".
    also: &'t str,
    /// All of the sentence behind the claim.
    behind: &'t str,
    /// The run that a link before the claim, or right behind it, leads to.
    linked: Option<&'t str>,
}

/// Where the words after a claim begin to speak of something else.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    let words =
        "but|so|while|after|since|than|then|unlike|like|instead|rather|because|as (?:did|does|has|well)";
    pattern(&format!(r"(?i)^\s*and\b|[,;]|\.\s|\s[-–—]\s|\b(?:{words})\b"))
});

/// A run that is said to be no fake one: it is one at the real-model stage.
static REAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\breal[\s-]+(?:case|model|qwen)\b"));

/// What stands behind a claim and makes it for others as well: "…, as did run B", "… and run B too".
static ALSO: LazyLock<Regex> = LazyLock::new(|| {
    let did = r"(?:as|so)\s+(?:did|does|do|has|have)\s+(?P<did>[^,;]+)";
    let word = concat!(
        r"(?:the|a|an|also|too|did|likewise|well|as|with|of|at|in|and|runs?|retr(?:y|ies)|attempts?|loop|evaluations?",
        r"|stages?|first|second|third|last|other|next|one|two|three|four|five|\d+|[a-z0-9]+(?:-[a-z0-9]+)+|[`(]?[\w./-]*\d{8}T\d{6}Z[\w./-]*[`)]?)"
    );
    let bare = format!(
        r"(?:and|as\s+well\s+as|together\s+with|along\s+with|like)\s+(?P<bare>{word}(?:,?\s+{word})*)"
    );
    pattern(&format!(r"(?i)^\s*[,;]?\s*(?:and\s+)?(?:{did}|{bare}[.!\s]*$)"))
});

/// Where a clause begins inside a sentence, and what an earlier one has to say for that: how something ended.
static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:[,:]\s+(?:(?:and|but|so|then|while|whereas|yet)\s+)?|\s(?:and|but|while|whereas|yet|then)\s+)",
    )
});
static ENDED: LazyLock<Regex> = LazyLock::new(|| {
    let words =
        "failed|fails|blocked|broke|crashed|ended|finished|timed out|stopped|was|were|is|are|had|has|did";
    pattern(&format!(r"(?i)\b(?:{words})\b"))
});
static RUN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:runs?|retry|retries|attempts?|evaluations?|loop|stages?)\b"));

/// Several runs at once: "both runs", "all of the runs", "the runs"; but not some of them.
static SEVERAL: LazyLock<Regex> = LazyLock::new(|| {
    let runs = "(?:runs|retries|attempts|evaluations)";
    let each = r"(?:each|every)\s+(?:one\s+)?(?:of\s+)?(?:\w+\s+){0,3}?(?:runs?|retry|retries|attempts?|evaluations?)";
    pattern(&format!(r"(?i)\b(?:(?:both|all|two|three|four|five|\d+)\b[^,;]*?\b)?(?:{each}|{runs})\b"))
});
static SOME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:some|most|many|few|several|half|either|any|(?:one|two|three|\d+)\s+(?:out\s+)?of)\b")
});

/// Bytes around a claim that are looked at: a sentence is shorter.
const AROUND: usize = 2_000;

impl<'t> Spoken<'t> {
    /// The words around a claim of a pass in a statement's text, and the runs that links in them lead to.
    pub fn of(text: &'t str, pass: &Pass, runs: &'t [NamedRun], documents: &Documents) -> Self {
        let from = text.floor_char_boundary(pass.from.max(pass.claim.start.saturating_sub(AROUND)));
        let before = text.get(from..pass.claim.start).unwrap_or_default();
        let to = text.floor_char_boundary(pass.claim.end.saturating_add(AROUND).min(text.len()));
        let after = text.get(pass.claim.end..to).unwrap_or_default();
        let ends = ELSEWHERE.find(after);
        let ends =
            [ends, documents.pass_unless.find(after)].into_iter().flatten().map(|end| end.start()).min();
        let also = ALSO.captures(after);
        let also =
            also.and_then(|also| also.name("did").or(also.name("bare"))).map_or("", |who| who.as_str());
        let behind = after;
        let before = own_clause(before);
        let after = after.get(..ends.unwrap_or(after.len())).unwrap_or_default();
        let (from, to) = (pass.claim.start.saturating_sub(before.len()), pass.claim.end + after.len());
        let is_near = |named: &NamedRun| {
            let between = text.get(pass.claim.end..named.at).unwrap_or_default();
            named.at < to || is_filling(between)
        };
        let own = |named: &&NamedRun| named.linked && named.at >= from && !is_beside(text, named);
        let linked = runs.iter().filter(own).find(|named| is_near(named)).map(|named| &*named.run);
        let also = if documents.takes_back(also) { "" } else { also };
        Self { before, after, also, behind, linked }
    }

    /// What is named of a kind: before the claim, else after it; and of those who did so as well.
    fn named<T>(self, of: impl Fn(&'t str) -> Vec<T>) -> Vec<T> {
        let mut named = self.named_first(&of);
        named.extend(of(self.also));
        named
    }

    fn named_first<T>(self, of: impl Fn(&'t str) -> Vec<T>) -> Vec<T> {
        let before = of(self.before);
        if before.is_empty() { of(self.after) } else { before }
    }

    /// The names of run directories, and whether the run that is cited is meant beside them.
    pub fn runs(self, profile: &Profile) -> (Vec<&'t str>, bool) {
        let names = |text: &'t str| profile.surfaces.run_names(text).collect::<Vec<_>>();
        let mut first = self.named_first(names);
        if first.is_empty() {
            first.extend(self.linked.or_else(|| named_behind(self.behind, names)));
        }
        let is_open = first.is_empty();
        first.extend(names(self.also));
        (first, is_open)
    }

    /// How many runs it speaks of at least, where it speaks of all that are cited, and not of some of them.
    pub fn several(self) -> Option<usize> {
        let found = SEVERAL.find(self.before)?;
        if SOME.is_match(self.before) || !stages(self.before).is_empty() {
            return None;
        }
        let number = |word: &str| match word {
            "both" => Some(2),
            word => NUMBERS.iter().position(|number| *number == word).or_else(|| word.parse().ok()),
        };
        let words = found.as_str().to_lowercase();
        Some(words.split(|c: char| !c.is_alphanumeric()).filter_map(number).max().unwrap_or(1))
    }

    /// The words that may pick one of several runs.
    pub fn words(self) -> [&'t str; 2] {
        [self.before, self.after]
    }

    /// What it says of a run that the run's report does not: another stage or fixture, a model that the route does
    /// not admit. `fixtures` are those of the runs that are known, `own` those of the runs that it speaks of.
    pub fn otherwise<'a>(
        self,
        facts: &'a Opened<'a>,
        profile: &Profile,
        fixtures: &[String],
        own: &[String],
    ) -> Option<Found<'a>> {
        let (stage, place) = field(facts, "/stage");
        let stage = stage.and_then(Node::as_i64);
        let mut named = self.named(stages);
        if named.is_empty() && REAL.is_match(self.before) {
            named.push(profile.spec.run.real_model_stage);
        }
        if let Some(other) = named.into_iter().find(|other| Some(*other) != stage) {
            return Some(Found { text: stage_not(stage, other), place });
        }
        let baseline = profile.spec.route.baseline_engine.get_ref();
        let backend = facts.report_word("backend").filter(|it| !it.eq_ignore_ascii_case(baseline));
        if let Some(backend) = backend.filter(|_| is_of_engine(self.before, baseline)) {
            let text = format!("backend {backend}, not {baseline}");
            return Some(Found { text, place: field(facts, "/backend").1 });
        }
        // A name of one word may be a word that means something else.
        let of = |text: &str| fixtures.iter().filter(|it| it.contains('-') && names_it(text, it)).collect();
        if let Some(other) = self.named(of).into_iter().find(|named| !own.contains(named)) {
            let text = format!("fixture {}, not {other}", own.join(", "));
            return Some(Found { text, place: field(facts, "/run_id").1 });
        }
        if let Some((text, pointer)) = denies_pass(self.behind, facts) {
            return Some(Found { text, place: field(facts, pointer).1 });
        }
        let route = &profile.spec.route;
        let fallbacks = [
            ("model", "case_model", route.fallback_models.get_ref()),
            ("provider", "case_model_provider", route.fallback_providers.get_ref()),
        ];
        fallbacks.into_iter().find_map(|(what, key, names)| {
            let of = |text: &str| names.iter().filter(|name| names_it(text, name)).collect();
            let other = self.named(of).into_iter().next()?;
            let used = facts.report_word(key).unwrap_or("unknown");
            let place = field(facts, &format!("/{key}")).1;
            Some(Found { text: format!("{what} {used}, not {other}"), place })
        })
    }
}

/// Words between a claim and the run that it is made for: "…, see X", "… - X".
const FILLING: [&str; 26] = [
    "see",
    "cf",
    "in",
    "as",
    "by",
    "at",
    "under",
    "run",
    "the",
    "its",
    "artifact",
    "artifacts",
    "directory",
    "report",
    "evidence",
    "recorded",
    "shown",
    "proven",
    "per",
    "of",
    "from",
    "here",
    "also",
    "this",
    "that",
    "is",
];

fn is_filling(between: &str) -> bool {
    let mut words = between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| FILLING.iter().any(|filling| word.eq_ignore_ascii_case(filling)))
}

/// The run that is named right behind a claim, where no clause of its own speaks of it.
fn named_behind<'t>(behind: &'t str, names: impl Fn(&'t str) -> Vec<&'t str>) -> Option<&'t str> {
    let run = names(behind).into_iter().next()?;
    let at = behind.find(run)?;
    let path = behind.get(..at)?.rfind([' ', '(', '[']).map_or(0, |at| at + 1);
    let named = NamedRun { at, run: run.into(), linked: false };
    (is_filling(behind.get(..path)?) && !is_beside(behind, &named)).then_some(run)
}

/// The clause that a claim ends: "Run A failed, but run B " speaks of run B.
fn own_clause(before: &str) -> &str {
    let begins = [". ", "; "].iter().filter_map(|end| before.rfind(end)).max().map_or(0, |at| at + 2);
    let before = before.get(begins..).unwrap_or_default();
    if !ENDED.is_match(before) {
        return before;
    }
    let parted = CLAUSE.find_iter(before).filter_map(|mark| before.split_at_checked(mark.end()));
    let own = parted.filter(|(earlier, own)| ENDED.is_match(earlier) && RUN.is_match(own)).last();
    own.map_or(before, |(_, own)| own)
}

/// What a report says of its stage, beside the one that was meant.
pub(super) fn stage_not(stage: Option<i64>, other: i64) -> String {
    let stage = stage.map_or_else(|| "unknown".to_owned(), |stage| stage.to_string());
    format!("stage {stage}, not {other}")
}

/// Words that may stand between the name of an engine and its run: "fake engine Stage 2 run".
const OF_ENGINE: [&str; 5] = ["engine", "backend", "stage", "case", "harness"];

/// Whether the run that a text speaks of last is said to be that engine's: "the fake run", "the fake Stage 2 run".
fn is_of_engine(text: &str, engine: &str) -> bool {
    let Some(run) = RUN.find_iter(text).last() else { return false };
    let before = text.get(..run.start()).unwrap_or_default();
    let word = before.rsplit([' ', '-']).map(|word| word.trim_matches('`')).find(|word| {
        let between = OF_ENGINE.iter().any(|it| word.eq_ignore_ascii_case(it));
        !(word.is_empty() || between || word.bytes().all(|byte| byte.is_ascii_digit()))
    });
    word.is_some_and(|word| word.eq_ignore_ascii_case(engine))
}

/// Whether a text holds a name as a word of its own: `anthropic`, and not `non-anthropic`.
pub(super) fn names_it(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty()
        && text.match_indices(&name).any(|(at, found)| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + found.len()..).unwrap_or_default();
            !before.ends_with(part) && !after.starts_with(part)
        })
}

/// The runs that a document's own sentences name: they are at hand when these are judged, cited or not.
pub(super) fn runs_named(document: &SotDocument) -> impl Iterator<Item = &str> {
    document.statements.iter().flat_map(|statement| statement.runs.iter().map(|named| &*named.run))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "20260602T141533Z-r2-string-slugify-184227";

    fn passed<'t>(text: &'t str, documents: &Documents) -> Spoken<'t> {
        let claim = text.find("passed").expect("a claim");
        let pass = Pass { claim: claim..claim + "passed".len(), ..Pass::default() };
        Spoken::of(text, &pass, &[], documents)
    }

    #[test]
    fn a_sentence_names_the_run_that_it_speaks_of() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        for (text, named) in [
            (format!("Run {A} passed"), true),
            (format!("Run `/x/{A}/` passed").replace('`', ""), true),
            (format!("The run passed: /runs/{A}/report.json"), true),
            (format!("The run ({A}) has passed"), true),
            (format!("The run passed, after {A} had failed"), false),
            (format!("The run passed after {A} had failed"), false),
            (format!("Run {A} was made first; the Stage 2 run passed"), false),
            (format!("Run {A}0.bak passed"), false),
            (format!("The run passed, {A}"), true),
            (format!("The run passed - {A}"), true),
            (format!("The run passed, see /runs/{A}/report.json"), true),
            (format!("The run passed, and {A} failed"), false),
            (format!("The run passed, unlike {A}"), false),
            (format!("The run passed; so did {A}"), true),
            ("The Stage 2 run passed".to_owned(), false),
        ] {
            let expected: &[&str] = if named { &[A] } else { &[] };
            assert_eq!(passed(&text, documents).runs(&profile).0, expected, "{text}");
        }
    }

    #[test]
    fn stages_are_those_that_the_claim_is_made_for() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        for (text, named) in [
            ("The Stage 3 run passed", vec![3]),
            ("The run passed at stage 3", vec![3]),
            ("The stage-3 run passed", vec![3]),
            ("The runs of Stages 2, 3 and 4 passed", vec![2, 3, 4]),
            ("The Stage 2 run passed, so Stage 3 may begin", vec![2]),
            ("The run passed, so Stage 3 may begin", vec![]),
            ("The run passed with no word of Stage 3", vec![]),
            ("The run passed and Stage 3 begins", vec![]),
            ("The run passed at Stage 2 and Stage 3", vec![2, 3]),
            ("The Stage 99999999999999999999 run passed", vec![i64::MAX]),
        ] {
            assert_eq!(passed(text, documents).named(stages), named, "{text}");
        }
    }

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert!(names_it("the Claude-Sonnet-4-6 run", "claude-sonnet-4-6"));
        assert!(names_it("the anthropic/claude-sonnet-4-6 run", "anthropic"));
        assert!(!names_it("the non-anthropic run", "anthropic"));
        assert!(!names_it("the anthropic-free run", "anthropic"));
    }
}
