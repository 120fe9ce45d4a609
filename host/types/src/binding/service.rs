//! Service bindings: another worker, called by its name.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::BindingError;
use super::shape::{name, no_environment, object, refuse_others};
use crate::{BindingName, NamespaceName, WorkerName};

/// A service binding: another worker, reached without an outbound worker between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The worker.
    pub service: WorkerName,
    /// The namespace that it is in; the operator's own workers are in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_namespace: Option<NamespaceName>,
}

impl Service {
    /// Reads a `[[services]]` table of `wrangler.toml` (given as JSON); `dispatch_namespace` is Tollgate's own.
    pub fn from_toml(at: &str, table: &Value) -> Result<(BindingName, Self), BindingError> {
        Self::read(at, table, "binding", &["binding", "service", "environment", "dispatch_namespace"])
    }

    /// Reads the binding of an upload's metadata: `{type, name, service, environment?, dispatch_namespace?}`.
    pub fn from_wire(at: &str, value: &Value) -> Result<(BindingName, Self), BindingError> {
        Self::read(at, value, "name", &["type", "name", "service", "environment", "dispatch_namespace"])
    }

    fn read(at: &str, value: &Value, called: &str, known: &[&str]) -> Result<(BindingName, Self), BindingError> {
        let table = object(at, value)?;
        refuse_others(at, table, known)?;
        let binding = name(&format!("{at}.{called}"), table.get(called))?;
        let service = name(&format!("{at}.service"), table.get("service"))?;
        no_environment(&format!("{at}.environment"), table.get("environment"))?;
        let namespace = table.get("dispatch_namespace").filter(|value| !value.is_null());
        let namespace = namespace.map(|value| name(&format!("{at}.dispatch_namespace"), Some(value)));
        Ok((binding, Self { service, dispatch_namespace: namespace.transpose()? }))
    }

    /// The binding as [`Self::from_wire`] reads it.
    pub fn to_wire(&self, binding: &BindingName) -> Value {
        let namespace = &self.dispatch_namespace;
        json!({ "type": "service", "name": binding, "service": self.service, "dispatch_namespace": namespace })
    }
}
