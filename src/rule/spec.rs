//! `rule.toml`, from text to a checked rule.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::error::InFile;
use super::{Assertion, At, Expression, Rule, RuleError, Template};
use crate::evidence::{Pointer, Subject};
use crate::finding::RuleId;
use crate::text::{Span, nearest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    summary: String,
    severity: Spanned<String>,
    #[serde(default)]
    traces: Vec<Spanned<String>>,
    subject: Spanned<OneOrMore>,
    when: Option<Spanned<String>>,
    each: Option<OneOrMore>,
    require: Option<Spanned<String>>,
    deny: Option<Spanned<String>>,
    #[serde(default)]
    at: Vec<Spanned<Place>>,
    message: Spanned<String>,
    help: Spanned<String>,
    condition: Option<Spanned<Conditions>>,
    policy: Option<String>,
}

/// A place that a finding has, or has under a condition.
#[derive(Deserialize)]
#[serde(untagged)]
enum Place {
    Always(String),
    Where(Conditional),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditional {
    place: String,
    when: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Numbers of the conditions of a proven pass.
#[derive(Deserialize)]
#[serde(untagged)]
enum Conditions {
    One(u8),
    More(Vec<u8>),
}

impl Conditions {
    fn numbers(&self) -> &[u8] {
        match self {
            Self::One(number) => std::slice::from_ref(number),
            Self::More(numbers) => numbers,
        }
    }
}

impl OneOrMore {
    fn words(&self) -> Vec<&str> {
        match self {
            Self::One(word) => vec![word],
            Self::More(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

/// Reads and checks one rule; its expressions are compiled when they are first judged.
pub(super) fn parse(id: &str, path: &str, text: &str, page: &str) -> Result<Rule, RuleError> {
    let file = InFile { path, text };
    let spec: Spec = toml::from_str(text).map_err(|error| {
        file.malformed(error.span().unwrap_or(0..0), error.message().to_owned(), "here", None)
    })?;
    let severity = spec.severity.get_ref().parse().map_err(|error: crate::finding::UnknownSeverity| {
        file.malformed(spec.severity.span(), error.to_string(), "no severity", None)
    })?;
    let (shared_path, shared_text): (Arc<str>, Arc<str>) = (Arc::from(path), Arc::from(text));
    let expression = |it: &Spanned<String>| {
        let (path, text) = (Arc::clone(&shared_path), Arc::clone(&shared_text));
        let at = inside_quotes(&text, it.span());
        Expression::new(path, text, it.get_ref(), at)
    };
    let template = |it: &Spanned<String>| {
        Template::new(&shared_path, &shared_text, it.get_ref(), inside_quotes(text, it.span()))
    };
    let (assertion, assertion_at) = assertion(&file, &spec, &expression)?;
    let is_wrong = |it: &&Spanned<Conditions>| {
        let numbers = it.get_ref().numbers();
        numbers.is_empty() || numbers.iter().any(|number| !(1..=10).contains(number))
    };
    if let Some(condition) = spec.condition.as_ref().filter(is_wrong) {
        let what = "a proven pass has the conditions 1 to 10";
        return Err(file.malformed(condition.span(), what, "no such condition", None));
    }
    let mut at = Vec::new();
    for place in &spec.at {
        at.push(parse_at(&file, place, spec.each.is_some(), &expression)?);
    }
    Ok(Rule {
        id: RuleId::new(id),
        summary: spec.summary,
        severity,
        trace_at: spec.traces.first().map(|trace| Span::of(trace.span())),
        traces: spec.traces.into_iter().map(Spanned::into_inner).collect(),
        subjects: subjects(&file, &spec.subject)?,
        when: spec.when.as_ref().map(expression),
        each: spec.each.iter().flat_map(OneOrMore::words).map(dotted).collect(),
        assertion,
        at,
        message: template(&spec.message)?,
        help: template(&spec.help)?,
        conditions: spec.condition.map(|it| it.get_ref().numbers().to_vec()).unwrap_or_default(),
        policy: spec.policy,
        page: page.to_owned(),
        path: path.to_owned(),
        text: Arc::clone(&shared_text),
        assertion_at: Span::of(assertion_at),
    })
}

/// What the rule asserts, and where it stands.
fn assertion(
    file: &InFile<'_>,
    spec: &Spec,
    expression: &dyn Fn(&Spanned<String>) -> Expression,
) -> Result<(Assertion, Range<usize>), RuleError> {
    match (&spec.require, &spec.deny) {
        (Some(require), None) => Ok((Assertion::Require(expression(require)), require.span())),
        (None, Some(deny)) => Ok((Assertion::Deny(expression(deny)), deny.span())),
        (Some(_), Some(deny)) => {
            let what = "a rule has either `require` or `deny`";
            Err(file.malformed(deny.span(), what, "one too many", None))
        }
        (None, None) => {
            let help = Some("add `require = '…'` or `deny = '…'`".to_owned());
            Err(file.malformed(0..0, "this rule asserts nothing", "neither stands here", help))
        }
    }
}

fn subjects(file: &InFile<'_>, subject: &Spanned<OneOrMore>) -> Result<Vec<Subject>, RuleError> {
    let words = subject.get_ref().words();
    let known = |word: &&str| {
        Subject::from_word(word).ok_or_else(|| {
            let nearest = nearest(word, Subject::ALL.iter().map(|subject| subject.as_str()));
            let help = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
            file.malformed(
                subject.span(),
                format!("unknown subject `{word}`"),
                "no collector fills it",
                help,
            )
        })
    };
    let subjects: Vec<Subject> = words.iter().map(known).collect::<Result<_, _>>()?;
    if subjects.is_empty() {
        return Err(file.malformed(subject.span(), "a rule needs a subject", "none is named", None));
    }
    Ok(subjects)
}

/// `report:/case_model`: a key of the document's root and a pointer below it.
fn parse_at(
    file: &InFile<'_>,
    place: &Spanned<Place>,
    has_each: bool,
    expression: &dyn Fn(&Spanned<String>) -> Expression,
) -> Result<At, RuleError> {
    let (text, when) = match place.get_ref() {
        Place::Always(text) => (text, None),
        Place::Where(Conditional { place: text, when }) => {
            (text, Some(expression(&Spanned::new(place.span(), when.clone()))))
        }
    };
    let help = || Some("write `report:/case_model`: a root key, a colon, a JSON pointer".to_owned());
    let Some((root, pointer)) = text.split_once(':') else {
        return Err(file.malformed(place.span(), format!("`{text}` is no place"), "no colon", help()));
    };
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(file.malformed(
            place.span(),
            format!("`{pointer}` is no JSON pointer"),
            "here",
            help(),
        ));
    }
    if root == "it" && !has_each {
        let what = "`it` is the element of `each`, and this rule has no `each`";
        return Err(file.malformed(place.span(), what, "nothing to point at", None));
    }
    Ok(At { root: root.to_owned(), pointer: Pointer::parse(pointer), when })
}

fn dotted(path: &str) -> Pointer {
    path.split('.').fold(Pointer::default(), |pointer, key| pointer.child(key))
}

/// The span of a TOML string's content: faults are shown inside the quotes.
fn inside_quotes(text: &str, span: Range<usize>) -> Range<usize> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    if raw.len() < 2 * quotes { span } else { span.start + quotes..span.end - quotes }
}
