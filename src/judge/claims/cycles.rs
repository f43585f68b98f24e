//! Circles of blockers: work items that wait for each other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::text::Shared;

/// What each item waits for.
pub(super) type Waits<'a> = BTreeMap<&'a Shared, BTreeSet<&'a Shared>>;

/// Circles by their first item. Every circle that there is has a blocker in one of these: where all that are
/// told are broken up, none is left, or the next ones are told.
#[derive(Debug, Default)]
pub(super) struct Cycles {
    by_first: HashMap<Shared, Vec<Vec<Shared>>>,
    /// Ids in all circles that are not the first of their item.
    further: usize,
}

/// No more ids than these are held of the second and later circles of items: a hostile document has more circles
/// than memory can hold.
const FURTHER: usize = 1 << 16;

impl Cycles {
    pub fn new(waits: &Waits<'_>) -> Self {
        let mut cycles = Self::default();
        let mut done: HashSet<&Shared> = HashSet::new();
        for start in waits.keys().copied() {
            cycles.walk(start, waits, &mut done);
        }
        cycles
    }

    /// The circles whose first item this is.
    pub fn from(&self, id: &str) -> Vec<Vec<&Shared>> {
        let circles = self.by_first.get(id).into_iter().flatten();
        circles.filter_map(|circle| turned(circle, id)).collect()
    }

    /// The circles that an item is in, each from that item on.
    pub fn through(&self, id: &str) -> Vec<Vec<&Shared>> {
        let mut firsts: Vec<_> = self.by_first.iter().collect();
        firsts.sort_by_key(|(first, _)| *first);
        let circles = firsts.into_iter().flat_map(|(_, circles)| circles);
        circles.filter_map(|circle| turned(circle, id)).collect()
    }

    fn keep(&mut self, circle: Vec<Shared>) {
        let Some(first) = circle.iter().min().cloned() else { return };
        let known = self.by_first.entry(first).or_default();
        if !known.is_empty() {
            if self.further + circle.len() > FURTHER {
                return;
            }
            self.further += circle.len();
        }
        known.push(circle);
    }

    /// A walk in depth, without recursion: a chain of blockers may be as long as the documents.
    fn walk<'a>(&mut self, start: &'a Shared, waits: &Waits<'a>, done: &mut HashSet<&'a Shared>) {
        if done.contains(start) {
            return;
        }
        let next =
            |id: &Shared| waits.get(id).into_iter().flatten().copied().collect::<Vec<_>>().into_iter();
        let mut path = vec![(start, next(start))];
        let mut on_path: HashMap<&Shared, usize> = HashMap::from([(start, 0)]);
        while let Some((id, rest)) = path.last_mut() {
            let id = *id;
            match rest.next() {
                None => {
                    done.insert(id);
                    on_path.remove(id);
                    path.pop();
                }
                Some(blocker) => match on_path.get(blocker) {
                    Some(at) => self.keep(path.iter().skip(*at).map(|(id, _)| (*id).clone()).collect()),
                    None if done.contains(blocker) => {}
                    None => {
                        on_path.insert(blocker, path.len());
                        path.push((blocker, next(blocker)));
                    }
                },
            }
        }
    }
}

/// A circle from one of its items on.
fn turned<'c>(circle: &'c [Shared], id: &str) -> Option<Vec<&'c Shared>> {
    let at = circle.iter().position(|item| item.as_str() == id)?;
    Some(circle.iter().cycle().skip(at).take(circle.len()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycles(edges: &[(&str, &str)]) -> Cycles {
        let edges: Vec<(Shared, Shared)> = edges.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
        let mut waits: Waits<'_> = BTreeMap::new();
        for (item, blocker) in &edges {
            waits.entry(item).or_default().insert(blocker);
        }
        Cycles::new(&waits)
    }

    fn ids(circles: Vec<Vec<&Shared>>) -> Vec<String> {
        let one = |circle: Vec<&Shared>| circle.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
        circles.into_iter().map(one).collect()
    }

    #[test]
    fn each_circle_through_an_item_is_told() {
        let two = cycles(&[("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("d", "a")]);
        assert_eq!(ids(two.from("a")), ["a b", "a c"]);
        assert_eq!(ids(two.from("b")), [] as [&str; 0]);
        assert_eq!(ids(two.through("c")), ["c a"]);
        assert_eq!(ids(two.through("d")), [] as [&str; 0], "it waits, and nobody waits for it");
        let itself = cycles(&[("a", "a"), ("a", "b"), ("b", "a")]);
        assert_eq!(ids(itself.from("a")), ["a", "a b"]);
    }

    #[test]
    fn more_circles_than_memory_holds_are_not_held() {
        let names: Vec<String> = (0..400).map(|at| format!("T-{at:03}")).collect();
        let pairs = names.iter().flat_map(|a| names.iter().map(move |b| (a.as_str(), b.as_str())));
        let all = cycles(&pairs.collect::<Vec<_>>());
        assert!(
            names.iter().all(|name| !all.from(name).is_empty()),
            "the first of each is told all the same"
        );
        assert!(all.further <= FURTHER);
    }
}
