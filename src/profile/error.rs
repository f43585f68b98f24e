//! What can be wrong with a profile.

use miette::{NamedSource, SourceSpan};

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ProfileError {
    #[error("the profile {path} can't be read")]
    #[diagnostic(
        code(profile::unreadable),
        help("name a file, or a profile that ships with counterfoil: hermes-case")
    )]
    Unreadable {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the profile is malformed: {what}")]
    #[diagnostic(code(profile::malformed))]
    Malformed {
        what: String,
        #[source_code]
        text: NamedSource<String>,
        #[label("here")]
        at: SourceSpan,
    },
}

impl ProfileError {
    pub(super) fn toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        Self::Malformed {
            what: error.message().to_owned(),
            text: NamedSource::new(path, text.to_owned()),
            at: error.span().unwrap_or(0..0).into(),
        }
    }

    pub(super) fn malformed(path: &str, text: &str, what: super::surfaces::Malformed) -> Self {
        let start = text.find(&what.near).unwrap_or(0);
        Self::Malformed {
            at: (start, what.near.len().min(text.len() - start)).into(),
            what: what.what,
            text: NamedSource::new(path, text.to_owned()),
        }
    }
}
