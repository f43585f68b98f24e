//! The words that keys are made of, and what each is there.

use std::collections::HashMap;
use std::sync::LazyLock;

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
const OUTCOMES: [&str; 15] = [
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
    // A part of what is streamed.
    "delta",
];
/// Of what there are providers that serve no model.
const PROVIDED: [&str; 63] = [
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
    "coverage",
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
const MODELLED: [&str; 31] = [
    "billing",
    "camera",
    "concurrency",
    "cost",
    "cpu",
    "data",
    "device",
    "disk",
    "domain",
    // These answer no prompt.
    "embed",
    "embedding",
    "embeddings",
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
    "rerank",
    "reranker",
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
const FALLEN_BACK: [&str; 18] = [
    "charset",
    "encoding",
    "font",
    "icon",
    "image",
    "lang",
    "language",
    "locale",
    "polling",
    "shell",
    "theme",
    "timezone",
    "transport",
    "watcher",
    "watching",
    "cpu",
    "kernel",
    "tokenizer",
];
/// Behind what names a thing, and around nothing else.
const NAMES: [&str; 6] = ["name", "id", "slug", "ref", "alias", "identifier"];
/// Words that people write together.
pub const JOINED: [(&str, [&str; 2]); 8] = [
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
const FORBIDDING: [&str; 16] = [
    "no",
    "not",
    "never",
    "off",
    "without",
    "denied",
    "deny",
    "denylist",
    "banned",
    "blocked",
    "exclude",
    "excludes",
    "excluded",
    "excluding",
    "exclusion",
    "exclusions",
];
/// Of these, what forbids only what it stands beside: an agent with `no-tools` has a model all the same.
const FORBIDDING_THE_NEXT: [&str; 5] = ["no", "not", "never", "off", "without"];

/// Of these, what forbids by itself, and allows where it is false.
const FORBIDDING_OUTRIGHT: [&str; 6] = ["no", "not", "never", "off", "without", "deny"];
/// What is called by a provider's name and is something else: how its interface is spoken, what code is called.
const NAMESAKES: [&str; 27] = [
    "api",
    "client",
    "compat",
    "compatible",
    "compatibility",
    "dialect",
    "directory",
    "file",
    "folder",
    "format",
    "lib",
    "library",
    "logger",
    "module",
    "owner",
    "package",
    "path",
    "pkg",
    "protocol",
    "sdk",
    "spec",
    "style",
    "tag",
    "tags",
    "tokenizer",
    "topic",
    "wire",
];
/// How and when there is a fallback, and why there was one.
const MANNERS: [&str; 20] = [
    "policy",
    "policies",
    "mode",
    "strategy",
    "action",
    "behavior",
    "behaviour",
    "reason",
    "cause",
    "url",
    "on",
    "when",
    "if",
    "condition",
    "conditions",
    "trigger",
    "triggers",
    "order",
    "status",
    "type",
];
/// What is told beside one, and is neither a name nor a switch.
const LENGTHS: [&str; 20] = [
    "timeout",
    "delay",
    "interval",
    "threshold",
    "backoff",
    "wait",
    "ms",
    "s",
    "sec",
    "secs",
    "seconds",
    "minutes",
    "after",
    "duration",
    "description",
    "comment",
    "note",
    "notes",
    "label",
    "title",
];
const SWITCHES: [&str; 10] =
    ["enabled", "enable", "active", "allowed", "allow", "attempted", "triggered", "used", "use", "on"];

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
    let all: [(Role, &[&str]); 35] = [
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
