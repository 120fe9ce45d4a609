//! Constants as they lie in a component's memory, by the canonical ABI.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use wit_parser::{FlagsRepr, Int, Resolve, SizeAlign, Type, TypeDefKind};

use crate::constant::Constant;
use crate::memory::Memory;

/// Memory, and how the types of a worker lie in it.
pub(crate) struct Image<'a> {
    resolve: &'a Resolve,
    sizes: SizeAlign,
    pub(crate) memory: Memory,
    /// Where the address and the length of the open text are, of which there is one.
    pub(crate) open: Option<usize>,
}

impl<'a> Image<'a> {
    pub(crate) fn new(resolve: &'a Resolve) -> Self {
        let mut sizes = SizeAlign::default();
        sizes.fill(resolve);
        Self { resolve, sizes, memory: Memory::default(), open: None }
    }

    /// Puts a value of this type into memory: its address. None where it is of another type.
    pub(crate) fn put(&mut self, of: &Type, value: &Constant) -> Option<usize> {
        let at = self.memory.room(self.size(of), self.sizes.align(of).align_wasm32());
        self.store(of, value, at)?;
        Some(at)
    }

    pub(crate) fn size(&self, of: &Type) -> usize {
        self.sizes.size(of).size_wasm32()
    }

    fn store(&mut self, of: &Type, value: &Constant, at: usize) -> Option<()> {
        match (of, value) {
            (Type::Id(id), value) => {
                let resolve = self.resolve;
                return self.defined(&resolve.types[*id].kind, value, at);
            }
            (Type::Bool, Constant::Bool(value)) => self.memory.number(u64::from(*value), 1, at),
            (Type::U8 | Type::S8, Constant::Integer(bits)) => self.memory.number(*bits, 1, at),
            (Type::U16 | Type::S16, Constant::Integer(bits)) => self.memory.number(*bits, 2, at),
            (Type::U32 | Type::S32, Constant::Integer(bits)) => self.memory.number(*bits, 4, at),
            (Type::U64 | Type::S64, Constant::Integer(bits)) => self.memory.number(*bits, 8, at),
            #[allow(clippy::cast_possible_truncation, reason = "what is asked for")]
            (Type::F32, Constant::Float(value)) => self.memory.write(at, &(*value as f32).to_le_bytes()),
            (Type::F64, Constant::Float(value)) => self.memory.write(at, &value.to_le_bytes()),
            (Type::Char, Constant::Char(value)) => self.memory.number(u64::from(u32::from(*value)), 4, at),
            (Type::String, Constant::Text(text)) => {
                let place = self.memory.text(text);
                self.memory.reference(place, text.len(), at);
            }
            (Type::String, Constant::Open(text, room)) => {
                let place = self.memory.text(text);
                self.memory.room(*room, 1);
                self.memory.reference(place, text.len(), at);
                self.open = Some(at);
            }
            _ => return None,
        }
        Some(())
    }

    fn defined(&mut self, of: &TypeDefKind, value: &Constant, at: usize) -> Option<()> {
        match (of, value) {
            (TypeDefKind::Type(of), value) => self.store(of, value, at),
            (TypeDefKind::List(item), Constant::List(items)) => self.list(item, items, at),
            (TypeDefKind::Record(of), Constant::Fields(values)) => {
                let types: Vec<_> = of.fields.iter().map(|field| field.ty).collect();
                self.fields(&types, values, at)
            }
            (TypeDefKind::Tuple(of), Constant::Fields(values)) => self.fields(&of.types, values, at),
            (TypeDefKind::Flags(of), Constant::Flags(set)) => {
                let names: Vec<_> = of.flags.iter().map(|flag| flag.name.as_str()).collect();
                self.flags(&names, of.repr(), set, at)
            }
            (TypeDefKind::Enum(of), Constant::Case(name, None)) => {
                let place = of.cases.iter().position(|case| case.name == *name)?;
                self.memory.number(u64::try_from(place).ok()?, int_bytes(of.tag()), at);
                Some(())
            }
            (TypeDefKind::Variant(of), Constant::Case(name, payload)) => {
                let cases: Vec<_> = of.cases.iter().map(|case| (case.name.as_str(), case.ty)).collect();
                self.case(&cases, of.tag(), (name, payload.as_deref()), at)
            }
            (TypeDefKind::Option(some), Constant::Case(name, payload)) => {
                self.case(&[("none", None), ("some", Some(*some))], Int::U8, (name, payload.as_deref()), at)
            }
            (TypeDefKind::Result(of), Constant::Case(name, payload)) => {
                self.case(&[("ok", of.ok), ("err", of.err)], Int::U8, (name, payload.as_deref()), at)
            }
            _ => None,
        }
    }

    fn list(&mut self, item: &Type, items: &[Constant], at: usize) -> Option<()> {
        let size = self.size(item);
        let place = self.memory.room(size * items.len(), self.sizes.align(item).align_wasm32());
        for (index, value) in items.iter().enumerate() {
            self.store(item, value, place + index * size)?;
        }
        self.memory.reference(place, items.len(), at);
        Some(())
    }

    fn fields(&mut self, types: &[Type], values: &[Constant], at: usize) -> Option<()> {
        if types.len() != values.len() {
            return None;
        }
        let offsets = self.sizes.field_offsets(types);
        let offsets: Vec<_> = offsets.into_iter().map(|(offset, of)| (offset.size_wasm32(), *of)).collect();
        offsets.iter().zip(values).try_for_each(|((offset, of), value)| self.store(of, value, at + offset))
    }

    fn flags(&mut self, names: &[&str], repr: FlagsRepr, set: &[String], at: usize) -> Option<()> {
        let mut bytes = vec![
            0;
            match repr {
                FlagsRepr::U8 => 1,
                FlagsRepr::U16 => 2,
                FlagsRepr::U32(words) => 4 * words,
            }
        ];
        for name in set {
            let place = names.iter().position(|one| one == name)?;
            *bytes.get_mut(place / 8)? |= 1 << (place % 8);
        }
        self.memory.write(at, &bytes);
        Some(())
    }

    fn case(
        &mut self,
        cases: &[(&str, Option<Type>)],
        tag: Int,
        (name, payload): (&str, Option<&Constant>),
        at: usize,
    ) -> Option<()> {
        let place = cases.iter().position(|(case, _)| *case == name)?;
        self.memory.number(u64::try_from(place).ok()?, int_bytes(tag), at);
        let offset = self.sizes.payload_offset(tag, cases.iter().map(|(_, of)| of.as_ref())).size_wasm32();
        match (cases.get(place)?.1, payload) {
            (Some(of), Some(value)) => self.store(&of, value, at + offset),
            (None, None) => Some(()),
            _ => None,
        }
    }
}

fn int_bytes(int: Int) -> usize {
    match int {
        Int::U8 => 1,
        Int::U16 => 2,
        Int::U32 => 4,
        Int::U64 => 8,
    }
}

#[cfg(test)]
mod tests;
