//! What an earlier `dev` left in the data folder. It is kept from one time to the next for the secrets in it; but one of the
//! operator's workers that no project names any more would go on taking the requests of its routes, or have a say in what
//! others may be bound to. So it goes before the first project is deployed, and its secrets with it. One that has neither
//! routes nor dispatch bindings takes nothing by itself: it stays where it has secrets. So does a customer's worker.
//!
//! A folder that somebody else made is not tidied: in it, another's workers may live.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::Value;
use tollgate_types::WorkerName;

use super::Host;
use super::project::Project;
use super::terminal;
use crate::manage::{scripts, workers};

/// The file that says whose folder it is.
const MARK: &str = "made-by-dev";

/// Whether a data folder is `dev`'s own: its usual one, or one that was not there before, or empty.
pub(super) fn is_own(data: &Path, usual: bool) -> bool {
    let mark = data.join(MARK);
    let fresh = match std::fs::read_dir(data) {
        Ok(mut found) => found.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    usual || fresh || mark.exists()
}

/// Says in a data folder that it is `dev`'s own.
pub(super) fn mark(data: &Path) -> anyhow::Result<()> {
    let mark = data.join(MARK);
    std::fs::write(&mark, "").with_context(|| format!("{} could not be written", mark.display()))
}

/// What becomes of a worker that no project names.
pub(super) enum Leftover {
    /// It goes, and so many secrets with it.
    Deleted { secrets: usize },
    /// It stays: it has secrets, and takes no requests by itself.
    HasSecrets,
    /// It stays: it is another's.
    Others,
}

/// Deletes the operator's workers that no project names, or says that they are there where the folder is another's.
pub(super) async fn clear(projects: &[Project], host: &Host<'_>, own: bool) -> anyhow::Result<()> {
    let operators = projects.iter().filter(|project| host.stage.homes(project.role()).contains(&None));
    let named: BTreeSet<_> = operators.map(Project::name).collect();
    for worker in workers(host.client, None).await?.iter().filter(|worker| !named.contains(worker)) {
        let left = if own { of(worker, host).await? } else { Leftover::Others };
        if let Leftover::Deleted { .. } = left {
            let path = format!("{}/{worker}", scripts(None));
            host.client.send(host.client.request(Method::DELETE, &path)).await?;
        }
        terminal::leftover(worker, &left);
    }
    Ok(())
}

async fn of(worker: &WorkerName, host: &Host<'_>) -> anyhow::Result<Leftover> {
    let path = format!("{}/{worker}", scripts(None));
    let record = host.client.send(host.client.request(Method::GET, &path)).await?;
    let bindings = host.client.send(host.client.request(Method::GET, &format!("{path}/bindings"))).await?;
    let of_kind = |kind: &str| bindings.as_array().into_iter().flatten().filter(|one| one["type"] == *kind).count();
    let routes = record.get("routes").and_then(Value::as_array).map_or(0, Vec::len);
    Ok(match of_kind("secret_text") {
        secrets if secrets == 0 || routes + of_kind("dispatch_namespace") > 0 => Leftover::Deleted { secrets },
        _ => Leftover::HasSecrets,
    })
}
