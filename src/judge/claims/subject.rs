//! Whose word a statement is: that of the runs which it names itself, or of the one that is cited for it.
//!
//! "All 7 tests passed in run B" below a citation of run A is no word on run A. A run that is named only to be set
//! against another one ("unlike run B", "after run B") is none that the statement speaks of. Where a statement names
//! two, and they do not say the same, nobody can tell which one is meant.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::decide::{Bench, Ruling};
use super::fields::report;
use super::index::Cited;
use super::tables::At;
use super::why::Why;
use crate::collect::sot::{NUMBERS, NamedRun, Statement, StatementKind};
use crate::judge::ClaimVerdict;
use crate::profile::{RunName, Surfaces};
use crate::text::pattern;

/// A run that a statement may speak of, and its name where the statement itself gives it; or why none is at hand.
pub(super) type Subject<'a> = Result<(Option<&'a str>, &'a Cited<'a>), Ruling<'a>>;

/// What stands before a run that is named beside the one that is meant.
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    let words = "unlike|than|compared (?:with|to|against)|instead of|rather than|not|after|before|until|since|while\
                 |whereas|but|though|although|opposed to|contrast (?:to|with)|versus|vs|against|replac(?:es|ed|ing|ement)\
                 |supersed(?:es|ed|ing)|retry of|repeats?|repetition of|copy of|baseline of|following|preceding";
    pattern(&format!(r"(?i)\b(?:{words})\b"))
});

/// What a run does of which a clause of its own speaks: "…, and run B failed".
static DOES: LazyLock<Regex> = LazyLock::new(|| {
    let words = "has|had|have|did|does|was|were|is|are|failed|fails|passed|passes|ended|broke|crashed|stopped|timed";
    pattern(&format!(r"(?i)^[^\s]* (?:also |then )?(?:{words})\b"))
});

/// Whether the text of a statement sets a run that it names beside the one that it speaks of.
pub(super) fn is_beside(text: &str, named: &NamedRun) -> bool {
    let (before, behind) = text.split_at_checked(named.at).unwrap_or_default();
    let clause = before.rsplit([',', ';', '(']).next().unwrap_or_default();
    let word = clause.trim().trim_start_matches("and").trim().trim_end_matches(['/', '`']);
    let begins = !before.is_empty() && matches!(word, "" | "run" | "the run");
    BESIDE.is_match(clause) || begins && DOES.is_match(behind)
}

/// The runs that a statement's own words name as those that it speaks of, each once.
fn named_by(statement: &Statement) -> Vec<&str> {
    if let StatementKind::Label { pointer } = &statement.kind
        && names_runs_itself(pointer)
    {
        return Vec::new();
    }
    let own = statement.runs.iter().filter(|named| !is_beside(&statement.said.text, named));
    let mut runs: Vec<&str> = Vec::new();
    for named in own {
        if !runs.contains(&&*named.run) {
            runs.push(&named.run);
        }
    }
    runs
}

/// Whether the value of a field may itself be a run's name, or words that tell of other runs.
fn names_runs_itself(pointer: &str) -> bool {
    ["run_id", "failure_reason", "command", "path", "report"].iter().any(|field| pointer.ends_with(field))
}

impl<'a> Bench<'a> {
    /// The runs that a statement speaks of, which is no pass: those that it names, else the one that it cites.
    pub(super) fn subjects(&self, statement: &'a Statement, citation: Option<At>) -> Vec<Subject<'a>> {
        let cited = || citation.map(|citation| self.at_hand(citation).map(|cited| (None, cited)));
        let own = citation.and_then(|citation| self.tables.citation(citation)?.run.as_deref());
        let named = named_by(statement);
        if named.is_empty() {
            return cited().into_iter().collect();
        }
        let subject = |run: &'a str| {
            let is_cited = Some(run) == own;
            cited().filter(|_| is_cited).unwrap_or_else(|| self.named(run))
        };
        named.into_iter().map(subject).collect()
    }

    fn named(&self, run: &'a str) -> Subject<'a> {
        let unverifiable = |why, what: &str| {
            let cause = format!("the run {run}, which the statement names, is {what}");
            let ruling = Ruling::new(ClaimVerdict::Unverifiable, why).because(cause);
            Err(Ruling { named: Some(run), ..ruling })
        };
        match self.docket.get(run) {
            Some(cited) if report(&cited.facts).is_some() => Ok((Some(run), cited)),
            Some(_) => unverifiable(Why::Unjudged, "without a readable report"),
            None => unverifiable(Why::RunNotFound, "not at hand"),
        }
    }

    /// A ruling that stands, unless the statement picks a run by words that do not fit the one that it was judged by.
    pub(super) fn fitting(&self, ruling: Ruling<'a>, words: &[&str]) -> Ruling<'a> {
        let supported = ruling.verdict == ClaimVerdict::Supported;
        let Some(run) = ruling.run.filter(|_| supported) else { return ruling };
        let surfaces = &self.grounds.judge.profile.surfaces;
        // Few words pick a run: its name is taken apart for those alone.
        let name = || surfaces.run_name(&run.summary.id);
        let finished = run.report_word("finished_at").unwrap_or_default();
        match words.iter().find_map(|words| misfit(words, &name, finished, surfaces)) {
            None => ruling,
            Some(cause) => Ruling {
                verdict: ClaimVerdict::Unverifiable,
                why: Why::Unjudged,
                found: None,
                cause: Some(cause),
                ..ruling
            },
        }
    }
}

/// What several runs that a statement names come to: one thing, or nobody knows what.
pub(super) fn agreed<T>(rulings: Vec<(Ruling<'_>, T)>) -> Option<(Ruling<'_>, T)> {
    let verdicts: Vec<ClaimVerdict> = rulings.iter().map(|(ruling, _)| ruling.verdict).collect();
    let (first, more) = rulings.into_iter().next()?;
    if verdicts.iter().all(|verdict| *verdict == first.verdict) {
        return Some((first, more));
    }
    let cause = "it names several runs, which do not say the same: name one in each sentence";
    let ruling = Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause);
    Some((Ruling { run: first.run, ..ruling }, more))
}

/// The beginning of a run directory's name: `20260703T101112Z-r2`.
static BEGUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{8}T\d{6}Z(?:-r\d+)?\b"));

static ROUND: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"(?P<number>\d+|{})", NUMBERS.join("|"));
    pattern(&format!(r"(?i)(?:^|[(\s])round[\s-]{number}\b"))
});

/// The day of a run: "the run of 2026-07-03", "the 3 July run", "passed on 2026-07-03".
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let day = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8}(?: \d{4})?)";
    let run = "(?:runs?|retry|attempt|evaluation|loop)";
    let made = "(?:(?:of|on|from|dated|made|done|started|executed|that was|which was) )+";
    pattern(&format!(
        r"\b{run} {made}(?P<of>{day})\b|\b(?P<before>{day}) {run}\b|^ (?:on|at) (?P<on>{day})\b"
    ))
});

/// How words that pick a run by its day, its round or the beginning of its name do not fit a run.
fn misfit(
    words: &str,
    name: &dyn Fn() -> Option<RunName>,
    finished: &str,
    surfaces: &Surfaces,
) -> Option<String> {
    let mut begun = BEGUN.find_iter(words).map(|found| found.as_str()).peekable();
    let (round, day) = (ROUND.captures(words), DAY.captures(words));
    if begun.peek().is_none() && round.is_none() && day.is_none() {
        return None;
    }
    let name = name()?;
    let whole: BTreeSet<&str> = surfaces.run_names(words).collect();
    let is_part = |begun: &str| whole.iter().any(|run| run.starts_with(begun));
    let fits = |begun: &str| {
        let behind = name.id.strip_prefix(begun);
        behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_ascii_digit()))
    };
    if let Some(other) = begun.find(|begun| !is_part(begun) && !fits(begun)) {
        return Some(format!("it speaks of the run {other}, and was held against {}", name.id));
    }
    let number = |found: regex::Captures<'_>| {
        let word = found.name("number")?.as_str();
        let spelled = NUMBERS.iter().position(|number| word.eq_ignore_ascii_case(number));
        spelled.and_then(|it| u64::try_from(it).ok()).or_else(|| word.parse().ok())
    };
    if let (Some(own), Some(other)) = (name.round, round.and_then(number))
        && own != other
    {
        return Some(format!("it speaks of round {other}, and {} is of round {own}", name.id));
    }
    let day = day?;
    let day = ["of", "before", "on"].iter().find_map(|group| day.name(group))?.as_str();
    let started = name.stamp.map(|stamp| stamp.to_zoned(jiff::tz::TimeZone::UTC).date());
    let ended = crate::text::time::time(finished).map(crate::text::time::Time::day);
    let year = started.map(jiff::civil::Date::year).unwrap_or_default();
    let dated =
        crate::text::time::time(day).or_else(|| crate::text::time::time(&format!("{day} {year}")))?;
    let fits = [started, ended].contains(&Some(dated.day()));
    (!fits).then(|| format!("it speaks of a run of {day}, and {} is none", name.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn words_that_pick_another_run_do_not_fit() {
        let profile = Profile::built_in().expect("sound");
        let name = profile.surfaces.run_name("20260703T235912Z-r2-csv-join-222").expect("a name");
        let name = || Some(name.clone());
        let misfit = |words: &str| misfit(words, &name, "2026-07-04T00:01:00Z", &profile.surfaces);
        for words in [
            "The run of 2026-07-03 ",
            "The run of 2026-07-04 ",
            "The run on 3 July ",
            "The 2026-07-03 run ",
            " on 2026-07-03",
            "The round 2 run ",
            "The round two run ",
            "Run 20260703T235912Z ",
            "Run 20260703T235912Z-r2 ",
            "The run ",
            "The run (reviewed 2026-07-09) ",
            "Round robin ",
        ] {
            assert_eq!(misfit(words), None, "{words}");
        }
        for words in [
            "The run of 2026-07-02 ",
            "The run on 5 July ",
            "The 2026-07-05 run ",
            " on 2026-07-05",
            "The round 1 run ",
            "Round three ",
            "Run 20260703T235913Z ",
            "Run 20260703T235912Z-r1 ",
            "Run 20260703T235912Z-r22 ",
        ] {
            assert!(misfit(words).is_some(), "{words}");
        }
    }
}
