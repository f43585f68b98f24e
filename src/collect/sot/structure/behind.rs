//! What a line says behind its first value: further labels, sentences, and what a cited run came to.
//!
//! "Report status: pass (exit code 7)" says two things, and "Run artifact: /runs/… — passed" as well: each is asked by
//! itself, so that none hides behind another. What stands there beside is a remark on the value.

use std::ops::Range;

use super::{Line, Reader, Section};
use crate::collect::sot::citing::artifact_label;
use crate::collect::sot::lines::{self, DASHES, Labelled};
use crate::collect::sot::model::{Citation, Pass, StatementKind};
use crate::collect::sot::words::Words;
use crate::collect::sot::{checks, citing, commits, named, sentences};
use crate::text::is_tick;

/// No more marks than these are looked behind in a line, and so far behind each, in bytes.
const MOST: usize = 200;
const AROUND: usize = 2_000;

/// A part of a text that says something by itself.
pub(super) struct Part {
    pub at: Range<usize>,
    /// Whether all of it is said by itself, and none of it is a remark on what stands before it.
    pub own: bool,
    /// Whether it stands in a sentence of its own.
    apart: bool,
    is_label: bool,
}

impl Reader<'_> {
    /// The parts of a text that each say something by itself: behind the end of a sentence, a comma, a semicolon or a
    /// dash, or in brackets; of free words behind the end of a sentence alone.
    pub(super) fn further(&self, text: &str, is_free: bool, section: Section) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for (mark, start) in marks(text, is_free).take(MOST) {
            let rest = text.get(start..).unwrap_or_default();
            let at = start..start + closed(rest).min(rest.len());
            let rest = text.get(at.clone()).unwrap_or_default();
            let apart =
                text.get(..start).is_some_and(|before| before.ends_with(". ") || before.ends_with("! "));
            let inside = parts.last().is_some_and(|last| start < last.at.end);
            if self.speaks(rest, section) {
                if let Some(last) = parts.last_mut() {
                    last.at.end = last.at.end.min(mark);
                }
                parts.push(Part { at, own: true, apart, is_label: true });
            } else if !inside {
                let near = rest.get(..rest.floor_char_boundary(AROUND)).unwrap_or_default();
                if sentences::may_tell(near, self.documents) || apart && self.is_lone(near) {
                    parts.push(Part { own: self.is_one_sentence(near), at, apart, is_label: false });
                }
            }
        }
        parts
    }

    /// The same of a value of which so much stands in a code span: that holds no parts.
    pub(super) fn behind(&self, stated: &str, closed: usize, is_free: bool, section: Section) -> Vec<Part> {
        let rest = stated.get(closed..).unwrap_or_default();
        let mut parts = self.further(rest, is_free && closed == 0, section);
        for part in &mut parts {
            part.at = part.at.start + closed..part.at.end + closed;
        }
        parts
    }

    /// Whether a text is one of the profile's sentences from its beginning to its end.
    fn is_one_sentence(&self, text: &str) -> bool {
        let bare = sentences::bare(text);
        let sentence = self.documents.sentence(bare).and_then(|at| self.documents.sentence_at(at));
        sentence.and_then(|it| it.says(bare)).is_some_and(|said| said == (0..bare.len()))
    }

    /// Whether a text begins with a label of a claim, and has a value.
    pub(super) fn speaks(&self, text: &str, section: Section) -> bool {
        let Some(Labelled { named, label, value }) = lines::labelled(text, self.documents) else {
            return false;
        };
        let name = text.get(label).unwrap_or_default();
        let stated = text.get(value).unwrap_or_default();
        !stated.is_empty()
            && (self.pointer(&named, stated, section).is_some()
                || artifact_label(name).is_some()
                || commits::repository(name).is_some_and(commits::is_name)
                || lines::passed_label(name).is_some())
    }

    /// Reads the parts of a line.
    pub(super) fn each(&mut self, line: &Line<'_>, from: usize, parts: &[Part], section: Section) {
        for part in parts {
            let words = line.words.part(from + part.at.start..from + part.at.end);
            let section = if part.apart { section.of_run() } else { section };
            self.evidence(&self.line(line.at, line.entry, &words, section), section);
        }
    }

    /// Where the value ends behind which parts say something by themselves; the rest of it may be a remark on it.
    pub(super) fn end_of_value(text: &str, parts: &[Part]) -> usize {
        let Some(first) = parts.first() else { return text.len() };
        let rest = text.get(first.at.end..).unwrap_or_default();
        let ends = first.is_label || rest.chars().all(|c| matches!(c, ')' | '.' | '!' | ' '));
        if !(first.own && ends) {
            return text.len();
        }
        let before = text.get(..first.at.start).unwrap_or_default();
        before.trim_end_matches([' ', ',', ';', '(', '-', '–', '—', '−']).len()
    }

    /// What is said of a cited run behind its path, or by the words of its label: a lone word is what it came to.
    pub(super) fn of_cited(&mut self, line: &Line<'_>, section: Section) {
        let Some(Labelled { label, value, .. }) = &line.label else { return };
        let text = line.words.text;
        let name = text.get(label.clone()).unwrap_or_default();
        if !checks::is_check(name) && !citing::is_baseline(name) && !self.documents.takes_back(name) {
            let mut words = name.split(' ').map(|word| lines::part_of(text, word));
            let ended = words.find_map(|at| self.outcome(text, at));
            self.came_to(line, ended, section);
        }
        let stated = text.get(value.clone()).unwrap_or_default();
        // The text of a link that leads to the run is all a remark.
        let remark = citing::remark(stated, self.surfaces).unwrap_or(stated);
        let behind = lines::part_of(text, remark.trim_start_matches(citing::CLOSING)).start;
        let rest = text.get(behind..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let word = rest.trim_matches(|c: char| !c.is_alphanumeric());
        let own = !checks::is_check(name) && !citing::is_baseline(name);
        if word.is_empty() && own && rest.contains(is_tick) {
            // A tick beside a run is a word for what it came to.
            let at = lines::part_of(text, rest.trim());
            let pass = Pass { claim: at.clone(), from: at.start, ..Pass::default() };
            return self.came_to(line, Some((StatementKind::Pass(Box::new(pass)), at)), section);
        }
        let word =
            [" run", " one", " attempt"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        let word = WHAT_CAME.iter().find_map(|what| word.strip_prefix(what)).unwrap_or(word);
        let word = word.trim_start_matches([' ', ':', '=']);
        let ended = self.outcome(text, lines::part_of(text, word));
        if ended.is_some() {
            return self.came_to(line, ended, section);
        }
        let parts = self.further(rest, false, section);
        self.each(line, behind, &parts, section);
    }

    /// A line that begins with a run's name and goes on with what that came to, as a row of a table does: it cites the
    /// run, and says so of it. False of any other.
    pub(super) fn of_named_run(&mut self, line: &Line<'_>, section: Section) -> bool {
        let text = line.words.text;
        let Some((name, path)) = citing::first_run(text, self.surfaces) else { return false };
        let rest = text.get(path.end..).unwrap_or_default();
        let ticked = rest.trim_start_matches(|c| MARKS.contains(&c) || is_tick(c) || c == '\u{fe0f}');
        let stated = if ticked.is_empty() { rest.trim_start_matches(MARKS) } else { ticked };
        let is_marked =
            rest.len() > stated.len() && rest.trim_start_matches([' ', '`']).len() > stated.len();
        // "Run X passed." is a sentence, which names a run and cites none.
        if !is_marked && path.start > 0 && text.starts_with(char::is_alphabetic) {
            return false;
        }
        if stated.contains(is_tick) && !stated.contains(char::is_alphanumeric) {
            let at = lines::part_of(text, stated.trim());
            let pass = Pass { claim: at.clone(), from: at.start, ..Pass::default() };
            let kind = StatementKind::Pass(Box::new(pass));
            self.named_run(line, (name, path), (kind, line.words, at), section);
            return true;
        }
        let before = if is_marked { "Run result: " } else { "Run " };
        let from = text.len() - stated.len();
        let said = format!("{before}{stated}");
        let bare = sentences::bare(&said);
        let claim = sentences::passes(bare, 0, self.documents).into_iter().next();
        let claim = claim.filter(|pass| pass.claim.start == before.len() && pass.items.is_empty());
        let (kind, at) = match (claim, self.documents.sentence(bare)) {
            (Some(pass), _) => {
                let at = from..from + pass.claim.len();
                let pass = Pass { claim: at.clone(), ..Pass::default() };
                (StatementKind::Pass(Box::new(pass)), at)
            }
            (None, Some(sentence)) if is_marked => {
                (StatementKind::Sentence { sentence, of_baseline: false }, from..text.len())
            }
            _ => {
                // "<run>: all 7 tests passed" says no more than the sentence does.
                let sentence = self.documents.sentence(sentences::bare(stated)).filter(|_| is_marked);
                let Some(sentence) = sentence else { return false };
                let kind = StatementKind::Sentence { sentence, of_baseline: false };
                let words = line.words.part(from..text.len());
                self.named_run(line, (name, path), (kind, &words, 0..words.text.len()), section);
                return true;
            }
        };
        self.named_run(line, (name, path), (kind, line.words, at), section);
        let parts = self.further(stated, false, section);
        self.each(line, from, &parts, section);
        true
    }

    /// A line whose label says that the run passed which is its value: `Passing run: <run>`. It cites the run.
    pub(super) fn of_labelled_run(&mut self, line: &Line<'_>, section: Section) -> bool {
        let Some(Labelled { label, value, .. }) = &line.label else { return false };
        let text = line.words.text;
        let Some(label) = text.get(label.clone()) else { return false };
        let Some(mut pass) = named::passes_of(label, self.documents, &|_| true).next() else {
            return false;
        };
        let (mut from, mut behind) = (0, value.start);
        loop {
            let rest = text.get(behind..).unwrap_or_default().trim_start_matches(BETWEEN);
            let rest = rest.strip_prefix("and ").unwrap_or(rest).trim_start_matches(BETWEEN);
            let Some((name, path)) = citing::first_run(rest, self.surfaces) else { return from > 0 };
            let moved = lines::part_of(text, rest).start;
            let path = moved + path.start..moved + path.end;
            let mut at = pass.claim.clone();
            if from > 0 {
                // Of each further one its name is all that is said.
                (from, at) = (path.start, 0..path.len());
                pass.claim = path.len()..path.len();
            }
            let words = line.words.part(from..path.end);
            behind = path.end;
            from = behind;
            let kind = StatementKind::Pass(Box::new(pass.clone()));
            self.named_run(line, (name, path), (kind, &words, at), section);
        }
    }

    /// Cites a run that a line names, and says of it what the line does.
    fn named_run(
        &mut self,
        line: &Line<'_>,
        (name, path): (&str, Range<usize>),
        (kind, words, at): (StatementKind, &Words<'_>, Range<usize>),
        section: Section,
    ) {
        let path = lines::said(line.words, path);
        self.citation_entries.push((line.at, line.entry.container));
        let (what, run) = (path.clone(), Some(name.into()));
        self.document.citations.push(Citation { what, path, run, item: section.item, foreign: None });
        self.statement(line.at, kind, words, Some((at.clone(), at)), section);
    }

    /// What a word says that a run came to, with its place: as it would behind `Run result:`.
    fn outcome(&self, text: &str, at: Range<usize>) -> Option<(StatementKind, Range<usize>)> {
        let word =
            text.get(at.clone()).filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
        let result = format!("Run result: {word}");
        if word.len() > LONGEST || !self.documents.may_tell(&result) {
            return None;
        }
        if !sentences::passes(&result, 0, self.documents).is_empty() {
            let pass = Pass { claim: at.clone(), from: at.start, ..Pass::default() };
            return Some((StatementKind::Pass(Box::new(pass)), at));
        }
        let sentence = self.documents.sentence(&result)?;
        Some((StatementKind::Sentence { sentence, of_baseline: false }, at))
    }

    fn came_to(&mut self, line: &Line<'_>, ended: Option<(StatementKind, Range<usize>)>, section: Section) {
        let Some((kind, at)) = ended else { return };
        self.statement(line.at, kind, line.words, Some((at.clone(), at)), section);
    }
}

/// What stands between a run's name and what it came to.
const MARKS: [char; 11] = ['`', '"', '\'', '/', ' ', ':', '-', '–', '—', '=', '→'];

/// What stands between the names of runs that are listed, and before the first one.
const BETWEEN: [char; 10] = ['`', '<', '>', '"', '/', ' ', ',', ';', '.', '&'];

/// Words that may stand before an outcome.
const WHAT_CAME: [&str; 6] = ["status", "report status", "result", "outcome", "verdict", "a "];

/// A longer word is none for an outcome.
const LONGEST: usize = 12;

/// Where marks stand behind which a part of a text may begin, and where that begins.
fn marks(text: &str, is_free: bool) -> impl Iterator<Item = (usize, usize)> + '_ {
    memchr::memchr_iter(b' ', text.as_bytes()).filter_map(move |at| {
        let (before, behind) = text.split_at_checked(at)?;
        let behind = behind.get(1..)?;
        if let Some(mark) = before.chars().next_back().filter(|c| matches!(c, '.' | '!' | ',' | ';' | ')'))
        {
            return (!is_free || matches!(mark, '.' | '!')).then_some((at - 1, at + 1));
        }
        if is_free {
            return None;
        }
        let len = match behind.chars().next()? {
            '(' => 1,
            dash if DASHES.contains(&dash) && behind.get(dash.len_utf8()..)?.starts_with(' ') => {
                dash.len_utf8() + 1
            }
            _ => return None,
        };
        Some((at, at + 1 + len))
    })
}

/// The length of a text up to the bracket that closes what it stands in.
fn closed(text: &str) -> usize {
    let mut depth = 0_usize;
    let ends = text.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        false
    });
    ends.unwrap_or(text.len())
}
