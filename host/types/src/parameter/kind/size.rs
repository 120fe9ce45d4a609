//! How much a value takes where a component reads it by its type. The text of a type is bounded, and so are the values of a
//! dispatch; but what is left out of a record is there when it is read, and the one times the other is a gigabyte.

use serde_json::Value;

use super::{ParameterType, form};
use crate::parameter::{Declaration, ParameterError};

/// Most bytes of one parameter as it is read: room for whatever a dispatch can spell out, and bounded for what it leaves out.
const READ_BYTES: usize = 4 * 1024 * 1024;
/// What each value in it takes by itself, about: with its place in a list, or its own box.
const VALUE_BYTES: usize = 64;

impl Declaration {
    /// Refuses a value that would be too much as a component reads it.
    pub fn expect_small(&self, value: &Value) -> Result<(), ParameterError> {
        let found = self.kind.read_bytes(value);
        if found > READ_BYTES {
            return Err(ParameterError::TooLargeRead { name: self.name.to_string(), found, most: READ_BYTES });
        }
        Ok(())
    }
}

impl ParameterType {
    /// How many bytes a value of this type is as a component reads it, about.
    fn read_bytes(&self, value: &Value) -> usize {
        let all = |values: Option<&Vec<Value>>, kind: &dyn Fn(&Value) -> usize| -> usize {
            values.into_iter().flatten().map(kind).sum()
        };
        let inside = match self {
            Self::List(item) => all(value.as_array(), &|value| item.read_bytes(value)),
            Self::Flags(_) => all(value.as_array(), &|value| VALUE_BYTES + text(value)),
            Self::Option(some) if !value.is_null() => some.read_bytes(value),
            Self::Tuple(kinds) => kinds
                .iter()
                .zip(value.as_array().into_iter().flatten())
                .map(|(kind, value)| kind.read_bytes(value))
                .sum(),
            Self::Record(fields) => {
                let values = value.as_object().map(|object| form::fields(fields, object)).unwrap_or_default();
                let field = |((name, kind), value): (&(String, Self), Option<&Value>)| {
                    name.len() + value.map_or(VALUE_BYTES, |value| kind.read_bytes(value))
                };
                fields.iter().zip(values).map(field).sum()
            }
            Self::Variant(cases) => form::case_of(cases, value).map_or(0, |form::Case { name, payload }| {
                name.len() + payload.map_or(0, |(kind, inner)| kind.read_bytes(inner))
            }),
            _ => text(value),
        };
        VALUE_BYTES + inside
    }
}

fn text(value: &Value) -> usize {
    value.as_str().map_or(0, str::len)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(kind: &str, value: &Value) -> Option<String> {
        let declared = Declaration { name: "rows".parse().unwrap(), kind: kind.parse().unwrap() };
        declared.expect_small(value).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_counts() {
        let fields: Vec<_> = (0..220).map(|place| format!("f{place}: option<u8>")).collect();
        let rows = |count: usize| Value::Array(vec![json!({}); count]);
        let kind = format!("list<record {{ {} }}>", fields.join(", "));
        let expected = "parameter \"rows\" would be 298280064 bytes as it is read, with the fields that are left out: at most \
                        4194304";
        assert_eq!(refused(&kind, &rows(20_000)).unwrap(), expected);
        assert_eq!(refused(&kind, &rows(200)), None);
        // Few fields, with long names.
        let kind = format!("list<record {{ {}: option<u8> }}>", "a".repeat(4_000));
        assert!(refused(&kind, &rows(20_000)).is_some() && refused(&kind, &rows(1_000)).is_none());
        // Options in options are each a value.
        let kind = format!("list<{}u8{}>", "option<".repeat(14), ">".repeat(14));
        assert!(refused(&kind, &json!(vec![1; 30_000])).is_some());
    }

    #[test]
    fn what_a_dispatch_spells_out_is_small_enough() {
        for kind in ["list<u8>", "list<option<u8>>", "list<tuple<u8>>", "json"] {
            let item = if kind.contains("tuple") { json!([1]) } else { json!(1) };
            let list = Value::Array(vec![item; if kind.contains("tuple") { 16_384 } else { 32_767 }]);
            assert_eq!(refused(kind, &list), None, "{kind}");
        }
        assert_eq!(refused("string", &json!("a".repeat(65_536))), None);
    }
}
