//! A text on the way through views, decoders and containers, and the way back to the bytes that were read.

use std::ops::Range;

use super::view::View;
use crate::text::Span;

/// Where a stream of bytes stands in the stream around it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// `None`: it is the outermost.
    pub within: Option<Span>,
    pub forms: Vec<&'static str>,
    pub names: Vec<String>,
}

pub struct Layer<'a> {
    pub bytes: &'a [u8],
    /// How many views, decoders and containers lie around it.
    pub depth: u32,
    pub from: From<'a>,
    /// A container that begins with the first byte is someone else's to open.
    pub opened: bool,
}

#[derive(Clone, Copy)]
pub enum From<'a> {
    /// A part of a stream that begins `offset` bytes into it; finds that start elsewhere than in
    /// `accept` are found with another part. `whole`: the part is all of the stream.
    Stream {
        offset: u64,
        accept: (u64, u64),
        origin: &'a Origin,
        whole: bool,
    },
    View {
        parent: &'a Layer<'a>,
        view: &'a View,
    },
}

/// Whether only decoders lie around a layer. Views of views of a text come to an end in nearly every text
/// with a few escapes, far from any value: how deep they are looked at is part of what a search promises.
/// What somebody encoded six times over is another matter, and is told.
pub fn decoded_throughout(layer: &Layer<'_>) -> bool {
    match layer.from {
        From::Stream { .. } => true,
        From::View { parent, .. } => layer.opened && decoded_throughout(parent),
    }
}

/// Where a byte of a layer stands in its stream.
pub fn raw_start(layer: &Layer<'_>, at: usize) -> u64 {
    let (mut at, mut here) = (at, layer.from);
    loop {
        match here {
            From::View { parent, view } => {
                at = view.back(at..at + 1).0.start;
                here = parent.from;
            }
            From::Stream { offset, .. } => return offset + at as u64,
        }
    }
}

/// Where a range of a layer stands in its stream, and the forms on the way, outermost
/// first. `None`: another part of the stream will find it.
pub fn raw<'a>(layer: &Layer<'a>, range: Range<usize>) -> Option<(Span, Vec<&'static str>, &'a Origin)> {
    let mut forms = Vec::new();
    let mut range = range;
    let mut here = layer.from;
    loop {
        match here {
            From::View { parent, view } => {
                let (outer, form) = view.back(range);
                range = outer;
                if !form.is_empty() {
                    forms.push(form);
                }
                here = parent.from;
            }
            From::Stream { offset, accept, origin, .. } => {
                forms.reverse();
                let start = offset + range.start as u64;
                if start < accept.0 || start >= accept.1 {
                    return None;
                }
                return Some((Span::new(start, offset + range.end as u64), forms, origin));
            }
        }
    }
}
