//! A worker of a composition: a component with what its deployment would give it.

use std::sync::Arc;

use serde::Deserialize as _;
use serde_json::Value;
use tollgate_types::{
    Binding, BindingName, Bindings, Declaration, Limits, OutboundBinding, ScriptDigest, Secret, Service, Version,
    WorkerRecord, listed,
};

use crate::TestError;

/// A component, with variables and limits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Worker {
    pub(crate) script: Arc<[u8]>,
    pub(crate) digest: ScriptDigest,
    pub(crate) reads: Arc<[Declaration]>,
    bindings: Bindings,
    limits: Limits,
}

impl Worker {
    pub(crate) fn new(script: Arc<[u8]>, digest: ScriptDigest, reads: Arc<[Declaration]>) -> Self {
        Self { script, digest, reads, bindings: Bindings::default(), limits: Limits::default() }
    }

    /// With a variable: text as it is, anything else as JSON.
    pub fn variable(self, name: &str, value: impl Into<Value>) -> Result<Self, TestError> {
        let binding = match value.into() {
            Value::String(text) => Binding::PlainText { text },
            json => Binding::Json { json },
        };
        self.binding(name, binding)
    }

    /// With a secret.
    pub fn secret(self, name: &str, text: &str) -> Result<Self, TestError> {
        self.binding(name, Binding::SecretText { text: Secret::from(text.to_owned()) })
    }

    /// With the variables and limits of an upload's metadata, as a `wrangler.toml` has them, or the bindings that a host lists.
    /// Of a secret only the name is known: its text is `the secret NAME`. What leads to somewhere else is left out.
    pub fn configured(self, metadata: &Value) -> Result<Self, TestError> {
        let limits = match metadata.get("limits") {
            None => self.limits,
            Some(limits) => {
                Limits::deserialize(limits).map_err(|error| TestError::Refused(format!("limits: {error}")))?
            }
        };
        listed(metadata).try_fold(self.limits(limits), |worker, binding| {
            let text = |key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default();
            match text("type") {
                "plain_text" => worker.variable(text("name"), text("text")),
                "json" => worker.variable(text("name"), binding.get("json").cloned().unwrap_or_default()),
                "secret_text" => worker.secret(text("name"), &format!("the secret {}", text("name"))),
                _ => Ok(worker),
            }
        })
    }

    /// With a service binding to another customer's worker of the composition.
    pub fn service(self, name: &str, worker: &str) -> Result<Self, TestError> {
        let service = worker.parse().map_err(|error| TestError::name("worker", error))?;
        let dispatch_namespace = Some(crate::composition::namespace()?);
        self.binding(name, Binding::Service(Service { service, dispatch_namespace }))
    }

    /// The parameters that it reads by type.
    pub fn reads(&self) -> &[Declaration] {
        &self.reads
    }

    /// With limits of its own, as in its `wrangler.toml`.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    pub(crate) fn binding(mut self, name: &str, binding: Binding) -> Result<Self, TestError> {
        let name = name.parse().map_err(|error| TestError::name("variable or binding", error))?;
        self.bindings.insert(name, binding);
        Ok(self)
    }

    /// That it can be the outbound worker of a binding, as a deploy checks it.
    pub(crate) fn receives(&self, outbound: &OutboundBinding) -> Result<(), TestError> {
        let fits = outbound.fits(self.bindings.keys().map(BindingName::as_str), &self.reads);
        fits.map_err(|error| TestError::Refused(error.to_string()))
    }

    /// The workers that it is bound to.
    pub(crate) fn services(&self) -> impl Iterator<Item = (&BindingName, &Service)> {
        self.bindings.iter().filter_map(|(name, binding)| match binding {
            Binding::Service(service) => Some((name, service)),
            _ => None,
        })
    }

    /// What a store would keep of it, before the lab gives it a version.
    pub(crate) fn record(&self) -> WorkerRecord {
        WorkerRecord {
            version: Version(1),
            script: self.digest,
            bindings: self.bindings.clone(),
            limits: self.limits,
            egress: Default::default(),
            routes: Vec::new(),
            reuse: None,
            reads: self.reads.to_vec(),
            deployed_unix_ms: 0,
        }
    }
}
