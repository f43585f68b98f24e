//! Embeds the built-in rule pack: every `rules/<family>/<name>/` with its `rule.toml` and `README.md`.

#![expect(clippy::expect_used, reason = "a build that can't read its own rules must stop")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn folders(dir: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(dir).map(|entries| entries.flatten().map(|entry| entry.path()).collect());
    let mut found: Vec<PathBuf> = entries.unwrap_or_default();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("rules");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::from("pub(super) const RULES: &[(&str, &str, &str)] = &[\n");
    for family in folders(&root) {
        println!("cargo::rerun-if-changed={}", family.display());
        for rule in folders(&family).into_iter().filter(|folder| folder.join("rule.toml").exists()) {
            let id = rule.strip_prefix(&root).expect("below rules").to_string_lossy().replace('\\', "/");
            let page = rule.join("README.md");
            println!("cargo::rerun-if-changed={}", rule.join("rule.toml").display());
            println!("cargo::rerun-if-changed={}", page.display());
            let toml = rule.join("rule.toml");
            let page = if page.exists() {
                format!("include_str!({:?})", page.to_string_lossy())
            } else {
                "\"\"".to_owned()
            };
            writeln!(list, "    ({id:?}, include_str!({:?}), {page}),", toml.to_string_lossy())
                .expect("a string grows");
        }
    }
    list.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("set by cargo")).join("builtin_rules.rs");
    std::fs::write(out, list).expect("the output folder is writable");
}
