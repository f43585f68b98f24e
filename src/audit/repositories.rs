//! A repository's way: collected and judged, with what other collectors audit left to them.

use super::{Audit, Found, Kind, Named};
use crate::collect::git::{GitOptions, collect};
use crate::evidence::Evidence;

impl Audit<'_> {
    /// The evidence of each repository, in the order of their paths.
    pub(super) fn repositories<'f>(&'f self, found: &'f Found) -> impl Iterator<Item = Evidence> + 'f {
        found
            .repositories
            .iter()
            .chain(&found.nested)
            .map(|named| collect(&named.path, &self.context(), &self.git_options(found, named)))
    }

    fn git_options(&self, found: &Found, named: &Named) -> GitOptions {
        let settings = self.settings;
        let runs = found.runs.iter().map(|(run, _)| run);
        // The files of a run are read with the run.
        let is_read = settings.wants(Kind::Runs) && found.nested.binary_search(named).is_ok();
        let inner = found.repositories.iter().filter(|other| *other != named);
        let folder = std::ffi::OsStr::new(&self.tools.profile.spec.documents.folder);
        let is_document = |other: &&Named| other.path.components().any(|part| part.as_os_str() == folder);
        let documents =
            found.markdown.iter().filter(is_document).chain(&found.documents).chain(&found.scripts);
        let elsewhere = runs.chain(documents).chain(inner).filter(|_| !is_read);
        let mut options = GitOptions {
            name: named.shown.clone(),
            range: settings.range.clone(),
            history: settings.history,
            work_tree: !is_read,
            elsewhere: elsewhere.map(|other| other.path.clone()).collect(),
            inner: false,
            cache: settings.cache.clone(),
            ..GitOptions::default()
        };
        if settings.threads > 0 {
            options.threads = settings.threads;
        }
        options
    }
}
