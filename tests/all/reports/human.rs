use counterfoil::report::{Format, Style};
use unicode_width::UnicodeWidthStr;

use super::{rendered, sample, styled};

#[test]
fn a_rejected_audit() {
    let text = rendered(Format::Human, &sample::rejected());
    insta::assert_snapshot!(text);
    // A snapshot can bless a bug: the lines and columns of the findings are those of their locations.
    assert!(text.contains(&format!("╭─[runs/{}/argv.json:3:17]", sample::RUN)));
    assert!(text.contains("\n 3 │     \"--base-url\", \"‹endpoint›\","));
    assert!(text.contains("╭─[.sot/ISSUES.md:51:18]"));
    assert!(text.contains("\n 51 │ - Report status: pass."));
    assert!(text.contains(&format!("╭─[runs/{}/report.json:9:13]", sample::RUN)));
    assert!(
        text.contains("\n  9 │   \"status\": \"fail\",") || text.contains("\n 9 │   \"status\": \"fail\",")
    );
}

#[test]
fn an_accepted_audit_is_short() {
    insta::assert_snapshot!(rendered(Format::Human, &sample::accepted()));
}

#[test]
fn an_incomplete_audit_says_what_was_not_read() {
    let text = rendered(Format::Human, &sample::incomplete());
    insta::assert_snapshot!(text);
    assert!(text.contains("runs/pack, runs/peck: permission denied"));
    assert!(text.contains("only the shapes of private endpoints were looked for"));
}

/// Paths are never broken (a reader copies them); everything else keeps to the width.
#[test]
fn every_width_is_kept() {
    for width in [60, 61, 80, 120, 200] {
        let text = styled(Format::Human, &sample::rejected(), &Style { width, ..Style::default() });
        for line in text.lines().filter(|line| !line.contains('╭') && !line.contains("(https://")) {
            assert!(line.width() <= width, "{width}: {} columns: {line}", line.width());
        }
    }
}

#[test]
fn colour_and_ascii_change_no_word() {
    let plain = rendered(Format::Human, &sample::rejected());
    let colour = styled(Format::Human, &sample::rejected(), &Style { color: true, ..Style::default() });
    assert!(colour.contains("\u{1b}[1;31mrejected\u{1b}[0m"));
    let escapes = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    assert_eq!(escapes.replace_all(&colour, ""), plain);
    let ascii = styled(Format::Human, &sample::rejected(), &Style { unicode: false, ..Style::default() });
    assert!(ascii.is_ascii());
    assert!(ascii.contains("\"--base-url\", \"<endpoint>\","));
}
