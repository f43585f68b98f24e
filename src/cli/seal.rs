//! `counterfoil seal RUN…` and `counterfoil verify RUN…`: a signed statement about a run, written beside it.
//!
//! A run in which the value was found is not sealed: the digest of such a file would be one more trace of it.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use miette::{IntoDiagnostic as _, Report, WrapErr as _};

use super::args::{Common, SealArgs, VerifyArgs};
use super::tools::Toolbox;
use super::{Answer, audit, out};
use crate::audit::{NoSuchPath, Quiet, place_of, run_at};
use crate::collect::digests;
use crate::finding::{Finding, Severity};
use crate::judge::{Outcome, RunSummary, RunVerdict};
use crate::seal::{NAMESPACE, Signers, Statement, sign, verify as verify_signature};
use crate::text::{io_reason, printable_path};

/// The rule of what may be the value where that is not known: the digest of such a file may tell it as well.
const SHAPED: &str = "endpoint/shaped";

/// What a line of `verify` begins with that tells of something as it should be.
const HOLDS: &str = "  ✓";

/// Judges each run, and writes `<run>.seal.json` and its signature `<run>.seal.json.sig`.
pub(super) fn seal(common: &Common, args: &SealArgs) -> Answer {
    let toolbox = Toolbox::new(common)?;
    let runs = directories(&args.runs, &toolbox)?;
    outside(&runs, args.output.as_deref())?;
    let key = args.key.as_deref().map(Key::read).transpose()?;
    if let Some(folder) = &args.output {
        std::fs::create_dir_all(folder)
            .into_diagnostic()
            .wrap_err_with(|| format!("the folder {} can't be made", printable_path(folder)))?;
    }
    let mut said = String::new();
    let sealed = runs.iter().try_fold(0, |worst, run| {
        let (code, told) = sealed(common, &toolbox, args, run, key.as_ref())?;
        if code != 0 || !common.quiet {
            let _ = writeln!(said, "{told}");
        }
        Ok(worst.max(code))
    });
    // What was written before an error is there.
    out::plain(&toolbox.engine, &said)?;
    sealed
}

/// Seals one run: what is to be said of it, and 1 where it is not sealed.
fn sealed(
    common: &Common,
    toolbox: &Toolbox,
    args: &SealArgs,
    run: &RunDirectory<'_>,
    key: Option<&Key<'_>>,
) -> Result<(u8, String), Report> {
    let (outcome, summary, files) = at_rest(common, toolbox, run.given)?;
    if outcome.leaks > 0 {
        let why = "not sealed: the endpoint value was found in it; audit it first";
        return Ok((1, format!("{}: {why}", summary.id)));
    }
    let is_shaped = |it: &Finding| it.rule.as_str() == SHAPED && it.severity == Severity::Error;
    if outcome.findings.iter().any(is_shaped) {
        let why = "not sealed: something in it looks like the endpoint value, which is not known here; give the value, or \
                   audit it first";
        return Ok((1, format!("{}: {why}", summary.id)));
    }
    let statement = Statement::new(&summary, &files, &outcome.profile, outcome.value_known);
    let bytes = statement.to_bytes().into_diagnostic()?;
    let signature = key.map(|key| key.sign(&bytes)).transpose()?;
    let (seal, sig) = run.seal(args.output.as_deref());
    out::write(&toolbox.engine, &bytes, Some(&seal))?;
    let (verdict, count, shown) = (summary.verdict.as_str(), statement.files(), printable_path(&seal));
    let Some(signature) = signature else {
        let how = format!("sign it with `ssh-keygen -Y sign -n {NAMESPACE} -f KEY {shown}`");
        return Ok((0, format!("{}: {verdict}, {count} files stated in {shown}: {how}", summary.id)));
    };
    out::write(&toolbox.engine, signature.as_bytes(), Some(&sig))?;
    Ok((0, format!("{}: {verdict}, {count} files sealed in {shown}", summary.id)))
}

/// The key that signs, and where it was read.
struct Key<'a> {
    path: &'a Path,
    bytes: zeroize::Zeroizing<Vec<u8>>,
}

impl<'a> Key<'a> {
    fn read(path: &'a Path) -> Result<Self, Report> {
        let bytes = read(path, "`--key` names the OpenSSH private key that signs")?;
        Ok(Self { path, bytes: zeroize::Zeroizing::new(bytes) })
    }

    fn sign(&self, bytes: &[u8]) -> Result<String, Report> {
        sign(&self.bytes, bytes).map_err(|error| {
            let help = "without `--key` the statement alone is written, for `ssh-keygen -Y sign`";
            miette::miette!(
                code = "seal::key",
                help = help,
                "{} can't sign: {error}",
                printable_path(self.path)
            )
        })
    }
}

/// Where a path leads, whether all of it is there yet or not.
fn behind_links(path: &Path) -> PathBuf {
    let mut place = PathBuf::new();
    for part in place_of(path).components() {
        if part == Component::ParentDir {
            place.pop();
        } else {
            place.push(part);
        }
        place = place.canonicalize().unwrap_or(place);
    }
    place
}

/// Refuses to write a seal into a run that is sealed: the run would then not be the one that was.
fn outside(runs: &[RunDirectory<'_>], folder: Option<&Path>) -> Result<(), Report> {
    for run in runs {
        let (seal, _) = run.seal(folder);
        let place = behind_links(seal.parent().unwrap_or(&seal));
        let own = |other: &&RunDirectory<'_>| place.starts_with(behind_links(&other.path));
        if let Some(sealed) = runs.iter().find(own) {
            return Err(miette::miette!(
                code = "seal::within",
                help = "name a folder outside of it: `--output DIR`",
                "the seal of {} can't lie in the run {}, which would be changed by it",
                run.id,
                sealed.id
            ));
        }
    }
    Ok(())
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
    let runs = directories(&args.runs, &toolbox)?;
    let mut said = String::new();
    let mut worst = 0;
    for run in &runs {
        let mut held = String::new();
        let faults = match checked(common, &toolbox, args, run, &signers, &mut held) {
            Ok(faults) => faults,
            Err(report) => vec![report.to_string()],
        };
        if !faults.is_empty() {
            worst = 1;
        }
        if common.quiet {
            held = held.split_inclusive('\n').filter(|line| !line.starts_with(HOLDS)).collect();
        }
        let own = format!("{}\n", printable_path(run.given));
        if !common.quiet || !faults.is_empty() || held != own {
            said.push_str(&held);
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
    run: &RunDirectory<'_>,
    signers: &Signers,
    said: &mut String,
) -> Result<Vec<String>, Report> {
    let _ = writeln!(said, "{}", printable_path(run.given));
    let (seal, sig) = run.seal(args.seals.as_deref());
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
    let principal = match signers.principal(&key, jiff::Timestamp::now()) {
        Ok(principal) => principal,
        Err(refused) => return Ok(vec![format!("the signature is sound, but {refused}")]),
    };
    let _ = writeln!(said, "{HOLDS} signed by {principal}");
    let statement = Statement::parse(&bytes)
        .map_err(|error| miette::miette!("{} does not count: {error}", printable_path(&seal)))?;
    let mut faults = Vec::new();
    let (outcome, summary, files) = at_rest(common, toolbox, run.given)?;
    if statement.predicate.run != summary.id {
        faults.push(format!("it is the seal of {}", statement.predicate.run));
    }
    if statement.predicate.profile != outcome.profile {
        let sealed = &statement.predicate.profile;
        faults.push(format!("sealed under the profile {sealed}, and judged under {}", outcome.profile));
    }
    let differences = statement.differences(&files);
    if differences.is_empty() {
        let _ = writeln!(said, "{HOLDS} all {} files are the ones that were sealed", statement.files());
    }
    faults.extend(differences.iter().map(ToString::to_string));
    let (sealed, now) = (statement.predicate.verdict.as_str(), summary.verdict.as_str());
    if sealed == now {
        let _ = writeln!(said, "{HOLDS} {now}, as sealed");
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

/// The outcome of a run that nobody changes meanwhile, and the digests of what was judged.
fn at_rest(
    common: &Common,
    toolbox: &Toolbox,
    run: &Path,
) -> Result<(Outcome, RunSummary, Digests), Report> {
    let before = files(run)?;
    let (outcome, summary) = judged(common, toolbox, run)?;
    if files(run)? != before {
        return Err(miette::miette!(
            code = "seal::changed",
            help = "wait until nothing writes to the run any more",
            "{} was changed while it was judged",
            printable_path(run)
        ));
    }
    Ok((outcome, summary, before))
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
        _ => Err(no_run(run)),
    }
}

/// Digests of files, by their paths in the run.
type Digests = std::collections::BTreeMap<String, String>;

fn files(run: &Path) -> Result<Digests, Report> {
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

/// A run directory that was named.
struct RunDirectory<'a> {
    given: &'a Path,
    /// Where it is, whatever link was named.
    path: PathBuf,
    id: String,
}

impl RunDirectory<'_> {
    /// The seal's file and its signature's, in `folder` or beside the run.
    fn seal(&self, folder: Option<&Path>) -> (PathBuf, PathBuf) {
        let folder = folder.or(self.path.parent()).unwrap_or(Path::new("."));
        let file = |ending: &str| folder.join(format!("{}.seal.json{ending}", self.id));
        (file(""), file(".sig"))
    }
}

/// The run directories that were named.
fn directories<'a>(runs: &'a [PathBuf], toolbox: &Toolbox) -> Result<Vec<RunDirectory<'a>>, Report> {
    let directory = |given: &'a PathBuf| {
        std::fs::metadata(given)
            .map_err(|error| NoSuchPath { path: printable_path(given), why: io_reason(&error) })?;
        let (path, name) = run_at(given, &toolbox.profile).ok_or_else(|| no_run(given))?;
        Ok(RunDirectory { given, path, id: name.id })
    };
    runs.iter().map(directory).collect()
}

fn no_run(path: &Path) -> Report {
    miette::miette!(
        code = "seal::no_run",
        help = "name run directories one by one: <YYYYMMDDTHHMMSSZ>-r<round>-<fixture>-<pid>",
        "{} is no run directory",
        printable_path(path)
    )
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
