//! The evidence documents of documents, work items and claims, as the rules judge them.

use std::collections::HashMap;

use super::citations::CitationFacts;
use super::decide::Decision;
use super::fields::report;
use super::index::{Opened, run_with_verdict};
use super::tables::{At, Tables, Told, class_of};
use crate::collect::leaks;
use crate::collect::sot::{ItemOutline, SURFACE, Said, SotDocument, Yaml};
use crate::evidence::{Evidence, Map, Node, Read, Subject, Value};
use crate::judge::ClaimKind;
use crate::profile::StatusClass;
use crate::search::shapes::ShapeHit;
use crate::text::{Place, Shared, SourceId, Sources, Span};

/// The number of the document's own source in every evidence of this module.
const OWN: SourceId = SourceId(0);

/// The lists of a document's evidence that tell of its bytes, and not of its words.
pub(super) const OF_BYTES: [&str; 3] = ["leaks", "digests_of_value", "shapes"];

/// Evidence under way: values of several files, each in a source of its own.
struct Build<'a> {
    sources: Sources,
    /// Where a source of another document, or of a run, stands among `sources`.
    taken: HashMap<(*const (), u32), SourceId>,
    at: usize,
    document: &'a SotDocument,
}

impl<'a> Build<'a> {
    fn new(at: usize, document: &'a SotDocument) -> Self {
        let mut sources = Sources::default();
        sources.add(document.source.clone());
        Self { sources, taken: HashMap::new(), at, document }
    }

    fn own(span: Span) -> Place {
        Place::new(OWN, span)
    }

    fn said(said: &Said) -> Node {
        Node::new(said.text.as_str(), Some(Self::own(said.span)))
    }

    /// A place in one of the audited documents, by its index.
    fn of_document(&mut self, tables: &Tables, other: usize, span: Span) -> Option<Place> {
        if other == self.at {
            return Some(Self::own(span));
        }
        let other = tables.source(other)?;
        let key = (std::ptr::from_ref(other).cast(), 0);
        let sources = &mut self.sources;
        let id = *self.taken.entry(key).or_insert_with(|| sources.add(other.apart()));
        Some(Place::new(id, span))
    }

    fn of_run(&mut self, facts: &Opened<'_>, place: Place) -> Option<Place> {
        let source = facts.sources.get(place.source)?;
        let key = (std::ptr::from_ref(facts).cast(), place.source.0);
        let sources = &mut self.sources;
        let id = *self.taken.entry(key).or_insert_with(|| sources.add(source.clone()));
        Some(Place { source: id, ..place })
    }

    /// The same tree, its places among these sources.
    fn moved(&mut self, facts: &Opened<'_>, node: &Node) -> Node {
        let place = node.place.and_then(|place| self.of_run(facts, place));
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().map(|item| self.moved(facts, item)).collect()),
            Value::Map(map) => {
                Value::Map(map.iter().map(|(key, node)| (key.clone(), self.moved(facts, node))).collect())
            }
            other => other.clone(),
        };
        Node { value, place }
    }

    fn finish(self, subject: Subject, id: &str, root: Map) -> Evidence {
        Evidence {
            subject,
            id: id.to_owned(),
            path: self.document.path.clone(),
            document: Node::from(root),
            sources: self.sources,
            gaps: Vec::new(),
            read: Read::default(),
        }
    }
}

fn map<const N: usize>(entries: [(&str, Node); N]) -> Map {
    entries.into_iter().collect()
}

fn list<T>(items: impl IntoIterator<Item = T>, node: impl FnMut(T) -> Node) -> Node {
    Node::from(items.into_iter().map(node).collect::<Vec<_>>())
}

fn about(document: &SotDocument) -> Node {
    let title = document.front_matter.fields.iter().find(|field| field.key.text == "title");
    let title = title.and_then(|field| Some((field.value.text()?, field.span)));
    let title = title.map_or_else(Node::null, |(text, span)| Node::new(text, Some(Build::own(span))));
    Node::new(
        map([("path", document.path.as_str().into()), ("title", title)]),
        Some(Build::own(Span::new(0, 0))),
    )
}

/// The document itself: front matter, what is malformed, citations, leaks.
pub(super) fn of_document(at: usize, document: &SotDocument, citations: &[CitationFacts]) -> Evidence {
    let build = Build::new(at, document);
    let front = &document.front_matter;
    let fields = front.fields.iter().map(|field| {
        (field.key.text.as_str(), Node { place: Some(Build::own(field.span)), ..yaml(&field.value) })
    });
    let problem = |problem: &crate::collect::sot::Problem| {
        let what = Node::from(problem.what.as_str());
        Node::new(map([("what", what)]), Some(Build::own(problem.span)))
    };
    let items = list(&document.items, |item| {
        let status = item.status.as_ref().map_or_else(Node::null, |status| Build::said(&status.said));
        let class = class_of(item.status.as_ref()).as_str();
        let title = Build::said(&item.title);
        let entries =
            [("id", Build::said(&item.id)), ("title", title), ("status", status), ("class", class.into())];
        Node::new(map(entries), Some(Build::own(item.heading)))
    });
    let mut known = document.citations.iter();
    let cited = list(citations, |facts| {
        let (what, path, run) = match (&facts.named, known.next()) {
            (Some((said, run)), _) => (said, said, Some(run.as_str())),
            (None, Some(citation)) => (&citation.what, &citation.path, citation.run.as_deref()),
            (None, None) => return Node::null(),
        };
        let entries = [
            ("what", Build::said(what)),
            ("path", Build::said(path)),
            ("run", Node::from(Value::from(run))),
            ("at_hand", facts.at_hand.into()),
            ("wanted", facts.wanted.into()),
            ("why", facts.why.as_str().into()),
        ];
        Node::new(map(entries), Some(Build::own(path.span)))
    });
    let root = map([
        ("document", about(document)),
        (
            "front_matter",
            Node::from(map([
                ("present", front.span.is_some().into()),
                ("fields", Node::from(fields.collect::<Map>())),
                ("problems", list(&front.problems, problem)),
            ])),
        ),
        ("malformed", list(&document.malformed, problem)),
        ("work_items", items),
        ("citations", cited),
        ("unrecognised", list(&document.unrecognised, Build::said)),
        ("leaks", leaks(document, false)),
        ("digests_of_value", leaks(document, true)),
        ("shapes", list(&document.shapes, |hit| shape(&document.path, hit))),
    ]);
    build.finish(Subject::Document, &document.path, root)
}

fn yaml(value: &Yaml) -> Node {
    match value {
        Yaml::Null => Node::null(),
        Yaml::Bool(value) => (*value).into(),
        Yaml::Int(value) => (*value).into(),
        Yaml::Float(value) => (*value).into(),
        Yaml::Text(text) => text.as_str().into(),
        Yaml::List(items) => list(items, yaml),
        Yaml::Map(entries) => {
            Node::from(entries.iter().map(|(key, value)| (key.clone(), yaml(value))).collect::<Map>())
        }
    }
}

/// Hits of the value, or of digests of it, in the text and in the file's name.
fn leaks(document: &SotDocument, digests: bool) -> Node {
    let content = document.leaks.iter().map(|hit| {
        let mut place = Place::on_line(OWN, hit.span, hit.line, hit.line_start);
        place.opaque = hit.opaque;
        (hit, "content", place)
    });
    let nowhere = Place::new(OWN, Span::default()).opaque();
    let name = document.name_leaks.iter().map(|hit| (hit, "path", nowhere));
    let wanted = content.chain(name).filter(|(hit, ..)| leaks::algorithm(hit).is_some() == digests);
    list(wanted, |(hit, position, place)| {
        Node::new(leaks::fact(hit, SURFACE, &document.path, position), Some(place))
    })
}

fn shape(path: &str, hit: &ShapeHit) -> Node {
    let entries = [
        ("surface", SURFACE.into()),
        ("path", path.into()),
        ("kind", hit.kind.as_str().into()),
        ("severity", hit.severity.as_str().into()),
    ];
    Node::new(map(entries), Some(Place::on_line(OWN, hit.span, hit.line, hit.line_start)))
}

/// A work item, and what the other documents say of it.
pub(super) fn of_item(tables: &Tables, document: &SotDocument, at: At, told: Told) -> Option<Evidence> {
    let item = document.items.get(at.1)?;
    let mut build = Build::new(at.0, document);
    let id = item.id.text.as_str();
    let status = item.status.as_ref().map_or_else(Node::null, |status| {
        Node::new(status.word.as_str(), Some(Build::own(status.said.span)))
    });
    let class = |id: &Shared| tables.class(id);
    let done = |id: &Shared| class(id) == Some(StatusClass::Done);
    let open = |blocker: &&crate::collect::sot::Blocker| {
        let met = blocker.condition.and_then(|at| tables.conditions.get(at));
        let ids = tables.items_of(blocker);
        // What is ticked off is met, unless what it waits for says otherwise.
        let ticked =
            blocker.checked && met.is_none() && ids.iter().all(|id| done(id) || class(id).is_none());
        !(met == Some(&crate::judge::State::Holds)
            || ticked
            || !ids.is_empty() && ids.iter().all(|id| done(id)))
    };
    let named =
        item.blockers.iter().flat_map(|b| tables.items_of(b).into_iter().map(move |id| (id, b.said.span)));
    let unknown_blockers = list(named.filter(|(id, _)| !tables.items.contains_key(*id)), |(id, span)| {
        Node::new(map([("id", id.as_str().into())]), Some(Build::own(span)))
    });
    let others = tables.items.get(id).map(Vec::as_slice).unwrap_or_default();
    let first_here = others.get(others.partition_point(|other| other.0 < at.0));
    let again = first_here.filter(|first| first.1 < at.1).and_then(|first| document.items.get(first.1));
    let again = again.map_or_else(Node::null, |first| {
        Node::new(first.title.text.as_str(), Some(Build::own(first.heading)))
    });
    let conflict = conflict(tables, at, others).map_or_else(Node::null, |(other, item)| {
        let span = item.status.as_ref().map(|status| status.said.span);
        let place = span.and_then(|span| build.of_document(tables, other, span));
        let status = item.status.as_ref().map(|status| status.word.as_str());
        let status = Node::new(Value::from(status), place);
        let path = tables.source(other).map_or("", |source| source.path.as_str());
        Node::new(map([("path", path.into()), ("status", status)]), place)
    });
    let gates = tables.gates.get(id).map_or(0, Vec::len);
    let cycles = list(tables.circles(id, at, told), |circle| {
        // The blocker that leads into the circle: the next item's, or its own.
        let next = circle.get(1).or(circle.first());
        let into = item.blockers.iter().find(|blocker| next.is_some_and(|next| blocker.ids.contains(next)));
        let place = into.map(|blocker| Build::own(blocker.said.span));
        let ids = list(circle, |id| Node::from(id.as_str()));
        Node::new(map([("ids", ids)]), place.or(Some(Build::own(item.heading))))
    });
    let entries = [
        ("id", Build::said(&item.id)),
        ("title", Build::said(&item.title)),
        ("status", status),
        ("class", class_of(item.status.as_ref()).as_str().into()),
        ("acceptance", list(&item.acceptance, Build::said)),
        ("blockers", list(&item.blockers, |blocker| Build::said(&blocker.said))),
        ("open_blockers", list(item.blockers.iter().filter(open), |blocker| Build::said(&blocker.said))),
        ("unknown_blockers", unknown_blockers),
        ("cycles", cycles),
        ("gates", gates.into()),
        ("again", again),
        ("conflict", conflict),
    ];
    let root = map([
        ("document", about(document)),
        ("item", Node::new(map(entries), Some(Build::own(item.heading)))),
    ]);
    Some(build.finish(Subject::WorkItem, id, root))
}

/// The first statement of an item in an earlier document that means something else.
fn conflict<'t>(tables: &'t Tables, at: At, others: &[At]) -> Option<(usize, &'t ItemOutline)> {
    let own = tables.item(at)?.status.as_ref()?;
    let first = others.first().filter(|other| other.0 < at.0)?;
    let other = tables.item(*first)?;
    let status = other.status.as_ref()?;
    let words = own.word.eq_ignore_ascii_case(&status.word);
    let agree = match (own.class, status.class) {
        (StatusClass::Unknown, _) | (_, StatusClass::Unknown) => true,
        (StatusClass::Open, StatusClass::Open) => words,
        (a, b) => a == b,
    };
    if agree { None } else { Some((first.0, other)) }
}

/// Where the status of the first item stands that a sentence says otherwise of.
fn of_offender(build: &mut Build<'_>, tables: &Tables, claim: &Decision<'_>) -> Option<Place> {
    let at = claim.offenders.first().filter(|_| claim.kind == ClaimKind::Pass)?;
    let span = tables.item(*at)?.status.as_ref()?.said.span;
    build.of_document(tables, at.0, span)
}

/// A claim, and the part of the evidence that it was judged by.
pub(super) fn of_claim(
    tables: &Tables,
    (at, document): (usize, &SotDocument),
    claim: &Decision<'_>,
) -> Evidence {
    let mut build = Build::new(at, document);
    let item = claim.item.and_then(|item| document.items.get(item));
    let found = claim.found.as_ref().map_or_else(Node::null, |found| {
        let place = found.place.and_then(|(facts, place)| build.of_run(facts, place));
        Node::new(found.text.as_str(), place.or_else(|| of_offender(&mut build, tables, claim)))
    });
    let cited = claim.citation.and_then(|at| Some((at.0, tables.citation(at)?)));
    let citation = cited.map_or_else(Node::null, |(other, citation)| {
        let place = build.of_document(tables, other, citation.path.span);
        Node::new(citation.path.text.as_str(), place)
    });
    let offenders = list(&claim.offenders, |at| {
        let (Some(other), Some(item)) = (tables.source(at.0), tables.item(*at)) else {
            return Node::null();
        };
        let span = item.status.as_ref().map_or(item.heading, |status| status.said.span);
        let status = item.status.as_ref().map(|status| status.word.as_str());
        let entries = [
            ("id", item.id.as_str().into()),
            ("status", Node::from(Value::from(status))),
            ("path", other.path.as_str().into()),
        ];
        Node::new(map(entries), build.of_document(tables, at.0, span))
    });
    let entries = [
        ("kind", claim.kind.as_str().into()),
        ("work_item", Node::from(Value::from(item.map(|item| item.id.text.as_str())))),
        ("text", Node::new(claim.text.as_str(), Some(Build::own(claim.span)))),
        ("stated", Build::said(&claim.stated)),
        ("found", found),
        ("verdict", claim.verdict.as_str().into()),
        ("why", claim.why.as_str().into()),
        ("pointer", Node::from(Value::from(claim.pointer))),
        ("citation", citation),
        ("offenders", offenders),
    ];
    let (run, report) = match claim.run {
        None => (Node::null(), Node::null()),
        Some(facts) => {
            let run = build.moved(facts, &run_with_verdict(facts, &facts.document));
            let report = report(facts).map(|report| build.moved(facts, report));
            (run, report.unwrap_or_else(Node::null))
        }
    };
    let root = map([
        ("document", about(document)),
        ("claim", Node::new(map(entries), Some(Build::own(claim.span)))),
        ("run", run),
        ("report", report),
    ]);
    let id = item.map_or(document.path.as_str(), |item| item.id.text.as_str());
    build.finish(Subject::Claim, id, root)
}
