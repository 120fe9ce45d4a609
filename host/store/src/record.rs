//! Records: what is kept of a namespace, a worker and a certificate.

use serde::{Deserialize, Serialize};
use tollgate_types::egress::EgressRules;
use tollgate_types::{
    Binding, BindingName, Bindings, CertificateId, Declaration, Limits, NamespaceName, Reuse, RoutePattern, Secret,
    WorkerRecord,
};

/// What is kept of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceRecord {
    /// Its name.
    pub name: NamespaceName,
    /// A random UUID: tells a namespace from an earlier one of the same name.
    pub id: String,
    /// Whether its workers may ask that their instances be reused.
    #[serde(default)]
    pub reuse: bool,
    /// Rules for what its workers send.
    #[serde(default, skip_serializing_if = "EgressRules::is_empty")]
    pub egress: EgressRules,
    /// When it was created, in milliseconds since 1970-01-01T00:00Z.
    pub created_unix_ms: u64,
}

/// What is kept of a client certificate. It never changes: another certificate has another id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRecord {
    /// A random UUID.
    pub id: CertificateId,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// PEM: the certificate, then those between it and the root.
    pub certificates: String,
    /// PEM: the certificate's key.
    pub private_key: Secret,
    /// When it was uploaded, in milliseconds since 1970-01-01T00:00Z.
    pub uploaded_unix_ms: u64,
}

/// What an upload says about a client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDraft {
    /// What its owner calls it.
    pub name: Option<String>,
    /// PEM: the certificate, then those between it and the root.
    pub certificates: String,
    /// PEM: the certificate's key.
    pub private_key: Secret,
}

/// What a deploy says about a worker, beside its script.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// What it may use.
    pub bindings: Bindings,
    /// Ceilings of its own.
    pub limits: Limits,
    /// Rules of its own for what it sends.
    pub egress: EgressRules,
    /// Route patterns that lead to it from the front door.
    pub routes: Vec<RoutePattern>,
    /// How far its instances are reused.
    pub reuse: Option<Reuse>,
    /// The parameters that it reads by type.
    pub reads: Vec<Declaration>,
    /// Kinds of bindings that stay as they were where this draft does not name them: a deploy knows no secrets.
    pub keep: Vec<String>,
}

impl Draft {
    /// The bindings of the version before of the kinds that stay.
    pub fn kept<'a>(
        &'a self,
        before: Option<&'a WorkerRecord>,
    ) -> impl Iterator<Item = (&'a BindingName, &'a Binding)> {
        let all = before.into_iter().flat_map(|before| &before.bindings);
        all.filter(|(_, binding)| self.keep.iter().any(|kind| kind == binding.kind()))
    }

    /// With the bindings of the version before that stay.
    pub fn keeping(mut self, before: Option<&WorkerRecord>) -> Self {
        let kept: Vec<_> = self.kept(before).map(|(name, binding)| (name.clone(), binding.clone())).collect();
        for (name, binding) in kept {
            self.bindings.entry(name).or_insert(binding);
        }
        self
    }
}
