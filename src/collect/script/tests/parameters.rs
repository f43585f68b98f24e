//! Which positional parameter is the value.

use super::{V, tells};

#[test]
fn only_the_parameter_that_is_given_it_has_it() {
    let f = |body: &str, call: &str| format!("f() {{ {body}; }}\nf {call}\n");
    let v = format!("\"${V}\"");
    for (body, call) in [
        ("echo \"$1\"", format!("{v} x")),
        ("echo \"$2\"", format!("x {v}")),
        ("echo \"$2\"", format!("'a b' {v}")),
        ("echo \"$2\"", format!("\"a $x\" {v}")),
        ("echo \"${12}\"", format!("1 2 3 4 5 6 7 8 9 10 11 {v}")),
        // Nobody knows how many words these are.
        ("echo \"$1\"", format!("$x {v}")),
        ("echo \"$2\"", format!("$x {v}")),
        ("echo \"$3\"", format!("\"${{list[@]}}\" {v}")),
        ("echo \"$3\"", format!("*.c {v}")),
        ("echo \"$3\"", format!("{{a,b}} {v}")),
        ("echo \"$@\"", format!("x {v}")),
        ("echo \"$*\"", format!("{v} x")),
        ("echo \"${@:2}\"", format!("x {v}")),
        ("echo \"${!#}\"", format!("x {v}")),
        ("for x in \"$@\"; do echo \"$x\"; done", format!("x {v}")),
        ("for x; do echo \"$x\"; done", format!("x {v}")),
        ("for x do echo \"$x\"; done", format!("x {v}")),
        ("shift; echo \"$1\"", format!("x {v}")),
        ("shift; shift; echo \"$1\"", format!("x y {v}")),
        ("shift; echo \"$@\"", format!("x {v}")),
        // It may not be moved at all.
        ("shift 2; echo \"$1\"", v.clone()),
        ("if true; then shift; fi; echo \"$1\"", v.clone()),
        ("if true; then shift; fi; echo \"$1\"", format!("x {v}")),
        (
            "while [ $# -gt 0 ]; do case $1 in --url) u=$2; shift 2;; *) shift;; esac; done; echo \"$u\"",
            format!("--json --url {v}"),
        ),
        ("eval shift; echo \"$1\"", format!("x {v}")),
        ("shift; eval 'echo \"$1\"'", format!("x {v}")),
        ("set -- x \"$@\"; echo \"$2\"", v.clone()),
        ("set -- \"$2\"; echo \"$1\"", format!("x {v}")),
        ("set \"$2\"; echo \"$1\"", format!("x {v}")),
        ("set -- \"$@\" x; echo \"$1\"", v.clone()),
        ("g() { echo \"$3\"; }; g a \"$@\"", format!("x {v}")),
        ("g() { echo \"$1\"; }; shift; g \"$@\"", format!("x {v}")),
        ("g() { echo \"$1\"; }; g \"${@}\" a", v.clone()),
        ("local n=$2; echo \"${!n}\"", format!("x {V}")),
    ] {
        tells(&f(body, &call), &["prints: echo"]);
    }
    for (body, call) in [
        ("echo \"$2\"", format!("{v} x")),
        ("echo \"$1\"", format!("x {v}")),
        ("echo \"$1\"", format!("'a b' {v} c")),
        ("echo \"$10\"", format!("1 2 3 4 5 6 7 8 9 {v}")),
        ("shift; echo \"$1\"", format!("{v} x")),
        ("shift; echo \"$@\"", format!("{v} x")),
        ("local u=\"$1\"; shift; BASE=\"$u\" \"$@\"", format!("{v} make test")),
        ("shift; shift; echo \"$*\"", format!("a {v} x")),
        ("set -- \"$2\"; echo \"$2\"", format!("{v} x")),
        ("g() { echo \"$1\"; }; g a \"$@\"", v.clone()),
        ("g() { echo \"$2\"; }; shift; g \"$@\"", format!("x {v} y")),
        ("g() { echo \"$1\"; }; shift; g \"$@\"", format!("{v} x")),
        ("echo \"$#\"", v.clone()),
        ("local n=$1; echo \"${!n}\"", format!("x {V}")),
    ] {
        tells(&f(body, &call), &[]);
    }
    // One that is defined twice may be either.
    let twice = "f() { shift; }\nf() { echo \"$1\"; }\n";
    tells(&format!("{twice}f {v}\n"), &["prints: echo"]);
    tells(&format!("f() {{ echo \"$1\"; }}\nf=f\n\"$f\" {v}\ncommand f {v}\n"), &["prints: echo"]);
}

#[test]
fn what_several_words_stand_for_is_a_command() {
    let v = format!("\"${V}\"");
    tells(&format!("cmd=(echo {v})\n\"${{cmd[@]}}\"\n"), &["prints: echo"]);
    tells(&format!("cmd=(echo)\ncmd+=({v})\n\"${{cmd[@]}}\"\n"), &["prints: echo"]);
    tells(&format!("cmd=(curl -s)\ncmd+=({v})\n\"${{cmd[@]}}\"\n"), &["argv: curl"]);
    tells(&format!("cmd=()\ncmd+=(curl {v})\n\"${{cmd[@]}}\"\n"), &["argv: curl"]);
    tells(&format!("cmd=([ -n {v} ])\n\"${{cmd[@]}}\"\n"), &[]);
    tells(&format!("cmd=(echo {v})\nx=$(\"${{cmd[@]}}\")\ncurl \"$x\"\n"), &["argv: curl"]);
    tells(&format!("f() {{ echo \"$1\"; }}\ncmd=(f {v})\n\"${{cmd[@]}}\"\n"), &["prints: echo"]);
    let run = "run() { \"$@\"; }\n";
    tells(&format!("{run}run curl {v}\n"), &["argv: curl"]);
    tells(&format!("{run}run echo {v}\n"), &["prints: echo"]);
    tells(&format!("{run}run [ -n {v} ]\n"), &[]);
    tells(&format!("{run}f() {{ echo \"$1\"; }}\nrun f {v}\n"), &["prints: echo"]);
    let retry = "retry() { n=$1; shift; \"$@\"; }\n";
    tells(&format!("{retry}retry 3 curl {v}\n"), &["argv: curl"]);
    tells(&format!("{retry}f() {{ echo \"$1\"; }}\nretry 3 f {v}\n"), &["prints: echo"]);
    tells("retry() { while [ $1 = x ]; do shift; done; \"$@\"; }\nretry x curl a\n", &[]);
}
