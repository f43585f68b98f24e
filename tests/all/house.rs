//! Holds the house to its floors: imports run downward only (see the library's documentation).

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

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

/// Who reads the disk, with what for. Evidence is opened in `collect` alone, which guards against links, pipes and
/// files that change.
const READERS: &[(&str, &str)] = &[
    ("audit/discover.rs", "what the paths of the command line are"),
    ("audit/mod.rs", "whether a folder of the command line is there"),
    ("audit/place.rs", "where links of the command line lead"),
    ("audit/walk.rs", "the names in folders"),
    ("cli/", "what is written, and the configuration"),
    ("collect/", "evidence"),
    ("endpoint/fingerprint/store.rs", "the cache of other hosts"),
    ("endpoint/local.rs", "the user's caches and their key"),
    ("endpoint/sources.rs", "files that hold the value"),
    ("profile/mod.rs", "a profile"),
    ("rule/", "rule packs and their cases"),
    ("text/careful.rs", "a file that was read before, to show it"),
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

/// A path that code names, from the crate's root on, with its line.
type Named = (usize, Vec<String>);

/// What the code of a module names with `crate::` and `super::`, in imports and elsewhere, macros too.
fn named(tokens: TokenStream, module: &[String]) -> Vec<Named> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => {
                let inner = match at.checked_sub(2).map(|before| &tokens[before..at]) {
                    Some([TokenTree::Ident(word), TokenTree::Ident(name)]) if word == "mod" => {
                        [module, &[name.to_string()]].concat()
                    }
                    _ => module.to_vec(),
                };
                found.extend(named(group.stream(), &inner));
            }
            TokenTree::Ident(word) if word == "crate" || word == "super" => {
                let begins = if word == "crate" { &[] } else { parent(module) };
                paths(&tokens, &mut at, begins, &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The paths that begin with the word at `at`, which moves behind them: one, or one for each leaf of a group.
fn paths(tokens: &[TokenTree], at: &mut usize, begins: &[String], found: &mut Vec<Named>) {
    let line = tokens[*at].span().start().line;
    let mut path = begins.to_vec();
    *at += 1;
    while is_colon(tokens.get(*at)) && is_colon(tokens.get(*at + 1)) {
        match tokens.get(*at + 2) {
            Some(TokenTree::Ident(word)) if word == "super" => path = parent(&path).to_vec(),
            Some(TokenTree::Ident(word)) => path.push(word.to_string()),
            Some(TokenTree::Group(group)) => {
                let leaves: Vec<TokenTree> = group.stream().into_iter().collect();
                for leaf in
                    leaves.split(|token| matches!(token, TokenTree::Punct(it) if it.as_char() == ','))
                {
                    if let Some(TokenTree::Ident(word)) = leaf.first() {
                        paths(leaf, &mut 0, &[&path[..], &[word.to_string()]].concat(), found);
                    }
                }
                *at += 3;
                return;
            }
            _ => break,
        }
        *at += 3;
    }
    found.push((line, path));
}

fn parent(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, parent)| parent)
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == ':')
}

fn names_in(text: &str, module: &[&str]) -> Vec<Named> {
    let module: Vec<String> = module.iter().map(ToString::to_string).collect();
    named(TokenStream::from_str(text).expect("Rust"), &module)
}

/// The files of `src` below its root, with their paths and the paths that they name.
fn modules() -> Vec<(String, Vec<Named>)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 10, "the house is somewhere else");
    let modules = files.iter().filter_map(|file| {
        let inside = file.strip_prefix(&src).expect("below src").with_extension("");
        let inside = inside.to_str().expect("a name").to_owned();
        let module: Vec<&str> = inside.split('/').filter(|part| *part != "mod").collect();
        let text = std::fs::read_to_string(file).expect("readable");
        (!["lib", "main"].contains(&module[0])).then(|| (format!("{inside}.rs"), names_in(&text, &module)))
    });
    modules.collect()
}

fn first(path: &str) -> &str {
    path.split('/').next().expect("a part")
}

#[test]
fn names_are_found_however_they_are_written() {
    let text = r#"
        use crate::{
            search::{Engine, gate::Gate},
            text,
        };
        // crate::nowhere
        pub(crate) fn f() { println!("{}", "crate::nowhere", crate::cli::out::BUFFER) }
        mod tests { use super::super::git::x; }
    "#;
    let found: Vec<String> =
        names_in(text, &["collect", "run"]).into_iter().map(|(_, path)| path.join("::")).collect();
    assert_eq!(
        found,
        ["search::Engine", "search::gate::Gate", "text", "", "cli::out::BUFFER", "collect::git::x"]
    );
}

#[test]
fn imports_run_downward_only() {
    let mut wrong = Vec::new();
    for (file, names) in modules() {
        let module = first(&file);
        for (line, name) in names.iter().filter_map(|(line, path)| Some((line, path.first()?))) {
            if name != module && floor(name) >= floor(module) {
                wrong.push(format!("{file}:{line} names crate::{name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "imports run downward only:\n{}", wrong.join("\n"));
}

#[test]
fn one_collector_does_not_import_another() {
    let mut wrong = Vec::new();
    for (file, names) in modules() {
        let Some(inside) = file.strip_prefix("collect/").filter(|inside| *inside != "mod.rs") else {
            continue;
        };
        let other = |name: &str| ["run", "sot", "git", "script"].contains(&name) && name != first(inside);
        for (line, path) in names {
            if let [collect, name, ..] = &path[..]
                && collect == "collect"
                && other(name)
            {
                wrong.push(format!("{file}:{line} names {}", path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "a collector stands alone:\n{}", wrong.join("\n"));
}

#[test]
fn the_disk_is_read_where_it_is_said() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let io = regex::Regex::new(
        r"\b(?:std|rustix)::fs\b|\bFile::open\b|\bfs::read\b|\bwalkdir::|\btempfile::|\.(?:exists|canonicalize|read_link|symlink_metadata)\(\)",
    )
    .expect("a pattern");
    let tests = regex::Regex::new(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*mod \w+").expect("a pattern");
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let inside = file.strip_prefix(&src).expect("below src").to_str().expect("a name");
        let text = std::fs::read_to_string(file).expect("readable");
        let own = tests.split(&text).next().expect("code");
        let said = READERS.iter().any(|(reader, _)| inside.starts_with(reader));
        assert!(said || !io.is_match(own), "{inside} reads the disk: say so in READERS, with what for");
    }
}
