//! The statement: in-toto Statement v1 (github.com/in-toto/attestation, spec/v1/statement.md) with a
//! predicate of our own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::judge::RunSummary;

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://counterfoil.dev/run-verdict/v1";

/// A statement about one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<File>,
    #[serde(rename = "predicateType")]
    predicate_kind: String,
    pub predicate: Sealed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct File {
    /// Relative to the run directory, with `/`.
    name: String,
    digest: Digests,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Digests {
    sha256: String,
}

/// What is stated of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    pub run: String,
    pub verdict: String,
    pub profile: String,
    /// Whether the endpoint value was at hand when the run was judged.
    pub value_known: bool,
    pub tool: Tool,
    /// The ten conditions of a proven pass: number, words, state.
    pub conditions: Vec<SealedCondition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCondition {
    pub number: u8,
    pub says: String,
    pub state: String,
}

/// What a run's files are now, against what was sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    Missing(String),
    Added(String),
    Changed(String),
}

/// Bytes that are no statement of ours.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    #[error("it is no statement: {0}")]
    Malformed(String),
    #[error("it is a statement of another kind: {0}")]
    OtherKind(String),
    #[error("it states two digests of {0}")]
    Twice(String),
}

impl Statement {
    /// `files` maps each file of the run to its SHA-256, as 64 hexadecimal digits.
    #[must_use]
    pub fn new(
        run: &RunSummary,
        files: &BTreeMap<String, String>,
        profile: &str,
        value_known: bool,
    ) -> Self {
        let file = |(name, sha256): (&String, &String)| File {
            name: name.clone(),
            digest: Digests { sha256: sha256.clone() },
        };
        let conditions = run.conditions.iter().map(|condition| SealedCondition {
            number: condition.number,
            says: condition.says.clone(),
            state: condition.state.as_str().to_owned(),
        });
        Self {
            kind: STATEMENT.to_owned(),
            subject: files.iter().map(file).collect(),
            predicate_kind: PREDICATE.to_owned(),
            predicate: Sealed {
                run: run.id.clone(),
                verdict: run.verdict.as_str().to_owned(),
                profile: profile.to_owned(),
                value_known,
                tool: Tool {
                    name: env!("CARGO_PKG_NAME").to_owned(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                },
                conditions: conditions.collect(),
            },
        }
    }

    /// The bytes that are signed and written: the same statement gives the same bytes.
    ///
    /// # Errors
    /// None that is known; the writer's type allows for one.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| StatementError::Malformed(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// # Errors
    /// Bytes that are no JSON of this form, statements of another kind, and those that name a file twice: one of
    /// its digests would be checked by nobody.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        let statement: Self =
            serde_json::from_slice(bytes).map_err(|error| StatementError::Malformed(error.to_string()))?;
        if statement.kind != STATEMENT {
            return Err(StatementError::OtherKind(statement.kind));
        }
        if statement.predicate_kind != PREDICATE {
            return Err(StatementError::OtherKind(statement.predicate_kind));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = statement.subject.iter().find(|file| !names.insert(file.name.as_str())) {
            return Err(StatementError::Twice(twice.name.clone()));
        }
        Ok(statement)
    }

    /// How many files are sealed.
    #[must_use]
    pub fn files(&self) -> usize {
        self.subject.len()
    }

    /// Every file that is not what was sealed.
    #[must_use]
    pub fn differences(&self, files: &BTreeMap<String, String>) -> Vec<Difference> {
        let sealed: BTreeMap<&str, &str> =
            self.subject.iter().map(|file| (file.name.as_str(), file.digest.sha256.as_str())).collect();
        let mut differences = Vec::new();
        for (name, sha256) in &sealed {
            match files.get(*name) {
                None => differences.push(Difference::Missing((*name).to_owned())),
                Some(now) if now != sha256 => differences.push(Difference::Changed((*name).to_owned())),
                Some(_) => {}
            }
        }
        let added = files.keys().filter(|name| !sealed.contains_key(name.as_str()));
        differences.extend(added.map(|name| Difference::Added(name.clone())));
        differences.sort();
        differences
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name} was sealed and is gone"),
            Self::Added(name) => write!(f, "{name} was not there when the run was sealed"),
            Self::Changed(name) => write!(f, "{name} is not the file that was sealed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::RunVerdict;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect()
    }

    fn statement() -> Statement {
        let run = RunSummary {
            id: "r".to_owned(),
            path: ".".to_owned(),
            verdict: RunVerdict::Proven,
            conditions: Vec::new(),
            cited_only: false,
        };
        Statement::new(&run, &files(&[("a", "1"), ("b", "2")]), "hermes-case", true)
    }

    #[test]
    fn a_statement_comes_back_as_it_went() {
        let statement = statement();
        let bytes = statement.to_bytes().expect("written");
        assert_eq!(Statement::parse(&bytes).expect("read"), statement);
        let other = String::from_utf8(bytes).expect("text").replace("run-verdict/v1", "run-verdict/v9");
        assert!(matches!(Statement::parse(other.as_bytes()), Err(StatementError::OtherKind(_))));
        assert!(Statement::parse(b"{}").is_err());
    }

    #[test]
    fn a_statement_that_names_a_file_twice_does_not_count() {
        let bytes = statement().to_bytes().expect("written");
        let twice = String::from_utf8(bytes).expect("text").replace("\"name\": \"b\"", "\"name\": \"a\"");
        assert!(
            matches!(Statement::parse(twice.as_bytes()), Err(StatementError::Twice(name)) if name == "a")
        );
    }

    #[test]
    fn every_difference_is_told() {
        let now = files(&[("a", "1"), ("b", "3"), ("c", "4")]);
        let differences = statement().differences(&now);
        assert_eq!(differences, [Difference::Added("c".into()), Difference::Changed("b".into())]);
        assert_eq!(statement().differences(&files(&[("b", "2")])), [Difference::Missing("a".into())]);
        assert!(statement().differences(&files(&[("a", "1"), ("b", "2")])).is_empty());
    }
}
