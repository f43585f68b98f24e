//! What of JSON is read, and what is refused.

use super::*;

fn read(text: &str) -> Result<Parsed, JsonError> {
    parse(text.as_bytes(), Base::whole(SourceId(0)))
}

#[test]
fn every_value_knows_its_bytes() {
    let text = r#"{"a": [1, "zwei\u0021", null], "b": {"c": -2.5e1}}"#;
    let parsed = read(text).expect("valid");
    let at = |pointer: &str| {
        let (node, found) = parsed.node.resolve(&Pointer::parse(pointer));
        assert!(found, "{pointer}");
        let span = node.place.expect("placed").span;
        &text[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()]
    };
    assert_eq!(at("/a/1"), r#""zwei\u0021""#);
    assert_eq!(at("/b"), r#"{"c": -2.5e1}"#);
    assert_eq!(at("/a/2"), "null");
}

#[test]
fn a_missing_key_resolves_to_the_object_that_lacks_it() {
    let parsed = read(r#"{"a": {"b": 1}}"#).expect("valid");
    let (node, found) = parsed.node.resolve(&Pointer::parse("/a/c/d"));
    assert!(!found);
    assert_eq!(node.place.expect("placed").span, Span::new(6, 14));
}

#[test]
fn a_duplicate_key_is_told_with_both_places_and_the_last_value_counts() {
    let parsed = read(r#"{"s": "fail", "s": "pass"}"#).expect("valid");
    assert_eq!(parsed.node.get("s").and_then(Node::as_str), Some("pass"));
    let [twice] = &parsed.duplicate_keys[..] else { panic!("one duplicate") };
    assert_eq!((twice.pointer.as_str(), twice.first.span.start, twice.again.span.start), ("/s", 1, 14));
}

#[test]
fn large_numbers_are_kept_and_told() {
    let parsed = read("[9007199254740992, 9007199254740993, 18446744073709551615, 1e400]").expect("valid");
    let told: Vec<_> = parsed.inexact_numbers.iter().map(|n| n.pointer.as_str()).collect();
    assert_eq!(told, ["/1", "/2", "/3"]);
    assert_eq!(parsed.node.as_list().expect("a list")[1].as_i64(), Some(9_007_199_254_740_993));
}

#[test]
fn what_is_not_json_is_refused_with_an_offset() {
    for (text, offset) in [
        ("", 0),
        ("{", 0),
        ("[1,]", 3),
        ("{'a':1}", 1),
        ("[1 2]", 3),
        ("{\"a\":01}", 5),
        ("nul", 0),
        ("1 2", 2),
        ("[0x1]", 1),
        ("[+1]", 1),
        ("[.5]", 1),
        ("[NaN]", 1),
        ("// c\n1", 0),
        ("\"a\nb\"", 0),
        ("\"\\x41\"", 0),
        ("\u{a0}1", 0),
        ("[1,\u{c}2]", 3),
        ("[\"\u{a0}\",\u{2003}1]", 6),
        ("\u{feff}1", 0),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.offset.abs_diff(offset) <= 3, "{text}: {error:?}");
    }
    assert_eq!(parse(b"\"\xff\"", Base::whole(SourceId(0))).expect_err("invalid").offset, 1);
}

#[test]
fn a_whole_number_is_an_integer_however_it_is_written() {
    let parsed = read("[362.0, 4e0, 2.5, 1e300, \"\u{a0}\"]").expect("valid");
    let list = parsed.node.as_list().expect("a list");
    assert_eq!([list[0].as_i64(), list[1].as_i64(), list[2].as_i64()], [Some(362), Some(4), None]);
    assert_eq!(list[4].as_str(), Some("\u{a0}"), "in a string any space may stand");
}

#[test]
fn what_people_write_by_hand_is_read_where_it_is_asked_for() {
    let text = "// c\n{provider: 'anthropic', \"model\": \"m\", n: +0x1F,}";
    assert!(read(text).is_err());
    let node = parse_loose(text.as_bytes(), Base::whole(SourceId(0))).expect("JSON5").node;
    assert_eq!(node.get("provider").and_then(Node::as_str), Some("anthropic"));
    assert_eq!(node.get("model").and_then(Node::as_str), Some("m"));
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    assert!(read(&"[".repeat(200_000)).is_err());
    assert!(read(&format!("{}{}", "[".repeat(400), "]".repeat(400))).is_ok());
}
