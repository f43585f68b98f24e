//! `counterfoil preflight`: which inputs of a run are there. Names and presence, never a value.
//!
//! Standard output has one line an input, `NAME=present` or `NAME=missing`; what is there and can't be right
//! is told on standard error.

use std::fmt::Write as _;
use std::path::Path;

use super::args::Common;
use super::{Answer, out, tools};
use crate::endpoint::sources::{Presence, presence};
use crate::profile::{InputKind, Profile};

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
        let fault = match (&value, input.kind) {
            (Some(path), InputKind::Path) if !Path::new(path).is_file() => Some("names no file"),
            _ => None,
        };
        inputs.push(Input { name: &input.name, there: value.is_some(), fault });
    }
    inputs
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
