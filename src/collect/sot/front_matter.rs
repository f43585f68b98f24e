//! Front matter: YAML between two lines of dashes, each key and value with its place.
//!
//! What is wrong with it is told as facts; a key that stands twice keeps both values, for two readers
//! may see two documents.

use std::collections::HashSet;
use std::ops::Range;

use serde_saphyr::{Location, SnippetMode};

use super::model::{Field, FrontMatter, Problem, Said, Yaml};
use super::yaml::{Entries, parse};
use crate::text::Span;
use crate::text::time::time;

/// Keys whose values are dates: YYYY-MM-DD, or a time, of which the day in UTC counts.
const DATES: [&str; 2] = ["created", "last_reviewed"];
/// Keys whose values are words.
const WORDS: [&str; 6] =
    ["title", "status", "lifecycle_classification", "owner", "core_promotion_status", "route"];

/// Where the YAML stands, and where the body begins; both offsets into `text`.
pub(super) struct Split {
    pub yaml: Option<Range<usize>>,
    /// False where no line ends the front matter that a first line began.
    pub closed: bool,
    pub body: usize,
}

pub(super) fn split(text: &str) -> Split {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = text.get(start..).unwrap_or_default();
    let mut lines = rest.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else {
        return Split { yaml: None, closed: true, body: start };
    };
    let yaml = start + first.len();
    let mut at = yaml;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Split { yaml: Some(yaml..at), closed: true, body: at + line.len() };
        }
        at += line.len();
    }
    Split { yaml: Some(yaml..text.len()), closed: false, body: yaml }
}

const CLASSIFICATION: &str = "lifecycle_classification";

/// Whether front matter gives this classification: where it is written plainly, broken YAML is no matter; else
/// the YAML's reader is asked.
pub(super) fn has_classification(text: &str, classification: &str) -> bool {
    let Some(yaml) = split(text).yaml.and_then(|range| text.get(range)) else { return false };
    let mut keys = yaml.match_indices(CLASSIFICATION).peekable();
    let there = keys.peek().is_some();
    let plainly = keys.any(|(at, key)| {
        let rest = yaml.get(at + key.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let Some(value) = rest.strip_prefix(':') else { return false };
        let value = value.split(['\n', ',', '}', '#']).next().unwrap_or_default();
        unadorned(value).eq_ignore_ascii_case(classification)
    });
    plainly || there && parse(yaml).is_ok_and(|entries| entries.gives(CLASSIFICATION, classification))
}

/// A value without the marks that carry no meaning: quotes, code spans, a full stop.
pub(super) fn unadorned(value: &str) -> &str {
    value.trim().trim_end_matches('.').trim_matches(['"', '\'', '`']).trim_end_matches('.').trim()
}

pub(super) fn read(text: &str, split: &Split) -> FrontMatter {
    let Some(range) = split.yaml.clone() else {
        let problems = vec![Problem { what: "there is no front matter".to_owned(), span: Span::new(0, 0) }];
        return FrontMatter { span: None, fields: Vec::new(), problems };
    };
    let mut front =
        FrontMatter { span: Some(Span::of(range.clone())), fields: Vec::new(), problems: Vec::new() };
    if !split.closed {
        front.problem("no line of three dashes ends the front matter", Span::of(0..range.start));
        return front;
    }
    let yaml = text.get(range.clone()).unwrap_or_default();
    match parse(yaml) {
        Ok(entries) if entries.0.is_empty() => {
            front.problem("the front matter is empty", Span::of(0..split.body.min(text.len())));
        }
        Ok(entries) => fields(&mut front, entries, range.start),
        Err(error) => {
            let at = range.start + fault_at(yaml, &error);
            let before = text.as_bytes().get(..range.start).unwrap_or_default();
            let lines = memchr::memchr_iter(b'\n', before).count() as u64;
            let said = serde_saphyr::render_options! { snippets: SnippetMode::Off, line_offset: lines };
            let error = error.render_with_options(said);
            front.problem(&format!("the front matter is not YAML: {error}"), line_of(text, at));
        }
    }
    check(&mut front);
    front
}

fn line_of(text: &str, at: usize) -> Span {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let after = text.as_bytes().get(at..).unwrap_or_default();
    Span::of(start..at + memchr::memchr(b'\n', after).unwrap_or(after.len()))
}

/// Where YAML is at fault, in bytes. What can't be read at all is placed by its line and column alone.
fn fault_at(yaml: &str, error: &serde_saphyr::Error) -> usize {
    let Some(at) = error.location() else { return 0 };
    let byte = at.span().byte_offset().and_then(|at| usize::try_from(at).ok());
    let by_line = || {
        let line = usize::try_from(at.line()).ok()?.checked_sub(1)?;
        let column = usize::try_from(at.column()).ok()?.saturating_sub(1);
        let start: usize = yaml.split_inclusive('\n').take(line).map(str::len).sum();
        let rest = yaml.get(start..)?;
        Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at))
    };
    byte.or_else(by_line).unwrap_or(0).min(yaml.len())
}

fn fields(front: &mut FrontMatter, entries: Entries, offset: usize) {
    let mut seen = HashSet::new();
    for (key, value) in entries.0 {
        let at = span(&key.referenced, offset);
        if !seen.insert(key.value.clone()) {
            front.problem(&format!("the key `{}` stands here twice", key.value), at);
        }
        front.fields.push(Field {
            key: Said { text: key.value.into(), span: at },
            span: span(&value.referenced, offset),
            value: value.value,
        });
    }
}

fn span(location: &Location, offset: usize) -> Span {
    let at = location.span();
    let start = at.byte_offset().unwrap_or(0);
    Span::new(start, start + at.byte_len().unwrap_or(0)).shifted(offset as u64)
}

fn check(front: &mut FrontMatter) {
    let mut problems = Vec::new();
    for field in &mut front.fields {
        let key = field.key.text.as_str();
        if !DATES.contains(&key) && !WORDS.contains(&key) {
            continue;
        }
        let what = match field.value.text().as_deref().map(unadorned) {
            None => Some(format!("`{key}` is not a word or a line of text")),
            Some("") => Some(format!("`{key}` is empty")),
            Some(text) if DATES.contains(&key) => match time(text) {
                None => Some(format!("`{key}` is no date (YYYY-MM-DD)")),
                Some(time) => {
                    field.value = Yaml::Text(time.day().to_string());
                    None
                }
            },
            Some(_) => None,
        };
        problems.extend(what.map(|what| Problem { what, span: field.span }));
    }
    front.problems.extend(problems);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> FrontMatter {
        read(text, &split(text))
    }

    fn shown(text: &str, span: Span) -> &str {
        &text[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()]
    }

    #[test]
    fn keys_and_values_stand_where_they_were_written() {
        let text = "---\r\ntitle: Ünder way\r\nowner: jp\r\ncreated: 2026-06-01\r\n---\r\nBody\r\n";
        let front = read_all(text);
        assert_eq!(front.problems, []);
        let at: Vec<_> = front.fields.iter().map(|f| (f.key.text.as_str(), shown(text, f.span))).collect();
        assert_eq!(at, [("title", "Ünder way"), ("owner", "jp"), ("created", "2026-06-01")]);
        assert_eq!(text[split(text).body..].trim(), "Body");
    }

    #[test]
    fn a_code_span_around_a_value_carries_no_meaning() {
        let text = "---\ntitle: `a: b`.\nroute: `cto`\r\nowner: jp\n---\n";
        let front = read_all(text);
        assert_eq!(front.problems, []);
        let at: Vec<_> =
            front.fields.iter().map(|f| (f.value.text().unwrap(), shown(text, f.span))).collect();
        let at: Vec<_> = at.iter().map(|(value, span)| (value.as_str(), *span)).collect();
        assert_eq!(at, [("a: b", "`a: b`"), ("cto", "`cto`"), ("jp", "jp")]);
        assert!(has_classification("---\nlifecycle_classification: `sot`.\n---\n", "sot"));
        assert_eq!(read_all("---\ntitle: `a\n---\n").problems.len(), 1);
    }

    #[test]
    fn a_date_in_another_zone_is_the_day_in_utc() {
        for (stated, day) in [
            ("2026-05-31", "2026-05-31"),
            ("2026-05-31T22:26:39-04:00", "2026-06-01"),
            ("2026-05-31 22:26:39 -04:00", "2026-06-01"),
            ("'2026-06-01T01:00:00+02:00'", "2026-05-31"),
            ("2026-06-01T00:00:00Z", "2026-06-01"),
            ("2026-06-01 23:59:59", "2026-06-01"),
        ] {
            let text = format!("---\nlast_reviewed: {stated}\n---\n");
            let front = read_all(&text);
            assert_eq!(front.problems, [], "{stated}");
            assert_eq!(front.fields[0].value, Yaml::Text(day.to_owned()), "{stated}");
            assert_eq!(shown(&text, front.fields[0].span).trim_matches('\''), stated.trim_matches('\''));
        }
        for none in
            ["2026-06-01T25:00:00Z", "2026-06-31T00:00:00Z", "2026-06-01T00:00:00[Middle/Earth]", "12:30"]
        {
            assert_eq!(read_all(&format!("---\ncreated: {none}\n---\n")).problems.len(), 1, "{none}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, what, at) in [
            ("# Title\n", "no front matter", ""),
            ("---\ntitle: a\n", "no line of three dashes", "---\n"),
            ("---\ntitle: a\ntitle: b\n---\n", "twice", "title"),
            ("---\ncreated: 2026-02-30\n---\n", "no date", "2026-02-30"),
            ("---\ncreated: soon\n---\n", "no date", "soon"),
            ("---\nstatus: [a]\n---\n", "not a word", ""),
            ("---\nowner:\n---\n", "`owner` is empty", ""),
            ("---\n---\n", "the front matter is empty", "---\n---\n"),
            ("---\n# title: a\n---\n", "the front matter is empty", "# title: a"),
            ("---\ntitle: a: b: c\n---\n", "not YAML", "title: a: b: c"),
            ("---\n- a\n---\n", "not YAML", "- a"),
            ("---\na: {b: [c\n---\n", "not YAML", ""),
        ] {
            let front = read_all(text);
            let [problem] = &front.problems[..] else { panic!("{text}: {:?}", front.problems) };
            assert!(problem.what.contains(what), "{text}: {}", problem.what);
            assert!(shown(text, problem.span).contains(at), "{text}: {:?}", shown(text, problem.span));
        }
    }

    #[test]
    fn broken_yaml_is_told_by_the_lines_of_the_file() {
        for (text, line, at) in [
            ("---\ntitle: Ünder\nowner: ü\nroute: a: b\n---\n", 4, "route: a: b"),
            ("\u{feff}---\r\ntitle: ü\r\nroute: a: b\r\n---\r\n", 3, "route: a: b"),
            ("---\ntitle: ü\n- a\n---\n", 3, "- a"),
            ("---\ntitle: ü\ncreated: [1\nowner: a\n---\n", 4, "owner: a"),
        ] {
            let front = read_all(text);
            let [problem] = &front.problems[..] else { panic!("{text}: {:?}", front.problems) };
            assert!(problem.what.contains(&format!("line {line}, ")), "{text}: {}", problem.what);
            assert_eq!(shown(text, problem.span).trim_end(), at, "{text}");
        }
    }

    #[test]
    fn a_classification_is_seen_even_in_broken_yaml() {
        assert!(has_classification("---\na: b: c\nlifecycle_classification: \"sot\".\n---\n", "sot"));
        assert!(has_classification("---\n{lifecycle_classification: sot, a: b}\n---\n", "sot"));
        for value in
            ["&c sot", "!!str sot", ">-\n  sot", "|\n  sot", "\n  sot", "\n  \"sot\"", "\"s\\x6ft\""]
        {
            let text = format!("---\nlifecycle_classification: {value}\n---\n");
            assert!(has_classification(&text, "sot"), "{text}");
        }
        assert!(has_classification("---\n? lifecycle_classification\n: sot\n---\n", "sot"));
        assert!(!has_classification("---\nlifecycle_classification: >-\n  sotto\n---\n", "sot"));
        assert!(!has_classification("---\nlifecycle_classification: sotto\n---\n", "sot"));
        assert!(!has_classification("lifecycle_classification: sot\n", "sot"));
    }

    #[test]
    fn hostile_yaml_is_a_problem_and_no_more() {
        let bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\n---\n";
        assert_eq!(read_all(bomb).problems.len(), 1);
        let deep = format!("---\na: {}\n---\n", "[".repeat(10_000));
        assert_eq!(read_all(&deep).problems.len(), 1);
    }
}
