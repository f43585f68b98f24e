//! What a key speaks of, told by its words: `modelName`, `model-id`, `CASE_MODEL` and `planner_model` of a model.
//!
//! The vocabularies that decide it stand in `vocabulary`, and what each makes of a word in `role`, and nowhere else.

pub(super) mod families;
pub(super) mod known;
mod role;
mod switch;
mod vocabulary;

use self::role::{
    ANSWERS_NONE, ARGV, BASELINE, BESIDE, BY, CALL, COUNT, ENGINE, ENVIRONMENT, FALL, FALLBACK, FALLS_BACK,
    FORBIDS, FORBIDS_NEXT, FUNCTION, HANDS_ON, HARNESS, HOW, HOW_LONG, IS_MODELLED, IS_OF_MODELS,
    IS_PROVIDED, LLM, MAY_BE_FORBIDDEN, MAY_SURROUND, MODEL, MODELS, NAME, NAMED, OF_ENGINES, OUTCOME,
    OUTRIGHT, PROVIDER, PROVIDERS, ROLES, Role, STEMS, SWITCH, TOOL, USAGE, USED,
};
pub(super) use self::switch::{Said, Switch};
use self::vocabulary::JOINED;

/// What a key of a record, a variable or a flag speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Model,
    Provider,
    /// A model, or whatever is told of one: `llm: gpt-x-1`, `llm: {timeout: 3}`.
    Llm,
    /// A provider of something else: of logins, of storage.
    OtherProvider,
    /// A model of something else: of a device, of prices.
    OtherModel,
    Engine,
    /// Models by their names, each with how much it was used: `modelUsage`, `models_used`.
    Usage,
    Fallback,
    /// A command line.
    Argv,
    /// Variables of a process.
    Environment,
    /// What somebody read or wrote: it may speak of models, and uses none.
    HandedOn,
    /// The same where it is a text; a record may stand there too.
    Outcome,
    Else,
}

/// What the words of a key are, one after the other, however they are written.
#[derive(Debug)]
pub(super) struct Words(Vec<Role>);

impl Words {
    pub fn of(key: &str) -> Self {
        let mut words = Self(Vec::with_capacity(4));
        let (mut start, mut before) = (0, ' ');
        let mut chars = key.char_indices().peekable();
        while let Some((at, letter)) = chars.next() {
            let begins = letter.is_uppercase()
                && (before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase()
                        && chars.peek().is_some_and(|(_, next)| next.is_lowercase())));
            if begins || !letter.is_alphanumeric() {
                words.push(key.get(start..at).unwrap_or_default());
                start = if begins { at } else { at + letter.len_utf8() };
            }
            before = letter;
        }
        words.push(key.get(start..).unwrap_or_default());
        words
    }

    fn push(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            let lower = word.to_lowercase();
            if lower != word {
                return self.push(&lower);
            }
        }
        if word == "back"
            && let Some(last) = self.0.last_mut().filter(|last| **last & FALL != 0)
        {
            *last = FALLBACK;
        } else if let Some(role) = ROLES.get(word) {
            self.0.push(*role);
        } else if let Some((_, parts)) = JOINED.iter().find(|(joined, _)| *joined == word) {
            for part in parts {
                self.push(part);
            }
        } else {
            self.0.push(
                STEMS.iter().filter(|(stem, _)| word.starts_with(stem)).fold(0, |all, it| all | it.1),
            );
        }
    }

    fn has(&self, roles: Role) -> bool {
        self.0.iter().any(|word| word & roles != 0)
    }

    /// The place of the last word that is more than "name" or "id".
    fn last(&self) -> Option<usize> {
        self.0.iter().rposition(|word| word & NAME == 0).or(self.0.len().checked_sub(1))
    }

    pub fn speak_of(&self) -> Speaks {
        if self.has(FALLBACK) {
            let of_another = self.has(FALLS_BACK | IS_PROVIDED) && !self.has(IS_OF_MODELS);
            return if of_another { Speaks::Else } else { Speaks::Fallback };
        }
        if self.is_usage() {
            return Speaks::Usage;
        }
        let role = |at: usize| self.0.get(at).copied().unwrap_or_default();
        let last = self.last().map_or(0, role);
        let whole = self.0.last().copied().unwrap_or_default();
        if last & MODEL != 0 {
            if self.is_of_another(IS_MODELLED) { Speaks::OtherModel } else { Speaks::Model }
        } else if last & PROVIDER != 0 {
            if self.is_of_another(IS_PROVIDED) { Speaks::OtherProvider } else { Speaks::Provider }
        } else if last & LLM != 0 && !self.has(IS_MODELLED) {
            Speaks::Llm
        } else if last & ENGINE != 0 && self.0.iter().all(|word| word & OF_ENGINES != 0) {
            Speaks::Engine
        } else if last & ARGV != 0 {
            Speaks::Argv
        } else if last & ENVIRONMENT != 0 {
            Speaks::Environment
        } else if whole & HANDS_ON != 0 || whole & OUTCOME != 0 && self.has(TOOL) {
            Speaks::HandedOn
        } else if whole & OUTCOME != 0 {
            Speaks::Outcome
        } else {
            Speaks::Else
        }
    }

    /// `model_usage`, `provider_used`, `tokens_by_model`.
    fn is_usage(&self) -> bool {
        match self.0.as_slice() {
            [named, usage] if usage & (USAGE | USED) != 0 => named & NAMED != 0,
            _ => self.count_by_name(),
        }
    }

    /// `cost_by_model`: whatever is counted, the keys below are names.
    pub fn count_by_name(&self) -> bool {
        matches!(self.0.as_slice(), [_, .., by, named] if by & BY != 0 && named & NAMED != 0)
    }

    /// Whether a text with the key is a name: `model_used`, not `model_usage`.
    pub fn tell_the_used(&self) -> bool {
        self.0.last().is_some_and(|word| word & USED != 0)
    }

    /// Whether it is a model or a provider that is told of: `fallback_model_id`, not `fallback_model_file`.
    pub fn end_in_what_is_used(&self) -> bool {
        self.last().and_then(|at| self.0.get(at)).is_some_and(|word| word & NAMED != 0)
    }

    /// Whether many are told of by the key's last word: those that there are, not those that were used.
    pub fn list_many(&self) -> bool {
        self.0.last().is_some_and(|word| word & (MODELS | PROVIDERS) != 0)
    }

    pub fn are_of_use(&self) -> bool {
        self.has(USAGE | USED)
    }

    /// Whether what stands there is called like a provider or a model and is something else: a wire format, a package.
    pub fn are_beside(&self) -> bool {
        self.has(BESIDE)
    }

    pub fn are_of_the_baseline(&self) -> bool {
        self.has(BASELINE)
    }

    /// Whether a model or a provider is told of, one or several.
    pub fn name_what_is_used(&self) -> bool {
        self.has(NAMED)
    }

    /// Whether something is told of that falls back without another model.
    pub fn fall_back_otherwise(&self) -> bool {
        self.has(FALLS_BACK)
    }

    pub fn are_of_the_harness(&self) -> bool {
        self.has(HARNESS)
    }

    fn is_of_another(&self, thing: Role) -> bool {
        let others = self.0.iter().enumerate().filter(|(at, _)| Some(*at) != self.last());
        self.has(thing) && !others.into_iter().any(|(_, word)| word & IS_OF_MODELS != 0)
    }

    /// Whether what stands under the key has providers, or models, of something else.
    pub fn surround(&self) -> (bool, bool) {
        let around = |thing| self.0.iter().any(|word| word & thing != 0 && word & MAY_SURROUND == 0);
        let of_models = self.has(IS_OF_MODELS);
        (!of_models && around(IS_PROVIDED), !of_models && around(IS_MODELLED))
    }

    pub fn speak_of_providers(&self) -> bool {
        self.has(PROVIDER | PROVIDERS)
    }

    /// `fallback_disabled: true` switches nothing on, and a `forbidden_model` is none that is used.
    pub fn forbid(&self) -> bool {
        let may_be = |at: usize| self.0.get(at).is_some_and(|word| word & MAY_BE_FORBIDDEN != 0);
        let forbids = |(at, word): (usize, &Role)| {
            let is_beside = may_be(at + 1) || at + 1 == self.0.len();
            word & FORBIDS != 0 && (word & FORBIDS_NEXT == 0 || is_beside)
        };
        self.0.iter().enumerate().any(forbids)
    }

    /// The same of what a switch forbids; `fallback_blocked` tells what became of one.
    fn forbid_outright(&self) -> bool {
        self.has(OUTRIGHT)
    }

    /// `fallback_policy`, `on_fallback`, `fallback_reason`: a text there is no name.
    fn tell_how(&self) -> bool {
        self.0.last().is_some_and(|word| word & HOW != 0)
            || self.0.first().is_some_and(|word| word & HOW != 0)
    }

    /// `fallback_timeout`.
    fn tell_how_long(&self) -> bool {
        self.0.last().is_some_and(|word| word & HOW_LONG != 0)
    }

    /// `allow_fallback`, `fallback_enabled`, `no_fallback_model`.
    fn switch(&self) -> bool {
        self.0.last().is_some_and(|word| word & (FALLBACK | SWITCH | OUTRIGHT | NAMED) != 0)
    }

    /// `fallback_count: 2`.
    pub fn count(&self) -> bool {
        self.0.last().is_some_and(|word| word & COUNT != 0)
    }

    /// Whether the key is a tool's: `tool`, `toolName`, `tool_call_id`.
    pub fn name_a_tool(&self) -> bool {
        matches!(self.0.split_first(), Some((tool, others)) if tool & TOOL != 0
            && others.iter().all(|word| word & (CALL | NAME) != 0)
            && others.last().is_none_or(|word| word & NAME != 0))
    }

    /// Whether a command of this name has a model that no prompt is put to: `whisper`, `spacy`.
    pub fn answer_no_prompt(&self) -> bool {
        self.has(ANSWERS_NONE) && !self.has(IS_OF_MODELS)
    }

    /// Whether a record of this name is of a tool.
    pub fn are_of_a_tool(&self) -> bool {
        self.has(TOOL | FUNCTION)
    }
}

/// What a key speaks of.
pub(super) fn speaks_of(key: &str) -> Speaks {
    Words::of(key).speak_of()
}

/// Bytes of a name; what is longer, or has blanks, says something.
const LONGEST_NAME: usize = 64;

/// Whether a name is one of the baseline's: `baseline_started`, `fake-baseline`.
pub(super) fn is_of_the_baseline(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && memchr::memmem::find(name.to_ascii_lowercase().as_bytes(), b"baseline").is_some()
        && !name.contains(char::is_whitespace)
        && Words::of(name).are_of_the_baseline()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_speaks_of_the_same_in_every_case() {
        for (keys, speaks) in [
            (
                "model modelName model_name MODEL model-id CASE_MODEL planner_model gen_ai.request.model modelid language_model LLMModel",
                Speaks::Model,
            ),
            (
                "provider modelProvider MODEL_PROVIDER model-provider-id llm.provider case_model_provider search_model_provider",
                Speaks::Provider,
            ),
            (
                "auth_provider authProvider STORAGE_PROVIDER git-provider tracerProvider",
                Speaks::OtherProvider,
            ),
            ("gpu_model pricingModel data_model EMBEDDING_MODEL", Speaks::OtherModel),
            (
                "fallback fallbackModel fallback-provider FALL_BACK case_fallback_model allow_fallback nofallback fallbacks",
                Speaks::Fallback,
            ),
            (
                "content toolResult tool_output file_content systemPrompt old_string arguments input_schema",
                Speaks::HandedOn,
            ),
            ("output result", Speaks::Outcome),
            ("llm LLM agent_llm llm_name", Speaks::Llm),
            ("engine engine_name caseEngine", Speaks::Engine),
            (
                "modelUsage models_used usage_by_model model_used provider_used tokens_by_model cost_by_model calls_per_provider",
                Speaks::Usage,
            ),
            (
                "models max_model_len model_status module_name fallback_locale db_engine auth_fallback remodel",
                Speaks::Else,
            ),
        ] {
            for key in keys.split(' ') {
                assert_eq!(speaks_of(key), speaks, "{key}");
            }
        }
    }

    #[test]
    fn what_forbids_and_what_names_a_tool_is_known() {
        for (key, forbids) in [
            ("no_fallback", true),
            ("fallbackDisabled", true),
            ("forbidden_models", true),
            ("handoff_model", false),
            ("excluded_models", true),
            ("exclusive_model", false),
            ("no_tools_model", false),
            ("no-tools", false),
            ("off_peak_model", false),
            ("fallback_off", true),
            ("never", true),
            ("not_used", true),
            ("no_default_model", true),
            ("fallback", false),
        ] {
            assert_eq!(Words::of(key).forbid(), forbids, "{key}");
        }
        for (key, names) in [
            ("tool", true),
            ("toolName", true),
            ("tool_call_id", true),
            ("tools", false),
            ("tool_calls", false),
            ("tool_choice", false),
        ] {
            assert_eq!(Words::of(key).name_a_tool(), names, "{key}");
        }
    }
}
