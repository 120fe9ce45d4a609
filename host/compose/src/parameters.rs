//! What the outbound worker reads by type, and the values that are given for it, checked as a dispatch checks them.

use std::collections::BTreeMap;

use serde_json::Value;
use tollgate_types::{
    Declaration, Declarations, Found, ParameterError, ParameterType, Parameters, UnknownParameters, reads_of_world,
};

use crate::ComposeError;
use crate::worker::Worker;

/// Checked values, and the types by which they are read.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) values: Parameters,
    pub(crate) reads: Vec<Declaration>,
}

/// Checks the given values against what the worker reads, and against its variables, as a deploy does. Nobody declares them but
/// who gives them: each name is declared by being given, with the worker's type where it reads it by type.
pub(crate) fn check(
    worker: &Worker<'_>,
    given: &BTreeMap<String, Value>,
    variables: &BTreeMap<String, String>,
) -> Result<Given, ComposeError> {
    let reads = reads(worker)?;
    let one = |name: &String| Ok(Declaration { name: name.parse()?, kind: ParameterType::Json });
    let declared = given.keys().map(one).collect::<Result<Vec<_>, ComposeError>>()?;
    let declared = Declarations::new(declared, UnknownParameters::Refuse)?;
    for read in &reads {
        agree(&declared, read)?;
    }
    if let Some(hidden) = variables.keys().find_map(|own| declared.iter().find(|one| one.name.hides(own))) {
        return Err(ParameterError::Hidden { name: hidden.name.to_string(), worker: "outbound".to_owned() }.into());
    }
    let values = declared.typed_by(&reads).check(given)?;
    Ok(Given { values, reads })
}

fn agree(declared: &Declarations, read: &Declaration) -> Result<(), ComposeError> {
    let name = read.name.to_string();
    match declared.find(&name) {
        Found::Either(one, other) => {
            Err(ComposeError::Ambiguous { name, one: one.name.to_string(), other: other.name.to_string() })
        }
        Found::None if !read.kind.optional() => {
            let given: Vec<_> = declared.iter().map(|own| own.name.as_str()).collect();
            let given = if given.is_empty() { "none".to_owned() } else { given.join(", ") };
            Err(ComposeError::Missing { name, kind: read.kind.to_string(), given })
        }
        _ => Ok(()),
    }
}

pub(crate) fn reads(worker: &Worker<'_>) -> Result<Vec<Declaration>, ComposeError> {
    let interfaces = worker.imports().filter_map(|(import, id)| Some((import, id?)));
    Ok(reads_of_world(&worker.resolve, interfaces)?)
}
