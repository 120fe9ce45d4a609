//! `store`: check, repair, back up and restore what a host keeps. `backup` and `rotate-key` need a running host; the others need a
//! data folder that no host has open.

mod backup;
mod report;
mod rotate;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clap::{Args, Subcommand};
use tollgate_store::{Setup, StoreError};

use crate::Host;
use crate::out::say;
use crate::report::Hinted;

#[derive(Subcommand)]
pub(crate) enum Store {
    /// Check every record and every script of a data folder that no host has open. Exits with 1 if anything is damaged.
    Check {
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Keep every record that either copy proves, when both copies are damaged and the host does not start.
    Repair {
        #[command(flatten)]
        folder: DataFolder,
        /// Begin without any record, if none can be read; leave out records whose key the key file lacks.
        #[arg(long)]
        accept_loss: bool,
    },
    /// Write a backup of a running host into a file. It holds no key file and no token.
    Backup {
        /// The file; an older one is replaced once the new one is complete.
        file: PathBuf,
        #[command(flatten)]
        host: Host,
    },
    /// Make a new key for the secrets of a running host, and seal them and the control token with it.
    RotateKey {
        #[command(flatten)]
        host: Host,
    },
    /// Restore a backup into a data folder that is empty or does not exist.
    Restore {
        /// A file that `tollgate store backup` wrote.
        file: PathBuf,
        #[command(flatten)]
        folder: DataFolder,
    },
}

/// A data folder that no host has open.
#[derive(Args)]
pub(crate) struct DataFolder {
    /// The data folder.
    #[arg(long, env = "TOLLGATE_DATA", default_value = ".tollgate")]
    data: PathBuf,
    /// The file of the keys that secrets are sealed with, if not `key` in the data folder.
    #[arg(long, env = "TOLLGATE_KEY_FILE")]
    key_file: Option<PathBuf>,
}

pub(crate) fn run(verb: Store) -> anyhow::Result<()> {
    match verb {
        Store::Check { folder } => check(folder),
        Store::Repair { folder, accept_loss } => repair(folder, accept_loss),
        Store::Backup { file, host } => crate::block_on(backup::run(file, host)),
        Store::RotateKey { host } => crate::block_on(rotate::run(host)),
        Store::Restore { file, folder } => restore(&file, folder),
    }
}

impl DataFolder {
    fn setup(&self) -> Setup {
        Setup { key_file: self.key_file.clone(), ..Setup::default() }
    }

    fn open(&self) -> anyhow::Result<Dir> {
        let absent = |error| Hinted::usage(format!("no data folder {}: {error}", self.data.display()), "pass --data");
        Dir::open_ambient_dir(&self.data, ambient_authority()).map_err(absent)
    }

    /// A host that has the folder open can be asked instead.
    fn in_use(error: StoreError) -> anyhow::Error {
        match error {
            StoreError::InUse(_) => Hinted::usage(
                error.to_string(),
                "stop the host first; while it runs, `GET /status` on its control listener lists the damage that it knows of",
            ),
            error => error.into(),
        }
    }
}

fn check(folder: DataFolder) -> anyhow::Result<()> {
    let checked = tollgate_store::check(folder.setup(), folder.open()?, &folder.data).map_err(DataFolder::in_use)?;
    report::check(&folder.data, &checked)
}

fn repair(folder: DataFolder, accept_loss: bool) -> anyhow::Result<()> {
    let (setup, dir) = (folder.setup(), folder.open()?);
    match tollgate_store::repair(setup, dir, &folder.data, accept_loss).map_err(DataFolder::in_use)? {
        Some(repaired) => report::repair(&repaired),
        None => say!("nothing to repair: the host starts, and mends what is damaged"),
    }
    Ok(())
}

fn restore(file: &Path, folder: DataFolder) -> anyhow::Result<()> {
    let (data, key) = (folder.data.display(), folder.key_file.as_ref().map(|file| file.display()));
    let restored = tollgate_store::restore(folder.setup(), file, &folder.data)
        .with_context(|| format!("cannot restore {}", file.display()))?;
    for finding in &restored.findings {
        say!("damage that cost nothing: {finding}");
    }
    say!("restored {} into {data}", report::contents(&restored.manifest));
    let key = key.map(|key| format!(" --key-file {key}")).unwrap_or_default();
    say!("start it with `tollgate serve --data {data}{key}`");
    report::expect_no_missing_scripts(&restored.manifest)
}
