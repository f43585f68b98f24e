//! Every key of the configuration, once: the page, the JSON Schema and what `init` writes are made of this.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A key, what it does, and an example.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The table it stands in; empty for the top.
    pub table: &'static str,
    pub name: &'static str,
    pub kind: KeyKind,
    pub does: &'static str,
    /// TOML, as it may be written.
    pub example: &'static str,
    /// What holds where the key is absent.
    pub default: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Text,
    Texts,
    /// Some of `runs`, `sot`, `git`, `scripts`.
    Kinds,
    Switch,
    Number,
    Date,
    /// `error` or `warning`.
    Severity,
}

impl KeyKind {
    fn schema(self) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Self::Kinds => {
                let kinds = crate::audit::Kind::ALL.map(crate::audit::Kind::as_str);
                json!({"type": "array", "items": {"enum": kinds}})
            }
            Self::Switch => json!({"type": "boolean"}),
            Self::Number => json!({"type": "integer", "minimum": 0}),
            Self::Date => json!({"type": "string", "format": "date"}),
            Self::Severity => json!({"enum": ["error", "warning"]}),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Texts | Self::Kinds => "list of texts",
            Self::Switch => "true or false",
            Self::Number => "number",
            Self::Date => "date",
            Self::Severity => "`error` or `warning`",
        }
    }
}

const fn key(
    table: &'static str,
    name: &'static str,
    kind: KeyKind,
    does: &'static str,
    example: &'static str,
    default: &'static str,
) -> Key {
    Key { table, name, kind, does, example, default }
}

/// In the order in which they are explained.
pub const KEYS: &[Key] = &[
    key(
        "",
        "paths",
        KeyKind::Texts,
        "What `audit` looks at where the command line names nothing: run directories, folders of them, SOT documents or folders, git repositories.",
        "[\"runs\", \".sot\", \".\"]",
        "the current directory",
    ),
    key(
        "",
        "only",
        KeyKind::Kinds,
        "Only these kinds of subjects. `--only` replaces it.",
        "[\"runs\", \"sot\"]",
        "all kinds",
    ),
    key(
        "",
        "profile",
        KeyKind::Text,
        "The harness: the name of a built-in profile, or a file. `--profile` replaces it.",
        "\"hermes-case\"",
        "`hermes-case`",
    ),
    key(
        "",
        "rules",
        KeyKind::Texts,
        "Folders of more rules, beside the built-in ones. `--rules` adds to it.",
        "[\"harness-rules\"]",
        "none",
    ),
    key(
        "",
        "runs",
        KeyKind::Texts,
        "Where cited runs are looked up, without auditing them as such. `--runs` adds to it.",
        "[\"/var/harness/runs\"]",
        "the audited runs",
    ),
    key(
        "",
        "repo",
        KeyKind::Text,
        "The repository in which cited commits are looked up. `--repo` replaces it.",
        "\".\"",
        "the audited repository",
    ),
    key(
        "",
        "targets",
        KeyKind::Texts,
        "Target repositories, which no run may inspect or copy. `--target` adds to it.",
        "[\"../target\"]",
        "those of the profile",
    ),
    key(
        "",
        "endpoint-files",
        KeyKind::Texts,
        "Files of endpoint values, one a line, beside the environment variable. Keep them out of the repository. `--endpoint-file` adds to it.",
        "[\"/run/secrets/endpoint\"]",
        "none",
    ),
    key(
        "",
        "fingerprints",
        KeyKind::Texts,
        "Files of fingerprints (`counterfoil fingerprint`): hosts are found by them where the value is not at hand. Keyed ones want the pepper, in `COUNTERFOIL_PEPPER`.",
        "[\"endpoint.fingerprint\"]",
        "none",
    ),
    key(
        "",
        "history",
        KeyKind::Switch,
        "Whether all objects of a repository are searched, or only its work tree. `--no-history` is `false`.",
        "false",
        "`true`",
    ),
    key(
        "",
        "strict",
        KeyKind::Switch,
        "Whether a warning rejects as well. `--strict` is `true`.",
        "true",
        "`false`",
    ),
    key(
        "limits",
        "decoded-bytes",
        KeyKind::Number,
        "Bytes that views and decoders may make of one file. What does not fit is a gap.",
        "268435456",
        "268435456",
    ),
    key("limits", "depth", KeyKind::Number, "Encodings within one another.", "5", "5"),
    key(
        "limits",
        "held-bytes",
        KeyKind::Number,
        "Bytes that may be held of one file at once.",
        "8388608",
        "8388608",
    ),
    key(
        "severity",
        "severity",
        KeyKind::Severity,
        "The severity that counts instead of the rule's own.",
        "\"error\"",
        "required",
    ),
    key(
        "severity",
        "reason",
        KeyKind::Text,
        "Why. Without a reason the change does not count, and is itself a finding.",
        "\"no private address in this repository\"",
        "none",
    ),
    key(
        "waive",
        "rule",
        KeyKind::Text,
        "The rule that is forgiven, or all rules of a family: `route/*`.",
        "\"endpoint/shaped\"",
        "required",
    ),
    key(
        "waive",
        "path",
        KeyKind::Text,
        "Only in files that this glob matches, relative to the audited root. `*` stays within a folder, `**` does not.",
        "\"docs/**\"",
        "all files",
    ),
    key(
        "waive",
        "run",
        KeyKind::Text,
        "Only findings of this subject: a run's id, a work item's id.",
        "\"20260601T022535Z-r1-string-slugify-2731603\"",
        "all subjects",
    ),
    key(
        "waive",
        "fingerprint",
        KeyKind::Text,
        "Only the finding with this fingerprint (in the JSON document).",
        "\"0123456789abcdef0123456789abcdef\"",
        "all findings",
    ),
    key(
        "waive",
        "reason",
        KeyKind::Text,
        "Why. Without a reason the waiver does not count, and is itself a finding.",
        "\"addresses of the documentation network\"",
        "none",
    ),
    key(
        "waive",
        "expires",
        KeyKind::Date,
        "The last day on which it counts. Afterwards the waiver is itself a finding.",
        "2027-12-31",
        "never",
    ),
];

/// What is said of each table, and how it is written.
const TABLES: [(&str, &str, &str); 4] = [
    ("", "", ""),
    ("limits", "[limits]", "Bounds on hostile input."),
    ("severity", "[severity]", "Another severity for a rule: the key is the rule's id."),
    (
        "waive",
        "[[waive]]",
        "Findings that are forgiven. A waiver that matches nothing is itself a finding.",
    ),
];

fn of(table: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.table == table)
}

/// The JSON Schema of the file, which editors complete from.
#[must_use]
pub fn schema() -> Value {
    let properties = |table: &str| -> serde_json::Map<String, Value> {
        let describe = |key: &Key| {
            let mut schema = key.kind.schema();
            schema["description"] = json!(format!("{} Default: {}.", key.does, key.default));
            (key.name.to_owned(), schema)
        };
        of(table).map(describe).collect()
    };
    let required = |table: &str| -> Vec<&str> {
        of(table).filter(|key| key.default == "required").map(|key| key.name).collect()
    };
    let object = |table: &str| {
        json!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties(table),
            "required": required(table),
        })
    };
    let mut top = object("");
    top["properties"]["limits"] = object("limits");
    top["properties"]["severity"] = json!({"type": "object", "additionalProperties": object("severity")});
    top["properties"]["waive"] = json!({"type": "array", "items": object("waive")});
    for (table, _, says) in TABLES.iter().skip(1) {
        top["properties"][table]["description"] = json!(says);
    }
    top["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    top["title"] = json!("counterfoil.toml");
    top
}

/// The keys as tables of Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::new();
    for (table, written, says) in TABLES {
        if !table.is_empty() {
            let _ = writeln!(text, "### `{written}`\n\n{says}\n");
        }
        let _ = writeln!(text, "| key | is | does | default |\n| --- | --- | --- | --- |");
        for key in of(table) {
            let _ =
                writeln!(text, "| `{}` | {} | {} | {} |", key.name, key.kind.word(), key.does, key.default);
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

/// A whole file in which every key stands once: with its example, commented out unless `set` gives a value.
#[must_use]
pub fn commented(set: &dyn Fn(&Key) -> Option<String>) -> String {
    let mut text = String::from(
        "# What counterfoil audits here, and what it forgives.\n\
         # Relative paths count from this file's folder. `counterfoil audit` reads it.\n",
    );
    for (table, written, says) in TABLES {
        if !table.is_empty() {
            let _ = writeln!(text, "\n# {says}\n# {written}");
        }
        let mut one_line = Vec::new();
        for key in of(table) {
            if table == "severity" {
                one_line.push(format!("{} = {}", key.name, key.example));
                continue;
            }
            if table.is_empty() {
                text.push('\n');
            }
            let _ = writeln!(text, "# {} Default: {}.", key.does, key.default);
            match set(key) {
                Some(value) => drop(writeln!(text, "{} = {value}", key.name)),
                None => drop(writeln!(text, "# {} = {}", key.name, key.example)),
            }
        }
        if !one_line.is_empty() {
            let _ = writeln!(text, "# \"endpoint/shaped\" = {{ {} }}", one_line.join(", "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use super::*;

    /// Every key stands in the schema, in the reader and in what `init` writes.
    #[test]
    fn the_file_with_every_key_is_read_and_fits_the_schema() {
        let text = commented(&|_| None);
        let with_all = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.starts_with('[') || rest.contains(" = ") && !rest.ends_with('.') => rest,
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        Config::parse("counterfoil.toml", &with_all, Path::new("")).expect("every example is read");
        let value: toml::Value = toml::from_str(&with_all).expect("TOML");
        let mut value = serde_json::to_value(value).expect("JSON");
        for key in KEYS {
            let found = match key.table {
                "" => &value[key.name],
                "waive" => &value["waive"][0][key.name],
                "severity" => &value["severity"]["endpoint/shaped"][key.name],
                table => &value[table][key.name],
            };
            assert!(!found.is_null(), "{} is not written", key.name);
        }
        // A TOML date has no JSON form of its own.
        value["waive"][0]["expires"] = json!("2027-12-31");
        let validator = jsonschema::validator_for(&schema()).expect("a schema");
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(!validator.is_valid(&json!({"pathes": []})));
    }

    /// The reader's own list of fields is the table's.
    #[test]
    fn the_reader_knows_exactly_these_keys() {
        for (table, before) in [("", ""), ("limits", "[limits]\n"), ("waive", "[[waive]]\n")] {
            let wrong = format!("{before}zzzzzzzzzz = 1");
            let error = Config::parse("c", &wrong, Path::new("")).expect_err("unknown");
            let super::super::ConfigError::Malformed { help: Some(help), .. } = error else {
                panic!("{error}")
            };
            let mut known: Vec<&str> =
                help.strip_prefix("the keys here are ").expect("a list").split(", ").collect();
            known.retain(|name| !["limits", "severity", "waive"].contains(name));
            let mut ours: Vec<&str> = of(table).map(|key| key.name).collect();
            known.sort_unstable();
            ours.sort_unstable();
            assert_eq!(known, ours, "{table}");
        }
    }

    #[test]
    fn what_init_writes_is_read_as_it_stands() {
        let text = commented(&|key| (key.name == "paths").then(|| "[\"runs\"]".to_owned()));
        assert!(text.contains("\npaths = [\"runs\"]\n"));
        Config::parse("counterfoil.toml", &text, Path::new("")).expect("read");
    }
}
