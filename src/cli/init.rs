//! `counterfoil init`: a commented `counterfoil.toml` for what is here, and the git hooks if they are asked for.
//!
//! Overwrites nothing without `--force`: neither a configuration nor a hook that someone wrote.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use miette::Report;

use super::args::{Common, InitArgs};
use super::config::{NAME, keys};
use super::{Answer, out, tools};
use crate::profile::Profile;
use crate::search::Engine;

/// Folders below which neither runs nor documents are looked for.
const SKIPPED: [&str; 4] = [".git", "target", "node_modules", ".venv"];
/// How deep is looked.
const DEPTH: usize = 5;
/// A merge that goes through by itself runs a hook of its own in the place of pre-commit.
const HOOKS: [&str; 4] = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"];

const HEAD: &str = "#!/bin/sh\n# Written by `counterfoil init --hooks`.\n";

/// What stands in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
struct Here {
    /// Folders that hold run directories.
    runs: BTreeSet<PathBuf>,
    /// Folders of SOT documents.
    documents: BTreeSet<PathBuf>,
    repository: bool,
}

pub(super) fn run(common: &Common, args: &InitArgs) -> Answer {
    let profile = tools::profile(common)?;
    let engine = out::guard(common);
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    // Whoever asks for hooks where there can be none gets nothing written.
    let hooked = args.hooks.then(|| repository(&folder)).transpose()?;
    let here = look(&folder, &profile);
    let file = folder.join(NAME);
    let shown = crate::text::printable_path(&file);
    let mut said = String::new();
    if file.exists() && !args.force {
        if !args.hooks {
            return Err(miette::miette!(
                code = "init::exists",
                help = "edit it, or write a new one in its place with --force",
                "{shown} is there already"
            ));
        }
        let _ = writeln!(said, "{shown} is there already: left as it is");
    } else {
        out::write(&engine, configuration(&here).as_bytes(), Some(&file))?;
        let _ = writeln!(said, "wrote {shown}");
        tell(&here, &mut said);
    }
    let complete = match &hooked {
        Some(repository) => hooks(repository, args.force, &engine, &mut said)?,
        None => true,
    };
    if !args.hooks && here.repository {
        said.push_str(
            "\nnext: `counterfoil init --hooks` writes the git hooks; `counterfoil audit` audits\n",
        );
    }
    // Where all is done there is nothing to say; a hook that stays as it is has to be seen to.
    if !common.quiet || !complete {
        out::plain(&engine, &said)?;
    }
    Ok(if complete { 0 } else { 2 })
}

fn look(folder: &Path, profile: &Profile) -> Here {
    let mut here = Here { repository: gix::discover(folder).is_ok(), ..Here::default() };
    let walk = walkdir::WalkDir::new(folder).max_depth(DEPTH).sort_by_file_name().into_iter();
    let below = |path: &Path| match path.strip_prefix(folder) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    };
    let walked =
        |entry: &walkdir::DirEntry| !entry.file_name().to_str().is_some_and(|n| SKIPPED.contains(&n));
    // A folder that can't be read is not offered; an audit of it will say so.
    for entry in walk.filter_entry(walked).flatten().filter(|entry| entry.file_type().is_dir()) {
        let Some(name) = entry.file_name().to_str() else { continue };
        if profile.surfaces.run_name(name).is_some() {
            here.runs.extend(entry.path().parent().map(below));
        } else if name == profile.spec.documents.folder.trim_matches('/') {
            here.documents.insert(below(entry.path()));
        }
    }
    here
}

fn configuration(here: &Here) -> String {
    let mut paths: Vec<&PathBuf> = here.runs.iter().chain(&here.documents).collect();
    let dot = PathBuf::from(".");
    if here.repository && !paths.contains(&&dot) {
        paths.push(&dot);
    }
    keys::commented(&|key| {
        (key.table.is_empty() && key.name == "paths" && !paths.is_empty()).then(|| {
            let list = paths.iter().map(|path| toml::Value::String(path.to_string_lossy().into_owned()));
            toml::Value::Array(list.collect()).to_string()
        })
    })
}

fn tell(here: &Here, said: &mut String) {
    let list = |paths: &BTreeSet<PathBuf>| {
        let names: Vec<_> = paths.iter().map(|path| crate::text::printable_path(path)).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let _ = writeln!(said, "  run directories in  {}", list(&here.runs));
    let _ = writeln!(said, "  SOT documents in    {}", list(&here.documents));
    let _ = writeln!(said, "  git repository      {}", if here.repository { "yes" } else { "no" });
}

fn repository(folder: &Path) -> Result<gix::Repository, Report> {
    gix::discover(folder).map_err(|_| {
        miette::miette!(
            code = "init::no_repository",
            help = "hooks belong to a git repository: run `git init` first",
            "{} is in no git repository",
            crate::text::printable_path(folder)
        )
    })
}

/// Writes the hooks; false where one was there and stays as it is.
fn hooks(
    repository: &gix::Repository,
    force: bool,
    engine: &Engine,
    said: &mut String,
) -> Result<bool, Report> {
    let configured = repository.config_snapshot().trusted_path("core.hooksPath").ok().flatten();
    let into = match configured {
        Some(path) if path.is_absolute() => path,
        Some(path) => repository.workdir().unwrap_or(repository.git_dir()).join(path),
        None => repository.common_dir().join("hooks"),
    };
    let unwritable = |path: &Path, error: &std::io::Error| {
        miette::miette!(
            "{} can't be written: {}",
            crate::text::printable_path(path),
            crate::text::io_reason(error)
        )
    };
    std::fs::create_dir_all(&into).map_err(|error| unwritable(&into, &error))?;
    let mut complete = true;
    for hook in HOOKS {
        let file = into.join(hook);
        let shown = crate::text::printable_path(&file);
        if file.symlink_metadata().is_ok() && !force && !ours(&file) {
            complete = false;
            let _ = writeln!(said, "{shown} is there already: add the line `{}` to it", command(hook));
            continue;
        }
        out::write(engine, script(hook).as_bytes(), Some(&file))?;
        executable(&file).map_err(|error| unwritable(&file, &error))?;
        let _ = writeln!(said, "wrote {shown}");
    }
    Ok(complete)
}

/// Who may read a hook may start it.
fn executable(file: &Path) -> std::io::Result<()> {
    let mode = std::fs::metadata(file)?.permissions().mode();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
}

/// Whether the hook is one that this command wrote, now or in an earlier version: such a one is written anew.
fn ours(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let call = text.strip_prefix(HEAD).and_then(|rest| rest.strip_prefix("exec counterfoil hook "));
    call.is_some_and(|call| call.trim_end().lines().count() == 1)
}

fn command(hook: &str) -> String {
    match hook {
        "commit-msg" => "counterfoil hook commit-msg \"$1\"".to_owned(),
        "pre-merge-commit" => command("pre-commit"),
        // The remote's name: without it nothing is known of what the remote has.
        "pre-push" => "counterfoil hook pre-push \"$@\"".to_owned(),
        _ => format!("counterfoil hook {hook}"),
    }
}

fn script(hook: &str) -> String {
    format!("{HEAD}exec {}\n", command(hook))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_documents_are_found_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let run = "20260601T022535Z-r1-string-slugify-2731603";
        for path in [format!("out/runs/{run}"), "docs/.sot".to_owned(), format!("node_modules/{run}")] {
            std::fs::create_dir_all(folder.path().join(path)).expect("made");
        }
        let here = look(folder.path(), &Profile::built_in().expect("sound"));
        assert_eq!(here.runs, BTreeSet::from([PathBuf::from("out/runs")]));
        assert_eq!(here.documents, BTreeSet::from([PathBuf::from("docs/.sot")]));
        assert!(configuration(&here).contains("\npaths = [\"out/runs\", \"docs/.sot\"]\n"));
    }
}
