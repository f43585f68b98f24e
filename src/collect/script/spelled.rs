//! What a word says to a shell that reads it once more, as `eval` and `bash -c` do.

use tree_sitter::Node as Syntax;

use super::grown::{self, GROWN};
use super::literals::DEEPEST;
use super::said::Said;
use super::scope::Scope;
use super::words::{Text, UNKNOWN, as_value, children, unquoted};

/// Stands for a word that only a run would know.
const WORD: &str = "_";

impl Scope<'_> {
    /// The word without the quotes and escapes that the first reading takes, in all its readings. An expansion stays as
    /// it is written, but for a literal that is known: the value is followed through either.
    pub fn spelled(&self, node: Syntax<'_>, text: &Text) -> Said {
        self.spelled_at(node, text, DEEPEST)
    }

    fn spelled_at(&self, node: Syntax<'_>, text: &Text, depth: u32) -> Said {
        let Some(depth) = depth.checked_sub(1) else { return Said { more: true, ..Said::one(WORD) } };
        match node.kind() {
            "simple_expansion" | "expansion" => self.spelled_expansion(node, text),
            // Its commands are read where they stand. What they print is the value, or nobody knows.
            "command_substitution" if self.expands(node, text) => {
                Said::one(as_value(&format!("${}", self.endpoint)))
            }
            "command_substitution" if self.literals.tells_commands(node, text) => {
                Said { more: true, ..Said::one(WORD) }
            }
            "command_substitution" | "process_substitution" | "arithmetic_expansion" => Said::one(WORD),
            "raw_string" => Said::one(text.of(node).trim_matches('\'')),
            "ansi_c_string" => self.literals.said(node, text),
            "string" | "heredoc_body" | "translated_string" => self.pieces(node, text, depth, unescaped),
            "concatenation" | "command_name" => self.pieces(node, text, depth, unquoted),
            "string_content" | "heredoc_content" => Said::one(unescaped(text.of(node))),
            _ => Said::one(unquoted(text.of(node))),
        }
    }

    fn spelled_expansion(&self, node: Syntax<'_>, text: &Text) -> Said {
        let written = text.of(node);
        let expands = self.expands(node, text);
        let mut said = self.literals.said(node, text);
        let all = std::mem::take(&mut said.all);
        let is_told = grown::is_of_words(&all);
        let value = as_value(&format!("${}", self.endpoint));
        let spelled = all.into_iter().map(|known| match known.contains(UNKNOWN) {
            false if !expands => known,
            // Words, one of which is not known: what stands beside it may be a command.
            true if known.contains(char::is_whitespace) => {
                known.replace(UNKNOWN, if expands { &value } else { WORD })
            }
            _ if expands => as_value(written),
            _ => written.to_owned(),
        });
        let spelled = spelled.map(Said::one).reduce(Said::or).unwrap_or_else(|| Said::one(WORD));
        let more = said.more || spelled.more || (said.grows && !is_told);
        let spelled = if said.grows { Said::one(GROWN).and(&spelled) } else { spelled };
        Said { more: more || spelled.more, ..spelled }
    }

    /// The parts of a word, and what stands between them, where the grammar names no part.
    fn pieces(&self, node: Syntax<'_>, text: &Text, depth: u32, between: fn(&str) -> String) -> Said {
        let quote = usize::from(node.kind() == "string");
        let (mut at, end) = (node.start_byte() + quote, node.end_byte().saturating_sub(quote));
        let mut out = Said::one("");
        for part in children(node) {
            out = out.and(&Said::one(between(text.between(at..part.start_byte().max(at)))));
            out = out.and(&Said::one(text.blanks_before(part)));
            out = out.and(&self.spelled_at(part, text, depth));
            at = part.end_byte();
        }
        out.and(&Said::one(between(text.between(at..end.max(at)))))
    }
}

/// Text between double quotes, without the escapes that count there.
pub(super) fn unescaped(text: &str) -> String {
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
