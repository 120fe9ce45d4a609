//! What was laid out is read back by another hand: sizes and places are reckoned here from the canonical ABI's own text
//! (`CanonicalABI.md`, "Alignment", "Element Size", "Loading"), not from `wit-parser`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tollgate_types::{Declaration, Declarations, ParameterType, UnknownParameters};

use super::*;
use crate::memory::BASE;

type Case = (String, Option<ParameterType>);

/// Types as the ABI sees them: what is an option or an enum is a variant.
fn cases(kind: &ParameterType) -> Option<Vec<Case>> {
    match kind {
        ParameterType::Option(some) => {
            Some(vec![("none".to_owned(), None), ("some".to_owned(), Some((**some).clone()))])
        }
        ParameterType::Enum(names) => Some(names.iter().map(|name| (name.clone(), None)).collect()),
        ParameterType::Variant(cases) => Some(cases.clone()),
        _ => None,
    }
}

fn fields(kind: &ParameterType) -> Option<Vec<ParameterType>> {
    match kind {
        ParameterType::Tuple(kinds) => Some(kinds.clone()),
        ParameterType::Record(fields) => Some(fields.iter().map(|(_, kind)| kind.clone()).collect()),
        _ => None,
    }
}

fn tag(cases: usize) -> usize {
    if cases <= 256 { 1 } else { 2 }
}

fn align(kind: &ParameterType) -> usize {
    if let Some(cases) = cases(kind) {
        return cases.iter().filter_map(|(_, kind)| kind.as_ref()).map(align).fold(tag(cases.len()), usize::max);
    }
    if let Some(fields) = fields(kind) {
        return fields.iter().map(align).max().unwrap();
    }
    match kind {
        ParameterType::String | ParameterType::List(_) => 4,
        scalar => size(scalar),
    }
}

fn size(kind: &ParameterType) -> usize {
    if let Some(cases) = cases(kind) {
        let payload = cases.iter().filter_map(|(_, kind)| kind.as_ref()).map(size).max().unwrap_or(0);
        return (payload_place(&cases) + payload).next_multiple_of(align(kind));
    }
    if let Some(fields) = fields(kind) {
        return fields
            .iter()
            .fold(0usize, |at, kind| at.next_multiple_of(align(kind)) + size(kind))
            .next_multiple_of(align(kind));
    }
    match kind {
        ParameterType::Bool => 1,
        ParameterType::Unsigned(bits) | ParameterType::Signed(bits) | ParameterType::Float(bits) => {
            usize::from(*bits) / 8
        }
        ParameterType::Char => 4,
        ParameterType::String | ParameterType::List(_) => 8,
        ParameterType::Flags(names) => match names.len() {
            0..=8 => 1,
            9..=16 => 2,
            _ => 4,
        },
        other => panic!("{other}"),
    }
}

fn payload_place(cases: &[Case]) -> usize {
    let align = cases.iter().filter_map(|(_, kind)| kind.as_ref()).map(align).max().unwrap_or(1);
    tag(cases.len()).next_multiple_of(align)
}

/// A component's memory.
struct Loaded(Vec<u8>);

impl Loaded {
    fn number(&self, at: usize, size: usize) -> u64 {
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(&self.0[at..at + size]);
        u64::from_le_bytes(bytes)
    }

    fn place(&self, at: usize) -> usize {
        usize::try_from(self.number(at, 4)).unwrap()
    }

    fn load(&self, kind: &ParameterType, at: usize) -> Value {
        assert_eq!(at % align(kind), 0, "{kind} at {at}");
        match kind {
            ParameterType::Bool => json!(self.number(at, 1) == 1),
            ParameterType::Unsigned(bits) => json!(self.number(at, usize::from(*bits) / 8)),
            ParameterType::Signed(bits) => {
                let unused = 64 - u32::from(*bits);
                json!(self.number(at, usize::from(*bits) / 8).cast_signed() << unused >> unused)
            }
            ParameterType::Float(32) => json!(f32::from_bits(u32::try_from(self.number(at, 4)).unwrap())),
            ParameterType::Float(_) => json!(f64::from_bits(self.number(at, 8))),
            ParameterType::Char => json!(char::from_u32(u32::try_from(self.number(at, 4)).unwrap()).unwrap()),
            ParameterType::String => {
                let (place, length) = (self.place(at), self.place(at + 4));
                json!(std::str::from_utf8(&self.0[place..place + length]).unwrap())
            }
            ParameterType::List(item) => {
                let (place, length) = (self.place(at), self.place(at + 4));
                (0..length).map(|index| self.load(item, place + index * size(item))).collect()
            }
            ParameterType::Flags(names) => {
                let bits = self.number(at, size(kind));
                names
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| bits >> index & 1 == 1)
                    .map(|(_, name)| json!(name))
                    .collect()
            }
            ParameterType::Tuple(kinds) => self.fields(kinds, at).into(),
            ParameterType::Record(named) => {
                let kinds: Vec<_> = named.iter().map(|(_, kind)| kind.clone()).collect();
                let names = named.iter().map(|(name, _)| name.clone());
                names.zip(self.fields(&kinds, at)).collect::<Map<_, _>>().into()
            }
            other => self.case(other, at),
        }
    }

    fn fields(&self, kinds: &[ParameterType], mut at: usize) -> Vec<Value> {
        let mut found = Vec::new();
        for kind in kinds {
            at = at.next_multiple_of(align(kind));
            found.push(self.load(kind, at));
            at += size(kind);
        }
        found
    }

    fn case(&self, kind: &ParameterType, at: usize) -> Value {
        let cases = cases(kind).unwrap();
        let (name, payload) = &cases[usize::try_from(self.number(at, tag(cases.len()))).unwrap()];
        let payload = payload.as_ref().map(|kind| self.load(kind, at + payload_place(&cases)));
        match (kind, payload) {
            (ParameterType::Option(_), payload) => payload.unwrap_or_default(),
            (_, None) => json!(name),
            (_, Some(payload)) => json!({ name: payload }),
        }
    }
}

/// The value as it comes out of the memory that it was put into.
fn through(kind: &ParameterType, value: &Value) -> Value {
    let declared = Declaration { name: "p".parse().unwrap(), kind: kind.clone() };
    let declared = Declarations::new(vec![declared], UnknownParameters::Refuse).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_source("p.wit", &declared.to_wit("my:parameters")).unwrap();
    let interface = resolve.packages[package].interfaces["dispatch"];
    let record = resolve.interfaces[interface].types["parameters"];
    let TypeDefKind::Record(record) = &resolve.types[record].kind else { panic!("no record") };
    let mut image = Image::new(&resolve);
    let at = image.put(&record.fields[0].ty, &Constant::typed(kind, value).unwrap()).unwrap();
    let memory = Loaded([&[0; BASE], image.memory.bytes()].concat());
    memory.load(kind, at)
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,5}(-[a-z][a-z0-9]{0,3})?"
}

fn names(most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::hash_set(name(), 1..=most).prop_map(|names| names.into_iter().collect())
}

fn kinds() -> impl Strategy<Value = ParameterType> {
    let bits = || prop::sample::select(vec![8, 16, 32, 64]);
    let leaf = prop_oneof![
        Just(ParameterType::Bool),
        Just(ParameterType::String),
        Just(ParameterType::Char),
        bits().prop_map(ParameterType::Unsigned),
        bits().prop_map(ParameterType::Signed),
        prop::sample::select(vec![32, 64]).prop_map(ParameterType::Float),
        names(5).prop_map(ParameterType::Enum),
        names(32).prop_map(ParameterType::Flags),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let fields = prop::collection::hash_map(name(), inner.clone(), 1..5);
        let cases = prop::collection::hash_map(name(), prop::option::of(inner.clone()), 1..5);
        prop_oneof![
            inner.clone().prop_map(|item| ParameterType::List(Box::new(item))),
            // `null` of an option in an option is the outer one's.
            inner
                .prop_filter("an option in an option", |kind| !kind.optional())
                .prop_map(|some| ParameterType::Option(Box::new(some))),
            several.prop_map(ParameterType::Tuple),
            fields.prop_map(|fields| ParameterType::Record(fields.into_iter().collect())),
            cases.prop_map(|cases| ParameterType::Variant(cases.into_iter().collect())),
        ]
    })
    // No binding declares `ph` beside `p-h`: they are one name to WIT.
    .prop_filter("what may be declared", |kind| kind.to_string().parse::<ParameterType>().is_ok())
}

/// A value of a type; `seed` chooses it.
fn value(kind: &ParameterType, seed: &mut u64) -> Value {
    // Steps of Knuth's MMIX generator, whose upper bits are the random ones.
    let mut next = || {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 16) ^ (*seed >> 40)
    };
    let texts = ["", "a", "Ä€", "𝄞 and more text than one word"];
    match kind {
        ParameterType::Bool => json!(next().is_multiple_of(2)),
        ParameterType::String => json!(texts[usize::try_from(next() % 4).unwrap()]),
        ParameterType::Char => json!(["a", "ß", "𝄞"][usize::try_from(next() % 3).unwrap()]),
        ParameterType::Unsigned(bits) => json!((next() << 16 | 0xffff) & (u64::MAX >> (64 - u32::from(*bits)))),
        ParameterType::Signed(bits) => json!((next() << 20 ^ 0x80).cast_signed() << 16 >> (64 - u32::from(*bits))),
        // Exact in either.
        ParameterType::Float(_) => json!(f64::from(u32::try_from(next() % 4096).unwrap()) / 8.0 - 100.0),
        ParameterType::List(item) => (0..next() % 4).map(|_| value(item, seed)).collect(),
        ParameterType::Option(some) => {
            if next().is_multiple_of(2) {
                Value::Null
            } else {
                value(some, seed)
            }
        }
        ParameterType::Tuple(kinds) => kinds.iter().map(|kind| value(kind, seed)).collect(),
        ParameterType::Record(fields) => {
            fields.iter().map(|(name, kind)| (name.clone(), value(kind, seed))).collect::<Map<_, _>>().into()
        }
        ParameterType::Enum(names) => json!(names[usize::try_from(next()).unwrap() % names.len()]),
        ParameterType::Flags(names) => {
            names.iter().filter(|_| next().is_multiple_of(2)).map(|name| json!(name)).collect()
        }
        ParameterType::Variant(cases) => match &cases[usize::try_from(next()).unwrap() % cases.len()] {
            (name, None) => json!(name),
            (name, Some(kind)) => json!({ name: value(kind, seed) }),
        },
        ParameterType::Json => panic!("no type of WIT"),
    }
}

proptest! {
    #[test]
    fn what_is_laid_out_is_read_back(kind in kinds(), seed: u64) {
        let value = value(&kind, &mut seed.clone());
        prop_assert!(kind.admits(&value), "{} {}", kind, value);
        prop_assert_eq!(through(&kind, &value), value);
    }
}

#[test]
fn a_tag_is_as_wide_as_it_must_be() {
    let names = |count: usize| (0..count).map(|index| format!("n{index}")).collect();
    for count in [1, 256, 257, 300] {
        let last = json!(format!("n{}", count - 1));
        assert_eq!(through(&ParameterType::Enum(names(count)), &last), last);
    }
}

#[test]
fn a_value_lies_where_the_abi_says() {
    let kind = "record { id: u8, town: option<u16>, tags: list<string> }".parse().unwrap();
    let mut resolve = Resolve::default();
    let text = "package a:b; interface c { record r { id: u8, town: option<u16>, tags: list<string> } }";
    let package = resolve.push_source("a.wit", text).unwrap();
    let of = Type::Id(resolve.interfaces[resolve.packages[package].interfaces["c"]].types["r"]);
    let mut image = Image::new(&resolve);
    let value = Constant::typed(&kind, &json!({ "id": 7, "town": 258, "tags": ["ab"] })).unwrap();
    assert_eq!(image.put(&of, &value), Some(16));
    // The record at 16: id, the option's tag at 18, its payload at 20, the list at 24; the list's one item at 32; its text at 40.
    let expected = [7, 0, 1, 0, 2, 1, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, b'a', b'b'];
    assert_eq!(image.memory.bytes(), expected);
}

#[test]
fn a_value_of_another_type_has_no_place() {
    let resolve = Resolve::default();
    let mut image = Image::new(&resolve);
    assert_eq!(image.put(&Type::U8, &Constant::text("a")), None);
    assert_eq!(image.put(&Type::Bool, &Constant::Integer(1)), None);
}
