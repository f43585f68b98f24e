//! What the search of a repository found, on its way to becoming evidence.
//!
//! Keeps facts and their places. The id of an object that holds the value is never kept: whoever has
//! the id can try values until one fits.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::history::HeldBy;
use crate::collect::{Context, is_markdown, leaks};
use crate::evidence::{Gap, Map, Node, Read};
use crate::search::shapes::ShapeHit;
use crate::search::{Hit, Scan, Strength};
use crate::text::{Body, Place, Source, SourceId, Sources, Span, printable_path};

/// A searched piece's bytes are kept for the reader up to this size, and up to this sum.
const HELD_PIECE: usize = 4 << 20;
const HELD_ALL: usize = 64 << 20;

/// Where a searched piece stands, in the words of the evidence document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Relative to the audited root.
    pub path: String,
    pub surface: &'static str,
    /// Of a message: which part of it; of a ref: its name, its reflog.
    pub field: Option<&'static str>,
    /// It is the name that holds the value, not the content.
    pub name: bool,
    pub commit: Option<String>,
    pub author_date: Option<String>,
    /// How many other commits hold it.
    pub others: u64,
    /// Nothing leads to it: no ref, no reflog.
    pub unreachable: bool,
    /// What keeps the object: a word of [`HeldBy`], or `index`; empty beside objects.
    pub held_by: &'static str,
    /// The path is a source-of-truth document's.
    pub sot: bool,
}

impl Spot {
    #[must_use]
    pub fn new(surface: &'static str, path: impl Into<String>) -> Self {
        Self { surface, path: path.into(), ..Self::default() }
    }

    #[must_use]
    pub fn field(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    #[must_use]
    pub fn held(self, by: HeldBy) -> Self {
        Self { unreachable: by.is_nothing(), held_by: by.word(), ..self }
    }

    #[must_use]
    pub fn named(self) -> Self {
        Self { name: true, ..self }
    }
}

/// A file as a body that is read again when it is shown.
#[must_use]
pub fn on_disk(path: &Path) -> Body {
    path.metadata().map_or(Body::Unshown, |meta| Body::OnDisk {
        path: path.to_owned(),
        len: meta.len(),
        modified: meta.modified().ok(),
    })
}

/// The form of a hit that is no value, but looks like a private endpoint where none is known.
const SHAPE: &str = "shape";

/// Everything that is looked for in bytes: the value; where it is not known, what looks like one.
#[must_use]
pub fn scan(context: &Context<'_>, bytes: &[u8]) -> Scan {
    let mut scan = context.engine.scan(bytes, context.limits);
    if let Some(shapes) = context.shapes {
        scan.hits.extend(shapes.scan(bytes).iter().map(shape));
    }
    scan
}

/// The same in a name.
fn scan_name(context: &Context<'_>, name: &[u8]) -> Scan {
    let mut scan = context.engine.scan(name, context.limits);
    if let Some(shapes) = context.shapes {
        scan.hits.extend(shapes.scan_name(name).iter().map(shape));
    }
    scan
}

/// The same of a stream that can be read twice.
pub fn scan_file(context: &Context<'_>, file: &mut std::fs::File) -> std::io::Result<Scan> {
    use std::io::Seek as _;
    let mut scan = context.engine.scan_reader(file, context.limits)?;
    if let Some(shapes) = context.shapes {
        file.rewind()?;
        scan.hits.extend(shapes.scan_reader(file)?.iter().map(shape));
    }
    Ok(scan)
}

fn shape(hit: &ShapeHit) -> Hit {
    Hit {
        span: hit.span,
        line: hit.line,
        line_start: hit.line_start,
        end_line: hit.line,
        form: SHAPE.to_owned(),
        part: hit.kind.as_str(),
        strength: match hit.severity {
            crate::finding::Severity::Error => Strength::Strong,
            crate::finding::Severity::Warning => Strength::Loopback,
        },
        container: Vec::new(),
        opaque: false,
    }
}

/// One hit with its place.
struct Leak {
    spot: Spot,
    hit: Hit,
    place: Place,
}

/// Everything that was gathered so far.
pub struct Gather<'a> {
    pub context: &'a Context<'a>,
    pub sources: Sources,
    pub gaps: Vec<Gap>,
    pub read: Read,
    leaks: Vec<Leak>,
    held: usize,
}

impl<'a> Gather<'a> {
    #[must_use]
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            sources: Sources::default(),
            gaps: Vec::new(),
            read: Read::default(),
            leaks: Vec::new(),
            held: 0,
        }
    }

    pub fn gap(&mut self, path: impl Into<String>, surface: &str, why: impl Into<String>) {
        self.gaps.push(Gap::new(path, Some(surface), why));
    }

    #[must_use]
    pub fn is_sot(&self, path: &str) -> bool {
        let folder = &self.context.profile.spec.documents.folder;
        is_markdown(Path::new(path)) && path.split('/').rev().skip(1).any(|part| part == folder)
    }

    /// Searches a piece that is at hand, and keeps what it finds.
    pub fn search(&mut self, spot: &Spot, bytes: &[u8]) {
        let scan = scan(self.context, bytes);
        self.keep(spot, &scan, || Body::Held(Arc::from(bytes)));
    }

    /// Searches a name, relative to the audited root. `shown` of its bytes are known already: a hit that
    /// ends there was told at the folder.
    pub fn search_name(&mut self, spot: &Spot, name: &[u8], known: usize) {
        let mut scan = scan_name(self.context, name);
        scan.hits.retain(|hit| hit.span.end > known as u64);
        scan.bytes = 0;
        self.keep(&spot.clone().named(), &scan, || Body::Unshown);
    }

    /// Searches a path of the repository. A folder whose name holds the value is told once, whatever lies below
    /// it; `told` remembers.
    pub fn search_path(&mut self, at: &Spot, prefix: &str, path: &[u8], told: &mut HashSet<Vec<u8>>) {
        let scan = scan_name(self.context, path);
        for why in &scan.gaps {
            self.gap(label(prefix, path), at.surface, why.clone());
        }
        let mut by_name: BTreeMap<&[u8], Vec<&Hit>> = BTreeMap::new();
        for hit in &scan.hits {
            let last = usize::try_from(hit.span.end).unwrap_or(usize::MAX).saturating_sub(1);
            let rest = path.get(last..).unwrap_or_default();
            let end = memchr::memchr(b'/', rest).map_or(path.len(), |slash| last + slash);
            by_name.entry(path.get(..end).unwrap_or(path)).or_default().push(hit);
        }
        for (name, hits) in by_name {
            if told.insert(name.to_vec()) {
                let spot = Spot { path: label(prefix, name), ..at.clone() }.named();
                self.keep_hits(&spot, hits.into_iter(), || Body::Unshown);
            }
        }
    }

    /// Keeps the result of a search. `body` is asked for only where there is something to show.
    pub fn keep(&mut self, spot: &Spot, scan: &Scan, body: impl Fn() -> Body) {
        self.read.bytes += scan.bytes;
        for why in &scan.gaps {
            self.gap(spot.path.clone(), spot.surface, why.clone());
        }
        self.keep_hits(spot, scan.hits.iter(), body);
    }

    /// Keeps some hits of a piece.
    pub fn keep_hits<'h>(
        &mut self,
        spot: &Spot,
        hits: impl Iterator<Item = &'h Hit>,
        body: impl Fn() -> Body,
    ) {
        let mut known: Vec<(&[String], SourceId)> = Vec::new();
        for hit in hits {
            let source = match known.iter().find(|(container, _)| *container == hit.container) {
                Some((_, source)) => *source,
                None => {
                    let source = self.source(spot, &hit.container, body());
                    known.push((&hit.container, source));
                    source
                }
            };
            let place = if spot.name {
                Place::new(source, Span::default())
            } else {
                Place::on_line(source, hit.span, hit.line, hit.line_start)
            };
            let place = if hit.opaque { place.opaque() } else { place };
            self.leaks.push(Leak { spot: spot.clone(), hit: hit.clone(), place });
        }
    }

    fn source(&mut self, spot: &Spot, container: &[String], body: Body) -> SourceId {
        let body = match body {
            Body::Held(bytes) if bytes.len() <= HELD_PIECE && self.held + bytes.len() <= HELD_ALL => {
                self.held += bytes.len();
                Body::Held(bytes)
            }
            Body::Held(_) => Body::Unshown,
            other => other,
        };
        let mut source = Source::new(spot.path.clone(), Some(spot.surface), body);
        source.commit = spot.commit.as_deref().map(Arc::from);
        source.container = container.to_vec();
        self.sources.add(source)
    }

    /// The lists `leaks`, `shapes` and `digests_of_value` of the document, in a stable order.
    #[must_use]
    pub fn take_leaks(&mut self) -> [(&'static str, Node); 3] {
        let mut leaks = std::mem::take(&mut self.leaks);
        leaks.sort_by(|a, b| (&a.spot, &a.hit).cmp(&(&b.spot, &b.hit)));
        let mut lists = ["leaks", "shapes", "digests_of_value"].map(|name| (name, Vec::new()));
        for leak in &leaks {
            let list = match leaks::algorithm(&leak.hit) {
                _ if leak.hit.form == SHAPE => 1,
                Some(_) => 2,
                None => 0,
            };
            lists[list].1.push(leak.node());
        }
        lists.map(|(name, list)| (name, Node::from(list)))
    }
}

impl Leak {
    fn node(&self) -> Node {
        let spot = &self.spot;
        let mut map = if self.hit.form == SHAPE {
            let mut map = Map::new();
            map.insert("surface", spot.surface);
            map.insert("path", spot.path.as_str());
            map.insert("kind", self.hit.part);
            map.insert("severity", self.hit.strength.severity().as_str());
            map
        } else {
            leaks::fact(&self.hit, spot.surface, &spot.path, if spot.name { "path" } else { "content" })
        };
        map.insert("field", Node::new(spot.field, None));
        map.insert("commit", Node::new(spot.commit.clone(), None));
        map.insert("author_date", Node::new(spot.author_date.clone(), None));
        map.insert("others", spot.others);
        let known = spot.held_by != HeldBy::Unknown.word();
        map.insert("reachable", Node::new(known.then_some(!spot.unreachable), None));
        map.insert("held_by", Node::new((!spot.held_by.is_empty()).then_some(spot.held_by), None));
        map.insert("sot", spot.sot);
        Node::from(map).at(self.place)
    }
}

/// A path of the repository as the evidence names it: below `prefix`, printable.
#[must_use]
pub fn label(prefix: &str, path: &[u8]) -> String {
    let path = printable_path(&super::layout::as_path(path));
    if prefix.is_empty() { path } else { format!("{prefix}/{path}") }
}
