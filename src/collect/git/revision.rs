//! From words (`main`, `v1.2`, `3f2c1ab`, `HEAD~2`) to commits.

use gix::hash::{Kind, ObjectId};

use super::history::History;
use super::layout::Border;
use super::objects::{self, Type};
use super::odb::Odb;
use super::refs::Refs;
use super::syntax::object_id;
use crate::text::io_reason;

/// The two ends of `A..B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    pub exclude: Vec<ObjectId>,
    pub include: Vec<ObjectId>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevisionError {
    #[error("`{0}` names no commit of this repository")]
    Unknown(String),
    #[error("`{0}` names more than one object")]
    Ambiguous(String),
    #[error("`{0}` goes from HEAD to HEAD, and no commit is between them")]
    Endless(String),
    #[error("objects can't be listed: {0}")]
    Unlisted(String),
}

/// Understands `A..B`, `..B`, `A..`, `A...B` (what leads to one of both and not to the other), `A^!` and `A^-N` (without
/// what its parents, or that one, lead to), and one revision alone (everything that leads to it).
pub fn range(text: &str, refs: &Refs, odb: &Odb, shallow: &Border) -> Result<Range, RevisionError> {
    let one = |word: &str| resolve(if word.is_empty() { "HEAD" } else { word }, refs, odb);
    let both = |a: &str, b: &str| -> Result<[ObjectId; 2], RevisionError> {
        let ends = [one(a)?, one(b)?];
        let is_head = |word: &str| matches!(word, "" | "HEAD" | "@");
        // What `$A..$B` says where nobody gave one of the variables a value: an audit of nothing would pass.
        // `origin/main..` is no such thing: it has nothing where all was pushed.
        let left_out = a.is_empty() || (is_head(a) && is_head(b));
        if left_out && ends[0] == ends[1] {
            return Err(RevisionError::Endless(text.to_owned()));
        }
        Ok(ends)
    };
    if let Some((a, b)) = text.split_once("...") {
        let include = both(a, b)?.to_vec();
        let all = |id: &ObjectId| History::between(odb, &[*id], &[], shallow);
        let [of_a, of_b] = [all(&include[0]), all(&include[1])];
        let common = of_a.commits.iter().map(|commit| commit.id).filter(|id| of_b.contains(id));
        return Ok(Range { exclude: common.collect(), include });
    }
    Ok(match text.split_once("..") {
        Some((a, b)) => {
            let [exclude, include] = both(a, b)?.map(|id| vec![id]);
            Range { exclude, include }
        }
        None => match alone(text) {
            None => Range { exclude: Vec::new(), include: vec![one(text)?] },
            Some((word, parent)) => {
                let id = one(word)?;
                let parents = objects::parents(odb, &id).unwrap_or_default();
                let exclude = match parent {
                    None => parents,
                    Some(number) => {
                        let parent = number.checked_sub(1).and_then(|at| parents.get(at).copied());
                        vec![parent.ok_or_else(|| RevisionError::Unknown(text.to_owned()))?]
                    }
                };
                Range { exclude, include: vec![id] }
            }
        },
    })
}

/// Of `A^!` and `A^-N`: the revision, and the number of the parent whose history is left out; all of them where
/// none is named.
fn alone(text: &str) -> Option<(&str, Option<usize>)> {
    if let Some(word) = text.strip_suffix("^!") {
        return Some((word, None));
    }
    let (word, number) = text.rsplit_once("^-")?;
    let number = if number.is_empty() { "1" } else { number };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    Some((word, Some(number.parse().ok().filter(|_| is_number)?)))
}

/// The commit that a word names.
pub fn resolve(word: &str, refs: &Refs, odb: &Odb) -> Result<ObjectId, RevisionError> {
    let unknown = || RevisionError::Unknown(word.to_owned());
    let cut = word.find(['~', '^']).unwrap_or(word.len());
    let (name, mut steps) = word.split_at(cut);
    let mut id = named(name, refs, odb)?;
    id = objects::peel(odb, &id).ok_or_else(unknown)?;
    while let Some(step) = steps.chars().next() {
        // A commit is asked for anyway, and what leads to one was followed.
        if let Some(rest) = ["^{commit}", "^{}"].iter().find_map(|peel| steps.strip_prefix(peel)) {
            steps = rest;
            continue;
        }
        steps = steps.get(step.len_utf8()..).unwrap_or_default();
        let digits = steps.find(|c: char| !c.is_ascii_digit()).unwrap_or(steps.len());
        let (number, rest) = steps.split_at(digits);
        steps = rest;
        let number: usize = if number.is_empty() { 1 } else { number.parse().map_err(|_| unknown())? };
        // Whatever else git understands here is not guessed at: it would be another commit.
        id = match step {
            '~' => (0..number).try_fold(id, |id, _| objects::parents(odb, &id)?.first().copied()),
            '^' if number == 0 => Some(id),
            '^' => objects::parents(odb, &id).and_then(|parents| parents.get(number - 1).copied()),
            _ => None,
        }
        .ok_or_else(unknown)?;
    }
    Ok(id)
}

/// `main@{2}`: the name, and how many changes ago.
fn earlier(word: &str) -> Option<(&str, usize)> {
    let (name, changes) = word.strip_suffix('}')?.split_once("@{")?;
    Some((if name.is_empty() { "HEAD" } else { name }, changes.parse().ok()?))
}

fn named(name: &str, refs: &Refs, odb: &Odb) -> Result<ObjectId, RevisionError> {
    let name = if name == "@" { "HEAD" } else { name };
    let (bare, changes) = earlier(name).map_or((name, None), |(bare, changes)| (bare, Some(changes)));
    for candidate in [
        bare.to_owned(),
        format!("refs/{bare}"),
        format!("refs/tags/{bare}"),
        format!("refs/heads/{bare}"),
        format!("refs/remotes/{bare}"),
    ] {
        if let Some(id) = refs.find(&candidate) {
            let Some(changes) = changes else { return Ok(id) };
            let id = refs.earlier(&candidate, changes, id.kind());
            return id.ok_or_else(|| RevisionError::Unknown(name.to_owned()));
        }
    }
    abbreviated(name, odb)
}

/// The object whose id begins with these digits.
pub fn abbreviated(digits: &str, odb: &Odb) -> Result<ObjectId, RevisionError> {
    let unknown = || RevisionError::Unknown(digits.to_owned());
    if let Some(id) =
        [Kind::Sha1, Kind::Sha256].into_iter().find_map(|kind| object_id(digits.as_bytes(), kind))
    {
        return odb.contains(&id).then_some(id).ok_or_else(unknown);
    }
    if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(unknown());
    }
    let found = odb.find_prefix(digits).map_err(|error| RevisionError::Unlisted(io_reason(&error)))?;
    let commits: Vec<ObjectId> = match found.as_slice() {
        [_] => found,
        // As git does: among several, the one that is a commit.
        _ => found
            .into_iter()
            .filter(|id| objects::read(odb, id).is_some_and(|(kind, _)| kind == Type::Commit))
            .collect(),
    };
    match commits.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown()),
        _ => Err(RevisionError::Ambiguous(digits.to_owned())),
    }
}
