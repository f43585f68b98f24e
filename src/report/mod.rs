//! One renderer a file: an [`Outcome`] in, bytes out.
//!
//! A renderer reads the outcome and nothing else: no file, no environment, no clock, so that the same
//! outcome gives the same bytes. It decides no right and wrong, and the exit code is never its business.
//! What it is given is redacted already; what a hostile name could say to a terminal is spelled out here,
//! once, before any format sees it ([`clean`]).

pub mod chain;
mod clean;
mod count;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod markup;
mod ndjson;
mod prose;
mod runner;
mod sarif;
mod style;
mod subjects;

use std::io::{self, Write};

pub use clean::{clean, line, text};
pub use runner::{json_lines, without_commands};
pub use style::{Again, Color, Style, UnknownColor};

use crate::finding::Location;
use crate::judge::Outcome;

/// The schema's name in the JSON document; a change that breaks a reader changes the number.
pub const SCHEMA: &str = "counterfoil/1";

/// How an outcome is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    Human,
    Json,
    Ndjson,
    Sarif,
    Junit,
    Github,
    Gitlab,
    Markdown,
    Html,
}

impl Format {
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Json,
        Self::Ndjson,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
        Self::Html,
    ];

    /// The format that a file's ending names; a text for people where it names none.
    #[must_use]
    pub fn of_file(path: &std::path::Path) -> Self {
        match path.extension().and_then(std::ffi::OsStr::to_str) {
            Some("json") => Self::Json,
            Some("ndjson" | "jsonl") => Self::Ndjson,
            Some("sarif") => Self::Sarif,
            Some("xml") => Self::Junit,
            Some("md") => Self::Markdown,
            Some("html") => Self::Html,
            _ => Self::Human,
        }
    }

    /// The word on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format: write one of {list}", list = Format::ALL.map(Format::as_str).join(", "))]
pub struct UnknownFormat(pub String);

impl std::str::FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// Writes the outcome in one format. `style` is for `human` alone.
///
/// # Errors
/// What the sink says. Nothing is held back: a caller that wants all or nothing writes to a buffer or to a
/// file that it renames afterwards.
pub fn render(format: Format, outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let outcome = &clean(outcome);
    match format {
        Format::Human => human::render(outcome, style, out),
        Format::Github => github::render(outcome, style, out),
        Format::Json => runner::json(out, |out| json::render(outcome, out)),
        Format::Ndjson => runner::json(out, |out| ndjson::render(outcome, out)),
        Format::Sarif => runner::json(out, |out| sarif::render(outcome, out)),
        Format::Gitlab => runner::json(out, |out| gitlab::render(outcome, out)),
        Format::Junit => lines(out, |out| junit::render(outcome, out)),
        Format::Markdown => lines(out, |out| markdown::render(outcome, out)),
        Format::Html => lines(out, |out| html::render(outcome, out)),
    }
}

fn lines(out: &mut dyn Write, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut lines = runner::Lines::new(out);
    render(&mut lines)?;
    lines.finish()
}

/// An outcome in one line.
#[must_use]
pub fn headline(outcome: &Outcome) -> String {
    format!("{}: {}; {}", outcome.verdict.as_str(), count::findings_text(outcome), count::sentence(outcome))
}

/// Where a location is, in one line: the way into an archive and the commit are told behind the path.
fn place_name(location: &Location) -> String {
    let mut name = location.path.clone();
    if !location.container.is_empty() {
        name.push_str(" › ");
        name.push_str(&location.container.join(" › "));
    }
    if let Some(commit) = &location.commit {
        name.push_str(" @ ");
        name.extend(commit.chars().take(12));
    }
    name
}
