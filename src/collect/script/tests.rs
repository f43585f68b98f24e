mod followed;
mod given;
mod parameters;
mod taken;

use super::*;
use crate::endpoint::Endpoints;
use crate::profile::Profile;
use crate::search::{Engine, Limits};

fn collected(text: &str) -> Evidence {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("harness/evals");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("case-loop.sh"), text).unwrap();
    let profile = Profile::built_in().unwrap();
    let engine = Engine::new(&Endpoints::none());
    let limits = Limits::default();
    let ctx = Context { profile: &profile, engine: &engine, limits: &limits, shapes: None, targets: &[] };
    collect(&folder.join("case-loop.sh"), "harness/evals/case-loop.sh", &ctx)
}

/// The facts of a script, as `list: word`, and whether it delegates.
fn facts(text: &str) -> (Vec<String>, bool) {
    let evidence = collected(text);
    assert_eq!(evidence.gaps, [], "{text}");
    let shell = evidence.document.get("shell").unwrap();
    let mut told = Vec::new();
    for (list, word) in [
        ("prints", "what"),
        ("argv", "command"),
        ("files", "file"),
        ("knobs", "value"),
        ("starts", "command"),
    ] {
        for fact in shell.get(list).and_then(Node::as_list).unwrap() {
            told.push(format!("{list}: {}", fact.get(word).and_then(Node::as_str).unwrap_or("-")));
        }
    }
    (told, shell.get("delegates").and_then(Node::as_bool).unwrap())
}

#[track_caller]
fn tells(text: &str, expected: &[&str]) {
    assert_eq!(facts(text).0, expected, "{text}");
}

const V: &str = "CTO_HARNESS_CASE_LOCAL_BASE_URL";

#[test]
fn what_prints_the_value_is_told() {
    tells(&format!("echo \"url: ${V}\"\n"), &["prints: echo"]);
    tells(&format!("printf '%s\\n' \"${{{V}}}\" >&2\n"), &["prints: printf"]);
    tells(&format!("cat <<EOF\nbase: ${V}\nEOF\n"), &["prints: here-document"]);
    tells(&format!("cat <<< \"${V}\"\n"), &["prints: here-string"]);
    for descriptor in ["0", "3", "{fd}"] {
        tells(&format!("cat {descriptor}<<<\"${V}\"\n"), &["prints: here-string"]);
        tells(&format!("cat {descriptor}<<< \"${V}\" > /dev/null\necho a3<<<b '3<<<c'\n"), &[]);
    }
    tells(&format!("url=\"${{{V}:-none}}\"\nbase=$url\necho $base\n"), &["prints: echo"]);
    tells(&format!("echo \"${V}\" | sed 's,/v1,,'\n"), &["prints: echo"]);
    tells(&format!("name={V}\necho \"${{!name}}\"\n"), &["prints: echo"]);
    tells(&format!("name={V}\necho \"$name ${{!name}}\"\n"), &["prints: echo"]);
    tells(&format!("say() {{\n  echo \"$1\"\n}}\nsay \"${V}\"\n"), &["prints: echo"]);
    for dump in [
        "env",
        "printenv",
        "export -p",
        "declare -p",
        "declare -x",
        "typeset -x",
        "set",
        "set -x",
        "set -euxo pipefail",
        "bash -x run.sh",
        "set -o xtrace",
        "env | sort",
        "cat /proc/self/environ",
    ] {
        let (told, _) = facts(&format!("{dump}\n"));
        assert_eq!(told.len(), 1, "{dump}: {told:?}");
        assert!(told[0].starts_with("prints: "), "{dump}: {told:?}");
    }
    tells(&format!("printenv {V}\n"), &["prints: printenv"]);
    tells("#!/bin/bash -x\ntrue\n", &["prints: set -x"]);
}

#[test]
fn what_does_not_print_it_is_not() {
    for text in [
        format!("if [ -z \"${{{V}:-}}\" ]; then echo \"{V}=missing\"; else echo \"{V}=present\"; fi\n"),
        format!("echo \"${{{V}:+present}}\"\n"),
        format!("echo \"$x ${{{V}:+present}} ${{#{V}}}\"\n"),
        format!("echo \"length ${{#{V}}}\"\n"),
        format!("cat <<'EOF'\nset ${V} first\nEOF\n"),
        format!("# echo ${V}\n: \"${{{V}:?give it}}\"\n"),
        format!("echo '${V}'\n"),
        format!("[[ ${V} == http* ]] || exit 2\n"),
        format!("export OPENAI_BASE_URL=\"${V}\"\n"),
        format!("OPENAI_BASE_URL=\"${V}\" node agent.js\n"),
        format!("printf -v copy '%s' \"${V}\"\n"),
        format!("echo \"${V}\" | grep -q '^http' || exit 2\n"),
        format!("env -u {V} | sort\n"),
        format!("echo ${V} > /dev/null\n"),
        "printenv HOME\nset -euo pipefail\nset -- a b\ndeclare -p HOME\ndeclare -x HOME\ndeclare -fx\nset +x\n".to_owned(),
        format!("curl --config - <<EOF\nurl = \"${V}\"\nEOF\n"),
    ] {
        tells(&text, &[]);
    }
}

#[test]
fn a_value_among_the_arguments_is_told() {
    tells(&format!("curl -s \"${V}/models\"\n"), &["argv: curl"]);
    tells(&format!("env BASE=\"${V}\" node agent.js\n"), &["argv: node"]);
    tells(&format!("exec python3 agent.py --base-url=${V}\n"), &["argv: python3"]);
    tells(&format!("args=(--base-url \"${V}\")\nnode agent.js \"${{args[@]}}\"\n"), &["argv: node"]);
    tells(&format!("reply=$(curl -s \"${V}\")\necho \"$reply\"\n"), &["argv: curl"]);
}

#[test]
fn a_value_that_is_written_down_is_told() {
    tells(&format!("echo \"url=${V}\" > config.env\n"), &["files: config.env"]);
    tells(&format!("cat > \"$DIR/config.toml\" <<EOF\nurl = \"${V}\"\nEOF\n"), &["files: …/config.toml"]);
    tells(&format!("cat <<EOF > config.toml\nurl = \"${V}\"\nEOF\n"), &["files: config.toml"]);
    tells(&format!("printf '%s' \"${V}\" | tee -a log\n"), &["files: log"]);
    tells(&format!("{{\n  echo \"${V}\"\n}} >> log\n"), &["files: log"]);
    tells("env > env.txt\n", &["files: env.txt"]);
}

#[test]
fn knobs_that_differ_from_the_route_are_told() {
    tells("export CASE_MODEL=claude-sonnet-4-6\n", &["knobs: claude-sonnet-4-6"]);
    tells("CASE_PROVIDER=\"${CASE_PROVIDER:-anthropic}\"\n", &["knobs: anthropic"]);
    tells("agent --model gpt-5 --provider=qwen-local\n", &["knobs: gpt-5"]);
    tells("CASE_FALLBACK_MODEL=qwen3.6-35b-a3b\n", &["knobs: qwen3.6-35b-a3b"]);
    tells("CASE_MODEL=qwen3.6-35b-a3b CASE_PROVIDER=qwen-local run\n", &[]);
    for other in ["GIT_PROVIDER=gitea", "SECRET_PROVIDER=sops", "EMBEDDING_MODEL=nomic-embed-text"] {
        tells(&format!("export {other}\n"), &[]);
    }
    // What the route knows as a fallback is one, whatever the variable is called.
    tells("export EMBEDDING_MODEL=claude-sonnet-4-6\n", &["knobs: claude-sonnet-4-6"]);
    tells("export SEARCH_MODEL_PROVIDER=openai\n", &["knobs: openai"]);
    tells("export EMBEDDING_MODEL=anthropic/claude-sonnet-4-6\n", &["knobs: anthropic/claude-sonnet-4-6"]);
    tells("for m in qwen3.6-35b-a3b gpt-5; do CASE_MODEL=$m agent; done\n", &["knobs: gpt-5"]);
    tells("CASE_FALLBACK_MODEL=disabled\nFALLBACK_MODEL_FILE=x\nBASELINE_MODEL=x FAKE_MODEL=x\n", &[]);
    tells("EMBEDDING_MODEL=openai/text-embedding-3-small\n", &[]);
    tells("CASE_MODEL=\"$1\"\nMODEL_ADMISSION_FILE=x\nCASE_FALLBACK_MODEL=\n", &[]);
}

#[test]
fn delegation_is_seen_through_variables_and_wrappers() {
    for text in [
        "exec \"$ROOT/runner/run-case.sh\" --engine case \"$@\"\n",
        "bash harness/runner/run-case.sh --engine=case\n",
        "RUNNER=\"$(dirname \"$0\")/../run-case.sh\"\nARGS=(--json --engine case)\n\"$RUNNER\" \"${ARGS[@]}\"\n",
    ] {
        let (told, delegates) = facts(text);
        assert!(delegates && told.is_empty(), "{text}: {told:?}");
    }
    for text in [
        "run-case.sh --engine fake\n",
        "run-case.sh\n",
        "echo run-case.sh --engine case\n",
        "# run-case.sh --engine case\n",
    ] {
        assert!(!facts(text).1, "{text}");
    }
    tells("\"$CTO_HARNESS_CASE_BIN\" run --json\n", &["starts: \"$CTO_HARNESS_CASE_BIN\""]);
    tells("[ -x \"$CTO_HARNESS_CASE_BIN\" ] || exit 2\n", &[]);
}

#[test]
fn the_value_is_followed_by_its_variables_name() {
    for text in [
        format!("for v in {V}; do echo \"$v=${{!v}}\"; done\n"),
        format!("for v in HOME {V}; do printf '%s\\n' \"${{!v}}\" >&2; done\n"),
        format!("show() {{ echo \"${{!1}}\"; }}\nshow {V}\n"),
        format!(
            "show() {{ local name=\"$1\"; echo \"${{!name:-}}\"; }}\nfor v in {V}; do show \"$v\"; done\n"
        ),
        format!("declare -n copy={V}\necho \"$copy\"\n"),
        format!("for v in {V}; do printenv \"$v\"; done\n"),
    ] {
        let (told, _) = facts(&text);
        assert_eq!(told.len(), 1, "{text}: {told:?}");
        assert!(told[0].starts_with("prints: "), "{text}: {told:?}");
    }
    for text in [
        format!("for v in {V}; do if [ -n \"${{!v:-}}\" ]; then echo \"$v=present\"; fi; done\n"),
        format!("for v in {V}; do echo \"$v=${{!v:+present}}\"; done\n"),
        format!("need() {{ local n=\"$1\"; [[ -z \"${{!n:-}}\" ]] && echo \"$n=missing\"; }}\nneed {V}\n"),
        format!("for v in {V}; do printenv \"$v\" > /dev/null || exit 2; done\n"),
    ] {
        tells(&text, &[]);
    }
}

#[test]
fn positional_parameters_are_followed() {
    tells(&format!("set -- --url \"${V}\"\nmytool \"$@\"\n"), &["argv: mytool"]);
    tells(&format!("f() {{ set -- \"${V}\"; echo \"$1\"; }}\nf\n"), &["prints: echo"]);
    tells(&format!("f() {{ set -- \"${V}\"; }}\necho \"$1\"\n"), &[]);
    tells("set -- \"$@\" --json\nmytool \"$@\"\n", &[]);
}

#[test]
fn a_processes_environment_is_no_file_to_copy() {
    tells("cp /proc/$$/environ e\n", &["files: e"]);
    tells("cp /proc/self/environ \"$DIR/e\"\n", &["files: …/e"]);
    tells("cat /proc/self/environ\n", &["prints: /proc/…/environ"]);
    tells("tr '\\0' '\\n' < /proc/self/environ\n", &["prints: /proc/…/environ"]);
    tells("tr '\\0' '\\n' < /proc/$$/environ > e\n", &["files: e"]);
    tells("head -c 100 /proc/$PPID/environ\n", &["prints: /proc/…/environ"]);
    tells(&format!("grep -qz '^{V}=' /proc/self/environ\n"), &[]);
}

#[test]
fn a_functions_output_is_where_it_is_called() {
    for text in [
        format!("url() {{ echo \"${V}\"; }}\nx=$(url)\n"),
        format!("url() {{ echo \"${V}\"; }}\nbase() {{ url | sed 's,/v1,,'; }}\nx=\"$(base)\"\n"),
        format!("url() {{ echo \"${V}\"; }}\nif url | grep -q '^http'; then :; fi\n"),
    ] {
        tells(&text, &[]);
    }
    tells(&format!("url() {{ echo \"${V}\"; }}\nurl\n"), &["prints: echo"]);
    tells(&format!("url() {{ echo \"${V}\"; }}\n"), &["prints: echo"]);
    tells(&format!("url() {{ echo \"${V}\"; }}\nx=$(url)\nretry url\n"), &["prints: echo"]);
    tells(&format!("url() {{ echo \"${V}\"; }}\nurl > log\n"), &["files: log"]);
    tells(&format!("url() {{ echo \"${V}\"; }} > log\nurl\n"), &["files: log"]);
    tells(&format!("url() {{ echo \"${V}\"; }}\ntrap url EXIT\n"), &["prints: echo"]);
    tells(&format!("url() {{ echo \"${V}\"; }}\nx=$(url)\necho \"$x\"\n"), &["prints: echo"]);
    tells(&format!("url() {{ echo \"${V}\"; }}\ncurl \"$(url)/models\"\n"), &["argv: curl"]);
    let around = "a() { b; }\nb() { a; echo \"$X\"; }\nx=$(a)\n";
    tells(&format!("X=${V}\n{around}"), &[]);
}

#[test]
fn a_hostile_script_is_told_and_survived() {
    let deep = format!("{}true{}\n", "(".repeat(5_000), ")".repeat(5_000));
    let many = "$(".repeat(20_000);
    let defaults = format!("X={}y{}\ncurl $X\n", "${A:-".repeat(20_000), "}".repeat(20_000));
    let evals = format!("x='{}'\neval \"$x\"\n", "eval \"$x\";".repeat(300));
    let calls: Vec<_> = (0..500).map(|n| format!("f{n}() {{ f{}; echo \"${V}\"; }}\n", n + 1)).collect();
    let calls = calls.concat();
    for text in [
        deep,
        many,
        defaults,
        evals,
        calls,
        "if then else fi fi\n".to_owned(),
        "\u{0}\u{1}".to_owned(),
        String::new(),
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("harness")).unwrap();
        let path = dir.path().join("harness/x.sh");
        std::fs::write(&path, &text).unwrap();
        let profile = Profile::built_in().unwrap();
        let engine = Engine::new(&Endpoints::none());
        let limits = Limits::default();
        let ctx =
            Context { profile: &profile, engine: &engine, limits: &limits, shapes: None, targets: &[] };
        let evidence = collect(&path, "harness/x.sh", &ctx);
        assert_eq!(evidence.read.files, 1);
    }
}
