//! Which file of a run directory is which artifact.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::facts::{Piece, has_extension};
use crate::profile::Profile;

/// The surface of what no pattern matches.
pub(super) const OTHER: &str = "other";

/// What a file is read as, beside being searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Report,
    Manifest,
    Admission,
    Tests,
    Argv,
    /// A report or the tests within the baseline's folder.
    BaselineReport,
    BaselineTests,
    Lines(Lines),
    Config,
    /// `*.argv`, and `argv.json` in a folder.
    MoreArgv,
    Task,
    /// Searched, and no more.
    Other,
}

/// What is read line by line: a file of any size is understood as it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    Trace,
    /// As of a log, and what run they are of.
    BaselineTrace,
    Patch,
    /// They may tell of a model.
    Log,
    /// They may speak of models, and of a known fallback only where it was used.
    Known,
}

/// What a file is read as under one of its names.
pub(super) struct Reading<'p> {
    pub role: Role,
    pub surface: &'p str,
    in_baseline: bool,
    /// The name that a link gives it; none for its own.
    link: Option<PathBuf>,
}

impl Reading<'_> {
    pub fn piece<'a>(&'a self, path: &'a Path) -> Piece<'a> {
        let mut piece = Piece::new(path, self.surface);
        piece.named = self.name(path);
        if self.in_baseline {
            piece.teller = "baseline";
        }
        piece
    }

    fn name<'a>(&'a self, path: &'a Path) -> &'a Path {
        self.link.as_deref().unwrap_or(path)
    }

    /// Whether the bytes would come to the same under the other name.
    fn is_like(&self, other: &Self, path: &Path) -> bool {
        (self.role, self.surface, self.in_baseline) == (other.role, other.surface, other.in_baseline)
            && self.name(path).extension() == other.name(path).extension()
    }
}

/// What the report names as its artifacts, in the run directory.
#[derive(Default)]
pub(super) struct Named {
    pub patch: Option<PathBuf>,
    pub tests: Option<PathBuf>,
    /// The baseline's report.
    pub baseline: Option<PathBuf>,
}

/// The profile's file names, taken from the first pattern of each surface.
pub(super) struct Roles<'p> {
    profile: &'p Profile,
    baseline: Option<&'p str>,
    /// Names that links give to files of the same run directory, and the files' own.
    own: BTreeMap<PathBuf, PathBuf>,
    /// The same the other way round.
    links: BTreeMap<PathBuf, Vec<PathBuf>>,
    pub named: Named,
    /// Whether the tests are where they are looked for.
    pub has_tests: bool,
}

impl<'p> Roles<'p> {
    pub fn new(profile: &'p Profile) -> Self {
        let baseline = first_pattern(profile, "baseline").and_then(|pattern| pattern.strip_suffix("/**"));
        Self {
            profile,
            baseline,
            own: BTreeMap::new(),
            links: BTreeMap::new(),
            named: Named::default(),
            has_tests: false,
        }
    }

    /// The file at `own` is found at `link` too, both in the run directory.
    pub fn alias(&mut self, link: PathBuf, own: &Path) {
        self.links.entry(own.to_owned()).or_default().push(link.clone());
        self.own.insert(link, own.to_owned());
    }

    /// A file's own name, by which what was read of it is known.
    pub fn own<'a>(&'a self, name: &'a Path) -> &'a Path {
        self.own.get(name).map_or(name, PathBuf::as_path)
    }

    /// Whether a file belongs to the baseline, whatever its surface is.
    pub fn in_baseline(&self, path: &Path) -> bool {
        self.in_its_folder(path) || self.beside_baseline(path).is_some()
    }

    fn in_its_folder(&self, path: &Path) -> bool {
        self.baseline.is_some_and(|folder| path.starts_with(folder))
    }

    /// A file's name in the folder of the baseline's report, where the report has one of its own elsewhere. What has
    /// another surface is the run's.
    fn beside_baseline<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let folder =
            self.named.baseline.as_deref()?.parent().filter(|folder| !folder.as_os_str().is_empty())?;
        let inner = path.strip_prefix(folder).ok()?;
        (self.profile.surfaces.of(path) == OTHER).then_some(inner)
    }

    /// What a file is to be read as besides, because the report names it or because it lies beside its baseline's
    /// report. No file is read as less for that.
    pub fn told(&self, path: &Path, readings: &[Reading<'p>]) -> Vec<Reading<'p>> {
        let is = |named: &Option<PathBuf>| named.as_deref() == Some(path);
        let role = if is(&self.named.patch) {
            (Role::Lines(Lines::Patch), "patch")
        } else if is(&self.named.baseline) {
            (Role::BaselineReport, "baseline")
        } else if is(&self.named.tests) {
            (Role::Tests, "tests")
        } else if let Some(inner) = self.beside_baseline(path) {
            (self.as_of_baseline(inner), "baseline")
        } else {
            return Vec::new();
        };
        let (role, surface) = role;
        if role == Role::Other || readings.iter().any(|known| known.role == role) {
            return Vec::new();
        }
        vec![Reading { role, surface, in_baseline: surface == "baseline", link: None }]
    }

    /// What a file is to be read as: its own name's role first, then every other that a link gives it. Whoever
    /// can make a link could else hide a file behind it, or put one where none is.
    pub fn readings(&self, path: &Path) -> Vec<Reading<'p>> {
        let mut readings = vec![self.reading(path, None)];
        for link in self.links.get(path).into_iter().flatten() {
            let reading = self.reading(link, Some(link.clone()));
            if reading.role != Role::Other && !readings.iter().any(|known| known.is_like(&reading, path)) {
                readings.push(reading);
            }
        }
        readings
    }

    fn reading(&self, name: &Path, link: Option<PathBuf>) -> Reading<'p> {
        let surface = self.profile.surfaces.of(name);
        Reading { role: self.of(name, surface), surface, in_baseline: self.in_its_folder(name), link }
    }

    /// A name that is not UTF-8 is no artifact's, and has its surface's role all the same.
    fn of(&self, path: &Path, surface: &str) -> Role {
        let named = path.to_str().and_then(|text| self.by_name(text));
        named.unwrap_or_else(|| self.by_surface(path, surface))
    }

    fn by_surface(&self, path: &Path, surface: &str) -> Role {
        match surface {
            "argv" => Role::MoreArgv,
            "patch" => Role::Lines(Lines::Patch),
            "backend-log" | "trace" => Role::Lines(Lines::Log),
            "config" => Role::Config,
            "task" => Role::Task,
            // It holds the same files again.
            "baseline" => self.in_folder_of_baseline(path),
            "tests" | OTHER if may_hold_records(path) => Role::Lines(Lines::Known),
            "tests" | OTHER => Role::Other,
            _ if may_hold_records(path) => Role::Lines(Lines::Log),
            _ => Role::Other,
        }
    }

    fn in_folder_of_baseline(&self, path: &Path) -> Role {
        let inner = self.baseline.and_then(|folder| path.strip_prefix(folder).ok());
        let role = inner.map_or(Role::Other, |inner| self.by_inner_surface(inner));
        let is_log = role == Role::Lines(Lines::Known) && has_extension(path, &["jsonl", "log"]);
        if is_log || (role == Role::Other && may_hold_records(path)) {
            Role::Lines(Lines::Log)
        } else {
            role
        }
    }

    fn by_inner_surface(&self, inner: &Path) -> Role {
        match self.profile.surfaces.of(inner) {
            "baseline" => Role::Other,
            OTHER if may_hold_records(inner) => Role::Lines(Lines::Log),
            surface => self.by_surface(inner, surface),
        }
    }

    /// What a file is read as that stands at this path beside the baseline's report.
    fn as_of_baseline(&self, inner: &Path) -> Role {
        let name = inner.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        self.of_baseline(name).unwrap_or_else(|| self.by_inner_surface(inner))
    }

    fn of_baseline(&self, name: &str) -> Option<Role> {
        let is = |surface: &str| first_pattern(self.profile, surface) == Some(name);
        match () {
            () if is("report") => Some(Role::BaselineReport),
            () if is("tests") => Some(Role::BaselineTests),
            () if is("trace") => Some(Role::Lines(Lines::BaselineTrace)),
            () => None,
        }
    }

    fn by_name(&self, text: &str) -> Option<Role> {
        let is = |surface: &str, text: &str| first_pattern(self.profile, surface) == Some(text);
        if let Some(rest) = self.baseline.and_then(|folder| text.strip_prefix(folder)?.strip_prefix('/')) {
            let name = rest.rsplit('/').next().unwrap_or(rest);
            return self.of_baseline(name);
        }
        let artifacts = [
            ("report", Role::Report),
            ("manifest", Role::Manifest),
            ("trace", Role::Lines(Lines::Trace)),
            ("admission", Role::Admission),
            ("tests", Role::Tests),
            ("argv", Role::Argv),
        ];
        artifacts.into_iter().find(|(surface, _)| is(surface, text)).map(|(_, role)| role)
    }
}

/// Whether a file's name says that it holds records: JSON, JSON Lines, a log, also one of a day (`x.log.1`).
pub(super) fn may_hold_records(path: &Path) -> bool {
    const STREAMS: [&str; 2] = ["stdout", "stderr"];
    const FORMS: [&str; 6] = ["json", "jsonl", "ndjson", "log", "out", "err"];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let mut parts = name.split('.');
    let is_one = |part: &str| FORMS.contains(&part) || STREAMS.contains(&part);
    parts.next().is_some_and(|first| STREAMS.contains(&first)) || parts.any(is_one)
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
            ("trace.jsonl", Role::Lines(Lines::Trace)),
            ("trace/session.jsonl", Role::Lines(Lines::Log)),
            ("backend/argv.json", Role::MoreArgv),
            ("backend/stdout.log", Role::Lines(Lines::Log)),
            ("patch.diff", Role::Lines(Lines::Patch)),
            ("sub/report.json", Role::Lines(Lines::Known)),
            ("sub/trace.jsonl.1", Role::Lines(Lines::Known)),
            ("stderr", Role::Lines(Lines::Known)),
            ("workspace/log.py", Role::Other),
            ("tests/session.jsonl", Role::Lines(Lines::Known)),
            ("tests/test_a.py", Role::Other),
            ("baseline/config/case.json", Role::Config),
            ("baseline/backend/notes", Role::Lines(Lines::Log)),
            ("baseline/trace.jsonl", Role::Lines(Lines::BaselineTrace)),
            ("baseline/fake/trace.jsonl", Role::Lines(Lines::BaselineTrace)),
            ("baseline/patch.diff", Role::Lines(Lines::Patch)),
            ("baseline/tests.log", Role::Lines(Lines::Log)),
            ("baseline/notes", Role::Other),
            ("baseline/usage.json", Role::Lines(Lines::Log)),
            ("baseline/tests/usage.json", Role::Lines(Lines::Known)),
        ] {
            assert_eq!(roles.reading(Path::new(path), None).role, role, "{path}");
        }
        let odd = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"backend/x\xff.log");
        assert_eq!(roles.reading(Path::new(odd), None).role, Role::Lines(Lines::Log));
    }

    #[test]
    fn a_file_has_the_roles_of_all_its_names() {
        let profile = Profile::built_in().expect("sound");
        let mut roles = Roles::new(&profile);
        let log = Path::new("backend/stderr.log");
        for link in ["a.patch", "task/x", "notes", "backend/again.log"] {
            roles.alias(PathBuf::from(link), log);
        }
        let read: Vec<_> = roles.readings(log).iter().map(|one| (one.role, one.surface)).collect();
        assert_eq!(
            read,
            [
                (Role::Lines(Lines::Log), "backend-log"),
                (Role::Lines(Lines::Patch), "patch"),
                (Role::Task, "task")
            ]
        );
        assert_eq!(roles.own(Path::new("a.patch")), log);
        assert_eq!(roles.own(log), log);
    }

    #[test]
    fn a_path_that_leaves_the_directory_is_not_inside() {
        assert_eq!(inside("./a/../b"), Some(PathBuf::from("b")));
        for path in ["../x", "a/../../x", "/etc/passwd", "", "."] {
            assert_eq!(inside(path), None, "{path}");
        }
    }
}
