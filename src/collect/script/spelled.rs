//! What a word says to a shell that reads it once more, as `eval` and `bash -c` do.

use tree_sitter::Node as Syntax;

use super::literals::DEEPEST;
use super::scope::Scope;
use super::words::{Text, UNKNOWN, children, unquoted, variable};

/// Stands for a word that only a run would know.
const WORD: &str = "_";

impl Scope<'_> {
    /// The word without the quotes and escapes that the first reading takes. An expansion stays as it is written,
    /// but for a literal that is known: the value is followed through either.
    pub fn spelled(&self, node: Syntax<'_>, text: &Text) -> String {
        self.spelled_at(node, text, DEEPEST)
    }

    fn spelled_at(&self, node: Syntax<'_>, text: &Text, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else { return WORD.to_owned() };
        match node.kind() {
            "simple_expansion" | "expansion" if self.expands(node, text) => text.of(node).to_owned(),
            "simple_expansion" | "expansion" => {
                let known = variable(node, text).map(|_| self.literals.literal(node, text));
                let known = known.filter(|known| !known.contains(UNKNOWN));
                known.unwrap_or_else(|| text.of(node).to_owned())
            }
            // Its commands are read where they stand. What they print is the value, or nobody knows.
            "command_substitution" if self.expands(node, text) => format!("${}", self.endpoint),
            "command_substitution" | "process_substitution" | "arithmetic_expansion" => WORD.to_owned(),
            "raw_string" => text.of(node).trim_matches('\'').to_owned(),
            "ansi_c_string" => self.literals.literal(node, text),
            "string" | "heredoc_body" | "translated_string" => self.pieces(node, text, depth, unescaped),
            "concatenation" | "command_name" => self.pieces(node, text, depth, unquoted),
            "string_content" | "heredoc_content" => unescaped(text.of(node)),
            _ => unquoted(text.of(node)),
        }
    }

    /// The parts of a word, and what stands between them, where the grammar names no part.
    fn pieces(&self, node: Syntax<'_>, text: &Text, depth: u32, between: fn(&str) -> String) -> String {
        let quote = usize::from(node.kind() == "string");
        let (mut at, end) = (node.start_byte() + quote, node.end_byte().saturating_sub(quote));
        let mut out = String::new();
        for part in children(node) {
            out += &between(text.between(at..part.start_byte().max(at)));
            out += &self.spelled_at(part, text, depth);
            at = part.end_byte();
        }
        out + &between(text.between(at..end.max(at)))
    }
}

/// Text between double quotes, without the escapes that count there.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escapes = c == '\\' && chars.peek().is_some_and(|next| "$`\"\\\n".contains(*next));
        match chars.next_if(|_| escapes) {
            Some('\n') => {}
            Some(escaped) => out.push(escaped),
            None => out.push(c),
        }
    }
    out
}
