//! What documents claim, held against the runs of the fixtures' week.

mod among;
mod baseline;
mod cited;
mod clauses;
mod explained;
mod laid_out;
mod named;
mod parts;
mod prose;
mod sentences;
mod subjects;
mod told;
mod values;
mod waiting;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use counterfoil::audit::find_runs;
use counterfoil::collect::sot::{self, Shelf, SotDocument, StatementKind};
use counterfoil::collect::{Context, run};
use counterfoil::endpoint::Endpoints;
use counterfoil::judge::claims::{CommitLookup, Grounds, JudgedDocuments, judge_documents};
use counterfoil::judge::{ClaimKind, ClaimVerdict, Judge, RunFacts, Show, judge_run};
use counterfoil::profile::{Profile, StatusClass};
use counterfoil::rule::Pack;
use counterfoil::search::{Engine, Limits};
use counterfoil::text::Span;

const PROVEN: &str = "20260604T091200Z-r1-string-slugify-310552";
const FAILED: &str = "20260601T022535Z-r1-string-slugify-2731603";
const AGGREGATE: &str = "20260601T022036Z-r1-string-slugify-2695716";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The week's runs, judged once.
struct Week {
    profile: Profile,
    pack: Pack,
    engine: Engine,
    limits: Limits,
    runs: Vec<RunFacts>,
}

static WEEK: LazyLock<Week> = LazyLock::new(|| {
    let profile = Profile::built_in().expect("sound");
    let pack = Pack::built_in().expect("sound");
    let mut endpoints = Endpoints::none();
    let value = std::fs::read(fixtures().join("endpoint.txt")).expect("there");
    endpoints.add(zeroize::Zeroizing::new(value), "fixtures").expect("long enough");
    let engine = Engine::new(&endpoints);
    let mut week = Week { profile, pack, engine, limits: Limits::default(), runs: Vec::new() };
    let folder = fixtures().join("week");
    let found = find_runs(&folder, &folder, &week.profile);
    let judged = found.runs.into_iter().map(|(named, name)| {
        let evidence = run::collect(&named.path, name, &named.shown, &week.context()).evidence;
        judge_run(&week.judge(), evidence, true, false)
    });
    let judged = judged.collect();
    week.runs = judged;
    week
});

impl Week {
    fn context(&self) -> Context<'_> {
        Context {
            profile: &self.profile,
            engine: &self.engine,
            limits: &self.limits,
            shapes: None,
            targets: &[],
        }
    }

    fn judge(&self) -> Judge<'_> {
        Judge { pack: &self.pack, profile: &self.profile, show: Show { engine: &self.engine } }
    }

    fn documents(&self, texts: &[(&str, &str)]) -> JudgedDocuments {
        self.documents_by(texts, &self.runs)
    }

    fn documents_by(&self, texts: &[(&str, &str)], runs: &[RunFacts]) -> JudgedDocuments {
        let parse =
            |(path, text): &(&str, &str)| sot::parse(path, text.as_bytes().to_vec(), &self.context());
        judge(texts.iter().map(parse).collect(), runs, &[])
    }
}

fn judge(documents: Vec<SotDocument>, runs: &[RunFacts], explain: &[String]) -> JudgedDocuments {
    let outlines = documents.iter().map(SotDocument::outline).collect();
    let grounds = Grounds {
        judge: WEEK.judge(),
        runs,
        runs_given: true,
        commit: &commit,
        fixtures: &of_fixtures(runs),
        explain,
    };
    judge_documents(&grounds, documents, outlines)
}

fn of_fixtures(runs: &[RunFacts]) -> Vec<String> {
    let names = runs.iter().filter_map(|facts| WEEK.profile.surfaces.run_name(&facts.summary.id));
    names.map(|name| name.fixture).collect()
}

fn commit(id: &str) -> CommitLookup {
    if "6c453ee2b9a1d7c0".starts_with(id) {
        CommitLookup::Subject("Add Case Qwen loop entrypoint".to_owned())
    } else {
        CommitLookup::NotFound
    }
}

fn texts(folder: &str) -> Vec<(String, String)> {
    let root = fixtures().join("documents").join(folder).join(".sot");
    let mut all = Vec::new();
    for name in ["03-PROTOCOLS/CTO-CASE-SPARK-ENDPOINT-CONFIG-ISSUES.md", "CTO-QWEN-STAGE-2-WORK.md"] {
        if let Ok(text) = std::fs::read_to_string(root.join(name)) {
            all.push((name.to_owned(), text));
        }
    }
    assert!(!all.is_empty(), "{folder}");
    all
}

fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

fn body(text: &str) -> String {
    format!("---\ntitle: a\n---\n{text}")
}

/// Line, kind and verdict of each claim.
fn verdicts(judged: &JudgedDocuments) -> Vec<(u64, ClaimKind, ClaimVerdict)> {
    judged.claims.iter().map(|claim| (claim.line, claim.kind, claim.verdict)).collect()
}

fn rules(judged: &JudgedDocuments) -> Vec<(String, u64)> {
    judged.findings.iter().map(|finding| (finding.rule.to_string(), finding.location.line)).collect()
}

#[test]
fn every_word_of_the_document_that_this_began_with_is_supported() {
    let texts = texts("first-week");
    let judged = WEEK.documents(&borrowed(&texts[..1]));
    assert_eq!(rules(&judged), []);
    assert_eq!(judged.gaps, []);
    use ClaimKind::{Commit, Gate, Label, Sentence, Validator};
    let lines = [
        (34, Gate),
        (37, Gate),
        (38, Gate),
        (57, Label),
        (58, Label),
        (59, Label),
        (60, Label),
        (61, Label),
        (62, Label),
        (63, Label),
        (64, Label),
        (65, Label),
        (66, Sentence),
        (67, Sentence),
        (68, Sentence),
        (75, Commit),
        (81, Validator),
        (83, Validator),
        (85, Validator),
        (87, Gate),
    ];
    let expected: Vec<_> =
        lines.iter().map(|(line, kind)| (*line, *kind, ClaimVerdict::Supported)).collect();
    assert_eq!(verdicts(&judged), expected);
    let status = judged.claims.iter().find(|claim| claim.line == 57).expect("there");
    assert_eq!((&*status.text, &*status.stated), ("Report status", "fail"));
    assert_eq!(status.found.as_deref(), Some("fail"));
    assert_eq!(status.run.as_deref(), Some(FAILED));
    assert_eq!(status.work_item.as_deref(), Some("CTO-WORK-030"));
    assert!(
        status.steps()[0].children[0].children[0]
            .place
            .as_deref()
            .expect("placed")
            .ends_with("report.json:9")
    );
}

#[test]
fn the_first_week_claims_too_early_and_the_second_has_a_run_behind_every_word() {
    let early = texts("first-week");
    let judged = WEEK.documents(&borrowed(&early));
    let found = rules(&judged);
    let found: Vec<_> = found.iter().map(|(rule, line)| (rule.as_str(), *line)).collect();
    let expected = [
        ("claim/gate-not-met", 34),
        ("claim/gate-not-met", 38),
        ("claim/pass-not-proven", 37),
        ("claim/pass-not-proven", 48),
        ("claim/endpoint-only", 52),
    ];
    assert_eq!(found, expected);
    let later = texts("second-week");
    let judged = WEEK.documents(&borrowed(&later));
    assert_eq!((rules(&judged), &judged.gaps), (vec![], &vec![]));
    assert!(judged.claims.len() > 25);
    assert!(judged.claims.iter().all(|claim| claim.verdict == ClaimVerdict::Supported));
}

/// What is wrong: claims that do not stand, findings, gaps.
fn wrongs(judged: &JudgedDocuments) -> BTreeSet<String> {
    let not = judged.claims.iter().filter(|claim| claim.verdict != ClaimVerdict::Supported);
    let claims = not.map(|claim| format!("{}:{} {}", claim.path, claim.line, claim.verdict.as_str()));
    let findings =
        judged.findings.iter().map(|it| format!("{}:{} {}", it.location.path, it.location.line, it.rule));
    claims.chain(findings).chain(judged.gaps.iter().map(|gap| gap.why.clone())).collect()
}

/// A text with a part of it replaced.
fn with(text: &str, span: Span, new: &str) -> String {
    let (start, end) = (usize::try_from(span.start).unwrap(), usize::try_from(span.end).unwrap());
    format!("{}{new}{}", &text[..start], &text[end..])
}

/// Other words than these: with the last, and with the first letter or digit changed.
fn others(said: &str) -> Vec<String> {
    let change = |at: usize, c: char| {
        let new = match c {
            '0'..='8' => char::from(c as u8 + 1),
            '9' => '0',
            'x' => 'y',
            _ => 'x',
        };
        format!("{}{new}{}", &said[..at], &said[at + c.len_utf8()..])
    };
    let mut places = said.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric());
    let first = places.next();
    let last = places.next_back();
    [first, last].into_iter().flatten().map(|(at, c)| change(at, c)).collect()
}

fn mutations(text: &str, document: &SotDocument) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut push =
        |what: String, span: Span, new: &str| all.push((format!("{what} → {new}"), with(text, span, new)));
    let raw = |span: Span| {
        text[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()].to_owned()
    };
    for statement in &document.statements {
        let what = statement.said.text.clone();
        match &statement.kind {
            StatementKind::Label { .. } | StatementKind::Validator { .. } => {
                for other in others(&raw(statement.stated.span)) {
                    push(what.to_string(), statement.stated.span, &other);
                }
            }
            StatementKind::Commit { id, subject } => {
                for part in [id, subject] {
                    for other in others(&raw(part.span)) {
                        push(what.to_string(), part.span, &other);
                    }
                }
            }
            StatementKind::Sentence { .. } if what.starts_with("Tests ") => {
                let other = if what.contains("failed") {
                    what.replace("failed", "passed")
                } else {
                    what.replace("passed", "failed")
                };
                push(what.to_string(), statement.said.span, &other);
            }
            StatementKind::Sentence { .. } | StatementKind::Gate { .. } | StatementKind::Pass { .. } => {}
        }
    }
    for citation in &document.citations {
        let run = citation.run.as_deref().expect("the fixtures cite runs");
        let elsewhere =
            if run.ends_with("2695716") || run.ends_with("2697229") { FAILED } else { AGGREGATE };
        let gone = format!("{run}0");
        for other in [gone.as_str(), elsewhere, "latest"] {
            push(citation.what.text.to_string(), citation.path.span, &format!("/runs/{other}"));
        }
    }
    for item in &document.items {
        let status = item.status.as_ref().expect("the fixtures' items have a status");
        if status.class != StatusClass::Done {
            push(item.id.text.to_string(), status.said.span, "done");
        }
        push(item.id.text.to_string(), status.said.span, "nearly");
    }
    all
}

#[test]
fn no_false_word_survives() {
    let mut tried = 0;
    for folder in ["first-week", "second-week"] {
        let texts = texts(folder);
        let before = wrongs(&WEEK.documents(&borrowed(&texts)));
        for at in 0..texts.len() {
            let (path, text) = &texts[at];
            let document = sot::parse(path, text.as_bytes().to_vec(), &WEEK.context());
            for (what, mutated) in mutations(text, &document) {
                let mut changed = texts.clone();
                changed[at].1 = mutated;
                let judged = WEEK.documents(&borrowed(&changed));
                assert!(!wrongs(&judged).is_subset(&before), "{folder}/{path}: nobody noticed {what}");
                tried += 1;
            }
        }
    }
    assert!(tried > 120, "only {tried} words were changed");
}

/// The same body in other writings, line by line.
fn writings(body: &str) -> Vec<(&'static str, String)> {
    let each = |line: &dyn Fn(&str) -> String| body.lines().map(|it| line(it) + "\n").collect::<String>();
    let bullet = |new: &str| {
        each(&|line| line.strip_prefix("- ").map_or(line.into(), |rest| format!("{new} {rest}")))
    };
    vec![
        ("another marker", bullet("+")),
        ("bullets as they are shown", bullet("•")),
        (
            "bold labels",
            each(&|line| match line.split_once(": ") {
                Some((label, value)) if line.starts_with("- ") => format!("- **{}:** {value}", &label[2..]),
                _ => line.to_owned(),
            }),
        ),
        ("a quote", each(&|line| format!("> {line}"))),
        ("a list's item", format!("\n- {}", each(&|line| format!("  {line}")).trim_start())),
        ("two ends of a line", body.replace('\n', "\r\n")),
    ]
}

#[test]
fn each_word_is_judged_alike_in_any_writing() {
    for folder in ["first-week", "second-week"] {
        let texts = texts(folder);
        let judged = WEEK.documents(&borrowed(&texts));
        for number in 0..6 {
            let mut what = "";
            let others: Vec<(String, String)> = texts
                .iter()
                .map(|(path, text)| {
                    let body = text.find("\n---\n").expect("front matter") + 5;
                    let (writing, other) = writings(&text[body..]).swap_remove(number);
                    what = writing;
                    (path.clone(), format!("{}{other}", &text[..body]))
                })
                .collect();
            let other = WEEK.documents(&borrowed(&others));
            assert_eq!(verdicts(&other), verdicts(&judged), "{folder}: {what}");
            assert_eq!(rules(&other), rules(&judged), "{folder}: {what}");
        }
    }
}

#[test]
fn a_gate_holds_in_every_document_until_a_run_opens_it() {
    let gate = body(
        "# T-1 - a\nStatus: open\n\nAcceptance:\n\n- T-2 remains blocked until real Case Stage 2 pass evidence exists.\n",
    );
    let waits = |status: &str| {
        body(&format!("# T-2 - b\nStatus: {status}\n\nBlocked by:\n\n- Real Case Stage 2 pass evidence.\n"))
    };
    let verdict = |other: &str, cited: &str| {
        let cites =
            body(&format!("# T-3 - c\nStatus: open\n## Evidence - 2026-06-05\n- Run artifact: {cited}\n"));
        let judged = WEEK.documents(&[("a.md", &gate), ("b.md", &waits(other)), ("c.md", &cites)]);
        let gates: Vec<_> = judged.claims.iter().filter(|claim| claim.kind == ClaimKind::Gate).collect();
        assert_eq!(gates.len(), 1);
        (gates[0].verdict, judged.findings.len())
    };
    assert_eq!(verdict("blocked", FAILED), (ClaimVerdict::Supported, 0));
    assert_eq!(verdict("in progress", FAILED).0, ClaimVerdict::Contradicted);
    assert_eq!(verdict("in progress", AGGREGATE).0, ClaimVerdict::Contradicted);
    assert_eq!(verdict("in progress", PROVEN), (ClaimVerdict::Supported, 0), "the blocker is met as well");
    assert_eq!(verdict("in progress", "20990101T000000Z-r1-a-1").0, ClaimVerdict::Unverifiable);
}

#[test]
fn a_gate_with_words_that_nobody_knows_can_not_be_judged() {
    let text = |status: &str| {
        body(&format!(
            "# T-1 - a\nStatus: {status}\n\nBlocked by: the moon.\n\nAcceptance:\n\n- T-1 remains blocked until the moon is full.\n"
        ))
    };
    let open = WEEK.documents(&[("a.md", &text("open"))]);
    assert_eq!(open.claims[0].verdict, ClaimVerdict::Unverifiable);
    assert!(open.gaps[0].why.contains("line 11"), "{:?}", open.gaps);
    let blocked = WEEK.documents(&[("a.md", &text("blocked"))]);
    assert_eq!(blocked.claims[0].verdict, ClaimVerdict::Supported);
}

#[test]
fn a_copy_of_a_run_can_not_mend_it() {
    let text =
        body(&format!("# T-1 - a\nStatus: done\n## Evidence - 2026-06-05\n- Run artifact: {PROVEN}\n"));
    let proven = WEEK.documents(&[("a.md", &text)]);
    assert_eq!(proven.claims[0].verdict, ClaimVerdict::Supported);
    let other = WEEK.runs.iter().find(|facts| facts.summary.verdict.as_str() == "refuted").expect("one");
    let renamed = |facts: &RunFacts, id: &str| {
        let mut summary = facts.summary.clone();
        summary.id = id.to_owned();
        RunFacts {
            summary,
            findings: Vec::new(),
            gaps: Vec::new(),
            leaks: facts.leaks,
            read: facts.read,
            document: facts.document.clone(),
            sources: facts.sources.clone(),
            packed: None,
        }
    };
    let good = WEEK.runs.iter().find(|facts| facts.summary.id == PROVEN).expect("there");
    for runs in
        [[renamed(good, PROVEN), renamed(other, PROVEN)], [renamed(other, PROVEN), renamed(good, PROVEN)]]
    {
        let judged = WEEK.documents_by(&[("a.md", &text)], &runs);
        assert_eq!(judged.claims[0].verdict, ClaimVerdict::Contradicted);
    }
}

#[test]
fn both_sides_of_a_contradiction_are_shown_each_in_its_own_file() {
    let text = body(&format!(
        "# T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n- Run artifact: {FAILED}\n- Report status: `pass`.\n"
    ));
    let judged = WEEK.documents(&[("a.md", &text)]);
    let [finding] = &judged.findings[..] else { panic!("{:?}", rules(&judged)) };
    assert_eq!(finding.rule.as_str(), "claim/contradicted");
    assert_eq!(
        (finding.location.path.as_str(), finding.location.line, finding.location.column),
        ("a.md", 8, 19)
    );
    let excerpt = finding.excerpt.as_ref().expect("shown");
    assert_eq!(&excerpt.text[excerpt.mark.clone()], "pass");
    let related = &finding.related[0];
    assert!(related.location.path.ends_with(&format!("{FAILED}/report.json")), "{}", related.location.path);
    assert_eq!((related.location.line, related.message.as_str()), (9, "the evidence says: fail"));
    let excerpt = related.excerpt.as_ref().expect("shown");
    assert_eq!(&excerpt.text[excerpt.mark.clone()], "\"fail\"");
    assert_eq!((finding.related[1].location.line, finding.related[1].message.as_str()), (7, "cited here"));
}

#[test]
fn equal_faults_of_one_document_have_fingerprints_of_their_own() {
    let text = body(&format!(
        "# T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n- Run artifact: {FAILED}\n- Report status: pass.\n- Backend: fake.\n"
    ));
    let judged = WEEK.documents(&[("a.md", &text)]);
    assert_eq!(judged.findings.len(), 2);
    assert_ne!(judged.findings[0].fingerprint, judged.findings[1].fingerprint);
}

#[test]
fn the_value_is_in_no_word_that_documents_come_to() {
    let value = std::fs::read_to_string(fixtures().join("endpoint.txt")).expect("there");
    let value = value.trim();
    let text = body(&format!(
        "# T-1 - at {value}\nStatus: {value}\n## Evidence - 2026-06-05\n- Run artifact: /{value}/{FAILED}\n- Failure reason: {value}.\n- Hermes commit: 6c453ee {value}\n- {value} passed: {value}\n"
    ));
    let parsed = sot::parse("a.md", text.as_bytes().to_vec(), &WEEK.context());
    let ids = ["T-1".to_owned()];
    let judged = judge(vec![parsed], &WEEK.runs, &ids);
    assert!(judged.findings.len() >= 5, "{:?}", rules(&judged));
    let all = format!("{:?} {:?} {:?}", judged.findings, judged.claims, judged.explained);
    assert!(!all.contains("spark9"), "{all}");
}

/// The documents of the fixtures on a disk of their own, as an audit reads them.
fn on_disk(folder: &Path) -> Vec<SotDocument> {
    let all = texts("first-week").into_iter().chain(texts("second-week")).enumerate();
    all.map(|(at, (_, text))| {
        let name = format!("{at}.md");
        std::fs::write(folder.join(&name), text).expect("written");
        sot::collect(&folder.join(&name), &name, &WEEK.context())
    })
    .collect()
}

#[test]
fn a_document_that_is_read_again_comes_to_the_same() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let held = on_disk(dir.path());
    let mut let_go = held.clone();
    let outlines = held.iter().map(SotDocument::outline).collect();
    let shelf = Shelf::with_room(0);
    let_go.iter_mut().for_each(|document| shelf.keep(document));
    assert!(let_go.iter().all(|document| !document.whole && document.statements.is_empty()));
    let grounds = Grounds {
        judge: WEEK.judge(),
        runs: &WEEK.runs,
        runs_given: true,
        commit: &commit,
        fixtures: &[],
        explain: &["CTO-WORK-030".to_owned()],
    };
    let again = judge_documents(&grounds, let_go, outlines);
    let once = judge(held, &WEEK.runs, grounds.explain);
    assert!(!once.claims.is_empty() && !once.findings.is_empty() && !once.explained.is_empty());
    assert_eq!(format!("{again:?}"), format!("{once:?}"));
    let name = |at: usize| format!("{at}.md");
    let read = |at| (name(at), std::fs::read_to_string(dir.path().join(name(at))).expect("there"));
    let parsed: Vec<(String, String)> = (0..again.documents.len()).map(read).collect();
    let in_memory = WEEK.documents(&borrowed(&parsed));
    assert_eq!(
        format!("{:?}", in_memory.findings),
        format!("{:?}", once.findings),
        "lines and excerpts too"
    );
}

#[test]
fn a_document_that_changes_before_it_is_judged_is_a_gap() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("a.md");
    let value = std::fs::read_to_string(fixtures().join("endpoint.txt")).expect("there");
    let text = body(&format!("# T-1 - a\nStatus: done.\n\nIt ran at {}.\n", value.trim()));
    for let_go in [true, false] {
        std::fs::write(&path, &text).expect("written");
        let mut document = sot::collect(&path, "a.md", &WEEK.context());
        let outlines = vec![document.outline()];
        if let_go {
            Shelf::with_room(0).keep(&mut document);
        }
        std::fs::write(&path, text.replace("done", "open")).expect("written");
        let grounds = Grounds {
            judge: WEEK.judge(),
            runs: &WEEK.runs,
            runs_given: true,
            commit: &commit,
            fixtures: &[],
            explain: &[],
        };
        let judged = judge_documents(&grounds, vec![document], outlines);
        assert!(judged.gaps.iter().any(|gap| gap.why.contains("changed after")), "{:?}", judged.gaps);
        assert!(
            rules(&judged).iter().any(|(rule, _)| rule == "endpoint/in-sot"),
            "it was seen: {judged:?}"
        );
        assert_eq!(judged.claims.is_empty(), let_go, "what is not at hand is not judged");
        assert!(judged.findings.iter().all(|finding| finding.excerpt.is_none()), "{:?}", judged.findings);
    }
}

mod command {
    use super::fixtures;
    use crate::program::counterfoil;

    fn claim(arguments: &[&str]) -> (i32, String, String) {
        let root = fixtures();
        let output = counterfoil(&["claim"])
            .args(arguments)
            .arg("--runs")
            .arg(root.join("week"))
            .arg("--endpoint-file")
            .arg(root.join("endpoint.txt"))
            .current_dir(root.join("documents"))
            .output()
            .expect("run");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
    }

    #[test]
    fn an_auditor_sees_what_is_proven_and_what_is_not_and_why() {
        let (code, text, _) = claim(&["CTO-WORK-016", "second-week"]);
        assert_eq!(code, 0, "{text}");
        assert!(text.starts_with("✓ CTO-WORK-016 - Real Model Solves String Slugify"), "{text}");
        assert!(text.contains("✓ 10. nothing was left unread"), "{text}");
        assert!(text.contains("✓ baseline with engine fake"), "{text}");
        let (code, text, _) = claim(&["CTO-WORK-020", "CTO-WORK-022", "first-week"]);
        assert_eq!(code, 1);
        assert!(text.contains("✗ 4. no fallback provider or model was used"), "{text}");
        assert!(text.contains("✗ no run is cited"), "{text}");
        assert!(text.contains("to stand: cite a proven run"), "{text}");
    }

    #[test]
    fn the_chain_is_data_as_well_and_the_same_from_any_number_of_threads() {
        let one = claim(&["CTO-WORK-030", "first-week", "--format", "json", "--threads", "1"]);
        let two = claim(&["CTO-WORK-030", "first-week", "--format", "json", "--threads", "3"]);
        assert_eq!(one, two);
        let json: serde_json::Value = serde_json::from_str(&one.1).expect("JSON");
        assert_eq!(
            (json["schema"].as_str(), json["items"][0]["id"].as_str()),
            (Some("counterfoil-claim/1"), Some("CTO-WORK-030"))
        );
        assert_eq!(one.0, 1, "two of its gates are not met: {}", one.1);
        let alone =
            |rest: &[&str]| claim(&[&["CTO-WORK-030", "first-week/.sot/03-PROTOCOLS"], rest].concat());
        assert_eq!(alone(&[]).0, 3, "the commit's repository was not given");
        let markdown = alone(&["--format", "markdown"]).1;
        assert!(markdown.starts_with("### ? CTO-WORK-030 - Spark"), "{markdown}");
    }

    #[test]
    fn what_is_not_there_is_said() {
        let (code, _, error) = claim(&["CTO-WORK-999", "first-week"]);
        assert_eq!(code, 2);
        assert!(error.contains("CTO-WORK-999"), "{error}");
        let (code, _, error) = claim(&["first-week"]);
        assert_eq!(code, 2, "{error}");
    }
}
