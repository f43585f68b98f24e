//! Outcomes to render: one of each kind of thing, names that would like to speak to a terminal, and many.

use std::sync::Arc;

use counterfoil::evidence::{Gap, Read};
use counterfoil::finding::{Excerpt, Finding, Fingerprint, Location, Related, RuleId, Severity};
use counterfoil::judge::{
    Chain, ChainNode, ClaimKind, ClaimSummary, ClaimVerdict, ConditionState, DocumentSummary, Outcome,
    RuleNote, RunSummary, RunVerdict, State, Verdict, Waived,
};

pub const RUN: &str = "20260601T022535Z-r1-string-slugify-2731603";
const PROVEN: &str = "20260602T101500Z-r2-string-slugify-99";

pub fn location(path: &str, line: u64, column: u64) -> Location {
    Location {
        path: path.to_owned(),
        line,
        column,
        end_line: line,
        end_column: column + 1,
        byte_start: 60,
        byte_end: 61,
        ..Location::default()
    }
}

/// An excerpt whose mark is the part between `[[` and `]]`.
pub fn excerpt(first_line: u64, marked: &str) -> Excerpt {
    let start = marked.find("[[").expect("a mark");
    let end = marked.find("]]").expect("its end") - 2;
    Excerpt {
        first_line,
        first_column: 0,
        text: marked.replace("[[", "").replace("]]", ""),
        mark: start..end,
    }
}

pub fn finding(rule: &str, severity: Severity, location: Location) -> Finding {
    let rule = RuleId::new(rule);
    Finding {
        fingerprint: Fingerprint::new(&rule, &location.path, &[&location.line.to_string()]),
        rule,
        severity,
        message: "the endpoint value stands in the arguments of a process".to_owned(),
        help: "pass the endpoint in the environment; arguments are visible to every process".to_owned(),
        subject: RUN.to_owned(),
        excerpt: None,
        label: None,
        policy: None,
        related: Vec::new(),
        form: None,
        location,
    }
}

fn leak() -> Finding {
    let mut location = location(&format!("runs/{RUN}/argv.json"), 3, 17);
    location.surface = Some("argv".to_owned());
    Finding {
        excerpt: Some(excerpt(
            2,
            "  \"argv\": [\n    \"--base-url\", \"[[‹endpoint›]]\",\n    \"--model\"",
        )),
        label: Some("plain".to_owned()),
        form: Some("plain".to_owned()),
        ..finding("endpoint/in-argv", Severity::Error, location)
    }
}

fn contradiction() -> Finding {
    Finding {
        message: "the document says `pass`, the report of the cited run says `fail`".to_owned(),
        help: "correct the sentence, or cite the run that passed".to_owned(),
        excerpt: Some(excerpt(
            50,
            "- Stage artifact: runs/x\n- Report status: [[pass]].\n- Backend exit code: 1.",
        )),
        label: Some("says `pass`".to_owned()),
        policy: None,
        related: vec![
            Related {
                location: location(&format!("runs/{RUN}/report.json"), 9, 13),
                message: "the report says `fail`".to_owned(),
                excerpt: Some(excerpt(
                    8,
                    "  \"stage\": 2,\n  \"status\": [[\"fail\"]],\n  \"backend\": \"case\",",
                )),
            },
            Related {
                location: location("profile hermes-case", 120, 1),
                message: "the profile maps this label to the report's status".to_owned(),
                excerpt: None,
            },
        ],
        subject: "CTO-WORK-030".to_owned(),
        ..finding("claim/contradicted", Severity::Error, location(".sot/ISSUES.md", 51, 18))
    }
}

fn encoded() -> Finding {
    let mut location = location(&format!("runs/{RUN}/trace.zip"), 1, 1);
    location.container = vec!["journal/1.json".to_owned()];
    location.surface = Some("other".to_owned());
    Finding {
        message: "the endpoint value stands in an archive".to_owned(),
        form: Some("archive>base64".to_owned()),
        ..finding("endpoint/in-other-artifact", Severity::Error, location)
    }
}

/// What a hostile harness would write into a name and a message.
pub const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\n::error::forged\r\u{202e}gpj.<b onload=x>&amp;]]>`|%0A\u{9b}31m\u{fffe}\u{ffff}\u{1ffff}\u{fdd0}";

fn hostile() -> Finding {
    let mut location = location(&format!("runs/{HOSTILE}.json"), 1, 2);
    location.container = vec![HOSTILE.to_owned()];
    location.commit = Some(HOSTILE.to_owned());
    Finding {
        message: format!("message {HOSTILE}"),
        help: format!("help {HOSTILE}"),
        excerpt: Some(excerpt(1, &format!("x [[{HOSTILE}]] y"))),
        label: Some(HOSTILE.to_owned()),
        policy: None,
        related: vec![Related {
            location: self::location(HOSTILE, 1, 1),
            message: HOSTILE.to_owned(),
            excerpt: None,
        }],
        subject: HOSTILE.to_owned(),
        ..finding("route/fallback-mentioned", Severity::Warning, location)
    }
}

fn conditions(failing: &[u8], unknown: &[u8]) -> Vec<ConditionState> {
    (1..=10)
        .map(|number| ConditionState {
            number,
            says: format!("condition {number} holds"),
            state: match number {
                n if failing.contains(&n) => State::Fails,
                n if unknown.contains(&n) => State::Unknown,
                _ => State::Holds,
            },
            because: if failing.contains(&number) {
                vec!["endpoint/in-argv".to_owned()]
            } else {
                Vec::new()
            },
        })
        .collect()
}

fn run(id: &str, verdict: RunVerdict, failing: &[u8], unknown: &[u8]) -> RunSummary {
    RunSummary {
        id: id.to_owned(),
        path: format!("runs/{id}"),
        verdict,
        conditions: conditions(failing, unknown),
        cited_only: false,
    }
}

fn step(state: State, text: &str, place: Option<&str>, children: Vec<ChainNode>) -> ChainNode {
    ChainNode { state, text: text.to_owned(), place: place.map(str::to_owned), children }
}

fn claims() -> Vec<ClaimSummary> {
    let claim = |line, kind, stated: &str, found: Option<&str>, run: Option<&str>, verdict| ClaimSummary {
        work_item: Some("CTO-WORK-030".into()),
        path: ".sot/ISSUES.md".into(),
        line,
        kind,
        text: "Report status".into(),
        stated: stated.into(),
        found: found.map(Into::into),
        run: run.map(Into::into),
        verdict,
        chain: Chain::Steps(vec![step(
            State::Fails,
            "Report status: pass",
            Some(&format!(".sot/ISSUES.md:{line}")),
            vec![
                step(State::Holds, &format!("cites run {RUN}"), Some(".sot/ISSUES.md:50"), Vec::new()),
                step(
                    State::Fails,
                    "report /status is fail",
                    Some(&format!("runs/{RUN}/report.json:9")),
                    vec![step(State::Unknown, "no baseline was read", None, Vec::new())],
                ),
            ],
        )]),
    };
    vec![
        claim(51, ClaimKind::Label, "pass", Some("fail"), Some(RUN), ClaimVerdict::Contradicted),
        claim(52, ClaimKind::Sentence, "none", Some("none"), Some(RUN), ClaimVerdict::Supported),
        claim(60, ClaimKind::Pass, "done", None, None, ClaimVerdict::Unsupported),
        claim(61, ClaimKind::Commit, "abc1234", None, None, ClaimVerdict::Unverifiable),
    ]
}

fn rule(id: &str, severity: Severity) -> RuleNote {
    RuleNote {
        id: RuleId::new(id),
        severity,
        summary: format!("what {id} finds"),
        help: "how it is mended".to_owned(),
        page: format!("# {id}\n\nWhat it asks, and why.\n"),
        url: format!("https://example.org/rules/{id}"),
    }
}

/// One of everything.
pub fn rejected() -> Outcome {
    let mut findings = vec![leak(), contradiction(), encoded(), hostile()];
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    Outcome {
        profile: "hermes-case".to_owned(),
        verdict: Verdict::Rejected,
        value_known: true,
        fingerprints: 0,
        runs: vec![
            run(RUN, RunVerdict::Refuted, &[3, 9], &[10]),
            run(PROVEN, RunVerdict::Proven, &[], &[]),
            RunSummary {
                cited_only: true,
                ..run("20260603T101500Z-r1-x-1", RunVerdict::NoClaim, &[], &[])
            },
        ],
        elsewhere: Default::default(),
        documents: vec![DocumentSummary { path: ".sot/ISSUES.md".to_owned(), work_items: 3, claims: 4 }],
        claims: claims().into(),
        findings,
        waived: vec![Waived {
            finding: finding("endpoint/shaped", Severity::Warning, location("docs/net.md", 4, 9)),
            reason: "an address of the documentation network".to_owned(),
        }],
        gaps: vec![
            Gap::new(format!("runs/{RUN}/trace.jsonl"), Some("trace"), "truncated JSON at line 812"),
            Gap::new("runs/pack", None, "permission denied"),
            Gap::new("runs/peck", None, "permission denied"),
        ],
        leaks: 2,
        rules: vec![
            rule("claim/contradicted", Severity::Error),
            rule("endpoint/in-argv", Severity::Error),
            rule("endpoint/in-other-artifact", Severity::Error),
            rule("endpoint/shaped", Severity::Warning),
            rule("route/fallback-mentioned", Severity::Warning),
        ],
        read: Read { files: 120, bytes: 48_213, objects: 88_311, documents: 1, runs: 2 },
        forms: ["plain", "base64", "archive"].map(str::to_owned).to_vec(),
        exit_code: 1,
        took_ms: 12,
    }
}

/// Nothing wrong, everything read.
pub fn accepted() -> Outcome {
    Outcome {
        verdict: Verdict::Accepted,
        runs: vec![run(PROVEN, RunVerdict::Proven, &[], &[])],
        claims: Arc::default(),
        findings: Vec::new(),
        waived: Vec::new(),
        gaps: Vec::new(),
        leaks: 0,
        exit_code: 0,
        ..rejected()
    }
}

/// Nothing wrong, something unread, and no value to look for.
pub fn incomplete() -> Outcome {
    Outcome {
        verdict: Verdict::Incomplete,
        value_known: false,
        forms: Vec::new(),
        gaps: rejected().gaps,
        exit_code: 3,
        ..accepted()
    }
}

/// Thousands of findings.
pub fn large(count: u64) -> Outcome {
    let rules = ["endpoint/in-argv", "claim/contradicted", "endpoint/shaped", "route/fallback-mentioned"];
    let mut outcome = rejected();
    outcome.findings = (0..count)
        .map(|at| {
            let rule = rules[usize::try_from(at % 4).unwrap()];
            let severity = if at % 4 > 1 { Severity::Warning } else { Severity::Error };
            let place = location(&format!("runs/{at:05}/argv.json"), at % 90 + 1, 5);
            Finding {
                excerpt: Some(excerpt(at % 90 + 1, "  \"--base-url\", \"[[‹endpoint›]]\"")),
                ..finding(rule, severity, place)
            }
        })
        .collect();
    outcome
}
