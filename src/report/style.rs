//! What the terminal, or the file, can show.

use std::ffi::OsString;

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// A word that names no choice of colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no choice: write `auto`, `always` or `never`")]
pub struct UnknownColor(pub String);

impl std::str::FromStr for Color {
    type Err = UnknownColor;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            other => Err(UnknownColor(other.to_owned())),
        }
    }
}

/// How the human report looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    pub color: bool,
    /// Columns, 60 to 200.
    pub width: usize,
    /// Whether more than ASCII can be shown.
    pub unicode: bool,
    /// Findings and gaps alone, without the summary.
    pub quiet: bool,
    pub again: Again,
}

/// The arguments that another command needs, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Again {
    /// To look at the same: paths, and options with theirs.
    pub all: String,
    /// To know the same rules: those of the options that say where rules are.
    pub rules: String,
}

impl Default for Style {
    /// Plain text of 100 columns, as it goes into a file.
    fn default() -> Self {
        Self { color: false, width: 100, unicode: true, quiet: false, again: Again::default() }
    }
}

impl Style {
    /// What the environment asks for. `terminal` is the width of the terminal that the report goes to, or
    /// `None` where it goes elsewhere; `variable` looks up an environment variable.
    ///
    /// Colour: `--color` first, then `NO_COLOR` (no-color.org), then `CLICOLOR_FORCE`, then whether there is
    /// a terminal that is not `dumb`. Unicode: the locale's character set; on no terminal always, since a
    /// file is UTF-8.
    #[must_use]
    pub fn detect(
        color: Color,
        terminal: Option<usize>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR").is_some() => false,
            Color::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto => {
                terminal.is_some()
                    && set("TERM").is_none_or(|term| term != "dumb")
                    && set("CLICOLOR").is_none_or(|value| value != "0")
            }
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let unicode = terminal.is_none()
            || locale.is_some_and(|locale| {
                let locale = locale.to_string_lossy().to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            });
        let asked = set("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
        let width = asked.or(terminal).unwrap_or(100).clamp(60, 200);
        Self { color, width, unicode, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(color: Color, terminal: Option<usize>, variables: &[(&str, &str)]) -> Style {
        Style::detect(color, terminal, &|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn no_terminal_is_plain_and_utf8() {
        assert_eq!(detect(Color::Auto, None, &[]), Style::default());
    }

    #[test]
    fn the_flag_wins_over_the_environment_and_no_color_over_force() {
        let both = [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
        assert!(!detect(Color::Auto, Some(80), &both).color);
        assert!(detect(Color::Always, None, &both).color);
        assert!(!detect(Color::Never, Some(80), &both[1..]).color);
        assert!(detect(Color::Auto, None, &both[1..]).color);
        assert!(detect(Color::Auto, Some(80), &[("NO_COLOR", "")]).color, "an empty NO_COLOR is none");
        assert!(!detect(Color::Auto, Some(80), &[("TERM", "dumb")]).color);
    }

    #[test]
    fn the_width_keeps_its_bounds_and_the_locale_decides_the_characters() {
        assert_eq!(detect(Color::Auto, Some(20), &[]).width, 60);
        assert_eq!(detect(Color::Auto, Some(999), &[]).width, 200);
        assert_eq!(detect(Color::Auto, Some(80), &[("COLUMNS", "120")]).width, 120);
        assert!(!detect(Color::Auto, Some(80), &[("LANG", "C")]).unicode);
        assert!(!detect(Color::Auto, Some(80), &[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]).unicode);
        assert!(detect(Color::Auto, Some(80), &[("LANG", "de_DE.UTF-8")]).unicode);
    }
}
