//! The rule pack that ships inside the binary: `(id, rule.toml, README.md)`, in the order of ids.

include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));
