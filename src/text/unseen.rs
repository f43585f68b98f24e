//! Characters that show nothing of themselves.
//!
//! The search has a list of its own (`search::view::escape`): it works on bytes, and its views are made where its
//! triggers see one of just those.

/// What nobody sees: soft hyphens, joiners, fillers, marks of direction, annotations and tags, variants of the
/// character before. Who reads a text reads past them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    is_variant(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Chooses among the forms of the character before, as the coloured one of `✔️`: no less is seen with it.
fn is_variant(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character, where it is shown, does something else than to show itself: controls, breaks of lines,
/// what is none and never will be (XML refuses a text with some of these), and what nobody sees but the variants of
/// what is seen.
#[must_use]
pub fn speaks(c: char) -> bool {
    c.is_control()
        || !c.is_ascii()
            && (matches!(c, '\u{2028}' | '\u{2029}') || is_none(c) || is_invisible(c) && !is_variant(c))
}

/// Unicode's noncharacters: the last two of each plane, and 32 more.
fn is_none(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_read_past_and_may_not_be_shown() {
        for c in "\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200f}\u{202e}\u{2060}\u{206f}\u{3164}\u{feff}\u{fff9}\u{e0041}"
            .chars()
        {
            assert!(is_invisible(c) && speaks(c), "{}", c.escape_unicode());
        }
        for c in ['\u{180b}', '\u{fe0f}', '\u{e0100}'] {
            assert!(is_invisible(c) && !speaks(c), "{}", c.escape_unicode());
        }
        for c in
            "\0\n\t\u{1b}\u{9b}\u{2028}\u{2029}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}\u{fdd0}\u{fdef}".chars()
        {
            assert!(!is_invisible(c) && speaks(c), "{}", c.escape_unicode());
        }
        for c in "aü ‹✔–\u{a0}\u{fdcf}\u{fdf0}\u{fffd}\u{10000}😀".chars() {
            assert!(!is_invisible(c) && !speaks(c), "{c}");
        }
    }
}
