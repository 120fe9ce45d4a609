//! What an earlier `dev` left in the data folder. It is kept from one time to the next for the secrets in it; but a worker
//! that no project names any more would go on taking the requests of its routes, and have a say in what others may be
//! bound to. So it goes before the first project is deployed, and its secrets with it.
//!
//! A folder that somebody else made is not tidied: in it, another's workers may live.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use reqwest::Method;
use tollgate_types::{NamespaceName, WorkerName};

use super::Host;
use super::project::Project;
use super::terminal;
use crate::manage::{homes, scripts, workers};

/// The file that says whose folder it is.
const MARK: &str = "made-by-dev";

/// Whether a data folder is `dev`'s own: its usual one, or one that was not there before, or empty. Says so in it.
pub(super) fn is_own(data: &Path, usual: bool) -> anyhow::Result<bool> {
    let mark = data.join(MARK);
    let fresh = std::fs::read_dir(data).map_or(true, |mut found| found.next().is_none());
    if !usual && !fresh {
        return Ok(mark.exists());
    }
    let made = std::fs::create_dir_all(data).and_then(|()| std::fs::write(&mark, ""));
    made.with_context(|| format!("{} could not be written", mark.display()))?;
    Ok(true)
}

/// Deletes the workers that no project names, or says that they are there where the folder is another's.
pub(super) async fn clear(projects: &[Project], host: &Host<'_>, own: bool) -> anyhow::Result<()> {
    let mut named: BTreeSet<(Option<&NamespaceName>, &WorkerName)> = BTreeSet::new();
    for project in projects {
        named.extend(host.stage.homes(project.role()).into_iter().map(|home| (home, project.name())));
    }
    for home in homes(host.client).await? {
        for worker in workers(host.client, home.as_ref()).await? {
            if named.contains(&(home.as_ref(), &worker)) {
                continue;
            }
            if own {
                let path = format!("{}/{worker}", scripts(home.as_ref()));
                host.client.send(host.client.request(Method::DELETE, &path)).await?;
            }
            terminal::leftover(home.as_ref(), &worker, own);
        }
    }
    Ok(())
}
