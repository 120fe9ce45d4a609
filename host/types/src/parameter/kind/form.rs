//! The JSON forms of records, variants, enums and flags: what stands for which name, in any of its spellings.

use serde_json::{Map, Value};

use super::ParameterType;
use crate::parameter::name::among;

/// The values of a record's fields, in the order of the fields.
pub fn fields<'a>(fields: &[(String, ParameterType)], object: &'a Map<String, Value>) -> Vec<Option<&'a Value>> {
    let mut values = vec![None; fields.len()];
    for (key, value) in object {
        let own = fields.iter().enumerate().map(|(place, (name, _))| (name.as_str(), place));
        let place = among(key, own).one().and_then(|place| values.get_mut(place));
        place.into_iter().for_each(|place| *place = Some(value));
    }
    values
}

/// The name among these that a text means.
pub fn find<'a>(names: &'a [String], text: &str) -> Option<&'a String> {
    among(text, names.iter().map(|name| (name.as_str(), name))).one()
}

/// A case of a variant, with the value's payload and its type where the case has one.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a, 'v> {
    /// The name of the case.
    pub name: &'a str,
    /// The payload's type, and the payload, which nobody has checked.
    pub payload: Option<(&'a ParameterType, &'v Value)>,
}

/// The case of a variant that a value is.
pub fn case_of<'a, 'v>(cases: &'a [(String, Option<ParameterType>)], value: &'v Value) -> Option<Case<'a, 'v>> {
    let find = |text: &str| among(text, cases.iter().map(|case| (case.0.as_str(), case))).one();
    if let Some(text) = value.as_str() {
        let (name, _) = find(text).filter(|(_, payload)| payload.is_none())?;
        return Some(Case { name, payload: None });
    }
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (key, inner) = object.iter().next()?;
    let (name, payload) = find(key)?;
    Some(Case { name, payload: Some((payload.as_ref()?, inner)) })
}

/// The flags that an array names.
pub fn flags_of(names: &[String], items: &[Value]) -> Option<Vec<String>> {
    items.iter().map(|item| find(names, item.as_str()?).cloned()).collect()
}
