//! What a host has deployed: a namespace's workers, their outbound worker, and what bindings declare for it.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tollgate_test::{Lab, Worker, is_secret};
use tollgate_types::{Declarations, DispatchNamespace, NamespaceName, OutboundBinding, listed};

use crate::client::Client;
use crate::report::Hinted;

/// What a host has.
pub(super) struct Deployed {
    pub(super) customers: Vec<Deployment>,
    pub(super) outbound: Deployment,
    /// What bindings declare for the outbound worker, each in a dispatch worker.
    pub(super) declared: Vec<Declarations>,
}

/// A worker that is deployed.
pub(super) struct Deployment {
    pub(super) name: String,
    pub(super) component: Vec<u8>,
    /// Its bindings, as an upload has them.
    pub(super) metadata: Value,
}

impl Deployed {
    pub(super) async fn read(
        client: &Client,
        namespace: &NamespaceName,
        outbound: Option<&str>,
    ) -> anyhow::Result<Self> {
        let inside = format!("dispatch/namespaces/{namespace}/scripts");
        let mut customers = Vec::new();
        for name in names(client, &inside).await? {
            customers.push(Deployment::read(client, &inside, name).await?);
        }
        if customers.is_empty() {
            return Err(Hinted::refused(format!("namespace {namespace} has no workers"), ""));
        }
        let bound = bound(client, namespace).await?;
        let name = match outbound {
            Some(name) => name.to_owned(),
            None => only(namespace, &bound)?,
        };
        let ours = bound.into_iter().filter(|one| one.service.as_str() == name);
        let declared = ours.map(|one| one.parameters).collect();
        Ok(Self { customers, outbound: Deployment::read(client, "scripts", name).await?, declared })
    }

    /// The texts of variables that are called like a secret.
    pub(super) fn secrets(&self) -> Vec<String> {
        let bindings = self.customers.iter().chain([&self.outbound]).flat_map(|one| listed(&one.metadata));
        let named = bindings.filter(|one| one.get("name").and_then(Value::as_str).is_some_and(is_secret));
        let texts = named.filter_map(|one| one.get("text").or(one.get("json"))?.as_str());
        texts.map(str::to_owned).collect()
    }
}

impl Deployment {
    async fn read(client: &Client, scripts: &str, name: String) -> anyhow::Result<Self> {
        let path = |what: &str| format!("{scripts}/{name}/{what}");
        let component = client.bytes(client.request(Method::GET, &path("content"))).await?;
        let bindings = client.send(client.request(Method::GET, &path("bindings"))).await?;
        Ok(Self { name, component, metadata: json!({ "bindings": bindings }) })
    }

    /// The worker, as far as it can be had here. One that is bound to what is not here is none: it would fail alike with either
    /// outbound worker, and seem unchanged.
    pub(super) fn worker(&self, lab: &Lab) -> Result<Worker, String> {
        let elsewhere = |kind: &str| matches!(kind, "service" | "mtls_certificate" | "dispatch_namespace");
        let text = |binding: &Value, key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(binding) = listed(&self.metadata).find(|binding| elsewhere(&text(binding, "type"))) {
            return Err(format!("its binding {:?} leads to what is not here", text(binding, "name")));
        }
        let worker = lab.user(self.component.clone()).and_then(|worker| worker.configured(&self.metadata));
        worker.map_err(|error| error.to_string())
    }
}

async fn names(client: &Client, scripts: &str) -> anyhow::Result<Vec<String>> {
    let list = client.send(client.request(Method::GET, scripts)).await?;
    let names = list.as_array().into_iter().flatten().filter_map(|one| one.get("id")?.as_str().map(str::to_owned));
    Ok(names.collect())
}

/// The outbound workers that dispatch workers bind to a namespace.
async fn bound(client: &Client, namespace: &NamespaceName) -> anyhow::Result<Vec<OutboundBinding>> {
    let mut found = Vec::new();
    for name in names(client, "scripts").await? {
        let bindings = client.send(client.request(Method::GET, &format!("scripts/{name}/bindings"))).await?;
        for one in bindings.as_array().into_iter().flatten() {
            if one.get("type").is_some_and(|kind| kind == "dispatch_namespace") {
                let (_, binding) = DispatchNamespace::from_wire(&name, one)?;
                found.extend(binding.outbound.filter(|_| binding.namespace == *namespace));
            }
        }
    }
    Ok(found)
}

/// The only one of them.
fn only(namespace: &NamespaceName, bound: &[OutboundBinding]) -> anyhow::Result<String> {
    let names: BTreeSet<_> = bound.iter().map(|one| one.service.to_string()).collect();
    let all: Vec<_> = names.into_iter().collect();
    match all.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Hinted::refused(
            format!("no dispatch worker binds an outbound worker to namespace {namespace}"),
            "say which one is deployed: --outbound NAME=PATH",
        )),
        several => {
            let error = format!("several outbound workers are bound to namespace {namespace}: {}", several.join(", "));
            Err(Hinted::usage(error, "say which one: --outbound NAME=PATH"))
        }
    }
}
