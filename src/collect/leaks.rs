//! A hit of the search as a fact of the evidence document, the same for every collector.

use crate::evidence::Map;
use crate::search::Hit;

/// Of a digest of the value: which one; `None` for the value itself. The search names the algorithm in the
/// form (`digest-sha256`) or as the part.
#[must_use]
pub fn algorithm(hit: &Hit) -> Option<&str> {
    let last = hit.form.rsplit('>').next()?.strip_prefix("digest")?;
    let named = last.trim_start_matches([':', '-', '(']).trim_end_matches(')');
    Some(if named.is_empty() { hit.part } else { named })
}

/// `{surface, path, form, part, strength, severity, where}`, and `algorithm` of a digest. `position` is
/// `content` or `path`.
#[must_use]
pub fn fact(hit: &Hit, surface: &str, path: &str, position: &str) -> Map {
    let mut fact = Map::new();
    fact.insert("surface", surface);
    fact.insert("path", path);
    fact.insert("form", hit.form.as_str());
    fact.insert("part", hit.part);
    fact.insert("strength", hit.strength.as_str());
    fact.insert("severity", hit.strength.severity().as_str());
    fact.insert("where", position);
    if let Some(algorithm) = algorithm(hit) {
        fact.insert("algorithm", algorithm);
    }
    fact
}
