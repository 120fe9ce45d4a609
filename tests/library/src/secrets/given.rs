//! What workers are given under a secret's name: variables and parameters. Texts and numbers are secrets there. `true`, `false` and
//! `null` are none: whoever guesses one is right half of the time.

use serde_json::Value;
use tollgate_types::listed;

use super::{REDACTED, is_secret};

/// The texts of a value that is called like a secret, or of those within it that are. Of a number, its digits.
pub fn suspected(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if is_secret(name) => vec![text.clone()],
        Value::Number(number) if is_secret(name) => vec![number.to_string()],
        Value::Array(list) => list.iter().flat_map(|one| suspected(name, one)).collect(),
        Value::Object(table) => table.iter().flat_map(|(key, one)| suspected(within(name, key), one)).collect(),
        _ => Vec::new(),
    }
}

/// The same of all variables in an upload's metadata.
pub fn suspected_variables(metadata: &Value) -> Vec<String> {
    let variable =
        |one: &Value| Some(suspected(one.get("name")?.as_str()?, one.get("text").or_else(|| one.get("json"))?));
    listed(metadata).filter_map(variable).flatten().collect()
}

/// A value without them, however short they are.
pub(crate) fn redact(name: &str, value: &mut Value) {
    match value {
        Value::String(_) | Value::Number(_) if is_secret(name) => *value = REDACTED.into(),
        Value::Array(list) => list.iter_mut().for_each(|one| redact(name, one)),
        Value::Object(table) => table.iter_mut().for_each(|(key, one)| redact(within(name, key), one)),
        _ => {}
    }
}

/// By which name a value in a table is judged: all that is in a secret is secret.
fn within<'a>(name: &'a str, key: &'a str) -> &'a str {
    if is_secret(name) { name } else { key }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secrets_value_is_one_whatever_its_type() {
        let given = json!({
            "pin": 482913, "rate": 1.5, "token": [7, "abc", true, null], "deep": [{ "otp": -1234, "plan": 4321 }],
            "session": { "id": 98765, "open": true },
        });
        let mut found = suspected("", &given);
        found.sort();
        assert_eq!(found, ["-1234", "482913", "7", "98765", "abc"]);
        let mut told = given;
        redact("", &mut told);
        let expected = json!({
            "pin": REDACTED, "rate": 1.5, "token": [REDACTED, REDACTED, true, null],
            "deep": [{ "otp": REDACTED, "plan": 4321 }], "session": { "id": REDACTED, "open": true },
        });
        assert_eq!(told, expected);
        let metadata = json!({ "bindings": [
            { "type": "plain_text", "name": "API_KEY", "text": "k3y" },
            { "type": "json", "name": "LOGIN", "json": { "passcode": 123456, "user": "bob" } },
            { "type": "service", "name": "TOKENS", "service": "tokens" },
        ] });
        assert_eq!(suspected_variables(&metadata), ["k3y", "123456"]);
    }
}
