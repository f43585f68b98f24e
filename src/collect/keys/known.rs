//! The names of the route's fallbacks, as they stand in records, keys and command lines.
//!
//! What the route knows as a fallback is one under whatever key: nobody has to guess what the key speaks of.

use memchr::memmem::Finder;

use super::families::{is_model, is_of_a_family};
use crate::evidence::Node;
use crate::profile::Route;

/// A fallback of the route that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::collect) struct Fallback<'t> {
    pub provider: Option<&'t str>,
    pub model: Option<&'t str>,
}

pub(in crate::collect) struct Known<'c> {
    route: &'c Route,
    finders: Vec<Finder<'c>>,
}

impl<'c> Known<'c> {
    pub fn of(route: &'c Route) -> Self {
        let names = route.fallback_providers.get_ref().iter().chain(route.fallback_models.get_ref());
        let finders = names.filter(|name| !name.is_empty()).map(|name| Finder::new(name.as_bytes()));
        Self { route, finders: finders.collect() }
    }

    /// Whether one of the names stands in bytes: a cheap look, before they are read.
    pub fn may_stand_in(&self, bytes: &[u8]) -> bool {
        self.finders.iter().any(|name| name.find(bytes).is_some())
    }

    pub fn is_model(&self, name: &str) -> bool {
        self.route.fallback_models.get_ref().iter().any(|known| known == name)
    }

    pub fn is_provider(&self, name: &str) -> bool {
        self.route.fallback_providers.get_ref().iter().any(|known| known == name)
    }

    /// Whether a name is that of the provider that the route admits.
    pub fn is_admitted_provider(&self, name: &str) -> bool {
        name == self.route.provider.get_ref()
    }

    /// Whether a text is the name of what the route admits: its provider, its model.
    pub fn is_admitted(&self, name: &str) -> bool {
        name == self.route.provider.get_ref() || name == self.route.model.get_ref()
    }

    /// The same, or both of them: `provider/model`.
    pub fn is_own(&self, text: &str) -> bool {
        let both = |(provider, model)| self.is_admitted(provider) && self.is_admitted(model);
        self.is_admitted(text) || text.split_once('/').is_some_and(both)
    }

    /// Whether a word is a model's or a provider's name by its looks, whatever stands around it.
    pub fn is_like_a_name(&self, word: &str) -> bool {
        self.named(word).is_some()
            || self.is_admitted(word)
            || is_model(word.as_bytes())
            || is_of_a_family(word)
    }

    /// The fallback that a text is the name of: a provider, a model, or `provider/model`. A path that begins with a
    /// provider's name is none.
    pub fn named<'t>(&self, text: &'t str) -> Option<Fallback<'t>> {
        let text = text.trim();
        // Most texts are none, and told by their ends.
        let may_be_one =
            |known: &String| text.starts_with(known.as_str()) || text.ends_with(known.as_str());
        let (providers, models) =
            (self.route.fallback_providers.get_ref(), self.route.fallback_models.get_ref());
        if !providers.iter().chain(models).any(may_be_one) {
            return None;
        }
        if self.is_provider(text) {
            return Some(Fallback { provider: Some(text), model: None });
        }
        let (provider, model) = match text.rsplit_once('/') {
            Some((provider, model)) => (Some(provider), model),
            None => (None, text),
        };
        let is_of_its_own = || provider.is_some_and(|it| self.is_provider(it)) && is_of_a_family(model);
        (self.is_model(model) || is_of_its_own()).then_some(Fallback { provider, model: Some(model) })
    }

    /// `provider/model`, where the first part is a provider that the route knows; other names may hold a `/`.
    pub fn split(&self, node: &Node) -> (Option<Node>, Node) {
        let is_known = |name: &str| name == self.route.provider.get_ref() || self.is_provider(name);
        match node.as_str().and_then(|text| text.split_once('/')) {
            Some((provider, model)) if is_known(provider) && !model.is_empty() => {
                (Some(Node::new(provider, node.place)), Node::new(model, node.place))
            }
            _ => (None, node.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn a_fallback_is_known_by_its_name_alone() {
        let profile = Profile::built_in().expect("sound");
        let known = Known::of(&profile.spec.route);
        for (text, provider, model) in [
            ("anthropic", Some("anthropic"), None),
            (" claude-sonnet-4-6", None, Some("claude-sonnet-4-6")),
            ("anthropic/claude-sonnet-4-6", Some("anthropic"), Some("claude-sonnet-4-6")),
            ("openrouter/claude-sonnet-4-6", Some("openrouter"), Some("claude-sonnet-4-6")),
            ("anthropic/claude-opus-4", Some("anthropic"), Some("claude-opus-4")),
        ] {
            assert_eq!(known.named(text), Some(Fallback { provider, model }), "{text}");
        }
        for text in
            ["", "qwen-local", "anthropic/client.py", "not anthropic", "https://api.anthropic.com/v1"]
        {
            assert_eq!(known.named(text), None, "{text}");
        }
        assert!(known.may_stand_in(b"an anthropic one") && !known.may_stand_in(b"a local one"));
    }
}
