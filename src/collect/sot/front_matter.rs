//! Front matter: YAML between two lines of dashes, each key and value with its place.
//!
//! What is wrong with it is told as facts; a key that stands twice keeps both values, for two readers
//! may see two documents.

use std::collections::HashSet;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Budget, DuplicateKeyPolicy, Location, SnippetMode, Spanned};

use super::model::{Field, FrontMatter, Problem, Said, Yaml};
use crate::text::Span;

/// Keys whose values are dates, YYYY-MM-DD.
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

fn parse(yaml: &str) -> Result<Entries, serde_saphyr::Error> {
    let mut budget = Budget::default();
    (budget.max_depth, budget.max_nodes, budget.max_aliases) = (32, 10_000, 100);
    let mut options = serde_saphyr::Options::default();
    options.budget = Some(budget);
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options::<Option<Entries>>(yaml, options).map(Option::unwrap_or_default)
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
    for field in &front.fields {
        let key = field.key.text.as_str();
        if !DATES.contains(&key) && !WORDS.contains(&key) {
            continue;
        }
        let what = match field.value.text().as_deref().map(unadorned) {
            None => Some(format!("`{key}` is not a word or a line of text")),
            Some("") => Some(format!("`{key}` is empty")),
            Some(text) if DATES.contains(&key) && !is_date(text) => {
                Some(format!("`{key}` is no date (YYYY-MM-DD)"))
            }
            Some(_) => None,
        };
        problems.extend(what.map(|what| Problem { what, span: field.span }));
    }
    front.problems.extend(problems);
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// A mapping with its places, in order, no key lost.
#[derive(Default)]
struct Entries(Vec<(Spanned<String>, Spanned<Yaml>)>);

impl Entries {
    /// Whether a key has this word as its value.
    fn gives(&self, key: &str, word: &str) -> bool {
        self.0.iter().filter(|(known, _)| known.value == key).any(|(_, value)| {
            value.value.text().is_some_and(|text| unadorned(&text).eq_ignore_ascii_case(word))
        })
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mapping;
        impl<'de> Visitor<'de> for Mapping {
            type Value = Entries;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping of keys to values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    entries.push((key, map.next_value::<Spanned<Yaml>>()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Mapping)
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyYaml)
    }
}

struct AnyYaml;

impl<'de> Visitor<'de> for AnyYaml {
    type Value = Yaml;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(i64::try_from(value).map_or_else(|_| Yaml::Text(value.to_string()), Yaml::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Yaml>()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            entries.push((key, map.next_value::<Yaml>()?));
        }
        Ok(Yaml::Map(entries))
    }
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
    fn what_is_wrong_is_told_with_its_place() {
        for (text, what, at) in [
            ("# Title\n", "no front matter", ""),
            ("---\ntitle: a\n", "no line of three dashes", "---\n"),
            ("---\ntitle: a\ntitle: b\n---\n", "twice", "title"),
            ("---\ncreated: 2026-02-30\n---\n", "no date", "2026-02-30"),
            ("---\ncreated: soon\n---\n", "no date", "soon"),
            ("---\nstatus: [a]\n---\n", "not a word", ""),
            ("---\nowner:\n---\n", "is empty", ""),
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
