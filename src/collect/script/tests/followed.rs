//! How far the value is followed.

use super::{V, tells};

#[test]
fn a_function_keeps_what_it_prints_whatever_else_is_redirected() {
    for url in [
        format!("url() {{ echo \"${V}\" 2>/dev/null; }}\n"),
        format!("url() {{ cat < /dev/null; echo \"${V}\" < /dev/null; }}\n"),
        format!("url() {{ if true; then {{ echo \"${V}\"; }} 2> log; fi; }}\n"),
        format!("url() {{ cat <<EOF\n${V}\nEOF\n}}\n"),
        format!("url() {{ sed 's,/v1,,' <<< \"${V}\"; }}\n"),
        format!("url() {{ eval 'echo \"${V}\"'; }}\n"),
        format!("url() {{ command printf %s \"${V}\"; }}\n"),
    ] {
        tells(&format!("{url}curl \"$(url)/models\"\n"), &["argv: curl"]);
        tells(&format!("{url}x=$(url)\ncurl \"$x/models\"\n"), &["argv: curl"]);
    }
    for kept in ["echo \"$U\" > /dev/null", "echo \"$U\" | wc -c", "printf -v x %s \"$U\"", "[ -n \"$U\" ]"]
    {
        tells(&format!("U=${V}\nurl() {{ {kept}; }}\ncurl \"$(url)/models\"\n"), &[]);
        tells(&format!("U=${V}\ncurl \"$({kept})/models\"\n"), &[]);
    }
}

#[test]
fn what_a_process_that_reads_prints_is_printed() {
    tells(&format!("make | tee >(echo \"${V}\")\n"), &["prints: echo"]);
    tells(&format!("make | tee >(echo \"${V}\") > /dev/null\n"), &["prints: echo"]);
    tells(&format!("make | tee >(echo \"${V}\" > log)\n"), &["files: log"]);
    tells(&format!("grep -f <(echo \"${V}\") log\n"), &[]);
    tells(&format!("x=$(make | tee >(echo \"${V}\"))\n"), &[]);
}

#[test]
fn the_value_is_followed_to_its_end() {
    let calls = |times: usize| {
        let each = (0..times).map(|n| format!("f{n}() {{ f{}; }}\n", n + 1));
        let last = format!("f{times}() {{ echo \"${V}\"; }}\n");
        each.chain([last]).collect::<String>()
    };
    let copies = |times: usize| {
        let each = (0..times).map(|n| format!("v{n}=$v{}\n", n + 1));
        each.chain([format!("v{times}=${V}\n")]).collect::<String>()
    };
    for times in [3, 40, 2000] {
        tells(&format!("{}curl \"$(f0)\"\n", calls(times)), &["argv: curl"]);
        tells(&format!("{}echo \"$v0\"\n", copies(times)), &["prints: echo"]);
    }
}

#[test]
fn a_hostile_script_that_is_well_formed_is_read_to_its_end() {
    let nested = |before: &str, inner: &str, after: &str, times: usize| {
        format!("{}{inner}{}", before.repeat(times), after.repeat(times))
    };
    let echo = format!("echo \"${V}\"");
    tells(&format!("{}\n", nested("if true; then ", &echo, "; fi", 2000)), &["prints: echo"]);
    tells(&format!("x={}\necho $x\n", nested("$(echo ", &format!("${V}"), ")", 2000)), &["prints: echo"]);
    tells(&format!("{}\n", nested("$(foo ", "bar", ")", 2000)), &[]);
    tells(&format!("{}\n", nested("$(", "bar", ")", 4000)), &[]);
    tells(&format!("f() {{ true; }}\nf \"{}\"\n", nested("${A:-", "b", "}", 4000)), &[]);
    tells(&format!("{}\n", nested("A_MODEL=$(export ", "b", ")", 2000)), &[]);
    tells(&format!("{}\n", nested("cat <<< $(", "b", ")", 2000)), &[]);
    let last = format!("f8000() {{ {echo}; }}\n");
    let calls: Vec<_> = (0..8000).rev().map(|n| format!("f{n}() {{ f{}; }}\n", n + 1)).collect();
    tells(&format!("{last}{}f0\n", calls.concat()), &["prints: echo"]);
    tells(&format!("a() {{ b; }}\nb() {{ a; {echo}; }}\n"), &["prints: echo"]);
}

#[test]
fn what_takes_a_secret_from_a_pipe_prints_none() {
    for taken in [
        "counterfoil audit --endpoint-fd 0 .",
        "curl -sS -K - -o /dev/null -w '%{http_code}'",
        "gh secret set U",
        "./admit --endpoint-stdin",
        "docker login --password-stdin",
        "cmp -s - f",
    ] {
        tells(&format!("printf %s \"${V}\" | {taken}\n"), &[]);
    }
    for shown in
        ["curl -v -K -", "curl -K - -w '%{url_effective}'", "gh gist create", "./admit --endpoint", "rev"]
    {
        tells(&format!("printf %s \"${V}\" | {shown}\n"), &["prints: printf"]);
    }
}

#[test]
fn what_lists_the_environment_lists_the_value() {
    for listed in ["env", "set", "printenv"] {
        tells(&format!("x=$({listed})\necho \"$x\"\n"), &["prints: echo"]);
    }
    for kept in ["env -i A=1 env", "env -u U env", "printenv HOME", "set -- a"] {
        tells(&format!("x=$({kept})\necho \"$x\"\n"), &[]);
    }
    tells("env | cut -d= -f1\n", &[]);
}

#[test]
fn a_here_string_is_printed_by_what_prints_what_it_reads() {
    for filter in ["base64", "sha256sum", "grep .", "tr a b", "cat"] {
        tells(&format!("{filter} <<< \"${V}\"\n"), &["prints: here-string"]);
    }
    for other in ["gh secret set U", "read -r x", "grep -q .", "./admit"] {
        tells(&format!("{other} <<< \"${V}\"\n"), &[]);
    }
    tells(&format!("printf %s \"${V}\" | sudo tee /etc/x > /dev/null\n"), &["files: /etc/x"]);
}

#[test]
fn what_env_sets_and_what_a_shell_is_asked_count() {
    tells("env MODEL=gpt-4 ./run-case.sh\n", &["knobs: gpt-4"]);
    tells("env A=1 ./run x=y\n", &[]);
    tells("env -u U env\n", &["prints: env"]);
    tells(&format!("env -u {V} env\n"), &[]);
    for traced in ["bash -o xtrace -c true", "shopt -so xtrace"] {
        tells(&format!("{traced}\n"), &["prints: set -x"]);
    }
}
