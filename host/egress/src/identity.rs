//! Whose request it is: the chain of workers that asks, and what it may use.

use std::sync::Arc;

use tollgate_types::egress::EgressLevels;

/// Whose connections: two identities never meet on one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Names the chain of workers.
    pub chain: Arc<str>,
    /// How deep in its chain the worker is that asks.
    pub depth: u32,
    /// The namespace whose share of connections and look-ups it uses.
    pub namespace: Arc<str>,
    /// The rules that its requests keep to, beside the host's.
    pub levels: EgressLevels,
}

impl From<&str> for Identity {
    fn from(chain: &str) -> Self {
        Self { chain: chain.into(), depth: 0, namespace: Arc::default(), levels: Arc::default() }
    }
}
