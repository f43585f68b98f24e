//! Whether a document's word and a report's value mean the same.
//!
//! `true` and `yes`, `1` and `1.`, a time in any zone, a status in any case are the same; names of models,
//! commands and files are compared letter by letter.

use super::dress::{remark_behind, remark_cut, unadorned};
use crate::collect::sot::NUMBERS;
use crate::evidence::{Node, Value};
use crate::text::time::{self, time};
use crate::text::{is_cross, is_tick};

/// Whether a text without a remark says what stands at `pointer`; `found` is `None` where nothing stands there.
pub(super) fn says(stated: &str, found: Option<&Node>, pointer: &str) -> bool {
    let is_number = |wanted: Number| {
        number(stated, pointer) == Some(wanted)
            || wanted == Number::Whole(0) && counts(pointer) && stated.eq_ignore_ascii_case("none")
    };
    match found.map(|node| &node.value) {
        None | Some(Value::Null) => is_nothing(stated),
        Some(Value::Bool(value)) => truth(stated) == Some(*value),
        Some(Value::Int(value)) => is_number(Number::Whole(i128::from(*value))),
        Some(Value::UInt(value)) => is_number(Number::Whole(i128::from(*value))),
        Some(Value::Float(value)) => is_number(Number::of(*value)),
        Some(Value::String(text)) => same_text(stated, text, pointer),
        Some(Value::List(items)) => same_list(stated, items, pointer),
        Some(Value::Map(_)) => false,
    }
}

/// The zone of a stated time that nobody can look up, where the report gives a time.
pub(super) fn unknown_zone<'t>(stated: &'t str, found: Option<&Node>) -> Option<&'t str> {
    let found = found.and_then(Node::as_str).and_then(time)?;
    let bare = remark_behind(unadorned(stated), true).map(|(bare, _)| bare);
    time::unknown_zone(unadorned(stated), found).or_else(|| time::unknown_zone(bare?, found))
}

/// Whether a text is no time that anybody could read, where the report gives a time.
pub(super) fn is_unread_time(stated: &str, found: Option<&Node>) -> bool {
    let stated = unadorned(stated);
    let cut = [remark_cut(stated), remark_behind(stated, true), remark_behind(stated, false)];
    let mut all = cut.into_iter().flatten().map(|(bare, _)| bare).chain([stated]);
    found.and_then(Node::as_str).and_then(time).is_some() && !is_nothing(stated) && !all.any(time::is_time)
}

/// Whether a document gives a commit's subject. A dash before it, or brackets around it, are the document's.
pub(super) fn same_subject(stated: &str, found: &str) -> bool {
    let bare = unadorned(stated).trim_start_matches(['-', '–', '—', '−', ' ']);
    let inside = bare.strip_prefix('(').and_then(|bare| bare.strip_suffix(')'));
    [stated, bare, inside.unwrap_or(bare)].into_iter().any(|stated| same_words(unadorned(stated), found))
        || same_words(stated, found)
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

pub(super) fn field(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

/// Whether a field counts things: of such a one, none are zero. An exit code that is none is no zero.
fn counts(pointer: &str) -> bool {
    matches!(field(pointer), "passed" | "failed" | "bytes")
}

/// Whether a field holds one of a few words, and no name.
pub(super) fn is_word(pointer: &str) -> bool {
    let field = field(pointer);
    matches!(field, "kind" | "backend" | "endpoint_config" | "engine") || field.ends_with("status")
}

pub(super) fn is_nothing(stated: &str) -> bool {
    let words =
        ["", "none", "null", "nil", "nothing", "n/a", "-", "–", "—", "no", "not set", "unset", "absent"];
    let inside = stated.strip_prefix('(').and_then(|stated| stated.strip_suffix(')'));
    words.contains(&inside.unwrap_or(stated).to_lowercase().as_str())
}

fn truth(stated: &str) -> Option<bool> {
    match stated.to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Some(true),
        "false" | "no" | "n" | "off" => Some(false),
        mark if mark.chars().all(|c| is_tick(c) || c == '\u{fe0f}') && !mark.is_empty() => Some(true),
        mark if mark.chars().all(|c| is_cross(c) || c == '\u{fe0f}') && !mark.is_empty() => Some(false),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
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

pub(super) fn number(stated: &str, pointer: &str) -> Option<Number> {
    let units: &[&str] = match field(pointer) {
        "bytes" => &["bytes", "byte", "b"],
        "passed" | "failed" => &[" tests", " test"],
        "changed_files" => &[" files", " file"],
        _ => &[],
    };
    let stated = units.iter().fold(stated, |text, unit| {
        let start = text.len().saturating_sub(unit.len());
        match text.get(start..) {
            Some(end) if end.eq_ignore_ascii_case(unit) => text.get(..start).unwrap_or_default().trim_end(),
            _ => text,
        }
    });
    let stated = whole_of(stated).unwrap_or(stated);
    if let Some(number) = spelled(stated) {
        return Some(Number::Whole(number));
    }
    let digits = |c: char| c.is_ascii_digit();
    let grouped = stated.contains([',', '_'])
        && stated.split([',', '_']).skip(1).all(|group| group.len() == 3 && group.chars().all(digits));
    let plain = if grouped { stated.replace([',', '_'], "") } else { stated.to_owned() };
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return None;
    }
    plain.parse().map(Number::Whole).ok().or_else(|| plain.parse::<f64>().ok().map(Number::of))
}

/// A number that is written as a word.
fn spelled(stated: &str) -> Option<i128> {
    let number = NUMBERS.iter().position(|word| stated.eq_ignore_ascii_case(word))?;
    i128::try_from(number).ok()
}

/// `4` of `4 of 4`, `4 out of 4` and `4/4`.
fn whole_of(stated: &str) -> Option<&str> {
    let parts = [" out of ", " of ", "/"].iter().find_map(|of| stated.split_once(of));
    let (part, whole) = parts.map(|(part, whole)| (part.trim(), whole.trim()))?;
    (part == whole).then_some(part)
}

fn same_text(stated: &str, found: &str, pointer: &str) -> bool {
    if same_words(stated, found) {
        return true;
    }
    if let (Some(a), Some(b)) = (time(unadorned(stated)), time(unadorned(found))) {
        return a.same(b);
    }
    let word = |text: &str| unadorned(text).to_lowercase().replace(['_', '-'], " ");
    match field(pointer) {
        _ if is_word(pointer) => word(stated) == word(found) || ended(stated).is_some_and(|it| it == found),
        "failure_reason" => same_words(&stated.to_lowercase(), &found.to_lowercase()),
        "sha256" => same_digest(&digest(stated), &digest(found)),
        _ => false,
    }
}

/// The status that a run ended with, by the verb for it.
fn ended(stated: &str) -> Option<&'static str> {
    match stated.to_lowercase().as_str() {
        "passed" => Some("pass"),
        "failed" => Some("fail"),
        _ => None,
    }
}

/// Whether a digest is the other one, or that one's beginning: `07cf572e5a06…`.
fn same_digest(stated: &str, found: &str) -> bool {
    let cut = stated.trim_end_matches('…').trim_end();
    let is_cut = cut.len() >= SHORTEST && cut.bytes().all(|byte| byte.is_ascii_hexdigit());
    stated == found || is_cut && found.starts_with(cut)
}

/// A digest that is cut shorter says nothing.
const SHORTEST: usize = 8;

/// A digest without the name of its algorithm.
fn digest(text: &str) -> String {
    let text = unadorned(text).to_lowercase();
    let bare = ["sha256:", "sha-256:"].iter().find_map(|name| text.strip_prefix(name));
    bare.map_or_else(|| text.clone(), |bare| bare.trim().to_owned())
}

fn same_list(stated: &str, items: &[Node], pointer: &str) -> bool {
    if items.is_empty() {
        let bare = stated.strip_suffix(" files").filter(|_| field(pointer) == "changed_files");
        return is_nothing(bare.unwrap_or(stated))
            || stated == "[]"
            || number(stated, pointer) == Some(Number::Whole(0));
    }
    if let Some(Number::Whole(count)) = number(stated, pointer) {
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

#[cfg(test)]
mod tests {
    use super::super::remark::same;
    use super::*;

    fn node(json: &str) -> Node {
        let base = crate::evidence::json::Base::whole(crate::text::SourceId(0));
        crate::evidence::json::parse(json.as_bytes(), base).expect("JSON").node
    }

    fn means(stated: &str, found: Option<&Node>, pointer: &str) -> bool {
        let profile = crate::profile::Profile::built_in().expect("sound");
        same(stated, found, pointer, &profile)
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
            ("passed", r#""pass""#, "/status"),
            ("Failed.", r#""fail""#, "/tests/status"),
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
            assert!(means(stated, Some(&node(found)), pointer), "{stated} is {found}");
        }
        assert!(means("none", None, "/baseline/engine"));
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
            ("passed", r#""fail""#, "/status"),
            ("passed", r#""admitted""#, "/status"),
            ("Qwen3.6-35B-A3B", r#""qwen3.6-35b-a3b""#, "/case_model"),
            ("2026-06-01T02:26:39Z", r#""2026-06-01T02:26:40Z""#, "/finished_at"),
            ("2026-05-31", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("a.py", r#"["b/c.py", "a.py"]"#, "/changed_files"),
            ("none", r#"["a.py"]"#, "/changed_files"),
            ("pass ❌", r#""pass""#, "/status"),
            ("true ✗", "true", "/case_process_started"),
            ("null", r#"{"a": 1}"#, "/patch"),
        ] {
            assert!(!means(stated, Some(&node(found)), pointer), "{stated} is not {found}");
        }
        assert!(!means("fake", None, "/baseline/engine"));
    }

    #[test]
    fn harmless_dress_makes_no_value_another_one() {
        for (stated, found, pointer) in [
            ("fail (as expected)", r#""fail""#, "/status"),
            ("fail (as expected, see below).", r#""fail""#, "/status"),
            ("fail[^1]", r#""fail""#, "/status"),
            ("fail (as expected)[^note].", r#""fail""#, "/status"),
            ("pass ✅", r#""pass""#, "/status"),
            ("fail ❌", r#""fail""#, "/status"),
            ("fail ☒", r#""fail""#, "/status"),
            ("pass ✔\u{fe0f} (4 tests)", r#""pass""#, "/status"),
            ("“pass”", r#""pass""#, "/status"),
            ("„qwen-local“", r#""qwen-local""#, "/case_model_provider"),
            ("qwen-local (the local one)", r#""qwen-local""#, "/case_model_provider"),
            ("1 (protocol error)", "1", "/backend_exit_code"),
            ("1 (failed)", "1", "/backend_exit_code"),
            ("true (pid 4711)", "true", "/case_process_started"),
            ("sha256:AB12", r#""ab12""#, "/patch/sha256"),
            ("`sha256: ab12`", r#""ab12""#, "/patch/sha256"),
            ("07cf572e…", r#""07cf572e5a06ee""#, "/patch/sha256"),
            ("sha256:07CF572E5A06", r#""07cf572e5a06ee""#, "/patch/sha256"),
            ("none", "0", "/tests/failed"),
            ("zero", "0", "/tests/failed"),
            ("Zero", "0", "/backend_exit_code"),
            ("4 of 4", "4", "/tests/passed"),
            ("4/4", "4", "/tests/passed"),
            ("none (as expected)", "[]", "/changed_files"),
            ("a.py (the fix)", r#"["a.py"]"#, "/changed_files"),
            ("2026-06-01T02:26:39Z (at night)", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("fail (all of it)", r#""fail (all of it)""#, "/failure_reason"),
            ("pass!", r#""pass""#, "/status"),
            ("pass (verified)", r#""pass""#, "/status"),
            ("blocked (endpoint)", r#""blocked""#, "/status"),
            ("qwen-local (unchanged)", r#""qwen-local""#, "/case_model_provider"),
            ("4 (tests)", "4", "/tests/passed"),
            ("4120b", "4120", "/patch/bytes"),
            ("1 (killed)", "1", "/backend_exit_code"),
        ] {
            assert!(means(stated, Some(&node(found)), pointer), "{stated} is {found}");
        }
    }

    #[test]
    fn no_false_word_hides_in_dress() {
        for (stated, found, pointer) in [
            ("pass (not really)", r#""pass""#, "/status"),
            ("pass (expected)", r#""pass""#, "/status"),
            ("pass (failed)", r#""pass""#, "/status"),
            ("fail (but it passed)", r#""fail""#, "/status"),
            ("pass, but only once", r#""pass""#, "/status"),
            ("pass — later", r#""pass""#, "/status"),
            ("pass; later", r#""pass""#, "/status"),
            ("true (false)", "true", "/x"),
            ("0 (1)", "0", "/x"),
            ("none", "0", "/backend_exit_code"),
            ("none", "1", "/tests/failed"),
            ("3 of 4", "4", "/tests/passed"),
            ("3 of 4", "3", "/tests/passed"),
            ("07cf572f…", r#""07cf572e5a06ee""#, "/patch/sha256"),
            ("07cf57…", r#""07cf572e5a06ee""#, "/patch/sha256"),
            ("sha256:ab13", r#""ab12""#, "/patch/sha256"),
            ("sha512:ab12", r#""ab12""#, "/patch/sha256"),
            ("a.py (b.py)", r#"["a.py"]"#, "/changed_files"),
            ("a.py (and Makefile)", r#"["a.py"]"#, "/changed_files"),
            ("a.py, b.py", r#"["a.py"]"#, "/changed_files"),
            ("qwen-local (and anthropic)", r#""qwen-local""#, "/case_model_provider"),
            ("qwen (claude-sonnet-4-6)", r#""qwen""#, "/case_model"),
            ("2026-06-01T02:26:39 (Europe/Paris)", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("2026-06-01T02:26:39[Europe/Paris]", r#""2026-06-01T02:26:39Z""#, "/finished_at"),
            ("✅", "null", "/failure_reason"),
            ("qwen-local (anthropic)", r#""qwen-local""#, "/case_model_provider"),
            ("qwen-local (at first anthropic)", r#""qwen-local""#, "/case_model_provider"),
            ("src/a.py (Makefile)", r#"["src/a.py"]"#, "/changed_files"),
            ("case (fake)", r#""case""#, "/backend"),
            ("case (the fake engine)", r#""case""#, "/backend"),
            ("run (validator)", r#""run""#, "/kind"),
            ("present (missing)", r#""present""#, "/endpoint_config"),
            ("admitted (not_admitted)", r#""admitted""#, "/source_admission_status"),
            ("pass (error)", r#""pass""#, "/status"),
            ("pass (with an error)", r#""pass""#, "/status"),
            ("pass (blocked)", r#""pass""#, "/status"),
            ("none (timeout)", "null", "/failure_reason"),
            ("none (it timed out by error)", "null", "/failure_reason"),
            ("0 (killed)", "0", "/backend_exit_code"),
            ("2b", "2", "/stage"),
            ("0b", "0", "/backend_exit_code"),
            ("2 bytes", "2", "/tests/passed"),
            ("(pass)", r#""fail""#, "/status"),
        ] {
            assert!(!means(stated, Some(&node(found)), pointer), "{stated} is not {found}");
        }
    }

    #[test]
    fn a_subject_is_the_commit_s_own_in_any_dress() {
        for stated in
            ["Add a (b)", "— Add a (b)", "- Add a (b).", "(Add a (b))", "“Add a (b)”", "– `Add a (b)`"]
        {
            assert!(same_subject(stated, "Add a (b)"), "{stated}");
        }
        assert!(same_subject("(Add a)", "(Add a)"));
        for stated in ["Add a", "(Add a) (b)", "—", "Add a (b) — mostly"] {
            assert!(!same_subject(stated, "Add a (b)"), "{stated}");
        }
    }
}
