//! What a search costs: clean text, and each kind of text that views and decoders are tried on.
//!
//! `cargo bench --bench search`. With `COUNTERFOIL_FOLDER=DIR` it searches a folder once with two threads
//! instead, and prints bytes, seconds and hits: `benches/logs.sh` sets it beside ripgrep.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that can't measure must stop, and says what it measured"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use counterfoil::endpoint::Endpoints;
use counterfoil::search::{Engine, Limits};
use criterion::{Criterion, Throughput};

const VALUE: &str = "http://spark9.tail4f2a.ts.net:8000/v1";
const ADDRESS: &str = "http://100.87.214.33:8000/v1";

fn engine(values: &[&str]) -> Engine {
    let mut endpoints = Endpoints::none();
    for value in values {
        let value = zeroize::Zeroizing::new(value.as_bytes().to_vec());
        endpoints.add(value, "the benchmark").expect("a value");
    }
    Engine::new(&endpoints)
}

/// Lines of a log that hold no value, a megabyte of them; `piece` makes what is special of line `n`.
fn lines(piece: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = Vec::new();
    let mut n = 0;
    while text.len() < 1 << 20 {
        let second = n % 60;
        let line = format!(
            "2026-06-01T02:25:{second:02}.{:03}Z INFO vllm.engine req={:08x} tokens={} {}\n",
            n * 37 % 1000,
            n * 2_654_435_761 % 0xffff_ffff,
            n * 13 % 4096,
            piece(n)
        );
        text.extend_from_slice(line.as_bytes());
        n += 1;
    }
    text
}

fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("clean", lines(|n| format!("prompt throughput {} tok/s, GPU cache usage {} %", n % 911, n % 97))),
        (
            "json lines",
            lines(|n| {
                format!(r#"{{"event":"step","path":"/srv/run/{n}","ok":true,"took_ms":{}}}"#, n % 401)
            }),
        ),
        ("json in json", lines(|n| format!(r#"{{\"a\":\"b{n}\",\"c\":[1,2,\"d\\n\"]}}"#))),
        ("percent", lines(|n| format!("GET /search?q=a%20b%2Fc{n}%3Fd%3D1&e=%7B%22f%22%3A1%7D"))),
        ("ansi", lines(|n| format!("\x1b[32mINFO\x1b[0m step \x1b[1m{n}\x1b[22m of \x1b[36mloop\x1b[0m"))),
        (
            "paths and digests",
            lines(|n| {
                format!("/usr/lib/python3/site-packages/vllm/engine/async_llm_engine.py {:064x}", n * 7919)
            }),
        ),
        (
            "base64",
            lines(|n| {
                format!("eyJldmVudCI6InN0ZXAiLCJwYXRoIjoiL3Nydi9ydW4v{:04}IiwidG9vayI6MTJ9", n % 9999)
            }),
        ),
        ("box drawing", lines(|n| format!("│ step │ {n} │ ok │"))),
        ("numbers", lines(|n| format!("100, 87, {}, 33 and 10.0.{}.5 at 8000", n % 256, n % 256))),
    ]
}

fn benchmarks(criterion: &mut Criterion) {
    let one = engine(&[VALUE]);
    let two = engine(&[VALUE, ADDRESS]);
    let limits = Limits::default();
    let mut group = criterion.benchmark_group("search");
    for (name, text) in kinds() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        assert!(one.scan(&text, &limits).hits.is_empty(), "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| one.scan(black_box(&text), &limits)));
        group.bench_function(format!("{name}, two values"), |bencher| {
            bencher.iter(|| two.scan(black_box(&text), &limits));
        });
    }
    group.finish();
    let message = "the report shows `anthropic`; the route admits `qwen-local` (/srv/runs/20260601T022535Z-r1/report.json)";
    criterion.bench_function("redact a message", |bencher| bencher.iter(|| one.redact(black_box(message))));
    criterion.bench_function("compile a value", |bencher| bencher.iter(|| engine(black_box(&[VALUE]))));
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// One search of a folder, as an audit does it.
fn folder(folder: &Path) {
    let engine = engine(&[VALUE]);
    let mut all = Vec::new();
    files(folder, &mut all);
    let (next, bytes, hits, gaps) =
        (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let began = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut file = std::fs::File::open(path).expect("a file");
                    let scan = engine.scan_reader(&mut file, &Limits::default()).expect("read");
                    bytes.fetch_add(scan.bytes, Ordering::Relaxed);
                    hits.fetch_add(scan.hits.len() as u64, Ordering::Relaxed);
                    gaps.fetch_add(scan.gaps.len() as u64, Ordering::Relaxed);
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{} files, {} bytes, {seconds:.3} s, {} hits, {} gaps",
        all.len(),
        bytes.into_inner(),
        hits.into_inner(),
        gaps.into_inner()
    );
}

fn main() {
    if let Some(path) = std::env::var_os("COUNTERFOIL_FOLDER") {
        return folder(Path::new(&path));
    }
    let mut criterion = Criterion::default().configure_from_args();
    benchmarks(&mut criterion);
    criterion.final_summary();
}
