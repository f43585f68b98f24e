//! The command line: arguments, and one file a subcommand.
//!
//! The only floor that prints. Everything that leaves passes the egress gate (`out`).

mod again;
mod args;
mod audit;
mod claim;
pub mod config;
mod draft;
mod evidence;
mod file;
mod fingerprint;
pub mod hardening;
mod hook;
mod init;
mod out;
mod packaging;
mod preflight;
mod progress;
mod rules;
mod seal;
mod selftest;
mod tools;
mod unshown;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

pub use args::{AuditArgs, Cli, Command};

/// What a subcommand comes to: an exit code, or an error for the reader (exit code 2).
type Answer = Result<u8, miette::Report>;

/// The whole program: arguments in, exit code out.
#[must_use]
pub fn main() -> ExitCode {
    let matches = match Cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return out::usage(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return out::usage(&error),
    };
    let mut common = cli.common;
    let found = match &cli.command {
        // What needs no configuration is not kept from its work by a broken one, unless it is named.
        Command::Init(_) | Command::Completions { .. } | Command::Man { .. } => {
            let named = common.config.as_deref().map(|path| config::Config::find(Some(path)));
            named.transpose().map(|_| config::Config::default())
        }
        _ => config::Config::find(common.config.as_deref()),
    };
    let config = match found {
        Ok(config) => config,
        Err(error) => return out::error(&common, &error.into()),
    };
    if let Err(report) = tools::check_files(&common) {
        return out::error(&common, &report);
    }
    let given = common.clone();
    config.fill(&mut common);
    let answer = match cli.command {
        Command::Audit(mut args) => {
            let again = again::arguments(&given, &args.scope, &args.paths);
            config.fill_audit(&mut args);
            outputs(&matches, &args)
                .and_then(|outputs| audit::run(&common, &args, &outputs, &config, &again))
        }
        Command::Hook(args) => hook::run(&common, &args, &config),
        Command::Fingerprint(args) => fingerprint::run(&common, &args),
        Command::Claim(mut args) => {
            config.fill_scope(&mut args.scope);
            claim::run(&common, &args, config.paths())
        }
        Command::Preflight => preflight::run(&common),
        Command::Rules(args) => rules::run(&common, &args),
        Command::Evidence(mut args) => {
            config.fill_scope(&mut args.scope);
            evidence::run(&common, &args)
        }
        Command::Seal(args) => seal::seal(&common, &args),
        Command::Verify(args) => seal::verify(&common, &args),
        Command::Init(args) => init::run(&common, &args),
        Command::Completions { shell } => packaging::completions(shell),
        Command::Man { folder } => packaging::man(folder.as_deref()),
    };
    match answer {
        Ok(code) => ExitCode::from(code),
        Err(report) => out::error(&common, &report),
    }
}

/// The formats and outputs of `audit`, with the order in which they were given.
fn outputs(matches: &clap::ArgMatches, args: &AuditArgs) -> Result<Vec<audit::Output>, miette::Report> {
    let given = matches.subcommand_matches("audit");
    let places = |id: &str| given.and_then(|given| given.indices_of(id)).into_iter().flatten();
    let formats: Vec<_> = places("format").zip(args.format.iter().copied()).collect();
    let files: Vec<_> = places("output").zip(args.output.iter().cloned()).collect();
    audit::paired(&formats, &files)
}
