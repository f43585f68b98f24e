//! Sentences that claim a pass: every claim of them, of every run and work item that they name.

use counterfoil::judge::ClaimKind;
use counterfoil::judge::ClaimVerdict::{self, Contradicted, Supported, Unsupported, Unverifiable};
use counterfoil::judge::claims::JudgedDocuments;

use super::{PROVEN, WEEK, body, judge, rules, sot};

/// Refuted: a fallback model was used.
const REFUTED: &str = "20260602T141533Z-r2-string-slugify-184227";
/// Proven, of another fixture.
const MERGE: &str = "20260605T160930Z-r3-interval-merge-424409";

/// A document whose item cites these runs and says something of them, beside other items.
fn saying(cited: &[&str], words: &str, others: &str) -> String {
    let cited: String =
        cited.iter().map(|run| format!("- Run artifact directory: /runs/{run}\n")).collect();
    body(&format!("# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n{cited}- {words}\n{others}"))
}

/// The verdicts on the sentences of a text, in their order.
fn verdicts(judged: &JudgedDocuments) -> Vec<ClaimVerdict> {
    let of_words = judged.claims.iter().filter(|claim| &*claim.text != "Status");
    of_words.map(|claim| claim.verdict).collect()
}

#[test]
fn each_pass_that_a_sentence_claims_is_judged_by_its_own_words() {
    let (p, r) = (PROVEN, REFUTED);
    for (words, expected) in [
        (format!("Run {p} passed, and run {r} passed."), vec![Supported, Contradicted]),
        (format!("Run {p} passed and then run {r} passed."), vec![Supported, Contradicted]),
        (
            "The Stage 2 run passed, and the Stage 3 run passed as well.".to_owned(),
            vec![Supported, Contradicted],
        ),
        (format!("Run {p} passed, as did {r}."), vec![Contradicted]),
        (format!("Run {p} passed and so did run {r}."), vec![Contradicted]),
        (format!("Run {p} passed, and {r} too."), vec![Contradicted]),
        (format!("The run passed, as did {r}."), vec![Contradicted]),
        ("The Stage 2 run passed, as did the Stage 3 run.".to_owned(), vec![Contradicted]),
        ("The Stage 2 run passed and the Stage 3 run as well.".to_owned(), vec![Contradicted]),
        // What is said of others is none of it.
        (format!("Run {p} passed, unlike {r}."), vec![Supported]),
        (format!("Run {p} passed and {r} failed."), vec![Supported]),
        (format!("Run {r} failed, but run {p} passed."), vec![Supported]),
        ("The run passed, as did the tests.".to_owned(), vec![Supported]),
        ("The run passed, and so did the Stage 2 run.".to_owned(), vec![Supported]),
    ] {
        let judged = WEEK.documents(&[("a.md", &saying(&[p], &words, ""))]);
        assert_eq!(verdicts(&judged), expected, "{words}");
        assert_eq!(rules(&judged).is_empty(), !expected.contains(&Contradicted), "{words}");
    }
}

#[test]
fn all_runs_are_those_that_the_section_cites() {
    let (p, r) = (PROVEN, REFUTED);
    for (cited, words, expected) in [
        (vec![r, p], "Both runs passed.", Contradicted),
        (vec![r, p], "All runs passed.", Contradicted),
        (vec![r, p], "All of the runs passed.", Contradicted),
        (vec![r, p], "Each run passed.", Contradicted),
        (vec![r, p], "The runs passed.", Contradicted),
        (vec![r, p], "One of the runs passed.", Supported),
        (vec![r, p], "The run passed.", Supported),
        (vec![MERGE, p], "Both runs passed.", Supported),
        (vec![MERGE, p], "The string-slugify and interval-merge runs passed.", Supported),
        (vec![p, p], "Both runs passed.", Unverifiable),
        (vec![p], "Both runs passed.", Unverifiable),
        (vec![p], "All runs passed.", Supported),
        (vec![MERGE, p], "All three runs passed.", Unverifiable),
        (vec!["20990101T000000Z-r1-a-1", p], "Both runs passed.", Unverifiable),
        (vec![], "Both runs passed.", Unsupported),
    ] {
        let judged = WEEK.documents(&[("a.md", &saying(&cited, words, ""))]);
        assert_eq!(verdicts(&judged), [expected], "{words} {cited:?}");
    }
}

#[test]
fn a_stage_may_be_spelled_and_a_fixture_named() {
    for (words, found) in [
        ("The Stage two run passed.", "proven"),
        ("The Stage three run passed.", "stage 2, not 3"),
        ("The runs of stages two and three passed.", "stage 2, not 3"),
        ("The string-slugify run passed.", "proven"),
        ("The interval-merge run passed.", "fixture string-slugify, not interval-merge"),
        (
            "The string-slugify run passed, and the csv-totals run too.",
            "fixture string-slugify, not csv-totals",
        ),
        ("The end-to-end run passed.", "proven"),
    ] {
        let judged = WEEK.documents(&[("a.md", &saying(&[PROVEN], words, ""))]);
        assert_eq!(judged.claims[0].found.as_deref(), Some(found), "{words}");
    }
}

#[test]
fn an_item_that_is_said_to_be_done_is_held_to_its_own_lines() {
    let item = |id: &str, status: &str, run: Option<&str>| {
        let cites =
            run.map(|run| format!("Current evidence:\n\n- Run artifact: {run}\n")).unwrap_or_default();
        let waits = if status == "blocked" { "Blocked by: the moon.\n\n" } else { "" };
        format!("\n# {id} - b\nStatus: {status}\n\n{waits}{cites}")
    };
    let proven = item("W-T-2", "done", Some(PROVEN));
    for (words, other, expected) in [
        ("W-T-2 is done.", proven.clone(), Supported),
        ("W-T-2 is done.", item("W-T-2", "done", Some(REFUTED)), Contradicted),
        ("W-T-2 is done.", item("W-T-2", "done", None), Unsupported),
        ("W-T-2 is done.", item("W-T-2", "blocked", Some(PROVEN)), Contradicted),
        ("W-T-2 is done.", item("W-T-2", "in progress", Some(PROVEN)), Contradicted),
        ("W-T-2 is done.", item("W-T-2", "nearly", Some(PROVEN)), Unverifiable),
        ("W-T-2 is done.", String::new(), Unverifiable),
        ("This run validates W-T-9.", proven.clone(), Unverifiable),
        ("This run validates W-T-2.", item("W-T-2", "done", None), Supported),
        ("This run validates W-T-2.", item("W-T-2", "blocked", None), Contradicted),
        ("This run validates W-T-2, but not W-T-1.", proven.clone(), Supported),
        ("W-T-2 is validated by this run.", item("W-T-2", "done", None), Supported),
        ("W-T-1 and W-T-2 are done.", proven.clone(), Contradicted),
        ("This run unblocks W-T-2.", item("W-T-2", "open", None), Supported),
        ("This run unblocks W-T-2.", item("W-T-2", "blocked", None), Contradicted),
    ] {
        let text = saying(&[PROVEN], words, "");
        for texts in
            [vec![("a.md", format!("{text}{other}"))], vec![("a.md", text.clone()), ("b.md", body(&other))]]
        {
            let texts: Vec<_> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
            let judged = WEEK.documents(&texts);
            assert_eq!(verdicts(&judged), [expected], "{words} {other}");
        }
    }
    let judged =
        WEEK.documents(&[("a.md", &saying(&[PROVEN], "W-T-2 is done.", &item("W-T-2", "blocked", None)))]);
    assert_eq!(rules(&judged), [("claim/contradicted".to_owned(), 8)]);
    let related = &judged.findings[0].related[0];
    assert_eq!(
        (related.location.line, related.message.as_str()),
        (11, "the evidence says: W-T-2 is blocked")
    );
}

#[test]
fn what_is_said_of_an_item_elsewhere_is_told_where_it_is_explained() {
    let said = saying(&[PROVEN], "W-T-2 is done.", "");
    let item =
        body(&format!("# W-T-2 - b\nStatus: done\n\nCurrent evidence:\n\n- Run artifact: {REFUTED}\n"));
    let parse = |(path, text): (&str, &String)| sot::parse(path, text.as_bytes().to_vec(), &WEEK.context());
    let documents = [("a.md", &said), ("b.md", &item)].map(parse);
    let judged = judge(documents.to_vec(), &WEEK.runs, &["W-T-2".to_owned()]);
    let [explained] = &judged.explained[..] else { panic!("one item") };
    let told = explained.chain.children.iter().find(|step| step.text.starts_with("W-T-2 is done"));
    let told = told.unwrap_or_else(|| panic!("{explained:?}"));
    assert_eq!(
        (told.text.as_str(), told.place.as_deref()),
        ("W-T-2 is done — contradicted", Some("a.md:8"))
    );
    assert!(told.children.iter().any(|step| step.text.contains(REFUTED)), "{told:?}");
}

#[test]
fn a_check_is_not_another_check() {
    const FOCUSED: &str = "20260601T022022Z-r1-string-slugify-2694767";
    for (words, expected) in [
        ("Focused validator passed.", Supported),
        ("The validator passed.", Supported),
        ("The validation passed.", Supported),
        ("All checks passed.", Supported),
        ("Post-merge aggregate validator passed.", Unsupported),
        ("The security validator passed.", Unsupported),
        ("The linter passed.", Unsupported),
    ] {
        let text = body(&format!(
            "# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n- Focused validator artifact: /runs/{FOCUSED}\n- {words}\n"
        ));
        let judged = WEEK.documents(&[("a.md", &text)]);
        assert_eq!(verdicts(&judged), [expected], "{words}");
        assert_eq!(judged.claims[0].kind, ClaimKind::Validator);
    }
}
