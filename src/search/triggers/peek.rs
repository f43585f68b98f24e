//! A look at a window of a larger text: is there anything to search for, and how much around it?

use std::ops::Range;

use super::{FAR, Pairs, Pass, Triggers};
use crate::search::decode::dump;
use crate::search::matcher::Matcher;
use crate::search::view::strings;

/// What one pass over a window of a larger text says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peek {
    /// No needle, and nothing that a view or a decoder would look at: a search finds nothing.
    Clear,
    /// A needle stands in it.
    Found,
    /// To be searched with views and decoders.
    Search,
    /// Strings or lines of it may have to be joined with others: to be searched with so many bytes on both sides.
    Wide(usize),
    /// A run of it goes over its borders, or it holds records, an array or a container: to be searched with all
    /// around it.
    Whole,
}

pub fn peek(matcher: &Matcher, pairs: &Pairs, window: &[u8]) -> Peek {
    // Records and arrays are read as what they are only where they are a text of their own.
    if strings::is_records(window) || dump::is_array(window) {
        return Peek::Whole;
    }
    let pass = Pass::over(matcher, pairs, window, 0..window.len(), 0, None);
    let cut = |run: &Range<usize>| run.start == 0 || run.end == window.len();
    let Triggers { beyond, runs, inside, .. } = &pass.triggers;
    if !pass.found.is_empty() {
        Peek::Found
    } else if !inside.is_empty() || runs.iter().any(cut) {
        Peek::Whole
    } else if has_end(matcher, window) {
        Peek::Wide(FAR)
    } else if *beyond > 0 {
        Peek::Wide(*beyond)
    } else if pass.triggers.is_empty() {
        Peek::Clear
    } else {
        Peek::Search
    }
}

/// Whether the window's first or last word is a piece of a core: what is split may go on outside.
fn has_end(matcher: &Matcher, window: &[u8]) -> bool {
    let word = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let edge = window.len().min(64);
    let head = window.get(..edge).unwrap_or_default().iter().take_while(word).count();
    let tail = window.iter().rev().take(64).take_while(word).count();
    [window.get(..head), window.get(window.len() - tail..)].into_iter().flatten().any(|piece| {
        piece.len() >= 3
            && matcher.cores.iter().any(|core| {
                let folded = piece.to_ascii_lowercase();
                let from = memchr::memmem::find(&core.text, folded.get(..3).unwrap_or_default()).is_some();
                from || memchr::memmem::find(&core.text, folded.get(folded.len() - 3..).unwrap_or_default())
                    .is_some()
            })
    })
}
