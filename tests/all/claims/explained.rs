//! What `counterfoil claim` tells of a work item, beside what the item claims.

use counterfoil::collect::sot;
use counterfoil::judge::claims::JudgedDocuments;
use counterfoil::judge::{ChainNode, State};

use super::{PROVEN, WEEK, body, judge, rules};

fn explained(texts: &[(&str, &str)], id: &str) -> JudgedDocuments {
    let parse = |(path, text): &(&str, &str)| sot::parse(path, body(text).into_bytes(), &WEEK.context());
    judge(texts.iter().map(parse).collect(), &WEEK.runs, &[id.to_owned()])
}

/// The rules in an item's chain, each with its place.
fn faults(judged: &JudgedDocuments) -> Vec<(&str, &str)> {
    let steps = judged.explained.iter().flat_map(|item| &item.chain.children);
    let rule = |step: &ChainNode| step.text.starts_with("sot/").then_some(());
    steps
        .filter(|step| rule(step).is_some())
        .map(|step| {
            assert_eq!(step.state, State::Fails);
            (step.text.split_once(": ").expect("a message").0, step.place.as_deref().expect("placed"))
        })
        .collect()
}

#[test]
fn an_item_that_the_audit_rejects_does_not_stand() {
    for (text, faults_of) in [
        ("# T-1 - a\nStatus: blocked\n", vec![("sot/blocked-without-reason", "a.md:5")]),
        ("# T-1 - a\nStatus: blocked\n\nBlocked by: T-9.\n", vec![("sot/unknown-blocker", "a.md:7")]),
        (
            "# T-1 - a\nStatus: open\n\nBlocked by: T-2.\n\n# T-2 - b\nStatus: open\n",
            vec![("sot/unblocked-while-blocked-by", "a.md:5")],
        ),
        ("# T-1 - a\nStatus: nearly\n", vec![("sot/unknown-status", "a.md:5")]),
        ("# T-1 - a\nStatus: open\n\nStatus: done\n", vec![("sot/work-item-malformed", "a.md:7")]),
        ("# T-1 - a\n", vec![("sot/work-item-malformed", "a.md:4")]),
        (
            "# T-1 - a\nStatus: open\n\n## Evidence - 2026-13-01\n",
            vec![("sot/work-item-malformed", "a.md:7")],
        ),
        // What is nearly another item is none of this one's faults; nor is the next item's.
        ("# T-1 - a\nStatus: open\n\n# CTO-WORK-002: b\nStatus: open\n", vec![]),
        ("# T-1 - a\nStatus: open\n\n# T-2 - b\nStatus: open\n\nStatus: done\n", vec![]),
    ] {
        let judged = explained(&[("a.md", text)], "T-1");
        assert_eq!(faults(&judged), faults_of, "{text}");
        let state = if faults_of.is_empty() { State::Holds } else { State::Fails };
        assert_eq!(judged.explained[0].chain.state, state, "{text}");
    }
}

#[test]
fn each_item_of_a_circle_is_told_of_it_and_two_documents_of_their_conflict() {
    let circle = "# T-1 - a\nStatus: blocked\n\nBlocked by: T-2.\n\n# T-2 - b\nStatus: blocked\n\nBlocked by: T-1.\n";
    for (id, place) in [("T-1", "a.md:7"), ("T-2", "a.md:12")] {
        let judged = explained(&[("a.md", circle)], id);
        assert_eq!(faults(&judged), [("sot/blocker-cycle", place)], "{id}");
        assert_eq!(rules(&judged), [("sot/blocker-cycle".to_owned(), 7)], "the audit tells it once");
    }
    let judged =
        explained(&[("a.md", "# T-1 - a\nStatus: open\n"), ("b.md", "# T-1 - a\nStatus: done\n")], "T-1");
    assert_eq!(faults(&judged), [("sot/status-conflict", "b.md:5")]);
}

#[test]
fn every_circle_of_blockers_is_a_finding_at_the_blocker_that_leads_into_it() {
    let text = "# T-1 - a\nStatus: blocked\n\nBlocked by:\n\n- T-2\n- T-3\n\n# T-2 - b\nStatus: blocked\n\nBlocked by: T-1.\n\n# T-3 - c\nStatus: blocked\n\nBlocked by: T-1.\n";
    let judged = explained(&[("a.md", text)], "T-1");
    let circle = "sot/blocker-cycle".to_owned();
    assert_eq!(rules(&judged), [(circle.clone(), 9), (circle, 10)]);
    assert!(judged.findings[0].message.ends_with("T-1, T-2"), "{}", judged.findings[0].message);
    assert!(judged.findings[1].message.ends_with("T-1, T-3"), "{}", judged.findings[1].message);
    assert_ne!(judged.findings[0].fingerprint, judged.findings[1].fingerprint);
}

#[test]
fn the_gates_that_an_item_states_are_told_with_it() {
    let gate = "CTO-WORK-016 remains blocked until real Case Stage 2 pass evidence exists";
    let other = "\n# CTO-WORK-016 - b\nStatus: open\n";
    for (others, state) in [(other, State::Fails), ("", State::Holds)] {
        let text = format!("# T-1 - a\nStatus: open\n\nAcceptance:\n\n- {gate}.\n{others}");
        let judged = explained(&[("a.md", &text)], "T-1");
        let chain = &judged.explained[0].chain;
        let told: Vec<_> = chain.children.iter().filter(|step| step.text.starts_with(gate)).collect();
        assert_eq!(told.len(), 1, "{chain:?}");
        assert_eq!((told[0].state, chain.state), (state, state), "{others}");
    }
    // A gate before the item itself is told once.
    let own = "# CTO-WORK-016 - a\nStatus: blocked\n\nBlocked by: x.\n\nAcceptance:\n\n- ";
    let judged = explained(&[("a.md", &format!("{own}{gate}.\n"))], "CTO-WORK-016");
    let steps = &judged.explained[0].chain.children;
    assert_eq!(steps.iter().filter(|step| step.text.starts_with(gate)).count(), 1);
}

/// All steps below a step, and itself.
fn all<'c>(step: &'c ChainNode, found: &mut Vec<&'c ChainNode>) {
    found.push(step);
    step.children.iter().for_each(|below| all(below, found));
}

#[test]
fn what_breaks_a_condition_is_told_at_its_place() {
    let refuted = "20260602T141533Z-r2-string-slugify-184227";
    let text = format!("# T-1 - a\nStatus: done\n## Evidence - 2026-06-05\n- Run artifact: {refuted}\n");
    let judged = explained(&[("a.md", &text)], "T-1");
    let mut steps = Vec::new();
    all(&judged.explained[0].chain, &mut steps);
    let condition = steps.iter().find(|step| step.text.starts_with("4. ")).expect("told");
    assert_eq!(condition.state, State::Fails);
    let facts = WEEK.runs.iter().find(|facts| facts.summary.id == refuted).expect("there");
    let fallback = facts.findings.iter().filter(|it| it.rule.as_str().starts_with("route/fallback"));
    let places: Vec<_> =
        fallback.map(|it| Some(format!("{}:{}", it.location.path, it.location.line))).collect();
    let told: Vec<_> = condition.children.iter().map(|step| step.place.clone()).collect();
    assert!(!told.is_empty() && told.iter().all(Option::is_some));
    assert!(told.iter().all(|place| places.contains(place)), "{told:?} {places:?}");
    assert_eq!(condition.place, told[0], "a condition stands where it is first broken");
    let text = text.replace(refuted, PROVEN);
    let judged = explained(&[("a.md", &text)], "T-1");
    let mut steps = Vec::new();
    all(&judged.explained[0].chain, &mut steps);
    let holds = steps.iter().find(|step| step.text.starts_with("4. ")).expect("told");
    assert_eq!((holds.state, holds.place.as_deref()), (State::Holds, None));
}
