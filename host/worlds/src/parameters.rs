//! `parameters`: the values of this dispatch, for the outbound worker. Nothing is lost on the way from JSON: a value that has
//! no case of its own crosses as JSON text.

use serde_json::Value as Json;
use wasmtime::Result;
use wasmtime::component::{ComponentType, Lower};

use crate::PlatformView;
use crate::interface::Interface;

/// A parameter's value. It has a case for each kind of JSON value that fits a type, and never gets another.
#[derive(Debug, ComponentType, Lower)]
#[component(variant)]
enum Value {
    #[component(name = "boolean")]
    Boolean(bool),
    #[component(name = "integer")]
    Integer(i64),
    #[component(name = "number")]
    Number(f64),
    #[component(name = "text")]
    Text(String),
    #[component(name = "json")]
    Json(String),
}

pub(crate) fn link<T: PlatformView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    interface.function("get", |platform, (name,): (String,)| Ok((platform.parameters.get(&name).map(Value::from),)))?;
    interface.function("all", |platform, (): ()| {
        let all = platform.parameters.iter().map(|(name, json)| (name.to_string(), Value::from(json)));
        Ok((all.collect::<Vec<_>>(),))
    })
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Bool(value) => Self::Boolean(*value),
            Json::String(text) => Self::Text(text.clone()),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Self::Integer(whole),
                // An integer beyond s64 would lose digits as f64.
                (None, Some(float)) if number.is_f64() => Self::Number(float),
                _ => Self::Json(number.to_string()),
            },
            other => Self::Json(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(json: &Json) -> Value {
        json.into()
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert!(matches!(value(&json!(i64::MIN)), Value::Integer(i64::MIN)));
        assert!(matches!(value(&json!(0.5)), Value::Number(n) if (n - 0.5).abs() < f64::EPSILON));
        assert!(matches!(value(&json!(u64::MAX)), Value::Json(text) if text == "18446744073709551615"));
    }

    #[test]
    fn null_and_containers_cross_as_json() {
        for json in [json!(null), json!([1, "a"]), json!({ "a": { "b": 1 } })] {
            assert!(
                matches!(value(&json), Value::Json(text) if json == text.as_str().parse::<Json>().unwrap_or_default())
            );
        }
    }
}
