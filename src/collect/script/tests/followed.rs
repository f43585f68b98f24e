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
    tells(&format!("{}\n", nested("A_MODEL=$(export ", "b", ")", 2000)), &[]);
    tells(&format!("{}\n", nested("cat <<< $(", "b", ")", 2000)), &[]);
    let last = format!("f8000() {{ {echo}; }}\n");
    let calls: Vec<_> = (0..8000).rev().map(|n| format!("f{n}() {{ f{}; }}\n", n + 1)).collect();
    tells(&format!("{last}{}f0\n", calls.concat()), &["prints: echo"]);
    tells(&format!("a() {{ b; }}\nb() {{ a; {echo}; }}\n"), &["prints: echo"]);
}
