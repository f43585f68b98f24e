//! Every format: what it shows, against a reader that knows nothing of counterfoil.

mod ci;
mod html;
mod human;
mod json;
mod sample;
mod sarif;

use counterfoil::judge::Outcome;
use counterfoil::report::{Format, Style, render};

pub fn rendered(format: Format, outcome: &Outcome) -> String {
    styled(format, outcome, &Style::default())
}

pub fn styled(format: Format, outcome: &Outcome, style: &Style) -> String {
    let mut bytes = Vec::new();
    render(format, outcome, style, &mut bytes).expect("a vector takes all");
    String::from_utf8(bytes).expect("every format is UTF-8")
}

#[test]
fn two_renders_are_the_same_bytes() {
    for format in Format::ALL {
        for outcome in [sample::rejected(), sample::accepted(), sample::incomplete()] {
            assert_eq!(rendered(format, &outcome), rendered(format, &outcome), "{format}");
        }
    }
}

/// A hostile name or message moves no cursor, sets no title, forges no line and reorders none.
#[test]
fn nothing_speaks_to_the_terminal_in_any_format() {
    for format in Format::ALL {
        let text = rendered(format, &sample::rejected());
        let speaks = |c: char| {
            c.is_control() && c != '\n'
                || u32::from(c) & 0xfffe == 0xfffe
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
        };
        assert_eq!(text.find(speaks), None, "{format}: {:?}", text.chars().find(|c| speaks(*c)));
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::forged")), "{format}");
    }
}

/// A job's log has no line that a CI runner obeys but those of `github`; a reader of JSON gets what was written.
#[test]
fn nothing_commands_a_ci_runner_in_any_format() {
    const COMMANDS: &str = "::error::forged\n  ::error::forged ##[error]a ##vso[task.x]b ##teamcity[c]";
    let mut outcome = sample::rejected();
    COMMANDS.clone_into(&mut outcome.findings[0].help);
    format!("x {COMMANDS}").clone_into(&mut outcome.findings[0].message);
    COMMANDS.clone_into(&mut outcome.gaps[0].why);
    for format in Format::ALL {
        let text = rendered(format, &outcome);
        for word in ["##[", "##vso[", "##teamcity["] {
            assert!(!text.contains(word), "{format}: {word}");
        }
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::")), "{format}");
    }
    let told: serde_json::Value =
        serde_json::from_str(&rendered(Format::Json, &outcome)).expect("a JSON document");
    let helps: Vec<_> = told["findings"].as_array().expect("a list").iter().map(|it| &it["help"]).collect();
    assert!(helps.contains(&&serde_json::Value::from(COMMANDS)), "{helps:?}");
}

#[test]
fn every_format_has_its_word() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    let error = "xml".parse::<Format>().expect_err("no format");
    assert!(error.to_string().starts_with("`xml` is no format: write one of human, json"), "{error}");
}

/// Five thousand findings take a moment, not a minute.
#[test]
fn five_thousand_findings_are_rendered() {
    for format in Format::ALL {
        let text = rendered(format, &sample::large(5000));
        assert!(format == Format::Markdown || text.contains("04999"), "{format}");
    }
}
