//! CEL expressions: compiled once, when they are first judged; evaluated over an evidence document.

use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use cel::parser::PrattParser;
use cel::{Context, Env, ExecutionError, IdedExpr, Program, Value as Cel};

use super::error::InFile;
use super::{RuleError, Scope};

static STDLIB: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Why an expression has no value. Holds no value of the evidence: the words may be printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause(pub String);

/// The source of an expression, with its place in the file that holds it.
#[derive(Debug)]
pub struct Expression {
    source: String,
    file: Arc<str>,
    text: Arc<str>,
    at: Range<usize>,
    tree: OnceLock<Result<IdedExpr, String>>,
    /// Whether it is one of this build's own, of which a test says that both parsers read the same.
    built_in: bool,
}

impl Expression {
    /// `at` is the expression's place in `text`, the file named `file`.
    #[must_use]
    pub fn new(
        file: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        source: &str,
        at: Range<usize>,
    ) -> Self {
        Self {
            source: source.to_owned(),
            file: file.into(),
            text: text.into(),
            at,
            tree: OnceLock::new(),
            built_in: false,
        }
    }

    /// Marks the expression as one of this build's own: a parser that is twenty times faster may read it.
    pub(crate) fn built_in(&mut self) {
        self.built_in = true;
    }

    pub(super) fn is_built_in(&self) -> bool {
        self.built_in
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    fn tree(&self) -> Result<&IdedExpr, &String> {
        let read = || match self.built_in.then(|| PrattParser::new().parse(&self.source)) {
            Some(Ok(tree)) => Ok(tree),
            _ => parse(&self.source),
        };
        self.tree.get_or_init(read).as_ref()
    }

    /// Whether the expression speaks of a variable; one that can't be read may speak of any.
    #[must_use]
    pub fn names(&self, variable: &str) -> bool {
        self.tree().map_or(true, |tree| tree.references().has_variable(variable))
    }

    /// # Errors
    /// What is no CEL, at its place in its file.
    pub fn compile(&self) -> Result<(), RuleError> {
        self.tree().map(|_| ()).map_err(|why| {
            let file = InFile { path: &self.file, text: &self.text };
            file.malformed(self.at.clone(), format!("this is no CEL expression: {why}"), "here", None)
        })
    }

    /// The value of the expression.
    ///
    /// # Errors
    /// Why it has none: a missing key, a wrong type, no CEL.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Cel, Cause> {
        let tree = self.tree().map_err(|why| Cause(format!("no CEL: {why}")))?;
        let mut context = Context::with_env(Arc::clone(&STDLIB));
        context.set_variable_resolver(scope);
        Cel::resolve(tree, &context).map_err(|error| cause(&error))
    }

    /// Whether the expression is true.
    ///
    /// # Errors
    /// Why it is neither true nor false.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, Cause> {
        match self.evaluate(scope)? {
            Cel::Bool(value) => Ok(value),
            other => Err(Cause(format!("`{}` is a {}, not true or false", self.source, other.type_of()))),
        }
    }
}

fn parse(source: &str) -> Result<IdedExpr, String> {
    let program = Program::compile(source).map_err(|errors| {
        let first = errors.errors.first().map(|error| error.msg.clone());
        first.unwrap_or_else(|| "no CEL".to_owned())
    })?;
    Ok(program.expression().clone())
}

/// The library's own texts show the values that did not fit; these name their kind alone.
fn cause(error: &ExecutionError) -> Cause {
    Cause(match error {
        ExecutionError::NoSuchKey(key) => format!("there is no `{key}`"),
        ExecutionError::UndeclaredReference(name) => format!("nothing is called `{name}`"),
        ExecutionError::NoSuchOverload(overload) => overload.to_string(),
        ExecutionError::InvalidArgumentCount { .. } | ExecutionError::MissingArgumentOrTarget => {
            "a function has the wrong number of arguments".to_owned()
        }
        ExecutionError::UnexpectedType { got, want } => format!("a {got} stands where a {want} should"),
        ExecutionError::ValuesNotComparable(a, b) => {
            format!("a {} can't be compared to a {}", a.type_of(), b.type_of())
        }
        ExecutionError::UnsupportedBinaryOperator(operator, a, b) => {
            format!("`{operator}` takes no {} and {}", a.type_of(), b.type_of())
        }
        ExecutionError::IndexOutOfBounds(_) => "an index lies outside its list".to_owned(),
        ExecutionError::UnsupportedIndex(_, of) => format!("a {} has no such member", of.type_of()),
        ExecutionError::FunctionError { function, .. } => format!("`{function}` failed"),
        ExecutionError::UnsupportedTargetType { .. } | ExecutionError::NotSupportedAsMethod { .. } => {
            "a function does not take this kind of value".to_owned()
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "a division by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "a number too large".to_owned(),
        _ => "the expression has no value".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Pack;

    /// The tree as words, but for the numbers of its nodes, which are no part of what it means.
    fn meaning(tree: &IdedExpr) -> String {
        let words = format!("{tree:?}");
        words.split("id: ").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit())).collect()
    }

    #[test]
    fn both_parsers_read_the_same_in_every_expression_of_this_build() {
        let pack = Pack::built_in().expect("sound");
        let profile = crate::profile::Profile::built_in().expect("sound");
        let documents = &profile.spec.documents;
        let asked = documents.sentence.iter().map(|sentence| sentence.require.as_str());
        let asked = asked.chain(documents.condition.iter().map(|condition| condition.require.as_str()));
        let rules = pack.iter().flat_map(crate::rule::Rule::expressions).map(Expression::source);
        let mut count = 0;
        for source in rules.chain(asked) {
            let fast = PrattParser::new().parse(source).expect(source);
            assert_eq!(meaning(&fast), meaning(&parse(source).expect(source)), "{source}");
            count += 1;
        }
        assert!(count > 200, "{count}");
    }
}
