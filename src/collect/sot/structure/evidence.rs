//! What is said of runs: citations, and the statements that speak of them.

use std::ops::Range;
use std::sync::Arc;

use super::closed::{closed, closed_of};
use super::items::Whose;
use super::labels::{behind_baseline, is_of_baseline, of_baseline_beside};
use super::{Line, Reader, Section, Told, is_free, is_outcome};
use crate::collect::sot::blocks::Kind;
use crate::collect::sot::citing::{self, Cited, artifact_label};
use crate::collect::sot::commits::{self, Commit};
use crate::collect::sot::lines::{self, Labelled};
use crate::collect::sot::model::{
    BASELINE, Citation, NamedRun, Pass, Said, Statement, StatementKind, family,
};
use crate::collect::sot::words::Words;
use crate::collect::sot::{checks, named as named_runs, pieces, ranges, sentences, told};

/// Passes that one sentence may claim.
const CLAIMS: usize = 50;

impl Reader<'_> {
    /// Nothing but the gates of a line.
    pub(super) fn only_gates(&mut self, line: &Line<'_>, section: Section) {
        for sentence in sentences::sentences(line.words.text).filter(|_| !line.gates.is_empty()) {
            self.gate(line, sentence, section);
        }
    }

    /// Reads a sentence of a line that is a gate; false where it is none.
    fn gate(&mut self, line: &Line<'_>, sentence: Range<usize>, section: Section) -> bool {
        let gate = line.gates.iter().find(|(begins, _)| *begins == sentence.start);
        let Some((_, kind)) = gate else { return false };
        let part = line.words.part(sentence);
        if let Some(fault) = ranges::fault(part.text, self.documents) {
            self.malformed(fault, part.whole());
        }
        self.statement(line.at, kind.clone(), &part, None, section);
        true
    }

    /// The sentences of a line that are gates, each with where it begins; and whether one holds back nobody knows whom.
    pub(super) fn gates(&self, words: &Words<'_>, section: Section) -> (Vec<(usize, StatementKind)>, bool) {
        let (mut gates, mut nobodys) = (Vec::new(), false);
        for at in sentences::sentences(words.text) {
            let part = words.part(at.clone());
            let Some((kind, whose)) = sentences::gate(&part, self.documents) else { continue };
            match (kind, whose, section.item.and_then(|item| self.document.items.get(item))) {
                (StatementKind::Gate { conditions, .. }, sentences::Whose::Own, Some(own)) => {
                    let items = [own.id.text.clone()].into();
                    gates.push((at.start, StatementKind::Gate { items, conditions }));
                }
                (StatementKind::Gate { items, conditions }, sentences::Whose::Named, _)
                    if items.iter().all(|id| self.is_meant(id, part.text)) =>
                {
                    gates.push((at.start, StatementKind::Gate { items, conditions }));
                }
                _ => nobodys = true,
            }
        }
        (gates, nobodys)
    }

    /// Whether an id stands in a text as the profile writes ids, or in another case, and is of items stated here.
    fn is_meant(&self, id: &str, text: &str) -> bool {
        text.contains(family(id)) || self.stated.is_of_a_family(id)
    }

    /// What the line says in sentences, and whether it tells of a configured endpoint.
    pub(super) fn sentence(&mut self, line: &Line<'_>, section: Section) {
        self.note_endpoint(line, section);
        self.sentences(line, section);
    }

    /// Each sentence of a line is asked by itself.
    pub(super) fn sentences(&mut self, line: &Line<'_>, section: Section) {
        let Line { at, words, may_tell, .. } = *line;
        for sentence in sentences::sentences(words.text) {
            if self.gate(line, sentence.clone(), section) {
                continue;
            }
            for clause in named_runs::joined(words.text, sentences::clauses(words.text, sentence)) {
                let is_first = clause.start == 0;
                let words = words.part(clause);
                // Of the first one the caller knows that it begins with no label.
                if !is_first && self.speaks(words.text, section) {
                    self.evidence(&self.line(at, line.entry, &words, section), section);
                    continue;
                }
                let told = told::fields(&words, self.documents);
                for (pointer, label, value) in told {
                    let kind = StatementKind::Label { pointer };
                    self.statement(at, kind, &words, Some((label, value)), section);
                }
                let mut pieces = pieces::of(words.text, may_tell, self.documents);
                if !may_tell && !pieces.is_empty() && self.surfaces.run_names(words.text).next().is_some() {
                    // Behind words on a run that they name it may be that one's.
                    pieces.clear();
                }
                if pieces.is_empty() {
                    self.clause(at, &words, may_tell, section);
                }
                let mut led = Box::default();
                for piece in pieces {
                    let before = words.text.get(..piece.start).unwrap_or_default();
                    let section = behind_baseline(before, section, self.documents);
                    let (piece, first) = (words.part(piece), self.document.statements.len());
                    self.clause(at, &piece, true, section);
                    led = self.led_by(first, &piece, led);
                }
            }
        }
    }

    /// Gives the runs of the words before a piece to its statements that name none, "In run A, tests passed", and
    /// returns those that the piece itself leads on with, where it claims nothing.
    fn led_by(&mut self, first: usize, piece: &Words<'_>, led: Box<[NamedRun]>) -> Box<[NamedRun]> {
        let said = self.document.statements.get_mut(first..).unwrap_or_default();
        if said.is_empty() {
            return named_runs::leading(piece, self.blocks, self.surfaces);
        }
        for statement in said.iter_mut().filter(|statement| statement.runs.is_empty()) {
            statement.runs.clone_from(&led);
        }
        Box::default()
    }

    /// What is claimed in a clause: one thing that is no pass, or passes.
    fn clause(&mut self, at: usize, words: &Words<'_>, may_tell: bool, section: Section) {
        if let Some((kind, parts)) = self.claim(words, may_tell, section) {
            let is_check = matches!(kind, StatementKind::Validator { .. });
            self.statement(at, kind, words, parts, section);
            // "Validation passed, and so did the run": what is said of a run behind it is said beside.
            let check = Some(sentences::bare(words.text)).filter(|_| is_check && may_tell);
            if let Some((_, end)) = check.and_then(|text| checks::check_passed(text, self.documents)) {
                self.passes(at, &words.part(end..words.text.len()), section);
            }
        } else if (may_tell || self.tells_of_named(words.text) || self.is_lone(words.text))
            && !words.text.ends_with('?')
        {
            self.passes(at, words, section);
        }
    }

    /// Whether a text names a run, and has a word that may say that it passed.
    fn tells_of_named(&self, text: &str) -> bool {
        let is_told = self.documents.pass_named.as_ref().is_some_and(|named| named.is_match(text));
        is_told && self.surfaces.run_names(text).next().is_some()
    }

    /// Each pass that a sentence claims is a statement of its own.
    pub(super) fn passes(&mut self, at: usize, words: &Words<'_>, section: Section) {
        let text = sentences::bare(words.text);
        let is_meant = |id: &str| self.stated.is_of_a_family(id);
        let mut passes = sentences::passes_of(text, 0, self.documents, &is_meant);
        if passes.is_empty() && self.tells_of_named(text) {
            let names_run = |text: &str| self.surfaces.run_names(text).next().is_some();
            passes.extend(named_runs::passes_of(text, self.documents, &names_run));
        }
        let before = |pass: &Pass| text.get(pass.from..pass.claim.start).unwrap_or_default();
        passes.retain(|pass| !(pass.items.is_empty() && is_of_baseline(before(pass))));
        if passes.is_empty() {
            passes.extend(self.lone_pass(at, words));
        }
        if passes.len() > CLAIMS {
            let what = "too many passes are claimed in one sentence: write each in a sentence of its own";
            self.malformed(what, words.whole());
            passes.truncate(CLAIMS);
        }
        for pass in passes {
            self.statement(at, StatementKind::Pass(Box::new(pass)), words, None, section);
        }
    }

    /// What a clause claims that is no gate and no pass; of a commit with where its id and subject stand.
    fn claim(
        &self,
        words: &Words<'_>,
        may_tell: bool,
        section: Section,
    ) -> Option<(StatementKind, Option<(Range<usize>, Range<usize>)>)> {
        let (text, documents) = (sentences::bare(words.text), self.documents);
        if let Some((id, subject)) = commits::sentence(text) {
            let said = |part: Range<usize>| Box::new(lines::said(words, part));
            let parts = (0..id.start, id.start..text.len());
            return Some((StatementKind::Commit { id: said(id), subject: said(subject) }, Some(parts)));
        }
        if let Some(kind) = may_tell.then(|| self.of_profile(text, section)).flatten() {
            return Some((kind, None));
        }
        let passed = checks::check_passed(text, documents).map(|(what, _)| (what.into(), false));
        let (what, failed) = passed.or_else(|| Some((checks::check_failed(text, documents)?, true)))?;
        Some((StatementKind::Validator { what, command: None, failed }, None))
    }

    /// The sentence of the profile that a text is: where the baseline is spoken of, one on that, and never one on
    /// the run's own tests.
    fn of_profile(&self, text: &str, section: Section) -> Option<StatementKind> {
        let names_it = || text.to_ascii_lowercase().contains("baseline");
        let of_baseline = section.told != Told::Run && !names_it();
        let lead = if of_baseline { BASELINE } else { "" };
        let sentence = self.documents.sentence(&format!("{lead}{text}"))?;
        Some(StatementKind::Sentence { sentence, of_baseline })
    }

    pub(super) fn evidence(&mut self, line: &Line<'_>, section: Section) {
        let Line { at, words, label: Some(Labelled { named, label, value }), .. } = line else {
            if !self.of_named_run(line, section) {
                self.sentence(line, section);
            }
            return;
        };
        let (at, label, value) = (*at, label.clone(), value.clone());
        let documents = self.documents;
        let name = words.text.get(label.clone()).unwrap_or_default();
        let stated = words.text.get(value.clone()).unwrap_or_default();
        // `No run artifact directory: …` cites nothing, and neither does `Planned run artifact: …`.
        let artifact =
            artifact_label(name).filter(|_| !documents.takes_back(name) && !documents.disowns(name));
        if let Some(what) = artifact {
            let what = lines::said(words, label.start..label.start + what);
            self.citation(line, what, lines::said(words, value), section);
        } else if let Some(repository) = commits::repository(name)
            && self.commit(line, repository, section)
        {
        } else if self.counts_tests(line, named) {
            // `All tests passed: 4 of 4` is a sentence of the profile, and no validator's.
            self.sentence(line, section);
        } else if let Some(pointer) = self.pointer(named, stated, section) {
            if stated.is_empty() {
                // No value is no empty text: it may stand in a code block below, which claims nothing.
                return self.document.unrecognised.push(lines::whole(words));
            }
            self.note_endpoint(line, section);
            let closed = closed(words, &label, &value);
            let parts = self.behind(stated, closed, is_free(&pointer), section);
            // Of an outcome the first sentence is the value: "Report status: pass. It took a minute."
            let first = if closed > 0 || is_outcome(&pointer) {
                self.first_sentence(stated, closed)
            } else {
                stated.len()
            };
            let end = first.min(Self::end_of_value(stated, &parts));
            let parts_of = Arc::clone(&pointer);
            let kind = StatementKind::Label { pointer };
            let beside = of_baseline_beside(stated).filter(|(own, _)| *own < end && !is_free(&parts_of));
            let beside = beside.and_then(|(own, told)| {
                let pointer = documents.label_named(&format!("baseline {named}")).map(Arc::clone)?;
                Some((own, value.start + told.start..value.start + told.end, pointer))
            });
            let end = beside.as_ref().map_or(end, |(own, ..)| *own);
            self.statement(at, kind, words, Some((label.clone(), value.start..value.start + end)), section);
            if let Some((_, told, pointer)) = beside {
                self.statement(at, StatementKind::Label { pointer }, words, Some((label, told)), section);
            }
            self.each(line, value.start, &parts, section.behind(&parts_of));
        } else if self.shows_tests(name, named, stated) {
            // "The report shows tests passed: 3."
            self.sentence_or_unrecognised(line, true, section);
        } else if self.counted(named, stated).is_some() {
            // `Old tests passed: 3` tells of tests, but not of this run's.
            self.document.unrecognised.push(lines::whole(words));
        } else if let Some(what) = lines::passed_label(name) {
            let what = name.get(..what).unwrap_or_default();
            let pass = sentences::passes(name, label.start, documents).pop();
            let kind = match pass.filter(|_| !checks::is_check(what)) {
                Some(pass) => StatementKind::Pass(Box::new(pass)),
                None => return self.command_passed(line, what, (label, value), section),
            };
            self.statement(at, kind, words, Some((label, value)), section);
        } else if !self.check_told(line, name, (label, value), section) {
            self.sentence_or_unrecognised(line, !stated.is_empty(), section);
        }
    }

    /// Whether a line whose label is no field's, and ends like a check's that passed, is a sentence on tests.
    fn counts_tests(&self, line: &Line<'_>, named: &str) -> bool {
        line.may_tell
            && lines::passed_label(named).is_some()
            && self.documents.label_named(named).is_none()
            && self.documents.sentence(sentences::bare(line.words.text)).is_some()
    }

    /// Whether a label that ends like one that counts tests says of the report that it shows them.
    fn shows_tests(&self, name: &str, named: &str, stated: &str) -> bool {
        (lines::passed_label(name).is_some() || self.counted(named, stated).is_some())
            && self.documents.shows_fields(name)
    }

    /// What a line with a label that nobody knows says in sentences; where it says nothing, but has a value, it is
    /// told as unrecognised.
    fn sentence_or_unrecognised(&mut self, line: &Line<'_>, has_value: bool, section: Section) {
        if self.of_named_run(line, section) || self.of_labelled_run(line, section) {
            return;
        }
        let before = self.document.statements.len();
        self.sentence(line, section);
        if self.document.statements.len() == before && has_value {
            self.document.unrecognised.push(lines::whole(line.words));
        }
    }

    /// Tells of a line that looks like a claim, and is taken for none.
    pub(super) fn unrecognised(&mut self, line: &Line<'_>) {
        if line.may_tell || line.label.is_some() {
            self.document.unrecognised.push(lines::whole(line.words));
        }
    }

    /// A line whose label speaks of a commit of this repository; false where it is prose.
    fn commit(&mut self, line: &Line<'_>, repository: &str, section: Section) -> bool {
        let (words, Some(Labelled { label, value, .. })) = (line.words, &line.label) else { return false };
        match commits::commit(words.text.get(value.clone()).unwrap_or_default()) {
            Commit::Is(id, subject) => {
                let said = |part: Range<usize>| {
                    Box::new(lines::said(words, value.start + part.start..value.start + part.end))
                };
                let kind = StatementKind::Commit { id: said(id), subject: said(subject) };
                self.statement(line.at, kind, words, Some((label.clone(), value.clone())), section);
                true
            }
            Commit::Unreadable if commits::is_name(repository) => {
                let what = "no commit can be read here: write `<Repo> commit: <id> <subject>`, one a line";
                self.malformed(what, words.whole());
                true
            }
            Commit::Unreadable | Commit::None => false,
        }
    }

    fn citation(&mut self, line: &Line<'_>, what: Said, path: Said, section: Section) {
        let links = self.blocks.links(path.span);
        let run = match citing::cited(&what.text, &path.text, links, self.surfaces, self.documents) {
            Cited::Run(run) => Some(run),
            Cited::Elsewhere => None,
            Cited::Several => {
                self.malformed("two runs are named here: cite each in a line of its own", path.span);
                None
            }
            Cited::Empty => {
                return self.malformed("no run is named here", line.words.whole());
            }
            Cited::None => {
                if citing::names_run(&path.text, self.surfaces) && !citing::is_baseline(&what.text) {
                    self.taken_back(&path, section);
                }
                return self.sentence_or_unrecognised(line, !path.text.is_empty(), section);
            }
        };
        let item = self.item_of_citation(&what.text, &path.text, section);
        let is_taken_back = item.is_some() && run.is_some() && self.is_taken_back(line.entry.container);
        if is_taken_back {
            self.taken_back(&path, section);
        }
        let item = item.filter(|_| !is_taken_back);
        self.citation_entries.push((line.at, line.entry.container));
        let foreign = section.foreign.filter(|_| item.is_none() && !is_taken_back);
        let foreign = foreign.and_then(|at| self.foreign.get(at).cloned());
        self.document.citations.push(Citation { what, path, run, item, foreign });
        // "Run artifact: /runs/…. The run passed."
        self.of_cited(line, section);
    }

    /// Keeps what is cited for nothing: where the item lacks evidence, that is told.
    fn taken_back(&mut self, path: &Said, section: Section) {
        let item = section.item.and_then(|at| self.document.items.get_mut(at));
        if let Some(item) = item {
            item.taken_back.push(path.clone());
        }
    }

    /// Whether a heading above a container takes back what is cited below it.
    fn is_taken_back(&self, container: usize) -> bool {
        let mut at = container;
        while let Some(holder) = self.blocks.containers.get(at) {
            let heading = self.blocks.entries.get(holder.first).filter(|it| it.kind == Kind::Heading);
            let text = heading.filter(|_| holder.level.is_some()).map(|it| self.blocks.words(it).text);
            if text.is_some_and(|text| self.documents.disowns_section(text)) {
                return true;
            }
            if holder.parent >= at {
                return false;
            }
            at = holder.parent;
        }
        false
    }

    /// Whose evidence an artifact line is: the section's item's, unless its label, or what stands behind its path,
    /// gives it to another one. A baseline's is nobody's: it is no run of the item's.
    fn item_of_citation(&self, what: &str, path: &str, section: Section) -> Option<usize> {
        if citing::is_baseline(what) {
            return None;
        }
        let remark = citing::remark(path, self.surfaces).unwrap_or_default();
        let given = [what, citing::given_to(remark)].map(|text| self.named(text, section.item));
        match given.into_iter().find(|whose| *whose != Whose::Unsaid) {
            None | Some(Whose::Unsaid) => section.item,
            Some(Whose::Item(item)) => Some(item),
            Some(Whose::Other) => None,
        }
    }

    pub(super) fn statement(
        &mut self,
        at: usize,
        kind: StatementKind,
        words: &Words<'_>,
        parts: Option<(Range<usize>, Range<usize>)>,
        section: Section,
    ) {
        let mut said = lines::whole(words);
        let own = match (&kind, &parts) {
            (StatementKind::Gate { .. } | StatementKind::Commit { .. }, _) => 0..0,
            (StatementKind::Pass(_), _) | (_, None) => 0..words.text.len(),
            (_, Some((label, value))) => label.start..value.end,
        };
        let runs = named_runs::runs(words, own, self.blocks, self.surfaces);
        let closed = parts.as_ref().map(|(label, value)| (closed(words, label, value), value.clone()));
        let entry = self.blocks.entries.get(at);
        if entry.is_some_and(|entry| entry.kind == Kind::Column) {
            // The label stands in another row: the claim is made in the cell.
            let value = parts.as_ref().map(|(_, value)| value.start);
            let from = value.or_else(|| words.text.find(": ").map(|colon| colon + 2)).unwrap_or_default();
            said.span = words.span(from..words.text.len());
        }
        let (label, stated) = match parts {
            Some((label, value)) => (lines::said(words, label), lines::said(words, value)),
            None => (said.clone(), said.clone()),
        };
        let container = entry.map_or(0, |entry| entry.container);
        self.statement_entries.push((at, container));
        let item = section.item;
        self.document.statements.push(Statement {
            kind,
            said,
            label,
            closed: closed.map_or(0, |(closed, value)| {
                closed_of(&stated, closed, words.text.get(value).unwrap_or_default())
            }),
            stated,
            citation: None,
            among: Arc::default(),
            runs,
            item,
            dated: section.dated,
            ticked: section.ticked,
        });
    }
}
