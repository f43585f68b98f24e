//! Commits by their abbreviated ids, as documents cite them.

use std::path::Path;

use gix::hash::ObjectId;

use super::layout::Layout;
use super::objects::{self, Type};
use super::odb::{Odb, OdbLimits};
use super::revision::{self, RevisionError};
use super::syntax::Headed;

/// What a citation leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Commit {
        id: ObjectId,
        subject: String,
    },
    /// No object of the repository has such an id.
    Missing,
    /// Several commits do.
    Ambiguous,
    /// It may be there: the repository can't be read whole, with the reason.
    Unknown(String),
}

/// A repository in which cited commits are looked up.
pub struct Commits {
    odb: Odb,
    /// Why a commit that is not here may yet be one of this repository's.
    incomplete: Option<String>,
}

impl Commits {
    /// # Errors
    /// Why there is no repository at `path` that can be read.
    pub fn open(path: &Path) -> Result<Self, String> {
        let layout = Layout::find(path).ok_or("no git repository is here")?;
        let odb =
            Odb::open(&layout.objects(), layout.hash, &OdbLimits::default()).map_err(|e| e.to_string())?;
        let incomplete = if !layout.shallow.is_empty() {
            Some("the repository is a shallow clone".to_owned())
        } else if layout.partial {
            Some("the repository is a partial clone".to_owned())
        } else {
            layout.gaps.first().map(|gap| gap.why.clone()).or_else(|| odb.gaps().first().cloned())
        };
        Ok(Self { odb, incomplete })
    }

    /// The commit whose id begins with these digits.
    #[must_use]
    pub fn find(&self, digits: &str) -> Lookup {
        let missing = || self.incomplete.clone().map_or(Lookup::Missing, Lookup::Unknown);
        match revision::abbreviated(digits, &self.odb) {
            Err(RevisionError::Unknown(_)) => missing(),
            Err(RevisionError::Ambiguous(_)) => Lookup::Ambiguous,
            Err(other @ (RevisionError::Unlisted(_) | RevisionError::Endless(_))) => {
                Lookup::Unknown(other.to_string())
            }
            Ok(id) => match self.odb.read(&id) {
                Ok(Some((Type::Commit, bytes))) => {
                    Lookup::Commit { id, subject: Headed::new(&bytes).subject() }
                }
                Ok(Some((Type::Tag, _))) => objects::peel(&self.odb, &id).map_or_else(missing, |id| {
                    objects::read(&self.odb, &id).map_or_else(missing, |(_, bytes)| Lookup::Commit {
                        id,
                        subject: Headed::new(&bytes).subject(),
                    })
                }),
                Ok(Some(_)) => Lookup::Missing,
                Ok(None) => missing(),
                Err(fault) => Lookup::Unknown(fault.to_string()),
            },
        }
    }
}
