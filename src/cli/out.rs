//! The ways out: everything that is printed or written passes here, and the egress gate.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use miette::{GraphicalReportHandler, GraphicalTheme, Report};

use super::args::Common;
use super::draft::{Made, Passed, draft};
use super::file::{replace, target_of};
use super::hardening::BUG;
use super::unshown::{WITHHELD, Words};
use crate::endpoint::sources::Sources;
use crate::report::{Color, Format, Style};
use crate::search::Engine;
use crate::search::gate::Gate;

/// Bytes that are written at once.
pub(super) const BUFFER: usize = 256 << 10;

/// Writes a text to standard output. A pipe that its reader has closed is no error.
///
/// # Errors
/// Output that can't be written, or that would show the value.
pub(super) fn plain(engine: &Engine, text: &str) -> Result<(), Report> {
    write(engine, text.as_bytes(), None)
}

/// Whether the gate lets all of it out. What could not be searched whole does not pass either.
fn passes(engine: &Engine, bytes: &[u8]) -> bool {
    let mut gate = Gate::new(engine, io::sink());
    gate.write_all(bytes).is_ok() && gate.finish().is_ok()
}

/// A message beside the output.
pub(super) fn note(engine: &Engine, text: &str) {
    let text = &*crate::report::without_commands(text);
    let text = if passes(engine, text.as_bytes()) { text } else { WITHHELD };
    let _nowhere_to_tell = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes lines, and notes beside them, of which only these names could show the value. The other words are this
/// program's own, and say nothing of a value that is one of them.
///
/// # Errors
/// As [`plain`].
pub(super) fn named(engine: &Engine, names: &[&str], lines: &str, notes: &str) -> Result<(), Report> {
    if !passes(engine, names.join("\n").as_bytes()) {
        return Err(withheld());
    }
    to_stdout(&|out| out.write_all(lines.as_bytes()))?;
    let _nowhere_to_tell = io::stderr().lock().write_all(notes.as_bytes());
    Ok(())
}

/// How reports are drawn: on standard output's or standard error's terminal, or on none.
pub(super) fn style(common: &Common, terminal: Option<usize>) -> Style {
    Style::detect(common.color, terminal, &|name| std::env::var_os(name))
}

/// The width of a terminal; `None` where the stream is none.
pub(super) fn terminal(stream: impl std::os::fd::AsFd) -> Option<usize> {
    if !rustix::termios::isatty(&stream) {
        return None;
    }
    let columns = rustix::termios::tcgetwinsize(&stream).map_or(0, |size| usize::from(size.ws_col));
    Some(if columns == 0 { 80 } else { columns })
}

/// Writes what is at hand: to standard output, or to a file that appears whole or not at all.
///
/// # Errors
/// Output that can't be written, or that would show the value.
pub(super) fn write(engine: &Engine, bytes: &[u8], file: Option<&Path>) -> Result<(), Report> {
    if !passes(engine, bytes) {
        return Err(withheld());
    }
    deliver(&|out| out.write_all(bytes), file)
}

/// What writes a report; the same each time that it is asked.
pub(super) type Render<'r> = dyn Fn(&mut dyn io::Write) -> io::Result<()> + 'r;

/// Makes a report and writes it, all or nothing. One that is too long to be held waits in a file that has no
/// name, into which it goes through the gate; where there can be no such file, it is made twice: for the gate
/// alone, and then to be written.
///
/// # Errors
/// As [`write`], and a report that can't be made.
pub(super) fn report(
    engine: &Engine,
    format: Format,
    render: &Render<'_>,
    file: Option<&Path>,
) -> Result<(), Report> {
    let made = match draft(engine, render, true) {
        // A disk that is full keeps no report from being written elsewhere.
        Err((true, error)) if error.raw_os_error().is_some() => draft(engine, render, false),
        made => made,
    };
    match made {
        Ok(Made::Held(bytes)) => write(engine, &bytes, file),
        Ok(Made::Passed(Passed::Waits(passed))) => {
            let passed = RefCell::new(passed);
            let copy = |out: &mut dyn io::Write| {
                let mut passed = passed.borrow_mut();
                passed.rewind()?;
                io::copy(&mut *passed, out).map(drop)
            };
            deliver(&copy, file)
        }
        Ok(Made::Passed(Passed::Seen)) => deliver(render, file),
        Err((true, _)) => Err(withheld()),
        Err((false, error)) => Err(miette::miette!("the {format} report can't be made: {error}")),
    }
}

/// Writes what passed the gate.
fn deliver(render: &Render<'_>, file: Option<&Path>) -> Result<(), Report> {
    let Some(file) = file else { return to_stdout(render) };
    let shown = crate::text::printable_path(file);
    let fail = |error: &io::Error| {
        miette::miette!(
            code = "output::unwritable",
            help = "nothing was written; name a file in a folder that exists and can be written",
            "{shown} can't be written: {}",
            match error.kind() {
                io::ErrorKind::NotFound => "there is no such folder".to_owned(),
                _ => crate::text::io_reason(error),
            }
        )
    };
    let fill = |file: &mut dyn io::Write| {
        let mut out = io::BufWriter::with_capacity(BUFFER, file);
        render(&mut out).and_then(|()| out.flush())
    };
    // A device or a pipe is written to; the file behind a link is what is replaced, not the link.
    let target = target_of(file).map_err(|error| fail(&error))?;
    if std::fs::metadata(&target).is_ok_and(|meta| !meta.is_file()) {
        let opened = std::fs::OpenOptions::new().write(true).open(&target);
        return opened.and_then(|mut file| fill(&mut file)).map_err(|error| fail(&error));
    }
    replace(&target, &fill).map_err(|error| fail(&error))
}

/// Adds to a file that others write to as well.
///
/// # Errors
/// Output that can't be written, or that would show the value.
pub(super) fn append(engine: &Engine, bytes: &[u8], file: &Path) -> Result<(), Report> {
    if !passes(engine, bytes) {
        return Err(withheld());
    }
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut file| file.write_all(bytes)).map_err(|error| {
        miette::miette!(
            "{} can't be written: {}",
            crate::text::printable_path(file),
            crate::text::io_reason(&error)
        )
    })
}

fn withheld() -> Report {
    miette::miette!(
        code = "egress::withheld",
        help = "this is a bug of counterfoil: please report which command did it, without the value",
        "the output was withheld: it would have shown the endpoint value"
    )
}

fn to_stdout(render: &Render<'_>) -> Result<(), Report> {
    // Standard output's own buffer is given out line by line.
    let mut out = io::BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match render(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(miette::miette!("standard output can't be written: {}", crate::text::io_reason(&error)))
        }
        _ => Ok(()),
    }
}

/// An error that kept the audit from an outcome: exit code 2.
pub(super) fn error(common: &Common, report: &Report) -> ExitCode {
    let style = style(common, terminal(io::stderr()));
    let theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, _) => GraphicalTheme::none(),
    };
    let mut text = String::new();
    let words = Words::of(std::env::args_os());
    let drawn = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_wrap_lines(words.is_empty())
        .with_links(false)
        .render_report(&mut text, report.as_ref());
    if drawn.is_err() {
        "counterfoil could not draw its error message\n".clone_into(&mut text);
    }
    fault(&guard(common), &words, Some(report), &text);
    ExitCode::from(2)
}

/// An error message: it shows no value, known or not.
fn fault(engine: &Engine, words: &Words, report: Option<&Report>, text: &str) {
    let text = words.hide(text);
    if passes(engine, text.as_bytes()) {
        return note(engine, &text);
    }
    note(engine, &words.withheld(report, &default_variable(), &|text| passes(engine, text.as_bytes())));
}

/// What the argument parser says: help and version are no errors.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let variable = |name: &str| std::env::var_os(name);
    let style = Style::detect(color_of(std::env::args_os()), terminal(io::stderr()), &variable);
    let text = if style.color && error.use_stderr() {
        error.render().ansi().to_string()
    } else {
        error.render().to_string()
    };
    let engine = guard_of(&Sources { variable: default_variable(), ..Sources::default() });
    if error.use_stderr() {
        fault(&engine, &Words::of(std::env::args_os()), None, &text);
        return ExitCode::from(2);
    }
    match plain(&engine, &text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(u8::try_from(BUG).unwrap_or(2)),
    }
}

/// What arguments that were not understood say of colour.
fn color_of(arguments: impl Iterator<Item = OsString>) -> Color {
    let (mut color, mut expected) = (Color::default(), false);
    for argument in arguments.take_while(|argument| argument != "--") {
        let word = argument.to_str().unwrap_or_default();
        let given = if expected { Some(word) } else { word.strip_prefix("--color=") };
        color = given.and_then(|word| word.parse().ok()).unwrap_or(color);
        expected = word == "--color";
    }
    color
}

/// The engine that guards messages where no other is at hand: an error may quote an argument.
pub(super) fn guard(common: &Common) -> Engine {
    let variable = super::tools::profile(common)
        .map_or_else(|_| default_variable(), |profile| profile.spec.endpoint_variable);
    guard_of(&Sources { variable, files: common.endpoint_file.clone(), descriptors: Vec::new() })
}

fn guard_of(sources: &Sources) -> Engine {
    Engine::new(&sources.at_hand())
}

pub(super) fn default_variable() -> String {
    crate::profile::Profile::built_in()
        .map_or_else(|_| String::new(), |profile| profile.spec.endpoint_variable)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::draft::HELD;
    use super::*;
    use crate::endpoint::Endpoints;

    const LINE: &[u8] = b"a line of a report that is longer than what is held\n";

    /// A report that is longer than what is held, and ends with `last`.
    fn long(last: &[u8], out: &mut dyn io::Write) -> io::Result<()> {
        for _ in 0..=(HELD / LINE.len()) {
            out.write_all(LINE)?;
        }
        out.write_all(last)
    }

    #[test]
    fn a_long_report_is_made_once_and_comes_whole() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (file, made) = (dir.path().join("report"), Cell::new(0));
        let render = |out: &mut dyn io::Write| {
            made.set(made.get() + 1);
            long(b"the end\n", out)
        };
        let engine = Engine::new(&Endpoints::none());
        report(&engine, Format::Json, &render, Some(&file)).expect("written");
        let mut expected = Vec::new();
        long(b"the end\n", &mut expected).expect("in memory");
        assert!(std::fs::read(&file).expect("there") == expected, "byte for byte");
        assert_eq!(made.get(), 1);
    }

    #[test]
    fn nothing_of_a_long_report_that_shows_the_value_is_written() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = dir.path().join("report");
        let mut endpoints = Endpoints::none();
        let value = zeroize::Zeroizing::new(b"http://100.101.102.103:8000/v1".to_vec());
        endpoints.add(value, "a test").expect("a value");
        let engine = Engine::new(&endpoints);
        let render = |out: &mut dyn io::Write| long(b"at http://100.101.102.103:8000/v1\n", out);
        let error = report(&engine, Format::Json, &render, Some(&file)).expect_err("withheld");
        assert!(error.to_string().contains("withheld"), "{error}");
        assert!(!file.exists());
    }

    #[test]
    fn colour_is_found_in_arguments_that_were_not_understood() {
        for (given, is) in [
            ("audit --colour never", Color::Auto),
            ("audit --color never --nope", Color::Never),
            ("--color=always audit", Color::Always),
            ("--nope --color", Color::Auto),
            ("audit --nope -- --color never", Color::Auto),
            ("--color never audit --color=pink", Color::Never),
        ] {
            assert_eq!(color_of(given.split(' ').map(OsString::from)), is, "{given}");
        }
    }

    #[test]
    fn a_report_that_cant_be_made_is_no_leak() {
        let render = |_: &mut dyn io::Write| Err(io::Error::other("no report"));
        let engine = Engine::new(&Endpoints::none());
        let error = report(&engine, Format::Json, &render, None).expect_err("unmade");
        assert!(error.to_string().contains("can't be made"), "{error}");
    }
}
