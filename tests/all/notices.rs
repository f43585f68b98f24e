//! What is linked into the binary, and under which licence: told by cargo and by the packages themselves, so that no
//! list goes stale. `UPDATE_DOCS=1 cargo test --test all notices` writes both files, which the wheel holds too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::docs::{held, root};

/// The packages that are linked into the binary, by name and version.
fn linked() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let node = |id: &str| nodes.iter().find(|node| node["id"] == id).expect("a node");
    let mut next = vec![metadata["resolve"]["root"].as_str().expect("a root")];
    let mut linked = BTreeSet::new();
    while let Some(id) = next.pop() {
        if !linked.insert(id) {
            continue;
        }
        for dependency in node(id)["deps"].as_array().expect("dependencies") {
            let kinds = dependency["dep_kinds"].as_array().expect("kinds");
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                next.push(dependency["pkg"].as_str().expect("an id"));
            }
        }
    }
    let packages = metadata["packages"].as_array().expect("packages");
    let foreign =
        |package: &&Value| package["source"].is_string() && linked.contains(word(package, "id").as_str());
    let mut packages: Vec<Value> = packages.iter().filter(foreign).cloned().collect();
    packages.sort_by_key(|package| (word(package, "name"), word(package, "version")));
    packages
}

fn word(package: &Value, key: &str) -> String {
    package[key].as_str().unwrap_or("see its package").to_owned()
}

#[test]
fn the_notices_name_every_crate_that_is_built_in() {
    let mut text = String::from(
        "# Third-party notices\n\nCrates that are built into counterfoil, made from cargo's own metadata; their licences' texts are in \
         [third-party-licences.txt](third-party-licences.txt).\n\n| crate | version | licence |\n| --- | --- | --- |\n",
    );
    for package in linked() {
        let [name, version, licence] = ["name", "version", "license"].map(|key| word(&package, key));
        text += &format!("| {name} | {version} | {licence} |\n");
    }
    held(&root().join("docs/third-party.md"), &text);
}

#[test]
fn the_licences_of_every_crate_are_at_hand() {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in linked() {
        let [name, version, licence] = ["name", "version", "license"].map(|key| word(&package, key));
        let folder = PathBuf::from(word(&package, "manifest_path"));
        let mut own = licence_texts(folder.parent().expect("a folder"), &licence);
        if own.is_empty() {
            own.push(format!("{licence} (the package names its licence, and holds no text of it)"));
        }
        for text in own {
            texts.entry(text).or_default().push(format!("{name} {version}"));
        }
    }
    let mut parts: Vec<(Vec<String>, String)> =
        texts.into_iter().map(|(text, names)| (names, text)).collect();
    parts.sort();
    let mut all = String::from(
        "The licences of what is built into counterfoil: crates, and the text that they come under.\n",
    );
    for (names, text) in parts {
        all += &format!("\n{}\n{}\n\n{text}\n", "=".repeat(80), names.join(", "));
    }
    held(&root().join("docs/third-party-licences.txt"), &all);
}

/// The texts that a package comes with: of a choice that has MIT in it, only that one.
fn licence_texts(folder: &Path, licence: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder)
        .expect("the package is here")
        .map(|entry| entry.expect("an entry").path());
    let upper = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let is_text = |path: &PathBuf| {
        path.is_file()
            && ["LICEN", "COPYING", "UNLICENSE", "NOTICE"].iter().any(|word| upper(path).starts_with(word))
    };
    let mut files: Vec<PathBuf> = files.filter(is_text).collect();
    files.sort();
    if licence.contains("MIT") && files.iter().any(|path| upper(path).contains("MIT")) {
        files.retain(|path| upper(path).contains("MIT") || upper(path).starts_with("NOTICE"));
    }
    let text = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("readable");
        let text = String::from_utf8_lossy(&bytes).replace('\r', "");
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
    };
    files.iter().map(text).filter(|text| !text.is_empty()).collect()
}
