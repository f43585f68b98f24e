//! Finds the rules of a folder.

use std::path::Path;

use walkdir::WalkDir;

use super::{Rule, RuleError, spec};
use crate::text::{io_reason, printable_path};

/// Every `rule.toml` below `folder`; the id of a rule is the way to its folder.
pub(super) fn folder(folder: &Path) -> Result<Vec<Rule>, RuleError> {
    let unreadable = |path: &Path, why: String| RuleError::Unreadable { path: printable_path(path), why };
    let mut rules = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).max_depth(3).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let why = error.io_error().map_or_else(|| "a loop of links".to_owned(), io_reason);
            unreadable(error.path().unwrap_or(folder), why)
        })?;
        if entry.file_name() != "rule.toml" || !entry.file_type().is_file() {
            continue;
        }
        rules.push(read(folder, entry.path())?);
    }
    if rules.is_empty() {
        return Err(unreadable(folder, "no <family>/<name>/rule.toml is in it".to_owned()));
    }
    Ok(rules)
}

fn read(folder: &Path, toml: &Path) -> Result<Rule, RuleError> {
    let shown = printable_path(toml);
    let unreadable =
        |error: std::io::Error| RuleError::Unreadable { path: shown.clone(), why: io_reason(&error) };
    let text = std::fs::read_to_string(toml).map_err(unreadable)?;
    let home = toml.parent().unwrap_or(folder);
    let id = printable_path(home.strip_prefix(folder).unwrap_or(home));
    if id.split('/').count() != 2 {
        let why = "a rule stands at <family>/<name>/rule.toml".to_owned();
        return Err(RuleError::Unreadable { path: shown, why });
    }
    let page = match std::fs::read_to_string(home.join("README.md")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        page => page.map_err(unreadable)?,
    };
    spec::parse(&id, &shown, &text, &page)
}
