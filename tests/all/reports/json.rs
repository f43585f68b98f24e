use counterfoil::report::Format;
use serde_json::Value;

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
