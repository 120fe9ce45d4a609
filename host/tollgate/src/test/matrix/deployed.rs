//! What a host has deployed: a namespace's workers, their outbound worker, and what bindings declare for it. Components lie in
//! a temporary folder, each once however many workers it is: a namespace may have more of them than memory holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Context as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tollgate_test::suspected_variables;
use tollgate_types::{
    Declaration, Declarations, DispatchNamespace, NamespaceName, OutboundBinding, ScriptDigest, listed,
};

use crate::client::Client;
use crate::report::Hinted;

/// What a host has.
pub(super) struct Deployed {
    pub(super) namespace: NamespaceName,
    pub(super) customers: Vec<Deployment>,
    pub(super) outbound: Deployment,
    /// The dispatches that name the outbound worker, each with where it is.
    bound: Vec<Bound>,
    /// Where the components lie.
    _folder: TempDir,
}

/// A worker that is deployed.
pub(super) struct Deployment {
    pub(super) name: String,
    component: PathBuf,
    /// Its bindings and limits, as an upload has them.
    pub(super) metadata: Value,
}

/// A dispatch that names an outbound worker: a dispatch worker's binding, or a table of the host's configuration.
struct Bound {
    /// `binding "d" of worker "pick"`.
    at: String,
    /// Whether what it attaches comes from templates, as text.
    as_texts: bool,
    namespace: NamespaceName,
    outbound: OutboundBinding,
}

/// A worker as a list has it.
#[derive(Deserialize)]
struct Row {
    id: String,
    etag: ScriptDigest,
    #[serde(default)]
    limits: Value,
}

impl Deployed {
    pub(super) async fn read(
        client: &Client,
        namespace: &NamespaceName,
        outbound: Option<&str>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no folder for components")?;
        let source = Source { client, folder: &folder };
        let inside = format!("dispatch/namespaces/{namespace}/scripts");
        let mut customers = Vec::new();
        for row in rows(client, &inside).await? {
            customers.push(source.deployment(&inside, row).await?);
        }
        if customers.is_empty() {
            return Err(Hinted::refused(format!("namespace {namespace} has no workers"), ""));
        }
        let own = rows(client, "scripts").await?;
        let mut bound = bound(client, &own).await?;
        let name = match outbound {
            Some(name) => name.to_owned(),
            None => only(namespace, &bound)?,
        };
        bound.retain(|one| one.outbound.service.as_str() == name);
        let row = own.into_iter().find(|row| row.id == name);
        let row = row.ok_or_else(|| Hinted::refused(format!("no worker {name} is deployed"), "see `tollgate list`"))?;
        let outbound = source.deployment("scripts", row).await?;
        Ok(Self { namespace: namespace.clone(), customers, outbound, bound, _folder: folder })
    }

    /// What variables that are called like a secret hold.
    pub(super) fn secrets(&self, new: &Value) -> Vec<String> {
        let deployed = self.customers.iter().chain([&self.outbound]).map(|one| &one.metadata);
        deployed.chain([new]).flat_map(suspected_variables).collect()
    }

    /// What another outbound worker is deployed with: what its project says and what a deploy keeps; what there is already,
    /// where it is a component alone.
    pub(super) fn next(&self, project: &Value) -> Value {
        let now = &self.outbound.metadata;
        if project.is_null() {
            return now.clone();
        }
        let text = |binding: &Value, key: &str| binding.get(key).and_then(Value::as_str).map(str::to_owned);
        let keeps = project.get("keep_bindings").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: BTreeSet<_> = listed(project).filter_map(|one| text(one, "name")).collect();
        let kept = listed(now).filter(|one| {
            one.get("type").is_some_and(|kind| keeps.contains(kind))
                && text(one, "name").is_some_and(|name| !names.contains(&name))
        });
        let bindings: Vec<_> = listed(project).chain(kept).cloned().collect();
        let limits = project.get("limits").cloned().unwrap_or_else(|| json!({}));
        json!({ "bindings": bindings, "limits": limits })
    }

    /// That a deploy of another outbound worker would be taken, by the rule that the host has for it.
    pub(super) fn fits(&self, metadata: &Value, reads: &[Declaration]) -> anyhow::Result<()> {
        let names: Vec<_> = listed(metadata).filter_map(|one| one.get("name")?.as_str()).collect();
        self.bound.iter().try_for_each(|Bound { at, as_texts, outbound, .. }| {
            let refused = |error| Hinted::refused(format!("the deploy would be refused: {at}: {error}"), "");
            outbound.fits(names.iter().copied(), reads).map_err(refused)?;
            match as_texts {
                true => outbound.parameters.agree_as_texts(outbound.service.as_str(), reads).map_err(refused),
                false => Ok(()),
            }
        })
    }

    /// What a dispatch to the namespace declares for the outbound worker: of several the first that takes what is given, and
    /// where none does, why the first does not. None where it is bound to another namespace.
    pub(super) fn declared(
        &self,
        given: &BTreeMap<String, Value>,
        reads: &[Declaration],
    ) -> Result<Option<Declarations>, String> {
        let mut first = None;
        for Bound { at, outbound, .. } in self.bound.iter().filter(|one| one.namespace == self.namespace) {
            match outbound.parameters.typed_by(reads).check(given) {
                Ok(_) => return Ok(Some(outbound.parameters.clone())),
                Err(error) => first = first.or(Some(format!("the dispatch would be refused: {at}: {error}"))),
            }
        }
        first.map_or(Ok(None), Err)
    }
}

impl Deployment {
    /// Its component.
    pub(super) fn component(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.component).map_err(|error| format!("{}: {error}", self.component.display()))
    }
}

/// A host, and where what it gives is kept.
struct Source<'a> {
    client: &'a Client,
    folder: &'a TempDir,
}

impl Source<'_> {
    async fn deployment(&self, scripts: &str, Row { id, etag, limits }: Row) -> anyhow::Result<Deployment> {
        let bindings = self.client.send(self.client.request(Method::GET, &format!("{scripts}/{id}/bindings"))).await?;
        let component = self.component(&format!("{scripts}/{id}/content"), &etag).await?;
        let limits = if limits.is_null() { json!({}) } else { limits };
        Ok(Deployment { name: id, component, metadata: json!({ "bindings": bindings, "limits": limits }) })
    }

    /// Where a component lies; it is fetched where it does not yet.
    async fn component(&self, content: &str, etag: &ScriptDigest) -> anyhow::Result<PathBuf> {
        let path = self.folder.path().join(etag.to_string());
        if path.exists() {
            return Ok(path);
        }
        let bytes = self.client.bytes(self.client.request(Method::GET, content)).await?;
        // Another, where somebody deployed since the list was read.
        let path = self.folder.path().join(ScriptDigest::of(&bytes).to_string());
        std::fs::write(&path, bytes).with_context(|| format!("cannot keep {content}"))?;
        Ok(path)
    }
}

async fn rows(client: &Client, scripts: &str) -> anyhow::Result<Vec<Row>> {
    let list = client.send(client.request(Method::GET, scripts)).await?;
    serde_json::from_value(list).with_context(|| format!("{scripts}: a list of workers that cannot be read"))
}

/// The dispatches that name an outbound worker: of the host's configuration, and of dispatch workers' bindings.
async fn bound(client: &Client, own: &[Row]) -> anyhow::Result<Vec<Bound>> {
    let mut found = configured(client).await?;
    for Row { id, .. } in own {
        let bindings = client.send(client.request(Method::GET, &format!("scripts/{id}/bindings"))).await?;
        for one in bindings.as_array().into_iter().flatten() {
            if one.get("type").is_some_and(|kind| kind == "dispatch_namespace") {
                let (name, binding) = DispatchNamespace::from_wire(id, one)?;
                let at = format!("binding {:?} of worker {id:?}", name.as_str());
                let namespace = binding.namespace;
                found.extend(binding.outbound.map(|outbound| Bound { at, as_texts: false, namespace, outbound }));
            }
        }
    }
    Ok(found)
}

/// A dispatch of the host's configuration.
#[derive(Deserialize)]
struct Configured {
    namespace: NamespaceName,
    outbound: Option<Value>,
}

async fn configured(client: &Client) -> anyhow::Result<Vec<Bound>> {
    let at = "[[dispatch]] of the host's configuration";
    let list = client.send(client.of_host(Method::GET, "dispatch")).await?;
    let list: Vec<Configured> = serde_json::from_value(list).with_context(|| format!("{at}: cannot be read"))?;
    let with_outbound = list.into_iter().filter_map(|one| Some((one.namespace, one.outbound?)));
    let one = |(namespace, outbound): (NamespaceName, Value)| {
        let outbound = OutboundBinding::from_wire(&format!("{at}: outbound"), &outbound)?;
        Ok(Bound { at: at.to_owned(), as_texts: true, namespace, outbound })
    };
    with_outbound.map(one).collect()
}

/// The only one that is bound to a namespace.
fn only(namespace: &NamespaceName, bound: &[Bound]) -> anyhow::Result<String> {
    let here = bound.iter().filter(|one| one.namespace == *namespace);
    let names: BTreeSet<_> = here.map(|one| one.outbound.service.to_string()).collect();
    let all: Vec<_> = names.into_iter().collect();
    match all.as_slice() {
        [one] => Ok(one.clone()),
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
