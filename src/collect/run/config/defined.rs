//! What a configuration in HCL calls by a name that it defines itself: `var.model`, `local.model`.
//!
//! A variable counts as its default, as one of the shell does; what is given for it elsewhere stands elsewhere. Two
//! definitions of one name, and a value that is put together, tell nothing: then the line that names it is a gap.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

use super::comments::Comments;
use crate::collect::run::facts::Piece;
use crate::collect::run::lines::{Block, Line};
use crate::text::{Place, SourceId, Span, pattern_of_bytes};

/// A text that is given to a name.
pub(super) struct Definition {
    pub value: String,
    span: Span,
    /// The number of its line, and where that begins.
    line: (u64, u64),
}

impl Definition {
    pub fn place(&self, source: SourceId) -> Place {
        Place::on_line(source, self.span, self.line.0, self.line.1)
    }

    fn of(found: &Captures<'_>, line: &Line<'_>) -> Option<Self> {
        let value = found.name("value")?;
        let span = Span::of(value.range()).shifted(line.offset);
        let value = std::str::from_utf8(value.as_bytes()).ok()?.to_owned();
        Some(Self { value, span, line: (line.number, line.offset) })
    }
}

/// The names that a file defines; none of one that it defines twice, or not by a text.
#[derive(Default)]
pub(super) struct Defined(HashMap<Vec<u8>, Option<Definition>>);

/// `variable "model" {`, `locals {`
static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(r#"^[ \t]*(?:variable[ \t]+"?(?P<variable>[\w-]+)"?|(?P<locals>locals))[ \t]*\{"#)
});

/// `default = "x"`, alone on its line or in its block; a text that is put together is none.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern_of_bytes(
        r#"(?:^|[{\s])(?P<key>[A-Za-z_][\w-]*)[ \t]*=[ \t]*(?:"(?P<value>[^"\\$%]*)"[ \t]*(?:\}?[ \t]*$)|[^=])"#,
    )
});

enum Within {
    Nothing,
    Variable(Vec<u8>),
    Locals,
}

impl Defined {
    pub fn of(piece: &Piece<'_>, comments: &Comments, bytes: &[u8]) -> Self {
        let mut defined = Self::default();
        if !piece.is_named(&["hcl", "tf"]) {
            return defined;
        }
        let (mut within, mut depth) = (Within::Nothing, 0_usize);
        for whole in Block::whole(bytes).lines() {
            let left = comments.without(whole.bytes, usize::try_from(whole.offset).unwrap_or(usize::MAX));
            let line = Line { bytes: &left.text, ..whole };
            if line.bytes.trim_ascii_start().starts_with(b"#") {
                continue;
            }
            let mut begins = false;
            if let Some(block) = BLOCK.captures(line.bytes).filter(|_| depth == 0) {
                begins = true;
                within = match block.name("variable") {
                    Some(name) => Within::Variable(name.as_bytes().to_vec()),
                    None => Within::Locals,
                };
            }
            if begins || depth == 1 {
                defined.member(&within, &line);
            }
            depth = braces(line.bytes, depth);
            if depth == 0 {
                within = Within::Nothing;
            }
        }
        defined
    }

    pub fn get(&self, name: &[u8]) -> Option<&Definition> {
        self.0.get(name)?.as_ref()
    }

    fn member(&mut self, within: &Within, line: &Line<'_>) {
        let Some(found) = MEMBER.captures(line.bytes) else { return };
        let Some(key) = found.name("key").map(|key| key.as_bytes()) else { return };
        let name = match within {
            Within::Variable(name) if key == b"default" => [b"var.", name.as_slice()].concat(),
            Within::Locals => [b"local.", key].concat(),
            Within::Variable(_) | Within::Nothing => return,
        };
        let definition = Definition::of(&found, line);
        self.0.entry(name).and_modify(|known| *known = None).or_insert(definition);
    }
}

/// How many braces are open behind a line.
fn braces(line: &[u8], mut open: usize) -> usize {
    let mut is_quoted = false;
    for byte in line {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'{' if !is_quoted => open += 1,
            b'}' if !is_quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_name_is_what_its_file_defines_once_and_by_a_text() {
        for (text, name, value) in [
            ("variable \"m\" {\n  type = string\n  default = \"x\"\n}\n", "var.m", Some("x")),
            ("variable m { default = \"x\" }\n", "var.m", Some("x")),
            ("locals {\n  m = \"x\"\n}\n", "local.m", Some("x")),
            ("locals {\n  m = \"x\"\n}\n", "var.m", None),
            ("locals {\n  m = \"x\"\n  m = \"y\"\n}\n", "local.m", None),
            ("locals {\n  m = \"x\"\n}\nlocals {\n  m = upper(\"y\")\n}\n", "local.m", None),
            ("locals {\n  m = \"x-${y}\"\n}\n", "local.m", None),
            ("locals {\n  m = \"x\" == y ? a : b\n}\n", "local.m", None),
            ("locals {\n  a = {\n    m = \"x\"\n  }\n}\n", "local.m", None),
            ("# locals {\n  m = \"x\"\n", "local.m", None),
            ("variable \"m\" {\n  description = \"x\"\n}\n", "var.m", None),
            ("variable \"m\" {\n  # default = \"x\"\n}\n", "var.m", None),
        ] {
            let piece = Piece::new(Path::new("a.tf"), "config");
            let comments = Comments::of(&piece, text.as_bytes());
            let defined = Defined::of(&piece, &comments, text.as_bytes());
            let found = defined.get(name.as_bytes());
            assert_eq!(found.map(|found| found.value.as_str()), value, "{text}");
            if let Some(found) = found {
                let at = |offset| usize::try_from(offset).expect("within the text");
                assert_eq!(&text[at(found.span.start)..at(found.span.end)], found.value);
            }
        }
    }
}
