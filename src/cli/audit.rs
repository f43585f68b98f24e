//! `counterfoil audit`: the main job.

use std::io::IsTerminal as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use miette::Report;

use super::args::{AuditArgs, Common, Scope};
use super::config::Config;
use super::file::{is_stdout, target_of};
use super::progress::Bar;
use super::tools::Toolbox;
use super::{Answer, out};
use crate::audit::{Settings, root_of};
use crate::judge::{Show, Waivers};
use crate::report::{Again, Format, Style};
use crate::search::Limits;

/// One rendering, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    /// Standard output where it is none.
    pub file: Option<PathBuf>,
}

pub(super) fn run(
    common: &Common,
    args: &AuditArgs,
    outputs: &[Output],
    config: &Config,
    again: &Again,
) -> Answer {
    let toolbox = Toolbox::new(common)?;
    config.check(|| Ok::<_, Report>(&toolbox.pack))?;
    let mut settings = settings(common, &args.scope, &args.paths, toolbox.limits);
    settings.strict = args.strict;
    settings.waivers = config.waivers_under(&root_of(&settings.paths));
    settings.cache = crate::endpoint::local::folder_of_user();
    let outcome = {
        let bar = Bar::new(args.progress, common.quiet);
        // The process ends soon: its many texts, in which no value is, are not given back one by one.
        ManuallyDrop::new(crate::audit::audit(&settings, toolbox.tools(), &bar)?)
    };
    for output in outputs {
        let terminal = output.file.is_none().then(|| out::terminal(std::io::stdout())).flatten();
        let show = Show { engine: &toolbox.engine };
        let again = Again { all: show.text(&again.all), rules: show.text(&again.rules) };
        let style = Style { quiet: common.quiet, again, ..out::style(common, terminal) };
        let render =
            |out: &mut dyn std::io::Write| crate::report::render(output.format, &outcome, &style, out);
        out::report(&toolbox.engine, output.format, &render, output.file.as_deref())?;
        if output.format == Format::Github {
            job_summary(&toolbox, &outcome)?;
        }
    }
    if outputs.iter().all(|output| output.file.is_some())
        && !common.quiet
        && std::io::stderr().is_terminal()
    {
        // Who sees nothing but the prompt again would not know how it went.
        out::note(&toolbox.engine, &format!("{}\n", told(&outcome, outputs)));
    }
    Ok(outcome.exit_code)
}

/// How it went, and where to read it.
fn told(outcome: &crate::judge::Outcome, outputs: &[Output]) -> String {
    let files = outputs.iter().filter_map(|output| output.file.as_deref());
    let files: Vec<String> = files.map(crate::text::printable_path).collect();
    format!("{}: see {}", crate::report::headline(outcome), files.join(", "))
}

/// Appends the summary to the file that a GitHub job names for it.
fn job_summary(toolbox: &Toolbox, outcome: &crate::judge::Outcome) -> Result<(), Report> {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else {
        return Ok(());
    };
    let mut bytes = Vec::new();
    crate::report::render(Format::Markdown, outcome, &Style::default(), &mut bytes)
        .map_err(|error| miette::miette!("the job summary can't be made: {error}"))?;
    out::append(&toolbox.engine, &bytes, Path::new(&file))
}

pub(super) fn settings(common: &Common, scope: &Scope, paths: &[PathBuf], limits: Limits) -> Settings {
    let paths = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
    Settings {
        paths,
        only: scope.only.clone(),
        runs: scope.runs.clone(),
        repo: scope.repo.clone(),
        targets: scope.target.clone(),
        range: scope.range.clone(),
        history: !scope.no_history,
        cache: None,
        threads: common.threads,
        strict: false,
        limits,
        waivers: Waivers::default(),
        // Not by way of the local time, for which all time zones of the machine would be listed.
        today: jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
    }
}

/// Pairs each `--output` with the `--format` before it.
///
/// # Errors
/// Two outputs for one format, and two formats for one place.
pub fn paired(formats: &[(usize, Format)], files: &[(usize, PathBuf)]) -> Result<Vec<Output>, Report> {
    let mut outputs: Vec<(usize, Output)> =
        formats.iter().map(|(at, format)| (*at, Output { format: *format, file: None })).collect();
    if outputs.is_empty() {
        let format = files.first().map_or(Format::Human, |(_, file)| Format::of_file(file));
        outputs.push((0, Output { format, file: None }));
    }
    for (at, file) in files {
        let before = outputs.iter_mut().rev().find(|(format_at, _)| format_at < at);
        match before {
            Some((_, output)) if output.file.is_none() => output.file = Some(file.clone()),
            _ => {
                return Err(miette::miette!(
                    code = "usage::output",
                    help = "write them in pairs: --format sarif --output out.sarif --format human",
                    "`--output {}` follows no `--format` of its own",
                    crate::text::printable_path(file)
                ));
            }
        }
    }
    let outputs: Vec<Output> = outputs.into_iter().map(|(_, output)| output).collect();
    if meet(&outputs) {
        return Err(miette::miette!(
            code = "usage::output",
            help = "give each format but one an --output of its own",
            "two reports go to the same place"
        ));
    }
    Ok(outputs)
}

/// Whether two reports go to one place, whatever names it has: of the first one nothing would be left.
fn meet(outputs: &[Output]) -> bool {
    let place = |file: &PathBuf| target_of(file).unwrap_or_else(|_| file.clone());
    let places: Vec<_> = outputs.iter().map(|output| output.file.as_ref().map(place)).collect();
    places.iter().enumerate().any(|(at, place)| {
        let is_stdout = || place.as_deref().is_some_and(is_stdout) && places.contains(&None);
        places[..at].contains(place) || is_stdout()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_belongs_to_the_format_before_it() {
        let file = PathBuf::from("out.json");
        let pairs = paired(&[(1, Format::Json), (3, Format::Human)], &[(2, file.clone())]).expect("pairs");
        assert_eq!(pairs[0], Output { format: Format::Json, file: Some(file.clone()) });
        assert_eq!(pairs[1], Output { format: Format::Human, file: None });
        for (name, format) in [
            ("x.html", Format::Html),
            ("x.sarif", Format::Sarif),
            ("x", Format::Human),
            ("x.log", Format::Human),
        ] {
            let alone = paired(&[], &[(1, name.into())]).expect("one");
            assert_eq!(alone, [Output { format, file: Some(name.into()) }], "{name}");
        }
        assert!(paired(&[(1, Format::Json), (2, Format::Human)], &[]).is_err(), "both to standard output");
        assert!(paired(&[(1, Format::Json)], &[(2, file.clone()), (3, file)]).is_err(), "two outputs");
    }
}
