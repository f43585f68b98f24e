//! `--format human`: graphical reports, then a summary that says what was read, what was not, and what to
//! do next.

mod finding;
mod frame;
mod summary;
mod wrap;

pub(super) use wrap::wrap;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Style, runner};
use crate::judge::{Outcome, RuleNote};

pub fn render(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeMap<&str, &RuleNote> =
        outcome.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
    let printer = finding::Printer::new(style);
    for finding in &outcome.findings {
        let url = rules.get(finding.rule.as_str()).map(|rule| rule.url.as_str());
        let report = printer.report(finding, url).map_err(io::Error::other)?;
        write_text(out, style, &report)?;
        out.write_all(b"\n")?;
    }
    if style.quiet {
        let gaps = outcome.gaps.iter().map(|gap| format!("not read: {}: {}\n", gap.path, gap.why));
        return write_text(out, style, &gaps.collect::<String>());
    }
    write_text(out, style, &summary::summary(outcome, style))
}

/// The last lines alone.
pub fn summary_only(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    write_text(out, style, &summary::summary(outcome, style))
}

/// Where only ASCII can be shown, every other character becomes ASCII of the same width, so that what
/// labels point at stays where it is.
fn write_text(out: &mut dyn Write, style: &Style, text: &str) -> io::Result<()> {
    // Only now, after wrapping: a break can bring any word to the start of a line.
    let text = &*runner::without_commands(text);
    if style.unicode {
        return out.write_all(text.as_bytes());
    }
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => ascii.push(c),
            '‹' => ascii.push('<'),
            '›' => ascii.push('>'),
            '…' => ascii.push('~'),
            '–' => ascii.push('-'),
            _ => {
                let width = unicode_width::UnicodeWidthChar::width(c).unwrap_or(1);
                (0..width).for_each(|_| ascii.push('?'));
            }
        }
    }
    out.write_all(ascii.as_bytes())
}
