//! Which part each project plays: where it is deployed, and who dispatches where no project does.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_build::Role;
use tollgate_types::config::DEVELOPMENT_SHARED_FUNCTIONS_BYTES;
use tollgate_types::{NamespaceName, WorkerName};

use super::project::Project;
use crate::client::Client;
use crate::config::File;
use crate::report::Hinted;

/// The namespace of customers' workers, where no dispatch worker names one.
const NAMESPACE: &str = "dev";

pub(super) struct Stage {
    /// Where customers' workers go.
    namespaces: Vec<NamespaceName>,
    /// Whether a project dispatches.
    dispatched: bool,
    /// Whether a project is a customer's.
    customers: bool,
    outbound: Option<WorkerName>,
    parameters: BTreeMap<String, String>,
}

/// `NAME=TEXT`.
pub(super) fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=TEXT")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Which role is deployed first: who is named by others.
pub(super) fn order(role: Role) -> usize {
    match role {
        Role::Outbound => 0,
        Role::Dispatch => 1,
        Role::User => 2,
    }
}

impl Stage {
    pub(super) fn of(projects: &[Project], parameters: Vec<(String, String)>) -> anyhow::Result<Self> {
        let of = |role| projects.iter().filter(move |project| project.role() == role);
        let mut outbound = of(Role::Outbound).map(|project| project.name().clone());
        let mut namespaces = BTreeSet::new();
        for project in of(Role::Dispatch) {
            namespaces.extend(bound(project).cloned());
        }
        let dispatched = !namespaces.is_empty();
        if !dispatched {
            namespaces.insert(NAMESPACE.parse().context("a namespace's name")?);
        }
        let (first, second) = (outbound.next(), outbound.next());
        if let (false, Some(first), Some(second)) = (dispatched, &first, second) {
            let error = format!("two outbound workers, {first} and {second}, and no dispatch worker that chooses");
            return Err(Hinted::usage(error, "name one of them, or a dispatch worker's project too"));
        }
        if dispatched && !parameters.is_empty() {
            let error = "--parameter beside a dispatch worker, which gives the parameters".to_owned();
            return Err(Hinted::usage(error, "leave one of them out"));
        }
        if first.is_none() && !parameters.is_empty() {
            let error = "--parameter, and no outbound worker that could read it".to_owned();
            return Err(Hinted::usage(error, "name an outbound worker's project too"));
        }
        let customers = of(Role::User).next().is_some();
        let parameters = parameters.into_iter().collect();
        Ok(Self { namespaces: namespaces.into_iter().collect(), dispatched, customers, outbound: first, parameters })
    }

    /// The host's configuration, where no file says it. On one's own machine, and for nobody else, workers may reach what
    /// listens there.
    pub(super) fn configuration(&self, said: Option<File>, listen: SocketAddr) -> anyhow::Result<File> {
        let alone = listen.ip().is_loopback();
        let own = said.is_some();
        let mut file = said.unwrap_or_default();
        if !file.sets("code.shared_functions_bytes") {
            file.config.code.shared_functions_bytes = DEVELOPMENT_SHARED_FUNCTIONS_BYTES;
        }
        if alone && !own {
            file.config.egress.allow =
                ["127.0.0.0/8", "::1/128"].into_iter().map(str::parse).collect::<Result<_, _>>()?;
        }
        file.config.local_names.get_or_insert(alone);
        if self.dispatched {
            return Ok(file);
        }
        let outbound = self.outbound.as_ref();
        let outbound = outbound.map(|service| json!({ "service": service, "parameters": self.parameters }));
        if self.customers {
            let builtin = json!({ "domain": "localhost", "namespace": NAMESPACE, "outbound": outbound });
            let builtin = serde_json::from_value(builtin).map_err(|error| wrong(&error))?;
            file.dispatch.push(builtin);
        } else if let Some(outbound) = outbound {
            if !alone {
                let error = format!("an outbound worker that is alone makes a proxy, and {listen} is not loopback");
                return Err(Hinted::usage(error, "listen on 127.0.0.1, or name a customer's worker too"));
            }
            file.proxy = Some(serde_json::from_value(outbound).map_err(|error| wrong(&error))?);
        }
        Ok(file)
    }

    /// Creates the namespaces that are not there: customers' workers', and those that a project's bindings name by now.
    pub(super) async fn create_namespaces(&self, project: &Project, client: &Client) -> anyhow::Result<()> {
        let there = client.send(client.request(Method::GET, "dispatch/namespaces")).await?;
        let there: Vec<&str> =
            there.as_array().into_iter().flatten().filter_map(|one| one["namespace_name"].as_str()).collect();
        for name in self.namespaces.iter().chain(bound(project)).filter(|name| !there.contains(&name.as_str())) {
            client.send(client.request(Method::POST, "dispatch/namespaces").json(&json!({ "name": name }))).await?;
        }
        Ok(())
    }

    /// Where a role's workers are deployed: namespaces, or among the operator's own.
    pub(super) fn homes(&self, role: Role) -> Vec<Option<&NamespaceName>> {
        match role {
            Role::User => self.namespaces.iter().map(Some).collect(),
            Role::Outbound | Role::Dispatch => vec![None],
        }
    }

    /// What to ask for, to see a project's worker.
    pub(super) fn url(&self, project: &Project, listen: SocketAddr) -> Option<String> {
        match project.role() {
            Role::User if !self.dispatched => {
                Some(format!("curl http://{}.localhost:{}/", project.name(), listen.port()))
            }
            Role::Outbound if !self.customers && !self.dispatched => {
                Some(format!("curl -x http://{listen} http://example.com/"))
            }
            Role::Dispatch => {
                let routes = project.wrangler().metadata.get("routes").and_then(Value::as_array);
                let route = routes.and_then(|routes| routes.first()).and_then(Value::as_str)?;
                let host = route.split('/').next().unwrap_or(route).replace('*', "WORKER");
                Some(format!("curl -H 'Host: {host}' http://{listen}/"))
            }
            Role::User | Role::Outbound => None,
        }
    }
}

/// The namespaces that a dispatch worker's bindings name.
fn bound(project: &Project) -> impl Iterator<Item = &NamespaceName> {
    project.wrangler().dispatches.iter().map(|(_, binding)| &binding.namespace)
}

fn wrong(error: &serde_json::Error) -> anyhow::Error {
    Hinted::usage(format!("--parameter: {error}"), "say --parameter NAME=TEXT, once for each")
}
