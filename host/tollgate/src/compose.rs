//! `compose`: a customer's worker and an outbound worker as one component, which any host of WASI 0.3 runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use tollgate_compose::{ComposeError, Composition, compose, reads};
use tollgate_types::PlatformMismatch;

use crate::inspect::FROM_A_WORLD;
use crate::out::say;
use crate::report::Hinted;
use crate::typed;

#[derive(Args)]
pub(crate) struct Options {
    /// The customer's worker: a component of WASI 0.3.
    #[arg(long, value_name = "FILE")]
    user: PathBuf,
    /// The outbound worker: a component of WASI 0.3.
    #[arg(long, value_name = "FILE")]
    outbound: PathBuf,
    /// A parameter for the outbound worker: as it is where the worker reads a string; elsewhere as JSON, or else as text.
    #[arg(long, value_name = "NAME=VALUE", value_parser = typed::pair)]
    parameter: Vec<(String, String)>,
    /// Props for the customer's worker, as JSON.
    #[arg(long, value_name = "JSON")]
    props: Option<Value>,
    /// A variable of the customer's worker.
    #[arg(long, value_name = "NAME=TEXT", value_parser = typed::pair)]
    variable: Vec<(String, String)>,
    /// A variable of the outbound worker. It is in the component as it is: who has the component has the text.
    #[arg(long, value_name = "NAME=TEXT", value_parser = typed::pair)]
    outbound_variable: Vec<(String, String)>,
    /// Where to put the component.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let Options { user, outbound, parameter, props, variable, outbound_variable, out } = options;
    let (user, outbound) = (read(&user)?, read(&outbound)?);
    let refused = |error: ComposeError| Hinted::refused(chain(&error), hint(&error));
    let reads = reads(&outbound).map_err(refused)?;
    let parameter = parameter.into_iter().map(|(name, text)| {
        let value = typed::value(&name, &text, &reads);
        (name, value)
    });
    let composition = Composition {
        parameters: once("--parameter", parameter)?,
        props,
        user_variables: once("--variable", variable)?,
        outbound_variables: once("--outbound-variable", outbound_variable)?,
    };
    let bytes = compose(&user, &outbound, &composition).map_err(refused)?;
    std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    say!("composed {}, {} bytes", out.display(), bytes.len());
    say!("try      wasmtime serve -S cli {}", out.display());
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let hint = "name a component: a .wasm file; `tollgate build` makes one";
    std::fs::read(path).map_err(|error| Hinted::usage(format!("cannot read {}: {error}", path.display()), hint))
}

/// Values by name; a name that is said twice is one too many.
fn once<T>(option: &str, all: impl IntoIterator<Item = (String, T)>) -> anyhow::Result<BTreeMap<String, T>> {
    let mut values = BTreeMap::new();
    for (name, value) in all {
        if values.contains_key(&name) {
            return Err(Hinted::usage(format!("{option} {name} is said twice"), "leave one of them out"));
        }
        values.insert(name, value);
    }
    Ok(values)
}

fn hint(error: &ComposeError) -> &'static str {
    match error {
        ComposeError::Platform { .. } => PlatformMismatch::HINT,
        ComposeError::Indescribable { .. } => FROM_A_WORLD,
        _ => "",
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        None => error.to_string(),
        Some(cause) => format!("{error}: {}", chain(cause)),
    }
}
