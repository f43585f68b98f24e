//! The route's fallbacks in the artifacts of a run that tell of something else: its admission, its manifest, its tests.

use std::path::Path;

use super::run_models::{OTHER, write};
use super::unproven::changed;

#[test]
fn an_admission_that_admits_a_fallback_lets_it_stand_in() {
    const PAIR: &str = r#""provider": "qwen-local", "model": "qwen3.6-35b-a3b", "status": "admitted""#;
    for (beside, verdict) in [
        (r#""models": [{OTHER, "status": "admitted"}]"#, "refuted"),
        (r#""models": [{OTHER}]"#, "refuted"),
        (r#""admitted": {"anthropic": {"models": []}}"#, "refuted"),
        // Several may be admitted, the used one among them; and what is not admitted does not stand in.
        (r#""models": [{"provider": "groq", "model": "gpt-5", "status": "admitted"}]"#, "proven"),
        (r#""models": [{OTHER, "status": "not_admitted"}]"#, "proven"),
        (
            r#""models": [{OTHER, "admitted": false}], "rejected": [{OTHER}], "denied": ["anthropic"]"#,
            "proven",
        ),
        (r#""models": [{"provider": "qwen-local", "model": "qwen3.6-35b-a3b"}]"#, "proven"),
    ] {
        let admission = format!("{{{PAIR}, {}}}", beside.replace("OTHER", OTHER));
        let found =
            changed(|run| std::fs::write(run.join("admission.json"), &admission).expect("writable"));
        assert_eq!(found.0, verdict, "{beside}: {found:?}");
        assert!(found.2.iter().all(|rule| rule.starts_with("route/fallback-")), "{beside}: {found:?}");
    }
}

#[test]
fn a_fallback_is_one_in_every_artifact() {
    let tests = |run: &Path| {
        std::fs::write(
            run.join("baseline/tests.json"),
            format!("{{\"status\": \"fail\", \"passed\": 1, \"failed\": 3, {OTHER}}}"),
        )
        .expect("writable");
    };
    assert!(changed(tests).2.contains(&"route/fallback-model".to_owned()), "{:?}", changed(tests));
    for (manifest, verdict) in [
        ("{\"files\": [], OTHER}", "refuted"),
        ("{\"files\": [], \"generated_by\": {OTHER}}", "refuted"),
        ("{\"files\": [], \"generated_by\": {\"model\": \"gpt-5\"}}", "proven"),
    ] {
        let manifest = manifest.replace("OTHER", OTHER);
        let found = changed(|run| std::fs::write(run.join("manifest.json"), &manifest).expect("writable"));
        assert_eq!(found.0, verdict, "{manifest}: {found:?}");
    }
    // A path is no name of a model.
    let found = changed(|run| {
        write(run, "anthropic", b"x\n");
        let digest = "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac";
        write(run, "manifest.json", format!("{{\"anthropic\": \"{digest}\"}}").as_bytes());
    });
    assert_eq!(found.0, "proven", "{found:?}");
}
