//! `namespace` and `worker`: create, list, delete.

use anyhow::Context as _;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_types::{NamespaceName, WorkerName};

use crate::Host;
use crate::client::Client;
use crate::out::say;

#[derive(Subcommand)]
pub(crate) enum Namespace {
    /// Create a namespace.
    Create {
        /// Its name.
        name: NamespaceName,
        /// Let its workers ask that their instances be reused: their state then outlives a request.
        #[arg(long)]
        allow_reuse: bool,
        #[command(flatten)]
        host: Host,
    },
    /// List the namespaces.
    List {
        #[command(flatten)]
        host: Host,
    },
    /// Delete a namespace.
    Delete {
        /// Its name.
        name: NamespaceName,
        /// Delete its workers too.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        host: Host,
    },
}

#[derive(Subcommand)]
pub(crate) enum Worker {
    /// List workers: the operator's own, or those of a namespace.
    List {
        /// The namespace.
        #[arg(long, value_name = "NS")]
        dispatch_namespace: Option<NamespaceName>,
        #[command(flatten)]
        host: Host,
    },
    /// End everything that runs of a worker. The next request starts it again.
    Stop {
        /// Its name.
        name: WorkerName,
        /// The namespace.
        #[arg(long, value_name = "NS")]
        dispatch_namespace: Option<NamespaceName>,
        #[command(flatten)]
        host: Host,
    },
    /// Delete a worker. Its requests in flight may finish for some seconds.
    Delete {
        /// Its name.
        name: WorkerName,
        /// The namespace.
        #[arg(long, value_name = "NS")]
        dispatch_namespace: Option<NamespaceName>,
        #[command(flatten)]
        host: Host,
    },
}

pub(crate) async fn namespace(verb: Namespace) -> anyhow::Result<()> {
    match verb {
        Namespace::Create { name, allow_reuse, host } => {
            let client = Client::new(host)?;
            let request = client
                .request(Method::POST, "dispatch/namespaces")
                .json(&json!({ "name": name, "reuse": allow_reuse }));
            client.send(request).await?;
            say!("created namespace {name}");
        }
        Namespace::List { host } => {
            let client = Client::new(host)?;
            let list = client.send(client.request(Method::GET, "dispatch/namespaces")).await?;
            print(&list, |one| (&one["namespace_name"], format!("{} workers", one["script_count"])));
        }
        Namespace::Delete { name, force, host } => {
            let client = Client::new(host)?;
            let path = format!("dispatch/namespaces/{name}?force={force}");
            client.send(client.request(Method::DELETE, &path)).await?;
            say!("deleted namespace {name}");
        }
    }
    Ok(())
}

pub(crate) async fn worker(verb: Worker) -> anyhow::Result<()> {
    match verb {
        Worker::List { dispatch_namespace, host } => {
            let client = Client::new(host)?;
            let list = client.send(client.request(Method::GET, &scripts(dispatch_namespace.as_ref()))).await?;
            print(&list, |one| (&one["id"], format!("version {}", one["version"])));
        }
        Worker::Stop { name, dispatch_namespace, host } => {
            let client = Client::new(host)?;
            let path = format!("{}/{name}/stop", scripts(dispatch_namespace.as_ref()));
            client.send(client.request(Method::POST, &path)).await?;
            say!("stopped worker {name}");
        }
        Worker::Delete { name, dispatch_namespace, host } => {
            let client = Client::new(host)?;
            let path = format!("{}/{name}", scripts(dispatch_namespace.as_ref()));
            client.send(client.request(Method::DELETE, &path)).await?;
            say!("deleted worker {name}");
        }
    }
    Ok(())
}

/// The path of the workers of a namespace, or of the operator's own.
pub(crate) fn scripts(namespace: Option<&NamespaceName>) -> String {
    namespace.map_or_else(|| "scripts".to_owned(), |name| format!("dispatch/namespaces/{name}/scripts"))
}

/// Where workers can be: among the operator's own, and in each namespace.
pub(crate) async fn homes(client: &Client) -> anyhow::Result<Vec<Option<NamespaceName>>> {
    let there = client.send(client.request(Method::GET, "dispatch/namespaces")).await?;
    let names = there.as_array().into_iter().flatten().filter_map(|one| one["namespace_name"].as_str());
    let names = names.map(|name| Ok(Some(name.parse().context("a namespace's name")?)));
    [Ok(None)].into_iter().chain(names).collect()
}

/// The workers that are there.
pub(crate) async fn workers(client: &Client, home: Option<&NamespaceName>) -> anyhow::Result<Vec<WorkerName>> {
    let there = client.send(client.request(Method::GET, &scripts(home))).await?;
    let names = there.as_array().into_iter().flatten().filter_map(|one| one["id"].as_str());
    names.map(|name| name.parse().context("a worker's name")).collect()
}

/// A line for each: a name, and what there is to say of it.
pub(crate) fn print(list: &Value, row: impl Fn(&Value) -> (&Value, String)) {
    for one in list.as_array().into_iter().flatten() {
        let (name, detail) = row(one);
        say!("{}\t{detail}", name.as_str().unwrap_or_default());
    }
}
