//! A reload on SIGHUP: the file is read and checked as a whole, then what can change without a restart changes.
//!
//! A file that is wrong changes nothing. Every change is logged, and so is every change that waits for a restart.

use std::path::Path;

use tollgate_types::config::{self, Config, Reload};
use toml::Value;

use super::Running;
use super::log::Log;
use crate::config::{File, load};

/// Reloads the configuration of a running host.
pub(super) fn reload(running: &mut Running, path: Option<&Path>, log: &Log) {
    let Some(path) = path else {
        return tracing::warn!("configuration not reloaded: the host was started without --config");
    };
    let read = load(Some(path)).and_then(|File { config, .. }| {
        let merged = running.in_force.reloaded(&config)?;
        Ok((config, merged))
    });
    match read {
        Ok((wanted, merged)) => apply(running, &wanted, merged, log),
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), "configuration not reloaded: the old one stays in force")
        }
    }
}

fn apply(running: &mut Running, wanted: &Config, merged: Config, log: &Log) {
    let before = running.in_force.clone();
    let filter = (merged.log.filter != before.log.filter).then(|| merged.log.filter.clone());
    running.reconfigure(merged);
    let (mut changed, mut need_restart) = (0, 0);
    for key in config::keys() {
        let (from, to) = (before.value(key), wanted.value(key));
        if from == to {
            continue;
        }
        let (path, from, to) = (key.path(), shown(from), shown(to));
        match key.reload {
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
    if let Some(filter) = filter {
        log.set(&filter);
    }
}

/// A value for the log, on one line.
fn shown(value: Option<Value>) -> String {
    value.map_or_else(|| "unset".to_owned(), |value| tollgate_types::excerpt(&value.to_string().replace('\n', " ")))
}
