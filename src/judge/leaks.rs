//! Places where the value stands, counted by what was found and not by what the rules say of it.
//!
//! "Absent" is said of the evidence: a surface that no rule speaks of must not make it so.

use std::collections::BTreeSet;

use crate::evidence::{Gap, Node, Pointer};
use crate::text::many;

/// The lists of an evidence document in which each element is a place of the value, or of its digest.
const LISTS: [&str; 2] = ["leaks", "digests_of_value"];

/// The list of what looks like a private endpoint.
const SHAPES: &str = "shapes";

/// Whether the elements of a list were made by the search, which grades each and names its form. What stands in
/// any other list may be the words of whoever is audited, who may not grade himself.
pub(super) fn are_graded(each: &Pointer) -> bool {
    let mut segments = each.segments();
    let list = segments.next().is_some_and(|name| name == SHAPES || LISTS.contains(&name));
    list && segments.next().is_none()
}

/// How often a known value stands in some evidence. A weak part by itself is none of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaks {
    pub all: u64,
    /// Those that no rule has a finding for.
    pub untold: u64,
}

impl Leaks {
    /// That something was found which the findings do not name.
    #[must_use]
    pub fn gap(self, path: &str) -> Option<Gap> {
        let untold = usize::try_from(self.untold).unwrap_or(usize::MAX);
        if untold == 0 {
            return None;
        }
        let places = many(untold, "place");
        let why = format!("the endpoint value stands in {places} that no rule speaks of");
        Some(Gap::new(path, None, why))
    }
}

impl std::ops::AddAssign for Leaks {
    fn add_assign(&mut self, other: Self) {
        self.all += other.all;
        self.untold += other.untold;
    }
}

/// The elements of those lists that some rule has a finding for.
#[derive(Default)]
pub(super) struct Told {
    elements: BTreeSet<(usize, usize)>,
}

impl Told {
    pub fn add(&mut self, each: &Pointer, at: usize) {
        let mut segments = each.segments();
        let list = segments.next().and_then(|name| LISTS.iter().position(|list| *list == name));
        if let (Some(list), None) = (list, segments.next()) {
            self.elements.insert((list, at));
        }
    }

    pub fn of(&self, document: &Node) -> Leaks {
        let mut leaks = Leaks::default();
        for (list, name) in LISTS.iter().enumerate() {
            let facts = document.get(name).and_then(Node::as_list).unwrap_or_default();
            for (at, _) in facts.iter().enumerate().filter(|(_, fact)| counts(fact)) {
                leaks.all += 1;
                leaks.untold += u64::from(!self.elements.contains(&(list, at)));
            }
        }
        leaks
    }
}

fn counts(fact: &Node) -> bool {
    fact.get("strength").and_then(Node::as_str) != Some("weak")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;
    use crate::evidence::{Evidence, Map, Read, Subject};
    use crate::judge::{Judge, RunVerdict, Show, judge_run};
    use crate::profile::Profile;
    use crate::rule::Pack;
    use crate::search::Engine;
    use crate::text::Sources;

    fn evidence(subject: Subject, surface: &str, strength: &str) -> Evidence {
        let mut leak = Map::new();
        for (key, word) in
            [("surface", surface), ("path", "p"), ("form", "plain"), ("part", "host"), ("where", "content")]
        {
            leak.insert(key, word);
        }
        leak.insert("sot", false);
        leak.insert("strength", strength);
        let mut report = Map::new();
        report.insert("status", "pass");
        let mut document = Map::new();
        document.insert("leaks", vec![Node::from(leak)]);
        document.insert("report", report);
        Evidence {
            subject,
            id: "x".to_owned(),
            path: "x".to_owned(),
            document: Node::from(document),
            sources: Sources::default(),
            gaps: Vec::new(),
            read: Read::default(),
        }
    }

    #[test]
    fn a_place_that_no_rule_speaks_of_is_counted_and_a_gap() {
        let (pack, profile) = (Pack::built_in().expect("sound"), Profile::built_in().expect("sound"));
        let engine = Engine::new(&Endpoints::none());
        let none = Pack::default();
        let judge = |pack| Judge { pack, profile: &profile, show: Show { engine: &engine } };
        for (pack, surface, strength, all, untold) in [
            (&pack, "worktree", "strong", 1, 0),
            (&pack, "floppy", "strong", 1, 1),
            (&pack, "floppy", "weak", 0, 0),
            (&none, "worktree", "strong", 1, 1),
        ] {
            let judged = judge(pack).judge(&evidence(Subject::Repository, surface, strength));
            assert_eq!(judged.leaks, Leaks { all, untold }, "{surface}, {strength}");
            let told = judged.gaps("x").iter().filter(|gap| gap.why.contains("no rule speaks of")).count();
            assert_eq!(told as u64, untold, "{surface}, {strength}");
        }
        let run = judge_run(&judge(&none), evidence(Subject::Run, "argv", "strong"), true, false);
        assert_eq!(run.summary.verdict, RunVerdict::Unproven);
        let (known, told) = (|number| run.summary.conditions.iter().find(move |it| it.number == number), 9);
        assert!(known(told).is_some_and(|it| it.because.iter().any(|why| why.contains("1 place"))));
    }
}
