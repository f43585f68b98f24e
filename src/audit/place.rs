//! A path that the caller named, as the audit speaks of it: absolute, without `.` and `..`, and by the names that were given.
//!
//! Where a `..` stands, what stands before it is where the file system leads to; nothing else follows a link here.

use std::path::{Component, Path, PathBuf};

use crate::profile::{Profile, RunName};

/// The same path from the file system's root on, without `.`, `..` and a `/` at its end.
#[must_use]
pub fn place_of(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut behind: Vec<Component<'_>> = absolute.components().collect();
    let Some(last) = behind.iter().rposition(|part| *part == Component::ParentDir) else {
        return behind.iter().collect();
    };
    let behind = behind.split_off(last + 1);
    let before: PathBuf = absolute.components().take(last + 1).collect();
    // What leads nowhere is told by who opens it.
    let before = before.canonicalize().unwrap_or(before);
    before.components().chain(behind).collect()
}

/// What a link leads to that the caller named; `None` where the path is no link, or leads nowhere.
pub(super) fn behind_link(place: &Path) -> Option<PathBuf> {
    if place.is_symlink() { place.canonicalize().ok() } else { None }
}

/// The run directory that the caller means with a path: where it is, and what its name says. That is the directory's
/// own name, or where that is none of a run the name of the link that leads there.
#[must_use]
pub fn run_at(path: &Path, profile: &Profile) -> Option<(PathBuf, RunName)> {
    let given = place_of(path);
    let own = behind_link(&given).unwrap_or_else(|| given.clone());
    let name = run_name(&own, profile).or_else(|| run_name(&given, profile))?;
    own.is_dir().then_some((own, name))
}

pub(super) fn run_name(path: &Path, profile: &Profile) -> Option<RunName> {
    profile.surfaces.run_name(&path.file_name()?.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "20260601T022535Z-r1-string-slugify-2731603";

    #[test]
    fn two_dots_lead_where_the_file_system_says() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().canonicalize().expect("there");
        std::fs::create_dir_all(root.join("far/away")).expect("made");
        std::fs::create_dir(root.join("near")).expect("made");
        std::os::unix::fs::symlink(root.join("far/away"), root.join("near/link")).expect("linked");
        for (given, is) in [
            ("near/..", ""),
            ("near/../far/away/", "far/away"),
            ("near/link", "near/link"),
            ("near/./link/", "near/link"),
            ("near/link/..", "far"),
            ("near/link/../away", "far/away"),
            ("far/../near/link", "near/link"),
            ("gone/../near", "gone/../near"),
        ] {
            assert_eq!(
                place_of(&root.join(given)),
                root.join(is).components().collect::<PathBuf>(),
                "{given}"
            );
        }
    }

    #[test]
    fn a_run_has_its_own_name_or_that_of_the_link() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().canonicalize().expect("there");
        let profile = Profile::built_in().expect("sound");
        let other = RUN.replace("r1", "r2");
        for folder in [RUN, "store"] {
            std::fs::create_dir_all(root.join(folder).join("backend")).expect("made");
        }
        std::fs::write(root.join(RUN.replace("r1", "r3")), "").expect("written");
        for (link, target) in [("latest", RUN), (&other, "store")] {
            std::os::unix::fs::symlink(target, root.join(link)).expect("linked");
        }
        for (given, is) in [
            (RUN, Some((RUN, RUN))),
            ("latest", Some((RUN, RUN))),
            ("latest/", Some((RUN, RUN))),
            (&other, Some(("store", other.as_str()))),
            ("latest/backend/..", Some((RUN, RUN))),
            ("store", None),
            (&RUN.replace("r1", "r3"), None),
            (&RUN.replace("r1", "r4"), None),
        ] {
            let found = run_at(&root.join(given), &profile).map(|(path, name)| (path, name.id));
            assert_eq!(found, is.map(|(path, id)| (root.join(path), id.to_owned())), "{given}");
        }
    }
}
