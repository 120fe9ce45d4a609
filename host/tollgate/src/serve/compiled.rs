//! The folder of compiled code: opened at the start, and rid of what no engine of this host reads once the host serves.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tollgate_engine::{Apart, Engine, Removed, SharedFunctions};
use tollgate_store::{Reader, collect_every};
use tollgate_types::config::Config;

use crate::COMPILE_SCRIPT;
use crate::config::Place;

/// The program of this process, also after another one was installed in its place.
const OWN_PROGRAM: &str = "/proc/self/exe";

fn folder(place: &Place) -> PathBuf {
    place.compiled.clone().unwrap_or_else(|| place.data.join(NAME))
}

/// What compiles the scripts of a host: this program, in a process for each.
pub(super) fn apart(place: &Place, config: &Config) -> anyhow::Result<Apart> {
    let program = match fs::exists(OWN_PROGRAM) {
        Ok(true) => PathBuf::from(OWN_PROGRAM),
        _ => std::env::current_exe().context("the path of this program is unknown")?,
    };
    let shared = match config.code.shared_functions_bytes {
        0 => None,
        bytes => Some(SharedFunctions { folder: folder(place), bytes }),
    };
    Ok(Apart::new(program, COMPILE_SCRIPT, config.compile, shared))
}

/// Opens the folder of compiled code, and makes it if it is not there.
pub(super) fn open(place: &Place) -> anyhow::Result<Dir> {
    let path = folder(place);
    fs::create_dir_all(&path).with_context(|| format!("{} could not be made", path.display()))?;
    Ok(Dir::open_ambient_dir(&path, ambient_authority())?)
}

/// Removes, beside everything else, the code of other engines from the data folder: an upgrade leaves a copy of all compiled code,
/// which nothing reads again. A folder of compiled code elsewhere may be shared with hosts of other releases, and is left alone. So is one
/// that a symbolic link leads to, out of the data folder.
///
/// Then, on a timer, code whose script no version names.
pub(super) fn tidy(place: &Place, data: &Dir, engine: Engine, collection: Collection) {
    if place.compiled.is_some() {
        return;
    }
    if let Ok(compiled) = data.open_dir(NAME) {
        let compiled = Arc::new(compiled);
        tokio::spawn(collect(compiled.clone(), collection));
        tokio::task::spawn_blocking(move || report(engine.remove_foreign_code(&compiled)));
    }
}

/// What decides which code no version needs.
pub(super) struct Collection {
    pub(super) reader: Reader,
    /// `store.grace_seconds`.
    pub(super) grace: Duration,
    pub(super) stopping: watch::Receiver<bool>,
}

fn report(removed: std::io::Result<Removed>) {
    match removed {
        Ok(Removed { folders: 0, .. }) => {}
        Ok(Removed { folders, bytes }) => tracing::info!(folders, bytes, "removed compiled code of other engines"),
        Err(error) => tracing::warn!(%error, "compiled code of other engines was not removed"),
    }
}

/// Collects until the host stops.
async fn collect(compiled: Arc<Dir>, Collection { reader, grace, mut stopping }: Collection) {
    let mut ticks = interval(collect_every(grace));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let rounds = async {
        loop {
            ticks.tick().await;
            round(compiled.clone(), reader.clone(), grace).await;
        }
    };
    tokio::select! {
        () = rounds => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

async fn round(compiled: Arc<Dir>, reader: Reader, grace: Duration) {
    let work = move || tollgate_engine::collect(&compiled, |digest| reader.names_script(digest), grace);
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(0)) | Err(_) => {}
        Ok(Ok(deleted)) => tracing::info!(deleted, "deleted compiled code that no version needs"),
        Ok(Err(error)) => tracing::warn!(%error, "compiled code cannot be collected"),
    }
}

/// Its name in the data folder.
const NAME: &str = "compiled";
