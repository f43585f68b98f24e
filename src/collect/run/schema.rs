//! The shapes of a run's artifacts, as JSON Schema, compiled once for all runs.
//!
//! A message says what was wanted, never what stands there: the value may be the endpoint's.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{PatternOptions, Validator};

use crate::evidence::{Node, Pointer};
use crate::text::Place;

/// An artifact that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    Report,
    Admission,
    Tests,
    Argv,
    Manifest,
}

/// A value that does not fit, or an object that lacks something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Misfit {
    pub pointer: String,
    pub message: String,
    pub place: Option<Place>,
}

/// A schema that is compiled when an artifact is first held against it.
type Compiled = LazyLock<Option<Validator>>;

static REPORT: Compiled =
    LazyLock::new(|| compile(include_str!("../../profile/schemas/report.schema.json")));
static ADMISSION: Compiled =
    LazyLock::new(|| compile(include_str!("../../profile/schemas/admission.schema.json")));
static TESTS: Compiled = LazyLock::new(|| compile(include_str!("../../profile/schemas/tests.schema.json")));
static ARGV: Compiled = LazyLock::new(|| compile(include_str!("../../profile/schemas/argv.schema.json")));
static MANIFEST: Compiled =
    LazyLock::new(|| compile(include_str!("../../profile/schemas/manifest.schema.json")));

fn compile(text: &str) -> Option<Validator> {
    let schema = serde_json::from_str(text).ok()?;
    // The patterns look at nothing around them, so the engine without backtracking can read them.
    jsonschema::options().with_pattern_options(PatternOptions::regex()).build(&schema).ok()
}

impl Schema {
    fn validator(self) -> Option<&'static Validator> {
        match self {
            Self::Report => REPORT.as_ref(),
            Self::Admission => ADMISSION.as_ref(),
            Self::Tests => TESTS.as_ref(),
            Self::Argv => ARGV.as_ref(),
            Self::Manifest => MANIFEST.as_ref(),
        }
    }

    /// What of the artifact does not fit; `None` where this build has no sound schema for it, which its
    /// tests rule out.
    pub(super) fn misfits(self, artifact: &Node) -> Option<Vec<Misfit>> {
        let validator = self.validator()?;
        let json = artifact.to_json();
        if validator.is_valid(&json) {
            return Some(Vec::new());
        }
        let misfit = |error: jsonschema::ValidationError<'_>| {
            let pointer = error.instance_path().as_str().to_owned();
            let place = artifact.resolve(&Pointer::parse(&pointer)).0.place;
            Misfit { message: wanted(error.kind()), pointer, place }
        };
        Some(validator.iter_errors(&json).map(misfit).collect())
    }
}

fn wanted(kind: &ValidationErrorKind) -> String {
    match kind {
        ValidationErrorKind::Required { property } => {
            format!("lacks `{}`", property.as_str().unwrap_or("a field"))
        }
        ValidationErrorKind::Type { kind: TypeKind::Single(kind) } => format!("is no {kind}"),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(kinds) } => {
            let kinds: Vec<_> = kinds.iter().map(jsonschema::JsonType::as_str).collect();
            format!("is none of: {}", kinds.join(", "))
        }
        ValidationErrorKind::Enum { options } => format!("is none of {options}"),
        ValidationErrorKind::Constant { expected_value } => format!("is not {expected_value}"),
        ValidationErrorKind::Pattern { pattern } => format!("does not match `{pattern}`"),
        ValidationErrorKind::Minimum { limit } => format!("is less than {limit}"),
        ValidationErrorKind::MinLength { .. } => "is empty".to_owned(),
        other => format!("breaks `{}`", other.keyword()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::json::{Base, parse};
    use crate::text::SourceId;

    fn misfits(schema: Schema, text: &str) -> Vec<(String, String, u64)> {
        let node = parse(text.as_bytes(), Base::whole(SourceId(0))).expect("JSON").node;
        let misfits = schema.misfits(&node).expect("a sound schema");
        misfits.into_iter().map(|m| (m.pointer, m.message, m.place.expect("placed").span.start)).collect()
    }

    #[test]
    fn every_schema_compiles() {
        for schema in [Schema::Report, Schema::Admission, Schema::Tests, Schema::Argv, Schema::Manifest] {
            assert!(schema.validator().is_some(), "{schema:?}");
        }
    }

    #[test]
    fn a_missing_key_is_told_at_the_object_that_lacks_it() {
        let found = misfits(Schema::Tests, r#" {"status": "pass", "passed": 4}"#);
        assert_eq!(found, [(String::new(), "lacks `failed`".to_owned(), 1)]);
    }

    #[test]
    fn a_wrong_value_is_told_at_its_bytes_and_not_repeated() {
        let found = misfits(
            Schema::Admission,
            r#"{"provider": 7, "model": "m", "status": "http://100.101.102.103:8000/v1"}"#,
        );
        let told: Vec<_> = found.iter().map(|(p, m, at)| (p.as_str(), m.as_str(), *at)).collect();
        assert!(told.contains(&("/provider", "is no string", 13)), "{told:?}");
        assert!(told.iter().all(|(_, message, _)| !message.contains("100.101")), "{told:?}");
    }

    #[test]
    fn a_validator_needs_its_checks_and_no_run_fields() {
        let text = r#"{"schema": "harness-evidence/1", "kind": "validator", "run_id": "r", "command": "c",
            "status": "pass", "started_at": "2026-06-01T02:25:35Z", "finished_at": "2026-06-01T02:25:36Z"}"#;
        let found = misfits(Schema::Report, text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].1, "lacks `checks`");
    }
}
