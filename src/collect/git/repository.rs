//! One repository from end to end: its objects, what stands beside them, what is staged, its work tree.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gix::hash::ObjectId;

use super::attribute::{self, Known, Told};
use super::cache::Cache;
use super::gather::{Gather, Spot, label, scan};
use super::index::{self, Index};
use super::layout::{self, Layout};
use super::objects::{self, Type};
use super::odb::{ObjectHit, Odb, OdbLimits, SearchOptions};
use super::pieces::{self, Piece};
use super::refs::Refs;
use super::{GitOptions, beside, connectivity, ranged, staged, worktree};
use crate::collect::Context;
use crate::evidence::Gap;

/// A gap for each of more missing objects than this helps nobody.
const MOST_MISSING: usize = 100;

/// A repository while it is audited.
pub struct Repository<'a> {
    pub layout: &'a Layout,
    pub options: &'a GitOptions,
    /// What its paths begin with in the evidence.
    pub prefix: &'a str,
    /// The same for its git directory.
    pub git: String,
}

/// A work tree's index, and the commit that its HEAD is at.
struct Staging {
    index: Index,
    head: Option<ObjectId>,
    /// The index file, as the evidence names it.
    path: String,
}

impl<'a> Repository<'a> {
    #[must_use]
    pub fn new(layout: &'a Layout, options: &'a GitOptions, prefix: &'a str) -> Self {
        let inside = layout.work_tree.is_some();
        let git = if inside { label(prefix, b".git") } else { prefix.to_owned() };
        Self { layout, options, prefix, git }
    }

    /// Audits it. Returns the repositories that lie inside.
    pub fn audit(&self, gather: &mut Gather<'_>) -> Vec<PathBuf> {
        for gap in &self.layout.gaps {
            let path = gap
                .path
                .strip_prefix(".git")
                .map_or_else(|| gap.path.clone(), |rest| format!("{}{rest}", self.git));
            gather.gaps.push(Gap { path, ..gap.clone() });
        }
        let mut gaps = Vec::new();
        let refs = Refs::read(self.layout, &mut gaps);
        gather.gaps.extend(gaps.into_iter().map(|gap| Gap {
            path: format!("{}{}", self.git, gap.path.strip_prefix(".git").unwrap_or(&gap.path)),
            ..gap
        }));
        let stagings = self.stagings(gather, &refs);
        let mut told = Told::default();
        match Odb::open(&self.layout.objects(), self.layout.hash, &OdbLimits::default()) {
            Err(error) => gather.gap(label(&self.git, b"objects"), "commit", error.to_string()),
            Ok(odb) => {
                self.other_object_files(gather, &odb);
                let full = self.options.history && self.options.range.is_none();
                if full {
                    told = self.all_objects(gather, &odb, &refs, &stagings);
                } else if let Some(range) = &self.options.range {
                    ranged::search(self, gather, &odb, &refs, range, &mut told);
                }
                for staging in &stagings {
                    let tree = staging.head.and_then(|head| objects::tree_of(&odb, &head));
                    let files = staged::changed(&odb, &staging.index, tree);
                    staged::search(gather, &odb, &files, self.prefix, full, &mut told);
                    if !staging.index.other.is_empty() {
                        gather.search(&Spot::new("git-file", staging.path.clone()), &staging.index.other);
                    }
                }
            }
        }
        beside::search(gather, self.layout, &self.git, self.options.threads);
        self.work_tree(gather, &stagings, &told)
    }

    fn stagings(&self, gather: &mut Gather<'_>, refs: &Refs) -> Vec<Staging> {
        let mut dirs = vec![(self.layout.git_dir.clone(), self.git.clone())];
        let linked = self.layout.common_dir.join("worktrees");
        let mut names: Vec<_> =
            std::fs::read_dir(linked).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        names.sort();
        for dir in names {
            let name = dir.file_name().unwrap_or_default().as_bytes();
            dirs.push((dir.clone(), label(&self.git, &[b"worktrees/", name].concat())));
        }
        let mut stagings = Vec::new();
        let mut seen = HashSet::new();
        for (dir, shown) in dirs {
            if !seen.insert(dir.canonicalize().unwrap_or_else(|_| dir.clone())) {
                continue;
            }
            let path = if shown.is_empty() { "index".to_owned() } else { format!("{shown}/index") };
            match index::read(&dir.join("index"), self.layout.hash) {
                Ok(None) => {}
                Ok(Some(index)) => {
                    gather.read.files += 1;
                    let layout = Layout { git_dir: dir, ..self.layout.clone() };
                    stagings.push(Staging { index, head: Refs::head_among(&layout, refs), path });
                }
                Err(error) => gather.gap(path, "staged", error.to_string()),
            }
        }
        stagings
    }

    /// What lies among the objects and is none.
    fn other_object_files(&self, gather: &mut Gather<'_>, odb: &Odb) {
        let pieces: Vec<Piece> = odb
            .other_files()
            .iter()
            .map(|path| {
                let own = path.strip_prefix(&self.layout.common_dir);
                let shown = own.map_or_else(
                    |_| format!("alternate {}", crate::text::printable_path(path)),
                    |own| label(&self.git, own.as_os_str().as_bytes()),
                );
                Piece { path: path.clone(), spot: Spot::new("git-file", shown), link: path.is_symlink() }
            })
            .collect();
        pieces::search(gather, &pieces, self.options.threads, &|_| false);
    }

    fn all_objects(&self, gather: &mut Gather<'_>, odb: &Odb, refs: &Refs, stagings: &[Staging]) -> Told {
        for (name, id) in refs.iter().filter(|(_, id)| !odb.contains(id)) {
            let why = format!("it leads to {id}, which is not here");
            gather.gap(label(&self.git, name.as_bytes()), "ref", why);
        }
        let mut cache = Cache::open(self.options.cache.as_deref(), gather.context, self.layout);
        let knows = |id: &ObjectId| cache.knows(id);
        let found = odb.search(&SearchOptions {
            engine: gather.context.engine,
            limits: gather.context.limits,
            threads: self.options.threads,
            skip: cache.is_wanted().then_some(&knows),
            list_clean: cache.is_wanted(),
            verify: self.options.verify,
            needles_only: false,
            progress: None,
        });
        gather.read.objects += found.objects + found.skipped;
        gather.read.bytes += found.bytes;
        let objects = label(&self.git, b"objects");
        let leaking: HashSet<ObjectId> = found.hits.iter().filter_map(|hit| hit.id).collect();
        let known_partial: Vec<_> = cache.partial().map(|(id, why)| (*id, why.to_owned())).collect();
        for (id, why) in known_partial.iter().filter(|(id, _)| odb.contains(id)) {
            gather.gap(objects.clone(), "commit", format!("object {id}: {why}"));
        }
        for why in &found.gaps {
            match partial(why, self.layout.hash) {
                Some((id, _)) if leaking.contains(&id) => {
                    let (_, why) = why.split_at(why.find("not fully").unwrap_or(0));
                    gather.gap(objects.clone(), "commit", format!("an object that holds the value: {why}"));
                }
                Some((id, why)) => {
                    cache.add_partial(id, why);
                    gather.gap(objects.clone(), "commit", format!("object {id}: {why}"));
                }
                None => gather.gap(objects.clone(), "commit", why.clone()),
            }
        }
        let indexes: Vec<&Index> = stagings.iter().map(|staging| &staging.index).collect();
        let known = Known {
            odb,
            refs,
            indexes: &indexes,
            shallow: &self.layout.shallow,
            prefix: self.prefix,
            git: &self.git,
        };
        let mut hits = found.hits;
        hits.extend(shaped(gather.context, odb, self.options.threads));
        let told = attribute::tell(gather, &known, &hits);
        let lost = self.missing(gather, odb, &cache);
        let mut clean = found.clean;
        // Who names a missing object is asked again next time.
        clean.retain(|id| !lost.contains(id));
        cache.add(clean);
        if let Err(error) = cache.save() {
            // Without it the next audit takes longer and says the same: no gap.
            drop(error);
        }
        told
    }

    /// Objects that are named and not here, each a gap; those that name them are returned.
    fn missing(&self, gather: &mut Gather<'_>, odb: &Odb, cache: &Cache) -> HashSet<ObjectId> {
        let missing =
            connectivity::missing(odb, &self.layout.shallow, self.options.threads, &|id| cache.knows(id));
        let objects = label(&self.git, b"objects");
        if self.layout.partial && !missing.is_empty() {
            let why = format!("a partial clone: {} object(s) are left at the remote", missing.len());
            gather.gap(objects, "commit", why);
        } else {
            for (id, (kind, by)) in missing.iter().take(MOST_MISSING) {
                gather.gap(objects.clone(), "commit", format!("{id} is not here; {kind} {by} names it"));
            }
            if missing.len() > MOST_MISSING {
                let more = missing.len() - MOST_MISSING;
                gather.gap(objects, "commit", format!("{more} more objects are named and not here"));
            }
        }
        missing.into_values().map(|(_, by)| by).collect()
    }

    fn work_tree(&self, gather: &mut Gather<'_>, stagings: &[Staging], told: &Told) -> Vec<PathBuf> {
        let Some(root) = self.layout.work_tree.as_deref().filter(|_| self.options.work_tree) else {
            return Vec::new();
        };
        let names = |path: &[u8]| told.names.contains(path);
        let tree = worktree::walk(gather, root, self.prefix, &self.options.elsewhere, &names);
        // A tracked file that is as it was staged, and whose content was told, is not told again.
        let same = |piece: &Piece| {
            let Some(staging) = stagings.first().filter(|_| !piece.link) else { return false };
            let path = piece.path.strip_prefix(root).map(Path::as_os_str).unwrap_or_default().as_bytes();
            let entries = &staging.index.entries;
            let at = entries.partition_point(|entry| entry.path.as_slice() < path);
            entries
                .get(at)
                .filter(|entry| entry.path == path && told.blobs.contains(&entry.id))
                .is_some_and(|entry| {
                    let bytes = super::files::read(&piece.path, 1 << 30).unwrap_or_default();
                    gix::objs::compute_hash(self.layout.hash, Type::Blob, &bytes)
                        .is_ok_and(|id| id == entry.id)
                })
        };
        pieces::search(gather, &tree.pieces, self.options.threads, &same);
        tree.inner
    }
}

/// Of the gap of an object that was read, and could not be searched fully: the object and the reason. Nothing
/// of a damaged object is remembered: it may be mended.
fn partial(gap: &str, hash: gix::hash::Kind) -> Option<(ObjectId, &str)> {
    let (place, why) = gap.split_at(gap.find("not fully searched")?);
    // `…pack: object ID at offset N: …` and `objects/ab/cdef…: …`.
    let digits: String = match place.split_once("object ") {
        Some((_, rest)) => rest.chars().take_while(char::is_ascii_hexdigit).collect(),
        None => {
            let mut parts = place.trim_end_matches([':', ' ']).rsplit('/');
            let (name, folder) = (parts.next()?, parts.next()?);
            format!("{folder}{name}")
        }
    };
    Some((layout::object_id(digits.as_bytes(), hash)?, why))
}

/// What looks like a private endpoint in blobs and messages, where no value is known. A file's name has no
/// shape: the places where such a name can stand are in texts.
fn shaped(context: &Context<'_>, odb: &Odb, threads: usize) -> Vec<ObjectHit> {
    if context.shapes.is_none() {
        return Vec::new();
    }
    let mut ids: Vec<ObjectId> = odb.ids().collect();
    ids.sort_unstable();
    ids.dedup();
    let found = pieces::in_parallel(ids.len(), threads, |at| {
        // What can't be read was told by the search of all objects.
        let id = ids.get(at)?;
        let (kind, bytes) = objects::read(odb, id).filter(|(kind, _)| *kind != Type::Tree)?;
        Some(scan(context, &bytes).hits.into_iter().map(move |hit| ObjectHit { id: Some(*id), kind, hit }))
    });
    found.into_iter().flatten().flatten().collect()
}
