//! What an outcome comes to, in numbers and in the few sentences that every report has in common.

use crate::finding::Severity;
use crate::judge::{ClaimVerdict, ConditionState, Outcome, RunSummary, RunVerdict, State, Verdict};
use crate::text::{many, number};

pub const RUN_VERDICTS: [RunVerdict; 4] =
    [RunVerdict::Proven, RunVerdict::Refuted, RunVerdict::Unproven, RunVerdict::NoClaim];
pub const CLAIM_VERDICTS: [ClaimVerdict; 4] = [
    ClaimVerdict::Supported,
    ClaimVerdict::Contradicted,
    ClaimVerdict::Unsupported,
    ClaimVerdict::Unverifiable,
];

/// Findings by severity: errors, warnings.
pub fn findings(outcome: &Outcome) -> (usize, usize) {
    let errors = outcome.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    (errors, outcome.findings.len() - errors)
}

/// The audited runs with each verdict; those that were only looked up for a citation are not among them.
pub fn runs(outcome: &Outcome) -> [(RunVerdict, usize); 4] {
    RUN_VERDICTS.map(|verdict| {
        let with = |run: &&RunSummary| !run.cited_only && run.verdict == verdict;
        (verdict, outcome.runs.iter().filter(with).count())
    })
}

pub fn claims(outcome: &Outcome) -> [(ClaimVerdict, usize); 4] {
    CLAIM_VERDICTS.map(|verdict| (verdict, outcome.claims.iter().filter(|c| c.verdict == verdict).count()))
}

/// `condition 4 fails (no fallback …)`, `conditions 3, 8 fail; 10 can't be told`; `None` where nothing keeps the
/// run from being proven.
pub fn conditions(run: &RunSummary) -> Option<String> {
    let with = |state: State| -> Vec<_> { run.conditions.iter().filter(|c| c.state == state).collect() };
    let (fails, unknown) = (with(State::Fails), with(State::Unknown));
    let numbers = |some: &[&ConditionState]| {
        some.iter().map(|condition| condition.number.to_string()).collect::<Vec<_>>().join(", ")
    };
    let unknown_too = match unknown.as_slice() {
        [] => String::new(),
        some => format!("; {} can't be told", numbers(some)),
    };
    Some(match (fails.as_slice(), unknown.as_slice()) {
        ([], []) => return None,
        ([one], _) => format!("condition {} fails ({}){unknown_too}", one.number, one.says),
        ([], [one]) => format!("condition {} can't be told ({})", one.number, one.says),
        ([], some) => format!("conditions {} can't be told", numbers(some)),
        (some, _) => format!("conditions {} fail{unknown_too}", numbers(some)),
    })
}

/// Bytes in decimal units, with one digit behind the point below ten.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if value < 1000 {
        return many(usize::try_from(value).unwrap_or(usize::MAX), "byte");
    }
    let (mut whole, mut tenths, mut unit) = (value, 0, 0);
    for (at, _) in UNITS.iter().enumerate() {
        (whole, tenths, unit) = (whole / 1000, whole % 1000 / 100, at);
        if whole < 1000 {
            break;
        }
    }
    let unit = UNITS.get(unit).unwrap_or(&"PB");
    if whole < 10 { format!("{whole}.{tenths} {unit}") } else { format!("{whole} {unit}") }
}

/// `3 errors and 1 warning`; `no findings`.
pub fn findings_text(outcome: &Outcome) -> String {
    match findings(outcome) {
        (0, 0) => "no findings".to_owned(),
        (errors, 0) => many(errors, "error"),
        (0, warnings) => many(warnings, "warning"),
        (errors, warnings) => format!("{} and {}", many(errors, "error"), many(warnings, "warning")),
    }
}

/// `2 proven, 1 refuted`: the verdicts that occur, in their order.
pub fn verdicts<'a>(counts: impl IntoIterator<Item = (&'a str, usize)>) -> String {
    let parts: Vec<_> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{} {}", number(count as u64), word.replace('-', " ")))
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// What was read: `3 runs, 2 documents; 120 files, 48 kB; 88,311 git objects`.
pub fn read(outcome: &Outcome) -> String {
    let read = &outcome.read;
    let mut parts = vec![format!("{}, {}", many(of(read.files), "file"), bytes(read.bytes))];
    if read.runs > 0 {
        parts.push(many(of(read.runs), "run"));
    }
    if read.documents > 0 {
        parts.push(many(of(read.documents), "document"));
    }
    if read.objects > 0 {
        parts.push(many(of(read.objects), "git object"));
    }
    parts.join("; ")
}

fn of(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// What the audit can say of the endpoint value. True of what was read, and only of that.
pub fn value(outcome: &Outcome) -> String {
    if !outcome.value_known {
        return by_fingerprints(outcome);
    }
    let forms = many(outcome.forms.len(), "form");
    if outcome.leaks > 0 {
        return format!("written down in {} (searched for in {forms})", many(of(outcome.leaks), "place"));
    }
    if outcome.gaps.is_empty() {
        format!("absent from all that was read, in {forms}")
    } else {
        format!("not found in what was read, in {forms}; what was not read may hold it")
    }
}

/// The same where no value was given: what fingerprints can say of it, if there are any.
fn by_fingerprints(outcome: &Outcome) -> String {
    if outcome.fingerprints == 0 {
        return "not known to this audit: only the shapes of private endpoints were looked for".to_owned();
    }
    let known = format!("known by {} alone", many(outcome.fingerprints, "fingerprint"));
    let fit = if outcome.fingerprints == 1 { "it fits" } else { "they fit" };
    match (outcome.leaks, outcome.gaps.is_empty()) {
        (0, true) => format!("{known}: no host that {fit} stands in what was read"),
        (0, false) => {
            format!("{known}: no host that {fit} was found; what was not read or compared may hold one")
        }
        (leaks, _) => format!("{known}: written down in {}", many(of(leaks), "place")),
    }
}

const HOLDS: &str = "every rule holds";

/// The verdict as a sentence. Warnings and waivers are no reason to reject, and rules are broken all the same.
pub fn sentence(outcome: &Outcome) -> String {
    let held = match findings(outcome) {
        (_, 0) => HOLDS,
        _ => "no rule of severity error is broken",
    };
    let but = match outcome.waived.len() {
        0 => String::new(),
        some => format!(" but for {}", many(some, "waived finding")),
    };
    match outcome.verdict {
        Verdict::Accepted => format!("everything was read, and {held}{but}"),
        Verdict::Rejected => "what is claimed, or written down, breaks the rules".to_owned(),
        Verdict::Incomplete if held == HOLDS && but.is_empty() && outcome.leaks == 0 => {
            "nothing wrong in what was read, but not everything could be read".to_owned()
        }
        Verdict::Incomplete => format!("in what was read {held}{but}, but not everything could be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(verdict: Verdict) -> Outcome {
        Outcome {
            profile: String::new(),
            verdict,
            value_known: true,
            fingerprints: 0,
            runs: Vec::new(),
            elsewhere: std::collections::BTreeMap::new(),
            documents: Vec::new(),
            claims: std::sync::Arc::default(),
            findings: Vec::new(),
            waived: Vec::new(),
            gaps: Vec::new(),
            leaks: 0,
            rules: Vec::new(),
            read: crate::evidence::Read::default(),
            forms: vec!["plain".to_owned()],
            exit_code: 0,
            took_ms: 0,
        }
    }

    fn finding() -> crate::finding::Finding {
        let rule = crate::finding::RuleId::new("a/b");
        crate::finding::Finding {
            fingerprint: crate::finding::Fingerprint::new(&rule, "x", &[]),
            rule,
            severity: Severity::Warning,
            message: String::new(),
            help: String::new(),
            location: crate::finding::Location::default(),
            excerpt: None,
            label: None,
            related: Vec::new(),
            policy: None,
            form: None,
            subject: String::new(),
        }
    }

    #[test]
    fn a_sentence_says_no_more_than_is_so() {
        let waived = || crate::judge::Waived { finding: finding(), reason: "r".to_owned() };
        let unsure = "not everything could be read";
        for (verdict, warnings, forgiven, leaks, says) in [
            (Verdict::Accepted, 0, 0, 0, "everything was read, and every rule holds".to_owned()),
            (
                Verdict::Accepted,
                0,
                1,
                1,
                "everything was read, and every rule holds but for 1 waived finding".to_owned(),
            ),
            (
                Verdict::Accepted,
                1,
                0,
                0,
                "everything was read, and no rule of severity error is broken".to_owned(),
            ),
            (
                Verdict::Accepted,
                2,
                2,
                0,
                "everything was read, and no rule of severity error is broken but for 2 waived findings"
                    .to_owned(),
            ),
            (Verdict::Incomplete, 0, 0, 0, format!("nothing wrong in what was read, but {unsure}")),
            (Verdict::Incomplete, 0, 0, 1, format!("in what was read every rule holds, but {unsure}")),
            (
                Verdict::Incomplete,
                1,
                0,
                0,
                format!("in what was read no rule of severity error is broken, but {unsure}"),
            ),
        ] {
            let outcome = Outcome {
                findings: vec![finding(); warnings],
                waived: vec![waived(); forgiven],
                leaks,
                ..outcome(verdict)
            };
            assert_eq!(sentence(&outcome), says);
        }
    }

    #[test]
    fn the_value_is_absent_only_where_no_place_of_it_was_found() {
        let gap = || crate::evidence::Gap::new("x", None, "why");
        for (value_known, fingerprints, leaks, gaps, says) in [
            (true, 0, 0, 0, "absent from all that was read, in 1 form"),
            (true, 0, 0, 1, "not found in what was read, in 1 form; what was not read may hold it"),
            (true, 0, 1, 1, "written down in 1 place (searched for in 1 form)"),
            (
                false,
                0,
                0,
                0,
                "not known to this audit: only the shapes of private endpoints were looked for",
            ),
            (false, 1, 0, 0, "known by 1 fingerprint alone: no host that it fits stands in what was read"),
            (
                false,
                2,
                0,
                1,
                "known by 2 fingerprints alone: no host that they fit was found; what was not read or compared \
                 may hold one",
            ),
            (false, 2, 3, 1, "known by 2 fingerprints alone: written down in 3 places"),
        ] {
            let outcome = Outcome {
                value_known,
                fingerprints,
                leaks,
                gaps: vec![gap(); gaps],
                ..outcome(Verdict::Accepted)
            };
            assert_eq!(value(&outcome), says);
        }
    }

    #[test]
    fn numbers_and_units_read_well() {
        assert_eq!(
            [0, 999, 1000, 88_311, 1_234_567].map(number),
            ["0", "999", "1,000", "88,311", "1,234,567"]
        );
        assert_eq!(
            [1, 999, 1000, 48_213, 1_999_999, 5_000_000_000].map(bytes),
            ["1 byte", "999 bytes", "1.0 kB", "48 kB", "1.9 MB", "5.0 GB"]
        );
        assert_eq!(bytes(u64::MAX), "18446 PB");
        assert_eq!(verdicts([("proven", 0), ("no-claim", 2)]), "2 no claim");
        assert_eq!(verdicts([("proven", 0)]), "none");
    }
}
