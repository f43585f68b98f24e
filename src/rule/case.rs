//! The cases of a rule: smallest folders that break it, and near misses that must not.
//!
//! A case folder holds what is audited: run directories, documents, scripts. `case.toml` beside them says
//! how (it is not audited itself); `counterfoil.toml` is the configuration, `repository.toml` describes a
//! repository that is made when the case is tried.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::RuleError;
use super::error::InFile;
use crate::text::{io_reason, printable_path};

/// Files of a case folder that describe the case and are not audited.
pub const DESCRIPTIONS: [&str; 3] = ["case.toml", "counterfoil.toml", "repository.toml"];

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    pub folder: PathBuf,
    /// `fail/<name>` or `pass/<name>`.
    pub name: String,
    /// Whether the rule must fire.
    pub fails: bool,
    pub spec: CaseSpec,
}

/// `case.toml`. Paths are relative to the case folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSpec {
    /// Invented endpoint values.
    #[serde(default)]
    pub endpoint: Vec<String>,
    #[serde(default)]
    pub targets: Vec<PathBuf>,
    /// Where cited runs are looked up; these folders are not audited as such.
    #[serde(default)]
    pub runs: Vec<PathBuf>,
    /// Where cited commits are looked up.
    pub repo: Option<PathBuf>,
    pub range: Option<String>,
    /// What is audited [default: everything in the folder but `targets`, `runs` and `repo`].
    #[serde(default)]
    pub paths: Vec<PathBuf>,
}

/// The cases of a rule's folder, failing ones first, each in the order of their names.
///
/// # Errors
/// A malformed `case.toml`, an unreadable folder.
pub fn cases(rule: &Path) -> Result<Vec<Case>, RuleError> {
    let mut cases = Vec::new();
    for (kind, fails) in [("fail", true), ("pass", false)] {
        let folder = rule.join(kind);
        if !folder.is_dir() {
            continue;
        }
        let unreadable = |error: std::io::Error| RuleError::Unreadable {
            path: printable_path(&folder),
            why: io_reason(&error),
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            if entry.path().is_dir() {
                names.push(entry.file_name());
            }
        }
        names.sort();
        for name in names {
            let folder = folder.join(&name);
            let spec = spec(&folder)?;
            cases.push(Case { name: format!("{kind}/{}", name.to_string_lossy()), folder, fails, spec });
        }
    }
    Ok(cases)
}

fn spec(case: &Path) -> Result<CaseSpec, RuleError> {
    let path = case.join("case.toml");
    let shown = printable_path(&path);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(CaseSpec::default()),
        text => {
            text.map_err(|error| RuleError::Unreadable { path: shown.clone(), why: io_reason(&error) })?
        }
    };
    toml::from_str(&text).map_err(|error| {
        let file = InFile { path: &shown, text: &text };
        file.malformed(error.span().unwrap_or(0..0), error.message().to_owned(), "here", None)
    })
}

impl Case {
    /// What is audited, as paths.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        if !self.spec.paths.is_empty() {
            return self.spec.paths.iter().map(|path| self.folder.join(path)).collect();
        }
        let aside: Vec<PathBuf> = DESCRIPTIONS.iter().map(PathBuf::from).collect();
        let aside: Vec<PathBuf> = aside
            .iter()
            .chain(&self.spec.targets)
            .chain(&self.spec.runs)
            .chain(&self.spec.repo)
            .map(|path| self.folder.join(path))
            .collect();
        let entries =
            std::fs::read_dir(&self.folder).map(|entries| entries.flatten().map(|e| e.path()).collect());
        let mut paths: Vec<PathBuf> = entries.unwrap_or_default();
        paths.retain(|path| !aside.contains(path));
        paths.sort();
        paths
    }
}
