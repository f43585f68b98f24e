//! The program as tests start it: what the environment of whoever runs them says to it is kept away.

use std::process::Command;

pub const BIN: &str = env!("CARGO_BIN_EXE_counterfoil");
/// Names the value, by default.
pub const VARIABLE: &str = "CTO_HARNESS_CASE_LOCAL_BASE_URL";

/// What the program itself hears in the environment, and what git would tell it of another repository.
const HEARD: [&str; 12] = [
    VARIABLE,
    "COUNTERFOIL_PEPPER",
    "GITHUB_STEP_SUMMARY",
    "COLUMNS",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "PRE_COMMIT",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_CONFIG_PARAMETERS",
];

/// `counterfoil`, in the repository's root unless it is told another folder.
pub fn counterfoil(arguments: &[&str]) -> Command {
    let mut command = Command::new(BIN);
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    quiet(&mut command);
    command
}

/// Keeps the environment from a program that starts `counterfoil` itself.
pub fn quiet(command: &mut Command) -> &mut Command {
    HEARD.iter().fold(command, |command, name| command.env_remove(name))
}
