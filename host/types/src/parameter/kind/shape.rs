//! The type of a parameter as a component has it. Whoever reads components says of each type what it is made of; here it is
//! put together, within the bounds of what may be declared: a small component may have a type that would fill the memory.

use super::ParameterType;
use super::bounds::{DEPTH, TEXT_BYTES};
use crate::parameter::{FunctionError, ParameterError};

/// What one type of a component is, as far as the types that it is made of.
#[derive(Debug, Clone)]
pub enum TypeShape<T> {
    /// A type that is made of no others.
    Plain(ParameterType),
    /// `list`
    List(T),
    /// `option`
    Option(T),
    /// `tuple`
    Tuple(Vec<T>),
    /// `record`
    Record(Vec<(String, T)>),
    /// `variant`
    Variant(Vec<(String, Option<T>)>),
    /// Nothing that a JSON value can be: what WIT calls it.
    Other(&'static str),
}

impl ParameterType {
    /// A component's type, of which `look` says what it is made of.
    pub fn of_component<T>(of: &T, look: &impl Fn(&T) -> TypeShape<T>) -> Result<Self, FunctionError> {
        let read = Room { look, bytes: TEXT_BYTES }.read(of, DEPTH)?;
        read.declarable()?;
        Ok(read)
    }
}

struct Room<'a, L> {
    look: &'a L,
    /// How much may still come.
    bytes: usize,
}

impl<L> Room<'_, L> {
    fn read<T>(&mut self, of: &T, depth: usize) -> Result<ParameterType, FunctionError>
    where
        L: Fn(&T) -> TypeShape<T>,
    {
        let depth = depth.checked_sub(1).ok_or(ParameterError::TooDeep { most: DEPTH })?;
        self.take(1)?;
        Ok(match (self.look)(of) {
            TypeShape::Plain(kind) => {
                if let ParameterType::Enum(names) | ParameterType::Flags(names) = &kind {
                    names.iter().try_for_each(|name| self.take(name.len()))?;
                }
                kind
            }
            TypeShape::List(item) => ParameterType::List(Box::new(self.read(&item, depth)?)),
            TypeShape::Option(some) => ParameterType::Option(Box::new(self.read(&some, depth)?)),
            TypeShape::Tuple(parts) => {
                ParameterType::Tuple(parts.iter().map(|part| self.read(part, depth)).collect::<Result<_, _>>()?)
            }
            TypeShape::Record(fields) => {
                let field = |(name, kind): (String, T)| {
                    self.take(name.len())?;
                    Ok::<_, FunctionError>((name, self.read(&kind, depth)?))
                };
                ParameterType::Record(fields.into_iter().map(field).collect::<Result<_, _>>()?)
            }
            TypeShape::Variant(cases) => {
                let case = |(name, payload): (String, Option<T>)| {
                    self.take(name.len())?;
                    let payload = payload.map(|kind| self.read(&kind, depth)).transpose()?;
                    Ok::<_, FunctionError>((name, payload))
                };
                ParameterType::Variant(cases.into_iter().map(case).collect::<Result<_, _>>()?)
            }
            TypeShape::Other(name) => return Err(FunctionError::NoValue(name)),
        })
    }

    fn take(&mut self, bytes: usize) -> Result<(), ParameterError> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(ParameterError::TooLong { most: TEXT_BYTES })?;
        Ok(())
    }
}
