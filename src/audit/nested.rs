//! Repositories inside run directories: audited as repositories, for their packs are read by nobody else.
//!
//! Looks at names alone, several runs at once: a run's files are the run collector's.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::discover::Named;
use super::walk::is_bare_repository;
use crate::collect::file::{DEEPEST, too_deep};
use crate::evidence::Gap;
use crate::text::{io_reason, printable_path};

/// What was found in one run directory.
#[derive(Default)]
struct Inside {
    repositories: Vec<Named>,
    gaps: Vec<Gap>,
}

/// The repositories in these run directories, and what could not be looked through for them.
pub(super) fn repositories(runs: &[Named]) -> (Vec<Named>, Vec<Gap>) {
    let inside: Vec<Inside> = runs
        .par_iter()
        .map(|run| {
            let mut inside = Inside::default();
            inside.folder(run, &run.path, 0);
            inside
        })
        .collect();
    let (mut repositories, mut gaps) = (Vec::new(), Vec::new());
    for one in inside {
        repositories.extend(one.repositories);
        gaps.extend(one.gaps);
    }
    repositories.sort();
    (repositories, gaps)
}

impl Inside {
    fn folder(&mut self, run: &Named, folder: &Path, depth: usize) {
        if depth > DEEPEST {
            return self.gaps.push(Gap::new(shown(run, folder), None, too_deep()));
        }
        let (mut folders, mut is_one, mut has_head) = (Vec::new(), false, false);
        let listed = std::fs::read_dir(folder).and_then(|entries| {
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name();
                is_one |= name == ".git";
                has_head |= name == "HEAD";
                if name != ".git" && entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                }
            }
            Ok(())
        });
        if let Err(error) = listed {
            let why = format!("the folder can't be listed: {}", io_reason(&error));
            self.gaps.push(Gap::new(shown(run, folder), None, why));
        }
        if is_one || (has_head && is_bare_repository(folder)) {
            self.repositories.push(Named { path: folder.to_owned(), shown: shown(run, folder) });
        }
        for folder in &folders {
            self.folder(run, folder, depth + 1);
        }
    }
}

/// A path in a run directory as the audit shows it.
fn shown(run: &Named, path: &Path) -> String {
    let inside = path.strip_prefix(&run.path).map(Path::to_path_buf).unwrap_or_default();
    match (run.shown.as_str(), inside) {
        (run, inside) if inside == PathBuf::new() => run.to_owned(),
        (".", inside) => printable_path(&inside),
        (run, inside) => format!("{run}/{}", printable_path(&inside)),
    }
}
