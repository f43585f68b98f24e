//! The YAML of front matter: a mapping, read within a budget.

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Budget, DuplicateKeyPolicy, Spanned};

use super::front_matter::unadorned;
use super::model::Yaml;

/// The entries of a mapping. Code spans around values carry no meaning, and are no YAML: where it can't be read with
/// them, they are read as quotes, which stand in the same places.
pub(super) fn parse(yaml: &str) -> Result<Entries, serde_saphyr::Error> {
    parse_plainly(yaml).or_else(|error| {
        let quoted = without_code_spans(yaml).ok_or(error)?;
        parse_plainly(&quoted)
    })
}

/// The same YAML with quotes for the code spans around values; `None` where there is none.
fn without_code_spans(yaml: &str) -> Option<String> {
    let mut quoted = String::with_capacity(yaml.len());
    for line in yaml.split_inclusive('\n') {
        let bare = line.trim_end().trim_end_matches('.');
        let spanned = bare.split_once(": ").and_then(|(key, value)| {
            let inside = value.trim_start().strip_prefix('`')?.strip_suffix('`')?;
            let key_ends = key.len() + 2 + (value.len() - value.trim_start().len());
            (!inside.contains(['`', '\''])).then_some((key_ends, inside))
        });
        let Some((at, inside)) = spanned else {
            quoted.push_str(line);
            continue;
        };
        quoted.push_str(line.get(..at)?);
        quoted.push('\'');
        quoted.push_str(inside);
        quoted.push('\'');
        quoted.extend(line.get(bare.len()..)?.chars().map(|c| if c == '.' { ' ' } else { c }));
    }
    (quoted != yaml).then_some(quoted)
}

fn parse_plainly(yaml: &str) -> Result<Entries, serde_saphyr::Error> {
    let mut budget = Budget::default();
    (budget.max_depth, budget.max_nodes, budget.max_aliases) = (32, 10_000, 100);
    let mut options = serde_saphyr::Options::default();
    options.budget = Some(budget);
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options::<Option<Entries>>(yaml, options).map(Option::unwrap_or_default)
}

/// A mapping with its places, in order, no key lost.
#[derive(Default)]
pub(super) struct Entries(pub Vec<(Spanned<String>, Spanned<Yaml>)>);

impl Entries {
    /// Whether a key has this word as its value.
    pub fn gives(&self, key: &str, word: &str) -> bool {
        self.0.iter().filter(|(known, _)| known.value == key).any(|(_, value)| {
            value.value.text().is_some_and(|text| unadorned(&text).eq_ignore_ascii_case(word))
        })
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mapping;
        impl<'de> Visitor<'de> for Mapping {
            type Value = Entries;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping of keys to values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    entries.push((key, map.next_value::<Spanned<Yaml>>()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Mapping)
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyYaml)
    }
}

struct AnyYaml;

impl<'de> Visitor<'de> for AnyYaml {
    type Value = Yaml;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(i64::try_from(value).map_or_else(|_| Yaml::Text(value.to_string()), Yaml::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Yaml>()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            entries.push((key, map.next_value::<Yaml>()?));
        }
        Ok(Yaml::Map(entries))
    }
}
