//! The endpoint value: where it comes from, what it is made of.
//!
//! A value is a secret: it is zeroized when dropped, has no `Debug` that shows it, and leaves this
//! module only as needles for `search`.

mod address;
mod anatomy;
mod credentials;
mod dress;
mod encode;
pub mod fingerprint;
pub mod local;
mod needles;
mod parts;
mod signs;
pub mod sources;
mod split;

use zeroize::Zeroizing;

pub use address::v6_around;
pub use anatomy::{Anatomy, Bound, Host, Part, Strength};
pub use needles::{Needle, Role, expand};
pub use parts::take_apart;
pub use signs::is_sign;

/// One endpoint value, as it was given.
pub struct Endpoint {
    value: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Endpoint(‹endpoint›)")
    }
}

/// All values that were given. Empty where none was: then the audit is blind to known values.
#[derive(Debug, Default)]
pub struct Endpoints {
    values: Vec<Endpoint>,
}

/// Why a value can't be searched for. Never shows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("the endpoint value from {origin} is too short to search for: it would match everywhere")]
    TooShort { origin: String },
    #[error(
        "the endpoint value from {origin} has no host that could be searched for: \
         give a URL with its host, or host:port"
    )]
    NoHost { origin: String },
}

impl Endpoints {
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes one value, or each of several URLs in a line; an empty one, or one of white space only, is no value.
    ///
    /// # Errors
    /// A value of fewer than 4 bytes, or one that names no host (`http://`, a bare `localhost`).
    pub fn add(&mut self, value: Zeroizing<Vec<u8>>, origin: &str) -> Result<(), EndpointError> {
        let trimmed = Zeroizing::new(value.trim_ascii().to_vec());
        if trimmed.is_empty() {
            return Ok(());
        }
        let several = dress::several(&trimmed);
        if !several.is_empty() {
            return several.into_iter().try_for_each(|value| self.add(value, origin));
        }
        if trimmed.len() < 4 {
            return Err(EndpointError::TooShort { origin: origin.to_owned() });
        }
        if take_apart(&trimmed).is_none_or(|anatomy| anatomy.parts.is_empty()) {
            return Err(EndpointError::NoHost { origin: origin.to_owned() });
        }
        if self.values.iter().all(|known| known.value != trimmed) {
            self.values.push(Endpoint { value: trimmed });
        }
        Ok(())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.values.iter()
    }
}

impl Endpoint {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.value
    }

    /// Whether a client can be given it as its base URL: `http://` or `https://`, and a host.
    #[must_use]
    pub fn is_url(&self) -> bool {
        let url = std::str::from_utf8(&self.value).ok().and_then(|value| url::Url::parse(value).ok());
        url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    }
}
