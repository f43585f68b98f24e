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
                    b"commit.cleanup" => strips = matches!(value, b"default" | b"strip"),
                    // Git picks one that begins no line of the message: which, is not told.
                    _ if value == b"auto" => return message,
                    _ => comment = value.to_vec(),
                }
            }
            without_gits(message, &comment, strips)
        }
    }
}

/// The message before what is cut off with the scissors, and before git's comments, which come last. `strips` is
/// whether git takes comments out, as far as its settings tell.
fn without_gits<'m>(message: &'m [u8], comment: &[u8], strips: bool) -> &'m [u8] {
    let cut = cut(message, comment);
    let kept = cut.as_ref().and_then(|cut| message.get(..cut.start)).unwrap_or(message);
    // With its comments below the scissors, git takes none out above them.
    if !strips || cut.is_some_and(|cut| cut.has_comments) {
        return kept;
    }
    gits(kept, comment).and_then(|start| kept.get(..start)).unwrap_or(kept)
}

/// What git's own comments begin with, and what they say where git takes comments out. In other languages nobody
/// knows what they say, and they are searched.
const FIRST: &[u8] = b" Please enter the commit message";
const TAKEN_OUT: &[u8] = b" will be ignored";

/// Where git's own comments begin, with the blank lines before them: the last paragraph, whose last line has no word
/// or begins with a tab. What stands before its first sentence, or behind the last line, may be anybody's.
fn gits(message: &[u8], comment: &[u8]) -> Option<usize> {
    let mut at = message.len();
    let (mut start, mut is_last) = (None, true);
    for line in message.split_inclusive(|byte| *byte == b'\n').rev() {
        at -= line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let Some(words) = line.strip_prefix(comment).filter(|_| !comment.is_empty()) else { break };
        if words.starts_with(FIRST) {
            start = Some(at);
            break;
        }
        if is_last && !words.is_empty() && !words.starts_with(b"\t") {
            break;
        }
        is_last = false;
    }
    let (before, block) = message.split_at_checked(start?)?;
    let mut sentence = block.split(|byte| *byte == b'\n').take(2);
    if !sentence.any(|line| memchr::memmem::find(line, TAKEN_OUT).is_some()) {
        return None;
    }
    let blank = before.iter().rev().take_while(|byte| **byte == b'\n').count();
    // The last of them ends the line before.
    Some(before.len() - blank.saturating_sub(usize::from(blank < before.len())))
}

/// Git's own scissors.
struct Cut {
    start: usize,
    /// Whether git's comments stand below them, and not a diff alone.
    has_comments: bool,
}

/// Git's line, two lines that explain it, and its comments, a diff or nothing. A line of scissors alone may stand in
/// any message that was pasted; and where git's first sentence stands below it, all above is what was given.
fn cut(message: &[u8], comment: &[u8]) -> Option<Cut> {
    let line = [comment, SCISSORS].concat();
    let start = if message.starts_with(&line) {
        0
    } else {
        memchr::memmem::find(message, &[b"\n", line.as_slice()].concat())? + 1
    };
    let below = message.get(start + line.len()..)?;
    if memchr::memmem::find(below, &[b"\n", comment, FIRST].concat()).is_some() {
        return None;
    }
    let mut below = below.split(|byte| *byte == b'\n');
    let explained = below.next().is_some_and(|line| is_comment(line, comment))
        && below.next().is_some_and(|line| is_comment(line, comment));
    let mut below = below.peekable();
    let has_comments = below.peek().is_some_and(|line| is_comment(line, comment));
    let next = below.find(|line| !is_comment(line, comment)).unwrap_or_default();
    let is_gits = explained && (next.is_empty() || next.starts_with(b"diff --"));
    is_gits.then_some(Cut { start, has_comments })
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
    const GITS: &str = "# Please enter the commit message for your changes. Lines starting\n# with '#' will be ignored.\n#\n# On branch main\n#\n";
    const EXPLAINED: &str = "# Do not modify.\n# All below is ignored.\n";

    #[test]
    fn what_git_shows_below_a_message_is_no_part_of_it() {
        let message =
            format!("Subject\n\n{GITS}#\tdeleted: x\n#\n{CUT}{EXPLAINED}diff --git a/x b/x\n-x\n");
        assert_eq!(kept(&message, None, Answer::Nothing), "Subject\n");
        // In another language nobody knows whether git takes it out.
        let german =
            message.replace("Please enter the commit message", "Bitte geben Sie eine Beschreibung ein");
        assert_eq!(kept(&german, None, Answer::Nothing), german[..german.find(CUT).expect("there")]);
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
        let kept_by_git = GITS.replace("will be ignored", "will be kept");
        let message = format!("Subject\n\n{kept_by_git}");
        assert_eq!(kept(&message, None, Answer::Nothing), message, "a flag says that comments stay");
        let message = format!("Subject\n\n{kept_by_git}{CUT}{EXPLAINED}diff --git a/x b/x\n");
        assert_eq!(kept(&message, None, Answer::Nothing), format!("Subject\n\n{kept_by_git}"));
        // What an editor left of another commit.
        let given = format!("Subject\n\n{GITS}");
        let message = format!("{given}{CUT}{EXPLAINED}# On branch main\n#\n");
        assert_eq!(kept(&message, None, Answer::Nothing), given, "comments stay above the scissors");
        let given = format!("Subject\n{CUT}{EXPLAINED}diff --git a/x b/x\n+x\n");
        let message = format!("{given}\n{GITS}");
        assert_eq!(kept(&message, None, Answer::Nothing), given, "git cuts nothing off here");
        for mode in ["scissors", "verbatim", "whitespace"] {
            let message = format!("Subject\n\n{GITS}");
            assert_eq!(kept(&message, None, said(&format!("commit.cleanup {mode}"))), message);
        }
        assert_eq!(kept(own, None, Answer::Nothing), own, "the last comment need not be git's");
        assert_eq!(kept(&format!("{own}{GITS}"), None, Answer::Nothing), own);
        let behind = format!("a\n\n{GITS}# d\n");
        assert_eq!(kept(&behind, None, Answer::Nothing), behind);
    }
}
