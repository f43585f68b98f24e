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
