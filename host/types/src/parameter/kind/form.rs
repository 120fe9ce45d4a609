//! The JSON forms of records, variants, enums and flags: what stands for which name. `-` and `_` are one letter.

use serde_json::{Map, Value};

use super::ParameterType;
use crate::parameter::name::same;

/// The value of a record's field, under either spelling of its name.
pub fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(key, _)| same(key, name)).map(|(_, value)| value)
}

/// Whether an object has these fields, and no others.
pub(super) fn record_admits(fields: &[(String, ParameterType)], object: &Map<String, Value>) -> bool {
    let known = |key: &String| fields.iter().any(|(name, _)| same(name, key));
    // As many keys as fields are found: no two of them are one field in two spellings.
    let found = fields.iter().filter(|(name, _)| field(object, name).is_some()).count();
    let fits = |(name, kind): &(String, ParameterType)| match field(object, name) {
        Some(value) => kind.admits(value),
        None => kind.optional(),
    };
    object.keys().all(known) && found == object.len() && fields.iter().all(fits)
}

/// The name among these that a text means, in either spelling.
pub fn find<'a>(names: &'a [String], text: &str) -> Option<&'a String> {
    names.iter().find(|name| same(name, text))
}

/// The case of a variant that a value is, and its payload.
pub fn case_of<'a, 'v>(
    cases: &'a [(String, Option<ParameterType>)],
    value: &'v Value,
) -> Option<(&'a str, Option<(&'a ParameterType, &'v Value)>)> {
    let find = |text: &str| cases.iter().find(|(name, _)| same(name, text));
    if let Some(text) = value.as_str() {
        return find(text).filter(|(_, payload)| payload.is_none()).map(|(name, _)| (name.as_str(), None));
    }
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (key, inner) = object.iter().next()?;
    let (name, payload) = find(key)?;
    let payload = payload.as_ref().filter(|kind| kind.admits(inner))?;
    Some((name, Some((payload, inner))))
}

/// The flags that an array names.
pub fn flags_of(names: &[String], items: &[Value]) -> Option<Vec<String>> {
    let mut set: Vec<String> = Vec::new();
    for item in items {
        let name = find(names, item.as_str()?)?;
        if set.contains(name) {
            return None;
        }
        set.push(name.clone());
    }
    Some(set)
}
