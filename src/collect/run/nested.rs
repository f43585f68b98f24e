//! Runs within a run's directory: each is a run of its own, and no evidence of the one around it.
//!
//! What lies under the baseline is the run's own, whatever its folders are called. Of the files of another run the
//! one around it knows no more than their digests, where its manifest states them.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Run;
use super::facts::Piece;
use crate::collect::file::{Entry, Kind, Root, Walked, unreadable};
use crate::profile::Profile;
use crate::text::hex;

/// The surface of the baseline's folder.
const BASELINE: &str = "baseline";

/// Whether a file of this path below a run's directory is another run's.
#[must_use]
pub fn is_of_another(profile: &Profile, path: &Path) -> bool {
    let mut folder = PathBuf::new();
    for part in path.parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        if profile.surfaces.of(&folder.join("_")) == BASELINE {
            return false;
        }
        if part.as_os_str().to_str().is_some_and(|name| profile.surfaces.run_name(name).is_some()) {
            return true;
        }
    }
    false
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
                Err(why) => {
                    let piece = Piece::new(&entry.path, self.facts.ctx.profile.surfaces.of(&entry.path));
                    self.facts.gap(&piece.name, Some(piece.surface), why);
                }
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
