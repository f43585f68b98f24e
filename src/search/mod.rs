//! Needles in bytes: one engine for files, documents, git objects, messages and our own output.

mod budget;
pub mod container;
pub mod shapes;

pub use budget::Budget;

use crate::endpoint::Endpoints;
use crate::finding::Severity;
use crate::text::Span;

/// How much a searched piece may cost. What does not fit is a gap, never a clean piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that views and decoders may make of one file.
    pub decoded_bytes: u64,
    /// Views and decoders after one another.
    pub depth: u32,
    /// Bytes that may be held of one file at once.
    pub held_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { decoded_bytes: 256 << 20, depth: 5, held_bytes: 8 << 20 }
    }
}

/// What part of a value a hit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Evidence only near a strong hit.
    Weak,
    /// Plain loopback: no secret host, a warning.
    Loopback,
    Strong,
}

impl Strength {
    /// The word in the evidence document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Loopback => "loopback",
            Self::Strong => "strong",
        }
    }

    /// How much a finding of this strength weighs: loopback hides no host.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Strong => Severity::Error,
            Self::Weak | Self::Loopback => Severity::Warning,
        }
    }
}

/// One place where a value, or a part of it, stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// In the outermost raw bytes.
    pub span: Span,
    /// Line (from 1) on which the hit starts, and the offset of that line's first byte.
    pub line: u64,
    pub line_start: u64,
    /// The line on which it ends.
    pub end_line: u64,
    /// The chain of forms, outermost first, joined by `>`: `archive>base64-folded>json-escape`.
    pub form: String,
    /// The part that was found: `url`, `host-port`, `host`, `ip`, `tailnet`, `short-port`, `user`, `short`, `port-path`.
    pub part: &'static str,
    pub strength: Strength,
    /// The way into archives, outermost first.
    pub container: Vec<String>,
    /// Found by joining or decoding: a line range may be shown, a snippet may not.
    pub opaque: bool,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// In order of position.
    pub hits: Vec<Hit>,
    /// Why the bytes are not fully searched, in words for the reader; empty when they are.
    pub gaps: Vec<String>,
    /// Raw bytes seen.
    pub bytes: u64,
}

/// Everything that is searched for, compiled once.
pub struct Engine {
    needles: Vec<zeroize::Zeroizing<Vec<u8>>>,
}

impl Engine {
    #[must_use]
    pub fn new(endpoints: &Endpoints) -> Self {
        let needles = endpoints
            .iter()
            .map(|endpoint| zeroize::Zeroizing::new(endpoint.as_bytes().to_ascii_lowercase()))
            .collect();
        Self { needles }
    }

    /// What is searched for, as a digest under a secret key: the same for the same values. Says nothing of
    /// them to whoever lacks the key.
    #[must_use]
    pub fn identity(&self, key: &[u8; 32]) -> [u8; 32] {
        use hmac::{KeyInit as _, Mac as _};
        let Ok(mut mac) = hmac::Hmac::<sha2::Sha256>::new_from_slice(key) else { return [0; 32] };
        for needle in &self.needles {
            mac.update(&(needle.len() as u64).to_le_bytes());
            mac.update(needle);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether a value is known.
    #[must_use]
    pub fn knows_value(&self) -> bool {
        !self.needles.is_empty()
    }

    /// The names of the forms that are searched for; none where no value is known.
    #[must_use]
    pub fn forms(&self) -> &'static [&'static str] {
        if self.knows_value() { &["plain", "case"] } else { &[] }
    }

    /// Searches bytes that are all at hand.
    #[must_use]
    pub fn scan(&self, bytes: &[u8], _limits: &Limits) -> Scan {
        let folded = bytes.to_ascii_lowercase();
        let index = crate::text::LineIndex::new(bytes);
        let mut hits: Vec<Hit> = Vec::new();
        for needle in &self.needles {
            for start in memchr::memmem::find_iter(&folded, needle.as_slice()) {
                let span = Span::of(start..start + needle.len());
                let line = index.position(bytes, span.start).line;
                let line_start = index.line(bytes, line).map_or(0, |line| line.start);
                hits.push(Hit {
                    span,
                    line,
                    line_start,
                    end_line: line,
                    form: "plain".to_owned(),
                    part: "url",
                    strength: Strength::Strong,
                    container: Vec::new(),
                    opaque: false,
                });
            }
        }
        hits.sort();
        Scan { hits, gaps: Vec::new(), bytes: bytes.len() as u64 }
    }

    /// Whether a part of a text says that the whole of it has to be searched at once: a form that lies
    /// over more lines than a window of a few. Plain needles never do.
    #[must_use]
    pub fn wants_whole(&self, _bytes: &[u8]) -> bool {
        false
    }

    /// Searches a stream in bounded memory; a hit across any boundary of the reads is found.
    ///
    /// # Errors
    /// What the reader says.
    pub fn scan_reader(&self, reader: &mut dyn std::io::Read, limits: &Limits) -> std::io::Result<Scan> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        Ok(self.scan(&bytes, limits))
    }

    /// The text with every hit replaced by a placeholder of one length; `None` where nothing was found.
    #[must_use]
    pub fn redact(&self, text: &str) -> Option<Redacted> {
        let hits = self.scan(text.as_bytes(), &Limits::default()).hits;
        if hits.is_empty() {
            return None;
        }
        let mut redacted = Redacted { text: String::new(), segments: Vec::new() };
        let mut done = 0;
        for hit in hits {
            let start = usize::try_from(hit.span.start).unwrap_or(usize::MAX).max(done);
            let end = usize::try_from(hit.span.end).unwrap_or(usize::MAX).max(start);
            redacted.text.push_str(text.get(done..start).unwrap_or_default());
            let from = redacted.text.len();
            redacted.text.push_str("‹endpoint›");
            redacted.segments.push(Segment { raw: start..end, shown: from..redacted.text.len() });
            done = end;
        }
        redacted.text.push_str(text.get(done..).unwrap_or_default());
        Some(redacted)
    }

    /// Whether any form of a value stands in the bytes: the egress gate's question.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        !self.scan(bytes, &Limits::default()).hits.is_empty()
    }
}

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
