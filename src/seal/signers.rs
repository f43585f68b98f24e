//! Who may sign: the allowed-signers file of OpenSSH (ssh-keygen(1), ALLOWED SIGNERS).
//!
//! A line is `principals [options] key`. Options that narrow (`namespaces`, `valid-after`, `valid-before`)
//! are kept; a certificate authority, or an option that is not known, is an error: to overlook it could
//! let in a key that was meant to be out.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use regex::Regex;
use ssh_key::PublicKey;

use super::NAMESPACE;

#[derive(Debug, thiserror::Error)]
#[error("line {line} of the allowed signers: {what}")]
pub struct SignersError {
    pub line: usize,
    pub what: String,
}

/// The keys that may speak.
#[derive(Debug)]
pub struct Signers {
    all: Vec<Signer>,
}

#[derive(Debug)]
struct Signer {
    principals: String,
    key: PublicKey,
    /// Patterns of names (ssh-keygen(1), ALLOWED SIGNERS; ssh_config(5), PATTERNS).
    namespaces: Option<Vec<String>>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Signers {
    /// # Errors
    /// The first line that is malformed, or asks for something that is not supported.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        let mut all = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            all.push(signer(line).map_err(|what| SignersError { line: at + 1, what })?);
        }
        Ok(Self { all })
    }

    /// The principals that this key speaks for at a time.
    ///
    /// # Errors
    /// Why it may not speak: of several lines that name it, what keeps back the one that is nearest to let it.
    pub fn principal(&self, key: &PublicKey, now: Timestamp) -> Result<&str, Refused> {
        let own = self.all.iter().filter(|signer| signer.key.key_data() == key.key_data());
        let mut refused = Refused::Unlisted;
        for signer in own {
            match signer.allows(now) {
                Ok(()) => return Ok(&signer.principals),
                Err(why) => refused = refused.max(why),
            }
        }
        Err(refused)
    }
}

/// Why a key may not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refused {
    #[error("its key is none of the allowed signers'")]
    Unlisted,
    #[error("its key is an allowed signer's for other namespaces alone, and not for `{NAMESPACE}`")]
    Namespace,
    #[error("its key is an allowed signer's whose time has not begun (`valid-after`)")]
    Early,
    #[error("its key is an allowed signer's whose time is over (`valid-before`)")]
    Over,
}

impl Signer {
    fn allows(&self, now: Timestamp) -> Result<(), Refused> {
        if self.namespaces.as_ref().is_some_and(|patterns| !is_listed(patterns, NAMESPACE)) {
            Err(Refused::Namespace)
        } else if self.after.is_some_and(|after| now < after) {
            Err(Refused::Early)
        } else if self.before.is_some_and(|before| now >= before) {
            Err(Refused::Over)
        } else {
            Ok(())
        }
    }
}

/// Whether a list of patterns lets a name through: one of them does, and none that `!` denies it by.
fn is_listed(patterns: &[String], name: &str) -> bool {
    let denied = |pattern: &String| pattern.strip_prefix('!').is_some_and(|pattern| fits(pattern, name));
    patterns.iter().any(|pattern| fits(pattern, name)) && !patterns.iter().any(denied)
}

/// Whether a name fits a pattern, in which `*` stands for any characters and `?` for one; a regular expression, so that no
/// pattern takes long.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern = regex::escape(pattern).replace(r"\*", ".*").replace(r"\?", ".");
    Regex::new(&format!("^(?s:{pattern})$")).is_ok_and(|pattern| pattern.is_match(name))
}

fn signer(line: &str) -> Result<Signer, String> {
    let fields = fields(line);
    let (principals, rest) = fields.split_first().ok_or("is empty")?;
    let is_key = |field: &&String| {
        ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| field.starts_with(kind)) && !field.contains('=')
    };
    let at = rest.iter().position(|field| is_key(&field)).ok_or("names no key")?;
    let body = rest.get(at + 1).ok_or("names a kind of key and no key")?;
    let key =
        PublicKey::from_openssh(&format!("{} {body}", rest[at])).map_err(|error| error.to_string())?;
    let mut signer =
        Signer { principals: principals.clone(), key, namespaces: None, after: None, before: None };
    for option in rest[..at].iter().flat_map(|options| split_options(options)) {
        let (name, value) = option.split_once('=').unwrap_or((option.as_str(), ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => signer.namespaces = Some(value.split(',').map(str::to_owned).collect()),
            "valid-after" => signer.after = Some(time(value)?),
            "valid-before" => signer.before = Some(time(value)?),
            other => return Err(format!("the option `{other}` is not supported")),
        }
    }
    Ok(signer)
}

/// Splits at white space outside quotes.
fn fields(line: &str) -> Vec<String> {
    split_outside_quotes(line, char::is_whitespace)
}

fn split_options(options: &str) -> Vec<String> {
    split_outside_quotes(options, |c| c == ',')
}

fn split_outside_quotes(text: &str, at: impl Fn(char) -> bool) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if !quoted && at(c) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// `YYYYMMDD[HHMM[SS]][Z]`; without the `Z` the time is local.
fn time(text: &str) -> Result<Timestamp, String> {
    let (digits, zone) = match text.strip_suffix('Z') {
        Some(digits) => (digits, TimeZone::UTC),
        None => (text, TimeZone::system()),
    };
    let whole = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        _ => digits.to_owned(),
    };
    DateTime::strptime("%Y%m%d%H%M%S", &whole)
        .and_then(|time| time.to_zoned(zone))
        .map(|time| time.timestamp())
        .map_err(|_| format!("`{text}` is no time of the form YYYYMMDD[HHMM[SS]][Z]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn options_narrow_what_a_key_may_say() {
        let key = PublicKey::from_openssh(KEY).expect("a key");
        let now = at("2026-06-01T00:00:00Z");
        let says = |options: &str| {
            let line = format!("# team\n\na@b,c@d {options} {KEY} comment\n");
            Signers::parse(&line).expect("parsed").principal(&key, now).map(str::to_owned)
        };
        assert_eq!(says("").as_deref(), Ok("a@b,c@d"));
        assert!(says("namespaces=\"git,counterfoil\"").is_ok());
        assert_eq!(says("namespaces=\"git\""), Err(Refused::Namespace));
        for pattern in ["*", "counter*", "c?unterfoil", "git,*foil"] {
            assert!(says(&format!("namespaces=\"{pattern}\"")).is_ok(), "{pattern}");
        }
        for pattern in ["counter", "counterfoil?", "*,!counterfoil", "!git", "*x"] {
            assert_eq!(says(&format!("namespaces=\"{pattern}\"")), Err(Refused::Namespace), "{pattern}");
        }
        assert_eq!(says("valid-before=\"20260101Z\""), Err(Refused::Over));
        assert_eq!(says("valid-after=\"20270101Z\""), Err(Refused::Early));
        let twice = format!("a@b valid-before=\"20260101Z\" {KEY}\nc@d namespaces=\"git\" {KEY}\n");
        let signers = Signers::parse(&twice).expect("parsed");
        assert_eq!(signers.principal(&key, now), Err(Refused::Over));
        assert_eq!(Signers::parse("").expect("parsed").principal(&key, now), Err(Refused::Unlisted));
        assert!(says("valid-after=\"20260101Z\",valid-before=\"20270101Z\"").is_ok());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in
            [format!("a@b cert-authority {KEY}"), "a@b".to_owned(), "a@b ssh-ed25519 AAAA".to_owned()]
        {
            let error = Signers::parse(&line).expect_err("refused");
            assert_eq!(error.line, 1);
        }
    }
}
