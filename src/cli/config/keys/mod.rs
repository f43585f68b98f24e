//! Every key of the configuration, once: the page, the JSON Schema and what `init` writes are made of this.

mod table;

use std::fmt::Write as _;

use serde_json::{Value, json};

pub use table::KEYS;
use table::TABLES;

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

    use super::*;
    use crate::cli::config::{Config, ConfigError};

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
            let ConfigError::Malformed { help: Some(help), .. } = error else { panic!("{error}") };
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
