//! What can be wrong with a rule pack.

use miette::{NamedSource, SourceSpan};

use super::Rule;

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum RuleError {
    #[error("the rule pack {path} can't be read: {why}")]
    #[diagnostic(code(rule::unreadable), help("a pack is a folder with <family>/<name>/rule.toml in it"))]
    Unreadable { path: String, why: String },
    #[error("{path}: `{id}` is already the id of {holder}")]
    #[diagnostic(
        code(rule::taken),
        help(
            "a pack adds rules and replaces none: give this one a folder of another name; another severity, and what \
             is forgiven, stand in counterfoil.toml, with a reason"
        )
    )]
    Taken { path: String, id: String, holder: String },
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

impl RuleError {
    /// A rule that would stand in the place of another.
    pub(super) fn taken(rule: &Rule, holder: &Rule) -> Self {
        let own = holder.is_built_in();
        let holder =
            if own { "a built-in rule".to_owned() } else { format!("the rule in {}", holder.path) };
        Self::Taken { path: rule.path.clone(), id: rule.id.to_string(), holder }
    }
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
