//! What a loop puts together word by word: `args="$args '$1'"`, for `eval set -- "$args"`.
//!
//! How often, only a run knows. Where none of the pieces has a letter that is a command's or leaves a quote open, and
//! all of it stands behind a command's name, no number of them makes a command that does not stand there.

use super::command::{SHELLS, WRAPPERS};
use super::words::base;

/// Stands before what has grown.
pub(super) const GROWN: char = '\u{4}';

/// Words that make commands, or lists of all variables, of what stands behind them.
const STARTERS: [&str; 30] = [
    "env", "xargs", "find", "eval", "trap", "source", ".", "alias", "printenv", "export", "readonly",
    "declare", "typeset", "local", "set", "shopt", "if", "then", "else", "elif", "do", "while", "until",
    "for", "case", "coproc", "function", "!", "{", "in",
];

/// Whether what a variable says is made of words alone, however many of its pieces there are.
pub(super) fn is_of_words(readings: &[String]) -> bool {
    let even = |text: &str, quote| text.matches(quote).count() % 2 == 0;
    readings.iter().all(|text| {
        let is_plain =
            !text.contains([';', '&', '|', '<', '>', '(', ')', '{', '}', '\n', '$', '`', '\\', '#']);
        is_plain && even(text, '\'') && even(text, '"')
    })
}

/// Whether something that has grown stands in a text where it may be a command.
pub(super) fn may_be_a_command(text: &str, is_function: impl Fn(&str) -> bool) -> bool {
    // What stands behind the first of a command has the same name before it.
    text.split([';', '&', '|', '(', '{', '\n', '`']).any(|command| {
        let Some((before, _)) = command.split_once(GROWN) else { return false };
        let mut words = before.split_whitespace();
        let Some(name) = words.next().filter(|name| before.trim_start().len() > name.len()) else {
            return true;
        };
        let name = base(name.trim_matches(['"', '\'']));
        let starts = STARTERS.contains(&name) || WRAPPERS.contains(&name) || SHELLS.contains(&name);
        let sets_words = name == "set" && words.next() == Some("--");
        (starts && !sets_words) || name.contains(['=', '$', '\\', '"', '\'']) || is_function(name)
    })
}
