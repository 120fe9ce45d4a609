//! The dispatches of a host that name an outbound worker: tables of its configuration, and bindings of dispatch workers.
//!
//! What they declare is read only where they name the worker in whose place another is tried. A host keeps what it took before
//! today's bounds, and a binding that would be refused by now stands in nobody else's way.

use std::collections::BTreeSet;

use anyhow::Context as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tollgate_gateway::DISPATCH;
use tollgate_types::{NamespaceName, OutboundBinding};

use crate::client::Client;
use crate::report::Hinted;

/// A dispatch that names an outbound worker.
#[derive(Debug)]
pub(super) struct Bound {
    /// `binding "d" of worker "pick"`.
    pub(super) at: String,
    /// Whether what it attaches comes from templates, as text.
    pub(super) as_texts: bool,
    pub(super) namespace: String,
    pub(super) outbound: OutboundBinding,
}

/// The same as the host tells it.
#[derive(Debug)]
pub(super) struct Dispatch {
    at: String,
    as_texts: bool,
    namespace: String,
    outbound: Value,
}

/// What a table and a binding have alike.
#[derive(Deserialize)]
struct Row {
    namespace: String,
    outbound: Option<Value>,
}

impl Dispatch {
    /// None where it names no outbound worker.
    fn of(at: String, as_texts: bool, row: &Value) -> anyhow::Result<Option<Self>> {
        let row = Row::deserialize(row).with_context(|| format!("{at}: cannot be read"))?;
        let Row { namespace, outbound } = row;
        Ok(outbound.map(|outbound| Self { at, as_texts, namespace, outbound }))
    }

    fn service(&self) -> Option<&str> {
        self.outbound.pointer("/worker/service")?.as_str()
    }

    fn read(self) -> anyhow::Result<Bound> {
        let Self { at, as_texts, namespace, outbound } = self;
        let hint = "it was deployed before this was refused: deploy it anew with what may be declared now";
        let outbound = OutboundBinding::from_wire(&format!("{at}: outbound"), &outbound);
        let outbound = outbound.map_err(|error| Hinted::refused(error.to_string(), hint))?;
        Ok(Bound { at, as_texts, namespace, outbound })
    }
}

/// All that a host has, of those of its operator's workers that are named.
pub(super) async fn dispatches<'a>(
    client: &Client,
    own: impl Iterator<Item = &'a str>,
) -> anyhow::Result<Vec<Dispatch>> {
    let mut found = Vec::new();
    for row in rows(client.send(client.of_host(Method::GET, "dispatch")).await?)? {
        found.extend(Dispatch::of(DISPATCH.to_owned(), true, &row)?);
    }
    for worker in own {
        let bindings = client.send(client.request(Method::GET, &format!("scripts/{worker}/bindings"))).await?;
        let dispatches = |row: &&Value| row.get("type").is_some_and(|kind| kind == "dispatch_namespace");
        for row in rows(bindings)?.iter().filter(dispatches) {
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            found.extend(Dispatch::of(format!("binding {name:?} of worker {worker:?}"), false, row)?);
        }
    }
    Ok(found)
}

fn rows(list: Value) -> anyhow::Result<Vec<Value>> {
    serde_json::from_value(list).context("a list of dispatches that cannot be read")
}

/// Those that name an outbound worker.
pub(super) fn to(service: &str, all: Vec<Dispatch>) -> anyhow::Result<Vec<Bound>> {
    all.into_iter().filter(|one| one.service() == Some(service)).map(Dispatch::read).collect()
}

/// The only outbound worker that is bound to a namespace.
pub(super) fn only(namespace: &NamespaceName, all: &[Dispatch]) -> anyhow::Result<String> {
    let here = all.iter().filter(|one| one.namespace == namespace.as_str());
    let names: BTreeSet<_> = here.filter_map(Dispatch::service).collect();
    let names: Vec<_> = names.into_iter().collect();
    match names.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(Hinted::refused(
            format!(
                "nobody binds an outbound worker to namespace {namespace}: no dispatch worker, nor the host's [[dispatch]]"
            ),
            "say which one is deployed: --outbound NAME=PATH",
        )),
        several => {
            let error = format!("several outbound workers are bound to namespace {namespace}: {}", several.join(", "));
            Err(Hinted::usage(error, "say which one: --outbound NAME=PATH"))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn dispatch(worker: &str, namespace: &str, service: &str, params: &[&str]) -> Dispatch {
        let outbound = json!({ "worker": { "service": service }, "params": params });
        let row = json!({ "namespace": namespace, "outbound": outbound });
        Dispatch::of(format!("binding \"d\" of worker {worker:?}"), false, &row).unwrap().unwrap()
    }

    #[test]
    fn what_would_be_refused_by_now_is_in_its_own_outbound_workers_way_alone() {
        let all = || {
            vec![
                dispatch("old", "before", "guard-before", &["user_id", "userid"]),
                dispatch("pick", "prod", "guard", &["customer_name"]),
                dispatch("more", "more", "guard", &["plan"]),
            ]
        };
        assert_eq!(only(&"prod".parse().unwrap(), &all()).unwrap(), "guard");
        let bound = to("guard", all()).unwrap();
        let namespaces: Vec<_> = bound.iter().map(|one| one.namespace.as_str()).collect();
        assert_eq!(namespaces, ["prod", "more"]);
        let error = to("guard-before", all()).unwrap_err().to_string();
        let said = "binding \"d\" of worker \"old\": outbound.params: parameter \"user_id\" is there twice";
        assert!(error.starts_with(said), "{error}");
    }

    #[test]
    fn a_dispatch_without_an_outbound_worker_is_none() {
        for row in [json!({ "namespace": "prod", "outbound": null }), json!({ "namespace": "prod" })] {
            assert!(Dispatch::of(String::new(), false, &row).unwrap().is_none(), "{row}");
        }
        let error = Dispatch::of("here".to_owned(), false, &json!({ "outbound": {} })).unwrap_err();
        assert_eq!(format!("{error:#}"), "here: cannot be read: missing field `namespace`");
    }
}
