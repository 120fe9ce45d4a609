//! What an earlier `dev` left in the data folder. It is kept from one time to the next for the secrets in it; but one of the
//! operator's workers that no project names any more would go on taking the requests of its routes, and have a say in what
//! others may be bound to. So it goes before the first project is deployed, and its secrets with it. A customer's worker takes
//! nothing by itself, and stays.
//!
//! A folder that somebody else made is not tidied: in it, another's workers may live.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use reqwest::Method;

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

/// Deletes the operator's workers that no project names, or says that they are there where the folder is another's.
pub(super) async fn clear(projects: &[Project], host: &Host<'_>, own: bool) -> anyhow::Result<()> {
    let operators = projects.iter().filter(|project| host.stage.homes(project.role()).contains(&None));
    let named: BTreeSet<_> = operators.map(Project::name).collect();
    for worker in workers(host.client, None).await?.iter().filter(|worker| !named.contains(worker)) {
        if own {
            let path = format!("{}/{worker}", scripts(None));
            host.client.send(host.client.request(Method::DELETE, &path)).await?;
        }
        terminal::leftover(worker, own);
    }
    Ok(())
}
