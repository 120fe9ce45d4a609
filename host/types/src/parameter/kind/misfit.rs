//! Which JSON values have a type; and of one that has not, the place that is to blame.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::ParameterType;
use super::form::{Case, case_of, find};
use crate::excerpt;
use crate::parameter::name::{Found, among};

/// Where a value does not have its type, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// From the inside out.
    way: Vec<Step>,
    wrong: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl Misfit {
    fn new(wrong: String) -> Self {
        Self { way: Vec::new(), wrong }
    }

    fn expected(kind: &ParameterType, value: &Value) -> Self {
        Self::new(format!("expected {}, found {}", excerpt(&kind.to_string()), excerpt(&value.to_string())))
    }

    fn inside(mut self, step: Step) -> Self {
        self.way.push(step);
        self
    }

    /// `: account.towns[1]: expected string, found 7`; empty where the whole value is to blame.
    pub(crate) fn told(&self, name: &str) -> String {
        if self.way.is_empty() {
            return String::new();
        }
        let mut told = format!(": {name}");
        for step in self.way.iter().rev() {
            let _ = match step {
                Step::Field(name) => write!(told, ".{name}"),
                Step::Item(place) => write!(told, "[{place}]"),
            };
        }
        let _ = write!(told, ": {}", self.wrong);
        told
    }
}

impl ParameterType {
    /// Whether a JSON value has this type.
    pub fn admits(&self, value: &Value) -> bool {
        self.check(value).is_ok()
    }

    /// Checks that a JSON value has this type. Integers must fit whole: 1.0 is not a `u32`.
    pub fn check(&self, value: &Value) -> Result<(), Misfit> {
        let wrong = || Misfit::expected(self, value);
        let fits = |fits: bool| if fits { Ok(()) } else { Err(wrong()) };
        match self {
            Self::Json => Ok(()),
            Self::Bool => fits(value.is_boolean()),
            Self::String => fits(value.is_string()),
            Self::Char => fits(value.as_str().is_some_and(|text| text.chars().count() == 1)),
            Self::Unsigned(bits) => fits(value.as_u64().is_some_and(|n| n <= u64::MAX >> (64 - u32::from(*bits)))),
            Self::Signed(bits) => fits(value.as_i64().is_some_and(|n| {
                let shift = 64 - u32::from(*bits);
                (i64::MIN >> shift..=i64::MAX >> shift).contains(&n)
            })),
            Self::Float(32) => fits(value.as_f64().is_some_and(|n| n.abs() <= f64::from(f32::MAX))),
            Self::Float(_) => fits(value.is_number()),
            Self::List(item) => items(value.as_array().ok_or_else(wrong)?.iter().map(|value| (&**item, value))),
            Self::Option(_) if value.is_null() => Ok(()),
            Self::Option(some) => some.check(value),
            Self::Tuple(kinds) => {
                let values = value.as_array().filter(|values| values.len() == kinds.len()).ok_or_else(wrong)?;
                items(kinds.iter().zip(values))
            }
            Self::Record(fields) => record(fields, value.as_object().ok_or_else(wrong)?),
            Self::Enum(names) => fits(value.as_str().is_some_and(|text| find(names, text).is_some())),
            Self::Variant(cases) => match case_of(cases, value).ok_or_else(wrong)? {
                Case { payload: None, .. } => Ok(()),
                Case { name, payload: Some((kind, inner)) } => {
                    kind.check(inner).map_err(|misfit| misfit.inside(Step::Field(name.to_owned())))
                }
            },
            Self::Flags(names) => flags(names, value.as_array().ok_or_else(wrong)?),
        }
    }
}

fn items<'a>(all: impl Iterator<Item = (&'a ParameterType, &'a Value)>) -> Result<(), Misfit> {
    for (place, (kind, value)) in all.enumerate() {
        kind.check(value).map_err(|misfit| misfit.inside(Step::Item(place)))?;
    }
    Ok(())
}

/// An object with these fields, and no others; those that are options may be absent.
fn record(fields: &[(String, ParameterType)], object: &Map<String, Value>) -> Result<(), Misfit> {
    let mut given = vec![false; fields.len()];
    for (key, value) in object {
        let at = |misfit: Misfit| misfit.inside(Step::Field(excerpt(key)));
        let all = fields.iter().zip(&mut given);
        let own = fields.iter().enumerate().map(|(place, (name, _))| (name.as_str(), place));
        let Found::One(place) = among(key, own) else {
            let known: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
            return Err(at(Misfit::new(format!("no such field, expected one of {}", excerpt(&known.join(", "))))));
        };
        for ((name, kind), given) in all.skip(place).take(1) {
            if std::mem::replace(given, true) {
                return Err(at(Misfit::new(format!("there already, as {name}"))));
            }
            kind.check(value).map_err(at)?;
        }
    }
    let missing = fields.iter().zip(given).find(|((_, kind), given)| !given && !kind.optional());
    missing.map_or(Ok(()), |((name, kind), _)| {
        let missing = Misfit::new(format!("expected {}, found nothing", excerpt(&kind.to_string())));
        Err(missing.inside(Step::Field(name.clone())))
    })
}

/// An array of these names, each once at most.
fn flags(names: &[String], items: &[Value]) -> Result<(), Misfit> {
    let mut set = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let at = |wrong: String| Misfit::new(wrong).inside(Step::Item(place));
        let Some(name) = item.as_str().and_then(|text| find(names, text)) else {
            return Err(at(format!(
                "expected one of {}, found {}",
                excerpt(&names.join(", ")),
                excerpt(&item.to_string())
            )));
        };
        if set.contains(&name) {
            return Err(at(format!("{name} is there already")));
        }
        set.push(name);
    }
    Ok(())
}
