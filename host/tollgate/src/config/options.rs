//! What the command line and the environment set of a host, beside its configuration file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// The variable that wins over `log.filter`.
pub(crate) const LOG_VARIABLE: &str = "TOLLGATE_LOG";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) place: Place,
    /// A configuration file (TOML); `tollgate config reference` lists its keys. SIGHUP reloads it; without one, SIGHUP stops the host.
    #[arg(long, env = "TOLLGATE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// Where a host listens, and where it keeps what it keeps.
#[derive(Args)]
pub(crate) struct Place {
    /// Address of the front door.
    #[arg(long, env = "TOLLGATE_LISTEN", default_value = "127.0.0.1:8787")]
    pub(crate) listen: SocketAddr,
    /// Address of the control listener.
    #[arg(long, env = "TOLLGATE_CONTROL", default_value = "127.0.0.1:8788")]
    pub(crate) control: SocketAddr,
    /// Where everything is kept.
    #[arg(long, env = "TOLLGATE_DATA", default_value = ".tollgate")]
    pub(crate) data: PathBuf,
    /// The file of the keys that secrets are sealed with, if not `key` in the data folder. It is made at the first start.
    #[arg(long, env = "TOLLGATE_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Where compiled code is kept, if not in the data folder: hosts of one user may share it. Nothing is deleted from such a folder.
    #[arg(long, env = "TOLLGATE_COMPILED")]
    pub(crate) compiled: Option<PathBuf>,
}
