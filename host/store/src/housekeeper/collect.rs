//! Collection: a script that no record names is deleted after the grace period.
//!
//! The period counts from the round that first finds the script unnamed, not from the file's age: a request that was
//! dispatched before its worker was deployed anew may still load the old script. Nor does it count from before the start of the
//! process: after a repair, an operator needs time to deploy again what the records lost.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tollgate_types::ScriptDigest;

use crate::StoreError;
use crate::durable::chain;
use crate::health::Writes;
use crate::reader::Shared;
use crate::scripts::{Scripts, Shelf};

pub(super) struct Collector {
    grace: Duration,
    /// Scripts that no record names, and since when.
    unnamed: HashMap<ScriptDigest, Instant>,
}

impl Collector {
    pub(super) fn new(grace: Duration) -> Self {
        Self { grace, unnamed: HashMap::new() }
    }

    /// Deletes every script whose time is over. `stop` ends the round early.
    pub(super) fn sweep(&mut self, scripts: &Scripts, shared: &Shared, stop: &dyn Fn() -> bool) {
        let (mut unnamed, mut deleted, mut failed) = (HashMap::new(), 0_usize, false);
        for shelf in Shelf::all().take_while(|_| !stop()) {
            let mut there = match scripts.on_shelf(shelf) {
                Ok(there) => there,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "scripts cannot be collected");
                    continue;
                }
            };
            shared.read(|state| there.retain(|digest| !state.names_script(digest)));
            for digest in there {
                let since = self.since(&digest);
                if failed || since.elapsed() < self.grace {
                    unnamed.insert(digest, since);
                    continue;
                }
                match delete(scripts, shared, &digest) {
                    Ok(true) => deleted += 1,
                    Ok(false) => drop(unnamed.insert(digest, since)),
                    Err(error) => {
                        // As on a disk that cannot be written: the next round tries again.
                        tracing::warn!(error = %chain(&error), "scripts that no version names cannot be deleted");
                        failed = true;
                    }
                }
            }
        }
        self.unnamed = unnamed;
        if deleted > 0 {
            tracing::info!(deleted, "deleted scripts that no version names");
        }
    }

    fn since(&self, digest: &ScriptDigest) -> Instant {
        self.unnamed.get(digest).copied().unwrap_or_else(Instant::now)
    }
}

/// Deletes a script, unless it is needed after all.
///
/// No record that names it can come to be meanwhile. An upload pins the script before it looks whether the file is there, and
/// holds the pin until its record is visible in the state. `remove_unless` looks at the pins and at the state, in this order,
/// and deletes, all under the lock on the pins. So an upload that pinned before is seen by its pin or by its record, and an upload that
/// pins afterwards finds no file and writes it. Nothing takes the lock on the pins while it holds the one on the state.
///
/// After a failed sync a record may be on the disk that the state does not have: then nothing is deleted until the next start.
pub(super) fn delete(scripts: &Scripts, shared: &Shared, digest: &ScriptDigest) -> Result<bool, StoreError> {
    let needed = || {
        matches!(shared.health().report().writes, Writes::Stopped(_)) || shared.read(|state| state.names_script(digest))
    };
    scripts.remove_unless(digest, needed)
}
