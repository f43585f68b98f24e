//! How documents speak: the profile's words and patterns, read once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use regex::{RegexSet, RegexSetBuilder};

use super::DocumentsSpec;
use super::gates::Gate;
use super::pattern::Pattern;
use super::sentences::Sentence;
use super::surfaces::Malformed;
use crate::text::plain;

/// What a work item's status comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusClass {
    Done,
    Blocked,
    Open,
    /// A word that the profile does not know, or no status at all.
    Unknown,
}

impl StatusClass {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Blocked => "blocked",
            Self::Open => "open",
            Self::Unknown => "unknown",
        }
    }
}

/// The profile's patterns for documents.
#[derive(Debug)]
pub struct Documents {
    /// A work item's id, anywhere in a text.
    pub id: Pattern,
    /// The same in letters of any case.
    pub any_id: Pattern,
    /// The same at a text's beginning.
    pub first_id: Pattern,
    /// The same, and nothing else.
    pub only_id: Pattern,
    baseline: Option<Pattern>,
    /// In the order of the profile.
    sentences: Vec<Sentence>,
    gates: Vec<Gate>,
    passes: Vec<Pattern>,
    /// Words of which one is in a sentence that stands behind others; `None` where any may be.
    further: Option<AhoCorasick>,
    further_lead: Option<Pattern>,
    further_unless: Option<Pattern>,
    pub pass_unless: Pattern,
    /// A word that says of a run which the sentence names that it passed.
    pub pass_named: Option<Pattern>,
    /// What says that something passed, and not what.
    pub pass_lone: Option<Pattern>,
    pass_norm: Option<Pattern>,
    /// What says of the report that it shows what stands behind: a field's label and its value.
    pub report_shows: Option<Pattern>,
    value_unless: Option<Pattern>,
    pass_unless_sentence: Option<Pattern>,
    pass_aside: Option<Pattern>,
    pass_unless_behind: Option<Pattern>,
    pass_unless_followed: Option<Pattern>,
    citation_unless: Option<Pattern>,
    citation_unless_sentence: Option<Pattern>,
    citation_heading: Option<Pattern>,
    endpoint_configured: Vec<Pattern>,
    /// Sentences, gates, passes and configured endpoints, in that order, all at once; `None` where they are too many
    /// for that.
    told: Option<RegexSet>,
    statuses: HashMap<String, StatusClass>,
    labels: HashMap<String, Arc<str>>,
    /// Labels of two words or more, and the beginnings of fields' own names; `None` where they are too many for that.
    fields: Option<AhoCorasick>,
    /// The index of the condition that a phrase means.
    phrases: HashMap<String, usize>,
}

impl Documents {
    /// Reads what the profile says; its patterns are compiled when they are first asked for.
    ///
    /// # Errors
    /// A gate that waits for nothing the profile knows.
    pub(super) fn read(spec: &DocumentsSpec) -> Result<Self, Malformed> {
        let pattern = |text: &str| Pattern::new(text, &spec.fragments);
        let all = |patterns: &[String]| patterns.iter().map(|text| pattern(text)).collect::<Vec<_>>();
        let optional = |text: &Option<String>| text.as_deref().map(pattern);
        let sentences: Vec<_> =
            spec.sentence.iter().map(|it| Sentence::read(it, &spec.fragments)).collect();
        let gates = spec.gate.iter().map(|gate| Gate::read(gate, spec)).collect::<Result<Vec<_>, _>>()?;
        let passes = all(&spec.pass.patterns);
        let endpoint_configured = all(&spec.endpoint_configured);
        let told =
            sentences.iter().map(|sentence| &sentence.pattern).chain(gates.iter().map(|it| &it.pattern));
        let told = told.chain(&passes).chain(&endpoint_configured).map(Pattern::expression);
        let told = RegexSetBuilder::new(told).case_insensitive(true).build();
        let mut statuses = HashMap::new();
        for (words, class) in [
            (&spec.open, StatusClass::Open),
            (&spec.blocked, StatusClass::Blocked),
            (&spec.done, StatusClass::Done),
        ] {
            statuses.extend(words.iter().map(|word| (plain(word), class)));
        }
        let mut phrases = HashMap::new();
        for (at, condition) in spec.condition.iter().enumerate() {
            for words in condition.phrases.iter().chain([&condition.name]) {
                let words = plain(words.trim().trim_end_matches('.'));
                phrases.entry(phrase(&words).to_owned()).or_insert(at);
            }
        }
        let id = &spec.work_item;
        Ok(Self {
            id: Pattern::exact(format!(r"\b(?:{id})\b"), id),
            any_id: Pattern::exact(format!(r"(?i)\b(?:{id})\b"), id),
            first_id: Pattern::exact(format!(r"^(?:{id})\b"), id),
            only_id: Pattern::exact(format!("^(?:{id})$"), id),
            baseline: optional(&spec.baseline),
            sentences,
            gates,
            passes,
            further: words_of(&spec.further.words),
            further_lead: optional(&spec.further.lead),
            further_unless: optional(&spec.further.unless),
            pass_unless: pattern(&spec.pass.unless),
            pass_named: optional(&spec.pass.named),
            pass_lone: optional(&spec.pass.lone),
            pass_norm: optional(&spec.pass.norm),
            report_shows: optional(&spec.report_shows),
            value_unless: optional(&spec.value_unless),
            pass_unless_sentence: optional(&spec.pass.unless_sentence),
            pass_aside: optional(&spec.pass.aside),
            pass_unless_behind: optional(&spec.pass.unless_behind),
            citation_unless: optional(&spec.citation.unless),
            citation_unless_sentence: optional(&spec.citation.unless_sentence),
            citation_heading: optional(&spec.citation.heading),
            pass_unless_followed: optional(&spec.pass.unless_followed),
            endpoint_configured,
            told: told.ok(),
            statuses,
            fields: fields(spec.labels.keys()),
            labels: spec.labels.iter().map(|(label, to)| (plain(label), to.as_str().into())).collect(),
            phrases,
        })
    }

    /// Compiles every pattern.
    ///
    /// # Errors
    /// A pattern that is none, or a gate's that lacks a group.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        for gate in &self.gates {
            gate.check()?;
        }
        for sentence in &self.sentences {
            sentence.check()?;
        }
        let optional = [
            &self.baseline,
            &self.further_lead,
            &self.further_unless,
            &self.pass_named,
            &self.pass_lone,
            &self.pass_norm,
            &self.report_shows,
            &self.value_unless,
            &self.pass_unless_sentence,
            &self.pass_aside,
            &self.pass_unless_behind,
            &self.pass_unless_followed,
            &self.citation_unless,
            &self.citation_unless_sentence,
            &self.citation_heading,
        ];
        let others = [&self.id, &self.any_id, &self.first_id, &self.only_id, &self.pass_unless];
        let lists = self.passes.iter().chain(&self.endpoint_configured).chain(others).map(Some);
        let mut all = optional.into_iter().map(Option::as_ref).chain(lists).flatten();
        all.try_for_each(|pattern| pattern.check().map(drop))
    }

    /// Whether one of the profile's patterns may be in a text: most of a document has none, and is asked once.
    #[must_use]
    pub fn may_tell(&self, text: &str) -> bool {
        self.told.as_ref().is_none_or(|told| told.is_match(text))
    }

    /// Whether one of the profile's sentences may be in a text behind other words.
    #[must_use]
    pub fn may_go_on(&self, text: &str) -> bool {
        self.further.as_ref().is_none_or(|words| words.is_match(text))
    }

    /// Where the words end that a text begins with, and that say nothing of the sentence behind them.
    #[must_use]
    pub fn lead(&self, text: &str) -> Option<usize> {
        self.further_lead.as_ref()?.find(text).map(|found| found.end())
    }

    /// Whether words before a sentence, with the mark behind them, make it no word on the cited run.
    #[must_use]
    pub fn is_told_elsewhere(&self, before: &str) -> bool {
        matches(self.further_unless.as_ref(), before)
    }

    /// What a text says of the cited run: the number of the first sentence of the profile that it is.
    #[must_use]
    pub fn sentence(&self, text: &str) -> Option<usize> {
        let says = |it: &Sentence| it.says(text).is_some();
        self.told_in(text, 0, self.sentences.len()).find(|at| self.sentences.get(*at).is_some_and(says))
    }

    /// The sentence of the profile that has this number.
    #[must_use]
    pub fn sentence_at(&self, number: usize) -> Option<&Sentence> {
        self.sentences.get(number)
    }

    /// The gates whose patterns may be in a text.
    pub fn gates_in(&self, text: &str) -> impl Iterator<Item = &Gate> {
        let before = self.sentences.len();
        self.told_in(text, before, self.gates.len()).filter_map(|at| self.gates.get(at))
    }

    /// The patterns of passes that may be in a text.
    pub fn passes_in(&self, text: &str) -> impl Iterator<Item = &Pattern> {
        let before = self.sentences.len() + self.gates.len();
        self.told_in(text, before, self.passes.len()).filter_map(|at| self.passes.get(at))
    }

    /// The patterns of configured endpoints that may be in a text.
    pub fn endpoints_in(&self, text: &str) -> impl Iterator<Item = &Pattern> {
        let before = self.sentences.len() + self.gates.len() + self.passes.len();
        let count = self.endpoint_configured.len();
        self.told_in(text, before, count).filter_map(|at| self.endpoint_configured.get(at))
    }

    /// Which of so many patterns, behind so many others, may be in a text, counted from the first of them: where all
    /// can be asked at once, those that are.
    fn told_in(&self, text: &str, before: usize, count: usize) -> impl Iterator<Item = usize> {
        let told = self.told.as_ref().map(|told| told.matches(text));
        (0..count).filter(move |at| told.as_ref().is_none_or(|told| told.matched(before + at)))
    }

    /// Whether words before a claim deny it, or make a condition of it.
    #[must_use]
    pub fn takes_back(&self, before: &str) -> bool {
        self.pass_unless.is_match(before) || self.makes_a_condition(before)
    }

    /// Whether words before a claim, in its sentence, make a condition of it.
    #[must_use]
    pub fn makes_a_condition(&self, before: &str) -> bool {
        matches(self.pass_unless_sentence.as_ref(), before)
    }

    /// Whether the words around a claim make a norm of it, or a definition: "A run that passed must be cited."
    #[must_use]
    pub fn is_norm(&self, text: &str, claim: &Range<usize>) -> bool {
        let covers = |found: Range<usize>| found.start <= claim.start && claim.start < found.end;
        self.pass_norm.as_ref().is_some_and(|norm| norm.find_iter(text).any(|found| covers(found.range())))
    }

    /// Words before a claim, without those that sound like a denial of it and are none: "no doubt".
    #[must_use]
    pub fn without_asides<'t>(&self, before: &'t str) -> Cow<'t, str> {
        self.pass_aside.as_ref().map_or(Cow::Borrowed(before), |aside| aside.replace_all(before, ""))
    }

    /// Whether what stands right behind a claim takes it back: "proven invalid", "passed only if …".
    #[must_use]
    pub fn takes_back_behind(&self, behind: &str) -> bool {
        matches(self.pass_unless_behind.as_ref(), behind)
    }

    /// Whether a text says that the report shows something.
    #[must_use]
    pub fn shows_fields(&self, text: &str) -> bool {
        matches(self.report_shows.as_ref(), text)
    }

    /// Whether a further sentence behind a label's value takes that back.
    #[must_use]
    pub fn disowns_value(&self, sentence: &str) -> bool {
        matches(self.value_unless.as_ref(), sentence)
    }

    /// Whether a heading, or a table's cell, is the baseline's name, and no more.
    #[must_use]
    pub fn names_baseline(&self, text: &str) -> bool {
        matches(self.baseline.as_ref(), text.trim().trim_end_matches([':', '.']))
    }

    /// Whether an artifact line's label, or a remark behind its path, takes back the run that it names.
    #[must_use]
    pub fn disowns(&self, text: &str) -> bool {
        matches(self.citation_unless.as_ref(), text)
    }

    /// Whether a further sentence of an artifact line does so.
    #[must_use]
    pub fn disowns_run(&self, sentence: &str) -> bool {
        matches(self.citation_unless_sentence.as_ref(), sentence)
    }

    /// Whether a heading takes back what is cited below it.
    #[must_use]
    pub fn disowns_section(&self, heading: &str) -> bool {
        matches(self.citation_heading.as_ref(), heading)
    }

    /// Whether what stands behind a pass's word makes another word of it.
    #[must_use]
    pub fn is_another_word(&self, behind: &str) -> bool {
        matches(self.pass_unless_followed.as_ref(), behind)
    }

    /// What a status word means; case and white space do not count.
    #[must_use]
    pub fn status(&self, word: &str) -> StatusClass {
        self.statuses.get(&plain(word)).copied().unwrap_or(StatusClass::Unknown)
    }

    /// The pointer into the cited report that a label speaks of.
    #[must_use]
    pub fn label(&self, label: &str) -> Option<&Arc<str>> {
        self.label_named(&plain(label))
    }

    /// The same of a label in its plain form ([`plain`]). A field's own name means the same: `patch.sha256`.
    #[must_use]
    pub fn label_named(&self, label: &str) -> Option<&Arc<str>> {
        let is_name = label.contains(['_', '.']);
        let of_name = || self.labels.get(&label.replace(['_', '.'], " "));
        self.labels.get(label).or_else(|| is_name.then(of_name).flatten())
    }

    /// Whether a label, in its plain form, begins so.
    #[must_use]
    pub fn begins_a_label(&self, words: &str) -> bool {
        self.labels.keys().any(|label| label.starts_with(words))
    }

    /// Whether a label of two words or more may be in a text.
    #[must_use]
    pub fn may_name_a_field(&self, text: &str) -> bool {
        self.fields.as_ref().is_none_or(|fields| fields.is_match(text))
    }

    /// The index of the condition that a text names, and names alone: "no real pass evidence" names none.
    #[must_use]
    pub fn condition(&self, text: &str) -> Option<usize> {
        self.phrases.get(phrase(&plain(text.trim().trim_end_matches('.')))).copied()
    }
}

fn fields<'l>(labels: impl Iterator<Item = &'l String>) -> Option<AhoCorasick> {
    let mut all: Vec<String> =
        labels.map(|label| plain(label)).filter(|label| label.contains(' ')).collect();
    // Of a field's own name its first word and the mark behind it.
    let names: Vec<String> =
        all.iter().filter_map(|label| label.split(' ').next()).map(str::to_owned).collect();
    all.extend(names.iter().flat_map(|word| [format!("{word}_"), format!("{word}.")]));
    AhoCorasick::builder().ascii_case_insensitive(true).build(all).ok()
}

fn words_of(words: &[String]) -> Option<AhoCorasick> {
    let words = Some(words).filter(|words| !words.is_empty())?;
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
}

pub(super) fn matches(pattern: Option<&Pattern>, text: &str) -> bool {
    pattern.is_some_and(|pattern| pattern.is_match(text))
}

/// A condition's plain words without an article before them and a verb of being after them.
fn phrase(text: &str) -> &str {
    let text = ["a ", "an ", "the "].iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text);
    let verbs = [" exists", " exist", " is present", " is available", " is there", " is recorded"];
    verbs.iter().find_map(|verb| text.strip_suffix(verb)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::{HERMES_CASE, Profile};
    use super::*;

    #[test]
    fn words_compare_by_meaning() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        assert_eq!(documents.status("In  Progress"), StatusClass::Open);
        assert_eq!(documents.status("Validated"), StatusClass::Done);
        assert_eq!(documents.status("nearly done"), StatusClass::Unknown);
        assert_eq!(documents.label("report  Status").map(|pointer| &**pointer), Some("/status"));
        assert_eq!(documents.label("case_model").map(|pointer| &**pointer), Some("/case_model"));
        assert_eq!(documents.label("tests.passed").map(|pointer| &**pointer), Some("/tests/passed"));
        assert_eq!(documents.condition("A real stage 2 PASS report"), Some(0));
        assert_eq!(documents.condition("Real Case Stage 2 pass evidence exists."), Some(0));
        assert_eq!(documents.condition("no real Case Stage 2 pass evidence"), None);
    }

    #[test]
    fn every_field_of_a_report_has_a_label_and_its_own_name() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("schemas/report.schema.json")).expect("JSON");
        let labelled = |pointer: &str| documents.labels.values().any(|to| **to == *pointer);
        let mut fields = 0;
        let all = [&schema["properties"], &schema["else"]["properties"]];
        for (name, field) in all.into_iter().flat_map(|it| it.as_object().expect("fields")) {
            let inner = field["properties"].as_object();
            let names: Vec<String> = inner.map_or_else(
                || vec![name.clone()],
                |inner| inner.keys().map(|inner| format!("{name}.{inner}")).collect(),
            );
            for name in names.iter().filter(|name| !["status", "checks"].contains(&name.as_str())) {
                let pointer = format!("/{}", name.replace('.', "/"));
                assert!(labelled(&pointer), "{pointer}");
                assert_eq!(documents.label(name).map(|to| &**to), Some(&*pointer), "{name}");
                fields += 1;
            }
        }
        assert!(fields > 25, "{fields}");
    }

    #[test]
    fn what_one_pattern_matches_is_seen_by_all_at_once() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        let text = include_str!(
            "../../fixtures/documents/first-week/.sot/03-PROTOCOLS/CTO-CASE-SPARK-ENDPOINT-CONFIG-ISSUES.md"
        );
        let lines = text.lines().map(|line| line.trim_start_matches("- ").trim_end_matches('.'));
        let (mut told, mut silent) = (0, 0);
        for line in lines.flat_map(|line| [line.to_owned(), line.to_uppercase()]) {
            let gates = documents.gates.iter().map(|gate| &gate.pattern);
            let sentences = documents.sentences.iter().map(|sentence| &sentence.pattern);
            let others = [&documents.passes, &documents.endpoint_configured].into_iter().flatten();
            let mut each = gates.chain(sentences).chain(others);
            let any = each.any(|pattern| pattern.is_match(&line));
            assert_eq!(documents.may_tell(&line), any, "{line}");
            *(if any { &mut told } else { &mut silent }) += 1;
        }
        assert!(told > 4 && silent > 4, "{told} {silent}");
    }

    #[test]
    fn a_profile_needs_no_exceptions() {
        let bare = HERMES_CASE
            .lines()
            .filter(|line| !line.starts_with("unless_") && !line.starts_with("unless = '^"))
            .fold(String::new(), |text, line| text + line + "\n");
        assert!(bare.len() < HERMES_CASE.len());
        let profile = Profile::parse("p.toml", &bare).expect("sound");
        let documents = profile.documents().expect("patterns");
        assert!(documents.takes_back("The run did not ") && !documents.takes_back("If the run "));
        assert!(!documents.is_another_word(" the check"));
    }

    #[test]
    fn a_gate_on_an_unknown_condition_is_refused() {
        let text = HERMES_CASE.replace("condition = \"real Case", "condition = \"unreal Case");
        assert!(Profile::parse("p.toml", &text).expect_err("refused").to_string().contains("unreal"));
    }
}
