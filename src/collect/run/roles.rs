//! Which file of a run directory is which artifact.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::facts::has_extension;
use crate::profile::Profile;

/// What a file is read as, beside being searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Report,
    Manifest,
    Trace,
    Admission,
    Tests,
    Argv,
    /// A report or the tests within the baseline's folder.
    BaselineReport,
    BaselineTests,
    Patch,
    /// Lines that may tell of a model.
    Log,
    Config,
    /// `*.argv`, and `argv.json` in a folder.
    MoreArgv,
    Task,
    /// Searched, and no more.
    Other,
}

/// The profile's file names, taken from the first pattern of each surface.
pub(super) struct Roles<'p> {
    profile: &'p Profile,
    baseline: Option<&'p str>,
    /// Links at an artifact's place that lead to another file of the same run directory.
    aliases: BTreeMap<PathBuf, Role>,
}

impl<'p> Roles<'p> {
    pub fn new(profile: &'p Profile) -> Self {
        let baseline = first_pattern(profile, "baseline").and_then(|pattern| pattern.strip_suffix("/**"));
        Self { profile, baseline, aliases: BTreeMap::new() }
    }

    /// A link at `link` leads to `target`, both in the run directory.
    pub fn alias(&mut self, link: &Path, target: PathBuf) {
        let role = self.of(link, self.profile.surfaces.of(link));
        if !matches!(role, Role::Other) {
            self.aliases.insert(target, role);
        }
    }

    /// Whether a file belongs to the baseline, whatever its surface is.
    pub fn in_baseline(&self, path: &Path) -> bool {
        self.baseline.is_some_and(|folder| path.starts_with(folder))
    }

    pub fn of(&self, path: &Path, surface: &str) -> Role {
        if let Some(role) = self.aliases.get(path) {
            return *role;
        }
        let Some(text) = path.to_str() else { return Role::Other };
        self.named(text).unwrap_or_else(|| by_surface(path, surface))
    }

    fn named(&self, text: &str) -> Option<Role> {
        let is = |surface: &str, text: &str| first_pattern(self.profile, surface) == Some(text);
        if let Some(rest) = self.baseline.and_then(|folder| text.strip_prefix(folder)?.strip_prefix('/')) {
            let name = rest.rsplit('/').next().unwrap_or(rest);
            return match () {
                () if is("report", name) => Some(Role::BaselineReport),
                () if is("tests", name) => Some(Role::BaselineTests),
                () => None,
            };
        }
        let artifacts = [
            ("report", Role::Report),
            ("manifest", Role::Manifest),
            ("trace", Role::Trace),
            ("admission", Role::Admission),
            ("tests", Role::Tests),
            ("argv", Role::Argv),
        ];
        artifacts.into_iter().find(|(surface, _)| is(surface, text)).map(|(_, role)| role)
    }
}

fn by_surface(path: &Path, surface: &str) -> Role {
    match surface {
        "argv" => Role::MoreArgv,
        "patch" => Role::Patch,
        "backend-log" | "trace" => Role::Log,
        "config" => Role::Config,
        "task" => Role::Task,
        "baseline" if has_extension(path, &["jsonl", "log"]) => Role::Log,
        _ => Role::Other,
    }
}

fn first_pattern<'p>(profile: &'p Profile, surface: &str) -> Option<&'p str> {
    let spec = profile.spec.surface.iter().find(|spec| spec.name == surface)?;
    spec.patterns.first().map(String::as_str)
}

/// A path that an artifact names, if it stays in the run directory.
pub(super) fn inside(path: &str) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => clean.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !clean.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!clean.as_os_str().is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_known_by_the_profiles_names() {
        let profile = Profile::built_in().expect("sound");
        let roles = Roles::new(&profile);
        for (path, role) in [
            ("report.json", Role::Report),
            ("baseline/report.json", Role::BaselineReport),
            ("baseline/fake/report.json", Role::BaselineReport),
            ("trace.jsonl", Role::Trace),
            ("trace/session.jsonl", Role::Log),
            ("backend/argv.json", Role::MoreArgv),
            ("backend/stdout.log", Role::Log),
            ("patch.diff", Role::Patch),
            ("sub/report.json", Role::Other),
        ] {
            assert_eq!(roles.of(Path::new(path), profile.surfaces.of(Path::new(path))), role, "{path}");
        }
    }

    #[test]
    fn a_path_that_leaves_the_directory_is_not_inside() {
        assert_eq!(inside("./a/../b"), Some(PathBuf::from("b")));
        for path in ["../x", "a/../../x", "/etc/passwd", "", "."] {
            assert_eq!(inside(path), None, "{path}");
        }
    }
}
