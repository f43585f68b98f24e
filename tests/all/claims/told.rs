//! What sentences, labels and tables say of the cited run, in many words: a true claim stands, a false one does not.

use counterfoil::judge::ClaimVerdict;

use super::{FAILED, PROVEN, WEEK, body};

/// Nothing was started: no tests, no exit code.
pub const BLOCKED: &str = "20260601T004107Z-r1-string-slugify-2611904";

/// The verdicts on words beside a citation of a run, each by its letter, those of a line in the alphabet's order.
fn verdicts(run: &str, words: &str) -> String {
    let list = if words.starts_with(['|', '-']) { format!("\n{words}") } else { format!("- {words}") };
    let cites = format!("- Run artifact directory: /runs/{run}");
    let text = format!("# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n\n{cites}\n{list}\n");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    let letter = |verdict| match verdict {
        ClaimVerdict::Supported => 'S',
        ClaimVerdict::Contradicted => 'C',
        ClaimVerdict::Unsupported => 'U',
        ClaimVerdict::Unverifiable => 'V',
    };
    for gap in &judged.gaps {
        assert!(
            !gap.why.contains("there is no `") && !gap.why.contains("overload"),
            "{words}: {}",
            gap.why
        );
    }
    let mut all: Vec<char> = judged.claims.iter().map(|claim| letter(claim.verdict)).collect();
    all.sort_unstable();
    all.into_iter().collect()
}

fn judged_as(cases: &[(&str, &str, &str)]) {
    for (run, words, expected) in cases {
        assert_eq!(verdicts(run, words), *expected, "{words}");
    }
}

#[test]
fn a_remark_behind_a_value_leaves_it_as_it_is() {
    judged_as(&[
        (FAILED, "Report status: fail — the protocol block was missing.", "S"),
        (FAILED, "Report status: fail - the protocol block was missing.", "S"),
        (FAILED, "Report status: fail, as the protocol block was missing.", "S"),
        (FAILED, "Report status: fail; the protocol block was missing.", "S"),
        (FAILED, "Report status: fail: the protocol block was missing.", "S"),
        (FAILED, "Report status: fail (the protocol block was missing).", "S"),
        (FAILED, "Report status: fail — there was no result block.", "S"),
        (FAILED, "Report status: fail — not really.", "C"),
        (FAILED, "Report status: fail — but it passed.", "C"),
        (PROVEN, "Report status: pass — not really.", "C"),
        (PROVEN, "Report status: pass — expected.", "C"),
        (PROVEN, "Report status: pass — all tests are green.", "S"),
        (PROVEN, "Report status: pass — no errors.", "S"),
        (PROVEN, "Report status: fail — protocol.", "C"),
        (FAILED, "Report status: pass — the tests were green.", "C"),
        (FAILED, "Backend exit code: 1 - protocol failure.", "S"),
        (FAILED, "Backend exit code: 2 - protocol failure.", "C"),
        (PROVEN, "Backend exit code: 0 - no error.", "S"),
        (PROVEN, "Backend exit code: 0 - killed.", "C"),
        (FAILED, "Stage: Stage 2.", "S"),
        (FAILED, "Stage: Stage 3.", "C"),
        (FAILED, "Stage: stage two.", "S"),
        (FAILED, "Stage: 2 (the real-model stage).", "S"),
        (FAILED, "Stage: 2, the real-model stage.", "S"),
        (FAILED, "Backend exit code: exit code 1.", "S"),
        (PROVEN, "Changed files: src/slugify.py, Makefile.", "C"),
        (PROVEN, "Changed files: src/slugify.py - and Makefile.", "C"),
        (PROVEN, "Changed files: src/slugify.py, the Makefile.", "C"),
        (PROVEN, "Changed files: src/slugify.py — the fix.", "S"),
        (PROVEN, "Case model provider: qwen-local — the local one.", "S"),
        (PROVEN, "Case model provider: qwen-local - anthropic.", "C"),
        (PROVEN, "Case model provider: qwen-local, then anthropic.", "C"),
        (PROVEN, "Tests passed: 4 - 5.", "C"),
        (PROVEN, "Tests passed: 4, 5.", "C"),
        (PROVEN, "Tests passed: 4 tests.", "S"),
        (PROVEN, "Case process started: true — pid 4711.", "S"),
        (PROVEN, "Case process started: true — false at first.", "C"),
        (PROVEN, "Failure reason: none — it passed.", "S"),
        (FAILED, "Report status: fail — no longer.", "C"),
        (PROVEN, "Report status: pass, but only once.", "C"),
        (PROVEN, "Report status: pass; later.", "C"),
        (PROVEN, "Report status: pass — if the tests are green.", "C"),
    ]);
}

#[test]
fn times_are_compared_as_they_are_written() {
    judged_as(&[
        (PROVEN, "Started at: 2026-06-04 05:12:00 EDT.", "V"),
        (PROVEN, "Started at: 2026-06-04 10:12:00 CEST.", "V"),
        (PROVEN, "Started at: 2026-06-04 10:12 CST.", "V"),
        (PROVEN, "Started at: 2026-06-04 01:12:00 PST.", "V"),
        (PROVEN, "Started at: 2025-06-04 01:12:00 PST.", "C"),
        (PROVEN, "Started at: 2026-06-04 09:12 UTC.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 GMT.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12Z.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:13 UTC.", "C"),
        (PROVEN, "Started at: 2026-06-04 05:12 -04:00.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 -04:00.", "C"),
        (PROVEN, "Started at: 2026-06-04 09:12:00 UTC.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12:01 UTC.", "C"),
        (PROVEN, "Started at: 2026-06-04.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 UTC — early.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 UTC, early.", "S"),
    ]);
}
