//! argv in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    counterfoil::cli::hardening::harden();
    counterfoil::cli::main()
}
