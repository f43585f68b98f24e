//! All objects of a repository: searched, what was found attributed, and asked for what they name.
//!
//! No gap tells the id of a blob or a tree: whoever has that of one that holds the value can try values until one
//! fits, and of what can't be read nobody knows what it holds.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use gix::hash::ObjectId;

use super::attribute::{self, Known, Told};
use super::cache::{Audited, Cache};
use super::gather::{Gather, label, scan};
use super::index::Index;
use super::layout::Border;
use super::objects::{self, Type};
use super::odb::{Ask, Mark, Missing, Namer, ObjectGap, ObjectHit, Odb, SearchOptions, Skip};
use super::refs::Refs;
use super::repository::{Repository, Staging};
use super::{connectivity, pieces};
use crate::collect::Context;

/// Searches every object, and tells where it stands.
pub fn search(
    repository: &Repository<'_>,
    gather: &mut Gather<'_>,
    odb: &Odb,
    refs: &Refs,
    stagings: &[Staging],
) -> Told {
    let Repository { layout, options, .. } = *repository;
    let mut cache = Cache::open(options.cache.as_deref(), gather.context, layout);
    let contents = if cache.is_wanted() { contents(odb, &layout.shallow) } else { Vec::new() };
    // What an earlier audit could not search fully, and this one goes past: the same gap each time.
    let passed: Mutex<BTreeSet<(ObjectId, String)>> = Mutex::default();
    let knows = |id: &ObjectId| {
        for why in cache.partial(id) {
            passed.lock().unwrap_or_else(PoisonError::into_inner).insert((*id, why.to_owned()));
        }
        cache.knows(id)
    };
    let was_read = |file: &Mark| cache.bytes_of(file);
    let skip = Skip { file: &was_read, object: &knows };
    // Where something is gone that was here, what is known may name it. Where a file changed, what it named then was
    // asked of another.
    let whole = cache.is_whole(&contents) && odb.were_read(cache.missing().map(|(_, by)| by.id), &skip);
    let ask = Ask { shallow: &layout.shallow, skipped: !whole };
    let found = odb.search(&SearchOptions {
        engine: gather.context.engine,
        limits: gather.context.limits,
        threads: options.threads,
        skip: cache.is_wanted().then_some(skip),
        ask: Some(ask),
        list_clean: cache.is_wanted(),
        verify: options.verify,
        needles_only: false,
        progress: None,
    });
    gather.read.objects += found.objects + found.skipped;
    gather.read.bytes += found.bytes;
    let place = label(&repository.git, b"objects");
    let leaking: HashSet<ObjectId> = found.hits.iter().filter_map(|hit| hit.id).collect();
    let mut lines = BTreeSet::new();
    for (id, why) in passed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        // What was damaged meanwhile was read again, and told as that.
        if objects::read(odb, &id).is_some() {
            lines.insert(text(
                odb,
                &ObjectGap { is_partial: true, ..ObjectGap::of_object(Some(id), "", why) },
            ));
        }
    }
    for gap in &found.gaps {
        lines.insert(text(odb, gap));
        if let Some(id) = gap.id.filter(|id| gap.is_partial && !leaking.contains(id)) {
            cache.add_partial(id, &gap.why);
        }
    }
    let more = lines.len().saturating_sub(MOST_GAPS);
    lines.into_iter().take(MOST_GAPS).for_each(|line| gather.gap(place.clone(), "commit", line));
    if more > 0 {
        gather.gap(place.clone(), "commit", format!("and {more} more"));
    }
    let indexes: Vec<&Index> = stagings.iter().map(|staging| &staging.index).collect();
    let changed = stagings.iter().flat_map(|staging| &staging.changed);
    let staged = changed.filter(|file| !file.submodule).map(|file| file.id).collect();
    let known = Known {
        odb,
        refs,
        indexes: &indexes,
        staged: &staged,
        shallow: &layout.shallow,
        all_names: repository.has_all_names(),
        prefix: repository.prefix,
        git: &repository.git,
    };
    let mut hits = found.hits;
    hits.extend(shaped(gather.context, odb, options.threads));
    let told = attribute::tell(gather, &known, &hits);
    let mut missing = found.missing;
    missing.extend(cache.missing().filter(|(id, _)| whole && !odb.contains(id)));
    tell_missing(repository, gather, odb, &missing);
    connectivity::roots(repository, gather, odb, refs, stagings);
    // Who holds the value is asked anew each time, and nowhere written down.
    missing.retain(|by| !leaking.contains(&by.id));
    let audited = Audited { clean: found.clean, missing, files: found.files, contents };
    if let Err(error) = cache.save(&audited) {
        // Without it the next audit takes longer and says the same: no gap.
        drop(error);
    }
    told
}

/// What the answers to all questions rest on: the objects that are here, and the commits that were asked for no
/// parents.
fn contents(odb: &Odb, shallow: &Border) -> Vec<Mark> {
    let border = shallow.iter().map(|id| [b"shallow", id.as_bytes()].concat());
    odb.contents().into_iter().chain(border).collect()
}

/// A gap for each of more objects than this helps nobody.
const MOST_GAPS: usize = 1000;

/// What is told of one gap.
fn text(odb: &Odb, gap: &ObjectGap) -> String {
    // An object that is stored twice is told once.
    let again = gap.id.filter(|_| gap.is_partial).and_then(|id| odb.place(&id));
    let place = again.as_ref().unwrap_or(&gap.place);
    match gap.id.and_then(|id| Some((id, odb.kind(&id)?))) {
        Some((id, kind @ (Type::Commit | Type::Tag))) => format!("{place} ({kind} {id}): {}", gap.why),
        _ if place.is_empty() => gap.why.clone(),
        _ => format!("{place}: {}", gap.why),
    }
}

/// Tells of objects that are named and not here.
fn tell_missing(repository: &Repository<'_>, gather: &mut Gather<'_>, odb: &Odb, missing: &Missing) {
    let place = label(&repository.git, b"objects");
    if repository.layout.partial && !missing.is_empty() {
        let why = format!("a partial clone: {} object(s) are left at the remote", missing.iter().len());
        return gather.gap(place, "commit", why);
    }
    let is_tree = |by: &Namer| by.kind == Type::Tree;
    let of_others: Vec<_> = missing.iter().filter(|(_, by)| !is_tree(by)).collect();
    for (id, by) in of_others.iter().take(connectivity::MOST) {
        let is_parent = objects::parents(odb, &by.id).is_some_and(|parents| parents.contains(id));
        let what = if is_parent { format!("its parent {id}, which") } else { "an object that".to_owned() };
        gather.gap(place.clone(), "commit", format!("{} {} names {what} is not here", by.kind, by.id));
    }
    if of_others.len() > connectivity::MOST {
        let more = of_others.len() - connectivity::MOST;
        gather.gap(place.clone(), "commit", format!("{more} more objects are named and not here"));
    }
    let of_trees = missing.iter().filter(|(_, by)| is_tree(by)).count();
    if of_trees > 0 {
        let why = format!("{of_trees} object(s) that trees name are not here; `git fsck` tells which");
        gather.gap(place, "commit", why);
    }
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
        Some(scan(context, &bytes).hits.into_iter().map(move |hit| ObjectHit {
            id: Some(*id),
            kind,
            hit,
            text: None,
        }))
    });
    found.into_iter().flatten().flatten().collect()
}
