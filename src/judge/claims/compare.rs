//! Whether a document's word and a report's value mean the same.
//!
//! `true` and `yes`, `1` and `1.`, a time in any zone, a status in any case are the same; names of models,
//! commands and files are compared letter by letter.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::evidence::{Node, Value};

/// Whether `stated` says what stands at `pointer`; `found` is `None` where nothing stands there.
pub(super) fn same(stated: &str, found: Option<&Node>, pointer: &str) -> bool {
    let stated = unadorned(stated);
    match found.map(|node| &node.value) {
        None | Some(Value::Null) => is_nothing(stated),
        Some(Value::Bool(value)) => truth(stated) == Some(*value),
        Some(Value::Int(value)) => {
            number(stated).is_some_and(|stated| stated == Number::Whole(i128::from(*value)))
        }
        Some(Value::UInt(value)) => {
            number(stated).is_some_and(|stated| stated == Number::Whole(i128::from(*value)))
        }
        Some(Value::Float(value)) => number(stated).is_some_and(|stated| stated == Number::of(*value)),
        Some(Value::String(text)) => same_text(stated, text, pointer),
        Some(Value::List(items)) => same_list(stated, items),
        Some(Value::Map(_)) => false,
    }
}

/// A report's value as a reader would write it.
pub(super) fn shown(found: Option<&Node>) -> String {
    match found.map(|node| &node.value) {
        None => "nothing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::String(text)) => text.to_string(),
        Some(Value::List(items)) if items.is_empty() => "none".to_owned(),
        Some(Value::List(items)) => {
            items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join(", ")
        }
        Some(Value::Map(_)) => "an object".to_owned(),
        Some(_) => found.map(|node| node.to_json().to_string()).unwrap_or_default(),
    }
}

/// Two texts without the marks that carry no meaning, their white space aside.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    let bare = |text: &str| {
        let text = text.replace(['`', '*'], "");
        let text = text.trim().trim_end_matches('.').to_owned();
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    bare(a) == bare(b)
}

fn unadorned(text: &str) -> &str {
    text.trim().trim_end_matches('.').trim_matches(['"', '\'', '`']).trim_end_matches('.').trim()
}

fn is_nothing(stated: &str) -> bool {
    matches!(
        stated.to_lowercase().as_str(),
        "" | "none"
            | "null"
            | "nil"
            | "nothing"
            | "n/a"
            | "-"
            | "–"
            | "—"
            | "no"
            | "not set"
            | "unset"
            | "absent"
    )
}

fn truth(stated: &str) -> Option<bool> {
    match stated.to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Some(true),
        "false" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    Whole(i128),
    Broken(f64),
}

impl Number {
    fn of(value: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "only whole numbers well within range")]
        if value.fract() == 0.0 && value.abs() < 1e15 {
            Self::Whole(value as i128)
        } else {
            Self::Broken(value)
        }
    }
}

fn number(stated: &str) -> Option<Number> {
    let stated = ["bytes", "byte", "b"].iter().fold(stated, |text, unit| {
        let start = text.len().saturating_sub(unit.len());
        match text.get(start..) {
            Some(end) if end.eq_ignore_ascii_case(unit) => text.get(..start).unwrap_or_default().trim_end(),
            _ => text,
        }
    });
    let digits = |c: char| c.is_ascii_digit();
    let grouped = stated.contains([',', '_'])
        && stated.split([',', '_']).skip(1).all(|group| group.len() == 3 && group.chars().all(digits));
    let plain = if grouped { stated.replace([',', '_'], "") } else { stated.to_owned() };
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return None;
    }
    plain.parse().map(Number::Whole).ok().or_else(|| plain.parse::<f64>().ok().map(Number::of))
}

fn same_text(stated: &str, found: &str, pointer: &str) -> bool {
    if same_words(stated, found) {
        return true;
    }
    let field = pointer.rsplit('/').next().unwrap_or_default();
    if let (Some(a), Some(b)) = (time(stated), time(found)) {
        return a.same(b);
    }
    let word = |text: &str| unadorned(text).to_lowercase().replace(['_', '-'], " ");
    match field {
        "kind" | "backend" | "endpoint_config" | "engine" => word(stated) == word(found),
        _ if field.ends_with("status") => word(stated) == word(found),
        "failure_reason" | "sha256" => same_words(&stated.to_lowercase(), &found.to_lowercase()),
        _ => false,
    }
}

fn same_list(stated: &str, items: &[Node]) -> bool {
    if items.is_empty() {
        return is_nothing(stated) || stated == "[]" || number(stated) == Some(Number::Whole(0));
    }
    if let Some(Number::Whole(count)) = number(stated) {
        return usize::try_from(count) == Ok(items.len());
    }
    let inside = stated.trim_start_matches('[').trim_end_matches(']').replace(" and ", ", ");
    let mut stated: Vec<&str> =
        inside.split([',', ';', ' ']).map(unadorned).filter(|name| !name.is_empty()).collect();
    let found: Option<Vec<&str>> = items.iter().map(Node::as_str).collect();
    let Some(mut found) = found else { return false };
    stated.sort_unstable();
    found.sort_unstable();
    stated == found
}

/// A time, as precise as it was written.
#[derive(Debug, Clone, Copy)]
enum Time {
    Instant(Timestamp),
    Day(Date),
}

impl Time {
    fn same(self, other: Self) -> bool {
        let day = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
        match (self, other) {
            (Self::Instant(a), Self::Instant(b)) => a == b,
            (Self::Day(a), Self::Day(b)) => a == b,
            (Self::Instant(a), Self::Day(b)) | (Self::Day(b), Self::Instant(a)) => day(a) == b,
        }
    }
}

fn time(text: &str) -> Option<Time> {
    let text = unadorned(text);
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.len() == 10 {
        return text.parse().ok().map(Time::Day);
    }
    let spaced = text.replace(" UTC", "Z").replace(" Z", "Z");
    let joined = match (spaced.rfind(" +"), spaced.rfind(" -"), spaced.rfind(" −")) {
        (None, None, None) => spaced,
        (plus, minus, other) => {
            let at = plus.or(minus).or(other).unwrap_or_default();
            let (before, zone) = spaced.split_at(at);
            format!("{before}{}", zone.trim_start().replace('−', "-"))
        }
    };
    let instant = joined.parse::<Timestamp>().ok();
    let utc = || joined.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp());
    instant.or_else(utc).map(Time::Instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(json: &str) -> Node {
        let base = crate::evidence::json::Base::whole(crate::text::SourceId(0));
        crate::evidence::json::parse(json.as_bytes(), base).expect("JSON").node
    }

    #[test]
    fn values_compare_by_meaning() {
        for (stated, found, pointer) in [
            ("yes", "true", "/x"),
            ("False.", "false", "/x"),
            ("1.", "1", "/x"),
            ("1.0", "1", "/x"),
            ("`-1`", "-1", "/x"),
            ("4,120 bytes", "4120", "/patch/bytes"),
            ("0.5", "0.5", "/x"),
            ("none", "null", "/failure_reason"),
            ("FAIL", r#""fail""#, "/status"),
            ("Not admitted", r#""not_admitted""#, "/source_admission_status"),
            (
                "Case agent result protocol failed.",
                r#""case agent result protocol failed""#,
                "/failure_reason",
            ),
            ("2026-05-31 22:26:39 -04:00", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("2026-06-01T04:26:39+02:00", r#""2026-06-01T02:26:39.000Z""#, "/finished_at"),
            ("2026-06-01 02:26:39 UTC", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("2026-06-01", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("`a.py` and `b/c.py`", r#"["b/c.py", "a.py"]"#, "/changed_files"),
            ("2", r#"["b/c.py", "a.py"]"#, "/changed_files"),
            ("none", "[]", "/changed_files"),
            ("`harness/evals/health.sh  --json`", r#""harness/evals/health.sh --json""#, "/command"),
        ] {
            assert!(same(stated, Some(&node(found)), pointer), "{stated} is {found}");
        }
        assert!(same("none", None, "/baseline/engine"));
    }

    #[test]
    fn what_differs_is_never_the_same() {
        for (stated, found, pointer) in [
            ("true", "false", "/x"),
            ("maybe", "true", "/x"),
            ("1", "2", "/x"),
            ("1 failure", "1", "/x"),
            ("41,20", "4120", "/x"),
            ("", "0", "/x"),
            ("none", "0", "/x"),
            ("none", r#""fail""#, "/failure_reason"),
            ("pass", r#""passed""#, "/status"),
            ("Qwen3.6-35B-A3B", r#""qwen3.6-35b-a3b""#, "/case_model"),
            ("2026-06-01T02:26:39Z", r#""2026-06-01T02:26:40Z""#, "/finished_at"),
            ("2026-05-31", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("a.py", r#"["b/c.py", "a.py"]"#, "/changed_files"),
            ("none", r#"["a.py"]"#, "/changed_files"),
            ("null", r#"{"a": 1}"#, "/patch"),
        ] {
            assert!(!same(stated, Some(&node(found)), pointer), "{stated} is not {found}");
        }
        assert!(!same("fake", None, "/baseline/engine"));
    }
}
