//! `deploy`: uploads a worker as its `wrangler.toml` says.

mod only_if;

use std::path::{Path, PathBuf};

use clap::Args;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tollgate_types::{NamespaceName, WorkerName};

use crate::Host;
use crate::author::{self, KitOptions};
use crate::client::Client;
use crate::manage::scripts;
use crate::out::say;
use crate::report::Hinted;
use crate::wrangler::Wrangler;
pub(crate) use only_if::OnlyIf;

/// The name of the module in the form.
const MODULE: &str = "worker.wasm";

#[derive(Args)]
pub(crate) struct Options {
    /// The source or the component, instead of the configuration's `main`.
    script: Option<String>,
    /// The worker's configuration.
    #[arg(long, short, default_value = "wrangler.toml")]
    config: PathBuf,
    /// Deploy into this namespace, as a customer's worker.
    #[arg(long, value_name = "NS")]
    dispatch_namespace: Option<NamespaceName>,
    /// Deploy under this name instead of the configuration's.
    #[arg(long)]
    name: Option<WorkerName>,
    /// A route pattern that leads to the worker, beside the configuration's.
    #[arg(long, value_name = "PATTERN")]
    route: Vec<String>,
    #[command(flatten)]
    only_if: OnlyIf,
    #[command(flatten)]
    kits: KitOptions,
    #[command(flatten)]
    host: Host,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut wrangler = Wrangler::read(&options.config)?;
    wrangler.warn(&options.config);
    let named = options.name.or_else(|| wrangler.name.clone());
    let name = named.ok_or_else(|| {
        Hinted::usage(
            format!("{}: name: expected the worker's name, found nothing", options.config.display()),
            "say --name NAME",
        )
    })?;
    wrangler.main = options.script.or(wrangler.main);
    let component = author::build(&options.config, &wrangler, &options.kits)?;
    if let Some(routes) = wrangler.metadata.get_mut("routes").and_then(Value::as_array_mut) {
        routes.extend(options.route.into_iter().map(Value::from));
    }
    let client = Client::new(options.host)?;
    let namespace = options.dispatch_namespace;
    let version = upload(&client, &wrangler, &name, namespace.as_ref(), &component, &options.only_if).await?;
    say!("deployed {name}, version {version}");
    Ok(())
}

/// Uploads a component with what its configuration says, and gives the version that it became.
pub(crate) async fn upload(
    client: &Client,
    wrangler: &Wrangler,
    name: &WorkerName,
    namespace: Option<&NamespaceName>,
    component: &Path,
    only_if: &OnlyIf,
) -> anyhow::Result<Value> {
    let script = std::fs::read(component).map_err(|error| {
        let hint = "build the component first: `main` names a .wasm file beside the configuration";
        let main = wrangler.main.as_deref().unwrap_or_default();
        Hinted::usage(format!("main = {main:?}: {}: {error}", component.display()), hint)
    })?;
    let mut metadata = wrangler.metadata.clone();
    metadata.insert("main_module".to_owned(), MODULE.into());
    let module = Part::bytes(script).file_name(MODULE).mime_str("application/wasm")?;
    let form = Form::new().text("metadata", Value::from(metadata).to_string()).part(MODULE, module);
    let path = format!("{}/{name}", scripts(namespace));
    let request = only_if.of(client.request(Method::PUT, &path));
    let deployed = client.send(request.multipart(form)).await?;
    Ok(deployed.get("version").cloned().unwrap_or_default())
}
