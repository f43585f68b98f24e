//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// A path into a document, its segments unescaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer {
    segments: Vec<String>,
}

impl Pointer {
    /// `/a/b~1c` has the segments `a` and `b/c`; the empty string points at the root.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let segments = text
            .strip_prefix('/')
            .map(|rest| rest.split('/').map(|s| s.replace("~1", "/").replace("~0", "~")).collect())
            .unwrap_or_default();
        Self { segments }
    }

    #[must_use]
    pub fn child(&self, segment: impl Into<String>) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment.into());
        Self { segments }
    }

    /// Of a pointer that ends in `*`, for each element of a list, the list's own.
    #[must_use]
    pub fn list(&self) -> Option<Self> {
        let (last, list) = self.segments.split_last()?;
        (last == "*").then(|| Self { segments: list.to_vec() })
    }

    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(String::as_str)
    }
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.segments.iter().try_for_each(|segment| write!(f, "/{}", escape_segment(segment)))
    }
}

/// One segment as it is written in a pointer.
#[must_use]
pub fn escape_segment(segment: &str) -> Cow<'_, str> {
    if segment.contains(['~', '/']) {
        Cow::Owned(segment.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(segment)
    }
}
