//! Which files may be documents, told by their names alone.

use std::path::Path;

const ENDINGS: [&str; 5] = ["md", "markdown", "mdown", "mkd", "mkdn"];

/// Whether a file has the name of a Markdown file: only then its first bytes are worth a look.
#[must_use]
pub fn is_markdown(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}
