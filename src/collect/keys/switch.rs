//! What is said with a key that speaks of a fallback: that there is none, that there is one, or which.

use super::Words;

/// What a text says, taken by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
    /// It is the name of something.
    Name,
}

const ON: [&str; 9] = ["true", "on", "yes", "1", "enabled", "enable", "allow", "allowed", "auto"];
const OFF: [&str; 38] = [
    "none",
    "off",
    "false",
    "no",
    "null",
    "disabled",
    "disable",
    "never",
    "forbidden",
    "denied",
    "deny",
    "disallowed",
    "0",
    "n/a",
    "na",
    "nil",
    "nothing",
    "unset",
    "undefined",
    "empty",
    "fail",
    "abort",
    "error",
    "strict",
    "stop",
    "exit",
    "raise",
    "throw",
    "refuse",
    "reject",
    "block",
    "halt",
    "panic",
    "forbid",
    "not",
    "unused",
    "inactive",
    "idle",
];
/// With a key that forbids, these allow.
const FALSE: [&str; 4] = ["false", "off", "no", "0"];

fn is_one(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a word of a sentence says that there is none: `the harness aborts`.
fn denies(word: &str) -> bool {
    let stem = word.trim_end_matches("ing").trim_end_matches('s');
    is_one(word, &OFF) || (stem.len() > 2 && is_one(stem, &OFF))
}

impl Switch {
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if !text.chars().any(char::is_alphanumeric) || is_one(text, &OFF) {
            return Self::Off;
        }
        if is_one(text, &ON) {
            return Self::On;
        }
        // `fail_fast`, `fail-closed`; a sentence.
        let first = text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        let sentence = text.split_whitespace().count() > 2 && text.split_whitespace().any(denies);
        if (denies(first) && !text.bytes().any(|byte| byte.is_ascii_digit())) || sentence {
            return Self::Off;
        }
        Self::Name
    }

    pub fn is_off(text: &str) -> bool {
        Self::of(text) == Self::Off
    }
}

/// What a key and its value together say of a fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    /// It is switched on, and not told which.
    On,
    /// The value is its name.
    Named,
}

impl Words {
    /// What a text says with this key.
    pub fn say(&self, text: &str) -> Said {
        let text = text.trim();
        if let Ok(number) = text.parse::<i64>() {
            return self.say_number(number);
        }
        match Switch::of(text) {
            Switch::On => self.say_whether(true),
            Switch::Off if is_one(text, &FALSE) => self.say_whether(false),
            Switch::Off => Said::Nothing,
            Switch::Name if self.forbid() || self.tell_how_long() => Said::Nothing,
            Switch::Name if self.tell_how() => Said::On,
            Switch::Name => Said::Named,
        }
    }

    /// The same of `true` and `false`: what is not forbidden is allowed.
    pub fn say_whether(&self, value: bool) -> Said {
        let is_on = if self.forbid() { !value && self.forbid_outright() && self.switch() } else { value };
        if is_on && !self.tell_how_long() { Said::On } else { Said::Nothing }
    }

    /// The same of a number: of how many fallbacks there were, or of a switch.
    pub fn say_number(&self, number: i64) -> Said {
        if self.count() || self.switch() { self.say_whether(number > 0) } else { Said::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_switch_or_a_name() {
        for (texts, switch) in [
            ("true On yes 1 enabled", Switch::On),
            ("none OFF 0 n/a - -- \"\" fail fail_fast fail-closed strict abort aborts", Switch::Off),
            ("claude-sonnet-4-6 gpt-x other no-such-model-7 5 nova", Switch::Name),
        ] {
            for text in texts.split(' ') {
                assert_eq!(Switch::of(text), switch, "{text}");
            }
        }
        assert_eq!(Switch::of("the harness aborts"), Switch::Off);
        assert_eq!(Switch::of("claude sonnet"), Switch::Name);
    }

    #[test]
    fn a_key_and_its_value_speak_together() {
        for (key, text, said) in [
            ("fallback_model", "gpt-x", Said::Named),
            ("fallback_model", "true", Said::On),
            ("CASE_ALLOW_FALLBACK", "0", Said::Nothing),
            ("CASE_ALLOW_FALLBACK", "1", Said::On),
            ("disable_fallback", "false", Said::On),
            ("disable_fallback", "true", Said::Nothing),
            ("no-fallback", "0", Said::On),
            ("no_fallback_model", "gpt-x", Said::Nothing),
            ("no_fallback_model", "none", Said::Nothing),
            ("fallback_blocked", "false", Said::Nothing),
            ("fallback_disabled", "0", Said::On),
            ("disable_fallback_warning", "false", Said::Nothing),
            ("fallback_policy", "fail", Said::Nothing),
            ("fallback_policy", "next-model", Said::On),
            ("fallback-timeout", "5", Said::Nothing),
            ("fallback_delay", "5s", Said::Nothing),
            ("fallback_retries", "1", Said::Nothing),
            ("fallback_count", "2", Said::On),
            ("on_fallback", "abort", Said::Nothing),
            ("on_fallback", "continue", Said::On),
        ] {
            assert_eq!(Words::of(key).say(text), said, "{key}: {text}");
        }
    }
}
