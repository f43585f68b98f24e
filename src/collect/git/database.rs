//! All objects of a repository: searched, what was found attributed, and asked for what they name.
//!
//! The id of an object that holds the value is left out of every gap: whoever has it can try values until one
//! fits.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use gix::hash::ObjectId;

use super::attribute::{self, Known, Told};
use super::cache::{Audited, Cache};
use super::gather::{Gather, label, scan};
use super::index::Index;
use super::objects::{self, Type};
use super::odb::{Ask, Mark, Missing, ObjectHit, Odb, SearchOptions, Skip};
use super::refs::Refs;
use super::repository::{Repository, Staging};
use super::syntax::object_id;
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
    // Where something is gone that was here, what is known may name it.
    let whole = cache.is_whole(&contents);
    let ask = Ask { shallow: &layout.shallow, skipped: !whole };
    let found = odb.search(&SearchOptions {
        engine: gather.context.engine,
        limits: gather.context.limits,
        threads: options.threads,
        skip: cache.is_wanted().then_some(Skip { file: &was_read, object: &knows }),
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
    for (id, why) in passed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        gather.gap(place.clone(), "commit", format!("object {id}: {why}"));
    }
    for why in &found.gaps {
        match partial(why, layout.hash) {
            Some((id, _)) if leaking.contains(&id) => {
                let (_, why) = why.split_at(why.find("not fully").unwrap_or(0));
                gather.gap(place.clone(), "commit", format!("an object that holds the value: {why}"));
            }
            Some((id, why)) => {
                cache.add_partial(id, why);
                gather.gap(place.clone(), "commit", format!("object {id}: {why}"));
            }
            None => gather.gap(place.clone(), "commit", unnamed(why, &leaking)),
        }
    }
    let indexes: Vec<&Index> = stagings.iter().map(|staging| &staging.index).collect();
    let known = Known {
        odb,
        refs,
        indexes: &indexes,
        shallow: &layout.shallow,
        prefix: repository.prefix,
        git: &repository.git,
    };
    let mut hits = found.hits;
    hits.extend(shaped(gather.context, odb, options.threads));
    let told = attribute::tell(gather, &known, &hits);
    let mut missing = found.missing;
    missing.extend(cache.missing().filter(|(id, _)| whole && !odb.contains(id)));
    tell_missing(repository, gather, &missing, &leaking);
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
fn contents(odb: &Odb, shallow: &HashSet<ObjectId>) -> Vec<Mark> {
    let border = shallow.iter().map(|id| [b"shallow", id.as_bytes()].concat());
    odb.contents().into_iter().chain(border).collect()
}

/// Tells of objects that are named and not here.
fn tell_missing(
    repository: &Repository<'_>,
    gather: &mut Gather<'_>,
    missing: &Missing,
    leaking: &HashSet<ObjectId>,
) {
    let place = label(&repository.git, b"objects");
    if repository.layout.partial && !missing.is_empty() {
        let why = format!("a partial clone: {} object(s) are left at the remote", missing.iter().len());
        return gather.gap(place, "commit", why);
    }
    for (id, by) in missing.iter().take(connectivity::MOST) {
        let why = format!("{id} is not here; {} {} names it", by.kind, by.id);
        gather.gap(place.clone(), "commit", unnamed(&why, leaking));
    }
    if missing.iter().len() > connectivity::MOST {
        let more = missing.iter().len() - connectivity::MOST;
        gather.gap(place, "commit", format!("{more} more objects are named and not here"));
    }
}

/// The text of a gap without the ids of these objects, be they written out or as the name of a loose file.
fn unnamed(why: &str, leaking: &HashSet<ObjectId>) -> String {
    let Some(len) = leaking.iter().next().map(|id| id.kind().len_in_hex()) else { return why.to_owned() };
    let is_of_id = |c: char| c == '/' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mut out = String::with_capacity(why.len());
    let mut rest = why;
    while let Some(start) = rest.find(is_of_id) {
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(run.find(|c| !is_of_id(c)).unwrap_or(run.len()));
        out.push_str(before);
        let digits = run.replace('/', "");
        // A folder's name before it may have such letters too.
        let last = digits.get(digits.len().saturating_sub(len)..).unwrap_or_default();
        let id = ObjectId::from_hex(last.as_bytes()).ok().filter(|id| leaking.contains(id));
        out.push_str(if id.is_some() { "(the id of one that holds the value)" } else { run });
        rest = after;
    }
    out.push_str(rest);
    out
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
    Some((object_id(digits.as_bytes(), hash)?, why))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_object_that_leaks_stands_in_no_gap() {
        let id = ObjectId::from_hex(&[b'a'; 40]).expect("an id");
        let (hex, leaking) = (id.to_string(), HashSet::from([id]));
        for text in [
            format!("p.pack: object {hex} at offset 12: x"),
            format!("objects/{}/{}: x", &hex[..2], &hex[2..]),
        ] {
            let told = unnamed(&text, &leaking);
            assert!(!told.contains(&hex[2..]) && told.ends_with(": x"), "{told}");
            assert_eq!(unnamed(&text, &HashSet::new()), text);
        }
        let other = format!("tree {} names it", "b".repeat(40));
        assert_eq!(unnamed(&other, &leaking), other);
    }
}
