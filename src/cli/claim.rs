//! `counterfoil claim`: a work item explained, from its heading down to the bytes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use miette::{IntoDiagnostic as _, Report};

use super::args::{Common, Scope, When};
use super::progress::Bar;
use super::tools::Toolbox;
use super::{Answer, audit, out};
use crate::judge::State;
use crate::report::chain::{self, ChainFormat};
use crate::text::printable_path;

#[derive(Debug, Clone, Args)]
pub struct ClaimArgs {
    /// Ids of work items, then the documents and runs to look at [default: what the configuration names, else .]
    #[arg(value_name = "ID|PATH", required = true)]
    pub words: Vec<OsString>,
    #[command(flatten)]
    pub scope: Scope,
    /// How the chain is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Where it goes [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A progress bar on standard error; off a terminal, `always` writes a line for each stage
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub progress: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
    Markdown,
}

/// Exit codes: 0 everything that is claimed stands, 1 something does not, 2 no such work item, 3 something
/// could not be read.
pub(super) fn run(common: &Common, args: &ClaimArgs, configured: Vec<PathBuf>) -> Answer {
    let toolbox = Toolbox::new(common)?;
    let ids = &toolbox.profile.documents()?.only_id;
    let id = |word: &OsString| word.to_str().filter(|word| ids.is_match(word)).map(str::to_owned);
    let mut paths: Vec<PathBuf> =
        args.words.iter().filter(|word| id(word).is_none()).map(PathBuf::from).collect();
    let ids: Vec<String> = args.words.iter().filter_map(id).collect();
    if paths.is_empty() {
        paths = configured;
    }
    if ids.is_empty() {
        return Err(no_id(&args.words));
    }
    let settings = audit::settings(common, &args.scope, &paths, toolbox.limits);
    let (_, explained) = {
        let bar = Bar::new(args.progress, common.quiet);
        crate::audit::explain(&settings, toolbox.tools(), &bar, &ids)?
    };
    if let Some(missing) = ids.iter().find(|id| !explained.iter().any(|item| item.id == **id)) {
        return Err(miette::miette!(
            code = "claim::no_such_item",
            help = "name the folder of the documents that hold it: counterfoil claim ID PATH",
            "no audited document has a work item {missing}"
        ));
    }
    let format = match args.format {
        Format::Human => ChainFormat::Human,
        Format::Json => ChainFormat::Json,
        Format::Markdown => ChainFormat::Markdown,
    };
    let terminal = args.output.is_none().then(|| out::terminal(std::io::stdout())).flatten();
    let text = chain::render(format, &explained, &out::style(common, terminal)).into_diagnostic()?;
    out::write(&toolbox.engine, text.as_bytes(), args.output.as_deref())?;
    let any = |state| explained.iter().any(|item| item.chain.state == state);
    Ok(if any(State::Fails) {
        1
    } else if any(State::Unknown) {
        3
    } else {
        0
    })
}

fn no_id(words: &[OsString]) -> Report {
    let words: Vec<String> = words.iter().map(|word| printable_path(Path::new(word))).collect();
    let words = words.join(" ");
    miette::miette!(
        code = "claim::no_id",
        help = "an id looks like CTO-WORK-030; its form is the profile's `[documents] work_item`",
        "none of `{words}` is a work item's id"
    )
}
