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
