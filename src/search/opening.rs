//! Containers that are no file of their own: in the midst of a text, or made by a decoder.

use std::ops::Range;

use super::container;
use super::decode::Decoded;
use super::explore::Explorer;
use super::layer::{From, Layer, Origin, decoded_throughout, raw};
use super::view::escape;

impl Explorer<'_> {
    /// Opens the containers that begin in the midst of a text. Each entry of a zip archive begins like an archive:
    /// the first one opens them all.
    pub fn inside_all(&mut self, layer: &Layer<'_>, places: &[usize]) {
        let whole = matches!(layer.from, From::Stream { whole: true, .. });
        let mut zip_until = if whole { self.opened_until } else { 0 };
        if layer.opened && container::sniff(layer.bytes) == Some(container::Kind::Zip) {
            zip_until = layer.bytes.len();
        }
        for at in places.iter().copied().filter(|at| *at > 0 || !layer.opened) {
            let rest = layer.bytes.get(at..).unwrap_or_default();
            if rest.starts_with(b"PK") {
                if at < zip_until {
                    continue;
                }
                zip_until =
                    memchr::memmem::find(rest, b"PK\x05\x06").map_or(layer.bytes.len(), |end| at + end);
            }
            self.inside(layer, at);
        }
        if whole {
            self.opened_until = zip_until;
        }
    }

    /// Opens what zlib packed in a literal whose escapes a view resolved. Two bytes tell it, so it is looked for only
    /// where a literal begins.
    pub fn packed_literals(&mut self, layer: &Layer<'_>) {
        let bytes = layer.bytes;
        if !matches!(layer.from, From::View { .. }) || layer.opened {
            return;
        }
        let opens = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            before.is_none_or(|b| matches!(b, b'"' | b'\'' | b'=' | b',' | b':' | b' ' | b'\n'))
        };
        for at in memchr::memchr_iter(b'x', bytes).filter(|at| opens(*at)) {
            match bytes.get(at + 1..at + 3) {
                Some([0x01 | 0x5e | 0x9c | 0xda, _]) => {
                    self.inside(layer, at);
                    self.narrowed(layer, at);
                }
                Some([0xc2, 0x9c] | [0xc3, 0x9a]) => self.narrowed(layer, at),
                _ => {}
            }
        }
    }

    /// Opens a container each byte of which was taken for a character.
    pub fn narrowed(&mut self, layer: &Layer<'_>, at: usize) {
        let view = escape::narrowed(layer.bytes, at);
        if view.changed() && container::sniff(&view.bytes).is_some() {
            let range = at..layer.bytes.len();
            self.decoded(layer, &Decoded { view, range, open: false });
        }
    }

    /// Opens a container that begins in the midst of a text.
    fn inside(&mut self, layer: &Layer<'_>, at: usize) {
        let Some(bytes) = layer.bytes.get(at..) else { return };
        let Some(kind) = container::sniff(bytes) else { return };
        let Some(origin) = origin(layer, at..layer.bytes.len(), None) else { return };
        let before = self.gaps.clone();
        self.open(kind, bytes, &origin, layer.depth);
        if self.gaps == before || self.budget.borrow().exhausted() {
            return;
        }
        // A few bytes prove little: what does not open there is none, and no gap. Nor is what a view took bytes from,
        // or what the packed bytes of another container hold, which is read as its members.
        let packed = layer.opened && container::sniff(layer.bytes).is_some();
        let read = decoded_throughout(layer) || is_written_in_escapes(layer, at);
        if packed || !read || !container::is_one(kind, bytes) {
            self.gaps = before;
        }
    }

    /// Opens a container that a decoder made.
    pub fn opened(&mut self, parent: &Layer<'_>, decoded: &Decoded, kind: container::Kind) {
        // The decoder looked at more than it read: what stands around a dump is not where the container stands.
        let (range, form) = decoded.view.back(0..decoded.view.bytes.len());
        let Some(origin) = origin(parent, range, Some(form)) else { return };
        let (bytes, depth) = (&decoded.view.bytes, parent.depth_of(&decoded.view));
        let unread = self.unread_of(kind, bytes, &origin, depth);
        // Two bytes or none prove little in a run of digits: what does not open there is a digest.
        let doubtful = matches!(kind, container::Kind::Zlib | container::Kind::Deflate);
        if !doubtful || self.budget.borrow().exhausted() {
            self.gaps.extend(unread);
        }
    }
}

/// Whether what a container begins with was made out of escapes: then nobody read it before, and no byte of it was taken
/// away.
fn is_written_in_escapes(layer: &Layer<'_>, at: usize) -> bool {
    let From::View { parent, view } = layer.from else { return false };
    !layer.opened && decoded_throughout(parent) && view.is_edited(at + 1..at + 2)
}

/// Where a container stands that is found in this part of a layer, perhaps after one more form.
fn origin(layer: &Layer<'_>, range: Range<usize>, last: Option<&'static str>) -> Option<Origin> {
    let (span, inner, around) = raw(layer, range)?;
    let forms = around.forms.iter().copied().chain(inner).chain(last).collect();
    Some(Origin { within: Some(span), forms, names: around.names.clone() })
}
