//! What a host has deployed: a namespace's workers, and their outbound worker. Components lie in a temporary folder, each once
//! however many workers it is: a namespace may have more of them than memory holds.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use anyhow::Context as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tollgate_test::suspected_variables;
use tollgate_types::{
    Declaration, Declarations, NamespaceName, ScriptDigest, expect_few_bindings, expect_secrets_kept, listed,
};

use super::bound::{self, Bound};
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
        let dispatches = bound::dispatches(client, own.iter().map(|row| row.id.as_str())).await?;
        let name = match outbound {
            Some(name) => name.to_owned(),
            None => bound::only(namespace, &dispatches)?,
        };
        let bound = bound::to(&name, dispatches)?;
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
    /// where it is a component alone. Refused where the host would refuse it, by its rules and in its order.
    pub(super) fn next(&self, project: &Value) -> anyhow::Result<Value> {
        let now = &self.outbound.metadata;
        if project.is_null() {
            return Ok(now.clone());
        }
        let keeps = project.get("keep_bindings").and_then(Value::as_array).cloned().unwrap_or_default();
        let kept = || listed(now).filter(|one| one.get("type").is_some_and(|kind| keeps.contains(kind)));
        let given: BTreeMap<_, _> = listed(project).filter_map(kind).collect();
        expect_few_bindings(listed(project).count()).map_err(refused)?;
        expect_secrets_kept(&given, kept().filter_map(kind)).map_err(refused)?;
        let others = kept().filter(|one| kind(one).is_some_and(|(name, _)| !given.contains_key(name)));
        let bindings: Vec<_> = listed(project).chain(others).cloned().collect();
        expect_few_bindings(bindings.len()).map_err(refused)?;
        let limits = project.get("limits").cloned().unwrap_or_else(|| json!({}));
        Ok(json!({ "bindings": bindings, "limits": limits }))
    }

    /// That a deploy of another outbound worker would be taken, by the rule that the host has for it.
    pub(super) fn fits(&self, metadata: &Value, reads: &[Declaration]) -> anyhow::Result<()> {
        let names: Vec<_> = listed(metadata).filter_map(|one| one.get("name")?.as_str()).collect();
        self.bound.iter().try_for_each(|Bound { at, as_texts, outbound, .. }| {
            let variables = names.iter().copied();
            let fits =
                if *as_texts { outbound.fits_as_texts(variables, reads) } else { outbound.fits(variables, reads) };
            fits.map_err(|error| refused(format!("{at}: {error}")))
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
        for Bound { at, outbound, .. } in self.bound.iter().filter(|one| one.namespace == self.namespace.as_str()) {
            match outbound.parameters.typed_by(reads).check(given) {
                Ok(_) => return Ok(Some(outbound.parameters.clone())),
                Err(error) => first = first.or(Some(format!("the dispatch would be refused: {at}: {error}"))),
            }
        }
        first.map_or(Ok(None), Err)
    }
}

/// A binding's name and kind.
fn kind(binding: &Value) -> Option<(&str, &str)> {
    Some((binding.get("name")?.as_str()?, binding.get("type")?.as_str()?))
}

fn refused(why: impl fmt::Display) -> anyhow::Error {
    Hinted::refused(format!("the deploy would be refused: {why}"), "")
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
