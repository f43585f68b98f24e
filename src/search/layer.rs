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

impl Layer<'_> {
    /// How deep what a view or decoder makes of this layer is. Lines or strings that were joined are no encoding by
    /// themselves: a folded text and what it encodes count as one. What is joined on top of them counts, so that there
    /// is an end.
    pub fn depth_of(&self, view: &View) -> u32 {
        self.depth + u32::from(!view.joins() || self.is_joined())
    }

    /// Whether it is lines or strings that were joined, as one encoding with what they hold.
    pub fn is_joined(&self) -> bool {
        matches!(self.from, From::View { parent, .. } if parent.depth == self.depth)
    }
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

/// Where lines were joined on the way to a text: the edge of a line ends a word, though the joined text does not show it.
/// No larger than a pointer: it goes along with each candidate.
#[derive(Clone, Copy)]
pub struct Seams<'a>(Option<&'a Layer<'a>>);

impl<'a> Seams<'a> {
    /// What a decoder made has lines of its own.
    pub fn of(layer: &'a Layer<'a>) -> Self {
        Self(Some(layer).filter(|layer| !layer.opened && matches!(layer.from, From::View { .. })))
    }

    /// What the text was made by, if its source is gone over too.
    pub fn view(self) -> Option<&'a View> {
        match self.0?.from {
            From::View { view, .. } => Some(view),
            From::Stream { .. } => None,
        }
    }

    /// Of a text that is looked at as it stands.
    pub const NONE: Self = Self(None);

    /// Whether lines were joined between this byte and the one before it.
    pub fn at(self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let (mut places, mut here) = ((before, at), self.0);
        while let Some(&Layer { from: From::View { parent, view }, .. }) = here {
            if view.is_seam(places.0 + 1..=places.1) {
                return true;
            }
            // Between strings that were put together other lines may have been joined.
            if view.joins_strings() {
                return false;
            }
            let (end, start) =
                (view.back(places.0..places.0 + 1).0.end, view.back(places.1..places.1 + 1).0.start);
            if end == 0 || start < end {
                return false;
            }
            (places, here) = ((end - 1, start), Self::of(parent).0);
        }
        false
    }

    /// The seams up to `reach` before and behind a place, and the start and the end of the text.
    pub fn around(self, at: usize, reach: usize, end: usize) -> (Vec<usize>, Vec<usize>) {
        let (mut before, mut behind) = (vec![0], vec![end]);
        if self.view().is_some() {
            before.extend((at.saturating_sub(reach)..=at).filter(|at| self.at(*at)));
            behind.extend((at + 1..end.min(at + reach)).filter(|at| self.at(*at)));
        }
        (before, behind)
    }
}

/// Whether only decoders lie around a layer: no byte of it was taken away, so that a container which begins in it is one
/// that somebody wrote there.
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
