//! What each statement of a document comes to, by the run, the commit or the documents that it speaks of.

use super::checks::{fault, is_of_another, miscounted, miscounted_failures};
use super::compare::{is_unread_time, same_subject, shown, unknown_zone};
use super::fields::{field, of_baseline, report};
use super::index::{Cited, Docket, Opened};
use super::remark::{claims_a_pass, keeps, leaves_command, remark_of_closed, same, same_closed};
use super::strays::denies_value;
use super::subject::agreed;
use super::tables::{At, Tables, worse};
use super::tally::Tally;
use super::why::Why;
use super::{CommitLookup, Grounds};
use super::{pass, sound};
use crate::collect::sot::{BASELINE, GateCondition, Said, SotDocument, Statement, StatementKind, WorkItem};
use crate::evidence::WITHHELD;
use crate::judge::{ClaimKind, ClaimVerdict, State};
use crate::text::{Place, Shared, Span};

/// What the evidence says, and where.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub text: String,
    pub place: Option<(&'a Opened<'a>, Place)>,
}

/// A claim, judged.
pub(super) struct Decision<'a> {
    pub kind: ClaimKind,
    /// None where an item's status is the claim.
    pub statement: Option<&'a Statement>,
    pub item: Option<usize>,
    /// The claim's words: a label, or the whole entry.
    pub text: Shared,
    pub span: Span,
    pub stated: Said,
    pub pointer: Option<&'a str>,
    pub verdict: ClaimVerdict,
    pub why: Why,
    pub found: Option<Found<'a>>,
    pub run: Option<&'a Opened<'a>>,
    pub citation: Option<At>,
    /// The run that the claim's own words name, where that is none that is cited for it.
    pub named: Option<&'a str>,
    /// Items that a gate holds back, and that are not blocked.
    pub offenders: Vec<At>,
    /// What kept the claim from being judged.
    pub cause: Option<String>,
}

/// The part of a decision that the evidence makes.
pub(super) struct Ruling<'a> {
    pub verdict: ClaimVerdict,
    pub why: Why,
    pub found: Option<Found<'a>>,
    pub run: Option<&'a Opened<'a>>,
    pub citation: Option<At>,
    pub named: Option<&'a str>,
    pub offenders: Vec<At>,
    pub cause: Option<String>,
}

impl<'a> Ruling<'a> {
    pub fn new(verdict: ClaimVerdict, why: Why) -> Self {
        let (found, run, citation, named) = (None, None, None, None);
        Self { verdict, why, found, run, citation, named, offenders: Vec::new(), cause: None }
    }

    pub fn found(self, text: impl Into<String>, place: Option<(&'a Opened<'a>, Place)>) -> Self {
        Self { found: Some(Found { text: text.into(), place }), ..self }
    }

    pub fn because(self, cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }
}

/// What a statement comes to by one citation: its kind, the ruling, and what it states, where that is not its words.
type Told<'a> = (ClaimKind, Ruling<'a>, Option<String>);

/// Of what a statement comes to by each of an item's runs: one that shows it is enough; of one that could not be looked at
/// nobody knows; else the last run decides.
fn one_of<'a>(told: impl Iterator<Item = Told<'a>>) -> Option<Told<'a>> {
    let rank = |(_, ruling, _): &Told<'a>| match ruling.verdict {
        ClaimVerdict::Supported => 2,
        ClaimVerdict::Unverifiable => 1,
        ClaimVerdict::Contradicted | ClaimVerdict::Unsupported => 0,
    };
    told.max_by_key(rank)
}

/// Everything that decisions are made from.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub grounds: &'a Grounds<'a>,
    /// The runs that the document cites.
    pub docket: &'a Docket<'a>,
    pub tables: &'a Tables,
}

impl<'a> Bench<'a> {
    /// The decisions of one document, in its order: statements, then the statuses of its items.
    pub fn document(&self, at: usize, document: &'a SotDocument) -> Vec<Decision<'a>> {
        let statements = document.statements.iter().map(|statement| self.statement(at, statement));
        let items = document.items.iter().enumerate();
        let items = items.filter_map(|(number, item)| self.item((at, number), item));
        let mut decisions: Vec<_> = statements.chain(items).collect();
        decisions.sort_by_key(|decision| decision.span);
        decisions
    }

    fn item(&self, at: At, item: &WorkItem) -> Option<Decision<'a>> {
        let status = item.status.as_ref()?;
        if status.class != crate::profile::StatusClass::Done {
            return None;
        }
        let ruling = pass::of_item(self, at, item);
        let stated = Said { text: status.word.clone(), span: status.said.span };
        Some(Self::decision(
            ClaimKind::Pass,
            None,
            Some(at.1),
            "Status".into(),
            status.said.span,
            stated,
            ruling,
        ))
    }

    pub(super) fn statement(&self, at: usize, statement: &'a Statement) -> Decision<'a> {
        let told = |citation| self.told(at, statement, citation);
        let among = statement.among.iter().map(|citation| told(Some((at, *citation))));
        let told = one_of(among).unwrap_or_else(|| told(statement.citation.map(|citation| (at, citation))));
        let (kind, ruling, of_sentence) = told;
        let text = match kind {
            ClaimKind::Label | ClaimKind::Validator | ClaimKind::Commit => statement.label.text.clone(),
            _ => statement.said.text.clone(),
        };
        let stated = match (of_sentence, &statement.kind) {
            (Some(stated), _) => Said { text: stated.as_str().into(), span: statement.stated.span },
            // It may be the one that is withheld.
            (None, StatementKind::Label { pointer })
                if ruling.run.is_some_and(|run| sound::withholds(run, pointer)) =>
            {
                Said { text: WITHHELD.into(), span: statement.stated.span }
            }
            _ => statement.stated.clone(),
        };
        Self::decision(kind, Some(statement), statement.item, text, statement.said.span, stated, ruling)
    }

    /// What a statement comes to by a citation, or by what it names itself.
    fn told(&self, at: usize, statement: &'a Statement, citation: Option<At>) -> Told<'a> {
        let mut of_sentence = None;
        let (kind, ruling) = match &statement.kind {
            StatementKind::Label { pointer } => {
                (ClaimKind::Label, self.label(statement, pointer, citation))
            }
            StatementKind::Sentence { sentence, of_baseline } => {
                let lead = if *of_baseline { BASELINE } else { "" };
                let said = format!("{lead}{}", statement.said.text);
                let (ruling, stated) = self.sentence(statement, *sentence, &said, citation);
                of_sentence = Some(stated);
                (ClaimKind::Sentence, ruling)
            }
            StatementKind::Validator { .. } => (ClaimKind::Validator, self.validator(statement, citation)),
            StatementKind::Commit { id, subject } => (ClaimKind::Commit, self.commit(id, subject)),
            StatementKind::Gate { items, conditions } => (ClaimKind::Gate, self.gate(items, conditions)),
            StatementKind::Pass(pass) => {
                (ClaimKind::Pass, pass::of_sentence(self, (at, citation), statement, pass))
            }
        };
        let cited = ruling.citation.or(citation.filter(|_| ruling.named.is_none()));
        (kind, Ruling { citation: cited, ..ruling }, of_sentence)
    }

    fn decision(
        kind: ClaimKind,
        statement: Option<&'a Statement>,
        item: Option<usize>,
        text: Shared,
        span: Span,
        stated: Said,
        ruling: Ruling<'a>,
    ) -> Decision<'a> {
        let pointer = match statement.map(|statement| &statement.kind) {
            Some(StatementKind::Label { pointer }) => Some(&**pointer),
            _ => None,
        };
        let Ruling { verdict, why, found, run, citation, named, offenders, cause } = ruling;
        Decision {
            kind,
            statement,
            item,
            text,
            span,
            stated,
            pointer,
            verdict,
            why,
            found,
            run,
            citation,
            named,
            offenders,
            cause,
        }
    }

    /// The cited run, if its report is at hand.
    pub fn at_hand(&self, citation: At) -> Result<&'a Cited<'a>, Ruling<'a>> {
        let missing =
            |cause: String| Ruling::new(ClaimVerdict::Unverifiable, Why::RunNotFound).because(cause);
        let Some(cited) = self.tables.citation(citation) else { return Err(missing(String::new())) };
        let Some(id) = cited.run.as_deref() else {
            return Err(missing(format!("`{}` does not end in a run directory's name", cited.path.text)));
        };
        match self.docket.get(id) {
            None => Err(missing(format!("the run {id} is not at hand"))),
            Some(run) if report(&run.facts).is_none() => {
                Err(missing(format!("the run {id} has no readable report")))
            }
            Some(run) => Ok(run),
        }
    }

    fn label(&self, statement: &'a Statement, pointer: &str, citation: Option<At>) -> Ruling<'a> {
        let told = |subject| match subject {
            Ok((named, cited)) => Ruling { named, ..self.label_of(statement, pointer, cited) },
            Err(ruling) => ruling,
        };
        let told = self.subjects(statement, citation).into_iter().map(told);
        let ruling = agreed(told.map(|ruling| (ruling, ())).collect()).map(|(ruling, ())| ruling);
        let Some(ruling) = ruling else {
            let passes =
                pointer == "/status" && claims_a_pass(&statement.stated.text, self.grounds.judge.profile);
            let why = if passes { Why::UnsupportedPass } else { Why::Uncited };
            return Ruling::new(ClaimVerdict::Unsupported, why);
        };
        self.fitting(ruling, &[&statement.stated.text])
    }

    fn label_of(&self, statement: &Statement, pointer: &str, cited: &'a Cited<'a>) -> Ruling<'a> {
        let (found, place) = field(&cited.facts, pointer);
        if let Some(cause) = sound::of_other_stage(&cited.facts, pointer, &statement.label.text) {
            let ruling = Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged);
            return Ruling { run: Some(&cited.facts), ..ruling.because(cause) };
        }
        let stated = &statement.stated.text;
        let mut ruling = if sound::withholds(&cited.facts, pointer) {
            let cause = "it tells the digest of a file that holds the endpoint value";
            Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause)
        } else if self.says(statement, &cited.facts, pointer) {
            Ruling::new(ClaimVerdict::Supported, Why::Stands)
        } else if let Some(zone) = unknown_zone(stated, found) {
            let cause = format!("the time zone `{zone}` may be several, or none: write UTC, or an offset");
            Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause)
        } else if is_unread_time(stated, found) {
            let cause = "it can't be read as a time: write the day as YYYY-MM-DD, and the time in UTC";
            Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause)
        } else {
            Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted)
        };
        ruling = ruling.found(shown(found), place);
        ruling.run = Some(&cited.facts);
        self.reliable(ruling, &cited.facts, pointer)
    }

    /// A ruling by what a report says, where that may be relied on. What may not shows nothing, though it says the same;
    /// that the run's own report says otherwise can be seen all the same.
    pub(super) fn reliable(&self, ruling: Ruling<'a>, facts: &'a Opened<'a>, pointer: &str) -> Ruling<'a> {
        let says_something = field(facts, pointer).0.is_some_and(|found| !found.is_null());
        let is_other = ruling.verdict == ClaimVerdict::Contradicted && says_something;
        if is_other && !facts.is_validator() && of_baseline(pointer).is_none() {
            return ruling;
        }
        self.unreliable(facts, pointer).unwrap_or(ruling)
    }

    /// Whether a label's value says what the report says at a pointer.
    fn says(&self, statement: &Statement, facts: &Opened<'_>, pointer: &str) -> bool {
        let (stated, closed) = (&*statement.stated.text, statement.closed);
        let profile = self.grounds.judge.profile;
        let found = field(facts, pointer).0;
        match Tally::of(stated, pointer) {
            Some(tally) => tally.stands(facts, pointer) && keeps(tally.rest, profile),
            None => {
                (same(stated, found, pointer, profile)
                    || same_closed(stated, closed, found, pointer, profile))
                    && !denies_value(stated, facts, pointer)
            }
        }
    }

    fn validator(&self, statement: &'a Statement, citation: Option<At>) -> Ruling<'a> {
        let told = |subject| match subject {
            Ok((named, cited)) => Ruling { named, ..self.validator_of(statement, cited) },
            Err(ruling) => ruling,
        };
        let told = self.subjects(statement, citation).into_iter().map(told);
        let ruling = agreed(told.map(|ruling| (ruling, ())).collect()).map(|(ruling, ())| ruling);
        let ruling = ruling.unwrap_or_else(|| Ruling::new(ClaimVerdict::Unsupported, Why::UnsupportedPass));
        match remark_of_closed(&statement.stated.text, statement.closed) {
            Some((_, remark)) => self.fitting(ruling, &[&format!(" {remark}")]),
            None => ruling,
        }
    }

    fn validator_of(&self, statement: &Statement, cited: &'a Cited<'a>) -> Ruling<'a> {
        let (facts, said) = (&cited.facts, &*statement.said.text);
        let (mut command, failed) = match &statement.kind {
            StatementKind::Validator { command, failed, .. } => (command.as_deref(), *failed),
            _ => (None, false),
        };
        if failed {
            return Self::failed_validator(facts, command, said);
        }
        let mut counts = if command.is_some() { "" } else { said };
        // A remark may count the checks; one that takes the pass back makes another command of it.
        match remark_of_closed(&statement.stated.text, statement.closed) {
            Some((_, remark)) if leaves_command(remark, self.grounds.judge.profile) => counts = remark,
            None if statement.closed == 0 => {}
            Some(_) | None => command = Some(&statement.stated),
        }
        let fault = fault(facts, command).or_else(|| miscounted(facts, counts));
        let ruling = match fault.or_else(|| sound::wrong_in(facts).map(|text| (text, None))) {
            Some((text, place)) => {
                Ruling::new(ClaimVerdict::Contradicted, Why::ValidatorNotPassed).found(text, place)
            }
            None => match sound::unread_in(facts) {
                Some(cause) => Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause),
                None => Ruling::new(ClaimVerdict::Supported, Why::Stands)
                    .found("pass", field(facts, "/status").1),
            },
        };
        Ruling { run: Some(facts), ..ruling }
    }

    /// A validator that is said to have failed: its report says so, and as many checks did.
    fn failed_validator(facts: &'a Opened<'a>, command: Option<&Said>, said: &str) -> Ruling<'a> {
        let unverifiable =
            |cause: &str| Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged).because(cause);
        let ruling = if !facts.is_validator() {
            unverifiable("it cites no validator's report")
        } else if command.is_some_and(|command| is_of_another(facts, command)) {
            unverifiable("it cites the report of another command")
        } else if let Some((text, place)) = miscounted_failures(facts, said) {
            Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted).found(text, place)
        } else if let Some((text, place)) = fault(facts, None) {
            Ruling::new(ClaimVerdict::Supported, Why::Stands).found(text, place)
        } else {
            let place = field(facts, "/status").1;
            Ruling::new(ClaimVerdict::Contradicted, Why::Contradicted).found("pass", place)
        };
        Ruling { run: Some(facts), ..ruling }
    }

    /// A claim on what the report says, where what it says is not to be relied on.
    fn unreliable(&self, facts: &'a Opened<'a>, pointer: &str) -> Option<Ruling<'a>> {
        let cause = sound::unreliable(self.grounds.judge.pack, facts, pointer)?;
        let ruling = Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged);
        Some(Ruling { run: Some(facts), ..ruling.because(cause) })
    }

    fn commit(&self, id: &Said, subject: &Said) -> Ruling<'a> {
        match (self.grounds.commit)(&id.text) {
            CommitLookup::NoRepository => Ruling::new(ClaimVerdict::Unverifiable, Why::NoRepository)
                .because(format!("commit {}: no repository was given", id.text)),
            CommitLookup::Unknown(why) => Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged)
                .because(format!("commit {} was not found, and {why}", id.text)),
            CommitLookup::NotFound => Ruling::new(ClaimVerdict::Unverifiable, Why::CommitNotFound)
                .because(format!("commit {} is not in the repository", id.text)),
            CommitLookup::Subject(found)
                if subject.text.is_empty() || same_subject(&subject.text, &found) =>
            {
                Ruling::new(ClaimVerdict::Supported, Why::Stands).found(found, None)
            }
            CommitLookup::Subject(found) => {
                Ruling::new(ClaimVerdict::Contradicted, Why::CommitSubjectDiffers).found(found, None)
            }
        }
    }

    fn gate(&self, items: &[Shared], conditions: &[GateCondition]) -> Ruling<'a> {
        let offenders = self.tables.unblocked(items);
        let state = self.gate_state(conditions);
        let Some(first) = offenders.first().and_then(|at| self.tables.item(*at)) else {
            let known = items.iter().any(|id| self.tables.items.contains_key(id));
            let found = if known { "blocked" } else { "in no audited document" };
            return Ruling::new(ClaimVerdict::Supported, Why::Stands).found(found, None);
        };
        let status = first.status.as_ref().map_or("without a status", |status| status.word.as_str());
        let found = format!("{} is {status}", first.id);
        let ruling = match state {
            State::Holds => {
                return Ruling::new(ClaimVerdict::Supported, Why::Stands)
                    .found("the condition holds", None);
            }
            State::Fails => Ruling::new(ClaimVerdict::Contradicted, Why::GateNotMet),
            State::Unknown => Ruling::new(ClaimVerdict::Unverifiable, Why::Unjudged)
                .because(format!("{found}, and whether the gate's condition holds is not known")),
        };
        Ruling { offenders, ..ruling.found(found, None) }
    }

    /// Whether all that a gate waits for is there. Words that the profile does not know are unknown.
    pub fn gate_state(&self, conditions: &[GateCondition]) -> State {
        let states = conditions.iter().map(|condition| self.tables.condition_state(condition));
        states.reduce(worse).unwrap_or(State::Unknown)
    }
}
