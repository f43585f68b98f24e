//! What a value holds beside its place and is secret by itself: user information, and what stands in a query.
//!
//! A client takes `p%40ss` for `p@ss` before it uses it, and a log or a header has it so: each is searched for as it
//! is given and as it is meant.

use url::form_urlencoded;
use zeroize::Zeroizing;

use super::anatomy::Bound;
use super::split::Split;

/// The shortest user information or password that is no word by chance.
const USER: usize = 6;
/// The same of a query, and of what a name in it is set to.
const QUERY: usize = 8;

/// A secret's name, its text, and what may stand beside it.
pub type Credential = (&'static str, Zeroizing<String>, Bound);

/// All of them, the longest of each kind first.
pub fn all(split: &Split<'_>) -> Vec<Credential> {
    let mut all: Vec<Credential> = Vec::new();
    let mut add = |name, text: Zeroizing<String>, least: usize, bound| {
        if text.len() >= least {
            all.push((name, text, bound));
        }
    };
    let plain = |text: &str| Zeroizing::new(text.to_owned());
    let password = split.user.split_once(':').map(|(_, password)| password);
    for text in [Some(split.user), password].into_iter().flatten() {
        add("user", plain(text), USER, bound(text));
        add("user", meant(text), USER, bound(text));
    }
    add("query", plain(split.query), QUERY, Bound::Free);
    for (pair, (_, value)) in split.query.split('&').zip(form_urlencoded::parse(split.query.as_bytes())) {
        let given = pair.split_once('=').map_or(pair, |(_, given)| given);
        let value = Zeroizing::new(value.into_owned());
        // What is no name of something alone: `version=2026-06-01` is no secret, and `sig=…` is.
        let secret = !value.contains("://");
        if secret && value.bytes().filter(u8::is_ascii_alphanumeric).count() >= 2 * QUERY {
            add("query", plain(given), 2 * QUERY, bound(given));
            add("query", value, 2 * QUERY, bound(given));
        }
    }
    all
}

/// What may stand beside a secret: a dash makes another one of a word alone.
fn bound(text: &str) -> Bound {
    if text.bytes().all(|b| b.is_ascii_lowercase()) { Bound::Word } else { Bound::Secret }
}

/// The text that was percent-encoded; where nothing was, it is the same.
fn meant(text: &str) -> Zeroizing<String> {
    // What the library would take for a space, or for the end of a pair.
    let pluses = Zeroizing::new(text.replace('+', "%2B"));
    let ands = Zeroizing::new(pluses.replace('&', "%26"));
    let pair = Zeroizing::new(format!("x={}", *ands));
    let decoded = form_urlencoded::parse(pair.as_bytes()).next();
    Zeroizing::new(decoded.map(|(_, value)| value.into_owned()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::split::split;
    use super::*;

    #[test]
    fn secrets_are_searched_for_as_given_and_as_meant() {
        let value =
            "http://svc:p%40ss+w0rd@h.example:8443/v1?api-version=2026-06-01&sig=ab%2Bcd0123456789ef";
        let found = all(&split(value));
        let texts: Vec<&str> = found.iter().map(|(_, text, _)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "svc:p%40ss+w0rd",
                "svc:p@ss+w0rd",
                "p%40ss+w0rd",
                "p@ss+w0rd",
                "api-version=2026-06-01&sig=ab%2Bcd0123456789ef",
                "ab%2Bcd0123456789ef",
                "ab+cd0123456789ef",
            ]
        );
        assert!(all(&split("http://me@h.example/?a=1")).is_empty());
    }
}
