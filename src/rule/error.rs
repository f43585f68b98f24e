//! What can be wrong with a rule pack.

use miette::{NamedSource, SourceSpan};

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum RuleError {
    #[error("the rule pack {path} can't be read: {why}")]
    #[diagnostic(code(rule::unreadable), help("a pack is a folder with <family>/<name>/rule.toml in it"))]
    Unreadable { path: String, why: String },
    #[error("{what}")]
    #[diagnostic(code(rule::malformed))]
    Malformed {
        what: String,
        #[source_code]
        text: NamedSource<String>,
        #[label("{label}")]
        at: SourceSpan,
        label: String,
        #[help]
        help: Option<String>,
    },
}

/// Where in a rule's file something is wrong, before it is an error.
pub(super) struct InFile<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

impl InFile<'_> {
    pub fn malformed(
        &self,
        at: std::ops::Range<usize>,
        what: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) -> RuleError {
        RuleError::Malformed {
            what: what.into(),
            text: NamedSource::new(self.path, self.text.to_owned()).with_language("toml"),
            at: at.into(),
            label: label.to_owned(),
            help,
        }
    }
}
