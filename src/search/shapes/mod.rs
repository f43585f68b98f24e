//! Shapes: what looks like a private endpoint, for audits that do not know the value.
//!
//! One scan for the few places where such a name or address can stand, then a look at what is really
//! there: the standard library parses addresses, and the surroundings decide whether it is one (a version
//! number, a range in a sentence about networks or a field of a program is none). Names and addresses
//! that are nobody's secret are exempt, and the profile can allow more.

mod judge;
mod token;

#[cfg(test)]
mod tests;

use std::io::{self, Read};

use regex::bytes::Regex;

use crate::finding::Severity;
use crate::text::{Span, pattern_of_bytes};

pub use judge::{Allowed, NotAllowable};

/// Something that looks like a private endpoint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeHit {
    pub span: Span,
    /// From 1.
    pub line: u64,
    /// The offset of the line's first byte.
    pub line_start: u64,
    pub kind: ShapeKind,
    pub severity: Severity,
}

impl ShapeHit {
    /// The same in a name: what stands there stands at no byte.
    #[must_use]
    pub fn nowhere(self) -> Self {
        Self { span: Span::default(), line: 1, line_start: 0, ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShapeKind {
    /// 100.64.0.0/10, the range that carriers and tailnets use.
    SharedAddress,
    /// `*.ts.net`.
    TailnetName,
    /// `fd7a:115c:a1e0::/48`.
    TailnetAddress,
    /// RFC 1918, with a port or in a URL.
    PrivateAddress,
    /// `fc00::/7`, with a port or in a URL.
    UniqueLocalAddress,
    /// `*.local`, `*.internal`, `*.lan`.
    LocalName,
}

impl ShapeKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SharedAddress => "shared-address",
            Self::TailnetName => "tailnet-name",
            Self::TailnetAddress => "tailnet-address",
            Self::PrivateAddress => "private-address",
            Self::UniqueLocalAddress => "unique-local-address",
            Self::LocalName => "local-name",
        }
    }

    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::SharedAddress | Self::TailnetName | Self::TailnetAddress => Severity::Error,
            Self::PrivateAddress | Self::UniqueLocalAddress | Self::LocalName => Severity::Warning,
        }
    }
}

/// Bytes on both sides of a place that decide what it is.
const AROUND: usize = 512;
const CHUNK: usize = 256 << 10;

/// Endings of a file's name that stand one behind another: `.log.gz`.
const ENDINGS: usize = 2;

/// Everything with a shape, compiled once.
#[derive(Debug, Clone)]
pub struct Shapes {
    places: Regex,
    allowed: Allowed,
}

impl Shapes {
    /// # Errors
    /// A word of the profile's `allow_shapes` that is no host, pattern or network.
    pub fn new(allow: &[String]) -> Result<Self, judge::NotAllowable> {
        let allowed = Allowed::new(allow)?;
        let places =
            r"(?i-u)100\.|10\.|192\.168\.|172\.|f[cd][0-9a-f]{2}:|\.(?:ts\.net|local|internal|lan)";
        Ok(Self { places: pattern_of_bytes(places), allowed })
    }

    /// Searches bytes that are all at hand. Hits come in order of position.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Vec<ShapeHit> {
        let mut hits = Vec::new();
        let mut lines = Lines::default();
        self.look(bytes, 0..bytes.len(), &mut |start, end, kind| {
            lines.advance(bytes, start);
            hits.push(lines.hit(start, end, kind));
        });
        hits
    }

    /// Searches the name of a file. Its ending is no part of a host, and where only that hides one it is cut; a warning
    /// may then be of anything (`settings.local.json`).
    #[must_use]
    pub fn scan_name(&self, name: &[u8]) -> Vec<ShapeHit> {
        let mut hits = self.scan(name);
        let mut cut = name;
        for _ in 0..ENDINGS {
            let Some(dot) = memchr::memrchr(b'.', cut).filter(|_| hits.is_empty()) else { break };
            cut = cut.get(..dot).unwrap_or_default();
            hits = self.scan(cut).into_iter().filter(|hit| hit.severity == Severity::Error).collect();
        }
        hits
    }

    /// Searches a stream in bounded memory.
    ///
    /// # Errors
    /// What the reader says.
    pub fn scan_reader(&self, reader: &mut dyn Read) -> io::Result<Vec<ShapeHit>> {
        let mut hits = Vec::new();
        let mut lines = Lines::default();
        let mut buffer: Vec<u8> = Vec::new();
        // Bytes of the buffer that were already searched, and stay for what stands behind them.
        let mut done = 0;
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match reader.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
            if read > 0 && buffer.len() < done + 4 * AROUND {
                continue;
            }
            let until =
                if read == 0 { buffer.len() } else { buffer.len().saturating_sub(AROUND).max(done) };
            self.look(&buffer, done..until, &mut |start, end, kind| {
                lines.advance(&buffer, start);
                hits.push(lines.hit(start, end, kind));
            });
            if read == 0 {
                return Ok(hits);
            }
            let drop = until.saturating_sub(AROUND);
            lines.advance(&buffer, drop);
            lines.forget(drop);
            buffer.drain(..drop);
            done = until - drop;
        }
    }

    /// Tells of every shape that begins in `range`, in order; the bytes around it may be looked at.
    fn look(
        &self,
        bytes: &[u8],
        range: std::ops::Range<usize>,
        tell: &mut dyn FnMut(usize, usize, ShapeKind),
    ) {
        // A name is found by its end: begin the search later, end it later.
        let mut last = range.start;
        let mut at = range.start;
        while let Some(place) = self.places.find_at(bytes, at) {
            if place.start() >= range.end.saturating_add(AROUND) {
                return;
            }
            // One byte on, not behind it: `10.` may be the end of one thing and the start of another.
            at = place.start() + 1;
            let Some((start, end, kind)) = judge::judge(bytes, place.start(), &self.allowed) else {
                continue;
            };
            if start >= last && start < range.end {
                tell(start, end, kind);
                last = end;
                at = at.max(end);
            }
        }
    }
}

/// Counts lines up to a place that only moves on.
#[derive(Default)]
struct Lines {
    /// What was dropped in front of the buffer.
    base: u64,
    at: usize,
    before: u64,
    line_start: u64,
}

impl Lines {
    fn advance(&mut self, bytes: &[u8], to: usize) {
        let passed = bytes.get(self.at..to).unwrap_or_default();
        for newline in memchr::memchr_iter(b'\n', passed) {
            self.before += 1;
            self.line_start = self.base + (self.at + newline + 1) as u64;
        }
        self.at = self.at.max(to);
    }

    fn forget(&mut self, dropped: usize) {
        self.base += dropped as u64;
        self.at = self.at.saturating_sub(dropped);
    }

    fn hit(&self, start: usize, end: usize, kind: ShapeKind) -> ShapeHit {
        ShapeHit {
            span: Span::of(start..end).shifted(self.base),
            line: self.before + 1,
            line_start: self.line_start,
            kind,
            severity: kind.severity(),
        }
    }
}
