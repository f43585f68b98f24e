//! A work item explained: a tree from its heading to the bytes, with a mark at each step.
//!
//! ✓ it was shown, ✗ it does not stand (it is otherwise, or nothing shows it), ? it could not be shown. What is written here is
//! redacted already.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::json::Held;
use super::markup::{code, escape};
use super::{Style, runner};
use crate::judge::claims::ItemChain;
use crate::judge::{ChainNode, State};

/// How a chain is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFormat {
    Human,
    Json,
    Markdown,
}

/// # Errors
/// What is no JSON.
pub fn render(format: ChainFormat, items: &[ItemChain], style: &Style) -> serde_json::Result<String> {
    Ok(match format {
        ChainFormat::Human => lines(items.iter().map(|item| human(item, style))),
        ChainFormat::Json => json(items)?,
        ChainFormat::Markdown => lines(items.iter().map(markdown)),
    })
}

fn lines(items: impl Iterator<Item = String>) -> String {
    runner::without_commands(&items.collect::<Vec<_>>().join("\n")).into_owned()
}

fn human(item: &ItemChain, style: &Style) -> String {
    let mut tree = Tree { style, text: String::new() };
    tree.node(&item.chain, "", "");
    let with = |state| item.chain.children.iter().filter(|step| step.state == state).count();
    let (shown, not, open) = (with(State::Holds), with(State::Fails), with(State::Unknown));
    if !style.unicode {
        tree.text =
            tree.text.replace('—', "-").chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
    }
    let _ = writeln!(tree.text, "\n{shown} shown, {not} not standing, {open} not known");
    tree.text
}

struct Tree<'a> {
    style: &'a Style,
    text: String,
}

impl Tree<'_> {
    /// `lead` stands before the node's first line, `under` before its further ones.
    fn node(&mut self, node: &ChainNode, lead: &str, under: &str) {
        let mark = self.mark(node.state);
        let room = self.style.width.saturating_sub(UnicodeWidthStr::width(lead) + 2).max(24);
        let place = node.place.as_deref().map(|place| format!("({place})")).unwrap_or_default();
        let mut lines = super::human::wrap(&node.text, room);
        match lines.last_mut() {
            Some(last)
                if UnicodeWidthStr::width(last.as_str()) + 1 + place.len() <= room && !place.is_empty() =>
            {
                last.push(' ');
                last.push_str(&self.faint(&place));
            }
            _ if place.is_empty() => {}
            _ => lines.push(self.faint(&place)),
        }
        let rail = match (node.children.is_empty(), self.style.unicode) {
            (true, _) => "  ",
            (false, true) => "│ ",
            (false, false) => "| ",
        };
        for (at, line) in lines.iter().enumerate() {
            if at == 0 {
                let _ = writeln!(self.text, "{lead}{mark} {line}");
            } else {
                let _ = writeln!(self.text, "{under}{rail}{line}");
            }
        }
        let (tee, corner, pipe) =
            if self.style.unicode { ("├─ ", "└─ ", "│  ") } else { ("|- ", "`- ", "|  ") };
        for (at, child) in node.children.iter().enumerate() {
            let last = at + 1 == node.children.len();
            let lead = format!("{under}{}", if last { corner } else { tee });
            let under = format!("{under}{}", if last { "   " } else { pipe });
            self.node(child, &lead, &under);
        }
    }

    fn mark(&self, state: State) -> String {
        let (sign, plain, color) = match state {
            State::Holds => ("✓", "+", 32),
            State::Fails => ("✗", "x", 31),
            State::Unknown => ("?", "?", 33),
        };
        let sign = if self.style.unicode { sign } else { plain };
        if self.style.color { format!("\u{1b}[{color}m{sign}\u{1b}[0m") } else { sign.to_owned() }
    }

    fn faint(&self, text: &str) -> String {
        if self.style.color { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn markdown(item: &ItemChain) -> String {
    let mut text = format!("### {} {}\n\n", sign(item.chain.state), escape(&item.chain.text, false));
    if let Some(place) = &item.chain.place {
        let _ = writeln!(text, "{}\n", code(place, false));
    }
    for child in &item.chain.children {
        list(child, 0, &mut text);
    }
    text
}

fn list(node: &ChainNode, depth: usize, text: &mut String) {
    let place = node.place.as_ref().map(|place| format!(" ({})", code(place, false)));
    let indent = "  ".repeat(depth);
    let _ = writeln!(
        text,
        "{indent}- {} {}{}",
        sign(node.state),
        escape(&node.text, false),
        place.unwrap_or_default()
    );
    for child in &node.children {
        list(child, depth + 1, text);
    }
}

fn sign(state: State) -> &'static str {
    match state {
        State::Holds => "✓",
        State::Fails => "✗",
        State::Unknown => "?",
    }
}

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    path: &'a str,
    chain: Held<'a>,
}

fn json(items: &[ItemChain]) -> serde_json::Result<String> {
    let items = items.iter().map(|item| Item { id: &item.id, path: &item.path, chain: Held(&item.chain) });
    runner::json_lines(&Document { schema: "counterfoil-claim/1", items: items.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item() -> ItemChain {
        let leaf = |state, text: &str| ChainNode {
            state,
            text: text.to_owned(),
            place: Some("a.md:7".to_owned()),
            children: Vec::new(),
        };
        let mut claim = leaf(State::Fails, "Status: done — contradicted");
        claim.children = vec![
            leaf(State::Holds, "1. the report *is* there"),
            leaf(State::Unknown, "10. nothing unread"),
        ];
        let mut chain = leaf(State::Fails, "T-1 - Title");
        chain.children = vec![claim, leaf(State::Holds, "last")];
        ItemChain { id: "T-1".to_owned(), path: "a.md".to_owned(), chain }
    }

    #[test]
    fn a_tree_has_a_mark_at_each_step() {
        let text = render(ChainFormat::Human, &[item()], &Style::default()).expect("text");
        let expected = "✗ T-1 - Title (a.md:7)\n├─ ✗ Status: done — contradicted (a.md:7)\n│  ├─ ✓ 1. the report *is* there (a.md:7)\n│  └─ ? 10. nothing unread (a.md:7)\n└─ ✓ last (a.md:7)\n\n1 shown, 1 not standing, 0 not known\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_narrow_terminal_wraps_and_never_breaks_the_tree() {
        let style = Style { width: 60, unicode: false, ..Style::default() };
        let mut item = item();
        item.chain.children[0].text = "word ".repeat(40);
        let text = render(ChainFormat::Human, &[item], &style).expect("text");
        assert!(text.lines().all(|line| line.len() <= 60), "{text}");
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn markdown_makes_nothing_of_the_evidence() {
        let text = render(ChainFormat::Markdown, &[item()], &Style::default()).expect("text");
        assert!(text.contains("\n  - ✓ 1. the report \\*is\\* there (`a.md:7`)\n"), "{text}");
        let mut linked = item();
        linked.chain.children[0].text =
            "see https://evil.example www.evil.example @org/team $x$ a | b".to_owned();
        linked.chain.children[0].place = Some("a`b.md:7".to_owned());
        let linked = render(ChainFormat::Markdown, &[linked], &Style::default()).expect("text");
        for live in ["://", "www.", "@org", " $"] {
            assert!(!linked.contains(live), "{live} in {linked}");
        }
        assert!(linked.contains(" (``a`b.md:7``)\n"), "{linked}");
        let json: serde_json::Value =
            serde_json::from_str(&render(ChainFormat::Json, &[item()], &Style::default()).expect("text"))
                .expect("JSON");
        assert_eq!(json["items"][0]["chain"]["children"][0]["children"][1]["state"], "unknown");
    }
}
