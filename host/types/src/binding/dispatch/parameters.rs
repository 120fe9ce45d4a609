//! What a dispatch binding says of its parameters: names, types, and what is done with those that it does not know.

use serde_json::Value;

use crate::binding::BindingError;
use crate::binding::shape::{found, object, refuse_others, text};
use crate::{Declaration, ParameterType, UnknownParameters};

/// `{name, type?}`, or the name alone.
pub(super) fn wire_parameter(at: &str, value: &Value) -> Result<Declaration, BindingError> {
    let refused = |source| BindingError::Parameter { at: at.to_owned(), source };
    let (name, kind) = match value {
        Value::String(name) => (name.as_str(), "json"),
        other => {
            let table = object(at, other)?;
            refuse_others(at, table, &["name", "type"])?;
            let kind = match table.get("type") {
                None | Some(Value::Null) => "json",
                some => text(&format!("{at}.type"), some, "the name of a WIT type")?,
            };
            (text(&format!("{at}.name"), table.get("name"), "a name")?, kind)
        }
    };
    Ok(Declaration { name: name.parse().map_err(refused)?, kind: kind.parse().map_err(refused)? })
}

pub(super) fn declarations(at: &str, value: &Value) -> Result<Vec<Declaration>, BindingError> {
    const EXPECTED: &str = "a list of names, or a table of names with WIT types";
    let parameter = |at: String| move |source| BindingError::Parameter { at, source };
    match value {
        Value::Array(names) => {
            let one = |(place, value): (usize, &Value)| {
                let at = format!("{at}[{place}]");
                let text = text(&at, Some(value), "a name")?;
                Ok(Declaration { name: text.parse().map_err(parameter(at))?, kind: ParameterType::Json })
            };
            names.iter().enumerate().map(one).collect()
        }
        Value::Object(types) => {
            let one = |(name, value): (&String, &Value)| {
                let at = format!("{at}.{name}");
                let kind = text(&at, Some(value), "the name of a WIT type")?;
                let name = name.parse().map_err(parameter(at.clone()))?;
                Ok(Declaration { name, kind: kind.parse().map_err(parameter(at))? })
            };
            types.iter().map(one).collect()
        }
        other => Err(BindingError::Shape { at: at.to_owned(), expected: EXPECTED, found: found(Some(other)) }),
    }
}

pub(super) fn unknown_parameters(at: &str, value: Option<&Value>) -> Result<UnknownParameters, BindingError> {
    match value {
        None | Some(Value::Null) => Ok(UnknownParameters::Refuse),
        Some(Value::String(text)) if text == "refuse" => Ok(UnknownParameters::Refuse),
        Some(Value::String(text)) if text == "ignore" => Ok(UnknownParameters::Ignore),
        other => {
            Err(BindingError::Shape { at: at.to_owned(), expected: "\"refuse\" or \"ignore\"", found: found(other) })
        }
    }
}
