//! The names in a diff, as git and diff(1) write them.

/// What a line names that stands for a whole change: of a submodule, of a file that is on one side alone, or of one
/// that is no text.
pub(super) fn told(line: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(line);
    if let Some(rest) = text.strip_prefix("Submodule ") {
        let ends = [" contains ", " (", ".."].iter().filter_map(|end| rest.find(end));
        let end = ends.min().unwrap_or(0);
        let name = rest.get(..end).unwrap_or_default();
        // The commit that the change is from stands before the dots.
        let name = if rest.get(end..).is_some_and(|rest| rest.starts_with("..")) {
            name.rsplit_once(' ').map_or("", |(name, _)| name)
        } else {
            name
        };
        return if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
    }
    if let Some((folder, name)) = text.strip_prefix("Only in ").and_then(|rest| rest.split_once(": ")) {
        return vec![without_prefix(&format!("{folder}/{name}"))];
    }
    let both = ["Binary files ", "Files "].iter().find_map(|start| text.strip_prefix(start));
    let Some(both) = both.and_then(|rest| rest.strip_suffix(" differ")) else { return Vec::new() };
    let cut = |(at, and): (usize, &str)| [both.get(..at), both.get(at + and.len()..)];
    let names =
        |sides: [Option<&str>; 2]| sides.map(|side| header_name(side.unwrap_or_default().as_bytes()));
    let cuts = both.match_indices(" and ").map(|found| names(cut(found)));
    let best = cuts.clone().find(|[old, new]| old == new).or_else(|| cuts.clone().next());
    best.into_iter().flatten().flatten().collect()
}

/// The name in `--- a/name`; none for /dev/null.
pub(super) fn header_name(rest: &[u8]) -> Option<String> {
    // Where a name holds a space, a tab ends it; diff(1) puts a time after it.
    let rest = if rest.starts_with(b"\"") { rest } else { rest.split(|byte| *byte == b'\t').next()? };
    let name = unquoted(rest);
    if name == "/dev/null" {
        return None;
    }
    Some(without_prefix(&name))
}

fn without_prefix(name: &str) -> String {
    let prefixes = ["a/", "b/", "i/", "w/", "c/", "o/"];
    prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name).to_owned()
}

/// Both names of `diff --git a/x b/x`.
pub(super) fn both_names(rest: &[u8]) -> Option<(String, String)> {
    if rest.starts_with(b"\"") {
        let end = quoted_end(rest)?;
        let old = unquoted(rest.get(..end)?);
        let new = unquoted(rest.get(end..)?.trim_ascii_start());
        return Some((without_prefix(&old), without_prefix(&new)));
    }
    // Names may hold ` b/`: of all ways to cut, the one with two equal names.
    let text = String::from_utf8_lossy(rest);
    let cut = |at: usize| -> Option<(String, String)> {
        Some((without_prefix(text.get(..at)?), without_prefix(&unquoted(text.get(at + 1..)?.as_bytes()))))
    };
    let cuts = text.match_indices(' ').filter_map(|(at, _)| cut(at));
    cuts.clone().find(|(old, new)| old == new).or_else(|| cuts.clone().next())
}

fn quoted_end(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A name as git writes it: in C quotes where it holds anything odd.
pub(super) fn unquoted(name: &[u8]) -> String {
    let name = name.trim_ascii_end();
    let Some(inner) = name.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return String::from_utf8_lossy(name).into_owned();
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                }
                out.push(u8::try_from(value & 0xff).unwrap_or_default());
            }
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'v') => out.push(11),
            Some(other) => out.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
