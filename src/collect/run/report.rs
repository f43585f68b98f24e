//! The JSON artifacts of a run, and what they say of one another.

use super::facts::{Piece, fact};
use super::roles::{Role, inside};
use super::schema::{Misfit, Schema};
use super::time::Time;
use super::uses::Origin;
use super::{Run, argv, record, targets};
use crate::evidence::{Node, Pointer, Value};

impl Run<'_> {
    pub fn artifact(&mut self, piece: &Piece<'_>, role: Role, node: Node) {
        match role {
            Role::Report => self.report(piece, node),
            Role::Manifest => self.manifest(piece, node),
            Role::Admission => {
                self.check(piece, Schema::Admission, &node);
                let origin = Origin { surface: piece.surface, kind: "admission", fallback: false };
                self.facts.uses.add(origin, node.get("provider"), node.get("model"), node.place);
                self.admission = Some(node);
            }
            Role::Tests => {
                self.check(piece, Schema::Tests, &node);
                self.tests = Some(node);
            }
            Role::Argv => {
                self.check(piece, Schema::Argv, &node);
                self.processes(piece.surface, &node);
                targets::inspected_node(&mut self.facts, piece, Some(&node));
                self.argv = Some(node);
            }
            _ => {}
        }
    }

    pub fn baseline_artifact(&mut self, piece: &Piece<'_>, role: Role, node: Node) {
        let schema = if role == Role::BaselineReport { Schema::Report } else { Schema::Tests };
        self.check(piece, schema, &node);
        self.baselines.insert(piece.path.to_owned(), node);
    }

    fn report(&mut self, piece: &Piece<'_>, node: Node) {
        self.check(piece, Schema::Report, &node);
        if node.as_map().is_none() {
            return;
        }
        self.own_schema(piece, &node);
        self.times(piece, &node);
        self.names_paths(&node);
        let origin = Origin { surface: piece.surface, kind: "report", fallback: false };
        let (provider, model) = (node.get("case_model_provider"), node.get("case_model"));
        self.facts.uses.add(origin, provider, model, node.place);
        record::fallbacks(&node, Origin { fallback: true, ..origin }, &mut self.facts.uses);
        if let Some(backend) = node.get("backend").filter(|node| node.as_str().is_some()) {
            let entries = [
                ("surface", piece.surface.into()),
                ("kind", "backend".into()),
                ("engine", backend.value.clone()),
            ];
            self.facts.engines.push(fact(entries, backend.place));
        }
        if let Some(command) = node.get("command") {
            let text = command.as_str().unwrap_or_default();
            argv::command(&mut self.facts, piece.surface, "argv", text, command.place);
        }
        self.report = Some(node);
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

    /// The run's time, and whether it is in order with itself and with the directory's name.
    fn times(&mut self, piece: &Piece<'_>, report: &Node) {
        for field in ["started_at", "finished_at"] {
            let text = report.get(field).filter(|node| node.as_str().is_some());
            if let Some(node) = text.filter(|node| Time::of(Some(node)).is_none()) {
                let message = "is no time that there is".to_owned();
                let misfit = Misfit { pointer: format!("/{field}"), message, place: node.place };
                self.facts.misfit(piece.surface, &piece.name, misfit);
            }
        }
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
        self.patch_path = path("/patch/path");
        self.baseline_path = path("/baseline/report");
    }

    fn manifest(&mut self, piece: &Piece<'_>, node: Node) {
        self.check(piece, Schema::Manifest, &node);
        self.listed = stated(&node).filter_map(|stated| inside(stated.path)).collect();
        self.manifest = Some(node);
    }

    /// Compares every digest and size that the report or the manifest states with the file's own.
    pub fn compare_digests(&mut self) {
        if let Some(patch) = self.report.as_ref().and_then(|report| report.get("patch")).cloned() {
            let path = patch.get("path").and_then(Node::as_str).unwrap_or_default().to_owned();
            let stated = Stated { path: &path, sha256: patch.get("sha256"), bytes: patch.get("bytes") };
            self.compare(&stated, "report");
        }
        if let Some(manifest) = self.manifest.clone() {
            stated(&manifest).for_each(|stated| self.compare(&stated, "manifest"));
        }
    }

    fn compare(&mut self, stated: &Stated<'_>, origin: &str) {
        let known = inside(stated.path).and_then(|path| self.digests.get(&path).cloned());
        if let Some(node) = stated.sha256
            && let Some(expected) = node.as_str()
        {
            let bare = expected.strip_prefix("sha256:").unwrap_or(expected);
            let found = known.as_ref().map(|(digest, _)| digest.as_str());
            if !found.is_some_and(|found| found.eq_ignore_ascii_case(bare)) {
                self.differs(stated.path, origin, "sha256", node, found.into());
            }
        }
        if let Some(node) = stated.bytes {
            let found = known.as_ref().map(|(_, len)| *len);
            let expected = node.as_i64().and_then(|bytes| u64::try_from(bytes).ok());
            if expected.is_none() || found != expected {
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

/// What an artifact states of a file.
struct Stated<'n> {
    path: &'n str,
    sha256: Option<&'n Node>,
    bytes: Option<&'n Node>,
}

/// The manifest's statements: a list under `files`, or a map from path to digest.
fn stated(manifest: &Node) -> Box<dyn Iterator<Item = Stated<'_>> + '_> {
    if let Some(files) = manifest.get("files").and_then(Node::as_list) {
        return Box::new(files.iter().filter_map(|file| {
            let path = file.get("path").and_then(Node::as_str)?;
            Some(Stated { path, sha256: file.get("sha256"), bytes: file.get("bytes") })
        }));
    }
    let map = manifest.get("files").unwrap_or(manifest).as_map();
    Box::new(map.into_iter().flat_map(crate::evidence::Map::iter).filter_map(|(path, node)| {
        match &node.value {
            Value::Map(_) => Some(Stated { path, sha256: node.get("sha256"), bytes: node.get("bytes") }),
            Value::String(text) if is_digest(text) => {
                Some(Stated { path, sha256: Some(node), bytes: None })
            }
            _ => None,
        }
    }))
}

fn is_digest(text: &str) -> bool {
    let bare = text.strip_prefix("sha256:").unwrap_or(text);
    bare.len() == 64 && bare.bytes().all(|byte| byte.is_ascii_hexdigit())
}
