//! Text without the value: every hit gives way to a placeholder that tells nothing of its length.

use std::ops::Range;

use super::{Engine, Hit, Limits};

/// Rounds of replacing until nothing is found: a placeholder may bring pieces together.
const ROUNDS: usize = 4;

/// A text without the value, and where its placeholders stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    pub text: String,
    pub segments: Vec<Segment>,
}

/// Bytes of the raw text and the bytes of the redacted text that stand for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub raw: std::ops::Range<usize>,
    pub shown: std::ops::Range<usize>,
}

impl Redacted {
    /// Where a byte of the raw text stands in the redacted one; a byte inside a placeholder's raw text
    /// is the placeholder's start.
    #[must_use]
    pub fn offset(&self, raw: usize) -> usize {
        let mut shift = 0;
        for segment in &self.segments {
            if raw < segment.raw.start {
                break;
            }
            if raw < segment.raw.end {
                return segment.shown.start;
            }
            shift = segment.shown.end.wrapping_sub(segment.raw.end);
        }
        raw.wrapping_add(shift)
    }
}

/// A range of the raw text that must go, and what stands in its place.
struct Cut {
    start: usize,
    end: usize,
    placeholder: &'static str,
}

pub fn redact(engine: &Engine, text: &str) -> Option<Redacted> {
    let mut cuts = cuts(engine, text);
    if cuts.is_empty() {
        return None;
    }
    let mut redacted = replaced(text, &cuts);
    for _ in 0..ROUNDS {
        if !engine.finds(redacted.text.as_bytes()) {
            return Some(redacted);
        }
        // What is found now lies over placeholders: the raw text between them goes as well.
        let more: Vec<Cut> = self::cuts(engine, &redacted.text)
            .into_iter()
            .map(|cut| Cut {
                start: redacted.raw(cut.start, false),
                end: redacted.raw(cut.end, true),
                placeholder: ENCODED,
            })
            .collect();
        cuts = merged(cuts.into_iter().chain(more).collect(), text);
        redacted = replaced(text, &cuts);
    }
    if engine.finds(redacted.text.as_bytes()) {
        redacted = replaced(text, &[Cut { start: 0, end: text.len(), placeholder: ENCODED }]);
    }
    Some(redacted)
}

const WHOLE: &str = "‹endpoint›";
const HOST: &str = "‹endpoint:host›";
const ENCODED: &str = "‹endpoint:encoded›";

fn placeholder(hit: &Hit) -> &'static str {
    match (hit.form.as_str(), hit.part) {
        ("plain" | "case" | "nul-separated", "url" | "host-port") => WHOLE,
        ("plain" | "case" | "nul-separated" | "split-fields", _) => HOST,
        _ => ENCODED,
    }
}

fn cuts(engine: &Engine, text: &str) -> Vec<Cut> {
    let scan = engine.scan(text.as_bytes(), &Limits::default());
    let cut = |hit: &Hit| {
        let start = usize::try_from(hit.span.start).unwrap_or(0);
        let end = usize::try_from(hit.span.end).unwrap_or(usize::MAX);
        let range = if hit.part == DIGEST { whole_digest(text.as_bytes(), start..end) } else { start..end };
        Cut { start: range.start, end: range.end, placeholder: placeholder(hit) }
    };
    let mut cuts: Vec<Cut> = scan.hits.iter().map(cut).collect();
    // What is another host's name for the search shows this one all the same.
    let longer = engine.compiled.matcher.within_labels(text.as_bytes());
    cuts.extend(longer.into_iter().map(|(start, end)| Cut { start, end, placeholder: HOST }));
    if !scan.gaps.is_empty() {
        // What could not be searched is not shown.
        cuts.push(Cut { start: 0, end: text.len(), placeholder: ENCODED });
    }
    merged(cuts, text)
}

const DIGEST: &str = "digest";

/// A digest is known by its first digits, and the others tell as much: all of the run goes, and so do the folders
/// before it that are named by its beginning (`05/6c/056c…`).
fn whole_digest(text: &[u8], found: Range<usize>) -> Range<usize> {
    let digits = text.get(found.clone()).unwrap_or_default();
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let goes_on = |byte: &&u8| {
        byte.is_ascii_hexdigit()
            || !is_hex && (byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-'))
    };
    let after = text.get(found.end..).unwrap_or_default().iter().take_while(goes_on).count();
    let mut start = found.start;
    for folders in [2, 1] {
        let names: Vec<u8> =
            digits.chunks(2).take(folders).flat_map(|name| [name, b"/"].concat()).collect();
        if text.get(..found.start).is_some_and(|before| before.ends_with(&names)) {
            start = found.start - names.len();
            break;
        }
    }
    start..found.end + after
}

/// In order, apart from one another, and on the borders of characters.
fn merged(mut cuts: Vec<Cut>, text: &str) -> Vec<Cut> {
    cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
    let mut all: Vec<Cut> = Vec::new();
    for mut cut in cuts {
        cut.start = text.floor_char_boundary(cut.start.min(text.len()));
        cut.end = text.ceil_char_boundary(cut.end.clamp(cut.start, text.len()));
        match all.last_mut() {
            Some(last) if cut.start < last.end || cut.start == last.end && cut.start > 0 => {
                if cut.end > last.end {
                    last.end = cut.end;
                    last.placeholder = ENCODED;
                }
            }
            _ => all.push(cut),
        }
    }
    all.retain(|cut| cut.end > cut.start);
    all
}

fn replaced(text: &str, cuts: &[Cut]) -> Redacted {
    let mut redacted = Redacted { text: String::with_capacity(text.len()), segments: Vec::new() };
    let mut done = 0;
    for cut in cuts {
        redacted.text.push_str(text.get(done..cut.start).unwrap_or_default());
        let from = redacted.text.len();
        redacted.text.push_str(cut.placeholder);
        redacted.segments.push(Segment { raw: cut.start..cut.end, shown: from..redacted.text.len() });
        done = cut.end;
    }
    redacted.text.push_str(text.get(done..).unwrap_or_default());
    redacted
}

impl Redacted {
    /// Where a byte of the redacted text stood in the raw one.
    fn raw(&self, shown: usize, end: bool) -> usize {
        let mut shift = 0;
        for segment in &self.segments {
            if shown < segment.shown.start || end && shown == segment.shown.start {
                break;
            }
            if shown < segment.shown.end || end && shown == segment.shown.end {
                return if end { segment.raw.end } else { segment.raw.start };
            }
            shift = segment.raw.end.wrapping_sub(segment.shown.end);
        }
        shown.wrapping_add(shift)
    }
}
