//! What a harness looks like, as data: its run directories, its surfaces, its route, its documents.
//!
//! The `hermes-case` profile is embedded; a file of the same form replaces it.

mod documents;
mod error;
mod gates;
mod pattern;
mod sentences;
mod surfaces;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

pub use documents::{Documents, StatusClass};
pub use error::ProfileError;
pub use sentences::Given;
pub use surfaces::{RunName, Surfaces};

use surfaces::Malformed;

use crate::text::{Span, io_reason};

/// The text of the profile that ships inside the binary.
pub const HERMES_CASE: &str = include_str!("hermes-case.toml");

/// A profile, checked and compiled.
#[derive(Debug)]
pub struct Profile {
    pub spec: Spec,
    pub surfaces: Surfaces,
    documents: OnceLock<Result<Documents, Malformed>>,
    /// What a reader opens to see the policy: the file's path, or `profile hermes-case`.
    pub path: String,
    /// The profile's own text: findings label the line of policy that was broken.
    pub text: Arc<str>,
}

/// The profile's file, field by field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    pub name: String,
    pub endpoint_variable: String,
    #[serde(default)]
    pub inputs: Vec<Input>,
    #[serde(default)]
    pub allow_aliases: Vec<String>,
    #[serde(default)]
    pub allow_shapes: Vec<String>,
    /// Target repositories that belong to the harness.
    #[serde(default)]
    pub targets: Vec<String>,
    pub run: RunSpec,
    pub surface: Vec<SurfaceSpec>,
    pub route: Route,
    pub agent_result: AgentResultSpec,
    pub documents: DocumentsSpec,
    pub condition: Vec<Condition>,
}

/// A proven pass has these conditions, each once; rules and verdicts know them by their numbers.
const CONDITIONS: std::ops::RangeInclusive<u8> = 1..=10;

impl Spec {
    /// A profile without one of them would prove what nobody asked for.
    fn check_conditions(&self) -> Result<(), Malformed> {
        let count = |number| self.condition.iter().filter(|condition| condition.number == number).count();
        let near = "[[condition]]".to_owned();
        if let Some(number) = CONDITIONS.clone().find(|number| count(*number) != 1) {
            let times = if count(number) == 0 { "is missing" } else { "stands twice" };
            return Err(Malformed { what: format!("condition {number} {times}"), near });
        }
        if let Some(other) = self.condition.iter().find(|condition| !CONDITIONS.contains(&condition.number))
        {
            return Err(Malformed { what: format!("there is no condition {}", other.number), near });
        }
        let is_known = |name: &String| self.surface.iter().any(|surface| surface.name == *name);
        let mut named = self.condition.iter().flat_map(|condition| &condition.surfaces);
        match named.find(|name| !is_known(name)) {
            Some(other) => {
                Err(Malformed { what: format!("there is no surface `{other}`"), near: other.clone() })
            }
            None => Ok(()),
        }
    }
}

/// Something that the caller has to give in the environment, beside the endpoint value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub name: String,
    pub kind: InputKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A file that exists.
    Path,
    /// One that can be started.
    Program,
    /// One that admits the route's provider and model, in the form of a run's admission.json.
    Admission,
    Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// A regular expression for a run directory's name, with the groups stamp, round, fixture, pid.
    pub directory: String,
    /// The `schema` of a report.
    pub schema: String,
    /// The file, in a run directory, that says that the endpoint was not configured.
    pub marker: String,
    pub real_model_stage: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceSpec {
    pub name: String,
    /// Globs relative to the run directory.
    pub patterns: Vec<String>,
}

/// The admitted model, and what must not stand in for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    pub provider: toml::Spanned<String>,
    pub model: toml::Spanned<String>,
    pub engine: toml::Spanned<String>,
    pub backend: toml::Spanned<String>,
    pub baseline_engine: toml::Spanned<String>,
    pub delegate: toml::Spanned<String>,
    pub fallback_providers: toml::Spanned<Vec<String>>,
    pub fallback_models: toml::Spanned<Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentResultSpec {
    pub start: String,
    pub end: String,
    pub statuses: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentsSpec {
    pub folder: String,
    pub classification: String,
    /// A regular expression for a work item's id.
    pub work_item: String,
    pub done: Vec<String>,
    pub blocked: Vec<String>,
    pub open: Vec<String>,
    /// A regular expression for what names the baseline: a heading above what is said of it, a table's cell.
    pub baseline: Option<String>,
    /// A regular expression for words, at a sentence's beginning, that say of the report that it shows what stands behind
    /// them: a field's label and its value.
    pub report_shows: Option<String>,
    /// A regular expression for a further sentence, behind a label's value, that takes that back.
    pub value_unless: Option<String>,
    /// A label and the pointer into the cited report that it speaks of.
    pub labels: BTreeMap<String, String>,
    /// What `{name}` stands for in the patterns below.
    #[serde(default)]
    pub fragments: BTreeMap<String, String>,
    pub sentence: Vec<Sentence>,
    #[serde(default)]
    pub further: FurtherSentences,
    pub gate: Vec<GateSentence>,
    pub pass: PassSentences,
    #[serde(default)]
    pub citation: CitationLines,
    /// Regular expressions over an item's text: it tells that an endpoint was configured.
    pub endpoint_configured: Vec<String>,
    pub condition: Vec<GateCondition>,
}

/// A sentence that makes work items wait.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateSentence {
    /// A regular expression with the group `items`, and, without `condition`, the group `conditions`.
    pub pattern: String,
    /// The name of the condition that is waited for, where the sentence does not name it.
    pub condition: Option<String>,
}

/// Where a sentence of the profile may stand behind words that claim nothing themselves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherSentences {
    /// Words, or beginnings of words, of which one is in each such sentence; without them any may be one.
    #[serde(default)]
    pub words: Vec<String>,
    /// Words before it, from the clause's beginning, that say nothing of it.
    pub lead: Option<String>,
    /// Words before it, with the mark that parts them from it, that make it no word on the cited run.
    pub unless: Option<String>,
}

/// How an artifact line takes back the run that it names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitationLines {
    /// In its label, or in a remark right behind the path.
    pub unless: Option<String>,
    /// In a further sentence of the line.
    pub unless_sentence: Option<String>,
    /// In the heading of the section around it.
    pub heading: Option<String>,
}

/// How a document says in prose that a run passed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassSentences {
    /// Regular expressions; the group `claim`, where there is one, is the word that makes the claim, and the
    /// group `items` names the work items that it is made for.
    pub patterns: Vec<String>,
    /// A word that says of a run which the sentence names that it passed; the group `claim` is that word.
    pub named: Option<String>,
    /// What says that something passed, and not what; the group `claim` is the word that does. What matches the group
    /// `what` says it.
    pub lone: Option<String>,
    /// Words around a claim that make a norm of it, or a definition.
    pub norm: Option<String>,
    /// Words before the claim, in its clause, that take it back: a negation, a wish.
    pub unless: String,
    /// Words before the claim, in its sentence, that make the whole of it a condition.
    pub unless_sentence: Option<String>,
    /// Words before the claim that sound like such ones and are none: they are left out first.
    pub aside: Option<String>,
    /// What, right behind a claim of any kind, takes it back.
    pub unless_behind: Option<String>,
    /// What, directly behind the claim, makes another word of it: who passed something has not passed.
    pub unless_followed: Option<String>,
}

/// A sentence that states something of the cited run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// A regular expression over the item's text, white space and code spans aside; case does not count.
    pub pattern: String,
    /// What, in the sentence, makes it speak of something else.
    pub unless: Option<String>,
    /// What the sentence states, in a word or two.
    pub stated: String,
    /// The pointer into the report that a contradiction is shown at.
    pub field: String,
    /// CEL over the cited run's evidence.
    pub require: String,
    /// What the pattern's groups give, by their names: pointers into the report, or the sum of several
    /// (`/tests/passed + /tests/failed`).
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// What a gate may wait for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateCondition {
    pub name: String,
    pub phrases: Vec<String>,
    /// CEL; holds if it holds of some cited run.
    pub require: String,
}

/// One of the conditions of a proven pass.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub number: u8,
    pub says: String,
    /// The surfaces that it is told from; all of them, where none is named. What of them was not read leaves it unknown.
    #[serde(default)]
    pub surfaces: Vec<String>,
}

impl Profile {
    /// The profile that ships inside the binary.
    ///
    /// # Errors
    /// None in a build whose tests passed; the type says what is wrong with an edited one.
    pub fn built_in() -> Result<Self, ProfileError> {
        Self::uncompiled("profile hermes-case", HERMES_CASE)
    }

    /// How documents speak; of the built-in profile read when the first document asks, for a run asks
    /// nothing of it.
    ///
    /// # Errors
    /// A gate that waits for nothing the profile knows.
    pub fn documents(&self) -> Result<&Documents, ProfileError> {
        let read = self.documents.get_or_init(|| Documents::read(&self.spec.documents));
        read.as_ref().map_err(|what| self.malformed(what.clone()))
    }

    /// Reads a profile from a file.
    ///
    /// # Errors
    /// An unreadable file, or what [`Profile::parse`] refuses.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let shown = crate::text::printable_path(path);
        let text = std::fs::read_to_string(path)
            .map_err(|error| ProfileError::Unreadable { path: shown.clone(), why: io_reason(&error) })?;
        Self::parse(&shown, &text)
    }

    /// Where a field of the route stands in the profile's text: `route.model`. `None` for a name that is
    /// no field of the route.
    #[must_use]
    pub fn place_of(&self, field: &str) -> Option<Span> {
        let route = &self.spec.route;
        let range = match field.strip_prefix("route.")? {
            "provider" => route.provider.span(),
            "model" => route.model.span(),
            "engine" => route.engine.span(),
            "backend" => route.backend.span(),
            "baseline_engine" => route.baseline_engine.span(),
            "delegate" => route.delegate.span(),
            "fallback_providers" => route.fallback_providers.span(),
            "fallback_models" => route.fallback_models.span(),
            _ => return None,
        };
        Some(Span::of(range))
    }

    /// Checks and compiles a profile's text.
    ///
    /// # Errors
    /// TOML faults, unknown fields, patterns that are none: each with its place.
    pub fn parse(path: &str, text: &str) -> Result<Self, ProfileError> {
        let profile = Self::uncompiled(path, text)?;
        profile.documents()?.check().map_err(|what| profile.malformed(what))?;
        profile.spec.check_conditions().map_err(|what| profile.malformed(what))?;
        Ok(profile)
    }

    fn malformed(&self, what: Malformed) -> ProfileError {
        ProfileError::malformed(&self.path, &self.text, what)
    }

    fn uncompiled(path: &str, text: &str) -> Result<Self, ProfileError> {
        let spec: Spec = toml::from_str(text).map_err(|error| ProfileError::toml(path, text, &error))?;
        let surfaces =
            Surfaces::compile(&spec).map_err(|what| ProfileError::malformed(path, text, what))?;
        let (path, text) = (path.to_owned(), Arc::from(text));
        Ok(Self { spec, surfaces, documents: OnceLock::new(), path, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_profile_is_sound_and_has_ten_conditions() {
        let profile = Profile::built_in().expect("sound");
        let numbers: Vec<_> = profile.spec.condition.iter().map(|c| c.number).collect();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
        assert_eq!(profile.spec.route.model.get_ref(), "qwen3.6-35b-a3b");
    }

    #[test]
    fn a_profile_asks_for_every_condition_of_a_proven_pass() {
        let nine = HERMES_CASE.find("number = 9").expect("there");
        let start = HERMES_CASE[..nine].rfind("[[condition]]").expect("there");
        let end = nine + HERMES_CASE[nine..].find("[[condition]]").expect("there");
        let without = [&HERMES_CASE[..start], &HERMES_CASE[end..]].concat();
        for (text, why) in [
            (without.as_str(), "condition 9 is missing"),
            (&HERMES_CASE.replace("number = 9", "number = 8"), "condition 8 stands twice"),
            (&HERMES_CASE.replace("number = 10", "number = 11"), "condition 10 is missing"),
            (
                &HERMES_CASE.replace("[\"report\", \"tests\"]", "[\"report\", \"texts\"]"),
                "there is no surface `texts`",
            ),
        ] {
            let error = Profile::parse("p.toml", text).expect_err("refused").to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_at_its_place() {
        let text = HERMES_CASE.replace("marker =", "marken =");
        let error = Profile::parse("p.toml", &text).expect_err("refused");
        assert!(error.to_string().contains("marken"), "{error}");
    }

    #[test]
    fn a_pattern_that_is_none_is_told_with_its_key_its_place_and_its_reason() {
        let spec = Profile::built_in().expect("sound").spec;
        for (value, key) in [
            (&spec.documents.work_item, "documents.work_item"),
            (&spec.run.directory, "run.directory"),
            (&spec.documents.pass.patterns[0], "documents.pass.patterns"),
        ] {
            let at = HERMES_CASE.find(value.as_str()).expect("written as it is read");
            let text = [&HERMES_CASE[..at], "[", &HERMES_CASE[at + value.len()..]].concat();
            let error = Profile::parse("p.toml", &text).expect_err("refused");
            let says = format!("`{key}`: no regular expression: unclosed character class");
            assert!(error.to_string().contains(&says), "{error}");
            let ProfileError::Malformed { at: place, .. } = &error else { panic!("{error:?}") };
            assert_eq!(place.offset() + 1, at, "{key}");
        }
    }
}
