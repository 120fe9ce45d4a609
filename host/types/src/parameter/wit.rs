//! Declarations as WIT: what a dispatch worker's author binds, to give parameters of the right types.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::name::spelt;
use super::{Declarations, ParameterType};

impl Declarations {
    /// A WIT package: an interface with the types that the parameters are made of, and with a record of all parameters; and
    /// a world that has it, so that a project which adds the package is built with these types.
    /// What has no type of its own is JSON text. Names that WIT cannot spell are spelt with `-` and in lower case.
    pub fn to_wit(&self, package: &str) -> String {
        let mut types = Types::default();
        let mut fields = String::new();
        for one in self.iter() {
            let name = spelt(one.name.as_str());
            let kind = types.named(&name, &one.kind);
            if one.kind == ParameterType::Json {
                fields.push_str("        /// JSON text.\n");
            }
            let _ = writeln!(fields, "        {}: {kind},", escaped(&name));
        }
        let record =
            if fields.is_empty() { String::new() } else { format!("    record parameters {{\n{fields}    }}\n") };
        let types = types.text;
        format!(
            "package {package};\n\ninterface dispatch {{\n{types}{record}}}\n\nworld dispatches {{\n    import dispatch;\n}}\n"
        )
    }
}

/// Declarations of the types that have names, as far as they are written.
#[derive(Default)]
struct Types {
    text: String,
    taken: BTreeSet<String>,
}

impl Types {
    /// The type as WIT names it where it is used; declares what must be declared.
    fn named(&mut self, name: &str, kind: &ParameterType) -> String {
        match kind {
            ParameterType::Json => "string".to_owned(),
            ParameterType::List(item) => format!("list<{}>", self.named(&format!("{name}-item"), item)),
            ParameterType::Option(some) => format!("option<{}>", self.named(name, some)),
            ParameterType::Tuple(kinds) => {
                let part = |(place, kind)| self.named(&format!("{name}-part-{}", letter(place)), kind);
                format!("tuple<{}>", kinds.iter().enumerate().map(part).collect::<Vec<_>>().join(", "))
            }
            ParameterType::Record(fields) => {
                let field = |(field, kind): &(String, ParameterType)| {
                    format!("{}: {}", escaped(field), self.named(&format!("{name}-{field}"), kind))
                };
                let fields = fields.iter().map(field).collect();
                self.declare("record", name, fields)
            }
            ParameterType::Variant(cases) => {
                let case = |(case, payload): &(String, Option<ParameterType>)| match payload {
                    None => escaped(case),
                    Some(kind) => format!("{}({})", escaped(case), self.named(&format!("{name}-{case}"), kind)),
                };
                let cases = cases.iter().map(case).collect();
                self.declare("variant", name, cases)
            }
            ParameterType::Enum(names) => self.declare("enum", name, names.iter().map(|name| escaped(name)).collect()),
            ParameterType::Flags(names) => {
                self.declare("flags", name, names.iter().map(|name| escaped(name)).collect())
            }
            plain => plain.to_string(),
        }
    }

    /// Declares a type under a name of its own: the way to it, and a number where another way has the same words.
    fn declare(&mut self, what: &str, way: &str, parts: Vec<String>) -> String {
        let way = way.to_ascii_lowercase();
        let mut name = format!("{way}-value");
        let mut number = 2;
        // WIT takes names for one that differ in `-` alone.
        while !self.taken.insert(name.replace('-', "")) {
            name = format!("{way}-value{number}");
            number += 1;
        }
        let _ = writeln!(self.text, "    {what} {name} {{ {} }}", parts.join(", "));
        name
    }
}

/// A letter for each part of a tuple; where it has more parts than there are letters, their types are numbered.
fn letter(place: usize) -> char {
    char::from(b'a' + u8::try_from(place % 26).unwrap_or_default())
}

/// `%` before every name, so that none is taken for one of WIT's keywords.
fn escaped(name: &str) -> String {
    format!("%{name}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::{Declaration, Declarations, UnknownParameters};

    #[test]
    fn what_wit_must_name_is_declared() {
        let one = |(name, kind): (&str, &str)| Declaration { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
        let declared = [
            ("customerName", "string"),
            ("account", "option<record { id: u64, plan: enum { free, paid } }>"),
            ("limits", "list<variant { none, at-most(u32) }>"),
            ("corner", "tuple<u8, flags { read }>"),
            ("anything", "json"),
        ];
        let declared = Declarations::new(declared.map(one).into(), UnknownParameters::Refuse).unwrap();
        let expected = "package my:parameters;

interface dispatch {
    enum account-plan-value { %free, %paid }
    record account-value { %id: u64, %plan: account-plan-value }
    variant limits-item-value { %none, %at-most(u32) }
    flags corner-part-b-value { %read }
    record parameters {
        %customer-name: string,
        %account: option<account-value>,
        %limits: list<limits-item-value>,
        %corner: tuple<u8, corner-part-b-value>,
        /// JSON text.
        %anything: string,
    }
}

world dispatches {
    import dispatch;
}
";
        assert_eq!(declared.to_wit("my:parameters"), expected);
    }
}
