//! A finding as graphical reports: the fault, then each place that belongs to it, in its own file.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};
use unicode_width::UnicodeWidthStr;

use super::frame::Frame;
use super::wrap::wrap;
use crate::finding::{Excerpt, Finding, Location, Related, Severity};
use crate::report::{Style, runner};

pub struct Printer {
    handler: GraphicalReportHandler,
    width: usize,
}

impl Printer {
    pub fn new(style: &Style) -> Self {
        let theme = GraphicalTheme {
            characters: if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(style.width)
            .with_context_lines(1)
            .with_links(false)
            .without_syntax_highlighting();
        Self { handler, width: style.width }
    }

    pub fn report(&self, finding: &Finding, url: Option<&str>) -> Result<String, fmt::Error> {
        let severity = match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        };
        let mut first = self.piece(
            severity,
            &finding.message,
            &finding.location,
            finding.excerpt.as_ref(),
            finding.label.as_deref(),
        );
        first.code = Some(finding.rule.as_str());
        first.url = url.filter(|url| !url.is_empty());
        let mut pieces = vec![first];
        // The profile's line says what was expected; a rule's own line would only repeat its message.
        let profile = |policy: &&Related| policy.location.surface.as_deref() == Some("profile");
        for related in finding.related.iter().chain(finding.policy.iter().filter(profile)) {
            pieces.push(self.piece(
                miette::Severity::Advice,
                &related.message,
                &related.location,
                related.excerpt.as_ref(),
                None,
            ));
        }
        if let Some(last) = pieces.last_mut() {
            last.help = Some(finding.help.as_str()).filter(|help| !help.is_empty());
        }
        let mut text = String::new();
        for piece in &pieces {
            self.handler.render_report(&mut text, piece)?;
        }
        Ok(text)
    }

    fn piece<'a>(
        &self,
        severity: miette::Severity,
        message: &'a str,
        location: &Location,
        excerpt: Option<&Excerpt>,
        label: Option<&str>,
    ) -> Piece<'a> {
        let label = label.unwrap_or_default();
        let frame = Frame::new(location, excerpt, self.width, label.width());
        let room = frame.room.saturating_sub(frame.middle + 5);
        let label = Some(wrap(label, room).join("\n")).filter(|label| !label.is_empty());
        Piece { severity, code: None, url: None, message, help: None, frame, label }
    }
}

/// One frame with what is said of it.
#[derive(Debug)]
struct Piece<'a> {
    severity: miette::Severity,
    code: Option<&'a str>,
    url: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    frame: Frame,
    label: Option<String>,
}

impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Piece<'_> {}

impl Diagnostic for Piece<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        // Before it is wrapped, so that the lines keep their width.
        self.help.map(|help| Box::new(runner::without_commands(help)) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.map(|url| Box::new(url) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.frame)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let mark = &self.frame.mark;
        let label = self.label.clone().filter(|_| !self.frame.is_empty());
        let span = LabeledSpan::new_primary_with_span(label, (mark.start, mark.len()));
        Some(Box::new(std::iter::once(span)))
    }
}
