//! The seam of this collector: an empty document until the collector itself lands.
use std::path::{Path, PathBuf};
#[derive(Debug, Clone)]
pub struct Target {
    pub shown: String,
    pub root: PathBuf,
}
impl Target {
    pub fn new(root: &Path) -> Self {
        Self { shown: crate::text::printable_path(root), root: root.to_owned() }
    }
}
