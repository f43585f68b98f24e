//! An excerpt as miette shows it: cut to the terminal's width around its mark, with the numbers of the
//! evidence's own lines.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::finding::{Excerpt, Location};
use crate::report::place_name;

const TAB: &str = "    ";

/// Shown text with the name and position that stand above it.
#[derive(Debug)]
pub struct Frame {
    name: String,
    line: u64,
    column: u64,
    first_line: u64,
    text: String,
    /// Bytes of `text`; never empty where there is text.
    pub mark: std::ops::Range<usize>,
    /// Columns from the text's left edge to the middle of the mark.
    pub middle: usize,
    /// Columns that the text may take.
    pub room: usize,
}

impl Frame {
    /// `label` is the width of the label's text: room is made for it to the right of the mark.
    pub fn new(location: &Location, excerpt: Option<&Excerpt>, width: usize, label: usize) -> Self {
        let mut frame = Self {
            name: place_name(location),
            line: location.line,
            column: location.column,
            first_line: location.line,
            text: String::new(),
            mark: 0..0,
            middle: 0,
            room: width.saturating_sub(8),
        };
        if let Some(excerpt) = excerpt {
            frame.fill(excerpt, width, label);
        }
        frame
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn fill(&mut self, excerpt: &Excerpt, width: usize, label: usize) {
        let shown = Shown::new(excerpt);
        let last = excerpt.first_line + shown.text.split('\n').count() as u64;
        self.first_line = excerpt.first_line;
        // ` 12 │ `, and a column for what miette draws beside marks of several lines.
        self.room = width.saturating_sub(last.to_string().len() + 4 + 4 * usize::from(shown.spans_lines()));
        let from = shown.left_edge(self.room, label.min(28) + 5);
        (self.text, self.mark) = shown.cut(from, self.room, excerpt.first_column > 0);
        let line_start = self.text[..self.mark.start].rfind('\n').map_or(0, |at| at + 1);
        let before = self.text[line_start..self.mark.start].width();
        let marked = self.text[self.mark.clone()].lines().next().map_or(0, UnicodeWidthStr::width);
        self.middle = before + marked / 2;
    }
}

/// An excerpt's text without tabs, and with a mark that can be seen.
struct Shown {
    text: String,
    mark: std::ops::Range<usize>,
}

impl Shown {
    fn new(excerpt: &Excerpt) -> Self {
        let start = floor(&excerpt.text, excerpt.mark.start);
        let end = floor(&excerpt.text, excerpt.mark.end).max(start);
        let untab = |text: &str| text.replace('\t', TAB);
        let before = untab(&excerpt.text[..start]);
        let mut marked = untab(&excerpt.text[start..end]);
        let mut after = untab(excerpt.text[end..].trim_end_matches('\n'));
        if marked.is_empty() || marked.starts_with('\n') {
            let next = after.chars().next().filter(|c| marked.is_empty() && *c != '\n');
            let rest = after.split_off(next.map_or(0, char::len_utf8));
            marked.insert_str(0, if next.is_some() { &after } else { " " });
            after = rest;
        }
        while marked.ends_with('\n') {
            marked.pop();
            after.insert(0, '\n');
        }
        let mark = before.len()..before.len() + marked.len();
        Self { text: [before, marked, after].concat(), mark }
    }

    fn spans_lines(&self) -> bool {
        self.text[self.mark.clone()].contains('\n')
    }

    /// The column of the evidence that is shown first, so that the mark and a label of `label` columns
    /// behind its middle can be seen.
    fn left_edge(&self, room: usize, label: usize) -> usize {
        let line_start = self.text[..self.mark.start].rfind('\n').map_or(0, |at| at + 1);
        let start = self.text[line_start..self.mark.start].width();
        let marked = self.text[self.mark.clone()].lines().next().map_or(0, UnicodeWidthStr::width);
        let need = (start + marked.min(room / 2)).max(start + marked.min(room / 2) / 2 + label);
        // Two columns are kept for the signs of a cut line.
        if need + 2 <= room { 0 } else { (need + 2 - room).min(start.saturating_sub(8)) }
    }

    /// Every line's columns from `from` on, at most `room` of them; what is left out is told by `…`.
    fn cut(&self, from: usize, room: usize, already_cut: bool) -> (String, std::ops::Range<usize>) {
        let mut out = String::with_capacity(self.text.len().min(4096));
        let mut mark: (Option<usize>, Option<usize>) = (None, None);
        let mut at = 0;
        for (number, line) in self.text.split('\n').enumerate() {
            if number > 0 {
                out.push('\n');
            }
            let left = from > 0 && !line.is_empty() || number == 0 && already_cut;
            let whole = line.width() <= from + room - usize::from(left);
            let until = if whole { usize::MAX } else { from + room - 1 - usize::from(left) };
            if left {
                out.push('…');
            }
            let mut column = 0;
            for (index, c) in line.char_indices() {
                let shown = column >= from && column + c.width().unwrap_or(0) <= until;
                self.note(at + index, &mut mark, out.len());
                if shown {
                    out.push(c);
                }
                column += c.width().unwrap_or(0);
            }
            self.note(at + line.len(), &mut mark, out.len());
            if !whole {
                out.push('…');
            }
            at += line.len() + 1;
        }
        let start = mark.0.unwrap_or(0);
        let mut end = mark.1.unwrap_or(out.len()).max(start);
        if end == start {
            // The whole mark was cut away: point at the sign that says so.
            end = out[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        }
        (out, start..end)
    }

    fn note(&self, at: usize, mark: &mut (Option<usize>, Option<usize>), shown: usize) {
        if at == self.mark.start {
            mark.0 = Some(shown);
        }
        if at == self.mark.end {
            mark.1 = Some(shown);
        }
    }
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl SourceCode for Frame {
    /// The whole text for any span: an excerpt was chosen when the finding was made. Asked without
    /// context, miette wants the position for the line above the text: the evidence's own.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let heading = self.text.is_empty() || (context_lines_before == 0 && context_lines_after == 0);
        let (line, column) = if heading { (self.line, self.column) } else { (self.first_line, 1) };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            index(line),
            index(column),
            self.text.split('\n').count(),
        )))
    }
}

/// miette counts from 0.
fn index(number: u64) -> usize {
    usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, marked: &str) -> Excerpt {
        let start = text.find(marked).expect("marked text");
        Excerpt { first_line: 7, first_column: 0, text: text.to_owned(), mark: start..start + marked.len() }
    }

    fn frame(text: &str, marked: &str, width: usize) -> Frame {
        Frame::new(&Location::default(), Some(&excerpt(text, marked)), width, 20)
    }

    #[test]
    fn what_fits_is_not_cut() {
        let frame = frame("a\n\tb = HERE\nc", "HERE", 60);
        assert_eq!(frame.text, "a\n    b = HERE\nc");
        assert_eq!(&frame.text[frame.mark.clone()], "HERE");
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark_at_every_width() {
        let line = format!("{}HERE{}", "left ".repeat(100), " right".repeat(100));
        let text = format!("short\n{line}\n{}", "x".repeat(300));
        for width in 60..=200 {
            let frame = frame(&text, "HERE", width);
            assert_eq!(&frame.text[frame.mark.clone()], "HERE", "{width}");
            for line in frame.text.lines() {
                assert!(line.width() <= frame.room, "{width}: {line}");
            }
            assert!(frame.middle + 20 < frame.room, "{width}: room for the label");
        }
    }

    #[test]
    fn a_mark_wider_than_the_room_begins_where_it_begins() {
        let frame = frame(&format!("say {} end", "HERE".repeat(100)), &"HERE".repeat(100), 60);
        assert!(frame.text.starts_with("say HERE") && frame.text.ends_with('…'), "{}", frame.text);
        assert_eq!(frame.mark.start, 4);
    }

    #[test]
    fn an_empty_mark_can_be_seen() {
        for (text, at, shown) in [("ab", 1, "b"), ("ab\ncd", 2, " "), ("", 0, " "), ("ab\n", 3, " ")] {
            let excerpt = Excerpt { first_line: 1, first_column: 0, text: text.to_owned(), mark: at..at };
            let frame = Frame::new(&Location::default(), Some(&excerpt), 80, 0);
            assert_eq!(&frame.text[frame.mark.clone()], shown, "{text:?}");
        }
    }
}
