//! Times one way through an object database, for `benches/history.sh`.
//!
//! ```text
//! history floor|plain|all OBJECTS THREADS [sha256]
//! ```
//! The value is read from the environment variable that the built-in profile names.

#![expect(clippy::print_stdout, reason = "a measuring program prints")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use counterfoil::collect::git::odb::{Odb, OdbLimits, SearchOptions};
use counterfoil::endpoint::Endpoints;
use counterfoil::search::{Engine, Limits};
use gix::odb::pack;
use sirocco::Format;
use sirocco::inflate::Decoder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(way), Some(objects), Some(threads)) = (args.next(), args.next(), args.next()) else {
        return Err("history floor|plain|all OBJECTS THREADS [sha256]".into());
    };
    let threads: usize = threads.parse()?;
    let hash = if args.next().is_some() { gix::hash::Kind::Sha256 } else { gix::hash::Kind::Sha1 };
    let start = Instant::now();
    if way == "floor" {
        let (count, bytes) = floor(Path::new(&objects), hash, threads)?;
        println!("{:.3} s, {count} streams, {bytes} bytes", start.elapsed().as_secs_f64());
        return Ok(());
    }
    let mut endpoints = Endpoints::none();
    if let Some(value) = std::env::var_os("CTO_HARNESS_CASE_LOCAL_BASE_URL") {
        endpoints.add(value.into_encoded_bytes().into(), "the environment")?;
    }
    let odb = Odb::open(Path::new(&objects), hash, &OdbLimits::default())?;
    let engine = Engine::new(&endpoints);
    let limits = Limits::default();
    let found = odb.search(&SearchOptions {
        engine: &engine,
        limits: &limits,
        threads,
        skip: None,
        ask: None,
        list_clean: false,
        verify: way == "verify",
        needles_only: way == "plain",
        progress: None,
    });
    println!(
        "{:.3} s, {} objects, {} bytes, {} hits, {} gaps, {} unread",
        start.elapsed().as_secs_f64(),
        found.objects,
        found.bytes,
        found.hits.len(),
        found.gaps.len(),
        found.unread
    );
    for gap in found.gaps.iter().take(5) {
        println!("  gap: {gap}");
    }
    Ok(())
}

/// The floor of any search: every packed stream inflated once, nothing applied, nothing searched, without a line of the
/// database's own code but with its decoder. How many streams, and how many bytes came out of them; what can't be
/// inflated is left out.
fn floor(
    objects: &Path,
    hash: gix::hash::Kind,
    threads: usize,
) -> Result<(u64, u64), Box<dyn std::error::Error>> {
    let (streams, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    for file in std::fs::read_dir(objects.join("pack"))? {
        let path = file?.path();
        if path.extension().is_none_or(|ending| ending != "idx") {
            continue;
        }
        let offsets = pack::index::File::at(&path, hash)?.sorted_offsets();
        let pack = pack::data::File::at(path.with_extension("pack"), hash)?;
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    let (mut decoder, mut out) = (Decoder::new(Format::Zlib), Vec::new());
                    loop {
                        let start = next.fetch_add(64, Ordering::Relaxed);
                        let some = offsets.get(start..).unwrap_or_default();
                        for (at, offset) in some.iter().take(64).enumerate() {
                            let end = offsets.get(start + at + 1).copied();
                            let range = *offset..end.unwrap_or_else(|| pack.pack_end() as u64);
                            if let Some(len) = inflated(&pack, range, &mut decoder, &mut out) {
                                streams.fetch_add(1, Ordering::Relaxed);
                                bytes.fetch_add(len, Ordering::Relaxed);
                            }
                        }
                        if some.len() <= 64 {
                            break;
                        }
                    }
                });
            }
        });
    }
    Ok((streams.into_inner(), bytes.into_inner()))
}

/// The length of one entry's stream, inflated.
fn inflated(
    pack: &pack::data::File,
    range: std::ops::Range<u64>,
    decoder: &mut Decoder,
    out: &mut Vec<u8>,
) -> Option<u64> {
    let entry = pack.entry(range.start).ok()?;
    let input = pack.entry_slice(entry.data_offset..range.end)?;
    let size = usize::try_from(entry.decompressed_size)
        .ok()
        .filter(|_| entry.decompressed_size <= OdbLimits::default().held_bytes)?;
    // An empty stream wants room for the byte that it must not have.
    out.resize(size.max(out.len()).max(1), 0);
    decoder.reset();
    let progress = decoder.decompress(input, out.get_mut(..size.max(1))?, true).ok()?;
    (progress.output.len() == size).then_some(entry.decompressed_size)
}
