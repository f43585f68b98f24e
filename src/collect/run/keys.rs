//! What a key speaks of, told by its words: `modelName`, `model-id`, `CASE_MODEL` and `planner_model` of a model.
//!
//! The vocabularies that decide it stand here and nowhere else.

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

/// The words of a key, in small letters, however it is written.
pub(super) struct Words(Vec<String>);

impl Words {
    pub fn of(key: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let (mut word, mut before) = (String::new(), ' ');
        let mut chars = key.chars().peekable();
        while let Some(letter) = chars.next() {
            let begins = letter.is_uppercase()
                && (before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase())));
            if begins || !letter.is_alphanumeric() {
                push(&mut words, std::mem::take(&mut word));
            }
            if letter.is_alphanumeric() {
                word.extend(letter.to_lowercase());
            }
            before = letter;
        }
        push(&mut words, word);
        Self(words)
    }

    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    fn has_one(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.has(word))
    }

    /// The last word that is more than "name" or "id".
    fn last(&self) -> &str {
        let mut words = self.0.iter().map(String::as_str).rev();
        words.clone().find(|word| !NAMES.contains(word)).or(words.next()).unwrap_or_default()
    }

    pub fn speak_of(&self) -> Speaks {
        if self.has("fallback") || self.has("fallbacks") {
            let of_models = self.has_one(&OF_MODELS);
            let of_another = self.has_one(&FALLEN_BACK) || self.has_one(&PROVIDED);
            return if of_another && !of_models { Speaks::Else } else { Speaks::Fallback };
        }
        let whole = self.0.last().map(String::as_str).unwrap_or_default();
        if self.is_usage() {
            return Speaks::Usage;
        }
        match self.last() {
            "model" if self.is_of_another(&MODELLED) => Speaks::OtherModel,
            "model" => Speaks::Model,
            "provider" if self.is_of_another(&PROVIDED) => Speaks::OtherProvider,
            "provider" => Speaks::Provider,
            "engine" if self.0.iter().all(|word| ENGINES.contains(&&**word)) => Speaks::Engine,
            "argv" | "cmdline" => Speaks::Argv,
            "env" | "environ" | "environment" => Speaks::Environment,
            _ if HANDED_ON.contains(&whole) => Speaks::HandedOn,
            _ if OUTCOMES.contains(&whole) && self.has("tool") => Speaks::HandedOn,
            _ if OUTCOMES.contains(&whole) => Speaks::Outcome,
            _ => Speaks::Else,
        }
    }

    fn is_usage(&self) -> bool {
        let words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        matches!(
            words.as_slice(),
            ["model" | "models", "usage" | "used"] | ["usage", "by" | "per", "model"]
        )
    }

    pub fn are_of_the_harness(&self) -> bool {
        self.has_one(&["harness", "agent", "case", "runner", "backend"])
    }

    fn is_of_another(&self, things: &[&str]) -> bool {
        let qualifies = |word: &str| self.0.len() > 1 && self.has(word);
        let of_models = OF_MODELS.iter().filter(|word| **word != self.last()).any(|word| qualifies(word));
        !of_models && things.iter().any(|word| qualifies(word))
    }

    /// Whether what stands under the key has providers, or models, of something else.
    pub fn surround(&self) -> (bool, bool) {
        let of_models = self.has_one(&OF_MODELS);
        let around =
            |things: &[&str]| things.iter().any(|word| !AROUND_ANYTHING.contains(word) && self.has(word));
        (!of_models && around(&PROVIDED), !of_models && around(&MODELLED))
    }

    pub fn speak_of_providers(&self) -> bool {
        self.has("provider") || self.has("providers")
    }

    /// `fallback_disabled: true` switches nothing on, and a `forbidden_model` is none that is used.
    pub fn forbid(&self) -> bool {
        const STEMS: [&str; 5] = ["disab", "forbid", "disallow", "prohibit", "exclu"];
        const WORDS: [&str; 10] =
            ["no", "not", "never", "off", "without", "denied", "deny", "denylist", "banned", "blocked"];
        self.has_one(&WORDS) || self.0.iter().any(|word| STEMS.iter().any(|stem| word.starts_with(stem)))
    }

    /// `fallback_count: 2`.
    pub fn count(&self) -> bool {
        matches!(self.0.last().map(String::as_str), Some("count" | "used" | "fallbacks" | "attempts"))
    }

    /// Whether the key is a tool's: `tool`, `toolName`, `tool_call_id`.
    pub fn name_a_tool(&self) -> bool {
        let rest = |word: &String| matches!(word.as_str(), "call" | "use") || NAMES.contains(&&**word);
        matches!(self.0.split_first(), Some((tool, others)) if tool == "tool"
            && others.iter().all(rest)
            && others.last().is_none_or(|word| NAMES.contains(&&**word)))
    }

    /// Whether a record of this name is of a tool.
    pub fn are_of_a_tool(&self) -> bool {
        self.has("tool") || self.has("function") || self.0.iter().any(|word| word.starts_with("toolcall"))
    }
}

/// Of whose engine a key speaks by its words alone; others have engines of their own.
const ENGINES: [&str; 9] =
    ["engine", "name", "id", "agent", "case", "harness", "backend", "runner", "default"];

fn push(words: &mut Vec<String>, word: String) {
    if word == "back" && words.last().is_some_and(|last| last == "fall") {
        words.pop();
        return words.push("fallback".to_owned());
    }
    match JOINED.iter().find(|(joined, _)| *joined == word) {
        Some((_, parts)) => words.extend(parts.map(str::to_owned)),
        None if !word.is_empty() => words.push(word),
        None => {}
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
