//! What a run's generated configuration says of models, in whatever syntax: a use, a gap, or nothing.

use super::run_models::{hold, write};
use super::unproven::changed;

/// The name of one of the route's fallbacks, and of the model that it admits.
const NAME: &str = "claude-sonnet-4-6";
const OWN: &str = "qwen3.6-35b-a3b";

#[test]
fn a_value_ends_where_its_line_says() {
    for line in [
        "CASE_MODEL=\"NAME\"  # admitted",
        "model = \"NAME\";",
        "model = NAME ; admitted",
        "model = NAME // admitted",
        "model = NAME,",
        "CASE_MODEL=NAME case run",
        "export CASE_MODEL=NAME CASE_PROVIDER=qwen-local",
        "A=\"b c\" CASE_MODEL='NAME' case",
        "MODEL = \"NAME\"  # admitted",
        "MODEL ?= NAME",
        "$env:CASE_MODEL = \"NAME\"",
        "ENV CASE_MODEL=NAME CASE_PROVIDER=qwen-local",
        "Environment=CASE_MODEL=NAME",
        "Environment=\"CASE_MODEL=NAME\"",
    ] {
        let told = |name: &str| {
            changed(|run| {
                write(run, "config/a.conf", format!("{}\n", line.replace("NAME", name)).as_bytes())
            })
        };
        assert_eq!(told(OWN).0, "proven", "{line}: {:?}", told(OWN));
        let found = told(NAME);
        assert_eq!(
            (found.0.as_str(), found.2),
            ("refuted", vec!["route/fallback-model".to_owned()]),
            "{line}"
        );
    }
    hold(&[
        ("config/a.env", "CASE_MODEL=qwen3.6-35b-a3b CASE_PROVIDER=anthropic case\n", "refuted"),
        ("config/a.py", "MODEL = \"qwen3.6-35b-a3b\"  # x\nFALLBACK_MODEL = None\n", "proven"),
        // What is no name is not understood.
        ("config/a.conf", "model = qwen3.6-35b-a3b or the next\n", "unproven"),
        ("config/a.conf", "model = \"qwen3.6\" + suffix\n", "refuted"),
        ("config/a.py", "model = chosen\n", "unproven"),
        ("config/a.js", "fallback: false,\nprovider: null,\n", "proven"),
    ]);
}

#[test]
fn what_stands_for_another_value_names_no_model() {
    for (file, text) in [
        ("config/a.yaml", "model: ${VALUE}\n"),
        ("config/a.json", "{\"model\": \"${VALUE}\"}\n"),
        ("config/a.env", "MODEL=${VALUE}\n"),
        ("config/a.sh", "case --model \"${VALUE}\"\n"),
        ("config/a.xml", "<model>${VALUE}</model>\n"),
    ] {
        for (value, verdict) in [
            ("CASE_MODEL", "proven"),
            ("CASE_MODEL:-qwen3.6-35b-a3b", "proven"),
            ("CASE_MODEL:-claude-sonnet-4-6", "refuted"),
            ("CASE_MODEL:-${OTHER:-gpt-5}", "refuted"),
        ] {
            let text = text.replace("VALUE", value);
            let found = changed(|run| write(run, file, text.as_bytes()));
            assert_eq!(found.0, verdict, "{file}: {text}: {found:?}");
        }
    }
    hold(&[
        ("config/a.env", "MODEL=$CASE_MODEL\n", "proven"),
        ("config/a.sh", "case --model \"$CASE_MODEL\"\nMODEL=\"$1\"\n", "proven"),
        ("config/a.mk", "run:\n\tcase --model $(MODEL)\n", "proven"),
        ("config/a.sh", "case \"$1\" in\n  --model=*) MODEL=\"${1#*=}\" ;;\nesac\n", "proven"),
        ("config/a.py", "model = os.environ[\"CASE_MODEL\"]\n", "proven"),
        ("config/a.js", "const model = process.env.CASE_MODEL;\n", "proven"),
        ("config/a.js", "const model = process.env.CASE_MODEL || 'gpt-5';\n", "unproven"),
        ("config/a.json", "{\"model\": \"{{ pick() }}\"}\n", "unproven"),
        ("config/a.sh", "case --model \"$(cat model)\"\n", "unproven"),
        // Whether there is a fallback, a variable leaves open; and a command line has to tell its model.
        ("config/a.json", "{\"fallback_model\": \"${FALLBACK}\"}\n", "unproven"),
        ("backend/argv.json", "[\"sh\", \"-c\", \"case --model \\\"$CASE_MODEL\\\"\"]\n", "unproven"),
    ]);
}

#[test]
fn what_only_looks_like_a_comment_hides_nothing() {
    hold(&[
        ("config/a.h", "#define CASE_MODEL \"claude-sonnet-4-6\"\n", "refuted"),
        ("config/a.js", "class A {\n  #model = \"claude-sonnet-4-6\";\n}\n", "refuted"),
        ("config/a.md", "# Model: claude-sonnet-4-6\n", "refuted"),
        ("config/a.md", "# claude-sonnet-4-6 is the second model\n", "unproven"),
        (
            "config/a.js",
            "const g = `\n  dist/*\n`;\nexport const model = \"claude-sonnet-4-6\";\n",
            "refuted",
        ),
        ("config/a.hcl", "ignore = <<EOF\nnode_modules/*\nEOF\nmodel = \"claude-sonnet-4-6\"\n", "refuted"),
        ("config/a.hcl", "x = <<E\nlib/*\nE\nmodel = \"gpt-5\"\n/* y */\n", "unproven"),
        ("config/a.md", "Comments begin with `<!--`.\n\nmodel: claude-sonnet-4-6\n", "refuted"),
        ("config/a.md", "Here `<!--`.\n\nmodel: claude-sonnet-4-6\nThere `-->`.\n", "unproven"),
        ("config/a.lua", "args = [[--model claude-sonnet-4-6]]\n", "refuted"),
        ("config/a.lua", "args = [[\n--model claude-sonnet-4-6\n]]\n", "unproven"),
        ("config/a.js", "/* model: 'gpt-5' */\n/**\n * @model claude-sonnet-4-6\n */\nx()\n", "proven"),
        ("config/a.conf", "; model = gpt-5\n# model = gpt-5\n", "proven"),
        ("config/a.py", "#!/usr/bin/env python3\n# model = gpt-5\n", "proven"),
    ]);
}

#[test]
fn variables_and_command_lines_are_read_in_every_form() {
    hold(&[
        ("config/a.yaml", "env:\n - name: CASE_MODEL\n   value: claude-sonnet-4-6\n", "refuted"),
        ("config/a.yaml", "env:\n - name: CASE_MODEL\n   value: qwen3.6-35b-a3b\n", "proven"),
        ("config/a.json", r#"[{"key": "model", "value": "gpt-5"}]"#, "refuted"),
        (
            "backend/argv.json",
            r#"[{"process": "x", "argv": ["x"], "env": [{"name": "CASE_MODEL", "value": "gpt-5"}]}]"#,
            "refuted",
        ),
        ("backend/a.log", r#"{"env": "A=1 CASE_MODEL=claude-sonnet-4-6"}"#, "refuted"),
        ("backend/a.log", r#"{"environ": [["CASE_MODEL", "gpt-5"], {"CASE_PROVIDER": "x"}]}"#, "refuted"),
        ("backend/a.log", r#"{"environment": "staging", "env": ["A", "B=2"]}"#, "proven"),
        ("backend/a.log", r#"{"argv": [["case", "--model", "gpt-5"]]}"#, "refuted"),
        ("backend/a.log", r#"{"argv": {"0": "case", "1": "--model", "2": "gpt-5"}}"#, "unproven"),
        ("backend/a.log", r#"{"argv": ["case", "-n", 3], "x": {"argv": null}}"#, "proven"),
        ("config/a.json", r#"{"command": "case", "args": ["--model", "claude-sonnet-4-6"]}"#, "refuted"),
        ("config/a.json", r#"{"command": "case", "args": ["--model", "qwen3.6-35b-a3b"]}"#, "proven"),
        ("config/a.toml", "command = \"case --fallback-model claude-sonnet-4-6\"\n", "refuted"),
        ("config/a.toml", "run = \"case --allow-fallback\"\n", "refuted"),
        ("config/a.yaml", "steps:\n - sh: |\n     case \\\n       --model gpt-5\n", "refuted"),
        (
            "config/a.json",
            r#"{"description": "--model gpt-5 is none", "x": "use --model to choose"}"#,
            "proven",
        ),
    ]);
}

#[test]
fn a_key_forbids_what_it_names_and_a_configuration_hands_nothing_on() {
    for record in [
        r#"{"exclusive_model": "NAME"}"#,
        r#"{"agents": {"no-tools": {"model": "NAME"}}}"#,
        r#"{"off_peak_model": "NAME"}"#,
        r#"{"properties": {"model": "NAME"}}"#,
        r#"{"prompts": {"coder": {"model": "NAME"}}}"#,
        r#"{"type": "tool", "settings": {"model": "NAME"}}"#,
    ] {
        for name in [NAME, "gpt-5"] {
            let text = record.replace("NAME", name);
            let found = changed(|run| write(run, "config/a.json", text.as_bytes()));
            assert_eq!(found.0, "refuted", "{text}: {found:?}");
        }
    }
    hold(&[
        ("config/a.json", r#"{"excluded_models": ["claude-sonnet-4-6"], "no_model": "gpt-5"}"#, "proven"),
        (
            "config/a.json",
            r#"{"input_schema": {"type": "object", "properties": {"model": {"type": "string"}}}}"#,
            "proven",
        ),
        (
            "config/a.json",
            r#"{"prompts": {"a": "Answer {\"model\": \"x\"}"}, "prompt": "anthropic"}"#,
            "proven",
        ),
    ]);
}

#[test]
fn the_mark_of_utf_8_hides_nothing() {
    for (file, text) in [
        ("config/a.ini", "[model]\nname = gpt-5\n"),
        ("config/a.json", "{\"model\": \"gpt-5\"}"),
        ("config/a.yaml", "model: gpt-5\n"),
    ] {
        let found = changed(|run| write(run, file, format!("\u{feff}{text}").as_bytes()));
        assert_eq!(found.0, "refuted", "{file}: {found:?}");
    }
}

#[test]
fn a_key_of_a_model_beside_what_can_only_be_a_name_is_a_gap() {
    for (file, line) in [
        ("config/a.ini", "[model]\ndefault = NAME\n"),
        ("config/a.js", "model:\n    \"NAME\",\n"),
        ("config/a.js", "args: [\n  \"--model\",\n  \"NAME\",\n]\n"),
        ("config/a.sh", "args=(\n  --model\n  NAME\n)\n"),
        ("config/a.fish", "set -gx CASE_MODEL NAME\n"),
        ("config/a.xml", "<property name=\"model\" value=\"NAME\"/>\n"),
        ("config/a.el", "(setq model \"NAME\")\n"),
        ("config/a.js", "config.set(\"model\", \"NAME\");\n"),
        ("config/a.conf", "-model NAME\n"),
        ("config/a.py", "MODEL = \"qwen3.6-35b-a3b\" if x else \"NAME\"\n"),
    ] {
        for (name, verdict) in [("gpt-5", "unproven"), (OWN, "proven")] {
            let text = line.replace("NAME", name);
            let found = changed(|run| write(run, file, text.as_bytes()));
            assert_eq!(found.0, verdict, "{file}: {text}: {found:?}");
        }
    }
    hold(&[
        (
            "config/a.ini",
            "[model]\nname = qwen3.6-35b-a3b\nrevision = v1.2\npath = /models/x-1.gguf\n",
            "proven",
        ),
        ("config/a.env", "CASE_MODEL=\nIMAGE=app-1.2\n", "proven"),
        ("config/a.sh", "case \"$1\" in\n  --model) MODEL=\"$2\"; shift 2 ;;\nesac\n", "proven"),
        ("config/a.js", "import { Model } from './model';\nconst version = 'v-1.2';\n", "proven"),
        ("config/a.ts", "const model = 'qwen3.6-35b-a3b', version = 'v-1.2';\n", "proven"),
    ]);
}

/// What HCL calls by a name is what the file gives that name; what is given it elsewhere is not known here.
#[test]
fn a_variable_is_what_its_file_defines() {
    for (name, verdict) in [(OWN, "proven"), (NAME, "refuted"), ("gpt-5", "refuted")] {
        for text in [
            "variable \"m\" {\n  type    = string\n  default = \"NAME\"\n}\nmodel = var.m\n",
            "locals {\n  m = \"NAME\"\n}\nagent {\n  model = local.m\n}\n",
        ] {
            let text = text.replace("NAME", name);
            let found = changed(|run| write(run, "config/a.tf", text.as_bytes()));
            assert_eq!(found.0, verdict, "{text}: {found:?}");
        }
    }
    hold(&[
        ("config/a.tf", "model = var.m\n", "unproven"),
        ("config/a.tf", "variable \"m\" {\n}\nmodel = var.m\n", "unproven"),
        ("config/a.tf", "locals {\n  m = \"qwen3.6-35b-a3b\"\n}\nmodel = var.m\n", "unproven"),
        (
            "config/a.tf",
            "locals {\n  m = \"qwen3.6-35b-a3b\"\n  m = pick()\n}\nmodel = local.m\n",
            "unproven",
        ),
        // A name of several words is none that anybody can be sure of.
        ("config/a.ini", "model = Claude Sonnet 4.6\n", "unproven"),
    ]);
}

#[test]
fn a_section_may_list_what_is_used_by_its_name() {
    hold(&[
        ("config/a.ini", "[providers]\nanthropic = on\n", "refuted"),
        ("config/a.ini", "[models]\nclaude-sonnet-4-6 = 1\n", "refuted"),
        ("config/a.ini", "[providers]\nanthropic = off\n", "proven"),
        ("config/a.ini", "[forbidden models]\nclaude-sonnet-4-6 = 1\n", "proven"),
        ("config/a.ini", "[price]\nclaude-sonnet-4-6 = 3\n", "proven"),
        ("config/a.ini", "[pricing.models]\nclaude-sonnet-4-6 = 3\n", "proven"),
    ]);
}

#[test]
fn what_serves_as_llm_is_a_model_where_it_can_be_nothing_else() {
    for (file, text) in [
        ("config/a.yaml", "llm: NAME\n"),
        ("config/a.yaml", "agent:\n  llm:\n    id: NAME\n"),
        ("config/a.json", "{\"llm\": {\"name\": \"NAME\", \"timeout\": \"3s\"}}"),
        ("config/a.ini", "[agent]\nllm = NAME\n"),
        ("config/a.env", "LLM=NAME\n"),
        ("config/a.js", "llm: 'NAME',\n"),
        ("backend/a.log", "{\"msg\": \"spawn\", \"llm\": \"NAME\"}\n"),
        ("trace/a.jsonl", "{\"event\": \"spawn\", \"llm\": \"NAME\"}\n"),
    ] {
        for (name, verdict) in
            [(OWN, "proven"), ("qwen-local", "proven"), ("gpt-5", "refuted"), (NAME, "refuted")]
        {
            let text = text.replace("NAME", name);
            let found = changed(|run| write(run, file, text.as_bytes()));
            assert_eq!(found.0, verdict, "{file}: {text}: {found:?}");
        }
    }
    hold(&[
        ("config/a.yaml", "llm: {timeout: 30s, base: http://x-1}\n", "proven"),
        ("config/a.yaml", "llm: default\nllm_usage: {prompt: {tokens: 3}}\n", "proven"),
        ("config/a.yaml", "pricing:\n  llm: gpt-5\n", "proven"),
        ("config/a.yaml", "forbidden_llm: gpt-5\nknown_llms: [gpt-5]\n", "proven"),
        ("config/a.yaml", "llm: qwen3.6-8b\n", "unproven"),
        ("backend/a.log", "{\"llm\": \"node-1\"}\n", "proven"),
    ]);
}
