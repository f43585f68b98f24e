//! What names of models look like, and how those begin that run elsewhere.
//!
//! What a route must not use is named by the profile; these only tell a name from another word, wherever one stands.

/// Names of models that run elsewhere, and of who runs them, or how such names begin.
pub(in crate::collect) const FAMILIES: [&str; 20] = [
    "anthropic",
    "claude",
    "sonnet",
    "opus",
    "haiku",
    "openai",
    "gpt-",
    "chatgpt",
    "gemini",
    "grok",
    "mistral",
    "mixtral",
    "deepseek",
    "command-r",
    "cohere",
    "bedrock",
    "vertex-ai",
    "vertexai",
    "openrouter",
    "azure",
];

/// Whether a name begins as those of models that run elsewhere do, or of who runs them.
pub(in crate::collect) fn is_of_a_family(name: &str) -> bool {
    let begins =
        |family: &&str| name.get(..family.len()).is_some_and(|head| head.eq_ignore_ascii_case(family));
    FAMILIES.iter().any(begins)
}

/// A name that is a count of something, and no model's.
const COUNTED: [&str; 9] =
    ["request", "call", "attempt", "turn", "response", "step", "error", "timeout", "http"];

/// Whether a word is how models are called: letters and digits, and a mark between them.
pub(in crate::collect) fn is_model(name: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| name.iter().any(is);
    let counted = COUNTED
        .iter()
        .any(|word| name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes())));
    has(u8::is_ascii_alphabetic)
        && has(u8::is_ascii_digit)
        && has(|byte| b"-.:/".contains(byte))
        && !counted
}
