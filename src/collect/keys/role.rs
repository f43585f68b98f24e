//! What each word of a key is there.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::vocabulary::{
    AROUND_ANYTHING, ENGINES, FALLEN_BACK, FORBIDDING, FORBIDDING_OUTRIGHT, FORBIDDING_THE_NEXT, HANDED_ON,
    HARNESSES, LENGTHS, MANNERS, MODELLED, NAMES, NAMESAKES, OF_MODELS, OUTCOMES, PROVIDED, SWITCHES,
    UNPROMPTED,
};

/// What a word is in a key: a bit for each vocabulary that it stands in.
pub type Role = u64;
pub const FALLBACK: Role = 1;
pub const MODEL: Role = 1 << 1;
pub const MODELS: Role = 1 << 2;
pub const PROVIDER: Role = 1 << 3;
pub const PROVIDERS: Role = 1 << 4;
pub const ENGINE: Role = 1 << 5;
pub const ARGV: Role = 1 << 6;
pub const ENVIRONMENT: Role = 1 << 7;
pub const HANDS_ON: Role = 1 << 8;
pub const OUTCOME: Role = 1 << 9;
pub const TOOL: Role = 1 << 10;
pub const FUNCTION: Role = 1 << 11;
pub const IS_PROVIDED: Role = 1 << 12;
pub const IS_MODELLED: Role = 1 << 13;
pub const MAY_SURROUND: Role = 1 << 14;
pub const IS_OF_MODELS: Role = 1 << 15;
pub const FALLS_BACK: Role = 1 << 16;
pub const NAME: Role = 1 << 17;
pub const OF_ENGINES: Role = 1 << 18;
pub const HARNESS: Role = 1 << 19;
pub const FORBIDS: Role = 1 << 20;
pub const USAGE: Role = 1 << 21;
pub const USED: Role = 1 << 22;
pub const BY: Role = 1 << 23;
pub const CALL: Role = 1 << 24;
pub const COUNT: Role = 1 << 25;
pub const FALL: Role = 1 << 26;
pub const OUTRIGHT: Role = 1 << 27;
pub const BESIDE: Role = 1 << 28;
pub const HOW: Role = 1 << 29;
pub const HOW_LONG: Role = 1 << 30;
pub const SWITCH: Role = 1 << 31;
pub const BASELINE: Role = 1 << 32;
pub const FORBIDS_NEXT: Role = 1 << 33;
pub const LLM: Role = 1 << 34;
pub const ANSWERS_NONE: Role = 1 << 35;
/// What a word beside it may forbid.
pub const MAY_BE_FORBIDDEN: Role = FALLBACK
    | FALL
    | MODEL
    | MODELS
    | PROVIDER
    | PROVIDERS
    | SWITCH
    | USED
    | CALL
    | IS_OF_MODELS
    | OF_ENGINES
    | COUNT;
/// What has a name.
pub const NAMED: Role = MODEL | MODELS | PROVIDER | PROVIDERS;

pub static ROLES: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let all: [(Role, &[&str]); 36] = [
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
        (IS_MODELLED | ANSWERS_NONE, &UNPROMPTED),
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
        (OUTRIGHT, &FORBIDDING_OUTRIGHT),
        (FORBIDS_NEXT, &FORBIDDING_THE_NEXT),
        (BESIDE, &NAMESAKES),
        (HOW, &MANNERS),
        (HOW_LONG, &LENGTHS),
        (SWITCH, &SWITCHES),
        (BASELINE, &["baseline", "baselines"]),
        (LLM, &["llm"]),
    ];
    let mut roles = HashMap::new();
    for (role, words) in all {
        for word in words {
            *roles.entry(*word).or_default() |= role;
        }
    }
    roles
});

/// Beginnings of words, and what these are.
pub const STEMS: [(&str, Role); 5] = [
    ("disab", FORBIDS | OUTRIGHT),
    ("forbid", FORBIDS | OUTRIGHT),
    ("disallow", FORBIDS | OUTRIGHT),
    ("prohibit", FORBIDS | OUTRIGHT),
    ("toolcall", FUNCTION),
];
