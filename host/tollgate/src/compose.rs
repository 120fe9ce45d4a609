//! `compose`: a customer's worker and an outbound worker as one component, which any host of WASI 0.3 runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use tollgate_compose::{Composition, compose};

use crate::report::Hinted;

#[derive(Args)]
pub(crate) struct Options {
    /// The customer's worker: a component of WASI 0.3.
    #[arg(long, value_name = "FILE")]
    user: PathBuf,
    /// The outbound worker: a component of WASI 0.3.
    #[arg(long, value_name = "FILE")]
    outbound: PathBuf,
    /// A parameter for the outbound worker, as JSON, or else as text.
    #[arg(long, value_name = "NAME=VALUE", value_parser = json)]
    parameter: Vec<(String, Value)>,
    /// Props for the customer's worker, as JSON.
    #[arg(long, value_name = "JSON")]
    props: Option<Value>,
    /// A variable of the customer's worker.
    #[arg(long, value_name = "NAME=TEXT", value_parser = text)]
    variable: Vec<(String, String)>,
    /// A variable of the outbound worker. It is in the component as it is: who has the component has the text.
    #[arg(long, value_name = "NAME=TEXT", value_parser = text)]
    outbound_variable: Vec<(String, String)>,
    /// Where to put the component.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let Options { user, outbound, parameter, props, variable, outbound_variable, out } = options;
    let composition = Composition {
        parameters: once("--parameter", parameter)?,
        props,
        user_variables: once("--variable", variable)?,
        outbound_variables: once("--outbound-variable", outbound_variable)?,
    };
    let composed = compose(&read(&user)?, &read(&outbound)?, &composition);
    let bytes = composed.map_err(|error| Hinted::refused(chain(&error), ""))?;
    std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    println!("composed {}, {} bytes", out.display(), bytes.len());
    println!("try      wasmtime serve -S cli {}", out.display());
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let hint = "name a component: a .wasm file; `tollgate build` makes one";
    std::fs::read(path).map_err(|error| Hinted::usage(format!("cannot read {}: {error}", path.display()), hint))
}

/// `NAME=VALUE`, the value as JSON, or else as text.
fn json(argument: &str) -> Result<(String, Value), String> {
    let (name, value) = argument.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_no_json| value.into())))
}

/// `NAME=TEXT`.
fn text(argument: &str) -> Result<(String, String), String> {
    let (name, text) = argument.split_once('=').ok_or("expected NAME=TEXT")?;
    Ok((name.to_owned(), text.to_owned()))
}

/// Values by name; a name that is said twice is one too many.
fn once<T>(option: &str, all: Vec<(String, T)>) -> anyhow::Result<BTreeMap<String, T>> {
    let mut values = BTreeMap::new();
    for (name, value) in all {
        if values.contains_key(&name) {
            return Err(Hinted::usage(format!("{option} {name} is said twice"), "leave one of them out"));
        }
        values.insert(name, value);
    }
    Ok(values)
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        None => error.to_string(),
        Some(cause) => format!("{error}: {}", chain(cause)),
    }
}
