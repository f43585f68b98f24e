//! `preflight`: presence, never a value.

use super::program::{VARIABLE as ENDPOINT, counterfoil};

const BIN: &str = "CTO_HARNESS_CASE_BIN";
const ADMISSION: &str = "CTO_HARNESS_CASE_MODEL_ADMISSION_FILE";

const ADMITTED: &str =
    "{\"provider\": \"qwen-local\", \"model\": \"qwen3.6-35b-a3b\", \"status\": \"admitted\"}";

fn preflight(variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = counterfoil(&["preflight"]);
    for name in [BIN, ADMISSION] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().expect("started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("ended by itself"), text(&output.stdout), text(&output.stderr))
}

#[test]
fn all_there() {
    let file = super::program::BIN;
    let admission = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&admission, ADMITTED).expect("written");
    let admission = admission.path().to_str().expect("a plain path");
    let (code, out, err) = preflight(&[
        (ENDPOINT, "http://spark9.tail4f2a.ts.net:8000/v1"),
        (BIN, file),
        (ADMISSION, admission),
    ]);
    assert_eq!(out, format!("{ENDPOINT}=present\n{BIN}=present\n{ADMISSION}=present\n"));
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn a_file_that_can_not_be_what_it_is_given_as_is_told() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("a plain path");
    let other = ADMITTED.replace("qwen3.6-35b-a3b", "qwen3.6-7b");
    let refused = ADMITTED.replace("admitted", "not_admitted");
    for (name, text, says) in [
        (BIN, "#!/bin/sh\n", "it is not executable"),
        (ADMISSION, "", "names no JSON object with a provider"),
        (ADMISSION, "[]", "names no JSON object with a provider"),
        (ADMISSION, "{\"provider\": \"qwen-local\"}", "names no JSON object with a provider"),
        (ADMISSION, &other, "another provider or model"),
        (ADMISSION, &refused, "does not say `admitted`"),
    ] {
        std::fs::write(&file, text).expect("written");
        let (code, out, err) = preflight(&[(name, path)]);
        assert!(code == 1 && out.contains(&format!("{name}=present\n")), "{text}: {out}");
        assert!(err.contains(&format!("{name} is set, but ")) && err.contains(says), "{text}: {err}");
        assert!(!err.contains("qwen3.6-7b"), "{err}");
    }
    std::fs::write(&file, ADMITTED).expect("written");
    assert_eq!(preflight(&[(ADMISSION, path)]).2, "");
}

#[test]
fn nothing_there() {
    let (code, out, err) = preflight(&[(ENDPOINT, "  ")]);
    assert_eq!(out, format!("{ENDPOINT}=missing\n{BIN}=missing\n{ADMISSION}=missing\n"));
    assert_eq!((code, err.as_str()), (1, ""));
}

#[test]
fn what_is_there_and_wrong_is_told_without_its_value() {
    let (code, out, err) =
        preflight(&[(ENDPOINT, "spark9.tail4f2a:8000"), (BIN, "/nowhere/case-bin-9"), (ADMISSION, "/")]);
    assert_eq!(code, 1);
    assert_eq!(out, format!("{ENDPOINT}=present\n{BIN}=present\n{ADMISSION}=present\n"));
    assert!(err.contains("is no http:// or https:// URL") && err.contains("names no file"), "{err}");
    assert!(!err.contains("spark9") && !err.contains("case-bin-9"), "{err}");
}

/// The words that are printed are the program's own: a value that is one of them is not shown by them.
#[test]
fn a_value_that_is_a_word_of_the_answer_is_told_like_any_other() {
    for value in ["missing", "present", "URL with a host"] {
        let (code, out, err) = preflight(&[(ENDPOINT, value)]);
        assert_eq!((code, out.lines().count()), (1, 3), "{value}: {out}{err}");
        assert!(out.starts_with(&format!("{ENDPOINT}=present\n{BIN}=missing\n")), "{value}: {out}");
        assert!(err.contains("is no http:// or https:// URL with a host"), "{value}: {err}");
    }
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_told_whatever_the_command() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = |words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        let output = counterfoil(&words).current_dir(folder.path()).output().expect("started");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for command in ["preflight", "rules list", "init", "completions bash", "man"] {
        for (option, says) in [("--endpoint-file", "endpoint::source"), ("--config", "config::unreadable")]
        {
            let (code, err) = run(&format!("{command} {option} no-such-file"));
            assert!(code == Some(2) && err.contains(says), "{command} {option}: {code:?} {err}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    std::fs::write(folder.path().join("value"), "http://100.101.102.103:8000/v1\n").expect("written");
    std::fs::write(folder.path().join("conf"), "").expect("written");
    let (code, err) = run("completions bash --endpoint-file value --config conf");
    assert_eq!((code, err.as_str()), (Some(0), ""));
}
