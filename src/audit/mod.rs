//! The way through: discover → collect → judge → [`Outcome`].
//!
//! Documents are read first, for they say what is asked of runs; then runs are judged, and last the claims of
//! documents, by the runs' verdicts. Subjects are
//! worked through in parallel and put together in the order of their paths, so that the same input gives
//! the same outcome, whatever the number of threads.

mod alone;
mod discover;
mod documents;
mod outcome;
mod place;
mod repositories;
mod runs;
mod scripts;
mod settings;
mod unjudged;
mod walk;

use std::time::Instant;

pub use alone::Alone;
pub use discover::{Found, Kind, Named, NoSuchPath, discover, find_runs, root_of};
pub use place::{place_of, run_at};
pub use settings::{Progress, Quiet, Settings, Tools};
pub use unjudged::collect_all;

use crate::collect::repositories::is_repository;
use crate::collect::sot::Shelf;
use crate::collect::{self, Context, Target};
use crate::evidence::{Evidence, Gap, Node};
use crate::judge::claims::ItemChain;
use crate::judge::{Judge, Outcome, Show};
use crate::search::shapes::{NotAllowable, Shapes};
use documents::Asked;
use outcome::Gathered;

/// Why there is no outcome at all.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum AuditError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    NoSuchPath(#[from] NoSuchPath),
    #[error("nothing to audit was found under {paths}")]
    #[diagnostic(code(audit::nothing_found))]
    NothingFound {
        paths: String,
        #[help]
        help: String,
    },
    #[error("there is no repository at {path}")]
    #[diagnostic(
        code(audit::no_repository),
        help(
            "`--repo` names the repository in which cited commits are looked up: its work tree, or its git directory"
        )
    )]
    NoRepository { path: String },
    #[error("the range can't be read: {0}")]
    #[diagnostic(
        code(audit::no_range),
        help("a range is A..B, A...B or one revision; each names a commit of the audited repository")
    )]
    NoRange(collect::git::RevisionError),
    #[error("there is nothing at {path}, where cited runs are to be looked up")]
    #[diagnostic(
        code(audit::no_runs),
        help("`--runs`, or `runs` in counterfoil.toml, names a folder that run directories lie in")
    )]
    NoRuns { path: String },
    #[error("`--range {range}` has no history to choose from: no repository is audited")]
    #[diagnostic(
        code(audit::no_history),
        help("name a repository among the paths; `--only` must not leave out `git`")
    )]
    NoHistory { range: String },
    #[error("the profile is malformed: {0}")]
    #[diagnostic(code(profile::malformed))]
    Shapes(#[from] NotAllowable),
    #[error("{0} threads can't be started")]
    #[diagnostic(code(audit::threads), help("give fewer with --threads"))]
    Threads(usize),
}

const NO_WORK_TREE: &str =
    "a bare repository has only its history, which was left out: nothing of it was read";

/// Audits everything under the given paths.
///
/// # Errors
/// A path that is not there, or nothing to audit at all.
pub fn audit(
    settings: &Settings,
    tools: Tools<'_>,
    progress: &dyn Progress,
) -> Result<Outcome, AuditError> {
    explain(settings, tools, progress, &[]).map(|(outcome, _)| outcome)
}

/// Audits everything under the given paths, and explains these work items.
///
/// # Errors
/// As [`audit`].
pub fn explain(
    settings: &Settings,
    tools: Tools<'_>,
    progress: &dyn Progress,
    items: &[String],
) -> Result<(Outcome, Vec<ItemChain>), AuditError> {
    with_threads(settings, || Audit::new(settings, tools, progress)?.outcome(items))
}

fn with_threads<T: Send>(
    settings: &Settings,
    work: impl FnOnce() -> Result<T, AuditError> + Send,
) -> Result<T, AuditError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build();
    pool.map_err(|_| AuditError::Threads(settings.threads))?.install(work)
}

/// One audit on its way.
struct Audit<'a> {
    settings: &'a Settings,
    tools: Tools<'a>,
    progress: &'a dyn Progress,
    targets: Vec<Target>,
    /// Where no value is known by its host, what looks like one is told.
    shapes: Option<Shapes>,
    started: Instant,
}

impl<'a> Audit<'a> {
    fn new(
        settings: &'a Settings,
        tools: Tools<'a>,
        progress: &'a dyn Progress,
    ) -> Result<Self, AuditError> {
        let named = tools.profile.spec.targets.iter().map(std::path::Path::new);
        let targets = named.chain(settings.targets.iter().map(AsRef::as_ref)).map(Target::new).collect();
        if let Some(path) = settings.repo.as_ref().filter(|path| !is_repository(path)) {
            return Err(AuditError::NoRepository { path: crate::text::printable_path(path) });
        }
        if let Some(path) = settings.runs.iter().find(|path| !path.exists()) {
            return Err(AuditError::NoRuns { path: crate::text::printable_path(path) });
        }
        let allowed = &tools.profile.spec.allow_shapes;
        let shapes = if tools.engine.knows_host() { None } else { Some(Shapes::new(allowed)?) };
        Ok(Self { settings, tools, progress, targets, shapes, started: Instant::now() })
    }

    fn context(&self) -> Context<'_> {
        Context {
            profile: self.tools.profile,
            engine: self.tools.engine,
            limits: &self.settings.limits,
            shapes: self.shapes.as_ref(),
            targets: &self.targets,
        }
    }

    fn judge(&self) -> Judge<'a> {
        Judge {
            pack: self.tools.pack,
            profile: self.tools.profile,
            show: Show { engine: self.tools.engine },
        }
    }

    fn outcome(self, items: &[String]) -> Result<(Outcome, Vec<ItemChain>), AuditError> {
        let settings = self.settings;
        let root = root_of(&settings.paths);
        let wanted = |kind| settings.wants(kind);
        let mut found = discover(&settings.paths, &root, self.tools.profile, &wanted)?;
        if let Some(range) = settings.range.as_ref().filter(|_| found.repositories.is_empty()) {
            return Err(AuditError::NoHistory { range: crate::judge::one_line(range).into_owned() });
        }
        let opened = self.ranged(&found)?;
        let mut gathered = Gathered::default();
        gathered.gaps.extend(found.gaps.iter().cloned());
        let documents = self.documents(&mut found, &root, &Shelf::default());
        let (mut runs, inside) = self.runs(&mut found, &Asked::by(&documents.outlines, self.tools.profile));
        runs.extend(self.cited_runs(&documents.outlines, &found, &root, &mut gathered));
        let explained = self.claims(documents, &runs, &found, items, &mut gathered);
        for facts in runs {
            gathered.run(facts);
        }
        self.loose(&found, &mut gathered);
        self.scripts(&found, &mut gathered);
        let inside = self.inside_runs(&found, inside, &mut gathered.gaps);
        self.progress.stage("repositories", (found.repositories.len() + inside.len()) as u64);
        let mut left_out = Vec::new();
        for evidence in self.repositories(&found, &inside, opened) {
            if self.is_left_out(&evidence) {
                left_out.push(Gap::new(evidence.path.as_str(), None, NO_WORK_TREE));
            } else {
                gathered.subjects += 1;
            }
            self.subject(evidence, &mut gathered);
            self.progress.step();
        }
        if gathered.is_empty() {
            return Err(self.nothing_found(!left_out.is_empty()));
        }
        gathered.gaps.extend(left_out.into_iter().chain(self.empty(&found)));
        self.tools.engine.save_fingerprints();
        let unlooked = self.tools.engine.fingerprint_gaps();
        let unlooked = unlooked.into_iter().chain(self.tools.engine.value_gap());
        gathered.gaps.extend(unlooked.map(|why| Gap::new(".", None, why)));
        Ok((gathered.outcome(settings, self.tools, self.started), explained))
    }

    /// What lies in the audited folders beside runs, documents and repositories.
    fn loose(&self, found: &Found, gathered: &mut Gathered) {
        if self.settings.wants(Kind::Runs) {
            self.subject(self.loose_evidence(found), gathered);
        }
    }

    fn loose_evidence<'f>(&self, found: &'f Found) -> Evidence {
        // A kind that is named leaves out what is of none; the folders around it are still in its way.
        let all = self.settings.only.is_empty();
        let list = |list: &'f [Named]| if all { list } else { &[] };
        let files = list(&found.loose).iter().map(|named| (named.path.as_path(), named.shown.as_str()));
        let reports = list(&found.reports).iter().map(|named| (named.path.as_path(), named.shown.as_str()));
        let folders = found.folders(all);
        let folders = folders.iter().map(String::as_str);
        collect::folder::collect(files, reports, folders, &self.context())
    }

    /// Whether nothing of a repository was asked for: without its history, one without a work tree has no more.
    fn is_left_out(&self, evidence: &Evidence) -> bool {
        let of_history = self.settings.history || self.settings.range.is_some();
        let work_tree = evidence.document.get("repository").and_then(|facts| facts.get("worktree"));
        !of_history && work_tree.and_then(Node::as_bool) == Some(false)
    }

    /// What was named and holds nothing: there was to be something.
    fn empty(&self, found: &Found) -> Vec<Gap> {
        let named = found.empty.iter().map(|named| named.shown.clone());
        let runs = self.settings.runs.iter().filter(|path| path.is_dir() && discover::holds_nothing(path));
        let runs = runs.map(|path| crate::text::printable_path(path));
        named
            .chain(runs)
            .map(|path| Gap::new(path, None, "an empty folder: nothing was here to be read"))
            .collect()
    }

    fn nothing_found(&self, left_out: bool) -> AuditError {
        let paths: Vec<_> =
            self.settings.paths.iter().map(|path| crate::text::printable_path(path)).collect();
        let bare = "a bare repository has only its history, which is left out: `--no-history`, or `history = false` in \
                    counterfoil.toml";
        let bare = left_out.then(|| bare.to_owned());
        let help = self.left_out().or(bare).unwrap_or_else(|| {
            "a run directory is named <YYYYMMDDTHHMMSSZ>-r<round>-<fixture>-<pid>; a document stands under .sot/ or \
             says `lifecycle_classification: sot` in its front matter; a repository has a .git"
                .to_owned()
        });
        AuditError::NothingFound { paths: paths.join(", "), help }
    }

    /// What there would be, had `--only` not left it out.
    fn left_out(&self) -> Option<String> {
        let Settings { only, paths, .. } = self.settings;
        if only.is_empty() {
            return None;
        }
        let found = discover(paths, &root_of(paths), self.tools.profile, &|_| true).ok()?;
        let there = [
            (found.runs.len(), "run"),
            (found.markdown.len() + found.documents.len(), "Markdown file"),
            (found.repositories.len(), "repository"),
            (found.scripts.len(), "script"),
        ];
        let there = there.into_iter().filter(|(count, _)| *count > 0);
        let there: Vec<String> = there.map(|(count, noun)| crate::text::many(count, noun)).collect();
        let only: Vec<&str> = only.iter().map(|kind| kind.as_str()).collect();
        let (only, there) = (only.join(","), there.join(", "));
        (!there.is_empty()).then(|| format!("`--only {only}` left out what is there: {there}"))
    }

    /// Judges a subject that has no verdict of its own.
    fn subject(&self, evidence: Evidence, gathered: &mut Gathered) {
        let judged = self.judge().judge(&evidence);
        gathered.gaps.extend(judged.gaps(&evidence.path));
        gathered.leaks += judged.leaks;
        gathered.findings.extend(judged.findings);
        gathered.gaps.extend(evidence.gaps);
        gathered.read += evidence.read;
    }
}
