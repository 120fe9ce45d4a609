//! The values of one dispatch, checked against what the binding declares.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Declaration, Declarations, ParameterError, ParameterName, UnknownParameters};

/// Most bytes of one dispatch's parameters, as JSON text: they are copied for every dispatch.
const VALUES_BYTES: usize = 64 * 1024;

/// The checked values of one dispatch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters(Vec<(ParameterName, Value)>);

impl Parameters {
    /// The value of a parameter, by either spelling of its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(own, _)| own.is(name)).map(|(_, value)| value)
    }

    /// The value of a parameter, by the name that WIT spells. None where no parameter has it, or two have.
    pub fn typed(&self, wit: &str) -> Option<&Value> {
        let mut found = self.0.iter().filter(|(own, _)| own.meets(wit));
        found.next().filter(|_| found.next().is_none()).map(|(_, value)| value)
    }

    /// All of them, in the order of the binding.
    pub fn iter(&self) -> impl Iterator<Item = (&ParameterName, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl Declarations {
    /// Checks what a dispatch gives against the declarations.
    ///
    /// Every declared parameter must be there (B07) unless its type is an option, and have its type (B16); nothing
    /// else may be there (B06).
    pub fn check(&self, given: &BTreeMap<String, Value>) -> Result<Parameters, ParameterError> {
        self.refuse_unknown(given)?;
        let mut values = Vec::new();
        for Declaration { name, kind } in self.iter() {
            let mut found = given.iter().filter(|(text, _)| name.is(text)).map(|(_, value)| value);
            let value = match (found.next(), found.next()) {
                (Some(_), Some(_)) => return Err(ParameterError::Twice { name: name.to_string() }),
                (Some(value), None) => value.clone(),
                (None, _) if kind.optional() => Value::Null,
                (None, _) => return Err(ParameterError::Missing { name: name.to_string(), declared: self.names() }),
            };
            if !kind.admits(&value) {
                return Err(ParameterError::Mismatch {
                    name: name.to_string(),
                    kind: kind.to_string(),
                    value: excerpt(&value),
                });
            }
            values.push((name.clone(), value));
        }
        let found: usize = values.iter().map(|(_, value)| value.to_string().len()).sum();
        if found > VALUES_BYTES {
            return Err(ParameterError::TooLarge { found, most: VALUES_BYTES });
        }
        Ok(Parameters(values))
    }

    fn refuse_unknown(&self, given: &BTreeMap<String, Value>) -> Result<(), ParameterError> {
        if self.unknown() == UnknownParameters::Ignore {
            return Ok(());
        }
        match given.keys().find(|text| !self.iter().any(|one| one.name.is(text))) {
            Some(text) => {
                Err(ParameterError::Undeclared { name: text.chars().take(80).collect(), declared: self.names() })
            }
            None => Ok(()),
        }
    }
}

fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 { text } else { text.chars().take(80).chain(['…']).collect() }
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
    fn both_spellings_are_one_name() {
        let values = declare(&[("customer_name", "json")]).check(&given(json!({ "customer-name": "a" }))).unwrap();
        assert_eq!(values.get("customer_name"), Some(&json!("a")));
        assert_eq!(values.get("customer-name"), Some(&json!("a")));
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
