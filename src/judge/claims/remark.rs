//! A value and the words in brackets behind it: a remark that leaves it as it is, or another value.

use super::compare::{Number, field, is_nothing, is_word, number, says};
use super::dress::{bearing, is_harmless, is_remark, is_words, remark_cut, unadorned};
use super::spoken::names_it;
use crate::evidence::{Node, Value};
use crate::profile::Profile;
use crate::text::time::{is_instant, time};

/// Whether `stated` says what stands at `pointer`; `found` is `None` where nothing stands there. Words in
/// brackets at its end are a remark, unless they take the value back, or are another one.
pub(super) fn same(stated: &str, found: Option<&Node>, pointer: &str, profile: &Profile) -> bool {
    let stated = unadorned(stated);
    if says(stated, found, pointer) {
        return true;
    }
    remark_cut(stated).is_some_and(|(bare, remark)| {
        profile.documents().is_ok_and(|documents| is_remark(remark, &documents.pass_unless))
            && says(bare, found, pointer)
            && !takes_back(bare, remark, found, pointer)
            && !names_another(bare, remark, profile)
    })
}

/// Whether an outcome that nothing is cited for says that it is a good one: `pass`, in any dress.
pub(super) fn claims_a_pass(stated: &str, profile: &Profile) -> bool {
    let stated = unadorned(stated);
    let (bare, remark) = remark_cut(stated).unwrap_or((stated, ""));
    let kept = || profile.documents().is_ok_and(|documents| is_remark(remark, &documents.pass_unless));
    bearing(bare) == Some(true) && (remark.is_empty() || kept())
}

/// Whether a value is another one with its remark: `pass (failed)`, `0 (1)`, `a.py (b.py)`, or a time that the
/// remark might give a zone.
fn takes_back(bare: &str, remark: &str, found: Option<&Node>, pointer: &str) -> bool {
    let named = match found.map(|node| &node.value) {
        None | Some(Value::Null | Value::List(_)) => true,
        Some(Value::String(text)) if time(text).is_some() => return !is_instant(unadorned(bare)),
        Some(Value::String(_)) => !is_word(pointer) && field(pointer) != "failure_reason",
        _ => false,
    };
    // Beside a name a lone word is another name: nobody can tell it from one.
    let names = named || is_word(pointer) && !field(pointer).ends_with("status");
    let lone = names && !remark.trim().contains(char::is_whitespace) && !is_harmless(remark);
    let own = good(bare, pointer);
    let other = |word: &str| bearing(word).is_some_and(|it| own.is_some_and(|own| own != it));
    (named && !is_words(remark))
        || lone
        || remark.split(|c: char| !c.is_alphanumeric()).any(other)
        || number(remark, pointer).is_some_and(|other| number(bare, pointer) != Some(other))
}

/// What a value says of an end: an exit code by its number, a reason for a failure by being there.
fn good(bare: &str, pointer: &str) -> Option<bool> {
    match field(pointer) {
        "backend_exit_code" => Some(number(bare, pointer)? == Number::Whole(0)),
        "failure_reason" => Some(is_nothing(bare)),
        _ => bearing(bare),
    }
}

/// Whether a remark names what the value might have been instead: another engine, provider, model or word.
fn names_another(bare: &str, remark: &str, profile: &Profile) -> bool {
    let route = &profile.spec.route;
    let fallbacks = route.fallback_providers.get_ref().iter().chain(route.fallback_models.get_ref());
    let own = [&route.backend, &route.engine, &route.baseline_engine, &route.provider, &route.model];
    let names = own.into_iter().map(toml::Spanned::get_ref).chain(fallbacks).map(String::as_str);
    let words = ["validator", "not_admitted", "missing", "present"];
    names.chain(words).any(|name| names_it(remark, name) && !names_it(bare, name))
}
