//! How documents speak: the profile's words and patterns, compiled once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::DocumentsSpec;
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
    pub id: Regex,
    /// The same at a text's beginning.
    pub first_id: Regex,
    /// The same, and nothing else.
    pub only_id: Regex,
    /// In the order of the profile.
    pub sentences: Vec<Sentence>,
    pub gates: Vec<Gate>,
    pub passes: Vec<Regex>,
    pub pass_unless: Regex,
    pass_unless_sentence: Option<Regex>,
    pass_aside: Option<Regex>,
    pass_unless_behind: Option<Regex>,
    pass_unless_followed: Option<Regex>,
    citation_unless: Option<Regex>,
    citation_unless_sentence: Option<Regex>,
    pub endpoint_configured: Vec<Regex>,
    /// Sentences, gates, passes and configured endpoints, all at once; `None` where they are too many for that.
    told: Option<RegexSet>,
    statuses: HashMap<String, StatusClass>,
    labels: HashMap<String, Arc<str>>,
    /// Labels of two words or more, and the beginnings of fields' own names; `None` where they are too many for that.
    fields: Option<AhoCorasick>,
    /// The index of the condition that a phrase means.
    phrases: HashMap<String, usize>,
}

#[derive(Debug)]
pub struct Sentence {
    pub pattern: Regex,
    unless: Option<Regex>,
}

impl Sentence {
    /// Whether a text says this of the cited run.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.pattern.is_match(text) && !matches(self.unless.as_ref(), text)
    }
}

#[derive(Debug)]
pub struct Gate {
    pub pattern: Regex,
    /// The index of the condition that the sentence itself stands for.
    pub condition: Option<usize>,
}

impl Documents {
    pub(super) fn compile(spec: &DocumentsSpec) -> Result<Self, Malformed> {
        let all =
            |patterns: &[String]| patterns.iter().map(|text| pattern(text)).collect::<Result<Vec<_>, _>>();
        let gate_patterns = spec.gate.iter().map(|gate| &gate.pattern);
        let told = spec.sentence.iter().map(|sentence| &sentence.pattern).chain(gate_patterns);
        let told = told.chain(&spec.pass.patterns).chain(&spec.endpoint_configured);
        let told =
            RegexSetBuilder::new(told.map(|text| with_plain_bounds(text))).case_insensitive(true).build();
        let sentences = spec.sentence.iter().map(|sentence| {
            Ok(Sentence {
                pattern: pattern(&sentence.pattern)?,
                unless: optional(sentence.unless.as_ref())?,
            })
        });
        let sentences = sentences.collect::<Result<_, _>>()?;
        let gates = spec.gate.iter().map(|gate| compile_gate(gate, spec)).collect::<Result<_, _>>()?;
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
        Ok(Self {
            id: exact(&format!(r"\b(?:{})\b", spec.work_item), &spec.work_item)?,
            first_id: exact(&format!(r"^(?:{})\b", spec.work_item), &spec.work_item)?,
            only_id: exact(&format!("^(?:{})$", spec.work_item), &spec.work_item)?,
            sentences,
            gates,
            passes: all(&spec.pass.patterns)?,
            pass_unless: pattern(&spec.pass.unless)?,
            pass_unless_sentence: optional(spec.pass.unless_sentence.as_ref())?,
            pass_aside: optional(spec.pass.aside.as_ref())?,
            pass_unless_behind: optional(spec.pass.unless_behind.as_ref())?,
            citation_unless: optional(spec.citation.unless.as_ref())?,
            citation_unless_sentence: optional(spec.citation.unless_sentence.as_ref())?,
            pass_unless_followed: optional(spec.pass.unless_followed.as_ref())?,
            endpoint_configured: all(&spec.endpoint_configured)?,
            told: told.ok(),
            statuses,
            fields: fields(spec.labels.keys()),
            labels: spec.labels.iter().map(|(label, to)| (plain(label), to.as_str().into())).collect(),
            phrases,
        })
    }

    /// Whether one of the profile's patterns may be in a text: most of a document has none, and is asked once.
    #[must_use]
    pub fn may_tell(&self, text: &str) -> bool {
        self.told.as_ref().is_none_or(|told| told.is_match(text))
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

fn compile_gate(gate: &super::GateSentence, spec: &DocumentsSpec) -> Result<Gate, Malformed> {
    let malformed = |what: String| Malformed { what, near: gate.pattern.clone() };
    let pattern = pattern(&gate.pattern)?;
    let has = |group: &str| pattern.capture_names().flatten().any(|name| name == group);
    if !has("items") {
        return Err(malformed("a gate's `pattern` has no group named `items`".to_owned()));
    }
    let condition = match &gate.condition {
        None if has("conditions") => None,
        None => {
            return Err(malformed(
                "a gate names neither `condition` nor the group `conditions`".to_owned(),
            ));
        }
        Some(name) => Some(
            spec.condition
                .iter()
                .position(|condition| condition.name == *name)
                .ok_or_else(|| malformed(format!("no condition is named `{name}`")))?,
        ),
    };
    Ok(Gate { pattern, condition })
}

fn matches(pattern: Option<&Regex>, text: &str) -> bool {
    pattern.is_some_and(|pattern| pattern.is_match(text))
}

fn optional(text: Option<&String>) -> Result<Option<Regex>, Malformed> {
    text.map(|text| pattern(text)).transpose()
}

fn exact(text: &str, near: &str) -> Result<Regex, Malformed> {
    Regex::new(text).map_err(|error| Malformed::no_pattern(&error, near))
}

/// A pattern whose word boundaries are those of ASCII, where it names no other letters: with those of Unicode any dash or
/// quote in a text would cost a much slower search.
fn with_plain_bounds(text: &str) -> Cow<'_, str> {
    if !text.contains(r"\b") || text.contains(|c: char| !c.is_ascii() && c.is_alphanumeric()) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 64);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = if c == '\\' { rest.next() } else { None };
        if escaped == Some('b') && rest.peek() != Some(&'{') {
            plain.push_str(r"(?-u:\b)");
        } else {
            plain.push(c);
            plain.extend(escaped);
        }
    }
    plain.into()
}

fn pattern(text: &str) -> Result<Regex, Malformed> {
    let built = RegexBuilder::new(&with_plain_bounds(text)).case_insensitive(true).build();
    built.map_err(|error| Malformed::no_pattern(&error, text))
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
    fn word_boundaries_are_plain_where_they_may_be() {
        for (text, plain) in [
            (r"\brun\b", r"(?-u:\b)run(?-u:\b)"),
            (r"\b[“”]\d", r"(?-u:\b)[“”]\d"),
            (r"\\b\b{start}", r"\\b\b{start}"),
            (r"\bprüfung\b", r"\bprüfung\b"),
        ] {
            assert_eq!(with_plain_bounds(text), plain);
        }
        let run = pattern(r"\b(?:run|läufe)\b").expect("a pattern");
        assert!(run.is_match("– run –") && run.is_match("“läufe”") && !run.is_match("läufer"));
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
