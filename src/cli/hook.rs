//! `counterfoil hook`: what git's hooks call before a commit and before a push.
//!
//! Says nothing where there is nothing to say. Otherwise: what was found, as in an audit, and what to do now.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::{Args, Subcommand};
use miette::{IntoDiagnostic as _, Report};

use super::args::{Common, Scope};
use super::config::Config;
use super::{Answer, audit, out, tools};
use crate::audit::Alone;
use crate::collect::Context;
use crate::collect::git::hooks::{self, Caller, HookError, Remote};
use crate::endpoint::sources::withhold;
use crate::evidence::Evidence;
use crate::finding::{Finding, Severity};
use crate::judge::Outcome;
use crate::report::{Format, Style};

#[derive(Debug, Clone, Args)]
pub struct HookArgs {
    #[command(subcommand)]
    pub hook: Hook,
    /// A warning stops as well
    #[arg(long, global = true)]
    pub strict: bool,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Hook {
    /// What is staged: content and paths, not the work tree's
    PreCommit {
        /// Ignored: what is staged is read from the index
        #[arg(value_name = "FILE", hide = true)]
        files: Vec<PathBuf>,
    },
    /// A commit's message
    CommitMsg {
        /// The file that git keeps the message in
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// The commits about to be pushed, told on standard input as git does
    PrePush {
        /// The remote's name
        #[arg(value_name = "REMOTE")]
        remote: Option<String>,
        /// The remote's address: never shown
        #[arg(value_name = "URL", hide = true)]
        url: Option<OsString>,
    },
}

/// Lines of standard input are taken up to here: some thousand refs for each of many pushes.
const LINES: u64 = 64 << 20;

pub(super) fn run(common: &Common, args: &HookArgs, config: &Config) -> Answer {
    config.check(|| tools::pack(common))?;
    let profile = tools::profile(common)?;
    let engine = tools::engine(common, &profile)?;
    let mut settings = audit::settings(common, &Scope::default(), &[], tools::limits(common));
    settings.strict = args.strict || config.is_strict();
    settings.waivers = config.waivers.clone();
    let alone = Alone::new(&settings, &profile, &engine)?;
    let mut evidence = collect(&args.hook, &profile.spec.endpoint_variable, &alone.context())?;
    alone.close(&mut evidence);
    if Alone::is_clean(&evidence) && common.rules.is_empty() {
        return Ok(0);
    }
    let pack = tools::pack(common)?;
    let outcome = alone.judge(&pack, evidence)?;
    if outcome.findings.is_empty() && outcome.gaps.is_empty() {
        return Ok(0);
    }
    let terminal = out::terminal(std::io::stderr());
    let mut bytes = Vec::new();
    let style = Style { quiet: common.quiet, ..out::style(common, terminal) };
    crate::report::render(Format::Human, &outcome, &style, &mut bytes).into_diagnostic()?;
    if !common.quiet {
        bytes.extend(advice(&args.hook, &outcome, settings.strict).as_bytes());
    }
    out::note(&engine, &String::from_utf8_lossy(&bytes));
    Ok(outcome.exit_code)
}

fn collect(hook: &Hook, endpoint_variable: &str, context: &Context<'_>) -> Result<Evidence, Report> {
    let folder = std::env::current_dir().into_diagnostic()?;
    let variable = |name: &str| std::env::var_os(name);
    let git = |args: &[&str]| ask(&folder, endpoint_variable, args);
    let caller = Caller { folder: &folder, variable: &variable, git: &git };
    let evidence = match hook {
        Hook::PreCommit { .. } => hooks::pre_commit(&caller, context),
        Hook::CommitMsg { file } => hooks::commit_msg(file, &caller, context),
        Hook::PrePush { remote, url } => {
            let name = remote.clone().or_else(|| std::env::var("PRE_COMMIT_REMOTE_NAME").ok());
            let address = url.clone().or_else(|| std::env::var_os("PRE_COMMIT_REMOTE_URL"));
            let remote = Remote { name: name.as_deref(), address: address.as_deref() };
            hooks::pre_push(remote, &lines(&caller, remote)?, &caller, context)
        }
    };
    evidence.map_err(|error| told(&error))
}

/// Asks git, in whose midst a hook runs. The value is not for what git may start.
fn ask(folder: &Path, endpoint_variable: &str, args: &[&str]) -> hooks::Answer {
    let mut git = std::process::Command::new("git");
    git.args(args).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::null());
    match withhold(&mut git, endpoint_variable).output() {
        Ok(output) if output.status.success() => {
            let said = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
            hooks::Answer::Said(said.to_vec())
        }
        Ok(_) => hooks::Answer::Nothing,
        Err(_) => hooks::Answer::Unasked,
    }
}

fn told(error: &HookError) -> Report {
    let help = match error {
        HookError::NoRepository => "hooks run inside a git repository",
        HookError::Message(_) => "git gives the message's file: counterfoil hook commit-msg \"$1\"",
        HookError::Line { .. } => {
            "git gives `<local ref> <local id> <remote ref> <remote id>` on each line"
        }
    };
    miette::miette!(code = "hook::input", help = help, "{error}")
}

/// What git gives to pre-push. The pre-commit framework reads that itself, and passes it on in variables:
/// both ends of a range; or, where a whole history is pushed, the branch alone.
///
/// The framework takes all branches below the remote's name for what is where the push goes, so where another
/// remote's are among them, or the push goes elsewhere, its range may begin too late, and the whole history is taken.
fn lines(caller: &Caller<'_>, remote: Remote<'_>) -> Result<Vec<u8>, Report> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if variable("PRE_COMMIT").is_none() {
        let mut lines = Vec::new();
        std::io::stdin().lock().take(LINES).read_to_end(&mut lines).into_diagnostic()?;
        return Ok(lines);
    }
    let local = variable("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_else(|| "HEAD".to_owned());
    let branch = variable("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_else(|| local.clone());
    let (from, to) = match (variable("PRE_COMMIT_FROM_REF"), variable("PRE_COMMIT_TO_REF")) {
        (Some(from), Some(to)) if is_own(caller, remote) => (from, to),
        (Some(from), Some(to)) => ("0".repeat(from.len()), to),
        _ => {
            let tip = tip(caller.folder, &local).ok_or_else(|| {
                miette::miette!(
                    code = "hook::input",
                    help = "push a branch or a tag by its name",
                    "the framework names `{}`, and no commit is found there",
                    crate::report::line(&local)
                )
            })?;
            ("0".repeat(tip.len()), tip)
        }
    };
    Ok(format!("{local} {to} {branch} {from}\n").into_bytes())
}

/// Whether all branches below the remote's name are what is where the push goes; where the framework was not
/// started by a push, somebody typed the range.
fn is_own(caller: &Caller<'_>, remote: Remote<'_>) -> bool {
    match remote.name {
        None => true,
        Some("") => false,
        Some(own) => {
            let alone = hooks::remotes(caller).is_some_and(|all| !hooks::is_shared(own, &all));
            alone && hooks::is_fetched_from(caller, remote)
        }
    }
}

/// The object that a ref leads to.
fn tip(folder: &Path, name: &str) -> Option<String> {
    let repository = gix::discover(folder).ok()?;
    let mut reference = repository.find_reference(name).ok()?;
    Some(reference.peel_to_id().ok()?.to_string())
}

/// What to do now, by where the value stands.
fn advice(hook: &Hook, outcome: &Outcome, strict: bool) -> String {
    let stopped = match hook {
        Hook::PreCommit { .. } | Hook::CommitMsg { .. } => "the commit was stopped",
        Hook::PrePush { .. } => "the push was stopped",
    };
    match outcome.exit_code {
        1 => {
            let stops = |it: &&Finding| strict || it.severity == Severity::Error;
            let found = outcome.findings.iter().filter(stops);
            let cures: BTreeSet<Cure> = found.map(|finding| Cure::of(hook, finding)).collect();
            let cures: Vec<&str> = cures.into_iter().map(Cure::words).collect();
            let unsent =
                if matches!(hook, Hook::PrePush { .. }) { "nothing has left this machine: " } else { "" };
            format!("{stopped}: {unsent}{}\n", cures.join("; and "))
        }
        3 => format!("{stopped}: something could not be read, so it can't be said to be clean\n"),
        _ => String::new(),
    }
}

/// What takes the value out of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cure {
    Content,
    Name,
    Message,
    Identity,
    Commits,
    Tag,
    Ref,
}

impl Cure {
    fn of(hook: &Hook, finding: &Finding) -> Self {
        let place = &finding.location;
        let surface = place.surface.as_deref();
        match hook {
            Hook::PreCommit { .. } if surface == Some("path") => Self::Name,
            Hook::PreCommit { .. } => Self::Content,
            Hook::CommitMsg { .. } if place.path.starts_with("GIT_") => Self::Identity,
            Hook::CommitMsg { .. } => Self::Message,
            Hook::PrePush { .. } if surface == Some("ref") => Self::Ref,
            Hook::PrePush { .. } if place.commit.is_none() => Self::Tag,
            Hook::PrePush { .. } => Self::Commits,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Content => "take the value out of the file, `git add` it again, and commit again",
            Self::Name => "give the file or folder another name (`git mv`), and commit again",
            Self::Message => {
                "write the message without the value; git kept your text in .git/COMMIT_EDITMSG (`git commit -e -F \
                 .git/COMMIT_EDITMSG`)"
            }
            Self::Identity => {
                "it stands in who commits, not in the message: set `git config user.name` and `user.email` without it \
                 (or give `--author`), and commit again"
            }
            Self::Commits => "rewrite the commits named above (`git rebase -i`), then push again",
            Self::Tag => {
                "make the tag named above anew (`git tag -d TAG`, then `git tag -a TAG`), then push again"
            }
            Self::Ref => {
                "name the branch or tag otherwise (`git branch -m`; `git tag -d` and a tag of another name), then push \
                 again"
            }
        }
    }
}
