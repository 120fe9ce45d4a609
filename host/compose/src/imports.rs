//! Where each import of a worker is supplied from, and which are refused.

use tollgate_types::{fits_platform, is_parameters};

use crate::worker::{CLIENT, HANDLER, Worker, is_of};
use crate::{ComposeError, Part};

/// Where an import comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Supply {
    /// Whoever runs the composed component.
    Host,
    /// The generated component that answers for a running host.
    Answers,
    /// The outbound worker's handler, as a client.
    Outbound,
    /// The host's client, as a handler.
    Client,
}

/// The interfaces of WASI that every host has; a running host of ours has no others either.
const WASI: [&str; 7] =
    ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:http/", "wasi:io/", "wasi:random/", "wasi:sockets/"];

/// What stands for a running host: everybody's.
const ANSWERED: [&str; 4] =
    ["tollgate:platform/invocation", "tollgate:platform/bindings", "wasi:config/store", "wasi:cli/environment"];

const PARAMETERS: &str = "tollgate:platform/parameters";

const SOCKETS: &str = "wasi:sockets/";

/// Every import with its supply.
pub(crate) fn supplies(worker: &Worker<'_>) -> Result<Vec<(String, Supply)>, ComposeError> {
    let names: Vec<_> = worker.imports().map(|(name, _)| name).collect();
    let part = worker.part;
    fits_platform(names.iter().map(String::as_str)).map_err(|source| ComposeError::Platform { part, source })?;
    names.into_iter().map(|name| Ok((name.clone(), supply(worker, name)?))).collect()
}

fn supply(worker: &Worker<'_>, import: String) -> Result<Supply, ComposeError> {
    let part = worker.part;
    let name = import.split('@').next().unwrap_or_default();
    let wasi = WASI.iter().any(|package| name.starts_with(package));
    if worker.empty.contains(&import) {
        // Ways in and out, and a customer's sockets, are not asked of the host for their types: no host need have them.
        let way = is_of(&import, HANDLER) || is_of(&import, CLIENT);
        let closed = part == Part::User && name.starts_with(SOCKETS);
        return Ok(if wasi && !way && !closed { Supply::Host } else { Supply::Answers });
    }
    match part {
        _ if ANSWERED.contains(&name) => Ok(Supply::Answers),
        Part::User if is_of(&import, CLIENT) => Ok(Supply::Outbound),
        Part::User if is_of(&import, HANDLER) || name == PARAMETERS => Err(ComposeError::OperatorsOnly { import }),
        Part::User if name.starts_with(SOCKETS) => Ok(Supply::Answers),
        Part::User if name.starts_with("wasi:http/") && name != "wasi:http/types" => Err(ComposeError::Door { import }),
        Part::Outbound if is_of(&import, HANDLER) => Ok(Supply::Client),
        Part::Outbound if name == PARAMETERS || is_parameters(name) => Ok(Supply::Answers),
        _ if name.starts_with("tollgate:") => Err(ComposeError::HostOnly { part, import }),
        _ if wasi => Ok(Supply::Host),
        _ => Err(ComposeError::Unknown { part, import }),
    }
}
