//! `wit`: the parameters of a dispatch binding as WIT, with the types of the outbound worker that reads them.

use std::path::PathBuf;

use clap::Args;
use reqwest::Method;
use serde_json::Value;
use tollgate_types::{BindingName, Declaration, DispatchNamespace};

use crate::Host;
use crate::client::Client;
use crate::report::Hinted;
use crate::wrangler::Wrangler;

#[derive(Args)]
pub(crate) struct Options {
    /// The dispatch worker's configuration.
    #[arg(long, short, default_value = "wrangler.toml")]
    config: PathBuf,
    /// The binding, where there are several.
    #[arg(long)]
    binding: Option<BindingName>,
    /// The package that is printed.
    #[arg(long, default_value = "tollgate:parameters")]
    package: String,
    #[command(flatten)]
    host: Host,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let (name, binding) = binding(&options)?;
    let outbound = binding.outbound.ok_or_else(|| {
        Hinted::refused(format!("binding {:?} has no outbound worker, and so no parameters", name.as_str()), "")
    })?;
    let client = Client::new(options.host)?;
    let worker = client.send(client.request(Method::GET, &format!("scripts/{}", outbound.service))).await?;
    let reads = worker.get("parameters").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    let reads: Vec<Declaration> = serde_json::from_value(reads)?;
    outbound
        .parameters
        .agree(outbound.service.as_str(), &reads)
        .map_err(|error| Hinted::refused(error.to_string(), "the deploy of either would be refused"))?;
    crate::out::write(format_args!("{}", outbound.parameters.typed_by(&reads).to_wit(&options.package)));
    Ok(())
}

fn binding(options: &Options) -> anyhow::Result<(BindingName, DispatchNamespace)> {
    let mut found = Wrangler::read(&options.config)?.dispatches;
    found.retain(|(name, _)| options.binding.as_ref().is_none_or(|wanted| wanted == name));
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str().to_owned()).collect();
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(Hinted::usage(
            format!("{}: no such dispatch binding", options.config.display()),
            "look at [[dispatch_namespaces]]",
        )),
        (Some(_), false) => {
            let error = format!("{}: several dispatch bindings: {}", options.config.display(), names.join(", "));
            Err(Hinted::usage(error, "say --binding NAME"))
        }
    }
}
