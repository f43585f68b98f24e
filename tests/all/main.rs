//! All integration tests, in one binary: linking once is what they cost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]
#![allow(clippy::pedantic, reason = "what keeps a library tidy only lengthens its tests")]

mod bad_input;
mod cli;
mod docs;
mod exits;
mod fingerprint;
mod fixtures;
mod forms;
mod framework;
mod harness;
mod hidden;
mod hook;
mod hook_corners;

mod claims;
mod house;
mod named;
mod notices;
mod odb;
mod outputs;
mod places;
mod preflight;
mod program;
mod repo;
mod repo_cache;
mod repo_corners;
mod repo_damaged;
mod repo_formats;
mod repo_hidden;
mod repo_hostile;
mod repo_kinds;
mod reports;
mod rules;
mod run_artifacts;
mod run_baseline;
mod run_config;
mod run_contradictions;
mod run_evidence;
mod run_fallbacks;
mod run_lines;
mod run_models;
mod run_nested;
mod rundir;
mod seal;
mod secrecy;
mod silent;
mod sot;
mod unproven;
mod unread;
mod waived;
mod withheld;
