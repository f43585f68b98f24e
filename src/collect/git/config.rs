//! The few settings of `.git/config` that say how to read the repository.
//!
//! Includes are not followed and no other configuration file of the machine is read: the repository is
//! data, and what it says of itself is all that counts. That its text is searched is `beside`'s work.

use super::settings::{self, Setting};

/// The extensions of a repository's format that are read, or change nothing that is.
const KNOWN: [&str; 10] = [
    "noop",
    "noop-v1",
    "preciousobjects",
    "partialclone",
    "worktreeconfig",
    "objectformat",
    "compatobjectformat",
    "refstorage",
    "relativeworktrees",
    "submodulepathconfig",
];

/// What was asked of a configuration.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Config {
    pub bare: Option<bool>,
    pub sha256: bool,
    /// A hash that this build does not know.
    pub unknown_format: Option<String>,
    /// Refs are kept in a form other than files (`reftable`).
    pub ref_storage: Option<String>,
    pub partial: bool,
    pub worktree_config: bool,
    /// Where a submodule is checked out, relative to its git directory.
    pub work_tree: Option<String>,
    /// Of the repository's format, as it is written.
    pub version: Option<String>,
    /// Extensions that are not known: git asks for them only from version 1 on.
    pub unknown_extensions: Vec<String>,
}

impl Config {
    pub fn parse(bytes: &[u8]) -> Self {
        let mut config = Self::default();
        config.add(bytes);
        config
    }

    /// Takes what a further file says; the last word counts. Gives back the first line that git could not read.
    pub fn add(&mut self, bytes: &[u8]) -> Option<u64> {
        let settings = settings::parse(bytes);
        for setting in &settings.all {
            self.set(setting);
        }
        settings.fault
    }

    /// What of the repository's format is not known.
    pub fn unknown(&self) -> Vec<String> {
        let version = self.version.as_deref().unwrap_or("0");
        match version {
            "0" => Vec::new(),
            "1" => {
                let why = |name: &String| {
                    format!("the extension `{name}` is not known: what it changes was not read")
                };
                self.unknown_extensions.iter().map(why).collect()
            }
            _ => vec![format!(
                "version `{version}` of a repository's format is not known: it was read as if it were 1"
            )],
        }
    }

    fn set(&mut self, setting: &Setting) {
        let value = setting.value.as_str();
        match (setting.section.as_str(), setting.key.as_str()) {
            ("core", "bare") => self.bare = Some(is_true(value)),
            ("core", "repositoryformatversion") => self.version = Some(value.to_owned()),
            ("core", "worktree") => self.work_tree = Some(value.to_owned()),
            ("extensions", "objectformat") => {
                self.sha256 = value.eq_ignore_ascii_case("sha256");
                let known = self.sha256 || value.eq_ignore_ascii_case("sha1");
                self.unknown_format = (!known).then(|| value.to_owned());
            }
            ("extensions", "refstorage") => {
                self.ref_storage = (!value.eq_ignore_ascii_case("files")).then(|| value.to_owned());
            }
            ("extensions", "partialclone") => self.partial = true,
            ("remote", "promisor") => self.partial |= is_true(value),
            ("extensions", "worktreeconfig") => self.worktree_config = is_true(value),
            ("extensions", name) if !KNOWN.contains(&name) => self.unknown_extensions.push(name.to_owned()),
            _ => {}
        }
    }
}

fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    matches!(value.as_str(), "true" | "yes" | "on" | "") || value.parse::<i64>().is_ok_and(|n| n != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_found_in_any_spelling() {
        let config = Config::parse(
            b"[Core]\n\tBare = \"yes\" # or not\n[remote \"o.x\"] promisor\n[extensions]\nobjectFormat=sha2\\\n56\n",
        );
        assert_eq!(config.bare, Some(true));
        assert!(config.partial && config.sha256);
        assert_eq!(config.unknown_format, None);
        assert_eq!(Config::parse(b"[core]\nbare = 0").bare, Some(false));
        assert_eq!(
            Config::parse(b"\xff[core\nbare\n[extensions]\nrefStorage = reftable").ref_storage.as_deref(),
            Some("reftable")
        );
    }
}
