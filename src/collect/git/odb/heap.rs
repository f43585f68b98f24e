//! The search of loose objects: file by file, each thread takes the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use gix::hash::ObjectId;
use gix::object::Kind;

use super::ask::{self, Asking};
use super::fault::{Fault, ObjectGap};
use super::first::First;
use super::inflate::{Inflater, Stream};
use super::loose::{self, Loose};
use super::search::{self, ObjectSearch, SearchOptions};
use super::stored::Mark;
use super::{Odb, tree};
use crate::collect::git::syntax::Entry;
use crate::search::Scan;

/// What one thread has come to.
struct Part<'a> {
    first: First<'a>,
    asking: Asking<'a>,
    objects: u64,
    /// The bytes of each.
    sizes: Vec<(u32, u64)>,
    faults: Vec<(u32, String)>,
    doubts: Vec<(u32, String)>,
    large: Vec<(u32, Kind, Scan)>,
}

/// All loose objects, and how they are searched.
struct Heap<'a> {
    odb: &'a Odb,
    options: &'a SearchOptions<'a>,
    files: Vec<Loose>,
    /// So many of them are searched; the others are only asked what they name.
    searched: usize,
    /// The files as the system knew them before they were read, where that is wanted.
    states: Vec<Option<Mark>>,
    /// What one thread may hold of one object.
    limit: u64,
}

impl Odb {
    pub(super) fn search_loose(
        &self,
        options: &SearchOptions<'_>,
        progress: &(dyn Fn(u64) + Sync),
        found: &mut ObjectSearch,
    ) {
        let (mut files, gaps) = self.loose_files();
        found.gaps.extend(search::files(&gaps));
        let mut skipped = Vec::new();
        // A file's content is held against its name only when it is read.
        if let Some(skip) = options.skip.filter(|_| !options.verify) {
            let was_read =
                |file: &Loose| file.state().and_then(|state| Some(((skip.file)(&state)?, state)));
            files.retain(|file| {
                let known = file.id.filter(|id| (skip.object)(id)).and_then(|_| was_read(file));
                if let Some((bytes, state)) = &known {
                    found.bytes += bytes;
                    found.files.push((state.clone(), *bytes));
                    skipped.push(file.clone());
                }
                known.is_none()
            });
        }
        found.skipped += skipped.len() as u64;
        let searched = files.len();
        files.extend(skipped.into_iter().filter(|_| options.ask.is_some_and(|ask| ask.skipped)));
        let threads = options.threads.clamp(1, 256).min(files.len().max(1));
        let limit = self.limits.held_bytes / 2 / threads as u64;
        let state = |file: &Loose| options.list_clean.then(|| file.state()).flatten();
        let states = files.iter().take(searched).map(state).collect();
        Heap { odb: self, options, files, searched, states, limit }.run(threads, progress, found);
    }
}

impl Heap<'_> {
    fn run(self, threads: usize, progress: &(dyn Fn(u64) + Sync), found: &mut ObjectSearch) {
        let (next, searched) = (AtomicUsize::new(0), AtomicU64::new(0));
        let id_of = |at| self.id(at);
        let parts: Vec<Part<'_>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        let part = self.part(&next, &id_of);
                        searched.fetch_add(part.objects, Ordering::Relaxed);
                        progress(part.objects);
                        part
                    })
                })
                .collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
                Ok(part) => part,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            workers.into_iter().map(join).collect()
        });
        let (mut tainted, mut unread) = (vec![false; self.files.len()], vec![false; self.files.len()]);
        let mut sizes = vec![0; self.files.len()];
        let (mut marked, mut faults, mut doubts, mut large) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            found.objects += part.objects;
            for (at, size) in part.sizes {
                found.bytes += size;
                if let Some(slot) = sizes.get_mut(at as usize) {
                    *slot = size;
                }
            }
            marked.extend(part.first.marked);
            found.missing.extend(part.asking.missing.iter());
            faults.extend(part.faults);
            doubts.extend(part.doubts);
            large.extend(part.large);
        }
        marked.sort_unstable();
        marked.dedup();
        let mut looked: Vec<_> = large.into_iter().map(|(at, kind, scan)| (at, kind, scan, None)).collect();
        for at in marked {
            match self.look(at) {
                Ok((kind, scan, text)) => looked.push((at, kind, scan, Some(text))),
                Err(fault) => faults.push((at, fault.to_string())),
            }
        }
        found.unread += faults.len() as u64;
        faults.extend(doubts);
        faults.sort();
        for (at, why) in faults {
            found.gaps.push(ObjectGap::of_object(self.id(at), self.shown(at), why));
            taint(&mut tainted, at);
            taint(&mut unread, at);
        }
        looked.sort_by_key(|(at, ..)| *at);
        for (at, kind, scan, text) in looked {
            if !scan.hits.is_empty() || !scan.gaps.is_empty() {
                taint(&mut tainted, at);
            }
            found.unread += u64::from(!scan.gaps.is_empty());
            found.add_with(self.id(at), kind, scan, self.shown(at), text.as_ref());
        }
        if self.options.list_clean {
            let searched = self.files.iter().take(self.searched);
            let clean = searched.zip(&tainted).filter(|(_, tainted)| !**tainted);
            found.clean.extend(clean.filter_map(|(file, _)| file.id));
            let states = self.states.into_iter().zip(sizes);
            let read = states.zip(&unread).filter(|(_, unread)| !**unread);
            found.files.extend(read.filter_map(|((state, size), _)| Some((state?, size))));
        }
    }

    fn part<'a>(
        &'a self,
        next: &AtomicUsize,
        id_of: &'a (dyn Fn(u32) -> Option<ObjectId> + Sync),
    ) -> Part<'a> {
        let mut part = Part {
            first: First::new(self.options),
            asking: Asking::new(self.odb, self.options.ask, id_of),
            objects: 0,
            sizes: Vec::new(),
            faults: Vec::new(),
            doubts: Vec::new(),
            large: Vec::new(),
        };
        let mut inflater = Inflater::default();
        let mut names = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = self.files.get(at) else { break };
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            if let Err(fault) = self.first_look(at, file, &mut inflater, &mut names, &mut part) {
                part.faults.push((at, fault.to_string()));
            }
        }
        part.first.flush();
        part
    }

    fn first_look(
        &self,
        at: u32,
        file: &Loose,
        inflater: &mut Inflater,
        names: &mut Vec<u8>,
        part: &mut Part<'_>,
    ) -> Result<(), Fault> {
        let is_searched = (at as usize) < self.searched;
        match file.read(inflater, self.limit)? {
            loose::Read::Whole(kind, bytes) => {
                if self.options.verify && file.id.is_some() && self.odb.id_of(kind, &bytes) != file.id {
                    part.doubts.push((at, Fault::Id.to_string()));
                }
                let mut text = bytes.as_slice();
                if kind == Kind::Tree {
                    let ask = |entry: &Entry<'_>| part.asking.entry(at, entry);
                    if let Err(fault) = tree::read(&bytes, self.odb.hash, names, ask) {
                        part.doubts.push((at, fault.to_string()));
                    }
                    text = names;
                } else {
                    part.asking.text(at, kind, &bytes);
                }
                if is_searched {
                    part.first.whole(at, text);
                    part.sizes.push((at, bytes.len() as u64));
                }
            }
            loose::Read::Large { kind: Kind::Tree, size, .. } => {
                return Err(Fault::TooLarge { size, limit: self.limit });
            }
            loose::Read::Large { kind, size, header, file } => {
                if self.options.ask.is_some() && kind != Kind::Blob {
                    part.doubts.push((at, ask::TOO_LARGE.to_owned()));
                }
                if is_searched {
                    self.large(at, kind, &mut loose::stream(&file, size, header)?, part)?;
                    part.sizes.push((at, size));
                }
            }
        }
        part.objects += u64::from(is_searched);
        Ok(())
    }

    fn large(
        &self,
        at: u32,
        kind: Kind,
        stream: &mut Stream<'_>,
        part: &mut Part<'_>,
    ) -> Result<(), Fault> {
        let scan = self.options.engine.scan_reader(stream, self.options.limits)?;
        std::io::copy(stream, &mut std::io::sink())?;
        if stream.unused() > 0 {
            part.doubts.push((at, Fault::Unlisted(stream.unused() as u64).to_string()));
        }
        part.large.push((at, kind, scan));
        Ok(())
    }

    /// Searches one object by itself.
    fn look(&self, at: u32) -> Result<(Kind, Scan, Arc<[u8]>), Fault> {
        let file = self.files.get(at as usize).ok_or(Fault::Header)?;
        match file.read(&mut Inflater::default(), self.limit)? {
            loose::Read::Whole(kind, mut bytes) => {
                if kind == Kind::Tree {
                    let mut names = Vec::new();
                    let _ = tree::read(&bytes, self.odb.hash, &mut names, |_| ());
                    bytes = names;
                }
                let scan = self.options.engine.scan(&bytes, self.options.limits);
                // Only what has no id is shown from here.
                let kept = if self.id(at).is_none() { bytes } else { Vec::new() };
                Ok((kind, scan, Arc::from(kept)))
            }
            loose::Read::Large { size, .. } => Err(Fault::TooLarge { size, limit: self.limit }),
        }
    }

    fn id(&self, at: u32) -> Option<ObjectId> {
        self.files.get(at as usize).and_then(|file| file.id)
    }

    fn shown(&self, at: u32) -> &str {
        self.files.get(at as usize).map_or("", |file| &file.shown)
    }
}

fn taint(tainted: &mut [bool], at: u32) {
    if let Some(tainted) = tainted.get_mut(at as usize) {
        *tainted = true;
    }
}
