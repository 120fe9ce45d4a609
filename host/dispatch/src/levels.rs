//! Whose rules of the egress a worker keeps to, and whose share of it it uses.

use std::sync::Arc;

use tollgate_store::{NamespaceRecord, StoreError};
use tollgate_types::egress::{EgressLevel, EgressLevels};
use tollgate_types::{Home, NamespaceName, WorkerId, WorkerRecord};

/// The namespace of a worker; empty if it is one of the operator's.
pub(crate) fn namespace(id: &WorkerId) -> Arc<str> {
    match &id.home {
        Home::Namespace(name) => name.as_str().into(),
        Home::Operator => Arc::default(),
    }
}

/// The rules that a worker keeps to. Those of a namespace never change.
///
/// # Errors
/// If the namespace was deleted in this moment: without its rules the worker would be free.
pub(crate) fn of(
    id: &WorkerId,
    record: &WorkerRecord,
    find: impl FnOnce(&NamespaceName) -> Result<Option<NamespaceRecord>, StoreError>,
) -> Result<EgressLevels, String> {
    let of_namespace = match &id.home {
        Home::Namespace(name) => Some((EgressLevel::Namespace, found(find(name))?.egress)),
        Home::Operator => None,
    };
    let all = of_namespace.into_iter().chain([(EgressLevel::Worker, record.egress.clone())]);
    let all: Vec<_> = all.filter(|(_, rules)| !rules.is_empty()).collect();
    Ok(if all.is_empty() { Arc::default() } else { all.into() })
}

fn found(namespace: Result<Option<NamespaceRecord>, StoreError>) -> Result<NamespaceRecord, String> {
    namespace.map_err(|error| error.to_string())?.ok_or_else(|| "it was deleted".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn worker(egress: serde_json::Value) -> (WorkerId, WorkerRecord) {
        let id = WorkerId { home: Home::Namespace("one".parse().unwrap()), name: "a".parse().unwrap() };
        let digest = "0".repeat(64);
        let record = json!({ "version": 1, "script": digest, "bindings": {}, "egress": egress, "deployed_unix_ms": 0 });
        (id, serde_json::from_value(record).unwrap())
    }

    #[test]
    fn a_worker_without_its_namespace_has_no_levels_but_an_error() {
        let (id, record) = worker(json!({}));
        let outcome = of(&id, &record, |_| Ok(None));
        assert_eq!(outcome.unwrap_err(), "it was deleted");
    }

    #[test]
    fn a_namespace_comes_before_its_worker_and_no_rules_are_no_level() {
        let (id, record) = worker(json!({ "only": [] }));
        let ruled = json!({ "name": "one", "id": "u", "egress": { "deny": [{ "port": 25 }] }, "created_unix_ms": 0 });
        let levels = of(&id, &record, |_| Ok(Some(serde_json::from_value(ruled).unwrap()))).unwrap();
        assert_eq!(
            levels.iter().map(|(level, _)| *level).collect::<Vec<_>>(),
            [EgressLevel::Namespace, EgressLevel::Worker]
        );
        let free = json!({ "name": "one", "id": "u", "created_unix_ms": 0 });
        let levels = of(&id, &record, |_| Ok(Some(serde_json::from_value(free).unwrap()))).unwrap();
        assert_eq!(levels.len(), 1);
    }
}
