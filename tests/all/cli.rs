//! The program as its users start it: arguments and environment in, JSON and an exit code out.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::program::{self, VARIABLE};

/// `counterfoil` with these arguments, in the repository's root, with the endpoint value or without it.
pub fn counterfoil(arguments: &[&str], endpoint: Option<&str>) -> Output {
    let mut command = program::counterfoil(arguments);
    if let Some(value) = endpoint {
        command.env(VARIABLE, value);
    }
    command.output().expect("counterfoil starts")
}

/// The JSON document of an audit, and its exit code.
pub fn audit(path: &Path, endpoint: &str) -> (Value, i32) {
    let path = path.to_str().expect("a plain path");
    let output = counterfoil(&["audit", path, "--format", "json"], Some(endpoint));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {told}"));
    (document, output.status.code().expect("an exit code"))
}

/// The ids of the rules that fired on what lies under `prefix`, each once, in order.
pub fn rules_under(document: &Value, prefix: &str) -> Vec<String> {
    let findings = document["findings"].as_array().expect("a list");
    let inside =
        |finding: &&Value| finding["location"]["path"].as_str().expect("a path").starts_with(prefix);
    let mut rules: Vec<String> = findings
        .iter()
        .filter(inside)
        .map(|finding| finding["rule"].as_str().expect("an id").to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    rules
}
