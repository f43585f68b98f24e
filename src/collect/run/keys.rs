//! What a key speaks of, told by its words: `modelName`, `model-id`, `CASE_MODEL` and `planner_model` of a model.
//!
//! The vocabularies that decide it stand here and nowhere else.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a key of a record, a variable or a flag speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Model,
    Provider,
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

/// Around what somebody read or wrote, as a key's last word: texts, what a tool is given, files.
const HANDED_ON: [&str; 27] = [
    "content",
    "contents",
    "text",
    "texts",
    "prompt",
    "prompts",
    "instruction",
    "instructions",
    "question",
    "quote",
    "excerpt",
    "snippet",
    "string",
    "diff",
    "patch",
    "args",
    "arguments",
    "stdin",
    "stdout",
    "stderr",
    "observation",
    "documentation",
    "examples",
    "example",
    // What a tool may be asked is no use of anything.
    "schema",
    "properties",
    "enum",
];
/// What came of something.
const OUTCOMES: [&str; 14] = [
    "output",
    "outputs",
    "result",
    "results",
    "completion",
    "answer",
    "input",
    "inputs",
    "description",
    "title",
    "summary",
    "comment",
    "thinking",
    "reasoning",
];
/// Of what there are providers that serve no model.
const PROVIDED: [&str; 62] = [
    "analytics",
    "auth",
    "authentication",
    "authorization",
    "blob",
    "browser",
    "cache",
    "calendar",
    "cdn",
    "ci",
    "cloud",
    "compute",
    "container",
    "context",
    "credential",
    "credentials",
    "database",
    "db",
    "dns",
    "email",
    "feature",
    "flag",
    "font",
    "geo",
    "git",
    "host",
    "hosting",
    "identity",
    "idp",
    "issue",
    "kms",
    "locale",
    "log",
    "logger",
    "logging",
    "login",
    "mail",
    "map",
    "meter",
    "metrics",
    "monitoring",
    "notification",
    "oauth",
    "oidc",
    "package",
    "payment",
    "queue",
    "registry",
    "repo",
    "repository",
    "saml",
    "sandbox",
    "scm",
    "search",
    "secret",
    "secrets",
    "sms",
    "sso",
    "storage",
    "telemetry",
    "tracer",
    "vcs",
];
/// What else has a model.
const MODELLED: [&str; 26] = [
    "billing",
    "camera",
    "concurrency",
    "cost",
    "cpu",
    "data",
    "device",
    "disk",
    "domain",
    "entity",
    "gpu",
    "hardware",
    "laptop",
    "machine",
    "memory",
    "object",
    "permission",
    "phone",
    "price",
    "pricing",
    "printer",
    "security",
    "thread",
    "threading",
    "threat",
    "view",
];
/// Of these, what stands around anything at all: a provider in a `context` may well be the model's.
const AROUND_ANYTHING: [&str; 20] = [
    "analytics",
    "compute",
    "container",
    "context",
    "data",
    "entity",
    "feature",
    "host",
    "issue",
    "log",
    "logger",
    "logging",
    "map",
    "memory",
    "metrics",
    "monitoring",
    "object",
    "sandbox",
    "telemetry",
    "thread",
];
/// What makes it a model's after all.
const OF_MODELS: [&str; 8] = ["agent", "ai", "chat", "completion", "inference", "llm", "lm", "model"];
/// What falls back without another model.
const FALLEN_BACK: [&str; 12] = [
    "charset",
    "encoding",
    "font",
    "icon",
    "image",
    "lang",
    "language",
    "locale",
    "shell",
    "theme",
    "timezone",
    "transport",
];
/// Behind what names a thing, and around nothing else.
const NAMES: [&str; 6] = ["name", "id", "slug", "ref", "alias", "identifier"];
/// Words that people write together.
const JOINED: [(&str, [&str; 2]); 8] = [
    ("modelname", ["model", "name"]),
    ("modelid", ["model", "id"]),
    ("modelprovider", ["model", "provider"]),
    ("providername", ["provider", "name"]),
    ("providerid", ["provider", "id"]),
    ("fallbackmodel", ["fallback", "model"]),
    ("fallbackprovider", ["fallback", "provider"]),
    ("nofallback", ["no", "fallback"]),
];

/// Of whose engine a key speaks by its words alone; others have engines of their own.
const ENGINES: [&str; 9] =
    ["engine", "name", "id", "agent", "case", "harness", "backend", "runner", "default"];
const HARNESSES: [&str; 5] = ["harness", "agent", "case", "runner", "backend"];
/// What nobody uses stands behind one of these.
const FORBIDDING: [&str; 10] =
    ["no", "not", "never", "off", "without", "denied", "deny", "denylist", "banned", "blocked"];

/// What a word is in a key: a bit for each vocabulary that it stands in.
type Role = u32;
const FALLBACK: Role = 1;
const MODEL: Role = 1 << 1;
const MODELS: Role = 1 << 2;
const PROVIDER: Role = 1 << 3;
const PROVIDERS: Role = 1 << 4;
const ENGINE: Role = 1 << 5;
const ARGV: Role = 1 << 6;
const ENVIRONMENT: Role = 1 << 7;
const HANDS_ON: Role = 1 << 8;
const OUTCOME: Role = 1 << 9;
const TOOL: Role = 1 << 10;
const FUNCTION: Role = 1 << 11;
const IS_PROVIDED: Role = 1 << 12;
const IS_MODELLED: Role = 1 << 13;
const MAY_SURROUND: Role = 1 << 14;
const IS_OF_MODELS: Role = 1 << 15;
const FALLS_BACK: Role = 1 << 16;
const NAME: Role = 1 << 17;
const OF_ENGINES: Role = 1 << 18;
const HARNESS: Role = 1 << 19;
const FORBIDS: Role = 1 << 20;
const USAGE: Role = 1 << 21;
const USED: Role = 1 << 22;
const BY: Role = 1 << 23;
const CALL: Role = 1 << 24;
const COUNT: Role = 1 << 25;
const FALL: Role = 1 << 26;

static ROLES: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let all: [(Role, &[&str]); 27] = [
        (FALLBACK, &["fallback", "fallbacks"]),
        (MODEL, &["model"]),
        (MODELS, &["models"]),
        (PROVIDER, &["provider"]),
        (PROVIDERS, &["providers"]),
        (ENGINE, &["engine"]),
        (ARGV, &["argv", "cmdline"]),
        (ENVIRONMENT, &["env", "environ", "environment"]),
        (HANDS_ON, &HANDED_ON),
        (OUTCOME, &OUTCOMES),
        (TOOL, &["tool"]),
        (FUNCTION, &["function"]),
        (IS_PROVIDED, &PROVIDED),
        (IS_MODELLED, &MODELLED),
        (MAY_SURROUND, &AROUND_ANYTHING),
        (IS_OF_MODELS, &OF_MODELS),
        (FALLS_BACK, &FALLEN_BACK),
        (NAME, &NAMES),
        (OF_ENGINES, &ENGINES),
        (HARNESS, &HARNESSES),
        (FORBIDS, &FORBIDDING),
        (USAGE, &["usage"]),
        (USED, &["used"]),
        (BY, &["by", "per"]),
        (CALL, &["call", "use"]),
        (COUNT, &["count", "used", "fallbacks", "attempts"]),
        (FALL, &["fall"]),
    ];
    let mut roles = HashMap::new();
    for (role, words) in all {
        words.iter().for_each(|word| *roles.entry(*word).or_default() |= role);
    }
    roles
});

/// Beginnings of words, and what these are.
const STEMS: [(&str, Role); 6] = [
    ("disab", FORBIDS),
    ("forbid", FORBIDS),
    ("disallow", FORBIDS),
    ("prohibit", FORBIDS),
    ("exclu", FORBIDS),
    ("toolcall", FUNCTION),
];

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
            parts.iter().for_each(|part| self.push(part));
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

    fn is_usage(&self) -> bool {
        match self.0.as_slice() {
            [model, usage] => model & (MODEL | MODELS) != 0 && usage & (USAGE | USED) != 0,
            [usage, by, model] => usage & USAGE != 0 && by & BY != 0 && model & MODEL != 0,
            _ => false,
        }
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
        self.has(FORBIDS)
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

    /// Whether a record of this name is of a tool.
    pub fn are_of_a_tool(&self) -> bool {
        self.has(TOOL | FUNCTION)
    }
}

/// What a key speaks of.
pub(super) fn speaks_of(key: &str) -> Speaks {
    Words::of(key).speak_of()
}

/// Whether a word means that there is none.
pub(super) fn is_off(text: &str) -> bool {
    const OFF: [&str; 11] = [
        "none",
        "off",
        "false",
        "no",
        "null",
        "disabled",
        "never",
        "forbidden",
        "denied",
        "deny",
        "disallowed",
    ];
    OFF.iter().any(|word| text.eq_ignore_ascii_case(word))
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
            ("gpu_model pricingModel data_model", Speaks::OtherModel),
            (
                "fallback fallbackModel fallback-provider FALL_BACK case_fallback_model allow_fallback nofallback fallbacks",
                Speaks::Fallback,
            ),
            (
                "content toolResult tool_output file_content systemPrompt old_string arguments input_schema",
                Speaks::HandedOn,
            ),
            ("output result", Speaks::Outcome),
            ("engine engine_name caseEngine", Speaks::Engine),
            ("modelUsage models_used usage_by_model", Speaks::Usage),
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
