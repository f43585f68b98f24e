//! Submodules that the index names and nobody reads, for they are not here.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::gather::{Gather, label};
use super::index::Index;
use super::layout::{Layout, as_path};
use super::{beside, files, settings};
use crate::collect::repositories::{is_complete, is_repository};

/// The mode of an entry that is a commit of another repository.
const LINK: u32 = 0o160_000;
/// A `.gitmodules` of this many bytes is some other file.
const LARGEST: u64 = 16 << 20;

/// Tells of each submodule of the work tree at `root` that is neither checked out nor, where `history` is searched,
/// kept in the git directory.
pub fn absent(
    gather: &mut Gather<'_>,
    layout: &Layout,
    index: &Index,
    (root, prefix): (&Path, &str),
    history: bool,
) {
    let links = || index.entries.iter().filter(|entry| entry.mode == LINK);
    if links().next().is_none() {
        return;
    }
    let names = names(root);
    for entry in links().filter(|entry| !is_repository(&root.join(as_path(&entry.path)))) {
        let name = names.get(&entry.path).map_or(entry.path.as_slice(), |name| name.as_bytes());
        let modules = Path::new("modules").join(as_path(name));
        let is_kept = beside::dirs(layout).any(|dir| is_complete(&dir.join(&modules)));
        let why = match (is_kept, history) {
            (true, true) => continue,
            (true, false) => "a submodule that is not checked out, and the history was left out: not read",
            (false, _) => {
                "a submodule that is not here: not read (`git submodule update --init` fetches it)"
            }
        };
        gather.gap(label(prefix, &entry.path), "worktree", why);
    }
}

/// The names of submodules by their paths, which are the same where nobody moved one.
fn names(root: &Path) -> HashMap<Vec<u8>, String> {
    let bytes = files::read(&root.join(".gitmodules"), LARGEST).unwrap_or_default();
    let settings = settings::parse(&bytes).all.into_iter();
    let paths = settings.filter(|it| it.section == "submodule" && it.key == "path");
    paths.map(|it| (as_path(it.value.as_bytes()).as_os_str().as_bytes().to_vec(), it.of)).collect()
}
