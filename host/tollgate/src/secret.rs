//! `secret`: written, listed by name, deleted. Nothing reads one back.

mod text;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tollgate_types::{BindingName, NamespaceName, WorkerName};

use crate::Host;
use crate::client::Client;
use crate::ending::Asked;
use crate::manage::{homes, print, scripts, workers};
use crate::out::say;
use crate::report::Hinted;
use crate::wrangler::Wrangler;

#[derive(Subcommand)]
pub(crate) enum Secret {
    /// Write a secret; its text, which is not empty, is read from standard input, or a line from the terminal, which does
    /// not show it.
    Put {
        /// Its name.
        secret: BindingName,
        #[command(flatten)]
        of: Of,
    },
    /// List the names of secrets.
    List {
        #[command(flatten)]
        of: Of,
    },
    /// Delete a secret.
    Delete {
        /// Its name.
        secret: BindingName,
        #[command(flatten)]
        of: Of,
    },
}

/// Whose secret it is.
#[derive(Args)]
pub(crate) struct Of {
    /// The worker; without it, the one of the configuration.
    #[arg(long)]
    name: Option<WorkerName>,
    /// The worker's configuration.
    #[arg(long, short, default_value = "wrangler.toml")]
    config: PathBuf,
    /// The namespace, where it is a customer's worker.
    #[arg(long, value_name = "NS")]
    dispatch_namespace: Option<NamespaceName>,
    #[command(flatten)]
    host: Host,
}

/// A worker, and where its secrets are.
struct Desk {
    client: Client,
    worker: WorkerName,
    namespace: Option<NamespaceName>,
    path: String,
}

pub(crate) async fn run(verb: Secret) -> anyhow::Result<()> {
    match verb {
        Secret::Put { secret, of } => {
            let desk = of.open()?;
            put(&desk, &secret).await?;
            say!("wrote secret {secret} of {}", desk.worker);
        }
        Secret::List { of } => {
            let desk = of.open()?;
            let list = desk.send(desk.client.request(Method::GET, &desk.path)).await?;
            print(&list, |one| (&one["name"], one["type"].as_str().unwrap_or_default().to_owned()));
        }
        Secret::Delete { secret, of } => {
            let desk = of.open()?;
            desk.send(desk.client.request(Method::DELETE, &format!("{}/{secret}", desk.path))).await?;
            say!("deleted secret {secret} of {}", desk.worker);
        }
    }
    Ok(())
}

async fn put(desk: &Desk, secret: &BindingName) -> anyhow::Result<()> {
    // Before the terminal is quiet: who is ended otherwise leaves it so.
    let mut asked = Asked::new()?;
    let text = text::read(&mut asked).await?;
    // What a lone Enter gives, a variable that is not set, a command that failed before the pipe: nobody's secret, and it would
    // take the place of one that works.
    if text.is_empty() {
        let hint = format!("give its text, or take the secret away: tollgate secret delete {secret}");
        return Err(Hinted::refused("the secret's text is empty: no secret was written".to_owned(), &hint));
    }
    let body = json!({ "name": secret, "text": text, "type": "secret_text" });
    tokio::select! {
        sent = desk.send(desk.client.request(Method::PUT, &desk.path).json(&body)) => sent.map(drop),
        () = asked.wait() => {
            Err(Hinted::refused("interrupted: the host may have written the secret".to_owned(), ""))
        }
    }
}

impl Of {
    fn open(self) -> anyhow::Result<Desk> {
        let found = match self.name {
            Some(name) => Some(name),
            None => Wrangler::read(&self.config)?.name,
        };
        let worker = found
            .ok_or_else(|| Hinted::usage("the worker has no name".to_owned(), "say --name WORKER, or --config"))?;
        let namespace = self.dispatch_namespace;
        let path = format!("{}/{worker}/secrets", scripts(namespace.as_ref()));
        Ok(Desk { client: Client::new(self.host)?, worker, namespace, path })
    }
}

impl Desk {
    /// Sends it. Where the worker is not there, a worker of that name may be elsewhere.
    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let error = match self.client.send(request).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match error.downcast_ref::<Hinted>() {
            Some(refused) if refused.code == 1 && refused.hint.is_empty() => {
                let hint = self.elsewhere().await.unwrap_or_default();
                Err(Hinted::refused(refused.error.clone(), &hint))
            }
            _ => Err(error),
        }
    }

    /// Where it is, if it is not where it was looked for.
    async fn elsewhere(&self) -> anyhow::Result<String> {
        let mut found = Vec::new();
        for home in homes(&self.client).await? {
            if workers(&self.client, home.as_ref()).await?.contains(&self.worker) {
                found.push(home);
            }
        }
        if found.contains(&self.namespace) {
            return Ok(String::new());
        }
        let say = |home: &Option<NamespaceName>| match home {
            Some(namespace) => format!("say --dispatch-namespace {namespace}"),
            None => "leave --dispatch-namespace out".to_owned(),
        };
        Ok(match found.as_slice() {
            [] => "deploy the worker first".to_owned(),
            found => format!("it is elsewhere: {}", found.iter().map(say).collect::<Vec<_>>().join(", or ")),
        })
    }
}
