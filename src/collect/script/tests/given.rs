//! Scripts, and functions, that a script is given as strings.

use super::{V, collected, facts, tells};
use crate::evidence::Node;

#[test]
fn a_script_that_is_given_as_a_string_is_read() {
    for text in [
        format!("bash -c 'echo \"${V}\"'\n"),
        format!("sh -euo pipefail -c 'echo \"${V}\"' _ x\n"),
        format!("timeout 5 bash -lc 'echo \"${V}\"'\n"),
        format!("find . -exec sh -c 'echo ${V}' \\;\n"),
        format!("eval 'echo ${V}'\n"),
        format!("eval \"echo \\${V}\"\n"),
        format!("eval \"echo ${V}\"\n"),
        format!("eval echo ${V}\n"),
        format!("eval -- echo \"${V}\"\n"),
        // Whatever quotes it stands in by then.
        format!("eval \"echo '${V}'\"\n"),
        format!("eval \"echo \\\\${V}\"\n"),
        format!("eval \"echo $'${V}'\"\n"),
        format!("eval \"echo '$(echo \"${V}\")'\"\n"),
        format!("u=${V}\neval \"echo 'url: $u'\"\n"),
        format!("c=\"echo '${V}'\"\neval \"$c\"\n"),
        format!("trap \"echo 'using ${V}'\" EXIT\n"),
        format!("a=echo\nb='\"${V}\"'\nc=\"$a $b\"\neval \"$c\"\n"),
        format!("a=echo\nb='\"${V}\"'\neval \"$a $b\"\n"),
        format!("bash <<EOF\necho '${V}'\nEOF\n"),
        format!("trap 'echo \"${V}\"' EXIT\n"),
        format!("trap \"echo ${V}\" EXIT\n"),
        format!("trap -- 'echo ${V}' EXIT INT\n"),
        format!("command='echo ${V}'\neval \"$command\"\n"),
        format!("eval 'eval \"echo ${V}\"'\n"),
        format!("eval 'url=${V}'\necho \"$url\"\n"),
        format!("show() {{ eval 'echo \"$1\"'; }}\nshow \"${V}\"\n"),
        format!("bash <<'EOF'\necho ${V}\nEOF\n"),
        format!("bash -s <<EOF\necho \\${V}\nEOF\n"),
        format!("bash <<< 'echo ${V}'\n"),
        format!("\\echo \"${V}\"\n"),
        format!("export A=b\n\\echo \"${V}\"\n"),
        format!("true x\n  \\echo \"${V}\"; true\n"),
    ] {
        tells(&text, &["prints: echo"]);
    }
    tells(&format!("bash -c \"echo ${V}\"\n"), &["prints: echo", "argv: bash"]);
    tells("eval env\n", &["prints: env"]);
    tells("trap 'set -x' DEBUG\n", &["prints: set -x"]);
    tells(&format!("bash -c 'curl \"${V}/models\"'\n"), &["argv: curl"]);
    tells(&format!("bash -c 'echo ${V}' > log\n"), &["files: log"]);
    tells("eval 'export CASE_MODEL=claude-sonnet-4-6'\n", &["knobs: claude-sonnet-4-6"]);
    assert!(facts("bash -c 'run-case.sh --engine case'\n").1);
}

#[test]
fn a_string_that_prints_nothing_of_it_is_none() {
    for text in [
        format!("x=$(bash -c 'echo \"${V}\"')\n"),
        format!("bash -c 'echo \"${V}\"' | grep -q http\n"),
        format!("bash -c '[ -n \"${V}\" ]'\n"),
        format!("bash -c \"echo '{V}=present'\"\n"),
        format!("eval \"{V}=\\${{{V}%/}}\"\n"),
        format!("eval \"[ -n '${V}' ] && echo 'there'\"\n"),
        format!("eval \"echo '\\${V}'\"\n"),
        "eval \"$(ssh-agent -s)\"\neval \"$1\"\neval set -- \"$options\"\n".to_owned(),
        "trap - EXIT\ntrap '' INT\ntrap -p\ntrap 'rm -rf \"$work\"' EXIT\ntrap cleanup EXIT\n".to_owned(),
        "bash run.sh -c x\nbash -n \"$1\"\nprintf '%s' bash -c 'a'\n".to_owned(),
        format!("bash run.sh <<'EOF'\necho ${V}\nEOF\n"),
    ] {
        tells(&text, &[]);
    }
}

#[test]
fn what_stands_in_a_string_is_told_at_its_bytes() {
    let text = format!("true\ntrap 'echo \"${V}\"' EXIT\neval \"echo \\${V}\"\n");
    let evidence = collected(&text);
    let prints = evidence.document.get("shell").and_then(|shell| shell.get("prints")).unwrap();
    let at = |fact: &Node| {
        let span = fact.place.unwrap().span;
        text[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()].to_owned()
    };
    assert_eq!(
        prints.as_list().unwrap().iter().map(at).collect::<Vec<_>>(),
        [format!("${V}"), format!("\"echo \\${V}\"")]
    );
}

#[test]
fn what_a_string_hides_is_a_gap() {
    let nested = |times: usize| {
        (0..times).fold(format!("echo ${V}"), |text, _| format!("eval {}", text.replace(' ', "\\ ")))
    };
    assert_eq!(collected(&format!("{}\n", nested(2))).gaps, []);
    let many = "x='eval \"$x\"; eval \"$x\"; eval \"$x\"; eval \"$x\"'\neval \"$x\"\n";
    for text in [many, "bash -c 'if then fi fi ('\n", "eval 'echo \"'\n"] {
        let gaps = collected(text).gaps;
        assert_eq!(gaps.len(), 1, "{text}: {gaps:?}");
    }
}

#[test]
fn a_function_whose_name_somebody_gives_may_be_any() {
    let url = format!("url() {{ echo \"${V}\"; }}\ncheck() {{ [ -n \"$(url)\" ]; }}\n");
    tells(&url, &[]);
    for shown in ["\"$@\"", "\"$1\"", "\"${1:-check}\" x", "run=$1\n\"$run\"", "read -r run\n$run"] {
        tells(&format!("{url}{shown}\n"), &["prints: echo"]);
    }
    for shown in [
        "for f in check url; do \"$f\"; done",
        "f=check\nf=url\n\"$f\"",
        "run() { local f=\"$1\"; \"$f\"; }\nrun \"url\"",
    ] {
        tells(&format!("{url}{shown}\n"), &["prints: echo"]);
    }
    for kept in [
        "run() { \"$@\"; }\nrun make test",
        "retry() { local n=$1; shift; \"$@\"; }\nretry 3 make",
        "\"$PYTHON\" agent.py",
        "\"${PYTHON:-python3}\" agent.py",
        "\"$1/run.sh\"",
        "PYTHON=$(command -v python3)\n$PYTHON agent.py",
        "for f in check; do \"$f\"; done",
        "x=$(\"$@\")",
    ] {
        tells(&format!("{url}{kept}\n"), &[]);
    }
}

#[test]
fn every_string_that_a_shell_may_be_given_is_read() {
    let echo = format!("'echo \"${V}\"'");
    for text in [
        format!("CMD='true'\nCMD={echo}\neval \"$CMD\"\n"),
        format!("CMD={echo}\nCMD='true'\nbash -c \"$CMD\"\n"),
        format!("for c in true {echo}; do eval \"$c\"; done\n"),
        format!("f() {{ local c=\"$1\"; eval \"$c\"; }}\nf {echo}\n"),
        format!("f() {{ eval \"$1\"; }}\nf true\nf {echo}\n"),
        format!("f() {{ shift; eval \"$1\"; }}\nf true {echo}\n"),
        format!("f() {{ bash -c \"$*\"; }}\nf echo '${V}'\n"),
        format!("c=\"$D\"\nD={echo}\neval \"$c\"\n"),
        format!("c=\"echo ${V}\"\neval \"$c\"\n"),
        format!("c='curl x'\nc=\"$1 && echo \\${V}\"\neval \"$c\"\n"),
        format!("echo {echo} | bash\n"),
        format!("printf '%s\\n' {echo} | sh -s\n"),
        format!("cat <<'X' | bash\necho \"${V}\"\nX\n"),
        format!("source /dev/stdin <<'X'\necho \"${V}\"\nX\n"),
        format!(". /dev/stdin <<< {echo}\n"),
        format!("eval \"$(cat <<'X'\necho \"${V}\"\nX\n)\"\n"),
        format!("eval \"$(echo {echo})\"\n"),
        format!("source <(echo {echo})\n"),
        format!("bash <(echo {echo})\n"),
        format!("eval 'c=\"echo \\${V}\"'\neval \"$c\"\n"),
        format!("cmd=(bash -c {echo})\n\"${{cmd[@]}}\"\n"),
        format!("cmd=(bash -c)\n\"${{cmd[@]}}\" {echo}\n"),
    ] {
        tells(&text, &["prints: echo"]);
    }
    tells("cmd=(bash -c \"make test\")\n\"${cmd[@]}\"\n", &[]);
    tells("cmd=(timeout 5 bash -c 'make test')\n\"${cmd[@]}\"\n\"${cmd[@]}\" x\n", &[]);
}

#[test]
fn a_string_that_is_put_together_when_it_runs_is_a_gap() {
    let v = format!("'\"${V}\"'");
    for text in [
        format!("CMD='echo '\nCMD+={v}\neval \"$CMD\"\n"),
        format!("for p in 'ec' 'ho \"${V}\"'; do CMD=\"$CMD$p\"; done\neval \"$CMD\"\n"),
        format!("CMD=$(printf 'ec%s \"${V}\"' ho; echo 'a b')\neval \"$CMD\"\n"),
        "eval \"$(echo 'x b' | tr x y)\"\n".to_owned(),
        "tell() { echo 'a b'; }\neval \"$(tell)\"\n".to_owned(),
        // What grows is a command's name, or has one in it.
        format!("a=ec\nwhile read -r x; do a=\"${{a}}ho\"; done\neval \"$a \\${V}\"\n"),
        format!("a='x'\na=\"$a; echo '\\${V}'\"\neval set -- \"$a\"\n"),
        "a=x\na=\"$a 'y\"\neval set -- \"$a\"\n".to_owned(),
        "a=-p\na=\"$a x\"\neval \"declare $a\"\n".to_owned(),
        "a=x\na=\"$a y\"\neval \"command $a\"\n".to_owned(),
        "f() { \"$@\"; }\na=x\na=\"$a y\"\neval \"f $a\"\n".to_owned(),
        "a=x\na=\"$a y\"\neval \"b=1 $a\"\n".to_owned(),
        "a=x\na=\"$a y\"\neval \"true; $a\"\n".to_owned(),
        "a=x\nf() { a=\"$a$p\"; }\np='; env'\nf\neval set -- \"$a\"\n".to_owned(),
        "echo 'a b' | tr a b | bash\n".to_owned(),
    ] {
        let gaps = collected(&text).gaps;
        assert!(gaps.iter().any(|gap| gap.why.contains("not known before it runs")), "{text}: {gaps:?}");
    }
    for text in [
        "OPTS=$(getopt -o a -- \"$@\")\neval set -- \"$OPTS\"\n",
        "eval \"$(ssh-agent -s)\"\neval \"$(brew shellenv)\"\n",
        "dir=$(cd \"$(dirname \"$0\")\" && pwd)\nbash -c \"cd $dir && make\"\n",
        "root() { echo \"$1/x\"; }\ndir=$(root \"$1\")\nbash -c \"cd $dir && make\"\n",
        "name=$(echo \"$1\" | tr A-Z a-z)\nbash -c \"make $name\"\n",
        "args=$(printf '%q ' \"$@\")\nbash -c \"make $args\"\n",
        "curl -fsSL https://example.test/install.sh | bash\n",
        "PATH=\"$PATH:/x\"\nbash -c 'make'\n",
        // What grows are words of a command that stands there.
        "for a; do args=\"$args '$a'\"; done\neval set -- \"$args\"\n",
        "files=\nfiles=\"$files $(mktemp)\"\ntrap \"rm -f $files\" EXIT\n",
        "o=-q\no+=\" -v\"\neval \"make $o all\"\n",
    ] {
        tells(text, &[]);
    }
}
