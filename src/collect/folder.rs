//! What lies in an audited folder beside its runs, documents and repositories.
//!
//! Such files are searched for leaks like all others. A pass report that lies outside any run directory is
//! told: it looks like evidence, and nothing of the interface holds it. Links are not followed.

use std::path::Path;

use super::file::{Root, Stamp, unreadable};
use super::{Context, leaks, lfs};
use crate::evidence::json::{Base, parse};
use crate::evidence::{Evidence, Gap, Map, Node, Read, Subject};
use crate::search::shapes::ShapeHit;
use crate::search::{Hit, Scan};
use crate::text::{Body, Place, Source, SourceId, Sources, Span};

/// The surface of such a file.
const SURFACE: &str = "other";

/// The evidence of loose files, each given as its path and as it is shown, and of the folders that hold them
/// and the runs, whose names are searched. Of `reports`, which a repository's work tree holds and searches, it
/// is only asked whether they are evidence. The document's variables: `folder {files}`, `leaks`, `shapes`,
/// `digests_of_value` and `links` as in a run's, `outside [{path, run_id}]`.
#[must_use]
pub fn collect<'p>(
    files: impl Iterator<Item = (&'p Path, &'p str)>,
    reports: impl Iterator<Item = (&'p Path, &'p str)>,
    folders: impl Iterator<Item = &'p str>,
    context: &Context<'_>,
) -> Evidence {
    let mut loose = Loose {
        context,
        sources: Sources::default(),
        gaps: Vec::new(),
        read: Read::default(),
        leaks: Vec::new(),
        digests: Vec::new(),
        links: Vec::new(),
        outside: Vec::new(),
        shapes: Vec::new(),
    };
    for folder in folders {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        loose.name(name.as_bytes(), folder);
    }
    for (path, shown) in files {
        loose.file(path, shown);
    }
    for (path, shown) in reports {
        loose.report_of_a_work_tree(path, shown);
    }
    loose.evidence()
}

struct Loose<'c> {
    context: &'c Context<'c>,
    sources: Sources,
    gaps: Vec<Gap>,
    read: Read,
    leaks: Vec<Node>,
    digests: Vec<Node>,
    links: Vec<Node>,
    outside: Vec<Node>,
    shapes: Vec<Node>,
}

impl Loose<'_> {
    fn gap(&mut self, shown: &str, why: impl Into<String>) {
        self.gaps.push(Gap::new(shown, Some(SURFACE), why));
    }

    fn file(&mut self, path: &Path, shown: &str) {
        let name = path.file_name().unwrap_or_default();
        let source = self.name(name.as_encoded_bytes(), shown);
        match std::fs::symlink_metadata(path) {
            Ok(meta) if meta.is_symlink() => return self.link(path, shown, source),
            Ok(_) => {}
            Err(error) => return self.gap(shown, unreadable(&error)),
        }
        let root = match Root::open(path.parent().unwrap_or(Path::new("."))) {
            Ok(root) => root,
            Err(error) => return self.gap(shown, unreadable(&error)),
        };
        let mut opened = match root.file(Path::new(name)) {
            Ok(opened) => opened,
            Err(why) => return self.gap(shown, why),
        };
        self.read.files += 1;
        let limits = self.context.limits;
        let scan = if opened.stamp.len <= limits.held_bytes {
            let mut bytes = Vec::new();
            let read = opened.read_whole(&mut bytes, limits.held_bytes);
            if lfs::pointer(&bytes).is_some() {
                self.gap(shown, lfs::WHY);
            }
            if path.extension().is_some_and(|ending| ending == "json") {
                self.report(path, shown, opened.stamp, &bytes);
            }
            read.map(|()| self.context.engine.scan(&bytes, limits))
        } else {
            if is_named_report(path) {
                self.gap(shown, "named like a run's report, and too large to be parsed");
            }
            self.context.engine.scan_reader(&mut opened, limits)
        };
        match scan {
            Ok(scan) => self.scanned(path, shown, opened.stamp, scan),
            Err(error) => self.gap(shown, unreadable(&error)),
        }
        if let Some(shapes) = self.context.shapes {
            let again = root.file(Path::new(name));
            let read = |mut file| shapes.scan_reader(&mut file).map_err(|error| unreadable(&error));
            match again.and_then(read) {
                Ok(hits) => self.shaped(path, shown, opened.stamp, &hits),
                Err(why) => self.gap(shown, why),
            }
        }
        match opened.unchanged() {
            Ok(true) => {}
            Ok(false) => self.gap(shown, "changed while it was read"),
            Err(error) => self.gap(shown, unreadable(&error)),
        }
    }

    /// Searches a name; what is found stands at no byte that may be shown.
    fn name(&mut self, name: &[u8], shown: &str) -> Option<SourceId> {
        let scan = self.context.engine.scan(name, self.context.limits);
        let shapes = self.context.shapes.map(|shapes| shapes.scan_name(name)).unwrap_or_default();
        if scan.hits.is_empty() && shapes.is_empty() {
            return None;
        }
        let id = self.sources.add(Source::new(shown, Some(SURFACE), Body::Unshown));
        let place = Place::new(id, Span::default()).opaque();
        for hit in &scan.hits {
            self.leak(hit, shown, "path", place);
        }
        for hit in &shapes {
            self.shape(hit, shown, place);
        }
        Some(id)
    }

    fn source(&mut self, path: &Path, shown: &str, stamp: Stamp) -> SourceId {
        let body = Body::OnDisk { path: path.to_owned(), len: stamp.len, modified: stamp.modified };
        self.sources.add(Source::new(shown, Some(SURFACE), body))
    }

    fn scanned(&mut self, path: &Path, shown: &str, stamp: Stamp, scan: Scan) {
        self.read.bytes += scan.bytes;
        for why in scan.gaps {
            self.gap(shown, why);
        }
        for hit in &scan.hits {
            let id = self.source(path, shown, stamp);
            if let Some(source) = self.sources.get_mut(id) {
                source.container.clone_from(&hit.container);
            }
            let mut place = Place::on_line(id, hit.span, hit.line, hit.line_start);
            place.opaque = hit.opaque;
            self.leak(hit, shown, "content", place);
        }
    }

    fn shape(&mut self, hit: &ShapeHit, shown: &str, place: Place) {
        let mut fact = Map::new();
        fact.insert("surface", SURFACE);
        fact.insert("path", shown);
        fact.insert("kind", hit.kind.as_str());
        fact.insert("severity", hit.severity.as_str());
        self.shapes.push(Node::new(fact, Some(place)));
    }

    fn leak(&mut self, hit: &Hit, shown: &str, position: &str, place: Place) {
        let fact = leaks::fact(hit, SURFACE, shown, position);
        let list = if leaks::algorithm(hit).is_some() { &mut self.digests } else { &mut self.leaks };
        list.push(Node::new(fact, Some(place)));
    }

    fn link(&mut self, path: &Path, shown: &str, source: Option<SourceId>) {
        let target = match std::fs::read_link(path) {
            Ok(target) => target,
            Err(error) => return self.gap(shown, unreadable(&error)),
        };
        let id =
            source.unwrap_or_else(|| self.sources.add(Source::new(shown, Some(SURFACE), Body::Unshown)));
        let scan = self.context.engine.scan(target.as_os_str().as_encoded_bytes(), self.context.limits);
        for hit in &scan.hits {
            self.leak(hit, shown, "path", Place::new(id, Span::default()).opaque());
        }
        let mut fact = Map::new();
        fact.insert("path", shown);
        self.links.push(Node::new(fact, Some(Place::new(id, Span::default()))));
    }

    fn shaped(&mut self, path: &Path, shown: &str, stamp: Stamp, hits: &[ShapeHit]) {
        for hit in hits {
            let id = self.source(path, shown, stamp);
            self.shape(hit, shown, Place::on_line(id, hit.span, hit.line, hit.line_start));
        }
    }

    fn report_of_a_work_tree(&mut self, path: &Path, shown: &str) {
        let limits = self.context.limits;
        let opened = Root::open(path.parent().unwrap_or(Path::new(".")))
            .map_err(|error| unreadable(&error))
            .and_then(|root| root.file(Path::new(path.file_name().unwrap_or_default())));
        let mut bytes = Vec::new();
        let read = opened.and_then(|mut opened| {
            opened.read_whole(&mut bytes, limits.held_bytes).map_err(|error| unreadable(&error))?;
            Ok(opened.stamp)
        });
        match read {
            Ok(stamp) => self.report(path, shown, stamp, &bytes),
            Err(why) => self.gap(shown, why),
        }
    }

    /// A pass report outside of any run directory. What is named like one must be understood, to be none.
    fn report(&mut self, path: &Path, shown: &str, stamp: Stamp, bytes: &[u8]) {
        let parsed = match parse(bytes, Base::whole(SourceId(u32::MAX))) {
            Ok(parsed) => parsed,
            Err(_) if !is_named_report(path) => return,
            Err(error) => {
                return self.gap(shown, format!("named like a run's report, and no JSON: {error}"));
            }
        };
        if is_named_report(path) && !parsed.duplicate_keys.is_empty() {
            self.gap(shown, "named like a run's report, and a key stands twice in it");
        }
        let word = |key: &str| parsed.node.get(key).and_then(Node::as_str);
        let schema = &self.context.profile.spec.run.schema;
        if word("schema") != Some(schema) || word("kind") != Some("run") || word("status") != Some("pass") {
            return;
        }
        let id = self.source(path, shown, stamp);
        if let Some(source) = self.sources.get_mut(id) {
            source.body = Body::Held(bytes.into());
        }
        let mut fact = Map::new();
        fact.insert("path", shown);
        fact.insert("run_id", word("run_id").unwrap_or_default());
        let span = parsed.node.get("status").and_then(|status| status.place).map(|place| place.span);
        self.outside.push(Node::new(fact, Some(Place::new(id, span.unwrap_or_default()))));
    }

    fn evidence(self) -> Evidence {
        let mut folder = Map::new();
        folder.insert("files", self.read.files);
        let mut document = Map::new();
        document.insert("folder", folder);
        document.insert("leaks", self.leaks);
        document.insert("shapes", self.shapes);
        document.insert("digests_of_value", self.digests);
        document.insert("links", self.links);
        document.insert("outside", self.outside);
        Evidence {
            subject: Subject::Folder,
            id: ".".to_owned(),
            path: ".".to_owned(),
            document: Node::from(document),
            sources: self.sources,
            gaps: self.gaps,
            read: self.read,
        }
    }
}

fn is_named_report(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "report.json")
}
