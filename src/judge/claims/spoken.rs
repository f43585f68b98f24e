//! What a sentence that says that a run passed says of that run itself: its name, its stage, its model.
//!
//! "Run B passed" below a citation of run A is no claim of A, and "the Stage 3 run passed" is not shown by a run
//! at stage 2. The words before the claim say whose pass it is; where they leave a thing open, the words right
//! after it may say it. What stands behind a comma, a conjunction or a negation speaks of something else.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::decide::{Found, field};
use super::index::Opened;
use crate::collect::sot::{SotDocument, Statement, StatementKind};
use crate::evidence::Node;
use crate::profile::{Documents, Profile};

/// The words of a sentence around its claim.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoken<'t> {
    before: &'t str,
    after: &'t str,
}

/// Where the words after a claim begin to speak of something else.
static ELSEWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "but|so|while|after|since|than|then|unlike|like|instead|rather|because";
    Regex::new(&format!(r"(?i)^\s*and\b|[,;]|\.\s|\s[-–—]\s|\b(?:{words})\b")).ok()
});

/// "stage 3", "Stages 2 and 3", "stage-3".
static STAGES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bstages?[\s_-]*(\d+(?:(?:\s*,\s*|\s+and\s+|\s+or\s+|\s*[/&]\s*)\d+)*)\b").ok()
});

impl<'t> Spoken<'t> {
    /// The words around the claim of a sentence that says that a run passed; of another statement there are none.
    pub fn of(statement: &'t Statement, documents: &Documents) -> Option<Self> {
        match &statement.kind {
            StatementKind::Pass { claim, .. } => Some(Self::around(&statement.said.text, claim, documents)),
            _ => None,
        }
    }

    fn around(text: &'t str, claim: &Range<usize>, documents: &Documents) -> Self {
        let before = text.get(..claim.start).unwrap_or_default();
        let begins = [". ", "; "].iter().filter_map(|end| before.rfind(end)).max().map_or(0, |at| at + 2);
        let after = text.get(claim.end..).unwrap_or_default();
        let ends = ELSEWHERE.as_ref().and_then(|elsewhere| elsewhere.find(after));
        let ends =
            [ends, documents.pass_unless.find(after)].into_iter().flatten().map(|end| end.start()).min();
        Self {
            before: before.get(begins..).unwrap_or_default(),
            after: after.get(..ends.unwrap_or(after.len())).unwrap_or_default(),
        }
    }

    /// What is named of a kind: before the claim, else after it.
    fn named<T>(self, of: impl Fn(&'t str) -> Vec<T>) -> Vec<T> {
        let before = of(self.before);
        if before.is_empty() { of(self.after) } else { before }
    }

    /// The names of run directories.
    pub fn runs(self, profile: &Profile) -> Vec<&'t str> {
        let part = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        self.named(|text| {
            let words = text.split(part).map(|word| word.trim_matches('.'));
            words.filter(|word| profile.surfaces.run_name(word).is_some()).collect()
        })
    }

    /// What it says of a run that the run's report does not: another stage, a model that the route does not admit.
    pub fn otherwise<'a>(self, facts: &'a Opened<'a>, profile: &Profile) -> Option<Found<'a>> {
        let (stage, place) = field(facts, "/stage");
        let stage = stage.and_then(Node::as_i64);
        if let Some(other) = self.named(stages).into_iter().find(|other| Some(*other) != stage) {
            let stage = stage.map_or_else(|| "unknown".to_owned(), |stage| stage.to_string());
            return Some(Found { text: format!("stage {stage}, not {other}"), place });
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

fn stages(text: &str) -> Vec<i64> {
    let found = STAGES.as_ref().map(|stages| stages.captures_iter(text).filter_map(|found| found.get(1)));
    let numbers =
        found.into_iter().flatten().flat_map(|found| found.as_str().split(|c: char| !c.is_ascii_digit()));
    // A number that is too large for a stage is another one than any run's.
    numbers.filter(|number| !number.is_empty()).map(|number| number.parse().unwrap_or(i64::MAX)).collect()
}

/// Whether a text holds a name as a word of its own: `anthropic`, and not `non-anthropic`.
fn names_it(text: &str, name: &str) -> bool {
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
pub(super) fn runs_named<'d>(document: &'d SotDocument, profile: &Profile) -> Vec<&'d str> {
    let Ok(documents) = profile.documents() else { return Vec::new() };
    let spoken = document.statements.iter().filter_map(|statement| Spoken::of(statement, documents));
    spoken.flat_map(|spoken| spoken.runs(profile)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "20260602T141533Z-r2-string-slugify-184227";

    fn passed<'t>(text: &'t str, documents: &Documents) -> Spoken<'t> {
        let claim = text.find("passed").expect("a claim");
        Spoken::around(text, &(claim..claim + "passed".len()), documents)
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
            ("The Stage 2 run passed".to_owned(), false),
        ] {
            let expected: &[&str] = if named { &[A] } else { &[] };
            assert_eq!(passed(&text, documents).runs(&profile), expected, "{text}");
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
