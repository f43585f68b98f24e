//! Scripts' way: each is a subject of its own.

use rayon::prelude::*;

use super::{Audit, Found, Gathered};
use crate::collect;
use crate::evidence::Evidence;

impl Audit<'_> {
    pub(super) fn scripts(&self, found: &Found, gathered: &mut Gathered) {
        self.progress.stage("scripts", found.scripts.len() as u64);
        for evidence in self.script_evidence(found) {
            gathered.subjects += 1;
            self.subject(evidence, gathered);
        }
    }

    pub(super) fn script_evidence(&self, found: &Found) -> Vec<Evidence> {
        let collect = |named: &super::Named| {
            let evidence = collect::script::collect(&named.path, &named.shown, &self.context());
            self.progress.step();
            evidence
        };
        found.scripts.par_iter().map(collect).collect()
    }
}
