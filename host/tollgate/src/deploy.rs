//! `deploy`: uploads a worker as its `wrangler.toml` says.

use std::path::PathBuf;

use clap::Args;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tollgate_types::{NamespaceName, WorkerName};

use crate::Host;
use crate::client::Client;
use crate::manage::scripts;
use crate::report::Hinted;
use crate::wrangler::Wrangler;

/// The name of the module in the form.
const MODULE: &str = "worker.wasm";

#[derive(Args)]
pub(crate) struct Options {
    /// The worker's configuration.
    #[arg(long, short, default_value = "wrangler.toml")]
    config: PathBuf,
    /// Deploy into this namespace, as a customer's worker.
    #[arg(long, value_name = "NS")]
    dispatch_namespace: Option<NamespaceName>,
    /// Deploy under this name instead of the configuration's.
    #[arg(long)]
    name: Option<WorkerName>,
    #[command(flatten)]
    host: Host,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let wrangler = Wrangler::read(&options.config)?;
    let name = options.name.unwrap_or(wrangler.name);
    let main = options.config.parent().unwrap_or(".".as_ref()).join(&wrangler.main);
    let script = std::fs::read(&main).map_err(|error| {
        let hint = "build the component first: `main` names a .wasm file beside the configuration";
        Hinted::usage(format!("main = {:?}: {}: {error}", wrangler.main, main.display()), hint)
    })?;
    let mut metadata = wrangler.metadata;
    metadata.insert("main_module".to_owned(), MODULE.into());
    let module = Part::bytes(script).file_name(MODULE).mime_str("application/wasm")?;
    let form = Form::new().text("metadata", Value::from(metadata).to_string()).part(MODULE, module);
    let client = Client::new(options.host)?;
    let path = format!("{}/{name}", scripts(options.dispatch_namespace.as_ref()));
    let deployed = client.send(client.request(Method::PUT, &path).multipart(form)).await?;
    println!("deployed {name}, version {}", deployed.get("version").unwrap_or(&Value::Null));
    Ok(())
}
