//! What work items wait for: conditions, other items, and words that look like an item's id.

use counterfoil::judge::ClaimVerdict::{Contradicted, Supported, Unverifiable};

use super::told::BLOCKED;
use super::{PROVEN, WEEK, body, rules};

/// The rules that find fault with a document.
fn faults(text: &str) -> Vec<(String, u64)> {
    rules(&WEEK.documents(&[("a.md", &body(text))]))
}

#[test]
fn what_an_item_waits_for_is_looked_at_without_any_gate() {
    let item = |status: &str, run: &str| {
        format!(
            "# W-T-1 - a\nStatus: {status}\n\nBlocked by: explicit endpoint config\n\nCurrent evidence:\n\n- Run artifact: {run}\n"
        )
    };
    // What is there blocks nothing; what is not there does.
    assert_eq!(faults(&item("open", PROVEN)), []);
    assert_eq!(faults(&item("open", BLOCKED)), [("sot/unblocked-while-blocked-by".to_owned(), 5)]);
    assert_eq!(faults(&item("blocked", BLOCKED)), []);
}

#[test]
fn a_gate_may_wait_for_a_work_item() {
    let gate = |waiting: &str, condition: &str, other: &str| {
        format!(
            "# W-T-1 - a\nStatus: {waiting}\n\nBlocked by: W-T-2\n\nW-T-1 remains blocked until {condition}.\n\n# W-T-2 - b\nStatus: {other}\n\nCurrent evidence:\n\n- Run artifact: {PROVEN}\n"
        )
    };
    let told = |text: &str| {
        let judged = WEEK.documents(&[("a.md", &body(text))]);
        let gate = judged.claims.iter().find(|claim| claim.text.contains("until")).expect("a gate");
        gate.verdict
    };
    for (waiting, condition, other, expected) in [
        ("open", "W-T-2 is done", "done", Supported),
        ("open", "W-T-2 is done", "open", Contradicted),
        ("open", "W-T-2 is done", "blocked", Contradicted),
        ("blocked", "W-T-2 is done", "open", Supported),
        ("open", "W-T-2 is completed", "open", Contradicted),
        ("open", "W-T-2 has been validated", "done", Supported),
        ("open", "W-T-2", "open", Contradicted),
        ("open", "W-T-9 is done", "done", Unverifiable),
        ("open", "W-T-2 and W-T-9 are done", "open", Contradicted),
        ("open", "W-T-2 and W-T-9 are done", "done", Unverifiable),
        ("open", "W-T-2 is done and explicit endpoint config exists", "done", Supported),
        ("open", "W-T-2 is done and explicit endpoint config exists", "open", Contradicted),
        ("open", "W-T-2 is discussed", "done", Unverifiable),
        ("open", "the review of W-T-2 is done", "done", Unverifiable),
    ] {
        assert_eq!(told(&gate(waiting, condition, other)), expected, "{waiting}: {condition} ({other})");
    }
}

#[test]
fn a_name_that_looks_like_an_id_is_no_blocker() {
    let waits = |blocker: &str| {
        format!("# W-1 - a\nStatus: blocked, until the endpoint is there.\n\nBlocked by: {blocker}\n")
    };
    for blocker in [
        "The UTF-8 handling, and the SHA-256 digests of ISO-8601 times.",
        "UTF-8 names are not read yet.",
        "RFC-3339 times",
    ] {
        assert_eq!(faults(&waits(blocker)), [], "{blocker}");
    }
    for blocker in ["W-9", "W-9 and UTF-8", "X-7", "X-7 and X-8.", "CTO-WORK-9 has to end"] {
        let found = faults(&waits(blocker));
        assert!(found.iter().all(|(rule, _)| rule == "sot/unknown-blocker"), "{blocker}: {found:?}");
        assert!(!found.is_empty(), "{blocker}");
    }
    // A blocker that is none of an item's holds nothing that is done open.
    let done = format!(
        "{}\n# W-2 - b\nStatus: open\n\nBlocked by: W-3 with UTF-8\n\n# W-3 - c\nStatus: done\n\nCurrent evidence:\n\n- Run artifact: {PROVEN}\n",
        waits("W-2")
    );
    assert_eq!(faults(&done), []);
}

/// The rules that a document breaks whose first item is blocked, and says something.
fn broken(words: &str) -> Vec<String> {
    let text = format!("## W-T-001 - a\nStatus: blocked.\n\n- {words}\n\n## W-T-002 - b\nStatus: open.\n");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    rules(&judged)
        .into_iter()
        .map(|(rule, _)| rule)
        .filter(|rule| rule != "sot/blocked-without-reason")
        .collect()
}

#[test]
fn a_gate_holds_back_every_item_of_a_short_list() {
    let waits = |items: &str| {
        broken(&format!("{items} remain blocked until real Case Stage 2 pass evidence exists."))
    };
    for items in
        ["W-T-001/002", "W-T-001, 002", "W-T-001 and 002", "W-T-001, -002", "W-T-001+002", "w-t-002"]
    {
        assert_eq!(waits(items), ["claim/gate-not-met"], "{items}");
    }
    for items in
        ["W-T-001", "w-t-001", "This item", "The work item", "W-T-001, 004", "W-T-001 and 2 others"]
    {
        assert_eq!(waits(items), [""; 0], "{items}");
    }
    assert_eq!(waits("W-T-001/002a"), ["sot/work-item-malformed"]);
}

#[test]
fn a_gate_may_leave_out_whom_it_holds_back() {
    let until = "until real Case Stage 2 pass evidence exists";
    for words in [
        "Remains blocked",
        "This item remains blocked",
        "W-T-002: blocked",
        "W-T-002 - still blocked",
        "Blocked",
    ] {
        let text = format!("## W-T-002 - b\nStatus: open.\n\n- {words} {until}.\n");
        let judged = WEEK.documents(&[("a.md", &body(&text))]);
        assert_eq!(rules(&judged), [("claim/gate-not-met".to_owned(), 7)], "{words}");
    }
    // Of these nobody can tell whom they hold back.
    for words in ["It remains blocked", "The case-stage-2 run remains blocked", "utf-8 remains blocked"] {
        assert_eq!(broken(&format!("{words} {until}.")), [""; 0], "{words}");
    }
    let judged = WEEK.documents(&[("a.md", &body(&format!("## W-T-002 - b\nStatus: blocked {until}\n")))]);
    assert_eq!(rules(&judged), []);
}

#[test]
fn a_status_is_told_in_many_ways_and_in_any_case() {
    for words in
        ["W-T-002 → done", "W-T-002 = done", "W-T-002 ✅ done", "W-T-002 status: done", "w-t-002: done"]
    {
        assert_eq!(broken(words), ["sot/work-item-malformed"], "{words}");
        assert_eq!(broken(&words.replace("done", "open")), [""; 0], "{words}");
    }
    assert_eq!(broken("w-t-002 is done.").len(), 1);
    assert_eq!(broken("string-slugify-3 passed."), [""; 0]);
}
