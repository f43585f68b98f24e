//! A window of a larger text of which only some is new: the rest was searched where it was new itself.
//!
//! What begins to stand there with the new bytes is found, or it is said that the window is not enough to tell.

use std::cell::RefCell;
use std::ops::Range;

use super::decode::dump;
use super::explore::Explorer;
use super::layer::{From, Layer, Origin};
use super::sift::BLOCK;
use super::triggers::Pass;
use super::{Budget, Engine, Limits};

/// What a look at a window came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// There is nothing in it.
    Clean,
    /// There is something, or it could not be searched whole: to be searched for what exactly.
    Marked,
    /// Strings or lines of it may have to be joined with others: to be looked at with so many bytes on both sides.
    Wide(usize),
    /// A run of it goes over its borders or its lines, or it holds records, an array or a container: to be
    /// searched with all around it.
    Whole,
}

/// How far from a new byte a sign may stand that shows what the byte is a part of, beside the length of a host: an
/// escape, or a line's beginning. Further away it shows what stood there before.
const BESIDE: usize = 48;

impl Engine {
    /// Looks at a window for what its `new` bytes make, which are told in order; `widened`: it is as wide as was
    /// asked for.
    #[must_use]
    pub fn look(&self, window: &[u8], new: &[Range<usize>], limits: &Limits, widened: bool) -> Look {
        if !self.searches() {
            return Look::Clean;
        }
        let host = self.compiled.matcher.cores.iter().map(|core| core.text.len()).max().unwrap_or(0);
        let reach = host + BESIDE;
        let near =
            |new: &Range<usize>| new.start.saturating_sub(reach)..(new.end + reach).min(window.len());
        let mut all: Vec<Range<usize>> = Vec::with_capacity(new.len());
        for range in new.iter().map(near) {
            match all.last_mut() {
                Some(last) if range.start <= last.end + BLOCK => last.end = range.end,
                _ => all.push(range),
            }
        }
        let budget = RefCell::new(Budget::new(limits));
        Explorer::new(&self.compiled, limits, &budget).look(window, &all, widened)
    }
}

impl Explorer<'_> {
    fn look(mut self, window: &[u8], near: &[Range<usize>], widened: bool) -> Look {
        let origin = Origin::default();
        let from = From::Stream { offset: 0, accept: (0, u64::MAX), origin: &origin, whole: false };
        let layer = Layer { bytes: window, depth: 0, from, opened: true };
        for near in near {
            self.fingerprints(&layer, near.clone());
        }
        let pass = Pass::near(self.matcher, self.pairs, window, near);
        let triggers = &pass.triggers;
        if !pass.found.is_empty() || !self.hits.is_empty() {
            return Look::Marked;
        }
        // Records and arrays are read as what they are only where they are a text of their own.
        if triggers.records || dump::is_array(window) {
            return Look::Whole;
        }
        let cut = |run: &Range<usize>| run.start == 0 || run.end == window.len();
        if !triggers.inside.is_empty() || triggers.folded || triggers.runs.iter().any(cut) {
            return Look::Whole;
        }
        if triggers.beyond > 0 && !widened {
            return Look::Wide(triggers.beyond);
        }
        self.lists(&layer, triggers);
        self.views(&layer, triggers);
        self.decoders(&layer, triggers);
        if self.hits.is_empty() && self.gaps.is_empty() { Look::Clean } else { Look::Marked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;

    fn look(window: &str, new: &str) -> Look {
        let mut endpoints = Endpoints::none();
        endpoints
            .add(zeroize::Zeroizing::new(b"http://spark9.tail4f2a.ts.net:8000/v1".to_vec()), "a test")
            .expect("a value");
        let start = window.find(new).expect("it is there");
        Engine::new(&endpoints).look(
            window.as_bytes(),
            &[start..start + new.len()],
            &Limits::default(),
            false,
        )
    }

    #[test]
    fn what_new_bytes_make_is_found() {
        assert_eq!(look("a line\nspark9.tail4f2a.ts.net:8000\n", "f2a"), Look::Marked);
        assert_eq!(look("a line\nspark9%2Etail4f2a%2Ets%2Enet:8000\n", "ts"), Look::Marked);
        assert_eq!(
            look("x = 'http:\\u002f\\u002fsp\\u0061rk9.tail4f2a.ts.net:8000'\n", "sp"),
            Look::Marked
        );
        assert_eq!(look("nothing here\nbut 100%, or 5%20 text\n", "text"), Look::Clean);
    }

    #[test]
    fn what_stood_there_before_is_not_looked_at_again() {
        let far = "words ".repeat(60);
        assert_eq!(look(&format!("sp\\u0061rk9\\u002etail4f2a.ts.net {far} new"), "new"), Look::Clean);
        assert_eq!(look(&format!("sp\\u0061rk9\\u002etail4f2a.ts.net {far} new"), "words"), Look::Marked);
    }

    #[test]
    fn a_window_that_is_not_enough_says_so() {
        assert!(matches!(look("model = \"spa\"\n  \"rk9.tai\"\n  \"l4f2a.ts.net\"", "rk9"), Look::Wide(_)));
        let line = "H4sIAAAAAAAAA8soKSkottLXT0osTtVLzs/VT0/NSy1KBACxGpSHFgAAAAaQ";
        assert_eq!(look(&format!("before\n{line}\n{line}\nafter"), line), Look::Whole);
        let record = format!("{{\"text\":\"{}\"}}", "words ".repeat(40));
        assert_eq!(look(&format!("{record}\n{{\"b\":2}}\n"), "2"), Look::Whole);
        assert_eq!(look(&format!("{{\"b\":2}}\n{record}\nmore\n"), "2"), Look::Whole);
        assert_eq!(look(&format!("{record}\nno record: 2\n"), "2"), Look::Clean);
    }
}
