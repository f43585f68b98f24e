//! A run's way: collected, judged, and let go but for what documents may ask of it. What lies in its directory and is
//! none of its evidence goes a way of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rayon::prelude::*;

use super::documents::Asked;
use super::{Audit, Found, Named};
use crate::collect::run::{self, Collected, collect};
use crate::evidence::{Evidence, Gap};
use crate::judge::{RunFacts, judge_run};
use crate::profile::{Profile, RunName};

/// A run directory, and what its name says.
pub(super) type NamedRun = (Named, RunName);

/// What lies in a run's directory, by its paths below it.
struct Inside {
    repositories: Vec<PathBuf>,
    runs: Vec<PathBuf>,
}

impl Audit<'_> {
    /// The audited runs, and the repositories in their directories. Runs in those are found on the way.
    pub(super) fn runs(&self, found: &mut Found, asked: &Asked<'_>) -> (Vec<RunFacts>, Vec<Named>) {
        self.each_run(found, |named, name| {
            let (mut facts, inside) = self.run(named, name.clone(), false);
            asked.keep(&mut facts);
            self.progress.step();
            (facts, inside)
        })
    }

    /// A run's verdict, where a document cites it.
    pub(super) fn cited_run(&self, (named, name): NamedRun) -> RunFacts {
        self.run(&named, name, true).0
    }

    fn run(&self, named: &Named, name: RunName, cited_only: bool) -> (RunFacts, Inside) {
        let engine = self.tools.engine;
        let (mut evidence, inside) = self.collected(named, name);
        // It is the audit's gap, and no run is proven with it.
        evidence.gaps.extend(engine.value_gap().map(|why| Gap::new(".", None, why)));
        (judge_run(&self.judge(), evidence, engine.knows_value(), cited_only), inside)
    }

    /// The evidence of the runs, and the repositories in their directories.
    pub(super) fn run_evidence(&self, found: &mut Found) -> (Vec<Evidence>, Vec<Named>) {
        self.each_run(found, |named, name| self.collected(named, name.clone()))
    }

    fn collected(&self, named: &Named, name: RunName) -> (Evidence, Inside) {
        let collected = collect(&named.path, name, &named.shown, &self.context());
        let Collected { evidence, repositories, runs } = collected;
        (evidence, Inside { repositories, runs })
    }

    /// Reads every run that was found, and those that are found in their directories.
    fn each_run<T: Send>(
        &self,
        found: &mut Found,
        read: impl Fn(&Named, &RunName) -> (T, Inside) + Sync,
    ) -> (Vec<T>, Vec<Named>) {
        let mut known: BTreeSet<PathBuf> = found.runs.iter().map(|(named, _)| named.path.clone()).collect();
        let (mut all, mut repositories, mut from) = (Vec::new(), Vec::new(), 0);
        while from < found.runs.len() {
            let round = found.runs.get(from..).unwrap_or_default();
            self.progress.stage("runs", round.len() as u64);
            let (read, inside): (Vec<T>, Vec<Inside>) =
                round.par_iter().map(|(named, name)| read(named, name)).unzip();
            all.extend(read);
            let mut further = Vec::new();
            for ((named, _), inside) in round.iter().zip(inside) {
                repositories.extend(inside.repositories.iter().map(|path| named.below(path)));
                further.extend(runs_below(named, &inside.runs, self.tools.profile));
            }
            from = found.runs.len();
            found.runs.extend(further.into_iter().filter(|(named, _)| known.insert(named.path.clone())));
        }
        (all, repositories)
    }
}

/// Runs in the directories of these, and in theirs.
pub(super) fn runs_inside(runs: &[NamedRun], profile: &Profile) -> Vec<NamedRun> {
    let inside = |(named, _): &NamedRun| runs_below(named, &run::within(profile, &named.path), profile);
    let mut all: Vec<NamedRun> = runs.par_iter().flat_map_iter(inside).collect();
    if !all.is_empty() {
        all.extend(runs_inside(&all, profile));
    }
    all
}

fn runs_below(named: &Named, below: &[PathBuf], profile: &Profile) -> Vec<NamedRun> {
    let run = |path: &PathBuf| {
        let name = profile.surfaces.run_name(path.file_name()?.to_str()?)?;
        Some((named.below(path), name))
    };
    below.iter().filter_map(run).collect()
}
