//! The plain words around a place: what of a line may be told in a finding's fingerprint.
//!
//! A waiver of one fault must not forgive the next one of its rule in the same file, so a fingerprint has to know its
//! line; and a digest of a line that holds the value is as good as the value. So only words go into it: letters alone,
//! no part of anything with a digit, a dot, a colon, a slash or an `@`, as every address and name of a host has one; none
//! that the engine redacts; of a leak none that it touches; and behind one that was found by joining or decoding nothing.

use super::show::Show;
use crate::text::{Place, Sources, Span};

/// Bytes of the line that are looked at on either side.
const AROUND: u64 = 1024;
/// Words on either side, and of the place itself: few, for in a file of one line all else is around.
const WORDS: usize = 8;
/// A longer word is rather something encoded.
const LONGEST: usize = 24;

/// The words before a place, on it and behind it, on its first line; none of the place itself where it is `secret`.
/// Empty where there are none that may be told.
#[must_use]
pub fn words_around(show: Show<'_>, sources: &Sources, place: &Place, secret: bool) -> [String; 3] {
    read(show, sources, place, secret).unwrap_or_default()
}

fn read(show: Show<'_>, sources: &Sources, place: &Place, secret: bool) -> Option<[String; 3]> {
    let source = sources.get(place.source)?;
    let from = place.span.start.saturating_sub(AROUND);
    let until = place.span.end.min(place.span.start + AROUND) + AROUND;
    let window = source.window(Span::new(from, until))?;
    let start = usize::try_from(place.span.start - from).ok()?.min(window.len());
    let end = usize::try_from(place.span.end - from).ok()?.clamp(start, window.len());
    let first = memchr::memrchr(b'\n', window.get(..start)?).map_or(0, |at| at + 1);
    let last = memchr::memchr(b'\n', window.get(start..)?).map_or(window.len(), |at| start + at);
    let end = end.min(last);
    // What goes on beyond the window is no whole word.
    let cut_before = first == 0 && from > 0;
    let cut_after = last == window.len() && until - from == window.len() as u64;
    let (before, own, after) = (window.get(first..start)?, window.get(start..end)?, window.get(end..last)?);
    let (own, after) = match (place.opaque, secret) {
        (true, _) => (&own[..0], &after[..0]),
        (false, true) => (&own[..0], after),
        (false, false) => (own, after),
    };
    let [before, own, after] = [before, own, after].map(|bytes| show.redacted_text(bytes));
    let mut before = words(&before, cut_before, true);
    before.drain(..before.len().saturating_sub(WORDS));
    let mut own = words(&own, goes_on(&window, start), goes_on(&window, end));
    own.truncate(WORDS);
    let mut after = words(&after, true, cut_after);
    after.truncate(WORDS);
    let told = [before, own, after].map(|words| words.join(" "));
    (!show.finds(&told.join(" "))).then_some(told)
}

/// Whether what stands on both sides of a byte belongs together.
fn goes_on(window: &[u8], at: usize) -> bool {
    let inside = |at: usize| window.get(at).is_some_and(|byte| is_inside(char::from(*byte)));
    at > 0 && inside(at - 1) && inside(at)
}

/// Whether a character can stand in a word, an address, a name or a path.
fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || !c.is_ascii() || "._:/@%+~-#?&\\".contains(c)
}

/// The plain words of a text. What stands at an end that is `cut` may be a part of more, and is left out.
fn words(text: &str, cut_before: bool, cut_after: bool) -> Vec<&str> {
    let at_end = |c: char| ".:/-#?&\\_".contains(c);
    let mut all: Vec<&str> = text.split(|c| !is_inside(c)).collect();
    if cut_after {
        all.pop();
    }
    if cut_before && !all.is_empty() {
        all.remove(0);
    }
    all.into_iter()
        .map(|word| word.trim_matches(at_end))
        .filter(|word| !word.is_empty() && word.len() <= LONGEST)
        .filter(|word| word.chars().all(|c| c.is_alphabetic() || c == '_' || c == '-'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;
    use crate::search::Engine;
    use crate::text::{Body, Source};

    fn around(text: &str, found: &str, secret: bool, opaque: bool) -> [String; 3] {
        let mut endpoints = Endpoints::none();
        let value = zeroize::Zeroizing::new(b"http://spark.tail4f2a.ts.net:8000/v1".to_vec());
        endpoints.add(value, "a test").expect("a value");
        let engine = Engine::new(&endpoints);
        let mut sources = Sources::default();
        let id = sources.add(Source::new("f", None, Body::Held(text.as_bytes().into())));
        let start = text.find(found).expect("there");
        let place = Place::new(id, Span::of(start..start + found.len()));
        let place = if opaque { place.opaque() } else { place };
        words_around(Show { engine: &engine }, &sources, &place, secret)
    }

    #[test]
    fn only_plain_words_of_the_line_are_told() {
        let line =
            "other line\nthe base_url=http://100.64.1.1:8000/v1 of host-a, at 17 a.b c@d (old)\nnext";
        let told = around(line, "http://100.64.1.1:8000/v1", true, false);
        assert_eq!(told, ["the base_url", "", "of host-a at old"]);
        let told = around(line, "of host-a", false, false);
        assert_eq!(told, ["the base_url", "of host-a", "at old"]);
    }

    #[test]
    fn no_piece_of_a_host_is_told() {
        for (line, found) in [
            ("to sparky.spark.tail.ts.net and on", ".ts.net"),
            ("to sparky.spark and on", "spark"),
            ("to sparky/spark-on:x and on", "spark"),
            ("to fd_ab::cd%eth and on", "::"),
        ] {
            assert_eq!(around(line, found, true, false), ["to", "", "and on"], "{line}");
        }
        let told = around("go on tail4f2a (spark.tail4f2a.ts.net) spark1", "go", false, false);
        assert!(told.iter().all(|words| !words.contains("spark") && !words.contains("tail")), "{told:?}");
    }

    #[test]
    fn behind_what_was_joined_or_decoded_nothing_is_told() {
        assert_eq!(around("key: YWJj REVG and on", "YWJj", true, true), ["key", "", ""]);
    }

    #[test]
    fn a_long_line_tells_the_words_nearest() {
        let far = "far ".repeat(3000);
        let near = "a b c d e f g h";
        let told = around(&format!("{far}{near} MARK {near} {far}"), "MARK", true, false);
        assert_eq!(told, [near, "", near]);
    }
}
