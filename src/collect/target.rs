//! Target repositories: what a run must neither have inspected nor copied.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A target repository, as the profile or the caller names it.
#[derive(Debug, Clone)]
pub struct Target {
    /// As it was named: what findings show.
    pub shown: String,
    pub root: PathBuf,
    /// How a text may spell its path.
    spellings: Vec<Vec<u8>>,
}

impl Target {
    #[must_use]
    pub fn new(root: &Path) -> Self {
        let mut spellings: Vec<Vec<u8>> = Vec::new();
        let forms = [Some(root.to_owned()), std::path::absolute(root).ok(), root.canonicalize().ok()];
        for form in forms.into_iter().flatten() {
            let bytes = form.as_os_str().as_encoded_bytes();
            let bytes = bytes.strip_suffix(b"/").unwrap_or(bytes).to_vec();
            // A name alone, or the root of all, would be found everywhere.
            if form.components().count() < 2 || bytes.len() < 4 {
                continue;
            }
            let escaped = String::from_utf8_lossy(&bytes).replace('/', "\\/").into_bytes();
            spellings.extend([bytes, escaped]);
        }
        spellings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        spellings.dedup();
        Self { shown: crate::text::printable_path(root), root: root.to_owned(), spellings }
    }

    /// The first place where a text names the repository, or a path in it.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let first = |spelling: &Vec<u8>| {
            memchr::memmem::find_iter(text, spelling)
                .map(|start| start..start + spelling.len())
                .find(|range| stands_alone(text, range))
        };
        self.spellings.iter().filter_map(first).min_by_key(|range| (range.start, text.len() - range.end))
    }
}

/// Not a part of a longer path: `/srv/app` is not in `/srv/app-old`, nor in `/mnt/srv/app`.
fn stands_alone(text: &[u8], range: &Range<usize>) -> bool {
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80;
    let byte_before = |back: usize| range.start.checked_sub(back).and_then(|at| text.get(at)).copied();
    let before = byte_before(1);
    let url = before == Some(b'/') && byte_before(2) == Some(b'/');
    let mut after = text.get(range.end..).unwrap_or_default().iter().copied();
    let next = after.next();
    let free_before = url || !before.is_some_and(|byte| name(byte) || matches!(byte, b'.' | b'/'));
    let free_after = match next {
        Some(b'.') => !after.next().is_some_and(name),
        Some(byte) => !name(byte),
        None => true,
    };
    free_before && free_after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_as_itself_and_not_in_a_longer_path() {
        let target = Target::new(Path::new("/srv/target/app"));
        for text in [
            "cat /srv/target/app/src/main.rs",
            "--root=/srv/target/app",
            "\"/srv/target/app\"",
            "in /srv/target/app.",
            "\"\\/srv\\/target\\/app\\/x\"",
            "file:///srv/target/app",
        ] {
            assert!(target.find(text.as_bytes()).is_some(), "{text}");
        }
        for text in [
            "/srv/target/app-old",
            "/srv/target/apple",
            "/mnt/srv/target/app",
            "/srv/target/app.bak",
            "app",
        ] {
            assert!(target.find(text.as_bytes()).is_none(), "{text}");
        }
    }
}
