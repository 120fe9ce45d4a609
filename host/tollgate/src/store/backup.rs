//! `store backup`: the host's archive into a file that has its name once every byte was checked.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use reqwest::{Method, Response};
use tollgate_store::Manifest;

use super::report;
use crate::Host;
use crate::client::Client;
use crate::out::say;

pub(crate) async fn run(file: PathBuf, host: Host) -> anyhow::Result<()> {
    let client = Client::new(host)?;
    let response = client.response(client.of_host(Method::GET, "store/backup")).await?;
    let unfinished = unfinished(&file)?;
    let kept = receive(response, &unfinished).await.and_then(|()| prove(&unfinished, &file));
    let manifest = kept.inspect_err(|_| drop(fs::remove_file(&unfinished)))?;
    let bytes = fs::metadata(&file)?.len();
    say!("{}: {}, {bytes} bytes", file.display(), report::contents(&manifest));
    report::expect_no_missing_scripts(&manifest)
}

fn unfinished(file: &Path) -> anyhow::Result<PathBuf> {
    let mut name = file.file_name().with_context(|| format!("{} names no file", file.display()))?.to_owned();
    name.push(".unfinished");
    Ok(file.with_file_name(name))
}

async fn receive(mut response: Response, to: &Path) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", to.display());
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(to).with_context(failed)?;
    while let Some(chunk) = response.chunk().await.context("the host did not send its backup to the end")? {
        file.write_all(&chunk).with_context(failed)?;
    }
    file.sync_all().with_context(failed)
}

/// Reads the archive once more, and gives it its name.
fn prove(unfinished: &Path, file: &Path) -> anyhow::Result<Manifest> {
    let manifest = tollgate_store::verify_backup(unfinished).context("the host did not send a complete backup")?;
    fs::rename(unfinished, file).with_context(|| format!("cannot rename {}", unfinished.display()))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).context("cannot sync the folder of the backup")?;
    Ok(manifest)
}
