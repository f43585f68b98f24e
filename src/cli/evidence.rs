//! `counterfoil evidence PATH`: the document that the rules judge.
//!
//! A run directory gives its document; anything else an array of documents. Beside the variables of the
//! expressions, `places` maps a JSON pointer to where its value stands.

use serde_json::{Map, Value, json};

use super::args::{Common, EvidenceArgs};
use super::tools::Toolbox;
use super::{Answer, audit, out};
use crate::evidence::{Evidence, Node, Pointer};
use crate::judge::Show;

pub(super) fn run(common: &Common, args: &EvidenceArgs) -> Answer {
    let toolbox = Toolbox::new(common)?;
    let settings = audit::settings(common, &args.scope, std::slice::from_ref(&args.path), toolbox.limits);
    let all = crate::audit::collect_all(&settings, toolbox.tools())?;
    let show = Show { engine: &toolbox.engine };
    let incomplete = all.iter().any(|evidence| !evidence.gaps.is_empty());
    let mut documents: Vec<Value> = all.iter().map(|evidence| document(evidence, show)).collect();
    let one = documents.len() == 1 && all[0].path == ".";
    let printed = if one { documents.remove(0) } else { Value::Array(documents) };
    let text = crate::report::json_lines(&printed).map_err(|error| miette::miette!("{error}"))?;
    out::plain(&toolbox.engine, &text)?;
    Ok(if incomplete { 3 } else { 0 })
}

fn document(evidence: &Evidence, show: Show<'_>) -> Value {
    let mut root = Map::new();
    root.insert("schema".into(), json!("counterfoil-evidence/1"));
    root.insert("subject".into(), json!(evidence.subject.as_str()));
    root.insert("id".into(), json!(show.text(&evidence.id)));
    root.insert("path".into(), json!(show.text(&evidence.path)));
    if let Value::Object(facts) = redacted(evidence.document.to_json(), show) {
        root.extend(facts);
    }
    let gaps = evidence.gaps.iter().map(
        |gap| json!({"path": show.text(&gap.path), "surface": gap.surface, "why": show.text(&gap.why)}),
    );
    root.insert("gaps".into(), gaps.collect());
    let mut places = Map::new();
    collect_places(evidence, &evidence.document, &Pointer::default(), show, &mut places);
    root.insert("places".into(), Value::Object(places));
    Value::Object(root)
}

fn redacted(value: Value, show: Show<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(match show.engine.redact(&text) {
            Some(redacted) => redacted.text,
            None => text,
        }),
        Value::Array(items) => items.into_iter().map(|item| redacted(item, show)).collect(),
        Value::Object(map) => Value::Object(
            map.into_iter().map(|(key, item)| (show.text(&key), redacted(item, show))).collect(),
        ),
        other => other,
    }
}

fn collect_places(
    evidence: &Evidence,
    node: &Node,
    pointer: &Pointer,
    show: Show<'_>,
    places: &mut Map<String, Value>,
) {
    if let Some(place) = &node.place {
        let secret = node.get("form").is_some();
        let at = show.location(&evidence.sources, place, secret);
        let at = json!({
            "path": at.path, "surface": at.surface, "line": at.line, "column": at.column,
            "byte_start": at.byte_start, "byte_end": at.byte_end, "container": at.way_in(),
        });
        places.insert(show.text(&pointer.to_string()), at);
    }
    match &node.value {
        crate::evidence::Value::Map(map) => {
            for (key, child) in map.iter() {
                collect_places(evidence, child, &pointer.child(&**key), show, places);
            }
        }
        crate::evidence::Value::List(items) => {
            for (at, child) in items.iter().enumerate() {
                collect_places(evidence, child, &pointer.child(at.to_string()), show, places);
            }
        }
        _ => {}
    }
}
