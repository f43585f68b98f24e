//! What an item says of its runs apart from the section that cites them, and in other documents.

use counterfoil::judge::ClaimVerdict::{Contradicted, Supported, Unsupported};

use super::{FAILED, PROVEN, WEEK, body, rules};

/// The rules that a document of one item breaks: a status, lines below it, and runs that it cites in dated sections.
fn found(status: &str, words: &str, cited: &[&str]) -> Vec<String> {
    let sections = cited.iter().enumerate().map(|(day, run)| {
        format!("\n### E - 2026-06-0{}\n\n- Run artifact directory: `/srv/x/{run}`.\n", day + 1)
    });
    let sections: String = sections.collect();
    let blocked = if status == "blocked" { "Blocked by:\n\n- Evidence.\n\n" } else { "" };
    let text = format!("## W-T-1 - A\n\nStatus: {status}.\n\n{blocked}{words}\n{sections}");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    rules(&judged).into_iter().map(|(rule, _)| rule).collect()
}

#[test]
fn what_an_item_says_above_its_evidence_is_said_of_its_runs() {
    let nothing: [&str; 0] = [];
    for words in [
        "The Stage 2 run passed.",
        "Summary: the run passed.",
        "Report status: pass.",
        "The harness recorded no fallback.",
        "### Conclusion\n\n- The run passed.",
        &format!("The Stage 2 run (`{PROVEN}`) passed."),
        "Acceptance:\n\n- [x] A real Case Stage 2 run passed.\n- [x] Harness report proves `case_model: qwen3.6-35b-a3b`.",
    ] {
        assert_eq!(found("done", words, &[PROVEN]), nothing, "{words}");
        assert_eq!(found("done", words, &[FAILED, PROVEN]), nothing, "one of them is enough: {words}");
    }
    for (words, rule) in [
        ("The Stage 2 run passed.", "claim/pass-not-proven"),
        ("Report status: pass.", "claim/contradicted"),
        ("### Conclusion\n\n- The run passed.", "claim/pass-not-proven"),
        ("Both runs passed.", "claim/pass-not-proven"),
        ("Acceptance:\n\n- [x] A real Case Stage 2 run passed.", "claim/pass-not-proven"),
        (
            "Acceptance:\n\n- [x] Harness report proves `case_model: claude-sonnet-4-6`.",
            "claim/contradicted",
        ),
    ] {
        assert_eq!(found("blocked", words, &[FAILED]), [rule], "{words}");
    }
    // Of what nobody cites nothing is shown, nor of what a section of its own says without a citation.
    assert_eq!(found("blocked", "The Stage 2 run passed.", &[]), ["claim/unsupported-pass"]);
    assert_eq!(
        found("blocked", "### Conclusion - 2026-06-09\n\n- The run passed.", &[PROVEN]),
        ["claim/unsupported-pass"]
    );
}

#[test]
fn an_item_s_evidence_may_stand_in_another_document() {
    let item = |status: &str| format!("## W-T-1 - A\n\nStatus: {status}.\n");
    let evidence = |run: &str| format!("## W-T-1 Evidence - 2026-06-04\n\n- Run artifact: `/r/{run}`.\n");
    let judged = |a: &str, b: &str| {
        let judged = WEEK.documents(&[("a.md", &body(a)), ("b.md", &body(b))]);
        let verdicts: Vec<_> = judged.claims.iter().map(|claim| claim.verdict).collect();
        (verdicts, judged.findings.len())
    };
    assert_eq!(judged(&item("done"), &evidence(PROVEN)), (vec![Supported], 0));
    assert_eq!(judged(&item("done"), &evidence(FAILED)), (vec![Contradicted], 1));
    let both = format!("{}\n### E - 2026-06-04\n\n- Run artifact: `/r/{PROVEN}`.\n", item("done"));
    assert_eq!(judged(&item("done"), &both), (vec![Supported, Supported], 0));
    // What an item cites itself decides.
    let own = both.replace(PROVEN, FAILED);
    assert_eq!(judged(&own, &evidence(PROVEN)), (vec![Contradicted], 1));
    // Evidence of one item is none of another's.
    let of_other = evidence(PROVEN).replace("W-T-1", "W-T-2");
    assert_eq!(judged(&item("done"), &of_other), (vec![Unsupported], 1));
}

#[test]
fn each_run_of_a_list_that_is_said_to_have_passed_is_a_claim() {
    let text = |second: &str| {
        format!(
            "## W-T-1 - A\n\nStatus: open.\n\n### E - 2026-06-04\n\n- Runs: {PROVEN} (pass), {FAILED} ({second})\n"
        )
    };
    let verdicts = |second: &str| {
        let judged = WEEK.documents(&[("a.md", &body(&text(second)))]);
        judged.claims.iter().map(|claim| claim.verdict).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("pass"), [Supported, Contradicted]);
    assert_eq!(verdicts("fail"), [Supported]);
}

#[test]
fn what_is_no_run_s_artifact_misses_no_run() {
    let with = |line: &str| found("blocked", &format!("### E - 2026-06-09\n\n- {line}"), &[]);
    for line in [
        "Log artifact: `/var/log/vllm.log`",
        &format!("Log artifact: `/srv/x/{PROVEN}/backend/case.log`"),
        "CI artifact: https://ci.example/42",
        "Screenshot artifact: `docs/shot.png`",
        &format!("Run artifact directory: `/srv/x/{PROVEN}` on spark1."),
    ] {
        assert!(with(line).is_empty(), "{line}: {:?}", with(line));
    }
    for line in [
        "Run artifact: `/srv/x/latest`",
        "Focused validator artifact: `/srv/x/v`",
        "Artifact directory: `/x/y`",
    ] {
        assert_eq!(with(line), ["claim/run-not-found"], "{line}");
    }
    // What a pass rests on is told all the same.
    assert_eq!(
        found("done", "### E - 2026-06-09\n\n- Log artifact: `/var/log/case.log`", &[]),
        ["claim/outside-interface"]
    );
}

#[test]
fn a_configured_endpoint_is_told_in_many_words() {
    for words in [
        "`CTO_HARNESS_CASE_LOCAL_BASE_URL` was supplied at runtime.",
        "The endpoint is set.",
        "The Spark endpoint answers.",
        "The base URL is configured.",
        "Spark1 was reachable over Tailscale and SSH.",
    ] {
        let words = format!("Current evidence:\n\n- {words}");
        assert_eq!(found("validated", &words, &[]), ["claim/endpoint-only"], "{words}");
    }
}
