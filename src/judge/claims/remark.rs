//! A value and the words behind it: a remark that leaves it as it is, or another value.

use std::borrow::Cow;
use std::ops::Range;

use super::compare::{Number, field, is_nothing, is_word, number, says};
use super::dress::{
    bearing, is_harmless, is_remark, is_words, names_nothing, remark_behind, remark_cut, unadorned,
    without_faults, without_wishes,
};
use super::spoken::names_it;
use crate::collect::sot::sentences;
use crate::evidence::{Node, Value};
use crate::profile::Profile;
use crate::text::time::{is_instant, time};

/// Whether `stated` says what stands at `pointer`; `found` is `None` where nothing stands there. Words behind it are a
/// remark, unless they take the value back, or are another one; the field's own name before it does not count.
pub(super) fn same(stated: &str, found: Option<&Node>, pointer: &str, profile: &Profile) -> bool {
    let stated = unadorned(stated);
    let is_same = |stated: &str| {
        if says(stated, found, pointer) {
            return true;
        }
        let seen = stated.split_once("; see ").filter(|_| field(pointer) == "failure_reason");
        let cut = [remark_cut(stated), remark_behind(stated, is_plain(found, pointer)), seen];
        cut.into_iter().flatten().any(|(bare, remark)| {
            says(bare, found, pointer) && leaves(bare, remark, found, pointer, profile)
        })
    };
    is_same(stated) || behind_its_name(stated, pointer).is_some_and(is_same)
}

/// Whether `stated` says so of which the first `closed` bytes stand in a code span: what stands behind that is a remark.
/// A further sentence is kept there because it takes the value back.
pub(super) fn same_closed(
    stated: &str,
    closed: usize,
    found: Option<&Node>,
    pointer: &str,
    profile: &Profile,
) -> bool {
    let Some((value, remark)) = remark_of_closed(stated, closed) else { return false };
    let value = unadorned(value);
    let bare = behind_its_name(value, pointer).unwrap_or(value);
    let is_bare = |bare: &str| {
        says(bare, found, pointer) && leaves_so(bare, remark, Closed::Yes, found, pointer, profile)
    };
    is_bare(value) || is_bare(bare)
}

/// Whether a remark on a command that passed leaves it as it is.
pub(super) fn leaves_command(remark: &str, profile: &Profile) -> bool {
    profile.documents().is_ok_and(|documents| is_remark(remark, Some(true), &documents.pass_unless))
        && names_nothing(remark)
        && !remark.split(|c: char| !c.is_alphanumeric()).any(|word| bearing(word) == Some(false))
}

/// A value that its code span closed, and the remark behind it; none where something else goes on there.
pub(super) fn remark_of_closed(stated: &str, closed: usize) -> Option<(&str, &str)> {
    let (value, behind) = stated.split_at_checked(closed).filter(|_| closed > 0)?;
    let remark = behind.trim_start_matches(CLOSING);
    let marks = behind.get(..behind.len() - remark.len())?;
    let first = remark.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let is_apart = marks.contains([',', ';', ':', '(', '–', '—']) || marks.contains(" - ");
    let is_one = is_apart || remark.is_empty() || ABOUT.iter().any(|word| first.eq_ignore_ascii_case(word));
    let further = sentences(behind).nth(1).is_some();
    (is_one && !further).then_some((value, remark))
}

/// What may stand between a value's code span and a remark.
const CLOSING: [char; 13] = ['`', '"', '”', '’', ' ', ',', ';', ':', '(', '–', '—', '-', '.'];

/// Words that a remark may begin with right behind a value that is closed; of a command it may be that it passed.
const ABOUT: [&str; 17] = [
    "passed",
    "only",
    "via",
    "on",
    "at",
    "in",
    "by",
    "for",
    "from",
    "during",
    "as",
    "because",
    "since",
    "due",
    "see",
    "again",
    "throughout",
];

/// Whether a value's own words, or a code span, end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closed {
    Yes,
    No,
}

/// Whether a remark leaves a value as it is.
fn leaves(bare: &str, remark: &str, found: Option<&Node>, pointer: &str, profile: &Profile) -> bool {
    leaves_so(bare, remark, Closed::No, found, pointer, profile)
}

fn leaves_so(
    bare: &str,
    remark: &str,
    closed: Closed,
    found: Option<&Node>,
    pointer: &str,
    profile: &Profile,
) -> bool {
    // What says the same once more is none that takes it back: `a.py (1 file)`.
    if says(unadorned(remark), found, pointer) {
        return true;
    }
    let good = good(bare, pointer);
    let remark = without_denied(bare, remark, pointer, profile);
    let remark = &*if good == Some(false) { without_wishes(remark) } else { remark.into() };
    let remark = &*without_sizes(bare, remark);
    let Ok(documents) = profile.documents() else { return false };
    let disowns = |at: Range<usize>| {
        documents.disowns_value(remark.get(at).unwrap_or_default().trim_end_matches(['.', '!']))
    };
    is_remark(remark, good, &documents.pass_unless)
        && !sentences(remark).any(disowns)
        && !takes_back(bare, remark, closed, found, pointer)
        && !names_another(bare, remark, pointer, profile)
}

/// Whether a field holds a word, a number or a time, and no name, list or text of somebody's own.
fn is_plain(found: Option<&Node>, pointer: &str) -> bool {
    match found.map(|node| &node.value) {
        Some(Value::String(text)) => is_word(pointer) || time(text).is_some(),
        Some(Value::List(items)) => items.is_empty(),
        _ => true,
    }
}

/// `2` of `Stage 2`, where the field is a stage; `1` of `exit code 1`.
fn behind_its_name<'t>(stated: &'t str, pointer: &str) -> Option<&'t str> {
    let name = field(pointer).replace('_', " ");
    let begins = name.match_indices(' ').map(|(at, _)| at + 1);
    let names = std::iter::once(0).chain(begins).filter_map(|at| name.get(at..));
    names.into_iter().find_map(|name| {
        let (before, rest) = stated.split_at_checked(name.len())?;
        let bare = rest.trim_start_matches([' ', ':', '=']);
        (before.eq_ignore_ascii_case(name) && bare.len() < rest.len()).then_some(bare)
    })
}

/// Whether what stands behind numbers leaves them as they are.
pub(super) fn keeps(remark: &str, profile: &Profile) -> bool {
    let remark = remark.trim_matches(|c: char| c.is_whitespace() || ",;.:()–—-".contains(c));
    profile.documents().is_ok_and(|documents| is_remark(remark, None, &documents.pass_unless))
        && !remark
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.parse::<u64>().is_ok_and(|it| it != 100))
}

/// Whether an outcome that nothing is cited for says that it is a good one: `pass`, in any dress.
pub(super) fn claims_a_pass(stated: &str, profile: &Profile) -> bool {
    let stated = unadorned(stated);
    let cut = remark_cut(stated).or_else(|| remark_behind(stated, true));
    let (bare, remark) = cut.unwrap_or((stated, ""));
    let kept =
        || profile.documents().is_ok_and(|documents| is_remark(remark, Some(true), &documents.pass_unless));
    bearing(bare) == Some(true) && (remark.is_empty() || kept())
}

/// Whether a value is another one with its remark: `pass (failed)`, `0 (1)`, `a.py (b.py)`, or a time that the
/// remark might give a zone.
fn takes_back(bare: &str, remark: &str, closed: Closed, found: Option<&Node>, pointer: &str) -> bool {
    let named = match found.map(|node| &node.value) {
        None | Some(Value::Null | Value::List(_)) => true,
        Some(Value::String(text)) if time(text).is_some() => return !is_instant(unadorned(bare)),
        Some(Value::String(_)) => !is_word(pointer) && field(pointer) != "failure_reason",
        _ => false,
    };
    // Beside a name a lone word is another name: nobody can tell it from one.
    let names = named || is_word(pointer) && !field(pointer).ends_with("status");
    let remark = &*without_faults(remark);
    let is_lone = !remark.trim().is_empty() && !remark.trim().contains(char::is_whitespace);
    let is_closed = closed == Closed::Yes;
    let harmless = is_harmless(remark) || is_closed && bearing(bare_word(remark)) == Some(true);
    // A path, a digest and a command are no lone words.
    let is_long = is_closed && matches!(field(pointer), "path" | "sha256" | "command");
    let lone = names && is_lone && !harmless && !is_long;
    let miscounted = |part: &str| match found.map(|node| &node.value) {
        Some(Value::List(items)) if is_closed => {
            matches!(number(part.trim(), pointer), Some(Number::Whole(count)) if usize::try_from(count) != Ok(items.len()))
        }
        _ => false,
    };
    let own = good(bare, pointer);
    let other = |word: &str| bearing(word).is_some_and(|it| own.is_some_and(|own| own != it));
    let own_number = number(bare, pointer);
    let is_number = found.is_some_and(|found| matches!(found.value, Value::Int(_) | Value::UInt(_)));
    let other_number = |part: &str| {
        let other = number(part.trim(), pointer).or_else(|| number(before_long(part)?, pointer));
        other.is_some_and(|other| own_number.map_or(is_number, |own| own != other))
    };
    (named && !(is_words(remark) || is_closed && names_nothing(remark)))
        || lone
        || remark.split(|c: char| !c.is_alphanumeric()).any(other)
        || remark.split([')', ',', ';']).any(|part| other_number(part) || miscounted(part))
}

/// A word without the marks around it.
fn bare_word(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// `1` of "1 at first": what a value was at another time.
fn before_long(part: &str) -> Option<&str> {
    let (number, rest) = part.trim().split_once(' ')?;
    let when = [
        "after",
        "at first",
        "before",
        "earlier",
        "in truth",
        "initially",
        "later",
        "now",
        "originally",
        "since",
        "then",
        "today",
    ];
    when.iter().any(|when| rest.starts_with(when)).then_some(number)
}

/// What a value says of an end: an exit code by its number, a reason for a failure by being there.
fn good(bare: &str, pointer: &str) -> Option<bool> {
    match field(pointer) {
        "backend_exit_code" => Some(number(bare, pointer)? == Number::Whole(0)),
        "failure_reason" => Some(is_nothing(bare)),
        _ => bearing(bare),
    }
}

/// A remark without the names of which it says that the value is none of them: "not fake".
fn without_denied<'r>(bare: &str, remark: &'r str, pointer: &str, profile: &Profile) -> &'r str {
    let denied = remark.trim().strip_prefix("not ").map(|name| name.trim_matches(['`', '"']));
    let denied = denied.map(|name| name.strip_prefix("a ").unwrap_or(name));
    let own = good(bare, pointer);
    let is_another = |name: &str| {
        let is_opposite = bearing(name).zip(own).is_some_and(|(other, own)| other != own);
        let is_known = || names_of_route(profile).any(|known| known.eq_ignore_ascii_case(name));
        let is_kind = field(pointer) == "kind" && name.eq_ignore_ascii_case("validator");
        !names_it(bare, name) && (is_opposite || is_kind || is_known())
    };
    if denied.is_some_and(is_another) { "" } else { remark }
}

/// A remark on a model without the sizes that stand in its name: `35B, 3B active`.
fn without_sizes<'r>(bare: &str, remark: &'r str) -> Cow<'r, str> {
    let name = bare.to_lowercase();
    let is_size = |word: &str| {
        let number = word.strip_suffix(['B', 'b']).unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit()) && name.contains(&word.to_lowercase())
    };
    let words = || remark.split(|c: char| !(c.is_alphanumeric() || c == '.'));
    if !words().any(is_size) {
        return remark.into();
    }
    let of_sizes = ["active", "total", "parameters"];
    words().filter(|word| !is_size(word) && !of_sizes.contains(word)).collect::<Vec<_>>().join(" ").into()
}

/// Every engine, provider and model that the route names.
fn names_of_route(profile: &Profile) -> impl Iterator<Item = &str> {
    let route = &profile.spec.route;
    let fallbacks = route.fallback_providers.get_ref().iter().chain(route.fallback_models.get_ref());
    let own = [&route.backend, &route.engine, &route.baseline_engine, &route.provider, &route.model];
    own.into_iter().map(toml::Spanned::get_ref).chain(fallbacks).map(String::as_str)
}

/// Whether a remark names what the value might have been instead: another engine, provider, model or word.
fn names_another(bare: &str, remark: &str, pointer: &str, profile: &Profile) -> bool {
    let names = names_of_route(profile);
    // Why something failed is told of any of them.
    let names = names.filter(|_| good(bare, pointer) != Some(false));
    // Of a model or its provider the engine is none.
    let engine = profile.spec.route.backend.get_ref();
    let is_name = matches!(field(pointer), "case_model" | "case_model_provider");
    let names = names.filter(|name| !(is_name && name == engine));
    let words: &[&str] = match field(pointer) {
        "kind" => &["validator"],
        "endpoint_config" => &["missing", "present"],
        field if field.ends_with("admission_status") => &["not_admitted"],
        _ => &[],
    };
    names.chain(words.iter().copied()).any(|name| names_it(remark, name) && !names_it(bare, name))
}
