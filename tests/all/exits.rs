//! Exit codes, and what is printed with them.

use std::path::Path;

use serde_json::Value;

use super::cli::counterfoil;

const PROVEN: &str = "fixtures/week/20260604T091200Z-r1-string-slugify-310552";
const LEAKING: &str = "fixtures/week/20260604T133905Z-r1-interval-merge-322018";
const TRUNCATED: &str = "fixtures/week/20260605T142617Z-r2-interval-merge-418850";
const WARNED: &str = "rules/route/fallback-mentioned/fail/falling-back";

fn value() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/endpoint.txt");
    std::fs::read_to_string(file).expect("the fixtures' value").trim().to_owned()
}

/// The exit code, standard output and standard error.
fn run(arguments: &[&str], endpoint: Option<&str>) -> (i32, String, String) {
    let output = counterfoil(arguments, endpoint);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("ended by itself"), text(&output.stdout), text(&output.stderr))
}

#[test]
fn each_code_says_what_it_should() {
    let value = value();
    for (path, code) in [(PROVEN, 0), (LEAKING, 1), (TRUNCATED, 3), ("no/such/path", 2), ("src/text", 2)] {
        for format in ["human", "json", "sarif", "junit"] {
            let (is, _, err) = run(&["audit", path, "--format", format], Some(&value));
            assert_eq!(is, code, "{path} as {format}: {err}");
        }
    }
    assert_eq!(run(&["audit", PROVEN, "--format", "poem"], None).0, 2);
    assert_eq!(run(&["audit", PROVEN, "--profile", "nobody"], None).0, 2);
}

#[test]
fn what_can_not_be_meant_is_refused_at_once() {
    for (option, value, code) in [
        ("--threads", "999999999", 2),
        ("--threads", "1024", 0),
        ("--repo", "no/such/path", 2),
        ("--repo", "src/text", 2),
        ("--runs", "no/such/path", 2),
        ("--range", "HEAD~1..HEAD", 2),
    ] {
        let (is, _, err) = run(&["audit", PROVEN, option, value], Some(&self::value()));
        assert_eq!(is, code, "{option} {value}: {err}");
        assert!(code == 0 || option == "--threads" || err.contains("help: "), "{option} {value}: {err}");
    }
    for (target, why) in [("no/such/path", "it does not exist"), ("Cargo.toml", "it is no folder")] {
        for command in ["audit", "evidence"] {
            let (code, _, err) = run(&[command, PROVEN, "--target", target], Some(&self::value()));
            assert!(code == 2 && err.contains("--target") && err.contains(why), "{command}: {err}");
        }
    }
    let (code, _, err) = run(&["audit", "fixtures/week", "--only", "git"], None);
    assert_eq!(code, 2);
    assert!(err.contains("`--only git` left out what is there: 14 runs"), "{err}");
}

#[test]
fn a_value_without_a_host_is_searched_for_and_proves_nothing() {
    let (code, out, _) = run(&["audit", PROVEN, "--format", "json"], Some("counterfoil:ENC[abc, def]"));
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, document["runs"][0]["verdict"].as_str()), (3, Some("unproven")), "{document:#}");
    let gaps = document["gaps"].as_array().expect("a list");
    assert!(gaps.iter().any(|gap| gap["why"].as_str().is_some_and(|why| why.contains("names no host"))));
    // What the run says is found all the same.
    let (code, out, _) = run(&["audit", PROVEN], Some("string slugify, and more"));
    assert!(code == 3 && out.contains("names no host"), "{out}");
}

#[test]
fn a_source_that_was_named_and_is_empty_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "\n \n").expect("written");
    let (code, _, err) =
        run(&["audit", PROVEN, "--endpoint-file", &empty.to_string_lossy()], Some(&value()));
    assert!(code == 2 && err.contains("holds no endpoint value"), "{err}");
}

#[test]
fn the_next_step_can_be_taken_as_it_is_printed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/endpoint.txt");
    let file = file.to_string_lossy();
    let asked = ["fixtures/documents/first-week", "--runs", "fixtures/week", "--endpoint-file", &file];
    let (_, out, _) = run(&[&["audit"], &asked[..]].concat(), None);
    let told = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, rest) = told.split_once("`counterfoil claim ").expect("a hint");
    let (command, _) = rest.split_once('`').expect("its end");
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[1..], asked, "{command}");
    let (code, out, err) = run(&[&["claim"], &words[..]].concat(), None);
    assert!(code != 2 && out.contains(words[0]), "{out}{err}");
}

#[test]
fn a_range_that_nobody_knows_is_a_slip_of_the_hand() {
    let repo = super::repo::Repo::new();
    repo.commit("a.txt", "ok\n", "one");
    repo.git(&["tag", "-a", "-m", "v", "v1"]);
    repo.commit("a.txt", "more\n", "two");
    let path = repo.path.to_str().expect("a path");
    for (range, code) in [
        ("nope..HEAD", 2),
        ("HEAD~9..", 2),
        ("HEAD@{9}..", 2),
        ("v1..HEAD", 0),
        ("HEAD@{1}..HEAD", 0),
        ("@{1}..", 0),
        ("v1^{commit}..HEAD^{}", 0),
        ("HEAD~1^{commit}..", 0),
    ] {
        let (is, _, err) = run(&["audit", path, "--only", "git", "--range", range], Some(&value()));
        assert_eq!(is, code, "{range}: {err}");
        assert_eq!(err.contains("names no commit"), code == 2, "{range}: {err}");
    }
    // Variables without a value: a range of nothing would pass whatever the history has.
    let head = repo.git(&["rev-parse", "HEAD"]);
    let to = format!("..{head}");
    let nothing = ["..", "...", "..HEAD", "HEAD..", "..@", "@..", "@..@", "@...HEAD", "..HEAD~0", &to];
    for range in nothing {
        let (is, _, err) = run(&["audit", path, "--only", "git", "--range", range], Some(&value()));
        assert!(is == 2 && err.contains("goes from HEAD to HEAD"), "{range}: {is} {err}");
    }
    // A branch where all was pushed has nothing new.
    let (is, _, err) =
        run(&["audit", path, "--only", "git", "--range", &format!("{head}..")], Some(&value()));
    assert_eq!(is, 0, "{err}");
}

/// Where one repository knows the range, the others lack it: told as a gap, wherever they stand in the order.
#[test]
fn a_range_that_one_of_two_repositories_knows_is_a_gap_of_the_other() {
    for (knows, other) in [("a", "b"), ("b", "a")] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        for name in [knows, other] {
            let repo = super::repo::Repo::new();
            repo.commit("in.txt", "ok\n", "one");
            if name == knows {
                repo.git(&["tag", "v1"]);
                repo.commit("in.txt", format!("url {}\n", value()), "two");
            }
            super::harness::copy(&repo.path, &folder.path().join(name));
        }
        let path = folder.path().to_str().expect("a path");
        let asked = ["audit", path, "--only", "git", "--range", "v1..HEAD", "--format", "json"];
        let (code, out, err) = run(&asked, Some(&value()));
        let outcome: Value = serde_json::from_str(&out).expect("JSON");
        let found = &outcome["findings"][0];
        assert_eq!(
            (code, &found["location"]["path"]),
            (1, &Value::from(format!("{knows}/in.txt"))),
            "{err}"
        );
        let gaps = outcome["gaps"].as_array().expect("a list");
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert_eq!(gaps[0]["path"], format!("{other}/.git"));
        assert_eq!(gaps[0]["why"], "the range can't be read: `v1` names no commit of this repository");
    }
}

/// A run's own files may be a repository: its packs are read as one, and are a gap of the run.
#[test]
fn a_repository_in_a_run_directory_is_audited_as_one() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let name = PROVEN.rsplit('/').next().expect("a name");
    let run_dir = folder.path().join(name);
    super::harness::copy(Path::new(PROVEN), &run_dir);
    std::fs::remove_file(run_dir.join("manifest.json")).expect("was there");
    let repo = super::repo::Repo::new();
    repo.commit("in.txt", format!("url {}\n", value()), "in");
    repo.git(&["rm", "-q", "in.txt"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "out"]);
    repo.git(&["repack", "-q", "-a", "-d"]);
    repo.git(&["prune"]);
    super::harness::copy(&repo.path, &run_dir.join("workspace"));
    let path = folder.path().to_str().expect("a path");
    let inside = format!("{name}/workspace");
    for only in [&["--only", "git"][..], &[]] {
        let arguments = [&["audit", path, "--format", "json"], only].concat();
        let (code, out, err) = run(&arguments, Some(&value()));
        let outcome: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(code, 1, "{err}");
        let found = outcome["findings"].as_array().expect("a list");
        assert!(
            found.iter().any(|it| it["rule"] == "endpoint/in-commit"
                && it["location"]["path"].as_str().is_some_and(|path| path.starts_with(&inside))),
            "{only:?}: {found:?}"
        );
    }
    let (code, out, _) = run(&["audit", path, "--only", "runs", "--format", "json"], Some(&value()));
    let outcome: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &outcome["runs"][0]["verdict"]), (3, &Value::from("unproven")));
}

#[test]
fn what_stands_beside_runs_and_is_not_seen_is_a_gap() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (near, far) = (folder.path().join("near"), folder.path().join("far"));
    let name = PROVEN.rsplit('/').next().expect("a name");
    super::harness::copy(Path::new(PROVEN), &near.join(name));
    super::harness::copy(Path::new(LEAKING), &far);
    let report = std::fs::read(near.join(name).join("report.json")).expect("readable");
    let gaps = |run: &dyn Fn()| {
        run();
        let near = near.to_string_lossy();
        let (code, out, _) = self::run(&["audit", &near, "--format", "json"], Some(&value()));
        let document: Value = serde_json::from_str(&out).expect("JSON");
        let gap = &document["gaps"][0];
        let text = |key: &str| gap[key].as_str().unwrap_or_default().to_owned();
        (code, text("path"), text("why"))
    };
    assert_eq!(gaps(&|| {}).0, 0);
    let stray = near.join("report.json");
    for bytes in [
        &report[..report.len() - 20],
        &[b"\xEF\xBB\xBF", &report[..]].concat(),
        &[&report[..], b"}"].concat(),
    ] {
        let (code, path, why) = gaps(&|| std::fs::write(&stray, bytes).expect("written"));
        assert_eq!((code, path.as_str()), (3, "report.json"));
        assert!(why.starts_with("named like a run's report, and no JSON"), "{why}");
    }
    std::fs::remove_file(&stray).expect("removed");
    let linked = "20260604T133905Z-r1-interval-merge-322018";
    let (code, path, why) = gaps(&|| std::os::unix::fs::symlink(&far, near.join(linked)).expect("linked"));
    assert_eq!((code, path.as_str()), (3, linked));
    assert_eq!(why, "a symbolic link out of what is audited: not followed");
}

#[test]
fn a_reason_that_holds_the_value_is_shown_without_it() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = folder.path().join("counterfoil.toml");
    let waiver = format!("[[waive]]\nrule = \"route/fallback-mentioned\"\nreason = \"see {}\"\n", value());
    std::fs::write(&config, waiver).expect("written");
    let config = config.to_string_lossy();
    let (code, out, err) = run(&["audit", WARNED, "--config", &config, "--format", "json"], Some(&value()));
    assert_eq!(code, 0, "{err}");
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["waived"][0]["reason"], "see ‹endpoint›");
}

#[test]
fn a_warning_rejects_only_where_it_is_asked_to() {
    let value = value();
    assert_eq!(run(&["audit", WARNED], Some(&value)).0, 0);
    assert_eq!(run(&["audit", WARNED, "--strict"], Some(&value)).0, 1);
}

#[test]
fn without_the_value_a_pass_is_not_proven() {
    let (code, out, _) = run(&["audit", PROVEN, "--format", "json"], None);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, 3);
    assert_eq!(document["value_known"], false);
    assert_eq!(document["runs"][0]["verdict"], "unproven");
    assert_eq!(document["verdict"], "incomplete");
    assert_eq!(document["gaps"][0]["path"], ".");
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let value = value();
    let audit = |threads: &str, format: &str| {
        let out =
            run(&["audit", "fixtures/week", "--format", format, "--threads", threads], Some(&value)).1;
        let kept = out.lines().filter(|line| !line.contains("took_ms"));
        kept.collect::<Vec<_>>().join("\n")
    };
    for format in ["json", "human", "sarif"] {
        assert_eq!(audit("1", format), audit("4", format), "{format}");
    }
}

/// What lies outside, and is not seen, is a gap of the folder: no evidence without it.
#[test]
fn evidence_of_a_folder_tells_what_was_not_seen() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let name = PROVEN.rsplit('/').next().expect("a name");
    super::harness::copy(Path::new(PROVEN), &folder.path().join(name));
    let linked = "20260604T133905Z-r1-interval-merge-322018";
    let far = std::fs::canonicalize(LEAKING).expect("there");
    std::os::unix::fs::symlink(far, folder.path().join(linked)).expect("linked");
    let path = folder.path().to_str().expect("a path");
    for only in [&[][..], &["--only", "runs"], &["--only", "runs,sot"]] {
        let (code, out, err) = run(&[&["evidence", path], only].concat(), Some(&value()));
        let all: Value = serde_json::from_str(&out).expect("JSON");
        let subjects: Vec<_> =
            all.as_array().expect("a list").iter().filter_map(|it| it["subject"].as_str()).collect();
        assert_eq!((code, subjects), (3, vec!["run", "folder"]), "{only:?}: {err}");
        assert_eq!(all[1]["gaps"][0]["path"], linked, "{only:?}");
    }
}

#[test]
fn a_run_directory_gives_one_evidence_document() {
    let value = value();
    let (code, out, err) = run(&["evidence", PROVEN], Some(&value));
    assert_eq!(code, 0, "{err}");
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["report"]["status"], "pass");
    assert_eq!(document["places"]["/report/status"]["path"], "report.json");
    let (_, out, _) = run(&["evidence", "fixtures/week"], Some(&value));
    let documents: Value = serde_json::from_str(&out).expect("JSON");
    assert!(documents.as_array().expect("an array").len() > 10);
}

#[test]
fn outputs_go_where_they_are_sent_and_nothing_is_half_written() {
    let value = value();
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("out.json");
    let name = file.to_str().expect("plain");
    let (code, out, _) =
        run(&["audit", PROVEN, "--format", "json", "--output", name, "--format", "human"], Some(&value));
    assert_eq!(code, 0);
    assert!(out.starts_with("accepted"), "{out}");
    assert!(serde_json::from_slice::<Value>(&std::fs::read(&file).expect("written")).is_ok());
    let (code, _, err) =
        run(&["audit", PROVEN, "--format", "json", "--output", "/nowhere/at/all.json"], Some(&value));
    assert_eq!(code, 2);
    assert!(err.contains("can't be written"), "{err}");
    assert_eq!(run(&["audit", PROVEN, "--format", "json", "--format", "sarif"], Some(&value)).0, 2);
}

#[test]
fn quiet_is_silent_where_nothing_is_wrong() {
    let value = value();
    assert_eq!(run(&["audit", PROVEN, "--quiet"], Some(&value)), (0, String::new(), String::new()));
    let (code, out, _) = run(&["audit", TRUNCATED, "--quiet"], Some(&value));
    assert_eq!(code, 3);
    assert!(out.contains("not read: ") && out.contains("truncated JSON at line"), "{out}");
}

#[test]
fn no_error_message_shows_the_value() {
    let value = value();
    for arguments in [
        vec!["audit", value.as_str()],
        vec!["audit", "--config", value.as_str()],
        vec!["audit", "--profile", value.as_str(), PROVEN],
        vec!["rules", "explain", value.as_str()],
        vec![value.as_str()],
        vec!["audit", PROVEN, "--format", value.as_str()],
        vec!["audit", PROVEN, "--format", "json", "--output", value.as_str()],
    ] {
        let (_, out, err) = run(&arguments, Some(&value));
        for text in [out, err] {
            assert!(!text.to_lowercase().contains("spark9.tail4f2a"), "{arguments:?}: {text}");
        }
    }
}
