//! What is kept of a worker: its script's digest, bindings, limits and version.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::egress::EgressRules;
use crate::{
    Binding, Bindings, CertificateId, Declaration, Limits, NamespaceName, Reuse, RoutePattern, ScriptDigest, WorkerName,
};

/// Where a worker lives: among the operator's own, or in a namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// The operator's own workers: dispatch and outbound workers.
    Operator,
    /// Customers' workers.
    Namespace(NamespaceName),
}

/// The full name of a worker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId {
    /// Where it lives.
    pub home: Home,
    /// Its name there.
    pub name: WorkerName,
}

impl WorkerId {
    /// One of the operator's own workers.
    pub fn operator(name: WorkerName) -> Self {
        Self { home: Home::Operator, name }
    }

    /// A worker in a namespace.
    pub fn in_namespace(namespace: NamespaceName, name: WorkerName) -> Self {
        Self { home: Home::Namespace(namespace), name }
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.home {
            Home::Operator => write!(f, "{}", self.name),
            Home::Namespace(namespace) => write!(f, "{namespace}/{}", self.name),
        }
    }
}

/// The number of a deployed state of a worker; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u64);

/// One deployed state of a worker, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerRecord {
    /// Which state of the worker this is.
    pub version: Version,
    /// The component it runs.
    pub script: ScriptDigest,
    /// What it may use.
    pub bindings: Bindings,
    /// Ceilings of its own.
    #[serde(default)]
    pub limits: Limits,
    /// Rules of its own for what it sends.
    #[serde(default, skip_serializing_if = "EgressRules::is_empty")]
    pub egress: EgressRules,
    /// Route patterns that lead to it from the front door.
    #[serde(default)]
    pub routes: Vec<RoutePattern>,
    /// How far its instances are reused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<Reuse>,
    /// The parameters that it reads by type, where it is an outbound worker that does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Declaration>,
    /// When it was deployed, in milliseconds since 1970-01-01T00:00Z.
    pub deployed_unix_ms: u64,
}

impl WorkerRecord {
    /// Whether one of its bindings names this certificate.
    pub fn is_bound_to(&self, certificate: &CertificateId) -> bool {
        let names =
            |binding: &Binding| matches!(binding, Binding::MtlsCertificate(it) if it.certificate_id == *certificate);
        self.bindings.values().any(names)
    }
}
