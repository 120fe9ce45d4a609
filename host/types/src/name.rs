//! Names that people choose. One `FromStr` each; serde goes through it, so an unchecked name cannot exist.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::excerpt;

/// Longest name of a namespace or worker, in bytes: a DNS label, since a worker's name is one in `<worker>.example.com`.
const LABEL_BYTES: usize = 63;
/// Longest name of a binding, in bytes.
const BINDING_BYTES: usize = 128;
/// Longest id of a certificate, in bytes: a UUID as text.
const CERTIFICATE_BYTES: usize = 36;

/// A name that was refused, with what was expected instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what} {value:?}: expected 1 to {longest} letters, digits, `-` or `_`")]
pub struct NameError {
    what: &'static str,
    value: String,
    longest: usize,
}

fn check(what: &'static str, value: &str, longest: usize) -> Result<(), NameError> {
    let fits = (1..=longest).contains(&value.len());
    if fits && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Ok(());
    }
    Err(NameError { what, value: excerpt(value), longest })
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $longest:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(value: &str) -> Result<Self, NameError> {
                check($what, value, $longest)?;
                Ok(Self(value.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(value: String) -> Result<Self, NameError> {
                value.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of a namespace: the box that holds workers.
    NamespaceName,
    "namespace name",
    LABEL_BYTES
);
name!(
    /// The name of a worker in its namespace, or among the operator's own.
    WorkerName,
    "worker name",
    LABEL_BYTES
);
name!(
    /// The name under which a worker sees a capability or variable.
    BindingName,
    "binding name",
    BINDING_BYTES
);
name!(
    /// What the host calls a client certificate; nobody chooses it, but bindings say it.
    CertificateId,
    "certificate id",
    CERTIFICATE_BYTES
);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_taken() {
        for name in ["a", "customer-1", "Customer_1", &"x".repeat(63)] {
            assert_eq!(name.parse::<WorkerName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn path_tricks_and_oddities_are_refused() {
        for name in ["", "../x", "a/b", "a.b", "a b", "é", "a\0", &"x".repeat(64)] {
            assert!(name.parse::<WorkerName>().is_err(), "{name:?} was taken");
        }
    }

    #[test]
    fn serde_goes_through_the_parser() {
        let error = serde_json::from_str::<NamespaceName>("\"../x\"").unwrap_err().to_string();
        assert!(error.contains("invalid namespace name \"../x\""), "{error}");
    }

    #[test]
    fn the_error_shows_only_the_beginning_of_a_huge_name() {
        let error = "é".repeat(1_000_000).parse::<WorkerName>().unwrap_err().to_string();
        assert!(error.len() < 400, "{} bytes", error.len());
    }
}
