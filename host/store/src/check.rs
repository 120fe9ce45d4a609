//! Checking a store that no host has open: both copies of the records, and every script. Nothing is changed.

use std::collections::HashSet;
use std::path::Path;

use cap_std::fs::Dir;
use tollgate_types::{ScriptDigest, WorkerId};

use crate::durable::chain;
use crate::health::Health;
use crate::lock::Lock;
use crate::recovery::{Examined, Opening, Verdict};
use crate::scripts::Scripts;
use crate::state::State;
use crate::{Folder, Setup, StoreError, key_file};

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// What is damaged, in the order in which it was found.
    pub findings: Vec<Finding>,
    /// What is worth knowing, and no damage.
    pub notes: Vec<String>,
    /// The last entry that is proven.
    pub sequence: u64,
    /// Records that are proven.
    pub records: u64,
    /// Scripts whose bytes are those that were uploaded.
    pub scripts: u64,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What, and in which file.
    pub what: String,
    /// What mends it.
    pub cure: Cure,
}

/// What mends damage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// The next start of the host, and nothing is lost.
    Start,
    /// Uploading the script once more.
    Upload,
    /// Nothing by itself: the host does not start. This is what to do.
    Operator(String),
    /// No record needs it.
    NotNeeded,
}

/// Checks the store in a data folder. Blocks. `dir` is the folder and `path` the same folder by name.
///
/// The only file that it writes is a copy of the index, in the data folder, which it removes again.
pub fn check(setup: Setup, dir: Dir, path: &Path) -> Result<Checked, StoreError> {
    let data = Folder::new(dir, path);
    let _lock = Lock::take(&data)?;
    let (keys, health) = (key_file::of_existing(&data, setup.key_file.as_deref())?, Health::default());
    let opening = Opening { data: &data, keys: &keys, config: setup.config, health: &health };
    let Examined { mended, notes, verdict } = opening.examine()?;
    let findings = mended.into_iter().map(|what| Finding { what, cure: Cure::Start }).collect();
    let mut checked = Checked { findings, notes, ..Checked::default() };
    let state = checked.judge(verdict);
    checked.check_scripts(&data, state.as_deref())?;
    Ok(checked)
}

impl Checked {
    fn judge(&mut self, verdict: Verdict) -> Option<Box<State>> {
        match verdict {
            Verdict::Proven(state) => {
                (self.sequence, self.records) = (state.sequence, state.digest.records);
                Some(state)
            }
            Verdict::Refused(error) => {
                let cure = Cure::Operator(error.hint().unwrap_or_default());
                self.findings.push(Finding { what: chain(&error), cure });
                None
            }
            Verdict::Empty | Verdict::Older => None,
        }
    }

    /// Every script on disk, then those that records name and that are not there.
    fn check_scripts(&mut self, data: &Folder, state: Option<&State>) -> Result<(), StoreError> {
        let mut there = HashSet::new();
        for digest in Scripts::list(data)? {
            there.insert(digest);
            match Scripts::verify(data, &digest) {
                Ok(()) => self.scripts += 1,
                Err(error) => self.found_script(&digest, chain(&error), state),
            }
        }
        let mut missing: Vec<_> =
            state.into_iter().flat_map(State::scripts).filter(|digest| !there.contains(*digest)).collect();
        missing.sort_unstable();
        for digest in missing {
            self.found_script(digest, format!("script {digest} is missing"), state);
        }
        Ok(())
    }

    fn found_script(&mut self, digest: &ScriptDigest, what: String, state: Option<&State>) {
        let needed = state.is_none_or(|state| state.names_script(digest));
        let cure = if needed { Cure::Upload } else { Cure::NotNeeded };
        let of = state.and_then(|state| user_of(state, digest)).map(|of| format!(" ({of})")).unwrap_or_default();
        self.findings.push(Finding { what: format!("{what}{of}"), cure });
    }
}

/// The first worker that runs a script, or else the first version that did.
fn user_of(state: &State, digest: &ScriptDigest) -> Option<String> {
    let worker = state.all().filter(|(_, brief)| brief.script == *digest).map(|(id, _)| id).min();
    worker.map(|id| format!("worker {id}")).or_else(|| {
        let version = |id: &WorkerId| state.versions(id).iter().find(|kept| kept.script == *digest).copied();
        let versions = state.all().filter_map(|(id, _)| version(&id).map(|kept| (id, kept.version.0)));
        versions.min().map(|(id, version)| format!("version {version} of worker {id}"))
    })
}

#[cfg(test)]
mod tests;
