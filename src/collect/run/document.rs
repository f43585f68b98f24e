//! The evidence document of a run, put together from what was gathered.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Run;
use super::facts::{Facts, Piece, fact};
use super::patch::PatchFiles;
use super::record;
use super::roles::inside;
use super::time::Time;
use super::withhold::withhold;
use crate::evidence::{Evidence, Map, Node, Subject};
use crate::profile::RunName;
use crate::text::{Place, Span};

impl Run<'_> {
    pub fn into_evidence(mut self) -> Evidence {
        self.compare_digests();
        let root = self.facts.root;
        let or_null = |node: Option<&Node>| node.cloned().unwrap_or_else(|| Node::null().at(root));
        let mut entries = vec![
            ("report", or_null(self.report.as_ref())),
            ("admission", or_null(self.admission.as_ref())),
            ("tests", or_null(self.tests.as_ref())),
            ("argv", or_null(self.argv.as_ref())),
            ("manifest", or_null(self.manifest.as_ref())),
        ];
        let baseline = self.baseline();
        let (patch, names) = self.patch();
        entries.push(("checks", self.checks(&baseline, names.as_ref())));
        entries.push(("baseline", baseline));
        entries.push(("patch", patch));
        entries.push(("marker", self.marker()));
        entries.push(("unread", self.not_read()));
        let trace = std::mem::take(&mut self.trace);
        entries.push(("trace", trace.into_node(&mut self.facts, "trace.jsonl")));
        let blocks = std::mem::take(&mut self.blocks);
        entries.push(("agent_block", blocks.into_node(&self.facts)));
        let secret = self.secret_digests();
        let mut evidence = evidence(self.facts, self.name, entries);
        withhold(&mut evidence.document, &mut evidence.sources, &secret);
        evidence
    }

    /// The patch, and the names in it where it was read.
    fn patch(&mut self) -> (Node, Option<Names>) {
        // What the report names is the patch, or nothing is: another file is not put in its place.
        let named = self.report.as_ref().and_then(|report| report.get("patch")?.get("path")?.as_str());
        let others = self.patches.keys().filter(|path| named.is_none() && !self.roles.in_baseline(path));
        let path = self.roles.named.patch.as_ref().or(others.min()).cloned();
        let files = path.as_ref().and_then(|path| self.patches.remove(path));
        let known = path.as_ref().and_then(|path| self.digests.get(path)).cloned();
        let shown = path.as_deref().map(crate::text::printable_path);
        let names = files.as_ref().map(|files| Names {
            all: files.names().map(normal).collect(),
            moved: files.moved().map(normal).collect(),
        });
        let place = known.as_ref().and(path.as_deref()).map(|path| self.beginning_of(path));
        let mut map = Map::new();
        let root = place.or(Some(self.facts.root));
        map.insert("path", Node::new(shown, root));
        map.insert("present", Node::new(known.is_some(), root));
        map.insert("bytes", Node::new(known.as_ref().map(|(_, len)| *len), root));
        map.insert("sha256", Node::new(known.map(|(digest, _)| digest), root));
        map.insert("changes", Node::new(files.as_ref().map(|files| files.changes), root));
        map.insert(
            "files",
            Node { place: root, ..files.map_or_else(|| Node::from(Vec::new()), PatchFiles::into_node) },
        );
        (Node::new(map, root), names)
    }

    fn marker(&mut self) -> Node {
        let path = &self.facts.ctx.profile.spec.run.marker;
        let own = self.roles.own(Path::new(path.as_str())).to_owned();
        let bytes = self.files.get(&own).copied();
        let place = bytes.map_or(self.facts.root, |_| self.beginning_of(&own));
        let entries =
            [("path", path.as_str().into()), ("present", bytes.is_some().into()), ("bytes", bytes.into())];
        fact(entries, Some(place))
    }

    /// Which of the files that a run may not lack could not be read: then nothing says that they are missing.
    fn not_read(&self) -> Node {
        let is_unread = |path: &Path| self.facts.is_unread(self.roles.own(path));
        let named = |path: &Option<PathBuf>, default: &str| {
            is_unread(path.as_deref().unwrap_or(Path::new(default))).into()
        };
        let entries = [
            ("report", is_unread(Path::new("report.json")).into()),
            ("tests", named(&self.roles.named.tests, "tests.json")),
            ("patch", named(&self.roles.named.patch, "patch.diff")),
            ("baseline", named(&self.roles.named.baseline, "baseline/report.json")),
            ("marker", is_unread(Path::new(self.facts.ctx.profile.spec.run.marker.as_str())).into()),
        ];
        fact(entries, Some(self.facts.root))
    }

    /// Where a file begins that was read.
    fn beginning_of(&mut self, path: &Path) -> Place {
        let surface = self.facts.ctx.profile.surfaces.of(path);
        let source = self.facts.source(&mut Piece::new(path, surface));
        Place::new(source, Span::default())
    }

    fn baseline(&self) -> Node {
        let root = self.facts.root;
        let known = |path: &Path| self.baselines.get(self.roles.own(path));
        let named = self.roles.named.baseline.as_deref().and_then(|path| Some((path, known(path)?)));
        let report = named.or_else(|| {
            let unnamed =
                self.report.as_ref().is_none_or(|report| report.get("baseline").is_none_or(Node::is_null));
            let default = Path::new("baseline/report.json");
            known(default).filter(|_| unnamed).map(|report| (default, report))
        });
        let folder = report.and_then(|(path, _)| path.parent());
        let tests = folder.and_then(|folder| known(&folder.join("tests.json")));
        let report = report.map(|(_, node)| node);
        let run_id = report.and_then(|report| report.get("run_id"));
        let own = report.and_then(|report| report.get("fixture")).cloned();
        let fixture = own.or_else(|| {
            let name = self.facts.ctx.profile.surfaces.run_name(run_id?.as_str()?)?;
            Some(Node::new(name.fixture, run_id?.place))
        });
        let null = || Node::null().at(root);
        let place = report.and_then(|report| report.place).or(Some(root));
        let mut map = Map::new();
        map.insert("present", Node::new(report.is_some(), place));
        map.insert("report", report.cloned().unwrap_or_else(null));
        map.insert("tests", tests.cloned().unwrap_or_else(null));
        map.insert("fixture", fixture.unwrap_or_else(null));
        map.insert("runs", Node::new(self.baseline_trace.runs.clone(), place));
        map.insert("strays", Node::new(self.baseline_trace.strays.clone(), place));
        let counted = tests.or_else(|| report.and_then(|report| report.get("tests")));
        map.insert(
            "count",
            count(counted).map_or_else(null, |n| Node::new(n, counted.and_then(|c| c.place))),
        );
        Node::new(map, place)
    }

    /// Comparisons of artifacts that an expression would make unreadable; null where one side is missing.
    fn checks(&self, baseline: &Node, patch: Option<&Names>) -> Node {
        let report = self.report.as_ref();
        let changed = report.and_then(|report| report.get("changed_files")).and_then(Node::as_list);
        let changed: Option<BTreeSet<String>> =
            changed.map(|files| files.iter().filter_map(|file| Some(normal(file.as_str()?))).collect());
        let same_files = changed.zip(patch).map(|(changed, patch)| patch.are(&changed));
        let patch = report.and_then(|report| report.get("patch"));
        let known = self.roles.named.patch.as_ref().and_then(|path| self.digests.get(path));
        let sha256 = patch.and_then(|patch| patch.get("sha256")).and_then(Node::as_str);
        let bytes = patch.and_then(|patch| patch.get("bytes")).and_then(Node::as_i64);
        let digest = sha256.zip(known).map(|(stated, (found, _))| stated.eq_ignore_ascii_case(found));
        let size = bytes.zip(known).map(|(stated, (_, found))| u64::try_from(stated).ok() == Some(*found));
        let named =
            report.and_then(|report| report.get("baseline")).and_then(|baseline| baseline.get("report"));
        let entries = [
            ("changed_files_match", same_files.into()),
            ("patch_digest_matches", digest.into()),
            ("patch_bytes_match", size.into()),
            ("tests_count", count(self.tests.as_ref()).into()),
            ("tests_path_matches", self.names_tests().into()),
            ("trace_tests_match", self.trace.tests_are(self.tests.as_ref()).into()),
            ("baseline_inside", named.and_then(Node::as_str).map(|path| inside(path).is_some()).into()),
            ("baseline_within_run", self.in_time(baseline).into()),
        ];
        fact(entries, Some(self.facts.root))
    }

    /// Whether the tests that the report names are those that are judged.
    fn names_tests(&self) -> Option<bool> {
        let named = self.report.as_ref()?.get("tests")?.get("path")?.as_str()?;
        let own = |path: &Path| self.roles.own(path).to_owned();
        let judged = self.roles.named.tests.clone().unwrap_or_else(|| own(Path::new("tests.json")));
        Some(inside(named).is_some_and(|path| own(&path) == judged))
    }

    /// Whether the baseline was made within the run's time, by its report and by its trace.
    fn in_time(&self, baseline: &Node) -> Option<bool> {
        if !self.baseline_trace.strays.is_empty() {
            return Some(false);
        }
        let times = |report: &Node| {
            Some((Time::of(report.get("started_at"))?, Time::of(report.get("finished_at"))?))
        };
        let (started, finished) = times(self.report.as_ref()?)?;
        let (from, to) = times(baseline.get("report")?)?;
        Some(!from.is_before(started) && !finished.is_before(to) && !to.is_before(from))
    }
}

/// The files that a patch names.
struct Names {
    all: BTreeSet<String>,
    /// Those among them that were moved away.
    moved: BTreeSet<String>,
}

impl Names {
    /// Whether a list of changed files has the same; one that was moved may be in it or not.
    fn are(&self, changed: &BTreeSet<String>) -> bool {
        changed.is_subset(&self.all) && self.all.difference(changed).all(|name| self.moved.contains(name))
    }
}

/// Passed and failed tests together.
fn count(tests: Option<&Node>) -> Option<i64> {
    let number = |field: &str| tests?.get(field)?.as_i64();
    number("passed")?.checked_add(number("failed")?)
}

fn normal(path: &str) -> String {
    inside(path).map_or_else(|| path.to_owned(), |path| path.to_string_lossy().into_owned())
}

fn run_node(facts: &Facts<'_>, name: &RunName, shown: &str) -> Node {
    let entries = [
        ("id", name.id.as_str().into()),
        ("path", shown.into()),
        ("stamp", name.stamp.map(|stamp| stamp.to_string()).into()),
        ("round", name.round.into()),
        ("fixture", name.fixture.as_str().into()),
        ("pid", name.pid.into()),
    ];
    fact(entries, Some(facts.root))
}

/// Puts the document together.
fn evidence(mut facts: Facts<'_>, name: RunName, entries: Vec<(&'static str, Node)>) -> Evidence {
    facts.close_lists();
    let root = facts.root;
    let shown = facts.shown("");
    let mut map = Map::new();
    map.insert("run", run_node(&facts, &name, &shown));
    map.insert("route", crate::collect::route(&facts.ctx.profile.spec));
    for (key, node) in entries {
        map.insert(key, node);
    }
    let uses = std::mem::take(&mut facts.uses);
    if uses.more > 0 {
        facts.gap("", None, format!("{} more uses of a model are not judged", uses.more));
    }
    for source in &uses.unclear {
        facts.not_understood_in(*source, "names a model or a provider in a way that is not understood");
    }
    for source in &uses.deep {
        let why = format!("holds values more than {} deep: not looked through for models", record::DEEPEST);
        facts.not_understood_in(*source, why);
    }
    map.insert("uses", uses.into_node());
    lists(&mut facts, &mut map);
    facts.gaps.sort();
    facts.gaps.dedup();
    map.insert("gaps", gaps(&facts, root));
    let path = shown;
    Evidence {
        subject: Subject::Run,
        id: name.id,
        path,
        document: Node::new(map, Some(root)),
        sources: facts.sources,
        gaps: facts.gaps,
        read: facts.read,
    }
}

fn lists(facts: &mut Facts<'_>, map: &mut Map) {
    map.insert("mentions", facts.mentions.take());
    map.insert("engines", facts.engines.take());
    map.insert("asked", facts.asked.take());
    map.insert("leaks", facts.leaks.take());
    map.insert("shapes", facts.shapes.take());
    map.insert("digests_of_value", facts.digests_of_value.take());
    map.insert("schema_errors", facts.schema_errors.take());
    map.insert("duplicate_keys", facts.duplicate_keys.take());
    map.insert("malformed", facts.malformed.take());
    map.insert("digests", facts.digests.take());
    map.insert("links", facts.links.take());
    map.insert("disorder", facts.disorder.take());
    map.insert("inspected", facts.inspected.take());
    map.insert("copied", facts.copied.take());
    map.insert("files", facts.files.take());
}

fn gaps(facts: &Facts<'_>, root: Place) -> Node {
    let gap = |gap: &crate::evidence::Gap| {
        let entries = [
            ("path", gap.path.as_str().into()),
            ("surface", gap.surface.as_deref().into()),
            ("why", gap.why.as_str().into()),
        ];
        fact(entries, Some(root))
    };
    Node::from(facts.gaps.iter().map(gap).collect::<Vec<_>>())
}
