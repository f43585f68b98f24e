//! What of a run is told by no output though it is no part of the value, and what is left out because nobody asked.

use sha2::{Digest, Sha256};

use super::cli::{audit, counterfoil};
use super::rundir::{ID, PATCH, RunDir};

const VALUE: &str = "http://100.101.102.103:8000/v1";

#[test]
fn no_output_shows_the_digest_of_a_file_that_holds_the_value() {
    let leak = format!("{PATCH} // {VALUE}\n");
    let hex =
        |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (digest, known) = (hex(&leak), hex(PATCH));
    for stated in [&known, &digest] {
        let run = RunDir::proven();
        run.write("patch.diff", &leak);
        run.replace("report.json", &known, stated);
        let folder = run.path.parent().expect("a folder");
        std::fs::create_dir(folder.join(".sot")).expect("made");
        for line in [format!("Patch digest: {digest}."), format!("Patch digest: {known}.")] {
            let document = format!(
                "---\nlifecycle_classification: sot\n---\n\n## Evidence - 2026-06-01\n\n- Run artifact: {ID}\n- {line}\n"
            );
            std::fs::write(folder.join(".sot/a.md"), document).expect("written");
            let (told, code) = audit(folder, VALUE);
            assert_eq!(code, 1, "the leak is told");
            let claim = &told["claims"][0];
            assert_eq!(
                (&claim["verdict"], &claim["stated"]),
                (&"unverifiable".into(), &"‹withheld›".into())
            );
            for format in
                ["human", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html"]
            {
                let path = folder.to_str().expect("a plain path");
                let output = counterfoil(&["audit", path, "--format", format], Some(VALUE));
                let shown = [output.stdout, output.stderr].concat();
                assert!(!String::from_utf8_lossy(&shown).contains(&digest), "{format}: {line}");
            }
            let path = run.path.to_str().expect("a plain path");
            let output = counterfoil(&["evidence", path], Some(VALUE));
            assert!(!String::from_utf8_lossy(&output.stdout).contains(&digest));
        }
    }
}

#[test]
fn a_kind_that_is_asked_for_leaves_out_what_is_of_none() {
    let run = RunDir::proven();
    let folder = run.path.parent().expect("a folder");
    std::fs::create_dir(folder.join(".sot")).expect("made");
    std::fs::write(folder.join(".sot/a.md"), format!("at {VALUE}\n")).expect("written");
    std::fs::write(folder.join("notes.txt"), format!("at {VALUE}\n")).expect("written");
    let path = folder.to_str().expect("a plain path");
    for (only, wanted) in [
        ("runs", &[][..]),
        ("sot", &["endpoint/in-sot"]),
        ("runs,sot", &["endpoint/in-sot"]),
        ("runs,sot,git,scripts", &["endpoint/in-sot"]),
    ] {
        let output = counterfoil(&["audit", path, "--only", only, "--format", "json"], Some(VALUE));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = told["findings"].as_array().expect("a list");
        let rules = findings.iter().filter_map(|finding| finding["rule"].as_str());
        let rules: Vec<_> = rules.filter(|rule| rule.starts_with("endpoint/")).collect();
        assert_eq!(rules, wanted, "{only}");
    }
    let all = audit(folder, VALUE).0["findings"].to_string();
    assert!(all.contains("endpoint/in-other-artifact"), "{all}");
}

/// A value that was typed where none belongs, and is not known to the program, is not said again.
#[test]
fn an_error_does_not_repeat_what_looks_like_a_value() {
    const URL: &str = "http://spark9.tail4f2a.ts.net:8000/v1";
    for arguments in [
        &["audit", ".", "--endpoint-fd", URL][..],
        &["audit", ".", "--format", URL],
        &["audit", ".", "--only", &format!("runs,{URL}")],
        &["audit", ".", &format!("--{URL}")],
        &["audit", &format!("--limit-depth={URL}")],
        &["audit", URL],
        &["audit", ".", "--config", URL],
        &["audit", ".", "--profile", URL],
        &["audit", ".", "--rules", URL],
        &["audit", ".", "--range", URL],
        &["preflight", "spark9.tail4f2a.ts.net:8000"],
        &["rules", "explain", URL],
        &["seal", URL, "--key", URL],
        &["claim", URL],
        &[URL],
    ] {
        let output = counterfoil(arguments, None);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.code() == Some(2) && !said.contains("spark9"), "{arguments:?}: {said}");
        assert!(said.contains("‹not shown: it looks like an endpoint value›"), "{arguments:?}: {said}");
    }
    let output = counterfoil(&["audit", "no/such/path"], None);
    assert!(String::from_utf8_lossy(&output.stderr).contains("no/such/path"), "what does not is said");
}

/// Who meets a message that may not be shown learns where to look.
#[test]
fn a_withheld_message_says_what_it_is_of_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = folder.path().join("counterfoil.toml");
    let said = |text: &str| {
        std::fs::write(&config, text).expect("written");
        let path = config.to_str().expect("a plain path");
        let output = counterfoil(&["audit", "--config", path], Some(VALUE));
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for text in [format!("strict = true\npaths = [\"{VALUE}\""), format!("\nnope = \"{VALUE}\"\n")] {
        let said = said(&text);
        for part in [
            "withheld this message",
            "command: counterfoil audit",
            "config::malformed",
            "counterfoil.toml, line 2",
            "take the value out",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("100.101"), "{said}");
    }
    let said = said(&format!("paths = [\"{VALUE}\"]\n"));
    assert!(said.contains("audit::no_such_path") && !said.contains("100.101"), "{said}");
}
