//! `counterfoil preflight`: which inputs of a run are there. Names and presence, never a value.

use super::args::Common;
use super::{Answer, out, tools};
use crate::endpoint::sources::{Presence, presence};
use crate::profile::InputKind;

/// Prints one line for each input; 0 if all are there and well-formed, else 1.
pub(super) fn run(common: &Common) -> Answer {
    let profile = tools::profile(common)?;
    let mut lines = String::new();
    let mut all = true;
    let mut say = |name: &str, word: &str, there: bool| {
        all &= there;
        for part in [name, "=", word, "\n"] {
            lines.push_str(part);
        }
    };
    let variable = &profile.spec.endpoint_variable;
    match presence(variable) {
        Presence::Present => say(variable, "present", true),
        Presence::Missing => say(variable, "missing", false),
        Presence::Malformed => say(variable, "malformed", false),
    }
    for input in &profile.spec.inputs {
        let value = std::env::var_os(&input.name).filter(|value| !value.is_empty());
        let word = match (&value, input.kind) {
            (None, _) => "missing",
            (Some(path), InputKind::Path) if !std::path::Path::new(path).is_file() => "malformed",
            _ => "present",
        };
        say(&input.name, word, word == "present");
    }
    out::plain(&crate::search::Engine::new(&crate::endpoint::Endpoints::none()), &lines)?;
    Ok(u8::from(!all))
}
