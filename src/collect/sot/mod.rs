//! Source-of-truth documents: what they say, word by word, with its place.
//!
//! A document is read whole or not at all: bytes that are not UTF-8 are searched for the endpoint value
//! and are a gap otherwise. Nothing is judged here; a claim is only bound to the citation that it speaks of.

mod binding;
mod blocks;
mod checks;
mod citing;
mod commits;
mod forms;
mod front_matter;
mod headings;
mod lines;
mod marks;
mod model;
mod named;
mod outline;
mod pieces;
mod ranges;
mod sentences;
mod shelf;
mod stages;
mod structure;
mod told;
mod words;
mod yaml;

use std::path::Path;
use std::sync::Arc;

pub use checks::is_check;
pub use model::{
    BASELINE, Blocker, Citation, Field, FrontMatter, GateCondition, NamedRun, Pass, Problem, Said,
    SotDocument, Statement, StatementKind, Status, WorkItem, Yaml, family,
};

pub use outline::{ItemOutline, Outline};
pub(crate) use sentences::sentences;
pub use shelf::Shelf;
pub use stages::{NUMBERS, stages};

use super::file::{Opened, Root, unreadable};
use super::{Context, is_markdown};
use crate::evidence::{Gap, Read};
use crate::profile::Profile;
use crate::search::shapes::ShapeHit;
use crate::text::{Again, Body, Source};

/// The surface that leaks and gaps of documents name.
pub const SURFACE: &str = "sot";

/// Whether a Markdown file is a source-of-truth document: by its folder, or by its front matter, of which
/// `bytes` must hold at least the beginning.
#[must_use]
pub fn is_document(path: &Path, bytes: &[u8], profile: &Profile) -> bool {
    let spec = &profile.spec.documents;
    is_markdown(path)
        && (path.parent().is_some_and(|parent| parent.iter().any(|part| part == spec.folder.as_str()))
            || front_matter::has_classification(&String::from_utf8_lossy(bytes), &spec.classification))
}

/// Reads one document from disk. `shown` is its path relative to the audited root. Links are not followed,
/// and what is no regular file is not opened.
#[must_use]
pub fn collect(path: &Path, shown: &str, context: &Context<'_>) -> SotDocument {
    let mut document = match read(path, context) {
        Ok((bytes, Opened { stamp, .. })) if stamp.len <= context.limits.held_bytes => {
            let mut document = of_bytes(shown, &bytes, context);
            document.source.body = Body::Again(Again::new(path, &bytes, stamp.modified));
            document
        }
        Ok((_, opened)) => too_large(path, shown, opened, context),
        Err(why) => {
            let mut document = empty(shown, Body::Unshown);
            document.gaps.push(Gap::new(shown, Some(SURFACE), why));
            document
        }
    };
    for name in names(path, shown) {
        let scan = context.engine.scan(name, context.limits);
        document.name_leaks.extend(scan.hits);
        document.gaps.extend(scan.gaps.into_iter().map(|why| Gap::new(shown, Some(SURFACE), why)));
        let shapes = context.shapes.map(|shapes| shapes.scan_name(name)).unwrap_or_default();
        document.shapes.extend(shapes.into_iter().map(ShapeHit::nowhere));
    }
    document
}

/// The file's name, and the one that it is shown by where a link was named.
fn names<'n>(path: &'n Path, shown: &'n str) -> impl Iterator<Item = &'n [u8]> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let link = shown.rsplit('/').next().unwrap_or(shown).as_bytes();
    std::iter::once(name).chain((link != name).then_some(link))
}

/// The bytes of a file, and the open file; none of one that is too large to be held.
fn read(path: &Path, context: &Context<'_>) -> Result<(Vec<u8>, Opened), String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = Root::open(folder).map_err(|error| unreadable(&error))?;
    let mut opened = root.file(Path::new(path.file_name().unwrap_or_default()))?;
    let most = context.limits.held_bytes;
    let mut bytes = Vec::new();
    if opened.stamp.len > most {
        return Ok((bytes, opened));
    }
    opened.read_whole(&mut bytes, most).map_err(|error| unreadable(&error))?;
    match opened.unchanged() {
        Ok(true) => Ok((bytes, opened)),
        Ok(false) => Err("changed while it was read".to_owned()),
        Err(error) => Err(unreadable(&error)),
    }
}

/// Reads the bytes of one document, wherever they came from.
#[must_use]
pub fn parse(shown: &str, bytes: Vec<u8>, context: &Context<'_>) -> SotDocument {
    let mut document = of_bytes(shown, &bytes, context);
    document.source.body = Body::Held(Arc::from(bytes));
    document
}

/// The same; the bytes are let go.
fn of_bytes(shown: &str, bytes: &[u8], context: &Context<'_>) -> SotDocument {
    let mut document = empty(shown, Body::Unshown);
    document.read = Read { files: 1, bytes: bytes.len() as u64, documents: 1, ..Read::default() };
    let scan = context.engine.scan(bytes, context.limits);
    document.leaks = scan.hits;
    document.shapes = context.shapes.map(|shapes| shapes.scan(bytes)).unwrap_or_default();
    let gap = |why: String| Gap::new(shown, Some(SURFACE), why);
    document.gaps.extend(scan.gaps.into_iter().map(gap));
    match std::str::from_utf8(bytes) {
        Ok(text) => read_text(text, context.profile, &mut document),
        Err(error) => document.gaps.push(gap(format!("not UTF-8 at byte {}", error.valid_up_to()))),
    }
    document
}

fn empty(shown: &str, body: Body) -> SotDocument {
    SotDocument {
        path: shown.to_owned(),
        source: Source::new(shown, Some(SURFACE), body),
        front_matter: FrontMatter::default(),
        items: Vec::new(),
        citations: Vec::new(),
        statements: Vec::new(),
        malformed: Vec::new(),
        unrecognised: Vec::new(),
        leaks: Vec::new(),
        name_leaks: Vec::new(),
        shapes: Vec::new(),
        gaps: Vec::new(),
        read: Read::default(),
        whole: true,
    }
}

fn read_text(text: &str, profile: &Profile, document: &mut SotDocument) {
    let split = front_matter::split(text);
    document.front_matter = front_matter::read(text, &split);
    let Ok(documents) = profile.documents() else {
        let why = "the profile's patterns for documents are malformed: not read for claims";
        return document.gaps.push(Gap::new(document.path.as_str(), Some(SURFACE), why));
    };
    let body = text.get(split.body..).unwrap_or_default();
    let known = forms::Known { documents, surfaces: &profile.surfaces };
    let blocks = blocks::read(body, split.body, &known);
    structure::read(&blocks, documents, &profile.surfaces, document);
}

/// A document beyond what may be held is searched for the value, and not read for claims.
fn too_large(path: &Path, shown: &str, mut opened: Opened, context: &Context<'_>) -> SotDocument {
    let length = opened.stamp.len;
    let modified = std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let mut document = empty(shown, Body::OnDisk { path: path.to_owned(), len: length, modified });
    let gap = |why: String| Gap::new(shown, Some(SURFACE), why);
    document.gaps.push(gap(format!("{length} bytes: too large to be read for claims")));
    match context.engine.scan_reader(&mut opened, context.limits) {
        Ok(scan) => {
            document.read = Read { files: 1, bytes: scan.bytes, documents: 1, ..Read::default() };
            document.leaks = scan.hits;
            document.gaps.extend(scan.gaps.into_iter().map(gap));
        }
        Err(error) => document.gaps.push(gap(unreadable(&error))),
    }
    document
}
