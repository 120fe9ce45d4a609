//! `parameters`: the values of this dispatch, for the outbound worker. Nothing is lost on the way from JSON: what has no
//! case of its own crosses as JSON text.

use serde_json::Value as Json;
use wasmtime::Result;

use crate::PlatformCtx;
use crate::generated::tollgate::platform::parameters::{Host, Value};

impl Host for PlatformCtx<'_> {
    fn get(&mut self, name: String) -> Result<Option<Value>> {
        Ok(self.parameters.get(&name).map(value))
    }

    fn all(&mut self) -> Result<Vec<(String, Value)>> {
        Ok(self.parameters.iter().map(|(name, json)| (name.to_string(), value(json))).collect())
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::Bool(value) => Value::Boolean(*value),
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Integer(whole),
            // An integer beyond s64 would lose digits as f64.
            (None, Some(float)) if number.is_f64() => Value::Number(float),
            _ => Value::Json(number.to_string()),
        },
        other => Value::Json(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
