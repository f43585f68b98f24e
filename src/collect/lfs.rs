//! Git LFS: a file in a repository may be a few lines that name another one, kept elsewhere.
//!
//! Who copies such a file without its content has copied nothing that could be judged.

/// Why such a file says nothing.
pub const WHY: &str = "a Git LFS pointer: the file that it stands for is not here";

/// The longest file that is a pointer (git-lfs, docs/spec.md).
const LONGEST: usize = 1024;

/// Of a pointer, the SHA-256 of what it stands for, in hex: empty where it names none.
#[must_use]
pub fn pointer(bytes: &[u8]) -> Option<&str> {
    const FIRST: [&[u8]; 2] =
        [b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/"];
    if bytes.len() > LONGEST || !FIRST.iter().any(|first| bytes.starts_with(first)) {
        return None;
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let digits = text.lines().find_map(|line| line.strip_prefix("oid sha256:")).unwrap_or_default();
    let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(if is_digest { digits } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_names_what_it_stands_for() {
        let digest = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 12345\n");
        assert_eq!(pointer(text.as_bytes()), Some(digest));
        assert_eq!(pointer(b"version https://git-lfs.github.com/spec/v1\noid md5:1\n"), Some(""));
        assert_eq!(pointer(format!("see: {text}").as_bytes()), None);
        assert_eq!(pointer(format!("{text}{}", " ".repeat(LONGEST)).as_bytes()), None);
    }
}
