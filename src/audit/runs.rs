//! A run's way: collected, judged, and let go but for what documents may ask of it.

use super::{Audit, Named};
use crate::collect;
use crate::judge::{RunFacts, judge_run};
use crate::profile::RunName;

impl Audit<'_> {
    pub(super) fn run(&self, named: &Named, name: RunName, cited_only: bool) -> RunFacts {
        let evidence = collect::run::collect(&named.path, name, &named.shown, &self.context());
        judge_run(&self.judge(), evidence, self.tools.engine.knows_value(), cited_only)
    }
}
