//! Text of the evidence inside Markdown: it says what it says, and makes no markup, no link and no mention.

use super::prose::parts;

/// A message, with its code as code.
pub fn message(text: &str) -> String {
    parts(text)
        .into_iter()
        .map(|(is_code, part)| if is_code { code(part, false) } else { escape(part, false) })
        .collect()
}

/// A code span, which ends only where it should: its fence is longer than every run of backticks inside.
pub fn code(text: &str, in_table: bool) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    let text = if in_table { text.replace('|', "\\|") } else { text.to_owned() };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text that Markdown shows as it stands: no markup, no link, no mention, no HTML.
pub fn escape(text: &str, in_table: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '|' if in_table => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    // Bare addresses become links.
    out.replace("://", "&#58;//").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_makes_no_markup() {
        assert_eq!(escape("<b>@me [x](y) a|b", true), "&lt;b&gt;&#64;me \\[x\\](y) a&#124;b");
        assert_eq!(escape("http://x: www.y", false), "http&#58;//x: www&#46;y");
        assert_eq!(code("a`b``c", false), "```a`b``c```");
        assert_eq!(code("`", false), "`` ` ``");
        assert_eq!(message("says `pass|<b>` <b>"), "says `pass|<b>` &lt;b&gt;");
        assert_eq!(message("one ` <b>"), "one \\` &lt;b&gt;");
    }
}
