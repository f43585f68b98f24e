//! The floor of `benches/documents.sh`: reads every Markdown file under a folder and runs pulldown-cmark
//! over it, on as many threads as there are processors, and does nothing with what it says.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;

#[expect(clippy::print_stdout, reason = "a measured figure is printed")]
fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else { return ExitCode::from(2) };
    let started = Instant::now();
    let files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let pass = |path: &PathBuf| -> Option<(usize, usize)> {
        let text = std::fs::read_to_string(path).ok()?;
        Some((text.len(), Parser::new_ext(&text, options).into_offset_iter().count()))
    };
    let (bytes, events) =
        files.par_iter().filter_map(pass).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let took = started.elapsed();
    println!("{} files, {bytes} bytes, {events} events in {} ms", files.len(), took.as_millis());
    ExitCode::SUCCESS
}
