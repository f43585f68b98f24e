//! What of all finds is told: lines are counted, lesser finds give way, weak ones need company.

use super::layer::Origin;
use super::{Hit, Strength};
use crate::text::Span;

/// A weak part is evidence only this near to a strong one, in lines.
const NEAR: u64 = 3;

/// Counts lines along a stream.
pub struct Lines {
    /// The place up to which lines are counted, the line that it is on and that line's first byte.
    at: u64,
    line: u64,
    start: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { at: 0, line: 1, start: 0 }
    }
}

impl Lines {
    /// Gives the hits from `first` on their lines; `window` begins `offset` bytes into the stream, and is
    /// counted up to its byte `to`. Hits that begin later keep their turn: how many of the last they are.
    pub fn number(
        &mut self,
        hits: &mut Vec<Hit>,
        first: usize,
        window: &[u8],
        offset: u64,
        to: usize,
    ) -> usize {
        reduce(hits, first);
        let end = if to == window.len() { u64::MAX } else { offset + to as u64 };
        let now = hits.iter().skip(first).take_while(|hit| hit.span.start < end).count();
        let mut later = hits.split_off((first + now).min(hits.len()));
        for hit in hits.iter_mut().skip(first).filter(|hit| hit.line == 0) {
            self.advance(window, offset, hit.span.start);
            (hit.line, hit.line_start) = (self.line, self.start);
            let inside = slice(window, offset, hit.span.start, hit.span.end.saturating_sub(1));
            hit.end_line = hit.line + memchr::memchr_iter(b'\n', inside).count() as u64;
        }
        self.advance(window, offset, offset + to as u64);
        let line = self.line;
        drop_lonely(hits, first, line);
        let waiting = later.len();
        hits.append(&mut later);
        waiting
    }

    fn advance(&mut self, window: &[u8], offset: u64, to: u64) {
        if to <= self.at {
            return;
        }
        let passed = slice(window, offset, self.at, to);
        let count = memchr::memchr_iter(b'\n', passed).count() as u64;
        if count > 0 {
            let last = memchr::memrchr(b'\n', passed).unwrap_or(0);
            self.start = self.at + last as u64 + 1;
            self.line += count;
        }
        self.at = to;
    }
}

fn slice(window: &[u8], offset: u64, from: u64, to: u64) -> &[u8] {
    let index =
        |at: u64| usize::try_from(at.saturating_sub(offset)).unwrap_or(usize::MAX).min(window.len());
    window.get(index(from)..index(to).max(index(from))).unwrap_or_default()
}

/// Ends a piece: its finds from `first` on are settled, and stand where the piece stands.
pub fn piece(hits: &mut Vec<Hit>, first: usize, origin: &Origin) {
    reduce(hits, first);
    drop_lonely(hits, first, u64::MAX);
    for hit in hits.iter_mut().skip(first) {
        match origin.within {
            Some(within) => {
                hit.span = within;
                (hit.line, hit.line_start, hit.end_line) = (0, 0, 0);
                hit.opaque = true;
            }
            // A container at the root begins on the first line; its lines are not those of its members.
            None if hit.line == 0 => (hit.line, hit.line_start, hit.end_line) = (1, 0, 1),
            None => {}
        }
    }
}

/// Takes out every find that lies within another of at least its strength; of equals, the plainest stays.
fn reduce(hits: &mut Vec<Hit>, first: usize) {
    let mut new = hits.split_off(first.min(hits.len()));
    new.sort_by(|a, b| {
        let key =
            |hit: &Hit| (hit.span.start, std::cmp::Reverse(hit.span.end), std::cmp::Reverse(hit.strength));
        // An escape that was resolved tells more than labels with something between them.
        let rank = |hit: &Hit| (hit.form.ends_with("slug"), hit.form.len());
        key(a).cmp(&key(b)).then_with(|| rank(a).cmp(&rank(b))).then_with(|| a.cmp(b))
    });
    let mut kept: Vec<Hit> = Vec::with_capacity(new.len());
    for hit in new {
        let covers = |big: &Hit| {
            big.container == hit.container
                && big.span.start <= hit.span.start
                && hit.span.end <= big.span.end
                && hit.strength <= big.strength
                && is_alike(big, &hit)
        };
        if !kept.iter().rev().take(16).any(covers) {
            kept.push(hit);
        }
    }
    drop_shifted(&mut kept);
    hits.append(&mut kept);
}

/// Takes out what was read of a text in UTF-16 from the byte before it: ASCII between two of its characters looks alike
/// in both orders. Text begins at an even place.
fn drop_shifted(hits: &mut Vec<Hit>) {
    let is_wide = |hit: &&Hit| hit.form == "utf16";
    let even = |hit: &&Hit| is_wide(hit) && hit.span.start.is_multiple_of(2);
    let places: Vec<_> = hits.iter().filter(even).map(|hit| (hit.span, hit.container.clone())).collect();
    hits.retain(|hit| {
        let until = places.partition_point(|(span, _)| span.start < hit.span.end);
        let mut before = places.get(..until).unwrap_or_default().iter().rev().take(16);
        let overlaps = |(span, container): &(Span, Vec<String>)| {
            hit.span.start < span.end && *container == hit.container
        };
        !is_wide(&hit) || even(&hit) || !before.any(overlaps)
    });
}

/// A find that was joined out of distant pieces does not swallow one of another form that stands inside it
/// in one piece, and what a container holds does not swallow what stands in its raw bytes.
fn is_alike(big: &Hit, small: &Hit) -> bool {
    big.form == small.form || (big.span.len() <= 512 && (big.line == 0) == (small.line == 0))
}

/// Takes out weak finds that have no strong one nearby; one near `end`, where more may follow, stays.
fn drop_lonely(hits: &mut Vec<Hit>, first: usize, end: u64) {
    if !hits.iter().skip(first).any(|hit| hit.strength == Strength::Weak) {
        return;
    }
    let mut strong: Vec<(u64, u64)> = hits
        .iter()
        .filter(|hit| hit.strength == Strength::Strong && hit.line > 0)
        .map(|hit| (hit.line.saturating_sub(NEAR), hit.end_line.saturating_add(NEAR)))
        .collect();
    strong.sort_unstable();
    // The farthest end of all that begin so early.
    let mut farthest = 0;
    for range in &mut strong {
        farthest = farthest.max(range.1);
        range.1 = farthest;
    }
    let near = |line: u64| {
        let before = strong.partition_point(|range| range.0 <= line);
        before.checked_sub(1).and_then(|last| strong.get(last)).is_some_and(|range| line <= range.1)
    };
    let mut number = 0;
    hits.retain(|hit| {
        number += 1;
        if number <= first || hit.strength != Strength::Weak {
            return true;
        }
        let open = end != u64::MAX && hit.line.saturating_add(NEAR) >= end;
        open || near(hit.line)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn hit(span: (u64, u64), line: u64, form: &str, strength: Strength) -> Hit {
        Hit {
            span: Span::new(span.0, span.1),
            line,
            line_start: 0,
            end_line: line,
            form: form.to_owned(),
            part: "url",
            strength,
            container: Vec::new(),
            opaque: false,
        }
    }

    #[test]
    fn weak_finds_stay_near_strong_ones_only() {
        let mut hits = vec![
            hit((0, 5), 1, "plain", Strength::Weak),
            hit((50, 60), 4, "plain", Strength::Strong),
            hit((90, 95), 8, "plain", Strength::Weak),
        ];
        piece(&mut hits, 0, &Origin::default());
        let lines: Vec<u64> = hits.iter().map(|hit| hit.line).collect();
        assert_eq!(lines, [1, 4]);
    }

    #[test]
    fn the_widest_of_nested_finds_is_told() {
        let mut hits = vec![
            hit((7, 20), 1, "plain", Strength::Strong),
            hit((0, 30), 1, "json-escape", Strength::Strong),
            hit((40, 50), 1, "plain", Strength::Strong),
        ];
        piece(&mut hits, 0, &Origin::default());
        assert_eq!(hits.len(), 2);
        assert_eq!(hits[0].form, "json-escape");
    }
}
