//! What is around a value that is looked through: of whom it tells, and how it means the names there.

use super::super::keys::{Speaks, Words};
use super::super::uses::Origin;
use super::CHANGE;

/// What is around a value that is looked through.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub origin: Origin<'a>,
    pub depth: usize,
    pub others: Others,
    /// The harness or its agent is told of.
    pub of_harness: bool,
    /// The baseline is told of.
    pub of_baseline: bool,
    /// Texts are there for the model to read.
    pub handed_on: bool,
    /// How names are meant there.
    pub names: Meant,
}

/// What is there of something else than the agent, such as a vault's provider.
#[derive(Clone, Copy, Default)]
pub(super) struct Others {
    /// Unless a model stands beside.
    pub providers: bool,
    pub models: bool,
}

/// How the names of providers and models are meant, where nothing says that they are of one.
#[derive(Clone, Copy, Default)]
pub(super) struct Meant {
    /// As what was used.
    pub of_use: bool,
    pub catalogue: Catalogue,
    /// As those of something else.
    pub beside: bool,
}

/// Whether it is told what there is, used or not.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Catalogue {
    #[default]
    None,
    There,
    /// Right under its key in a log: `models`.
    Value,
    /// In an element of a list that is such a value.
    Entry,
}

/// The kinds of records that may list what there is: whoever configures a model, or reports one, means to use it.
const LISTING: [&str; 4] = ["log", "model_request", "model_response", CHANGE];

impl<'a> Around<'a> {
    pub fn nothing(origin: Origin<'a>) -> Self {
        Self {
            origin,
            depth: 0,
            others: Others::default(),
            of_harness: false,
            of_baseline: false,
            handed_on: false,
            names: Meant::default(),
        }
    }

    pub fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    pub fn below_key(self, words: &Words) -> Self {
        let (providers, models) = words.surround();
        let below = self.below();
        Self {
            others: Others {
                providers: self.others.providers || providers,
                models: self.others.models || models,
            },
            of_harness: words.are_of_the_harness(),
            handed_on: self.handed_on || words.speak_of() == Speaks::HandedOn,
            names: Meant {
                of_use: self.names.of_use || words.are_of_use(),
                catalogue: match self.names.catalogue {
                    Catalogue::Value => Catalogue::There,
                    known if known == Catalogue::Entry || !self.may_list() || !words.list_many() => known,
                    _ if self.origin.kind == "log" => Catalogue::Value,
                    _ => Catalogue::There,
                },
                beside: words.are_beside(),
            },
            ..below
        }
    }

    pub fn may_list(self) -> bool {
        !self.names.of_use && LISTING.contains(&self.origin.kind)
    }

    pub fn fallback(self) -> Origin<'a> {
        Origin { fallback: true, ..self.origin }
    }
}
