//! `counterfoil audit`: the main job.

use std::io::IsTerminal as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use miette::Report;

use super::args::{AuditArgs, Common, Scope};
use super::config::Config;
use super::progress::Bar;
use super::tools::Toolbox;
use super::{Answer, out};
use crate::audit::Settings;
use crate::judge::{Show, Waivers};
use crate::report::{Format, Style};
use crate::search::Limits;

/// One rendering, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub format: Format,
    /// Standard output where it is none.
    pub file: Option<PathBuf>,
}

pub(super) fn run(
    common: &Common,
    args: &AuditArgs,
    targets: &[Target],
    config: &Config,
    again: &str,
) -> Answer {
    let toolbox = Toolbox::new(common)?;
    config.check(|| Ok::<_, Report>(&toolbox.pack))?;
    let mut settings = settings(common, &args.scope, &args.paths, toolbox.limits);
    settings.strict = args.strict;
    settings.waivers = config.waivers.clone();
    settings.cache = crate::endpoint::fingerprint::folder_of_user();
    let outcome = {
        let bar = Bar::new(args.progress, common.quiet);
        // The process ends soon: its many texts, in which no value is, are not given back one by one.
        ManuallyDrop::new(crate::audit::audit(&settings, toolbox.tools(), &bar)?)
    };
    for target in targets {
        let terminal = target.file.is_none().then(|| out::terminal(std::io::stdout())).flatten();
        let again = Show { engine: &toolbox.engine }.text(again);
        let style = Style { quiet: common.quiet, again, ..out::style(common, terminal) };
        let render =
            |out: &mut dyn std::io::Write| crate::report::render(target.format, &outcome, &style, out);
        out::report(&toolbox.engine, target.format, &render, target.file.as_deref())?;
        if target.format == Format::Github {
            job_summary(&toolbox, &outcome)?;
        }
    }
    if targets.iter().all(|target| target.file.is_some())
        && !common.quiet
        && std::io::stderr().is_terminal()
    {
        // Who sees nothing but the prompt again would not know how it went.
        out::note(&toolbox.engine, &format!("{}\n", told(&outcome, targets)));
    }
    Ok(outcome.exit_code)
}

/// How it went, and where to read it.
fn told(outcome: &crate::judge::Outcome, targets: &[Target]) -> String {
    let files = targets.iter().filter_map(|target| target.file.as_deref());
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
        today: jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date(),
    }
}

/// Pairs each `--output` with the `--format` before it.
///
/// # Errors
/// Two outputs for one format, and two formats for one place.
pub fn targets(formats: &[(usize, Format)], outputs: &[(usize, PathBuf)]) -> Result<Vec<Target>, Report> {
    let mut targets: Vec<(usize, Target)> =
        formats.iter().map(|(at, format)| (*at, Target { format: *format, file: None })).collect();
    if targets.is_empty() {
        let format = outputs.first().map_or(Format::Human, |(_, file)| Format::of_file(file));
        targets.push((0, Target { format, file: None }));
    }
    for (at, file) in outputs {
        let before = targets.iter_mut().rev().find(|(format_at, _)| format_at < at);
        match before {
            Some((_, target)) if target.file.is_none() => target.file = Some(file.clone()),
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
    let targets: Vec<Target> = targets.into_iter().map(|(_, target)| target).collect();
    for (at, target) in targets.iter().enumerate() {
        if targets[..at].iter().any(|other| other.file == target.file) {
            return Err(miette::miette!(
                code = "usage::output",
                help = "give each format but one an --output of its own",
                "two reports go to the same place"
            ));
        }
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_belongs_to_the_format_before_it() {
        let file = PathBuf::from("out.json");
        let pairs = targets(&[(1, Format::Json), (3, Format::Human)], &[(2, file.clone())]).expect("pairs");
        assert_eq!(pairs[0], Target { format: Format::Json, file: Some(file.clone()) });
        assert_eq!(pairs[1], Target { format: Format::Human, file: None });
        for (name, format) in [
            ("x.html", Format::Html),
            ("x.sarif", Format::Sarif),
            ("x", Format::Human),
            ("x.log", Format::Human),
        ] {
            let alone = targets(&[], &[(1, name.into())]).expect("one");
            assert_eq!(alone, [Target { format, file: Some(name.into()) }], "{name}");
        }
        assert!(targets(&[(1, Format::Json), (2, Format::Human)], &[]).is_err(), "both to standard output");
        assert!(targets(&[(1, Format::Json)], &[(2, file.clone()), (3, file)]).is_err(), "two outputs");
    }
}
