//! Times one way through an object database, for `benches/history.sh`.
//!
//! ```text
//! history floor|plain|all OBJECTS THREADS [sha256]
//! ```
//! The value is read from the environment variable that the built-in profile names.

#![expect(clippy::print_stdout, reason = "a measuring program prints")]

use std::path::Path;
use std::time::Instant;

use counterfoil::collect::git::odb::{Odb, OdbLimits, SearchOptions};
use counterfoil::endpoint::Endpoints;
use counterfoil::search::{Engine, Limits};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(way), Some(objects), Some(threads)) = (args.next(), args.next(), args.next()) else {
        return Err("history floor|plain|all OBJECTS THREADS [sha256]".into());
    };
    let threads: usize = threads.parse()?;
    let hash = if args.next().is_some() { gix::hash::Kind::Sha256 } else { gix::hash::Kind::Sha1 };
    let start = Instant::now();
    let odb = Odb::open(Path::new(&objects), hash, &OdbLimits::default())?;
    if way == "floor" {
        let (count, bytes) = odb.inflate_all(threads);
        println!("{:.3} s, {count} streams, {bytes} bytes", start.elapsed().as_secs_f64());
        return Ok(());
    }
    let mut endpoints = Endpoints::none();
    if let Some(value) = std::env::var_os("CTO_HARNESS_CASE_LOCAL_BASE_URL") {
        endpoints.add(value.into_encoded_bytes().into(), "the environment")?;
    }
    let engine = Engine::new(&endpoints);
    let limits = Limits::default();
    let found = odb.search(&SearchOptions {
        engine: &engine,
        limits: &limits,
        threads,
        skip: None,
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
