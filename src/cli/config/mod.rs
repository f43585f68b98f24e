//! `counterfoil.toml`: what a project audits, and what it forgives.
//!
//! Found upwards from the current directory, or named by `--config`. Everything in it is checked when it is
//! read: an unknown key or a wrong type is an error with its place, never a setting without an effect. Its
//! relative paths count from its own folder. No key takes the endpoint value itself.

mod error;
mod file;
pub mod keys;

use std::borrow::Borrow;
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub use error::ConfigError;
use file::File;

use toml::Spanned;

use super::args::{AuditArgs, Common, Scope};
use crate::audit::place_of;
use crate::judge::Waivers;
use crate::rule::Pack;

/// The file's name.
pub const NAME: &str = "counterfoil.toml";

/// A configuration of this many bytes is some other file, named by mistake.
const LONGEST: u64 = 1 << 20;

/// A configuration, checked; an empty one where there is none.
#[derive(Debug, Default)]
pub struct Config {
    file: File,
    /// The file, as it was named or found.
    path: PathBuf,
    /// Of the file; its paths count from here.
    folder: PathBuf,
    text: String,
    pub waivers: Waivers,
}

impl Config {
    /// The configuration that was named, else the nearest one upwards, else none.
    ///
    /// # Errors
    /// A named file that is not there; everything that [`Config::parse`] refuses.
    pub fn find(named: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(path) = named {
            return Self::read(path);
        }
        let Ok(here) = std::env::current_dir() else { return Ok(Self::default()) };
        let mut up = PathBuf::new();
        for folder in here.ancestors() {
            let path = folder.join(NAME);
            if path.is_file() {
                return Self::read(&up.join(NAME));
            }
            // What stands there is meant as one: without a word, its waivers and bounds would be gone.
            if let Ok(meta) = path.symlink_metadata() {
                let why = match (meta.is_symlink() && !path.exists(), path.is_dir()) {
                    (true, _) => "a link that leads nowhere",
                    (_, true) => "it is a directory",
                    _ => "it is no regular file",
                };
                let path = crate::text::printable_path(&up.join(NAME));
                return Err(ConfigError::Unreadable { path, why: why.to_owned() });
            }
            up.push("..");
        }
        Ok(Self::default())
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let shown = crate::text::printable_path(path);
        let unreadable = |why| ConfigError::Unreadable { path: shown.clone(), why };
        let mut bytes = Vec::new();
        let read =
            std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
        read.map_err(|error| unreadable(crate::text::io_reason(&error)))?;
        if bytes.len() as u64 > LONGEST {
            return Err(unreadable("it is longer than a megabyte, so it is some other file".to_owned()));
        }
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is no text in UTF-8".to_owned()))?;
        let config = Self::parse(&shown, &text, path.parent().unwrap_or(Path::new("")))?;
        Ok(Self { path: path.to_owned(), ..config })
    }

    /// Reads a configuration's text. `path` is for the reader.
    ///
    /// # Errors
    /// What is no TOML, unknown keys, wrong types, words that are none, globs that are none: with its place.
    pub fn parse(path: &str, text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let file = File::parse(path, text)?;
        let waivers = file.waivers(path, text)?;
        Ok(Self { file, path: path.into(), folder: folder.to_owned(), text: text.to_owned(), waivers })
    }

    /// Refuses waivers and severities for rules that no pack has. The packs are read where the built-in rules' ids
    /// do not settle it: a hook has milliseconds.
    ///
    /// # Errors
    /// The first such rule, with its place and the nearest one; packs that can't be read.
    pub fn check<P: Borrow<Pack>, E: From<ConfigError>>(
        &self,
        packs: impl FnOnce() -> Result<P, E>,
    ) -> Result<(), E> {
        if self.unknown(Pack::built_in_ids).is_none() {
            return Ok(());
        }
        let pack = packs()?;
        let ids = || pack.borrow().iter().map(|rule| rule.id.as_str());
        let Some(rule) = self.unknown(ids) else { return Ok(()) };
        let ids: Vec<&str> = ids().collect();
        Err(ConfigError::unknown_rule(&self.waivers.path, &self.text, rule, &ids).into())
    }

    /// The first waiver or severity for a rule that is none of these.
    fn unknown<'i, I: Iterator<Item = &'i str>>(&self, ids: impl Fn() -> I) -> Option<&Spanned<String>> {
        let known = |name: &str| match name.strip_suffix("/*") {
            Some(family) => ids().any(|id| id.split_once('/').is_some_and(|(its, _)| its == family)),
            None => ids().any(|id| id == name),
        };
        let waived = self.file.waive.iter().map(|waive| &waive.rule);
        waived.chain(self.file.severity.keys()).find(|rule| !known(rule.get_ref()))
    }

    /// The waivers, as an audit of this folder shows where they stand: below it, else from the file system's root on.
    #[must_use]
    pub fn waivers_under(&self, root: &Path) -> Waivers {
        let place = place_of(&self.path);
        let mut waivers = self.waivers.clone();
        waivers.path = crate::text::printable_path(place.strip_prefix(root).unwrap_or(&place));
        waivers.sources.iter_mut().for_each(|source| source.path.clone_from(&waivers.path));
        waivers
    }

    /// Whether a warning rejects as well.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.file.strict
    }

    /// Gives all commands what the command line left open.
    pub fn fill(&self, common: &mut Common) {
        let file = &self.file;
        if common.profile.is_none() {
            common.profile = file.profile.as_ref().map(|name| self.profile(name));
        }
        common.rules.extend(file.rules.iter().map(|path| self.path(path)));
        common.endpoint_file.extend(file.endpoint_files.iter().map(|path| self.path(path)));
        common.fingerprints.extend(file.fingerprints.iter().map(|path| self.path(path)));
        let limits = &mut common.limits;
        limits.limit_decoded_bytes = limits.limit_decoded_bytes.or(file.limits.decoded_bytes);
        limits.limit_depth = limits.limit_depth.or(file.limits.depth);
        limits.limit_held_bytes = limits.limit_held_bytes.or(file.limits.held_bytes);
    }

    /// Gives an audit what the command line left open.
    pub fn fill_audit(&self, args: &mut AuditArgs) {
        if args.paths.is_empty() {
            args.paths = self.paths();
        }
        args.strict |= self.file.strict;
        self.fill_scope(&mut args.scope);
    }

    /// What is audited where the command line names nothing.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        self.file.paths.iter().map(|path| self.path(path)).collect()
    }

    pub fn fill_scope(&self, scope: &mut Scope) {
        if scope.only.is_empty() {
            scope.only.clone_from(&self.file.only);
        }
        scope.runs.extend(self.file.runs.iter().map(|path| self.path(path)));
        scope.target.extend(self.file.targets.iter().map(|path| self.path(path)));
        if scope.repo.is_none() {
            scope.repo = self.file.repo.as_ref().map(|path| self.path(path));
        }
        scope.no_history |= self.file.history == Some(false) && scope.range.is_none();
    }

    fn path(&self, path: &Path) -> PathBuf {
        if self.folder.as_os_str().is_empty() { path.to_owned() } else { self.folder.join(path) }
    }

    /// A profile is a name, or a file; a file counts from the configuration's folder.
    fn profile(&self, name: &str) -> String {
        let file = self.path(Path::new(name));
        if file.is_file() { file.to_string_lossy().into_owned() } else { name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse("counterfoil.toml", text, Path::new("conf"))
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = parse("").expect("fine");
        let mut scope = Scope::default();
        config.fill_scope(&mut scope);
        assert!(scope.only.is_empty() && scope.runs.is_empty() && !scope.no_history);
        assert!(config.waivers.all.is_empty());
    }

    #[test]
    fn what_is_too_long_to_be_one_is_not_read_to_its_end() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join(NAME);
        for (text, says) in [
            ("# long\n".repeat(200_000).into_bytes(), "longer than a megabyte"),
            (b"# \xff\n".to_vec(), "no text in UTF-8"),
        ] {
            std::fs::write(&path, text).expect("written");
            let error = Config::find(Some(&path)).expect_err("refused").to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn paths_count_from_the_files_folder() {
        let config = parse("runs = ['runs', '/var/runs']\nrepo = '.'\nhistory = false").expect("fine");
        let mut scope = Scope { runs: vec!["given".into()], ..Scope::default() };
        config.fill_scope(&mut scope);
        assert_eq!(scope.runs, [Path::new("given"), Path::new("conf/runs"), Path::new("/var/runs")]);
        assert_eq!(scope.repo.as_deref(), Some(Path::new("conf/.")));
        assert!(scope.no_history);
    }

    #[test]
    fn waivers_and_severities_keep_their_places() {
        let text = "[severity]\n\"endpoint/shaped\" = { severity = \"error\", reason = \"strict\" }\n\n\
                    [[waive]]\nrule = \"route/*\"\npath = \"runs/old/**\"\nreason = \"before the route\"\n\
                    expires = 2026-12-31\n";
        let config = parse(text).expect("fine");
        let [waived, changed] = &config.waivers.all[..] else { panic!("two") };
        assert_eq!((changed.rule.as_str(), changed.severity), ("endpoint/shaped", Some(Severity::Error)));
        assert_eq!(waived.expires.map(|date| date.to_string()).as_deref(), Some("2026-12-31"));
        assert!(waived.path.as_ref().is_some_and(|glob| glob.is_match("runs/old/x/report.json")));
        let place = waived.place.expect("placed");
        let source = config.waivers.sources.get(place.source).expect("the file");
        assert_eq!(source.position(&place).line, 5);
    }

    #[test]
    fn what_is_wrong_is_refused_at_its_place() {
        for (text, at, says, help) in [
            ("pathes = []", "pathes", "unknown key `pathes`", "did you mean `paths`?"),
            ("strict = \"yes\"", "\"yes\"", "invalid type", "boolean"),
            ("only = [\"rums\"]", "\"rums\"", "`rums` is no kind", "did you mean `runs`?"),
            ("[[waive]]\nrule = \"a/b\"\npath = \"a{\"", "\"a{\"", "is no glob", ""),
            (
                "[[waive]]\nrule = \"a/b\"\nexpires = \"soon\"",
                "\"soon\"",
                "`soon` is no date",
                "2026-12-31",
            ),
            ("[[waive]]\nreason = \"x\"", "[[waive]]", "missing", "rule"),
            (
                "[[waive]]\nrule = \"x\"\nexpire = 1",
                "expire",
                "unknown key `expire`",
                "did you mean `expires`?",
            ),
            ("[severity]\n\"a/b\" = { severity = \"fatal\" }", "\"fatal\"", "`fatal` is no severity", ""),
            ("[limits]\ndepth = -1", "-1", "invalid value", "not negative"),
            (
                "[limits]\ndepth = 99999999999",
                "99999999999",
                "invalid value",
                "a whole number up to 4294967295",
            ),
            ("paths = 'runs'", "'runs'", "invalid type", "expected a list"),
            ("waive = 1", "1", "invalid type", "expected a list"),
            ("[limits]\ndepth = 'deep'", "'deep'", "invalid type", "expected a whole number"),
            (
                "[severity]\n\"a/b\" = 'error'",
                "'error'",
                "invalid type",
                "expected a table with `severity`",
            ),
            ("paths = [", "", "", ""),
        ] {
            let error = parse(text).expect_err(text);
            let ConfigError::Malformed { what, at: span, help: told, .. } = &error else {
                panic!("{error:?}")
            };
            assert!(what.contains(says), "{text}: {what}");
            assert!(text[span.offset()..].starts_with(at), "{text}: {span:?}");
            let told = format!("{what} {}", told.as_deref().unwrap_or_default());
            assert!(told.contains(help), "{text}: {told}");
        }
    }

    #[test]
    fn a_waiver_for_no_rule_is_refused() {
        let pack = Pack::built_in().expect("sound");
        let rule = pack.iter().next().expect("a rule");
        let wrong = format!("{}x", rule.id);
        let config = parse(&format!("[[waive]]\nrule = \"{wrong}\"\nreason = \"x\"")).expect("parsed");
        let error = config.check(|| Ok::<_, ConfigError>(&pack)).expect_err("no such rule");
        let ConfigError::Malformed { help, .. } = &error else { panic!("{error:?}") };
        assert_eq!(help.as_deref(), Some(format!("did you mean `{}`?", rule.id).as_str()));
        let family = format!("[[waive]]\nrule = \"{}/*\"\nreason = \"x\"", rule.id.family());
        assert!(parse(&family).expect("parsed").check(|| Ok::<_, ConfigError>(&pack)).is_ok());
    }
}
