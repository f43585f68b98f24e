//! `counterfoil fingerprint`: the committed file that finds a value without holding it.

use std::path::PathBuf;

use clap::Args;
use miette::{IntoDiagnostic as _, Report, WrapErr as _};

use super::args::Common;
use super::{Answer, out, tools};
use crate::endpoint::fingerprint::{PEPPER_VARIABLE, Pepper, make};
use crate::endpoint::sources;
use crate::search::Engine;

#[derive(Debug, Clone, Args)]
pub struct FingerprintArgs {
    /// Without a pepper, cut to 12 bits: it can only warn
    #[arg(long, conflicts_with_all = ["pepper_file", "pepper_fd"])]
    pub public: bool,
    /// A file that holds the pepper [default: the environment variable COUNTERFOIL_PEPPER]
    #[arg(long, value_name = "FILE", conflicts_with = "pepper_fd")]
    pub pepper_file: Option<PathBuf>,
    /// An open descriptor to read the pepper from
    #[arg(long, value_name = "N")]
    pub pepper_fd: Option<u32>,
    /// Where the fingerprint goes [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Makes a fingerprint of every value that is given.
pub(super) fn run(common: &Common, args: &FingerprintArgs) -> Answer {
    let profile = tools::profile(common)?;
    let endpoints = tools::endpoints(common, &profile)?;
    if endpoints.is_empty() {
        return Err(miette::miette!(
            code = "fingerprint::no_value",
            help = "it is never an argument: set the variable, or give --endpoint-file or --endpoint-fd",
            "there is no endpoint value: {} is not set",
            profile.spec.endpoint_variable
        ));
    }
    let pepper = if args.public { None } else { Some(pepper(args)?) };
    let text =
        make(&endpoints, pepper.as_ref()).into_diagnostic().wrap_err("the fingerprint can't be made")?;
    out::write(&Engine::new(&endpoints), text.as_bytes(), args.output.as_deref())?;
    Ok(0)
}

fn pepper(args: &FingerprintArgs) -> Result<Pepper, Report> {
    let read = match (&args.pepper_file, args.pepper_fd) {
        (Some(path), _) => Some(sources::read_file(path, &crate::text::printable_path(path))),
        (None, Some(descriptor)) => Some(sources::read_descriptor(descriptor)),
        (None, None) => None,
    };
    let given = match read {
        Some(read) => Some(Pepper::new(&read.into_diagnostic().wrap_err("the pepper can't be read")?)),
        None => from_environment(),
    };
    let Some(pepper) = given else {
        return Err(miette::miette!(
            code = "fingerprint::no_pepper",
            help = "make one with `openssl rand -hex 32`, keep it where the value is kept, and give it in \
                    COUNTERFOIL_PEPPER, --pepper-file or --pepper-fd; --public needs none, and only warns",
            "there is no pepper: hosts can be enumerated, so a fingerprint without one would give the value away"
        ));
    };
    pepper.into_diagnostic()
}

/// The pepper in the environment, if there is one; read outside the argument parser, like the value.
pub(super) fn from_environment() -> Option<Result<Pepper, crate::endpoint::fingerprint::FingerprintError>> {
    use std::os::unix::ffi::OsStringExt as _;
    let text = std::env::var_os(PEPPER_VARIABLE).map(|text| zeroize::Zeroizing::new(text.into_vec()))?;
    (!text.trim_ascii().is_empty()).then(|| Pepper::new(&text))
}
