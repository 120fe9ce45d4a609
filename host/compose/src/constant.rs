//! A value that a generated component gives: JSON by a parameter's type, or the platform's variant `value`. Both are what a
//! running host gives (`host/worlds/src/typed/value.rs`, `host/worlds/src/parameters.rs`).

use serde_json::Value;
use tollgate_types::{ParameterType, form};

/// A value of WIT, before its type says how it lies in memory.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constant {
    Bool(bool),
    /// Any integer: its bits, of which its type takes the lower.
    Integer(u64),
    Float(f64),
    Char(char),
    Text(String),
    /// A text that is begun. Behind it is room for this many bytes more, by which code ends it ([`Answer::Refusal`]).
    ///
    /// [`Answer::Refusal`]: crate::answers::Answer::Refusal
    Open(String, usize),
    List(Vec<Constant>),
    /// A record's or a tuple's, in order.
    Fields(Vec<Constant>),
    /// Of a variant, an enum, an option (`none`, `some`) or a result (`ok`, `err`).
    Case(String, Option<Box<Constant>>),
    /// The names of the flags that are set.
    Flags(Vec<String>),
}

impl Constant {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(crate) fn case(name: &str) -> Self {
        Self::Case(name.to_owned(), None)
    }

    pub(crate) fn with(name: &str, payload: Self) -> Self {
        Self::Case(name.to_owned(), Some(Box::new(payload)))
    }

    pub(crate) fn option(some: Option<Self>) -> Self {
        some.map_or_else(|| Self::case("none"), |some| Self::with("some", some))
    }

    /// The platform's variant `value`.
    pub(crate) fn generic(json: &Value) -> Self {
        match json {
            Value::Bool(value) => Self::with("boolean", Self::Bool(*value)),
            Value::String(text) => Self::with("text", Self::text(text)),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Self::with("integer", Self::Integer(whole.cast_unsigned())),
                // An integer beyond s64 would lose digits as f64.
                (None, Some(float)) if number.is_f64() => Self::with("number", Self::Float(float)),
                _ => Self::with("json", Self::Text(number.to_string())),
            },
            other => Self::with("json", Self::Text(other.to_string())),
        }
    }

    /// None where the value is not of the type.
    pub(crate) fn typed(kind: &ParameterType, value: &Value) -> Option<Self> {
        Some(match kind {
            ParameterType::Json => return None,
            ParameterType::Bool => Self::Bool(value.as_bool()?),
            ParameterType::String => Self::text(value.as_str()?),
            ParameterType::Char => Self::Char(value.as_str()?.chars().next()?),
            ParameterType::Unsigned(_) => Self::Integer(value.as_u64()?),
            ParameterType::Signed(_) => Self::Integer(value.as_i64()?.cast_unsigned()),
            ParameterType::Float(_) => Self::Float(value.as_f64()?),
            ParameterType::List(item) => Self::List(all(value, |value| Self::typed(item, value))?),
            ParameterType::Option(_) if value.is_null() => Self::option(None),
            ParameterType::Option(some) => Self::option(Some(Self::typed(some, value)?)),
            ParameterType::Tuple(kinds) => {
                let items = value.as_array().filter(|items| items.len() == kinds.len())?;
                let items = kinds.iter().zip(items).map(|(kind, value)| Self::typed(kind, value));
                Self::Fields(items.collect::<Option<_>>()?)
            }
            ParameterType::Record(fields) => {
                let values = form::fields(fields, value.as_object()?).into_iter();
                let field =
                    |((_, kind), value): (&(String, _), Option<&_>)| Self::typed(kind, value.unwrap_or(&Value::Null));
                Self::Fields(fields.iter().zip(values).map(field).collect::<Option<_>>()?)
            }
            ParameterType::Enum(names) => Self::case(form::find(names, value.as_str()?)?),
            ParameterType::Flags(names) => Self::Flags(form::flags_of(names, value.as_array()?)?),
            ParameterType::Variant(cases) => match form::case_of(cases, value)? {
                form::Case { name, payload: None } => Self::case(name),
                form::Case { name, payload: Some((kind, inner)) } => Self::with(name, Self::typed(kind, inner)?),
            },
        })
    }
}

fn all(value: &Value, one: impl FnMut(&Value) -> Option<Constant>) -> Option<Vec<Constant>> {
    value.as_array()?.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn generic(case: &str, payload: Constant) -> Constant {
        Constant::with(case, payload)
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(Constant::generic(&json!(-3)), generic("integer", Constant::Integer((-3i64).cast_unsigned())));
        assert_eq!(Constant::generic(&json!(0.5)), generic("number", Constant::Float(0.5)));
        assert_eq!(Constant::generic(&json!(u64::MAX)), generic("json", Constant::text("18446744073709551615")));
    }

    #[test]
    fn what_has_no_case_of_its_own_crosses_as_json() {
        assert_eq!(Constant::generic(&json!(true)), generic("boolean", Constant::Bool(true)));
        assert_eq!(Constant::generic(&json!("a")), generic("text", Constant::text("a")));
        assert_eq!(Constant::generic(&json!(null)), generic("json", Constant::text("null")));
        assert_eq!(Constant::generic(&json!({ "a": [1] })), generic("json", Constant::text("{\"a\":[1]}")));
    }

    #[test]
    fn either_spelling_is_the_types() -> Result<(), tollgate_types::ParameterError> {
        let kind = "record { home-town: option<string>, plan: enum { at-most, none } }".parse()?;
        let fields = |town, plan| Constant::Fields(vec![Constant::option(town), Constant::case(plan)]);
        let found = Constant::typed(&kind, &json!({ "home_town": "x", "plan": "at_most" }));
        assert_eq!(found, Some(fields(Some(Constant::text("x")), "at-most")));
        assert_eq!(Constant::typed(&kind, &json!({ "plan": "none" })), Some(fields(None, "none")));
        assert_eq!(Constant::typed(&kind, &json!({ "plan": "more" })), None);
        Ok(())
    }
}
