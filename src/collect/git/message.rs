//! The file that git keeps a commit's message in while it is written: the message, and what git puts below it for
//! the writer to see.
//!
//! Git takes its own words out again, but tells no hook which way: a flag of the command decides. So only what
//! can be nothing but git's is left out, and where that is not certain all is searched.

use super::hooks::{Answer, Caller};

/// Git's line between a message and what is cut off with it.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------\n";
const SETTINGS: &str = r"^(core\.comment(char|string)|commit\.cleanup)$";

/// What of the file somebody wrote.
#[must_use]
pub fn written<'m>(message: &'m [u8], caller: &Caller<'_>) -> &'m [u8] {
    // Without an editor git writes nothing below the message, and takes out no line of it: whatever is there is
    // what was given. It says so to hooks by an editor that does nothing.
    let no_editor = (caller.variable)("GIT_EDITOR").is_some_and(|editor| editor == ":");
    if no_editor {
        return message;
    }
    match (caller.git)(&["config", "--get-regexp", SETTINGS]) {
        Answer::Unasked => message,
        Answer::Nothing => without_gits(message, b"#", true),
        Answer::Said(settings) => {
            let (mut comment, mut strips) = (b"#".to_vec(), true);
            for line in settings.split(|byte| *byte == b'\n') {
                let at = memchr::memchr(b' ', line).unwrap_or(line.len());
                let (name, value) = line.split_at(at);
                let value = value.get(1..).unwrap_or_default();
                match name {
                    b"commit.cleanup" => strips = matches!(value, b"default" | b"strip" | b"scissors"),
                    // Git picks one that begins no line of the message: which, is not told.
                    _ if value == b"auto" => return message,
                    _ => comment = value.to_vec(),
                }
            }
            without_gits(message, &comment, strips)
        }
    }
}

/// The message before the diff that `--verbose` shows below it, and before git's comments, which come last.
/// `strips` is whether git takes comments out.
fn without_gits<'m>(message: &'m [u8], comment: &[u8], strips: bool) -> &'m [u8] {
    let mut kept = message;
    if let Some(at) = verbose(message, comment) {
        kept = message.get(..at).unwrap_or_default();
    }
    if !strips {
        return kept;
    }
    gits(kept, comment).and_then(|start| kept.get(..start)).unwrap_or(kept)
}

/// Where git's own comments begin, with the blank lines before them: the last paragraph, whose last line has no word
/// or begins with a tab. It begins with a sentence that is known, or else with such a line: what stands before that, or
/// behind the last one, may be anybody's.
fn gits(message: &[u8], comment: &[u8]) -> Option<usize> {
    const FIRST: &[u8] = b" Please enter the commit message";
    let mut at = message.len();
    let mut start = None;
    for line in message.split_inclusive(|byte| *byte == b'\n').rev() {
        at -= line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let Some(words) = line.strip_prefix(comment).filter(|_| !comment.is_empty()) else { break };
        let begins = words.starts_with(FIRST);
        if begins || words.is_empty() || words.starts_with(b"\t") {
            start = Some(at);
        }
        if begins || start.is_none() {
            break;
        }
    }
    let before = message.get(..start?)?;
    let blank = before.iter().rev().take_while(|byte| **byte == b'\n').count();
    // The last of them ends the line before.
    Some(before.len() - blank.saturating_sub(usize::from(blank < before.len())))
}

/// Where git's own scissors begin: its line, two lines that explain it, and a diff or nothing. A line of scissors
/// alone may stand in any message that was pasted.
fn verbose(message: &[u8], comment: &[u8]) -> Option<usize> {
    let cut = [comment, SCISSORS].concat();
    let start = if message.starts_with(&cut) {
        0
    } else {
        memchr::memmem::find(message, &[b"\n", cut.as_slice()].concat())? + 1
    };
    let mut below = message.get(start + cut.len()..)?.split(|byte| *byte == b'\n');
    let explained = below.next().is_some_and(|line| is_comment(line, comment))
        && below.next().is_some_and(|line| is_comment(line, comment));
    let next = below.find(|line| !is_comment(line, comment)).unwrap_or_default();
    (explained && (next.is_empty() || next.starts_with(b"diff --"))).then_some(start)
}

fn is_comment(line: &[u8], comment: &[u8]) -> bool {
    !comment.is_empty() && line.starts_with(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(message: &str, editor: Option<&str>, settings: Answer) -> String {
        let caller = Caller {
            folder: std::path::Path::new("."),
            variable: &|_| editor.map(std::ffi::OsString::from),
            git: &|_| settings.clone(),
        };
        String::from_utf8_lossy(written(message.as_bytes(), &caller)).into_owned()
    }

    const CUT: &str = "# ------------------------ >8 ------------------------\n";
    const GITS: &str = "# Please enter the commit message for your changes.\n#\n# On branch main\n# Changes to be committed:\n#\n";
    const EXPLAINED: &str = "# Do not modify.\n# All below is ignored.\n";

    #[test]
    fn what_git_shows_below_a_message_is_no_part_of_it() {
        let message =
            format!("Subject\n\n{GITS}#\tdeleted: x\n#\n{CUT}{EXPLAINED}diff --git a/x b/x\n-x\n");
        assert_eq!(kept(&message, None, Answer::Nothing), "Subject\n");
        // In another language: only the sentence is not known.
        let german =
            message.replace("Please enter the commit message", "Bitte geben Sie eine Beschreibung ein");
        let left = "Subject\n\n# Bitte geben Sie eine Beschreibung ein for your changes.\n";
        assert_eq!(kept(&german, None, Answer::Nothing), left);
        assert_eq!(kept(&format!("\n{GITS}"), None, Answer::Nothing), "");
        let no_diff = format!("Subject\n{CUT}{EXPLAINED}#\n# On branch main\n");
        assert_eq!(kept(&no_diff, None, Answer::Nothing), "Subject\n");
    }

    #[test]
    fn what_may_be_someones_own_is_searched() {
        let pasted = format!("Subject\n{CUT}text\n");
        assert_eq!(kept(&pasted, None, Answer::Nothing), pasted);
        let explained = format!("Subject\n{CUT}{EXPLAINED}text\n");
        assert_eq!(kept(&explained, None, Answer::Nothing), explained);
        let message = format!("Subject\n# a comment\n{CUT}{EXPLAINED}diff --git a/x b/x\n");
        // No editor: git writes none of it.
        assert_eq!(kept(&message, Some(":"), Answer::Nothing), message);
        assert_eq!(kept(&message, None, Answer::Unasked), message);
        let said = |text: &str| Answer::Said(text.as_bytes().to_vec());
        assert_eq!(kept(&message, None, said("core.commentchar auto")), message);
        assert_eq!(kept(&message, None, said("core.commentchar ;")), message);
        assert_eq!(kept(&message, None, said("commit.cleanup verbatim")), "Subject\n# a comment\n");
        let own = "a\n# b\nc\n# d\n";
        assert_eq!(kept(own, None, Answer::Nothing), own, "the last comment need not be git's");
        assert_eq!(kept(&format!("{own}{GITS}"), None, Answer::Nothing), own);
        let behind = format!("a\n\n{GITS}# d\n");
        assert_eq!(kept(&behind, None, Answer::Nothing), behind);
    }
}
