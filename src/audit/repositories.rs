//! A repository's way: collected and judged, with what other collectors audit left to them.
//!
//! One inside a run directory is audited like any other, for its packs are read by nobody else; commits that
//! documents cite are not looked up in it.

use rayon::prelude::*;

use super::{Audit, AuditError, Found, Kind, Named};
use crate::collect::git::{GitOptions, Opened, collect_opened};
use crate::collect::repositories::within;
use crate::evidence::{Evidence, Gap};

impl Audit<'_> {
    /// The repositories inside run directories, in the order of their paths: those that the runs' collector met, and
    /// those of directories that are not read as runs.
    pub(super) fn inside_runs(&self, found: &Found, met: Vec<Named>, gaps: &mut Vec<Gap>) -> Vec<Named> {
        let mut all = if self.settings.wants(Kind::Git) { met } else { Vec::new() };
        let walked: Vec<_> = found.unread_runs.par_iter().map(|run| (run, within(&run.path))).collect();
        for (run, inside) in walked {
            all.extend(inside.repositories.iter().map(|path| run.below(path)));
            let unread = inside.unread.into_iter();
            gaps.extend(unread.map(|(path, why)| Gap::new(run.below(&path).shown, None, why)));
        }
        all.sort();
        all
    }

    /// Opens the repositories, in their order, up to the first one in which the range can be understood. One that none
    /// of them knows is a slip of the hand.
    pub(super) fn ranged(&self, found: &Found) -> Result<Vec<Option<Opened>>, AuditError> {
        let (mut opened, mut slip) = (Vec::new(), None);
        let Some(range) = &self.settings.range else { return Ok(opened) };
        for named in &found.repositories {
            let one = Opened::find(&named.path, Some(range));
            let error = one.as_ref().and_then(Opened::misunderstood).cloned();
            opened.push(one);
            match error {
                Some(error) => slip = slip.or(Some(error)),
                None => return Ok(opened),
            }
        }
        slip.map_or(Ok(opened), |error| Err(AuditError::NoRange(error)))
    }

    /// The evidence of each repository, in the order of their paths; `inside` are those inside run directories, and
    /// `opened` are the first ones.
    pub(super) fn repositories<'f>(
        &'f self,
        found: &'f Found,
        inside: &'f [Named],
        opened: Vec<Option<Opened>>,
    ) -> impl Iterator<Item = Evidence> + 'f {
        // The files of a run are read with the run.
        let read = if self.settings.wants(Kind::Runs) { inside } else { &[] };
        let mut opened = opened.into_iter();
        found.repositories.iter().chain(inside).map(move |named| {
            let open = || Opened::find(&named.path, self.settings.range.as_deref());
            let options = self.git_options(found, inside, named, read.binary_search(named).is_ok());
            collect_opened(&named.path, opened.next().unwrap_or_else(open), &self.context(), &options)
        })
    }

    /// `is_read` is whether the files of its work tree are read as a run's.
    fn git_options(&self, found: &Found, inside: &[Named], named: &Named, is_read: bool) -> GitOptions {
        let settings = self.settings;
        let runs = found.runs.iter().map(|(run, _)| run);
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
            audited: found.repositories.iter().chain(inside).map(|other| other.path.clone()).collect(),
            cache: settings.cache.clone(),
            ..GitOptions::default()
        };
        if settings.threads > 0 {
            options.threads = settings.threads;
        }
        options
    }
}
