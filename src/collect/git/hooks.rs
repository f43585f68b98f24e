//! What git's hooks look at: the staged content, a message, the commits about to be pushed.
//!
//! Git tells a hook by its environment which repository and which index it works on; under `git commit -a`
//! and `git commit FILE` that is an index of the moment. Only what changed is read: a hook has milliseconds.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use gix::hash::ObjectId;

use super::attribute::Told;
use super::gather::{Gather, Spot};
use super::history::History;
use super::layout::Layout;
use super::objects::{self, Type};
use super::odb::{Odb, OdbLimits};
use super::refs::Refs;
use super::syntax::{Headed, object_id};
use super::{evidence, facts, files, index, message, ranged, staged};
use crate::collect::Context;
use crate::evidence::{Evidence, Gap};

/// What a hook is told by its caller.
pub struct Caller<'a> {
    /// Where the hook was started.
    pub folder: &'a Path,
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// What git itself says to these arguments: a hook runs inside git, whose settings come from many places.
    pub git: &'a dyn Fn(&[&str]) -> Answer,
}

/// Git's answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What it printed, its last line's end cut off.
    Said(Vec<u8>),
    /// It has none: no such setting.
    Nothing,
    /// It could not be asked.
    Unasked,
}

/// Why a hook can't do its work at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    #[error("no git repository is here, or above")]
    NoRepository,
    #[error("the message can't be read: {0}")]
    Message(String),
    #[error("line {line} of standard input is not what git gives to pre-push")]
    Line { line: usize },
}

impl Caller<'_> {
    /// The repository that the hook was started in.
    ///
    /// # Errors
    /// There is none.
    pub fn layout(&self) -> Result<Layout, HookError> {
        if let Some(dir) = (self.variable)("GIT_DIR").filter(|dir| !dir.is_empty()) {
            let dir = self.folder.join(dir);
            let tree = (self.variable)("GIT_WORK_TREE")
                .map_or(self.folder.to_owned(), |tree| self.folder.join(tree));
            return Ok(Layout::of(dir, Some(tree)));
        }
        self.folder.ancestors().find_map(Layout::find).ok_or(HookError::NoRepository)
    }

    fn index(&self, layout: &Layout) -> PathBuf {
        let own = (self.variable)("GIT_INDEX_FILE").filter(|file| !file.is_empty());
        own.map_or_else(|| layout.git_dir.join("index"), |file| self.folder.join(file))
    }
}

/// What the next commit would bring: new content and new paths, as they are staged.
///
/// # Errors
/// No repository.
pub fn pre_commit(caller: &Caller<'_>, context: &Context<'_>) -> Result<Evidence, HookError> {
    let layout = caller.layout()?;
    let mut gather = started(&layout, context);
    let index = match index::read(&caller.index(&layout), layout.hash) {
        Ok(index) => index.unwrap_or_default(),
        Err(error) => {
            gather.gap(".git/index", "staged", error.to_string());
            return Ok(evidence(gather, facts(&layout, ""), ""));
        }
    };
    match Odb::open(&layout.objects(), layout.hash, &OdbLimits::default()) {
        Err(error) => gather.gap(".git/objects", "staged", error.to_string()),
        Ok(odb) => {
            let head = Refs::head(&layout);
            let tree = head.and_then(|head| objects::tree_of(&odb, &head));
            if head.is_some() && tree.is_none() {
                gather.gap(".git/HEAD", "ref", "its commit can't be read: all that is staged was searched");
            }
            let files = staged::changed(&odb, &index, tree);
            staged::search(&mut gather, &odb, &files, "", false, &mut Told::default());
        }
    }
    Ok(evidence(gather, facts(&layout, ""), ""))
}

/// A commit's message, and the names that git was told to put on it.
///
/// # Errors
/// No repository, no message.
pub fn commit_msg(file: &Path, caller: &Caller<'_>, context: &Context<'_>) -> Result<Evidence, HookError> {
    use std::os::unix::ffi::OsStrExt as _;
    let layout = caller.layout()?;
    let mut gather = Gather::new(context);
    let bytes = files::read(&caller.folder.join(file), 64 << 20)
        .map_err(|error| HookError::Message(crate::text::io_reason(&error)))?;
    let shown = crate::text::printable_path(file);
    gather.read.files += 1;
    gather.search(&Spot::new("commit-message", shown).field("message"), message::written(&bytes, caller));
    for (name, field) in [
        ("GIT_AUTHOR_NAME", "author"),
        ("GIT_AUTHOR_EMAIL", "author"),
        ("GIT_COMMITTER_NAME", "committer"),
        ("GIT_COMMITTER_EMAIL", "committer"),
    ] {
        if let Some(value) = (caller.variable)(name) {
            gather.search(&Spot::new("commit-message", name).field(field), value.as_bytes());
        }
    }
    // Git tells its hooks of the author alone. Where it can name no committer, it makes no commit either.
    let name = "GIT_COMMITTER_IDENT";
    match (caller.git)(&["var", name]) {
        Answer::Said(value) => {
            gather.search(&Spot::new("commit-message", name).field("committer"), &value);
        }
        Answer::Nothing => {}
        Answer::Unasked => gather.gap(name, "commit-message", "git can't be asked for the committer"),
    }
    Ok(evidence(gather, facts(&layout, ""), ""))
}

/// One line of pre-push's standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Push {
    local_ref: Vec<u8>,
    local: ObjectId,
    remote_ref: Vec<u8>,
    remote: ObjectId,
}

/// Where a push goes, as git tells its hook.
#[derive(Debug, Clone, Copy, Default)]
pub struct Remote<'a> {
    /// Its name, or its address where it has none.
    pub name: Option<&'a str>,
    pub address: Option<&'a OsStr>,
}

/// The commits that a push would send and the remote does not have, as far as is known here. `lines` is what git
/// gives on standard input.
///
/// # Errors
/// No repository, a line that is none of git's.
pub fn pre_push(
    remote: Remote<'_>,
    lines: &[u8],
    caller: &Caller<'_>,
    context: &Context<'_>,
) -> Result<Evidence, HookError> {
    let layout = caller.layout()?;
    let mut gather = started(&layout, context);
    let pushes = pushes(lines, &layout)?;
    let odb = match Odb::open(&layout.objects(), layout.hash, &OdbLimits::default()) {
        Ok(odb) => odb,
        Err(error) => {
            gather.gap(".git/objects", "commit", error.to_string());
            return Ok(evidence(gather, facts(&layout, ""), ""));
        }
    };
    // What a ref that can't be read would leave out is searched: nothing is missed for it.
    let refs = Refs::read(&layout, &mut Vec::new());
    let name = remote.name.filter(|_| is_fetched_from(caller, remote));
    let mut without = at_remote(&refs, name, remotes(caller).as_deref());
    let (mut tips, mut seen) = (Vec::new(), HashSet::new());
    for push in pushes.iter().filter(|push| !push.local.is_null()) {
        for name in [&push.local_ref, &push.remote_ref] {
            let spot =
                Spot::new("ref", format!(".git/{}", String::from_utf8_lossy(name))).field("ref-name");
            gather.search_name(&spot, name, 0);
        }
        // What the remote itself says that it has.
        without.extend((!push.remote.is_null() && odb.contains(&push.remote)).then_some(push.remote));
        tips.extend(tip(&mut gather, &odb, push, &mut seen));
    }
    // Refs have most of their history in common: all of them are walked at once.
    let history = History::between(&odb, &tips, &without, &layout.shallow);
    ranged::commits(&mut gather, &odb, &history, "", ".git", &mut Told::default());
    Ok(evidence(gather, facts(&layout, ""), ""))
}

/// Searches the tags on the way to a commit or a tree, and gives that. `seen` has what was searched before.
fn tip(gather: &mut Gather<'_>, odb: &Odb, push: &Push, seen: &mut HashSet<ObjectId>) -> Option<ObjectId> {
    // What is pushed by its id alone is named by where it goes: the id may be a leak's.
    let named = if push.local_ref.starts_with(b"refs/") { &push.local_ref } else { &push.remote_ref };
    let path = format!(".git/{}", String::from_utf8_lossy(named));
    let mut id = push.local;
    for _ in 0..64 {
        match odb.read(&id) {
            Ok(Some((Type::Commit | Type::Tree, _))) => return Some(id),
            Ok(Some(_)) if !seen.insert(id) => return None,
            Ok(Some((Type::Tag, bytes))) => {
                gather.read.objects += 1;
                let spot =
                    Spot { held_by: "ref", ..Spot::new("commit-message", path.clone()) }.field("tag");
                gather.search(&spot, &bytes);
                let Some(target) = Headed::new(&bytes).id("object", id.kind()) else {
                    gather.gap(path, "commit-message", "the tag names no object");
                    return None;
                };
                id = target;
            }
            Ok(Some((Type::Blob, bytes))) => {
                gather.read.objects += 1;
                gather.search(&Spot { held_by: "ref", ..Spot::new("commit", path) }, &bytes);
                return None;
            }
            Ok(None) => {
                gather.gap(path, "commit", "what is to be pushed is not here");
                return None;
            }
            Err(fault) => {
                gather.gap(path, "commit", fault.to_string());
                return None;
            }
        }
    }
    gather.gap(".git", "commit-message", "tags of tags are nested too deeply");
    None
}

/// Whether the remote's branches, as they are known here, are those of the place that is pushed to. A push may go
/// elsewhere than a fetch comes from, by `pushurl`, `pushInsteadOf`, or a second address.
#[must_use]
pub fn is_fetched_from(caller: &Caller<'_>, remote: Remote<'_>) -> bool {
    use std::os::unix::ffi::OsStrExt as _;
    // A name like an option is one of a command line, and of no remote.
    let (Some(name), Some(address)) = (remote.name.filter(|name| !name.starts_with('-')), remote.address)
    else {
        return false;
    };
    let Answer::Said(fetched) = (caller.git)(&["remote", "get-url", name]) else { return false };
    fetched == address.as_bytes()
}

/// The names of all remotes; `None` where git does not say.
#[must_use]
pub fn remotes(caller: &Caller<'_>) -> Option<Vec<String>> {
    let Answer::Said(names) = (caller.git)(&["remote"]) else { return None };
    Some(String::from_utf8_lossy(&names).lines().map(str::to_owned).collect())
}

/// Whether a remote's branches can't be told from those of another by their names: `a` has `a/priv/main`, and so
/// has `a/priv`.
#[must_use]
pub fn is_shared(remote: &str, remotes: &[String]) -> bool {
    let inside = format!("{remote}/");
    remotes.iter().any(|other| other.starts_with(&inside))
}

/// What the remote had when it was last asked: its own branches. Of a remote that was never fetched from, or
/// whose name is not known, nothing; other remotes' branches say nothing of it.
fn at_remote(refs: &Refs, remote: Option<&str>, remotes: Option<&[String]>) -> Vec<ObjectId> {
    let (Some(remote), Some(remotes)) = (remote.filter(|remote| !remote.is_empty()), remotes) else {
        return Vec::new();
    };
    let inside = |name: &str, remote: &str| {
        let rest = name.strip_prefix("refs/remotes/").and_then(|rest| rest.strip_prefix(remote));
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let nearer = |name: &str| remotes.iter().any(|other| other.len() > remote.len() && inside(name, other));
    let own = refs.iter().filter(|(name, _)| inside(name, remote) && !nearer(name));
    own.map(|(_, id)| id).collect()
}

fn pushes(lines: &[u8], layout: &Layout) -> Result<Vec<Push>, HookError> {
    let mut pushes = Vec::new();
    for (at, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let wrong = HookError::Line { line: at + 1 };
        // From the end: the local name is what was typed, and `main@{1 day ago}` has spaces.
        let parts: Vec<&[u8]> = line.trim_ascii().rsplitn(4, |byte| *byte == b' ').collect();
        let [remote, remote_ref, local, local_ref] = parts.as_slice() else { return Err(wrong) };
        let id = |hex: &[u8]| object_id(hex, layout.hash);
        let (Some(local), Some(remote)) = (id(local), id(remote)) else { return Err(wrong) };
        pushes.push(Push { local_ref: local_ref.to_vec(), local, remote_ref: remote_ref.to_vec(), remote });
    }
    Ok(pushes)
}

/// A hook's beginning. Of the layout's faults, a clone that is shallow is none for it, and neither are refs
/// that can't be read: what they would leave out is searched then.
fn started<'a>(layout: &Layout, context: &'a Context<'a>) -> Gather<'a> {
    let mut gather = Gather::new(context);
    gather.gaps.extend(layout.gaps.iter().filter(|gap| matters(gap)).cloned());
    gather
}

fn matters(gap: &Gap) -> bool {
    !gap.path.ends_with("shallow") && gap.surface.as_deref() != Some("ref")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_has_its_own_branches_and_no_others() {
        let id = |digit: u8| ObjectId::from_hex(&[digit; 40]).expect("an id");
        let refs = Refs::from_names(&[
            ("refs/remotes/a/main", id(b'1')),
            ("refs/remotes/a/priv/main", id(b'2')),
            ("refs/remotes/ab/main", id(b'3')),
        ]);
        let remotes = ["a".to_owned(), "a/priv".to_owned(), "ab".to_owned()];
        let at = |remote| at_remote(&refs, remote, Some(&remotes));
        assert_eq!(at(Some("a")), [id(b'1')]);
        assert_eq!(at(Some("a/priv")), [id(b'2')]);
        for nobody in [Some("new"), Some(""), None] {
            assert!(at(nobody).is_empty(), "{nobody:?}");
        }
        assert!(at_remote(&refs, Some("a"), None).is_empty());
        assert!(is_shared("a", &remotes) && !is_shared("ab", &remotes));
    }

    #[test]
    fn a_line_of_a_push_may_have_spaces_in_what_was_typed() {
        let dir = tempfile::tempdir().expect("a directory");
        let layout = Layout::of(dir.path().to_owned(), None);
        let (one, two) = ("1".repeat(40), "0".repeat(40));
        let lines = format!("main@{{1 day ago}} {one} refs/heads/x {two}\n");
        let pushes = pushes(lines.as_bytes(), &layout).expect("a line of git's");
        assert_eq!(
            (&*pushes[0].local_ref, &*pushes[0].remote_ref),
            (&b"main@{1 day ago}"[..], &b"refs/heads/x"[..])
        );
        assert!(super::pushes(b"a b c\n", &layout).is_err());
    }
}
