//! A run's way: collected, judged, and let go but for what documents may ask of it.

use super::{Audit, Named};
use crate::collect::run::{Collected, collect};
use crate::evidence::Gap;
use crate::judge::{RunFacts, judge_run};
use crate::profile::RunName;

impl Audit<'_> {
    /// A run's verdict, and the repositories in its directory.
    pub(super) fn run(&self, named: &Named, name: RunName, cited_only: bool) -> (RunFacts, Vec<Named>) {
        let engine = self.tools.engine;
        let Collected { mut evidence, repositories } =
            collect(&named.path, name, &named.shown, &self.context());
        // It is the audit's gap, and no run is proven with it.
        evidence.gaps.extend(engine.value_gap().map(|why| Gap::new(".", None, why)));
        let facts = judge_run(&self.judge(), evidence, engine.knows_value(), cited_only);
        (facts, repositories.iter().map(|path| named.below(path)).collect())
    }
}
