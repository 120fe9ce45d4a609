//! The values of one dispatch, checked against what the binding declares.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Declaration, Declarations, ParameterError, ParameterName, UnknownParameters, among};
use crate::excerpt;

/// Most bytes of one dispatch's parameters, as JSON text: they are copied for every dispatch.
const VALUES_BYTES: usize = 64 * 1024;

/// The checked values of one dispatch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters(Vec<(ParameterName, Value)>);

impl Parameters {
    /// The value of a parameter, by any spelling of its name. None where no parameter has it, or two might.
    pub fn get(&self, name: &str) -> Option<&Value> {
        among(name, self.0.iter().map(|(own, value)| (own.as_str(), value))).one()
    }

    /// All of them, in the order of the binding.
    pub fn iter(&self) -> impl Iterator<Item = (&ParameterName, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// What the values take in memory, in bytes. A list of numbers takes many times its text.
    pub fn held_bytes(&self) -> usize {
        self.0.iter().map(|(_, value)| held_bytes(value)).sum()
    }
}

fn held_bytes(value: &Value) -> usize {
    let content = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(held_bytes).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + held_bytes(value)).sum(),
    };
    size_of::<Value>() + content
}

impl Declarations {
    /// Checks what a dispatch gives against the declarations.
    ///
    /// Every declared parameter must be there (B07) unless its type is an option, and have its type (B16); nothing
    /// else may be there (B06).
    pub fn check(&self, given: &BTreeMap<String, Value>) -> Result<Parameters, ParameterError> {
        let mut given = self.named(given)?;
        let mut values = Vec::new();
        for declared in self.iter() {
            let Declaration { name, kind } = declared;
            let value = match given.remove(name.as_str()) {
                Some((_, value)) => value.clone(),
                None if kind.optional() => Value::Null,
                None => return Err(ParameterError::Missing { name: name.to_string(), declared: self.names() }),
            };
            kind.check(&value).map_err(|misfit| ParameterError::Mismatch {
                name: name.to_string(),
                kind: kind.to_string(),
                value: excerpt(&value.to_string()),
                place: misfit.told(name.as_str()),
            })?;
            declared.expect_small(&value)?;
            values.push((name.clone(), value));
        }
        let found: usize = values.iter().map(|(_, value)| value.to_string().len()).sum();
        if found > VALUES_BYTES {
            return Err(Self::too_large(found));
        }
        Ok(Parameters(values))
    }

    /// The error of parameters that have so many bytes.
    pub fn too_large(found: usize) -> ParameterError {
        ParameterError::TooLarge { found, most: VALUES_BYTES }
    }

    /// What is given, by the declared names.
    fn named<'a>(
        &'a self,
        given: &'a BTreeMap<String, Value>,
    ) -> Result<BTreeMap<&'a str, (&'a str, &'a Value)>, ParameterError> {
        let mut named = BTreeMap::new();
        for (text, value) in given {
            match self.find(text).one() {
                Some(own) => {
                    if let Some((other, _)) = named.insert(own.name.as_str(), (text.as_str(), value)) {
                        return Err(ParameterError::Twice { name: own.name.to_string(), other: excerpt(other) });
                    }
                }
                None if self.unknown() == UnknownParameters::Ignore => {}
                None => return Err(ParameterError::Undeclared { name: excerpt(text), declared: self.names() }),
            }
        }
        Ok(named)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn declare(list: &[(&str, &str)]) -> Declarations {
        let one =
            |(name, kind): &(&str, &str)| Declaration { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
        Declarations::new(list.iter().map(one).collect(), UnknownParameters::Refuse).unwrap()
    }

    fn given(value: Value) -> BTreeMap<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn all_spellings_are_one_name() {
        let values = declare(&[("customer_name", "json")]).check(&given(json!({ "customer-name": "a" }))).unwrap();
        assert_eq!(values.get("customer_name"), Some(&json!("a")));
        assert_eq!(values.get("customer-name"), Some(&json!("a")));
        let values = declare(&[("customer_name", "json")]).check(&given(json!({ "customerName": "a" }))).unwrap();
        assert_eq!(values.get("customerName"), Some(&json!("a")));
        // As it may have been declared before it was refused.
        let both = json!([{ "name": "user_id", "type": "json" }, { "name": "userid", "type": "json" }]);
        let both: Declarations = serde_json::from_value(json!({ "declared": both })).unwrap();
        let values = both.check(&given(json!({ "userid": 1, "userId": 2 }))).unwrap();
        assert_eq!((values.get("user-id"), values.get("userid")), (Some(&json!(2)), Some(&json!(1))));
        let twice = declare(&[("user_id", "json")]).check(&given(json!({ "user-id": 1, "userId": 2 }))).unwrap_err();
        assert!(twice.to_string().starts_with("parameter \"user_id\" is there twice, also as \"user-id\":"), "{twice}");
    }

    #[test]
    fn undeclared_missing_and_mistyped_are_named() {
        let declared = declare(&[("customer_name", "string"), ("quota", "u32")]);
        let refused = |value| declared.check(&given(value)).unwrap_err().to_string();
        let undeclared = refused(json!({ "customer_name": "a", "quota": 1, "plan": 1 }));
        assert_eq!(undeclared, "parameter \"plan\" is not declared by the binding; declared: customer_name, quota");
        let missing = refused(json!({ "customer_name": "a" }));
        assert_eq!(
            missing,
            "parameter \"quota\" is declared by the binding and was not given; declared: customer_name, quota"
        );
        let mistyped = refused(json!({ "customer_name": "a", "quota": -1 }));
        assert_eq!(mistyped, "parameter \"quota\" is declared u32 and cannot be -1");
        let account = declare(&[("account", "record { id: u8, towns: list<record { home-town: string }> }")]);
        let wrong = [
            (
                json!({ "id": 1, "towns": [{ "homeTown": "a" }, { "homeTown": 7 }] }),
                "account.towns[1].homeTown: expected string, found 7",
            ),
            (
                json!({ "id": 1, "towns": [{ "home": "a" }] }),
                "account.towns[0].home: no such field, expected one of home-town",
            ),
            (json!({ "towns": [] }), "account.id: expected u8, found nothing"),
            (
                json!({ "id": 1, "towns": [{ "home-town": "a", "homeTown": "b" }] }),
                "account.towns[0].homeTown: there already, as home-town",
            ),
        ];
        for (value, place) in wrong {
            let error = account.check(&given(json!({ "account": value }))).unwrap_err().to_string();
            assert!(error.ends_with(&format!(": {place}")), "{error}");
        }
    }

    #[test]
    fn an_option_may_be_absent_and_lists_are_checked_inside() {
        let declared = declare(&[("tags", "option<list<string>>")]);
        assert_eq!(declared.check(&given(json!({}))).unwrap().get("tags"), Some(&Value::Null));
        assert!(declared.check(&given(json!({ "tags": ["a"] }))).is_ok());
        assert!(declared.check(&given(json!({ "tags": [1] }))).is_err());
    }

    #[test]
    fn unknown_parameters_may_be_ignored() {
        let declared = Declarations::new(vec![], UnknownParameters::Ignore).unwrap();
        assert_eq!(declared.check(&given(json!({ "x": 1 }))).unwrap(), Parameters::default());
    }
}
