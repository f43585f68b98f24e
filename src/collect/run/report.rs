//! The JSON artifacts of a run, and what they say of one another.

use std::path::PathBuf;

use super::facts::{Piece, fact, has_extension};
use super::manifest::{self, Stated};
use super::roles::{Named, Role, inside};
use super::schema::{Misfit, Schema};
use super::time::Time;
use super::uses::Origin;
use super::{Run, argv, log, record, targets};
use crate::evidence::{Map, Node, Pointer, Value};

/// What an admission says of its own pair.
const ADMITS: [&str; 3] = ["provider", "model", "status"];
/// What a report owes of the model.
const OWED: [&str; 2] = ["case_model_provider", "case_model"];

impl Run<'_> {
    pub fn artifact(&mut self, piece: &Piece<'_>, role: Role, node: Node) {
        match role {
            Role::Report => self.report(piece, node),
            Role::Manifest => self.manifest(piece, node),
            Role::Admission => {
                self.check(piece, Schema::Admission, &node);
                self.admitted(piece, &node);
                self.admission = Some(node);
            }
            Role::Tests => {
                self.check(piece, Schema::Tests, &node);
                log::known_uses(&mut self.facts, piece, &node);
                self.tests = Some(node);
            }
            Role::Argv => {
                // What is not told is not in the schema either.
                self.check(piece, Schema::Argv, &node);
                let _ = argv::processes(&mut self.facts, piece.surface, &node);
                targets::inspected_node(&mut self.facts, piece, Some(&node));
                self.argv = Some(node);
            }
            _ => {}
        }
    }

    /// The pair that an admission is of. Whatever else it names may be admitted beside, and stand in.
    fn admitted(&mut self, piece: &Piece<'_>, admission: &Node) {
        let origin = Origin { surface: piece.surface, kind: "admission", fallback: false };
        let [provider, model, _] = ADMITS.map(|key| admission.get(key));
        self.facts.uses.add(origin, provider, model, admission.place);
        let origin = Origin { kind: "field", ..origin };
        let Some(map) = admission.as_map() else {
            return record::gather(&mut self.facts, admission, origin);
        };
        let others = map.iter().filter(|(key, _)| !ADMITS.contains(&&***key));
        let others = others.map(|(key, node)| (&**key, node));
        record::gather_members(&mut self.facts, others, admission.place, origin);
    }

    pub fn baseline_artifact(&mut self, piece: &Piece<'_>, role: Role, node: Node) {
        let schema = if role == Role::BaselineReport { Schema::Report } else { Schema::Tests };
        self.check(piece, schema, &node);
        if role == Role::BaselineTests {
            log::known_uses(&mut self.facts, piece, &node);
        } else {
            self.own_schema(piece, &node);
            self.real_times(piece, &node);
            self.models(piece, &node);
            self.command(piece, &node);
        }
        self.baselines.insert(piece.path.to_owned(), node);
    }

    /// What a report says of the model that was used, and of one that was to stand in.
    fn models(&mut self, piece: &Piece<'_>, report: &Node) {
        let told = |key: &str| report.get(key).filter(|node| node.is_null() || node.as_str().is_some());
        let [provider, model] = OWED.map(told);
        // What it owes and does not tell in its form is the schema's to say.
        let kind = if provider.is_some() && model.is_some() { "report" } else { "field" };
        let origin = Origin { surface: piece.surface, kind, fallback: false };
        self.facts.uses.add(origin, provider, model, report.place);
        // Beside these two, a report may tell of the model wherever it likes; of the baseline's, too.
        let others = report.as_map().into_iter().flat_map(Map::iter);
        for (key, node) in others.filter(|(key, _)| !OWED.contains(&&***key)) {
            let surface = if &**key == "baseline" { "baseline" } else { piece.surface };
            let origin = Origin { surface, kind: "field", fallback: false };
            record::gather_members(&mut self.facts, std::iter::once((&**key, node)), node.place, origin);
        }
    }

    fn report(&mut self, piece: &Piece<'_>, node: Node) {
        self.check(piece, Schema::Report, &node);
        if node.as_map().is_none() {
            return;
        }
        self.facts.validates = node.get("kind").and_then(Node::as_str) == Some("validator");
        self.own_schema(piece, &node);
        self.real_times(piece, &node);
        self.times(&node);
        self.names_paths(&node);
        self.models(piece, &node);
        if let Some(backend) = node.get("backend").filter(|node| node.as_str().is_some()) {
            let entries = [
                ("surface", piece.surface.into()),
                ("kind", "backend".into()),
                ("engine", backend.value.clone()),
            ];
            self.facts.engines.push(fact(entries, backend.place));
        }
        self.command(piece, &node);
        self.report = Some(node);
    }

    /// What the command line that a report names asks for.
    fn command(&mut self, piece: &Piece<'_>, report: &Node) {
        if let Some(command) = report.get("command") {
            let text = command.as_str().unwrap_or_default();
            argv::command(&mut self.facts, piece.surface, "argv", text, command.place);
        }
    }

    fn own_schema(&mut self, piece: &Piece<'_>, report: &Node) {
        let wanted = self.facts.ctx.profile.spec.run.schema.clone();
        let Some(schema) =
            report.get("schema").filter(|node| node.as_str().is_some_and(|text| text != wanted))
        else {
            return;
        };
        let message = format!("is not `{wanted}`");
        let misfit = Misfit { pointer: "/schema".to_owned(), message, place: schema.place };
        self.facts.misfit(piece.surface, &piece.name, misfit);
    }

    /// Tells times of a report that have the form of one and are none.
    fn real_times(&mut self, piece: &Piece<'_>, report: &Node) {
        for field in ["started_at", "finished_at"] {
            let text = report.get(field).filter(|node| node.as_str().is_some());
            if let Some(node) = text.filter(|node| Time::of(Some(node)).is_none()) {
                let message = "is no time that there is".to_owned();
                let misfit = Misfit { pointer: format!("/{field}"), message, place: node.place };
                self.facts.misfit(piece.surface, &piece.name, misfit);
            }
        }
    }

    /// The run's time, and whether it is in order with itself and with the directory's name.
    fn times(&mut self, report: &Node) {
        let (start, finish) = (report.get("started_at"), report.get("finished_at"));
        let (started, finished) = (Time::of(start), Time::of(finish));
        self.trace.bounds.started = started;
        self.trace.bounds.finished = finished;
        let mut disorder = |what: &str, node: Option<&Node>| {
            let at = node.and_then(Node::as_str).unwrap_or_default();
            let entries = [("what", what.into()), ("at", at.into())];
            self.facts.disorder.push(fact(entries, node.and_then(|node| node.place)));
        };
        if let (Some(started), Some(finished)) = (started, finished)
            && finished.is_before(started)
        {
            disorder("finished-before-started", finish);
        }
        if let (Some(started), Some(stamp)) = (started, self.name.stamp)
            && started.differs_from_stamp(stamp)
        {
            disorder("stamp-differs", start);
        }
    }

    fn names_paths(&mut self, report: &Node) {
        let path = |pointer: &str| {
            let (node, found) = report.resolve(&Pointer::parse(pointer));
            node.as_str().filter(|_| found).and_then(inside)
        };
        let own = |path: PathBuf| self.roles.own(&path).to_owned();
        let elsewhere = |path: &PathBuf| {
            !self.roles.has_tests && !self.roles.in_baseline(path) && has_extension(path, &["json"])
        };
        self.roles.named = Named {
            patch: path("/patch/path").map(own),
            tests: path("/tests/path").map(own).filter(elsewhere),
            baseline: path("/baseline/report").map(own),
        };
    }

    fn manifest(&mut self, piece: &Piece<'_>, node: Node) {
        self.check(piece, Schema::Manifest, &node);
        for (pointer, place) in manifest::not_understood(&node) {
            let message = "states no digest of a file".to_owned();
            self.facts.misfit(piece.surface, &piece.name, Misfit { pointer, message, place });
        }
        let listed = manifest::stated(&node).filter_map(|stated| inside(stated.path));
        self.listed = listed.map(|path| self.roles.own(&path).to_owned()).collect();
        log::known_members(&mut self.facts, piece, manifest::others(&node), node.place);
        self.manifest = Some(node);
    }

    /// Compares every digest and size that the report or the manifest states with the file's own.
    pub fn compare_digests(&mut self) {
        if let Some(patch) = self.report.as_ref().and_then(|report| report.get("patch")).cloned() {
            let path = patch.get("path").and_then(Node::as_str).unwrap_or_default().to_owned();
            let stated = Stated { path: &path, sha256: patch.get("sha256"), bytes: patch.get("bytes") };
            self.compare(&stated, "report");
        }
        for (path, patch) in self.patches_of_baselines() {
            let stated = Stated { path: &path, sha256: patch.get("sha256"), bytes: patch.get("bytes") };
            self.compare(&stated, "baseline");
        }
        if let Some(manifest) = self.manifest.clone() {
            manifest::stated(&manifest).for_each(|stated| self.compare(&stated, "manifest"));
        }
    }

    /// What each baseline's report states of its patch, which lies beside it, where there is one.
    fn patches_of_baselines(&self) -> Vec<(String, Node)> {
        let patch = |(path, report): (&PathBuf, &Node)| {
            let patch = report.get("patch")?;
            let (folder, named) = (path.parent()?, inside(patch.get("path")?.as_str()?)?);
            let path = if self.roles.in_baseline(&named) { named } else { folder.join(named) };
            // Beside a report that has no folder of its own lies what is the run's.
            let is_there =
                self.roles.in_baseline(&path) && self.digests.contains_key(self.roles.own(&path));
            is_there.then(|| (path.to_string_lossy().into(), patch.clone()))
        };
        self.baselines.iter().filter_map(patch).collect()
    }

    fn compare(&mut self, stated: &Stated<'_>, origin: &str) {
        let path = inside(stated.path).map(|path| self.roles.own(&path).to_owned());
        // What could not be read may be what is stated, or not: that it is a gap says all.
        if path.as_ref().is_some_and(|path| self.facts.is_unread(path)) {
            return;
        }
        let known = path.and_then(|path| self.digests.get(&path).cloned());
        if let Some(node) = stated.sha256
            && let Some(expected) = node.as_str()
        {
            let bare = expected.strip_prefix("sha256:").unwrap_or(expected);
            let found = known.as_ref().map(|(digest, _)| digest.as_str());
            if !found.is_some_and(|found| found.eq_ignore_ascii_case(bare)) {
                self.differs(stated.path, origin, "sha256", node, found.into());
            }
        }
        // What is no number is out of its form, which the schema tells.
        if let Some(node) = stated.bytes
            && let Some(bytes) = node.as_i64()
        {
            let found = known.as_ref().map(|(_, len)| *len);
            if found != u64::try_from(bytes).ok() {
                self.differs(stated.path, origin, "bytes", node, found.into());
            }
        }
    }

    fn differs(&mut self, path: &str, origin: &str, what: &str, expected: &Node, found: Value) {
        let entries = [
            ("path", path.into()),
            ("source", origin.into()),
            ("what", what.into()),
            ("expected", expected.value.clone()),
            ("found", found),
        ];
        self.facts.digests.push(fact(entries, expected.place));
    }
}
