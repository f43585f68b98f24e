//! The pages are held to the code: what is generated is up to date, what is shown is what is printed, and no
//! link leads nowhere. `UPDATE_DOCS=1 cargo test --test all docs` writes what is generated or printed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory as _;
use counterfoil::cli::{Cli, config::keys};
use counterfoil::rule::Pack;

use super::program::{BIN, counterfoil, quiet};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let docs = std::fs::read_dir(root().join("docs")).expect("docs");
    let docs = docs.map(|entry| entry.expect("an entry").path());
    let mut pages: Vec<_> = docs.filter(|path| path.extension().is_some_and(|ext| ext == "md")).collect();
    pages.extend([root().join("README.md"), root().join("CONTRIBUTING.md")]);
    pages.sort();
    pages
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a file with what it should be; writes it where that is asked for.
pub fn held(path: &Path, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, expected).expect("written");
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "{} is out of date: UPDATE_DOCS=1 cargo test --test all docs",
        path.display()
    );
}

/// The page with a generated part between `<!-- NAME: … -->` and `<!-- end -->`.
fn with_part(page: &str, name: &str, part: &str) -> String {
    let start = page.find(&format!("<!-- {name}:")).expect("the part's mark");
    let start = start + page[start..].find("-->\n").expect("its end") + 4;
    let end = start + page[start..].find("<!-- end -->").expect("the part's end");
    format!("{}\n{part}\n{}", &page[..start], &page[end..])
}

#[test]
fn the_rules_index_lists_every_rule() {
    let pack = Pack::built_in().expect("sound");
    let mut text = String::from(
        "# Rules\n\nMade from the rule folders. `counterfoil rules explain ID` shows a rule's page on the terminal.\n",
    );
    let mut family = "";
    for rule in pack.iter() {
        if rule.id.family() != family {
            family = rule.id.family();
            let _ = write!(text, "\n## {family}/\n\n| rule | severity | finds |\n| --- | --- | --- |\n");
        }
        let name = rule.id.as_str().trim_start_matches(family).trim_start_matches('/');
        let summary = rule.summary.replace('|', "\\|");
        let _ =
            writeln!(text, "| [{name}](../rules/{}/README.md) | {} | {summary} |", rule.id, rule.severity);
    }
    held(&root().join("docs/rules.md"), &text);
}

#[test]
fn the_configuration_page_and_schema_are_those_of_the_code() {
    let path = root().join("docs/configuration.md");
    let page = with_part(&read(&path), "keys", &keys::markdown());
    held(&path, &with_part(&page, "options", &options()));
    let schema = serde_json::to_string_pretty(&keys::schema()).expect("JSON") + "\n";
    held(&root().join("docs/counterfoil.schema.json"), &schema);
}

/// Every command and every option, once.
fn options() -> String {
    let mut text = String::new();
    let mut command = Cli::command();
    command.build();
    let globals: Vec<String> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .map(|arg| arg.get_id().to_string())
        .collect();
    let _ = write!(text, "### All commands\n\n{}", table(command.get_arguments()));
    let below = |name: &str, command: &clap::Command| -> Vec<(String, clap::Command)> {
        let below = command.get_subcommands().map(|c| (format!("{name} {}", c.get_name()), c.clone()));
        below.collect::<Vec<_>>().into_iter().rev().collect()
    };
    let mut waiting = below("counterfoil", &command);
    while let Some((name, command)) = waiting.pop() {
        if command.get_name() == "help" {
            continue;
        }
        waiting.extend(below(&name, &command));
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let own = command.get_arguments().filter(|arg| !globals.contains(&arg.get_id().to_string()));
        let _ = write!(text, "\n### `{name}`\n\n{about}.\n");
        let rows = table(own);
        if rows.lines().count() > 2 {
            let _ = write!(text, "\n{rows}");
        }
    }
    text
}

fn table<'a>(arguments: impl Iterator<Item = &'a clap::Arg>) -> String {
    let mut text = String::from("| argument | does |\n| --- | --- |\n");
    for argument in arguments.filter(|arg| !["help", "version"].contains(&arg.get_id().as_str())) {
        let value =
            argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let takes = argument.get_action().takes_values();
        let name = match (argument.get_long(), takes) {
            (Some(long), true) => format!("--{long} {value}"),
            (Some(long), false) => format!("--{long}"),
            (None, _) => value.to_owned(),
        };
        let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(!help.is_empty(), "{name} is not explained");
        let words = argument.get_possible_values();
        if takes && !words.is_empty() && !name.contains('|') {
            let words: Vec<_> = words.iter().map(|word| format!("`{}`", word.get_name())).collect();
            let _ = write!(help, ": {}", words.join(", "));
        }
        let _ = writeln!(text, "| `{}` | {} |", name.replace('|', "\\|"), help.replace('|', "\\|"));
    }
    text
}

/// The page on forms names those that an outcome says were searched for, and no other.
#[test]
fn every_form_has_its_line() {
    let output = counterfoil(&[
        "audit",
        "fixtures/week",
        "--endpoint-file",
        "fixtures/endpoint.txt",
        "--format",
        "json",
    ])
    .output()
    .expect("it runs");
    let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let searched: Vec<&str> =
        outcome["forms"].as_array().expect("forms").iter().filter_map(|f| f.as_str()).collect();
    let page = read(&root().join("docs/leak-forms.md"));
    let table = page.split("## The forms").nth(1).expect("the table");
    let named: Vec<&str> = table.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(named, searched);
}

/// What is shown in a `console` block is run in a fresh folder that holds `fixtures/`, and prints what the page
/// says. `exit=1,0` behind `console` are the commands' exit codes; a line `...` stands for any number of lines.
#[test]
fn every_command_that_is_shown_prints_what_is_shown() {
    let mut run = 0;
    for path in pages() {
        let page = read(&path);
        let mut shown = String::new();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```console") else {
                shown += &format!("{line}\n");
                continue;
            };
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let codes: Vec<i32> = info
                .trim()
                .strip_prefix("exit=")
                .map(|codes| codes.split(',').map(|code| code.parse().expect("an exit code")).collect())
                .unwrap_or_default();
            let (text, codes) = console(&block, &codes, &path);
            run += codes.len();
            shown += &format!("```console{}\n{text}```\n", info_of(&codes));
        }
        held(&path, &shown);
    }
    assert!(run >= 6, "{run} commands");
}

/// The exit codes as they stand behind `console`: nothing where all are 0.
fn info_of(codes: &[i32]) -> String {
    if codes.iter().all(|code| *code == 0) {
        return String::new();
    }
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    format!(" exit={}", codes.join(","))
}

/// Runs a block's commands; its own text where they print what it says, and their exit codes.
fn console(block: &[&str], codes: &[i32], page: &Path) -> (String, Vec<i32>) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("fixtures"), &folder.path().join("fixtures"));
    let starts: Vec<usize> = (0..block.len()).filter(|at| block[*at].starts_with("$ ")).collect();
    let (mut text, mut found) = (String::new(), Vec::new());
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(block.len());
        let said: String = block[start + 1..end].iter().map(|line| format!("{line}\n")).collect();
        let (printed, code) = in_bash(&block[*start][2..], folder.path());
        let expected = codes.get(number).copied().unwrap_or(0);
        if std::env::var_os("UPDATE_DOCS").is_none() && (!fits(&said, &printed) || code != expected) {
            panic!(
                "{}: {}\nsays ({expected})\n{said}\nand prints ({code})\n{printed}",
                page.display(),
                block[*start]
            );
        }
        let _ = writeln!(text, "{}", block[*start]);
        text += &renewed(&said, &printed);
        found.push(code);
    }
    (text, found)
}

fn in_bash(line: &str, folder: &Path) -> (String, i32) {
    let bin = Path::new(BIN).parent().expect("its folder");
    let path = std::env::var_os("PATH").expect("a path");
    let path = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path));
    let mut command = Command::new("bash");
    command.args(["-c", line]).current_dir(folder).env("PATH", std::env::join_paths(path).expect("a path"));
    let output =
        quiet(&mut command).env("HOME", folder).env("LC_ALL", "C.UTF-8").output().expect("bash runs");
    let printed =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (printed, output.status.code().unwrap_or(-1))
}

/// A pattern of what is said: `...` is any number of lines; with `numbers`, a number is any number.
fn pattern(said: &str, numbers: bool) -> regex::Regex {
    let digits = regex::Regex::new("[0-9]+").expect("a pattern");
    let line = |line: &str| match line {
        "..." => "(?:.*\n)*?".to_owned(),
        _ if numbers => format!("({}\n)", digits.replace_all(&regex::escape(line), "[0-9]+")),
        _ => regex::escape(line) + "\n",
    };
    let lines: String = said.lines().map(line).collect();
    regex::Regex::new(&format!("^{lines}$")).expect("a pattern")
}

fn fits(said: &str, printed: &str) -> bool {
    pattern(said, false).is_match(printed)
}

/// What should be said: as it is where it fits; with other numbers where nothing else changed; else all of it.
fn renewed(said: &str, printed: &str) -> String {
    if fits(said, printed) {
        return said.to_owned();
    }
    let Some(found) = pattern(said, true).captures(printed) else { return printed.to_owned() };
    let mut numbered = found.iter().skip(1).flatten().map(|line| line.as_str());
    said.lines()
        .map(|line| if line == "..." { "...\n" } else { numbered.next().expect("a line") })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copied");
        }
    }
}

#[test]
fn what_fits_and_what_does_not() {
    assert!(fits("a\n...\nz 12!\n", "a\nb\nc\nz 12!\n"));
    assert!(fits("", ""));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("a.c\n", "abc\n"));
    assert!(!fits("z 12!\n", "z 13!\n"));
    assert_eq!(renewed("a\n...\nz 12!\n", "a\nb\nz 130!\n"), "a\n...\nz 130!\n");
    assert_eq!(renewed("a\n...\n", "b\n"), "b\n");
}

/// Every relative link of a page leads to a file of the repository.
#[test]
fn no_link_leads_nowhere() {
    let link = regex::Regex::new(r"\]\(([^)#]+)(?:#[^)]*)?\)").expect("a pattern");
    let mut count = 0;
    for path in pages() {
        for found in link.captures_iter(&read(&path)) {
            let target = &found[1];
            if target.contains("://") {
                continue;
            }
            let file = path.parent().expect("a folder").join(target);
            assert!(file.exists(), "{}: {target}", path.display());
            count += 1;
        }
    }
    assert!(count > 20, "{count} links");
}

/// A shell that knows the completions offers the commands; `tests/readers/run` asks zsh and fish as well.
#[test]
fn completions_are_read_by_bash() {
    let script = format!(
        "source <({BIN} completions bash) && COMP_WORDS=(counterfoil au) COMP_CWORD=1 && _counterfoil counterfoil au counterfoil && echo \"${{COMPREPLY[@]}}\""
    );
    let output = Command::new("bash").args(["-c", &script]).output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "audit", "{output:?}");
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let status = counterfoil(&["man"]).arg(folder.path()).status();
    assert!(status.expect("it runs").success());
    for page in
        ["counterfoil.1", "counterfoil-audit.1", "counterfoil-rules-explain.1", "counterfoil-init.1"]
    {
        let text = read(&folder.path().join(page));
        assert!(text.contains(".TH") && text.contains(".SH SYNOPSIS"), "{page}");
    }
}
