//! A git repository: where its parts are, what they say. The objects themselves are `odb`'s work.

pub mod config;
pub mod files;
pub mod index;
pub mod layout;
pub mod object;
pub mod odb;
