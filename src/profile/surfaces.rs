//! Which names are run directories, and which surface a file belongs to.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::Timestamp;
use regex::Regex;

use super::Spec;

/// A fault in the profile, and the value that has it.
#[derive(Debug, Clone)]
pub(super) struct Malformed {
    pub what: String,
    pub near: String,
}

impl Malformed {
    /// The library shows the pattern again and a caret below it; its last line says what is wrong.
    pub fn no_pattern(error: &regex::Error, near: &str) -> Self {
        let text = error.to_string();
        let why = text.lines().next_back().unwrap_or_default();
        let why = why.strip_prefix("error: ").unwrap_or(why);
        Self { what: format!("no regular expression: {why}"), near: near.to_owned() }
    }
}

/// The profile's patterns, compiled.
#[derive(Debug)]
pub struct Surfaces {
    directory: Regex,
    globs: GlobSet,
    /// For each glob, in order, the index of its surface.
    owners: Vec<usize>,
    names: Vec<String>,
}

/// The parts of a run directory's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunName {
    pub id: String,
    /// `None` where the digits are no time (the 30th of February).
    pub stamp: Option<Timestamp>,
    /// `None` where a number is larger than any there is.
    pub round: Option<u64>,
    pub fixture: String,
    pub pid: Option<u64>,
}

impl Surfaces {
    pub(super) fn compile(spec: &Spec) -> Result<Self, Malformed> {
        let near = &spec.run.directory;
        let malformed = |what: String, near: &str| Malformed { what, near: near.to_owned() };
        let directory =
            Regex::new(&format!("^(?:{near})$")).map_err(|error| Malformed::no_pattern(&error, near))?;
        for group in ["stamp", "round", "fixture", "pid"] {
            if !directory.capture_names().flatten().any(|name| name == group) {
                return Err(malformed(format!("no group is named `{group}`"), near));
            }
        }
        let mut globs = GlobSetBuilder::new();
        let mut owners = Vec::new();
        for (owner, surface) in spec.surface.iter().enumerate() {
            for pattern in &surface.patterns {
                let glob = GlobBuilder::new(pattern)
                    .literal_separator(true)
                    .build()
                    .map_err(|error| malformed(error.kind().to_string(), pattern))?;
                globs.add(glob);
                owners.push(owner);
            }
        }
        let globs = globs.build().map_err(|error| malformed(error.to_string(), ""))?;
        let names = spec.surface.iter().map(|surface| surface.name.clone()).collect();
        Ok(Self { directory, globs, owners, names })
    }

    /// The surface of a file, by its path relative to the run directory; `other` where none matches.
    #[must_use]
    pub fn of(&self, relative: &Path) -> &str {
        let first = self.globs.matches(relative).into_iter().min();
        first.map_or("other", |glob| &self.names[self.owners[glob]])
    }

    /// The names of all surfaces, in the profile's order, without `other`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The words of a text, and the parts of its paths, that are the names of run directories.
    pub fn run_names<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let part = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let words = text.split(part).map(|word| word.trim_matches('.'));
        words.filter(|word| self.directory.is_match(word))
    }

    /// The parts of a run directory's name; `None` where it is the name of something else.
    #[must_use]
    pub fn run_name(&self, name: &str) -> Option<RunName> {
        let parts = self.directory.captures(name)?;
        let stamp = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &parts["stamp"])
            .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC))
            .map(|time| time.timestamp())
            .ok();
        Some(RunName {
            id: name.to_owned(),
            stamp,
            round: parts["round"].parse().ok(),
            fixture: parts["fixture"].to_owned(),
            pid: parts["pid"].parse().ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use std::path::Path;

    #[test]
    fn the_first_pattern_that_matches_decides() {
        let profile = Profile::built_in().expect("sound");
        for (path, surface) in [
            ("report.json", "report"),
            ("baseline/report.json", "baseline"),
            ("trace/0001.jsonl", "trace"),
            ("backend/argv.json", "argv"),
            ("backend/x.argv", "argv"),
            ("config/case.toml", "config"),
            ("backend/generated-config.yaml", "config"),
            ("generated-config.json", "config"),
            ("fix.patch", "patch"),
            ("sub/fix.patch", "other"),
            ("backend/stderr.log", "backend-log"),
            ("notes.txt", "other"),
        ] {
            assert_eq!(profile.surfaces.of(Path::new(path)), surface, "{path}");
        }
    }

    #[test]
    fn run_names_are_taken_apart() {
        let profile = Profile::built_in().expect("sound");
        let name = profile.surfaces.run_name("20260601T022535Z-r1-string-slugify-2731603").expect("a run");
        assert_eq!(name.stamp.expect("a time").to_string(), "2026-06-01T02:25:35Z");
        assert_eq!(
            (name.round, name.fixture.as_str(), name.pid),
            (Some(1), "string-slugify", Some(2_731_603))
        );
        let large = profile
            .surfaces
            .run_name("20260601T022535Z-r18446744073709551616-a-1")
            .expect("a run all the same");
        assert_eq!((large.round, large.pid), (None, Some(1)));
        for other in
            ["20260601T022535Z-r1-String-1", "x20260601T022535Z-r1-a-1", "20260601T022535Z-r1-a-1.bak"]
        {
            assert_eq!(profile.surfaces.run_name(other), None, "{other}");
        }
    }
}
