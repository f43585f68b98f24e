//! Steps from object to object that several parts of the audit take.

use gix::hash::ObjectId;
pub use gix::object::Kind as Type;

use super::odb::Odb;
use super::syntax::Headed;

/// The object, where it is here, whole, and can be read. Why it can't is told by the search of all objects.
#[must_use]
pub fn read(odb: &Odb, id: &ObjectId) -> Option<(Type, Vec<u8>)> {
    odb.read(id).ok().flatten()
}

/// The commit that an id leads to, through any number of tags.
#[must_use]
pub fn peel(odb: &Odb, id: &ObjectId) -> Option<ObjectId> {
    let mut id = *id;
    for _ in 0..64 {
        let (kind, bytes) = read(odb, &id)?;
        match kind {
            Type::Commit => return Some(id),
            Type::Tag => id = Headed::new(&bytes).id("object", id.kind())?,
            Type::Blob | Type::Tree => return None,
        }
    }
    None
}

#[must_use]
pub fn parents(odb: &Odb, id: &ObjectId) -> Option<Vec<ObjectId>> {
    let (kind, bytes) = read(odb, id)?;
    (kind == Type::Commit).then(|| Headed::new(&bytes).parents(id.kind()))
}

/// The tree of a commit.
#[must_use]
pub fn tree_of(odb: &Odb, commit: &ObjectId) -> Option<ObjectId> {
    let (kind, bytes) = read(odb, commit)?;
    (kind == Type::Commit).then(|| Headed::new(&bytes).id("tree", commit.kind())).flatten()
}
