//! Everything that a parameter is refused for.

/// Why parameters were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A name that cannot be one.
    #[error("invalid parameter name {name:?}: expected a letter or `_`, then letters, digits, `-` or `_`")]
    Name {
        /// What was found.
        name: String,
    },
    /// A type that is not known.
    #[error(
        "unknown parameter type {text:?}: expected json, bool, string, char, u8…u64, s8…s64, f32, f64, list<…>, option<…>, \
         tuple<…>, record {{ name: type, … }}, enum {{ name, … }}, variant {{ name, name(type), … }} or flags {{ name, … }}"
    )]
    Type {
        /// What was found.
        text: String,
    },
    /// A longer one than is kept.
    #[error("a parameter's type of more than {most} bytes: too long")]
    TooLong {
        /// How long it may be, as it is shown.
        most: usize,
    },
    /// One that is nested too deep.
    #[error("a parameter's type nested more than {most} deep: too deep")]
    TooDeep {
        /// How deep it may be.
        most: usize,
    },
    /// A name in a type that WIT does not have.
    #[error(
        "invalid name {name:?} in a parameter's type: expected words with `-` between, each in small letters or in capitals, \
         and a letter first"
    )]
    NameInType {
        /// What was found.
        name: String,
    },
    /// Two names in a type, which are one.
    #[error("{name:?} is there twice in a parameter's type, also as {other:?}: case, `-` and `_` tell no names apart")]
    TwiceInType {
        /// The name.
        name: String,
        /// The other.
        other: String,
    },
    /// More flags than a component can have.
    #[error("{found} flags in a parameter's type: at most {most}")]
    TooManyFlags {
        /// How many there were.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// One name twice.
    #[error("parameter {name:?} is there twice, also as {other:?}: case, `-` and `_` tell no names apart")]
    Twice {
        /// The name.
        name: String,
        /// As what else it is there.
        other: String,
    },
    /// More parameters than a binding may declare.
    #[error("{found} parameters declared: at most {most}")]
    TooMany {
        /// How many there were.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// Given, but not declared.
    #[error("parameter {name:?} is not declared by the binding; declared: {declared}")]
    Undeclared {
        /// The one given.
        name: String,
        /// Those declared.
        declared: String,
    },
    /// Declared, but not given.
    #[error("parameter {name:?} is declared by the binding and was not given; declared: {declared}")]
    Missing {
        /// The one missing.
        name: String,
        /// Those declared.
        declared: String,
    },
    /// Of another type than declared.
    #[error("parameter {name:?} is declared {kind} and cannot be {value}{place}")]
    Mismatch {
        /// The parameter.
        name: String,
        /// Its declared type.
        kind: String,
        /// The value given.
        value: String,
        /// Where in the value, and what is wrong there; empty where it is the whole.
        place: String,
    },
    /// The outbound worker reads parameters that the binding does not give as it reads them.
    #[error("the outbound worker {worker:?} and the binding do not have the same parameters: {differences}")]
    Disagreement {
        /// The outbound worker.
        worker: String,
        /// Each difference, both types side by side.
        differences: String,
    },
    /// Called as the outbound worker calls a variable of its own.
    #[error("parameter {name:?} has the name of a variable of the outbound worker {worker:?}")]
    Hidden {
        /// The parameter.
        name: String,
        /// The outbound worker.
        worker: String,
    },
    /// Too many bytes as a component would read it, though it was given in few.
    #[error(
        "parameter {name:?} would be {found} bytes as it is read, with the fields that are left out: at most {most}"
    )]
    TooLargeRead {
        /// The parameter.
        name: String,
        /// How large it would be.
        found: usize,
        /// How large it may be.
        most: usize,
    },
    /// Too many bytes.
    #[error("parameters of {found} bytes: at most {most}")]
    TooLarge {
        /// How large they were.
        found: usize,
        /// How large they may be.
        most: usize,
    },
}
