//! Marks that people set for "done" and for "not": they may say the same as the word beside them, or its opposite.

/// A check mark: it grants.
#[must_use]
pub fn is_tick(c: char) -> bool {
    matches!(c, '✅' | '☑' | '✔' | '✓' | '🗸')
}

/// A cross: it denies.
#[must_use]
pub fn is_cross(c: char) -> bool {
    matches!(c, '❌' | '❎' | '✖' | '✗' | '✘' | '✕' | '☒' | '🗴' | '🗵' | '🗶' | '🗷')
}

/// Asks for the coloured form of the mark before.
#[must_use]
pub fn is_coloured(c: char) -> bool {
    c == '\u{fe0f}'
}
