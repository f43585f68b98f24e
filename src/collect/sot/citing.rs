//! Lines that say where a run's artifacts are, and which run they mean.
//!
//! A run is cited where a path that ends in its directory's name is the value, and nothing else is: words
//! before the path may deny it, and of two names nobody can tell which one is meant.

use std::ops::Range;

use super::sentences;
use crate::profile::{Documents, Surfaces};
use crate::text::{is_coloured, is_tick, plain};

/// What an artifact line's value comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cited {
    /// Nothing, or a file of a run: no citation.
    None,
    /// An empty value.
    Empty,
    /// The run directory's name.
    Run(Box<str>),
    /// A place that is no run directory.
    Elsewhere,
    /// The names of several runs.
    Several,
}

/// `Run` of the label `Run artifact directory`; `None` of a label that cites nothing.
pub(super) fn artifact_label(label: &str) -> Option<usize> {
    ["artifact directory", "artifact"].iter().find_map(|end| {
        let what = super::lines::before_end(label, end)?;
        (what.is_empty() || what.ends_with(' ')).then(|| what.trim_end().len())
    })
}

/// Which run an artifact line cites. `what` is what its label says before `artifact`; `links` are where the
/// links of its value lead, each with whether words stand before it.
pub(super) fn cited<'l>(
    what: &str,
    value: &str,
    links: impl Iterator<Item = (bool, &'l str)>,
    surfaces: &Surfaces,
    documents: &Documents,
) -> Cited {
    let mut names = run_names(value, surfaces);
    let (in_text, another) = (names.next(), names.next());
    let mut run = in_text.clone().map(|at| value.get(at).unwrap_or_default());
    let mut plainly = in_text.clone().is_some_and(|at| stands_alone(value, at));
    let mut disowned =
        in_text.clone().is_some_and(|at| is_disowned(value.get(at.end..).unwrap_or_default(), documents));
    // "(supersedes …)" names another run, and cites none.
    let between = in_text.clone().zip(another).and_then(|(at, other)| value.get(at.end..other.start));
    let mut several = between.is_some_and(|between| !is_instead(between));
    for (behind_words, link) in links {
        for at in run_names(link, surfaces) {
            let name = link.get(at.clone()).unwrap_or_default();
            several |= run.is_some_and(|run| run != name);
            if run.is_none() {
                plainly = !behind_words && stands_alone(link, at);
                // A link's text may take it back, as "none" does.
                disowned = !behind_words && (says_nothing(value) || is_disowned(value, documents));
                run = Some(name);
            }
        }
    }
    let last_word = plain(what.rsplit(' ').next().unwrap_or_default());
    match run {
        _ if several => Cited::Several,
        Some(_) if disowned => Cited::None,
        Some(run) if plainly => Cited::Run(run.into()),
        // Of `Patch artifact: …` a file in a run directory is meant, which is cited by itself.
        _ if surfaces.names().any(|surface| surface == last_word) => Cited::None,
        Some(_) => Cited::Elsewhere,
        None if value.is_empty() && !is_article(&last_word) => Cited::Empty,
        None if !value.contains(['/', '\\'])
            && (is_article(&last_word) || is_no_place(value, surfaces)) =>
        {
            Cited::None
        }
        None => Cited::Elsewhere,
    }
}

/// Whether words between two runs say that the first one stands for the other: "(supersedes …".
fn is_instead(between: &str) -> bool {
    const WORDS: [&str; 5] = ["supersedes", "replaces", "repeats", "retry of", "a retry of"];
    let path = between.rsplit(' ').next().unwrap_or_default();
    let words = between.strip_suffix(path).unwrap_or_default();
    let words = words.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let words = words.strip_prefix("which ").unwrap_or(&words);
    WORDS.contains(&words.strip_suffix(" run").unwrap_or(words))
}

/// Whether a text names a run directory.
pub(super) fn names_run(text: &str, surfaces: &Surfaces) -> bool {
    run_names(text, surfaces).next().is_some()
}

/// `The artifact: …` is prose.
fn is_article(word: &str) -> bool {
    matches!(word, "" | "the" | "a" | "an" | "this" | "that" | "each" | "every" | "its")
}

fn says_nothing(value: &str) -> bool {
    let value = value.trim_end_matches('.');
    let value = plain(value);
    let is_open = OPEN.iter().any(|open| {
        value.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',', ';']))
    });
    let is_blank = value.starts_with('<') && value.ends_with('>') && !value.contains('/');
    super::lines::is_nothing(&value) || is_open || is_blank || matches!(&*value, "?" | "…" | "...")
}

/// Words for what is not there yet.
const OPEN: [&str; 7] = ["pending", "tbd", "tba", "todo", "none yet", "not yet", "to be"];

/// Whether what stands behind a run's path takes it back: a remark, or a further sentence on that run.
fn is_disowned(behind: &str, documents: &Documents) -> bool {
    let mut sentences = sentences::sentences(behind).filter_map(|at| behind.get(at));
    sentences.next().is_some_and(|remark| documents.disowns(remark))
        || sentences.any(|sentence| documents.disowns_run(sentence))
}

/// What stands behind the first run that a value names.
pub(super) fn remark<'t>(value: &'t str, surfaces: &Surfaces) -> Option<&'t str> {
    let end = run_names(value, surfaces).next()?.end;
    value.get(end..)
}

/// What a remark gives a run to: `CTO-WORK-028)` of "(belongs to CTO-WORK-028)".
pub(super) fn given_to(remark: &str) -> &str {
    const WORDS: [&str; 4] = ["belongs to ", "belonging to ", "for ", "evidence of "];
    let lower = remark.to_ascii_lowercase();
    let behind = WORDS.iter().filter_map(|words| Some(lower.find(words)? + words.len())).min();
    behind.and_then(|at| remark.get(at..)).unwrap_or_default()
}

/// Whether an artifact's label speaks of the baseline.
pub(super) fn is_baseline(what: &str) -> bool {
    plain(what).split(' ').any(|word| word == "baseline")
}

/// The run whose name, or path, a text begins with, and where that stands.
pub(super) fn first_run<'t>(text: &'t str, surfaces: &Surfaces) -> Option<(&'t str, Range<usize>)> {
    let bare = ["Run ", "run "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let word = bare.split(' ').next().filter(|word| word.contains('-'))?;
    let path = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '\\');
    let name = path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next()?;
    surfaces.run_name(name).is_some().then(|| (name, super::lines::part_of(text, path)))
}

/// Nothing, or a file by its place in a run directory: `patch.diff`.
fn is_no_place(value: &str, surfaces: &Surfaces) -> bool {
    let value = value.trim_end_matches('.');
    says_nothing(value) || surfaces.of(std::path::Path::new(value)) != "other"
}

/// Where the parts of paths in a text stand that are the names of run directories.
fn run_names<'t>(text: &'t str, surfaces: &'t Surfaces) -> impl Iterator<Item = Range<usize>> + 't {
    let parts = text.split(|c: char| c == '/' || c == '\\' || c.is_whitespace());
    parts.filter_map(move |part| {
        let name = part.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let at = super::lines::part_of(text, name);
        surfaces.run_name(name).is_some().then_some(at)
    })
}

/// Whether a text is a path that ends in the name at `at`, with or without a remark behind it.
fn stands_alone(text: &str, at: Range<usize>) -> bool {
    let (Some(before), Some(after)) = (text.get(..at.start), text.get(at.end..)) else { return false };
    let split = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
    let (earlier, path) = before.split_at_checked(split).unwrap_or_default();
    let path = path.trim_start_matches(OPENING);
    let is_path = path.is_empty() || path.ends_with(['/', '\\']);
    // A folder's name may have a space in it: then what stands before is the beginning of the path.
    let first = earlier.split_whitespace().next();
    let goes_on = first.is_none_or(|first| {
        first.contains(['/', '\\']) && !path.is_empty() && !path.starts_with(['/', '\\', '~', '.'])
    });
    // A tick beside a path says nothing of it.
    let behind = after.trim_start_matches(CLOSING).trim_start();
    let behind =
        behind.trim_start_matches(|c| is_tick(c) || is_coloured(c) || c == '\u{fe0f}').trim_start();
    let is_where = is_place_of_a_copy(behind);
    let mut behind = behind.chars();
    let ends = is_where
        || match behind.next() {
            None | Some('(' | '–' | '—') => true,
            Some('.' | ',' | ';' | ':' | '-') => {
                behind.next().is_none_or(|c| c.is_whitespace() || c == ')')
            }
            Some(_) => false,
        };
    is_path && goes_on && ends
}

/// Whether a remark behind a path says on which machine it is: `on spark1.`
fn is_place_of_a_copy(remark: &str) -> bool {
    let host = remark.strip_prefix("on ").unwrap_or_default().trim_end_matches('.');
    host.bytes().any(|byte| byte.is_ascii_digit()) && !host.contains(char::is_whitespace)
}

const OPENING: [char; 6] = ['`', '"', '\'', '<', '(', '['];
pub(super) const CLOSING: [char; 8] = ['`', '"', '\'', '>', ')', ']', '/', '\\'];
