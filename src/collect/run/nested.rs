//! Runs within a run's directory: each is a run of its own, and no evidence of the one around it.
//!
//! What lies under the baseline is the run's own, whatever its folders are called. Of the files of another run the
//! one around it knows no more than their digests, where its manifest states them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Run;
use crate::collect::file::{Entry, Kind, Root, Walked, unreadable};
use crate::profile::Profile;
use crate::text::hex;

/// The surface of the baseline's folder.
const BASELINE: &str = "baseline";

/// Whether a file of this path below a run's directory is another run's.
pub fn is_of_another(profile: &Profile, path: &Path) -> bool {
    path.parent().is_some_and(|folder| outermost(profile, folder).is_some())
}

/// The directories of runs in a run's directory, by their paths below it. What can't be listed there is told where the
/// run is read.
#[must_use]
pub fn within(profile: &Profile, dir: &Path) -> Vec<PathBuf> {
    Root::open(dir).map(|root| directories(profile, root.walk().folders())).unwrap_or_default()
}

/// The directories of runs below a run's directory, among folders below it; not those within one another.
pub fn directories<'w>(profile: &Profile, folders: impl Iterator<Item = &'w Path>) -> Vec<PathBuf> {
    let all: BTreeSet<PathBuf> = folders.filter_map(|folder| outermost(profile, folder)).collect();
    all.into_iter().collect()
}

/// The first directory of a run on the way down to a folder, unless the way leads through a baseline.
fn outermost(profile: &Profile, folder: &Path) -> Option<PathBuf> {
    let is_run = |part: &OsStr| part.to_str().is_some_and(|name| profile.surfaces.run_name(name).is_some());
    let above = folder.iter().position(is_run)?;
    let run: PathBuf = folder.iter().take(above + 1).collect();
    let is_baseline = |way: &Path| profile.surfaces.of(&way.join("_")) == BASELINE;
    (!run.ancestors().any(is_baseline)).then_some(run)
}

impl Run<'_> {
    /// Takes the digests of those files of other runs that the manifest lists.
    pub fn digests_of_others(&mut self, root: &Root, walked: &Walked, others: &[Entry]) {
        let is_listed = |entry: &&Entry| entry.kind == Kind::File && self.listed.contains(&entry.path);
        for entry in others.iter().filter(is_listed).collect::<Vec<_>>() {
            match digest(root, walked, entry) {
                Ok(found) => {
                    self.digests.insert(entry.path.clone(), found);
                }
                Err(why) => self.facts.unread(&entry.path, why),
            }
        }
        for entry in others {
            let is_above = |path: &PathBuf| path.starts_with(&entry.path);
            if let Kind::Refused(why) = &entry.kind
                && self.listed.iter().any(is_above)
            {
                self.facts.unread(&entry.path, why);
            }
        }
    }
}

fn digest(root: &Root, walked: &Walked, entry: &Entry) -> Result<(String, u64), String> {
    let mut opened = root.walked_file(walked, entry)?;
    let (mut digest, mut len, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        let count = opened.read(&mut buffer).map_err(|error| unreadable(&error))?;
        if count == 0 {
            break;
        }
        digest.update(buffer.get(..count).unwrap_or_default());
        len += count as u64;
    }
    match opened.unchanged() {
        Ok(true) => Ok((hex(&digest.finalize()), len)),
        Ok(false) => Err("changed while it was read".to_owned()),
        Err(error) => Err(unreadable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_within_another_is_its_own_but_under_the_baseline() {
        let profile = Profile::built_in().expect("sound");
        let run = "20260601T022535Z-r1-string-slugify-2731603";
        for (path, other) in [
            (format!("{run}/report.json"), true),
            (format!("a/{run}/b/{run}/x"), true),
            (format!("a/{run}/baseline/x"), true),
            (format!("baseline/{run}/report.json"), false),
            (format!("a/{run}"), false),
            ("a/report.json".to_owned(), false),
        ] {
            assert_eq!(is_of_another(&profile, Path::new(&path)), other, "{path}");
        }
    }
}
