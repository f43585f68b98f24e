//! The arguments of an audit, as another command would be given them to look at the same.
//!
//! Names of files and folders alone: none of them is the value, and what looks like it is redacted by whoever shows it.

use std::path::Path;

use super::args::{Common, Scope};
use crate::report::Again;
use crate::text::printable_path;

pub(super) fn arguments(common: &Common, scope: &Scope, paths: &[std::path::PathBuf]) -> Again {
    Again { all: all(common, scope, paths), rules: rules(common) }
}

fn rules(common: &Common) -> String {
    let config = common.config.iter().map(|path| ("--config", path));
    let options = config.chain(common.rules.iter().map(|path| ("--rules", path)));
    options.map(|(name, path)| format!("{name} {}", quoted(path))).collect::<Vec<_>>().join(" ")
}

/// Paths and options, each with what it was given, behind one another.
fn all(common: &Common, scope: &Scope, paths: &[std::path::PathBuf]) -> String {
    let mut words: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
    let mut option = |name: &str, path: &Path| words.extend([name.to_owned(), quoted(path)]);
    scope.runs.iter().for_each(|path| option("--runs", path));
    scope.repo.iter().for_each(|path| option("--repo", path));
    scope.target.iter().for_each(|path| option("--target", path));
    common.config.iter().for_each(|path| option("--config", path));
    common.profile.iter().for_each(|name| option("--profile", Path::new(name)));
    common.rules.iter().for_each(|path| option("--rules", path));
    common.endpoint_file.iter().for_each(|path| option("--endpoint-file", path));
    common.endpoint_fd.iter().for_each(|number| option("--endpoint-fd", Path::new(&number.to_string())));
    words.join(" ")
}

/// A path as a shell reads it back.
fn quoted(path: &Path) -> String {
    let text = printable_path(path);
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Cli, Command};
    use super::*;

    #[test]
    fn what_was_given_is_told_so_that_a_shell_reads_it_back() {
        let given = "docs/a.md\t--runs\tmy runs\t--repo\tr\t--endpoint-file\tit's\t--format\tjson\t--strict\t--rules\tour rules";
        let words = ["counterfoil", "audit"].into_iter().chain(given.split('\t'));
        let cli = Cli::try_parse_from(words).expect("understood");
        let Command::Audit(args) = &cli.command else { panic!("an audit") };
        let again = arguments(&cli.common, &args.scope, &args.paths);
        let all = r"docs/a.md --runs 'my runs' --repo r --rules 'our rules' --endpoint-file 'it'\''s'";
        assert_eq!((again.all.as_str(), again.rules.as_str()), (all, "--rules 'our rules'"));
    }
}
