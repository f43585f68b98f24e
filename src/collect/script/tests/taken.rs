//! Ways in which a variable takes the value, beside an assignment.

use super::{V, collected, tells};

#[test]
fn a_variable_takes_it_in_many_ways() {
    for taken in [
        format!(": \"${{x:=${V}}}\""),
        format!("${{x=${V}}}").replace("${x", ": ${x"),
        format!("[[ ${V} =~ ^(.*)$ ]] && x=${{BASH_REMATCH[1]}}"),
        format!("if [[ \"${V}\" =~ ^http://([^/]+) ]]; then x=\"${{BASH_REMATCH[1]}}\"; fi"),
        format!("read -r x <<< \"${V}\""),
        format!("mapfile -t x <<< \"${V}\""),
        format!("mapfile <<< \"${V}\"; x=${{MAPFILE[0]}}"),
        format!("read <<< \"${V}\"; x=$REPLY"),
        format!("readarray -t x < <(echo \"${V}\")"),
        format!("read -r x < <(printf '%s' \"${V}\" | tr a b)"),
        format!("shopt -s lastpipe; echo \"${V}\" | mapfile -t x"),
        format!("echo \"${V}\" | read -r x"),
        format!("take() {{ read -r x; }}; take <<< \"${V}\""),
        format!("take() {{ read -r x; }}; take < <(echo \"${V}\")"),
        "x=$(declare -p)".to_owned(),
        format!("x=$(declare -p {V})"),
        format!("n={V}; x=$(declare -p \"$n\")"),
        "x=\"$(export -p)\"".to_owned(),
        "x=$(export)".to_owned(),
        "x=`set`".to_owned(),
    ] {
        tells(&format!("{taken}\necho \"$x\"\n"), &["prints: echo"]);
    }
    for not in [
        format!(": \"${{x:=${{{V}:+present}}}}\""),
        format!("[[ $y =~ ^(.*)$ ]] && x=${{BASH_REMATCH[1]}}; [ -n \"${V}\" ]"),
        "read -r x < <(echo a)".to_owned(),
        "x=$(declare -p HOME)".to_owned(),
        "x=$(declare -f)".to_owned(),
        format!("echo \"${V}\" | {{ read -r y; }} > /dev/null"),
    ] {
        tells(&format!("{not}\necho \"$x\"\n"), &[]);
    }
    let read = "while read -r x; do echo \"$x\"; done";
    tells(&format!("{read} < <(echo \"${V}\")\n"), &["prints: echo"]);
    tells(&format!("{read} < /proc/self/environ\n"), &["prints: echo"]);
    tells(&format!("{read} < <(env)\n"), &["prints: echo"]);
    tells(&format!("{read} < list\n"), &[]);
    tells("echo \"$(declare -p)\"\n", &["prints: echo"]);
    tells("echo \"$(set)\"\n", &["prints: echo"]);
    tells(": \"${CASE_MODEL:=claude-sonnet-4-6}\"\n", &["knobs: claude-sonnet-4-6"]);
}

#[test]
fn a_file_that_a_process_writes_is_read() {
    tells(&format!("cat <(echo \"${V}\")\n"), &["prints: cat"]);
    tells(&format!("head -1 <(echo \"${V}\")\n"), &["prints: head"]);
    tells(&format!("cat <(echo \"${V}\") > log\n"), &["files: log"]);
    tells(&format!("grep -qf <(echo \"${V}\") log\ncurl -K <(echo \"${V}\")\n"), &[]);
}

#[test]
fn what_the_grammar_does_not_know_is_read_all_the_same() {
    tells(&format!("cat > f <<<\"${V}\"\n"), &["files: f"]);
    tells(&format!("cat > /dev/null <<< \"${V}\"\n"), &[]);
    tells(&format!("cat 2>&1 <<<${V}\n"), &["prints: here-string"]);
    tells(&format!("read -r x 2> /dev/null <<<\"${V}\"\necho \"$x\"\n"), &["prints: echo"]);
    tells(&format!("bash 2> log <<< 'echo \"${V}\"'\n"), &["prints: echo"]);
    tells("exec 3<>/dev/tcp/localhost/80\n", &[]);
    tells("exec {fd}<>\"$1\"\n", &[]);
    tells(&format!("exec 3<>/dev/tcp/$H/80\necho \"${V}\" >&3\n"), &["prints: echo"]);
    tells(&format!("for x do echo \"$x\"; done\nfor y\ndo true; done\necho \"${V}\"\n"), &["prints: echo"]);
    assert_eq!(collected("echo < < x\n").gaps.len(), 1);
}

#[test]
fn a_tools_own_model_is_no_knob() {
    for own in [
        "whisper --model small a.wav",
        "python3 -m spacy download --model en_core_web_sm",
        "spacy download --model en",
        "echo x | piper --model en_US-lessac",
        "faster-whisper --model=large-v3",
        "WHISPER_MODEL=small",
        "forbidden_model=\"gpt-4o\"\nif [[ $MODEL == \"$forbidden_model\" ]]; then exit 1; fi",
        "DISALLOWED_PROVIDER=openai",
    ] {
        tells(&format!("{own}\n"), &[]);
    }
    tells("whisper --model claude-sonnet-4-6\n", &["knobs: claude-sonnet-4-6"]);
    tells("whisper-agent --model gpt-5\n", &["knobs: gpt-5"]);
    tells("data-tool --model gpt-5\n", &["knobs: gpt-5"]);
    tells("python3 -m agent --model gpt-5\n", &["knobs: gpt-5"]);
    tells("forbidden_model=gpt-4o\nagent --model \"$forbidden_model\"\n", &["knobs: gpt-4o"]);
    tells("forbidden_model=gpt-4o\nCASE_MODEL=$forbidden_model\n", &["knobs: gpt-4o"]);
}
