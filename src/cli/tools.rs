//! What the subcommands work with: profile, rules, endpoint values, engine. Made once.

use std::path::{Path, PathBuf};

use miette::{IntoDiagnostic as _, Report};

use super::args::Common;
use crate::endpoint::Endpoints;
use crate::endpoint::fingerprint::{Checker, Fingerprints, Store};
use crate::endpoint::sources::{SourceError, Sources};
use crate::judge::one_line;
use crate::profile::Profile;
use crate::rule::Pack;
use crate::search::{Engine, Limits};
use crate::text::nearest;

pub(super) struct Toolbox {
    pub profile: Profile,
    pub pack: Pack,
    pub engine: Engine,
    pub limits: Limits,
}

impl Toolbox {
    pub fn new(common: &Common) -> Result<Self, Report> {
        let profile = profile(common)?;
        let pack = pack(common)?;
        let engine = engine(common, &profile)?;
        Ok(Self { profile, pack, engine, limits: limits(common) })
    }

    pub fn tools(&self) -> crate::audit::Tools<'_> {
        crate::audit::Tools { profile: &self.profile, engine: &self.engine, pack: &self.pack }
    }
}

/// The engine for everything that is known: values, and fingerprints.
pub(super) fn engine(common: &Common, profile: &Profile) -> Result<Engine, Report> {
    let endpoints = endpoints(common, profile)?;
    let engine = Engine::with_aliases(&endpoints, &profile.spec.allow_aliases);
    if common.fingerprints.is_empty() {
        return Ok(engine);
    }
    let mut fingerprints = Fingerprints::default();
    for path in &common.fingerprints {
        let shown = crate::text::printable_path(path);
        let text = std::fs::read_to_string(path).map_err(|error| {
            miette::miette!(
                code = "fingerprint::unreadable",
                help = "`fingerprints` in counterfoil.toml names it; `counterfoil fingerprint` makes one",
                "the fingerprints in {shown} can't be read: {}",
                crate::text::io_reason(&error)
            )
        })?;
        fingerprints.add(&shown, &text).into_diagnostic()?;
    }
    let pepper = super::fingerprint::from_environment().transpose().into_diagnostic()?;
    Ok(engine.with_fingerprints(Checker::new(fingerprints, pepper, Store::of_user())))
}

pub(super) fn profile(common: &Common) -> Result<Profile, Report> {
    let name = common.profile.as_deref().unwrap_or("hermes-case");
    if name == "hermes-case" {
        return Ok(Profile::built_in()?);
    }
    match nearest(name, ["hermes-case"]) {
        Some(meant) if !Path::new(name).exists() => Err(miette::miette!(
            code = "profile::unreadable",
            help = format!("did you mean `{meant}`? else name a file"),
            "there is no profile `{}`",
            one_line(name)
        )),
        _ => Ok(Profile::read(Path::new(name))?),
    }
}

pub(super) fn pack(common: &Common) -> Result<Pack, Report> {
    let mut pack = Pack::built_in()?;
    for folder in &common.rules {
        pack.add_folder(folder)?;
    }
    Ok(pack)
}

pub(super) fn endpoints(common: &Common, profile: &Profile) -> Result<Endpoints, Report> {
    let sources = Sources {
        variable: profile.spec.endpoint_variable.clone(),
        files: common.endpoint_file.clone(),
        descriptors: common.endpoint_fd.clone(),
    };
    sources.read().map_err(|error| untaken(&error, &sources.variable))
}

fn untaken(error: &SourceError, variable: &str) -> Report {
    let help = format!(
        "values are read from the environment variable {variable}, from --endpoint-file (`endpoint-files` in \
         counterfoil.toml) and from --endpoint-fd, one a line"
    );
    miette::miette!(code = "endpoint::source", help = help, "the endpoint value can't be taken: {error}")
}

/// Refuses a file of values that was named and can't be opened: also where a command has no use for the value, a slip
/// of the hand is told. Nothing is read: of a pipe that can be done but once.
///
/// # Errors
/// The first such file.
pub(super) fn check_files(common: &Common) -> Result<(), Report> {
    let unopened = |path: &&PathBuf| match std::fs::metadata(path) {
        Ok(meta) => meta.is_dir() || meta.is_file() && std::fs::File::open(path).is_err(),
        Err(_) => true,
    };
    let Some(path) = common.endpoint_file.iter().find(unopened) else { return Ok(()) };
    let alone = Sources { files: vec![path.clone()], ..Sources::default() };
    alone.read().map(drop).map_err(|error| untaken(&error, &super::out::default_variable()))
}

pub(super) fn limits(common: &Common) -> Limits {
    let mut limits = Limits::default();
    let given = &common.limits;
    limits.decoded_bytes = given.limit_decoded_bytes.unwrap_or(limits.decoded_bytes);
    limits.depth = given.limit_depth.unwrap_or(limits.depth);
    limits.held_bytes = given.limit_held_bytes.unwrap_or(limits.held_bytes);
    limits
}
