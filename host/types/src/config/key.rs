//! A key of the configuration: what it is called, what it may be, and when a change takes effect.

use std::fmt;

/// A declared key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The section that it belongs to; empty above all sections.
    pub section: &'static str,
    /// Its name in the section.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// When a change takes effect.
    pub reload: Reload,
    /// Its documentation: a line each.
    pub doc: &'static [&'static str],
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
        /// Its unit.
        unit: Unit,
    },
    /// `true` or `false`.
    Flag,
    /// A text.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of address ranges in CIDR notation.
    Ranges,
    /// A list of addresses with ports.
    Sockets,
    /// A table from host names to addresses.
    Hosts,
    /// A list of tables, which another crate reads.
    Tables,
}

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// MiB.
    Mebibytes,
    /// So many of these.
    Count(&'static str),
}

/// When a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// A reload applies it.
    Applied,
    /// It needs a restart.
    Restart,
}

impl Key {
    /// The key with its section: `limits.cpu_ms`.
    pub fn path(&self) -> String {
        match self.section {
            "" => self.name.to_owned(),
            section => format!("{section}.{}", self.name),
        }
    }

    /// Its documentation as one paragraph.
    pub fn text(&self) -> String {
        paragraph(self.doc)
    }
}

/// The lines of a doc comment as one paragraph.
pub(super) fn paragraph(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Mebibytes => "MiB",
            Self::Count(of) => of,
        })
    }
}

impl fmt::Display for Kind {
    /// What an error expects.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { min, max, unit } => write!(f, "a whole number of {unit} from {min} to {max}"),
            Self::Flag => f.write_str("true or false"),
            Self::Text => f.write_str("a text"),
            Self::OneOf(texts) => {
                let quoted: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
                write!(f, "{}", quoted.join(" or "))
            }
            Self::Ranges => f.write_str("a list of address ranges such as [\"10.0.0.0/8\"]"),
            Self::Sockets => f.write_str("a list of addresses with ports such as [\"10.0.0.53:53\"]"),
            Self::Hosts => f.write_str("a table from host names to addresses such as { \"db.test\" = \"10.0.0.7\" }"),
            Self::Tables => f.write_str("a list of tables"),
        }
    }
}

/// A number of milliseconds.
pub(super) const fn milliseconds(min: u64, max: u64) -> Kind {
    Kind::Number { min, max, unit: Unit::Milliseconds }
}

/// A number of seconds.
pub(super) const fn seconds(min: u64, max: u64) -> Kind {
    Kind::Number { min, max, unit: Unit::Seconds }
}

/// A number of bytes.
pub(super) const fn bytes(min: u64, max: u64) -> Kind {
    Kind::Number { min, max, unit: Unit::Bytes }
}

/// A number of MiB.
pub(super) const fn mebibytes(min: u64, max: u64) -> Kind {
    Kind::Number { min, max, unit: Unit::Mebibytes }
}

/// A number of things.
pub(super) const fn count(min: u64, max: u64, of: &'static str) -> Kind {
    Kind::Number { min, max, unit: Unit::Count(of) }
}
