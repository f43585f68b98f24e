use std::path::PathBuf;
use std::sync::OnceLock;

use counterfoil::judge::Outcome;
use counterfoil::report::Format;
use serde_json::Value;

use super::{rendered, sample};

/// The published schema, as the crate `serde-sarif` ships it: it is not ours to copy.
fn schema() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let run = |program: &str, args: &[&str]| {
            let program = std::env::var_os(program.to_uppercase()).unwrap_or_else(|| program.into());
            let mut command = std::process::Command::new(program);
            command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
            command.output().expect("it runs").stdout
        };
        // Only this platform's packages are sure to be at hand.
        let rustc = String::from_utf8(run("rustc", &["-vV"])).expect("text");
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
        let args = ["metadata", "--format-version=1", "--offline", "--filter-platform", host];
        let metadata = run("cargo", &args);
        let metadata: Value = serde_json::from_slice(&metadata).expect("cargo's metadata");
        let package = metadata["packages"].as_array().expect("packages");
        let package =
            package.iter().find(|p| p["name"] == "serde-sarif").expect("a dependency of the tests");
        let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
        let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json"))
            .expect("the schema");
        // Its pattern for a language tag has a stray bracket; no log of ours has a language.
        let schema: Value = serde_json::from_str(&text.replace("{2}]?$", "{2}$")).expect("JSON");
        assert_eq!(schema["title"], "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema");
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
    })
}

fn valid(outcome: &Outcome) -> Value {
    let text = rendered(Format::Sarif, outcome);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let errors: Vec<_> =
        schema().iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    // A second reader, with types of its own.
    let _: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("as serde-sarif reads it");
    log
}

#[test]
fn every_log_fits_the_published_schema() {
    for outcome in [sample::rejected(), sample::accepted(), sample::incomplete(), sample::large(100)] {
        valid(&outcome);
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let mut log = valid(&sample::rejected());
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema().is_valid(&log));
}

#[test]
fn a_result_points_at_its_place_and_its_rule() {
    let log = valid(&sample::rejected());
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "claim/contradicted");
    let rule =
        &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# claim/contradicted"));
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], ".sot/ISSUES.md");
    assert_eq!(
        (physical["region"]["startLine"].as_u64(), physical["region"]["startColumn"].as_u64()),
        (Some(51), Some(18))
    );
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 9);
    let flow = &result["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(flow.as_array().unwrap().len(), 4);
    assert_eq!(
        (&flow[3]["nestingLevel"], &flow[2]["location"]["physicalLocation"]["region"]["startLine"]),
        (&2.into(), &9.into())
    );
    assert_eq!(result["partialFingerprints"]["counterfoil/v1"].as_str().map(str::len), Some(32));
}

#[test]
fn waivers_are_suppressions_and_gaps_are_notifications() {
    let log = valid(&sample::rejected());
    let run = &log["runs"][0];
    let waived = run["results"].as_array().unwrap().last().unwrap();
    assert_eq!(waived["suppressions"][0]["justification"], "an address of the documentation network");
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["exitCode"], &invocation["executionSuccessful"]), (&1.into(), &false.into()));
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 3);
    assert_eq!(valid(&sample::accepted())["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn nothing_that_leaks_stands_beside_a_result() {
    let text = rendered(Format::Sarif, &sample::rejected());
    for key in
        ["\"snippet\"", "\"hashes\"", "\"contextRegion\"", "\"artifacts\"", "\"primaryLocationLineHash\""]
    {
        assert!(!text.contains(key), "{key}");
    }
    assert!(text.contains("\"redactionTokens\""));
}

/// GitHub takes 25,000 results: errors stay, and what is left out is said.
#[test]
fn what_a_service_would_cut_off_is_left_out_and_said() {
    let log: Value = serde_json::from_str(&rendered(Format::Sarif, &sample::large(30_000))).expect("JSON");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 15_000);
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert!(
        notifications.last().unwrap()["message"]["text"]
            .as_str()
            .unwrap()
            .starts_with("5000 results are left out")
    );
}
