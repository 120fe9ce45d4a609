//! A worker as its invocations see it: its record, and what follows from the record and the component. Its compiled code is in
//! `ready.rs`.

use std::sync::Arc;

use tollgate_engine::{Share, Version};
use tollgate_types::egress::EgressLevels;
use tollgate_types::{Binding, WorkerRecord};
use wasmtime_wasi_config::WasiConfigVariables;

/// One version of a worker.
pub(crate) struct Worker {
    pub(crate) record: Arc<WorkerRecord>,
    /// The version of WASI that its component is for.
    pub(crate) wasi: Version,
    /// Whether it may pass on what its language's messages cannot hold (`passing.rs`).
    pub(crate) passes: bool,
    /// Tells its connections from those of every other worker, also of a deleted one that had the same name.
    pub(crate) identity: Arc<str>,
    /// Its share of the CPU.
    pub(crate) share: Arc<Share>,
    /// Its namespace; empty if it is one of the operator's.
    pub(crate) namespace: Arc<str>,
    /// The rules of its namespace and its own for what it sends.
    pub(crate) levels: EgressLevels,
    pub(crate) variables: WasiConfigVariables,
    pub(crate) environment: Vec<(String, String)>,
}

impl Worker {
    /// The binding of a name.
    pub(crate) fn binding(&self, name: &str) -> Option<&Binding> {
        self.record.bindings.iter().find(|(own, _)| own.as_str() == name).map(|(_, binding)| binding)
    }
}

/// A worker's variables; JSON ones as JSON text.
pub(crate) fn environment(record: &WorkerRecord) -> Vec<(String, String)> {
    let variable = |binding: &Binding| match binding {
        Binding::PlainText { text } => Some(text.clone()),
        Binding::Json { json } => Some(json.to_string()),
        Binding::SecretText { text } => Some(text.reveal().to_owned()),
        Binding::DispatchNamespace(_) | Binding::Service(_) | Binding::MtlsCertificate(_) => None,
    };
    record.bindings.iter().filter_map(|(name, binding)| Some((name.to_string(), variable(binding)?))).collect()
}
