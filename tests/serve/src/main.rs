//! wasmtime's own `serve` command, from its crate: what composes statically is run by a host that knows nothing of ours, and
//! nobody builds wasmtime twice for it.

use clap::Parser as _;
use wasmtime_cli::commands::ServeCommand;

fn main() -> anyhow::Result<()> {
    ServeCommand::parse().execute().map_err(anyhow::Error::msg)
}
