//! Signed statements about runs: which bytes a run consisted of, and what they proved.
//!
//! A statement is an in-toto Statement v1 whose subjects are the run's files; the signature is an SSH
//! signature in a file of its own, so that `ssh-keygen -Y verify` reads it as well. Nothing here reads the
//! run: digests come from the collector, the verdict from the judge.

mod signature;
mod signers;
mod statement;

pub use signature::{NAMESPACE, SignatureError, sign, verify};
pub use signers::{Refused, Signers, SignersError};
pub use statement::{Difference, Sealed, Statement, StatementError};
