//! What an error message may not say again: a value that was given where none belongs.
//!
//! Who mistypes an option may have put the value behind it, and without the value at hand no search finds it: what
//! looks like one is not shown. And where a message is withheld, its reader is told as much as may be told.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

use clap::CommandFactory as _;
use miette::Report;

use super::args::Cli;
use crate::endpoint::sources::looks_like_a_value;
use crate::text::printable_path;

/// What stands for such a word.
const HIDDEN: &str = "‹not shown: it looks like an endpoint value›";

/// The words of a command line that look like a value and are the name of nothing that is there.
pub(super) struct Words {
    /// The longest first: one may be a part of another.
    hidden: Vec<String>,
    command: Option<String>,
}

impl Words {
    pub fn of(arguments: impl Iterator<Item = OsString>) -> Self {
        let cli = Cli::command();
        let (mut hidden, mut command) = (Vec::new(), None);
        for argument in arguments.skip(1) {
            let spelled = [argument.to_string_lossy().into_owned(), printable_path(Path::new(&argument))];
            let known =
                || cli.get_subcommands().map(clap::Command::get_name).find(|&name| name == argument);
            command = command.or_else(|| known().map(str::to_owned));
            for word in spelled.iter().map(String::as_str) {
                // An option with its value, and a list of values, are taken apart by whoever reads them.
                let value = word.split_once('=').map_or(word, |(_, value)| value);
                let bare = word.trim_start_matches('-');
                hidden.extend([word, bare, value].into_iter().chain(value.split(',')).map(str::to_owned));
            }
        }
        hidden.retain(|word| looks_like_a_value(word) && !Path::new(word).exists());
        hidden.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
        hidden.dedup();
        Self { hidden, command }
    }

    /// Whether there are none: then a message can be drawn in lines of any length.
    pub fn is_empty(&self) -> bool {
        self.hidden.is_empty()
    }

    /// A text without these words.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.hidden.iter().fold(Cow::Borrowed(text), |text, word| {
            if text.contains(word.as_str()) { text.replace(word.as_str(), HIDDEN).into() } else { text }
        })
    }

    /// What is said instead of a message that would have shown the value: of which command it was, where the value
    /// stands, and what to do, as far as each of them `passes`.
    pub fn withheld(
        &self,
        report: Option<&Report>,
        variable: &str,
        passes: &dyn Fn(&str) -> bool,
    ) -> String {
        let command = self.command.as_ref().map(|command| format!("  command: counterfoil {command}\n"));
        let code = report.and_then(|report| report.code()).map(|code| format!("  error: {code}\n"));
        let place = report.and_then(place).map(|place| format!("  place: {place}\n"));
        let help = format!(
            "  help: take the value out of the arguments and of the configuration; it is given in the environment \
             variable {variable}, in a file (--endpoint-file) or on a descriptor (--endpoint-fd) alone\n"
        );
        let mut said = WITHHELD.to_owned();
        for line in [command, code, place, Some(help)].into_iter().flatten() {
            let longer = format!("{said}{line}");
            if passes(&longer) {
                said = longer;
            }
        }
        said
    }
}

/// What is said instead of something that would show the value.
pub(super) const WITHHELD: &str =
    "counterfoil withheld this message: it would have shown the endpoint value\n";

/// The file and the line that an error speaks of.
fn place(report: &Report) -> Option<String> {
    let label = report.labels()?.next()?;
    let contents = report.source_code()?.read_span(label.inner(), 0, 0).ok()?;
    Some(format!("{}, line {}", contents.name()?, contents.line() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(given: &str) -> Words {
        Words::of(given.split(' ').map(OsString::from))
    }

    #[test]
    fn what_looks_like_a_value_is_not_said_again() {
        let url = "http://spark9.tail4f2a.ts.net:8000/v1";
        for given in [
            format!("counterfoil audit {url}"),
            format!("counterfoil audit x --endpoint-fd={url}"),
            format!("counterfoil audit --only runs,{url}"),
            format!("counterfoil --{url}"),
        ] {
            let text = format!("error: invalid value '{url}', and 'http://'");
            let said = words(&given).hide(&text).into_owned();
            assert!(!said.contains("spark9") && said.contains("‹not shown"), "{given}: {said}");
            assert!(said.ends_with("and 'http://'"), "{given}: {said}");
        }
        let plain =
            words("counterfoil audit runs/20260601T022535Z-r1-string-slugify-2731603 --format sarif");
        assert!(plain.is_empty() && plain.hide("--format sarif") == "--format sarif");
        assert!(words("counterfoil audit Cargo.toml --only=runs,sot").is_empty());
    }

    #[test]
    fn what_is_told_of_a_withheld_message_passes_itself() {
        let words = words("counterfoil audit x");
        let all = words.withheld(None, "VARIABLE", &|_| true);
        assert!(
            all.contains("command: counterfoil audit\n") && all.contains("variable VARIABLE,"),
            "{all}"
        );
        let some = words.withheld(None, "VARIABLE", &|text| !text.contains("audit"));
        assert!(!some.contains("audit") && some.contains("variable VARIABLE,"), "{some}");
        assert_eq!(words.withheld(None, "VARIABLE", &|_| false), WITHHELD);
    }
}
