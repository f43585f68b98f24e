//! `counterfoil seal RUN…` and `counterfoil verify RUN…`: a signed statement about a run, written beside it.
//!
//! A run in which the value was found is not sealed: the digest of such a file would be one more trace of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use miette::{IntoDiagnostic as _, Report, WrapErr as _};

use super::args::{Common, SealArgs, VerifyArgs};
use super::tools::Toolbox;
use super::{Answer, audit, out};
use crate::audit::Quiet;
use crate::collect::digests;
use crate::judge::{Outcome, RunSummary, RunVerdict};
use crate::seal::{Signers, Statement, sign, verify as verify_signature};
use crate::text::{io_reason, printable_path};

/// Judges each run, and writes `<run>.seal.json` and its signature `<run>.seal.json.sig`.
pub(super) fn seal(common: &Common, args: &SealArgs) -> Answer {
    let toolbox = Toolbox::new(common)?;
    let key = zeroize::Zeroizing::new(read(&args.key, "`--key` names the OpenSSH private key that signs")?);
    if let Some(folder) = &args.output {
        std::fs::create_dir_all(folder)
            .into_diagnostic()
            .wrap_err_with(|| format!("the folder {} can't be made", printable_path(folder)))?;
    }
    let mut said = String::new();
    let mut worst = 0;
    for run in &args.runs {
        let (outcome, summary) = judged(common, &toolbox, run)?;
        if outcome.leaks > 0 {
            let _ = writeln!(
                said,
                "{}: not sealed: the endpoint value was found in it; audit it first",
                summary.id
            );
            worst = 1;
            continue;
        }
        let files = files(run)?;
        let statement = Statement::new(&summary, &files, &outcome.profile, outcome.value_known);
        let bytes = statement.to_bytes().into_diagnostic()?;
        let signature = sign(&key, &bytes).map_err(|error| {
            miette::miette!(code = "seal::key", "{} can't sign: {error}", printable_path(&args.key))
        })?;
        let (seal, sig) = beside(run, args.output.as_deref());
        out::write(&toolbox.engine, &bytes, Some(&seal))?;
        out::write(&toolbox.engine, signature.as_bytes(), Some(&sig))?;
        let _ = writeln!(
            said,
            "{}: {}, {} files sealed in {}",
            summary.id,
            summary.verdict.as_str(),
            statement.files(),
            printable_path(&seal)
        );
    }
    out::plain(&toolbox.engine, &said)?;
    Ok(worst)
}

/// Checks the signature, the digests and the verdict of each run's seal.
pub(super) fn verify(common: &Common, args: &VerifyArgs) -> Answer {
    let toolbox = Toolbox::new(common)?;
    let text = String::from_utf8_lossy(&read(
        &args.allowed_signers,
        "`--allowed-signers` names a file of lines `PRINCIPAL KEY`, as `ssh-keygen -Y verify` reads them",
    )?)
    .into_owned();
    let signers = Signers::parse(&text).into_diagnostic()?;
    let mut said = String::new();
    let mut worst = 0;
    for run in &args.runs {
        let faults = match checked(common, &toolbox, args, run, &signers, &mut said) {
            Ok(faults) => faults,
            Err(report) => vec![report.to_string()],
        };
        if !faults.is_empty() {
            worst = 1;
        }
        for fault in faults {
            let _ = writeln!(said, "  ✗ {fault}");
        }
    }
    out::plain(&toolbox.engine, &toolbox.engine.redact(&said).map_or(said, |redacted| redacted.text))?;
    Ok(worst)
}

fn checked(
    common: &Common,
    toolbox: &Toolbox,
    args: &VerifyArgs,
    run: &Path,
    signers: &Signers,
    said: &mut String,
) -> Result<Vec<String>, Report> {
    let _ = writeln!(said, "{}", printable_path(run));
    let (seal, sig) = beside(run, args.seals.as_deref());
    let help = "`counterfoil seal` writes it with the seal";
    if !seal.exists() {
        return Ok(vec![format!(
            "it has no seal: run `counterfoil seal` ({} does not exist)",
            printable_path(&seal)
        )]);
    }
    let bytes = read(&seal, help)?;
    let key = verify_signature(&read(&sig, help)?, &bytes).map_err(|error| {
        miette::miette!("the signature {} does not count: {error}", printable_path(&sig))
    })?;
    let Some(principal) = signers.principal(&key, jiff::Timestamp::now()) else {
        return Ok(vec!["the signature is sound, but its key is none of the allowed signers'".to_owned()]);
    };
    let _ = writeln!(said, "  ✓ signed by {principal}");
    let statement = Statement::parse(&bytes)
        .map_err(|error| miette::miette!("{} does not count: {error}", printable_path(&seal)))?;
    let mut faults = Vec::new();
    let (outcome, summary) = judged(common, toolbox, run)?;
    if statement.predicate.run != summary.id {
        faults.push(format!("it is the seal of {}", statement.predicate.run));
    }
    let differences = statement.differences(&files(run)?);
    if differences.is_empty() {
        let _ = writeln!(said, "  ✓ all {} files are the ones that were sealed", statement.files());
    }
    faults.extend(differences.iter().map(ToString::to_string));
    let (sealed, now) = (statement.predicate.verdict.as_str(), summary.verdict.as_str());
    if sealed == now {
        let _ = writeln!(said, "  ✓ {now}, as sealed");
    } else if statement.predicate.value_known
        && !outcome.value_known
        && summary.verdict == RunVerdict::Unproven
    {
        let _ = writeln!(
            said,
            "  ? sealed as {sealed} by someone who knew the endpoint value; without it: {now}"
        );
    } else {
        faults.push(format!("sealed as {sealed}, but the evidence shows {now}"));
    }
    Ok(faults)
}

fn judged(common: &Common, toolbox: &Toolbox, run: &Path) -> Result<(Outcome, RunSummary), Report> {
    let paths = [run.to_path_buf()];
    let mut settings = audit::settings(common, &super::args::Scope::default(), &paths, toolbox.limits);
    settings.only = vec![crate::audit::Kind::Runs];
    let outcome = crate::audit::audit(&settings, toolbox.tools(), &Quiet)?;
    // The directory may hold further runs, whose files the seal covers too; the verdict is of the one that was named.
    let own: Vec<_> = outcome.runs.iter().filter(|run| run.path == ".").cloned().collect();
    match own.as_slice() {
        [summary] => Ok((outcome, summary.clone())),
        _ => Err(miette::miette!(
            code = "seal::no_run",
            help = "name run directories one by one: <YYYYMMDDTHHMMSSZ>-r<round>-<fixture>-<pid>",
            "{} is no run directory",
            printable_path(run)
        )),
    }
}

fn files(run: &Path) -> Result<std::collections::BTreeMap<String, String>, Report> {
    digests::of(run).map_err(|unread| {
        miette::miette!(
            code = "seal::unread",
            help = "a seal covers every file of the run; mend or remove what can't be read",
            "{} can't be sealed or checked: {}",
            printable_path(run),
            unread.join("; ")
        )
    })
}

/// The seal's file and its signature's, in `folder` or beside the run.
fn beside(run: &Path, folder: Option<&Path>) -> (PathBuf, PathBuf) {
    let run = std::path::absolute(run).unwrap_or_else(|_| run.to_path_buf());
    let name = run.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = folder.or(run.parent()).unwrap_or(Path::new("."));
    let seal = folder.join(format!("{name}.seal.json"));
    let signature = folder.join(format!("{name}.seal.json.sig"));
    (seal, signature)
}

fn read(path: &Path, help: &str) -> Result<Vec<u8>, Report> {
    std::fs::read(path).map_err(|error| {
        let why = io_reason(&error);
        miette::miette!(
            code = "seal::unreadable",
            help = help,
            "{} can't be read: {why}",
            printable_path(path)
        )
    })
}
