//! Parameters that are typed on the command line: text where the outbound worker reads text, elsewhere JSON.

use serde_json::Value;
use tollgate_types::{Declaration, ParameterType, among};

/// `NAME=VALUE`.
pub(crate) fn pair(argument: &str) -> Result<(String, String), String> {
    let (name, value) = argument.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A parameter as it was typed: text where the worker reads text, elsewhere JSON, and text where it is none.
pub(crate) fn value(name: &str, text: &str, reads: &[Declaration]) -> Value {
    let is_text = |kind: &ParameterType| match kind {
        ParameterType::String => true,
        ParameterType::Option(inside) => **inside == ParameterType::String,
        _ => false,
    };
    let read = among(name, reads.iter().map(|one| (one.name.as_str(), one))).one();
    match serde_json::from_str(text) {
        Ok(json) if !read.is_some_and(|one| is_text(&one.kind)) => json,
        _ => text.into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_is_what_the_worker_reads() {
        let read = |kind: &str| [Declaration { name: "zip".parse().unwrap(), kind: kind.parse().unwrap() }];
        assert_eq!(value("zip", "123", &read("string")), json!("123"));
        assert_eq!(value("zip", "123", &read("option<string>")), json!("123"));
        assert_eq!(value("zip", "123", &read("u32")), json!(123));
        assert_eq!(value("zip", "123", &[]), json!(123));
        assert_eq!(value("zip", "12a", &[]), json!("12a"));
    }
}
