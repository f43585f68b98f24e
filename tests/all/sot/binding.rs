//! Which lines cite a run, which run that is, and which claims speak of it.

use super::{A, B, label, statements, with_body};

const EVIDENCE: &str = "# T-1 - a\nStatus: open\n\n## Evidence - 2026-06-01\n\n";

/// The runs of the citations, by their process numbers, and what is malformed.
fn cited(line: &str) -> (Vec<Option<String>>, usize) {
    let document = with_body(&format!("{EVIDENCE}{line}\n"));
    let number = |run: &str| run.rsplit('-').next().map(str::to_owned);
    let runs = document.citations.iter().map(|citation| citation.run.as_deref().and_then(number));
    (runs.collect(), document.malformed.len())
}

#[test]
fn labels_sentences_and_passes_speak_of_a_run_before_a_check() {
    for (body, run) in [
        (format!("- Run artifact directory: {A}\n- Focused validator artifact: {B}\n"), "1"),
        (format!("- Focused validator artifact: {B}\n- Run artifact directory: {A}\n"), "1"),
        (format!("- Latest run artifact: {A}\n- Smoke test artifact: {B}\n"), "1"),
        (format!("- Run artifact: {A}\n- Run artifact: /srv/latest\n"), "1"),
        (format!("- Run artifact: {A}\n- Patch artifact: patch.diff\n"), "1"),
        (format!("- Run artifact: {A}\n- Patch artifact: /srv/{A}/patch.diff\n"), "1"),
        (format!("- Focused validator artifact: {B}\n"), "2"),
    ] {
        let claims = "- Report status: pass\n- Tests passed.\n- The Stage 2 run passed.\n";
        let document = with_body(&format!("{EVIDENCE}{body}{claims}"));
        let read = statements(&document);
        assert_eq!(read.len(), 3, "{body}");
        assert!(read.iter().all(|(.., cited)| cited.as_deref() == Some(run)), "{body}: {read:?}");
    }
    let inner =
        format!("- Run artifact: {A}\n- More\n  - Patch artifact: patch.diff\n  - Report status: pass\n");
    assert_eq!(statements(&with_body(&format!("{EVIDENCE}{inner}"))), [label("pass", Some("1"))]);
    let check =
        format!("- Run artifact: {A}\n- Focused validator artifact: {B}\n- Focused validator passed: x\n");
    assert_eq!(statements(&with_body(&format!("{EVIDENCE}{check}")))[0].2.as_deref(), Some("2"));
}

#[test]
fn a_line_cites_the_run_that_is_its_value_and_no_other() {
    let one = |number: &str| vec![Some(number.to_owned())];
    for line in [
        format!("Run artifact directory: {A}"),
        format!("Run artifact directory: `/s/{A}/`."),
        format!("Run artifact directory: {A} (copied)."),
        format!("Run artifact directory: {A},"),
        format!("Run artifact directory: /s/{A};"),
        format!("Run artifact directory: {A}, copied from the server"),
        format!("Run artifact directory: /home/my runs/of June/{A}"),
        format!("Run artifact: [{A}](/s/{A})"),
        format!("Run artifact: [the run](/s/{A}/) (copied)"),
        format!("Run artifact: [the report](../runs/{A})."),
        format!("Run artifact: <a href=\"/s/{A}\">the run</a>"),
    ] {
        assert_eq!(cited(&line), (one("1"), 0), "{line}");
    }
    for line in [
        format!("Run artifact directory: not {A}"),
        format!("Run artifact directory: see /s/{A}"),
        format!("Run artifact directory: not [the run](/s/{A})"),
        format!("Run artifact directory: {A} was lost"),
        format!("Run artifact directory: /s/{A}/report.json"),
        "Run artifact: /srv/latest".to_owned(),
        "Run artifact: latest".to_owned(),
    ] {
        assert_eq!(cited(&line), (vec![None], 0), "{line}");
    }
    for line in [
        format!("No run artifact directory: {A}"),
        "The artifact: a patch".to_owned(),
        "Run artifact: none".to_owned(),
        "Run artifact: pending.".to_owned(),
        "Patch artifact: patch.diff".to_owned(),
    ] {
        assert_eq!(cited(&line), (vec![], 0), "{line}");
        let document = with_body(&format!("{EVIDENCE}{line}\n"));
        assert_eq!(document.unrecognised.len(), 1, "{line}");
    }
    assert_eq!(cited("Run artifact directory:"), (vec![], 1), "half a citation");
    for line in [
        format!("Run artifact: [{A}](/s/{B})"),
        format!("Run artifact: <a href='/s/{B}'>{A}</a>"),
        format!("Run artifact: {A} and {B}"),
        format!("Run artifact: {A} (a copy of {B})"),
        format!("Run artifact: [a](/s/{A}) [b](/s/{B})"),
    ] {
        assert_eq!(cited(&line), (vec![None], 1), "{line}");
    }
}

#[test]
fn a_line_that_disowns_its_run_cites_none() {
    for line in [
        format!("Invalid run artifact directory: {A}, withdrawn."),
        format!("Planned run artifact directory: {A}"),
        format!("Expected artifact: {A}"),
        format!("Example run artifact: {A}"),
        format!("Run artifact directory: {A} (not this one)"),
        format!("Run artifact directory: `/s/{A}` - withdrawn"),
        format!("Run artifact directory: {A}. This run is not valid."),
        format!("- [ ] Run artifact directory: {A}"),
        format!("Run artifact: [none](/s/{A})"),
        format!("Run artifact: [the run](/s/{A}), which does not count"),
    ] {
        assert_eq!(cited(&line), (vec![], 0), "{line}");
        assert_eq!(with_body(&format!("{EVIDENCE}{line}\n")).unrecognised.len(), 1, "{line}");
    }
    for line in [
        format!("- [x] Run artifact directory: {A}"),
        format!("Latest run artifact: {A} (as expected)"),
        format!("Run artifact: {A} (no fallback)"),
        format!("Run artifact: {A}. It did not use a fallback."),
        format!("Run artifact: {A}. The endpoint was not a secret."),
    ] {
        assert_eq!(cited(&line), (vec![Some("1".to_owned())], 0), "{line}");
    }
}

#[test]
fn a_citation_is_the_items_that_it_is_given_to() {
    for (line, item) in [
        (format!("Run artifact: {A} (belongs to T-1)"), Some(0)),
        (format!("T-1 run artifact: {A}"), Some(0)),
        (format!("Run artifact: /s/T-2/{A}"), Some(0)),
        (format!("Run artifact: {A} (belongs to T-2)"), None),
        (format!("Run artifact: {A}, made for CTO-WORK-028"), None),
        (format!("T-2 run artifact: {A}"), None),
        (format!("Baseline artifact: {A}"), None),
    ] {
        let document = with_body(&format!("{EVIDENCE}{line}\nBaseline status: fail\n"));
        assert_eq!(document.citations[0].item, item, "{line}");
        assert_eq!(document.statements[0].citation, Some(0), "{line}");
    }
}

#[test]
fn a_link_belongs_to_its_own_line_and_cell() {
    let two = [label("pass", Some("1")), label("fail", Some("2"))];
    for body in [
        format!(
            "- Run artifact: [a]({A})\n  Report status: pass\n  Run artifact: [b]({B})\n  Report status: fail\n"
        ),
        format!(
            "Run artifact: [a]({A})\nReport status: pass\nRun artifact: [b]({B})\nReport status: fail\n"
        ),
        format!("| Run artifact | Report status |\n|--|--|\n| [a]({A}) | pass |\n| [b]({B}) | fail |\n"),
    ] {
        assert_eq!(statements(&with_body(&format!("{EVIDENCE}{body}"))), two, "{body}");
    }
    let rows =
        format!("| Run artifact | [a]({A}) | see [b]({B}) |\n|--|--|--|\n| Report status | pass | |\n");
    assert_eq!(statements(&with_body(&format!("{EVIDENCE}{rows}"))), [label("pass", Some("1"))]);
}

#[test]
fn tables_are_read_whatever_their_columns() {
    let passed = [label("pass", Some("1"))];
    for body in [
        format!(
            "| # | Field | Value |\n|--|--|--|\n| 1 | Run artifact | {A} |\n| 2 | Report status | pass |\n"
        ),
        format!(
            "| Run artifact | {A} |\n|--|--|\n\n| x | y | z |\n|--|--|--|\n| ✓ | Report status | pass |\n"
        ),
        format!("| Date | Run artifact | Report status |\n|--|--|--|\n| 2026-06-01 | {A} | pass |\n"),
        format!(
            "| Run artifact | Note | Report status |\n|--|--|--|\n| {A} | it ran | pass |\n| | later | |\n"
        ),
        format!("| Run artifact | {A} | the first |\n|--|--|--|\n| Report status | pass | as hoped |\n"),
    ] {
        assert_eq!(statements(&with_body(&format!("{EVIDENCE}{body}"))), passed, "{body}");
    }
    let columns = format!(
        "| Field | First | Second |\n|--|--|--|\n| Report status | pass | fail |\n| Run artifact | {A} | {B} |\n| Backend | case | fake |\n"
    );
    let expected = [
        label("pass", Some("1")),
        label("case", Some("1")),
        label("fail", Some("2")),
        label("fake", Some("2")),
    ];
    assert_eq!(statements(&with_body(&format!("{EVIDENCE}{columns}"))), expected);
    let note = format!(
        "| Date | Run artifact | Backend | Note |\n|--|--|--|--|\n| x | {A} | case | The run passed. |\n"
    );
    let document = with_body(&format!("{EVIDENCE}{note}"));
    let kinds: Vec<_> = statements(&document).into_iter().map(|(kind, _, run)| (kind, run)).collect();
    assert_eq!(kinds, [("label", Some("1".to_owned())), ("pass", Some("1".to_owned()))]);
}
