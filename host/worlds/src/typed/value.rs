//! A parameter's value as the component reads it: JSON by the type of its function.

use serde_json::Value;
use tollgate_types::{Declaration, ParameterType, Parameters, form};
use wasmtime::component::Val;
use wasmtime::{Result, format_err};

/// The value of one parameter in a dispatch. Deploying has seen to it that there is one of that type; where the binding
/// changed since, the worker ends with an error that names the parameter.
pub(super) fn of(read: &Declaration, parameters: &Parameters) -> Result<Val> {
    let name = read.name.as_str();
    match parameters.get(name) {
        None if read.kind.optional() => Ok(Val::Option(None)),
        None => Err(format_err!("parameter {name:?} is read as {}, and the dispatch attached none", read.kind)),
        Some(value) => {
            read.expect_small(value)?;
            convert(&read.kind, value).ok_or_else(|| {
                format_err!("parameter {name:?} is read as {}, and the dispatch attached another", read.kind)
            })
        }
    }
}

/// None where the value is not of the type.
fn convert(kind: &ParameterType, value: &Value) -> Option<Val> {
    Some(match kind {
        ParameterType::Json => return None,
        ParameterType::Bool => Val::Bool(value.as_bool()?),
        ParameterType::String => Val::String(value.as_str()?.to_owned()),
        ParameterType::Char => Val::Char(value.as_str()?.chars().next()?),
        ParameterType::Unsigned(bits) => unsigned(*bits, value.as_u64()?)?,
        ParameterType::Signed(bits) => signed(*bits, value.as_i64()?)?,
        #[allow(clippy::cast_possible_truncation, reason = "what is asked for")]
        ParameterType::Float(32) => Val::Float32(value.as_f64()? as f32),
        ParameterType::Float(_) => Val::Float64(value.as_f64()?),
        ParameterType::List(item) => Val::List(all(value, |value| convert(item, value))?),
        ParameterType::Option(_) if value.is_null() => Val::Option(None),
        ParameterType::Option(some) => Val::Option(Some(Box::new(convert(some, value)?))),
        ParameterType::Tuple(kinds) => {
            let items = value.as_array().filter(|items| items.len() == kinds.len())?;
            Val::Tuple(kinds.iter().zip(items).map(|(kind, value)| convert(kind, value)).collect::<Option<_>>()?)
        }
        ParameterType::Record(fields) => {
            let values = form::fields(fields, value.as_object()?);
            let field = |((name, kind), value): (&(String, ParameterType), Option<&Value>)| {
                Some((name.clone(), convert(kind, value.unwrap_or(&Value::Null))?))
            };
            Val::Record(fields.iter().zip(values).map(field).collect::<Option<_>>()?)
        }
        ParameterType::Enum(names) => Val::Enum(form::find(names, value.as_str()?)?.clone()),
        ParameterType::Flags(names) => Val::Flags(form::flags_of(names, value.as_array()?)?),
        ParameterType::Variant(cases) => {
            let form::Case { name, payload } = form::case_of(cases, value)?;
            let payload = match payload {
                None => None,
                Some((kind, inner)) => Some(Box::new(convert(kind, inner)?)),
            };
            Val::Variant(name.to_owned(), payload)
        }
    })
}

fn all(value: &Value, one: impl FnMut(&Value) -> Option<Val>) -> Option<Vec<Val>> {
    value.as_array()?.iter().map(one).collect()
}

fn unsigned(bits: u8, value: u64) -> Option<Val> {
    Some(match bits {
        8 => Val::U8(value.try_into().ok()?),
        16 => Val::U16(value.try_into().ok()?),
        32 => Val::U32(value.try_into().ok()?),
        _ => Val::U64(value),
    })
}

fn signed(bits: u8, value: i64) -> Option<Val> {
    Some(match bits {
        8 => Val::S8(value.try_into().ok()?),
        16 => Val::S16(value.try_into().ok()?),
        32 => Val::S32(value.try_into().ok()?),
        _ => Val::S64(value),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;
    use tollgate_types::{Declarations, UnknownParameters};

    use super::*;

    /// Whoever was deployed since reads what nobody checked.
    #[test]
    fn a_value_is_not_made_larger_than_it_may_be() {
        let declare = |kind: &str| Declaration { name: "rows".parse().unwrap(), kind: kind.parse().unwrap() };
        let json = Declarations::new(vec![declare("json")], UnknownParameters::Refuse).unwrap();
        let fields: Vec<_> = (0..220).map(|place| format!("f{place}: option<u8>")).collect();
        let read = declare(&format!("list<record {{ {} }}>", fields.join(", ")));
        let read = |count: usize| {
            let given = [("rows".to_owned(), json!(vec![json!({}); count]))].into();
            of(&read, &json.check(&given).unwrap())
        };
        let Val::List(rows) = read(2).unwrap() else { unreachable!("a list") };
        assert!(matches!(rows.first(), Some(Val::Record(fields)) if fields.len() == 220));
        let error = read(20_000).unwrap_err().to_string();
        assert!(error.starts_with("parameter \"rows\" would be 298280064 bytes as it is read"), "{error}");
    }
}
