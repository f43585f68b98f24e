//! HTML in Markdown: its visible text is read as a paragraph's is, line by line; tags are cut out.
//!
//! `<h1>` to `<h6>` are headings, `<table>` is a table, `<ul>`, `<ol>`, `<li>` and `<blockquote>` hold what is
//! in them. Comments, scripts, styles, templates and preformatted text claim nothing. What a block left open
//! ends with it, so that no tag that was forgotten hides the rest of the document.

use std::ops::Range;

use super::Reader;
use crate::text::Span;

/// How far an HTML block was read.
#[derive(Default)]
pub(super) struct Html {
    within: Within,
    /// The level of the heading that is open.
    heading: Option<u8>,
    /// Lists, items and quotes that are open.
    open: usize,
    /// Whether a table's cell is open.
    cell: bool,
    /// Whether this is a block: what is struck out in it may be more than a paragraph.
    block: bool,
    /// Where the last end was found that was looked for behind a block.
    ends: Option<(&'static str, Option<usize>)>,
}

#[derive(Default, Clone, Copy)]
enum Within {
    #[default]
    Text,
    /// A tag, and the quote in it that is open.
    Tag(Option<u8>),
    /// What these characters end, in any case: a comment, which began there, or an element that is not shown.
    Hidden(&'static str, usize),
}

const COMMENT: &str = "-->";

/// What hides text up to its end: that, its beginning, and what it is called.
const HIDDEN: [(&str, &str, &str); 6] = [
    (COMMENT, "<!--", "comment"),
    ("?>", "<?", "processing instruction"),
    ("]]>", "<![CDATA[", "CDATA section"),
    ("</script", "<script", "script"),
    ("</style", "<style", "style"),
    ("</pre", "<pre", "preformatted text"),
];

impl Reader<'_> {
    pub(super) fn begin_html(&mut self) {
        self.flush(None);
        self.html.block = true;
    }

    /// What is struck out ends with its paragraph.
    pub(super) fn end_strike(&mut self) {
        if !self.html.block {
            self.struck = 0;
        }
    }

    /// A stretch of an HTML block.
    pub(super) fn html(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let start = range.start + at;
            at += match self.html.within {
                Within::Text => self.visible(rest, start),
                Within::Tag(quote) => self.rest_of_tag(rest, quote),
                Within::Hidden(end, _) => match find(rest, end) {
                    Some(found) => {
                        self.html.within = Within::Text;
                        // An element's end is a tag of its own.
                        found + if end.starts_with('<') { 0 } else { end.len() }
                    }
                    None => rest.len(),
                },
            };
        }
    }

    pub(super) fn end_html(&mut self, block: Range<usize>) {
        if let Within::Hidden(end, start) = self.html.within
            && let Some((_, begin, what)) = HIDDEN.iter().find(|(known, ..)| *known == end)
            && (end == COMMENT || !self.ends_later(end, block.end))
        {
            let start = self.source(start..start + begin.len());
            self.blocks.unclosed.push((what, Span::of(start)));
        }
        self.html.within = Within::Text;
        self.end_row();
        if self.table.is_some() {
            self.close_table();
        }
        self.html.block = false;
        self.break_off();
        for _ in 0..std::mem::take(&mut self.html.open) {
            self.close();
        }
    }

    /// Whether an element's end stands somewhere behind its block: what follows the block is shown then as text.
    fn ends_later(&mut self, end: &'static str, from: usize) -> bool {
        if let Some((known, at)) = self.html.ends
            && known == end
            && at.is_none_or(|at| at >= from)
        {
            return at.is_some();
        }
        let at = find(self.text.get(from..).unwrap_or_default(), end).map(|at| from + at);
        self.html.ends = Some((end, at));
        at.is_some()
    }

    /// A tag or a comment amid the text of a paragraph.
    pub(super) fn inline_html(&mut self, tag: &str, range: Range<usize>) {
        let Some((name, closes)) = name_of(tag) else { return };
        match name {
            name if name.eq_ignore_ascii_case("br") => self.line_break(range),
            name if is_struck(name) => self.strike(closes),
            name if name.eq_ignore_ascii_case("a") => self.anchor(tag, closes, range),
            _ => {}
        }
    }

    /// Text up to the next mark; how long it is, with that mark.
    fn visible(&mut self, rest: &str, start: usize) -> usize {
        let len = rest.find(['<', '\n', '&']).unwrap_or(rest.len());
        self.shown(rest.get(..len).unwrap_or_default(), start..start + len);
        let (mark, start) = (rest.get(len..).unwrap_or_default(), start + len);
        len + match mark.as_bytes().first() {
            Some(b'\n') => {
                self.line_break(start..start + 1);
                1
            }
            Some(b'&') => {
                let (character, length) = entity(mark).unwrap_or(('&', 1));
                self.shown(character.encode_utf8(&mut [0; 4]), start..start + length);
                length
            }
            Some(_) => self.markup(mark, start),
            None => 0,
        }
    }

    fn shown(&mut self, text: &str, range: Range<usize>) {
        if self.says() {
            let source = self.source(range);
            self.blocks.page.push(text, source);
        }
    }

    /// What begins with `<`; the length of its beginning.
    fn markup(&mut self, mark: &str, start: usize) -> usize {
        // Those that are no elements.
        if let Some((end, begin, _)) = HIDDEN.iter().take(3).find(|(_, begin, _)| mark.starts_with(begin)) {
            self.html.within = Within::Hidden(end, start);
            return begin.len();
        }
        let Some((name, closes)) = name_of(mark) else {
            if mark.starts_with("<!") {
                self.html.within = Within::Tag(None);
                return 2;
            }
            self.shown("<", start..start + 1);
            return 1;
        };
        self.html.within = Within::Tag(None);
        self.tag(name, closes, mark, start);
        1 + usize::from(closes) + name.len()
    }

    /// The length of what is left of a tag.
    fn rest_of_tag(&mut self, rest: &str, mut quote: Option<u8>) -> usize {
        for (at, byte) in rest.bytes().enumerate() {
            match (quote, byte) {
                (None, b'>') => {
                    self.html.within = Within::Text;
                    return at + 1;
                }
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
        }
        self.html.within = Within::Tag(quote);
        rest.len()
    }

    fn tag(&mut self, name: &str, closes: bool, mark: &str, start: usize) {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "br" => self.line_break(start..start + 1),
            "a" => self.anchor(mark, closes, start..start + 1),
            "script" | "style" | "template" | "pre" if !closes => {
                self.boundary(start);
                let mut ends = HIDDEN.iter().map(|(end, ..)| *end).chain(["</template"]);
                if let Some(end) = ends.find(|end| end.strip_prefix("</") == Some(&*lower)) {
                    self.html.within = Within::Hidden(end, start);
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.boundary(start);
                if !closes && !self.html.cell {
                    self.html.heading = lower.as_bytes().last().map(|digit| digit - b'0');
                }
            }
            "td" | "th" => {
                self.end_cell();
                if !closes {
                    self.break_off();
                    if self.table.is_none() {
                        self.open_table();
                    }
                    self.html.cell = true;
                }
            }
            "tr" => self.end_row(),
            "table" => {
                self.end_row();
                if closes && self.table.is_some() {
                    self.close_table();
                }
            }
            "ul" | "ol" | "li" | "blockquote" if !self.html.cell => {
                self.break_off();
                if !closes {
                    self.html.open += 1;
                    self.open(None);
                } else if self.html.open > 0 {
                    self.html.open -= 1;
                    self.close();
                }
            }
            name if is_struck(name) => self.strike(closes),
            name if is_inline(name) => {}
            _ => self.boundary(start),
        }
    }

    /// The end of a line that a tag makes.
    fn boundary(&mut self, start: usize) {
        if self.html.cell {
            self.line_break(start..start + 1);
        } else {
            self.break_off();
        }
    }

    /// Makes an entry, or a heading, of what was gathered.
    fn break_off(&mut self) {
        let level = self.html.heading.take().filter(|_| !self.blocks.page.is_empty());
        self.flush(level);
    }

    fn end_cell(&mut self) {
        if std::mem::take(&mut self.html.cell) {
            self.cell();
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if self.table.as_ref().is_some_and(super::tables::Table::has_cells) {
            self.row();
        }
    }

    fn strike(&mut self, closes: bool) {
        self.struck = if closes { self.struck.saturating_sub(1) } else { self.struck + 1 };
    }

    /// A link begins, or the last one that began ends here.
    fn anchor(&mut self, tag: &str, closes: bool, range: Range<usize>) {
        if closes {
            let end = self.base + range.end;
            if let Some(link) = self.blocks.links.last_mut() {
                link.at.end = link.at.end.max(end);
            }
        } else if let Some(to) = href(tag) {
            self.link(range, to.to_owned());
        }
    }
}

/// The name of a tag, and whether it closes an element.
fn name_of(mark: &str) -> Option<(&str, bool)> {
    let rest = mark.strip_prefix('<')?;
    let (rest, closes) = rest.strip_prefix('/').map_or((rest, false), |rest| (rest, true));
    let len = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = rest.get(..len).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    Some((name, closes))
}

fn is_struck(name: &str) -> bool {
    ["del", "s", "strike"].iter().any(|struck| name.eq_ignore_ascii_case(struck))
}

/// Elements that stand within a line.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "abbr"
            | "b"
            | "big"
            | "cite"
            | "code"
            | "em"
            | "font"
            | "i"
            | "img"
            | "input"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "tt"
            | "u"
            | "var"
    )
}

/// Where the tag of a link leads.
fn href(tag: &str) -> Option<&str> {
    let tag = tag.get(..tag.find('>')?)?;
    let rest = tag.get(find(tag, "href=")? + "href=".len()..)?;
    match rest.as_bytes().first()? {
        quote @ (b'"' | b'\'') => rest.get(1..)?.split(char::from(*quote)).next(),
        _ => rest.split_whitespace().next(),
    }
}

/// Where characters stand in a text, in any case.
fn find(text: &str, wanted: &str) -> Option<usize> {
    let mut places = text.as_bytes().windows(wanted.len());
    places.position(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The character that a text begins with that is written as an entity, and the length of that.
fn entity(text: &str) -> Option<(char, usize)> {
    let name = text.get(1..text.bytes().take(12).position(|byte| byte == b';')?)?;
    let number = |digits: &str, base| u32::from_str_radix(digits, base).ok().and_then(char::from_u32);
    let character = match (name, name.strip_prefix('#')) {
        (_, Some(digits)) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16)?,
            None => number(digits, 10)?,
        },
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        ("nbsp", _) => ' ',
        ("colon", _) => ':',
        ("ndash", _) => '–',
        ("mdash", _) => '—',
        ("bull", _) => '•',
        _ => return None,
    };
    Some((character, name.len() + 2))
}
