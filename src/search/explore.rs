//! The way through a text: needles, then every view and decoder that could show more, again and again.
//!
//! A text is a layer; what a view or decoder makes of a region of it is another layer, which knows its
//! parent. A find is led back from layer to layer to the bytes that were read, and its form is the
//! chain of what lay between. The same bytes are never explored twice; a budget bounds the rest, and
//! whatever it or the depth cuts off is a gap.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::ops::Range;

use super::decode::{Decoded, base32, base64, dump, list, patch, rows, wide};
use super::layer::{From, Layer, Seams, raw, raw_start};
use super::matcher::{Found, Matcher};
use super::sift::is_special;
use super::triggers::{Pairs, Pass, Triggers};
use super::view::{View, escape, join, records, strings, tags};
use super::{Budget, Compiled, Hit, Limits, Scan, Strength, candidates, container, fault};
use crate::endpoint::fingerprint::{Mode, Verdict};

/// The longest text that is read in other ways without a sign in it.
const SHORT: usize = 64 << 10;
/// The shortest text that may have an encoded host in pieces.
const SHORTEST_JOINED: usize = 64;
/// How long a piece of wide text may be before it is read on in another piece.
const WIDE: usize = 64 << 10;

const TOO_DEEP: &str = "not fully searched: encodings are nested deeper than the limit";

pub struct Explorer<'e> {
    pub matcher: &'e Matcher,
    pub pairs: &'e Pairs,
    pub limits: Limits,
    pub budget: &'e RefCell<Budget>,
    pub hits: Vec<Hit>,
    pub gaps: BTreeSet<String>,
    /// A decoder met the end of the text within a container: with more text there would be more.
    pub wants_more: bool,
    pub aliases: &'e [Vec<u8>],
    pub lookout: Option<&'e super::Lookout>,
    /// Of a stream that is all at hand: up to where its runs are decoded.
    pub decoded_until: usize,
    /// Of the same: up to where its numbers are.
    pub numbers_until: usize,
    /// Of the same: up to where its archives are opened.
    pub opened_until: usize,
    /// What was explored, and at which depth.
    seen: HashMap<u64, u32, BuildHasherDefault<Same>>,
}

/// Takes a hash for what it is.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Hits of one piece that are kept; more say nothing new, and are told of by a gap.
pub const MOST_HITS: usize = 20_000;

impl<'e> Explorer<'e> {
    pub fn new(parts: &'e Compiled, limits: &Limits, budget: &'e RefCell<Budget>) -> Self {
        Self {
            matcher: &parts.matcher,
            pairs: &parts.pairs,
            aliases: &parts.aliases,
            lookout: parts.lookout.as_ref(),
            decoded_until: 0,
            numbers_until: 0,
            opened_until: 0,
            limits: *limits,
            budget,
            hits: Vec::new(),
            gaps: BTreeSet::new(),
            wants_more: false,
            seen: HashMap::default(),
        }
    }

    /// Another one, which pays from the same budget and has found nothing yet.
    pub fn beside(&self) -> Self {
        Self {
            decoded_until: 0,
            numbers_until: 0,
            opened_until: 0,
            hits: Vec::new(),
            gaps: BTreeSet::new(),
            wants_more: false,
            seen: HashMap::default(),
            ..*self
        }
    }

    /// Searches the layer in `range`, and all that can be made of it.
    pub fn explore(&mut self, layer: &Layer<'_>, range: Range<usize>) {
        self.fingerprints(layer, range.clone());
        let whole = matches!(layer.from, From::Stream { whole: true, .. });
        let decoded = if whole { (self.decoded_until, self.numbers_until) } else { (0, 0) };
        let seams = Seams::of(layer);
        let pass = Pass::over(self.matcher, self.pairs, layer.bytes, range.clone(), decoded, seams);
        if whole {
            self.numbers_until = pass.numbers_until;
        }
        for found in &pass.found {
            self.report(layer, found);
        }
        self.lists(layer, &pass.triggers);
        self.packed_literals(layer);
        let own = self.own_readings(layer, &pass.triggers);
        if pass.triggers.is_empty() && own.is_empty() {
            return;
        }
        // What a decoder reads by itself is read first: lines that are joined before only hide it deeper.
        self.decoders(layer, &pass.triggers);
        self.all(layer, own);
        self.views(layer, &pass.triggers);
    }

    pub fn lists(&mut self, layer: &Layer<'_>, triggers: &Triggers) {
        for list in triggers.lists.iter().filter_map(|start| list::decoded(layer.bytes, *start)) {
            self.decoded(layer, &list);
        }
    }

    /// Hosts whose fingerprint is known. A public one fits many hosts, and weighs as little as loopback.
    pub fn fingerprints(&mut self, layer: &Layer<'_>, range: Range<usize>) {
        let Some(lookout) = self.lookout else { return };
        for host in candidates::hosts(&lookout.shapes, layer.bytes, range) {
            let text = layer.bytes.get(host.clone()).and_then(|host| std::str::from_utf8(host).ok());
            let strength = match text.map(|text| lookout.checker.check(text)) {
                Some(Verdict::Matches(Mode::Keyed)) => Strength::Strong,
                Some(Verdict::Matches(Mode::Public)) => Strength::Loopback,
                _ => continue,
            };
            let found =
                Found { start: host.start, end: host.end, form: "fingerprint", part: "host", strength };
            self.report(layer, &found);
        }
    }

    /// Readings that a short text is worth without a sign of a value in it: records of a stream, whose
    /// leaves may be pieces of anything; numbers that are bytes; and all joins of what a decoder made.
    fn own_readings(&mut self, layer: &Layer<'_>, triggers: &Triggers) -> Vec<View> {
        let text = layer.bytes;
        let mut views = Vec::new();
        if text.len() > SHORT {
            return views;
        }
        if triggers.records {
            if layer.is_joined() && layer.depth >= self.limits.depth {
                self.gap(TOO_DEEP);
            }
            views.extend(records::records(text, 0..text.len()));
            views.extend(records::halved(text));
        }
        // Records in a string of another record: their lines have to be lines first, and their marks marks.
        let has = |sign: &[u8]| memchr::memmem::find(text, sign).is_some();
        let escaped = memchr::memchr(b'\\', text).is_some();
        if escaped
            && (has(b"[\\\"") || has(b"{\\\"") && (has(b"}\\n") || has(b"[{") || has(b"data: {\\\"")))
        {
            views.push(escape::unescape(text, 0..text.len()));
        }
        if dump::is_array(text) {
            views.extend(dump::array(text, 0..text.len()).into_iter().map(|decoded| decoded.view));
        }
        // What a file is packed in says no more of it than its own lines do.
        let made = matches!(layer.from, From::View { .. }) || layer.depth > 1;
        if layer.opened && made && text.len() <= SHORT / 4 && self.may_join(text) {
            views.extend(strings::joined(text, 0..text.len()));
            views.extend(join::joined(text, 0..text.len()));
        }
        views
    }

    /// Whether lines and strings of what a decoder made may come to a value: a text that is too short for an encoded
    /// one has all characters of a host, or escapes of them.
    fn may_join(&self, text: &[u8]) -> bool {
        if text.len() >= SHORTEST_JOINED || text.iter().any(|b| is_special(*b)) {
            return true;
        }
        let mut there = 0u128;
        for byte in text {
            there |= 1u128.checked_shl(u32::from(byte.to_ascii_lowercase())).unwrap_or(0);
        }
        let is_there = |byte: &u8| there.checked_shr(u32::from(*byte)).is_none_or(|bits| bits & 1 == 1);
        self.matcher.cores.iter().any(|core| core.text.iter().all(is_there))
    }

    pub fn views(&mut self, layer: &Layer<'_>, triggers: &Triggers) {
        for region in &triggers.escapes.0 {
            let views = [escape::unescape, escape::whole].map(|view| view(layer.bytes, region.clone()));
            self.all(layer, views.into());
        }
        for region in &triggers.carets.0 {
            self.all(layer, vec![escape::carets(layer.bytes, region.clone())]);
        }
        for region in &triggers.tags.0 {
            self.all(layer, vec![tags::removed(layer.bytes, region.clone())]);
        }
        for region in &triggers.joins.0 {
            let mut views = vec![escape::unescape(layer.bytes, region.clone())];
            views.extend(strings::joined(layer.bytes, region.clone()));
            views.extend(join::joined(layer.bytes, region.clone()));
            self.all(layer, views);
        }
    }

    /// Explores what is new among the views. All are marked as seen before the first is entered, so that a
    /// find is named by the shortest way to it.
    fn all(&mut self, parent: &Layer<'_>, mut views: Vec<View>) {
        views.retain(|view| {
            view.changed() && self.is_within_depth(parent, view) && self.pays(view.bytes.len())
        });
        for view in &views {
            let from = From::View { parent, view };
            let layer = Layer { bytes: &view.bytes, depth: parent.depth_of(view), from, opened: false };
            self.explore(&layer, 0..view.bytes.len());
        }
    }

    /// Whether a view is to be explored: it is new, and no deeper than may be. One that is deeper is a gap, though
    /// not of lines that were joined once more: nearly every text has such, and they show what was there before.
    fn is_within_depth(&mut self, parent: &Layer<'_>, view: &View) -> bool {
        let deeper = parent.depth_of(view) > self.limits.depth;
        if deeper && view.joins() || !self.is_new(parent, view) {
            return false;
        }
        if deeper {
            self.gap(TOO_DEEP);
        }
        !deeper
    }

    pub fn decoders(&mut self, layer: &Layer<'_>, triggers: &Triggers) {
        let whole = matches!(layer.from, From::Stream { whole: true, .. });
        let mut done = if whole { self.decoded_until } else { 0 };
        for run in &triggers.runs {
            let run = run.start.max(done)..run.end;
            if run.len() < base64::SHORTEST {
                continue;
            }
            let decoded = dump::run(layer.bytes, run.clone())
                .or_else(|| base32::decoded(layer.bytes, run.clone()))
                .or_else(|| base64::decoded(layer.bytes, run));
            if let Some(decoded) = decoded {
                done = decoded.range.end;
                self.decoded(layer, &decoded);
            }
        }
        if whole {
            self.decoded_until = done;
        }
        for at in &triggers.wide {
            if let Some(decoded) = wide::decoded(layer.bytes, *at, WIDE) {
                self.decoded(layer, &decoded);
            }
        }
        for region in &triggers.dumps.0 {
            for read in [dump::table, dump::words, dump::cells] {
                if let Some(decoded) = read(layer.bytes, region.clone()) {
                    self.decoded(layer, &decoded);
                }
            }
        }
        for decoded in triggers.patches.iter().flat_map(|at| patch::decoded(layer.bytes, *at)) {
            self.decoded(layer, &decoded);
        }
        for dump in &triggers.rows {
            for decoded in rows::decoded(layer.bytes, dump.clone()) {
                self.decoded(layer, &decoded);
            }
        }
        self.inside_all(layer, &triggers.inside);
        for at in &triggers.inside_wide {
            self.narrowed(layer, *at);
        }
        for region in &triggers.arrays.0 {
            for decoded in dump::array(layer.bytes, region.clone()) {
                self.decoded(layer, &decoded);
            }
        }
    }

    pub fn decoded(&mut self, parent: &Layer<'_>, decoded: &Decoded) {
        let bytes = &decoded.view.bytes;
        if !self.is_within_depth(parent, &decoded.view) || !self.pays(bytes.len()) {
            return;
        }
        if let Some(kind) = container::sniff_decoded(bytes) {
            self.wants_more |= decoded.open;
            self.opened(parent, decoded, kind);
        }
        let layer = Layer {
            bytes,
            depth: parent.depth_of(&decoded.view),
            from: From::View { parent, view: &decoded.view },
            opened: true,
        };
        self.explore(&layer, 0..bytes.len());
    }

    /// Whether these bytes were not explored before at this place, or only with more around them: then less of what
    /// they hold was looked at.
    fn is_new(&mut self, parent: &Layer<'_>, view: &View) -> bool {
        let mut hasher = DefaultHasher::new();
        hasher.write(&view.bytes);
        let (start, _) = view.back(0..1.min(view.bytes.len()));
        hasher.write_u64(raw_start(parent, start.start));
        let depth = parent.depth_of(view);
        match self.seen.entry(hasher.finish()) {
            Entry::Vacant(free) => {
                free.insert(depth);
                true
            }
            Entry::Occupied(mut known) if *known.get() > depth => {
                known.insert(depth);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    fn pays(&mut self, bytes: usize) -> bool {
        let paid = self.budget.borrow_mut().take(bytes as u64);
        if !paid {
            self.gap("not fully searched: the budget for decoded bytes is spent");
        }
        paid
    }

    /// What the search came to.
    pub fn finish(mut self, bytes: u64) -> Scan {
        self.hits.sort();
        self.hits.dedup();
        Scan { hits: self.hits, gaps: self.gaps.into_iter().collect(), bytes }
    }

    /// Another window begins: what was seen may be seen again.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    pub fn gap(&mut self, why: &str) {
        self.gaps.insert(why.to_owned());
    }

    fn report(&mut self, layer: &Layer<'_>, found: &Found) {
        let text = layer.bytes.get(found.start..found.end).unwrap_or_default();
        fault::provoked(text);
        if found.strength == Strength::Weak && self.aliases.iter().any(|alias| alias.as_slice() == text) {
            return;
        }
        let Some((span, mut forms, origin)) = raw(layer, found.start..found.end) else { return };
        if self.hits.len() >= MOST_HITS {
            self.gap("not fully listed: the value stands at too many places");
            return;
        }
        let hidden =
            !forms.is_empty() && !forms.iter().all(|form| is_shown(form)) || !origin.forms.is_empty();
        let inner = if found.form == "plain" && !(forms.is_empty() && origin.forms.is_empty()) {
            ""
        } else {
            found.form
        };
        let mut chain = origin.forms.clone();
        chain.append(&mut forms);
        chain.extend(Some(inner).filter(|form| !form.is_empty()));
        self.hits.push(Hit {
            span,
            line: 0,
            line_start: 0,
            end_line: 0,
            form: chain.join(">"),
            part: found.part,
            strength: found.strength,
            container: origin.names.clone(),
            opaque: hidden,
        });
    }
}

/// Whether the rest of a line may be shown once a find in this form is replaced: it stands in one piece.
fn is_shown(form: &str) -> bool {
    matches!(form, "json-escape" | "percent" | "entity" | "backslash" | "python-repr")
}
