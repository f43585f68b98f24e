//! Rule packs: what they assert, read and checked.
//!
//! A rule is a folder, and its id is the folder's path. What is malformed is refused with its place in
//! its file; a rule that is only half understood would prove nothing.

mod builtin;
pub mod case;
mod error;
mod expression;
mod load;
pub mod repository;
mod scope;
mod spec;
mod template;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

pub use error::RuleError;
pub use expression::{Cause, Expression};
pub use scope::Scope;
pub use template::Template;

use crate::evidence::{Pointer, Subject};
use crate::finding::{RuleId, Severity};
use crate::text::{Span, nearest};

/// What must be true, or must not be.
#[derive(Debug)]
pub enum Assertion {
    Require(Expression),
    Deny(Expression),
}

impl Assertion {
    #[must_use]
    pub fn expression(&self) -> &Expression {
        match self {
            Self::Require(expression) | Self::Deny(expression) => expression,
        }
    }

    fn expression_mut(&mut self) -> &mut Expression {
        match self {
            Self::Require(expression) | Self::Deny(expression) => expression,
        }
    }
}

/// What a diagnostic points at: a value of the evidence document.
#[derive(Debug)]
pub struct At {
    /// A key of the document's root, or `it` for the element of `each`.
    pub root: String,
    pub pointer: Pointer,
    /// Where it is the place that decides: where this does not hold, it is no place of the finding.
    pub when: Option<Expression>,
}

/// One rule, checked.
#[derive(Debug)]
pub struct Rule {
    pub id: RuleId,
    pub summary: String,
    pub severity: Severity,
    pub traces: Vec<String>,
    pub subjects: Vec<Subject>,
    pub when: Option<Expression>,
    /// The ways to lists in the evidence document; the rule is judged for each element of each of them.
    pub each: Vec<Pointer>,
    pub assertion: Assertion,
    pub at: Vec<At>,
    pub message: Template,
    pub help: Template,
    /// Which of the ten conditions of a proven pass a finding refutes, the first one foremost.
    pub conditions: Vec<u8>,
    /// The profile's field whose line is the policy: `route.model`. Without it, the policy is the rule's own.
    pub policy: Option<String>,
    /// The rule's page, as Markdown.
    pub page: String,
    /// `rule.toml`: its path for the reader, its text, and the place of the assertion.
    pub path: String,
    pub text: Arc<str>,
    pub assertion_at: Span,
    /// The first acceptance line of `traces`.
    pub trace_at: Option<Span>,
}

impl Rule {
    /// Where the page of a rule that ships inside the binary can be read. Of others nobody knows.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let page = || format!("{}/blob/main/rules/{}/README.md", env!("CARGO_PKG_REPOSITORY"), self.id);
        self.assertion.expression().is_built_in().then(page)
    }
}

/// Rules by id. A pack adds rules and replaces none: what takes an id that is in use could disarm its rule.
#[derive(Debug, Default)]
pub struct Pack {
    rules: BTreeMap<RuleId, Rule>,
}

impl Pack {
    /// The pack that ships inside the binary.
    ///
    /// # Errors
    /// None in a build whose tests passed.
    pub fn built_in() -> Result<Self, RuleError> {
        let mut pack = Self::default();
        for (id, text, page) in builtin::RULES {
            let path = format!("rules/{id}/rule.toml");
            let mut rule = spec::parse(id, &path, text, page)?;
            rule.built_in();
            pack.rules.insert(rule.id.clone(), rule);
        }
        Ok(pack)
    }

    /// The ids of the rules that ship inside the binary, unread.
    pub fn built_in_ids() -> impl Iterator<Item = &'static str> {
        builtin::RULES.iter().map(|(id, ..)| *id)
    }

    /// Adds the rules of a folder `<family>/<name>/rule.toml`, and compiles their expressions.
    ///
    /// A rule that is here word for word is the same rule: a pack may be named twice.
    ///
    /// # Errors
    /// The first malformed rule, with its place; one whose id another rule has; a folder without any rule.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), RuleError> {
        for rule in load::folder(folder)? {
            rule.compile()?;
            match self.rules.entry(rule.id.clone()) {
                Entry::Vacant(free) => {
                    free.insert(rule);
                }
                Entry::Occupied(same) if same.get().text == rule.text => {}
                Entry::Occupied(other) => return Err(RuleError::taken(&rule, other.get())),
            }
        }
        Ok(())
    }

    /// Rules in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    pub fn for_subject(&self, subject: Subject) -> impl Iterator<Item = &Rule> {
        self.iter().filter(move |rule| rule.subjects.contains(&subject))
    }

    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.get(&RuleId::new(id))
    }

    /// The id that a mistyped one most likely means, or one without its family.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        let ids = || self.iter().map(|rule| rule.id.as_str());
        if id.contains('/') {
            return nearest(id, ids());
        }
        let names = ids().filter_map(|id| id.split_once('/').map(|(_, name)| name));
        let name = nearest(id, names)?;
        ids().find(|id| id.split_once('/').is_some_and(|(_, its)| its == name))
    }

    /// Compiles every expression of every rule: what the self-test asks of the built-in pack, whose rules
    /// are otherwise compiled when they are first judged.
    ///
    /// # Errors
    /// The first expression that is no CEL.
    pub fn compile(&self) -> Result<(), RuleError> {
        self.iter().try_for_each(Rule::compile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Map, Node};

    const RULE: &str = r#"
summary = "s"
severity = "error"
subject = "run"
when = 'report.status == "pass"'
require = 'report.case_model == "m"'
at = ["report:/case_model"]
message = "shows `{report.case_model}`, {{braces}}, {report.nothing}"
help = "h"
"#;

    fn scope_of(model: &str) -> Node {
        let mut report = Map::new();
        report.insert("status", "pass");
        report.insert("case_model", model);
        report.insert("none", Node::null());
        let mut document = Map::new();
        document.insert("report", report);
        Node::from(document)
    }

    #[test]
    fn a_rule_is_read_and_its_message_filled() {
        let rule = spec::parse("f/n", "rule.toml", RULE, "").expect("sound");
        let document = scope_of("x");
        let scope = Scope::new(&document);
        assert_eq!(rule.when.as_ref().expect("there").holds(&scope), Ok(true));
        assert_eq!(rule.assertion.expression().holds(&scope), Ok(false));
        assert_eq!(rule.message.render(&scope), "shows `x`, {braces}, ?");
    }

    #[test]
    fn a_place_may_have_a_condition() {
        let at = "[{ place = \"report:/status\", when = 'report.none == null' }, \"report:/case_model\"]";
        let text = RULE.replace("[\"report:/case_model\"]", at);
        let rule = spec::parse("f/n", "rule.toml", &text, "").expect("sound");
        let document = scope_of("x");
        let decides = |at: &At| at.when.as_ref().map(|when| when.holds(&Scope::new(&document)));
        assert_eq!(rule.at.iter().map(decides).collect::<Vec<_>>(), [Some(Ok(true)), None]);
        let broken = text.replace("report.none ==", "report.none = =");
        let rule = spec::parse("f/n", "rule.toml", &broken, "").expect("compiled later");
        assert!(rule.compile().expect_err("no CEL").to_string().contains("no CEL"));
        for (from, to) in
            [("when = 'report.none", "if = 'report.none"), ("report:/status", "report/status")]
        {
            assert!(spec::parse("f/n", "rule.toml", &text.replacen(from, to, 1), "").is_err(), "{to}");
        }
    }

    #[test]
    fn what_has_no_value_is_a_cause_and_never_holds() {
        let document = scope_of("x");
        let scope = Scope::new(&document);
        for (source, cause) in [
            ("report.missing == 1", "there is no `missing`"),
            ("nothing.at.all", "nothing is called `nothing`"),
            ("report.status", "`report.status` is a string, not true or false"),
            ("report.status +", "no CEL"),
        ] {
            let why = Expression::new("f", source, source, 0..0).holds(&scope).expect_err(source);
            assert!(why.0.contains(cause), "{source}: {why:?}");
        }
    }

    #[test]
    fn null_and_numbers_compare_as_a_reader_expects() {
        let document = scope_of("x");
        let scope = Scope::new(&document);
        for source in ["report.none == null", "report.none != 'x'", "1 == 1.0", "!has(report.missing)"] {
            assert_eq!(Expression::new("f", source, source, 0..0).holds(&scope), Ok(true), "{source}");
        }
    }

    #[test]
    fn malformed_rules_are_refused_at_their_place() {
        for (from, to, says) in [
            ("subject = \"run\"", "subject = \"runs\"", "unknown subject `runs`"),
            ("\"error\"", "\"fatal\"", "`fatal` is no severity"),
            ("require =", "requires =", "unknown field"),
            ("require =", "deny = 'true'\nrequire =", "either `require` or `deny`"),
            ("report:/case_model", "report/case_model", "is no place"),
            ("report:/case_model", "it:", "has no `each`"),
            ("help = \"h\"", "help = \"h\"\ncondition = 11", "conditions 1 to 10"),
            ("{report.nothing}", "{report.nothing", "a placeholder has no end"),
            ("{{braces}}", "{{braces}", "a `}` closes nothing"),
            ("help = \"h\"", "help = \"{\"", "a placeholder has no end"),
        ] {
            let text = RULE.replacen(from, to, 1);
            let error = spec::parse("f/n", "rule.toml", &text, "").expect_err(says);
            assert!(error.to_string().contains(says), "{error}");
        }
        let text = RULE.replace("report.status ==", "report.status = =");
        let rule = spec::parse("f/n", "rule.toml", &text, "").expect("compiled later");
        assert!(rule.compile().expect_err("no CEL").to_string().contains("no CEL"));
    }

    #[test]
    fn the_built_in_pack_compiles() {
        Pack::built_in().expect("sound").compile().expect("CEL throughout");
    }
}
