//! A reload on SIGHUP: the file is read and checked as a whole, then what can change without a restart changes.
//!
//! A file that is wrong changes nothing. Every change is logged, and so is every change that waits for a restart.
//! A host that was started without a file has nothing to reload: SIGHUP stops it, as it does any process whose terminal is closed.

use std::io;
use std::path::{Path, PathBuf};

use tokio::signal::unix::{Signal, SignalKind};
use tollgate_types::config::{self, Config, Reload};
use toml::Value;

use super::Running;
use super::log::Log;
use crate::config::{File, FilterSource, LOG_VARIABLE, filter_in_force, load};
use crate::ending::{came, unless_ignored};

/// SIGHUP, and the file to read when it comes.
pub(super) struct Hangup {
    signal: Option<Signal>,
    path: Option<PathBuf>,
}

impl Hangup {
    /// Handles the signal from now on. Without a file, it stays ignored if it was (`nohup`).
    pub(super) fn new(path: Option<PathBuf>) -> io::Result<Self> {
        let signal = match path {
            Some(_) => Some(tokio::signal::unix::signal(SignalKind::hangup())?),
            None => unless_ignored(SignalKind::hangup())?,
        };
        Ok(Self { signal, path })
    }

    /// Reloads the configuration of a running host at each signal. Without a file, the first signal ends it.
    pub(super) async fn reload_each_time(mut self, running: &mut Running, log: &Log) {
        loop {
            came(&mut self.signal).await;
            let Some(path) = &self.path else { return };
            reload(running, path, log).await;
        }
    }
}

async fn reload(running: &mut Running, path: &Path, log: &Log) {
    match read(running, path.to_owned()).await {
        Ok((wanted, merged)) => apply(running, &wanted, merged, log),
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), "configuration not reloaded: the old one stays in force")
        }
    }
}

/// The file's configuration, and what it makes of the one in force.
async fn read(running: &Running, path: PathBuf) -> anyhow::Result<(Config, Config)> {
    // A disk may be slow.
    let File { config, .. } = tokio::task::spawn_blocking(move || load(Some(&path))).await??;
    let merged = running.in_force.reloaded(&config)?;
    Ok((config, merged))
}

fn apply(running: &mut Running, wanted: &Config, merged: Config, log: &Log) {
    let before = running.in_force.clone();
    let (filter, source) = filter_in_force(&merged.log);
    let from_environment = source == FilterSource::Environment;
    running.reconfigure(merged);
    let (mut changed, mut need_restart) = (0, 0);
    for key in config::keys() {
        let (from, to) = (before.value(key), wanted.value(key));
        if from == to {
            continue;
        }
        let (path, from, to) = (key.path(), shown(from), shown(to));
        match key.reload {
            Reload::Applied if path == "log.filter" && from_environment => {
                tracing::warn!(key = path, from, to, "configuration change has no effect: {LOG_VARIABLE} wins");
            }
            Reload::Applied => {
                changed += 1;
                tracing::info!(key = path, from, to, "configuration changed");
            }
            Reload::Restart => {
                need_restart += 1;
                tracing::warn!(key = path, from, to, "configuration change needs a restart");
            }
        }
    }
    // Before the filter changes: a stricter one would hide it.
    tracing::info!(changed, need_restart, "configuration reloaded");
    if filter != filter_in_force(&before.log).0 {
        log.set(&filter);
    }
}

/// A value for the log, on one line.
fn shown(value: Option<Value>) -> String {
    value.map_or_else(|| "unset".to_owned(), |value| tollgate_types::excerpt(&value.to_string().replace('\n', " ")))
}
