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
        ("<script>\n\nStatus: done\n", vec!["nothing ends this script"]),
        ("<style>\nStatus: done\n", vec!["nothing ends this style"]),
        ("<pre>\n\nStatus: done\n", vec!["nothing ends this preformatted text"]),
        ("<![CDATA[\n\nStatus: done\n", vec!["nothing ends this CDATA section"]),
        ("<?php\n\nStatus: done\n", vec!["nothing ends this processing instruction"]),
        ("<div><pre>\n\nx\n</pre></div>\n", vec![]),
        ("```text\nhealth.sh\n\nStatus: done\n", vec!["nothing ends this code block"]),
        ("> ~~~\n> Status: done\n\nText\n", vec!["nothing ends this code block"]),
        ("```text\na\n\nStatus: done\n\n```json\n{}\n```\n", vec!["nothing ends this code block"]),
        ("```text\na\n```\n\n> ~~~\n> b\n> ~~~~\n\n- ````\n  ```json\n  ````\n", vec![]),
    ] {
        let document = with_body(body);
        let found = malformed(&document);
        assert_eq!(found.len(), whats.len(), "{body}: {found:?}");
        assert!(found.iter().zip(whats).all(|(found, what)| found.contains(what)), "{body}: {found:?}");
    }
}

#[test]
fn evidence_belongs_to_the_item_that_its_heading_names() {
    let item = |id: &str| format!("## {id} - a\n\nStatus: open\n\n");
    let evidence = |heading: &str| {
        format!("## {heading}\n\n- Run artifact: {A}\n\n#### More - 2026-06-05\n\n- Run artifact: {A}\n\n")
    };
    for (heading, own) in [
        ("Evidence for CTO-WORK-028 - 2026-06-05", false),
        ("CTO-WORK-028 evidence - 2026-06-05", false),
        ("Current evidence of CTO-WORK-028", false),
        ("Evidence for CTO-WORK-028 and CTO-WORK-001 - 2026-06-05", true),
        ("GPT-4 evidence - 2026-06-05", true),
    ] {
        let (one, other) = (item("CTO-WORK-001"), item("CTO-WORK-028"));
        let evidence = evidence(heading);
        for (body, owner) in [
            (format!("{one}{evidence}"), None),
            (format!("{one}{evidence}{other}"), Some(1)),
            (format!("{other}{one}{evidence}"), Some(0)),
            (format!("{one}#{evidence}{other}"), Some(1)),
        ] {
            let own = if body.starts_with(&one) { Some(0) } else { Some(1) }.filter(|_| own);
            let owner = if heading.starts_with("GPT") || own.is_some() { own } else { owner };
            // Beside an item a heading without a date ends it.
            let document = with_body(&body);
            let items: Vec<_> = document.citations.iter().map(|citation| citation.item).collect();
            assert_eq!(items, [owner, owner], "{body}");
        }
    }
    let dated = "## CTO-WORK-001 - Second run - 2026-06-05\n\n- Backend: case\n\n";
    let document = with_body(&format!("{dated}{}", item("CTO-WORK-001")));
    assert_eq!((document.items.len(), document.statements[0].item), (1, Some(0)));
}

#[test]
fn a_status_below_a_line_that_is_nearly_an_item_is_nobodys() {
    for line in [
        "**CTO-WORK-002 - B**\n\nStatus: done.\n",
        "**CTO-WORK-002 - B**\nStatus: open.\n",
        "**CTO-WORK-002**\n\nSome text.\n\nStatus: done.\n",
        "- **CTO-WORK-002 - B**\n  Status: done.\n",
        "- CTO-WORK-002 – B\n  - Status: done.\n",
        "- Work item CTO-WORK-002 - B\n\nStatus: done.\n",
    ] {
        for (status, section) in [("done", ""), ("done", "### Run - 2026-06-01\n\n"), ("open", "")] {
            let document =
                with_body(&format!("## CTO-WORK-001 - A\n\nStatus: {status}.\n\n{section}{line}"));
            let [what] = malformed(&document)[..] else { panic!("{line}: {:?}", document.malformed) };
            assert!(what.contains("stands in no heading"), "{line}: {what}");
        }
    }
    for rest in [
        "CTO-WORK-002 - B\n\n## CTO-WORK-003 - C\n\nStatus: open\n",
        "Blocked by:\n\n- CTO-WORK-002 - the endpoint\n\n### Run - 2026-06-01\n\nStatus: open\n",
        "### Run - 2026-06-01\n\n**CTO-WORK-001 - A**\n\nStatus: open\n",
        "CTO-WORK-002 - it was so. It is no more.\n\n### Run - 2026-06-01\n\nStatus: open\n",
    ] {
        let document = with_body(&format!("## CTO-WORK-001 - A\n\nStatus: open.\n\n{rest}"));
        assert_eq!(malformed(&document), [""; 0], "{rest}");
    }
}

#[test]
fn a_status_in_a_table_or_list_is_held_against_the_items() {
    let item = "## CTO-WORK-001 - A\n\nStatus: open.\n\n";
    for (line, told, claimed) in [
        ("| Work item | Status |\n|--|--|\n| CTO-WORK-001 | done |\n", 1, 0),
        ("| Status | Item | Note |\n|--|--|--|\n| done | **CTO-WORK-001** - A | x |\n", 1, 0),
        ("| Id | Status | Report status |\n|--|--|--|\n| CTO-WORK-001 | done | x |\n", 1, 0),
        ("| Work item | Status |\n|--|--|\n| CTO-WORK-001 | planned |\n", 0, 0),
        ("| Work item | Status |\n|--|--|\n| CTO-WORK-002 | validated |\n", 0, 1),
        ("| Work item | Status |\n|--|--|\n| CTO-WORK-002 | open |\n", 0, 0),
        ("- CTO-WORK-001: done.\n", 1, 0),
        ("- CTO-WORK-001 - done.\n", 1, 0),
        ("- CTO-WORK-001 (blocked)\n", 1, 0),
        ("- CTO-WORK-001 - A: closed, at last\n", 1, 0),
        ("- CTO-WORK-001: open\n", 0, 0),
        ("- CTO-WORK-001: nearly done\n", 0, 0),
        ("- [ ] CTO-WORK-001: done\n", 0, 0),
        ("- UTF-8: done\n", 0, 0),
        ("- CTO-WORK-002: done\n", 0, 1),
        ("- CTO-WORK-002: done. The Stage 2 run passed.\n", 0, 2),
        ("- CTO-WORK-001: open. The Stage 2 run passed.\n", 0, 1),
    ] {
        for body in [format!("{item}# Overview\n\n{line}"), format!("# Overview\n\n{line}\n{item}")] {
            let document = with_body(&body);
            let found = malformed(&document);
            assert_eq!((found.len(), passes(&document)), (told, claimed), "{body}: {found:?}");
            assert!(found.iter().all(|what| what.contains("second status")), "{body}: {found:?}");
        }
    }
    for list in ["Acceptance", "Blocked by"] {
        let document = with_body(&format!("{item}{list}:\n\n- CTO-WORK-001: done\n- CTO-WORK-002: done\n"));
        assert_eq!((malformed(&document).len(), passes(&document)), (0, 0), "{list}");
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
