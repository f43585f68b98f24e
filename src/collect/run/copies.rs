//! Files of a run that have the content of a file of a target repository, by git's own ids.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::facts::{Facts, Piece, fact};
use crate::collect::target::{Copy, SMALL};
use crate::text::{Place, Span};

/// A content's ids, as git gives them to a blob.
pub(super) struct Ids {
    sha1: Sha1,
    sha256: Sha256,
}

impl Ids {
    /// `None` where no copy can be told of: no target, or a file so small that all such are alike.
    pub fn wanted(facts: &Facts<'_>, len: u64) -> Option<Self> {
        if facts.ctx.targets.is_empty() || len < SMALL {
            return None;
        }
        let header = format!("blob {len}\0");
        let mut ids = Self { sha1: Sha1::new(), sha256: Sha256::new() };
        ids.update(header.as_bytes());
        Some(ids)
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.sha1.update(bytes);
        self.sha256.update(bytes);
    }

    pub fn compare(self, facts: &mut Facts<'_>, piece: &mut Piece<'_>, len: u64) {
        let (sha1, sha256) = (self.sha1.finalize(), self.sha256.finalize());
        let targets = facts.ctx.targets;
        for target in targets {
            let copy = target.holds(len, &sha1, &sha256, &|part| {
                part.to_str().is_some_and(|part| facts.ctx.profile.surfaces.run_name(part).is_some())
            });
            let file = match &copy {
                Ok(None) => continue,
                Ok(Some(Copy::File(path))) => Some(path.as_str()),
                Ok(Some(Copy::Object)) => None,
                Err(why) => {
                    facts.gap(
                        &piece.name,
                        Some(piece.surface),
                        format!("copies of `{}`: {why}", target.shown),
                    );
                    continue;
                }
            };
            let place = Place::new(facts.source(piece), Span::default());
            let entries = [
                ("path", piece.name.as_str().into()),
                ("surface", piece.surface.into()),
                ("target", target.shown.as_str().into()),
                ("file", file.into()),
            ];
            facts.copied.push(fact(entries, Some(place)));
        }
    }
}

/// What could not be read of the targets: copies of it would not be seen.
pub(super) fn unread_targets(facts: &mut Facts<'_>) {
    let targets = facts.ctx.targets;
    for target in targets {
        for why in target.unread() {
            facts.gap("", None, format!("copies of `{}`: {why}", target.shown));
        }
    }
}
