//! What is gathered of one run while its files go by.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::known::Known;
use super::roles::OTHER;
use super::schema::Misfit;
use super::uses::Uses;
use crate::collect::file::Stamp;
use crate::collect::{Context, leaks};
use crate::evidence::{Gap, Map, Node, Read, Value};
use crate::finding::Severity;
use crate::search::shapes::ShapeHit;
use crate::search::{Hit, Scan};
use crate::text::{Body, Place, Source, SourceId, Sources, Span, printable_path};

/// Placed facts of one kind that are kept; the rest is counted.
const KEPT: usize = 1_000;
/// Bytes of files that one run's evidence holds; what is beyond is read again when it is shown.
const HELD: u64 = 64 << 20;

/// A file that is being read.
pub(super) struct Piece<'a> {
    /// Relative to the run directory.
    pub path: &'a Path,
    /// The name under which it is read: its own, or a link's.
    pub named: &'a Path,
    /// The same, printable.
    pub name: String,
    pub surface: &'a str,
    /// Of whom uses and engines in it are told: its surface, or the baseline.
    pub teller: &'a str,
    pub stamp: Option<Stamp>,
    /// Given when something is first placed in the file.
    source: Option<SourceId>,
}

impl<'a> Piece<'a> {
    pub fn new(path: &'a Path, surface: &'a str) -> Self {
        let name = printable_path(path);
        Self { path, named: path, name, surface, teller: surface, stamp: None, source: None }
    }

    /// Whether the file's name ends in one of these, in any case.
    pub fn is_named(&self, extensions: &[&str]) -> bool {
        has_extension(self.named, extensions)
    }
}

pub(super) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let own = path.extension().unwrap_or_default();
    extensions.iter().any(|extension| own.eq_ignore_ascii_case(extension))
}

/// A list that keeps its first entries and counts them all.
#[derive(Default)]
pub(super) struct Listing {
    nodes: Vec<Node>,
    pub count: u64,
}

impl Listing {
    pub fn push(&mut self, node: Node) {
        self.count += 1;
        if self.nodes.len() < KEPT {
            self.nodes.push(node);
        }
    }

    pub fn take(&mut self) -> Node {
        Node::from(std::mem::take(&mut self.nodes))
    }

    /// Takes over of another list what is kept of it, unless `is_left`.
    pub fn take_over(&mut self, other: Self, is_left: impl Fn(&Node) -> bool) {
        self.count += other.count - other.nodes.len() as u64;
        other.nodes.into_iter().filter(|node| !is_left(node)).for_each(|node| self.push(node));
    }

    pub fn overflowed(&self) -> bool {
        self.count > self.nodes.len() as u64
    }
}

pub(super) struct Facts<'c> {
    pub ctx: &'c Context<'c>,
    pub known: Known<'c>,
    directory: &'c Path,
    /// Relative to the audited root.
    shown: &'c str,
    pub sources: Sources,
    /// The run directory itself: where a fact stands that stands in no file.
    pub root: Place,
    pub gaps: Vec<Gap>,
    pub read: Read,
    held: u64,
    pub files: Listing,
    /// Files and folders that could not be read: nothing says that they, or what is in them, are missing.
    pub unread: BTreeSet<PathBuf>,
    /// Files whose content holds the value, or may: by their own names.
    pub leaking: BTreeSet<PathBuf>,
    pub leaks: Listing,
    pub digests_of_value: Listing,
    pub shapes: Listing,
    pub schema_errors: Listing,
    pub duplicate_keys: Listing,
    pub malformed: Listing,
    pub digests: Listing,
    pub links: Listing,
    pub disorder: Listing,
    pub inspected: Listing,
    pub copied: Listing,
    pub engines: Listing,
    /// Fixtures and stages that a command line asks for.
    pub asked: Listing,
    pub mentions: Listing,
    /// It is a validator's, which tries what a run must not do.
    pub validates: bool,
    pub uses: Uses,
}

/// A map of a fact, placed.
pub(super) fn fact<const N: usize>(entries: [(&'static str, Value); N], place: Option<Place>) -> Node {
    let map: Map = entries.into_iter().map(|(key, value)| (key, Node { value, place })).collect();
    Node::new(map, place)
}

impl<'c> Facts<'c> {
    pub fn new(ctx: &'c Context<'c>, directory: &'c Path, shown: &'c str) -> Self {
        let mut sources = Sources::default();
        let root = sources.add(Source::new(shown, None, Body::Unshown));
        Self {
            ctx,
            known: Known::of(&ctx.profile.spec.route),
            directory,
            shown,
            sources,
            root: Place::new(root, Span::default()),
            gaps: Vec::new(),
            read: Read { runs: 1, ..Read::default() },
            held: 0,
            files: Listing::default(),
            unread: BTreeSet::new(),
            leaking: BTreeSet::new(),
            leaks: Listing::default(),
            digests_of_value: Listing::default(),
            shapes: Listing::default(),
            schema_errors: Listing::default(),
            duplicate_keys: Listing::default(),
            malformed: Listing::default(),
            digests: Listing::default(),
            links: Listing::default(),
            disorder: Listing::default(),
            inspected: Listing::default(),
            copied: Listing::default(),
            engines: Listing::default(),
            asked: Listing::default(),
            mentions: Listing::default(),
            validates: false,
            uses: Uses::default(),
        }
    }

    /// A path in the run directory as the audit shows it.
    pub fn shown(&self, name: &str) -> String {
        match (self.shown, name) {
            ("" | ".", "") => ".".to_owned(),
            ("" | ".", name) => name.to_owned(),
            (run, "") => run.to_owned(),
            (run, name) => format!("{run}/{name}"),
        }
    }

    pub fn gap(&mut self, name: &str, surface: Option<&str>, why: impl Into<String>) {
        let path = self.shown(name);
        self.gaps.push(Gap::new(path, surface, why));
    }

    /// A gap in what a file says, though it was searched for the value. For a path of a target repository it was not,
    /// where there is one: that stands in what was to be understood.
    pub fn not_understood(&mut self, piece: &Piece<'_>, why: impl Into<String>) {
        self.gap(&piece.name, Some(piece.surface), why);
        self.last_is_searched();
    }

    fn last_is_searched(&mut self) {
        if let Some(gap) = self.gaps.last_mut() {
            gap.is_searched = self.ctx.targets.is_empty();
        }
    }

    /// A gap in what is there, and was not read.
    pub fn unread(&mut self, path: &Path, why: impl Into<String>) {
        let surfaces = &self.ctx.profile.surfaces;
        // It may be a folder: then what is in it is missed.
        let surface = match surfaces.of(path) {
            OTHER => surfaces.of(&path.join("_")),
            known => known,
        };
        self.gap(&printable_path(path), Some(surface), why);
        self.unread.insert(path.to_owned());
    }

    /// Whether a file, or a folder on the way to it, could not be read.
    pub fn is_unread(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.unread.contains(above))
    }

    /// The same in a file that something was placed in.
    pub fn not_understood_in(&mut self, source: SourceId, why: impl Into<String>) {
        if let Some(source) = self.sources.get(source) {
            self.gaps.push(Gap::new(source.path.clone(), source.surface.as_deref(), why));
            self.last_is_searched();
        }
    }

    /// The source of a file; made when something is first placed in it.
    pub fn source(&mut self, piece: &mut Piece<'_>) -> SourceId {
        if let Some(source) = piece.source {
            return source;
        }
        let body = match piece.stamp {
            Some(stamp) => {
                Body::OnDisk { path: self.on_disk(piece.path), len: stamp.len, modified: stamp.modified }
            }
            None => Body::Unshown,
        };
        let id = self.sources.add(Source::new(self.shown(&piece.name), Some(piece.surface), body));
        piece.source = Some(id);
        id
    }

    fn on_disk(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// Keeps a file's bytes, if anything was placed in it and there is room.
    pub fn hold(&mut self, piece: &Piece<'_>, bytes: &[u8]) {
        let Some(id) = piece.source else { return };
        let held = self.held.saturating_add(bytes.len() as u64);
        if held > HELD {
            return;
        }
        if let Some(source) = self.sources.get_mut(id) {
            source.body = Body::Held(Arc::from(bytes));
            self.held = held;
        }
    }

    /// What a search of a file's content came to.
    pub fn scanned(&mut self, piece: &mut Piece<'_>, scan: Scan) {
        for why in scan.gaps {
            self.gap(&piece.name, Some(piece.surface), why);
        }
        if !scan.hits.is_empty() {
            self.leaking.insert(piece.path.to_owned());
        }
        for hit in scan.hits {
            let source = self.source(piece);
            let source = self.inside(source, &hit);
            let mut place = Place::on_line(source, hit.span, hit.line, hit.line_start);
            place.opaque = hit.opaque;
            self.leak(piece, &hit, "content", place);
        }
    }

    /// Tells what looks like a private endpoint, where no value is known.
    pub fn shaped(&mut self, piece: &mut Piece<'_>, hits: Vec<ShapeHit>) {
        // What stands in a name stands at no byte.
        if hits.iter().any(|hit| hit.severity == Severity::Error && !hit.span.is_empty()) {
            self.leaking.insert(piece.path.to_owned());
        }
        for hit in hits {
            let place = Place::on_line(self.source(piece), hit.span, hit.line, hit.line_start);
            let entries = [
                ("surface", piece.surface.into()),
                ("path", piece.name.as_str().into()),
                ("kind", hit.kind.as_str().into()),
                ("severity", hit.severity.as_str().into()),
            ];
            self.shapes.push(fact(entries, Some(place)));
        }
    }

    /// The source that names the way into an archive, where the hit stands in one.
    fn inside(&mut self, source: SourceId, hit: &Hit) -> SourceId {
        if hit.container.is_empty() {
            return source;
        }
        match self.sources.get(source).cloned() {
            Some(outer) => self.sources.add(Source { container: hit.container.clone(), ..outer }),
            None => source,
        }
    }

    /// Searches a name; what is found stands at no byte that may be shown.
    pub fn name_scanned(&mut self, piece: &mut Piece<'_>, bytes: &[u8]) {
        let scan = self.ctx.engine.scan(bytes, self.ctx.limits);
        for why in scan.gaps {
            self.gap(&piece.name, Some(piece.surface), why);
        }
        for hit in scan.hits {
            let source = self.source(piece);
            self.leak(piece, &hit, "path", Place::new(source, Span::default()).opaque());
        }
        if let Some(shapes) = self.ctx.shapes {
            self.shaped(piece, shapes.scan_name(bytes).into_iter().map(ShapeHit::nowhere).collect());
        }
    }

    fn leak(&mut self, piece: &Piece<'_>, hit: &Hit, position: &str, place: Place) {
        let fact = Node::new(leaks::fact(hit, piece.surface, &piece.name, position), Some(place));
        let list =
            if leaks::algorithm(hit).is_some() { &mut self.digests_of_value } else { &mut self.leaks };
        list.push(fact);
    }

    pub fn misfit(&mut self, artifact: &str, path: &str, misfit: Misfit) {
        let entries = [
            ("artifact", artifact.into()),
            ("path", path.into()),
            ("pointer", misfit.pointer.into()),
            ("message", misfit.message.into()),
        ];
        self.schema_errors.push(fact(entries, misfit.place));
    }

    /// Every list that could not keep all it was given is a gap: a rule sees less than there is.
    pub fn close_lists(&mut self) {
        let cut: Vec<(&str, u64)> = [
            ("leaks", &self.leaks),
            ("digests of the value", &self.digests_of_value),
            ("endpoint-like places", &self.shapes),
            ("schema errors", &self.schema_errors),
            ("duplicate keys", &self.duplicate_keys),
            ("malformed records", &self.malformed),
            ("digests", &self.digests),
            ("links", &self.links),
            ("times out of order", &self.disorder),
            ("target paths", &self.inspected),
            ("copied files", &self.copied),
            ("values of --engine", &self.engines),
            ("values of --fixture and --stage", &self.asked),
            ("mentions of a fallback", &self.mentions),
        ]
        .into_iter()
        .filter(|(_, list)| list.overflowed())
        .map(|(what, list)| (what, list.count))
        .collect();
        for (what, count) in cut {
            self.gap("", None, format!("{count} {what}: only the first {KEPT} are judged"));
        }
    }
}
