use zeroize::Zeroizing;

use super::*;
use crate::endpoint::Endpoints;

const URL: &str = "http://Spark9.tail4f2a.ts.net.:8000/v1";
const HOST: &str = "spark9.tail4f2a.ts.net";

fn endpoints(value: &str) -> Endpoints {
    let mut endpoints = Endpoints::none();
    endpoints.add(Zeroizing::new(value.as_bytes().to_vec()), "a test").expect("a value");
    endpoints
}

fn pepper(seed: u8) -> Pepper {
    Pepper::new(hex(&(0..32).map(|at| at ^ seed).collect::<Vec<u8>>()).as_bytes()).expect("strong")
}

fn checker(text: &str, pepper: Option<Pepper>, store: Store) -> Checker {
    let mut fingerprints = Fingerprints::default();
    fingerprints.add("endpoint.fingerprint", text).expect("sound");
    Checker::new(fingerprints, pepper, store)
}

#[test]
fn a_keyed_fingerprint_finds_its_host_with_the_pepper_alone() {
    let text = make(&endpoints(URL), Some(&pepper(7))).expect("made");
    assert!(!text.to_lowercase().contains("spark") && !text.contains("tail4f2a"), "{text}");
    let right = checker(&text, Some(pepper(7)), Store::in_memory());
    assert_eq!(right.check("SPARK9.tail4f2a.ts.net."), Verdict::Matches(Mode::Keyed));
    assert_eq!(right.check("spark8.tail4f2a.ts.net"), Verdict::Other);
    assert_eq!(right.gaps(), [""; 0]);
    assert_eq!(checker(&text, Some(pepper(8)), Store::in_memory()).check(HOST), Verdict::Other);

    let without = checker(&text, None, Store::in_memory());
    assert_eq!(without.check(HOST), Verdict::Other);
    assert!(without.gaps()[0].contains("COUNTERFOIL_PEPPER"));
}

#[test]
fn a_public_fingerprint_is_twelve_bits_and_only_warns() {
    let text = make(&endpoints("http://100.101.102.103:8000"), None).expect("made");
    let tag = text.trim().rsplit_once("tag=").expect("a tag").1;
    assert_eq!(tag.len(), 3);
    let checker = checker(&text, None, Store::in_memory());
    assert_eq!(checker.check("100.101.102.103"), Verdict::Matches(Mode::Public));
    assert_eq!(checker.check("::ffff:100.101.102.103"), Verdict::Matches(Mode::Public));
    assert_eq!(checker.gaps(), [""; 0]);
}

#[test]
fn a_known_tag_stays_the_same_from_version_to_version() {
    // Reckoned apart from this code, with the bindings of the reference implementation (argon2-cffi).
    let salt = *b"0123456789abcdef";
    let pepper = Pepper::new(b"0123456789abcdef0123456789ABCDEF-32-or-more").expect("strong");
    let tag = tag(Mode::Keyed, &salt, Some(&pepper), HOST).expect("hashed");
    assert_eq!(tag, "a59b7d546b2295217ed1d200249c94b8");
}

#[test]
fn the_limit_on_hashes_is_a_gap() {
    let text = make(&endpoints(URL), None).expect("made");
    let checker = checker(&text, None, Store::in_memory()).with_most_hashes(0);
    assert_eq!(checker.check("a.example"), Verdict::Unknown);
    assert_eq!(checker.check("a.example"), Verdict::Unknown);
    assert_eq!(checker.check("b.example"), Verdict::Unknown);
    assert!(checker.gaps()[0].starts_with("2 hosts were not compared"), "{:?}", checker.gaps());
}

#[test]
fn the_store_keeps_others_only_and_saves_their_hashes() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = make(&endpoints(URL), Some(&pepper(7))).expect("made");
    let first = checker(&text, Some(pepper(7)), Store::at(folder.path()));
    assert_eq!(first.check("other.example"), Verdict::Other);
    assert_eq!(first.check(HOST), Verdict::Matches(Mode::Keyed));
    first.save();

    let kept = std::fs::read(folder.path().join("other-hosts")).expect("kept");
    assert_eq!(kept.len(), 16, "one host, and not the value's");
    let again = checker(&text, Some(pepper(7)), Store::at(folder.path())).with_most_hashes(0);
    assert_eq!(again.check("other.example"), Verdict::Other);
    assert_eq!(again.check(HOST), Verdict::Unknown, "a match is reckoned anew");
    let other_pepper = checker(&text, Some(pepper(9)), Store::at(folder.path())).with_most_hashes(0);
    assert_eq!(other_pepper.check("other.example"), Verdict::Unknown, "another question");
}

#[test]
fn values_peppers_and_lines_that_are_none_are_refused() {
    assert_eq!(make(&endpoints("not a url"), None), Err(FingerprintError::NoHost));
    for weak in ["", "short"] {
        assert!(matches!(Pepper::new(weak.as_bytes()), Err(FingerprintError::WeakPepper)), "{weak}");
    }
    for dull in ["a".repeat(64), "0".repeat(64), "ab".repeat(32), "x".repeat(99)] {
        assert!(matches!(Pepper::new(dull.as_bytes()), Err(FingerprintError::DullPepper)), "{dull}");
    }
    assert!(!format!("{:?}", pepper(3)).contains("03"));
    let salt = "00".repeat(16);
    let sound = format!("counterfoil-fingerprint v1 public argon2id m=65536,t=3,p=1 salt={salt} tag=abc");
    assert_eq!(Fingerprints::default().add("f", &format!("# text\n\n{sound}\n")), Ok(()));
    for (wrong, right) in [
        ("v2", "v1"),
        ("private", "public"),
        ("m=9999999,", "m=65536,"),
        ("salt=0", "salt=00"),
        ("tag=abcd", "tag=abc"),
        ("tag=xyz", "tag=abc"),
        ("tag=abc more", "tag=abc"),
    ] {
        let line = sound.replace(right, wrong);
        let error = Fingerprints::default().add("f", &format!("\n{line}")).expect_err(&line);
        assert!(error.to_string().starts_with("f:2: "), "{error}");
    }
    for nothing in ["", "\n", "# a comment\n  \n"] {
        let error = Fingerprints::default().add("f", nothing).expect_err("nothing to search for");
        assert!(error.to_string().starts_with("f:1: no fingerprint stands in this file"), "{error}");
    }
}

#[test]
fn hosts_have_one_spelling() {
    for (host, spelling) in [
        ("A.B.", Some("a.b")),
        ("100.64.0.1", Some("100.64.0.1")),
        ("FD7A:115C:A1E0:0::1", Some("fd7a:115c:a1e0::1")),
        ("::ffff:1.2.3.4", Some("1.2.3.4")),
        ("1.2.3", None),
        ("a..b", None),
        ("", None),
        ("a b", None),
    ] {
        assert_eq!(normal(host).map(|host| host.to_string()), spelling.map(str::to_owned), "{host}");
    }
    for (value, host) in [
        ("http://me:x@[fd7a:115c:a1e0::1%eth0]:80/v1", "fd7a:115c:a1e0::1"),
        ("spark9.tail4f2a.ts.net:8000/v1", HOST),
        ("100.101.102.103", "100.101.102.103"),
        ("fd7a:115c:a1e0::1", "fd7a:115c:a1e0::1"),
    ] {
        assert_eq!(host_of(value.as_bytes()).expect(value).as_str(), host);
    }
}
