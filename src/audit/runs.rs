//! A run's way: collected, judged, and let go but for what documents may ask of it.

use super::{Audit, Named};
use crate::collect;
use crate::evidence::Gap;
use crate::judge::{RunFacts, judge_run};
use crate::profile::RunName;

impl Audit<'_> {
    pub(super) fn run(&self, named: &Named, name: RunName, cited_only: bool) -> RunFacts {
        let engine = self.tools.engine;
        let mut evidence = collect::run::collect(&named.path, name, &named.shown, &self.context());
        // It is the audit's gap, and no run is proven with it.
        evidence.gaps.extend(engine.value_gap().map(|why| Gap::new(".", None, why)));
        judge_run(&self.judge(), evidence, engine.knows_value(), cited_only)
    }
}
