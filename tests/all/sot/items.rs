//! Work items: their headings, their statuses, their lists, and where they end.

use counterfoil::collect::sot::{SotDocument, StatementKind};
use counterfoil::profile::StatusClass;

use super::{A, statements, with_body};

const S: &str = "## CTO-WORK-016 - X\n\nStatus: blocked.\n\nBlocked by: x\n\n";

fn malformed(document: &SotDocument) -> Vec<&str> {
    document.malformed.iter().map(|problem| problem.what.as_str()).collect()
}

fn passes(document: &SotDocument) -> usize {
    let is_pass = |kind: &StatementKind| matches!(kind, StatementKind::Pass { .. });
    document.statements.iter().filter(|statement| is_pass(&statement.kind)).count()
}

#[test]
fn another_heading_ends_an_item() {
    let evidence = format!("## Run - 2026-06-01\n\n- Run artifact: {A}\n");
    for (between, item) in [
        ("", Some(0)),
        ("### Notes\n\n", Some(0)),
        ("## Another run - 2026-05-31\n\n", Some(0)),
        ("## Notes\n\n", None),
        ("# Notes\n\n", None),
        ("## CTO-WORK-017: no dash\n\n", None),
        ("### CTO-WORK-017: no dash\n\n", None),
        ("> ## CTO-WORK-018 - quoted\n> Status: open\n\n", Some(0)),
    ] {
        let document = with_body(&format!("{S}{between}{evidence}"));
        assert_eq!(document.citations[0].item, item, "{between}");
    }
    let below = with_body(&format!("{S}### CTO-WORK-017: no dash\n\n##{evidence}"));
    assert_eq!(below.citations[0].item, None, "nor is what follows such a heading the item's");
    let list = with_body("## T-1 - a\nStatus: blocked\n\n## Blocked by\n\n- T-2\n");
    assert_eq!(list.items[0].blockers.len(), 1, "its own lists may stand beside it");
}

#[test]
fn an_item_is_one_wherever_its_heading_stands() {
    for body in [
        "## ✅ T-1 - Y\n\nStatus: done\n",
        "## 1. T-1 - Y\n\nStatus: done\n",
        "## [x] T-1 - Y\n\nStatus: done\n",
        "## • T-1 - Y\n\nStatus: done\n",
        "## Work item T-1 - Y\n\nStatus: done\n",
        "> ## T-1 - Y\n> Status: done\n",
        "- ## T-1 - Y\n  Status: done\n",
        "1. a\n\n   - > ## T-1 - Y\n     > Status: done\n",
        "<h2>T-1 - Y</h2>\n<p>Status: done</p>\n",
    ] {
        let document = with_body(body);
        let [item] = &document.items[..] else { panic!("{body}: {:?}", document.items) };
        assert_eq!((item.id.text.as_str(), item.title.text.as_str()), ("T-1", "Y"), "{body}");
        assert_eq!(item.status.as_ref().map(|status| status.class), Some(StatusClass::Done), "{body}");
        assert_eq!(malformed(&document), [""; 0], "{body}");
    }
    let quote = "# T-1 - a\nStatus: open\n\n> ## T-2 - b\n> Status: done\n>\n> ### Run - 2026-06-01\n>\n";
    let document = with_body(&format!(
        "{quote}> - Run artifact: {A}\n\nBlocked by: T-2\n\n## Run - 2026-06-02\n\n- Backend: case\n"
    ));
    assert_eq!(document.citations[0].item, Some(1));
    assert_eq!(document.items[0].blockers.len(), 1, "what follows the quote is the outer item's");
    assert_eq!(document.statements[0].item, Some(0));
    assert_eq!(document.statements[0].citation, None);
}

#[test]
fn a_status_that_is_nobodys_or_a_second_one_is_told() {
    for (body, whats) in [
        ("Status: done.\n", vec!["stands in no work item"]),
        ("# Notes\n\n| Status | done |\n|--|--|\n", vec!["stands in no work item"]),
        ("# Run - 2026-06-01\n\nStatus: done.\n", vec!["stands in no work item"]),
        ("Status: draft.\n", vec![]),
        ("## T-1 - a\nStatus: open\n\n### Run - 2026-06-01\n\nStatus: done\n", vec!["second status"]),
        ("## T-1 - a\nStatus: open\n\n### Run - 2026-06-01\n\nStatus: planned\n", vec![]),
        ("## T-1 - a\nStatus: open\n\n### Run - 2026-06-01\n\nStatus: red\n", vec![]),
        ("#### Report status: pass\n", vec!["stand in a heading"]),
        ("## T-1 - a\nStatus: open\n\n### Blocked by: T-2\n", vec!["stand in a heading"]),
        ("Some words\nReport status: pass\n---\n", vec!["stand in a heading"]),
        ("Report status: pass\nSome words\n---\n", vec!["stand in a heading"]),
        ("### Blocked by:\n\n### Report status\n", vec![]),
        ("<!-- a\n\nStatus: done\n", vec!["nothing ends this comment"]),
    ] {
        let document = with_body(body);
        let found = malformed(&document);
        assert_eq!(found.len(), whats.len(), "{body}: {found:?}");
        assert!(found.iter().zip(whats).all(|(found, what)| found.contains(what)), "{body}: {found:?}");
    }
}

#[test]
fn what_a_line_announces_is_what_comes_next() {
    for announced in ["Acceptance:", "Blocked by:"] {
        for (next, read) in [
            ("- The run passed.\n", 0),
            ("> The run passed.\n", 0),
            ("| The run passed. |\n|--|\n", 0),
            ("- a\n\n* The run passed.\n", 1),
            ("- a\n\n> The run passed.\n", 1),
            ("- a\n\n| The run passed. |\n|--|\n", 1),
            ("A word.\n\n- The run passed.\n", 1),
            ("- a\n\nThe run passed.\n", 1),
        ] {
            let body = format!("# T-1 - a\nStatus: blocked\n\n{announced}\n\n{next}");
            assert_eq!(passes(&with_body(&body)), read, "{body}");
        }
    }
    let body =
        "# T-1 - a\nStatus: open\n\nAcceptance:\n\n- [x] The Stage 2 run passed.\n- [ ] It passed.\n";
    let document = with_body(body);
    assert_eq!((document.items[0].acceptance.len(), passes(&document)), (2, 1));
}

#[test]
fn a_pass_is_claimed_beside_a_label_or_in_a_heading() {
    for body in [
        "## T-1 - a\nStatus: open.\nThe Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open\nThe Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open. The Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open\n\nBlocked by: x\nThe Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open\n\nBlocked by: x. The Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open\n\nCurrent evidence: the Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open\n\nAcceptance: x.\nThe Stage 2 run passed.\n",
        "## T-1 - a\nStatus: open\n\n## The Stage 2 run passed - 2026-06-05\n",
        "## T-1 - a\nStatus: open\n\n### The Stage 2 run passed\n",
        "# T-1 - a\nStatus: open\n\nSome words\nThe Stage 2 run passed.\n---\n",
    ] {
        let document = with_body(body);
        assert_eq!(passes(&document), 1, "{body}: {:?}", statements(&document));
        assert_eq!(document.statements[0].item, Some(0), "{body}");
        assert_eq!(malformed(&document), [""; 0], "{body}");
    }
    for body in [
        "## T-1 - Show that the run passed\nStatus: open\n",
        "## T-1 - a\nStatus: open, until the run passed\n",
        "## T-1 - a\nStatus: open\n\nBlocked by: a run that passed\n",
        "## T-1 - a\nStatus: open\n\nBlocked by: a\nrun that passed\n",
    ] {
        assert_eq!(passes(&with_body(body)), 0, "{body}");
    }
    let body = format!(
        "## Run - 2026-06-01\n\nRun artifact: {A}\nBaseline status: fail.\nThe Stage 2 run passed.\n"
    );
    let read: Vec<_> =
        statements(&with_body(&body)).into_iter().map(|(kind, stated, _)| (kind, stated)).collect();
    let expected = [("label", "fail"), ("pass", "The Stage 2 run passed")];
    assert_eq!(read, expected.map(|(kind, stated)| (kind, stated.to_owned())));
}

#[test]
fn an_outcome_without_a_citation_is_a_claim_in_an_item() {
    let facts = "\n### Facts\n\n- Report status: pass.\n- Tests passed: 99.\n- Backend exit code: 0\n- Baseline status: fail\n- Backend: case\n- Stage: 2\n";
    let document = with_body(&format!("## T-1 - a\nStatus: open\n{facts}"));
    let read: Vec<_> = document.statements.iter().map(|statement| statement.label.text.as_str()).collect();
    assert_eq!(read, ["Report status", "Tests passed", "Backend exit code", "Baseline status"]);
    assert_eq!(document.unrecognised.len(), 2);
    assert_eq!(with_body(facts).statements.len(), 0, "elsewhere they are prose");
}
