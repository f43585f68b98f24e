//! `counterfoil preflight`: which inputs of a run are there. Names and presence, never a value.
//!
//! Standard output has one line an input, `NAME=present` or `NAME=missing`; what is there and can't be right
//! is told on standard error.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::args::Common;
use super::{Answer, out, tools};
use crate::endpoint::sources::{Presence, presence};
use crate::profile::{InputKind, Profile, Route};

/// Whether one input is there, and what is wrong with it.
struct Input<'a> {
    name: &'a str,
    there: bool,
    fault: Option<&'static str>,
}

/// 0 if all inputs are there and well-formed, else 1.
pub(super) fn run(common: &Common) -> Answer {
    let profile = tools::profile(common)?;
    let inputs = inputs(&profile);
    let mut lines = String::new();
    for input in &inputs {
        lines.push_str(input.name);
        lines.push_str(if input.there { "=present\n" } else { "=missing\n" });
    }
    let mut notes = String::new();
    for input in &inputs {
        if let Some(fault) = input.fault {
            let _ = writeln!(notes, "{} is set, but {fault}", input.name);
        }
    }
    // A profile may name anything.
    let names: Vec<&str> = inputs.iter().map(|input| input.name).collect();
    out::named(&out::guard(common), &names, &lines, &notes)?;
    Ok(u8::from(inputs.iter().any(|input| !input.there || input.fault.is_some())))
}

fn inputs(profile: &Profile) -> Vec<Input<'_>> {
    let mut inputs = vec![endpoint(&profile.spec.endpoint_variable)];
    for input in &profile.spec.inputs {
        let value = std::env::var_os(&input.name).filter(|value| !value.is_empty());
        let fault =
            value.as_deref().and_then(|value| fault(Path::new(value), input.kind, &profile.spec.route));
        inputs.push(Input { name: &input.name, there: value.is_some(), fault });
    }
    inputs
}

/// What is wrong with a file that an input names; nothing of what stands in it is told.
fn fault(path: &Path, kind: InputKind, route: &Route) -> Option<&'static str> {
    match kind {
        InputKind::Text => None,
        _ if !path.is_file() => Some("names no file"),
        InputKind::Path => None,
        InputKind::Program => {
            let starts = rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok();
            (!starts).then_some("names a file that can't be started: it is not executable")
        }
        InputKind::Admission => not_admitting(path, route),
    }
}

/// An admission is small: what is longer is some other file.
const LONGEST: u64 = 1 << 20;

/// Why a file does not admit the route, in the form of a run's admission.json.
fn not_admitting(path: &Path, route: &Route) -> Option<&'static str> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    if read.is_err() {
        return Some("names a file that can't be read");
    }
    let admission: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let [provider, model, status] = ["provider", "model", "status"].map(|key| admission[key].as_str());
    match (provider.zip(model), status) {
        (None, _) | (_, None) => Some("names no JSON object with a provider, a model and a status"),
        (Some((provider, model)), _)
            if provider != route.provider.get_ref() || model != route.model.get_ref() =>
        {
            Some("names a file that speaks of another provider or model than the route's")
        }
        (_, Some("admitted")) => None,
        _ => Some("names a file that does not say `admitted`"),
    }
}

fn endpoint(name: &str) -> Input<'_> {
    let fault = match presence(name) {
        Presence::Missing => return Input { name, there: false, fault: None },
        Presence::Malformed => Some("holds nothing that can be searched for"),
        Presence::NoUrl => Some("is no http:// or https:// URL with a host"),
        Presence::Present => None,
    };
    Input { name, there: true, fault }
}
