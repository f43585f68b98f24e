//! manifest.json: what it states of files, and what of it states nothing.

use crate::evidence::{Map, Node, Value};
use crate::text::Place;

/// What an artifact states of a file.
pub(super) struct Stated<'n> {
    pub path: &'n str,
    pub sha256: Option<&'n Node>,
    pub bytes: Option<&'n Node>,
}

/// The manifest's statements: a list under `files`, or a map from path to digest.
pub(super) fn stated(manifest: &Node) -> Box<dyn Iterator<Item = Stated<'_>> + '_> {
    if let Some(files) = manifest.get("files").and_then(Node::as_list) {
        return Box::new(files.iter().filter_map(|file| {
            let path = file.get("path").and_then(Node::as_str)?;
            Some(Stated { path, sha256: file.get("sha256"), bytes: file.get("bytes") })
        }));
    }
    Box::new(entries(manifest).filter_map(|(path, node)| match &node.value {
        Value::Map(_) => Some(Stated { path, sha256: node.get("sha256"), bytes: node.get("bytes") }),
        Value::String(text) if is_digest(text) => Some(Stated { path, sha256: Some(node), bytes: None }),
        _ => None,
    }))
}

/// What looks like a statement of a manifest and states nothing: pointers and places. The schema speaks of a list.
pub(super) fn not_understood(manifest: &Node) -> Vec<(String, Option<Place>)> {
    let files = manifest.get("files");
    match files.map(|files| &files.value) {
        Some(Value::List(_)) => return Vec::new(),
        Some(Value::Map(_)) | None => {}
        Some(_) => return vec![("/files".to_owned(), files.and_then(|files| files.place))],
    }
    let above = if files.is_some() { "/files" } else { "" };
    let wrong = entries(manifest).filter(|(_, node)| !states(node));
    let told = |(key, node): (&str, &Node)| {
        (format!("{above}/{}", crate::evidence::escape_segment(key)), node.place)
    };
    wrong.map(told).collect()
}

/// What of a manifest stands beside its statements.
pub(super) fn others(manifest: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let all = manifest.as_map().into_iter().flat_map(Map::iter).map(|(key, node)| (&**key, node));
    let is_list = manifest.get("files").is_some();
    all.filter(move |(key, node)| if is_list { *key != "files" } else { !states(node) })
}

fn entries(manifest: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let map = manifest.get("files").unwrap_or(manifest).as_map();
    map.into_iter().flat_map(Map::iter).map(|(path, node)| (&**path, node))
}

fn states(node: &Node) -> bool {
    let digest = |node: &Node| node.as_str().is_some_and(is_digest);
    let size = |node: &Node| node.as_i64().is_some_and(|bytes| bytes >= 0);
    match &node.value {
        Value::String(_) => digest(node),
        Value::Map(_) => {
            let (sha256, bytes) = (node.get("sha256"), node.get("bytes"));
            (sha256.is_some() || bytes.is_some()) && sha256.is_none_or(digest) && bytes.is_none_or(size)
        }
        _ => false,
    }
}

fn is_digest(text: &str) -> bool {
    let bare = text.strip_prefix("sha256:").unwrap_or(text);
    bare.len() == 64 && bare.bytes().all(|byte| byte.is_ascii_hexdigit())
}
