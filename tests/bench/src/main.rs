//! `just bench`: starts Tollgate and its peers, measures them in alternating rounds, and reports ratios.

mod cold;
mod compositions;
mod contender;
mod density;
mod fairness;
mod languages;
mod load;
mod measurement;
mod peer;
mod plan;
mod plot;
mod process;
mod report;
mod store;
mod stream;
mod tollgate;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Measures everything, and writes the report.
    Run(Run),
    /// Is a peer, on a free port which it prints.
    #[command(subcommand)]
    Peer(peer::Peer),
}

/// How to measure.
#[derive(clap::Args)]
struct Run {
    /// Short rounds, and fewer of them.
    #[arg(long)]
    quick: bool,
    /// Only measurements with this in their name; ratios that lack a side are left out.
    #[arg(long, default_value = "")]
    only: String,
    /// Of `fairness`, only attacks with this in their name: a kind of attacker, `480-loops`, `all-at-once`, `crowd`, `compiler` or
    /// `new-client`.
    #[arg(long, default_value = "")]
    attack: String,
    /// The folder with the peers' programs, laid out by `tools.sh`.
    #[arg(long, default_value = "target/bench/tools")]
    tools: PathBuf,
    /// Where the report goes.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().verb {
        Verb::Run(run) => plan::run(&run).await,
        Verb::Peer(peer) => peer.serve().await,
    }
}
