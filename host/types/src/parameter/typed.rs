//! What is wrong with the interface `parameters` of a component: one rule, for who deploys it and for who only looks at it.

use super::declaration::DECLARED;
use super::{Declaration, ParameterError, ParameterType};

/// Why a component's typed parameters cannot be linked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// Two interfaces of that name.
    #[error("it imports two interfaces named `parameters`, {0:?} and {1:?}: expected one")]
    Two(String, String),
    /// More functions than a binding may declare parameters.
    #[error("{interface}: {found} functions: at most {most}")]
    TooMany {
        /// The interface.
        interface: String,
        /// How many it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// Something other than a function without arguments that gives a value.
    #[error("{interface}: {item:?} is {found}: expected a function without arguments that gives a parameter's value")]
    Shape {
        /// The interface.
        interface: String,
        /// What is wrong in it.
        item: String,
        /// What it is.
        found: FunctionError,
    },
}

/// Why an item of that interface gives no parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FunctionError {
    /// A resource.
    #[error("a resource")]
    Resource,
    /// Something else that is no function.
    #[error("neither a type nor a function")]
    Item,
    /// No parameter can have its name.
    #[error("a function with a name that no parameter can have")]
    Name,
    /// It takes something.
    #[error("a function with arguments")]
    Arguments,
    /// It gives nothing.
    #[error("a function that gives nothing")]
    Nothing,
    /// It waits: a parameter is there already.
    #[error("an async function")]
    Async,
    /// It gives something that JSON has not.
    #[error("a function that gives a type with {0}, which no JSON value can be")]
    NoValue(&'static str),
    /// It gives a type that cannot be declared.
    #[error("a function that gives what cannot be declared ({0})")]
    Type(#[source] Box<ParameterError>),
}

impl From<ParameterError> for FunctionError {
    fn from(error: ParameterError) -> Self {
        Self::Type(Box::new(error))
    }
}

/// Whether an import is an interface of the worker's own with a function for each parameter: its name says so.
pub fn is_parameters(import: &str) -> bool {
    let unversioned = import.split('@').next().unwrap_or_default();
    let own = !unversioned.starts_with("wasi:") && !unversioned.starts_with("tollgate:platform/");
    own && unversioned.rsplit('/').next() == Some("parameters")
}

/// What the functions of an interface `parameters` declare, each by its name and the type that it gives; `read` is asked for
/// the type once it is clear that they are not too many.
pub fn declare_reads<F>(
    interface: &str,
    functions: Vec<(String, F)>,
    read: impl Fn(F) -> Result<ParameterType, FunctionError>,
) -> Result<Vec<Declaration>, TypedError> {
    if functions.len() > DECLARED {
        return Err(TypedError::TooMany { interface: interface.to_owned(), found: functions.len(), most: DECLARED });
    }
    let declare = |(item, function): (String, F)| {
        let name = item.parse().map_err(|_invalid: ParameterError| FunctionError::Name);
        let declared = name.and_then(|name| Ok(Declaration { name, kind: read(function)? }));
        declared.map_err(|found| TypedError::Shape { interface: interface.to_owned(), item, found })
    };
    functions.into_iter().map(declare).collect()
}
