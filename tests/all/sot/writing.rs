//! HTML, bullets as they are shown, colons: the same words are read from them, at their places.

use super::{A, B, label, shown, statements, with_body};

const EVIDENCE: &str = "# T-1 - a\nStatus: open\n\n## Evidence - 2026-06-01\n\n";

#[test]
fn html_is_read_as_it_is_shown() {
    let both = [label("pass", Some("1")), label("0", Some("1"))];
    for body in [
        format!("<p>Run artifact: {A}</p>\n<p>Report status: pass</p>\n<p>Backend exit code: 0</p>\n"),
        format!("<p>Run artifact: {A}</p><p>Report status: pass</p><p>Backend exit code: 0</p>\n"),
        format!(
            "<div class=\"a > b\"\n id=x>\nRun artifact: {A}\nReport status: pass<br>Backend exit code: 0\n</div>\n"
        ),
        format!(
            "<ul>\n<li>Run artifact: <code>{A}</code></li>\n<li>Report status:\n<b>pass</b>.\n<li>Backend&nbsp;exit code&#58; 0</ul>\n"
        ),
        format!(
            "<table><tr><td>Run artifact</td><td><a href=\"/s/{A}\">here</a></td></tr>\n<tr><td>Report status<td>pass\n<tr><td>Backend exit code</td><td><p>0</p></td></tr></table>\n"
        ),
        format!(
            "<table>\n<tr><th>Run artifact</th><th>Report status</th><th>Backend exit code</th></tr>\n<tr><td>{A}</td><td>pass</td><td>0</td></tr>\n</table>\n"
        ),
        format!("Run artifact: {A}<br>Report status: pass<br/>\nBackend exit code: 0\n"),
        format!(
            "- Run artifact: {A}\n\n<!-- a note --> Report status: pass\n\n<!--\nBackend: fake\n--> Backend exit code: 0\n"
        ),
        format!("> <p>Run artifact: {A}\n> <p>Report status: pass\n> <p>Backend exit code: 0\n"),
        format!(
            "<blockquote>Run artifact: {A}</blockquote>\n\n- Report status: pass\n- Backend exit code: 0\n"
        ),
    ] {
        let document = with_body(&format!("{EVIDENCE}{body}"));
        assert_eq!(statements(&document), both, "{body}");
        assert_eq!(document.unrecognised, [], "{body}");
        let text = format!("---\ntitle: a\n---\n{EVIDENCE}{body}");
        let stated: Vec<_> = document.statements.iter().map(|it| shown(&text, it.stated.span)).collect();
        assert_eq!(stated, ["pass", "0"], "{body}");
    }
}

#[test]
fn what_html_does_not_show_claims_nothing() {
    for hidden in [
        "<!-- Report status: pass -->",
        "<!-- a\nReport status: pass\n\nReport status: pass\n-->",
        "<script>\nReport status: pass\n</script>",
        "<style>Report status: pass</style>",
        "<pre>\nReport status: pass\n\nReport status: pass\n</pre>",
        "<del>Report status: pass</del>",
        "<p><s>Report status: pass</s></p>",
        "<div>\n<strike><p>Report status: pass</p></strike>\n</div>",
        "<img alt=\"Report status: pass\">",
        "<?php Report status: pass ?>",
        "~~Report status: pass~~",
    ] {
        let document = with_body(&format!("{EVIDENCE}Run artifact: {A}\n\n{hidden}\n\nBackend: case\n"));
        assert_eq!(statements(&document), [label("case", Some("1"))], "{hidden}");
        assert_eq!(document.malformed, [], "{hidden}");
    }
    for left_open in ["<del>gone", "<p><s>gone</p>", "<table><tr><td>x", "<ul><li>x", "<div", "<h3>"] {
        let document = with_body(&format!(
            "{EVIDENCE}Run artifact: {A}\n\n{left_open}\n\n### More\n\n- Backend: case\n"
        ));
        assert_eq!(statements(&document), [label("case", Some("1"))], "{left_open}");
    }
}

#[test]
fn known_labels_are_read_from_any_writing() {
    for line in [
        "Report status:pass",
        "Report status：pass",
        "✅ Report status: pass",
        "→ Report status: pass",
        "• Report status: pass",
        "1) Report status: pass",
        "– Report status: pass",
        "some words\n• Report status: pass",
        "some words\n✅ Report status:pass",
        "A word[^1].\n\n[^1]: Report status: pass",
        "\u{200b}Report sta\u{ad}tus: pa\u{2060}ss",
        "• it was so\n• Report status: pass\n• so it was",
    ] {
        for body in [line.to_owned(), format!("- {}", line.replace('\n', "\n  "))] {
            let document = with_body(&format!("{EVIDENCE}Run artifact: {A}\n\n{body}\n"));
            assert_eq!(statements(&document), [label("pass", Some("1"))], "{body}");
        }
    }
    let lines =
        format!("  • Run artifact: {A}\n  • Report status: pass.\n  • The patch artifact was empty.\n");
    let document = with_body(&format!("{EVIDENCE}{lines}"));
    let read: Vec<_> = statements(&document).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(read, ["label", "sentence"]);
    let document =
        with_body(&format!("{EVIDENCE}Run artifact: {B}\n\nSee http://a:8/b and 12:30, and x:y.\n"));
    assert_eq!((statements(&document), &document.unrecognised), (vec![], &vec![]));
}
