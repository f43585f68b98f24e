//! The file, field by field. Each field here stands in [`super::keys::KEYS`] as well; a test compares them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use globset::GlobBuilder;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::error::{ConfigError, nearest};
use crate::audit::Kind;
use crate::finding::Severity;
use crate::judge::{Waiver, Waivers};
use crate::text::{Body, Place, Source, Sources, Span};

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Written {
    paths: Vec<PathBuf>,
    only: Vec<Spanned<String>>,
    profile: Option<String>,
    rules: Vec<PathBuf>,
    runs: Vec<PathBuf>,
    repo: Option<PathBuf>,
    targets: Vec<PathBuf>,
    endpoint_files: Vec<PathBuf>,
    fingerprints: Vec<PathBuf>,
    history: Option<bool>,
    strict: bool,
    limits: Limits,
    severity: BTreeMap<Spanned<String>, Change>,
    waive: Vec<Waive>,
}

/// Bounds on hostile input.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table of bounds")]
pub struct Limits {
    pub decoded_bytes: Option<u64>,
    pub depth: Option<u32>,
    pub held_bytes: Option<u64>,
}

/// Another severity for a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `severity` and `reason`")]
pub struct Change {
    severity: Spanned<String>,
    reason: Option<String>,
}

/// Findings that are forgiven.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `rule` and `reason`: [[waive]]")]
pub struct Waive {
    pub rule: Spanned<String>,
    path: Option<Spanned<String>>,
    run: Option<String>,
    fingerprint: Option<String>,
    reason: Option<String>,
    expires: Option<Spanned<toml::Value>>,
}

/// The file, with its words understood.
#[derive(Debug, Default)]
pub struct File {
    pub paths: Vec<PathBuf>,
    pub only: Vec<Kind>,
    pub profile: Option<String>,
    pub rules: Vec<PathBuf>,
    pub runs: Vec<PathBuf>,
    pub repo: Option<PathBuf>,
    pub targets: Vec<PathBuf>,
    pub endpoint_files: Vec<PathBuf>,
    pub fingerprints: Vec<PathBuf>,
    pub history: Option<bool>,
    pub strict: bool,
    pub limits: Limits,
    pub severity: BTreeMap<Spanned<String>, Change>,
    pub waive: Vec<Waive>,
}

impl File {
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let written: Written =
            toml::from_str(text).map_err(|error| ConfigError::toml(path, text, &error))?;
        let mut only = Vec::with_capacity(written.only.len());
        for word in &written.only {
            only.push(kind(word).map_err(|(what, help)| {
                ConfigError::malformed(path, text, word.span(), what, Some(help))
            })?);
        }
        Ok(Self {
            paths: written.paths,
            only,
            profile: written.profile,
            rules: written.rules,
            runs: written.runs,
            repo: written.repo,
            targets: written.targets,
            endpoint_files: written.endpoint_files,
            fingerprints: written.fingerprints,
            history: written.history,
            strict: written.strict,
            limits: written.limits,
            severity: written.severity,
            waive: written.waive,
        })
    }

    /// The waivers and changed severities, each with its place in the file.
    pub fn waivers(&self, path: &str, text: &str) -> Result<Waivers, ConfigError> {
        let mut sources = Sources::default();
        let source = sources.add(Source::new(path, None, Body::Held(Arc::from(text.as_bytes()))));
        let place = |span: std::ops::Range<usize>| Some(Place::new(source, Span::of(span)));
        let mut all = Vec::with_capacity(self.waive.len() + self.severity.len());
        for waive in &self.waive {
            let malformed = |span, what, help| ConfigError::malformed(path, text, span, what, help);
            let glob = waive.path.as_ref().map(|glob| {
                GlobBuilder::new(glob.get_ref()).literal_separator(true).build().map_err(|error| {
                    let what = format!("`{}` is no glob: {}", glob.get_ref(), error.kind());
                    malformed(glob.span(), what, None)
                })
            });
            let expires = waive.expires.as_ref().map(|written| {
                date(written.get_ref()).ok_or_else(|| {
                    let word = written.get_ref().to_string();
                    let what = format!("`{}` is no date", word.trim_matches('"'));
                    malformed(written.span(), what, Some("write one as expires = 2026-12-31".to_owned()))
                })
            });
            all.push(Waiver {
                rule: waive.rule.get_ref().clone(),
                path: glob.transpose()?.map(|glob| glob.compile_matcher()),
                run: waive.run.clone(),
                fingerprint: waive.fingerprint.clone(),
                reason: waive.reason.clone(),
                expires: expires.transpose()?,
                severity: None,
                place: place(waive.rule.span()),
            });
        }
        for (rule, change) in &self.severity {
            let severity: Severity =
                change.severity.get_ref().parse().map_err(|error: crate::finding::UnknownSeverity| {
                    ConfigError::malformed(path, text, change.severity.span(), error.to_string(), None)
                })?;
            all.push(Waiver {
                rule: rule.get_ref().clone(),
                path: None,
                run: None,
                fingerprint: None,
                reason: change.reason.clone(),
                expires: None,
                severity: Some(severity),
                place: place(rule.span()),
            });
        }
        Ok(Waivers { all, sources, path: path.to_owned() })
    }
}

fn kind(word: &Spanned<String>) -> Result<Kind, (String, String)> {
    let word = word.get_ref();
    let words = Kind::ALL.map(Kind::as_str);
    Kind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| {
        let help = nearest(word, &words).unwrap_or_else(|| format!("the kinds are {}", words.join(", ")));
        (format!("`{word}` is no kind"), help)
    })
}

/// A TOML date, or a text that is one.
fn date(value: &toml::Value) -> Option<Date> {
    match value {
        toml::Value::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
            Date::new(
                i16::try_from(date.year).ok()?,
                i8::try_from(date.month).ok()?,
                i8::try_from(date.day).ok()?,
            )
            .ok()
        }
        toml::Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
