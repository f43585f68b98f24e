//! One file: opened, searched, and read as what it is, in one go.
//!
//! A small file is read into a buffer that all files share; a large one streams by, and its bytes are
//! searched, cut into lines and hashed on the way.

use std::cell::RefCell;
use std::io::Read;

use sha2::{Digest, Sha256};

use super::copies::Ids;
use super::facts::{Piece, fact};
use super::lines::{Block, Feeder, Sink};
use super::log::LogSink;
use super::patch::{PatchFiles, PatchSink};
use super::roles::{Lines, OTHER, Reading, Role, may_hold_records};
use super::schema::{Misfit, Schema};
use super::trace::TraceSink;
use super::{Run, argv, config, json, log, prose, targets};
use crate::collect::file::{Entry, Opened, Root, Walked, unreadable};
use crate::collect::lfs;
use crate::evidence::Node;
use crate::text::hex;

/// A buffer larger than this is given back after the file.
const KEEP_BUFFER: usize = 2 << 20;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A file, and all that it is to be read as.
pub(super) struct Planned<'a> {
    pub entry: &'a Entry,
    pub readings: Vec<Reading<'a>>,
}

/// A file under each of its names that count, its own first.
type Pieces<'a> = Vec<(Piece<'a>, Role)>;

impl Run<'_> {
    /// Reads one file of the run directory.
    pub fn file(&mut self, root: &Root, walked: &Walked, planned: &Planned<'_>) {
        let path = planned.entry.path.as_path();
        let told = self.roles.told(path, &planned.readings);
        let readings = planned.readings.iter().chain(&told);
        let mut pieces: Pieces<'_> = readings.map(|reading| (reading.piece(path), reading.role)).collect();
        let mut opened = match root.walked_file(walked, planned.entry) {
            Ok(opened) => opened,
            Err(why) => {
                let piece = Piece::new(path, self.facts.ctx.profile.surfaces.of(path));
                self.told(&piece, None);
                return self.facts.unread(path, why);
            }
        };
        // What lies beside a baseline's report is the baseline's, which the report alone tells.
        let of_baseline = self.roles.in_baseline(path);
        for (piece, _) in &mut pieces {
            piece.stamp = Some(opened.stamp);
            if of_baseline && piece.surface == OTHER {
                piece.teller = "baseline";
            }
        }
        let digest = if opened.stamp.len <= self.facts.ctx.limits.held_bytes {
            BUFFER.with_borrow_mut(|buffer| self.small(&mut pieces, &mut opened, buffer))
        } else {
            self.large(root, &mut pieces, &mut opened)
        };
        let Some((piece, _)) = pieces.first() else { return };
        self.facts.read.files += 1;
        let len = opened.stamp.len;
        let entries = [
            ("path", piece.name.as_str().into()),
            ("surface", piece.surface.into()),
            ("bytes", len.into()),
        ];
        self.facts.files.push(fact(entries, None));
        match opened.unchanged() {
            Ok(true) => {}
            Ok(false) => self.facts.gap(&piece.name, Some(piece.surface), "changed while it was read"),
            Err(error) => self.facts.gap(&piece.name, Some(piece.surface), unreadable(&error)),
        }
        self.files.insert(path.to_owned(), len);
        if let Some(digest) = digest {
            self.digests.insert(path.to_owned(), (digest, len));
        }
    }

    fn told(&mut self, piece: &Piece<'_>, len: Option<u64>) {
        let entries = [
            ("path", piece.name.as_str().into()),
            ("surface", piece.surface.into()),
            ("bytes", len.into()),
        ];
        self.facts.files.push(fact(entries, None));
    }

    fn small(
        &mut self,
        pieces: &mut Pieces<'_>,
        opened: &mut Opened,
        buffer: &mut Vec<u8>,
    ) -> Option<String> {
        let wanted = self.wants_digest(pieces);
        let (piece, _) = pieces.first_mut()?;
        if let Err(error) = opened.read_whole(buffer, self.facts.ctx.limits.held_bytes) {
            self.facts.unread(piece.path, unreadable(&error));
        }
        if buffer.len() as u64 != opened.stamp.len {
            self.facts.gap(&piece.name, Some(piece.surface), "changed while it was read");
        }
        self.facts.read.bytes += buffer.len() as u64;
        if lfs::pointer(buffer).is_some() {
            self.facts.gap(&piece.name, Some(piece.surface), lfs::WHY);
        }
        let scan = self.facts.ctx.engine.scan(buffer, self.facts.ctx.limits);
        self.facts.scanned(piece, scan);
        if let Some(shapes) = self.facts.ctx.shapes {
            self.facts.shaped(piece, shapes.scan(buffer));
        }
        // An artifact may state the digest of a file that holds the value though nothing asks for it.
        let wanted = wanted || self.facts.leaking.contains(piece.path);
        if let Some(mut ids) = Ids::wanted(&self.facts, buffer.len() as u64) {
            ids.update(buffer);
            ids.compare(&mut self.facts, piece, buffer.len() as u64);
        }
        for (piece, role) in pieces {
            self.understand(piece, *role, buffer);
            self.facts.hold(piece, buffer);
        }
        let digest = wanted.then(|| hex(&Sha256::digest(&*buffer)));
        if buffer.capacity() > KEEP_BUFFER {
            *buffer = Vec::new();
        }
        digest
    }

    /// Reads a small file as what it is.
    fn understand(&mut self, piece: &mut Piece<'_>, role: Role, bytes: &[u8]) {
        match role {
            Role::Report | Role::Manifest | Role::Admission | Role::Tests | Role::Argv => {
                if let Some(node) = json::document(&mut self.facts, piece, bytes) {
                    self.artifact(piece, role, node);
                }
            }
            Role::BaselineReport | Role::BaselineTests => {
                if let Some(node) = json::document(&mut self.facts, piece, bytes) {
                    self.baseline_artifact(piece, role, node);
                }
            }
            Role::MoreArgv if piece.is_named(&["json"]) => {
                if let Some(node) = json::document(&mut self.facts, piece, bytes) {
                    if !argv::processes(&mut self.facts, piece.teller, &node) {
                        let message = "tells no command line, or more than that".to_owned();
                        let misfit = Misfit { pointer: String::new(), message, place: node.place };
                        self.facts.misfit(piece.surface, &piece.name, misfit);
                    }
                    targets::inspected_node(&mut self.facts, piece, Some(&node));
                }
            }
            Role::MoreArgv => {
                argv::raw(&mut self.facts, piece, bytes);
                targets::inspected_bytes(&mut self.facts, piece, Block::whole(bytes));
            }
            Role::Config => config::read(&mut self.facts, piece, bytes),
            Role::Task => {
                targets::inspected_bytes(&mut self.facts, piece, Block::whole(bytes));
                prose::engines(&mut self.facts, piece, bytes);
                if may_hold_records(piece.named) {
                    self.whole_lines(piece, Lines::Known, bytes);
                }
            }
            Role::Lines(lines) => self.whole_lines(piece, lines, bytes),
            Role::Other => {}
        }
    }

    /// Reads the lines of a small file.
    fn whole_lines(&mut self, piece: &mut Piece<'_>, lines: Lines, bytes: &[u8]) {
        let whole = piece.is_named(&["json"])
            && match lines {
                Lines::Log => log::document(&mut self.facts, piece, bytes),
                Lines::Known => log::known_document(&mut self.facts, piece, bytes),
                _ => false,
            };
        self.lines(piece, lines, whole, &mut |sink| {
            if !bytes.is_empty() {
                sink.block(Block::whole(bytes));
            }
        });
    }

    /// Gives the sink of lines to whoever has them. `whole` is whether they were read as one document.
    fn lines(
        &mut self,
        piece: &mut Piece<'_>,
        lines: Lines,
        whole: bool,
        feed: &mut dyn FnMut(&mut dyn Sink),
    ) {
        let facts = &mut self.facts;
        match lines {
            Lines::Trace => {
                self.trace.present = true;
                feed(&mut TraceSink { facts, piece, trace: &mut self.trace });
            }
            Lines::Patch => {
                let mut files = PatchFiles::default();
                feed(&mut PatchSink { facts, piece, files: &mut files });
                files.finish(&mut self.facts, piece);
                self.patches.insert(piece.path.to_owned(), files);
            }
            Lines::BaselineTrace | Lines::Log | Lines::Known => {
                self.baseline_trace.bounds = self.trace.bounds;
                let quoted = piece.is_named(&["json", "jsonl"]);
                let prose = piece.surface == "backend-log";
                let blocks = (prose && !quoted).then_some(&mut self.blocks);
                let trace = (lines == Lines::BaselineTrace).then_some(&mut self.baseline_trace);
                let sink = LogSink::new(facts, piece, blocks, prose).of_known_names(lines == Lines::Known);
                let mut sink = sink.of_a_document(whole).with_trace(trace);
                feed(&mut sink);
                sink.end();
                if prose && !quoted {
                    self.blocks.end_of_file();
                }
            }
        }
    }

    fn large(&mut self, root: &Root, pieces: &mut Pieces<'_>, opened: &mut Opened) -> Option<String> {
        let (engine, limits) = (self.facts.ctx.engine, self.facts.ctx.limits);
        let mut hashes = Hashes {
            digest: self.wants_digest(pieces).then(Sha256::new),
            ids: Ids::wanted(&self.facts, opened.stamp.len),
        };
        // Its lines pass by once, and so for one reading alone.
        let lines = |(_, role): &(_, Role)| if let Role::Lines(lines) = role { Some(*lines) } else { None };
        let streamed = pieces.iter().enumerate().find_map(|(at, piece)| Some((at, lines(piece)?)));
        for (at, (piece, role)) in pieces.iter().enumerate() {
            if streamed.is_none_or(|(streamed, _)| streamed != at) && *role != Role::Other {
                let why = format!("larger than {} bytes: searched, not parsed", limits.held_bytes);
                self.facts.not_understood(piece, why);
            }
        }
        let mut scanned = None;
        if let Some((lines, (piece, _))) =
            streamed.and_then(|(at, lines)| Some((lines, pieces.get_mut(at)?)))
        {
            let most = usize::try_from(limits.held_bytes).unwrap_or(usize::MAX);
            let (scanned, hashes) = (&mut scanned, &mut hashes);
            self.lines(piece, lines, false, &mut |sink| {
                let mut tee = Tee { opened, hashes, feeder: Some((Feeder::new(most), sink)) };
                *scanned = Some(engine.scan_reader(&mut tee, limits));
                tee.finish();
            });
        } else {
            let mut tee = Tee { opened, hashes: &mut hashes, feeder: None };
            scanned = Some(engine.scan_reader(&mut tee, limits));
        }
        let (piece, _) = pieces.first_mut()?;
        match scanned {
            Some(Ok(scan)) => {
                self.facts.read.bytes += scan.bytes;
                self.facts.scanned(piece, scan);
            }
            Some(Err(error)) => self.facts.unread(piece.path, unreadable(&error)),
            None => self.facts.gap(&piece.name, Some(piece.surface), "not searched"),
        }
        self.shaped_again(root, piece);
        if let Some(ids) = hashes.ids {
            ids.compare(&mut self.facts, piece, opened.stamp.len);
        }
        hashes.digest.map(|digest| hex(&digest.finalize()))
    }

    /// A second reading of a large file, for shapes: only where no value is known.
    fn shaped_again(&mut self, root: &Root, piece: &mut Piece<'_>) {
        let Some(shapes) = self.facts.ctx.shapes else { return };
        let hits = root
            .file(piece.path)
            .and_then(|mut opened| shapes.scan_reader(&mut opened).map_err(|error| unreadable(&error)));
        match hits {
            Ok(hits) => self.facts.shaped(piece, hits),
            Err(why) => self.facts.gap(&piece.name, Some(piece.surface), why),
        }
    }

    fn wants_digest(&self, pieces: &Pieces<'_>) -> bool {
        pieces.iter().any(|(piece, role)| {
            // The report is read before the manifest, which may list it.
            matches!(role, Role::Lines(Lines::Patch) | Role::Manifest | Role::Report)
                || self.listed.contains(piece.path)
        })
    }

    /// Checks an artifact's shape, and keeps it.
    pub fn check(&mut self, piece: &Piece<'_>, schema: Schema, node: &Node) {
        json::check(&mut self.facts, piece, schema, node);
    }
}

/// What is computed of a file's bytes as they go by.
struct Hashes {
    digest: Option<Sha256>,
    ids: Option<Ids>,
}

/// What is read passes through a digest and a feeder of lines on its way to the search.
struct Tee<'t> {
    opened: &'t mut Opened,
    hashes: &'t mut Hashes,
    feeder: Option<(Feeder, &'t mut dyn Sink)>,
}

impl Tee<'_> {
    fn finish(&mut self) {
        if let Some((feeder, sink)) = &mut self.feeder {
            feeder.finish(*sink);
        }
    }
}

impl Read for Tee<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.opened.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if let Some(digest) = &mut self.hashes.digest {
            digest.update(bytes);
        }
        if let Some(ids) = &mut self.hashes.ids {
            ids.update(bytes);
        }
        if let Some((feeder, sink)) = &mut self.feeder {
            feeder.feed(bytes, *sink);
        }
        Ok(count)
    }
}
