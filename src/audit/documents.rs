//! The second round: documents, and the runs that they cite.

use std::collections::{BTreeSet, HashSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use super::place::place_of;
use super::runs::{NamedRun, runs_inside};
use super::{Audit, Found, Gathered, Kind, Named, find_runs};
use crate::collect::file::{Root, unreadable};
use crate::collect::git::lookup::{Commits, Lookup};
use crate::collect::sot::{self, Outline, Shelf, SotDocument};
use crate::evidence::{Evidence, Gap};
use crate::judge::RunFacts;
use crate::judge::claims::{
    CommitLookup, Grounds, ItemChain, JudgedDocuments, Questions, evidence_of_documents, judge_documents,
};
use crate::profile::Profile;
use crate::text::printable_path;

/// The documents that were found, in the order of their paths.
#[derive(Default)]
pub(super) struct Documents {
    pub all: Vec<SotDocument>,
    /// What each may be asked by others.
    pub outlines: Vec<Outline>,
}

/// Front matter that is longer than this is not looked through for a classification.
const HEAD: u64 = 64 << 10;

impl Audit<'_> {
    /// The documents among what was found, as many of them whole as the shelf has room for. Markdown that is no
    /// document is put with the loose files.
    pub(super) fn documents(&self, found: &mut Found, root: &Path, shelf: &Shelf) -> Documents {
        let context = self.context();
        self.progress.stage("documents", (found.markdown.len() + found.documents.len()) as u64);
        let (documents, others): (Vec<Named>, Vec<Named>) =
            std::mem::take(&mut found.markdown).into_par_iter().partition(|named| {
                let is_at = |path: &Path, head: &[u8]| sot::is_document(path, head, self.tools.profile);
                // A folder that was named by a link has that name too.
                let is_one = |head: &[u8]| is_at(&named.path, head) || is_at(&root.join(&named.shown), &[]);
                // Of most the folder tells, and no byte is read for that. What can't be read may be one: its
                // collector says why it was not.
                is_one(&[]) || head_of(named).map_or(true, |head| is_one(&head))
            });
        // Other files of a work tree are its repository's.
        let loose = |named: &Named| !found.repositories.iter().any(|it| named.path.starts_with(&it.path));
        let loose: Vec<Named> = others.into_iter().filter(loose).collect();
        found.loose.extend(loose);
        found.loose.sort();
        found.documents.extend(documents);
        found.documents.sort();
        found.documents.dedup();
        let read = |named: &Named| {
            let mut document = sot::collect(&named.path, &named.shown, &context);
            let outline = document.outline();
            shelf.keep(&mut document);
            self.progress.step();
            (document, outline)
        };
        let (all, outlines) = found.documents.par_iter().map(read).unzip();
        Documents { all, outlines }
    }

    /// Runs that documents cite, or name, and that were not audited as such, wherever they stand under `--runs`.
    pub(super) fn cited_runs(
        &self,
        outlines: &[Outline],
        found: &Found,
        root: &Path,
        gathered: &mut Gathered,
    ) -> Vec<RunFacts> {
        let cited = Asked::by(outlines, self.tools.profile);
        let mut seen: BTreeSet<PathBuf> = found.runs.iter().map(|(named, _)| named.path.clone()).collect();
        let mut wanted = Vec::new();
        for folder in self.places_for_runs() {
            let mut there = find_runs(folder, root, self.tools.profile);
            if !cited.has_all(found.runs.iter().chain(&there.runs)) {
                let inside = runs_inside(&there.runs, self.tools.profile);
                there.runs.extend(inside);
            }
            there.runs.iter_mut().for_each(|(named, _)| named.shown = shown(named, folder, root));
            gathered.gaps.extend(there.gaps);
            gathered.fixtures.extend(there.runs.iter().map(|(_, name)| name.fixture.clone()));
            let runs = there.runs.into_iter().filter(|(_, name)| cited.asks_for(&name.id));
            wanted.extend(runs.filter(|(named, _)| seen.insert(named.path.clone())));
        }
        let outside = wanted.iter().filter(|(named, _)| !named.path.starts_with(root));
        let places = outside.map(|(named, _)| (named.shown.clone(), printable_path(&named.path)));
        gathered.elsewhere.extend(places);
        self.progress.stage("cited runs", wanted.len() as u64);
        wanted
            .into_par_iter()
            .map(|run| {
                let mut facts = self.cited_run(run);
                cited.keep(&mut facts);
                self.progress.step();
                facts
            })
            .collect()
    }

    /// Where cited runs are looked up beside the audited ones. `--only sot` audits no run: what lies under
    /// the paths is then at hand all the same.
    fn places_for_runs(&self) -> impl Iterator<Item = &PathBuf> {
        let settings = self.settings;
        let paths = if settings.wants(Kind::Runs) { &[][..] } else { &settings.paths[..] };
        settings.runs.iter().chain(paths.iter().filter(|path| path.is_dir()))
    }

    /// Judges documents by the runs; the work items that were asked for come back explained.
    pub(super) fn claims(
        &self,
        documents: Documents,
        runs: &[RunFacts],
        found: &Found,
        explain: &[String],
        gathered: &mut Gathered,
    ) -> Vec<ItemChain> {
        let commits = documents.outlines.iter().any(|outline| outline.commits);
        let judge = |grounds: &Grounds<'_>| judge_documents(grounds, documents.all, documents.outlines);
        let fixtures = std::mem::take(&mut gathered.fixtures);
        let judged = self.with_grounds(commits, (runs, fixtures), found, explain, judge);
        let JudgedDocuments { documents, claims, findings, gaps, leaks, read, explained } = judged;
        gathered.subjects += documents.len();
        gathered.documents.extend(documents);
        gathered.claims = claims;
        gathered.findings.extend(findings);
        gathered.gaps.extend(gaps);
        gathered.leaks += leaks;
        gathered.read += read;
        explained
    }

    /// The evidence of the documents, their work items and claims.
    pub(super) fn document_evidence(
        &self,
        documents: &Documents,
        found: &mut Found,
        root: &Path,
        gaps: &mut Vec<Gap>,
    ) -> Vec<Evidence> {
        if documents.all.is_empty() {
            return Vec::new();
        }
        let outlines = &documents.outlines;
        let (mut runs, _) = self.runs(found, &Asked::by(outlines, self.tools.profile));
        let mut gathered = Gathered::default();
        runs.extend(self.cited_runs(outlines, found, root, &mut gathered));
        gaps.append(&mut gathered.gaps);
        let commits = outlines.iter().any(|outline| outline.commits);
        let evidence = |grounds: &Grounds<'_>| evidence_of_documents(grounds, &documents.all);
        self.with_grounds(commits, (&runs, gathered.fixtures), found, &[], evidence)
    }

    fn with_grounds<T>(
        &self,
        commits: bool,
        (runs, mut fixtures): (&[RunFacts], BTreeSet<String>),
        found: &Found,
        explain: &[String],
        judge: impl FnOnce(&Grounds<'_>) -> T,
    ) -> T {
        let repositories = if commits {
            Repositories::open(self.settings.repo.as_ref(), found)
        } else {
            Repositories::default()
        };
        fixtures.extend(found.runs.iter().map(|(_, name)| name.fixture.clone()));
        let fixtures: Vec<String> = fixtures.into_iter().collect();
        judge(&Grounds {
            judge: self.judge(),
            runs,
            runs_given: !runs.is_empty() || !self.settings.runs.is_empty(),
            commit: &|id| repositories.find(id),
            fixtures: &fixtures,
            explain,
        })
    }
}

/// What documents ask of runs: which ones they cite, which ones their sentences name, and the profile's questions.
pub(super) struct Asked<'d> {
    cited: HashSet<&'d str>,
    named: HashSet<&'d str>,
    questions: Questions,
}

impl<'d> Asked<'d> {
    pub fn by(outlines: &'d [Outline], profile: &Profile) -> Self {
        let citations = outlines.iter().flat_map(|outline| &outline.citations);
        let cited = citations.filter_map(|citation| citation.run.as_deref()).collect();
        let named = outlines.iter().flat_map(|outline| &outline.named).map(|run| &**run).collect();
        Self { cited, named, questions: Questions::new(profile) }
    }

    /// Whether every run that documents cite or name is among these.
    fn has_all<'r>(&self, runs: impl Iterator<Item = &'r NamedRun>) -> bool {
        let there: HashSet<&str> = runs.map(|(_, name)| name.id.as_str()).collect();
        self.cited.union(&self.named).all(|id| there.contains(id))
    }

    fn asks_for(&self, id: &str) -> bool {
        self.cited.contains(id) || self.named.contains(id)
    }

    /// Lets go of what no document asks of a run: without any, memory stays flat.
    pub fn keep(&self, facts: &mut RunFacts) {
        if self.asks_for(&facts.summary.id) {
            facts.condense(&self.questions);
        } else {
            facts.forget();
        }
    }
}

/// A run's path as it is shown: below the audited root, else as the folder was named.
fn shown(named: &Named, folder: &Path, root: &Path) -> String {
    let absolute = place_of(folder);
    match (named.path.strip_prefix(root), named.path.strip_prefix(absolute)) {
        (Ok(below), _) => printable_path(below),
        (_, Ok(below)) => printable_path(&folder.join(below)),
        _ => named.shown.clone(),
    }
}

/// Where cited commits are looked up: the repository that was named, else those that are audited.
#[derive(Default)]
struct Repositories {
    open: Vec<Mutex<Commits>>,
    unreadable: Vec<String>,
}

impl Repositories {
    fn open(named: Option<&PathBuf>, found: &Found) -> Self {
        let audited = found.repositories.iter().map(|named| &named.path);
        let paths: Vec<&PathBuf> = named.map_or_else(|| audited.collect(), |named| vec![named]);
        let mut all = Self::default();
        for path in paths {
            match Commits::open(path) {
                Ok(commits) => all.open.push(Mutex::new(commits)),
                Err(why) => all.unreadable.push(why),
            }
        }
        all
    }

    fn find(&self, id: &str) -> CommitLookup {
        let mut unknown = self.unreadable.first().cloned();
        for commits in &self.open {
            let commits = commits.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match commits.find(id) {
                Lookup::Commit { subject, .. } => return CommitLookup::Subject(subject),
                Lookup::Missing | Lookup::Ambiguous => {}
                Lookup::Unknown(why) => unknown = unknown.or(Some(why)),
            }
        }
        match unknown {
            Some(why) => CommitLookup::Unknown(why),
            None if self.open.is_empty() => CommitLookup::NoRepository,
            None => CommitLookup::NotFound,
        }
    }
}

/// What a file begins with, if it still is one: what the walk saw may be a link or a FIFO by now.
fn head_of(named: &Named) -> Result<Vec<u8>, String> {
    let (folder, name) = (named.path.parent(), named.path.file_name());
    let root = Root::open(folder.unwrap_or(Path::new("/"))).map_err(|error| unreadable(&error))?;
    let mut head = Vec::new();
    let file = root.file(Path::new(name.unwrap_or_default()))?;
    file.take(HEAD).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Quiet, Settings, Tools};
    use crate::collect::script::is_script;
    use crate::endpoint::Endpoints;
    use crate::rule::Pack;
    use crate::search::Engine;

    #[test]
    fn what_can_not_be_told_to_be_a_document_or_a_script_is_read_as_one_and_is_a_gap() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let named = |name: &str| Named { path: dir.path().join(name), shown: name.to_owned() };
        std::fs::write(named("notes.md").path, "# Notes\n").expect("written");
        std::fs::write(named("notes").path, "notes\n").expect("written");
        assert!(is_script(&named("gone").path) && !is_script(&named("notes").path));
        let (profile, pack) = (Profile::built_in().expect("sound"), Pack::built_in().expect("sound"));
        let engine = Engine::new(&Endpoints::none());
        let tools = Tools { profile: &profile, engine: &engine, pack: &pack };
        let settings = Settings::new(vec![dir.path().to_owned()], jiff::civil::date(2026, 6, 1));
        let audit = Audit::new(&settings, tools, &Quiet).expect("sound");
        let mut found = Found { markdown: vec![named("gone.md"), named("notes.md")], ..Found::default() };
        let documents = audit.documents(&mut found, dir.path(), &Shelf::default());
        assert_eq!((found.documents, found.loose), (vec![named("gone.md")], vec![named("notes.md")]));
        assert_eq!(documents.all[0].gaps.len(), 1, "{:?}", documents.all[0].gaps);
        // What the walk took for a file, and is none any more.
        std::os::unix::fs::symlink(named("notes.md").path, named("link.md").path).expect("linked");
        let fifo = named("fifo.md").path;
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .expect("a FIFO");
        let mut found = Found { markdown: vec![named("fifo.md"), named("link.md")], ..Found::default() };
        let documents = audit.documents(&mut found, dir.path(), &Shelf::default());
        let gaps: Vec<_> = documents.all.iter().map(|document| document.gaps.len()).collect();
        assert_eq!((found.loose, gaps), (Vec::new(), vec![1, 1]));
    }
}
