//! The self-test of a rule pack: each rule fires on its failing cases, alone, and is silent on its passing
//! ones. A rule without cases fails it: what was never seen to fire proves nothing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use miette::Report;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::args::{Common, Scope};
use super::config::Config;
use super::{audit, tools};
use crate::audit::{AuditError, Quiet, Tools};
use crate::endpoint::Endpoints;
use crate::profile::Profile;
use crate::rule::case::{Case, cases};
use crate::rule::{Pack, Rule};
use crate::search::{Engine, Limits};

pub(super) struct SelfTest {
    pub text: String,
    pub failed: usize,
}

struct Bench {
    common: Common,
    profile: Profile,
    pack: Pack,
}

/// Tries every case of every rule under `folder`.
pub(super) fn run(common: &Common, folder: &Path) -> Result<SelfTest, Report> {
    let mut pack = tools::pack(common)?;
    let mut own = Pack::default();
    own.add_folder(folder)?;
    pack.add_folder(folder)?;
    pack.compile()?;
    let mut common = common.clone();
    common.threads = 1;
    let bench = Bench { profile: tools::profile(&common)?, common, pack };
    let mut work = Vec::new();
    for rule in own.iter() {
        work.push((rule, cases(&folder.join(rule.id.as_str()))?));
    }
    let results: Vec<(usize, Vec<String>)> =
        work.par_iter().map(|(rule, cases)| (cases.len(), bench.rule(rule, cases))).collect();
    let tried: usize = results.iter().map(|(cases, _)| cases).sum();
    let mut text = String::new();
    let mut failed = 0;
    for complaint in results.into_iter().flat_map(|(_, complaints)| complaints) {
        failed += 1;
        let _ = writeln!(text, "{complaint}");
    }
    let rules = own.iter().count();
    let _ = match failed {
        0 => writeln!(text, "{rules} rules, {tried} cases: each rule fires on its failing cases alone"),
        _ => writeln!(text, "\n{rules} rules, {tried} cases: {failed} failed"),
    };
    Ok(SelfTest { text, failed })
}

impl Bench {
    fn rule(&self, rule: &Rule, cases: &[Case]) -> Vec<String> {
        let mut complaints = Vec::new();
        if rule.page.trim().is_empty() {
            complaints.push(format!("{}: has no README.md", rule.id));
        }
        for (fails, kind) in [(true, "fail"), (false, "pass")] {
            if !cases.iter().any(|case| case.fails == fails) {
                complaints.push(format!("{}: has no case in {kind}/", rule.id));
            }
        }
        for case in cases {
            let wanted: &[&str] = if case.fails { &[rule.id.as_str()] } else { &[] };
            match self.fired(case) {
                Ok(fired) if fired == wanted => {}
                Ok(fired) => complaints.push(format!(
                    "{} {}: fired {}, wanted {}",
                    rule.id,
                    case.name,
                    listed(&fired),
                    listed(wanted)
                )),
                Err(why) => complaints.push(format!("{} {}: {why}", rule.id, case.name)),
            }
        }
        complaints
    }

    /// The ids of the rules that fire on a case, each once, in order.
    fn fired(&self, case: &Case) -> Result<Vec<String>, String> {
        let mut endpoints = Endpoints::none();
        for value in &case.spec.endpoint {
            let value = Zeroizing::new(value.as_bytes().to_vec());
            endpoints.add(value, "case.toml").map_err(|error| error.to_string())?;
        }
        let engine = Engine::with_aliases(&endpoints, &self.profile.spec.allow_aliases);
        let inside =
            |paths: &[PathBuf]| paths.iter().map(|path| case.folder.join(path)).collect::<Vec<_>>();
        let scope = Scope {
            runs: inside(&case.spec.runs),
            repo: case.spec.repo.as_ref().map(|path| case.folder.join(path)),
            target: inside(&case.spec.targets),
            range: case.spec.range.clone(),
            ..Scope::default()
        };
        let (_made, paths) = subjects(case)?;
        let mut settings = audit::settings(&self.common, &scope, &paths, Limits::default());
        let configuration = case.folder.join("counterfoil.toml");
        if configuration.is_file() {
            let config = Config::find(Some(&configuration)).map_err(|error| error.to_string())?;
            settings.waivers = config.waivers;
        }
        let tools = Tools { profile: &self.profile, engine: &engine, pack: &self.pack };
        match crate::audit::audit(&settings, tools, &Quiet) {
            Ok(outcome) => {
                let mut fired: Vec<String> = outcome.findings.iter().map(|f| f.rule.to_string()).collect();
                fired.sort();
                fired.dedup();
                Ok(fired)
            }
            Err(AuditError::NothingFound { .. }) => Err("there is nothing to audit in it".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// What a case audits; its repository is made first, in a folder that goes when the first value is dropped.
fn subjects(case: &Case) -> Result<(Option<tempfile::TempDir>, Vec<PathBuf>), String> {
    let mut paths = case.paths();
    let description = case.folder.join("repository.toml");
    if !description.is_file() {
        return Ok((None, paths));
    }
    let dir = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let repository = dir.path().join("repository");
    crate::rule::repository::make(&description, &repository).map_err(|error| error.to_string())?;
    paths.push(repository);
    Ok((Some(dir), paths))
}

fn listed<S: AsRef<str>>(ids: &[S]) -> String {
    if ids.is_empty() {
        return "nothing".to_owned();
    }
    ids.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
