//! Holds the house to its floors: imports run downward only (see the library's documentation).

use std::path::{Path, PathBuf};

/// Floors from the ground up. Modules of one floor do not name one another.
const FLOORS: &[&[&str]] = &[
    &["text"],
    &["endpoint", "finding"],
    &["evidence", "search", "profile"],
    &["collect", "rule"],
    &["judge"],
    &["report", "seal"],
    &["audit"],
    &["cli"],
];

fn floor(module: &str) -> usize {
    FLOORS
        .iter()
        .position(|floor| floor.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` has no floor: give it one in FLOORS"))
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(dir).expect("readable");
    let mut entries: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// Each `crate::module` that a file names, with its line.
fn imports(text: &str) -> Vec<(usize, String)> {
    let pattern = regex::Regex::new(r"\bcrate::(?:\{([^}]*)\}|([a-z_]+))").expect("a pattern");
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        for capture in pattern.captures_iter(line) {
            let names = capture.get(1).or(capture.get(2)).expect("one of both").as_str();
            let names = names.split(',').map(|name| name.trim().split(':').next().unwrap_or(""));
            found.extend(names.map(|name| (at + 1, name.to_owned())));
        }
    }
    found
}

#[test]
fn imports_run_downward_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 10, "the house is somewhere else");
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).expect("below src");
        let module = inside.components().next().expect("a part").as_os_str().to_string_lossy().into_owned();
        if module == "lib.rs" || module == "main.rs" {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("readable");
        for (line, name) in imports(&text) {
            if name != module && floor(&name) >= floor(&module) {
                wrong.push(format!("{}:{line} names crate::{name}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports run downward only:\n{}", wrong.join("\n"));
}

#[test]
fn one_collector_does_not_import_another() {
    let collect = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/collect");
    let mut files = Vec::new();
    rust_files(&collect, &mut files);
    for file in files {
        let inside = file.strip_prefix(&collect).expect("below collect");
        let own = inside.components().next().expect("a part").as_os_str().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).expect("readable");
        for other in ["run", "sot", "git", "script"].iter().filter(|kind| **kind != own && own != "mod.rs")
        {
            assert!(!text.contains(&format!("collect::{other}")), "{} imports {other}", inside.display());
        }
    }
}
