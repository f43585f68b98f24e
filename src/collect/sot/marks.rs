//! Marks that carry no meaning: bullets and numbers before words, hyphens of other kinds.

use crate::text::is_cross;

/// Whether a line begins with a bullet as it is shown, where no list was made of it.
pub(super) fn is_bulleted(line: &str) -> bool {
    !line.starts_with(|c: char| c.is_ascii() || c.is_alphanumeric()) && line.starts_with(is_bullet)
}

/// The length of the marks before a text's first word: bullets, dashes, boxes, numbers of a list. A mark that
/// denies (a cross, an empty box) is none of them: it says something of the words.
pub(super) fn before_words(text: &str) -> usize {
    let mut rest = text;
    // Most texts begin with a word.
    while !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let bare = rest.trim_start_matches(|c: char| is_bullet(c) || is_dash(c) || c.is_whitespace());
        let bare = boxed(bare).or_else(|| numbered(bare)).or_else(|| marked(bare)).unwrap_or(bare);
        if bare.len() == rest.len() {
            break;
        }
        rest = bare;
    }
    text.len() - rest.len()
}

/// What stands behind `[x] `.
fn boxed(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('[')?.strip_prefix(['x', 'X'])?;
    rest.strip_prefix(']').filter(|rest| rest.starts_with(char::is_whitespace))
}

/// What stands behind `1. `, `1) ` or `1.2. `.
fn numbered(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = text.get(..text.len() - rest.len())?;
    let (rest, closed) = rest.strip_prefix(')').map_or((rest, number.ends_with('.')), |rest| (rest, true));
    let is_one = number.starts_with(|c: char| c.is_ascii_digit()) && number.len() < 9;
    (is_one && closed && rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// What stands behind `- ` or `* `.
fn marked(text: &str) -> Option<&str> {
    text.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with(char::is_whitespace))
}

fn is_dash(c: char) -> bool {
    matches!(c, '–' | '—' | '−')
}

fn is_bullet(c: char) -> bool {
    let denies = is_cross(c) || matches!(c, '☐' | '⛔' | '🚫' | '⬜');
    !denies
        && matches!(c, '•' | '‣' | '⁃' | '∙' | '·' | '\u{fe0f}' | '\u{200d}' | '\u{2190}'..='\u{21ff}'
            | '\u{25a0}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f300}'..='\u{1faff}')
}

/// Hyphens beside the one of ASCII: people read an id in which one stands.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '\u{2010}' | '\u{2011}' | '\u{fe63}' | '\u{ff0d}')
}

/// Where the first of some marks stands in a text, the longest of those that begin there, and how long it is. Each
/// of them begins with a space, a comma or a semicolon.
pub(super) fn first_of(text: &str, marks: &[&str]) -> Option<(usize, usize)> {
    memchr::memchr3_iter(b' ', b',', b';', text.as_bytes()).find_map(|at| {
        let rest = text.get(at..)?;
        let len = marks.iter().filter(|mark| rest.starts_with(**mark)).map(|mark| mark.len()).max()?;
        Some((at, len))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mark_is_the_longest_that_begins_there() {
        let marks = [", and ", " and ", ", "];
        assert_eq!(first_of("a, and b and c", &marks), Some((1, 6)));
        assert_eq!(first_of("a and b, c", &marks), Some((1, 5)));
        assert_eq!(first_of("a, b", &marks), Some((1, 2)));
        assert_eq!(first_of("a,b andc;d", &marks), None);
    }

    #[test]
    fn marks_are_told_from_words() {
        for (text, words) in [
            ("Status: open", "Status: open"),
            ("✅ Status", "Status"),
            ("✔️ Status", "Status"),
            ("• 1. Status", "Status"),
            ("1.2. Status", "Status"),
            ("(1) Status", "(1) Status"),
            ("[x] Status", "Status"),
            ("[ ] Status", "[ ] Status"),
            ("❌ Status", "❌ Status"),
            ("🗷 Status", "🗷 Status"),
            ("2026-06-01 was", "2026-06-01 was"),
            ("--json was given", "--json was given"),
            ("- Status", "Status"),
            ("→ Status", "Status"),
            ("20", "20"),
        ] {
            assert_eq!(&text[before_words(text)..], words);
        }
        assert!(is_bulleted("• a") && is_bulleted("✅ a"));
        assert!(!is_bulleted("– a") && !is_bulleted("a") && !is_bulleted("- a") && !is_bulleted(""));
    }
}
