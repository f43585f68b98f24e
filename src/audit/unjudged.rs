//! The evidence of everything under the given paths, as the rules would judge it.

use super::{Audit, AuditError, Found, Kind, Quiet, Settings, Tools, discover, root_of, with_threads};
use crate::collect::sot::Shelf;
use crate::evidence::Evidence;

/// The evidence of everything under the given paths, unjudged. What could not be seen at all is a gap of the folder.
///
/// # Errors
/// As [`super::audit`].
pub fn collect_all(settings: &Settings, tools: Tools<'_>) -> Result<Vec<Evidence>, AuditError> {
    with_threads(settings, || Audit::new(settings, tools, &Quiet)?.evidence())
}

impl Audit<'_> {
    fn evidence(&self) -> Result<Vec<Evidence>, AuditError> {
        let settings = self.settings;
        let root = root_of(&settings.paths);
        let wanted = |kind| settings.wants(kind);
        let mut found = discover(&settings.paths, &root, self.tools.profile, &wanted)?;
        let documents = self.documents(&mut found, &root, &Shelf::with_room(usize::MAX));
        let mut gaps = std::mem::take(&mut found.gaps);
        let (mut all, inside) = self.run_evidence(&mut found);
        let inside = self.inside_runs(&found, inside, &mut gaps);
        let documents = self.document_evidence(&documents, &mut found, &root, &mut gaps);
        let has_loose = !found.loose.is_empty() && settings.wants(Kind::Runs);
        if has_loose || !gaps.is_empty() {
            let nothing = Found::default();
            let mut folder = self.loose_evidence(if has_loose { &found } else { &nothing });
            folder.gaps.extend(gaps);
            all.push(folder);
        }
        all.extend(documents);
        all.extend(self.repositories(&found, &inside, Vec::new()));
        all.extend(self.script_evidence(&found));
        if all.is_empty() {
            return Err(self.nothing_found(false));
        }
        Ok(all)
    }
}
