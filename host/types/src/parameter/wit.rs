//! Declarations as WIT: what a dispatch worker's author binds, to give parameters of the right types.

use std::fmt::Write as _;

use super::{Declarations, ParameterType};

impl Declarations {
    /// A WIT package: an interface with the types that the parameters are made of, and with a record of all parameters.
    /// What has no type of its own is JSON text. Names that WIT cannot spell are spelt with `-` and in lower case.
    pub fn to_wit(&self, package: &str) -> String {
        let mut types = String::new();
        let mut fields = String::new();
        for one in self.iter() {
            let name = spelt(one.name.as_str());
            let kind = named(&name, &one.kind, &mut types);
            if one.kind == ParameterType::Json {
                fields.push_str("        /// JSON text.\n");
            }
            let _ = writeln!(fields, "        {}: {kind},", escaped(&name));
        }
        let record =
            if fields.is_empty() { String::new() } else { format!("    record parameters {{\n{fields}    }}\n") };
        format!("package {package};\n\ninterface dispatch {{\n{types}{record}}}\n")
    }
}

/// The type as WIT names it where it is used; declares what must be declared.
fn named(name: &str, kind: &ParameterType, types: &mut String) -> String {
    let inner = |kind: &ParameterType, types: &mut String| named(&format!("{name}-item"), kind, types);
    match kind {
        ParameterType::Json => "string".to_owned(),
        ParameterType::List(item) => format!("list<{}>", inner(item, types)),
        ParameterType::Option(some) => format!("option<{}>", named(name, some, types)),
        ParameterType::Tuple(kinds) => {
            let part = |(place, kind)| named(&format!("{name}-part-{}", letter(place)), kind, types);
            format!("tuple<{}>", kinds.iter().enumerate().map(part).collect::<Vec<_>>().join(", "))
        }
        ParameterType::Record(fields) => {
            let field = |(field, kind): &(String, ParameterType)| {
                let kind = named(&format!("{name}-{field}"), kind, types);
                format!("{}: {kind}", escaped(field))
            };
            let fields = fields.iter().map(field).collect();
            declare(types, "record", name, fields)
        }
        ParameterType::Variant(cases) => {
            let case = |(case, payload): &(String, Option<ParameterType>)| match payload {
                None => escaped(case),
                Some(kind) => format!("{}({})", escaped(case), named(&format!("{name}-{case}"), kind, types)),
            };
            let cases = cases.iter().map(case).collect();
            declare(types, "variant", name, cases)
        }
        ParameterType::Enum(names) => declare(types, "enum", name, names.iter().map(|name| escaped(name)).collect()),
        ParameterType::Flags(names) => declare(types, "flags", name, names.iter().map(|name| escaped(name)).collect()),
        plain => plain.to_string(),
    }
}

fn declare(types: &mut String, what: &str, name: &str, parts: Vec<String>) -> String {
    let name = format!("{name}-value");
    let _ = writeln!(types, "    {what} {name} {{ {} }}", parts.join(", "));
    name
}

/// `a` to `z` for the parts of a tuple; WIT's words begin with a letter.
fn letter(place: usize) -> char {
    char::from(b'a' + u8::try_from(place % 26).unwrap_or_default())
}

/// A name as WIT spells it: words in lower case that begin with a letter.
fn spelt(name: &str) -> String {
    let mut spelt = String::new();
    let mut before = '-';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            spelt.push('-');
        }
        spelt.push(if letter == '_' { '-' } else { letter.to_ascii_lowercase() });
        before = letter;
    }
    let words = spelt.split('-').filter(|word| !word.is_empty());
    let word =
        |word: &str| if word.starts_with(|c: char| c.is_ascii_digit()) { format!("n{word}") } else { word.to_owned() };
    words.map(word).collect::<Vec<_>>().join("-")
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
";
        assert_eq!(declared.to_wit("my:parameters"), expected);
    }
}
