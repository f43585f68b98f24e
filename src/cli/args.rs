//! The arguments, as CLI contract. No flag takes the endpoint value: arguments are visible to every process.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use super::claim::ClaimArgs;
use crate::audit::Kind;
use crate::report::{Color, Format};

/// More are a slip of the hand, and would be started one by one.
const MOST_THREADS: u64 = 1024;

/// Proves, from the artifacts, what an evaluation run really showed.
///
/// Exit codes: 0 everything was read and every rule holds, 1 a finding of severity error, 2 usage or nothing
/// to audit, 3 no error but something could not be read.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version, about, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit run directories, SOT documents and git repositories
    Audit(AuditArgs),
    /// Explain a work item: every claim, and the chain from its line to the bytes
    Claim(ClaimArgs),
    /// Tell which inputs of a run are there, never their values
    Preflight,
    /// List, explain and test rules
    Rules(RulesArgs),
    /// Print the evidence document that the rules judge, as JSON
    Evidence(EvidenceArgs),
    /// Write a signed statement about a run: the digests of its files, and its verdict
    Seal(SealArgs),
    /// Check the signed statement about a run
    Verify(VerifyArgs),
    /// The git hooks: what is staged, a message, what is about to be pushed
    Hook(super::hook::HookArgs),
    /// Make, from a value, the fingerprint that finds it without holding it
    Fingerprint(super::fingerprint::FingerprintArgs),
    /// Write a commented counterfoil.toml for what is here, and the git hooks
    Init(InitArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell that reads them
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command into a folder
    Man {
        /// The folder for all pages [default: the main page, to standard output]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Where [default: here]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Write the hooks pre-commit, pre-merge-commit, commit-msg and pre-push as well
    #[arg(long)]
    pub hooks: bool,
    /// Write in the place of what is there
    #[arg(long)]
    pub force: bool,
}

/// Options that make sense of most commands.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The configuration [default: counterfoil.toml, found upwards from here]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The profile of the harness: a name, or a file [default: hermes-case]
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// A folder of more rules; may be given more than once
    #[arg(long, global = true, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// A file of endpoint values, one a line, beside the environment variable
    #[arg(long, global = true, value_name = "FILE")]
    pub endpoint_file: Vec<PathBuf>,
    /// Files of fingerprints, from the configuration
    #[arg(skip)]
    pub fingerprints: Vec<PathBuf>,
    /// An open descriptor to read endpoint values from, one a line
    #[arg(long, global = true, value_name = "N")]
    pub endpoint_fd: Vec<u32>,
    /// Colours
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto")]
    pub color: Color,
    /// Print nothing but findings and gaps
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Threads [default: as many as there are processors]
    #[arg(
        long,
        global = true,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(..=MOST_THREADS)
    )]
    pub threads: usize,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Bounds on hostile input. What does not fit is a gap.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Bounds on hostile input")]
pub struct LimitArgs {
    /// Bytes that views and decoders may make of one file
    #[arg(long, global = true, value_name = "BYTES")]
    pub limit_decoded_bytes: Option<u64>,
    /// Encodings within one another
    #[arg(long, global = true, value_name = "N")]
    pub limit_depth: Option<u32>,
    /// Bytes that may be held of one file at once
    #[arg(long, global = true, value_name = "BYTES")]
    pub limit_held_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// Run directories, folders, documents, repositories [default: what the configuration names, else .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub scope: Scope,
    /// How the outcome is written; repeatable, in pairs with --output
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Vec<Format>,
    /// Where the format before it goes; without one, its ending names the format [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// A warning rejects as well
    #[arg(long)]
    pub strict: bool,
    /// A progress bar on standard error; off a terminal, `always` writes a line for each stage
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub progress: When,
}

/// What is looked at.
#[derive(Debug, Clone, Default, Args)]
pub struct Scope {
    /// Only these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kinds())]
    pub only: Vec<Kind>,
    /// Where cited runs are looked up, without auditing them as such; repeatable
    #[arg(long, value_name = "DIR")]
    pub runs: Vec<PathBuf>,
    /// The repository in which cited commits are looked up
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// A target repository that no run may inspect or copy; repeatable
    #[arg(long, value_name = "DIR", value_parser = folder())]
    pub target: Vec<PathBuf>,
    /// Of the history, only what these commits bring
    #[arg(long, value_name = "A..B")]
    pub range: Option<String>,
    /// Of a repository, only the work tree
    #[arg(long, conflicts_with = "range")]
    pub no_history: bool,
}

#[derive(Debug, Clone, Args)]
pub struct EvidenceArgs {
    /// A run directory, a document, a script or a repository
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    pub scope: Scope,
}

#[derive(Debug, Clone, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub enum RulesCommand {
    /// The catalogue
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// One rule's page
    Explain {
        /// The rule, as family/name
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Self-test of a rule pack: each rule fires on its failing cases, alone, and is silent on its passing ones
    Test {
        /// A folder of rules [default: ./rules]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

/// The formats as help lists them and shells complete them.
fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::as_str)).try_map(|word| word.parse::<Format>())
}

/// A folder that is there: a slip of the hand would else leave the target unguarded, and be told as a gap of each run.
fn folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match std::fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => Ok(path),
        Ok(_) => Err("it is no folder: name a target repository".to_owned()),
        Err(error) => Err(format!("{}: name a target repository", crate::text::io_reason(&error))),
    })
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    let kind = |word: String| Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
    PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)).try_map(move |word| kind(word).ok_or("no kind"))
}

#[derive(Debug, Clone, Args)]
pub struct SealArgs {
    /// Run directories
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// The OpenSSH private key that signs [default: the statement alone is written, for `ssh-keygen -Y sign`]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The folder for the statements [default: beside the run]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Run directories
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// Who may sign, in OpenSSH's allowed-signers form
    #[arg(long, value_name = "FILE")]
    pub allowed_signers: PathBuf,
    /// The folder of the statements [default: beside the run]
    #[arg(long, value_name = "DIR")]
    pub seals: Option<PathBuf>,
}
