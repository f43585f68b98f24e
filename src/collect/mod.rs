//! The only disk and git I/O: turns paths into evidence.
//!
//! One folder a kind of subject (`run`, `sot`, `git`, `script`), and none imports another. A collector
//! gathers facts and gaps; right and wrong is the rules' business.

pub mod digests;
pub mod file;
pub mod folder;
pub mod git;
mod keys;
pub mod leaks;
pub mod lfs;
mod markdown;
pub mod repositories;
mod route;
pub mod run;
pub mod script;
pub mod sot;
pub mod target;

pub use markdown::is_markdown;
pub use route::route;
pub use target::Target;

use crate::profile::Profile;
use crate::search::shapes::Shapes;
use crate::search::{Engine, Limits};

/// What every collector is given.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub profile: &'a Profile,
    /// Finds the endpoint value, in everything that is read.
    pub engine: &'a Engine,
    pub limits: &'a Limits,
    /// What looks like a private endpoint; given where no value is known.
    pub shapes: Option<&'a Shapes>,
    /// Repositories that a run must not have inspected or copied.
    pub targets: &'a [Target],
}
