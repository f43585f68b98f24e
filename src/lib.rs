//! counterfoil asks of an evaluation harness: is what you say so?
//!
//! The house has floors, and imports run downward only (`tests/all/house.rs` holds it to that):
//! `text` · `endpoint`, `finding` · `evidence`, `search`, `profile` · `collect`, `rule` · `judge` ·
//! `report`, `seal` · `audit` · `cli`.

pub mod audit;
pub mod cli;
pub mod collect;
pub mod endpoint;
pub mod evidence;
pub mod finding;
pub mod judge;
pub mod profile;
pub mod report;
pub mod rule;
pub mod seal;
pub mod search;
pub mod text;
