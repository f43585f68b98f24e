//! A git repository, from its files alone: no git is run, no hook, no filter, and nothing in it is written.
//!
//! Every object is searched, reachable or not, and all that stands beside the objects. What was found is
//! attributed to the commit that brought it; what could not be read is a gap. Whose repository it is does
//! not matter: it is data, and nothing in it is obeyed.

pub mod attribute;
pub mod beside;
pub mod brought;
pub mod cache;
pub mod config;
pub mod connectivity;
pub mod database;
pub mod files;
pub mod gather;
pub mod history;
pub mod holding;
pub mod hooks;
pub mod index;
pub mod layout;
pub mod lookup;
pub mod message;
pub mod objects;
pub mod odb;
pub mod opened;
pub mod pieces;
pub mod place;
pub mod ranged;
pub mod refs;
pub mod repository;
pub mod revision;
pub mod settings;
pub mod staged;
pub mod submodules;
pub mod syntax;
pub mod worktree;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use gather::{Gather, label};
use layout::Layout;
pub use opened::Opened;
use repository::Repository;
pub use revision::RevisionError;

use super::Context;
use super::repositories::is_complete;
use crate::evidence::{Evidence, Gap, Map, Node, Subject};

/// What of a repository is audited, and with what.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, and all combinations make sense"
)]
pub struct GitOptions {
    /// The repository's path relative to the audited root; empty, or `.`, for the root itself.
    pub name: String,
    /// Of the history, only what these commits bring: `A..B`.
    pub range: Option<String>,
    /// Whether objects, and the git directory's files, are searched; else only the work tree and what is staged.
    pub history: bool,
    /// Whether the work tree's files are searched here, and not by another collector.
    pub work_tree: bool,
    /// Files and folders of the work tree that other collectors audit.
    pub elsewhere: Vec<PathBuf>,
    /// Whether repositories inside (submodules and others) are audited with it.
    pub inner: bool,
    /// Other repositories that are audited by themselves.
    pub audited: Vec<PathBuf>,
    pub threads: usize,
    /// Where ids of objects that were searched before are kept; none for no cache.
    pub cache: Option<PathBuf>,
    /// Whether each object's content is held against its id.
    pub verify: bool,
}

impl Default for GitOptions {
    fn default() -> Self {
        Self {
            name: String::new(),
            range: None,
            history: true,
            work_tree: true,
            elsewhere: Vec::new(),
            inner: true,
            audited: Vec::new(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            cache: None,
            verify: false,
        }
    }
}

/// Repositories within repositories within …
const MOST_REPOSITORIES: usize = 10_000;

/// Gathers everything of the repository at `path`.
#[must_use]
pub fn collect(path: &Path, context: &Context<'_>, options: &GitOptions) -> Evidence {
    collect_opened(path, Opened::find(path, options.range.as_deref()), context, options)
}

/// The same of a repository that was opened before, with the options' range; none where none is at `path`.
#[must_use]
pub fn collect_opened(
    path: &Path,
    opened: Option<Opened>,
    context: &Context<'_>,
    options: &GitOptions,
) -> Evidence {
    let mut gather = Gather::new(context);
    let prefix = if options.name == "." { "" } else { options.name.as_str() };
    let facts = match opened {
        None => {
            gather.gap(options.name.clone(), "commit", "no git repository is here");
            Map::new()
        }
        Some(opened) => {
            let facts = facts(&opened.layout, prefix);
            audit_all(&mut gather, path, opened, prefix, options);
            facts
        }
    };
    evidence(gather, facts, &options.name)
}

/// A repository inside another one.
struct Inside {
    layout: Layout,
    name: String,
    /// Its git directory is audited already: of a further work tree that leads there, the files are left.
    again: bool,
}

/// The repository itself, then the ones inside it.
fn audit_all(gather: &mut Gather<'_>, path: &Path, opened: Opened, prefix: &str, options: &GitOptions) {
    let mut seen = HashSet::from([real(&opened.layout.git_dir)]);
    let tree_alone = GitOptions { history: false, range: None, ..options.clone() };
    let (mut opened, mut next) = (Some((opened, prefix.to_owned(), false)), Vec::new());
    while let Some((own, prefix, again)) = opened {
        let extent = if again { &tree_alone } else { options };
        let mut inside = Repository::new(&own, extent, &prefix).audit(gather);
        if !options.inner {
            inside.clear();
        }
        let trees = inside.into_iter().filter_map(|tree| Some((Layout::find(&tree)?, tree)));
        // Work trees first: what is checked out is audited with those.
        let modules = if again { Vec::new() } else { modules(&own.layout, options) };
        let modules = modules.into_iter().map(|dir| (Layout::of(dir.clone(), None), dir));
        let all: Vec<_> = trees.chain(modules).collect();
        // One at a time is open.
        drop(own);
        for (layout, inside) in all {
            let relative = inside.strip_prefix(path).unwrap_or(&inside);
            let own = if options.name == "." { "" } else { options.name.as_str() };
            let name = label(own, relative.as_os_str().as_encoded_bytes());
            if seen.len() + next.len() > MOST_REPOSITORIES {
                gather.gap(name, "commit", "too many repositories inside one another");
                continue;
            }
            let again = !seen.insert(real(&layout.git_dir));
            if !again || layout.work_tree.is_some() {
                next.push(Inside { layout, name, again });
            }
        }
        let range = options.range.as_deref();
        let open = |inside: Inside| (Opened::new(inside.layout, range), inside.name, inside.again);
        opened = next.pop().map(open);
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Git directories inside this one, submodules' mostly; without those that are audited by themselves, with their
/// work trees.
fn modules(layout: &Layout, options: &GitOptions) -> Vec<PathBuf> {
    let loose = |entry: &walkdir::DirEntry| {
        entry.depth() == 2
            && entry.file_name().len() == 2
            && entry.path().parent() == Some(&layout.objects())
    };
    let audited: HashSet<PathBuf> = options.audited.iter().map(|path| real(path)).collect();
    let mut found = Vec::new();
    for dir in beside::dirs(layout) {
        let mut walk = walkdir::WalkDir::new(dir).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            // A folder that can't be listed is a gap where the git directory's files are searched.
            let Ok(entry) = entry else { continue };
            if !entry.file_type().is_dir() {
                continue;
            }
            if loose(&entry) {
                walk.skip_current_dir();
            }
            if !is_complete(entry.path()) {
                continue;
            }
            walk.skip_current_dir();
            if !is_checked_out(entry.path(), &audited) {
                found.push(entry.path().to_owned());
            }
        }
    }
    found
}

/// Whether this is the git directory of a work tree that is audited. What its settings say is not enough: that work
/// tree has to lead here.
fn is_checked_out(dir: &Path, audited: &HashSet<PathBuf>) -> bool {
    let config = files::read(&dir.join("config"), 1 << 20).unwrap_or_default();
    let Some(tree) = config::Config::parse(&config).work_tree else { return false };
    let tree = real(&dir.join(tree));
    audited.contains(&tree) && Layout::find(&tree).is_some_and(|layout| real(&layout.git_dir) == real(dir))
}

fn facts(layout: &Layout, path: &str) -> Map {
    let mut map = Map::new();
    map.insert("path", path);
    map.insert("bare", layout.bare);
    map.insert("object_format", layout.hash.to_string());
    map.insert("shallow", !layout.shallow.is_empty());
    map.insert("partial", layout.partial);
    map.insert("worktree", layout.work_tree.is_some());
    map
}

/// The gathered facts as a document; `name` is the repository's path.
fn evidence(mut gather: Gather<'_>, facts: Map, name: &str) -> Evidence {
    let shown = if name.is_empty() { "." } else { name };
    gather.gaps.sort();
    gather.gaps.dedup();
    let gaps = gather.gaps.iter().map(gap_node).collect::<Vec<_>>();
    let mut read = Map::new();
    read.insert("objects", gather.read.objects);
    read.insert("files", gather.read.files);
    read.insert("bytes", gather.read.bytes);
    let mut document = Map::new();
    document.insert("repository", facts);
    for (name, list) in gather.take_leaks() {
        document.insert(name, list);
    }
    document.insert("gaps", gaps);
    document.insert("read", read);
    Evidence {
        subject: Subject::Repository,
        id: shown.to_owned(),
        path: shown.to_owned(),
        document: Node::from(document),
        sources: gather.sources,
        gaps: gather.gaps,
        read: gather.read,
    }
}

fn gap_node(gap: &Gap) -> Node {
    let mut map = Map::new();
    map.insert("path", gap.path.as_str());
    map.insert("surface", Node::new(gap.surface.clone(), None));
    map.insert("why", gap.why.as_str());
    Node::from(map)
}
