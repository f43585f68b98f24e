//! Needles in bytes: one engine for files, documents, git objects, messages and our own output.

mod boundary;
mod budget;
mod candidates;
pub mod container;
mod context;
mod decode;
mod explore;
mod fault;
pub mod gate;
mod grams;
mod layer;
mod look;
mod matcher;
mod opening;
mod redact;
mod settle;
pub mod shapes;
mod sift;
mod stream;
mod triggers;
mod trigrams;
mod value;
mod view;
mod windows;

use std::cell::RefCell;

pub use budget::Budget;
pub use redact::{Redacted, Segment};

use crate::endpoint::fingerprint::Checker;
use crate::endpoint::{Anatomy, Endpoints, Host, expand, take_apart};
use crate::finding::Severity;
use crate::text::Span;
use explore::Explorer;
use layer::Origin;
pub use look::Look;
use matcher::Matcher;
use triggers::Pairs;

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

pub use crate::endpoint::Strength;

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

/// The names of all forms, as LEAKS.md and `docs/leak-forms.md` have them.
const FORMS: &[&str] = &[
    "plain",
    "case",
    "split-fields",
    "json-escape",
    "percent",
    "entity",
    "backslash",
    "python-repr",
    "slug",
    "concatenated",
    "base64",
    "base64-folded",
    "ansi",
    "wrapped",
    "nul-separated",
    "archive",
    "sqlite",
    "utf16",
    "hex",
    "jwt",
    "data-uri",
    "ip-form",
    "base32",
    "truncated",
    "digest",
    "reversed",
    "full-width",
    "zero-width",
    "dns-wire",
];

/// Everything that is searched for, compiled once. Its memory is as secret as the value, and is zeroized.
pub struct Engine {
    compiled: Compiled,
}

struct Compiled {
    matcher: Matcher,
    pairs: Pairs,
    aliases: Vec<Vec<u8>>,
    lookout: Option<Lookout>,
    /// How many values name a host, and how many are a text that is searched for as it stands.
    named: usize,
    unnamed: usize,
}

/// What is looked for without the value.
struct Lookout {
    checker: Checker,
    shapes: shapes::Shapes,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine(‹endpoint›)")
    }
}

impl Engine {
    #[must_use]
    pub fn new(endpoints: &Endpoints) -> Self {
        Self::with_aliases(endpoints, &[])
    }

    /// `aliases`: names that documents may use freely, spelled exactly so, though a value has them as its
    /// short label.
    #[must_use]
    pub fn with_aliases(endpoints: &Endpoints, aliases: &[String]) -> Self {
        let anatomies: Vec<Anatomy> =
            endpoints.iter().filter_map(|endpoint| take_apart(endpoint.as_bytes())).collect();
        let matcher = Matcher::new(&anatomies, expand(&anatomies));
        let pairs = Pairs::new(&matcher.cores);
        let aliases = aliases.iter().map(|alias| alias.as_bytes().to_vec()).collect();
        let unnamed =
            anatomies.iter().filter(|anatomy| anatomy.host == Host::None || anatomy.is_word()).count();
        let named = anatomies.len() - unnamed;
        Self { compiled: Compiled { matcher, pairs, aliases, lookout: None, named, unnamed } }
    }

    /// Looks for hosts by their fingerprints too, in the same scan. Without any it is the same engine.
    #[must_use]
    pub fn with_fingerprints(mut self, checker: Checker) -> Self {
        if !checker.is_empty()
            && let Ok(shapes) = shapes::Shapes::new(&[])
        {
            self.compiled.lookout = Some(Lookout { checker, shapes });
        }
        self
    }

    /// How many fingerprints are looked for.
    #[must_use]
    pub fn fingerprints(&self) -> usize {
        self.compiled.lookout.as_ref().map_or(0, |lookout| lookout.checker.len())
    }

    /// Why the fingerprints could not all be looked for, as far as this engine has searched.
    #[must_use]
    pub fn fingerprint_gaps(&self) -> Vec<String> {
        self.compiled.lookout.as_ref().map(|lookout| lookout.checker.gaps()).unwrap_or_default()
    }

    /// Why hosts that were met were not compared with the fingerprints, where a pepper is at hand.
    #[must_use]
    pub fn uncompared_hosts(&self) -> Option<String> {
        self.compiled.lookout.as_ref().and_then(|lookout| lookout.checker.uncompared())
    }

    /// Keeps what was found out about hosts for the next audit.
    pub fn save_fingerprints(&self) {
        if let Some(lookout) = &self.compiled.lookout {
            lookout.checker.save();
        }
    }

    /// Whether there is anything to search for.
    fn searches(&self) -> bool {
        self.knows_value() || self.compiled.lookout.is_some()
    }

    /// What is searched for, as a digest under a secret key: the same for the same values. Says nothing of
    /// them to whoever lacks the key.
    #[must_use]
    pub fn identity(&self, key: &[u8; 32]) -> [u8; 32] {
        use hmac::{KeyInit as _, Mac as _};
        let Ok(mut mac) = hmac::Hmac::<sha2::Sha256>::new_from_slice(key) else { return [0; 32] };
        for needle in self.compiled.matcher.needles() {
            mac.update(&(needle.bytes.len() as u64).to_le_bytes());
            mac.update(&needle.bytes);
        }
        for alias in &self.compiled.aliases {
            mac.update(&(alias.len() as u64).to_le_bytes());
            mac.update(alias);
        }
        if let Some(lookout) = &self.compiled.lookout {
            mac.update(&lookout.checker.identity());
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether a value is known.
    #[must_use]
    pub fn knows_value(&self) -> bool {
        !self.compiled.matcher.is_empty()
    }

    /// Whether a value is known by its host: only then says its absence that nothing leads there.
    #[must_use]
    pub fn knows_host(&self) -> bool {
        self.compiled.named > 0
    }

    /// Why the absence of the values shows little: one of them may be a placeholder, or another secret.
    #[must_use]
    pub fn value_gap(&self) -> Option<String> {
        let what = match self.compiled.unnamed {
            0 => return None,
            1 => "an endpoint value names".to_owned(),
            some => format!("{some} endpoint values name"),
        };
        let why = "it was searched for as it stands, and the endpoint may be another";
        Some(format!("{what} no host: {why}"))
    }

    /// The names of the forms that are searched for; none where no value is known.
    #[must_use]
    pub fn forms(&self) -> &'static [&'static str] {
        if self.knows_value() { FORMS } else { &[] }
    }

    /// Searches bytes that are all at hand.
    #[must_use]
    pub fn scan(&self, bytes: &[u8], limits: &Limits) -> Scan {
        if !self.searches() {
            return Scan { bytes: bytes.len() as u64, ..Scan::default() };
        }
        let budget = RefCell::new(Budget::new(limits));
        let mut explorer = Explorer::new(&self.compiled, limits, &budget);
        explorer.slice(bytes, &Origin::default(), 0);
        explorer.finish(bytes.len() as u64)
    }

    /// Searches a stream in bounded memory; a hit across any boundary of the reads is found.
    ///
    /// # Errors
    /// What the reader says.
    pub fn scan_reader(&self, reader: &mut dyn std::io::Read, limits: &Limits) -> std::io::Result<Scan> {
        if !self.searches() {
            return Ok(Scan { bytes: std::io::copy(reader, &mut std::io::sink())?, ..Scan::default() });
        }
        let budget = RefCell::new(Budget::new(limits));
        let mut explorer = Explorer::new(&self.compiled, limits, &budget);
        let bytes = explorer.stream(reader, &Origin::default(), 0)?;
        Ok(explorer.finish(bytes))
    }

    /// Where needles stand as they are, with no view and no decoder: starts and ends, in no order.
    #[must_use]
    pub fn needles_in(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        if self.knows_value() {
            self.compiled.matcher.plain(bytes, &mut found);
        }
        found.iter().map(|found| (found.start, found.end)).collect()
    }

    /// Bytes on both sides of a change within which [`Engine::needles_in`] may say something else than before.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.compiled.matcher.reach()
    }

    /// The text with every hit replaced by a placeholder; `None` where nothing was found.
    #[must_use]
    pub fn redact(&self, text: &str) -> Option<Redacted> {
        redact::redact(self, text)
    }

    /// Whether any form of a value stands in the bytes: the egress gate's question.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        let scan = self.scan(bytes, &Limits::default());
        scan.hits.iter().any(|hit| hit.strength == Strength::Strong)
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod chains;

#[cfg(test)]
mod cases;
