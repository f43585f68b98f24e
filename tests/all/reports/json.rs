use counterfoil::report::Format;
use serde_json::Value;

use crate::program::counterfoil;

use super::{rendered, sample};

#[test]
fn the_document_is_the_contract() {
    let text = rendered(Format::Json, &sample::rejected());
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["schema"], "counterfoil/1");
    assert_eq!(document["verdict"], "rejected");
    assert_eq!(document["runs"][0]["verdict"], "refuted");
    assert_eq!(document["claims"][0]["verdict"], "contradicted");
    let location = &document["findings"][0]["location"];
    assert_eq!((&location["line"], &location["column"]), (&Value::from(51), &Value::from(18)));
    assert_eq!(document["read"]["objects"], 88_311);
    insta::assert_snapshot!(text);
}

/// The order of the fields is part of the contract: people read it too.
#[test]
fn fields_stand_in_their_order() {
    let text = rendered(Format::Json, &sample::rejected());
    let mut at = 0;
    for field in [
        "schema",
        "tool",
        "profile",
        "verdict",
        "value_known",
        "runs",
        "claims",
        "findings",
        "rule",
        "severity",
        "message",
        "help",
        "location",
        "path",
        "surface",
        "line",
        "column",
        "byte_start",
        "byte_end",
        "commit",
        "object",
        "container",
        "related",
        "form",
        "fingerprint",
        "waived",
        "gaps",
        "read",
        "took_ms",
    ] {
        let found = text[at..]
            .find(&format!("\"{field}\": "))
            .unwrap_or_else(|| panic!("`{field}` after its elders"));
        at += found + 1;
    }
}

fn schema() -> jsonschema::Validator {
    closed(include_str!("../../../docs/outcome.schema.json"))
}

/// A published schema, made to refuse every field that it does not name.
fn closed(schema: &str) -> jsonschema::Validator {
    fn close(schema: &mut Value) {
        if let Some(object) = schema.as_object_mut() {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            object.values_mut().for_each(close);
        } else if let Some(items) = schema.as_array_mut() {
            items.iter_mut().for_each(close);
        }
    }
    let mut schema: Value = serde_json::from_str(schema).expect("JSON");
    close(&mut schema);
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn every_outcome_fits_the_published_schema() {
    let schema = schema();
    for outcome in [sample::rejected(), sample::accepted(), sample::incomplete(), sample::large(100)] {
        let document: Value = serde_json::from_str(&rendered(Format::Json, &outcome)).expect("JSON");
        let errors: Vec<_> =
            schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        let mut wrong = document.clone();
        wrong["verdict"] = "fine".into();
        assert!(!schema.is_valid(&wrong));
    }
}

/// So does the outcome of a real audit.
#[test]
fn a_real_audit_fits_the_published_schema() {
    let arguments =
        ["audit", "fixtures/week", "--endpoint-file", "fixtures/endpoint.txt", "--format", "json"];
    let output = counterfoil(&arguments).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let errors: Vec<_> =
        schema().iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert_eq!(document["runs"].as_array().map(Vec::len), Some(14));
}

/// And so do work items that are explained.
#[test]
fn every_explained_item_fits_the_published_schema() {
    let schema = closed(include_str!("../../../docs/claim.schema.json"));
    let output = counterfoil(&[
        "claim",
        "CTO-WORK-016",
        "CTO-WORK-020",
        "CTO-WORK-030",
        "fixtures",
        "--format",
        "json",
    ])
    .args(["--endpoint-file", "fixtures/endpoint.txt"])
    .output()
    .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let mut document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let errors: Vec<_> =
        schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(document["items"].as_array().expect("items").len() >= 3);
    document["items"][0]["chain"]["children"][0]["state"] = "fine".into();
    assert!(!schema.is_valid(&document), "a step within a step is held to it too");
}
