//! CEL expressions: compiled once, when they are first judged; evaluated over an evidence document.

use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use cel::{Context, Env, ExecutionError, Program, Value as Cel};

use super::RuleError;
use super::error::InFile;
use crate::evidence::{Node, Value};

static STDLIB: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Why an expression has no value. Holds no value of the evidence: the words may be printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause(pub String);

/// The source of an expression, with its place in the file that holds it.
#[derive(Debug)]
pub struct Expression {
    source: String,
    file: String,
    text: Arc<str>,
    at: Range<usize>,
    program: OnceLock<Result<Program, String>>,
}

impl Expression {
    /// `at` is the expression's place in `text`, the file named `file`.
    #[must_use]
    pub fn new(file: &str, text: &str, source: &str, at: Range<usize>) -> Self {
        Self {
            source: source.to_owned(),
            file: file.to_owned(),
            text: Arc::from(text),
            at,
            program: OnceLock::new(),
        }
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    fn program(&self) -> Result<&Program, &String> {
        self.program
            .get_or_init(|| {
                Program::compile(&self.source).map_err(|errors| {
                    let first = errors.errors.first().map(|error| error.msg.clone());
                    first.unwrap_or_else(|| "no CEL".to_owned())
                })
            })
            .as_ref()
    }

    /// # Errors
    /// What is no CEL, at its place in its file.
    pub fn compile(&self) -> Result<(), RuleError> {
        self.program().map(|_| ()).map_err(|why| {
            let file = InFile { path: &self.file, text: &self.text };
            file.malformed(self.at.clone(), format!("this is no CEL expression: {why}"), "here", None)
        })
    }

    /// The value of the expression.
    ///
    /// # Errors
    /// Why it has none: a missing key, a wrong type, no CEL.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Cel, Cause> {
        let program = self.program().map_err(|why| Cause(format!("no CEL: {why}")))?;
        program.execute(&scope.context).map_err(|error| cause(&error))
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

/// An evidence document as the variables of expressions.
pub struct Scope<'a> {
    context: Context<'a, 'static>,
}

impl Scope<'_> {
    /// The keys of the root map are the variables.
    #[must_use]
    pub fn new(document: &Node) -> Self {
        let mut context = Context::with_env(Arc::clone(&STDLIB));
        if let Value::Map(map) = &document.value {
            for (key, node) in map.iter() {
                context.add_variable_from_value(&**key, to_cel(node));
            }
        }
        Self { context }
    }

    /// The same scope with one more variable.
    #[must_use]
    pub fn with<'p>(&'p self, name: &str, node: &Node) -> Scope<'p> {
        let mut context = self.context.new_inner_scope();
        context.add_variable_from_value(name, to_cel(node));
        Scope { context }
    }
}

fn to_cel(node: &Node) -> Cel {
    match &node.value {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Int(value) => Cel::Int(*value),
        Value::UInt(value) => Cel::UInt(*value),
        Value::Float(value) => Cel::Float(*value),
        Value::String(text) => Cel::String(Arc::new(text.to_string())),
        Value::List(items) => Cel::List(Arc::new(items.iter().map(to_cel).collect())),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, node)| (key.to_string().into(), to_cel(node)));
            Cel::Map(cel::objects::Map { map: Arc::new(entries.collect()) })
        }
    }
}
