//! What a binding is read with: tables, texts and names, and errors that name the key, what was expected and what was found.

use serde_json::Value;

use super::BindingError;
use crate::{NameError, excerpt};

pub(super) fn object<'a>(at: &str, value: &'a Value) -> Result<&'a serde_json::Map<String, Value>, BindingError> {
    value.as_object().ok_or_else(|| BindingError::Shape {
        at: at.to_owned(),
        expected: "a table",
        found: found(Some(value)),
    })
}

pub(super) fn text<'a>(at: &str, value: Option<&'a Value>, expected: &'static str) -> Result<&'a str, BindingError> {
    let shape = || BindingError::Shape { at: at.to_owned(), expected, found: found(value) };
    value.and_then(Value::as_str).ok_or_else(shape)
}

pub(super) fn name<N: std::str::FromStr<Err = NameError>>(at: &str, value: Option<&Value>) -> Result<N, BindingError> {
    let text = text(at, value, "a name")?;
    text.parse().map_err(|source| BindingError::Name { at: at.to_owned(), source })
}

pub(super) fn refuse_others(
    at: &str,
    table: &serde_json::Map<String, Value>,
    known: &[&str],
) -> Result<(), BindingError> {
    let other = table.iter().find(|(key, value)| !known.contains(&key.as_str()) && !value.is_null());
    other.map_or(Ok(()), |(key, _)| {
        Err(BindingError::Key { at: format!("{at}.{}", excerpt(key)), known: known.join(", ") })
    })
}

pub(super) fn found(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(value)) => format!("the boolean {value}"),
        Some(Value::Number(value)) => format!("the number {value}"),
        Some(Value::String(value)) => format!("the string {:?}", excerpt(value)),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::Object(_)) => "a table".to_owned(),
    }
}

/// A worker has one deployment here. Whoever asks for another than `production`, Cloudflare's default, must not be given
/// that one.
pub(super) fn no_environment(at: &str, value: Option<&Value>) -> Result<(), BindingError> {
    const EXPECTED: &str = "\"production\" or nothing, as environments are not supported";
    match value {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) if text.is_empty() || text == "production" => Ok(()),
        other => Err(BindingError::Shape { at: at.to_owned(), expected: EXPECTED, found: found(other) }),
    }
}
