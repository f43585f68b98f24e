//! The value in every form, and what the engine finds of it.
//!
//! The encoders here are written from the formats and from what real programs print, and share no code
//! with the engine's decoders. `cargo test --test all forms -- --nocapture` prints the table.

mod bytes;
mod chains;
pub mod codec;
mod layout;
mod near;
mod surroundings;
mod target;
mod text;

use counterfoil::endpoint::Endpoints;
use counterfoil::search::{Engine, Limits, Strength};
use target::Target;
use zeroize::Zeroizing;

/// The value, rendered.
pub struct Rendering {
    pub bytes: Vec<u8>,
    /// Whether other text may stand around it.
    pub is_text: bool,
}

type Renderings = Vec<Rendering>;

fn text(all: Vec<String>) -> Renderings {
    all.into_iter().map(|text| Rendering { bytes: text.into_bytes(), is_text: true }).collect()
}

fn whole(bytes: Vec<u8>) -> Rendering {
    Rendering { bytes, is_text: false }
}

struct Form {
    priority: u8,
    name: &'static str,
    render: fn(&Target) -> Renderings,
    /// As many of a thousand are found, at the least: this only ever goes up.
    least: usize,
}

const fn form(priority: u8, name: &'static str, render: fn(&Target) -> Renderings, least: usize) -> Form {
    Form { priority, name, render, least }
}

const FORMS: &[Form] = &[
    form(0, "plain", text::plain, 1000),
    form(0, "case", text::case, 1000),
    form(0, "split-fields", text::split_fields, 1000),
    form(0, "json-escape", text::json_escape, 1000),
    form(0, "percent", text::percent_encoded, 1000),
    form(0, "entity", text::entity, 1000),
    form(0, "backslash", text::backslash, 1000),
    form(0, "python-repr", text::python_repr, 1000),
    form(0, "slug", text::slug, 1000),
    form(0, "concatenated", text::concatenated, 1000),
    form(0, "base64", bytes::base64_plain, 1000),
    form(0, "base64-folded", bytes::base64_folded, 1000),
    form(0, "ansi", layout::ansi, 1000),
    form(0, "wrapped", layout::wrapped, 1000),
    form(0, "nul-separated", layout::nul_separated, 1000),
    form(1, "archive", bytes::archive, 1000),
    form(1, "sqlite", bytes::sqlite, 1000),
    form(1, "utf16", bytes::utf16_all, 1000),
    form(1, "hex", bytes::hex, 1000),
    form(1, "jwt", bytes::jwt, 1000),
    form(1, "data-uri", bytes::data_uri, 1000),
    form(1, "ip-form", bytes::ip_form, 1000),
    form(1, "base32", bytes::base32_all, 1000),
    form(1, "truncated", text::truncated, 1000),
    form(1, "digest", bytes::digest, 1000),
    form(2, "reversed and the like", text::odd, 960),
];

fn engine(url: &str) -> Engine {
    let mut endpoints = Endpoints::none();
    endpoints.add(Zeroizing::new(url.as_bytes().to_vec()), "a test").expect("a value");
    Engine::new(&endpoints)
}

/// Whether a hit that is evidence on its own is there.
fn is_found(engine: &Engine, bytes: &[u8]) -> bool {
    let scan = engine.scan(bytes, &Limits::default());
    scan.hits.iter().any(|hit| hit.strength == Strength::Strong)
}

/// Bytes for a reader's eyes.
fn shown(bytes: &[u8]) -> String {
    let shown: String =
        bytes.iter().take(300).flat_map(|byte| byte.escape_ascii()).map(char::from).collect();
    if bytes.len() > 300 { format!("{shown} …({} bytes)", bytes.len()) } else { shown }
}

#[test]
fn every_form_alone_is_found_wherever_it_stands() {
    let engines: Vec<_> = target::ALL.iter().map(|target| (*target, engine(&target.url()))).collect();
    let (mut missed, mut fallen) = (Vec::new(), Vec::new());
    println!("| P | form | placed | found |\n| --- | --- | ---: | ---: |");
    for form in FORMS {
        let (mut placed, mut found) = (0, 0);
        for (target, engine) in &engines {
            for (at, rendering) in (form.render)(target).iter().enumerate() {
                for (place, bytes) in surroundings::all(rendering, at % 16 == 0).iter().enumerate() {
                    placed += 1;
                    if is_found(engine, bytes) {
                        found += 1;
                    } else if place == 0 || missed.len() < 400 {
                        missed.push((
                            form.priority,
                            format!("{} place {place}: {}", form.name, shown(&rendering.bytes)),
                        ));
                    }
                }
            }
        }
        println!("| {} | `{}` | {placed} | {found} |", form.priority, form.name);
        if found * 1000 < placed * form.least {
            fallen.push(form.name);
        }
    }
    for (priority, miss) in &missed {
        println!("missed, P{priority}: {miss}");
    }
    assert!(fallen.is_empty(), "less is found than before: {fallen:?}");
}
