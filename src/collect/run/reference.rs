//! Texts that stand for a value that is told elsewhere: `${CASE_MODEL}`, `os.environ["CASE_MODEL"]`.
//!
//! What such a text stands for is not known, so it names no model; only a default that it holds does.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::pattern;

/// What a text is that stands where a name should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference<'t> {
    /// It is a name itself.
    None,
    /// It is the value of a variable, and nothing else.
    Variable,
    /// It is the value of a variable, or this.
    Default(&'t str),
    /// It is made from variables, or by a command.
    Unclear,
}

/// In shells, templates, build tools, and what asks for the environment in code; several, as in `$PROVIDER/$MODEL`.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    let one = [
        r"\$(?:env:)?\w+",
        r"\$\{(?:env[:.])?\w[\w.-]*(?::?\?[^{}]*|[#%][^{}]*)?\}",
        r"\$\([A-Za-z_]\w*\)",
        r"\$?\{\{[ \t]*[$.]?[A-Za-z_][\w.]*[ \t]*\}\}",
        r"%\w+%|%\(\w+\)?s|%[sv]",
        r"\{(?:env:)?\w*\}",
        r"<[^<>]*>|@\w+@|env:\w+",
        r#"(?:[A-Za-z_]\w*(?:\.|::))*(?i:env|environ|getenv|getenvironmentvariable)!?(?:(?:\.|::)(?:get|fetch|var))?(?:\.[A-Za-z_]\w*|\[["'`]\w+["'`]\]|\(["'`]\w+["'`]\))!?"#,
    ]
    .join("|");
    pattern(&format!("^(?:{one})(?:/(?:{one}))*$"))
});

/// `${CASE_MODEL:-x}`, `${CASE_MODEL:x}`
static DEFAULT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\$\{(?:env[:.])?\w[\w.]*(?::?[-=+]|:)(?P<default>.*)\}$"));

impl<'t> Reference<'t> {
    pub fn of(text: &'t str) -> Self {
        let text = text.trim().trim_matches(['"', '\'']);
        if !text.contains(['$', '%', '{', '<', '@', '(', '[', '.', ':']) {
            return Self::None;
        }
        if VARIABLE.is_match(text) {
            return Self::Variable;
        }
        if let Some(default) = DEFAULT.captures(text).and_then(|found| found.name("default")) {
            let default = default.as_str().trim().trim_matches(['"', '\'']);
            return match Self::of(default) {
                Self::None if default.is_empty() => Self::Variable,
                Self::None => Self::Default(default),
                inner => inner,
            };
        }
        let is_made =
            text.starts_with(['$', '%']) || ["${", "$(", "{{", "<%"].iter().any(|mark| text.contains(mark));
        if is_made { Self::Unclear } else { Self::None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_told_from_a_name() {
        for text in [
            "$CASE_MODEL",
            "${CASE_MODEL}",
            "\"$CASE_MODEL\"",
            "$1",
            "${env:CASE_MODEL}",
            "${{ env.CASE_MODEL }}",
            "{{ .Values.model }}",
            "{env:CASE_MODEL}",
            "$env:CASE_MODEL",
            "$(CASE_MODEL)",
            "%CASE_MODEL%",
            "%s",
            "<model>",
            "@CASE_MODEL@",
            "$CASE_PROVIDER/${CASE_MODEL}",
            "${CASE_MODEL:?is not set}",
            "${CASE_MODEL:-}",
            "${A:-${B}}",
            "${1#*=}",
            "os.environ[\"CASE_MODEL\"]",
            "os.getenv('CASE_MODEL')",
            "process.env.CASE_MODEL",
            "Deno.env.get(\"CASE_MODEL\")",
            "std::env::var(\"CASE_MODEL\")",
            "ENV['CASE_MODEL']",
            "import.meta.env.MODEL",
        ] {
            assert_eq!(Reference::of(text), Reference::Variable, "{text}");
        }
        for (text, default) in [
            ("${CASE_MODEL:-gpt-5}", "gpt-5"),
            ("${A-'x/y'}", "x/y"),
            ("${A:gpt-5}", "gpt-5"),
            ("${A:-${B:=c}}", "c"),
        ] {
            assert_eq!(Reference::of(text), Reference::Default(default), "{text}");
        }
        for text in
            ["$(cat model)", "${A}-mini", "gpt-${N}", "{{ env.M | default('gpt-5') }}", "$CASE_MODEL-mini"]
        {
            assert_eq!(Reference::of(text), Reference::Unclear, "{text}");
        }
        for text in [
            "",
            "gpt-5",
            "qwen3.6-35b-a3b",
            "anthropic/claude-sonnet-4-6",
            "a:7b",
            "env.local",
            "Claude (new)",
        ] {
            let is_one = Reference::of(text) == Reference::None;
            assert_eq!(is_one, text != "env.local", "{text}");
        }
    }
}
