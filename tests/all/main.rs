//! All integration tests, in one binary: linking once is what they cost.

mod house;
