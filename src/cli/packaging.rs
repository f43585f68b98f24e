//! `counterfoil completions SHELL` and `counterfoil man`: made from the argument definitions, for packagers.

use std::path::Path;

use clap::CommandFactory as _;

use super::args::Cli;
use super::{Answer, out};
use crate::endpoint::Endpoints;
use crate::search::Engine;

const NAME: &str = env!("CARGO_PKG_NAME");

pub(super) fn completions(shell: clap_complete::Shell) -> Answer {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut bytes);
    out::write(&Engine::new(&Endpoints::none()), &bytes, None)?;
    Ok(0)
}

/// The main page to standard output, or a page for each command into a folder.
pub(super) fn man(folder: Option<&Path>) -> Answer {
    let engine = Engine::new(&Endpoints::none());
    let unmade = |error: std::io::Error| {
        miette::miette!("the pages can't be made: {}", crate::text::io_reason(&error))
    };
    let mut command = Cli::command();
    command.build();
    let Some(folder) = folder else {
        let mut bytes = Vec::new();
        clap_mangen::Man::new(command).render(&mut bytes).map_err(unmade)?;
        out::write(&engine, &bytes, None)?;
        return Ok(0);
    };
    std::fs::create_dir_all(folder).map_err(unmade)?;
    let mut waiting = vec![command];
    while let Some(command) = waiting.pop() {
        waiting.extend(command.get_subcommands().filter(|below| below.get_name() != "help").cloned());
        let page = clap_mangen::Man::new(command);
        let mut bytes = Vec::new();
        page.render(&mut bytes).map_err(unmade)?;
        out::write(&engine, &bytes, Some(&folder.join(page.get_filename())))?;
    }
    Ok(0)
}
