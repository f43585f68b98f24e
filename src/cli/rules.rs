//! `counterfoil rules list|explain|test`: the catalogue, one rule's page, the self-test of a pack.

use std::fmt::Write as _;

use super::args::{Common, RulesArgs, RulesCommand};
use super::{Answer, out, selftest, tools};
use crate::rule::{Pack, Rule};

pub(super) fn run(common: &Common, args: &RulesArgs) -> Answer {
    match &args.command {
        RulesCommand::List { json } => {
            let pack = tools::pack(common)?;
            say(common, &if *json { list_json(&pack) } else { list(&pack) })?;
            Ok(0)
        }
        RulesCommand::Explain { id } => explain(common, &tools::pack(common)?, id),
        RulesCommand::Test { folder } => {
            let folder = folder.clone().unwrap_or_else(|| "rules".into());
            let result = selftest::run(common, &folder)?;
            say(common, &result.text)?;
            Ok(u8::from(result.failed > 0))
        }
    }
}

/// Rules are a team's own files: a message or a page of theirs may hold the value as any other may.
fn say(common: &Common, text: &str) -> Result<(), miette::Report> {
    let engine = out::guard(common);
    let redacted = engine.redact(text);
    out::plain(&engine, redacted.as_ref().map_or(text, |redacted| &redacted.text))
}

fn list(pack: &Pack) -> String {
    let width = pack.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut family = "";
    for rule in pack.iter() {
        if rule.id.family() != family {
            if !family.is_empty() {
                text.push('\n');
            }
            family = rule.id.family();
        }
        let _ =
            writeln!(text, "{:width$}  {:7}  {}", rule.id.as_str(), rule.severity.as_str(), rule.summary);
    }
    let _ = writeln!(
        text,
        "\n{} rules; `counterfoil rules explain ID` shows a rule's page",
        pack.iter().count()
    );
    text
}

fn list_json(pack: &Pack) -> String {
    let rules: Vec<_> = pack
        .iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.id.as_str(),
                "severity": rule.severity.as_str(),
                "summary": rule.summary,
                "subject": rule.subjects.iter().map(|subject| subject.as_str()).collect::<Vec<_>>(),
                "traces": rule.traces,
                "condition": rule.conditions.first(),
                "conditions": rule.conditions,
                "url": rule.url(),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::from(rules))
}

fn explain(common: &Common, pack: &Pack, id: &str) -> Answer {
    let Some(rule) = pack.get(id) else {
        let help = match pack.nearest(id) {
            Some(nearest) => format!("did you mean `{nearest}`? `counterfoil rules list` shows all"),
            None => "`counterfoil rules list` shows all rules".to_owned(),
        };
        return Err(miette::miette!(code = "rules::unknown", help = help, "there is no rule `{id}`"));
    };
    say(common, &page(rule))?;
    Ok(0)
}

fn page(rule: &Rule) -> String {
    let mut text = rule.page.trim_end().to_owned();
    let _ = write!(text, "\n\n---\n{} · {}", rule.id, rule.severity);
    for condition in &rule.conditions {
        let _ = write!(text, " · condition {condition} of a proven pass");
    }
    for trace in &rule.traces {
        let _ = write!(text, "\ntraces to: {trace}");
    }
    if let Some(when) = &rule.when {
        let _ = write!(text, "\nwhen: {}", when.source());
    }
    let (word, expression) = match &rule.assertion {
        crate::rule::Assertion::Require(expression) => ("require", expression),
        crate::rule::Assertion::Deny(expression) => ("deny", expression),
    };
    let _ = writeln!(text, "\n{word}: {}", expression.source());
    text
}
