//! `secret`: written, listed by name, deleted. Nothing reads one back.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use reqwest::{Method, RequestBuilder};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use serde_json::{Value, json};
use tollgate_types::{BindingName, NamespaceName, WorkerName};

use crate::Host;
use crate::client::Client;
use crate::manage::{homes, print, scripts, workers};
use crate::out::say;
use crate::report::Hinted;
use crate::serve::asked_to_stop;
use crate::wrangler::Wrangler;

#[derive(Subcommand)]
pub(crate) enum Secret {
    /// Write a secret; its text is read from standard input, or a line from the terminal, which does not show it.
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
            let body = json!({ "name": secret, "text": read().await?, "type": "secret_text" });
            desk.send(desk.client.request(Method::PUT, &desk.path).json(&body)).await?;
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

/// The text, without the line's end that a terminal or `echo` puts there. At a terminal it is a line that is not shown.
async fn read() -> anyhow::Result<String> {
    let mut text = String::new();
    if std::io::stdin().is_terminal() {
        let _quiet = Quiet::new().context("the terminal cannot be kept from showing what is typed")?;
        eprintln!("the secret's text, which is not shown, then Enter:");
        // On a thread that nobody waits for: a read from a terminal cannot be taken back.
        let (typed, line) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _nobody_waits = typed.send(std::io::stdin().read_line(&mut line).map(|_| line));
        });
        text = tokio::select! {
            line = line => line.context("no line was typed")?.context("cannot read the secret from the terminal")?,
            asked = asked_to_stop() => {
                asked?;
                return Err(Hinted::refused("interrupted: no secret was written".to_owned(), ""));
            }
        };
    } else {
        std::io::stdin().read_to_string(&mut text).context("cannot read the secret from standard input")?;
    }
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// A terminal that does not show what is typed, for as long as this lives.
struct Quiet(Termios);

impl Quiet {
    fn new() -> std::io::Result<Self> {
        let before = tcgetattr(std::io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // What was typed beyond the line is nobody's: a shell would run it.
        let _gone = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.0);
    }
}
