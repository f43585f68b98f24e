//! The seam of this collector: an empty document until the collector itself lands.
use super::Context;
use crate::evidence::{Evidence, Map, Node, Read, Subject};
pub fn collect<'p>(_f: impl Iterator<Item = (&'p std::path::Path, &'p str)>, _c: &Context<'_>) -> Evidence {
    Evidence {
        subject: Subject::Folder,
        id: ".".into(),
        path: ".".into(),
        document: Node::from(Map::new()),
        sources: crate::text::Sources::default(),
        gaps: vec![],
        read: Read::default(),
    }
}
