//! Bindings: the named capabilities and variables of a worker, in Cloudflare's wire form.

mod certificate;
mod deploy;
mod dispatch;
mod service;
mod shape;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use certificate::MtlsCertificate;
pub use deploy::{MOST_BINDINGS, SecretReplaced, expect_few_bindings, expect_secrets_kept};
pub use dispatch::{DispatchNamespace, OutboundBinding};
pub use service::Service;

use crate::{BindingName, NameError, ParameterError, Secret};

/// A secret's kind on the wire.
const SECRET: &str = "secret_text";

/// What stands behind the name of a binding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Binding {
    /// A variable.
    PlainText {
        /// Its value.
        text: String,
    },
    /// A variable that is JSON.
    Json {
        /// Its value.
        json: Value,
    },
    /// A secret: a variable that can be written and never read back.
    SecretText {
        /// Its value.
        text: Secret,
    },
    /// A namespace to dispatch from.
    DispatchNamespace(DispatchNamespace),
    /// Another worker.
    Service(Service),
    /// The network, by a client certificate.
    MtlsCertificate(MtlsCertificate),
}

impl Binding {
    /// The name of its kind on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PlainText { .. } => "plain_text",
            Self::Json { .. } => "json",
            Self::SecretText { .. } => SECRET,
            Self::DispatchNamespace(_) => "dispatch_namespace",
            Self::Service(_) => "service",
            Self::MtlsCertificate(_) => "mtls_certificate",
        }
    }
}

/// All bindings of a worker, by name.
pub type Bindings = std::collections::BTreeMap<BindingName, Binding>;

/// Why a binding was refused: which key, what was expected, what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// A key with a value of the wrong shape.
    #[error("{at}: expected {expected}, found {found}")]
    Shape {
        /// The table and key, such as `dispatch_namespaces[0].outbound.service`.
        at: String,
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A key that means nothing here: a misspelt one would otherwise be left out in silence.
    #[error("{at}: no such key, expected one of {known}")]
    Key {
        /// The table and key.
        at: String,
        /// The keys that the table may have.
        known: String,
    },
    /// A name that cannot be one.
    #[error("{at}: {source}")]
    Name {
        /// The table and key.
        at: String,
        /// Why not.
        source: NameError,
    },
    /// A parameter that cannot be declared.
    #[error("{at}: {source}")]
    Parameter {
        /// The table and key.
        at: String,
        /// Why not.
        source: ParameterError,
    },
    /// More than a worker may have.
    #[error("bindings: expected at most {most}, found {found}")]
    TooMany {
        /// How many.
        found: usize,
        /// How many there may be.
        most: usize,
    },
}

/// The bindings of an upload's metadata, each in its wire form; none where there are none.
pub fn listed(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata.get("bindings").and_then(Value::as_array).into_iter().flatten()
}
