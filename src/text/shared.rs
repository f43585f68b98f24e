//! Text that is held once, and of which many hold a part.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A text, or a part of one that others hold parts of too: an entry of a document, its label, its value.
#[derive(Clone, Default)]
pub struct Shared {
    whole: Arc<str>,
    /// Offsets into `whole`, on the borders of characters.
    start: u32,
    end: u32,
}

impl Shared {
    /// A part of this text: of a range that is none, nothing.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let Some(part) = self.get(range.clone()) else { return Self::default() };
        let offset = |at: usize| u32::try_from(at).ok()?.checked_add(self.start);
        match (offset(range.start), offset(range.end)) {
            (Some(start), Some(end)) => Self { whole: Arc::clone(&self.whole), start, end },
            _ => Self::from(part),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        self
    }
}

impl Deref for Shared {
    type Target = str;

    fn deref(&self) -> &str {
        // The whole of a text that is too long for its offsets has the largest end that there is.
        let end = if self.end == u32::MAX { self.whole.len() } else { self.end as usize };
        self.whole.get(self.start as usize..end).unwrap_or_default()
    }
}

impl From<&str> for Shared {
    fn from(text: &str) -> Self {
        Self { whole: Arc::from(text), start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }
}

impl From<String> for Shared {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl AsRef<str> for Shared {
    fn as_ref(&self) -> &str {
        self
    }
}

impl std::borrow::Borrow<str> for Shared {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Shared {}

impl PartialEq<str> for Shared {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Shared {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialOrd for Shared {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Shared {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl std::hash::Hash for Shared {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_is_a_part_of_the_whole() {
        let whole = Shared::from("Report status: fáil");
        let value = whole.part(15..whole.len());
        assert_eq!(value, "fáil");
        assert_eq!(value.part(1..3), "á");
        assert!(Arc::ptr_eq(&whole.whole, &value.part(1..3).whole), "nothing is copied");
        assert_eq!(value.part(2..3), "", "inside a character");
        assert_eq!(value.part(0..99), "");
    }
}
