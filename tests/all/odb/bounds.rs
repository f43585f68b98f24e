//! Bounds on memory change what is done, never what is found; and what is skipped is not searched.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

/// Versions of a file of about this many bytes, the value in some of them.
fn large_files(bytes: usize) -> Repo {
    let (repo, mut import) = (Repo::new("sha1"), Import::default());
    let mut lines: Vec<String> = (0..bytes / 64).map(|n| format!("{n:060x}")).collect();
    for version in 0..12 {
        let at = version * 1000 % lines.len();
        lines[at] = if version % 4 == 1 { format!("x {VALUE}") } else { format!("version {version}") };
        import.write("large.txt", lines.join("\n"));
        import.commit("Version");
    }
    import.into(&repo);
    repo
}

fn limits(held_bytes: u64) -> OdbLimits {
    OdbLimits { held_bytes, ..OdbLimits::default() }
}

#[test]
fn frames_that_must_give_way_are_rebuilt() {
    let repo = large_files(256 << 10);
    repo.pack(&[]);
    let free = search(&repo.open());
    assert_eq!(free.gaps, []);
    assert!(free.hits.len() >= 9);
    for threads in [1, 3] {
        let tight = search_with(&repo.open_with(&limits(3 << 20)), &engine_for(VALUE), threads);
        assert_eq!(tight, free, "{threads} threads");
    }
}

#[test]
fn an_object_past_the_bound_is_streamed_and_a_delta_on_it_is_a_gap() {
    let repo = large_files(256 << 10);
    repo.pack(&["-c", "core.bigFileThreshold=1k"]);
    let free = search(&repo.open());
    let tight = search(&repo.open_with(&limits(64 << 10)));
    assert_eq!(tight, free, "whole objects are streamed");

    repo.pack(&[]);
    let tight = search(&repo.open_with(&limits(64 << 10)));
    gap_that_says(&tight, "at most");
    assert!(tight.unread > 0);
    assert_eq!(tight.objects + tight.unread, free.objects);
}

#[test]
fn large_loose_objects_are_streamed() {
    let repo = large_files(256 << 10);
    let free = search(&repo.open());
    assert!(free.hits.len() >= 9);
    assert_eq!(search(&repo.open_with(&limits(64 << 10))), free);
}

#[test]
fn what_was_clean_is_skipped_and_the_rest_is_found_again() {
    for packed in [false, true] {
        let repo = history("sha1");
        if packed {
            repo.pack(&[]);
        }
        let first = search(&repo.open());
        let asked = AtomicU64::new(0);
        let skip = |id: &ObjectId| {
            asked.fetch_add(1, Ordering::Relaxed);
            first.clean.binary_search(id).is_ok()
        };
        let (engine, limits) = (engine_for(VALUE), Limits::default());
        let again = repo.open().search(&SearchOptions {
            engine: &engine,
            limits: &limits,
            threads: 2,
            skip: Some(Skip { file: &|_| Some(0), object: &skip }),
            ask: None,
            list_clean: true,
            verify: false,
            needles_only: false,
            progress: None,
        });
        assert_eq!(again.hits, first.hits);
        assert_eq!(again.gaps, []);
        assert_eq!(asked.into_inner(), first.objects);
        assert_eq!(again.skipped, first.clean.len() as u64);
        assert_eq!(again.objects + again.skipped, first.objects);
        assert!(again.clean.is_empty());
    }
}

#[test]
fn a_pack_that_was_only_touched_is_skipped_and_its_bytes_are_told() {
    let repo = history("sha1");
    repo.pack(&[]);
    let first = search(&repo.open());
    let skip = |id: &ObjectId| first.clean.binary_search(id).is_ok();
    let (engine, limits) = (engine_for(VALUE), Limits::default());
    // The record of the file is another by now; its checksums are not.
    let by_content = |mark: &Vec<u8>| mark.starts_with(b"pack").then_some(first.bytes);
    let again = repo.open().search(&SearchOptions {
        engine: &engine,
        limits: &limits,
        threads: 2,
        skip: Some(Skip { file: &by_content, object: &skip }),
        ask: None,
        list_clean: true,
        verify: false,
        needles_only: false,
        progress: None,
    });
    assert_eq!((again.hits, again.bytes), (first.hits, first.bytes));
    assert_eq!((again.skipped, again.clean.len()), (first.clean.len() as u64, 0));
}

#[test]
fn progress_comes_to_the_number_of_objects() {
    let repo = history("sha1");
    let (engine, limits) = (engine_for(VALUE), Limits::default());
    let last = AtomicU64::new(0);
    let progress = |done: u64, _: u64| {
        last.fetch_max(done, Ordering::Relaxed);
    };
    let found = repo.open().search(&SearchOptions {
        engine: &engine,
        limits: &limits,
        threads: 2,
        skip: None,
        ask: None,
        list_clean: false,
        verify: false,
        needles_only: false,
        progress: Some(&progress),
    });
    assert_eq!(last.into_inner(), found.objects);
}
