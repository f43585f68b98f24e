//! `preflight`: presence, never a value.

use super::program::{VARIABLE as ENDPOINT, counterfoil};

const BIN: &str = "CTO_HARNESS_CASE_BIN";
const ADMISSION: &str = "CTO_HARNESS_CASE_MODEL_ADMISSION_FILE";

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
    let (code, out, err) =
        preflight(&[(ENDPOINT, "http://spark9.tail4f2a.ts.net:8000/v1"), (BIN, file), (ADMISSION, file)]);
    assert_eq!(out, format!("{ENDPOINT}=present\n{BIN}=present\n{ADMISSION}=present\n"));
    assert_eq!((code, err.as_str()), (0, ""));
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
