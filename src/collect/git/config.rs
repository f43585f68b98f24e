//! The few settings of `.git/config` that say how to read the repository.
//!
//! Includes are not followed and no other configuration file of the machine is read: the repository is
//! data, and what it says of itself is all that counts. That its text is searched is `beside`'s work.

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
}

impl Config {
    pub fn parse(bytes: &[u8]) -> Self {
        let mut config = Self::default();
        config.add(bytes);
        config
    }

    /// Takes what a further file says; the last word counts.
    pub fn add(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let mut section = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let mut line = line.trim();
            if let Some(rest) = line.strip_prefix('[') {
                let Some((name, after)) = rest.split_once(']') else { continue };
                section = name.split([' ', '\t', '.']).next().unwrap_or("").to_ascii_lowercase();
                line = after.trim();
            }
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, "true"));
            let mut value = value.to_owned();
            while value.ends_with('\\') && !value.ends_with("\\\\") {
                value.pop();
                let Some(more) = lines.next() else { break };
                value.push_str(more);
            }
            self.set(&section, &key.trim().to_ascii_lowercase(), &plain(&value));
        }
    }

    fn set(&mut self, section: &str, key: &str, value: &str) {
        match (section, key) {
            ("core", "bare") => self.bare = Some(is_true(value)),
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
            _ => {}
        }
    }
}

fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    matches!(value.as_str(), "true" | "yes" | "on" | "") || value.parse::<i64>().is_ok_and(|n| n != 0)
}

/// A value without quotes, escapes and the comment behind it.
fn plain(value: &str) -> String {
    let (mut out, mut quoted) = (String::new(), false);
    let mut chars = value.trim().chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => out.extend(chars.next()),
            '#' | ';' if !quoted => break,
            c => out.push(c),
        }
    }
    out.trim().to_owned()
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
