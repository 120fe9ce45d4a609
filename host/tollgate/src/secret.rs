//! `secret`: written, listed by name, deleted. Nothing reads one back.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::json;
use tollgate_types::{BindingName, NamespaceName, WorkerName};

use crate::Host;
use crate::client::Client;
use crate::manage::{print, scripts};
use crate::report::Hinted;
use crate::wrangler::Wrangler;

#[derive(Subcommand)]
pub(crate) enum Secret {
    /// Write a secret; its text is read from standard input.
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

pub(crate) async fn run(verb: Secret) -> anyhow::Result<()> {
    match verb {
        Secret::Put { secret, of } => {
            let (client, worker, path) = of.open()?;
            let body = json!({ "name": secret, "text": read()?, "type": "secret_text" });
            client.send(client.request(Method::PUT, &path).json(&body)).await?;
            println!("wrote secret {secret} of {worker}");
        }
        Secret::List { of } => {
            let (client, _, path) = of.open()?;
            let list = client.send(client.request(Method::GET, &path)).await?;
            print(&list, |one| (&one["name"], one["type"].as_str().unwrap_or_default().to_owned()));
        }
        Secret::Delete { secret, of } => {
            let (client, worker, path) = of.open()?;
            client.send(client.request(Method::DELETE, &format!("{path}/{secret}"))).await?;
            println!("deleted secret {secret} of {worker}");
        }
    }
    Ok(())
}

impl Of {
    /// A client, the worker, and the path of its secrets.
    fn open(self) -> anyhow::Result<(Client, WorkerName, String)> {
        let found = match self.name {
            Some(name) => Some(name),
            None => Wrangler::read(&self.config)?.name,
        };
        let worker = found
            .ok_or_else(|| Hinted::usage("the worker has no name".to_owned(), "say --name WORKER, or --config"))?;
        let path = format!("{}/{worker}/secrets", scripts(self.dispatch_namespace.as_ref()));
        Ok((Client::new(self.host)?, worker, path))
    }
}

/// The text, without the line's end that a terminal or `echo` puts there.
fn read() -> anyhow::Result<String> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("the secret's text, then Ctrl-D:");
    }
    let mut text = String::new();
    input.read_to_string(&mut text).context("cannot read the secret from standard input")?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
