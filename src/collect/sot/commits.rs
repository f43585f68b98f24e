//! Commit claims: `<Repo> commit: <abbreviated id> <subject>`, and the other ways in which people write it.

use std::ops::Range;

use super::lines::{DASHES, before_end, is_nothing, part_of};
use crate::text::plain;

/// What a commit line's value says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Commit {
    /// Where the id and the subject stand in it.
    Is(Range<usize>, Range<usize>),
    /// It says that there is none.
    None,
    /// There is no id that can be read in it, or there are several.
    Unreadable,
}

/// `Hermes` of the label `Hermes commit`; `None` of a label that speaks of no commit.
pub(super) fn repository(label: &str) -> Option<&str> {
    // `Hermes commit (main)`, `Commit hash`
    let label = label.strip_suffix(')').and_then(|label| Some(label.rsplit_once(" (")?.0)).unwrap_or(label);
    let bare = [" hash", " id", " sha", " sha1"].iter().find_map(|end| before_end(label, end));
    let label = bare.unwrap_or(label);
    let before = before_end(label, "commit").or_else(|| before_end(label, "commits"))?;
    let name = before.trim_end();
    (name.is_empty() || before.len() > name.len()).then_some(name)
}

/// Whether it names a repository: `Before each commit` is prose.
pub(super) fn is_name(name: &str) -> bool {
    const WORDS: [&str; 18] = [
        "a", "after", "any", "before", "each", "every", "first", "i", "in", "last", "no", "one", "per",
        "see", "the", "to", "we", "you",
    ];
    name.split(' ').count() < 4
        && name.split(' ').all(|word| !WORDS.contains(&word.to_lowercase().as_str()))
}

/// Reads the value of a commit line.
pub(super) fn commit(value: &str) -> Commit {
    let bare = value.trim_start_matches(BEFORE);
    let bare = bare.strip_prefix("see ").or_else(|| bare.strip_prefix("See ")).unwrap_or(bare);
    let bare = bare.trim_start_matches(BEFORE);
    // A mistyped id is one all the same: it is in no repository.
    let Some(len) = id(bare, 4) else {
        let none = is_nothing(value) || plain(value.trim_end_matches('.')) == "pending";
        return if none { Commit::None } else { Commit::Unreadable };
    };
    let subject = subject(bare.get(len..).unwrap_or_default());
    let first = subject.split_whitespace().next().unwrap_or_default();
    if id(first, 7).is_some_and(|len| first.bytes().take(len).all(|c| c.is_ascii_hexdigit())) {
        return Commit::Unreadable;
    }
    let start = part_of(value, bare).start;
    Commit::Is(start..start + len, part_of(value, subject))
}

/// Whether a text is an id, with or without a subject.
pub(super) fn is_one(value: &str) -> bool {
    matches!(commit(value), Commit::Is(..))
}

/// The same of a line without a colon: `Hermes commit b07e1dd Subject`. Words that go on as a sentence does are no
/// subject: there is only the commit to be found.
pub(super) fn sentence(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let at = memchr::memmem::find(text.as_bytes(), b"ommit ")? + "ommit".len();
    let (label, rest) = text.split_at_checked(at)?;
    let begins = label.starts_with(char::is_uppercase) && repository(label).is_some_and(is_name);
    let bare = rest.trim_start_matches(BEFORE);
    let len = id(bare, 7).filter(|_| begins)?;
    let is_hex = bare.bytes().take(len).all(|c| c.is_ascii_hexdigit());
    let numbered = bare.bytes().take(len).any(|c| c.is_ascii_digit());
    let after = bare.get(len..)?;
    let subject = subject(after);
    let subject = if goes_on(after, subject) { "" } else { subject };
    let start = part_of(text, bare).start;
    let at = if subject.is_empty() { text.len()..text.len() } else { part_of(text, subject) };
    (is_hex && numbered).then_some((start..start + len, at))
}

/// Whether what stands behind an id goes on as a sentence does, in lower case: "adds the loop". A subject may begin
/// so as well: behind a mark that parts it from the id, with a kind (`fix: …`), or with a word of command.
fn goes_on(after: &str, subject: &str) -> bool {
    let parted = after.trim_start_matches(['`', ' ']).starts_with([':', '"', '\'', '-', '–', '—', '−']);
    let word = subject.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let behind = subject.get(word.len()..).unwrap_or_default();
    let scope = behind.strip_prefix('(').and_then(|scope| scope.split_once(')'));
    let behind = scope.map_or(behind, |(_, behind)| behind);
    let kind = behind.strip_prefix('!').unwrap_or(behind).starts_with(": ");
    subject.starts_with(char::is_lowercase) && !parted && !kind && !COMMANDS.contains(&word)
}

/// Words that subjects begin with and that no sentence goes on with.
const COMMANDS: [&str; 24] = [
    "add",
    "allow",
    "apply",
    "bump",
    "correct",
    "delete",
    "drop",
    "enable",
    "extend",
    "fix",
    "handle",
    "implement",
    "improve",
    "introduce",
    "keep",
    "make",
    "merge",
    "move",
    "refactor",
    "remove",
    "rename",
    "replace",
    "revert",
    "update",
];

/// The length of the id that a text begins with, of so many characters at least.
fn id(text: &str, shortest: usize) -> Option<usize> {
    let len = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (id, after) = text.split_at_checked(len)?;
    let like_one = id.bytes().all(|c| c.is_ascii_hexdigit()) || id.contains(|c: char| c.is_ascii_digit());
    let ends = after.is_empty()
        || !after.starts_with(['-', '_', '/']) && !after.starts_with(char::is_alphanumeric);
    ((shortest..=64).contains(&len) && ends && like_one).then_some(len)
}

/// What is said of a commit behind its id.
fn subject(after: &str) -> &str {
    let subject = after.trim_start_matches(['`', '"', '\'', ')', ']', ',', ':', ' ', '\t', '.']);
    let dashed = subject.trim_start_matches(DASHES);
    // `-x` is an option: a dash that parts has a space behind it.
    let subject = if dashed.starts_with(' ') { dashed.trim_start() } else { subject };
    let inner = subject.strip_prefix('(').and_then(|inner| inner.trim_end_matches('.').strip_suffix(')'));
    let subject = inner.filter(|inner| !inner.contains(") ")).unwrap_or(subject);
    if is_remark(subject.trim_end_matches('.')) {
        subject.get(subject.len()..).unwrap_or_default()
    } else {
        subject
    }
}

/// Whether what stands behind an id is no subject: a day, a pull request's number, a branch.
fn is_remark(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_day = |text: &str| {
        text.len() == 10 && text.split('-').map(str::len).eq([4, 2, 2]) && text.split('-').all(is_number)
    };
    let branch = ["on ", "on branch ", "on the "].iter().find_map(|on| text.strip_prefix(on));
    let is_branch = branch.is_some_and(|name| {
        ["main", "master", "trunk", "main branch", "master branch"].contains(&name)
            || name.contains('/') && !name.contains(' ')
    });
    is_day(text) || text.strip_prefix('#').is_some_and(is_number) || is_branch
}

const BEFORE: [char; 8] = ['`', '"', '\'', '#', '@', '(', '[', ' '];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read_from_any_writing() {
        for value in [
            "6c453ee Add the loop",
            "`6c453ee` Add the loop",
            "6c453ee: Add the loop",
            "see 6c453ee Add the loop",
            "#6c453ee Add the loop",
            "@6c453ee Add the loop",
            "6c453ee - Add the loop",
            "6c453ee — Add the loop",
            "6c453ee – Add the loop",
            "6c453ee (Add the loop)",
            "(6c453ee) Add the loop",
            "6c453ee \"Add the loop",
        ] {
            let Commit::Is(id, subject) = commit(value) else { panic!("{value}") };
            assert_eq!((&value[id], &value[subject]), ("6c453ee", "Add the loop"), "{value}");
        }
        let value = "6c453ex";
        assert_eq!(commit(value), Commit::Is(0..7, 7..7), "a mistyped one");
        for none in ["none", "n/a", "pending.", ""] {
            assert_eq!(commit(none), Commit::None, "{none}");
        }
        for unreadable in ["soon", "the last one", "1234567, 89abcde", "https://example.com/c/1234567"] {
            assert_eq!(commit(unreadable), Commit::Unreadable, "{unreadable}");
        }
        for label in ["Hermes commit", "Commit", "Hermes commits", "Case engine commit"] {
            assert!(repository(label).is_some_and(is_name), "{label}");
        }
        for label in ["Before each commit", "Martcommit", "Commit message", "No commit"] {
            assert!(!repository(label).is_some_and(is_name), "{label}");
        }
    }

    #[test]
    fn a_commit_needs_no_colon() {
        let text = "Hermes commit b07e1dd Wrong subject";
        let (id, subject) = sentence(text).expect("a commit");
        assert_eq!((&text[id], &text[subject]), ("b07e1dd", "Wrong subject"));
        let text = "Hermes commit b07e1dd added the loop";
        let (id, subject) = sentence(text).expect("a commit");
        assert_eq!((&text[id], &text[subject]), ("b07e1dd", ""));
        for (behind, subject) in [
            (" adds the loop", ""),
            (", which adds the loop", ""),
            (" is there: it is", ""),
            (" fix: correct thing", "fix: correct thing"),
            (" feat(loop)!: add thing", "feat(loop)!: add thing"),
            (" add the loop", "add the loop"),
            (" - tests for the loop", "tests for the loop"),
            (" \"tests for the loop", "tests for the loop"),
        ] {
            let text = format!("Hermes commit b07e1dd{behind}");
            assert_eq!(sentence(&text).map(|(_, at)| &text[at]), Some(subject), "{text}");
        }
        for text in ["In commit b07e1dd we did", "Hermes commit faceted", "We commit 1234567 a day"] {
            assert!(sentence(text).is_none(), "{text}");
        }
    }
}
