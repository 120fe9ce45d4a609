//! `parameters`: the values of this dispatch, for the outbound worker. Nothing is lost on the way from JSON: what has no
//! case of its own crosses as JSON text.

use serde_json::Value as Json;
use wasmtime::Result;

use crate::PlatformCtx;
use crate::generated::{p2, p3};

macro_rules! host {
    ($version:ident) => {
        impl $version::tollgate::platform::parameters::Host for PlatformCtx<'_> {
            fn get(&mut self, name: String) -> Result<Option<$version::tollgate::platform::parameters::Value>> {
                Ok(self.parameters.get(&name).map(Into::into))
            }

            fn all(&mut self) -> Result<Vec<(String, $version::tollgate::platform::parameters::Value)>> {
                Ok(self.parameters.iter().map(|(name, json)| (name.to_string(), json.into())).collect())
            }
        }

        impl From<&Json> for $version::tollgate::platform::parameters::Value {
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
    };
}

host!(p2);
host!(p3);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::generated::p2::tollgate::platform::parameters::Value;

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
